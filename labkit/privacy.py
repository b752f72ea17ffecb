"""Privacy: pseudonyms, shared editions and the scan for leftover names. Every way out of a lab passes here."""

from __future__ import annotations

import csv
import io
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.actors.identity import bare, person_id, person_key
from labkit.archive import write_whole
from labkit.errors import LabkitError, UsageError
from labkit.language.vocabulary import first_names

if TYPE_CHECKING:
    from labkit.lab import Lab

SETTING = "LABKIT_PSEUDONYMS"


@dataclass(frozen=True)
class Pseudonyms:
    """The table of people and the numbers they appear under: a CSV with the columns person and pseudonym.

    It is kept outside the lab folder. Numbers are drawn at random, so that they say nothing of a name or of an order.
    """

    path: Path
    by_key: dict[str, str]
    names: tuple[str, ...]

    def of(self, name: str) -> str:
        return self.by_key[person_key(name)]


def pseudonym_file(named: Path | None = None) -> Path:
    """Return where the pseudonym table is: as named, else from LABKIT_PSEUDONYMS, else from the user's settings.

    The settings are ``~/.config/labkit/settings.yml`` with the key ``pseudonyms``.
    """
    if named:
        return named
    if os.environ.get(SETTING):
        return Path(os.environ[SETTING])
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "labkit" / "settings.yml"
    if settings.is_file():
        from labkit.codebook import read_yaml

        value = (read_yaml(settings) or {}).get("pseudonyms")
        if value:
            return Path(value).expanduser()
    raise UsageError(
        f"no pseudonym table; name a CSV outside the lab with --pseudonyms FILE, {SETTING}, or 'pseudonyms:' in {settings.name}"
    )


def pseudonyms(path: Path, people: Iterable[str], *, lab_folder: Path) -> Pseudonyms:
    """Read the pseudonym table, drawing numbers for people it does not hold yet and keeping them in it.

    Raises
    ------
    UsageError
        If the table lies inside the lab folder, where it would travel with what it protects.
    LabkitError
        If the table has wrong columns, or one number for two people.
    """
    if lab_folder.resolve() in path.resolve().parents:
        raise UsageError(
            f"the pseudonym table {path.name} lies inside the lab; keep it outside, so that it is never shared with it"
        )
    rows = _read(path)
    known = {person_key(name): number for name, number in rows}
    missing = sorted({person_key(name): name for name in people if person_key(name) not in known}.values())
    if missing:
        width = max(2, len(str(len(rows) + len(missing))))
        free = [n for n in range(1, 10**width) if f"P{n:0{width}d}" not in set(known.values())]
        for name in missing:
            number = free.pop(secrets.randbelow(len(free)))
            rows.append((name, f"P{number:0{width}d}"))
            known[person_key(name)] = rows[-1][1]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([("person", "pseudonym"), *sorted(rows)])
        write_whole(path, out.getvalue())
    return Pseudonyms(path, known, tuple(name for name, _ in rows))


def _read(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    if not {"person", "pseudonym"} <= set(reader.fieldnames or ()):
        raise LabkitError(
            f"{path.name}:1: expected the columns person,pseudonym; found {', '.join(reader.fieldnames or ['nothing'])}"
        )
    rows = [(row["person"].strip(), row["pseudonym"].strip()) for row in reader]
    seen: dict[str, str] = {}
    for line, (name, number) in enumerate(rows, start=2):
        if seen.setdefault(number, person_key(name)) != person_key(name):
            raise LabkitError(
                f"{path.name}:{line}: the number {number} stands for two people; give one of them another"
            )
    return rows


@dataclass(frozen=True)
class Leftover:
    """A listed name found where it should not be; ``certain`` if a whole name, else a lone surname."""

    where: str
    name: str
    certain: bool


def scan(texts: dict[str, str], names: Iterable[str]) -> list[Leftover]:
    """Return the listed names that still stand in some texts: whole names in either order, and lone surnames.

    Accents, case, line ends and hyphens at a line end do not hide a name. A lone surname is a doubt and no proof: it may
    be a place, an institute or a common word.

    Examples
    --------
    >>> scan({"a.csv": "P1,ROSSI-\\nNI  MARIA"}, ["Maria Rossini"])
    [Leftover(where='a.csv:1', name='Maria Rossini', certain=True)]
    """
    wanted = [(name, _whole(name), _surname(name)) for name in dict.fromkeys(names)]
    found = []
    for where, text in texts.items():
        flat, lines = _flat(text)
        for name, whole, surname in wanted:
            # Most names stand nowhere: a plain search for each of their words settles that before any pattern is tried.
            if not any(word in flat for word in bare(name).split()):
                continue
            match = whole.search(flat)
            if match:
                found.append(Leftover(f"{where}:{_line(lines, match.start())}", name, True))
                continue
            match = surname.search(flat) if surname else None
            if match:
                found.append(Leftover(f"{where}:{_line(lines, match.start())}", name, False))
    return found


def _flat(text: str) -> tuple[str, list[int]]:
    """Small letters without accents, broken words joined, every gap one space; and where each line begins."""
    pictureless = re.sub(r"data:[a-z/+]+;base64,[A-Za-z0-9+/=]+", "", text)
    joined = re.sub(r"(?<=\w)[-\u00ad]\n\s*(?=\w)", "", pictureless)
    flat = bare(joined)
    return flat, [m.end() for m in re.finditer("\n", flat)]


def _line(lines: list[int], place: int) -> int:
    return 1 + sum(begin <= place for begin in lines)


def _whole(name: str) -> re.Pattern:
    words = [re.escape(word) for word in bare(name).split()]
    gap = r"[\s,;_.+-]*"
    orders = [words, words[-1:] + words[:-1], words[1:] + words[:1]]
    return re.compile("|".join(rf"(?<![a-z]){gap.join(order)}(?![a-z])" for order in orders))


def _surname(name: str) -> re.Pattern | None:
    words = bare(name).split()
    rest = [word for word in words[1:] if word not in first_names()] or words[-1:]
    return re.compile(rf"(?<![a-z]){re.escape(' '.join(rest))}(?![a-z])") if len(words) > 1 else None


def stop_if_left(texts: dict[str, str], names: Iterable[str], *, actors: Iterable[str] = ()) -> list[Leftover]:
    """Stop what still holds a whole listed name; return the lone surnames as doubts.

    Parameters
    ----------
    actors
        Names of organisations and initiatives, which may hold a person's name ("Fondazione Anna Brandi") and are passed.

    Raises
    ------
    LabkitError
        With the first place and the number of others.
    """
    passed = sorted({a for a in actors if len(re.findall(r"\w+", a)) > 2}, key=len, reverse=True)
    if passed:
        pattern = re.compile("|".join(re.escape(name) for name in passed))
        texts = {where: pattern.sub(lambda m: " " * len(m.group()), text) for where, text in texts.items()}
    found = scan(texts, names)
    certain = [one for one in found if one.certain]
    if certain:
        first = certain[0]
        others = f" and {len(certain) - 1} more" if len(certain) > 1 else ""
        raise LabkitError(
            f"{first.where}: the name of a listed person still stands there ('{first.name}'){others}; this was not written; if it is the name of an organisation, add it to codebooks/actors.yml"
        )
    return [one for one in found if not one.certain]


def people_of(lab: Lab) -> dict[str, str]:
    """Return the people of a lab: id and name."""
    people = lab.actors[lab.actors["type"] == "person"]
    return dict(zip(people["actor_id"], people["name"]))


def actors_of(lab: Lab) -> list[str]:
    """Return the names and ids of the actors of a lab that are no people, as they may be shown."""
    others = lab.actors[lab.actors["type"] != "person"]
    aliases = [alias for found in others["aliases"].dropna() for alias in found.split(" | ")]
    return [*others["name"], *others["actor_id"], *aliases]


def ids_of(table: Pseudonyms, people: dict[str, str]) -> dict[str, str]:
    """Return the number of each person id of a lab; spellings that one key joins share it."""
    numbers = {person: table.of(name) for person, name in people.items()}
    return {**numbers, **{person_id(name): table.of(name) for name in people.values()}}

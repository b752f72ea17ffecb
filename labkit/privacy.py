"""Privacy: pseudonyms, shared editions and the scan for leftover names. Every way out of a lab passes here."""

from __future__ import annotations

import csv
import html
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
from labkit.codebook import read_text
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
    reader = csv.DictReader(io.StringIO(read_text(path)))
    if not {"person", "pseudonym"} <= set(reader.fieldnames or ()):
        raise LabkitError(
            f"{path.name}:1: expected the columns person,pseudonym; found {', '.join(reader.fieldnames or ['nothing'])}"
        )
    rows = [((row["person"] or "").strip(), (row["pseudonym"] or "").strip()) for row in reader]
    for line, (name, number) in enumerate(rows, start=2):
        if not name or not number:
            raise LabkitError(
                f"{path.name}:{line}: a row needs a person and a pseudonym; found '{name}' and '{number}'"
            )
    owners: dict[str, str] = {}
    for line, (name, number) in enumerate(rows, start=2):
        if owners.setdefault(person_key(name), number) != number:
            raise LabkitError(
                f"{path.name}:{line}: {name} has two numbers, {owners[person_key(name)]} and {number}; keep one"
            )
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
    joined = re.sub(r"(?<=\w)[-\u00ad]\n\s*(?=\w)", "", html.unescape(pictureless))
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
    """Return the people of a lab who appear by name: id and name. In a shared edition nobody does."""
    people = lab.actors[(lab.actors["type"] == "person") & (lab.actors["name"] != lab.actors["actor_id"])]
    return dict(zip(people["actor_id"], people["name"]))


def actors_of(lab: Lab) -> list[str]:
    """Return names and ids of organisations that hold the name of a person of the lab and may be shown all the same.

    They are those of a registry, and those that are one word and a whole name ("Fondazione Anna Brandi"). A longer one
    that no registry knows may be an organisation with a person behind it, read as one.
    """
    people = {person_key(name) for name in people_of(lab).values()}
    found = []
    for row in lab.actors[lab.actors["type"] != "person"].itertuples():
        spellings = [row.name, *(row.aliases.split(" | ") if isinstance(row.aliases, str) else [])]
        passed = [s for s in spellings if row.source == "registry" or person_key(s.split(" ", 1)[-1]) in people]
        found += [*passed, row.actor_id] if passed else []
    return found


def ids_of(table: Pseudonyms, people: dict[str, str]) -> dict[str, str]:
    """Return the number of each person id of a lab; spellings that one key joins share it."""
    numbers = {person: table.of(name) for person, name in people.items()}
    return {**numbers, **{person_id(name): table.of(name) for name in people.values()}}

"""Privacy: pseudonyms, shared editions and the scan for leftover names. Every way out of a lab passes here."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import settings, unpacked
from labkit.actors.identity import person_id, person_key
from labkit.archive import write_whole
from labkit.codebook import read_text
from labkit.errors import LabkitError, UsageError
from labkit.leftovers import Leftover, scan

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
    found = settings.named_file(SETTING, "pseudonyms")
    if found:
        return found
    raise UsageError(
        f"no pseudonym table; name a CSV outside the lab with --pseudonyms FILE, {SETTING}, or 'pseudonyms:' in {settings.FILE}"
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


def stop_if_left(
    texts: dict[str, str], names: Iterable[str], *, actors: Iterable[str] = (), known: Iterable[str] = ()
) -> list[Leftover]:
    """Stop what still holds a listed name, whole or as a surname after a title; return the doubts.

    Doubts are lone surnames, and first names before a capitalised word that no list holds; see
    :class:`labkit.leftovers.Leftover`.

    Parameters
    ----------
    actors
        Names of organisations and initiatives, which may hold a person's name ("Fondazione Anna Brandi") and are passed.
    known
        Further names in which only a name that nobody listed is passed, as :func:`known_of` gives them.

    Raises
    ------
    LabkitError
        With the first place and the number of others.
    """
    found = scan(texts, names, actors=actors, known=known)
    certain = [one for one in found if one.certain]
    if certain:
        first = certain[0]
        others = f" and {len(certain) - 1} more" if len(certain) > 1 else ""
        what = "name of a listed person" if first.why == "name" else "surname of a listed person, after a title,"
        raise LabkitError(
            f"{first.where}: the {what} still stands there ('{first.name}'){others}; this was not written; if it is the name of an organisation, add it to codebooks/actors.yml"
        )
    return [one for one in found if not one.certain]


def stop_files(
    files: dict[str, bytes], names: Iterable[str], *, actors: Iterable[str] = (), known: Iterable[str] = ()
) -> list[Leftover]:
    """Stop files that still hold a listed name anywhere: in text, metadata, comments, archives or their own names.

    To be called with all files of an edition before the first is put in its place; returns the doubts, as
    :func:`stop_if_left` does.

    Raises
    ------
    LabkitError
        If a name is left, or a file cannot be opened and searched.

    Examples
    --------
    >>> stop_files({"a.svg": b"<svg><!-- Brandi Anna --></svg>"}, ["Anna Brandi"])
    Traceback (most recent call last):
    labkit.errors.LabkitError: a.svg:1: the name of a listed person still stands there ('Anna Brandi'); this was not written; ...
    """
    found: dict[str, str] = {}
    for name, data in files.items():
        found |= unpacked.texts(name, data)
    return stop_if_left(found, names, actors=actors, known=known)


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


def known_of(lab: Lab) -> list[str]:
    """Return every name of a lab that is not a person's: organisations, initiatives, bodies, their other spellings."""
    found = []
    for row in lab.actors[lab.actors["type"] != "person"].itertuples():
        found += [row.name, *(row.aliases.split(" | ") if isinstance(row.aliases, str) else [])]
    return [*found, *(entry["label"] for entry in lab.codebooks.bodies.values())]


def ids_of(table: Pseudonyms, people: dict[str, str]) -> dict[str, str]:
    """Return the number of each person id of a lab; spellings that one key joins share it."""
    numbers = {person: table.of(name) for person, name in people.items()}
    return {**numbers, **{person_id(name): table.of(name) for name in people.values()}}

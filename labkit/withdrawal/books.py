"""Codebooks without those who asked to be left out: as they are shown, and as a reading uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from labkit.actors.identity import org_key, person_key
from labkit.codebook import Codebooks, Entry
from labkit.withdrawal import standins
from labkit.withdrawal.requests import Withdrawn, names_of
from labkit.withdrawal.spellings import identifier, named, spellings

STAND_IN = "left-out"  # the id under which organisations of the list are read, and then taken out
_LONGEST = 40
Write = Callable[[str, bool], str]
_NAMES = ("label", "aliases", "forms")
# What is written by rule and names nobody.
_RULED = frozenset("sector type exact since group axis pole version rule outside directed value from to layout".split())


@lru_cache(maxsize=8)
def shown(withdrawn: Withdrawn) -> Codebooks:
    """Return the codebooks of a lab as everything but a reading sees them: without their entries, their names as blocks."""

    def write(text: str, of_another: bool = False) -> str:
        return named(withdrawn, text, of_another=of_another)

    return _written(withdrawn, write, affiliations=_affiliations(withdrawn, write, keep=False))


@lru_cache(maxsize=8)
def veiled(withdrawn: Withdrawn) -> Codebooks:
    """Return the codebooks as a reading uses them: with one entry for the stand-ins of organisations.

    Their own entries stay, for by them a reading knows others: "Caritas di Lodi", where Caritas is on the list.
    """
    look = spellings(withdrawn)

    def write(text: str, of_another: bool = False) -> str:
        found = look.in_words(text, of_another=of_another)
        return standins.put(text, look.letters(text, found)) if found else text

    books = _written(withdrawn, write, affiliations=_affiliations(withdrawn, write, keep=True))
    runs = [standins.ORGANISATION * n for n in range(1, _LONGEST + 1)]
    forms = [standins.put(name, standins.organisation(name, [(0, len(name))])) for name in _organisations(withdrawn)]
    entry = Entry(id=STAND_IN, label=runs[-1], aliases=list(dict.fromkeys([*forms, *runs[:-1]])), source="the list")
    theirs = {key: one for key, one in withdrawn.books.actors.items() if key in withdrawn.ids}
    return replace(books, actors={**books.actors, **theirs, STAND_IN: entry})


def _organisations(withdrawn: Withdrawn) -> list[str]:
    asked = [one for one in withdrawn.requests if one.type != "person"]
    return [name for one in asked for name in names_of(one.name, withdrawn.entries(one))]


def _written(withdrawn: Withdrawn, write: Write, *, affiliations: tuple) -> Codebooks:
    books = withdrawn.books
    kinds = ("sectors", "bodies", "ties", "actors", "grammar", "culture")
    kept = {kind: _kept(getattr(books, kind).values(), withdrawn, write) for kind in kinds}
    parts = {kind: {entry.id: entry for entry in found} for kind, found in kept.items()}
    return Codebooks(**parts, affiliations=affiliations, sha256=withdrawn.sealed(books.sha256))


def entries(found: Iterable[Entry], withdrawn: Withdrawn) -> list[Entry]:
    """Return the entries of one codebook as they may be shown and shared."""
    if not withdrawn:
        return list(found)
    return _kept(found, withdrawn, lambda text, of_another: named(withdrawn, text, of_another=of_another))


def written(data: Any, withdrawn: Withdrawn) -> Any:
    """Return what people wrote in a file of the lab (the steps of a story) with blocks for names, and no key that gives an id of theirs."""
    if not withdrawn:
        return data
    if isinstance(data, str):
        return named(withdrawn, data)
    if isinstance(data, list):
        return [written(one, withdrawn) for one in data]
    if not isinstance(data, dict):
        return data
    new = Entry()
    new.where = getattr(data, "where", "")
    for key, value in data.items():
        if not (isinstance(value, str) and value in withdrawn.ids):
            new[key] = written(value, withdrawn)
    return new


def _kept(found: Iterable[Entry], withdrawn: Withdrawn, write: Write) -> list[Entry]:
    """The entries of others, with what they say of those on the list written anew."""
    return [_entry(entry, withdrawn, write) for entry in found if entry.get("id") not in withdrawn.ids]


def _entry(entry: Entry, withdrawn: Withdrawn, write: Write) -> Entry:
    new = Entry()
    new.where = entry.where
    for key, value in entry.items():
        if key == "succeeds" and value in withdrawn.ids:
            continue
        new[key] = identifier(withdrawn, value) if key in ("id", "succeeds") else _value(key, value, write)
    return new


def _value(key: str, value: Any, write: Write) -> Any:
    """A value of an entry written anew, whatever it is made of."""
    if key in _RULED:
        return value
    if isinstance(value, list):
        return [_value(key, one, write) for one in value]
    if isinstance(value, dict):
        return {name: _value(name, one, write) for name, one in value.items()}
    return write(value, key in _NAMES) if isinstance(value, str) else value


def _affiliations(withdrawn: Withdrawn, write: Write, *, keep: bool) -> tuple[dict[str, str], ...]:
    """The rows of others; a reading keeps that they came from somewhere, for the role that the row gives them."""
    people = {person_key(one.name) for one in withdrawn.requests if one.type == "person"}
    rows = []
    for row in withdrawn.books.affiliations:
        theirs = withdrawn.is_name(row["organisation"]) or org_key(row["organisation"]) in withdrawn.ids
        if person_key(row["person"]) in people or (theirs and not keep):
            continue
        organisation = standins.ORGANISATION * 9 if theirs else write(row["organisation"], True)
        rest = {key: write(row[key], False) for key in ("role", "source", "person")}
        rows.append({**row, **rest, "organisation": organisation})
    return tuple(rows)

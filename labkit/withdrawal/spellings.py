"""Spellings: where a text names any of those who asked to be left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from labkit.actors.mentions import Knowledge, finder
from labkit.language.spans import Spans
from labkit.language.vocabulary import plain, unwrapped
from labkit.withdrawal import organisations, people, standins
from labkit.withdrawal.organisations import Organisation
from labkit.withdrawal.people import Person
from labkit.withdrawal.requests import Withdrawn, names_of
from labkit.withdrawal.words import Words, flat

Places = dict[int, list[tuple[int, int]]]
_ACRONYM = re.compile(r"(?<![^\W\d_])(?:[A-Z][A-Za-z]{1,8}|(?:[A-Z]\.){2,9}[A-Z]?)(?![^\W\d_])")


@lru_cache(maxsize=8)
def spellings(withdrawn: Withdrawn) -> Spellings:
    """Return the spellings of those on the list, taken apart once a process."""
    return Spellings(withdrawn)


@dataclass
class Spellings:
    """All that is looked for, by the place of each request in the list."""

    withdrawn: Withdrawn
    people: dict[int, Person] = field(init=False)
    organisations: dict[int, Organisation] = field(init=False)

    def __post_init__(self) -> None:
        asked = dict(enumerate(self.withdrawn.requests))
        self.people = {n: Person.of(one.name) for n, one in asked.items() if one.type == "person"}
        self.organisations = {n: self._organisation(n) for n, one in asked.items() if one.type != "person"}
        stems = {n: {one.stem} for n, one in self.people.items()} | {
            n: one.stems for n, one in self.organisations.items()
        }
        self._stems = {n: sorted(map(flat, some)) for n, some in stems.items()}
        self._owners = self._by_id()

    def _organisation(self, number: int) -> Organisation:
        request = self.withdrawn.requests[number]
        entries = self.withdrawn.entries(request)
        labels = [entry["label"] for entry in entries]
        exact = [name for entry in entries if entry.get("exact") for name in names_of(entry["label"], [entry])]
        return Organisation.of(labels or [request.name], names_of(request.name, entries), exact=exact)

    def _by_id(self) -> dict[str, int]:
        """Which organisation of the list an id belongs to; ids that decisions add belong to the first."""
        owners = dict.fromkeys(self.withdrawn.ids, next(iter(self.organisations), 0))
        for number, organisation in self.organisations.items():
            request = self.withdrawn.requests[number]
            ids = {request.name, *organisation.keys, *(entry.id for entry in self.withdrawn.entries(request))}
            owners.update(dict.fromkeys(ids, number))
        return owners

    def find(self, text: str, acronyms: tuple[tuple[str, str], ...] = ()) -> Places:
        """Return where a text of a document names each of them.

        Parameters
        ----------
        acronyms
            Acronyms that the files of the lab define for others.
        """
        near = self._near(text)
        sealed = list(self._sealed(text))
        if not near and not sealed:
            return {}
        found, others = self.read(text, acronyms)
        taken = Spans(others)
        for start, end in sealed:
            if not taken.overlaps(start, end):  # where the text gives the acronym to another, it is the other's
                found.setdefault(min(self.organisations), []).append((start, end))
        return self._named(Words(text), near, found, others)

    def read(self, text: str, acronyms: tuple[tuple[str, str], ...] = ()) -> tuple[Places, list[tuple[int, int]]]:
        """Return where a reading finds the organisations of the list, and where it finds others."""
        found: Places = {}
        others = []
        for m in finder(Knowledge(self.withdrawn.books, acronyms)).find(unwrapped(plain(text))):
            if m.actor_id in self.withdrawn.ids:
                found.setdefault(self._owners[m.actor_id], []).append((m.start, m.end))
            elif m.type != "body":
                others.append((m.start, m.end))
        return found, others

    def _near(self, text: str) -> set[int]:
        """A quick look: whom a text may name, since it holds a word that it must."""
        low = flat(text)
        return {number for number, stems in self._stems.items() if any(stem in low for stem in stems)}

    def _sealed(self, text: str) -> Iterable[tuple[int, int]]:
        """Where acronyms stand that some file defines for one of them."""
        if self.withdrawn.acronyms and self.organisations:
            for match in _ACRONYM.finditer(text):
                if _seal(self.withdrawn, match.group().replace(".", "")) in self.withdrawn.acronyms:
                    yield match.span()

    def _named(
        self, words: Words, near: set[int], found: Places, others: list[tuple[int, int]], *, loose: bool = False
    ) -> Places:
        """Add what the rules for names find to what is known already."""
        for number in near & self.organisations.keys():
            more = organisations.find(words, self.organisations[number], others=others, loose=loose)
            found.setdefault(number, []).extend(more)
        taken = Spans([*others, *(span for spans in found.values() for span in spans)])
        for number in near & self.people.keys():
            found.setdefault(number, []).extend(people.find(words, self.people[number], taken=taken, loose=loose))
        return {number: sorted(set(spans)) for number, spans in sorted(found.items()) if spans}

    def in_words(self, text: str, *, loose: bool = False, of_another: bool = False) -> Places:
        """Return where a few words (a title, a label, the name of a file or of another actor) name each of them."""
        near = self._near(text)
        return self._named(Words(text), near, {}, [(0, len(text))] if of_another else [], loose=loose) if near else {}

    def letters(self, text: str, found: Places) -> list[tuple[int, str]]:
        """Return the places and letters that stand for those found in a text."""
        out: list[tuple[int, str]] = []
        # A person inside an organisation's name shows last, so that both are covered.
        for number in sorted(found, key=lambda n: n in self.people):
            if number in self.people:
                out += standins.person(text, found[number], self.people[number], number)
            else:
                out += standins.organisation(text, found[number])
        return out


@lru_cache(maxsize=50_000)
def _seal(withdrawn: Withdrawn, acronym: str) -> str:
    return withdrawn.sealed(acronym)


def identifier(withdrawn: Withdrawn, text: str) -> str:
    """Return the id of another actor or of a session, with the letter x where it holds the name of one of them."""
    return named(withdrawn, text, of_another=True).replace(standins.BLOCK, "x") if withdrawn else text


def named(withdrawn: Withdrawn, text: str, *, loose: bool = False, of_another: bool = False) -> str:
    """Return some words with a block for each letter that names one of them.

    Parameters
    ----------
    loose
        For names of files: a surname alone counts, and acronyms in small letters.
    of_another
        The whole is the name or the id of another actor: "Caritas di Lodi" is not "Caritas".

    Examples
    --------
    >>> from labkit.withdrawal.requests import Request
    >>> named(Withdrawn((Request("Maria Rossini", "person"),)), "lettera-rossini.pdf", loose=True)
    'lettera-███████.pdf'
    """
    if not withdrawn:
        return text
    look = spellings(withdrawn)
    out = list(text)
    for place, letter in look.letters(text, look.in_words(text, loose=loose, of_another=of_another)):
        out[place] = "." if letter == standins.STOP else standins.BLOCK
    return standins.particles("".join(out), look.people.values())

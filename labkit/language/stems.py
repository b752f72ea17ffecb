"""Where the beginnings of words that any rule waits for stand in a text, in one pass, so that costly rules run only there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import ahocorasick

from labkit.language.vocabulary import lowered

_WANTED: set[str] = set()  # the stems of all rules


class Stems:
    """Finds many short strings at once.

    >>> found = Stems(["present", "assent"]).places("Anna è presente, Luca assente")
    >>> found, within(found, 0, 5), within(found, 0, 10)
    ([7, 22], False, True)
    """

    def __init__(self, stems: Iterable[str]):
        self.stems = frozenset(stems)
        _WANTED.update(self.stems)

    def places(self, text: str, start: int = 0) -> list[int]:
        """The places of all stems in a text from a place on, in order, whatever the letters' case."""
        found = self._everywhere(text)
        return found[bisect_left(found, start) :] if start else found

    def anywhere(self, text: str, start: int = 0) -> bool:
        found = self._everywhere(text)
        return bool(found) and found[-1] >= start

    def _everywhere(self, text: str) -> list[int]:
        found, merged = _scan(text)
        if self not in merged:
            merged[self] = sorted({place for stem in self.stems & found.keys() for place in found[stem]})
        return merged[self]


class Cued:
    """A pattern each of whose matches begins with one of some stems, and which is tried at these alone.

    >>> rule = Cued(r"present\\w+|assent\\w+", "presen assen".split())
    >>> [m.group() for m in rule.finditer("Anna Presente, Luca assente")]
    ['Presente', 'assente']
    """

    def __init__(self, pattern: str, stems: Iterable[str], flags: int = re.I):
        self.pattern, self.stems = re.compile(pattern, flags), Stems(stems)

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match]:
        end = len(text) if end is None else end
        found, match, done = self.stems.places(text), self.pattern.match, start
        for number in range(bisect_left(found, start), len(found)):
            place = found[number]
            if place >= end:
                return
            if place >= done:
                here = match(text, place, end)
                if here:
                    yield here
                    done = here.end()

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match | None:
        return next(self.finditer(text, start, end), None)


def within(places: list[int], start: int, end: int) -> bool:
    """Whether a place lies in a stretch."""
    here = bisect_left(places, start)
    return here < len(places) and places[here] < end


@cache
def _automaton(wanted: int) -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for stem in _WANTED:
        made.add_word(stem, stem)
    made.make_automaton()
    return made


@lru_cache(maxsize=64)
def _scan(text: str) -> tuple[dict[str, list[int]], dict[Stems, list[int]]]:
    """Where each stem that any rule waits for stands, and an empty place for those of each rule together."""
    found: dict[str, list[int]] = {}
    for last, stem in _automaton(len(_WANTED)).iter(lowered(text)):
        found.setdefault(stem, []).append(last + 1 - len(stem))
    return found, {}

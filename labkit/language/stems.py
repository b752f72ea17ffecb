"""Where the beginnings of words that any rule waits for stand in a text, in one pass, so that costly rules run only there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import ahocorasick

from labkit.language.vocabulary import lowered

_RULES: dict[str, list[Stems]] = {}  # those that wait for each stem


class Stems:
    """Finds many short strings at once.

    >>> found = Stems(["present", "assent"]).places("Anna è presente, Luca assente")
    >>> found, within(found, 0, 5), within(found, 0, 10)
    ([7, 22], False, True)
    """

    def __init__(self, stems: Iterable[str]):
        for stem in set(stems):
            _RULES.setdefault(stem, []).append(self)
        _scan.cache_clear()

    def places(self, text: str, start: int = 0) -> list[int]:
        """The places of all stems in a text from a place on, in order, whatever the letters' case."""
        found = self._everywhere(text)
        return found[bisect_left(found, start) :] if start else found

    def anywhere(self, text: str, start: int = 0) -> bool:
        found = self._everywhere(text)
        return bool(found) and found[-1] >= start

    def _everywhere(self, text: str) -> list[int]:
        return _scan(text).get(self, [])


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
    for stem, rules in _RULES.items():
        made.add_word(stem, (len(stem), rules))
    made.make_automaton()
    return made


# In a pattern "ci\s+sono" goes over a line end or wide spaces, and so must the stem "ci sono".
_BLANKS = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0"
_WIDE = re.compile("  +")


def _evened(low: str) -> tuple[str, list[int], list[int]]:
    """The text with one space for each stretch of blanks; after which places it is how many signs shorter."""
    for blank in _BLANKS:
        low = low.replace(blank, " ")
    parts, after, shorter, here, lost = [], [], [], 0, 0
    for wide in _WIDE.finditer(low):
        parts.append(low[here : wide.start() + 1])
        here = wide.end()
        lost += here - wide.start() - 1
        after.append(here - lost)
        shorter.append(lost)
    return "".join([*parts, low[here:]]), after, shorter


@lru_cache(maxsize=64)
def _scan(text: str) -> dict[Stems, list[int]]:
    """Where the stems of each rule stand, in order."""
    found: dict[Stems, list[int]] = {}
    even, after, shorter = _evened(lowered(text))
    for last, (length, rules) in _automaton(len(_RULES)).iter(even):
        place = last + 1 - length
        if after:
            before = bisect_right(after, place)
            place += shorter[before - 1] if before else 0
        for rule in rules:
            places = found.get(rule)
            if places is None:
                found[rule] = [place]
            elif places[-1] < place:
                places.append(place)
            else:  # of stems that overlap, the shorter ends first, so that a place may come out of order or twice
                at = bisect_left(places, place)
                if places[at] != place:
                    places.insert(at, place)
    return found

"""Stems: where any of some beginnings of words stand in a text, in one pass, so that costly rules run only there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import ahocorasick


class Stems:
    """Finds many short strings at once.

    >>> found = Stems(["present", "assent"]).places("anna è presente, luca assente")
    >>> found, within(found, 0, 5), within(found, 0, 10)
    ([7, 22], False, True)
    """

    def __init__(self, stems: Iterable[str]):
        self._automaton = ahocorasick.Automaton()
        for stem in stems:
            self._automaton.add_word(stem, len(stem))
        self._automaton.make_automaton()

    def places(self, low: str, start: int = 0) -> list[int]:
        """The places of all stems in a text in small letters, in order."""
        return sorted({last + 1 - length for last, length in self._automaton.iter(low, start)})

    def anywhere(self, low: str, start: int = 0) -> bool:
        return next(iter(self._automaton.iter(low, start)), None) is not None


def within(places: list[int], start: int, end: int) -> bool:
    """Whether a place lies in a stretch."""
    here = bisect_left(places, start)
    return here < len(places) and places[here] < end

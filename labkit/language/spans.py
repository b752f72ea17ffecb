"""Spans that are taken: whether a further one would overlap, in the time of a look into a dictionary."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator


class Spans:
    """Disjoint half-open spans, in order.

    >>> taken = Spans([(5, 8), (0, 2)])
    >>> taken.overlaps(1, 4), taken.overlaps(2, 5), list(taken.outside(0, 10))
    (True, False, [(2, 5), (8, 10)])
    """

    def __init__(self, spans: Iterable[tuple[int, int]] = ()):
        self._spans: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if self._spans and start < self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], max(end, self._spans[-1][1]))
            else:
                self._spans.append((start, end))

    def overlaps(self, start: int, end: int) -> bool:
        place = bisect_left(self._spans, (end,))
        return place > 0 and self._spans[place - 1][1] > start

    def add(self, start: int, end: int) -> None:
        """Take a span that overlaps none."""
        insort(self._spans, (start, end))

    def outside(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a span that are free."""
        place = max(0, bisect_left(self._spans, (start,)) - 1)
        here = start
        while place < len(self._spans) and self._spans[place][0] < end:
            a, b = self._spans[place]
            place += 1
            if b <= here:
                continue
            if here < a:
                yield here, a
            here = max(here, b)
        if here < end:
            yield here, end


def occurrences(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where one of some names stands as whole words, the longest at each place, none overlapping the one before.

    >>> list(occurrences("Riva, De Riva e Rivas", ["Riva", "De Riva"]))
    [(0, 4), (6, 13)]
    """
    found = []
    for name in names:
        place = text.find(name)
        while place >= 0:
            end = place + len(name)
            if not _joins(text[place - 1 : place], "-'") and not _joins(text[end : end + 1], "-"):
                found.append((place, -end))
            place = text.find(name, place + 1)
    done = 0
    for start, end in sorted(found):
        if start >= done:
            yield start, -end
            done = -end


def _joins(sign: str, marks: str) -> bool:
    return sign.isalnum() or sign == "_" or (sign != "" and sign in marks)


def inside(place: int, spans: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a place lies in one of some spans."""
    return any(a <= place < b for a, b in spans)

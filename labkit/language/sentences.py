"""Sentences: where one ends and the next begins, abbreviations of this field not mistaken for ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 3000  # a text without any full stop must not be one sentence

_ABBREVIATED = re.compile(
    r"(?:\b(?:coop|soc|fond|ass|dott|dott\.ssa|dr|prof|sig|sigg|sigg\.ri|conss?|ing|avv|arch|art|artt|n|nn|p|pp|pag|ecc|es|cfr|tel|ist|univ|dir|c|s|r|l|a|prot|vs|sen|on|mons|geom|rag|resp|pres|coord|segr|rappr|deleg|uff|amm|serv|prov|rif|d\.ssa|ssa)|\b[A-Z])$",
    re.I,
)
# Its first sign is of a few, which a search finds at once; what stands before the sign is looked at afterwards.
_STOP = re.compile(r"[.!?…\n](?:(?<=\n)\n*|(?<!\n)(?<![.!?…].)[.!?…]*[\"')]*(?=\s+[\"'(]?[A-ZÀ-Ý0-9]))")


def end_of(text: str, start: int, limit: int | None = None) -> int:
    """Return where the sentence that begins at ``start`` ends."""
    limit = min(len(text) if limit is None else limit, start + LONGEST)
    for stop in _STOP.finditer(text, start, limit):
        if stop.group().startswith("\n") or not (
            stop.group() == "." and _ABBREVIATED.search(text[max(start, stop.start() - 12) : stop.start()])
        ):
            return stop.start() if stop.group().startswith("\n") else stop.end()
    return limit


def spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences between two places; a line end ends a sentence.

    >>> text = "La coop. Arca ha 3 sedi. Si decide di aspettare."
    >>> [text[a:b] for a, b in spans(text)]
    ['La coop. Arca ha 3 sedi.', 'Si decide di aspettare.']
    """
    end = len(text) if end is None else end
    here = start
    while here < end:
        while here < end and text[here].isspace():
            here += 1
        if here >= end:
            return
        stop = end_of(text, here, end)
        yield here, stop
        here = max(stop, here + 1)


@lru_cache(maxsize=8)
def split(text: str, start: int) -> tuple[tuple[int, int], ...]:
    """Return the spans of all sentences of a text from a place on; several rules ask for those of one text."""
    return tuple(spans(text, start))

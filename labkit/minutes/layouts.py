"""How a body of the lab writes its lists, where ``bodies.yml`` says so: its own words over them, and columns without headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from labkit.actors.mentions import Mention
from labkit.codebook import STATUSES, Codebooks

OPENING = 350  # how far into a text the body that met may be named


@dataclass(frozen=True)
class Layout:
    """The words that open the lists of a body, by status, and the kinds of the cells of its rows."""

    words: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]

    @cached_property
    def labels(self) -> re.Pattern | None:
        """One group a word, so that the group tells the status."""
        found = [rf"(?P<w{n}>{re.escape(word)})" for n, (_, word) in enumerate(self.words)]
        return re.compile(rf"(?:{'|'.join(found)})(?!\w)\s*:?", re.I) if found else None

    def label(self, text: str, place: int, end: int) -> tuple[int, str] | None:
        """Where the list begins that a line opens with one of the words, and its status."""
        match = self.labels.match(text, place, end) if self.labels else None
        return (match.end(), self.words[int(match.lastgroup[1:])][0]) if match else None


def of(mentions: Iterable[Mention], body_start: int, books: Codebooks) -> Layout | None:
    """Return the layout of the body that a text names first, in its title or opening."""
    for mention in mentions:
        if mention.start > body_start + OPENING:
            return None
        entry = books.bodies.get(mention.actor_id) if mention.type == "body" else None
        if entry is not None and "layout" in entry:
            said = entry["layout"]
            words = tuple((status, word) for status in STATUSES for word in said.get(status, []))
            return _layout(words, tuple(said.get("columns", [])))
    return None


@lru_cache(maxsize=64)
def _layout(words: tuple[tuple[str, str], ...], columns: tuple[str, ...]) -> Layout:
    longest_first = sorted(words, key=lambda pair: -len(pair[1]))
    return Layout(tuple(longest_first), columns)

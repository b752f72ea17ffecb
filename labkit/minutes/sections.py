"""Sections: where one part of a post ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from labkit.language.spans import Spans
from labkit.minutes import dates
from labkit.minutes.posts import Post


@dataclass(frozen=True)
class Section:
    """A section of a post; spans are of the stored text."""

    ord: int
    heading: str
    kind: str
    start: int
    end: int


_NUMBERED = re.compile(
    r"^\s*(?:(?:punto|oggetto|o\.?d\.?g\.?|art\.?)\s*(?:n\.?\s*)?\d+|[IVX]{1,5}[.)]|\d{1,2}[.)°]|[a-zA-Z][.)])(?:\s|$)",
    re.I,
)


def split(post: Post, text: str, *, taken: Iterable[tuple[int, int]] = ()) -> list[Section]:
    """Split a post at its headings: those that the file marks, else short lines that open a paragraph.

    Parameters
    ----------
    taken
        Spans of attendance lists, whose lines are never headings.
    """
    lists = Spans(taken)
    marks = sorted(post.headings) or [
        start for start, end in _heading_lines(post, text) if not lists.overlaps(start, end + 1)
    ]
    cuts = [post.body_start, *[m for m in marks if m > post.body_start], len(text)]
    marks_at_start = bool(marks) and marks[0] == post.body_start
    found = []
    for number, (start, end) in enumerate(pairwise(cuts)):
        if not text[start:end].strip():
            continue
        titled = number > 0 or marks_at_start
        heading = " ".join(text[start:end].split("\n", 1)[0].split()) if titled else ""
        inside = lists.overlaps(start, end)
        kind = "attendance" if inside and not titled else "item" if titled else "opening"
        found.append(Section(len(found), heading, kind, start, end))
    return found or [Section(0, "", "opening", 0, len(text))]


_LABELLED = re.compile(
    r"(?:sede|luogo|data|ora|orario|inizio|fine|present[ei]|assent[ei]|giustificat[ei]|oggetto|verbale\s+n|titolo|appello|componenti|nessun)\b",
    re.I,
)


def _heading_lines(post: Post, text: str) -> Iterator[tuple[int, int]]:
    place = post.body_start
    before_blank = True
    for line in text[post.body_start :].split("\n"):
        words = line.split()
        bare = line.strip()
        short = 1 <= len(words) <= 14 and bare[-1:] not in ".,;:!" and bare[:1] not in '-•*"('
        opens = bare[:1].isupper() or bool(_NUMBERED.match(bare))
        capitals = bare.isupper() and len(bare) > 3
        if (
            short
            and opens
            and not _LABELLED.match(bare)
            and "\t" not in line
            and (before_blank or capitals)
            and any(c.isalpha() for c in bare)
            and not dates.hours(bare)[0]
        ):
            yield place, place + len(line)
        before_blank = not bare
        place += len(line) + 1

"""What a file gives before anything is understood: pages of text in lines, or the reason why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


class Unreadable(Exception):
    """A file, or a part of one, that gives no text: code and message of a row in ``problems``."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Page:
    """The text of one file, or of one post where the file itself says so.

    ``part`` is the name inside an archive or a message; a part that could not be read carries its ``problem``.
    """

    text: str
    title: str | None = None
    published: str | None = None
    headings: set[int] = field(default_factory=set)
    whole_post: bool = False
    part: str = ""
    problem: Unreadable | None = None


def join(lines: list[tuple[str, bool]]) -> tuple[str, set[int]]:
    """Join lines, at most two blank ones in a row, and return where those marked as headings start."""
    out: list[str] = []
    headings: set[int] = set()
    length = 0
    for text, heading in lines:
        text = text.rstrip() if text.strip() not in ("", "-") else ""
        if not text and (not out or (len(out) > 1 and not out[-1] and not out[-2])):
            continue
        if heading and text:
            headings.add(length)
        out.append(text)
        length += len(text) + 1
    return "\n".join(out), headings


def squeezed(text: str) -> str:
    """One space for every run of spaces and line ends, as a browser shows it."""
    return re.sub(r"[ \t\r\n]+", " ", text)

"""One post that tells of several meetings: where the account of each begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from labkit.actors.mentions import Finder, Mention
from labkit.minutes import attendance, dates, header, layouts
from labkit.minutes.entries import Attendee
from labkit.minutes.header import Meeting
from labkit.minutes.posts import Post

# An account of a meeting is no line of a calendar.
FEWEST_WORDS = 30
_HEAD = re.compile(
    r"^[ \t]*(?:[-•*#=]+[ \t]*)?(?:(?:\d{1,2}|[IVX]+)[.)°][ \t]*)?(?:(?:il\s+)?(?:primo|secondo|terzo|quarto|ultimo)\s+)?"
    r"(?:verbale|resoconto|incontro|riunione|seduta|assemblea|tavolo|ufficio\s+di\s+piano|comitato|consulta|cabina\s+di\s+regia|gruppo\s+di\s+lavoro)\b[^\n]{0,100}$",
    re.I | re.M,
)


# "Approvazione del verbale" / "Verbale della riunione del 12 aprile": an item of the agenda.
_APPROVED = re.compile(r"\b(?:approva|lettura|lett[oa]\b)\w*", re.I)


@dataclass(frozen=True)
class Gathering:
    """A meeting that a post tells of, and who was there; *unread* where a list of them holds no name that was understood."""

    meeting: Meeting | None
    attendees: list[Attendee]
    unread: bool = False


def read(post: Post, text: str, look: Finder, mentions: list[Mention]) -> list[Gathering]:
    """Return the meetings of a post, the one it is about first; the meeting is None where the text is about none.

    A further meeting is told where a heading with a date of its own stands over a list of those present.
    """
    ends = [*(start for start, _ in _heads(post, text)), len(text)]
    gatherings = [_gathering(post, text, look, mentions, post.body_start, ends[0])]
    for start, stop in pairwise(ends):
        line_end = text.find("\n", start)
        sub = Post(text[start:line_end].strip(), post.published, text[:stop], line_end + 1)
        more = _gathering(sub, text, look, mentions, line_end + 1, stop, title_at=start)
        if more.meeting and more.meeting.date and more.attendees:
            gatherings.append(more)
    if len(ends) > 1 and (len(gatherings) == 1 or not gatherings[0].attendees):
        return [_gathering(post, text, look, mentions, post.body_start, len(text))]
    return gatherings


def _gathering(
    post: Post, text: str, look: Finder, mentions: list[Mention], start: int, stop: int, title_at: int = 0
) -> Gathering:
    part = text[:stop]
    inside = [m for m in mentions if start <= m.start and m.end <= stop] if stop < len(text) or title_at else mentions
    coming = not title_at and header.is_to_come(post, part)
    layout = layouts.of(inside, post.body_start, look.knowledge.codebooks)
    attendees, unread = (
        ([], False) if coming else attendance.read(part, look, start=start, mentions=inside, layout=layout)
    )
    first = min((a.start for a in attendees), default=None)
    if title_at:
        post = replace(post, text=part[title_at:], body_start=start - title_at)
        first = first - title_at if first is not None else None
    meeting = header.read(post, part[title_at:], look, attended=bool(attendees), attended_at=first)
    return Gathering(meeting, attendees, unread)


def _heads(post: Post, text: str) -> list[tuple[int, str]]:
    """The headings of further meetings, each with its date: not that of the title, nor the first of an untitled post."""
    own = {f.date for f in dates.find(text[: post.body_start], reference=post.published)}
    found: list[tuple[int, str]] = []
    for match in _HEAD.finditer(text, post.body_start):
        line = match.group().strip()
        date = next((f for f in dates.find(line, reference=post.published) if len(f.date) == 10), None)
        around = text[max(post.body_start, match.start() - 90) : match.start()] + text[match.end() : match.end() + 60]
        if date and line[-1] not in ".;," and not _APPROVED.search(around):
            found.append((match.start(), date.date))
    stops = [*(start for start, _ in found[1:]), len(text)]
    found = [one for one, stop in zip(found, stops) if len(text[one[0] : stop].split()) >= FEWEST_WORDS]
    if not own and found and len(text[post.body_start : found[0][0]].split()) < FEWEST_WORDS:
        own.add(found.pop(0)[1])
    seen, further = set(own), []
    for start, date in found:
        if date not in seen:
            seen.add(date)
            further.append((start, date))
    return further

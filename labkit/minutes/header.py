"""The meeting a post is about: which body met, when, where, and when it meets next.

A post may be the minutes of a meeting, announce one, or tell of one. Where the text does not say, there is no meeting:
a date that merely stands in a text is not the date of a meeting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from labkit.actors.mentions import Finder, Mention
from labkit.minutes import dates
from labkit.minutes.posts import Post


@dataclass
class Meeting:
    """A meeting that a post is the minutes of, announces or tells of."""

    relation: str
    date: str | None
    date_inferred: bool = False
    start: str | None = None
    end: str | None = None
    venue: str | None = None
    body_id: str | None = None
    body: str | None = None
    number: str | None = None
    next: str | None = None
    doubts: list[tuple[str, str]] = field(default_factory=list)


_MET = re.compile(
    r"\b(?:si\s+(?:è|e')\s+(?:svolt\w+|tenut\w+|riunit\w+|incontrat\w+)|si\s+(?:riunisce|riuniscono|tiene|svolge|ritrova|trova|incontra)|(?:è|e')\s+riunit\w+|si\s+sono\s+(?:riunit|incontrat|ritrovat)\w+|ci\s+siamo\s+(?:trovat|incontrat|vist|riunit)\w+"
    r"|addì|il\s+giorno|seduta\s+d\w+|riunione\s+d\w+|incontro\s+d\w+|verbale\s+(?:n\.\s*\d+\s+)?de\w+|data\s*:|in\s+data|primo\s+incontro|incontro\s+di\s+lavoro)",
    re.I,
)
_WILL_MEET = re.compile(
    r"\b(?:si\s+terrà|si\s+terranno|avrà\s+luogo|è\s+convocat\w+|sono\s+invitat\w+|siete\s+\w*\s*invitat\w+|è\s+indett\w+|incontro\s+programmato|appuntamento|si\s+presenta|presentazione)\b",
    re.I,
)
_TITLE_MEETING = re.compile(
    r"\b(verbal[ei]|resoconto|seduta|incontro|riunione|assemblea|tavolo|cabina|ufficio di piano|gruppo|laboratorio|comitato|consulta|coordinamento|commissione)\b",
    re.I,
)
_ANNOUNCING_TITLE = re.compile(r"\b(convocazione|invito|presentazione|programma|si presenta|festa)\b", re.I)
_NEXT = re.compile(
    r"\b(?:prossim[oa]\s+(?:incontro|riunione|seduta|appuntamento|ufficio di piano|assemblea|tavolo|volta|cabina|gruppo)|ci\s+si\s+(?:rivede|ritrova|rivedrà|aggiorna)|la\s+(?:prossima|riunione\s+successiva)|aggiorna\w*\s+a[l]?)\b",
    re.I,
)
_NEXT_SENTENCE = re.compile(rf"[^.\n]*(?:{_NEXT.pattern})[^.\n]*", re.I)
_NUMBER = re.compile(r"\bverbale\s+n(?:\.|°|umero)?\s*(\d{1,3})\b", re.I)
_VENUE = re.compile(
    r"(?:^\s*(?:sede|luogo|dove)\s*:\s*(?P<labelled>[^\n]{3,90}))"
    r"|\b(?:presso|nella|nell'|all'|nel|alla)\s*(?P<free>(?:la\s+|l'|il\s+)?(?:sede|sala|aula|ex\s+filanda|oratorio|municipio|biblioteca|palazzo|auditorium|teatro|salone)\b[^;:\n(]{0,80})",
    re.I | re.M,
)
_STREET = re.compile(
    r"(?im)^\s*(?P<venue>(?:sede|ex\s+filanda|oratorio|sala|palazzo|municipio|biblioteca)\b[^;\n]{3,80})"
)


def read(post: Post, text: str, finder: Finder, *, attended: bool, attended_at: int | None = None) -> Meeting | None:
    """Return the meeting that a post is the minutes of, tells of or announces; None if it is about none.

    Parameters
    ----------
    attended, attended_at
        Whether an attendance list was found, and where: a place and date just before it date the meeting.
    """
    title, body = text[: post.body_start], text[post.body_start :]
    announced = not attended and bool(
        _ANNOUNCING_TITLE.search(title)
        or (_WILL_MEET.search(body[:900]) and not _MET.search(body[:400]) and not _TITLE_MEETING.search(title))
    )
    found = _date(post, title, body, attended=attended, attended_at=attended_at, announced=announced)
    if found is None and attended and post.dated_by_line and post.published:
        # A file that bears one date alone, under its title: for minutes, it is the day of the meeting.
        found = dates.Found(0, 0, post.published)
    if found is None:
        return _undated(post, title, text, finder) if attended else None
    if announced and post.published and found.date < post.published:
        announced = False
        if not _TITLE_MEETING.search(title):
            return None
    minutes = attended or bool(re.search(r"\bverbale\b", title, re.I)) or (not announced and _is_minutes_title(title))
    relation = "minutes" if minutes else "announced" if announced else "told"
    meeting = Meeting(relation, found.date, found.inferred)
    if found.weekday_wrong:
        meeting.doubts.append(
            ("weekday", f"expected the weekday of {found.date}; found '{found.weekday}'; check the date in the source")
        )
    _details(meeting, post, text, finder)
    return meeting


def _is_minutes_title(title: str) -> bool:
    """The title opens with the body that met: "Ufficio di Piano - 18 gennaio 2017"."""
    return bool(_TITLE_MEETING.match(title.strip())) and next(dates.find(title), None) is not None


def _undated(post: Post, title: str, text: str, finder: Finder) -> Meeting:
    meeting = Meeting("minutes", None)
    meeting.doubts.append(
        ("no_meeting_date", "expected the date of the meeting in title or opening; found none; write it into the title")
    )
    _details(meeting, post, text, finder)
    return meeting


def _date(
    post: Post, title: str, body: str, *, attended: bool, attended_at: int | None, announced: bool
) -> dates.Found | None:
    """The date of the meeting: from the title, else from the opening, else from the dateline by the attendance list."""
    reference = post.published
    in_title = [f for f in dates.find(title, reference=reference) if len(f.date) == 10]
    about_meeting = bool(_TITLE_MEETING.search(title) or _ANNOUNCING_TITLE.search(title))
    if in_title and about_meeting:
        return in_title[0]
    opening = body[:700] if not announced else body[:1200]
    cue = _WILL_MEET if announced else _MET
    for match in cue.finditer(opening):
        near = opening[max(0, match.start() - 80) : match.end() + 160]
        found = [f for f in dates.find(near, reference=reference) if not _other(near, f)]
        if found:
            return _after_or_before(found, match.start() - max(0, match.start() - 80))
    if not attended:
        return None
    first = body[:300]
    found = next((f for f in dates.find(first, reference=reference) if not _other(first, f)), None)
    if found and (attended_at is None or attended_at - post.body_start < 700):
        return found
    if attended_at is not None:
        before = body[max(0, attended_at - post.body_start - 200) : attended_at - post.body_start]
        datelines = [f for f in dates.find(before, reference=reference)]
        if datelines:
            return datelines[-1]
    return found


def _after_or_before(found: list[dates.Found], cue: int) -> dates.Found:
    """The date nearest to the words that say that a meeting took or will take place."""
    return min(found, key=lambda f: min(abs(f.start - cue), abs(f.end - cue)))


def _other(text: str, found: dates.Found) -> bool:
    """The date belongs to something else: an earlier meeting, a note of convocation, a law."""
    before = text[max(0, found.start - 40) : found.start].lower()
    return (
        bool(
            re.search(
                r"(nota del|convocat\w+ (con|il)|incontro del|emers\w+ nell'incontro del|verbale del|delibera\w*( n\.? ?\d+)? del|legge|decreto|entro( il)?|dal|fino al|prossim\w+[^.]{0,25})\s*$",
                before,
            )
        )
        and "verbale del" not in before[-14:]
    )


def _details(meeting: Meeting, post: Post, text: str, finder: Finder) -> None:
    title, opening = text[: post.body_start], text[post.body_start : post.body_start + 900]
    opening = opening.split("\n\n\n")[0] if meeting.relation == "announced" else opening
    here = _NEXT_SENTENCE.sub(" ", opening)
    meeting.start, meeting.end = dates.hours(here)
    if meeting.relation == "minutes" and meeting.end is None:
        meeting.end = dates.hours(text[-400:])[1]
    meeting.venue = _venue(here[:600])
    number = _NUMBER.search(title) or _NUMBER.search(opening[:200])
    meeting.number = number.group(1) if number else None
    _body(meeting, title, opening, finder)
    meeting.next = _next(text, meeting.date or post.published)


def _body(meeting: Meeting, title: str, opening: str, finder: Finder) -> None:
    """The body that met: a body named in the title, else the first in the opening."""
    bodies: list[Mention] = [m for m in finder.find(title) if m.type == "body"] or [
        m for m in finder.find(opening[:350]) if m.type == "body"
    ]
    if bodies:
        best = max(bodies, key=lambda m: (len(m.surface.split()), -m.start))
        meeting.body_id, meeting.body = best.actor_id, best.name


def _venue(opening: str) -> str | None:
    found = _VENUE.search(opening)
    street = _STREET.search(opening)
    if found and found["labelled"]:
        return found["labelled"].strip(" .")
    if street:
        return _trim(street["venue"])
    return _trim(found["free"]) if found else None


def _trim(venue: str) -> str:
    venue = re.split(
        r",?\s*(?:\bsi\b|\bper\s|\b(?:una?|hanno|ha)\b|\bdalle\b|\bore\b|\balle\b|\bh\.|\binizio\b|è stat|previa|convocat)|\. |, (?:il|la|in)\b",
        venue,
        maxsplit=1,
    )[0]
    return re.sub(r"^(?:la\s+|l'|il\s+)", "", venue.strip(" ,.;-"))


def _next(text: str, reference: str | None) -> str | None:
    """The date of the next meeting, if the text names one."""
    for match in _NEXT.finditer(text):
        sentence = text[match.start() : match.start() + 180].split("\n")[0]
        found = next(dates.find(sentence, reference=reference), None)
        if found and (not reference or found.date > reference):
            return found.date
    return None

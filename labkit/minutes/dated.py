"""What is dated: deadlines, and events that a calendar or an announcement lists."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from labkit.actors.mentions import Mention
from labkit.language import sentences
from labkit.language.stems import Cued
from labkit.minutes import dates


@dataclass(frozen=True)
class Deadline:
    """A day by which something is to be done, with its sentence."""

    date: str
    inferred: bool
    start: int
    end: int
    who: str | None


_BY = Cued(
    r"\b(?:entro(?:\s+e\s+non\s+oltre)?|scadenza|scadenze|scade|termine\s+(?:ultimo|fissato|regionale)?|non\s+oltre|da\s+presentare|si\s+chiud(?:e|ono|erà|eranno)\s+il|domand\w+\s+fino\s+al|prorogat\w+\s+a(?:l|lla)?)\b",
    ["entro", "scad", "termine", "non oltre", "da presentare", "si chiud", "domand", "prorogat"],
)
_END_OF_MONTH = re.compile(
    r"\bentro\s+(?:(?:la\s+)?fine\s+(?:del\s+|di\s+)?(?:questo\s+)?(?:mese\b(?!\s+di)|anno\b|dell'anno\b)|il\s+(?:mese\s+corrente|corrente\s+mese)|l'anno\b|(?:(?:la\s+)?fine\s+(?:di\s+|del\s+mese\s+di\s+)?|il\s+mese\s+di\s+)?(?P<month>gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre)(?:\s+(?P<year>20\d\d))?)",
    re.I,
)


def deadlines(text: str, start: int, *, reference: str | None, named: list[tuple[int, int, str]]) -> list[Deadline]:
    """Return the days that the text sets as a limit: "entro il 30 settembre", "entro la fine di giugno".

    Parameters
    ----------
    named
        Spans and names of people and organisations. Who is to do it is the first of them in the sentence before the limit, else a
        group named there ("ogni ente"), else who stands after it in brackets or after *a cura di*.
    """
    found: dict[tuple[str, int], Deadline] = {}
    said = list(sentences.split(text, start))
    begins, actors = [a for a, _ in said], [a for a, _, _ in named]
    for cue in _BY.finditer(text, start):
        sentence = said[max(0, bisect_right(begins, cue.start()) - 1)]
        near = text[cue.start() : min(sentence[1], cue.end() + 60)]
        who = _who(text, sentence, cue, named[bisect_left(actors, sentence[0]) :])
        if re.search(r"prorogat\w+\s+al", near, re.I) and not cue.group().lower().startswith("prorog"):
            continue  # the old limit no longer holds
        several = list(dates.find(near, reference=reference, ahead=True))
        date = several[0] if several else None
        month = _END_OF_MONTH.match(near)
        if month:
            day, inferred = _last_day(month, reference)
        elif date and len(date.date) == 10:
            day, inferred = date.date, date.inferred
        else:
            continue
        if day:
            found.setdefault((day, sentence[0]), Deadline(day, inferred, *sentence, who))
        for more in several[1:] if cue.group().lower().startswith("scadenz") else []:
            found.setdefault((more.date, sentence[0]), Deadline(more.date, more.inferred, *sentence, who))
    for deadline in _of_tables(text, start, reference):
        found.setdefault((deadline.date, deadline.start), deadline)
    return sorted(found.values(), key=lambda d: (d.start, d.date))


_GROUP = re.compile(
    r"\b(?:ogni|ciascun[oa]?|ciascun'|tutt[ie]\s+(?:i|gli|le)|i|gli|le)\s+(?:singol[ie]\s+)?(?:ent[ei]|comun[ei]|associazion[ei]|cooperativ[ae]|scuol[ae]|sindac[iao]|assistent[ei]\s+social[ei]|partner|servizi[o]?|"
    r"partecipant[ei]|component[ei]|referent[ei]|operator[ie]|grupp[oi]|tavol[oi]|organizzazion[ei]|realtà|aziend[ae]|impres[ae])\b",
    re.I,
)
_BY_WHOM = re.compile(
    r"\s*(?:\(\s*(?:a\s+cura\s+d\w+'?\s*)?|[-–]\s*|,?\s*a\s+cura\s+d\w+'?\s+|,?\s*da\s+parte\s+d\w+'?\s+)$", re.I
)


def _who(text: str, sentence: tuple[int, int], cue: re.Match, named: list[tuple[int, int, str]]) -> str | None:
    """Who is to do what has a limit, where the sentence says so."""
    inside = [one for one in named[:12] if one[0] < sentence[1]]
    before = next((name for _, end, name in inside if end <= cue.start()), None)
    if before:
        return before
    group = _GROUP.search(text, sentence[0], cue.start())
    if group:
        return " ".join(group.group().split())
    return next(
        (name for start, _, name in inside if start >= cue.end() and _BY_WHOM.search(text[cue.end() : start][-40:])),
        None,
    )


_COLUMN = Cued(
    r"(?m)\b(?:entro(?:\s+(?:il|quando))?|scadenz[ae]|termine|tempi)[ \t|]*$", "entro scadenz termine tempi".split()
)


def _of_tables(text: str, start: int, reference: str | None) -> Iterator[Deadline]:
    """Tables of tasks with a column *Entro*: the date that ends a row, or stands alone on its line below the heading."""
    for heading in _COLUMN.finditer(text, start):
        line = text[text.rfind("\n", 0, heading.start()) + 1 : heading.end()].strip()
        if len(line) > 60 or ("\t" not in line and "   " not in line and "|" not in line and len(line.split()) > 3):
            continue
        place, misses = heading.end() + 1, 0
        for row in text[place : place + 2500].split("\n"):
            cell = re.split(r"\t| {3,}|\s\|\s|\s-\s(?=\d)", row.rstrip(" |"))[-1].strip(" |")
            date = next(dates.find(cell, reference=reference, ahead=True), None) if len(cell) < 40 else None
            misses = 0 if date else misses + bool(row.strip())
            if misses > 4:
                break
            if date and len(date.date) == 10 and date.start < 14:
                yield Deadline(date.date, date.inferred, place, place + len(row), None)
            place += len(row) + 1


def _last_day(match: re.Match, reference: str | None) -> tuple[str | None, bool]:
    """The last day of the month or year that a limit names; "fine mese" is that of the meeting or post."""
    if not match["month"]:
        if reference is None:
            return None, True
        year = int(reference[:4])
        month = 12 if "anno" in match.group().lower() else int(reference[5:7])
        return f"{year}-{month:02d}-{monthrange(year, month)[1]:02d}", True
    month = dates.MONTHS[match["month"].lower()]
    if match["year"]:
        year = int(match["year"])
    else:
        near = dates.nearest(28, month, reference, near="p")
        if near is None:
            return None, True
        year = int(near[:4])
    return f"{year}-{month:02d}-{monthrange(year, month)[1]:02d}", not match["year"]


@dataclass(frozen=True)
class Event:
    """A dated event that a calendar or an announcement lists."""

    date: str
    inferred: bool
    title: str
    body_id: str | None
    body: str | None
    start: int
    end: int


_CALENDAR = re.compile(
    r"(?m)^[ \t]*(?:[-•*·]\s*)?(?=(?:dal(?:l')?\s+)?(?:(?:lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\s+)?\d{1,2}\b)"
)
_WILL = Cued(
    r"\b(?:si\s+terr(?:à|anno)|avr(?:à|anno)\s+luogo|è\s+fissat\w+|incontrerà|è\s+convocat\w+|sarà)\b",
    ["si terr", "avrà", "avranno", "è fissat", "è convocat", "incontrerà", "sarà"],
)


def events(text: str, start: int, *, reference: str | None, bodies: list[Mention], skip: set[str]) -> list[Event]:
    """Return dated events: lines of a calendar ("21/01 Ufficio di Piano ..."), and what "si terrà" on a day.

    ``skip`` holds dates that are already the meeting's own.
    """
    found: dict[tuple[str, int], Event] = {}
    for line in _CALENDAR.finditer(text, start):
        end = text.find("\n", line.end())
        end = len(text) if end < 0 else end
        row = text[line.end() : end]
        for date in dates.find(row[:60], reference=reference):
            if (
                date.start <= 4
                or date.part_of_range
                or (found.get((date.date, line.end())) is None and date.start < 12)
            ):
                title = _title(row[max(date.end, 0) :])
                if len(title) > 3:
                    found[date.date, line.end()] = _event(date, title, line.end(), end, bodies)
    for cue in _WILL.finditer(text, start):
        begin = max(text.rfind("\n", 0, cue.start()) + 1, cue.start() - 160)
        stop = sentences.end_of(text, cue.end(), min(len(text), cue.end() + 200))
        near = text[begin:stop]
        date = min(
            (
                d
                for d in dates.find(near, reference=reference)
                if len(d.date) == 10 and not re.search(r"entro(?: il)?\s*$", near[: d.start])
            ),
            key=lambda d: abs(d.start - (cue.start() - begin)),
            default=None,
        )
        if date and date.date not in skip and (not reference or date.date >= reference[:8] + "01"):
            found.setdefault((date.date, begin), _event(date, _title(near), begin, stop, bodies))
    if len(found) == 1 and next(iter(found))[0] in skip:
        found.clear()  # the line of the meeting itself, not a calendar
    said = {date for date, _ in found}
    taken = [(event.start, event.end) for event in found.values()]
    for event in _to_come(text, start, reference, bodies) if reference else ():
        inside = any(a <= event.start <= b for a, b in taken)
        if event.date not in said | skip and not (inside and event.inferred):
            found.setdefault((event.date, event.start), event)
    return sorted(found.values(), key=lambda e: (e.start, e.date))


_LIMIT = re.compile(
    r"\b(?:entro|oltre|fino\s+al|scad\w+|termine|prima\s+del|dal|decorrenza|(?:termin|chiud|conclud)er(?:à|anno))\b[^.;\n]{0,22}$",
    re.I,
)

# The day on which a paper was written, sent or published is no appointment.
_STAMP = re.compile(r"(?:\bl[ìi]|^\s*(?:date|data|inviato|sent)\b.{0,16}|pubblicat\w+(?:\s+il)?)\W*$", re.I | re.M)


def _to_come(text: str, start: int, reference: str, bodies: list[Mention]) -> Iterator[Event]:
    """Days that lie ahead of the meeting or post, within a year, and are no limit: appointments that the text names."""
    last = f"{int(reference[:4]) + 1}{reference[4:]}"
    # "giovedì 8 marzo", written on the 9th, was yesterday: without a year a day is to come within eight months.
    near = (dt.date.fromisoformat(reference) + dt.timedelta(days=240)).isoformat()
    for date in dates.find(text, start, reference=reference, ahead=True):
        a, b = date.start, date.end
        if (
            len(date.date) == 10
            and reference < date.date <= (near if date.inferred else last)
            and not _LIMIT.search(text[max(0, a - 40) : a])
        ):
            begin = max(text.rfind("\n", 0, a) + 1, text.rfind(". ", 0, a) + 2, a - 140)
            stop = sentences.end_of(text, b, min(len(text), b + 140))
            yield _event(date, _title(text[begin:stop]), begin, stop, bodies)


def weekday_doubts(text: str, start: int, reference: str | None) -> list[str]:
    """Return the messages about weekdays that are not those of the dates beside them, outside the title."""
    found = (d for d in dates.find(text, start, reference=reference) if d.weekday_wrong)
    return sorted({weekday_message(d) for d in found})


def weekday_message(date: dates.Found) -> str:
    return f"expected the weekday of {date.date}; found '{date.weekday}'; check the date in the source"


def _title(text: str) -> str:
    return " ".join(text.strip(' \t-–:,.;"“”').split())[:140]


def _event(date: dates.Found, title: str, start: int, end: int, bodies: list[Mention]) -> Event:
    body = next((m for m in bodies if start <= m.start < end), None)
    return Event(
        date.date, date.inferred, title, body.actor_id if body else None, body.name if body else None, start, end
    )

"""The meeting a post is about: which body met, when, where, and when it meets next.

A post may be the minutes of a meeting, announce one, or tell of one. Where the text does not say, there is no meeting:
a date that merely stands in a text is not the date of a meeting.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from labkit.actors.mentions import Finder, Mention
from labkit.language.stems import Cued
from labkit.minutes import dated, dates
from labkit.minutes.posts import Post, dateline


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
    r"\b(?:si\s+terrà|si\s+terranno|ospiterà|si\s+svolger(?:à|anno)|è\s+in\s+programma|prenderà\s+il\s+via|avrà\s+luogo|è\s+convocat\w+|sono\s+invitat\w+|siete\s+\w*\s*invitat\w+|è\s+indett\w+|incontro\s+programmato|appuntamento|si\s+presenta|presentazione)\b",
    re.I,
)
_TITLE_MEETING = re.compile(
    r"\b(verbal[ei]|resoconto|seduta|incontro|riunione|assemblea|tavolo|cabina|ufficio di piano|gruppo|laboratorio|comitato|consulta|coordinamento|commissione)\b",
    re.I,
)
_ANNOUNCING_TITLE = re.compile(r"\b(convocazione|invito|presentazione|programma|si presenta|festa)\b", re.I)
_NEXT = Cued(
    r"\b(?:prossim[oa]\s+(?:incontro|riunione|seduta|appuntamento|ufficio di piano|assemblea|tavolo|volta|cabina|gruppo)|ci\s+si\s+(?:rivede|ritrova|rivedrà|aggiorna)|la\s+(?:prossima(?=\s+(?:è|sarà|si\s|il\s|per\s|a\s|alle\s|[\d,(:]|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica))|riunione\s+successiva)|aggiorna\w*\s+a[l]?|si\s+riconvoca|si\s+ritrova\s+(?:il|lunedì|martedì|mercoledì|giovedì|venerdì)|con\s+appuntamento\s+al)\b",
    ["prossim", "ci si", "la prossima", "la riunione", "aggiorna", "si ri", "con appuntamento"],
)
_NUMBER = re.compile(
    r"\b(?:verbale|seduta)\s+n(?:\.|°|r\.?|umero)?\s*[:°]?\s*(\d{1,3})\b(?!\s*del\s+(?:mese|giorno))", re.I
)
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
        or is_to_come(post, text)
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
        meeting.doubts.append(("weekday", dated.weekday_message(found)))
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
    """The date of the meeting: the one that the words around it speak for most, in title and opening."""
    reference = post.published or _dateline(title, body)
    if announced:
        return _announced(title, body, reference)
    minutes = attended or bool(_TITLE_MEETING.search(title))
    reach = max(900, (attended_at or 0) - post.body_start + 60) if attended else 900
    opening = body[: min(reach, 2600)]
    best, most = None, (0.5 if minutes else 4.0)
    for found, text, in_title in [
        *((f, title, True) for f in dates.find(title, reference=reference)),
        *((f, opening, False) for f in _opening_dates(title, body, len(opening), reference)),
    ]:
        line = _line_of(text, found)
        byline = bool(post.published) and dateline(line) == post.published and dates.date_line(line) is None
        if len(found.date) == 10 and not found.part_of_range and not byline:
            score = _score(text, found, in_title and minutes, reference)
            if score > most:
                best, most = found, score
    ago = _ago(title + body[:1500], reference)
    if ago and (best is None or (most < 5 and not _MET.search(opening))):
        return ago
    if best is None and attended and attended_at is not None:
        before = body[max(0, attended_at - post.body_start - 200) : attended_at - post.body_start]
        return next(
            reversed(
                [f for f in dates.find(before, reference=reference) if not _OF_PAPERS.search(before[: f.start][-45:])]
            ),
            None,
        )
    return best


def _announced(title: str, body: str, reference: str | None) -> dates.Found | None:
    in_title = [f for f in dates.find(title, reference=reference) if len(f.date) == 10]
    if in_title and (_TITLE_MEETING.search(title) or _ANNOUNCING_TITLE.search(title)):
        return in_title[0]
    opening = body[:1200]
    coming = _to_come(title, body, reference) if not _HELD.search(title + opening[:300]) else None
    if coming:
        return coming
    for match in _WILL_MEET.finditer(opening):
        since = max(0, match.start() - 80)
        near = opening[since : match.end() + 160]
        found = [f for f in dates.find(near, reference=reference) if not _OF_PAPERS.search(near[: f.start][-45:])]
        if found:
            return min(
                found, key=lambda f: min(abs(f.start - (match.start() - since)), abs(f.end - (match.start() - since)))
            )
    return None


def is_to_come(post: Post, text: str) -> bool:
    """Tell whether a post, by the day it was published, speaks of a meeting still to be held."""
    title, body = text[: post.body_start], text[post.body_start :]
    coming = _to_come(title, body, post.published)
    if coming is None or re.search(r"\b(?:verbale|resoconto)\b", post.title, re.I):
        return False
    told = title + body[: coming.start]
    past = any(len(f.date) == 10 and f.date < post.published for f in dates.find(told, reference=post.published))
    return not past and not _HELD.search(told)


def _opening_dates(title: str, body: str, reach: int, reference: str | None = None) -> Iterator[dates.Found]:
    """The dates of the first letters of a body, placed in it; looked for in the whole text, whose dates are read once."""
    at = len(title)
    for found in dates.find(title + body, at, reference=reference):
        if found.start >= at + reach:
            return
        if found.end <= at + reach:
            yield replace(found, start=found.start - at, end=found.end - at)


def _to_come(title: str, body: str, reference: str | None) -> dates.Found | None:
    """A day after that of publication with its hours: "Sabato 2 marzo 2019, dalle ore 9.15"."""
    if not reference:
        return None
    opening = body[:1200]
    for found in _opening_dates(title, body, len(opening), reference):
        after = opening[found.end : found.end + 40]
        if len(found.date) == 10 and found.date > reference and _HOURS_AFTER.match(after):
            before = opening[max(0, found.start - 70) : found.start]
            return None if _NEXT.search(before) or _TERM.search(before) else found
    return None


_HELD = re.compile(
    r"\b(?:presenti|assenti|partecipanti)\s*:|\bsi\s+(?:è|sono)\s+(?:svolt|tenut|riunit|incontrat|ritrovat)\w+|\bci\s+siamo\s",
    re.I,
)
_TERM = re.compile(r"\b(?:entro|fino\s+al?|scad\w+|dal|termine)\b[^\n]{0,25}$", re.I)
_HOURS_AFTER = re.compile(
    r"[\s,]*(?:con\s+inizio\s+)?(?:dalle|alle|ad\s+ore|ore|h\.|a\s+partire\s+dalle)\s*(?:ore\s+)?\d", re.I
)

# Words before a date that give it to a meeting, and words that give it to papers, terms and other days.
_OF_MEETING = re.compile(
    r"(?:(?:il|del|nel)\s+giorno|addì|in\s+data|sedut[ae]\s+(?:\w+\s+){0,2}del|seduta\s+di|riunion[ei]\s+(?:\w+\s+){0,2}del|incontro\s+(?:\w+\s+){0,4}(?:del|di|tenuto\s+.{0,30})|sessione\s+(?:\w+\s+){0,2}del|verbale\s+(?:\w+\.?\s+){0,6}(?:del|di)|"
    r"(?:^|[\n|])[\s|]*(?:data(?:\s+(?:della\s+)?(?:riunione|incontro|seduta)|\s+e\s+ora)?|giorno|quando|riunione\s+del|del\s+giorno|seduta\s+del|incontro\s+del)[\s|]*:?|giornata\s+del|svolt[oa]\s+(?:(?:a|in|presso)\s+\w+\s+|\w+\s+)?(?:il)?|tenut[oa](?:si)?\s+(?:a\s+\w+\s+)?(?:il)?|riunit[oaie]\s+(?:il)?|(?:call|resoconto|sintesi|tavolo|assemblea|consulta|conferenza|comitato|direttivo|gruppo)\s+(?:\w+\s+){0,3}(?:del|di(?:\s+ieri)?)|"
    r"oggi|ieri|scors[oa])[\s,]*(?:il\s+)?$",
    re.I,
)
_AFTER_MEETING = re.compile(
    r"^[\s,]*(?:\([^)]*\)\s*,?\s*)?(?:con\s+inizio\s+)?(?:alle\b|ad\s+ore|ore\b|h\.|dalle\b|presso|nella\s+sala|nell'aula|in\s+presenza|,?\s*si\s+(?:è|sono)|del\s+mese|-\s*(?:ore|h)|\(?\d{1,2}[.:]\d\d)",
    re.I,
)
_OF_PAPERS = re.compile(
    r"(?:prot\w*\.?[^\n]{0,24}|not[ae]\s+[^\n]{0,30}|determin\w+[^\n]{0,20}|deliber\w+[^\n]{0,20}|d\.?g\.?r\.?[^\n]{0,14}|l\.?r\.?\s[^\n]{0,10}|legge[^\n]{0,14}|decret\w+[^\n]{0,20}|d\.lgs\.?[^\n]{0,10}|convocat\w+\s[^\n]{0,40}|convocazione[^\n]{0,34}|invit\w+[^\n]{0,30}|avvis\w+[^\n]{0,30}|trasmess\w+[^\n]{0,20}|inviat\w+[^\n]{0,12}|"
    r"pec[^\n]{0,12}|mail[^\n]{0,12}|bando[^\n]{0,20}|entro[^\n]{0,12}|fino\s+al\w*|scad\w+[^\n]{0,12}|approvazione[^\n]{0,45}|precedent\w+[^\n]{0,14}|prossim\w+[^\n]{0,25}|nomin\w+[^\n]{0,24}|aggiornat\w+[^\n]{0,14}|ultima\s+modifica[^\n]{0,14}|rev\.?[^\n]{0,20}|pubblicat\w+[^\n]{0,14}|pubblicazione[^\n]{0,6}|"
    r"annualità|\bdal\s+|nat[oa]\s+il|contratto[^\n]{0,12}|stipulat\w+[^\n]{0,12}|costituit\w+[^\n]{0,20}|incontro\s+precedente[^\n]{0,12}|inviato:?[^\n]{0,12}|sent:?[^\n]{0,12})$",
    re.I,
)

# "i nodi discussi nell'incontro del 05/03": another meeting, of which these minutes take up the thread.
_OF_ANOTHER = re.compile(
    r"\b(?:emers|ripres|inizia|avvia|discuss|dett|propost|anticipa|accenna|concorda|condivis)\w*\s+(?:già\s+)?(?:nel|dal|al)(?:l['’]|la\s+|lo\s+|\s+)\s*(?:incontro|riunione|seduta|tavolo|assemblea)\s+(?:\w+\s+)?del\s*$",
    re.I,
)


# "Verbale del 2 maggio: lettura e approvazione" is an item of the agenda.
_READ_OUT = re.compile(r"\s*[:,]?\s*(?:lettura|approvazione|approvat\w+|presa\s+d'atto|esame)\b", re.I)


def _of_mail(text: str, place: int) -> bool:
    """The date stands in the head of a mail, between *Da* and *Oggetto*."""
    start = text.rfind("\n", 0, place) + 1
    around = text[max(0, start - 160) : start] + text[place : place + 200]
    return bool(re.match(r"\s*(?:data|inviato|sent|date)\b", text[start:place], re.I)) and bool(
        re.search(r"(?:^|\n)\s*(?:da|from|a|to|cc|oggetto|subject)\s*:", around, re.I)
    )


_AGENDA_LINE = re.compile(
    r"(?:^|\n)\s*(?:[-•·]|\d{1,2}\s?[.)]|[a-z]\))\s[^\n]{0,60}$|(?:lett\w+|approva\w*|conferm\w+)\s[^\n.]{0,50}$|:\s*-\s[^\n]{0,50}$",
    re.I,
)


def _score(text: str, found: dates.Found, in_title: bool, reference: str | None) -> float:
    before = text[max(0, found.start - 70) : found.start]
    score = (6.0 if in_title else 1.0) - found.start / 700
    if (
        _OF_ANOTHER.search(before)
        or _READ_OUT.match(text, found.end)
        or (_OF_PAPERS.search(before[-50:]) and not _OF_MEETING.search(before))
    ):
        score -= 7
    elif _OF_MEETING.search(before):
        score += 5
    if _of_mail(text, found.start):
        score -= 9
    if _AGENDA_LINE.search(before) and not in_title:
        score -= 5
    if _AFTER_MEETING.match(text[found.end : found.end + 40]):
        score += 2.5
    if re.match(r"\s+\d{1,2}[.:]\d\d\s+\d+\s+comment", text[found.end : found.end + 30], re.I):
        score -= 6  # the stamp of a web page
    if found.weekday:
        score += 1
    near = text[found.end : found.end + 230]
    if re.search(
        r"\bdesert[ao]\b|\bprima\s+convocazione\b(?![^.]{0,60}seconda)", near.split("\n\n")[0], re.I
    ) and re.search(r"seconda\s+convocazione|2[\^ª]\s+convocazione", text, re.I):
        score -= 4
    line = _line_of(text, found)
    if len(line) < found.end - found.start + 30:
        score += 1.5
    if reference and found.date > reference and not found.inferred:
        score -= 1
    return score


def _line_of(text: str, found: dates.Found) -> str:
    return text[text.rfind("\n", 0, found.start) + 1 : (text + "\n").index("\n", found.end)]


def _dateline(title: str, body: str) -> str | None:
    """A whole date of the letterhead (protocol, mail) that tells the year of dates without one."""
    found = next((f for f in _opening_dates(title, body, 3000) if not f.inferred and len(f.date) == 10), None)
    return found.date if found else None


_DAY_ALONE = Cued(
    r"\b(?:di|incontro\s+di|del)\s+(?P<weekday>lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\s+(?P<day>[0-3]?\d)\b(?!\s*(?:[a-z]{3,}|[./-]\d))",
    [f"{word} {day}" for word in ("di", "del", "incontro di") for day in dates.WEEKDAYS],
)


def _weekday_and_day(text: str, reference: str) -> dates.Found | None:
    """ "il promemoria di giovedì 16": the last such day before the mail or post."""
    found = _DAY_ALONE.search(text)
    if not found:
        return None
    there = dt.date.fromisoformat(reference)
    for back in range(0, 62):
        day = there - dt.timedelta(days=back)
        if day.day == int(found["day"]) and day.weekday() == dates.WEEKDAYS[found["weekday"].lower()]:
            return dates.Found(found.start(), found.end(), day.isoformat(), inferred=True)
    return None


_AGO = Cued(
    r"\b(?P<ieri>ieri|l'altro\s+ieri|questa\s+mattina|stamattina|questo\s+pomeriggio|questa\s+sera|stasera)\b|\b(?P<day>lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\s+(?:scors[oa]|u\.s\.)|\b(?:assemblea|riunione|incontro|tavolo)\s+di\s+(?P<of>lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\b",
    ["ieri", "l'altro", "quest", "stam", "stas", "assemblea", "riunione", "incontro", "tavolo", *dates.WEEKDAYS],
)


def _ago(text: str, reference: str | None) -> dates.Found | None:
    """ "l'incontro di ieri", "martedì scorso": counted back from the date of the mail or post."""
    if not reference:
        return None
    found = _AGO.search(text)
    if not found:
        return _weekday_and_day(text, reference)
    there = dt.date.fromisoformat(reference)
    if found["ieri"]:
        word = found["ieri"].lower()
        back = 2 if "altro" in word else 1 if word == "ieri" else 0
    else:
        back = (there.weekday() - dates.WEEKDAYS[(found["day"] or found["of"]).lower()]) % 7 or 7
    return dates.Found(found.start(), found.end(), (there - dt.timedelta(days=back)).isoformat(), inferred=True)


def _details(meeting: Meeting, post: Post, text: str, finder: Finder) -> None:
    title, opening = (
        text[: post.body_start],
        text[post.body_start : post.body_start + (900 if meeting.relation == "announced" else 1800)],
    )
    first = opening.split("\n\n\n")[0]
    opening = first if meeting.relation == "announced" and len(first) > 120 else opening
    here = _without_next(opening)
    meeting.start, meeting.end = dates.hours(_without_asides(title + here))
    if meeting.relation != "announced" and meeting.end is None:
        meeting.end = dates.closing(text[post.body_start :])
    meeting.venue = _venue(here[:600])
    number = _NUMBER.search(title) or _NUMBER.search(opening[:200])
    meeting.number = number.group(1) if number else None
    _body(meeting, title, opening, finder)
    meeting.next = _next(text, meeting.date or post.published)


def _without_asides(opening: str) -> str:
    """The opening without the opening hours of services and without late arrivals."""
    out, here = [], 0
    for cue in re.finditer(
        r"\b(?:sportell\w+|apert[oaie]\s+(?:il|dal|al|a\s+tutt\w*|tutt\w+)\b|entra\b|esce\b)", opening, re.I
    ):
        start = max(opening.rfind(mark, 0, cue.start()) for mark in "\n;") + 1
        start = max(start, opening.rfind(". ", 0, cue.start()) + 1)
        stop = min((x for x in (opening.find(mark, cue.end()) for mark in "\n;") if x >= 0), default=len(opening))
        if start >= here and not re.search(r"\b(?:riunit|svolt|tenut|seduta|presenti)", opening[start:stop], re.I):
            out.append(opening[here:start])
            here = stop
    return "".join([*out, opening[here:]])


def _without_next(opening: str) -> str:
    """The opening without the sentences that speak of the next meeting."""
    pieces, here = [], 0
    for cue in _NEXT.finditer(opening):
        if cue.group().lower().startswith("si ritrova") and cue.start() < 200:
            continue  # "Il Tavolo si ritrova il 18 gennaio" opens minutes
        start = max(opening.rfind(mark, here, cue.start()) for mark in (". ", "\n")) + 1
        stop = min(
            (x for x in (opening.find(mark, cue.end() + 2) for mark in (". ", "\n")) if x >= 0), default=len(opening)
        )
        if len(opening[start:stop].split()) <= 3:  # a heading: what it speaks of stands on the next line
            stop = opening.find("\n", stop + 1) if opening.find("\n", stop + 1) > 0 else len(opening)
        if start >= here:
            pieces.append(opening[here:start])
            here = stop
    return " ".join([*pieces, opening[here:]])


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
        stretch = text[match.start() : match.start() + 180].split("\n")
        sentence = stretch[0] if len(stretch[0].split()) > 3 or len(stretch) < 2 else " ".join(stretch[:3])
        found = next(dates.find(sentence, reference=reference, ahead=True), None)
        if found and (not reference or found.date > reference):
            return found.date
    return None

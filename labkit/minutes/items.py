"""What a post says: sections, decisions, deadlines, amounts, dated events, partnerships, tensions, and who speaks."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from labkit.actors.mentions import Finder, Mention
from labkit.actors.people import Person
from labkit.language import sentences
from labkit.language.vocabulary import lemma
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


def sections(post: Post, text: str, *, taken: Iterable[tuple[int, int]] = ()) -> list[Section]:
    """Split a post at its headings: those that the file marks, else short lines that open a paragraph.

    Parameters
    ----------
    taken
        Spans of attendance lists, whose lines are never headings.
    """
    lists = list(taken)
    marks = sorted(post.headings) or [
        start for start, end in _heading_lines(post, text) if not any(a <= end and start <= b for a, b in lists)
    ]
    cuts = [post.body_start, *[m for m in marks if m > post.body_start], len(text)]
    marks_at_start = bool(marks) and marks[0] == post.body_start
    found = []
    for number, (start, end) in enumerate(pairwise(cuts)):
        if not text[start:end].strip():
            continue
        titled = number > 0 or marks_at_start
        heading = " ".join(text[start:end].split("\n", 1)[0].split()) if titled else ""
        inside = any(start <= a < end for a, _ in lists)
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


@dataclass(frozen=True)
class Deadline:
    """A day by which something is to be done, with its sentence."""

    date: str
    inferred: bool
    start: int
    end: int
    who: str | None


_BY = re.compile(
    r"\b(?:entro(?:\s+e\s+non\s+oltre)?|scadenza|scadenze|scade|termine\s+(?:ultimo|fissato|regionale)?|non\s+oltre|da\s+presentare)\b",
    re.I,
)
_END_OF_MONTH = re.compile(
    r"\bentro\s+(?:la\s+)?fine\s+(?:di\s+|del\s+mese\s+di\s+)?(?P<month>gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre)(?:\s+(?P<year>20\d\d))?",
    re.I,
)


def deadlines(text: str, start: int, *, reference: str | None, named: list[tuple[int, int, str]]) -> list[Deadline]:
    """Return the days that the text sets as a limit: "entro il 30 settembre", "entro la fine di giugno".

    Parameters
    ----------
    named
        Spans and names of people and organisations; the first in the sentence before the limit is taken for who is to do it.
    """
    found: dict[tuple[str, int], Deadline] = {}
    for cue in _BY.finditer(text, start):
        begin = max(start, text.rfind("\n", 0, cue.start()) + 1)
        sentence = next(
            ((a, b) for a, b in sentences.spans(text, begin, min(len(text), cue.end() + 600)) if a <= cue.start() < b),
            (begin, cue.end()),
        )
        near = text[cue.start() : min(sentence[1], cue.end() + 60)]
        who = next((name for a, b, name in named if sentence[0] <= a and b <= cue.start()), None)
        date = next(dates.find(near, reference=reference), None)
        month = _END_OF_MONTH.match(near)
        if month:
            day, inferred = _last_day(month, reference)
        elif date and len(date.date) == 10:
            day, inferred = date.date, date.inferred
        else:
            continue
        if day:
            found.setdefault((day, sentence[0]), Deadline(day, inferred, *sentence, who))
    return sorted(found.values(), key=lambda d: (d.start, d.date))


def _last_day(match: re.Match, reference: str | None) -> tuple[str | None, bool]:
    month = dates.MONTHS[match["month"].lower()]
    if match["year"]:
        year = int(match["year"])
    else:
        near = dates.nearest(28, month, reference, near="p")
        if near is None:
            return None, True
        year = int(near[:4])
    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}", not match["year"]


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
_WILL = re.compile(
    r"\b(?:si\s+terr(?:à|anno)|avr(?:à|anno)\s+luogo|è\s+fissat\w+|incontrerà|è\s+convocat\w+|sarà)\b", re.I
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
    return sorted(found.values(), key=lambda e: (e.start, e.date))


def _title(text: str) -> str:
    return " ".join(text.strip(' \t-–:,.;"“”').split())[:140]


def _event(date: dates.Found, title: str, start: int, end: int, bodies: list[Mention]) -> Event:
    body = next((m for m in bodies if start <= m.start < end), None)
    return Event(
        date.date, date.inferred, title, body.actor_id if body else None, body.name if body else None, start, end
    )


@dataclass(frozen=True)
class Amount:
    """A figure with its unit: euro, percent, or what is counted."""

    value: float
    unit: str
    what: str
    start: int
    end: int


_FIGURE = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)"
_WORD_FIGURE = r"(?:un|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|venti|trenta)"
_MONEY = re.compile(
    rf"(?:€|euro)\s*(?P<before>{_FIGURE})(?![\d.,]*\s*(?:milion|mila))"
    rf"|(?P<million>{_FIGURE}|{_WORD_FIGURE})\s*milion[ei](?:\s*(?:e\s+)?(?P<more>{_FIGURE})\s*mila)?(?P<euro>\s*(?:di\s+)?(?:euro|€))?"
    rf"|(?P<thousand>{_FIGURE})\s*mila\s*(?:euro|€)"
    rf"|(?P<plain>{_FIGURE})\s*(?:euro\b|€)",
    re.I,
)
_PERCENT = re.compile(rf"(?P<value>{_FIGURE})\s*(?:%|per\s*cento\b)", re.I)
_COUNT = re.compile(
    r"(?<![\d.,/:'-])(?P<value>\d{1,3}(?:\.\d{3})+|\d{1,5})\s+(?P<unit>[a-zà-ÿ]{4,}[ei])\b(?!\s*(?:20\d\d))"
)
_NOT_COUNTED = frozenset(
    [
        "anni",
        "mesi",
        "giorni",
        "minuti",
        "secondi",
        "settimane",
        "volte",
        "gennaio",
        "febbraio",
        "aprile",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
        "alle",
        "dalle",
        "nelle",
        "delle",
        "euro",
        "milioni",
        "mila",
        "ore",
        "metri",
        "chilometri",
        "allegati",
        "articoli",
        "commi",
        "persone",
    ]
) - {"persone"}


def amounts(text: str, start: int) -> list[Amount]:
    """Return sums of money, percentages and counts.

    >>> [(a.value, a.unit) for a in amounts("pari a 1milione 500mila euro, al 40%, con 32 domande", 0)]
    [(1500000.0, 'EUR'), (40.0, 'percent'), (32.0, 'domanda')]
    """
    found = []
    for match in _MONEY.finditer(text, start):
        if (
            match["million"]
            and not match["euro"]
            and not re.search(
                r"euro|cost|contribut|finanziament|invest|spes|budget|risors",
                text[max(0, match.start() - 90) : match.end() + 30],
                re.I,
            )
        ):
            continue
        found.append(_amount(text, match, _money(match), "EUR"))
    taken = [(a.start, a.end) for a in found]
    for match in _PERCENT.finditer(text, start):
        found.append(_amount(text, match, _number(match["value"]), "percent"))
    for match in _COUNT.finditer(text, start):
        unit = match["unit"]
        if (
            unit not in _NOT_COUNTED
            and unit not in dates.MONTHS
            and not any(a < match.end() and match.start() < b for a, b in taken)
        ):
            found.append(_amount(text, match, _number(match["value"]), lemma(unit)))
    return sorted(found, key=lambda a: a.start)


def _money(match: re.Match) -> float:
    if match["million"]:
        return _number(match["million"]) * 1e6 + (_number(match["more"]) * 1e3 if match["more"] else 0)
    if match["thousand"]:
        return _number(match["thousand"]) * 1e3
    return _number(match["before"] or match["plain"])


def _number(text: str) -> float:
    if text[0].isdigit():
        return float(text.replace(".", "").replace(",", "."))
    return float(
        1
        if text.lower() == "un"
        else {"venti": 20, "trenta": 30}.get(text.lower()) or dates.number_of(text.lower()) or 0
    )


def _amount(text: str, match: re.Match, value: float, unit: str) -> Amount:
    begin = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 50)
    end = min(match.end() + 30, len(text))
    what = " ".join(text[begin:end].split("\n")[0].split())
    return Amount(value, unit, what, match.start(), match.end())


@dataclass(frozen=True)
class Partnership:
    """Partners that a text lists for one project or agreement."""

    label: str
    members: tuple[Mention, ...]
    start: int
    end: int


_PARTNERS = re.compile(
    r"\b(?:(?:i|tanti\s+i|numerosi\s+i|sono|altri|gli\s+enti)\s+partner\b|partner\s+(?:del|di|della)\b|(?:rete\s+di\s+)?(?:partenariato|partnership)\s+(?:è\s+)?(?:\w+\s+){0,3}(?:compost\w+|costituit\w+|format\w+|conta|comprende|riunisce)|partenariato\s*:"
    r"|(?:sottoscritt\w+|firmat\w+|siglat\w+)\s+(?:\w+\s+){0,6}(?:da|tra|fra)\b|accordo\s+(?:di\s+\w+\s+)?(?:tra|fra)\b)",
    re.I,
)


def partnerships(text: str, start: int, finder: Finder, mentions: list[Mention], *, title: str) -> list[Partnership]:
    """Return the lists of partners; what stands between commas in such a list is an organisation even if nothing else shows it."""
    found: list[Partnership] = []
    for cue in _PARTNERS.finditer(text, start):
        if found and cue.start() < found[-1].end:
            continue
        begin = max(text.rfind("\n", 0, cue.start()) + 1, text.rfind(". ", 0, cue.start()) + 1)
        end = _list_end(text, cue.end())
        inside = [m for m in mentions if m.type == "organisation" and cue.start() <= m.start < end]
        colon = text.find(":", cue.end(), end)
        if colon > 0:
            inside = sorted([*inside, *_unknown_items(text, colon + 1, end, inside, finder)], key=lambda m: m.start)
        members = tuple({m.actor_id: m for m in reversed(inside)}.values())[::-1]
        if len(members) >= 3:
            label = next((m.name for m in mentions if m.type == "initiative" and begin <= m.start < end), None)
            found.append(
                Partnership(
                    label
                    or _quoted(text, begin, end)
                    or next((m.name for m in mentions if m.type == "initiative"), title),
                    members,
                    begin,
                    end,
                )
            )
    return found


def _list_end(text: str, start: int) -> int:
    """The end of the sentence; a list that goes on over bulleted lines is followed to its end."""
    end = sentences.end_of(text, start)
    if text[start:end].rstrip().endswith(":"):
        while end < len(text):
            following = text[end:].lstrip("\n \t")
            line_end = len(text) - len(following) + (following.find("\n") if "\n" in following else len(following))
            line = following.split("\n", 1)[0]
            if (
                not re.match(r"[-•*·]\s|\d+[.)]\s", line)
                and not line.rstrip().endswith((";", ","))
                and text[start:end].rstrip()[-1] not in ":;,"
            ):
                break
            end = line_end
            if line.rstrip().endswith(".") or not line:
                break
    return end


def _unknown_items(text: str, start: int, end: int, known: list[Mention], finder: Finder) -> Iterator[Mention]:
    for part in re.finditer(r"[^,;\n]+", text[start:end]):
        raw = re.sub(r"^(?:\s|-|•|e\s|ed\s|il\s|la\s|l'|lo\s|i\s|gli\s|le\s)+|[\s.]+$", "", part.group())
        begin = start + part.start() + part.group().find(raw) if raw else 0
        if (
            raw
            and raw[0].isupper()
            and len(raw.split()) <= 8
            and not any(m.start < start + part.end() and start + part.start() < m.end for m in known)
        ):
            yield finder.resolve(raw, begin, begin + len(raw), raw, found_by="grammar", certainty=0.7)


def _quoted(text: str, begin: int, end: int) -> str | None:
    found = re.search(r"\"([^\"\n]{3,50})\"", text[begin:end])
    return found.group(1) if found else None


@dataclass(frozen=True)
class Tie:
    """A tie that the text itself states between two actors."""

    kind: str
    source: Mention
    target: Mention
    sign: int
    directed: bool
    start: int
    end: int
    label: str = ""


_TENSION = re.compile(
    r"\b(?:non\s+allineamento|disallineament\w+|conflitt\w+|tension[ei]|contrast\w+|divergenz\w+|disaccord\w+|attrit[oi]|incomprension\w+)\b[^.\n]{0,30}?\b(?:tra|fra)\b",
    re.I,
)
_FUNDED = re.compile(
    r"\b(?:finanziat\w+\s+(?:da|dal|dalla|dall'|dai)|contributo\s+(?:\w+\s+){0,4}(?:di|della|del|dalla|dal)|sostenut\w+\s+(?:da|dalla|dal))\s*",
    re.I,
)


def stated_ties(text: str, start: int, mentions: list[Mention]) -> list[Tie]:
    """Return tensions ("non allineamento tra A e B") and funding ("finanziato dalla Fondazione X") that the text states."""
    actors = [m for m in mentions if m.type == "organisation"]
    found = []
    for cue in _TENSION.finditer(text, start):
        # "tra la Comunità Sociale (CSC) e ...": the acronym in brackets is the same actor again.
        near = {m.actor_id: m for m in reversed(actors) if cue.end() <= m.start < cue.end() + 120}
        pair = sorted(near.values(), key=lambda m: m.start)[:2]
        if len(pair) == 2 and not re.search(r"[.;\n]", text[cue.end() : pair[1].start]):
            found.append(Tie("tension", *pair, -1, False, cue.start(), pair[1].end))
    for cue in _FUNDED.finditer(text, start):
        funder = next((m for m in actors if cue.end() <= m.start <= cue.end() + 4), None)
        begin = max(text.rfind("\n", 0, cue.start()), text.rfind(". ", 0, cue.start()), 0)
        project = next((m for m in mentions if m.type == "initiative" and begin <= m.start < cue.start() + 160), None)
        if funder and project:
            found.append(Tie("funding", funder, project, 1, True, begin + 1, funder.end, project.name))
    return found


_DECIDES = re.compile(
    r"\b(?:si\s+(?:decide|conviene|concorda|stabilisce|approva|delibera|condivide\s+la\s+proposta|incarica|prevede\s+di|stabilisc\w+|propone\s+di)|(?:è|viene|vengono)\s+(?:deciso|approvat\w+|stabilito|deliberat\w+)|approva(?:no)?\s+all'unanimità|concorda\s+s\w+|l'assemblea\s+(?:approva|delibera))\b",
    re.I,
)


def decisions(text: str, start: int) -> list[tuple[int, int]]:
    """Return the spans of sentences in which something is decided."""
    return [(a, b) for a, b in sentences.spans(text, start) if _DECIDES.search(text, a, b)]


@dataclass(frozen=True)
class Statement:
    """Something a person or an organisation is reported or quoted to have said."""

    speaker: str
    mode: str
    start: int
    end: int


_SAYS = re.compile(
    r"\s*(?:,[^,.\n]{0,60},)?\s*(?:\(\w[^)]{0,40}\))?\s*(?:-\s*)?(?:ha\s+|hanno\s+|non\s+|si\s+)?(?:dichiar\w+|conclus\w+|sottoline\w+|evidenzi\w+|osserv\w+|chied\w+|chiest\w+|propon\w+|propost\w+|riferi\w+|illustr\w+|sintetizz\w+|ricord\w+|spieg\w+|obiett\w+|rispond\w+|rispost\w+|ribad\w+|riporta|racconta\w*|informa|comunic\w+|avvert\w+|precis\w+|aggiung\w+|aggiunt\w+|afferm\w+|sostiene|conferm\w+|nota|fa\s+(?:notare|presente)|dice|dett[oa]|espon\w+|relazion\w+|segnal\w+|invita|domanda|porta\s+(?:i|la|il)|rilev\w+|anticip\w+|present\w+)\b"
)


def statements(
    text: str, start: int, people: list[Person], mentions: list[Mention], *, person_ids: dict[str, str]
) -> list[Statement]:
    """Return sentences whose subject is a named speaker with a verb of saying after it."""
    speakers = [(p.start, p.end, person_ids[p.key]) for p in people if p.key in person_ids]
    speakers += [(m.start, m.end, m.actor_id) for m in mentions if m.type == "organisation"]
    found = {}
    for a, b, speaker in sorted(speakers):
        if a < start or not _SAYS.match(text, b):
            continue
        begin = max(text.rfind("\n", 0, a) + 1, text.rfind(". ", 0, a) + 2 if text.rfind(". ", 0, a) >= 0 else 0)
        end = sentences.end_of(text, b)
        mode = "direct" if '"' in text[begin:end] else "reported"
        found.setdefault((begin, end), Statement(speaker, mode, begin, end))
    return sorted(found.values(), key=lambda s: s.start)


@dataclass
class Content:
    """All that the text of a post says, as found."""

    deadlines: list[Deadline] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    decisions: list[tuple[int, int]] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

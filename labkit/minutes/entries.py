"""One entry of an attendance list, or one sentence that tells who came: names with role, organisation and status.

An organisation stands before its people ("per il Comune di X, l'assessora N", "Ausl: N, M") or after them ("N (ACLI)",
"N dell'Auser"); the words between tell which. What stands in brackets or after a dash beside a name is its organisation
even if nothing else shows it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from labkit.actors import people
from labkit.actors.identity import bare
from labkit.actors.mentions import Finder, Mention, municipality, shifted
from labkit.actors.people import Person
from labkit.language.spans import Spans
from labkit.language.vocabulary import first_names, word_list


@dataclass(frozen=True)
class Attendee:
    """A person in an attendance list."""

    name: str
    status: str
    start: int
    end: int
    function: str = "member"
    role: str | None = None
    organisation: Mention | None = None
    arrives: str | None = None
    leaves: str | None = None
    remote: bool = False
    delegate_for: str | None = None


@dataclass(frozen=True)
class Piece:
    """A stretch of text about who was there: an entry of a list, or a sentence (``prose``)."""

    start: int
    end: int
    status: str = "present"
    function: str = "member"
    prose: bool = False
    lead: Mention | None = None


@dataclass(frozen=True)
class Named:
    """The organisations and bodies of a text, found once, looked up by place."""

    mentions: list[Mention]
    starts: list[int]

    @classmethod
    def of(cls, text: str, finder: Finder, mentions: list[Mention] | None) -> Named:
        found = finder.find(text) if mentions is None else mentions
        found = [m for m in found if m.type in ("organisation", "body")]
        return cls(found, [m.start for m in found])

    def inside(self, start: int, end: int) -> list[Mention]:
        first = bisect_left(self.starts, start)
        return [m for m in self.mentions[first : bisect_left(self.starts, end)] if m.end <= end]


# What may stand before an entry of a list: a bullet, a number, a letter.
BULLET = re.compile(r"^\s*(?:[-•*·o–]\s+|\d{1,2}\s*[.)°]\s*|[a-z]\)\s+)?")

_CLOCK = r"(\d{1,2})\s?[.:,]\s?(\d{2})"
_ARRIVES = re.compile(
    rf"\b(?:arriva\w*|entra\w*|giunge|dalle|presente dalle|si\s+unisce\w*|si\s+collega)\s+(?:alle\s+)?(?:ore\s+|h\.?\s*)?{_CLOCK}",
    re.I,
)
_LEAVES = re.compile(
    rf"\b(?:esce|lascia(?: la seduta| l'incontro)?|fino alle|si allontana|si scollega)\s+(?:alle\s+)?(?:ore\s+|h\.?\s*)?{_CLOCK}",
    re.I,
)
_REMOTE = re.compile(
    r"\b(?:da remoto|in (?:video)?conferenza|online|on line|in (?:video)?collegamento|a distanza|collegat\w|via (?:meet|teams|zoom))\b",
    re.I,
)
_TITLES = r"(?:(?:il|la|lo|l'|i|le)?\s?(?:dott\.?(?:ssa)?|dr\.?(?:ssa)?|d\.ssa|sig\.?(?:ra)?|ing\.|avv\.|arch\.|prof\.?(?:ssa)?|geom\.|rag\.)\s+)?"
_DELEGATE = re.compile(
    rf"(?<!rappresentat[oa]\s)\b(?:anche\s+)?(?:(?:su|per|giusta|con)\s+delega\s+d\w+'?|delegat[oa]\s+d(?:a|al|alla|all'|i|el|ella|ello|ell')|in\s+sostituzione\s+d\w+'?|in\s+vece\s+d\w+|al\s+posto\s+d\w+'?|sostitui(?:sce|to\s+da)|delega\s+d\w+'?)"
    rf"\s*(?P<who>(?:(?:il|la|lo|l')\s?)?(?:(?:vice)?sindac[oa]|assessor[ea]|direttor[ei]|direttrice|presidente|titolare|consiglier[ea])?\s*{_TITLES}[^,;()\n.]{{3,60}})",
    re.I,
)
# Somebody named here was not there: remembered, quoted, giving a street or an act its name.
_ASIDE = re.compile(
    r"\b(?:in\s+ricordo|in\s+memoria|intitolat\w+|ricordo\s+d|memoria\s+d|nominat\w+|convocat\w+\s+da|a\s+firma|firmat\w+\s+da|scritt\w+\s+da|curat\w+\s+da|incontro\s+con|colloquio\s+con|su\s+invito|"
    r"invitat\w+\s+da|promoss\w+\s+da|trasmess\w+\s+da|inviat\w+\s+da|ex\s+(?:sindac|president|assessor|direttor)\w+|figli[oa]\s+d|papà\s+d|mamma\s+d)[^,;:.()]{0,35}$",
    re.I,
)


def read(text: str, piece: Piece, finder: Finder, mentions: list[Mention]) -> Iterator[Attendee]:
    """Yield the people of one piece, in order; a delegating person comes after the delegate, as absent.

    Parameters
    ----------
    mentions
        The organisations and bodies named in the piece, in order.
    """
    raw = text[piece.start : piece.end]
    organisations = [shifted(m, -piece.start) for m in mentions]
    delegated = [] if piece.status != "present" else [m for m in _DELEGATE.finditer(raw) if _by_somebody(m)]
    spans = [(m.start, m.end) for m in organisations]
    places = [m.span(1) for m in _BRACKETED.finditer(raw) if municipality(m.group(1)) == m.group(1).strip()]
    seats = [(m.start("place"), m.start("place") + len(_seat(m["place"]))) for m in _SEAT.finditer(raw)]
    blocked = [*spans, *places, *seats, *((m.start("who"), m.end("who")) for m in delegated)]
    named = people.in_sentence(raw, blocked=blocked) if piece.prose else people.in_entry(raw, blocked=blocked)
    named = sorted([*named, *_titled(raw, blocked, named)], key=lambda p: p.start)
    named = [p for p in named if p.found_by == "lexicon" or not _is_tail(raw, p, organisations)]
    named = [p for p in named if not _ASIDE.search(raw[max(0, p.start - 60) : p.start])]
    if not named and not piece.prose:
        short = list(_surnames(raw, piece, organisations, finder)) or list(_bare_names(raw, piece, organisations, []))
        yield from short
        return
    if piece.status and not piece.prose and piece.end - piece.start < 1500:
        yield from _bare_names(raw, piece, organisations, named)
    if piece.lead is None and not piece.prose:
        piece = replace(piece, lead=_town_ahead(raw, piece, finder))
    owners = _owners(raw, named, organisations, finder, prose=piece.prose)
    for number, person in enumerate(named):
        until = named[number + 1].start if number + 1 < len(named) else len(raw)
        since = named[number - 1].end if number else 0
        one = _attendee(raw, piece, person, since, until, owners[number])
        yield from _namesake(raw, piece, one, since, person)
        yield one
        yield from _delegators(raw, piece, one, delegated, person, until)


# The town of a mayor, in a list or not, where a comma or bracket closes it.
_SEAT = re.compile(
    r"\b(?i:(?:vice\s?-?)?sindac[oa])\s+(?:del\s+[Cc]omune\s+)?(?:di|del|della|d')\s?(?P<place>[A-ZÀ-Ý][\w'-]+(?:\s+(?:(?:di|del|della|dei|in|sul|al|d'|allo|alla)\s?)?[A-ZÀ-Ý][\w'-]+){0,4})(?=\s*(?:[,;)(]|$))"
)


def _seat(place: str) -> str:
    """The town of a mayor: all the words, if what follows a known name goes on with it and names nobody.

    >>> _seat("Rocca Santo Stefano al Tavaro"), _seat("Spello Gianfosco Brandi"), _seat("Villa Nessuna")
    ('Rocca Santo Stefano al Tavaro', 'Spello', 'Villa Nessuna')
    """
    known = municipality(place)
    if known:
        rest = place[len(known) :].split()
        goes_on = rest[:1] and (rest[0].islower() or (len(rest) == 1 and bare(rest[0]) in _OF_TOWNS))
        return place if goes_on else known
    return "" if any(p.found_by == "lexicon" for p in people.in_entry(place)) else place


_OF_TOWNS = frozenset(
    "alto alta basso bassa superiore inferiore vecchio vecchia nuovo nuova terme marina scalo centro".split()
)


def _is_tail(raw: str, person: Person, organisations: list[Mention]) -> bool:
    """ "AUSER Insieme Terzolana:": unknown words right after an organisation, before a colon or bracket, end its name."""
    return bool(re.match(r"\s*[:(]", raw[person.end :])) and any(
        re.fullmatch(r"\s(?:[-–]\s)?", raw[o.end : person.start]) for o in organisations
    )


_TITLED = re.compile(
    r"(?i:\b(?:(?P<title>dott\.?(?:ssa)?|dr\.?(?:ssa)?|d\.ssa|sig\.?(?:ra|na)?|prof\.?(?:ssa)?|avv\.|ing\.|arch\.|geom\.|rag\.|suor|don|padre|fra|mons\.)|(?:vice\s?-?)?(?:sindac[oa]|assessor[ea])|ass\.|consiglier[ea]))"
    r"\s+(?P<name>(?:[A-ZÀ-Ý]')?[A-ZÀ-Ý][a-zà-ÿ]{2,})(?=\s*(?:[,;:.()]|$)|\s+(?:ed?|del|della|dell'|dello|di|per|in|da)\b|(?(title)\s+[a-zà-ÿ]{3}|(?!)))",
)


def titled(text: str) -> bool:
    """Tell whether a line is a title and a name, be it a lone one: "suor Agnese"."""
    return bool(_TITLED.match(text))


def _titled(raw: str, blocked: list[tuple[int, int]], named: list[Person]) -> Iterator[Person]:
    """ "l'assessore Brandi", "la dott.ssa Corsi": a lone surname, believed after a title or an office of persons."""
    taken = Spans([*blocked, *((p.start, p.end) for p in named)])
    for found in _TITLED.finditer(raw):
        name, start, end = found["name"], found.start("name"), found.end("name")
        if (
            not taken.overlaps(start, end)
            and people.may_be_surname(name)
            and bare(name) not in word_list("titles")
            and (bare(name) not in first_names() or _OF_CHURCH.match(raw, found.start()))
            and not (is_role(name) or (_ADJECTIVE.search(name) and not found["title"]))
        ):
            yield Person(start, end, people.person_name(name), "title", 0.6)


_OF_CHURCH = re.compile(r"(?:suor|don|padre|fra|mons)", re.I)
_ADJECTIVE = re.compile(r"(?:ale|ali|ivo|iva|ario|aria|ato|ata|ante|ente)$")
_BRACKETED = re.compile(r"\(([A-ZÀ-Ý][^()]{2,40})\)")


def _attendee(raw: str, piece: Piece, person: Person, since: int, until: int, owner: Mention | None) -> Attendee:
    after, before = raw[person.end : until], raw[since : person.start]
    delegate = next((m for m in _DELEGATE.finditer(after) if _by_somebody(m)), None)
    function = piece.function
    if function == "member" and delegate:
        function = "delegate"
    if function == "member" and re.search(r"\bfacilitat\w+", before, re.I):
        function = "facilitator"
    return Attendee(
        name=person.name,
        status=_own_status(after, before) or piece.status,
        start=piece.start + person.start,
        end=piece.start + person.end,
        function=function,
        role=role_beside(before, after),
        organisation=shifted(owner, piece.start) if owner else piece.lead,
        arrives=_clock(_ARRIVES.search(after)),
        leaves=_clock(_LEAVES.search(after)),
        remote=bool(_REMOTE.search(after)),
        delegate_for=delegate["who"].strip() if delegate else None,
    )


def _town_ahead(raw: str, piece: Piece, finder: Finder) -> Mention | None:
    """ "Spello: N, M": a town and a colon before its people."""
    found = re.match(r"\s*(?P<place>[A-ZÀ-Ý][^:\n]{2,40}?)\s*:", raw)
    place = municipality(found["place"]) if found else None
    if not place or place != found["place"]:
        return None
    at = piece.start + found.start("place")
    return finder.town(place, at, at + len(place), place, certainty=0.6)


def _by_somebody(delegation: re.Match) -> bool:
    """ "delegato di Confcooperative" is a role; "delegata di Anna Brandi" and "su delega del Sindaco" stand for somebody."""
    said = delegation.group()[: delegation.start("who") - delegation.start()]
    return not re.match(r"(?:anche\s+)?delegat[oa]\s+d(?:i|el)", said, re.I) or bool(people.in_entry(delegation["who"]))


_FIRST_AND = re.compile(r"\b(?P<first>[A-ZÀ-Ý][a-zà-ÿ]+)\s+ed?\s+\Z")


def _namesake(raw: str, piece: Piece, one: Attendee, since: int, person: Person) -> Iterator[Attendee]:
    """ "Caterina e Paolo Zannini": the first bears the surname of the second."""
    found = _FIRST_AND.search(raw, since, person.start)
    if found and bare(found["first"]) in first_names() and len(one.name.split()) == 2:
        at = piece.start + found.start("first")
        name = f"{found['first']} {one.name.split()[-1]}"
        yield Attendee(name, one.status, at, at + len(found["first"]), one.function, organisation=one.organisation)


_OWN_EXCUSED = re.compile(r"^[^.;]{0,70}?[(,\s-]\s*(?:(?:assente\s+)?giust\w*|ag)\b", re.I)
_OWN_PRESENT = re.compile(r"^\s*\(\s*presente\b", re.I)
_OWN_ABSENT = re.compile(r"^[^,;.]{0,60}?[(,-]\s*assente\b|^\s*\(\s*a\s*\)", re.I)


def _own_status(after: str, before: str) -> str | None:
    """The status that an entry carries itself: "(giust.)", ", assente"."""
    head = after[:110].split("\n")[0].split(";")[0]
    if _OWN_PRESENT.match(head):
        return "present"
    if _OWN_EXCUSED.search(head) and not re.search(r"\b(?:assent|giustific)\w*\s*:", head[:60], re.I):
        return "excused"
    if _OWN_ABSENT.search(head) and ":" not in head[:60]:
        return "absent"
    return None


def _delegators(
    raw: str, piece: Piece, one: Attendee, delegated: list[re.Match], person: Person, until: int
) -> Iterator[Attendee]:
    """ "in sostituzione del Sindaco N": N was not there."""
    for match in delegated:
        if person.end <= match.start() < until or (until == len(raw) and match.start() >= person.end):
            for who in people.in_entry(match["who"]):
                at = piece.start + match.start("who")
                yield Attendee(who.name, "absent", at + who.start, at + who.end, organisation=one.organisation)
            return


_FOR = re.compile(
    r"\b(?:per|in\s+rappresentanza|a\s+nome|da\s+parte)\s*(?:d\w+'?\s*)?(?:(?:il|la|lo|gli|le|i|un|una)\s|l'|un')?\s*(?:ditta\s+)?$",
    re.I,
)
_OF = re.compile(
    r"(?:^|[\s,(])(?:d[iea]l?l?[aoe']?|dei|degli|dell'|di|all[ao']?|presso(?:\s+\w+)?|per|\w*in\s+rappresentanza\s+d\w+)\s*(?:stess[oa]\s+)?$",
    re.I,
)
_SAME = re.compile(
    r"\b(?:dello|della|del|dell'|nello|nella)\s*(?:stess|medesim)\w+(?:\s+(?:comune|ente|azienda|cooperativa|associazione|caritas|asl|asufc|istituto|unione|fondazione|consorzio))?",
    re.I,
)


def _owners(
    raw: str, named: list[Person], organisations: list[Mention], finder: Finder, *, prose: bool
) -> list[Mention | None]:
    """The organisation of each person: the one before that leads the clause, or the one after that follows the name."""
    in_turn = _in_turn(raw, named, organisations)
    if in_turn:
        return in_turn
    owners: list[Mention | None] = [None] * len(named)
    used: set[int] = set()
    for number, person in enumerate(named):
        until = named[number + 1].start if number + 1 < len(named) else len(raw)
        inside = [m for m in organisations if person.end <= m.start < until]
        own = next((m for m in inside if _belongs(raw, person, m, until, last=number + 1 == len(named))), None)
        if own is None:
            own = _same(raw, person, until, organisations) or _by_role(raw, named, owners, number, until, finder)
            own = own or _of_town(raw, named, number, until, finder) or _of_school(raw, person.end, until, finder)
            own = own or _of_parish(raw, person.end, until, finder)
        if own is not None:
            used.add(own.start)
            owners[number] = own
    for number, person in enumerate(named):
        if owners[number] is None:
            owners[number] = _leading(raw, named, number, organisations, used) or _shared(raw, named, owners, number)
        if owners[number] is None:
            until = named[number + 1].start if number + 1 < len(named) else len(raw)
            pattern = _IN_BRACKETS if prose else _RAW
            owners[number] = _raw(raw, person.end, until, finder, pattern, alone=len(named) == 1)
    return owners


def _in_turn(raw: str, named: list[Person], organisations: list[Mention]) -> list[Mention | None] | None:
    """ "Comune di A Sindaco N Comune di B Assessore M ...": nothing but turns parts them; each name follows its organisation."""
    if len(organisations) < 3 or len(named) < len(organisations) or organisations[0].start > named[0].start:
        return None
    stretch = raw[organisations[0].end : named[-1].start]
    if re.search(r"[;:,\n(]|\s-\s|\bper\b", stretch):
        return None
    ends = [*(m.start for m in organisations[1:]), len(raw)]
    groups = [[n for n, p in enumerate(named) if m.end <= p.start < stop] for m, stop in zip(organisations, ends)]
    if not all(groups):
        return None
    return [m for m, group in zip(organisations, groups) for _ in group]


_ABBREVIATED = re.compile(
    r"\b(?:dott|dott\.ssa|dr|dr\.ssa|sig|sigg|prof|avv|ing|arch|geom|rag|resp|pres|dir|coord|segr|cons|ass|uff|vice|rappr|deleg)\.",
    re.I,
)


def _belongs(raw: str, person: Person, org: Mention, until: int, *, last: bool) -> bool:
    """Nothing between a person and an organisation but a separator, a role, or a preposition; and it leads nobody after it."""
    between = raw[person.end : org.start]
    if (
        len(between) > 90
        or "\n" in between.strip()
        or re.search(r"[;:]|[.!?]\s(?=[A-Z])", _ABBREVIATED.sub("", between))
    ):
        return False
    if ")" in between.replace("()", "") and not re.fullmatch(r"[^()]*\([^()]*\)\s*[,-]?\s*(?:d\w+'?\s*)?", between):
        return False
    if _leads_next(raw, org, person.end, until, last=last):
        return False
    return not re.search(r",\s*(?:e\s+)?(?:per|in\s+rappresentanza)\b", between, re.I) or last or _closes(raw, org)


def _leads_next(raw: str, org: Mention, start: int, until: int, *, last: bool) -> bool:
    """ "..., per B Y": what follows a name belongs to the next where it is said to be for somebody."""
    after = raw[org.end : until]
    if last:
        return False
    if re.match(r"\s*:", after):
        return True
    # "..., il Sindaco del Comune di X Anna Berti": an article opens a new phrase, and the name follows at once.
    if _NEW_PHRASE.match(raw, start, org.start) and _AT_ONCE.fullmatch(after):
        return True
    said = _FOR.search(raw[: org.start])
    if not said:
        return False
    # "X per A, Y per B": a comma or bracket closes A before Y begins; "per A, X": a title or role follows.
    before = raw[: said.start()].rstrip()
    return before.endswith((",", ";", ":", ".", " e", "-")) or not before


_NEW_PHRASE = re.compile(
    r"\s*(?:,|,?\s+ed?|,?\s+con|,?\s+oltre)\s+(?:al?\s?|alla\s|all'|il\s|la\s|lo\s|l'|i\s|le\s)\s*\w+", re.I
)
_AT_ONCE = re.compile(r"\s*,?\s*(?:(?:dott|dr|sig|prof|avv|ing|arch|geom|rag|don|suor)[\w.]*\s*)?", re.I)


def _closes(raw: str, org: Mention) -> bool:
    return bool(re.match(r"\s*[).;\n]|\s*$", raw[org.end :]))


# What stands between an organisation and the people it is said to have sent.
_LEADS = re.compile(
    r"\s*(?:\([^)\n]{0,60}\)\s*)?(?::|→|=>|>\s|,?\s*nell[ae]\s+person[ae]\s+d|,?\s*rappresentat\w\s+d|\s*(?:ha|hanno)\s+partecipato\s+con|,?\s*con\s+(?:(?:il|la|l'|lo|i|le)\s?\w|(?:(?:don|suor|dott\S*)\s)?(?-i:[A-ZÀ-Ý])))",
    re.I,
)


def _leading(
    raw: str, named: list[Person], number: int, organisations: list[Mention], used: set[int]
) -> Mention | None:
    """The organisation before a person that leads the clause: "per il Comune di X, ...", "Ausl: ...", "Comune di X - N"."""
    person = named[number]
    for org in reversed([m for m in organisations if m.end <= person.start and m.start not in used]):
        between = raw[org.end : person.start]
        if ";" in between or "\n" in between or re.search(r"[a-zà-ÿ)]\.\s+[A-ZÀ-Ý]", _ABBREVIATED.sub("", between)):
            return None
        first = not any(org.end <= p.start < person.start for p in named)
        said = bool(_FOR.search(raw[: org.start]))
        listed = bool(_LEADS.match(raw, org.end))
        if said or listed or re.match(r"\s*(?:\([^)]*\))?\s*:", between) or _heads_line(raw, org, organisations):
            return org
        if (
            first
            and len(between) <= 60
            and (
                not _ARTICLE.sub("", raw[: org.start]).strip(" -•*·–0123456789.)(\t") or "\t" in raw or "  " in between
            )
        ):
            return org
        if first and _OF.search(raw[: org.start]) and len(between) <= 45:
            return org  # "il Sindaco del Comune di X, N", "la Presidente della Cooperativa Y: N"
        if first and re.match(r"\s*(?:era|è|sarà)?\s*(?:stat\w\s+)?rappresentat\w\s+da", between):
            return org
        if first and (re.fullmatch(r"\s*[,:(-]?\s*", between) or _AT_ONCE.fullmatch(between)):
            return org
        return None
    return None


_ARTICLE = re.compile(r"^\s*(?:il|lo|la|l'|i|le|gli)\s?(?=\s*$)", re.I)


def _heads_line(raw: str, org: Mention, organisations: list[Mention]) -> bool:
    """ "Comune di X – N, M": the only organisation of an entry, before a dash, sends all of its people."""
    return (
        len(organisations) == 1
        and not raw[: org.start].strip(" -•*·–\n\t")
        and bool(re.match(r"\s*[-–—]\s", raw[org.end :]))
        and not re.search(r"[;()]|\s[-–—]\s", re.sub(r"^\s*[-–—]\s|\([^()]{0,40}\)", "", raw[org.end :]))
    )


def _shared(raw: str, named: list[Person], owners: list[Mention | None], number: int) -> Mention | None:
    """ "N e M della cooperativa X": both come from it."""
    if number + 1 < len(named) and owners[number + 1] is not None:
        between = raw[named[number].end : named[number + 1].start]
        own = owners[number + 1]
        if re.fullmatch(r"\s+ed?\s+(?:\w+\.?(?:ssa)?\s){0,2}|\s*/\s*", between) and own.start > named[number + 1].end:
            return own
    return None


def _same(raw: str, person: Person, until: int, organisations: list[Mention]) -> Mention | None:
    """ "assistente sociale dello stesso Comune": the organisation named before."""
    if not _SAME.search(raw[person.end : min(until, person.end + 90)]):
        return None
    return next((m for m in reversed(organisations) if m.end <= person.start), None)


_ROLE_OF = re.compile(
    r"\b(?:(?:vice\s?-?)?sindac[oa]|(?:vice\s?-?)?sindaci|assessor[ea](?:\s+(?!di\b)[\w/. ]{2,40}?)?|consiglier[ea](?:\s+(?:delegat[oa]|comunale|incaricat[oa]))?|ass\.(?:\s+\w+){0,2}|segretari[oa]\s+comunale)\s+"
    r"(?:del\s+comune\s+)?(?:di|del|della|d'|a)\s*(?P<place>[A-ZÀ-Ý][\w'.-]+(?:\s+(?:(?:di|del|della|dei|in|sul|al|d')\s?)?[A-ZÀ-Ý][\w'-]+){0,4})",
    re.I,
)


_PARISH_PRIEST = re.compile(
    r"[^;\n)]{0,12}?\bparroco\s+(?:di|della\s+parrocchia\s+(?:di\s+)?)\s*(?P<name>(?:San|Santa|Santo|Sant'|S\.|SS\.)\s?[A-ZÀ-Ý]\w+(?:\s(?:e\s|di\s)?[A-ZÀ-Ý]\w+)?)"
)


def _of_parish(raw: str, start: int, end: int, finder: Finder) -> Mention | None:
    """ "parroco di San Rocco": the parish."""
    found = _PARISH_PRIEST.match(raw, start, end)
    if not found:
        return None
    name = found["name"]
    return finder.resolve(
        f"Parrocchia di {name}", *found.span("name"), name, found_by="grammar", certainty=0.6, head="third_sector"
    )


def of_role(text: str, start: int, end: int, finder: Finder) -> Mention | None:
    """The municipality that a role names ("Sindaco di X")."""
    for found in _ROLE_OF.finditer(text, start, end):
        place = municipality(found["place"])
        seat = _SEAT.match(text, found.start(), end)
        if seat:
            place = _seat(seat["place"]) or place
        if place and found["place"][0].isupper():
            at = found.start("place")
            return finder.town(place, at, at + len(place), place, certainty=0.7)
        # A mayor is of a municipality, be it in no list.
        if found["place"][0].isupper() and re.match(r"(?:vice\s?-?)?sindac", found.group(), re.I):
            name = found["place"].rstrip(".")
            closed = re.match(r"\s*(?:[,;:)(]|\.{2}|$)", text[found.end() : end])
            saint = re.match(r"(?:san(?:t[oa])?\s|sant')", name, re.I)  # "San Vito delle Murge" is like a person's name
            if closed and (saint or not people.in_entry(name)) and not is_role(name):
                return finder.town(name, found.start("place"), found.start("place") + len(name), name, certainty=0.5)
    return None


def _by_role(
    raw: str, named: list[Person], owners: list[Mention | None], number: int, until: int, finder: Finder
) -> Mention | None:
    """ "Sindaca di X": the municipality stands behind its elected people."""
    person = named[number]
    since = max([named[number - 1].end if number else 0, *(own.end for own in owners[:number] if own)])
    last = number + 1 == len(named)
    follows = person.end if not last and _NEW_PHRASE.match(raw, person.end) else min(until, person.end + 110)
    for begin, end in ((person.end, follows), (max(since, person.start - 90), person.start)):
        stretch = re.split(r"[;\n]", raw[begin:end])
        part = stretch[0] if begin == person.end else stretch[-1]
        offset = begin if begin == person.end else end - len(part)
        found = of_role(raw, offset, offset + len(part), finder)
        if found:
            return found
    return None


_ELECTED = re.compile(r"\b(?:(?:vice\s?-?)?sindac\w+|assessor\w+|consiglier\w+)\s+(?:[\w.]+\s+){0,3}$", re.I)
_TOWN = re.compile(r"\s+(?P<by>di|da|per)\s+(?P<place>[A-ZÀ-Ý][^,;.()\n]{2,40})")


def _of_town(raw: str, named: list[Person], number: int, until: int, finder: Finder) -> Mention | None:
    """ "l'assessora Ludovica Trabalza di Spello": an elected person and a town; "Anna Brandi per Spello"."""
    person = named[number]
    since = named[number - 1].end if number else 0
    found = _TOWN.match(raw, person.end)
    sent = bool(found) and found["by"] == "per" and municipality(found["place"]) == found["place"].strip()
    place = municipality(found["place"]) if found and (sent or _ELECTED.search(raw, since, person.start)) else None
    if not place:
        return None
    at = found.start("place")
    return finder.town(place, at, at + len(place), place, certainty=0.7)


_SCHOOL_HEAD = re.compile(
    r"\W{0,3}(?:dir(?:igente)?[.,]?\s+scol(?:astic[oa]|\.)|preside)\s+(?P<name>[A-ZÀ-Ý][\w']+(?:\s+(?:\d{1,2}|[IVX]+))?)\s*(?=[,;).\n]|$)",
    re.I,
)


def _of_school(raw: str, start: int, end: int, finder: Finder) -> Mention | None:
    """ "dirigente scolastico Crema 2": the school is named by its town and number."""
    found = _SCHOOL_HEAD.match(raw[:end], start)
    if not found or not municipality(found["name"].split()[0]):
        return None
    return finder.resolve(
        f"Istituto scolastico {found['name']}",
        found.start("name"),
        found.end("name"),
        found["name"],
        found_by="grammar",
        certainty=0.5,
        head="public",
    )


_IN_BRACKETS = re.compile(r"\s*(?P<mark>\()\s*(?P<name>[A-ZÀ-Ý\"][^(),;\n\t]{4,60}?)\s*(?=[),])")
_RAW = re.compile(
    r"(?:\s+delegat[oa](?=\s*\()|,[^,;()\n\t.]{3,40})?\s*(?:[(\t]|-\s|–\s|,\s|\s{2,}|\.{3,}\s*)\s*(?P<name>[A-ZÀ-Ý\"][^(),;\n\t]{2,60}?)\s*(?=[),;\t]|$|\s{2,}|\s*\.{3,})"
)


def _raw(piece: str, start: int, end: int, finder: Finder, pattern: re.Pattern, *, alone: bool) -> Mention | None:
    """An organisation that only its place in the list shows: what stands in brackets or after a dash."""
    found = pattern.match(piece[:end], start)
    if not found:
        return None
    name = found["name"].strip().rstrip(".")
    if "," in found.group()[: found.start("name") - found.start()] and not alone:
        return None
    place = municipality(name)
    if place and len(place) == len(name) and re.search(r"[(–]|-\s", found.group()):
        at = found.start("name")
        return finder.town(" ".join(name.split()), at, at + len(name), name, certainty=0.6)
    if not possible_organisation(name) or place == name:
        return None
    return finder.resolve(
        name, found.start("name"), found.start("name") + len(name), name, found_by="grammar", certainty=0.6
    )


def possible_organisation(name: str) -> bool:
    """A cell or bracket that may name an organisation: no role, no mark, no person."""
    return not (
        len(name) < 3
        or "=" in name
        or _OFFICE_SHORT.match(name)
        or is_role(name)
        or name.upper()
        in ("SI", "NO", "X", "SÌ", "AG", "P", "A", "RUP", "DS", "RTO", "COMUNE", "PROVINCIA", "REGIONE", "COOPERATIVA")
        or re.match(
            r"(?:settore|area|servizi[oa]?|ufficio|presente|assente|giustific|online|da remoto|in |fino|dalle|dal )\b",
            name,
            re.I,
        )
        or any(p.found_by == "lexicon" for p in people.in_entry(name))
    )


_OFFICE_SHORT = re.compile(r"(?:ass|assist|resp|coord|dir|pres|segr|op)\.\s*\w*", re.I)
_SURNAME_OF = re.compile(
    r"(?<![\w'])(?:(?P<first>[A-ZÀ-Ý][a-zà-ÿ]+)\s+e\s+)?(?P<name>(?:[A-ZÀ-Ý]')?[A-ZÀ-Ý][a-zà-ÿ]+)\s*\((?=[^()\n]{2,60}\))"
)


def _surnames(raw: str, piece: Piece, organisations: list[Mention], finder: Finder) -> Iterator[Attendee]:
    """ "Brandi (Comune di X), Ferri e Riva (ACLI)": surnames alone, believed where an organisation or a town stands in the brackets."""
    for found in _SURNAME_OF.finditer(raw):
        mine = next((m for m in organisations if found.end() <= m.start <= found.end() + 3), None)
        inside = raw[found.end() : raw.index(")", found.end())]
        place = municipality(inside)
        if mine is None and place == inside.strip():
            a, b = found.end(), found.end() + len(inside)
            mine = finder.town(place, a, b, inside, certainty=0.6)
        if mine is None and found.start() > 1 and possible_organisation(inside) and inside[:1].isupper():
            mine = finder.resolve(
                inside, found.end(), found.end() + len(inside), inside, found_by="grammar", certainty=0.5
            )
        for part in ("first", "name"):
            if mine and found[part] and people.may_be_surname(found[part]):
                a, b = piece.start + found.start(part), piece.start + found.end(part)
                yield Attendee(found[part], piece.status, a, b, piece.function, organisation=shifted(mine, piece.start))


_ITEM = re.compile(
    r"(?:(?:e|ed)\s+)?(?:(?:il|la|lo|l'|i|le|gli)\s?)?(?:(?!(?:di|del|dell|della|dei|in|per|con|a|al|da)\s)[a-zà-ÿ][\w-]*\.?\s+|(?:Vice-?\s?)?(?:Presidente|Segretari[oa]|Consiglier\w+|Assessor\w+|Sindac\w+|President\w+|Vicesindac\w+|Padre|Don|Suor)\s+){0,4}"
    r"(?P<name>(?:[A-ZÀ-Ý]')?[A-ZÀ-Ý][\w'-]+(?:\s[A-ZÀ-Ý]\.)?)(?P<rest>(?:\s+d[ie]l?l?[aoe']?\s*[A-ZÀ-Ý][\w' ]+|\s*\([^)]*\))?)\s*\.*",
)


def _bare_names(raw: str, piece: Piece, organisations: list[Mention], named: list[Person]) -> Iterator[Attendee]:
    """ "la Presidente Randon, il Segretario Fornasa, Cocco, Zordan": lone names, believed where a whole list is of such items."""
    if re.search(r"\d", raw):
        return
    items = [
        m
        for m in re.finditer(r"(?:[^,;()]|\([^)]*\))+?(?=,|;|\s(?:ed?)\s|$)", raw)
        if re.search(r"[A-ZÀ-Ý]", m.group())
    ]
    good, whole = [], 0
    for m in items:
        if any(m.start() <= p.start < m.end() for p in named):
            whole += 1
            continue
        body = m.group().strip()
        fit = _ITEM.fullmatch(body)
        at = m.start() + (len(m.group()) - len(m.group().lstrip()))
        end = at + fit.end("name") if fit else m.end()
        covered = any((o.start <= at + 3 and m.start() < o.end) or o.start < end <= o.end for o in organisations)
        if fit and not covered and not is_role(fit["name"]) and people.may_be_surname(fit["name"]):
            good.append((m, fit))
    sure = len(good) >= 3 or any(not people.is_common(fit["name"].split()[0]) for _, fit in good)
    if not good or not sure or len(good) + whole < 0.7 * len(items) or (whole and len(good) < 3):
        return
    for m, fit in good:
        begin = piece.start + m.start() + (len(m.group()) - len(m.group().lstrip())) + fit.start("name")
        status = _own_status(fit["rest"], "") or piece.status
        yield Attendee(people.person_name(fit["name"]), status, begin, begin + len(fit["name"]), piece.function)


def leads_a_list(text: str, end: int) -> bool:
    """Whether a colon follows an organisation, after a bracket at most."""
    return bool(re.compile(r"\s*(?:\([^)\n]{0,60}\)\s*)?(?::|→)").match(text, end))


def is_role(text: str) -> bool:
    """Tell whether a text begins with a known role."""
    words = text.lower().split()
    return bool(words) and (words[0].strip(".,") in word_list("roles") or " ".join(words[:2]) in word_list("roles"))


_ROLE_BEFORE = re.compile(
    r"(?:^|[\s,;:(])(?:l'|la |il |lo |i |gli |le |dalla |dal |dall')?(?P<role>[a-zà-ÿ][\w' àèéìòù]{3,60}?)\s*:?\s*$",
    re.I,
)


def role_beside(before: str, after: str) -> str | None:
    """The role beside a name, if its first word is a known role."""
    lead = re.match(r"\s*(?:[-–(,]|\s)\s*(?P<role>[^,;()\n\t]{3,60})", after)
    for text in (
        lead["role"].strip(" -") if lead else "",
        *(m["role"].strip() for m in [_ROLE_BEFORE.search(before)] if m),
    ):
        for cut in range(len(text.split())):
            words = text.split()[cut:]
            if is_role(" ".join(words)):
                role = " ".join(words)
                return role[:-1] if role.endswith(".") and len(words[-1]) > 7 else role
            if lead and text == lead["role"].strip(" -"):
                break
    return None


def clock_of_arrival(text: str) -> str | None:
    return _clock(_ARRIVES.search(text))


def clock_of_leaving(text: str) -> str | None:
    return _clock(_LEAVES.search(text))


def is_remote(text: str) -> bool:
    return bool(_REMOTE.search(text))


def _clock(match: re.Match | None) -> str | None:
    return f"{int(match.group(1)):02d}:{match.group(2)}" if match else None

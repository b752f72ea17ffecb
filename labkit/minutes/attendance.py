"""Who was there: attendance in the layouts that Italian minutes use.

Read are the blocks under *Presenti*, *Assenti*, *Assenti giustificati* and their like, as one line with commas, as a
list, as prose ("per il Comune di X, l'assessora N"), and lists or tables whose lines end in *presente*/*assente*,
SI/NO or X. Addressees, signers and announced speakers stand under no such label and so stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from labkit.actors import people
from labkit.actors.identity import person_key
from labkit.actors.mentions import Finder, Mention, shifted
from labkit.language.vocabulary import word_list


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
class _Block:
    """A stretch of text under one label."""

    start: int
    end: int
    status: str
    function: str


_EXCUSED = r"(?:assent[ei]\s+(?:con\s+giustificazione|giustificat[oaie])|giustificat[oaie]|(?:hanno|ha)\s+giustificato\s+l'assenza|assenze\s+giustificate)"
_LABELS: tuple[tuple[str, str, str], ...] = (
    ("excused", "member", _EXCUSED),
    ("absent", "member", r"(?:(?:sono|risultano|risulta|è)\s+)?assent[ei](?:\s+ingiustificat[oaie])?"),
    (
        "present",
        "member",
        r"(?:erano\s+|sono\s+|risultano\s+|risulta\s+)?(?:tutti\s+)?present[ei](?:\s+(?:all'incontro|alla\s+(?:seduta|riunione)|i\s+(?:signori|sigg\.?)))?"
        r"|(?:hanno\s+partecipato|partecipano|partecipanti|sono\s+intervenuti|intervenuti|intervengono)(?:\s+all'incontro|\s+alla\s+(?:seduta|riunione))?",
    ),
    (
        "present",
        "facilitator",
        r"(?:(?:i|la|il|le)\s+)?facilit(?:atori|atore|atrice|atrici|ori)|conduttor[ei]|conduce|conducono",
    ),
    ("present", "chair", r"presiede"),
    ("present", "secretary", r"verbalizza(?:nte)?|segretari[oa]\s+verbalizzante"),
    ("present", "invited", r"(?:sono\s+)?invitat[ie]|ospit[ei]|uditor[ei]"),
)
_LABEL = re.compile(
    "|".join(rf"(?P<l{n}>{pattern})" for n, (_, _, pattern) in enumerate(_LABELS)),
    re.I,
)
_AT_LINE = re.compile(r"(?m)^[ \t]*(?:[-•*]\s*)?(?=\w)")
_AFTER_SENTENCE = re.compile(r"(?<=[.;)])[ \t]+(?=[A-Z])")


def find(text: str, finder: Finder, *, start: int = 0) -> list[Attendee]:
    """Return the people of the attendance lists of a plain text, each once, in the order of the text."""
    found: list[Attendee] = []
    blocks = _blocks(text, start, finder)
    # Guests stand beside those present; where nobody is said to be present or absent they are still to come.
    held = any(block.function != "invited" for block in blocks)
    for block in blocks if held else []:
        found.extend(_read(text, block, finder))
    found.extend(_marked_lines(text, start, finder))
    return _once(found)


def unread(text: str, finder: Finder, *, start: int = 0) -> bool:
    """Tell whether a list of those present begins somewhere and holds names that were not understood: no person was found."""
    for block in _blocks(text, start, finder):
        line = text[block.start : _line_end(text, block.start)].strip()
        if not line:
            after = re.compile(r"\s*([^\n]*)").match(text, block.start)
            line = after.group(1)
        if (
            block.status == "present"
            and len(re.findall(r"\b[A-ZÀ-Ý][a-zà-ÿ]+", line)) >= 2
            and not re.search(r"\d", line)
        ):
            return True
    return False


def _once(found: list[Attendee]) -> list[Attendee]:
    """One row a person: a status told apart beats a plain absence, a known organisation an unknown one."""
    rank = {"excused": 2, "absent": 1, "present": 0}
    kept: dict[str, Attendee] = {}
    for one in sorted(found, key=lambda a: a.start):
        key = person_key(one.name)
        before = kept.get(key)
        if before is None:
            kept[key] = one
            continue
        status = (
            max(before.status, one.status, key=lambda s: rank[s])
            if "present" not in (before.status, one.status)
            else before.status
        )
        function = one.function if before.function == "member" else before.function
        organisation = before.organisation or one.organisation
        kept[key] = replace(
            before, status=status, function=function, organisation=organisation, role=before.role or one.role
        )
    return list(kept.values())


def _blocks(text: str, start: int, finder: Finder) -> list[_Block]:
    """The labelled stretches: a label at the start of a line or sentence, followed by a colon, the end of the line, or a list."""
    labels = []
    for place in sorted(
        {m.end() for m in _AT_LINE.finditer(text, start)} | {m.end() for m in _AFTER_SENTENCE.finditer(text, start)}
    ):
        match = _LABEL.match(text, place)
        if not match:
            continue
        status, function, _ = _LABELS[int(match.lastgroup[1:])]
        after = re.compile(
            r"[ \t]*(?::|(?=\n)|,(?=[ \t]+(?:per|in rappresentanza))|-(?=\s)|(?=[ \t]+(?:per|l'|la|il|gli|le|i)[ \t'])|(?=[ \t]+[A-ZÀ-Ý][a-zà-ÿ]+ [A-ZÀ-Ý]))"
        ).match(text, match.end())
        if after and (function == "member" or ":" in after.group() or text[after.end() : after.end() + 1] in " \n"):
            labels.append((place, after.end(), status, function))
    blocks = []
    for number, (_, begin, status, function) in enumerate(labels):
        limit = labels[number + 1][0] if number + 1 < len(labels) else len(text)
        end = _block_end(text, begin, limit, finder)
        if function not in ("member", "invited", "facilitator"):
            end = min(end, _line_end(text, begin))
        blocks.append(_Block(begin, end, status, function))
    return blocks


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _block_end(text: str, begin: int, limit: int, finder: Finder) -> int:
    """Where a block ends: at the end of its sentence if it begins on the label's line, else after the last line that looks like an entry."""
    line_end = min(_line_end(text, begin), limit)
    if text[begin:line_end].strip():
        stop = _sentence_end(text, begin, line_end)
        while stop == line_end and line_end < limit and text[begin:line_end].rstrip()[-1:] in (",", ";"):
            line_end = min(_line_end(text, line_end + 1), limit)
            stop = _sentence_end(text, stop, line_end)
        return (
            _more_entries(text, stop, limit, finder)
            if stop == line_end and text[begin:stop].rstrip().endswith((";", ","))
            else stop
        )
    return _more_entries(text, line_end, limit, finder)


_ABBREVIATED = re.compile(
    r"(?:\b(?:coop|soc|fond|ass|dott|dott\.ssa|dr|prof|sig|ing|avv|don|arch|s\.?p\.?a|s\.?r\.?l|s|c|n|p|r|a|l|sigg|ist|univ|dir)|[A-Z])$",
    re.I,
)


def _sentence_end(text: str, begin: int, end: int) -> int:
    for dot in re.finditer(r"\.(?=\s+[A-ZÀ-Ý]|\s*$)", text[begin:end]):
        if not _ABBREVIATED.search(text[begin : begin + dot.start()][-12:]) or begin + dot.end() >= end:
            return begin + dot.end()
    return end


def _more_entries(text: str, place: int, limit: int, finder: Finder) -> int:
    """Go on over the lines that look like entries; blank lines may part them, anything else ends the list."""
    last = here = place
    while here < limit:
        begin = here + 1
        end = min(_line_end(text, begin), limit)
        line = text[begin:end]
        if line.strip() and not _like_entry(line, finder):
            break
        if line.strip():
            last = end
        elif (last == place and here > place + 2) or (here > last + 2 and last > place):
            break
        here = end if end > here else here + 1
    return last


_BULLET = re.compile(r"^\s*(?:[-•*·o–]\s+|\d{1,2}\s*[.)°]\s*|[a-z]\)\s+)?")
_FOR = re.compile(r"^(?:per|in rappresentanza d\w+)\s+(?:il|la|lo|gli|le|i|l'|\w)", re.I)


def _like_entry(line: str, finder: Finder) -> bool:
    """A short line that begins with a name, a role before a colon, or "per l'Ente"."""
    body = line[_BULLET.match(line).end() :].strip()
    if len(body.split()) > 24 or not body:
        return False
    if _FOR.match(body) or re.match(r"(?:la|il|l'|lo|i|gli|le)\s?[\w' ]{3,60}:\s*\S", body, re.I):
        return True
    head = body[:80]
    spans = [(m.start, m.end) for m in finder.find(head)]
    found = people.in_entry(head, blocked=spans)
    if spans and spans[0][0] <= 4 and found and found[0].start <= spans[0][1] + 4:
        return True
    if not found and spans and _SURNAME_OF.match(body):
        return True
    if not found or found[0].start > 12:
        return False
    rest = body[found[0].end :].strip()
    after = [] if spans and spans[0][0] <= found[0].end + 2 else rest.split()
    # "Corvaldi Agnese apre i lavori" is a sentence, not an entry: a verb in small letters follows the name.
    if (
        after
        and after[0][0].islower()
        and after[0].strip(",.;") not in ("e", "in", "per", "di")
        and not rest.startswith("(")
        and after[0] not in word_list("roles")
    ):
        return bool(re.match(r"(presente|assente|giustificat)", after[0]))
    return not re.search(r"[.!?]\s+[A-Z]\w+\s+[a-z]", body)


def _read(text: str, block: _Block, finder: Finder) -> Iterator[Attendee]:
    """The people of one block, segment by segment: a line, or a part between semicolons."""
    for start, end in _segments(text, block.start, block.end):
        yield from _segment(text, start, end, block, finder)


def _segments(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    depth, begin = 0, start
    for place in range(start, end):
        char = text[place]
        depth += (char == "(") - (char == ")")
        if char == "\n" or (char == ";" and depth <= 0):
            depth = 0
            yield begin, place
            begin = place + 1
    yield begin, end


_ARRIVES = re.compile(
    r"\b(?:arriva|entra|giunge|dalle|presente dalle)\s+(?:alle\s+)?(?:ore\s+)?(\d{1,2})[.:,](\d{2})", re.I
)
_LEAVES = re.compile(
    r"\b(?:esce|lascia(?: la seduta)?|fino alle|si allontana)\s+(?:alle\s+)?(?:ore\s+)?(\d{1,2})[.:,](\d{2})", re.I
)
_REMOTE = re.compile(r"\b(?:da remoto|in videoconferenza|online|on line|in collegamento|a distanza)\b", re.I)
_DELEGATE = re.compile(
    r"\b(?:anche\s+)?(?:su delega di|delegat[oa] da|in sostituzione di|per delega di)\s+(?P<who>[^,;)\n]+)", re.I
)


def _segment(text: str, start: int, end: int, block: _Block, finder: Finder) -> Iterator[Attendee]:
    piece = text[start:end]
    organisations = [m for m in finder.find(piece) if m.type in ("organisation", "body")]
    spans = [(m.start, m.end) for m in organisations]
    delegated = [(m.start("who"), m.end("who")) for m in _DELEGATE.finditer(piece)]
    named = people.in_entry(piece, blocked=[*spans, *delegated])
    leading = _leading(piece, organisations)
    if not named:
        yield from _surnames(piece, start, block, organisations)
    for number, person in enumerate(named):
        until = named[number + 1].start if number + 1 < len(named) else len(piece)
        since = named[number - 1].end if number else 0
        after, before = piece[person.end : until], piece[since : person.start]
        own = next(
            (m for m in organisations if person.end <= m.start < until and _belongs(piece[person.end : m.start])), None
        )
        if leading:
            # "per A, X, per B Y": the organisation stands before its people, so what follows a name belongs to the next.
            leading = _before([m for m in organisations if _said_for(piece, m)], 0, person.start) or leading
            own = own if own and not _said_for(piece, own) else None
        organisation = (
            own
            or leading
            or _before(organisations, since, person.start)
            or _raw(piece, person.end, until, finder, alone=len(named) == 1)
        )
        yield Attendee(
            name=person.name,
            status=block.status,
            start=start + person.start,
            end=start + person.end,
            function="delegate" if _DELEGATE.search(after) and block.function == "member" else _function(block, before),
            role=role_beside(before, after),
            organisation=shifted(organisation, start) if organisation else None,
            arrives=_clock(_ARRIVES.search(after)),
            leaves=_clock(_LEAVES.search(after)),
            remote=bool(_REMOTE.search(after)),
            delegate_for=_delegate(after),
        )


_SURNAME_OF = re.compile(r"(?<![\w'])(?P<name>(?:[A-ZÀ-Ý]')?[A-ZÀ-Ý][a-zà-ÿ]+)\s*\((?=[^()\n]{2,60}\))")


def _surnames(piece: str, start: int, block: _Block, organisations: list[Mention]) -> Iterator[Attendee]:
    """ "Brandi (Comune di X), Ferri (ACLI)": surnames alone, believed only where an organisation stands in the brackets."""
    for found in _SURNAME_OF.finditer(piece):
        mine = next((m for m in organisations if found.end() <= m.start <= found.end() + 3), None)
        if mine:
            a, b = start + found.start("name"), start + found.end("name")
            yield Attendee(found["name"], block.status, a, b, block.function, organisation=shifted(mine, start))


def _leading(piece: str, organisations: list[Mention]) -> Mention | None:
    """The organisation of "per il Comune di X, ..." and "la Presidente della Cooperativa Y: ...", which holds for all that follow."""
    if not organisations:
        return None
    first = organisations[0]
    before = piece[: first.start].strip(" \t-•*")
    if re.fullmatch(
        r"(?:\d+[.)]\s*)?(?:e\s+)?(?:per|in rappresentanza d\w*)(?:\s+(?:il|la|lo|gli|le|i|l'|del|della|dell'))?",
        before,
        re.I,
    ):
        return first
    if (
        re.fullmatch(
            r"(?:\d+[.)]\s*)?(?:(?:la|il|lo|l'|i|le)\s*)?[\w' ]{3,60}?\s+(?:di|del|della|dello|dell'|dei|delle|degli)\s?",
            piece[: first.start].strip(" \t-•*") + " ",
            re.I,
        )
        and ":" in piece[first.end : first.end + 3]
    ):
        return first
    if not before and piece[first.end :].lstrip().startswith((":", "-")):
        return first
    return None


def _said_for(piece: str, organisation: Mention) -> bool:
    return bool(
        re.search(
            r"\b(?:per|in rappresentanza d\w*)(?:\s+(?:il|la|lo|gli|le|i|l'|un|una))?\s*(?:ditta\s+)?$",
            piece[: organisation.start],
            re.I,
        )
    )


def _belongs(between: str) -> bool:
    """Nothing between a person and an organisation but a separator, a role, or a preposition."""
    return (
        len(between) < 70
        and ")" not in between.replace("()", "")
        and not re.search(r"[.!?]\s", between.replace("dott.", ""))
    )


def _before(organisations: list[Mention], since: int, until: int) -> Mention | None:
    return next((m for m in reversed(organisations) if since <= m.start and m.end <= until), None)


_RAW = re.compile(r"\s*(?:[(\t]|-\s|–\s|,\s|\s{2,})\s*(?P<name>[A-ZÀ-Ý][^(),;\n\t]{2,60}?)\s*(?=[),;\t]|$|\s{2,})")


def _raw(piece: str, start: int, end: int, finder: Finder, *, alone: bool) -> Mention | None:
    """An organisation that only its place in the list shows: what stands in brackets or after a dash."""
    found = _RAW.match(piece[:end], start)
    if not found:
        return None
    name = found["name"].strip()
    if "," in found.group()[: found.start("name") - found.start()] and not alone:
        return None
    if (
        is_role(name)
        or name.upper() in ("SI", "NO", "X", "SÌ")
        or any(p.found_by == "lexicon" for p in people.in_entry(name))
    ):
        return None
    return finder.resolve(
        name, found.start("name"), found.start("name") + len(name), name, found_by="grammar", certainty=0.6
    )


def is_role(text: str) -> bool:
    """Tell whether a text begins with a known role."""
    words = text.lower().split()
    return bool(words) and (words[0] in word_list("roles") or " ".join(words[:2]) in word_list("roles"))


def _function(block: _Block, before: str) -> str:
    if block.function != "member":
        return block.function
    if re.search(r"\bfacilitat\w+", before, re.I):
        return "facilitator"
    return "member"


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
                return " ".join(words)
            if lead and text == lead["role"].strip(" -"):
                break
    return None


def _clock(match: re.Match | None) -> str | None:
    return f"{int(match.group(1)):02d}:{match.group(2)}" if match else None


def _delegate(after: str) -> str | None:
    found = _DELEGATE.search(after)
    return found["who"].strip() if found else None


_MARK = re.compile(
    r"(?:[\s\t,;:|(-]|^)(?P<mark>assent[ei]\s+giustificat[oaie]|giustificat[oaie]|present[ei]|assent[ei]|s[iì](?=\s*(?:\t|$))|no(?=\s*(?:\t|$))|x)\s*\)?\.?(?P<reason>(?:\t|\s{2,})[^\t\n]{1,60})?\s*$",
    re.I,
)
_COLUMNS = re.compile(
    r"\b(?:presen[tz][aei]?|presente|firma)\b.*$|^\s*(?:componenti|nominativ[oi]|cognome e nome|nome e cognome)\b", re.I
)
_DASH = re.compile(r"(?:\t|\s{2,})[-–]\s*$")


def _marked_lines(text: str, start: int, finder: Finder) -> Iterator[Attendee]:
    """Lists and tables whose lines end in a status: two such lines in a row, or one under a heading of columns."""
    run: list[Attendee] = []
    marks = 0
    table = False
    place = start
    for line in text[start:].split("\n"):
        one, mark = _marked(text, place, line, finder, table)
        if one:
            run.append(one)
            marks += mark
        elif line.strip():
            if marks >= 2 or (table and marks):
                yield from run
            run, marks = [], 0
            table = (
                bool(_COLUMNS.search(line))
                and len(line.split()) <= 9
                and not people.in_entry(line)
                and ("\t" in line or "   " in line or bool(re.match(r"\s*(componenti|cognome|nominativ)", line, re.I)))
            )
        place += len(line) + 1
    if marks >= 2 or (table and marks):
        yield from run


def _marked(text: str, place: int, line: str, finder: Finder, table: bool) -> tuple[Attendee | None, bool]:
    if len(line) > 160 or not line.strip():
        return None, False
    found = _MARK.search(line)
    if not found and not table:
        return None, False
    status = _status(found, table, line)
    body_end = place + (found.start() if found else len(line))
    block = _Block(place, body_end, status, "member")
    bullet = _BULLET.match(line).end()
    one = next(_segment(text, place + bullet, body_end, block, finder), None)
    if one is None or one.start - place > 14 or not (found or one.organisation):
        return None, False
    return one, bool(found)


def _status(found: re.Match | None, table: bool, line: str) -> str:
    if not found:
        return "absent"
    mark, reason = found["mark"].lower(), (found["reason"] or "").lower()
    if "giustificat" in mark or "giustificat" in reason:
        return "excused"
    return "present" if mark.startswith(("present", "s", "x")) else "absent"

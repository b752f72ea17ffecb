"""Lists whose entries carry a mark: P and A at the ends of lines, in numbered runs, or in a table that became one line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from labkit.actors import people
from labkit.actors.mentions import Finder, municipality
from labkit.language.spans import inside
from labkit.language.stems import Cued
from labkit.minutes import entries
from labkit.minutes.entries import Attendee, Named, Piece

# --- lists whose lines end in a status

_MARK = re.compile(
    r"(?:[\s\t,;:|(.-]|^)(?P<mark>assent[ei]\s+giust\w*\.?|giustificat[oaie]|giust\.|present[ei](?:\s*[-–]?\s*(?:on\s?line|da\s+remoto))?|assent[ei]|(?<=[\t.])\s*(?:p|a|ag|AG|P|A)|(?<=\s\s)(?:P|A|AG|ag|a|p)|(?<=\s)A\.\s?G|(?<=[\wà-ÿ]\s)(?:P|A|AG|ag|r)|s[iì](?=\s*(?:\t|$))|no(?=\s*(?:\t|$))|x|(?<=\s)(?:x\s+-|-\s+x))\s*\)?[.;,]?(?P<reason>(?:\t|\s{2,}|\s*-\s*|\s*\()[^\t\n]{1,60})?\s*$",
    re.I,
)
_FRONT_MARK = re.compile(r"\s*(?P<mark>P|A|AG|X|G)\s{2,}(?:[A-Z]{2,4}\s{2,})?(?=\S)")
_COLUMNS = re.compile(
    r"\b(?:presen[tz][aei]?|presente|firma|p\s*/\s*a|pres\.?\s+ass\.?)(?!\w).*$|^\s*(?:componenti|nominativ[oi]|cognome e nome|nome e cognome)\b",
    re.I,
)


def ending_lines(text: str, start: int, finder: Finder, named: Named, taken: list[tuple[int, int]]) -> list[Attendee]:
    """Lists and tables whose lines begin or end in a status: two such lines in a row, or one under a heading of columns."""
    out: list[Attendee] = []
    run: list[Attendee] = []
    first, marks, table, towns, place = start, 0, False, False, start
    for line in _marked_parts(text[start:]):
        ones, mark = (
            ([], False)
            if line is None or inside(place, taken)
            else _marked(text, place, line, finder, named, table, towns)
        )
        if ones:
            first = first if run else place
            run += ones
            marks += mark
        elif line is None or line.strip():
            if run and (marks >= 2 or (table and marks)):
                out += run
                taken.append((first, place))
            run, marks = [], 0
            table = line is not None and _heads_a_table(line)
            towns = table and bool(re.match(r"\s*(?:n\.?\s+)?comun[ei]\b", line, re.I))
        place += len(line or "") + 1
    return out


_FIGURE = re.compile(r"\d")
_TWO = re.compile(r"\s(?:(?<=\s[PAaXr].)|(?<=\s(?:AG|ag|SI|NO).))\s*(?=\d{1,3}[.)]?\s+[A-ZÀ-Ý])")


def _marked_parts(text: str) -> list[str | None]:
    """The lines; where two entries with their marks share one, its parts."""
    lines: list[str | None] = []
    for line in text.split("\n"):
        parts = list(_TWO.finditer(line)) if len(line) < 400 and _FIGURE.search(line) else []
        cuts = [0, *(m.start() + 1 for m in parts), len(line) + 1]
        lines += [line[a : b - 1] for a, b in pairwise(cuts)]
    return [*lines, None]


_FIRST_COLUMN = re.compile(r"\s*(?:n\.?\s+)?(?:componenti|cognome|nominativ|comun[ei]\b|ente\b)", re.I)


def _heads_a_table(line: str) -> bool:
    return (
        ("\t" in line or "   " in line or bool(_FIRST_COLUMN.match(line)))
        and len(line.split()) <= 9
        and bool(_COLUMNS.search(line))
        and not people.in_entry(line)
    )


def _marked(
    text: str, place: int, line: str, finder: Finder, named: Named, table: bool, towns: bool
) -> tuple[list[Attendee], bool]:
    if len(line) > 170 or not line.strip():
        return [], False
    front = _FRONT_MARK.match(line)
    found = front or _MARK.search(line)
    if not found and not table:
        return [], False
    body_end = place + (found.start() if found and not front else len(line))
    begin = place + (front.end() if front else entries.BULLET.match(line).end())
    piece = Piece(begin, body_end, _line_status(found))
    found_here = list(entries.read(text, piece, finder, named.inside(begin, body_end)))
    if towns:
        status = piece.status
        found_here = [
            replace(a, status=status) for a in _with_town(text, begin, body_end, finder, named, towns=True)
        ] or found_here
    several = (
        len(found_here) > 1
        and not found_here[0].delegate_for
        and found is not None
        and "(" in line[found.start() : found.end()]
    )
    one = found_here[0] if found_here and not several else None
    if one is None or one.start - begin > 45 or not (found or one.organisation):
        return [], False
    before = text[begin : one.start]
    if (
        one.start - begin > 14
        and not (one.organisation and one.organisation.start < one.start)
        and not entries.is_role(before)
    ):
        return [], False
    sent_by = [a for a in found_here[1:] if a.status == "absent" and one.delegate_for]
    return [one, *sent_by], bool(found)


def _status(mark: str) -> str:
    """P, X and r (from afar) are present, A and "- X", under the second of two columns, absent, AG and G excused."""
    mark = mark.lower().replace(".", "").replace(" ", "").replace("\t", "")
    if "giust" in mark or mark in ("ag", "g"):
        return "excused"
    return "absent" if mark.startswith(("a", "-", "no")) else "present"


def _line_status(found: re.Match | None) -> str:
    """The status that a line begins or ends in; a cell left empty is that of someone who did not come."""
    if not found:
        return "absent"
    reason = (found.groupdict().get("reason") or "").lower()
    return "excused" if "giustificat" in reason else _status(found["mark"])


# --- tables that became one line

_STATUS = Cued(
    r"(?<!\w)(?:present[ei]|assent[ei](?:\s+giustificat[oaie])?|giustificat[oa])(?!\w)|(?<=\s)X(?=\s|$)",
    ["present", "assent", "giustificat", "x"],
)
_NOT_MARK = re.compile(
    r"\s*(?:\d|[:/,]|(?:i|gli|le|il|la|lo|alla?|all'|è|sono|hanno|ha|con|per|di|in|che|e|ed|assent[ei])\b)", re.I
)


def flattened(text: str, start: int, finder: Finder, named: Named, taken: list[tuple[int, int]]) -> list[Attendee]:
    """ "Comuni Sindaco P/A Spello Berti Anna PRESENTE Bevagna Riva Luca ASSENTE": each name ends in its mark."""
    out: list[Attendee] = []
    place = start
    for line in text[start:].split("\n"):
        end = place + len(line)
        found = [m for m in _STATUS.finditer(text, place, end) if not _NOT_MARK.match(text, m.end(), end)]
        if len(found) >= 3 and not inside(place, taken):
            mine = [
                one
                for a, b in zip([None, *found], found)
                if (a is None or b.start() - a.end() > 4)
                and (one := _before_mark(text, a.end() if a else place, b, finder, named))
            ]
            if len(mine) >= 3 and len(mine) >= 0.6 * len(found):
                out += mine
                taken.append((max(place, found[0].start() - 160), found[-1].end()))
        place = end + 1
    return out


def _before_mark(text: str, begin: int, mark: re.Match, finder: Finder, named: Named) -> Attendee | None:
    """The last person before a mark, with the organisation or the town that stands between the marks."""
    begin = max(begin, mark.start() - 160)
    found = list(_with_town(text, begin, mark.start(), finder, named))
    if not found:
        return None
    return replace(found[-1], status=_status(mark.group()))


def _with_town(
    text: str, begin: int, end: int, finder: Finder, named: Named, *, towns: bool = False
) -> Iterator[Attendee]:
    """The people of an entry; a town that opens or closes it sends those who have no organisation.

    Under a column of towns what stands before a name is one, be it in no list.
    """
    lead = len(text[begin:end]) - len(text[begin:end].lstrip())
    place = municipality(text[begin + lead : end])
    at = begin + lead
    since = at + len(place) if place else begin
    found = list(entries.read(text, Piece(since, end), finder, named.inside(since, end)))
    if not found and place and " " not in place and not _MARKS.match(text, since + 1, end):
        place, found = None, list(entries.read(text, Piece(begin, end), finder, named.inside(begin, end)))
    for number, one in enumerate(found):
        until = found[number + 1].start if number + 1 < len(found) else end
        after = _TOWN_AFTER.match(text, one.end, until)
        if one.organisation is None and place:
            one = replace(one, organisation=finder.town(place, at, at + len(place), place, certainty=0.7))
        elif one.organisation is None and after and municipality(after["place"]) == after["place"]:
            a, b = after.span("place")
            one = replace(one, organisation=finder.town(after["place"], a, b, after["place"], certainty=0.6))
        elif one.organisation is None and towns and number == 0:
            name = text[begin : one.start].strip(" \t|-–.")
            while " " in name and entries.is_role(name.split()[-1]):
                name = name.rsplit(" ", 1)[0]
            if name[:1].isupper() and len(name.split()) < 6 and not entries.is_role(name):
                like = next(iter(finder.find(name)), None)
                own = finder.town(name, at, at + len(name), name, certainty=0.5)
                one = replace(one, organisation=replace(like, start=at, end=at + len(name)) if like else own)
        yield one


_TOWN_COLUMN = re.compile(r"\bcomun[ei]\b[^\n.;:]{0,70}$", re.I)
_TOWN_AFTER = re.compile(
    r"\s+(?:[A-Z]{1,2}\s+)?(?P<place>[A-ZÀ-Ý][^\n,;:()]*?[\w'.])(?:\s+(?:[PAXapx]|AG|A\.\s?G\.?|-))*\s*$"
)


_GLUED = re.compile(
    r"\s*\d{1,3}(?P<name>(?:[A-ZÀ-Ý][\w']* )+[A-ZÀ-Ý]?[\w']*[a-zà-ÿ']) ?(?P<of>[A-ZÀ-Ý]{2}.*?)\s?(?P<mark>X|P|A|AG)\s*"
)


def glued(text: str, start: int, finder: Finder, taken: list[tuple[int, int]]) -> list[Attendee]:
    """ "1Berti AnnaCOMUNE DI SPELLOX": rows whose cells lost what parted them, three at least."""
    out, place = [], start
    for line in text[start:].split("\n"):
        row = _GLUED.fullmatch(line) if len(line) < 200 else None
        who = people.in_entry(row["name"]) if row else []
        if len(who) == 1:
            at, to = place + row.start("of"), place + row.end("of")
            name = row["of"].split(" - ")[0].strip()
            owner = next(iter(finder.find(name)), None) or finder.resolve(
                name, at, to, name, found_by="grammar", certainty=0.5
            )
            owner = replace(owner, start=at, end=at + len(name))
            begin = place + row.start("name") + who[0].start
            out.append(Attendee(who[0].name, _status(row["mark"]), begin, place + row.end("name"), organisation=owner))
        place += len(line) + 1
    if len(out) < 3:
        return []
    taken.append((out[0].start - 4, out[-1].organisation.end + 3))
    return out


# --- numbered runs that lost their line ends, and speakers

_NUMBER = re.compile(r"(\d(?<!\S.)\d{0,2})\s?[.)]?\s+(?=\S)")
_END_MARK = re.compile(
    r"(?:[\s.]|^)(?P<mark>assent[ei]\s*,?\s*giust\w*|giustificat\w|present[ei]|assent[ei]|AG|ag|A\.\s?G\.?|X\s+-|-\s+X|[PAXar]|SI|NO|Sì)\s*(?:\([^)]{0,40}\)|\._)?\s*$"
)


def numbered(text: str, start: int, finder: Finder, named: Named, taken: list[tuple[int, int]]) -> list[Attendee]:
    """ "1 Riva Anna P 2 Berti Luca ag": entries that only their numbers part, wherever the lines break."""
    out: list[Attendee] = []
    for chunks in _runs(text, start, taken):
        mine, marks = [], 0
        towns = bool(_TOWN_COLUMN.search(text, max(start, chunks[0][0] - 90), chunks[0][0] - 2))
        for begin, end in chunks:
            found = list(_of_chunk(text, begin, end, finder, named, towns))
            marks += any(mark for _, mark in found) or bool(_END_MARK.search(text[begin:end].rstrip()))
            mine += [one for one, _ in found]
        if len(mine) >= 3 and marks >= 0.4 * len(chunks) and len(mine) >= 0.3 * len(chunks):
            out += mine
            taken.append((chunks[0][0] - 4, chunks[-1][1]))
    return out


_MARKS = re.compile(
    r"(?<=\s)(?:AG|ag|A\.\s?G|X\s+-|-\s+X|[PAXar]|SI|NO|Sì|present[ei]|assent[ei](?:\s*,?\s*giust\w*)?|giustificat\w)(?=[\s.(]|$)"
)


def _of_chunk(
    text: str, begin: int, end: int, finder: Finder, named: Named, towns: bool
) -> Iterator[tuple[Attendee, bool]]:
    """The people of one numbered entry, each with the mark that follows the name."""
    found = [one for one in _with_town(text, begin, end, finder, named, towns=towns) if one.start - begin <= 110]
    for number, one in enumerate(found):
        until = found[number + 1].start if number + 1 < len(found) else end
        mark = _MARKS.search(text, one.end, until)
        if mark is None and number == 0:
            mark = _MARKS.search(text, begin, one.start)  # "1 Spello P Sindaco Anna Berti"
        yield replace(one, status=_status(mark.group()) if mark else "present"), bool(mark)
        if not mark:
            return  # what follows a name without a mark is its role, not another person


def _runs(text: str, start: int, taken: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Stretches between the numbers 1, 2, 3 ..., four at least, none longer than an entry may be."""
    marks: list[re.Match] = []
    for match in _NUMBER.finditer(text, start):
        number = int(match.group(1))
        if inside(match.start(), taken):
            continue
        if marks and _goes_on(marks, number, match.start()):
            marks.append(match)
        elif (number == 1 and len(marks) < 8) or (marks and match.start() - marks[-1].end() >= 600):
            if len(marks) >= 4:
                yield _chunks(text, marks)
            marks = [match] if number == 1 else []
    if len(marks) >= 4:
        yield _chunks(text, marks)


def _goes_on(marks: list[re.Match], number: int, place: int) -> bool:
    """The next number of a list, or the next but one; after many entries a page may lie between."""
    step, gap = number - int(marks[-1].group(1)), place - marks[-1].end()
    return (0 < step <= 2 and gap < 260) or (step == 1 and len(marks) >= 8 and gap < 600)


def _chunks(text: str, marks: list[re.Match]) -> list[tuple[int, int]]:
    chunks = [(a.end(), b.start()) for a, b in pairwise(marks)]
    last = marks[-1].end()
    end = text.find("\n\n", last)
    line = text.find("\n", last)
    stop = min(
        x
        for x in (
            end if end > 0 else len(text),
            (line if line > 0 else len(text)) if "\n" not in text[chunks[0][0] : chunks[0][1]] else len(text),
            last + 160,
        )
        if x > 0
    )
    return [*chunks, (last, stop)]

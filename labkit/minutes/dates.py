"""Italian dates and hours: an own small grammar that flags what is not certain instead of guessing.

Reads ``14.03.2024``, ``9/10/2014``, ``2023/11/15``, ``20giugno2018``, ``1º ottobre``, ``primo agosto``, ``addì due
maggio``, ``L'anno duemilaventitré, il giorno uno del mese di marzo``, ``14 marzo u.s.``, ``9 maggio p.v.``,
``5 e 19 aprile e 3 maggio``, ``dal 20 al 28 aprile``. A missing year is taken from a date of reference and marked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from labkit.language.stems import Cued

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "gennaio genn gen genaio i",
            "febbraio febbr feb febraio febbario ii",
            "marzo mar iii",
            "aprile apr iv",
            "maggio mag magg v",
            "giugno giu giug vi",
            "luglio lug lugl vii",
            "agosto ago viii",
            "settembre sett set ix",
            "ottobre ott x",
            "novembre nov xi",
            "dicembre dic xii",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"])
    for name in (names, names.replace("ì", "i"), names.replace("ì", "i'"), names[:3] + ".", names[:4] + ".")
}

_UNITS = [
    "zero",
    "uno",
    "due",
    "tre",
    "quattro",
    "cinque",
    "sei",
    "sette",
    "otto",
    "nove",
    "dieci",
    "undici",
    "dodici",
    "tredici",
    "quattordici",
    "quindici",
    "sedici",
    "diciassette",
    "diciotto",
    "diciannove",
]
_TENS = {
    20: "venti",
    30: "trenta",
    40: "quaranta",
    50: "cinquanta",
    60: "sessanta",
    70: "settanta",
    80: "ottanta",
    90: "novanta",
}


@cache
def _number_words() -> dict[str, int]:
    """Italian number words from 0 to 99, with and without the final accent."""
    found = {word: number for number, word in enumerate(_UNITS)}
    for ten, stem in _TENS.items():
        found[stem] = ten
        for unit in range(1, 10):
            word = (stem[:-1] if unit in (1, 8) else stem) + _UNITS[unit]
            found[word] = ten + unit
            if unit == 3:
                found[word[:-1] + "é"] = found[word[:-1] + "è"] = ten + unit
    found["primo"] = found["prima"] = 1
    return found


def number_of(word: str) -> int | None:
    """Return the number that an Italian word up to *duemilanovantanove* stands for.

    >>> number_of("duemilaventitré"), number_of("trentuno"), number_of("gatto")
    (2023, 31, None)
    """
    known = _number_words()
    word = word.lower().replace(" ", "")
    if word in known:
        return known[word]
    for stem, base in (("duemila", 2000), ("millenovecento", 1900)):
        if word.startswith(stem):
            rest = word.removeprefix(stem)
            return base if not rest else (base + known[rest] if rest in known else None)
    return None


@dataclass(frozen=True)
class Found:
    """A date in a text: where it stands, what it says, and what is not certain about it."""

    start: int
    end: int
    date: str
    inferred: bool = False
    weekday: str | None = None
    part_of_range: bool = False

    @property
    def weekday_wrong(self) -> bool:
        """The weekday written beside the date is not the weekday of that date."""
        if not self.weekday or len(self.date) != 10:
            return False
        return dt.date.fromisoformat(self.date).weekday() != WEEKDAYS[self.weekday.lower()]


_ROMAN = frozenset("i ii iii iv v vi vii viii ix x xi xii".split())
_MONTH = "|".join(sorted(set(MONTHS) - _ROMAN, key=len, reverse=True))
_ROMAN_MONTH = "|".join(sorted(_ROMAN, key=len, reverse=True))
_WEEKDAY = "|".join(re.escape(name) for name in sorted(WEEKDAYS, key=len, reverse=True))
_DAY = r"(?:[0-3]?\d\s?(?:°|\^)?(?:\s?\([a-zìéè]{3,14}\))?|primo|uno|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|[a-z]+(?:dici|sette|otto|nove)|vent[a-zìéè]+|trent[auno]+)"
_YEAR = r"(?:(?:19|20)\d\d|'\d\d|duemila\s?[a-zéè]*)"
_LEFT = r"(?<![\w./-])"

_DATE = re.compile(
    rf"""
    {_LEFT}(?:(?P<weekday>{_WEEKDAY})[\s,]+(?:il\s+)?)?
    (?:
        (?P<iso>(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01]))(?![\w/-]|\.\d)
      | (?P<d>[0-3]?\d)\s?(?P<sep>[./-])\s?(?P<m>[01]?\d)(?:\s?(?P=sep)\s?(?P<y>(?:19|20)?\d\d))?(?![\w/-]|[.,:]\d)
      | (?P<rd>[0-3]?\d)[-/ ](?P<rm>(?-i:{_ROMAN_MONTH.upper()}))[-/ ](?P<ry>(?:19|20)\d\d)(?!\d)
      | (?P<bm>{_MONTH})\s+(?P<bd>[0-3]?\d),\s*(?P<by>(?:19|20)\d\d)
      | (?P<cm>[0-3]?\d)\s+(?:c\.\s?m\.|corrente\s+mese|del\s+mese\s+corrente)
      | (?P<days>(?:dal(?:l')?\s+)?{_DAY}(?:\s*(?:,|e|ed|al(?:l')?|-|/)\s*(?:il\s+)?{_DAY})*?)
        \s*-?(?:del\s+mese\s+di\s+|di\s+)?(?P<month>{_MONTH})(?![a-zà-ù])\.?
        (?:,?[\s-]*(?:dell'anno\s+|anno\s+|del\s+)?(?P<year>{_YEAR})(?!\d))?
        (?:\s*(?P<near>u\.\s?s\.|p\.\s?v\.|c\.\s?a\.|u\.s|p\.v))?
    )
    (?:\s*\((?P<afterday>{_WEEKDAY})\))?
    """,
    re.X | re.I,
)
_SOLEMN = Cued(r"anno\s+(duemila\s?[a-zéè]*|(?:19|20)\d\d)", ["anno"])
_PAST = re.compile(r"\s*(?:scors[oa]|u\.\s?s)", re.I)
_STREET = re.compile(
    r"\b(?:via|viale|v\.le|corso|c\.so|piazza|p\.zza|piazzale|largo|cooperativa|scuola|istituto|circolo)\s+$", re.I
)


def find(text: str, start: int = 0, *, reference: str | None = None, ahead: bool = False) -> Iterator[Found]:
    """Yield the dates of a plain text from a place on, in order.

    Parameters
    ----------
    reference
        ISO date (of publication or of the meeting); a missing year becomes the one that puts the date nearest to it.
    ahead
        The dates lie ahead (deadlines, the next meeting): a missing year is the one of their next return, unless the
        text says *scorso*.

    Examples
    --------
    >>> [f.date for f in find("il 5 e 19 aprile e 3 maggio, alle 15", reference="2014-03-01")]
    ['2014-04-05', '2014-04-19', '2014-05-03']
    >>> next(find("L'anno duemilaventitré, il giorno uno del mese di marzo")).date
    '2023-03-01'
    """
    solemn = [(m.start(), _year(m.group(1))) for m in _SOLEMN.finditer(text)]
    for match in _matches(text):
        if match.start() < start:
            continue
        if _STREET.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        past = _PAST.match(text, match.end(), match.end() + 10)
        near = "u" if past else "p" if ahead else ""
        if match["month"]:
            yield from _by_month(match, reference, solemn, near)
            continue
        found = _by_numbers(match, reference, near)
        if found:
            yield found


# Every date has a month's name, two figures with a sign between them, or "c.m."; the full pattern is tried around these,
_ANCHOR_WORDS = Cued(
    rf"(?<![a-zà-ù])(?:{_MONTH})(?![a-zà-ù])|c\.\s?m\.|corrente mese|del mese corrente",
    [*(set(MONTHS) - _ROMAN), "c.", "corrente mese", "del mese corrente"],
)
_ANCHOR_FIGURES = re.compile(r"\d(?:\s?[./-]\s?\d|[-/ ][ivxIVX])")
# from each word that a date can begin with.
_WORD = re.compile(r"\w+")
_OPENERS = frozenset(
    [
        *(name.strip(".'") for name in WEEKDAYS),
        *MONTHS,
        *"dal dall primo uno due tre quattro cinque sei sette otto nove dieci".split(),
    ]
)


def _may_open(word: str) -> bool:
    low = word.lower()
    return (
        low[0].isdigit()
        or low in _OPENERS
        or low.startswith(("vent", "trent"))
        or low.endswith(("dici", "sette", "otto", "nove"))
    )


def between_words(text: str, start: int, end: int, least: int) -> tuple[int, int]:
    """A stretch widened to the spaces around it, by forty signs at most and not below ``least``."""
    for _ in range(40):
        if start <= least or text[start - 1].isspace():
            break
        start -= 1
    for _ in range(40):
        if end >= len(text) or text[end].isspace():
            break
        end += 1
    return start, end


@lru_cache(maxsize=16)
def _matches(text: str) -> tuple[re.Match, ...]:
    """The matches of the pattern of dates, looked for around anchors only."""
    found: list[re.Match] = []
    done = 0
    for anchor in sorted(m.start() for rule in (_ANCHOR_WORDS, _ANCHOR_FIGURES) for m in rule.finditer(text)):
        if anchor < done:
            continue
        begin, end = between_words(text, max(done, anchor - 90), min(len(text), anchor + 70), done)
        for word in _WORD.finditer(text, begin, min(anchor + 1, end)):
            # A date after the anchor has one of its own; here the stretch might end in the middle of it.
            match = _DATE.match(text, word.start(), end) if word.start() >= done and _may_open(word.group()) else None
            if match:
                found.append(match)
                done = match.end()
        done = max(done, anchor + 1)
    return tuple(found)


def _by_numbers(match: re.Match, reference: str | None, near: str) -> Found | None:
    weekday = match["weekday"] or match["afterday"]
    if match["rm"]:
        date = valid(int(match["ry"]), MONTHS[match["rm"].lower()], int(match["rd"]))
        return Found(match.start(), match.end(), date, weekday=weekday) if date else None
    if match["bm"]:  # "lunedì, luglio 04, 2011", as a blog writes it
        date = valid(int(match["by"]), MONTHS[match["bm"].lower()], int(match["bd"]))
        return Found(match.start(), match.end(), date, weekday=weekday) if date else None
    if match["cm"]:
        date = valid(int(reference[:4]), int(reference[5:7]), int(match["cm"])) if reference else None
        return Found(match.start(), match.end(), date, inferred=True, weekday=weekday) if date else None
    if match["iso"]:
        year, month, day = (int(part) for part in re.split(r"[-/.]", match["iso"]))
        date = valid(year, month, day)
        return Found(match.start(), match.end(), date, weekday=weekday) if date else None
    day, month = int(match["d"]), int(match["m"])
    if match["y"]:
        date = valid(_year(match["y"]), month, day)
        return Found(match.start(), match.end(), date, weekday=weekday) if date else None
    # "14.30" is an hour and "4.2" a paragraph: without a year only two-digit months, apart by a slash or after a preposition.
    before = match.string[max(0, match.start() - 14) : match.start()].lower()
    if (
        (len(match["m"]) < 2 and not (match["sep"] == "/" and re.search(r"\b(?:il|al|entro|del|dal)\s+$", before)))
        or match["sep"] == "-"
        or re.search(r"(ore|h\.?|alle|dalle|euro|€|n\.|art\.|punto|comma)\s*$", before)
    ):
        return None
    if (
        match["sep"] == "."
        and not re.search(r"\b(il|del|al|dal|entro|lunedì|martedì|mercoledì|giovedì|venerdì)\s+(il\s+)?$", before)
        and not weekday
    ):
        return None
    date = nearest(day, month, reference, near=near, weekday=weekday)
    return Found(match.start(), match.end(), date, inferred=True, weekday=weekday) if date else None


_HOUR_BEFORE = re.compile(r"\b(le|alle|dalle|ore)\s*$", re.I)
_DAY_WORDS = re.compile(r"\d+|(?<![(a-zìéè])[a-zìéè]+(?!\))", re.I)


def _by_month(match: re.Match, reference: str | None, solemn: list[tuple[int, int]], ahead: str) -> Iterator[Found]:
    month = MONTHS[match["month"].lower()]
    if match["month"].lower() in ("mar", "set", "gen", "ago") and not match["days"].rstrip()[-1:].isdigit():
        return
    if _HOUR_BEFORE.search(match.string, max(0, match.start() - 8), match.start()):
        return
    year = _year(match["year"]) if match["year"] else None
    if year is None:
        year = next((y for place, y in solemn if 0 <= match.start() - place < 90), None)
    near = (match["near"] or "").replace(" ", "").lower() or ahead
    weekday = match["weekday"] or match["afterday"]
    span = match["days"][:3].lower() == "dal"
    for number, (day, start) in enumerate(_days(match)):
        date = valid(year, month, day) if year else nearest(day, month, reference, near=near[:1], weekday=weekday)
        if date:
            yield Found(
                start if number else match.start(),
                match.end(),
                date,
                inferred=year is None,
                weekday=weekday if number == 0 else None,
                part_of_range=span,
            )


def _days(match: re.Match) -> Iterator[tuple[int, int]]:
    offset = match.start("days")
    for word in _DAY_WORDS.finditer(match["days"]):
        day = int(word.group()) if word.group().isdigit() else number_of(word.group())
        if day and 1 <= day <= 31:
            yield day, offset + word.start()


def _year(text: str) -> int:
    if text.isdigit() or text[0] == "'":
        number = int(text.strip("'"))
        return number if number > 99 else (2000 if number < 70 else 1900) + number
    return number_of(text) or 0


def valid(year: int, month: int, day: int) -> str | None:
    """Return the ISO date, or None if there is no such day, or none that minutes could bear."""
    if not 1850 <= year <= 2150:
        return None
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def nearest(day: int, month: int, reference: str | None, *, near: str = "", weekday: str | None = None) -> str | None:
    """Return the ISO date of that day and month nearest to the reference.

    Before it for ``near="u"`` (*ultimo scorso*), after it for ``"p"`` (*prossimo venturo*); a weekday written beside
    the date chooses the year where it can.

    >>> nearest(15, 1, "2016-12-20"), nearest(15, 1, "2016-12-20", near="u")
    ('2017-01-15', '2016-01-15')
    """
    if not reference or len(reference) < 10:
        return None
    there = dt.date.fromisoformat(reference)
    options = [d for d in (valid(there.year + step, month, day) for step in (-1, 0, 1)) if d]
    if near == "u":
        options = [d for d in options if d <= reference] or options
    elif near == "p":
        options = [d for d in options if d >= reference] or options
    if weekday:
        options = [d for d in options if dt.date.fromisoformat(d).weekday() == WEEKDAYS[weekday.lower()]] or options
    return min(options, key=lambda d: abs((dt.date.fromisoformat(d) - there).days), default=None)


def date_line(line: str) -> str | None:
    """Return the ISO date if the line is nothing but a whole date, as above the posts of a blog.

    >>> date_line("lunedì 14 aprile 2014"), date_line("Crema, 02/04/2015."), date_line("29 dicembre 2014")
    ('2014-04-14', None, '2014-12-29')
    """
    line = plain_date(line)
    found = next(find(line), None)
    if (
        found
        and not found.inferred
        and found.start == 0
        and found.end == len(line)
        and re.search(r"[a-z]{3}", line, re.I)
    ):
        return found.date
    return None


def plain_date(line: str) -> str:
    line = re.sub(
        r"^(pubblicat[oa]|postat[oa]|inserit[oa])\s*(in data|il|l'|:|da .{1,40} il)?\s*:?\s*",
        "",
        line.strip(),
        flags=re.I,
    )
    return line.rstrip(". ")


_HOUR = r"(?P<h{0}>[01]?\d|2[0-4])(?:\s?[.:,h]\s?(?P<m{0}>[0-5]\d)|[ ]e[ ](?P<w{0}>un\s+quarto|mezz[ao]|trenta|tre\s+quarti|[0-5]?\d\b))?"
_AT = r"(?:(?:alle|dalle|ad)\s+(?:ore\s+)?|ore\s*:?\s*|(?:orario|durata)\s*:?\s*|20\d\d\s*[-,]\s*(?=\d\d[:.]\d\d)|\bora\s*[:|]\s*|\bh\.?\s*|\b(?:iniziat|cominciat)[oa]\s+|(?:ora\s+)?(?:inizio|apertura)(?:\s+(?:dei\s+)?(?:lavori|seduta|effettivo|riun\w+|incontro))?\s*:?\s*(?:(?:alle|ad)\s*)?(?:ore\s*)?)"
_H = ["h.", "h ", *(f"h{n}" for n in range(10))]
_AT_STEMS = [
    *_H,
    *"alle,dalle,ore,orario,durata,iniziat,cominciat,inizio,apertura,20,ad ,ora:,ora :,ora|,ora |,ora inizio,ora apertura".split(
        ","
    ),
]
# Two hours and what stands between them: a search finds the figure at once.
_TWO_HOURS = re.compile(
    r"\d(?:\s?[.:,h]\s?[0-5]\d|[ ]e[ ](?:[a-z]+(?:\s+[a-z]+)?|\d\d?))?\s*(?:/|-|alle\s|e\s+fino|fino\s)", re.I
)
_HOURS = re.compile(
    rf"(?:{_AT}|(?<![\d.,/])){_HOUR.format(1)}\s*(?:/|-|alle\s+(?:ore\s+)?|e\s+fino\s+alle\s+(?:ore\s+)?|fino\s+alle\s+(?:ore\s+)?)\s*(?:ore\s+|h\.?\s*)?{_HOUR.format(2)}(?![\d/%]|[.,]\d|\s*(?:euro|€|anni|%|mila|20\d\d))",
    re.I,
)
_ENDING = r"(?:fin(?:isc|it)\w+|termin\w+|chiu[sd]\w+|conclu\w+|scio[lg]\w+|toglie|tolta|salutat\w+|ci\s+si\s+saluta|lascia\w*\s+la\s+sala|spen\w+\s+le\s+luci)"
_ENDING_STEMS = "finis,finit,termin,chiu,conclu,scio,toglie,tolta,salutat,lascia,spen,ci si".split(",")
_CLOSES = Cued(
    rf"(?:(?:ora\s+)?fine(?:\s+(?:lavori|riun\w+|seduta|incontro))?|durat\w+\s+fino|congeda\w*|{_ENDING})\b(?:[^.;\n]{{0,60}}?(?:alle\s+(?:ore\s+)?|ore\s+|\bh\.?\s*)|[ a-z]{{0,15}}\s*:\s*|\s*\n+\s*(?:ore\s+)?|\s+){_HOUR.format(2)}(?![\d/])",
    [*_ENDING_STEMS, "fine", "ora fine", "durat", "congeda"],
)
_CLOSES_IN_WORDS = Cued(
    rf"{_ENDING}[^.\n]{{0,40}}?(?P<at>alle\s+ore\s+[^.\n]{{3,40}})|(?P<before>alle\s+ore\s+[^.\n]{{3,40}}?)\s+(?:la|l'|si)[^.\n]{{0,40}}?{_ENDING}",
    [*_ENDING_STEMS, "alle ore"],
)
_CLOSED = Cued(
    rf"(?:alle\s+(?:ore\s+)?|ore\s+|\bh\.?\s*|sono\s+le\s+(?:ore\s+)?){_HOUR.format(2)}(?![\d/])[^.;\n]{{0,90}}?\b{_ENDING}",
    [*_H, "alle", "ore", "sono"],
)
_ONE_HOUR = Cued(rf"{_AT}{_HOUR.format(1)}(?![\d/]|[.,]\d{{3}})", _AT_STEMS)
# What the minutes say of the opening itself outweighs the hour of the letter of convocation.
_EFFECTIVE = Cued(
    rf"(?:inizio\s+effettivo|si\s+(?:comincia|inizia)|(?:seduta|riunione|incontro|adunanza)\s+(?:ha\s+inizio|inizia|comincia|è\s+apert[ao])|apert[ao]\s+(?:la\s+seduta|la\s+riunione|l['’]adunanza))\s+(?:alle\s+)?(?:ore\s+|h\.?\s*)?{_HOUR.format(1)}(?![\d/])",
    ["inizio", "si comincia", "si inizia", "seduta", "riunione", "incontro", "adunanza", "apert"],
)
_WORDS_AT = Cued(
    r"\balle\s+(?:ore\s+)?(?P<hour>[a-zì]{3,11}?)(?:\s+e\s+(?:minuti\s+)?(?P<minute>[a-zì]{3,14}))?(?=[\s,.;])",
    ["alle"],
)


def hours(text: str) -> tuple[str | None, str | None]:
    """Return the first hour and the closing hour that a header gives, as ``HH:MM``.

    >>> hours("Orario: ore 14.30/16.40"), hours("h. 20.30"), hours("dalle 18 alle 21.30"), hours("9.30 - 12.45")
    (('14:30', '16:40'), ('20:30', None), ('18:00', '21:30'), ('09:30', '12:45'))
    >>> hours("alle 17 in prima chiamata e alle 17,30 in seconda")
    ('17:30', None)
    """
    both = _first_span(text)
    last = _CLOSES.search(text)
    end = _clock(last, 2) if last else None
    called = _second_call(text)
    effective = _EFFECTIVE.search(text)
    if effective or called:
        return _clock(effective or called, 1), (_clock(both, 2) if both else end)
    one = _ONE_HOUR.search(text)
    if both and not (one and one.start() + 40 < both.start()):
        return _clock(both, 1), _clock(both, 2)
    if one and last and one.start() >= last.start():
        one = None
    words = _in_words(text)
    if words and (one is None or words[0] < one.start()):
        return words[1], end
    return (_clock(one, 1) if one else None), end


def _first_span(text: str) -> re.Match | None:
    done = 0
    for two in _TWO_HOURS.finditer(text):
        for match in _HOURS.finditer(text, max(done, two.start() - 60), min(len(text), two.end() + 120)):
            if match.start() > two.end():
                break  # it has figures of its own; here the stretch might end in the middle of it
            if _is_span(text, match):
                return match
            done = match.end()
    return None


_SECOND = re.compile(r"\bin\s+seconda(?:\s+(?:convocazione|chiamata))?\b", re.I)


def _second_call(text: str) -> re.Match | None:
    """The hour just after "in seconda convocazione", else the one before it: nobody came to the first call."""
    second = _SECOND.search(text)
    if not second:
        return None
    after = _ONE_HOUR.pattern.match(text, second.end() + 1)
    return after or next(reversed(list(_ONE_HOUR.finditer(text[: second.start()]))), None)


def _is_span(text: str, match: re.Match) -> bool:
    """Two hours, the later one second; "3-5 minori" and "14/18 anni" are none, unless a word of time stands before."""
    first, second = _clock(match, 1), _clock(match, 2)
    said = re.match(_AT, match.group(), re.I)
    minutes = match["m1"] or match["m2"]
    if not said and not (
        minutes
        and re.search(r"(?:^|[\n\t,|(]|\d{4}|\d\s*[),]?|orario|quando)\s*[:,-]?\s*$", text[: match.start()][-24:], re.I)
    ):
        return False
    return first < second and (bool(said) or bool(match["m1"]) or bool(match["m2"]))


_IN_THE_EVENING = re.compile(r"\s+(?:di|della)\s+sera\b|\s+del\s+pomeriggio\b", re.I)


def _in_words(text: str) -> tuple[int, str] | None:
    """ "alle ore nove e trenta": where it stands, and the hour."""
    for match in _WORDS_AT.finditer(text):
        hour = number_of(match["hour"])
        if hour is not None and hour < 25:
            word = (match["minute"] or "").lower()
            minute = {"mezza": 30, "mezzo": 30}.get(word) or (number_of(word) if word else 0) or 0
            hour += 12 * (hour < 12 and bool(_IN_THE_EVENING.match(text, match.end())))
            return match.start(), f"{hour:02d}:{minute:02d}"
    return None


def closing(text: str) -> str | None:
    """Return the hour at which the minutes say that the meeting ended, looked for from the end.

    >>> closing("Null'altro essendovi da discutere, la seduta è tolta alle ore 12,05.")
    '12:05'
    """
    tail = max(0, len(text) - 2500)
    found = [(m.start(), _clock(m, 2)) for pattern in (_CLOSES, _CLOSED) for m in pattern.finditer(text, tail)]
    for match in _CLOSES_IN_WORDS.finditer(text, tail):
        words = _in_words((match["at"] or match["before"]) + ".")
        if words:
            found.append((match.start(), words[1]))
    return max(found)[1] if found else None


_QUARTERS = {"un quarto": 15, "mezza": 30, "mezzo": 30, "trenta": 30, "tre quarti": 45}


def _clock(match: re.Match, which: int) -> str | None:
    word = " ".join((match[f"w{which}"] or "").lower().split())
    minute = int(match[f"m{which}"] or _QUARTERS.get(word) or (word if word.isdigit() else 0))
    hour = int(match[f"h{which}"])
    return f"{hour:02d}:{minute:02d}" if hour < 24 else "24:00"

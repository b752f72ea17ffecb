"""Figures with their unit: sums of money, percentages, counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from labkit.language.spans import Spans
from labkit.language.stems import Stems
from labkit.language.vocabulary import lemma
from labkit.minutes import dates


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
_NUMBER_WORD = (
    r"(?:(?<![\w.,])[a-z]*(?:cento|mila|mille|dieci|venti|trenta|quaranta|cinquanta|sessanta|settanta|ottanta|novanta))"
)
_MONEY = re.compile(
    rf"(?:€\.?|\beuro|\bEUR)\s*(?P<before>{_FIGURE})(?![\d.,]*\s*(?:milion|mila))"
    rf"|(?P<million>{_FIGURE}|{_WORD_FIGURE})\s*(?:milion[ei]|mln\.?)(?:\s*(?:e\s+)?(?P<more>{_FIGURE})\s*mila)?(?P<euro>\s*(?:di\s+)?(?:euro|€))?"
    rf"|(?<=tra )(?P<low>{_FIGURE})(?=\s+e\s+{_FIGURE}\s*(?:euro|€))|(?<=da )(?P<low2>{_FIGURE})(?=\s+a\s+{_FIGURE}\s*(?:euro|€))|(?P<inwords>{_NUMBER_WORD})\s+euro\b"
    rf"|(?P<thousand>{_FIGURE})\s*mila\s*(?:euro|€)"
    rf"|(?P<plain>{_FIGURE})\s*(?:euro\b|€)",
    re.I,
)
_PERCENT = re.compile(rf"(?P<value>{_FIGURE})\s*(?:%|per\s*cento\b)", re.I)
_COUNT = re.compile(
    r"(?P<value>\d(?<![\d.,/:'-].)(?:\d{0,2}(?:\.\d{3})+|\d{0,4}))\s+(?:(?:nuov|altr|divers|ulterior|divers)[aei]\s+)?(?P<unit>[a-zà-ÿ]{4,}[ei]|Comuni|Enti)\b(?!\s*(?:20\d\d|di\s+[A-Z]))"
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


def find(text: str, start: int) -> list[Amount]:
    """Return sums of money, percentages and counts.

    >>> [(a.value, a.unit) for a in find("pari a 1milione 500mila euro, al 40%, con 32 domande", 0)]
    [(1500000.0, 'EUR'), (40.0, 'percent'), (32.0, 'domanda')]
    """
    found = []
    money = _stretches(text, start, _MONEY_STEMS)
    for match in (m for a, b in money for m in _MONEY.finditer(text, a, b)):
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
        value = _money(match)
        if value:
            found.append(_amount(text, match, value, "EUR"))
    taken = Spans((a.start, a.end) for a in found)
    for match in (m for a, b in _stretches(text, start, _PERCENT_STEMS) for m in _PERCENT.finditer(text, a, b)):
        found.append(_amount(text, match, _number(match["value"]), "percent"))
    for match in _COUNT.finditer(text, start):
        unit = match["unit"]
        unit = unit.lower()
        if unit not in _NOT_COUNTED and unit not in dates.MONTHS and not taken.overlaps(match.start(), match.end()):
            found.append(_amount(text, match, _number(match["value"]), lemma(unit)))
    return sorted(found, key=lambda a: a.start)


_MONEY_STEMS = Stems(["€", "eur", "milion", "mln", "mila"])
_PERCENT_STEMS = Stems(["%", "cento"])


def _stretches(text: str, start: int, stems: Stems) -> Iterator[tuple[int, int]]:
    """The stretches around some stems, none overlapping, each ending between two words."""
    done = start
    for place in stems.places(text, start):
        if place < done:
            continue
        begin, end = dates.between_words(text, max(done, place - 60), min(len(text), place + 60), done)
        yield begin, end
        done = end


def _money(match: re.Match) -> float:
    if match["million"]:
        return _number(match["million"]) * 1e6 + (_number(match["more"]) * 1e3 if match["more"] else 0)
    if match["thousand"]:
        return _number(match["thousand"]) * 1e3
    if match["inwords"]:
        return float(_in_words(match["inwords"].lower()) or 0)
    return _number(match["before"] or match["plain"] or match["low"] or match["low2"])


def _in_words(word: str) -> int | None:
    """The number that an Italian word below a million stands for.

    >>> _in_words("diecimila"), _in_words("novecento"), _in_words("duecentocinquanta")
    (10000, 900, 250)
    """
    if word == "mille":
        return 1000
    if "mila" in word:
        head, _, rest = word.partition("mila")
        high, low = _in_words(head), _in_words(rest) if rest else 0
        return None if high is None or low is None else high * 1000 + low
    if "cento" in word:
        head, _, rest = word.partition("cento")
        high, low = (dates.number_of(head) if head else 1), (dates.number_of(rest) if rest else 0)
        return None if high is None or low is None else high * 100 + low
    return dates.number_of(word)


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

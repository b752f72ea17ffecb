"""How days, numbers and kinds of text are said to people, in Italian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from labkit.errors import UsageError, did_you_mean

Words = TypeVar("Words")

MONTHS = "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split()
KINDS = {"minutes": "Verbale", "announcement": "Annuncio", "news": "Notizia", "report": "Resoconto", "plan": "Piano"}


def italian(day: object) -> str:
    """Return a day as Italians write it.

    >>> italian("2014-04-09")
    '9 aprile 2014'
    """
    if not isinstance(day, str) or len(day) < 10:
        return "senza data"
    return f"{int(day[8:10])} {MONTHS[int(day[5:7]) - 1]} {day[:4]}"


def count(n: int, one: str, many: str) -> str:
    """Return a number with its noun.

    >>> count(1, "ente", "enti"), count(3, "ente", "enti")
    ('1 ente', '3 enti')
    """
    return f"{n} {one if n == 1 else many}"


def number(value: float, digits: int = 0) -> str:
    """A figure as Italians write it.

    >>> number(1234.5, 1)
    '1.234,5'
    """
    return f"{value:,.{digits}f}".replace(",", "\u0000").replace(".", ",").replace("\u0000", ".")


def spoken(words: Mapping[str, Words], language: str) -> Words:
    """Return the words of a language.

    Raises
    ------
    UsageError
        For a language that labkit does not speak.

    >>> spoken({"it": "sì", "en": "yes"}, "en")
    'yes'
    """
    if language not in words:
        raise UsageError(f"no language '{language}' ({did_you_mean(str(language), words)})")
    return words[language]

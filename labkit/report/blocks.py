"""Blocks: what a report is made of before it is written, as plain data: sections of texts, figures, tables and doubts."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from labkit.answers import clean
from labkit.wording import MONTHS, italian, number

CANNOT = "Non si può dire"
SHORT = 10  # lines of a table that no page break should split


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    kind: ClassVar[str] = "text"
    text: str


@dataclass(frozen=True)
class Note:
    """A paragraph that explains how to read something."""

    kind: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Cannot:
    """Something that cannot be told: what it is, why not, and what would be needed to tell it.

    >>> Cannot("chi manca", "nessuno lo ha chiesto", "Serve un incontro.").text
    'Non si può dire chi manca: nessuno lo ha chiesto.'
    """

    kind: ClassVar[str] = "cannot"
    what: str
    why: str
    needed: str

    @property
    def text(self) -> str:
        return f"{CANNOT} {self.what}: {self.why}."


@dataclass(frozen=True)
class Counts:
    """Figures to begin with: each a number and what it counts."""

    kind: ClassVar[str] = "counts"
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Figure:
    """A picture: its caption, what it says in one sentence, and what it shows for who does not see it."""

    kind: ClassVar[str] = "figure"
    png: bytes
    caption: str
    says: str
    alt: str
    number: int = 0

    @property
    def tall(self) -> bool:
        """Whether the picture is about as high as wide, or higher: so its head says."""
        width, height = (int.from_bytes(self.png[start : start + 4], "big") for start in (16, 20))
        return height > 0.9 * width


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its share of the width, and whether it holds figures."""

    head: str
    width: int
    figures: bool = False


@dataclass(frozen=True)
class Table:
    """A table: a cell is a tuple of lines."""

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    number: int = 0

    @property
    def short(self) -> bool:
        """Whether it is small enough to stand on one page as a whole."""
        lines = sum(max(len(cell) for cell in row) for row in self.rows)
        return lines <= SHORT and sum(len(line) for row in self.rows for cell in row for line in cell) <= 60 * SHORT


Block = Text | Note | Heading | Cannot | Counts | Figure | Table


@dataclass(frozen=True)
class Section:
    """A chapter: ``id`` is where links lead."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Contents:
    """A whole report."""

    title: str
    about: str
    sections: tuple[Section, ...]

    def of(self, kind: type) -> list[Any]:
        """All blocks of one kind, in order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, kind)]


def table(caption: str, columns: tuple[Column, ...], rows: list[tuple[str | tuple[str, ...], ...]]) -> Table:
    """Build a table from rows of texts or of lines; a cell without words shows a dash."""
    lines = (tuple((cell,) if isinstance(cell, str) else cell for cell in row) for row in rows)
    return Table(
        caption, columns, tuple(tuple(tuple(filter(str.strip, cell)) or ("–",) for cell in row) for row in lines)
    )


def numbered(sections: list[Section]) -> tuple[Section, ...]:
    """Give figures and tables their numbers, through the whole report."""
    last = {"figure": 0, "table": 0}

    def one(block: Block) -> Block:
        if block.kind not in last:
            return block
        last[block.kind] += 1
        return dataclasses.replace(block, number=last[block.kind])

    return tuple(dataclasses.replace(s, blocks=tuple(one(block) for block in s.blocks)) for s in sections)


# --- texts that any file can hold

_FORBIDDEN = dict.fromkeys((0xFFFE, 0xFFFF))


def readable(value: Any) -> Any:
    """Return texts, wherever they stand, without the characters that XML forbids or that turn the direction of writing.

    >>> readable(Text("Coop\\x00 \\x0bsole\\ufffe"))
    Text(text='Coop  sole')
    """
    if isinstance(value, str):
        return clean(value).translate(_FORBIDDEN)
    if isinstance(value, tuple):
        return tuple(readable(one) for one in value)
    if dataclasses.is_dataclass(value):
        parts = {f.name: readable(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **parts)
    return value


# --- words


def many(n: int, one: str, more: str) -> str:
    """Return a number with its noun, as Italians write it.

    >>> many(1, "testo", "testi"), many(1200, "testo", "testi")
    ('1 testo', '1.200 testi')
    """
    return f"{number(n)} {one if n == 1 else more}"


def percent(share: float) -> str:
    """Return a share in hundredths.

    >>> percent(0.784)
    '78%'
    """
    return f"{number(100 * share)}%"


def listed(names: list[str], most: int = 4) -> str:
    """Return names as a sentence lists them; of more than ``most``, the first ones and how many others.

    >>> listed(["A", "B", "C"]), listed(list("ABCDE"))
    ('A, B e C', 'A, B, C e altri 2')
    """
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} e altri {number(len(names) - most + 1)}"
    return " e ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def day_of(day: object) -> str:
    """Return a day, a month or a year as Italians write it.

    >>> day_of("2014-04-09"), day_of("2014-04"), day_of("2014"), day_of(None)
    ('9 aprile 2014', 'aprile 2014', '2014', 'senza data')
    """
    if not isinstance(day, str) or len(day) == 10:
        return italian(day)
    return f"{MONTHS[int(day[5:7]) - 1]} {day[:4]}" if len(day) == 7 else day


def after(word: str, day: str) -> str:
    """Return a preposition joined with the article of a day.

    >>> after("dal", "2014-04-09"), after("dal", "2014-05-08"), after("dal", "2014-05"), after("dopo il", "2014-05-11")
    ('dal 9 aprile 2014', "dall'8 maggio 2014", 'da maggio 2014', "dopo l'11 maggio 2014")
    """
    if len(day) == 7:
        return f"{ {'dal': 'da', 'al': 'a', 'del': 'di', 'dopo il': 'dopo'}[word] } {day_of(day)}"
    return joined(word, day_of(day))


def joined(word: str, shown: str) -> str:
    """Return a preposition with its article before a figure, as it is read aloud.

    >>> joined("al", "72%"), joined("al", "84%"), joined("dal", "11%"), joined("al", "1%"), joined("al", "110%")
    ('al 72%', "all'84%", "dall'11%", "all'1%", 'al 110%')
    """
    if not re.match(r"8|11(?!\d)|1%", shown):
        return f"{word} {shown}"
    return f"dopo l'{shown}" if word == "dopo il" else f"{word}l'{shown}"


def upper(text: str) -> str:
    """Return a text that begins with a capital.

    >>> upper("se le parole cambiano")
    'Se le parole cambiano'
    """
    return text[:1].upper() + text[1:]

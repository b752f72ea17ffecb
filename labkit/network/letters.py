"""Letters that a figure can hold: what its font draws, and nothing that steers a line."""

from __future__ import annotations

import unicodedata
from functools import cache

UNKNOWN = "\ufffd"


@cache
def font_of(bold: bool):
    """Return the font of the figures, plain or bold, as matplotlib ships it."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))


@cache
def _drawable() -> frozenset[int]:
    return frozenset(font_of(False).get_charmap()) & frozenset(font_of(True).get_charmap())


def plain(text: object) -> str:
    """Return a text in one line of letters that the font can draw; marks that steer a line, and pictures, are dropped.

    >>> plain("Circolo\\u202e Il  Ponte\\n🎉")
    'Circolo Il Ponte'
    >>> plain("Costo: 5 $ e 10^2")
    'Costo: 5 $ e 10^2'
    """
    found = []
    for letter in unicodedata.normalize("NFC", str(text)):
        kind = unicodedata.category(letter)
        if letter.isspace() or kind == "Cc":
            found.append(" ")
        elif kind[0] in "CM" or (kind[0] == "S" and ord(letter) not in _drawable()):
            continue
        else:
            found.append(letter if ord(letter) in _drawable() else UNKNOWN)
    return " ".join("".join(found).split())

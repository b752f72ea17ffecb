"""Letters: what is left of a text when all that can hide a name in it is taken away, and the place of each letter."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import unquote_to_bytes

import numpy as np

PIECE, OVERLAP = 1_000_000, 500  # code points looked at in one go, and how far two pieces reach into each other
APART, SILENT, UNKNOWN = 32, 0, 0xFFFFFFFF  # a sign that parts words; one that nobody sees; one not met yet
_PAIRS = {
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
}
_STROKES = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ħ": "h"}  # letters that Unicode does not take apart
_KNOWN = np.full(0x110000, UNKNOWN, dtype="<u4")


def _folded(sign: str) -> int:
    """One sign as a small letter without accent, or what it does between letters."""
    if sign in "\x02\ufffe\uffff" or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return SILENT  # PDFium writes U+0002 and U+FFFE for the hyphen at a line end
    small = _STROKES.get(sign.lower(), sign.lower())
    found = "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
    return ord(found) if len(found) == 1 and found.isalnum() else APART


def _fold(text: str) -> np.ndarray:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    signs = _KNOWN[codes]
    new = set(codes[signs == UNKNOWN].tolist())
    for code in new:
        _KNOWN[code] = _folded(chr(code))
    return _KNOWN[codes] if new else signs


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in small letters without accents; apostrophes and hyphens part them.

    Examples
    --------
    >>> words_of("Nicolò D'Ângeli-Weiß")
    ('nicolo', 'd', 'angeli', 'weiss')
    """
    return tuple(Letters(name).spaced.split())


_HYPHEN = "\u002d\u2010\u2011\u00ad\u00ac\x02\ufffe"
_BROKEN = re.compile(rf"(?<=[^\W\d_])[{_HYPHEN}]\s+(?=[^\W\d_])")


@dataclass
class Letters:
    """A text as its letters alone, and as its words one space apart.

    Attributes
    ----------
    text
        What was read; places are places in it.
    """

    text: str

    def __post_init__(self):
        if not self.text.isascii() and any(sign in self.text for sign in _PAIRS):
            self.text = self.text.translate(str.maketrans(_PAIRS))
        self._signs = _fold(self.text)

    @cached_property
    def places(self) -> np.ndarray:
        """The place in the text of each sign of ``run``."""
        return np.flatnonzero(self._signs > APART)

    @cached_property
    def run(self) -> str:
        """Letters and digits alone, nothing between them."""
        return _string(self._signs[self.places])

    @cached_property
    def _joined(self) -> np.ndarray:
        """The signs, with words joined that a line end parted: "Bran-/di" is one, "Brandi-/Rossi" are two."""
        signs = self._signs.copy()
        for gap in _BROKEN.finditer(self.text):
            if self.text[gap.start() - 1].isupper() or not self.text[gap.end()].isupper():
                signs[gap.start() : gap.end()] = SILENT
        return signs

    @cached_property
    def _kept(self) -> np.ndarray:
        seen = np.flatnonzero(self._joined)
        signs = self._joined[seen]
        return seen[(signs != APART) | np.r_[True, signs[:-1] != APART]]

    @cached_property
    def spaced(self) -> str:
        """Words with one space between, before and after."""
        return f" {_string(self._joined[self._kept])} "

    def place(self, at: int) -> int:
        """The place in the text of a sign of ``spaced``."""
        return int(self._kept[min(max(at - 1, 0), len(self._kept) - 1)])

    def gap(self, before: int, after: int) -> str:
        """What stands between two places, without the signs that nobody sees."""
        between = self._signs[before + 1 : after]
        return "".join(self.text[before + 1 + n] for n in np.flatnonzero(between))


def _string(signs: np.ndarray) -> str:
    return signs.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


# Pictures and fonts that a page carries in itself: no words, and by chance any short one.
_BLOB = re.compile(
    r"data:[\w.+-]+/[\w.+-]+(?:;[\w=.-]+)*;base64,[A-Za-z0-9+/=]+|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{400,}={0,2}"
)
TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")
_WITHIN = re.compile(r"\w(?:<[A-Za-z/!?][^<>]*>)+\w")
# Tags that part words, in pages, drawings and office files; all others may stand within one.
_PARTING = re.compile(
    r"</?(?:\w+:)?(?:p|div|br|cr|tab|s|tc|tr|td|th|li|ul|ol|h\d|dt|dd|text|tspan|option|title|desc|section|table|row|si|is|c|v|data|attvalue|node|edge|article|header|footer|label|button)\b[^<>]*>",
    re.I,
)
MARK = "\x1f"  # where a tag stood; white space for all patterns
_CODE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{0*([0-9a-fA-F]{1,4})\}|x([0-9a-fA-F]{2}))")
_CONTROL = re.compile(r"\\[nrtbf]")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def decoded(text: str) -> str:
    r"""Return a text with entities and ``\u`` escapes as the signs they stand for, however often they are wrapped.

    Examples
    --------
    >>> decoded("Nicol&amp;ograve; e Nicol\\u00f2")
    'Nicolò e Nicolò'
    """
    for _ in range(3):
        if "&" not in text and "\\" not in text:
            break
        once = _CODE.sub(lambda m: chr(int(m[m.lastindex], 16)), html.unescape(text))
        if once == text:
            break
        text = once
    return text


def views(text: str) -> Iterator[str]:
    """Yield a text in each way in which a name may be read from it.

    A page is read without its markup, with words joined over it, and the markup by itself (comments, attributes); what holds
    escapes of other kinds (``\\n``, ``%20``) once more without them.
    """
    text = _BLOB.sub(" ", text)
    for view in _sides(text):
        plain = decoded(view)
        yield plain
        if _CONTROL.search(plain) or _PERCENT.search(plain):
            plain = _CONTROL.sub(lambda m: "\n" if m[0] in (r"\n", r"\r") else " ", plain)
            yield _PERCENT.sub(lambda m: unquote_to_bytes(m[0]).decode("utf-8", "replace"), plain)


def _sides(text: str) -> Iterator[str]:
    """A text as it is, or the two sides of a page."""
    if not TAG.search(text):
        yield text
        return
    yield TAG.sub(lambda m: MARK + "\n" * m[0].count("\n"), text)
    if _WITHIN.search(text):  # a word processor parts words between runs
        yield TAG.sub("", _PARTING.sub(" ", text))
    inside, end = [], 0
    for tag in TAG.finditer(text):
        inside += ["\n" * text.count("\n", end, tag.start()), MARK, tag[0]]
        end = tag.end()
    yield "".join(inside)


def pieces(text: str) -> Iterator[tuple[int, Letters]]:
    """Yield a long text in pieces that begin and end between words, each with the number of line ends before it."""
    lines = start = 0
    while True:
        end = _between(text, start + PIECE + OVERLAP)
        yield lines, Letters(text[start:end])
        if end == len(text):
            return
        following = _between(text, start + PIECE)
        lines += text.count("\n", start, following)
        start = following


def _between(text: str, place: int) -> int:
    """A place between two words, at another or a little before it."""
    if place >= len(text):
        return len(text)
    return next((n for n in range(place, place - OVERLAP // 2, -1) if text[n].isspace()), place)

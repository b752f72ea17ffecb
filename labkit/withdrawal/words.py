"""Words of a text with their places, broken ones joined, and what may stand between two words of one name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from labkit.actors.identity import bare
from labkit.language.vocabulary import word_list

# Soft hyphens, spaces of no width, accents written as signs of their own.
UNSEEN = "\u00ad\u200b-\u200d\u2060\u0300-\u036f"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{UNSEEN}])*")
_NO_LETTER = re.compile(r"[\W_]+")
_BROKEN = re.compile(r"[-\u2010\u2011\u00ad][ \t]*\n[ \t]*")
_TIGHT = re.compile(r"[ \t\u00a0\u2007\u2009\u202f\u200b]{0,3}['’`´‘]?[ \u00a0]?|\.|\. |[-_+\u2010\u2011]|\.-")
_CROSSING = re.compile(
    r"[ \t\u00a0]*(?:[-\u2010\u2011]?\n[ \t\u00a0>|]*|[,;/|\t(][ \t\u00a0]*\n?[ \t\u00a0]*|[-–—][ \u00a0]+)"
)
_PLAIN = re.compile(r"[ \u00a0\u202f._]")  # what joins two words as closely as those of a name


class Word(NamedTuple):
    """A word: where it stands, and its letters in small letters without accents."""

    start: int
    end: int
    bare: str
    capital: bool


def letters(text: str) -> str:
    """Return the letters and figures of a text alone, small and without accents.

    >>> letters("Ros-\\nsini,  MARIA È")
    'rossinimariae'
    """
    low = text.lower()
    return _NO_LETTER.sub("", low if low.isascii() else unicodedata.normalize("NFKD", low))


_HALVES = re.compile(r"[-\u2010\u2011\u00ad][ \t]*\n[ \t]*|[\u00ad\u200b-\u200d\u2060]")


def flat(text: str) -> str:
    r"""Return a text in small plain letters, broken words joined, in which a word is quickly looked for.

    >>> flat("Nicolò ROS-\n  SINI")
    'nicolo rossini'
    """
    low = _HALVES.sub("", text.lower())
    return low if low.isascii() else unicodedata.normalize("NFKD", low).encode("ascii", "ignore").decode()


@dataclass
class Words:
    """A text, its words, and the words that stand between the name of one and of another.

    Examples
    --------
    >>> [w.bare for w in Words("Nicolò Ros-\\nsini")]
    ['nicolo', 'rossini']
    """

    text: str

    def __iter__(self) -> Iterator[Word]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, place: int) -> Word:
        return self.found[place]

    @cached_property
    def found(self) -> list[Word]:
        text, found = self.text, []
        for match in _WORD.finditer(text):
            start, end, said = match.start(), match.end(), match.group()
            if found and self._broken(found[-1], start, said):
                before = found.pop()
                start, said = before.start, text[before.start : before.end] + said
            bared = bare(said) if said.isalnum() else letters(said)
            found.append(Word(start, end, bared, text[start].isupper()))
        return found

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each word stands."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self.found):
            found.setdefault(word.bare, []).append(place)
        return found

    def _broken(self, before: Word, start: int, said: str) -> bool:
        """A hyphen at the line end inside a word: "Ros-/sini"; "Rossi-/Bianchi" are two words."""
        hidden = before.end - (self.text[before.end - 1] == "\u00ad")
        if not _BROKEN.fullmatch(self.text, hidden, start):
            return False
        return not said[0].isupper() or (said.isupper() and self.text[before.start : before.end].isupper())

    def gap(self, place: int) -> str:
        """What stands before a word, from the end of the one before it."""
        return self.text[self.found[place - 1].end : self.found[place].start]

    def tight(self, place: int) -> bool:
        """Whether a word and the one before it may be words of one name, whatever stands around them."""
        gap = self.gap(place)
        if gap == ". ":  # "M. Rossini", "dott. Rossini", and no end of a sentence
            before = self.found[place - 1].bare
            return len(before) == 1 or before in word_list("titles") or before == "ssa"
        return len(gap) < 6 and bool(_TIGHT.fullmatch(gap))

    def crossing(self, place: int) -> bool:
        """Whether a line end, a comma or the wall of a cell parts a word from the one before it."""
        return bool(_CROSSING.fullmatch(self.gap(place)))

    def beside(self, place: int, *, cells: bool = False) -> bool:
        """Whether a word stands so close to the one before it that both are of one name; in ``cells`` also after a separator."""
        if not 0 < place < len(self.found):
            return False
        gap = self.gap(place)
        if gap == ". ":
            return len(self.found[place - 1].bare) == 1
        return bool(_PLAIN.fullmatch(gap)) or (cells and gap in (",", ";", "\t", "|"))

    def runs(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Yield the first and last of words that together spell some letters, in order."""
        for first in sorted(n for said, places in self.places.items() if wanted.startswith(said) for n in places):
            last, spelled = first, self.found[first].bare
            while len(spelled) < len(wanted) and last + 1 < len(self.found):
                last += 1
                spelled += self.found[last].bare
                if not wanted.startswith(spelled) or not (self.tight(last) or self.gap(last).strip() in ("", "-")):
                    break
            if spelled == wanted:
                yield first, last

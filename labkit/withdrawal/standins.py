"""Stand-ins: letters that a reading meets in the place of a name, so that it goes on as if the name were there.

A list of those present, a sentence or a partnership is understood by its names; with holes in it, others lose their rows.
So every letter of a name that must not be seen becomes a letter that Italian does not have, one for first names, two for
surnames, one for organisations, and one for the full stops in these ("coop. soc."), which end no sentence. Rules take them
for a name, nothing of the name is left, and afterwards each letter becomes a block. Where a text has such letters of its own ("Nový"), they lose their accent in that text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from labkit.actors.identity import bare
from labkit.actors.people import is_particle
from labkit.language.vocabulary import first_names
from labkit.withdrawal.people import Person
from labkit.withdrawal.words import UNSEEN, Words

BLOCK = "█"
FIRST, SURNAME, ORGANISATION, STOP = "ý", "õå", "û", "ÿ"
INITIAL = "j"  # rules know initials by letters without an accent; it is one only beside a block
_LETTERS = f"{FIRST}{SURNAME}{ORGANISATION}"
_BOTH = _LETTERS + _LETTERS.upper() + STOP
_BLOCKS = str.maketrans({**dict.fromkeys(_BOTH, BLOCK), STOP: "."})
_OWN = str.maketrans({letter: bare(letter).upper() if letter.isupper() else bare(letter) for letter in _BOTH})
RUN = re.compile(f"[{_BOTH}]{{2,}}")
_ANY = re.compile(f"[{_BOTH}]")
_BEFORE = re.compile(rf"(?<![^\W_])(?:[jJ][.\s_]\s?)+(?={BLOCK})")
_AFTER = re.compile(rf"(?<={BLOCK})[\s,_]+[jJ](?![^\W_])(?:\.?\s?[jJ](?![^\W_]))*")
_LONGEST, _BORNE_BY = 20, 100


def learn() -> None:
    """Let the lexicon of first names know the stand-ins; no word of any text is like them."""
    names = first_names()
    for length in range(2, _LONGEST + 1):
        names.setdefault(bare(FIRST) * length, _BORNE_BY)


def person(text: str, spans: Iterable[tuple[int, int]], who: Person, number: int) -> list[tuple[int, str]]:
    """Return places and letters that stand for a person at some spans of a text; ``number`` tells people apart.

    >>> "".join(letter for _, letter in person("la M. Rossini", [(3, 13)], Person.of("Maria Rossini"), 2))
    'JÕåõõõõõ'
    """
    known, found = first_names(), []
    for start, end in spans:
        words = Words(text[start:end])
        for n, word in enumerate(words):
            if word.bare in who.words[:-1] and is_particle(word.bare) and n + 1 < len(words):
                continue  # see particles()
            initial = len(word.bare) == 1 and word.bare in who.initials
            given = word.bare in who.first and word.bare in known
            signs = range(start + word.start, start + word.end)
            for place, at in enumerate(n for n in signs if _is_letter(text[n])):
                letter = INITIAL if initial else FIRST if given else SURNAME[number >> place & 1]
                found.append((at, letter.upper() if text[at].isupper() else letter))
    return found


def organisation(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, str]]:
    """Return places and letters that stand for an organisation at some spans of a text."""
    found = []
    for start, end in spans:
        for n in range(start, end):
            if text[n] == ".":
                found.append((n, STOP))
            elif _is_letter(text[n]):
                found.append((n, ORGANISATION.upper() if text[n].isupper() else ORGANISATION))
    return found


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or bool(re.match(f"[{UNSEEN}]", sign))


def put(text: str, places: Iterable[tuple[int, str]]) -> str:
    """Return a text of the same length with letters at some places; its own letters of that kind lose their accent."""
    return put_more(text.translate(_OWN), places)


def put_more(text: str, places: Iterable[tuple[int, str]]) -> str:
    """Return a text in which further letters are stand-ins."""
    out = list(text)
    for place, letter in places:
        out[place] = letter
    return "".join(out)


def blocks(text: str, *, every: bool) -> str:
    """Return a text in which stand-ins are blocks: ``every`` such letter, or only two and more in a row.

    >>> blocks("Ýýýýý Õõåõõõõ, ý", every=False), blocks("Ýý, ý", every=True)
    ('█████ ███████, ý', '██, █')
    """
    if text.isascii():
        return text
    if every:
        return text.translate(_BLOCKS)
    return RUN.sub(lambda m: m.group().translate(_BLOCKS), text)


def initials(text: str) -> str:
    """Return a text with blocks for the initials beside blocks.

    >>> initials("J. ███████, ███████ J. e Jole")
    '█. ███████, ███████ █. e Jole'
    """
    for beside in (_BEFORE, _AFTER):
        text = beside.sub(lambda m: re.sub("[jJ]", BLOCK, m.group()), text)
    return text


def particles(text: str, people: Iterable[Person]) -> str:
    """Return a text with blocks for the particles of surnames, which a reading needs to see ("De ███████").

    >>> particles("Ada De ███████, De ████", [Person.of("Ada De Santis")]), particles("De ██████", [Person.of("Ada De Santis")])
    ('Ada De ███████, De ████', '██ ██████')
    """
    for one in people:
        for word, following in pairwise(one.words):
            if is_particle(word):
                shape = rf"(?<![^\W_]){word}(?=[\s'’]+{BLOCK}{{{len(following)}}}(?!{BLOCK}))"
                text = re.sub(shape, lambda m: BLOCK * len(m.group()), text, flags=re.I)
    return text


def holds(text: str, *, every: bool) -> bool:
    """Tell whether stand-ins stand in a text."""
    return not text.isascii() and bool((_ANY if every else RUN).search(text))


def is_organisation(name: str) -> bool:
    """Tell whether a name begins with the stand-in of an organisation, quotation marks aside."""
    return name.lstrip(" \"'«“(")[:1].lower() == ORGANISATION

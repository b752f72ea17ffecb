"""Stand-ins: letters that a reading meets in the place of a name, so that it goes on as if the name were there.

A list of those present, a sentence or a partnership is understood by its names; with holes in it, others lose their rows.
So every letter of a name that must not be seen becomes a letter that Italian does not have, one for first names, two for
surnames, one for organisations, and one for the full stops in these ("coop. soc."), which end no sentence. Rules take them
for a name, nothing of the name is left, and afterwards each letter becomes a block. Where a text has such letters of its own ("Nový"), they lose their accent in that text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from labkit.actors.identity import bare
from labkit.language.vocabulary import first_names
from labkit.withdrawal.words import UNSEEN, Words

BLOCK = "█"
FIRST, SURNAME, ORGANISATION, STOP = "ý", "õå", "û", "ÿ"
_LETTERS = f"{FIRST}{SURNAME}{ORGANISATION}"
_BOTH = _LETTERS + _LETTERS.upper() + STOP
_BLOCKS = str.maketrans({**dict.fromkeys(_BOTH, BLOCK), STOP: "."})
_OWN = str.maketrans({letter: bare(letter).upper() if letter.isupper() else bare(letter) for letter in _BOTH})
RUN = re.compile(f"[{_BOTH}]{{2,}}")
_ANY = re.compile(f"[{_BOTH}]")
_LONGEST, _BORNE_BY = 20, 100


def learn() -> None:
    """Let the lexicon of first names know the stand-ins; no word of any text is like them."""
    names = first_names()
    for length in range(2, _LONGEST + 1):
        names.setdefault(bare(FIRST) * length, _BORNE_BY)


def person(text: str, spans: Iterable[tuple[int, int]], first: Iterable[str], number: int) -> list[tuple[int, str]]:
    """Return places and letters that stand for a person at some spans of a text; ``number`` tells people apart.

    >>> person("la M. Rossini", [(3, 13)], ["maria"], 2)
    [(3, 'Ý'), (6, 'Õ'), (7, 'å'), (8, 'õ'), (9, 'õ'), (10, 'õ'), (11, 'õ'), (12, 'õ')]
    """
    given = {*first, *(name[:1] for name in first)}
    known, found = first_names(), []
    for start, end in spans:
        for word in Words(text[start:end]):
            is_first = word.bare in given and (len(word.bare) == 1 or word.bare in known)
            signs = range(start + word.start, start + word.end)
            for place, at in enumerate(n for n in signs if _is_letter(text[n])):
                letter = FIRST if is_first else SURNAME[number >> place & 1]
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

    >>> blocks("Ýýýýý Õõåõõõõ, ý", every=False), blocks("Ý. Õå", every=True)
    ('█████ ███████, ý', '█. ██')
    """
    if text.isascii():
        return text
    return text.translate(_BLOCKS) if every else RUN.sub(lambda m: m.group().translate(_BLOCKS), text)


def holds(text: str, *, every: bool) -> bool:
    """Tell whether stand-ins stand in a text."""
    return not text.isascii() and bool((_ANY if every else RUN).search(text))


def is_organisation(name: str) -> bool:
    """Tell whether a name begins with the stand-in of an organisation, quotation marks aside."""
    return name.lstrip(" \"'«“(")[:1].lower() == ORGANISATION

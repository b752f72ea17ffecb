"""Finding: where the names of a list still stand in some texts, whole, or a surname after a title, or a surname alone."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import ahocorasick

from labkit.actors.identity import person_key, person_name, without_titles
from labkit.leftovers.letters import Letters, pieces, views, words_of
from labkit.leftovers.titles import REACH, doubtful, is_first_name, titled

LONGEST = 2000  # signs that the name of an organisation may take, gaps and all
RANK = ("name", "titled", "surname", "unlisted")


@dataclass(frozen=True)
class Leftover:
    """A name found where it should not be.

    Attributes
    ----------
    where
        The text, a colon, the line.
    certain
        Whether it stops an edition: a whole name, or a surname after a title.
    why
        ``name`` (whole), ``titled`` (a surname after a title or role), ``surname`` (a lone one, which may be a place, an institute
        or a common word), ``unlisted`` (a first name and a surname of nobody listed).
    """

    where: str
    name: str
    certain: bool
    why: str


@dataclass(frozen=True)
class _Spelling:
    """One order of the words of a name, or the name of an organisation that is passed."""

    name: str
    ends: tuple[int, ...]  # after how many letters each word but the last ends
    capitals: bool = False  # found only where its words begin with capitals
    passed: bool = False


@dataclass(frozen=True)
class _Wanted:
    """What is looked for: whole names among the letters alone, surnames among the words."""

    whole: ahocorasick.Automaton
    alone: ahocorasick.Automaton


@lru_cache(maxsize=8)
def _wanted(names: tuple[str, ...], passed: tuple[str, ...]) -> _Wanted:
    """Names and organisations as automata, so that a text is read once however many names there are."""
    whole: dict[str, dict[_Spelling, None]] = {}
    alone: dict[str, dict[str, None]] = {}
    for name in names:
        words = words_of(" ".join(without_titles(name))) or words_of(name)
        surname = _surname(name)
        if len("".join(words)) > 3 and (len(words) > 1 or not doubtful(words[0])):
            # "N. Corsi" is a person, "n. corsi" a number of courses.
            initial = bool(_INITIAL.search(name))
            capitals = initial and all(len(word) == 1 or doubtful(word) for word in words)
            # Either part may come first, but no particle is torn from what follows it.
            for turn in (n for n in range(len(words)) if n == 0 or initial or words[n - 1] not in _PARTICLES):
                order = words[turn:] + words[:turn]
                whole.setdefault("".join(order), {})[_Spelling(name, _ends(order), capitals)] = None
        # Of two surnames either may stand alone; a particle is part of one.
        parts = () if _PARTICLES.intersection(surname) else surname
        for spelled in sorted({" ".join(surname), "".join(surname), *(word for word in parts if len(word) > 3)} - {""}):
            alone.setdefault(f" {spelled} ", {})[name] = None
    for name in passed:
        words = words_of(name)
        if words:
            whole.setdefault("".join(words), {})[_Spelling(name, _ends(words), passed=True)] = None
    return _Wanted(_automaton(whole), _automaton(alone))


def _automaton(found: dict[str, dict]) -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for key, values in found.items():
        made.add_word(key, (len(key), tuple(values)))
    made.make_automaton()
    return made


def _ends(words: tuple[str, ...]) -> tuple[int, ...]:
    ends, total = [], 0
    for word in words[:-1]:
        total += len(word)
        ends.append(total)
    return tuple(ends)


def _surname(name: str) -> tuple[str, ...]:
    """The words of a surname: those after the first names, particles with it ("Anna Maria De Luca")."""
    words = words_of(person_name(name)) or words_of(name)
    begin = 1
    while begin < len(words) - 1 and (is_first_name(words[begin]) or words[begin] in _INITIALS):
        begin += 1
    return words[begin:] or words


_INITIAL = re.compile(r"(?<!\w)[^\W\d_](?![\w'’])")
_PARTICLES = frozenset(
    "d de di del dell della dello dei degli dal dall dalla da l la lo li le il el van von o mc san santa sant".split()
)
_INITIALS = frozenset("abcefghijkmnpqrstuvwxyz")  # d, l and o begin surnames: D'Angelo, L'Abbate, O'Neill


def _passed(actors: Iterable[str], names: tuple[str, ...]) -> tuple[str, ...]:
    """The organisations that excuse a name inside theirs; two words may be a person that was read as an organisation."""
    people = {person_key(name) for name in names}

    def plain(name: str) -> bool:
        words = words_of(name)
        pair = len(words) == 2 and person_key(name) not in people and not any(is_first_name(word) for word in words)
        return len(words) > 2 or pair

    return tuple(sorted(name for name in set(actors) if plain(name)))


def listed(texts: dict[str, str], names: Iterable[str], *, actors: Iterable[str] = ()) -> list[Leftover]:
    r"""Return the listed names that still stand in some texts, the strongest finding of each name in each text.

    Accents, capitals, the order of words, markup, escapes, line ends and hyphens do not hide a name.

    Parameters
    ----------
    actors
        Names of organisations that may hold the name of a person and are passed.

    Examples
    --------
    >>> listed({"a.csv": "P1,ROSSI-\nNI  MARIA"}, ["Maria Rossini"])
    [Leftover(where='a.csv:1', name='Maria Rossini', certain=True, why='name')]
    """
    order = tuple(dict.fromkeys(names))
    wanted = _wanted(order, _passed(actors, order))
    found = []
    for where, text in texts.items():
        best: dict[str, tuple[int, int]] = {}
        for view in views(text):
            for lines, letters in pieces(view):
                for rank, name, place in _in_piece(letters, wanted, best):
                    line = 1 + lines + letters.text.count("\n", 0, place)
                    best[name] = min(best.get(name, (rank, line)), (rank, line), key=lambda one: one[0])
        for name in order:
            if name in best:
                rank, line = best[name]
                found.append(Leftover(f"{where}:{line}", name, rank < 2, RANK[rank]))
    return found


def _in_piece(letters: Letters, wanted: _Wanted, best: dict) -> Iterator[tuple[int, str, int]]:
    """Rank, name and place of what stands in a piece and is stronger than what is known."""
    passed: list[tuple[int, int]] = []
    hits: list[tuple[int, int, str]] = []
    if len(wanted.whole):
        for end, (length, spellings) in wanted.whole.iter(letters.run):
            for spelling in spellings:
                span = _span(letters, end + 1 - length, end, spelling)
                if span and spelling.passed:
                    passed.append(span)
                elif span:
                    hits.append((*span, spelling.name))
    passed.sort()
    for start, end, name in hits:
        if best.get(name, (9,))[0] > 0 and not _held(start, end, passed):
            yield 0, name, start
    if len(wanted.alone):
        yield from _alone(letters, wanted.alone, best, passed)


def _held(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a place lies inside one of some spans in order; none is longer than the longest name."""
    for n in range(bisect_right(spans, (start, sys.maxsize)) - 1, -1, -1):
        if spans[n][1] >= end:
            return True
        if spans[n][0] < start - LONGEST:
            break
    return False


def _alone(letters: Letters, alone: ahocorasick.Automaton, best: dict, passed: list) -> Iterator[tuple[int, str, int]]:
    """Surnames in a piece: after a title, or alone."""
    text = letters.text
    for end, (length, names) in alone.iter(letters.spaced):
        open_ = [name for name in names if best.get(name, (9,))[0] > 1]
        if not open_:
            continue
        start, last = letters.place(end + 2 - length), letters.place(end - 1)
        if _held(start, last, passed):
            continue
        surname = letters.spaced[end + 2 - length : end]
        capital = any(sign.isupper() for sign in text[start : last + 1])
        rank = 1 if titled(text[max(0, start - REACH) : start], surname, capital=capital) else 2
        for name in open_:
            if rank < best.get(name, (9,))[0]:
                yield rank, name, start


_JOINT = re.compile(r"\x1f+|[\u002d\u00ac\u2010\u2011]\s*|\s*\n\s*|['’‘`´^]")


def _span(letters: Letters, first: int, last: int, spelling: _Spelling) -> tuple[int, int] | None:
    """Where a spelling stands in the text; None if its letters only happen to follow each other there."""
    places, text = letters.places, letters.text
    at = [int(place) for place in places[first : last + 1]]
    if not (_begins(letters, first, at[0]) and _stops(letters, last, at[-1])):
        return None
    torn = []
    for n, (before, after) in enumerate(pairwise(at), start=1):
        gap = letters.gap(before, after) if after - before > 1 else ""
        if n in spelling.ends:
            if len("".join(gap.split())) > 12 or len(gap) > 400:
                return None
        elif gap:
            torn.append(gap)
    if torn and not all(_JOINT.fullmatch(gap) for gap in torn) and not _spaced_out(torn, len(at), spelling):
        return None
    begins = [at[0], *(at[end] for end in spelling.ends)]
    return None if spelling.capitals and not all(text[b].isupper() for b in begins) else (at[0], at[-1])


def _spaced_out(torn: list[str], letters: int, spelling: _Spelling) -> bool:
    """Letters set apart one by one: "A N N A   B R A N D I"."""
    return len(torn) == letters - 1 - len(spelling.ends) and all(gap in (" ", "\u00a0", ".") for gap in torn)


def _begins(letters: Letters, first: int, place: int) -> bool:
    if first == 0:
        return True
    text, before = letters.text, int(letters.places[first - 1])
    if not text[before].isalpha() or letters.gap(before, place):
        return True
    return text[before].islower() and text[place].isupper()  # "mappaAnnaBrandi.png"


def _stops(letters: Letters, last: int, place: int) -> bool:
    if last + 1 == len(letters.places):
        return True
    text, after = letters.text, int(letters.places[last + 1])
    if not text[after].isalpha() or letters.gap(place, after):
        return True
    return text[place].islower() and text[after].isupper()

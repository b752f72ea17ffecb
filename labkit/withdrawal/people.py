"""People: every way in which a text may write the name of a person who asked to be left out, and where it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from labkit.actors.identity import bare, person_name, without_titles
from labkit.actors.people import is_particle
from labkit.language.spans import Spans
from labkit.language.vocabulary import first_names, word_list
from labkit.leftovers.titles import titled
from labkit.withdrawal.words import Words, letters

# Streets and houses bear the surnames of others.
_PLACES = frozenset(
    "via viale vicolo piazza piazzale corso largo strada istituto scuola liceo ospedale villa parco palazzo teatro casa cascina "
    "biblioteca museo palestra oratorio san santa santo sant".split()
)
_CLOSED = re.compile(r"(?:(?=\S*[a-z])(?:\w{1,3}\.){2,}|(?:\w{1,3}\.){3,})\s+$")  # a legal form, and no initials
_NO_INITIAL = frozenset("aeiopx")  # without a full stop: words of one letter, and marks of a list
_TITLES = frozenset(str(word) for word in word_list("titles")) | {"ssa", "ra"}


@dataclass(frozen=True)
class Person:
    """A person of the list, taken apart.

    Attributes
    ----------
    first, words
        First names, and the words of the surname.
    surnames
        The letters of the surname, and of its first part where it has two.
    """

    first: tuple[str, ...]
    words: tuple[str, ...]
    surnames: tuple[str, ...]

    @classmethod
    def of(cls, name: str) -> Person:
        """
        >>> Person.of("DE SANTIS Maria Pia")
        Person(first=('maria', 'pia'), words=('de', 'santis'), surnames=('desantis',))
        """
        return _taken_apart(name)

    @property
    def stem(self) -> str:
        """The word that a text must hold to name this person."""
        return max(self.words, key=len)

    @property
    def initials(self) -> frozenset[str]:
        return frozenset(word[0] for word in self.first)


@lru_cache(maxsize=2048)
def _taken_apart(name: str) -> Person:
    first, surname = _halves(name)
    parts = [letters(word) for word in surname if not is_particle(word)]
    more = parts[:1] if len(parts) > 1 and parts[0] == letters(surname[0]) and len(parts[0]) > 3 else []
    return Person(tuple(map(letters, first)), tuple(map(letters, surname)), (letters("".join(surname)), *more))


def _halves(name: str) -> tuple[list[str], list[str]]:
    """First names and surname: capitals tell the surname ("DE SANTIS Maria Pia"), else the lexicon of first names does."""
    said = [word for word in without_titles(name) if letters(word)]
    capitals = [word.isupper() and len(letters(word)) > 1 for word in said]
    if any(capitals) and not all(capitals):
        halves = {given: [word for word, one in zip(said, capitals) if one != given] for given in (True, False)}
        return halves[True], halves[False]
    shown = [word for word in person_name(name).split() if letters(word)]
    if len(shown) < 2 or is_particle(shown[0]):
        return [], shown
    cut = next((n for n in range(1, len(shown)) if bare(shown[n]) not in first_names()), len(shown) - 1)
    return shown[:cut], shown[cut:]


def find(words: Words, person: Person, *, taken: Spans | None = None, loose: bool = False) -> Iterator[tuple[int, int]]:
    """Yield where a text names a person: whole, by initials, and by the surname alone.

    A lone surname counts where the text names the person otherwise, or after a title or a role.

    Parameters
    ----------
    taken
        Where names of organisations stand: a surname inside is theirs.
    loose
        For names of files: a surname counts wherever it stands, in any case.

    Examples
    --------
    >>> text = "Maria Rossini e Luca Rossini. ROSSINI concorda; via Rossini."
    >>> [text[a:b] for a, b in find(Words(text), Person.of("Maria Rossini"))]
    ['Maria Rossini', 'ROSSINI']
    """
    spans = list(_whole(words, person)) if person.first else []
    seen = Spans(spans)
    alone = []
    for surname in person.surnames:
        for first, last in words.runs(surname):
            start, end, initials = _extended(words, person, first, last)
            if seen.overlaps(words[start].start, words[end].end) or _of_another(words, person, start, end):
                continue
            if initials:
                spans.append((words[start].start, words[end].end))
            else:
                alone.append((start, end, first, last))
    named = bool(spans) or loose or not person.first
    seen = Spans(spans)
    for start, end, first, last in alone:
        a, b = words[start].start, words[end].end
        if seen.overlaps(a, b) or (taken and taken.overlaps(a, b) and not _closed(words, start)):
            continue
        if _is_theirs(words, first, last, named=named, loose=loose):
            spans.append((a, b))
            seen = Spans(spans)
    yield from sorted(spans)


def _whole(words: Words, person: Person) -> Iterator[tuple[int, int]]:
    """Words in any order that together are the name."""
    joined = "".join((*person.first, *person.words))
    size = len(joined)
    around = joined + joined  # a text may join or part what the list does not: "Mariapia", "Maria Pia"
    done = -1
    for first in sorted(n for said, places in words.places.items() if said in around for n in places):
        if first <= done:
            continue
        last, spelled, crossed = first, words[first].bare, False
        while len(spelled) < size and last + 1 < len(words):
            tight = words.tight(last + 1)
            if not tight and not words.crossing(last + 1):
                break
            crossed |= not tight
            last += 1
            if words[last].bare not in _TITLES:
                spelled += words[last].bare
        if len(spelled) == size and _is_made_of(spelled, person):
            if crossed and _two_people(words, person, first, last):
                continue
            done = last
            yield words[first].start, words[last].end


def _is_made_of(spelled: str, person: Person) -> bool:
    """The words of the name in some order, and not only its letters: "Rosmelli le dà" is not "Elda Rosmelli"."""
    for word in sorted((*person.first, *person.words), key=len, reverse=True):
        if word not in spelled:
            return False
        spelled = spelled.replace(word, " ", 1)
    return not spelled.strip()


def _two_people(words: Words, person: Person, first: int, last: int) -> bool:
    """ "Anna Rossini, Maria Neri": the end of one name and the beginning of the next are not "Rossini Maria"."""
    if words.beside(first, cells=True) and _first_name_of_another(words, person, first - 1):
        return True
    if last + 1 >= len(words) or not words.beside(last + 1, cells=True):
        return False
    if _first_name_of_another(words, person, last + 1):
        return True
    following = words[last + 1]
    given_last = words[last].bare in person.first and words[first].bare not in person.first
    named = following.capital and following.bare not in word_list("roles") and following.bare not in _TITLES
    return given_last and named and words.beside(last + 1)


def _first_name_of_another(words: Words, person: Person, place: int) -> bool:
    word = words[place]
    return word.capital and len(word.bare) > 1 and word.bare in first_names() and word.bare not in person.first


def _extended(words: Words, person: Person, first: int, last: int) -> tuple[int, int, bool]:
    """The surname with the person's own first names and initials beside it, and whether there are initials."""
    start, end, initials = first, last, False
    while start > 0 and words.tight(start) and (own := _own(words, person, start - 1)):
        start, initials = start - 1, initials or own == "initial"
    while end + 1 < len(words) and words.tight(end + 1) and (own := _own(words, person, end + 1)):
        end, initials = end + 1, initials or own == "initial"
    return start, end, initials


def _own(words: Words, person: Person, place: int) -> str:
    word = words[place]
    if len(word.bare) == 1:
        stop = words.text[word.end : word.end + 1]
        sure = stop in (".", "_") or (word.capital and word.bare not in _NO_INITIAL and stop not in ("'", "’"))
        return "initial" if word.bare in person.initials and sure else ""
    return "name" if word.bare in person.first else ""


def _closed(words: Words, place: int) -> bool:
    """A legal form ends just before: what follows is no part of the name of an organisation, nor is its last letter an initial."""
    start = words[place].start
    return bool(_CLOSED.search(words.text[max(0, start - 20) : start]))


def _of_another(words: Words, person: Person, first: int, last: int) -> bool:
    """The first name or the initial of somebody else stands beside: "Luca Rossini", "L. Rossini", "Rossini Luca"."""
    text = words.text
    if words.beside(first) and not _closed(words, first):
        before = words[first - 1]
        if _first_name_of_another(words, person, first - 1):
            return True
        if len(before.bare) == 1 and before.capital and text[before.end] == "." and before.bare not in person.initials:
            return True
    if last + 1 < len(words) and words.gap(last + 1) in (" ", "\u00a0"):
        after = words[last + 1]
        if _first_name_of_another(words, person, last + 1):
            return True
        return len(after.bare) == 1 and after.capital and text[after.end : after.end + 1] == "."
    return False


def _is_theirs(words: Words, first: int, last: int, *, named: bool, loose: bool) -> bool:
    """Whether a lone surname is that of the person, and no street's, and no common word."""
    word, text = words[first], words.text
    capital = text[word.start].isupper()
    address = text[words[last].end : words[last].end + 1] == "@"
    if loose:
        return True
    if named and (capital or address):
        street = first and words.beside(first) and words[first - 1].bare in _PLACES
        return not street
    spelled = " ".join(words[n].bare for n in range(first, last + 1))
    return titled(text[max(0, word.start - 160) : word.start], spelled, capital=capital)

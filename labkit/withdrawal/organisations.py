"""Organisations: every way in which a text may write the name of one that asked to be left out, and where it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import simplemma

from labkit.actors.identity import bare, is_place, org_key
from labkit.language.spans import Spans
from labkit.language.vocabulary import first_names
from labkit.withdrawal.words import Words, letters

_HEAD = re.compile(
    r"(?:la\s+|l')?(?:(?:soc(?:ietà|\.)\s*)?coop(?:erativa|\.)?(?:\s+(?:sociale|soc\.))?|impresa\s+sociale|ass(?:ociazione|\.)(?:\s+di\s+(?:volontariato|promozione\s+sociale))?"
    r"|cons(?:orzio|\.)(?:\s+sociale)?|fond(?:azione|\.)|società|ditta)\s+",
    re.I,
)
_LEGAL = r"(?:s\.?\s?p\.?\s?a|s\.?\s?r\.?\s?l(?:\.?\s?s)?|s\.?\s?n\.?\s?c|s\.?c\.?s|scarl|onlus|odv|aps|ets|asd|società\s+cooperativa(?:\s+sociale)?)"
_FORM = re.compile(rf"[\s,-]+{_LEGAL}\.?$", re.I)
_TAIL = re.compile(rf"(?:[ \u00a0\"»”]+{_LEGAL}(?![^\W_]))+", re.I)
_BETWEEN = re.compile(r"[\s'’`´\"“”„«».,\-–—_/&()|\u00ad]{0,6}")
_LIST_ENDS = re.compile(r"[;:!?]|\n\s*\n")


@dataclass(frozen=True)
class Form:
    """One way to write a name: its words, and how sure it is.

    Attributes
    ----------
    capitals
        The words as written, where only these count: acronyms, and names that are words of the dictionary.
    whole
        The full name, which counts inside a longer one too: "ASL" does not in "ASL di Lodi", "ASL della Val Tersa" does.
    """

    words: tuple[str, ...]
    capitals: tuple[str, ...] | None
    whole: bool


@dataclass(frozen=True)
class Organisation:
    """An organisation of the list with all its names.

    Examples
    --------
    >>> text = "la coop. soc. «Le Querce» Onlus e le querce; COOPERATIVA SOCIALE LE QUERCE"
    >>> [text[a:b] for a, b in find(Words(text), Organisation.of(["Cooperativa sociale Le Querce"]))]
    ['coop. soc. «Le Querce» Onlus', 'COOPERATIVA SOCIALE LE QUERCE']
    """

    forms: tuple[Form, ...]
    keys: frozenset[str]
    full: frozenset[str]
    stems: frozenset[str]

    @classmethod
    def of(cls, full: Iterable[str], other: Iterable[str] = (), *, exact: Iterable[str] = ()) -> Organisation:
        """Take full and other names apart; ``exact`` ones count only as they are written."""
        full, exact = list(full), set(exact)
        names = list(dict.fromkeys([*full, *other]))
        forms = [_form(name, exact=name in exact, whole=name in full) for name in names]
        forms += [_form(short, exact=not _telling(short), whole=False) for name in names if (short := short_name(name))]
        forms = [form for form in dict.fromkeys(forms) if form.words]
        keys = frozenset(key for key in map(org_key, names) if "-" in key)
        stems = frozenset(_most_telling(form.words) for form in forms)
        return cls(tuple(forms), keys, keys & frozenset(map(org_key, full)), stems)


# What may be abbreviated, so that a text need not hold it.
_KINDS = frozenset(
    "cooperativa sociale fondazione associazione istituto consorzio comune citta universita societa impresa".split()
)


def _most_telling(words: Iterable[str]) -> str:
    words = list(words)
    return max([word for word in words if word not in _KINDS] or words, key=len)


def short_name(name: str) -> str | None:
    """Return a name without what kind of organisation it is, before it or after it; None where nothing telling is left.

    >>> short_name("Cooperativa sociale Le Querce Onlus"), short_name("Comune di Lodi"), short_name("Fondazione Anna Brandi")
    ('Le Querce', None, None)
    """
    rest = _FORM.sub("", _HEAD.sub("", name, count=1)).strip(" \"'«»“”")
    if rest == name or len(letters(rest)) < 4 or not rest[:1].isupper():
        return None
    person = bare(rest.split()[0]) in first_names() and len(rest.split()) > 1
    return None if person or is_place(bare(rest)) else rest


def _telling(name: str) -> bool:
    """One word that no dictionary has: it cannot be anything else."""
    return " " not in name and not simplemma.is_known(name.lower(), lang="it")


def _form(name: str, *, exact: bool, whole: bool) -> Form:
    words = Words(name)
    said = tuple(word.bare for word in words)
    acronym = not any(c.islower() for c in name)
    written = tuple(name[word.start : word.end] for word in words)
    return Form(said, written if exact or acronym else None, whole and "-" in org_key(name))


def find(
    words: Words, organisation: Organisation, *, others: Iterable[tuple[int, int]] = (), loose: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield where a text names an organisation, whatever its capitals, quotation marks, abbreviations and line ends.

    Parameters
    ----------
    others
        Where other organisations are named: a short name with which a longer one begins, or an acronym in it, is theirs.
    loose
        For names of files: acronyms count in small letters too.
    """
    longer, inside = dict(others), Spans(others)
    taken = Spans()
    for first, last, form in _longest(words, organisation, loose=loose):
        start, end = words[first].start, words[last].end
        part = longer.get(start, 0) > end or (form.capitals is not None and inside.overlaps(start, end))
        if taken.overlaps(start, end) or (part and not form.whole):
            continue
        taken.add(start, end)
        yield start, end


def _longest(words: Words, organisation: Organisation, *, loose: bool) -> list[tuple[int, int, Form]]:
    found = []
    for form in organisation.forms:
        for place in words.places.get(form.words[0], ()):
            last = place + len(form.words) - 1
            if last < len(words) and _stands(words, place, last, form, loose=loose):
                found.append((place, last, form))
        joined = "".join(form.words)
        if len(form.words) > 1 and len(joined) > 7:  # "passolieve" of an address
            found += [(place, place, form) for place in words.places.get(joined, ())]
    found += _dotted(words, organisation)
    found += _by_key(
        words, organisation, {n for first, last, form in found if form.whole for n in range(first, last + 1)}
    )
    return sorted(found, key=lambda one: (one[0] - one[1], one[0]))


def _stands(words: Words, first: int, last: int, form: Form, *, loose: bool) -> bool:
    said = [words[n] for n in range(first, last + 1)]
    if any(one.bare != wanted for one, wanted in zip(said, form.words)) or not _together(words, first, last):
        return False
    if form.capitals is None or loose:
        return True
    shown = [words.text[one.start : one.end] for one in said]
    capitals = all(one.isupper() for one in shown) and len(shown) > 1
    return capitals or all(
        one == wanted or (one.isupper() and len(one) > 1) for one, wanted in zip(shown, form.capitals)
    )


def _together(words: Words, first: int, last: int) -> bool:
    for place in range(first + 1, last + 1):
        gap = words.gap(place)
        stop = gap.startswith(". ") and len(words[place - 1].bare) > 5  # the end of a sentence, and no abbreviation
        if stop or not _BETWEEN.fullmatch(gap) or _LIST_ENDS.search(gap):
            return False
    return True


def _dotted(words: Words, organisation: Organisation) -> list[tuple[int, int, Form]]:
    """ "A.S.V.T." for the acronym "ASVT"."""
    acronyms = {form.words[0]: form for form in organisation.forms if form.capitals and len(form.words) == 1}
    found = []
    for acronym, form in acronyms.items():
        for first, last in words.runs(acronym):
            singles = range(first, last + 1)
            if last - first + 1 == len(acronym) > 1 and all(words[n].capital for n in singles):
                found.append((first, last, form))
    return found


def _by_key(words: Words, organisation: Organisation, known: set[int]) -> list[tuple[int, int, Form]]:
    """Words that make the key of the organisation: "Coop. soc. L'Arca onlus" is "Cooperativa sociale Arca"."""
    found = []
    for key in organisation.keys:
        anchor = _most_telling(key.split("-"))
        for place in words.places.get(anchor, ()):
            window = _window(words, place, key) if place not in known else None
            if window:
                found.append((*window, Form(tuple(key.split("-")), None, key in organisation.full)))
    return found


def _window(words: Words, place: int, key: str) -> tuple[int, int] | None:
    """The fewest words around one that make the key looked for, and the legal form after them."""
    reach = key.count("-") + 5
    starts = [n for n in range(place, max(-1, place - reach), -1) if _together(words, n, place)]
    ends = [n for n in range(place, min(len(words), place + reach + 1)) if _together(words, place, n)]
    for first in starts:
        for last in ends:
            if org_key(words.text[words[first].start : words[last].end]) == key:
                tail = _TAIL.match(words.text, words[last].end)
                end = tail.end() if tail else words[last].end
                return first, next(n for n in reversed(range(last, len(words))) if words[n].start < end)
    return None

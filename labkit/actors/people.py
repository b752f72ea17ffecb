"""People named in a text: first names of the lexicon, titles and roles, and surnames of people already met."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from labkit.actors.identity import bare, person_key, person_name
from labkit.language.spans import Spans
from labkit.language.vocabulary import first_names, municipalities, word_list


@dataclass(frozen=True)
class Person:
    """A person named at a place in the text."""

    start: int
    end: int
    name: str
    found_by: str
    certainty: float

    @property
    def key(self) -> str:
        return person_key(self.name)


_WORD = r"(?:[A-ZÀ-Ý]'\s?)?[A-ZÀ-Ý][a-zà-ÿ]+(?:['-][A-ZÀ-Ý][a-zà-ÿ]+)*"
_CAPS = r"[A-ZÀ-Ý][A-ZÀ-Ý']+(?:-[A-ZÀ-Ý]+)*"
_PARTICLE = r"(?:De|Di|Del|Della|Dello|Dal|Dalla|Degli|Da|La|Lo|Li|de|di|del|della|DE|DI|DEL|DELLA|DAL|LA|LO)"
_RUN = re.compile(
    rf"(?<![\w.'-])(?:{_WORD}|{_CAPS})(?:[ ]{{1,3}}(?:{_PARTICLE}[ ]{{1,2}})?(?:{_WORD}|{_CAPS}))*(?![\w])"
)
_TITLE_BEFORE = re.compile(
    r"(?:\b(?:don|dott|dott\.ssa|dottor|dottoressa|dr|dr\.ssa|sig|sig\.ra|signor|signora|prof|prof\.ssa|ing|avv|arch|geom|rag|suor|mons|padre|on)\.?\s*)$",
    re.I,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:via|viale|v\.le|piazza|p\.zza|p\.za|piazzale|corso|largo|vicolo|strada|san|santa|sant'|s\.|istituto|scuola|liceo|ospedale|villa|parco|palazzo|oratorio|teatro|sala|casa)\s*$",
    re.I,
)
_NOT_SURNAMES = frozenset(
    [
        "comune",
        "provincia",
        "regione",
        "consorzio",
        "cooperativa",
        "coop",
        "fondazione",
        "associazione",
        "azienda",
        "caritas",
        "acli",
        "assessore",
        "assessora",
        "sindaco",
        "presidente",
        "direttore",
        "ufficio",
        "tavolo",
        "servizio",
        "servizi",
        "centro",
        "welfare",
        "piano",
        "progetto",
        "terzo",
        "settore",
        "istituto",
        "scuola",
        "dir",
        "dirigente",
        "parrocchia",
        "diocesi",
        "unione",
        "camera",
        "presiede",
        "coordina",
        "verbalizza",
        "conduce",
        "modera",
        "apre",
        "scrive",
        "redige",
        "assente",
        "assenti",
        "presente",
        "presenti",
        "nessuno",
    ]
)


def find(text: str, *, blocked: Iterable[tuple[int, int]] = ()) -> list[Person]:
    """Return the people that a running plain text names in full.

    Examples
    --------
    >>> [p.name for p in find("Ha parlato la dott.ssa Maria Pia Berti, poi don Luca Riva in via Mario Neri.")]
    ['Maria Pia Berti', 'Luca Riva']
    """
    taken = Spans(blocked)
    found = []
    for run in _RUN.finditer(text):
        for start, end in taken.outside(run.start(), run.end()):
            person = _in_run(text, start, end)
            if person:
                found.append(person)
    return found


def _in_run(text: str, start: int, end: int) -> Person | None:
    words = [(m.start() + start, m.end() + start) for m in re.finditer(r"\S+", text[start:end])]
    titled = bool(_TITLE_BEFORE.search(text[max(0, start - 14) : start]))
    if _PLACE_BEFORE.search(text[max(0, start - 12) : start]) and not titled:
        return None
    known = first_names()
    for place, (a, b) in enumerate(words):
        word = bare(text[a:b])
        if text[a:b].isupper() and not titled:
            continue
        if known.get(word, 0) < (1 if titled else 2) or place + 1 >= len(words):
            continue
        last = _surname_end(text, words, place)
        if last is None:
            continue
        return Person(a, words[last][1], person_name(text[a : words[last][1]]), "title" if titled else "lexicon", 0.95)
    if titled and len(words) == 2 and all(bare(text[a:b]) not in _NOT_SURNAMES for a, b in words):
        return Person(start, end, person_name(text[start:end]), "title", 0.8)
    return None


def _surname_end(text: str, words: list[tuple[int, int]], place: int) -> int | None:
    """The last word of the name that begins at a place: up to three words after the first name, no role or head among them."""
    last, real = place, 0
    for number in range(place + 1, min(len(words), place + 4)):
        word = text[words[number][0] : words[number][1]]
        if bare(word) in _NOT_SURNAMES or bare(word) in word_list("roles") or (word.isupper() and len(word) > 1):
            break
        last = number
        real += bare(word) not in first_names()
    while last > place and text[words[last][0]].islower():  # "Ilaria Riva della Regione"
        last -= 1
    if last == place:
        return None
    only = [bare(text[a:b]) for a, b in words[place + 1 : last + 1]]
    if not real and len(only) == 1 and first_names().get(only[0], 0) > 30:
        return None
    if (
        len(only) == 1
        and only[0] in municipalities()
        and first_names().get(bare(text[words[place][0] : words[place][1]]), 0) < 20
    ):
        return None
    return last


def in_entry(text: str, *, blocked: Iterable[tuple[int, int]] = ()) -> list[Person]:
    """Return the people of one entry of an attendance list, where names in capitals, inverted or unknown are believed too."""
    taken = Spans(blocked)
    found: list[Person] = []
    for run in _RUN.finditer(text):
        for start, end in taken.outside(run.start(), run.end()):
            while end > start and text[end - 1] == " ":
                end -= 1
            person = _listed(text, start, end)
            if person:
                found.append(person)
    return found


def _listed(text: str, start: int, end: int) -> Person | None:
    words = [(m.start() + start, m.end() + start) for m in re.finditer(r"\S+", text[start:end])]
    words = [(a, b) for a, b in words if bare(text[a:b]) not in word_list("titles")]
    while words and bare(text[words[0][0] : words[0][1]]) in _NOT_SURNAMES:
        words = words[1:]
    for number, (a, b) in enumerate(words):
        if bare(text[a:b]) in _NOT_SURNAMES or text[a:b] in ("SI", "NO", "X"):
            words = words[:number]
            break
    known = first_names()
    # "al Welfare Nadia Riva": a first name in the middle opens the name; at the end it closes an inverted one.
    first = next((n for n, (a, b) in enumerate(words) if bare(text[a:b]) in known), 0)
    if words and bare(text[words[-1][0] : words[-1][1]]) not in known:
        words = words[first:]
    if not 2 <= len(words) <= 5:
        return None
    lexical = any(bare(text[a:b]) in known for a, b in words)
    a, b = words[0][0], words[-1][1]
    # What stands in brackets beside a name is where the person comes from, unless the lexicon knows better.
    if not lexical and (len(words) > 3 or text[:a].rstrip().endswith("(")):
        return None
    return Person(a, b, person_name(text[a:b]), "lexicon" if lexical else "list", 0.95 if lexical else 0.7)


def by_surname(text: str, known: Iterable[str], *, blocked: Iterable[tuple[int, int]] = ()) -> list[Person]:
    """Return further mentions by surname alone of people whose full names are known, ambiguous surnames left out."""
    surnames: dict[str, set[str]] = {}
    for name in known:
        words = name.split()
        for cut in range(1, len(words)):
            surname = " ".join(words[cut:])
            if bare(words[cut]) not in first_names() or cut == len(words) - 1:
                surnames.setdefault(surname, set()).add(name)
                break
    single = {surname: next(iter(names)) for surname, names in surnames.items() if len(names) == 1 and len(surname) > 2}
    if not single:
        return []
    pattern = re.compile(
        r"(?<![\w'-])(" + "|".join(re.escape(s) for s in sorted(single, key=len, reverse=True)) + r")(?![\w-])"
    )
    taken = Spans(blocked)
    return [
        Person(m.start(), m.end(), single[m.group(1)], "surname", 0.9)
        for m in pattern.finditer(text)
        if not taken.overlaps(m.start(), m.end())
    ]

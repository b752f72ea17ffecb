"""Concepts of the culture codebook found in a text: single lemmas and phrases, negation and quotation marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import ahocorasick

from labkit.codebook import Codebooks
from labkit.language.spans import Spans
from labkit.language.vocabulary import WORD, lemma, lowered


@dataclass(frozen=True)
class Found:
    """A concept at a place in the text."""

    concept_id: str
    start: int
    end: int
    found_by: str
    negated: bool
    quoted: bool


_NEGATION = re.compile(
    r"\b(?:non|senza|né|nessun[oa]?|mai|superat[oa]\s+(?:l'idea|la\s+concezione|la\s+logica)|mancanza\s+di|assenza\s+di)\b[^.;:\n]{0,28}$"
)


@dataclass
class ConceptFinder:
    """Finds the concepts of one culture codebook."""

    codebooks: Codebooks
    by_lemma: dict[str, list[str]] = field(init=False)
    phrases: ahocorasick.Automaton | None = field(init=False)

    def __post_init__(self) -> None:
        self.by_lemma = {}
        phrases: dict[str, list[str]] = {}
        for entry in self.codebooks.culture.values():
            for word in entry.get("lemmas", []):
                self.by_lemma.setdefault(word, []).append(entry.id)
            for phrase in entry.get("phrases", []):
                phrases.setdefault(lowered(phrase), []).append(entry.id)
        self.phrases = ahocorasick.Automaton() if phrases else None
        for phrase, ids in phrases.items():
            self.phrases.add_word(phrase, (len(phrase), tuple(ids)))
        if self.phrases:
            self.phrases.make_automaton()

    def find(self, text: str, start: int = 0) -> list[Found]:
        """Return the concepts of a plain text, in order; a phrase and a lemma of the same concept at one place count once."""
        low = lowered(text)
        quotes = Spans(m.span() for m in re.finditer(r'"[^"\n]{1,400}"', text))
        found: list[Found] = []
        last: dict[str, Found] = {}
        for a, b, concept, by in sorted(
            [*self._phrases(low, start), *self._lemmas(low, start)], key=lambda f: (f[0], f[0] - f[1])
        ):
            if concept in last and a < last[concept].end:
                continue
            negated = bool(_NEGATION.search(low, max(start, a - 60), a))
            last[concept] = Found(concept, a, b, by, negated, quotes.overlaps(a, b))
            found.append(last[concept])
        return found

    def _phrases(self, low: str, start: int) -> Iterator[tuple[int, int, str, str]]:
        for last, (length, ids) in self.phrases.iter(low, start) if self.phrases else ():
            a, b = last + 1 - length, last + 1
            if not (low[a - 1 : a].isalnum() or low[b : b + 1].isalnum()):
                yield from ((a, b, concept, "phrase") for concept in ids)

    def _lemmas(self, low: str, start: int) -> Iterator[tuple[int, int, str, str]]:
        for word in WORD.finditer(low, start):
            for concept in self.by_lemma.get(lemma(word.group()), ()):
                yield word.start(), word.end(), concept, "lemma"


@lru_cache(maxsize=4)
def concept_finder(codebooks: Codebooks) -> ConceptFinder:
    """Return the finder of a culture codebook, built once per process."""
    return ConceptFinder(codebooks)

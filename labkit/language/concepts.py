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
    r"\b(?:non|senza|né|nessun[oa]?|mai|(?:superat[oa]|abbandonat[oa]|oltre|basta\s+con)\s+(?:l'idea|la\s+concezione|la\s+logica|la\s+visione)"
    r"|mancanza\s+di|assenza\s+di|mett\w+\s+in\s+(?:dubbio|discussione|questione))\b[^.;:\n]{0,28}\Z"
)
# "la delega è superata", "l'assistenza va ripensata"
_LEFT_BEHIND = re.compile(
    r"[^.;:\n]{0,24}\b(?:è|sono|va|vanno|appare|appaiono|sembra|sembrano)\s+(?:ormai\s+|stat[aoie]\s+)?"
    r"(?:superat|abbandonat|ripensat|mess[aoie]\s+in\s+(?:dubbio|discussione|questione))"
)


@dataclass
class ConceptFinder:
    """Finds the concepts of one culture codebook."""

    codebooks: Codebooks
    by_lemma: dict[str, list[str]] = field(init=False)
    phrases: ahocorasick.Automaton | None = field(init=False)
    patterns: list[tuple[re.Pattern, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_lemma, self.patterns = {}, []
        phrases: dict[str, list[tuple[str, str]]] = {}
        for entry in self.codebooks.culture.values():
            for word in entry.get("lemmas", []):
                self.by_lemma.setdefault(word, []).append(entry.id)
            for key in ("phrases", "unless"):
                for phrase in entry.get(key, []):
                    phrases.setdefault(lowered(phrase), []).append((entry.id, key))
            self.patterns += [(re.compile(pattern, re.I), entry.id) for pattern in entry.get("patterns", [])]
        self.phrases = ahocorasick.Automaton() if phrases else None
        for phrase, ids in phrases.items():
            self.phrases.add_word(phrase, (len(phrase), tuple(ids)))
        if self.phrases:
            self.phrases.make_automaton()

    def find(self, text: str, start: int = 0) -> list[Found]:
        """Return the concepts of a plain text, in order; a phrase and a lemma of the same concept at one place count once."""
        low = lowered(text)
        quotes = Spans(m.span() for m in re.finditer(r'"[^"\n]{1,400}"', text))
        phrases = list(self._phrases(low, start))
        barred: dict[str, list[tuple[int, int]]] = {}
        for a, b, concept, by in phrases:
            if by == "unless":
                barred.setdefault(concept, []).append((a, b))
        found: list[Found] = []
        last: dict[str, Found] = {}
        for a, b, concept, by in sorted(
            [*(f for f in phrases if f[3] == "phrase"), *self._lemmas(low, start), *self._by_pattern(low, start)],
            key=lambda f: (f[0], f[0] - f[1]),
        ):
            if concept in last and a < last[concept].end:
                continue
            if any(a < stop and begin < b for begin, stop in barred.get(concept, ())):
                continue
            negated = bool(_NEGATION.search(low, max(start, a - 60), a) or _LEFT_BEHIND.match(low, b))
            last[concept] = Found(concept, a, b, by, negated, quotes.overlaps(a, b))
            found.append(last[concept])
        return found

    def _phrases(self, low: str, start: int) -> Iterator[tuple[int, int, str, str]]:
        for last, (length, ids) in self.phrases.iter(low, start) if self.phrases else ():
            a, b = last + 1 - length, last + 1
            if not (low[a - 1 : a].isalnum() or low[b : b + 1].isalnum()):
                yield from ((a, b, concept, "phrase" if key == "phrases" else key) for concept, key in ids)

    def _by_pattern(self, low: str, start: int) -> Iterator[tuple[int, int, str, str]]:
        for pattern, concept in self.patterns:
            yield from ((m.start(), m.end(), concept, "pattern") for m in pattern.finditer(low, start) if m.group())

    def _lemmas(self, low: str, start: int) -> Iterator[tuple[int, int, str, str]]:
        for word in WORD.finditer(low, start):
            for concept in self.by_lemma.get(lemma(word.group()), ()):
                yield word.start(), word.end(), concept, "lemma"


@lru_cache(maxsize=4)
def concept_finder(codebooks: Codebooks) -> ConceptFinder:
    """Return the finder of a culture codebook, built once per process."""
    return ConceptFinder(codebooks)

"""An optional trained spaCy pipeline, by name or path, as a further layer: names the rules did not know, and parts of speech.

The default reading needs none and gives the same answer everywhere. A model's people count only if the first name is in
the lexicon: measured on five real pages, the plain union of rules and model had a precision of 0.77, behind this filter 1.0.
All other names that a model finds wait in a queue for a researcher.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from labkit.errors import UsageError
from labkit.language.vocabulary import first_names, lowered

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

NAMES = {"PER": "a person", "PERSON": "a person", "ORG": "an organisation"}


@lru_cache(maxsize=2)
def load(name: str) -> Language:
    """Return a pipeline by the name of its package or by its folder, loaded once per process.

    Raises
    ------
    UsageError
        If there is none, or it finds neither names nor parts of speech.
    """
    import spacy

    try:
        nlp = spacy.load(name, exclude=["lemmatizer"])
    except (OSError, ImportError, ValueError) as error:
        raise UsageError(
            f"model: no spaCy pipeline '{name}'; name an installed one (it_core_news_sm) or its folder"
        ) from error
    if not {"ner", "entity_ruler", "span_ruler", "morphologizer", "attribute_ruler"} & set(nlp.pipe_names):
        raise UsageError(
            f"model: the pipeline '{name}' finds neither names nor parts of speech; it has {', '.join(nlp.pipe_names) or 'no components'}"
        )
    return nlp


@lru_cache(maxsize=4)
def _parsed(text: str, name: str) -> Doc:
    nlp = load(name)
    nlp.max_length = max(nlp.max_length, len(text) + 1)  # spaCy refuses longer texts for fear of memory
    return nlp(text)


def people(text: str, name: str) -> list[tuple[int, int]]:
    """Return the spans that a pipeline takes for people and whose first word is a first name."""
    return [(e.start_char, e.end_char) for e in _parsed(text, name).ents if _sure(e)]


def to_review(text: str, name: str) -> list[tuple[int, int, str]]:
    """Return the other spans that a pipeline takes for people or organisations, and for which of the two."""
    return [
        (e.start_char, e.end_char, NAMES[e.label_])
        for e in _parsed(text, name).ents
        if e.label_ in NAMES and not _sure(e)
    ]


def _sure(entity: Span) -> bool:
    return entity.label_ in ("PER", "PERSON") and len(entity) > 1 and lowered(entity[0].text) in first_names()


def parts_of_speech(text: str, name: str) -> dict[int, str]:
    """Return the universal part of speech of each token by where it begins; empty if the pipeline tells none."""
    return {token.idx: token.pos_ for token in _parsed(text, name) if token.pos_}

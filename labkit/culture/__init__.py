"""Cultures: how the words of the minutes move over the years, and what can honestly be said."""

from labkit.culture.counts import by_sector, described, of_concepts, of_terms
from labkit.culture.figures import axes_by_year, frames_map, labels, uses_in_time, words_that_carry, words_that_changed
from labkit.culture.frames import axes, rates
from labkit.culture.makeup import composition
from labkit.culture.phenomena import associations, correspondence, neighbours
from labkit.culture.speech import discourse
from labkit.culture.uptake import diffusion, first_uses
from labkit.culture.words import compare, shift
from labkit.culture.years import breaks, trend
from labkit.passages import concordance

__all__ = [
    "associations",
    "axes",
    "axes_by_year",
    "breaks",
    "by_sector",
    "compare",
    "composition",
    "concordance",
    "correspondence",
    "described",
    "diffusion",
    "discourse",
    "first_uses",
    "frames_map",
    "labels",
    "neighbours",
    "of_concepts",
    "of_terms",
    "rates",
    "shift",
    "trend",
    "uses_in_time",
    "words_that_carry",
    "words_that_changed",
]

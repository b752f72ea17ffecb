"""Cultures: how the words of the minutes move over the years, and what can honestly be said."""

from labkit.culture.figures import axes_by_year, words_that_changed
from labkit.culture.frames import rates
from labkit.culture.shift import compare

__all__ = ["axes_by_year", "compare", "rates", "words_that_changed"]

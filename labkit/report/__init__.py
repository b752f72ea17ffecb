"""The report of a lab: what can be said and what cannot, in everyday words, for the people it shows; to read and to edit."""

from labkit.report.sources import DOUBTS
from labkit.report.writing import write

__all__ = ["DOUBTS", "write"]

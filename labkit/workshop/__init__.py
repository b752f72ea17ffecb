"""The workshop: what a facilitator puts before the people a map shows, and what they answer.

Functions that add answers to a lab and write their report stand in :mod:`labkit.workshop.feedback`, the paper form in
:mod:`labkit.workshop.form`, the codes of ties in :mod:`labkit.workshop.codes`.
"""

from labkit.workshop import codes, feedback, form  # noqa: F401  (rooms of their own, reached through this one)
from labkit.workshop.cards import facilitator_sheet, tie_cards
from labkit.workshop.editions import layers, places
from labkit.workshop.page import map_id, page
from labkit.workshop.posters import poster
from labkit.workshop.tallies import agreement, confirmed, disputed, missing

__all__ = [
    "agreement",
    "confirmed",
    "disputed",
    "facilitator_sheet",
    "layers",
    "map_id",
    "missing",
    "page",
    "places",
    "poster",
    "tie_cards",
]

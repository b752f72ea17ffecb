"""The workshop: what a facilitator puts before the people a map shows, and what they answer."""

from labkit.workshop.cards import facilitator_sheet, tie_cards
from labkit.workshop.editions import layers, places
from labkit.workshop.page import map_id, page
from labkit.workshop.posters import poster

__all__ = ["facilitator_sheet", "layers", "map_id", "page", "places", "poster", "tie_cards"]

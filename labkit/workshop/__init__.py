"""The workshop: what a facilitator puts before the people a map shows, and what they answer."""

from labkit.workshop.editions import layers, places
from labkit.workshop.page import map_id, page

__all__ = ["layers", "map_id", "page", "places"]

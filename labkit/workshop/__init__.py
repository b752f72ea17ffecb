"""The workshop: what a facilitator puts before the people a map shows."""

from labkit.workshop.page import page

__all__ = ["page"]

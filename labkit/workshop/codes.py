"""Short codes of ties: the same tie has the same code on the page, on the poster and on its card, whatever else the map shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import networkx as nx

# Letters that nobody mistakes for a figure when a card is read aloud or typed back in.
LETTERS = "ABCDEFGHJKLMNPRSTUVZ"
Tie = tuple[str, str, str]


def codes(ties: Iterable[Tie]) -> dict[Tie, str]:
    """Return a letter and three figures (more for thousands of ties) for each tie, given as kind and both ends in order.

    A code is drawn from what it stands for; where two ties draw the same one, the later takes the next that is free.

    Examples
    --------
    >>> codes([("co_presence", "asl", "caritas"), ("co_mention", "asl", "caritas")])
    {('co_mention', 'asl', 'caritas'): 'S206', ('co_presence', 'asl', 'caritas'): 'C654'}
    """
    wanted = sorted(set(ties), key=lambda t: (_drawn(t), t))
    figures = next(n for n in range(3, 12) if 10**n * len(LETTERS) > 4 * len(wanted))
    found: dict[Tie, str] = {}
    taken: set[int] = set()
    for tie in wanted:
        number = _drawn(tie) % (10**figures * len(LETTERS))
        while number in taken:
            number = (number + 1) % (10**figures * len(LETTERS))
        taken.add(number)
        found[tie] = f"{LETTERS[number // 10**figures]}{number % 10**figures:0{figures}d}"
    return dict(sorted(found.items()))


def of_graphs(graphs: Iterable[nx.Graph]) -> dict[Tie, str]:
    """Return the code of every tie of some networks, each of one kind."""
    return codes((graph.graph["kind"], *sorted(edge)) for graph in graphs for edge in graph.edges())


def _drawn(tie: Tie) -> int:
    return int.from_bytes(hashlib.sha256("\n".join(tie).encode()).digest()[:8], "big")

"""Origins: the ties of a lab as a report names them, with their codes, and the documents that they come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from labkit import network
from labkit.network.ties import KINDS
from labkit.report.blocks import Column, Heading, Note, Section, Table, Text, many, table
from labkit.wording import number
from labkit.workshop.codes import Tie, of_graphs
from labkit.workshop.evidence import evidence_lines
from labkit.workshop.poster_map import strongest

if TYPE_CHECKING:
    from labkit.lab import Lab

MOST_LINES = 5
FIRST, OTHERS = 8, 5  # ties named of the kind found most often at meetings, and of each other kind


@dataclass(frozen=True)
class Ties:
    """The ties that a report may name.

    Attributes
    ----------
    graphs
        By kind of tie, what documents and participants say together; kinds without ties are left out.
    codes
        The same as on the map page, the poster and the cards.
    names
        Of everyone who may be named: no people.
    """

    lab: Lab
    graphs: dict[str, nx.Graph]
    codes: dict[Tie, str]
    names: dict[str, str]

    def label(self, kind: str) -> str:
        """What a kind of tie is called."""
        return self.lab.codebooks.ties[kind]["label"] if kind in self.lab.codebooks.ties else kind

    def code(self, tie: Tie) -> str:
        """The code of a tie; none for one that the map does not show."""
        return self.codes.get(tie, "")

    def ends(self, tie: Tie) -> str:
        """Both ends of a tie by their names."""
        return " – ".join(self.names[end] for end in tie[1:])

    def named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows whose source and target may both be named."""
        return rows[rows["source"].isin(self.names) & rows["target"].isin(self.names)]

    def data(self, tie: Tie) -> dict:
        """The attributes of a tie; none where the map does not show it."""
        kind, a, b = tie
        return self.graphs[kind].get_edge_data(a, b, {}) if kind in self.graphs else {}

    def found(self, tie: Tie) -> list[str]:
        """The ids of the documents' evidence of a tie, by date."""
        data = self.data(tie)
        return [] if data.get("said_by", "participants") == "participants" else data["evidence"].split()

    def origins(self, ties: Iterable[Tie]) -> dict[Tie, tuple[str, ...]]:
        """The documents behind each tie, the latest first, five at most and how many more there are."""
        found = {tie: self.found(tie) for tie in ties}
        lines = evidence_lines(self.lab, sorted({one for ids in found.values() for one in ids}))
        return {tie: _latest([lines[one] for one in ids if one in lines]) for tie, ids in found.items()}


def _latest(lines: list[str]) -> tuple[str, ...]:
    left = len(lines) - MOST_LINES
    more = () if left < 1 else (f"e altre {left} volte" if left > 1 else "e un'altra volta",)
    return (*lines[: -MOST_LINES - 1 : -1], *more)


def ties_of(lab: Lab, *, least: int = 0) -> Ties:
    """Return the ties of a lab.

    Parameters
    ----------
    least
        Ties found fewer times are left out.

    Examples
    --------
    >>> import labkit as lk
    >>> found = ties_of(lk.open_lab("cremasco"))
    >>> found.ends(("tension", *next(iter(found.graphs["tension"].edges()))))
    'Comunità Sociale Cremasca – Servizio Sociale Territoriale'
    """
    graphs = {}
    for kind in (k for k in KINDS if k != "validated"):
        graph = network.build(lab, kind=kind, said_by="both")
        graph.remove_edges_from([(a, b) for a, b, d in graph.edges(data=True) if d["weight"] < least])
        if graph.number_of_edges():
            graphs[kind] = graph
    shown = lab.actors[lab.actors["type"] != "person"]
    return Ties(lab, graphs, of_graphs(graphs.values()), dict(zip(shown["actor_id"], shown["name"])))


CODES = "Ogni rapporto ha un codice: una lettera e tre cifre. È lo stesso sulla mappa, sul poster, sulle schede e in questo rapporto."


def section(ties: Ties) -> Section | None:
    """The chapter that leads from the ties found most often to their documents; None where documents show no tie."""
    blocks = [
        block for number, kind in enumerate(ties.graphs) for block in _kind(ties, kind, OTHERS if number else FIRST)
    ]
    if not blocks:
        return None
    text = f"Per i rapporti trovati più volte, ecco i testi da cui vengono, dal più recente: al massimo {MOST_LINES} per rapporto. {CODES}"
    return Section("prove", "Da dove vengono i rapporti", (Text(text), *blocks))


def _kind(ties: Ties, kind: str, most: int) -> list[Heading | Text | Note | Table]:
    """The ties of one kind that documents show most often; where each stands once, the documents alone."""
    graph = ties.graphs[kind]
    found = [(kind, *pair) for pair in strongest(graph) if ties.found((kind, *pair))]
    if not found:
        return []
    head = [Heading(ties.label(kind)), Text(ties.lab.codebooks.ties[kind]["means"])]
    shown = [tie for tie in found if ties.data(tie)["weight"] > 1][:most] if len(found) > most else found
    if not shown:
        return [*head, Note(_once(ties, found))]
    origins = ties.origins(shown)
    rows = [(ties.code(tie), ties.ends(tie), number(ties.data(tie)["weight"]), origins[tie]) for tie in shown]
    caption = f"{ties.label(kind)}: {many(len(found), 'rapporto', 'rapporti')}"
    if len(found) > most:
        caption = f"{ties.label(kind)}, i rapporti trovati più volte: {len(shown)} su {number(len(found))}"
    columns = (Column("Codice", 10), Column("Rapporto", 31), Column("Volte", 8, True), Column("Da dove viene", 51))
    return [*head, table(caption, columns, rows)]


def _once(ties: Ties, found: list[Tie]) -> str:
    ids = sorted({one for tie in found for one in ties.found(tie)})
    lines = sorted(set(evidence_lines(ties.lab, ids).values()))
    shown = "; ".join(lines[:MOST_LINES]) + (f"; e altri {len(lines) - MOST_LINES}" if len(lines) > MOST_LINES else "")
    begin = f"I rapporti di questo tipo sono {number(len(found))}, trovati una volta ciascuno"
    return f"{begin}. Vengono da: {shown}." if lines else f"{begin}."

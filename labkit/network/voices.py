"""Voices: what participants of workshops said of each tie, counted by seats, to build a network from or to lay over one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

if TYPE_CHECKING:
    from labkit.lab import Lab

SAID_BY = ("documents", "participants", "both")
COUNTS = ("confirmed", "denied", "unsure", "added")
Pair = tuple[str, str]


def tallied(judgements: pd.DataFrame) -> pd.DataFrame:
    """Count the seats behind each answer to each tie.

    Returns
    -------
    pandas.DataFrame
        One row a tie, sorted: ``kind``, ``source``, ``target``, ``confirmed``, ``denied``, ``unsure``, ``added``. A seat counts once a
        session; sessions are not joined, for nobody knows who came to both.

    Examples
    --------
    >>> said = pd.DataFrame({"kind": "funding", "source": "a", "target": ["b", "b", "c"], "answer": ["confirmed", "denied", "added"]})
    >>> tallied(said).values.tolist()
    [['funding', 'a', 'b', 1, 1, 0, 0], ['funding', 'a', 'c', 0, 0, 0, 1]]
    """
    tie = ["kind", "source", "target"]
    found = judgements[tie].assign(**{name: (judgements["answer"] == name).astype(int) for name in COUNTS})
    return found.groupby(tie, as_index=False, sort=True)[list(COUNTS)].sum()


def agreed(counts: pd.DataFrame) -> pd.Series:
    """Whether more seats confirmed or added a tie than denied it, on the index of the counts.

    >>> agreed(pd.DataFrame({"confirmed": [1, 0], "added": [1, 0], "denied": [1, 0]})).tolist()
    [True, False]
    """
    return counts["confirmed"] + counts["added"] > counts["denied"]


def said_of(lab: Lab, kind: str, types: list[str], years: tuple[int, int] | None) -> pd.DataFrame:
    """The judgements of ties of one kind between actors of some types, said in workshops of some years."""
    known = set(lab.actors.loc[lab.actors["type"].isin(types), "actor_id"])
    said = lab.judgements
    said = said[(said["kind"] == kind) & said["source"].isin(known) & said["target"].isin(known)]
    return said if years is None else said[said["date"].str[:4].astype(int).between(*years)]


def speakers(said: pd.DataFrame) -> pd.DataFrame:
    """Rows actor_id, event, date: which judgements speak of which actor."""
    ends = [
        said[[end, "judgement_id", "date"]].set_axis(["actor_id", "event", "date"], axis=1)
        for end in ("source", "target")
    ]
    return pd.concat(ends, ignore_index=True).sort_values(["event", "actor_id"], ignore_index=True)


def with_voices(graph: nx.Graph, said: pd.DataFrame) -> nx.Graph:
    """Return a network of documents with what participants say of each tie, and the ties that they alone tell of.

    What documents say stays, denied or not. A tie of both keeps the weight, the evidence and the dates of documents.
    """
    counts = {(r.source, r.target): {n: int(getattr(r, n)) for n in COUNTS} for r in tallied(said).itertuples()}
    told = agreeing(said, graph.graph["kind"])
    edges: dict[Pair, dict] = {pair: {**data, "said_by": "participants"} for pair, data in told.items()}
    for a, b, data in graph.edges(data=True):
        pair = min(a, b), max(a, b)
        edges[pair] = {**data, "said_by": "both" if pair in told else "documents"}
    whole = nx.create_empty_copy(graph)
    none = dict.fromkeys(COUNTS, 0)
    whole.add_edges_from((*pair, {**data, **counts.get(pair, none)}) for pair, data in sorted(edges.items()))
    return whole


def agreeing(said: pd.DataFrame, kind: str) -> dict[Pair, dict]:
    """The ties that more seats confirmed or added than denied, with the seats that did so as weight and evidence."""
    counts = tallied(said)
    wanted = set(zip(*(counts.loc[agreed(counts), end] for end in ("source", "target"))))
    affirmed = said[said["answer"].isin(("confirmed", "added"))].sort_values(["date", "judgement_id"])
    found = {}
    for pair, rows in affirmed.groupby(["source", "target"], sort=True):
        if pair in wanted:
            dates = rows["date"].tolist()
            found[pair] = {
                "weight": len(rows),
                "kind": kind,
                "sign": 1,
                "first": dates[0],
                "last": dates[-1],
                "evidence": " ".join(rows["judgement_id"]),
                "dates": " ".join(dates),
            }
    return found

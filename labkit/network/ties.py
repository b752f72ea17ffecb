"""Ties: from the tables to graphs, one kind of tie at a time, each edge with the ids of its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from labkit.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from labkit.lab import Lab

KINDS = ("co_presence", "declared_partnership", "co_mention", "funding", "membership", "tension", "validated")
ACTORS = ("organisation", "person", "body", "initiative")


def build(
    lab: Lab, *, kind: str = "co_presence", of: str = "organisation", years: tuple[int, int] | None = None
) -> nx.Graph:
    """Build the network of one kind of tie between actors of one type.

    For the people in the minutes: with ``co_presence``, two organisations are tied when people of both were present at
    one meeting; the weight counts meetings. With ``declared_partnership``, when a document lists both as partners of
    one project; the weight counts lists. With ``co_mention``, when one section names both; the weight counts sections.

    Parameters
    ----------
    kind
        One of the kinds of ``ties.yml``; kinds are never mixed.
    of
        organisation, person, body or initiative.
    years
        First and last calendar year, both included; all years if not given.

    Returns
    -------
    networkx.Graph
        Nodes and edges sorted. Nodes carry ``name``, ``type``, ``sector`` and ``events`` (meetings, lists or sections
        they stand in); edges carry ``weight``, ``kind``, ``sign``, ``first`` and ``last`` (ISO dates) and ``evidence``
        (ids for :meth:`labkit.lab.Lab.evidence`, separated by a space). Actors with events but no tie are isolated nodes.

    Raises
    ------
    UsageError
        For an unknown kind or type, or years in the wrong order.

    Examples
    --------
    >>> import labkit as lk
    >>> net = lk.network.build(lk.open_lab("cremasco"), kind="declared_partnership")
    >>> net.number_of_nodes(), net.number_of_edges()
    (13, 78)
    """
    _check(kind, of, years)
    events = _events(lab, kind, of)
    events = _within(events, years)
    if kind in ("co_presence", "co_mention"):
        edges = _pairs(events)
    else:
        edges = [(r.source, r.target, r.event, r.date, r.sign) for r in _stated(lab, kind, of, years).itertuples()]
    graph = nx.Graph(lab=lab.name, kind=kind, of=of, years="" if not years else f"{years[0]}-{years[1]}")
    _add_nodes(graph, lab, events, until=f"{years[1]}-12-31" if years else None)
    _add_edges(graph, edges, kind)
    return graph


def two_mode(
    lab: Lab, *, of: str = "organisation", by: str = "meeting", years: tuple[int, int] | None = None
) -> nx.Graph:
    """Build the two-mode network of actors and the meetings (or sections) that hold them.

    Parameters
    ----------
    by
        meeting (who was present) or section (who is named).

    Returns
    -------
    networkx.Graph
        Actor nodes carry ``bipartite=0`` and the attributes of :func:`build`; event nodes ``bipartite=1`` and ``date``.

    Examples
    --------
    >>> import labkit as lk
    >>> two = lk.network.two_mode(lk.open_lab("cremasco"))
    >>> sorted({d["bipartite"] for _, d in two.nodes(data=True)})
    [0, 1]
    """
    kinds = {"meeting": "co_presence", "section": "co_mention"}
    if by not in kinds:
        raise UsageError(f"two_mode: no events of the kind '{by}' ({did_you_mean(by, kinds)})")
    _check(kinds[by], of, years)
    events = _events(lab, kinds[by], of)
    events = _within(events, years)
    graph = nx.Graph(lab=lab.name, of=of, by=by)
    _add_nodes(graph, lab, events, until=f"{years[1]}-12-31" if years else None)
    nx.set_node_attributes(graph, 0, "bipartite")
    for event, date in sorted(set(zip(events["event"], events["date"]))):
        graph.add_node(event, bipartite=1, date=date)
    graph.add_edges_from(sorted(set(zip(events["actor_id"], events["event"]))))
    return graph


def _within(rows: pd.DataFrame, years: tuple[int, int] | None) -> pd.DataFrame:
    """Rows of some years; a row without a date belongs to none."""
    if years is None:
        return rows
    year = pd.to_numeric(rows["date"].str[:4], errors="coerce")
    return rows[year.between(*years)]


def _check(kind: str, of: str, years: tuple[int, int] | None) -> None:
    if kind not in KINDS:
        raise UsageError(f"no kind of tie '{kind}' ({did_you_mean(kind, KINDS)})")
    if of not in ACTORS:
        raise UsageError(f"no type of actor '{of}' ({did_you_mean(of, ACTORS)})")
    if years is not None and (not isinstance(years, tuple | list) or len(years) != 2):
        raise UsageError(f"years: expected first and last year, such as (2015, 2018); found {years!r}")
    if years and years[0] > years[1]:
        raise UsageError(f"years: expected first and last year; found {years[0]} after {years[1]}; turn them round")


def _events(lab: Lab, kind: str, of: str) -> pd.DataFrame:
    """Rows actor_id, event, date: who stands in which meeting, section or list."""
    if kind == "co_presence":
        return _present(lab, of)
    if kind == "co_mention":
        return _named(lab, of)
    ties = _stated(lab, kind, of, None)
    ends = pd.concat(
        [
            ties[["source", "event", "date"]].rename(columns={"source": "actor_id"}),
            ties[["target", "event", "date"]].rename(columns={"target": "actor_id"}),
        ]
    )
    ends["event"] = ends["event"].str.rsplit(".", n=1).str[0]
    return ends.drop_duplicates(ignore_index=True)


def _present(lab: Lab, of: str) -> pd.DataFrame:
    """Who was present at which meeting; a meeting told of in two posts counts once."""
    meetings = lab.meetings.merge(lab.documents[["doc_id", "published"]], on="doc_id", how="left")
    meetings["when"] = meetings["date"].fillna(meetings["published"]).fillna("")
    same = meetings["meeting_id"].where(
        meetings["date"].isna() | meetings["body_id"].isna(),
        meetings["body_id"].astype("str") + " " + meetings["date"].astype("str"),
    )
    meetings["event"] = meetings.groupby(same)["meeting_id"].transform("min")
    here = lab.attendance[lab.attendance["status"] == "present"].merge(
        meetings[["meeting_id", "event", "when"]], on="meeting_id"
    )
    column = "person_id" if of == "person" else "actor_id"
    found = pd.DataFrame({"actor_id": here[column], "event": here["event"], "date": here["when"]}).dropna()
    return _of_type(lab, found, of)


def _named(lab: Lab, of: str) -> pd.DataFrame:
    dates = lab.documents.set_index("doc_id")["published"].fillna("")
    found = lab.mentions[["actor_id", "section_id", "doc_id"]].drop_duplicates()
    found = pd.DataFrame(
        {"actor_id": found["actor_id"], "event": found["section_id"], "date": found["doc_id"].map(dates).fillna("")}
    )
    return _of_type(lab, found, of)


def _of_type(lab: Lab, found: pd.DataFrame, of: str) -> pd.DataFrame:
    known = set(lab.actors.loc[lab.actors["type"] == of, "actor_id"])
    return found[found["actor_id"].isin(known)].drop_duplicates().sort_values(["event", "actor_id"], ignore_index=True)


def _stated(lab: Lab, kind: str, of: str, years: tuple[int, int] | None) -> pd.DataFrame:
    known = set(lab.actors.loc[lab.actors["type"].isin([of, "initiative"] if kind == "funding" else [of]), "actor_id"])
    ties = lab.ties[(lab.ties["kind"] == kind) & lab.ties["source"].isin(known) & lab.ties["target"].isin(known)]
    ties = ties.assign(event=ties["tie_id"], date=ties["date"].fillna(""), sign=ties["sign"].fillna(1))
    ties = _within(ties, years)
    return ties[["source", "target", "event", "date", "sign"]].reset_index(drop=True)


def _pairs(events: pd.DataFrame) -> list[tuple[str, str, str, str, int]]:
    return [
        (a, b, event, date, 1)
        for (event, date), group in events.groupby(["event", "date"], sort=True)
        for a, b in combinations(sorted(set(group["actor_id"])), 2)
    ]


def _add_nodes(graph: nx.Graph, lab: Lab, events: pd.DataFrame, *, until: str | None) -> None:
    actors = lab.actors.set_index("actor_id")
    counts = events.groupby("actor_id")["event"].nunique()
    sectors = sectors_at(lab.actor_sectors, until)
    for actor in sorted(counts.index):
        row = actors.loc[actor]
        graph.add_node(
            actor, name=row["name"], type=row["type"], sector=sectors.get(actor, "other"), events=int(counts[actor])
        )


def sectors_at(actor_sectors: pd.DataFrame, day: str | None) -> dict[str, str]:
    """Return the sector of each actor on a day (the latest known if no day is given)."""
    found: dict[str, str] = {}
    rows = actor_sectors.assign(since=actor_sectors["from"].fillna(""), until=actor_sectors["to"].fillna("9999"))
    for row in rows.sort_values(["actor_id", "since"]).itertuples():
        if row.actor_id not in found or day is None or row.since <= day <= row.until:
            found[row.actor_id] = row.sector
    return found


def _add_edges(graph: nx.Graph, edges: Iterable[tuple[str, str, str, str, int]], kind: str) -> None:
    gathered: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for a, b, event, date, sign in edges:
        if a != b:
            gathered.setdefault((min(a, b), max(a, b)), []).append((date, event, int(sign)))
    for (a, b), found in sorted(gathered.items()):
        found = sorted(set(found))
        dates = [date for date, _, _ in found if date]
        graph.add_edge(
            a,
            b,
            weight=len(found),
            kind=kind,
            sign=found[0][2],
            first=dates[0] if dates else "",
            last=dates[-1] if dates else "",
            evidence=" ".join(event for _, event, _ in found),
        )

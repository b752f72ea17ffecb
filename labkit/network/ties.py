"""Ties: from the tables to graphs, one kind of tie at a time, each edge with the ids of its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from labkit.errors import UsageError, did_you_mean
from labkit.network.projection import WEIGHTS
from labkit.network.voices import SAID_BY, said_of, speakers, with_voices

if TYPE_CHECKING:
    from labkit.lab import Lab

KINDS = ("co_presence", "declared_partnership", "co_mention", "funding", "membership", "tension", "validated")
PROJECTED = ("co_presence", "co_mention")
ACTORS = ("organisation", "person", "body", "initiative")


def build(
    lab: Lab,
    *,
    kind: str = "co_presence",
    of: str = "organisation",
    years: tuple[int, int] | None = None,
    sector: str | tuple[str, ...] | None = None,
    body: str | None = None,
    initiative: str | None = None,
    weight: str = "raw",
    said_by: str = "documents",
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
    sector
        One sector or several: actors of others are left out.
    body
        Id of a body: only its meetings, or posts that tell of them.
    initiative
        Id of an initiative: only what stands in posts that name it.
    weight
        ``raw``, or for shared meetings and sections ``newman``, ``jaccard``, ``cosine`` (see :func:`labkit.network.project`), with
        the number shared as ``shared``.
    said_by
        ``documents``; ``participants`` of workshops: the ties that more seats confirmed or added than denied, weighed by these
        seats, the judgements as evidence, the years those of the workshops; or ``both``, where what documents say stays also
        if participants deny it.

    Returns
    -------
    networkx.Graph
        Nodes and edges sorted. Nodes carry ``name``, ``type``, ``sector``, ``events`` (meetings, lists or sections
        they stand in) and, if they follow another of them in time, ``succeeds``; edges carry ``weight``, ``kind``, ``sign``,
        ``first`` and ``last`` (ISO dates), ``evidence`` (ids for :meth:`labkit.lab.Lab.evidence`, separated by a space) and
        ``dates`` (one for each, ``-`` where unknown). Actors with events but no tie are isolated nodes. With participants,
        ``events`` of an actor that no document of this kind holds are the judgements that speak of it, and edges carry
        ``said_by`` (documents, participants or both) and the seats that ``confirmed``, ``denied``, ``added`` or were ``unsure``; an
        edge of documents keeps their weight and evidence, so weights of the two sources are not to be compared.

    Raises
    ------
    UsageError
        For an unknown kind, type, sector, body, initiative or weight, years in the wrong order, or with participants a body, an
        initiative or a weight other than raw: these are of documents.

    Examples
    --------
    >>> import labkit as lk
    >>> net = lk.network.build(lk.open_lab("cremasco"), kind="declared_partnership")
    >>> net.number_of_nodes(), net.number_of_edges()
    (13, 78)
    """
    _check(kind, of, years)
    _check_weight(weight, kind)
    _check_said_by(said_by, body=body, initiative=initiative, weight=weight)
    events = _chosen(lab, _within(_events(lab, kind, of), years), body, initiative)
    events = events if said_by != "participants" else events[:0]
    until = f"{years[1]}-12-31" if years else None
    sizes = events.groupby("event")["actor_id"].nunique().to_dict()
    known = set(lab.actors["actor_id"]) if sector is None else _of_sector(lab, sector, until)
    here = events[events["actor_id"].isin(known)]
    edges = _edges(lab, here, kind, of, years)
    graph = nx.Graph(lab=lab.name, kind=kind, of=of, years="" if not years else f"{years[0]}-{years[1]}")
    if said_by == "documents":
        _add_nodes(graph, lab, here, until=until)
        _add_edges(graph, edges, kind)
        return graph if weight == "raw" else _reweighted(graph, sizes, weight)
    said = said_of(lab, kind, _types(kind, of), years)
    said = said[said["source"].isin(known) & said["target"].isin(known)]
    heard = speakers(said)
    graph.graph["said_by"] = said_by
    _add_nodes(graph, lab, pd.concat([here, heard[~heard["actor_id"].isin(set(here["actor_id"]))]]), until=until)
    _add_edges(graph, edges, kind)
    return with_voices(graph, said)


def _edges(
    lab: Lab, here: pd.DataFrame, kind: str, of: str, years: tuple[int, int] | None
) -> list[tuple[str, str, str, str, int]]:
    """The ties that the events at hand make, one row a piece of evidence."""
    if kind in PROJECTED:
        return _pairs(here)
    known = set(here["actor_id"])
    stated = _stated(lab, kind, of, years)
    stated = stated[stated["event"].str.rsplit(".", n=1).str[0].isin(set(here["event"]))]
    return [(r.source, r.target, r.event, r.date, r.sign) for r in stated.itertuples() if {r.source, r.target} <= known]


def combine(graphs: Iterable[nx.Graph]) -> nx.Graph:
    """Lay networks of several kinds of tie over one another, without mixing them up.

    Returns
    -------
    networkx.Graph
        All actors; each edge with ``kinds`` (those that join the two, separated by a space), ``weight`` (how many kinds),
        ``weight_<kind>`` for each, ``sign`` (-1 if all kinds are negative), ``first``, ``last``, ``evidence`` and ``dates`` of all.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("cremasco")
    >>> both = combine([build(lab, kind=kind) for kind in ("co_presence", "declared_partnership")])
    >>> sorted({data["kinds"] for _, _, data in both.edges(data=True)})
    ['co_presence', 'co_presence declared_partnership', 'declared_partnership']
    """
    graphs = list(graphs)
    kinds = [graph.graph.get("kind", "") for graph in graphs]
    if len(set(kinds)) < len(kinds):
        raise UsageError(f"combine: expected networks of different kinds; found {', '.join(kinds)}")
    nodes = {n: data for graph in reversed(graphs) for n, data in graph.nodes(data=True)}
    whole = nx.Graph(kind=" ".join(kinds))
    whole.add_nodes_from(sorted(nodes.items()))
    for a, b in sorted({tuple(sorted(edge)) for graph in graphs for edge in graph.edges()}):
        found = {kind: graph[a][b] for kind, graph in zip(kinds, graphs) if graph.has_edge(a, b)}
        firsts, lasts = ([d[key] for d in found.values() if d.get(key)] for key in ("first", "last"))
        whole.add_edge(
            a,
            b,
            weight=len(found),
            kinds=" ".join(found),
            sign=max(d.get("sign", 1) for d in found.values()),
            first=min(firsts, default=""),
            last=max(lasts, default=""),
            evidence=" ".join(d["evidence"] for d in found.values() if d.get("evidence")),
            dates=" ".join(d["dates"] for d in found.values() if d.get("dates")),
            **{f"weight_{kind}": d.get("weight", 1) for kind, d in found.items()},
        )
    return whole


def two_mode(
    lab: Lab,
    *,
    of: str = "organisation",
    by: str = "meeting",
    years: tuple[int, int] | None = None,
    body: str | None = None,
    initiative: str | None = None,
) -> nx.Graph:
    """Build the two-mode network of actors and the meetings (or sections) that hold them.

    Parameters
    ----------
    by
        meeting (who was present) or section (who is named).
    years, body, initiative
        As in :func:`build`.

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
    events = _chosen(lab, _within(_events(lab, kinds[by], of), years), body, initiative)
    graph = nx.Graph(lab=lab.name, of=of, by=by)
    _add_nodes(graph, lab, events, until=f"{years[1]}-12-31" if years else None)
    nx.set_node_attributes(graph, 0, "bipartite")
    for event, date in sorted(set(zip(events["event"], events["date"]))):
        graph.add_node(event, bipartite=1, date=date)
    graph.add_edges_from(sorted(set(zip(events["actor_id"], events["event"]))))
    return graph


def _chosen(lab: Lab, events: pd.DataFrame, body: str | None, initiative: str | None) -> pd.DataFrame:
    """The events of one body, and those in posts that name an initiative."""
    if body is not None:
        held = lab.meetings[lab.meetings["body_id"] == body]
        if not len(held):
            raise UsageError(
                f"no meeting of the body '{body}' ({did_you_mean(body, sorted(lab.meetings['body_id'].dropna().unique()))})"
            )
        ids = set(held["meeting_id"])
        of_body = (
            events["event"].isin(ids)
            if events["event"].isin(set(lab.meetings["meeting_id"])).any()
            else _in_posts(events, set(held["doc_id"]))
        )
        events = events[of_body]
    if initiative is not None:
        known = lab.actors.loc[lab.actors["type"] == "initiative", "actor_id"]
        if initiative not in set(known):
            raise UsageError(f"no initiative '{initiative}' ({did_you_mean(initiative, sorted(known))})")
        events = events[_in_posts(events, set(lab.mentions.loc[lab.mentions["actor_id"] == initiative, "doc_id"]))]
    return events


def _in_posts(events: pd.DataFrame, posts: set[str]) -> pd.Series:
    """Ids of meetings, sections and lists begin with the id of their post."""
    return events["event"].str.split(".").str[0].isin(posts)


def _of_sector(lab: Lab, sector: str | tuple[str, ...], until: str | None) -> set[str]:
    wanted = (sector,) if isinstance(sector, str) else tuple(sector)
    for name in wanted:
        if name not in lab.codebooks.sectors:
            raise UsageError(f"no sector '{name}' ({did_you_mean(name, lab.codebooks.sectors)})")
    return {actor for actor, name in sectors_at(lab.actor_sectors, until).items() if name in wanted}


def _check_weight(weight: str, kind: str) -> None:
    if weight not in WEIGHTS:
        raise UsageError(f"no weight '{weight}' ({did_you_mean(weight, WEIGHTS)})")
    if weight != "raw" and kind not in PROJECTED:
        raise UsageError(
            f"weight: '{weight}' is for what actors share; ties of the kind '{kind}' are stated one by one: use raw"
        )


def _check_said_by(said_by: str, *, body: str | None, initiative: str | None, weight: str) -> None:
    if said_by not in SAID_BY:
        raise UsageError(f"said_by: nobody is called '{said_by}' ({did_you_mean(said_by, SAID_BY)})")
    for name, value, plain in (("body", body, None), ("initiative", initiative, None), ("weight", weight, "raw")):
        if said_by != "documents" and value != plain:
            raise UsageError(f"{name}: '{value}' is for what documents say; leave it out or use said_by='documents'")


def _types(kind: str, of: str) -> list[str]:
    """The types of actor that a tie may join: money also goes to an initiative."""
    return [of, "initiative"] if kind == "funding" else [of]


def _reweighted(graph: nx.Graph, sizes: dict[str, int], weight: str) -> nx.Graph:
    for a, b, data in graph.edges(data=True):
        shared, here, there = data["weight"], graph.nodes[a]["events"], graph.nodes[b]["events"]
        data["shared"] = shared
        if weight == "newman":
            data["weight"] = sum(1 / (sizes[event] - 1) for event in data["evidence"].split())
        else:
            data["weight"] = shared / (here + there - shared if weight == "jaccard" else (here * there) ** 0.5)
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
    whole = isinstance(years, tuple | list) and len(years) == 2 and all(isinstance(year, int) for year in years)
    if years is not None and not whole:
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
    known = set(lab.actors.loc[lab.actors["type"].isin(_types(kind, of)), "actor_id"])
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
    before = actors["succeeds"].dropna().to_dict()
    counts = events.groupby("actor_id")["event"].nunique()
    sectors = sectors_at(lab.actor_sectors, until)
    for actor in sorted(counts.index):
        row = actors.loc[actor]
        graph.add_node(
            actor, name=row["name"], type=row["type"], sector=sectors.get(actor, "other"), events=int(counts[actor])
        )
        # Of those it follows, the last that is here: one in between may never have come.
        followed, seen = before.get(actor), {actor}
        while followed is not None and followed not in counts.index and followed not in seen:
            seen.add(followed)
            followed = before.get(followed)
        if followed in counts.index and followed not in seen:
            graph.nodes[actor]["succeeds"] = followed


def sectors_at(actor_sectors: pd.DataFrame, day: str | None) -> dict[str, str]:
    """Return the sector of each actor on a day: that of the stretch which holds it, else the last before it, else the first.

    If no day is given, the latest known.
    """
    found: dict[str, str] = {}
    rows = actor_sectors.assign(since=actor_sectors["from"].fillna(""))
    for row in rows.sort_values(["actor_id", "since"]).itertuples():
        if row.actor_id not in found or day is None or row.since <= day:
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
            dates=" ".join(date or "-" for date, _, _ in found),
        )

"""Measures: one number an actor, or a table between sectors."""

from __future__ import annotations

import networkx as nx
import pandas as pd

from labkit.errors import UsageError


def degree(graph: nx.Graph) -> pd.Series:
    """Count with how many others each actor is tied.

    Returns
    -------
    pandas.Series
        Named ``degree``, indexed by actor id in the order of the graph; whole numbers from 0 to n - 1.

    References
    ----------
    Freeman 1978, Centrality in social networks, doi:10.1016/0378-8733(78)90021-7

    Examples
    --------
    >>> degree(nx.path_graph(3)).tolist()
    [1, 2, 1]
    """
    return pd.Series(dict(graph.degree()), name="degree", dtype="int64").rename_axis("actor_id")


def strength(graph: nx.Graph) -> pd.Series:
    """Add up the weights of each actor's ties (meetings shared, lists shared, sections shared).

    References
    ----------
    Barrat and others 2004, doi:10.1073/pnas.0400087101

    Examples
    --------
    >>> g = nx.Graph(); g.add_edge("a", "b", weight=3)
    >>> strength(g).tolist()
    [3, 3]
    """
    return pd.Series(dict(graph.degree(weight="weight")), name="strength", dtype="int64").rename_axis("actor_id")


def betweenness(graph: nx.Graph) -> pd.Series:
    """Measure how often an actor lies on the shortest ways between two others.

    Who has much of it joins circles that would not meet without. Ways are counted in ties, whatever their weight.

    Returns
    -------
    pandas.Series
        Named ``betweenness``; from 0 to 1, the share of pairs of others (ways of equal length shared out).

    References
    ----------
    Freeman 1977, A set of measures of centrality based on betweenness, doi:10.2307/3033543

    Notes
    -----
    Few meetings make it unsteady: one lost list can move it from first to last. Read it beside the evidence.

    Examples
    --------
    >>> betweenness(nx.path_graph(3)).tolist()
    [0.0, 1.0, 0.0]
    """
    return pd.Series(nx.betweenness_centrality(graph), name="betweenness", dtype="float64").rename_axis("actor_id")


def mixing(graph: nx.Graph, *, by: str = "sector") -> pd.DataFrame:
    """Count the ties within and between groups, beside what chance would give if ties ignored the groups.

    Returns
    -------
    pandas.DataFrame
        One row a pair of groups: ``group_a``, ``group_b``, ``actors_a``, ``actors_b``, ``ties``, ``possible`` (pairs of
        actors), ``density`` (ties / possible), ``expected`` (ties if all pairs were as likely).

    Raises
    ------
    UsageError
        If actors lack the attribute.

    References
    ----------
    Newman 2003, Mixing patterns in networks, doi:10.1103/PhysRevE.67.026126

    Examples
    --------
    >>> g = nx.Graph([("a", "b"), ("b", "c")]); nx.set_node_attributes(g, {"a": "public", "b": "public", "c": "profit"}, "sector")
    >>> mixing(g)[["group_a", "group_b", "ties", "possible"]].values.tolist()
    [['profit', 'profit', 0, 0], ['profit', 'public', 1, 2], ['public', 'public', 1, 1]]
    """
    lacking = [str(n) for n, data in graph.nodes(data=True) if by not in data]
    if lacking:
        raise UsageError(
            f"mixing: {len(lacking)} actors have no '{by}' (first: {lacking[0]}); add it with nx.set_node_attributes"
        )
    groups = nx.get_node_attributes(graph, by)
    sizes = pd.Series(groups, dtype="object").value_counts()
    n, m = graph.number_of_nodes(), graph.number_of_edges()
    pairs = n * (n - 1) / 2
    rows = []
    names = sorted(sizes.index)
    for i, a in enumerate(names):
        for b in names[i:]:
            ties = sum({groups[u], groups[v]} == {a, b} for u, v in graph.edges())
            possible = sizes[a] * (sizes[a] - 1) // 2 if a == b else sizes[a] * sizes[b]
            rows.append(
                {
                    "group_a": a,
                    "group_b": b,
                    "actors_a": int(sizes[a]),
                    "actors_b": int(sizes[b]),
                    "ties": ties,
                    "possible": int(possible),
                    "density": ties / possible if possible else float("nan"),
                    "expected": m * possible / pairs if pairs else float("nan"),
                }
            )
    columns = ["group_a", "group_b", "actors_a", "actors_b", "ties", "possible", "density", "expected"]
    return pd.DataFrame(rows, columns=columns)


def table(graph: nx.Graph) -> pd.DataFrame:
    """Return one row an actor: name, sector, events and the measures of this module, the best connected first."""
    data = pd.DataFrame(
        {
            "name": pd.Series(nx.get_node_attributes(graph, "name"), dtype="object"),
            "sector": pd.Series(nx.get_node_attributes(graph, "sector"), dtype="object"),
            "events": pd.Series(nx.get_node_attributes(graph, "events"), dtype="Int64"),
        }
    ).rename_axis("actor_id")
    for series in (degree(graph), strength(graph), betweenness(graph)):
        data[series.name] = series
    return data.sort_values(["degree", "strength", "name"], ascending=[False, False, True])

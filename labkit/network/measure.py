"""Measures: one number an actor. Each counts ties, whatever their weight, but for strength."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from labkit.network.brokers import group_of

if TYPE_CHECKING:
    import igraph


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
    return _series(graph, "degree", dict(graph.degree()).values(), "int64")


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
    values = list(dict(graph.degree(weight="weight")).values())
    whole = all(float(value).is_integer() for value in values)
    return _series(graph, "strength", values, "int64" if whole else "float64")


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
    n = len(graph)
    pairs = (n - 1) * (n - 2) / (1 if graph.is_directed() else 2)
    return _series(graph, "betweenness", np.array(_igraph(graph).betweenness()) / max(pairs, 1), "float64")


def harmonic_closeness(graph: nx.Graph) -> pd.Series:
    """Measure how near an actor is to all others: the mean of one over the number of steps; nothing for those out of reach.

    Returns
    -------
    pandas.Series
        Named ``harmonic_closeness``; 1 for who is tied to everybody, 0 for who is tied to nobody.

    References
    ----------
    Marchiori and Latora 2000, Harmony in the small-world, doi:10.1016/S0378-4371(00)00311-3

    Examples
    --------
    >>> harmonic_closeness(nx.path_graph(3)).tolist()
    [0.75, 1.0, 0.75]
    """
    mode = "in" if graph.is_directed() else "all"
    values = _igraph(graph).harmonic_centrality(mode=mode) if len(graph) > 1 else [0.0] * len(graph)
    return _series(graph, "harmonic_closeness", values, "float64")


def eigenvector(graph: nx.Graph) -> pd.Series:
    """Measure how well an actor's partners are connected themselves, in each connected part of the network by itself.

    Returns
    -------
    pandas.Series
        Named ``eigenvector``; the leading eigenvector of the ties of each part, of length one; 0 for who has no tie. Values of
        different parts must not be compared.

    References
    ----------
    Bonacich 1987, Power and centrality, doi:10.1086/228631

    Examples
    --------
    >>> eigenvector(nx.path_graph(3)).round(3).tolist()
    [0.5, 0.707, 0.5]
    """
    place = {node: n for n, node in enumerate(graph)}
    ties = _ties(graph)
    values = np.zeros(len(graph))
    for part in nx.weakly_connected_components(graph) if graph.is_directed() else nx.connected_components(graph):
        inside = np.array(sorted(place[node] for node in part))
        if len(inside) > 1:
            values[inside] = _leading(ties[inside][:, inside].T)
    return _series(graph, "eigenvector", values, "float64")


def _leading(matrix: sparse.csr_array) -> np.ndarray:
    """The eigenvector of the largest eigenvalue, all signs alike; one more on the diagonal keeps two-sided parts from turning."""
    size = matrix.shape[0]
    if size < 400:
        values, vectors = np.linalg.eig(matrix.toarray())
        vector = vectors[:, values.real.argmax()].real
    else:
        _, vectors = sparse.linalg.eigs(matrix + sparse.eye_array(size), k=1, which="LR", v0=np.ones(size), tol=1e-12)
        vector = vectors[:, 0].real
    return np.abs(vector) / np.linalg.norm(vector)


def constraint(graph: nx.Graph) -> pd.Series:
    """Measure how far an actor's ties lead back to the same people (Burt): low for who spans holes, high for who is hemmed in.

    Returns
    -------
    pandas.Series
        Named ``constraint``; missing for who has no tie, since nothing can be told of them.

    References
    ----------
    Burt 1992, Structural Holes, doi:10.4159/9780674029095

    Examples
    --------
    >>> constraint(nx.star_graph(3)).round(3).tolist()
    [0.333, 1.0, 1.0, 1.0]
    """
    ties = _ties(graph)
    both = ties + ties.T
    share = sparse.diags_array(_inverse(both.sum(axis=1))) @ both
    local = (share + share @ share).multiply(both > 0)
    values = np.asarray(local.multiply(local).sum(axis=1))
    return _known(graph, "constraint", values, np.asarray(both.sum(axis=1)) > 0)


def effective_size(graph: nx.Graph) -> pd.Series:
    """Count an actor's partners, less those that are reached through one another (Burt, in Borgatti's form).

    Returns
    -------
    pandas.Series
        Named ``effective_size``: partners less twice the ties among them over the number of partners; missing for who has no tie.

    References
    ----------
    Borgatti 1997, Structural holes: unpacking Burt's redundancy measures, Connections 20(1)

    Examples
    --------
    >>> effective_size(nx.complete_graph(3)).tolist()
    [1.0, 1.0, 1.0]
    """
    ties = _ties(graph.to_undirected() if graph.is_directed() else graph)
    partners = np.asarray(ties.sum(axis=1), dtype=float)
    among = np.asarray((ties @ ties).multiply(ties).sum(axis=1)) / 2
    return _known(graph, "effective_size", partners - 2 * among * _inverse(partners), partners > 0)


def coreness(graph: nx.Graph) -> pd.Series:
    """Give the largest k for which an actor belongs to a circle in which everybody is tied to k others of it at least.

    References
    ----------
    Seidman 1983, Network structure and minimum degree, doi:10.1016/0378-8733(83)90028-X

    Examples
    --------
    >>> coreness(nx.path_graph(3)).tolist()
    [1, 1, 1]
    """
    return _series(graph, "coreness", _igraph(graph).coreness(), "int64")


def participation(graph: nx.Graph, *, by: str = "sector") -> pd.Series:
    """Measure how evenly an actor's ties reach the sectors: 0 if all lead to one, towards 1 - 1/s over s sectors evenly.

    Returns
    -------
    pandas.Series
        Named ``participation``; missing for who has no tie.

    Raises
    ------
    UsageError
        If actors have no sector.

    References
    ----------
    Guimerà and Amaral 2005, doi:10.1038/nature03288

    Examples
    --------
    >>> g = nx.path_graph(3); nx.set_node_attributes(g, {0: "public", 1: "public", 2: "profit"}, "sector")
    >>> participation(g).tolist()
    [0.0, 0.5, 0.0]
    """
    groups = list(group_of(graph, by, "participation").values())
    names = sorted(set(groups))
    mine = sparse.csr_array(
        (np.ones(len(groups)), (range(len(groups)), [names.index(g) for g in groups])),
        shape=(len(groups), max(len(names), 1)),
    )
    to_each = (_ties(graph) @ mine).toarray() if len(groups) else np.zeros((0, 1))
    partners = to_each.sum(axis=1)
    return _known(graph, "participation", 1 - ((to_each * _inverse(partners)[:, None]) ** 2).sum(axis=1), partners > 0)


MEASURES = {
    f.__name__: f
    for f in (
        degree,
        strength,
        betweenness,
        harmonic_closeness,
        eigenvector,
        constraint,
        effective_size,
        coreness,
        participation,
    )
}


def table(graph: nx.Graph, *, measures: tuple[str, ...] = ("degree", "strength", "betweenness")) -> pd.DataFrame:
    """Return one row an actor: name, sector, events and the measures named, the best connected first.

    Parameters
    ----------
    measures
        Names of measures of this module; ``tuple(MEASURES)`` for all.
    """
    data = pd.DataFrame(
        {
            "name": pd.Series(nx.get_node_attributes(graph, "name"), dtype="object"),
            "sector": pd.Series(nx.get_node_attributes(graph, "sector"), dtype="object"),
            "events": pd.Series(nx.get_node_attributes(graph, "events"), dtype="Int64"),
        }
    ).rename_axis("actor_id")
    for name in measures:
        data[name] = MEASURES[name](graph)
    order = pd.DataFrame({"degree": degree(graph), "strength": strength(graph), "name": data["name"]})
    return data.loc[order.sort_values(["degree", "strength", "name"], ascending=[False, False, True]).index]


def _igraph(graph: nx.Graph) -> igraph.Graph:
    """The same ties in igraph, which is faster by orders; actors in the order of the graph."""
    import igraph

    place = {node: n for n, node in enumerate(graph)}
    edges = [(place[a], place[b]) for a, b in graph.edges() if a != b]
    return igraph.Graph(n=len(graph), edges=edges, directed=graph.is_directed())


def _ties(graph: nx.Graph) -> sparse.csr_array:
    if not len(graph):
        return sparse.csr_array((0, 0))
    ties = nx.to_scipy_sparse_array(graph, weight=None, dtype=float, format="csr")
    ties.setdiag(0)
    ties.eliminate_zeros()
    return ties


def _inverse(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def _series(graph: nx.Graph, name: str, values, dtype: str) -> pd.Series:
    return pd.Series(list(values), index=pd.Index(list(graph), dtype="object"), name=name, dtype=dtype).rename_axis(
        "actor_id"
    )


def _known(graph: nx.Graph, name: str, values: np.ndarray, known: np.ndarray) -> pd.Series:
    """A measure that cannot be told of everybody: missing there, and said so, instead of a number."""
    return _series(graph, name, [v if k else pd.NA for v, k in zip(values.tolist(), known)], "Float64")

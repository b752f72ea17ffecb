"""Measures: one number an actor. Each counts ties, whatever their weight, but for strength."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from labkit.errors import UsageError, did_you_mean
from labkit.network.brokers import group_of
from labkit.network.projection import incidence

if TYPE_CHECKING:
    import igraph


@dataclass(frozen=True)
class Matrix:
    """A network as the measures see it: weights by actors, no actor tied to itself, and the group of each actor by number."""

    weights: sparse.csr_array
    directed: bool = False
    groups: np.ndarray | None = None

    @cached_property
    def ties(self) -> sparse.csr_array:
        return (self.weights != 0).astype(float)

    @property
    def n(self) -> int:
        return self.weights.shape[0]

    @cached_property
    def fast(self) -> igraph.Graph:
        """The same ties in igraph, which walks shortest ways faster by orders."""
        import igraph

        ties = self.weights if self.directed else sparse.triu(self.weights)
        ends = np.column_stack(sparse.coo_array(ties).coords).astype(np.int64)
        return igraph.Graph(n=self.n, edges=ends, directed=self.directed)


def matrix(graph: nx.Graph, *, by: str | None = None) -> Matrix:
    """Return the ties of a graph as a matrix, actors in the order of the graph."""
    if not len(graph):
        return Matrix(sparse.csr_array((0, 0)), graph.is_directed(), np.zeros(0, int))
    weights = nx.to_scipy_sparse_array(graph, weight="weight", dtype=float, format="csr")
    weights.setdiag(0)
    weights.eliminate_zeros()
    label = np.unique(list(group_of(graph, by, "participation").values()), return_inverse=True)[1] if by else None
    return Matrix(weights, graph.is_directed(), label)


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
    return _series(graph, "degree")


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
    return _series(graph, "strength")


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
    return _series(graph, "betweenness")


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
    return _series(graph, "harmonic_closeness")


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
    return _series(graph, "eigenvector")


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
    return _series(graph, "constraint")


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
    return _series(graph, "effective_size")


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
    return _series(graph, "coreness")


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
    return _series(graph, "participation", by=by)


def table(graph: nx.Graph, *, measures: tuple[str, ...] = ("degree", "strength", "betweenness")) -> pd.DataFrame:
    """Return one row an actor: name, sector, events and the measures named, the best connected first.

    Raises
    ------
    UsageError
        For a name that is no measure of this module.
    """
    check(measures)
    data = pd.DataFrame(
        {
            "name": pd.Series(nx.get_node_attributes(graph, "name"), dtype="object"),
            "sector": pd.Series(nx.get_node_attributes(graph, "sector"), dtype="object"),
            "events": pd.Series(nx.get_node_attributes(graph, "events"), dtype="Int64"),
        }
    )
    data = data.reindex(pd.Index(list(graph), dtype="object", name="actor_id"))
    net = matrix(graph, by="sector" if "participation" in measures else None)
    found = (
        {name: _named(graph, name, VALUES[name](net)) for name in {*measures, "degree", "strength"}}
        if len(graph)
        else {}
    )
    for name in measures:
        data[name] = found.get(name, pd.Series(dtype="float64"))
    order = pd.DataFrame({"name": data["name"], **{key: found.get(key) for key in ("degree", "strength")}})
    return data.loc[order.sort_values(["degree", "strength", "name"], ascending=[False, False, True]).index]


def two_mode_table(two: nx.Graph) -> pd.DataFrame:
    """Return one row an actor with the measures that exist for who was at which meeting, without tying all who sat together.

    Returns
    -------
    pandas.DataFrame
        Indexed by actor id: ``name``, ``sector``, ``events``, ``degree`` (share of the events attended), ``betweenness`` and
        ``closeness`` (0 to 1, shares of what is possible between actors and events), the best connected first.

    References
    ----------
    Borgatti and Everett 1997, Network analysis of 2-mode data, doi:10.1016/S0378-8733(96)00301-2

    Examples
    --------
    >>> two_mode_table(nx.davis_southern_women_graph())["betweenness"].round(3).head(2).to_dict()
    {'Nora Fayette': 0.113, 'Evelyn Jefferson': 0.097}
    """
    actors, events, met = incidence(two)
    data = pd.DataFrame(
        {
            "name": [two.nodes[n].get("name", n) for n in actors],
            "sector": [two.nodes[n].get("sector") for n in actors],
            "events": met.sum(axis=1).astype(int) if actors else [],
        },
        index=pd.Index(actors, dtype="object", name="actor_id"),
    )
    data["degree"] = data["events"] / max(len(events), 1)
    for name in ("betweenness", "closeness"):
        # One event, or one actor, leaves nothing to stand between.
        told = min(len(actors), len(events)) > (name == "betweenness")
        found = getattr(nx.bipartite, f"{name}_centrality")(two, actors) if told else {}
        data[name] = [float(found.get(n, 0.0)) for n in actors]
    return data.sort_values(["events", "betweenness", "name"], ascending=[False, False, True])


# --- the numbers themselves, one array a measure; what cannot be told of an actor is nan here and missing outside


def _degree(net: Matrix) -> np.ndarray:
    out = np.asarray(net.ties.sum(axis=1), dtype=float)
    return out + np.asarray(net.ties.sum(axis=0), dtype=float) if net.directed else out


def _strength(net: Matrix) -> np.ndarray:
    out = np.asarray(net.weights.sum(axis=1), dtype=float)
    return out + np.asarray(net.weights.sum(axis=0), dtype=float) if net.directed else out


def _betweenness(net: Matrix) -> np.ndarray:
    pairs = (net.n - 1) * (net.n - 2) / (1 if net.directed else 2)
    return np.array(net.fast.betweenness()) / max(pairs, 1)


def _harmonic_closeness(net: Matrix) -> np.ndarray:
    if net.n < 2:
        return np.zeros(net.n)
    return np.array(net.fast.harmonic_centrality(mode="in" if net.directed else "all"))


def _eigenvector(net: Matrix) -> np.ndarray:
    values = np.zeros(net.n)
    _, part = csgraph.connected_components(net.ties, directed=net.directed, connection="weak")
    for number in np.unique(part):
        inside = np.nonzero(part == number)[0]
        if len(inside) > 1:
            values[inside] = _leading(net.ties[inside][:, inside].T)
    return values


def _leading(ties: sparse.csr_array) -> np.ndarray:
    """The eigenvector of the largest eigenvalue, all signs alike."""
    size = ties.shape[0]
    if size < 400:
        values, vectors = np.linalg.eig(ties.toarray())
        vector = vectors[:, values.real.argmax()].real
    else:  # one more on the diagonal keeps the search in two-sided parts from turning
        _, vectors = sparse.linalg.eigs(ties + sparse.eye_array(size), k=1, which="LR", v0=np.ones(size), tol=1e-12)
        vector = vectors[:, 0].real
    return np.abs(vector) / np.linalg.norm(vector)


def _constraint(net: Matrix) -> np.ndarray:
    both = net.ties + net.ties.T
    share = sparse.diags_array(_inverse(both.sum(axis=1))) @ both
    local = share + _two_steps(share, both)
    return np.where(both.sum(axis=1) > 0, np.asarray(local.multiply(local).sum(axis=1)), np.nan)


def _effective_size(net: Matrix) -> np.ndarray:
    ties = ((net.ties + net.ties.T) > 0).astype(float)
    partners = np.asarray(ties.sum(axis=1))
    among = np.asarray(_two_steps(ties, ties).sum(axis=1)) / 2
    return np.where(partners > 0, partners - 2 * among * _inverse(partners), np.nan)


def _two_steps(ties: sparse.csr_array, where: sparse.csr_array) -> sparse.csr_array:
    """The product of a matrix with itself, at the cells of another; small ones are quicker as whole arrays."""
    if ties.shape[0] > 3000:
        return (ties @ ties).multiply(where != 0)
    whole = ties.toarray()
    cells = sparse.coo_array(where).coords
    return sparse.csr_array(((whole @ whole)[cells], cells), shape=ties.shape)


def _coreness(net: Matrix) -> np.ndarray:
    return np.array(net.fast.coreness(), dtype=float)


def _participation(net: Matrix) -> np.ndarray:
    ones = (np.ones(net.n), (np.arange(net.n), net.groups))
    to_each = (net.ties @ sparse.csr_array(ones, shape=(net.n, max(net.groups, default=0) + 1))).toarray()
    partners = to_each.sum(axis=1)
    shares = to_each * _inverse(partners)[:, None]
    return np.where(partners > 0, 1 - (shares**2).sum(axis=1), np.nan)


VALUES: dict[str, Callable[[Matrix], np.ndarray]] = {
    "degree": _degree,
    "strength": _strength,
    "betweenness": _betweenness,
    "harmonic_closeness": _harmonic_closeness,
    "eigenvector": _eigenvector,
    "constraint": _constraint,
    "effective_size": _effective_size,
    "coreness": _coreness,
    "participation": _participation,
}


def check(measures: tuple[str, ...]) -> None:
    if not measures:
        raise UsageError(f"expected a measure at least; found none; there are {', '.join(VALUES)}")
    for name in measures:
        if name not in VALUES:
            raise UsageError(f"no measure '{name}' ({did_you_mean(name, VALUES)})")


def _inverse(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def _series(graph: nx.Graph, name: str, *, by: str | None = None) -> pd.Series:
    return _named(graph, name, VALUES[name](matrix(graph, by=by)) if len(graph) else np.zeros(0))


def _named(graph: nx.Graph, name: str, values: np.ndarray) -> pd.Series:
    """Counts as whole numbers; missing, and no nan, where a measure cannot be told of an actor."""
    index = pd.Index(list(graph), dtype="object", name="actor_id")
    if name in ("constraint", "effective_size", "participation"):
        return pd.Series(
            [pd.NA if np.isnan(v) else v for v in values.tolist()], index=index, name=name, dtype="Float64"
        )
    whole = name in ("degree", "coreness") or (name == "strength" and (values % 1 == 0).all())
    return pd.Series(values, index=index, name=name, dtype="float64").astype("int64" if whole else "float64")

"""Projection: from who was at which meeting to how often two actors met, as sparse products."""

from __future__ import annotations

import networkx as nx
import numpy as np
from scipy import sparse

from labkit.errors import UsageError, did_you_mean

WEIGHTS = ("raw", "newman", "jaccard", "cosine")


def incidence(two: nx.Graph) -> tuple[list, list, sparse.csr_array]:
    """Return the actors, the events and their matrix of zeros and ones, both sorted as in the graph.

    Raises
    ------
    UsageError
        If the nodes do not say which side they are on (``bipartite`` 0 for actors, 1 for events).

    Examples
    --------
    >>> two = nx.davis_southern_women_graph()
    >>> women, events, matrix = incidence(two)
    >>> len(women), len(events), int(matrix.sum())
    (18, 14, 89)
    """
    lacking = [str(node) for node, data in two.nodes(data=True) if data.get("bipartite") not in (0, 1)]
    if lacking:
        raise UsageError(
            f"expected a two-mode network (each node with bipartite 0 or 1); {len(lacking)} nodes are on no side "
            f"(first: {lacking[0]}); build one with network.two_mode(lab)"
        )
    actors = [node for node, data in two.nodes(data=True) if data["bipartite"] == 0]
    events = [node for node, data in two.nodes(data=True) if data["bipartite"] == 1]
    row = {actor: n for n, actor in enumerate(actors)}
    column = {event: n for n, event in enumerate(events)}
    across = [(a, b) for a, b in two.edges() if (a in row) != (b in row)]
    if len(across) < two.number_of_edges():
        raise UsageError(
            "expected ties between actors and events alone; found ties among one side; see network.two_mode"
        )
    cells = sorted({(row[a], column[b]) if a in row else (row[b], column[a]) for a, b in across})
    rows, columns = zip(*cells) if cells else ((), ())
    shape = (len(actors), len(events))
    return actors, events, sparse.csr_array((np.ones(len(cells), dtype=np.int64), (rows, columns)), shape=shape)


def together(matrix: sparse.csr_array, weight: str = "raw") -> sparse.csr_array:
    """Return how much each pair of actors met: the upper triangle of a symmetric matrix.

    Parameters
    ----------
    weight
        ``raw``: the number of shared events. ``newman``: each event of k actors gives 1/(k - 1) to each pair, so that large
        meetings weigh less. ``jaccard``: shared events over those that either attended. ``cosine``: shared events over the
        geometric mean of both numbers of events.

    References
    ----------
    Newman 2001, Scientific collaboration networks II, doi:10.1103/PhysRevE.64.016132; Salton and McGill 1983 for the cosine.

    Examples
    --------
    >>> together(sparse.csr_array([[1, 1, 0], [1, 1, 1]]), "jaccard").toarray().tolist()
    [[0.0, 0.6666666666666666], [0.0, 0.0]]
    """
    if weight not in WEIGHTS:
        raise UsageError(f"no weight '{weight}' ({did_you_mean(weight, WEIGHTS)})")
    if weight == "newman":
        sizes = np.asarray(matrix.sum(axis=0), dtype=float)
        shares = np.divide(1.0, sizes - 1, out=np.zeros_like(sizes), where=sizes > 1)
        return sparse.csr_array(sparse.triu(matrix @ sparse.diags_array(shares) @ matrix.T, k=1))
    shared = sparse.coo_array(sparse.triu(matrix @ matrix.T, k=1))
    if weight != "raw":
        events = np.asarray(matrix.sum(axis=1), dtype=float)
        a, b = events[shared.coords[0]], events[shared.coords[1]]
        whole = a + b - shared.data if weight == "jaccard" else np.sqrt(a * b)
        shared = sparse.coo_array((shared.data / whole, shared.coords), shape=shared.shape)
    return sparse.csr_array(shared)


def project(two: nx.Graph, *, weight: str = "raw") -> nx.Graph:
    """Tie two actors that share events; see :func:`together` for the weights.

    Returns
    -------
    networkx.Graph
        The actors with their attributes; edges with ``weight`` and ``shared`` (the number of events). The ids of the
        events behind an edge stand in the networks that :func:`labkit.network.build` makes from a lab.

    Examples
    --------
    >>> net = project(nx.davis_southern_women_graph(), weight="newman")
    >>> net.number_of_edges(), round(net["Brenda Rogers"]["Laura Mandeville"]["weight"], 3)
    (139, 1.174)
    """
    actors, _, matrix = incidence(two)
    values, counts = together(matrix, weight), together(matrix)
    graph = nx.Graph(**{**two.graph, "weight": weight})
    graph.add_nodes_from((actor, {k: v for k, v in two.nodes[actor].items() if k != "bipartite"}) for actor in actors)
    for part in (values, counts):  # the same cells, for every shared event has a weight
        part.sort_indices()
    rows, columns = sparse.coo_array(values).coords
    cells = zip(rows.tolist(), columns.tolist(), values.data.tolist(), counts.data.tolist())
    graph.add_edges_from((actors[i], actors[j], {"weight": value, "shared": shared}) for i, j, value, shared in cells)
    return graph

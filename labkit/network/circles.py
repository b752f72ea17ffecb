"""Groups: circles of actors who are tied more among themselves than to others, and how sure their membership is."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from labkit.errors import UsageError
from labkit.network.brokers import group_of
from labkit.network.measure import matrix
from labkit.pvalues import enough


def groups(graph: nx.Graph, *, seed: int, runs: int = 100, resolution: float = 1.0) -> pd.DataFrame:
    """Find groups on which many runs of the Leiden method agree.

    The method starts from chance, and its runs differ. So it runs often, and actors whom more than half of the runs put together
    are tied in a second network, which is divided in turn until all runs agree (consensus clustering).

    Parameters
    ----------
    runs
        How often the method runs in each round.
    resolution
        Above 1 for more and smaller groups, below 1 for fewer.

    Returns
    -------
    pandas.DataFrame
        One row an actor, in the order of the graph: ``actor_id``, ``group`` (1 is the largest; actors without ties are each
        alone, after all others), ``size``, ``stability`` (mean share of runs that put the actor together with the others of
        the group; missing for who is alone).

    References
    ----------
    Traag, Waltman and van Eck 2019, From Louvain to Leiden, doi:10.1038/s41598-019-41695-z; Lancichinetti and Fortunato 2012,
    Consensus clustering in complex networks, doi:10.1038/srep00336

    Notes
    -----
    Groups are always found, also where there are none: hold ``stability`` against that of random networks, or do not speak of
    groups.

    Examples
    --------
    >>> found = groups(nx.barbell_graph(5, 0), seed=1)
    >>> found["group"].tolist(), found["stability"].min().item()
    ([1, 1, 1, 1, 1, 2, 2, 2, 2, 2], 1.0)
    """
    if runs < 1:
        raise UsageError(f"groups: runs must be 1 or more, not {runs}")
    net = matrix(graph)
    if (net.weights.data < 0).any():
        raise UsageError("groups: expected weights above zero; found some below; leave ties of tension out")
    weights = net.weights if not net.directed else net.weights + net.weights.T
    together = first = _shares(weights, seed, runs, resolution)
    for number in range(1, 20):
        if np.isin(together, (0.0, 1.0)).all():
            break
        agreed = np.where(together > 0.5, together, 0.0)
        np.fill_diagonal(agreed, 0.0)
        together = _shares(sparse.csr_array(agreed), seed + number * runs, runs, resolution)
    _, label = csgraph.connected_components(sparse.csr_array(together > 0.5), directed=False)
    label = _by_size(label, tied=np.asarray(weights.sum(axis=1)) > 0)
    sizes = np.bincount(label)
    stability = [
        (first[n, label == label[n]].sum() - 1) / (sizes[label[n]] - 1) if sizes[label[n]] > 1 else pd.NA
        for n in range(len(label))
    ]
    rows = {
        "actor_id": list(graph),
        "group": label + 1,
        "size": sizes[label],
        "stability": pd.array(stability, dtype="Float64"),
    }
    return pd.DataFrame(rows)


def _shares(weights: sparse.csr_array, seed: int, runs: int, resolution: float) -> np.ndarray:
    """How many of the runs put each two actors into one group."""
    import igraph
    import leidenalg

    size = weights.shape[0]
    upper = sparse.coo_array(sparse.triu(weights, k=1))
    ties = igraph.Graph(n=size, edges=list(zip(*(part.tolist() for part in upper.coords))))
    together = np.zeros((size, size))
    for number in range(runs):
        part = leidenalg.find_partition(
            ties,
            leidenalg.RBConfigurationVertexPartition,
            weights=upper.data.tolist(),
            seed=seed + number,
            n_iterations=-1,
            resolution_parameter=resolution,
        )
        member = np.array(part.membership, dtype=int)
        together += member[:, None] == member[None, :]
    return together / runs


def _by_size(label: np.ndarray, *, tied: np.ndarray) -> np.ndarray:
    """Groups numbered from the largest; among those of a size, from that of the first actor; who has no tie comes last."""
    if not len(label):
        return label
    sizes = np.bincount(label)
    first = {g: int(np.argmax(label == g)) for g in range(len(sizes))}
    order = sorted(range(len(sizes)), key=lambda g: (not tied[first[g]], -sizes[g], first[g]))
    return np.argsort(order)[label]


def likeness(found: pd.DataFrame, graph: nx.Graph, *, by: str = "sector", draws: int = 1000, seed: int) -> pd.DataFrame:
    """Compare groups with the sectors of their members: 1 if they are the same division, about 0 if they have nothing in common.

    Returns
    -------
    pandas.DataFrame
        One row: ``adjusted_rand``, ``expected`` (mean when the sectors are dealt out anew), ``low``, ``high`` (95 % of the draws),
        ``p`` (as alike or more), ``actors``, ``draws``.

    References
    ----------
    Hubert and Arabie 1985, Comparing partitions, doi:10.1007/BF01908075

    Examples
    --------
    >>> g = nx.barbell_graph(5, 0); nx.set_node_attributes(g, {n: "ab"[n // 5] for n in g}, "sector")
    >>> likeness(groups(g, seed=1), g, draws=99, seed=1)[["adjusted_rand", "p"]].values.tolist()
    [[1.0, 0.04]]
    """
    enough(draws, "likeness")
    label = group_of(graph, by, "likeness")
    missing = set(found["actor_id"]) - set(label)
    if missing:
        raise UsageError(
            f"likeness: {len(missing)} actors of the groups are not in this network; pass the one that was divided"
        )
    ours = found["group"].to_numpy(int)
    theirs = (
        np.unique([label[actor] for actor in found["actor_id"]], return_inverse=True)[1]
        if len(found)
        else np.zeros(0, int)
    )
    random = np.random.default_rng(seed)
    value = _adjusted_rand(ours, theirs)
    drawn = np.array([_adjusted_rand(ours, random.permutation(theirs)) for _ in range(draws)])
    low, high = np.quantile(drawn, [0.025, 0.975])
    p = ((drawn >= value - 1e-12).sum() + 1) / (draws + 1)
    row = {
        "adjusted_rand": value,
        "expected": drawn.mean(),
        "low": low,
        "high": high,
        "p": p,
        "actors": len(found),
        "draws": draws,
    }
    return pd.DataFrame([row])


def _adjusted_rand(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 2:
        return 1.0
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    pairs = lambda x: (x * (x - 1) / 2).sum()  # noqa: E731
    both, of_a, of_b, of_all = (
        pairs(table),
        pairs(table.sum(axis=1)),
        pairs(table.sum(axis=0)),
        len(a) * (len(a) - 1) / 2,
    )
    by_chance, most = of_a * of_b / of_all, (of_a + of_b) / 2
    return float((both - by_chance) / (most - by_chance)) if most != by_chance else 1.0

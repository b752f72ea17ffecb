"""Mixing: whether ties stay within sectors or cross them, held against the same network with the sectors dealt out anew."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd

from labkit.errors import UsageError
from labkit.network.brokers import group_of
from labkit.pvalues import benjamini_hochberg, enough

_TESTED = ["low", "high", "p", "q", "draws"]


def mixing(graph: nx.Graph, *, by: str = "sector", draws: int = 0, seed: int | None = None) -> pd.DataFrame:
    """Count the ties within and between groups, beside what chance would give if ties ignored the groups.

    Parameters
    ----------
    draws
        How often the groups are dealt out anew among the actors; with it comes a test. None by default.
    seed
        Start of chance, needed with ``draws``.

    Returns
    -------
    pandas.DataFrame
        One row a pair of groups: ``group_a``, ``group_b``, ``actors_a``, ``actors_b``, ``ties``, ``possible`` (pairs of
        actors), ``density`` (ties / possible; missing where no pair is possible), ``expected`` (ties if all pairs were as
        likely). With draws also ``low`` and ``high`` (95 % of them), ``p`` (as far from expected), ``q`` (Benjamini and
        Hochberg over the table), ``draws``.

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
    names, label, ends = _grouped(graph, by, "mixing")
    sizes = np.bincount(label, minlength=len(names))
    a, b = np.triu_indices(len(names))
    possible = np.where(a == b, sizes[a] * (sizes[a] - 1) // 2, sizes[a] * sizes[b])
    pairs = len(label) * (len(label) - 1) / 2
    ties = _between(label, ends, len(names))[a, b]
    table = pd.DataFrame(
        {
            "group_a": names[a],
            "group_b": names[b],
            "actors_a": sizes[a],
            "actors_b": sizes[b],
            "ties": ties,
            "possible": possible,
            "density": _ratio(ties, possible),
            "expected": _ratio(len(ends) * possible, np.full(len(a), pairs)),
        }
    )
    if draws:
        drawn = np.array([counts[a, b] for counts in _dealt_out(label, ends, len(names), draws, seed, "mixing")])
        expected = table["expected"].to_numpy(float)
        table = table.assign(**_tested(ties, expected, drawn))
    return table


def e_i_index(graph: nx.Graph, *, by: str = "sector", draws: int = 1000, seed: int) -> pd.DataFrame:
    """Compare ties that leave a group with ties that stay inside: -1 if all stay, 1 if all leave.

    Small groups must look outward and large ones inward; so read ``e_i`` beside ``expected``, not beside zero.

    Returns
    -------
    pandas.DataFrame
        One row for the whole network (``group`` *all*) and for each group that has ties: ``internal`` and ``external`` ties,
        ``e_i``, ``expected`` (mean over draws), ``low`` and ``high`` (95 % of the draws: nearer values could not be told from
        chance), ``p`` (as far from expected), ``q`` (over the rows), ``draws``.

    References
    ----------
    Krackhardt and Stern 1988, Informal networks and organizational crises, doi:10.2307/2786835

    Examples
    --------
    >>> g = nx.path_graph(4); nx.set_node_attributes(g, {0: "a", 1: "a", 2: "b", 3: "b"}, "sector")
    >>> e_i_index(g, draws=99, seed=1)[["group", "internal", "external", "e_i"]].values.tolist()[0]
    ['all', 2, 1, -0.3333333333333333]
    """
    names, label, ends = _grouped(graph, by, "e_i_index")
    if not len(ends):
        raise UsageError("e_i_index: the network has no ties; whether they leave their groups cannot be told")

    def split(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inside = np.diag(counts)
        outside = (counts + counts.T).sum(axis=1) - 2 * inside
        return np.append(inside.sum(), inside), np.append(outside.sum() // 2, outside)

    internal, external = split(_between(label, ends, len(names)))
    drawn = []
    for counts in _dealt_out(label, ends, len(names), draws, seed, "e_i_index"):
        stay, leave = split(counts)
        drawn.append(np.divide(leave - stay, leave + stay, out=np.full(len(stay), np.nan), where=leave + stay > 0))
    told = internal + external > 0
    drawn = np.array(drawn)[:, told]
    internal, external = internal[told], external[told]
    e_i = (external - internal) / (external + internal)
    rows = {"group": np.append("all", names)[told], "internal": internal, "external": external, "e_i": e_i}
    expected = np.nanmean(drawn, axis=0)
    return pd.DataFrame({**rows, "expected": expected, **_tested(e_i, expected, drawn)})


def assortativity(graph: nx.Graph, *, by: str = "sector", draws: int = 1000, seed: int) -> pd.DataFrame:
    """Measure how far ties join actors of one group: 1 if all do, 0 if ties ignore groups, below 0 if they avoid their own.

    Returns
    -------
    pandas.DataFrame
        One row: ``assortativity``, ``expected``, ``low``, ``high``, ``p``, ``q``, ``draws`` as in :func:`e_i_index`, and ``ties``.

    Raises
    ------
    UsageError
        If all ties are among one group: then it cannot be told.

    References
    ----------
    Newman 2003, doi:10.1103/PhysRevE.67.026126

    Examples
    --------
    >>> g = nx.path_graph(4); nx.set_node_attributes(g, {0: "a", 1: "a", 2: "b", 3: "b"}, "sector")
    >>> assortativity(g, draws=99, seed=1)["assortativity"].round(3).tolist()
    [0.333]
    """
    names, label, ends = _grouped(graph, by, "assortativity")

    def coefficient(counts: np.ndarray) -> float:
        share = (counts + counts.T) / max(1, 2 * counts.sum())
        met, by_chance = np.trace(share), (share.sum(axis=0) ** 2).sum()
        return (met - by_chance) / (1 - by_chance) if by_chance < 1 else np.nan

    found = coefficient(_between(label, ends, len(names)))
    if np.isnan(found) or not len(ends):
        raise UsageError(
            f"assortativity: ties join actors of one '{by}' alone; whether they prefer their own cannot be told"
        )
    drawn = np.array([[coefficient(c)] for c in _dealt_out(label, ends, len(names), draws, seed, "assortativity")])
    drawn = drawn[~np.isnan(drawn[:, 0])]
    expected = drawn.mean(axis=0)
    rows = {"assortativity": [found], "ties": [len(ends)], "expected": expected}
    return pd.DataFrame({**rows, **_tested(np.array([found]), expected, drawn)})


def _grouped(graph: nx.Graph, by: str, asks: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The groups' names, the group of each actor by number, and the ends of each tie by number."""
    if graph.is_directed():
        raise UsageError(f"{asks}: expected a network without directions; found one with; pass graph.to_undirected()")
    groups = group_of(graph, by, asks)
    names, label = np.unique(np.array(list(groups.values()), dtype=object), return_inverse=True)
    place = {node: n for n, node in enumerate(graph)}
    ends = np.array([(place[a], place[b]) for a, b in graph.edges() if a != b], dtype=int).reshape(-1, 2)
    return names, label.astype(int), ends


def _between(label: np.ndarray, ends: np.ndarray, groups: int) -> np.ndarray:
    """Ties by the groups of both ends: a triangle, the smaller number first."""
    both = np.sort(label[ends], axis=1) if len(ends) else np.zeros((0, 2), int)
    return np.bincount(both[:, 0] * groups + both[:, 1], minlength=groups * groups).reshape(groups, groups)


def _dealt_out(label: np.ndarray, ends: np.ndarray, groups: int, draws: int, seed: int | None, asks: str):
    enough(draws, asks)
    if not len(label):
        raise UsageError(f"{asks}: the network has no actors; nothing can be told")
    if seed is None:
        raise UsageError(f"{asks}: deals the groups out anew; give a seed, such as seed=lab.seed")
    random = np.random.default_rng(seed)
    return (_between(random.permutation(label), ends, groups) for _ in range(draws))


def _tested(found: np.ndarray, expected: np.ndarray, drawn: np.ndarray) -> dict[str, np.ndarray | int]:
    """95 % of the draws, the share of them as far from expected, corrected over the rows."""
    far = np.abs(drawn - expected) >= np.abs(found - expected) - 1e-12
    # In a draw a group may have no ties: then there is nothing to compare with.
    p = (far.sum(axis=0) + 1) / ((~np.isnan(drawn)).sum(axis=0) + 1)
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return dict(zip(_TESTED, (low, high, p, benjamini_hochberg(p), len(drawn))))


def _ratio(above: np.ndarray, below: np.ndarray) -> pd.array:
    return pd.array([a / b if b else pd.NA for a, b in zip(above.tolist(), below.tolist())], dtype="Float64")

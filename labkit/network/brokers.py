"""Brokerage: who joins actors that are not tied to each other, and whether it is within a sector or between sectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np
import pandas as pd

from labkit.errors import UsageError, did_you_mean
from labkit.network.nulls import random_networks
from labkit.network.projection import incidence
from labkit.pvalues import benjamini_hochberg, enough

NULLS = ("relabel", "degree", "density")
UNDIRECTED = ("coordinator", "itinerant", "gatekeeper", "liaison", "total")
DIRECTED = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison", "total")
COLUMNS = ["actor_id", "group", "role", "count", "null", "expected", "sd", "z", "p", "q", "low", "high", "draws"]


def brokerage(
    graph: nx.Graph,
    *,
    by: str = "sector",
    nulls: tuple[str, ...] = ("relabel", "degree"),
    two: nx.Graph | None = None,
    draws: int = 1000,
    seed: int | None = None,
) -> pd.DataFrame:
    """Count the roles in which each actor stands between two others who are not tied to each other.

    *Coordinator*: all three of one sector. *Itinerant*: the two of one sector, the broker of another. *Gatekeeper*: one of
    the two is of the broker's sector. *Liaison*: three sectors. In a directed network a gatekeeper passes on what comes from
    another sector to its own and a *representative* what goes out; without directions they are one role. An undirected triad
    counts once (R ``sna`` reads it in both directions and counts it twice).

    Parameters
    ----------
    by
        Node attribute that holds the group.
    nulls
        What a count is held against. ``relabel``: the same network, sectors dealt out anew. ``degree``: random networks in which
        each actor has as many ties, and if ``two`` is given, the projections of random two-mode networks in which each actor
        comes to as many meetings and each meeting draws as many. ``density``: the moments of Gould and Fernandez for ties that
        are all as likely, without draws.
    two
        The two-mode network that ``graph`` is the projection of.

    Returns
    -------
    pandas.DataFrame
        One row an actor, role and null: ``actor_id``, ``group``, ``role``, ``count``, ``null``, ``expected``, ``sd``, ``z``,
        ``p`` (as many or more), ``q`` (Benjamini and Hochberg over the actors of the role), ``low`` and ``high`` (95 % of the
        draws), ``draws``. Where the null never varies, ``z`` is missing: it cannot be told.

    Raises
    ------
    UsageError
        If actors have no group, or for a null that is unknown or lacks its seed.

    References
    ----------
    Gould and Fernandez 1989, Structures of mediation, doi:10.2307/270949

    Notes
    -----
    Counts and the moments of ``density`` agree with ``brokerage`` of R ``sna`` 2.7 (``tests/oracles``). Those moments suit ties
    that are made one by one; people who meet are tied all at once, so read ``degree`` with ``two`` for co-presence.

    Examples
    --------
    >>> g = nx.Graph([("a", "b"), ("b", "c")])
    >>> nx.set_node_attributes(g, {"a": "public", "b": "public", "c": "profit"}, "sector")
    >>> found = brokerage(g, nulls=("relabel",), seed=1)
    >>> found.loc[found["count"] > 0, ["actor_id", "role", "count"]].values.tolist()
    [['b', 'gatekeeper', 1], ['b', 'total', 1]]
    """
    for null in nulls:
        if null not in NULLS:
            raise UsageError(f"brokerage: no null '{null}' ({did_you_mean(null, NULLS)})")
        if null != "density" and seed is None:
            raise UsageError(f"brokerage: '{null}' needs chance; give a seed, such as seed=lab.seed")
    enough(draws, "brokerage")
    if graph.is_directed() and "degree" in nulls:
        raise UsageError("brokerage: 'degree' is for networks without directions; use 'relabel' or 'density'")
    groups = group_of(graph, by, "brokerage")
    names, label = (
        np.unique(list(groups.values()), return_inverse=True) if groups else (np.array([]), np.array([], int))
    )
    ties = adjacency(graph)
    counts = _counts(_open_triads(ties), label, graph.is_directed())
    roles = DIRECTED if graph.is_directed() else UNDIRECTED
    tables = []
    for null in nulls:
        if null == "density":
            expected, sd = _moments(ties, label, graph.is_directed())
            facts = {"expected": expected, "sd": sd, "p": np.full(counts.shape, np.nan)}
            facts |= {"low": facts["p"], "high": facts["p"]}
        else:
            drawn = (
                _relabelled(ties, label, draws, seed, graph)
                if null == "relabel"
                else _rewired(graph, two, label, draws, seed)
            )
            facts = _against(counts, drawn)
        tables.append(
            _rows(
                list(groups),
                names[label] if len(label) else [],
                roles,
                counts,
                null,
                facts,
                0 if null == "density" else draws,
            )
        )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def two_mode_brokerage(
    two: nx.Graph,
    *,
    by: str = "sector",
    nulls: tuple[str, ...] = ("relabel", "degree"),
    draws: int = 1000,
    seed: int,
) -> pd.DataFrame:
    """Count the chains a - meeting - broker - meeting - c in which a is at the one meeting alone and c at the other alone.

    In the network of who met whom, all who sat at one table are tied, so nobody brokers within it. Here the tables stay: a broker
    is who carries something from one table to another, and does so anew for each pair of tables.

    Parameters
    ----------
    nulls
        ``relabel``: the sectors dealt out anew. ``degree``: random attendance with the observed sums, as for *fdsm*.

    Returns
    -------
    pandas.DataFrame
        Rows as in :func:`brokerage`; each chain counts once, whichever end it is read from.

    References
    ----------
    Jasny and Lubell 2015, Two-mode brokerage in policy networks, doi:10.1016/j.socnet.2014.11.005

    Notes
    -----
    The chains are the paths of five nodes without further ties among them, as igraph finds them (``tests/test_oracles.py``). a and
    c may still meet at a third table. R ``manynet`` gives under the same name the roles in the projection: :func:`brokerage`.

    Examples
    --------
    >>> two = nx.Graph([("a", "e1"), ("b", "e1"), ("b", "e2"), ("c", "e2")])
    >>> nx.set_node_attributes(two, {n: int(n in ("e1", "e2")) for n in two}, "bipartite")
    >>> nx.set_node_attributes(two, {"a": "public", "b": "public", "c": "profit"}, "sector")
    >>> found = two_mode_brokerage(two, nulls=("relabel",), draws=9, seed=1)
    >>> found.loc[found["count"] > 0, ["actor_id", "role", "count"]].values.tolist()
    [['b', 'gatekeeper', 1], ['b', 'total', 1]]
    """
    for null in nulls:
        if null not in ("relabel", "degree"):
            raise UsageError(f"two_mode_brokerage: no null '{null}' ({did_you_mean(null, ('relabel', 'degree'))})")
    enough(draws, "two_mode_brokerage")
    actors, _, met = incidence(two)
    groups = group_of(two.subgraph(actors), by, "two_mode_brokerage")
    names, label = (
        np.unique([groups[a] for a in actors], return_inverse=True) if actors else (np.array([]), np.zeros(0, int))
    )
    matrix = met.toarray().astype(bool)
    counts = _chains(matrix, label)
    tables = []
    for null in nulls:
        if null == "relabel":
            random = np.random.default_rng(seed)
            drawn = (_chains(matrix, random.permutation(label)) for _ in range(draws))
        else:
            drawn = (_chains(other, label) for other in random_networks(matrix, draws=draws, seed=seed))
        tables.append(_rows(actors, names[label], UNDIRECTED, counts, null, _against(counts, drawn), draws))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def _chains(met: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Actors by roles in chains over two meetings."""
    groups = np.eye(label.max(initial=-1) + 1)[label]
    counts = np.zeros((len(met), len(UNDIRECTED)), dtype=np.int64)
    for broker, own in enumerate(label):
        there = met[:, met[broker]].astype(float)
        # alone[g, e, f]: how many of group g were at meeting e and not at f, both of them the broker's
        alone = np.einsum("ag,ae,af->gef", groups, there, 1 - there, optimize=True)
        ends = np.einsum("gef,hfe->gh", alone, alone, optimize=True).round().astype(np.int64)
        same, inside = np.trace(ends), ends[own, own]
        gatekeeper = ends[own].sum() - inside
        total = ends.sum() // 2
        row = (inside // 2, (same - inside) // 2, gatekeeper, total - same // 2 - gatekeeper, total)
        counts[broker] = row
    return counts


def group_of(graph: nx.Graph, by: str, asks: str) -> dict:
    """The group of each actor, or a clear word about those who have none."""
    lacking = [str(n) for n, data in graph.nodes(data=True) if data.get(by) in (None, "") or data[by] != data[by]]
    if lacking:
        raise UsageError(
            f"{asks}: {len(lacking)} actors have no '{by}' (first: {lacking[0]}); add it with nx.set_node_attributes"
        )
    return {n: str(data[by]) for n, data in graph.nodes(data=True)}


def adjacency(graph: nx.Graph) -> np.ndarray:
    """Who is tied to whom, as booleans, in the order of the graph; no actor to itself."""
    ties = nx.to_numpy_array(graph, weight=None, dtype=bool)
    np.fill_diagonal(ties, False)
    return ties


def _open_triads(ties: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Broker, first and last actor of each path of two ties whose ends are not tied (from first to last)."""
    found = []
    for broker in range(len(ties)):
        comes, goes = np.nonzero(ties[:, broker])[0], np.nonzero(ties[broker])[0]
        first, last = np.nonzero(~ties[np.ix_(comes, goes)])
        apart = comes[first] != goes[last]
        found.append((np.full(apart.sum(), broker), comes[first][apart], goes[last][apart]))
    return tuple(np.concatenate(part) for part in zip(*found)) if found else (np.zeros(0, int),) * 3


def _counts(triads: tuple[np.ndarray, np.ndarray, np.ndarray], label: np.ndarray, directed: bool) -> np.ndarray:
    """Actors by roles."""
    broker, first, last = triads
    own, a, b = label[broker], label[first], label[last]
    role = np.select([(a == own) & (b == own), a == b, b == own, a == own], [0, 1, 2, 3], 4)
    counts = np.bincount(broker * 5 + role, minlength=5 * len(label)).reshape(-1, 5)
    if not directed:  # each triad was met from both ends
        counts = np.column_stack([counts[:, 0] // 2, counts[:, 1] // 2, counts[:, 2], counts[:, 4] // 2])
    return np.column_stack([counts, counts.sum(axis=1)])


def _relabelled(ties: np.ndarray, label: np.ndarray, draws: int, seed: int, graph: nx.Graph) -> Iterator[np.ndarray]:
    random, triads = np.random.default_rng(seed), _open_triads(ties)
    for _ in range(draws):
        yield _counts(triads, random.permutation(label), graph.is_directed())


def _rewired(graph: nx.Graph, two: nx.Graph | None, label: np.ndarray, draws: int, seed: int) -> Iterator[np.ndarray]:
    for ties in rewired(graph, two, draws=draws, seed=seed):
        yield _counts(_open_triads(ties), label, graph.is_directed())


def rewired(graph: nx.Graph, two: nx.Graph | None = None, *, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Yield random networks without directions in which each actor has as many ties, or comes to as many meetings, as observed.

    Raises
    ------
    UsageError
        If ``graph`` is not the projection of ``two``.
    """
    if two is not None:
        actors, _, matrix = incidence(two)
        place = {actor: n for n, actor in enumerate(actors)}
        met = matrix.toarray().astype(bool)
        if set(place) == set(graph):
            met = met[[place[actor] for actor in graph]]
        if set(place) != set(graph) or not (_tied(met) == adjacency(graph)).all():
            raise UsageError(
                f"expected the two-mode network that these {len(graph)} actors are tied by; found another, of {len(actors)} actors; "
                "build both with the same years"
            )
        for drawn in random_networks(met, draws=draws, seed=seed):
            yield _tied(drawn)
        return
    random, now = np.random.default_rng(seed), adjacency(graph)
    edges = np.argwhere(np.triu(now))
    for number in range(draws + 5):
        _swap(now, edges, random, 2 * len(edges))
        if number >= 5:
            yield now.copy()


def _tied(met: np.ndarray) -> np.ndarray:
    ties = (met.astype(np.float32) @ met.T.astype(np.float32)) > 0
    np.fill_diagonal(ties, False)
    return ties


def _swap(now: np.ndarray, edges: np.ndarray, random: np.random.Generator, times: int) -> None:
    """Two ties a-b, c-d become a-d, c-b where that makes no loop and doubles no tie."""
    if len(edges) < 2:
        return
    for i, j, turn in zip(
        random.integers(len(edges), size=times), random.integers(len(edges), size=times), random.random(times)
    ):
        (a, b), (c, d) = edges[i], edges[j]
        if turn < 0.5:
            c, d = d, c
        if a == d or c == b or now[a, d] or now[c, b] or (a, b) == (c, d):
            continue
        now[a, b] = now[b, a] = now[c, d] = now[d, c] = False
        now[a, d] = now[d, a] = now[c, b] = now[b, c] = True
        edges[i], edges[j] = (a, d), (c, b)


def _against(counts: np.ndarray, drawn: Iterator[np.ndarray]) -> dict[str, np.ndarray]:
    """Mean, spread, 95 % and p of counts over draws of the same shape."""
    many = np.array(list(drawn))
    return {
        "expected": many.mean(axis=0),
        "sd": many.std(axis=0, ddof=1),
        "p": ((many >= counts).sum(axis=0) + 1) / (len(many) + 1),
        "low": np.quantile(many, 0.025, axis=0),
        "high": np.quantile(many, 0.975, axis=0),
    }


def _moments(ties: np.ndarray, label: np.ndarray, directed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread of the roles when every tie is as likely (Gould and Fernandez 1989, appendix).

    Two triads vary together if they share a tie of the broker, that is one of the two others. Without directions the pairs of
    others, and of such triads, are half as many; but for gatekeepers, whose two others are told apart by their sectors.
    """
    size = np.bincount(label).astype(float)
    total, own = size.sum(), size[label]
    d = ties.sum() / (total * (total - 1)) if total > 1 else 0.0
    once, together = d**2 * (1 - d), d**3 * (1 - d) ** 3
    found = {role: np.zeros((len(label), 2)) for role in DIRECTED}
    for actor, group in enumerate(label):
        mine, others = own[actor] - 1, np.delete(size, group)
        rest, beyond = others.sum(), others.sum() - others
        found["coordinator"][actor] = mine * (mine - 1), 2 * mine * (mine - 1) * (mine - 2)
        found["itinerant"][actor] = (others * (others - 1)).sum(), 2 * (others * (others - 1) * (others - 2)).sum()
        found["gatekeeper"][actor] = rest * mine, mine * rest * (rest - 1) + rest * mine * (mine - 1)
        found["liaison"][actor] = (others * beyond).sum(), 2 * (others * beyond * (beyond - 1)).sum()
        found["total"][actor] = (total - 1) * (total - 2), 2 * (total - 1) * (total - 2) * (total - 3)
    found["representative"] = found["gatekeeper"]
    roles = DIRECTED if directed else UNDIRECTED
    share = {role: 1.0 if directed or role == "gatekeeper" else 0.5 for role in roles}
    mean = np.column_stack([found[role][:, 0] * share[role] for role in roles]) * once
    apart = np.column_stack([found[role][:, 1] * share[role] for role in roles]) * together
    return mean, np.sqrt(mean * (1 - once) + apart)


def _rows(
    actors: list, groups, roles, counts: np.ndarray, null: str, facts: dict[str, np.ndarray], draws: int
) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(facts["sd"] > 0, (counts - facts["expected"]) / facts["sd"], np.nan)
    p = facts["p"]
    q = np.column_stack(
        [benjamini_hochberg(p[:, n]) if not np.isnan(p[:, n]).any() else p[:, n] for n in range(len(roles))]
    )
    long: Callable = lambda part: np.asarray(part).reshape(-1)  # noqa: E731
    return pd.DataFrame(
        {
            "actor_id": np.repeat(np.array(actors, dtype=object), len(roles)),
            "group": np.repeat(np.array(groups, dtype=object), len(roles)),
            "role": list(roles) * len(actors),
            "count": long(counts),
            "null": null,
            "expected": long(facts["expected"]),
            "sd": long(facts["sd"]),
            "z": long(z),
            "p": long(p),
            "q": long(q),
            "low": long(facts["low"]),
            "high": long(facts["high"]),
            "draws": draws,
        },
        columns=COLUMNS,
    )

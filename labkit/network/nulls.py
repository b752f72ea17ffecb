"""Significance: which actors met more often than their busyness and the size of the meetings would bring about."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from labkit.errors import UsageError, did_you_mean
from labkit.network.projection import incidence
from labkit.pvalues import benjamini_hochberg, enough

MODELS = ("sdsm", "fdsm")
COLUMNS = ["actor_a", "actor_b", "model", "weight", "expected", "p", "q", "least_q", "events", "draws"]
MOST_DRAWS = 20_000


def bicm(two: nx.Graph) -> pd.DataFrame:
    """Return how likely each actor is at each event when only the numbers are known: how often each came, how many each drew.

    The bipartite configuration model: the most even distribution of probabilities whose row and column sums are the observed ones.

    Returns
    -------
    pandas.DataFrame
        Probabilities, actors by events, in the order of the graph.

    References
    ----------
    Saracco and others 2015, Randomizing bipartite networks: the case of the World Trade Web, doi:10.1038/srep10595

    Notes
    -----
    Agrees with the package ``bicm`` 3.4.0 to 1e-6 (``tests/oracles``).

    Examples
    --------
    >>> probabilities = bicm(nx.davis_southern_women_graph())
    >>> round(float(probabilities.loc["Evelyn Jefferson"].sum()), 6)
    8.0
    """
    actors, events, matrix = incidence(two)
    rows, columns = matrix.sum(axis=1).astype(int), matrix.sum(axis=0).astype(int)
    return pd.DataFrame(_probabilities(rows, columns), index=actors, columns=events)


def _probabilities(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The model's probabilities for given sums; rows or columns that are full or empty are certain and set aside first."""
    found = np.zeros((len(rows), len(columns)))
    row_left, column_left = np.ones(len(rows), bool), np.ones(len(columns), bool)
    r, c = rows.astype(float), columns.astype(float)
    while row_left.any() and column_left.any():
        full = row_left & (r == column_left.sum())
        found[np.ix_(full, column_left)] = 1
        c[column_left] -= full.sum()
        row_left &= ~full & (r > 0)
        whole = column_left & (c == row_left.sum())
        found[np.ix_(row_left, whole)] = 1
        r[row_left] -= whole.sum()
        gone = whole | (column_left & (c <= 0))
        column_left &= ~gone
        if not (full.any() or gone.any() or (row_left & (r <= 0)).any()):
            break
        row_left &= r > 0
    if row_left.any() and column_left.any():
        found[np.ix_(row_left, column_left)] = _solved(r[row_left], c[column_left])
    return found


def _solved(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Newton's method on the logarithms of the fitnesses, one for each different sum."""
    r, row_of, m = np.unique(rows, return_inverse=True, return_counts=True)
    c, column_of, n = np.unique(columns, return_inverse=True, return_counts=True)
    theta = np.log(r / np.sqrt(rows.sum()))
    eta = np.log(c / np.sqrt(rows.sum()))
    for _ in range(200):
        p = 1 / (1 + np.exp(-np.clip(theta[:, None] + eta[None, :], -40, 40)))
        lacks_r, lacks_c = r - p @ n, c - m @ p
        worst = max(np.abs(lacks_r).max(), np.abs(lacks_c).max())
        if worst < 1e-11:
            break
        curve = p * (1 - p)
        hessian = np.block(
            [
                [np.diag(m * (curve @ n)), m[:, None] * curve * n[None, :]],
                [(m[:, None] * curve * n[None, :]).T, np.diag(n * (m @ curve))],
            ]
        )
        # One direction is free (all fitnesses of actors up, all of events down): least squares takes the shortest step.
        step = np.linalg.lstsq(hessian, np.concatenate([m * lacks_r, n * lacks_c]), rcond=1e-13)[0]
        step *= min(1.0, 3 / np.abs(step).max())
        theta, eta = theta + step[: len(r)], eta + step[len(r) :]
    if worst > 1e-6:
        raise UsageError(
            "bicm: the sums of rows and columns leave hardly any choice (who comes to small events comes to all larger ones); "
            "the model cannot tell chance from order here"
        )
    return p[np.ix_(row_of, column_of)]


def significance(
    two: nx.Graph, *, models: tuple[str, ...] = MODELS, draws: int | None = None, seed: int | None = None
) -> pd.DataFrame:
    """Test for each pair of actors whether they met more often than chance would bring about.

    Those who come often, and to large meetings, meet anybody. Both models keep that and nothing else: *sdsm* on average, with
    the exact Poisson-binomial tail over the probabilities of :func:`bicm`; *fdsm* exactly, over random networks in which each
    actor comes to as many meetings and each meeting draws as many actors as observed. They answer different questions and often
    differ, so both are given.

    Parameters
    ----------
    two
        Two-mode network, from :func:`labkit.network.two_mode`.
    draws
        Random networks for *fdsm*; its smallest possible p is 1 / (draws + 1). By default twenty for each pair of actors, so that
        a single pair can be found, but 1,000 at least and 20,000 at most.
    seed
        Start of chance, needed for *fdsm*.

    Returns
    -------
    pandas.DataFrame
        One row a model and pair that met at least once: ``actor_a``, ``actor_b``, ``model``, ``weight`` (events shared),
        ``expected`` (shared by chance), ``p`` (as many or more by chance), ``q`` (p corrected after Benjamini and Hochberg
        over all pairs of actors), ``least_q`` (the smallest q that a pair alone could reach with these draws: above .05 *fdsm*
        sees only what many pairs show together), ``events`` and ``draws``.

    Raises
    ------
    UsageError
        For an unknown model, or fewer than two actors or events: then nothing can be told.

    References
    ----------
    Neal 2014, The backbone of bipartite projections, doi:10.1016/j.socnet.2014.06.001; Neal, Domagalski and Sagan 2021,
    Comparing alternatives to the fixed degree sequence model, doi:10.1038/s41598-021-03238-3; Carstens, Berger and Strona 2018,
    A unifying framework for fast randomization of ecological networks, doi:10.1016/j.mex.2018.06.018 (the draws)

    Notes
    -----
    Not to be trusted for lists of different kinds put together: that a mayor never comes to a table of operators is no chance.

    Examples
    --------
    >>> tests = significance(nx.davis_southern_women_graph(), models=("sdsm",))
    >>> len(tests), round(float(tests["p"].min()), 3)
    (139, 0.088)
    """
    models = (models,) if isinstance(models, str) else tuple(dict.fromkeys(models))
    for model in models:
        if model not in MODELS:
            raise UsageError(f"significance: no model '{model}' ({did_you_mean(model, MODELS)})")
    actors, events, matrix = incidence(two)
    family = len(actors) * (len(actors) - 1) // 2
    draws = min(MOST_DRAWS, max(1000, 20 * family)) if draws is None else enough(draws, "significance")
    if len(actors) < 2 or len(events) < 2:
        raise UsageError(
            f"significance: expected two actors and two events at least; found {len(actors)} and {len(events)}; "
            "whether actors meet by chance cannot be told"
        )
    observed = (matrix @ matrix.T).toarray()
    a, b = np.nonzero(np.triu(observed, k=1))
    tables = []
    for model in models:
        expected, p = _sdsm(matrix, observed) if model == "sdsm" else _fdsm(matrix, observed, draws, seed)
        rows = {
            "actor_a": [actors[i] for i in a],
            "actor_b": [actors[j] for j in b],
            "model": model,
            "weight": observed[a, b],
            "expected": expected[a, b],
            "p": p[a, b],
            "q": _corrected(p[a, b], family),
            "least_q": min(1.0, family / (draws + 1)) if model == "fdsm" else 0.0,
            "events": len(events),
            "draws": draws if model == "fdsm" else 0,
        }
        tables.append(pd.DataFrame(rows, columns=COLUMNS))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def _corrected(p: np.ndarray, family: int) -> np.ndarray:
    """Benjamini and Hochberg over all pairs; those that never met have p = 1."""
    if not len(p):
        return p
    return benjamini_hochberg(np.concatenate([p, np.ones(family - len(p))]))[: len(p)]


def _sdsm(matrix: sparse.csr_array, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = matrix.sum(axis=1).astype(int), matrix.sum(axis=0).astype(int)
    chances = _probabilities(rows, columns)
    expected = chances @ chances.T
    kinds, kind_of = np.unique(chances.round(12), axis=0, return_inverse=True)
    tails: dict[tuple[int, int], np.ndarray] = {}
    p = np.ones(observed.shape)
    for i, j in np.argwhere(np.triu(observed, k=1)):
        pair = tuple(sorted((int(kind_of[i]), int(kind_of[j]))))
        if pair not in tails:
            tails[pair] = _tail(kinds[pair[0]] * kinds[pair[1]])
        p[i, j] = p[j, i] = tails[pair][observed[i, j]]
    return expected, p


def _tail(chances: np.ndarray) -> np.ndarray:
    """P(X >= k) for k = 0 ... n, of the number X of successes of n independent trials, each with a chance of its own.

    >>> _tail(np.array([0.5, 0.5])).round(12).tolist()
    [1.0, 0.75, 0.25]
    """
    from scipy import stats

    mass = np.ones(1)
    values, times = np.unique(chances, return_counts=True)
    for chance, n in zip(values, times):
        mass = np.convolve(mass, stats.binom.pmf(np.arange(n + 1), n, chance))
    return np.minimum(1.0, np.cumsum(mass[::-1])[::-1])


def _fdsm(
    matrix: sparse.csr_array, observed: np.ndarray, draws: int, seed: int | None
) -> tuple[np.ndarray, np.ndarray]:
    if seed is None:
        raise UsageError("significance: 'fdsm' draws random networks; give a seed, such as seed=lab.seed")
    as_many, total = np.zeros(observed.shape, dtype=np.int64), np.zeros(observed.shape)
    for drawn in random_networks(matrix.toarray().astype(bool), draws=draws, seed=seed):
        met = drawn.astype(np.float32) @ drawn.T.astype(np.float32)
        as_many += met >= observed
        total += met
    return total / draws, (as_many + 1) / (draws + 1)


def random_networks(
    matrix: np.ndarray, *, draws: int, seed: int, burn_in: int = 50, thin: int = 10
) -> Iterator[np.ndarray]:
    """Yield random two-mode networks in which every row and column sum is the observed one.

    Rows meet in pairs and trade what only one of them has (curveball); all rows trade at once, ``thin`` times between draws.

    Parameters
    ----------
    matrix
        Booleans, actors by events; not changed.
    """
    random = np.random.default_rng(seed)
    now = matrix.copy()
    for number in range(burn_in + draws * thin):
        _trade(now, random)
        if number >= burn_in and (number - burn_in + 1) % thin == 0:
            yield now.copy()


def _trade(now: np.ndarray, random: np.random.Generator) -> None:
    order = random.permutation(len(now))
    half = len(order) // 2
    first, second = order[:half], order[half : 2 * half]
    a, b = now[first], now[second]
    differ = a ^ b
    mine = (a & differ).sum(axis=1)
    # Of what only one of the two has, each gets as many as before, any of them.
    keys = np.where(differ, random.random(differ.shape), 2.0)
    rank = keys.argsort(axis=1).argsort(axis=1)
    given = differ & (rank < mine[:, None])
    now[first] = (a & b) | given
    now[second] = (a & b) | (differ & ~given)


def disparity(graph: nx.Graph) -> pd.DataFrame:
    """Test for each tie whether it holds a larger share of its actors' weight than an even chance would give it.

    For weights that are amounts of their own (euros, letters). A projection's weights follow from who came to how many
    meetings, which this filter does not know: use :func:`significance` there.

    Returns
    -------
    pandas.DataFrame
        One row a tie: ``actor_a``, ``actor_b``, ``weight``, ``p`` (the smaller of its two ends, doubled), ``q``.

    Raises
    ------
    UsageError
        For a network whose weights count shared meetings, lists or sections, one with directions, or weights that are not positive.

    References
    ----------
    Serrano, Boguñá and Vespignani 2009, doi:10.1073/pnas.0808904106

    Examples
    --------
    >>> star = nx.Graph(); star.add_weighted_edges_from([("a", "b", 98), ("a", "c", 1), ("a", "d", 1)])
    >>> disparity(star)["p"].round(4).tolist()
    [0.0004, 0.9801, 0.9801]
    """
    kind = " ".join(str(graph.graph.get(key, "")) for key in ("kind", "weight", "by")).strip()
    counts = (
        "co_presence",
        "co_mention",
        "declared_partnership",
        "raw",
        "newman",
        "jaccard",
        "cosine",
        "meeting",
        "section",
    )
    if set(kind.split()) & set(counts):
        raise UsageError(
            f"disparity: the weights of this network count what actors share ({kind}); use significance(two_mode) instead"
        )
    if graph.is_directed():
        raise UsageError(
            "disparity: expected a network without directions; found one with; test what comes and what goes apart"
        )
    if any(data.get("weight", 1) <= 0 for _, _, data in graph.edges(data=True)):
        raise UsageError("disparity: expected weights above 0; found others; leave those ties out first")
    degree, strength = dict(graph.degree()), dict(graph.degree(weight="weight"))
    rows = []
    for a, b, data in graph.edges(data=True):
        weight = data.get("weight", 1)
        ends = [(1 - weight / strength[n]) ** (degree[n] - 1) for n in (a, b) if degree[n] > 1]
        rows.append((a, b, weight, min(1.0, len(ends) * min(ends, default=1.0)) if ends else 1.0))
    table = pd.DataFrame(rows, columns=["actor_a", "actor_b", "weight", "p"])
    table["q"] = benjamini_hochberg(table["p"].to_numpy(float))
    return table


def backbone(
    two: nx.Graph,
    *,
    model: str | tuple[str, ...] = MODELS,
    alpha: float = 0.05,
    draws: int | None = None,
    seed: int | None = None,
) -> nx.Graph:
    """Keep the ties between actors who met more often than chance would bring about, under every model named.

    Parameters
    ----------
    alpha
        A tie is kept if its corrected p is at most this, with each model.

    Returns
    -------
    networkx.Graph
        All actors, and the ties kept: ``weight``, ``expected``, ``p`` and ``q`` (the largest of the models named), and
        ``p_sdsm``, ``q_fdsm`` and their like. ``graph.graph`` holds ``pairs`` (that met at least once), ``kept`` (by all models),
        ``kept_by_any`` and ``agreement``, the share of the latter that all keep; an empty text where no model keeps any.

    Examples
    --------
    >>> core = backbone(nx.davis_southern_women_graph(), model="sdsm")
    >>> core.number_of_nodes(), core.number_of_edges(), core.graph["pairs"]
    (18, 0, 139)
    """
    models = (model,) if isinstance(model, str) else tuple(dict.fromkeys(model))
    if not models:
        raise UsageError(f"backbone: expected a model at least; found none; use {' or '.join(MODELS)}")
    tests = significance(two, models=models, draws=draws, seed=seed).set_index(["actor_a", "actor_b", "model"])
    q, p = tests["q"].unstack("model", sort=False), tests["p"].unstack("model", sort=False)
    kept, by_any = (q <= alpha).all(axis=1), (q <= alpha).any(axis=1)
    facts = {"pairs": len(q), "kept": int(kept.sum()), "kept_by_any": int(by_any.sum())}
    share = float(kept.sum() / by_any.sum()) if by_any.any() else ""
    graph = nx.Graph(**two.graph, model=" ".join(models), alpha=alpha, **facts, agreement=share)
    graph.add_nodes_from(
        (n, {k: v for k, v in d.items() if k != "bipartite"}) for n, d in two.nodes(data=True) if d["bipartite"] == 0
    )
    first = tests.xs(models[0], level="model")
    for a, b in q.index[kept]:
        each = {f"{key}_{m}": float(table.loc[(a, b), m]) for key, table in (("p", p), ("q", q)) for m in models}
        worst = {"p": float(p.loc[(a, b)].max()), "q": float(q.loc[(a, b)].max())}
        graph.add_edge(
            a,
            b,
            weight=int(first.loc[(a, b), "weight"]),
            expected=float(first.loc[(a, b), "expected"]),
            **worst,
            **each,
        )
    return graph

"""Resampling meetings: how far a measure would have gone otherwise with other meetings, or with fewer minutes."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from labkit.errors import UsageError
from labkit.network.brokers import group_of
from labkit.network.measure import VALUES, Matrix, check
from labkit.network.projection import incidence
from labkit.pvalues import enough

# Share of intervals of nominal 95 % that held the true value in simulations with as many meetings (tests/simulations.py).
COVERAGE: dict[int, dict[str, float]] = {
    meetings: dict(zip(VALUES, shares))
    for meetings, shares in {
        15: (0.94, 0.93, 0.68, 0.95, 0.95, 0.91, 0.76, 0.97, 0.79),
        30: (0.94, 0.91, 0.78, 0.96, 0.96, 0.93, 0.84, 0.95, 0.88),
        80: (0.96, 0.95, 0.83, 0.95, 0.98, 0.92, 0.89, 0.99, 0.94),
    }.items()
}
ENOUGH = 0.9


def intervals(
    two: nx.Graph,
    *,
    measures: tuple[str, ...] = ("degree", "strength", "betweenness"),
    by: str = "sector",
    draws: int = 500,
    seed: int,
    least_coverage: float = ENOUGH,
) -> pd.DataFrame:
    """Give each actor's measures in the network of who met whom an interval of value and of rank.

    Meetings are the units: they are drawn anew with replacement, and left out one at a time. For the people in the minutes: had
    other meetings of the same kind been written up, where might this actor stand?

    Parameters
    ----------
    two
        Two-mode network of actors and meetings.
    measures
        Names of measures of :mod:`labkit.network.measure`.
    draws
        How often the meetings are drawn.
    least_coverage
        Intervals of value are given where at least this share of them held the true value in simulations.

    Returns
    -------
    pandas.DataFrame
        One row an actor and measure: ``actor_id``, ``measure``, ``value``, ``low``, ``high`` (95 %: the value and the larger of two
        spreads, of the draws and of the jackknife, times Student's t), ``rank`` (1 is the largest), ``rank_low`` and
        ``rank_high`` (95 % of the draws), ``first_five`` (share of the draws in which the actor is among the first five),
        ``coverage`` (how many of such intervals held the true value in simulations with no more meetings), ``meetings``,
        ``draws``. Where coverage is lower than asked for, or no draw changed the value, ``low`` and ``high`` are missing: read
        the ranks. What cannot be told of an actor (constraint of one who met nobody) is missing altogether.

    Raises
    ------
    UsageError
        With fewer than three meetings: then it cannot be told.

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, doi:10.1201/9780429246593; Snijders and Borgatti 1999,
    Non-parametric standard errors and tests for network statistics, Connections 22(2)

    Examples
    --------
    >>> davis = nx.davis_southern_women_graph()
    >>> found = intervals(davis, measures=("strength",), draws=200, seed=1).set_index("actor_id")
    >>> found.loc["Evelyn Jefferson", ["value", "rank"]].tolist()
    [50.0, 2.0]
    """
    enough(draws, "intervals")
    actors, events, met, groups = _prepared(two, measures, by, "intervals")
    random, m = np.random.default_rng(seed), len(events)
    observed = _measured(met, np.ones(m), groups, measures)
    drawn = np.array([_measured(met, random.multinomial(m, np.full(m, 1 / m)), groups, measures) for _ in range(draws)])
    without = np.array([_measured(met, np.arange(m) != k, groups, measures) for k in range(m)])
    spread = np.fmax(_spread(drawn), np.sqrt(m - 1) * _spread(without, of_all=True))
    from scipy import stats

    reach = stats.t.ppf(0.975, m - 1) * spread
    ranks, many = _ranks(observed), _ranks(drawn)
    rank_low, rank_high = np.quantile(many, [0.025, 0.975], axis=0, method="closest_observation")
    tables = []
    for number, name in enumerate(measures):
        coverage = _coverage(name, m)
        value, reach_ = observed[number], reach[number]
        told = (coverage >= least_coverage) & (reach_ > 0)
        known = ~np.isnan(value)
        rows = {
            "actor_id": actors,
            "measure": name,
            "value": _given(value, known),
            "low": _given(value - reach_, told),
            "high": _given(value + reach_, told),
            "rank": _given(ranks[number], known, "Int64"),
            "rank_low": _given(rank_low[number], known, "Int64"),
            "rank_high": _given(rank_high[number], known, "Int64"),
            "first_five": (many[:, number] <= 5).mean(axis=0),
            "coverage": coverage,
            "meetings": m,
            "draws": draws,
        }
        tables.append(pd.DataFrame(rows))
    return pd.concat(tables, ignore_index=True)


def _given(values: np.ndarray, known: np.ndarray, dtype: str = "Float64") -> pd.array:
    return pd.array([v if k else pd.NA for v, k in zip(values.tolist(), known.tolist())], dtype=dtype)


def _spread(many: np.ndarray, *, of_all: bool = False) -> np.ndarray:
    """Standard deviation over draws in which the measure could be told; nan where it could in fewer than two."""
    known = np.sum(~np.isnan(many), axis=0)
    middle = np.divide(np.nansum(many, axis=0), known, out=np.full(known.shape, np.nan), where=known > 0)
    squares = np.nansum((many - middle) ** 2, axis=0)
    least = known if of_all else known - 1
    return np.sqrt(np.divide(squares, least, out=np.full(known.shape, np.nan), where=known > 1))


def _coverage(measure: str, meetings: int) -> float:
    """What simulations with the most meetings, but no more than these, found; nothing is known of fewer than the fewest."""
    known = [size for size in COVERAGE if size <= meetings]
    return COVERAGE[max(known)][measure] if known else 0.0


def stability(
    two: nx.Graph,
    *,
    measures: tuple[str, ...] = ("degree", "strength", "betweenness"),
    by: str = "sector",
    lost: Iterable[float] = (0.1, 0.2, 0.3),
    draws: int = 200,
    seed: int,
) -> pd.DataFrame:
    """Tell how much of an order of actors would remain if a part of the minutes were lost.

    Returns
    -------
    pandas.DataFrame
        One row a measure and share lost: ``measure``, ``lost``, ``meetings`` (left), ``rank_correlation`` (mean of Spearman's with
        the full order), ``low`` (in 95 % of the draws it is higher), ``first_five`` (mean share of the first five who are still
        among the first five), ``draws``.

    References
    ----------
    Costenbader and Valente 2003, The stability of centrality measures when networks are sampled,
    doi:10.1016/S0378-8733(03)00012-1

    Examples
    --------
    >>> found = stability(nx.davis_southern_women_graph(), measures=("strength",), draws=50, seed=1)
    >>> found["meetings"].tolist()
    [13, 11, 10]
    """
    enough(draws, "stability")
    _, events, met, groups = _prepared(two, measures, by, "stability")
    random, m = np.random.default_rng(seed), len(events)
    full = _ranks(_measured(met, np.ones(m), groups, measures))
    rows = []
    for share in lost:
        left = max(1, round(m * (1 - share)))
        drawn = [_ranks(_measured(met, random.permutation(m) < left, groups, measures)) for _ in range(draws)]
        for number, name in enumerate(measures):
            alike = [_correlation(full[number], one[number]) for one in drawn]
            first = full[number] <= 5
            kept = [(one[number][first] <= 5).sum() / first.sum() for one in drawn]
            known = [value for value in alike if not np.isnan(value)]
            rows.append(
                {
                    "measure": name,
                    "lost": share,
                    "meetings": left,
                    "rank_correlation": float(np.mean(known)) if known else pd.NA,
                    "low": float(np.quantile(known, 0.05)) if known else pd.NA,
                    "first_five": float(np.mean(kept)),
                    "draws": draws,
                }
            )
    return pd.DataFrame(rows).astype({"rank_correlation": "Float64", "low": "Float64"})


def _prepared(two: nx.Graph, measures: tuple[str, ...], by: str, asks: str):
    check(measures)
    actors, events, met = incidence(two)
    if len(events) < 3 or len(actors) < 2:
        raise UsageError(
            f"{asks}: expected three meetings and two actors at least; found {len(events)} and {len(actors)}; "
            "what other meetings would have shown cannot be told"
        )
    groups = None
    if "participation" in measures:
        label = group_of(two.subgraph(actors), by, asks)
        groups = np.unique([label[actor] for actor in actors], return_inverse=True)[1]
    return actors, events, met.astype(float), groups


def _measured(
    met: sparse.csr_array, times: np.ndarray, groups: np.ndarray | None, measures: tuple[str, ...]
) -> np.ndarray:
    """Measures by actors, each meeting counted so many times; nan for whom a measure cannot be told."""
    weights = sparse.csr_array(met @ sparse.diags_array(np.asarray(times, dtype=float)) @ met.T)
    weights.setdiag(0)
    weights.eliminate_zeros()
    net = Matrix(weights, groups=groups)
    return np.array([VALUES[name](net) for name in measures])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks along the actors, the largest first; who is alike shares the best of their ranks, whom nothing is told of comes last."""
    from scipy import stats

    return stats.rankdata(np.where(np.isnan(values), np.inf, -values.round(12)), method="min", axis=-1)


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's; nan where one order has no differences."""
    from scipy import stats

    return float(stats.spearmanr(a, b).statistic) if len(set(a)) > 1 and len(set(b)) > 1 else float("nan")

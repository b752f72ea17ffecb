"""Years: who comes and goes, which ties are born, kept and lost, and whether it is more than chance would move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from numbers import Integral
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from labkit.errors import UsageError
from labkit.network.projection import incidence
from labkit.pvalues import benjamini_hochberg, enough

Window = tuple[int, int]


def windows(first: int, last: int, *, width: int = 1, step: int = 1) -> list[Window]:
    """Return stretches of years, both ends included: calendar years, or windows that slide.

    >>> windows(2012, 2014)
    [(2012, 2012), (2013, 2013), (2014, 2014)]
    >>> windows(2012, 2016, width=3)
    [(2012, 2014), (2013, 2015), (2014, 2016)]
    """
    if width < 1 or step < 1 or last - first + 1 < width:
        raise UsageError(f"windows: {width} years do not fit into {first}-{last}; ask for fewer")
    return [(year, year + width - 1) for year in range(first, last - width + 2, step)]


def by_period(graphs: Mapping[str, nx.Graph], measure: Callable[..., pd.DataFrame], **options: Any) -> pd.DataFrame:
    """Ask the same of the networks of several stretches of years: brokerage, mixing, the E-I index or any other table.

    Parameters
    ----------
    graphs
        Networks by their years, in order.
    measure
        A function of this package's that gives a table or a value for each actor; ``options`` go to it.

    Returns
    -------
    pandas.DataFrame
        ``period``, then the columns of the table. Where a network cannot tell, one row with the reason as ``cannot_tell``.
        Corrected p count the tests of one period.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> graphs = {f"{a}-{b}": lk.network.build(lab, years=(a, b)) for a, b in lab.periods}
    >>> by_period(graphs, lk.network.assortativity, draws=99, seed=lab.seed)[["period", "assortativity"]].round(2).values.tolist()
    [['2012-2014', 0.7], ['2015-2018', 0.38]]
    """
    if not isinstance(graphs, Mapping):
        raise UsageError("by_period: expected networks by their years, such as {'2012-2014': net}; found a list")
    tables = []
    for period, graph in graphs.items():
        try:
            table = _as_table(measure(graph, **options))
        except UsageError as error:
            table = pd.DataFrame({"cannot_tell": [str(error)]})
        if table.empty:
            table = pd.DataFrame({"cannot_tell": ["the network has no actors"]})
        # Counts stay whole numbers beside a period without any.
        table = table.astype({column: "Int64" for column in table.select_dtypes("int")})
        table.insert(0, "period", period)
        tables.append(table)
    if not tables:
        raise UsageError("by_period: expected one network at least; found none")
    return pd.concat(tables, ignore_index=True)


def _as_table(found: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """A measure's answer with its actors as a column."""
    if isinstance(found, pd.Series):
        found = found.rename(found.name or "value").rename_axis(found.index.name or "actor_id").to_frame()
    return found.reset_index() if found.index.name else found


def turnover(two: nx.Graph, *, windows: Sequence[Window], draws: int = 1000, seed: int) -> pd.DataFrame:
    """Tell from one stretch of years to the next which actors and ties came, stayed and went.

    Much seems to change where only few meetings are written up. So the days of the meetings are dealt out anew, each meeting with
    all its people, and the ties kept are held against what that gives: fewer kept than expected is change, more is constancy.

    Parameters
    ----------
    two
        Two-mode network whose events carry a ``date``, from :func:`labkit.network.two_mode`. Events without a year are left out.
    windows
        First and last years, in order, such as ``lab.periods`` or :func:`windows`.

    Returns
    -------
    pandas.DataFrame
        One row a pair of neighbouring windows: ``before``, ``after``, ``meetings_before``, ``meetings_after``, ``actors_stay``,
        ``actors_enter``, ``actors_leave``, ``ties_kept``, ``ties_born``, ``ties_lost``, ``expected`` (ties kept), ``low``,
        ``high`` (95 % of the draws), ``p`` (as far from expected), ``q`` (over the rows), ``draws``.

    Raises
    ------
    UsageError
        If fewer than two windows are given, or no event has a year in them.

    Notes
    -----
    An actor that follows another in time (ATS after ASL, as the codebook says) goes on being it: neither comes nor goes.

    Neighbouring windows that overlap share meetings and so keep ties by themselves; the draws know that.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> found = turnover(lk.network.two_mode(lab), windows=lab.periods, draws=99, seed=lab.seed)
    >>> found[["before", "after", "actors_stay", "actors_enter", "actors_leave"]].values.tolist()
    [['2012-2014', '2015-2018', 16, 9, 1]]
    """
    enough(draws, "turnover")
    if len(windows) < 2:
        raise UsageError(
            f"turnover: expected two stretches of years at least; found {len(windows)}; see network.windows"
        )
    _, met, years = _dated(two, windows, "turnover")
    kept = lambda when: np.array([(a & b).sum() for a, b in _neighbours(met, when, windows)]) // 2  # noqa: E731
    random, observed = np.random.default_rng(seed), kept(years)
    drawn = np.array([kept(random.permutation(years)) for _ in range(draws)])
    expected = drawn.mean(axis=0)
    p = ((np.abs(drawn - expected) >= np.abs(observed - expected) - 1e-12).sum(axis=0) + 1) / (draws + 1)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    rows = []
    for number, (before, after) in enumerate(pairwise(windows)):
        a, b = _ties(met, _within(years, before)), _ties(met, _within(years, after))
        here, there = (np.asarray(met[:, _within(years, window)].sum(axis=1)) > 0 for window in (before, after))
        rows.append(
            {
                "before": _shown(before),
                "after": _shown(after),
                "meetings_before": int(_within(years, before).sum()),
                "meetings_after": int(_within(years, after).sum()),
                "actors_stay": int((here & there).sum()),
                "actors_enter": int((there & ~here).sum()),
                "actors_leave": int((here & ~there).sum()),
                "ties_kept": int((a & b).sum() // 2),
                "ties_born": int((b & ~a).sum() // 2),
                "ties_lost": int((a & ~b).sum() // 2),
                "expected": expected[number],
                "low": low[number],
                "high": high[number],
                "p": p[number],
            }
        )
    return pd.DataFrame(rows).assign(q=benjamini_hochberg(p), draws=draws)


def distances(two: nx.Graph, *, windows: Sequence[Window]) -> pd.DataFrame:
    """Measure how unlike the ties of each two stretches of years are: 0 for the same ties, 1 for none in common.

    Neighbouring windows that are near to one another and far from the rest are a phase of the network.

    Returns
    -------
    pandas.DataFrame
        Windows by windows: one less the Jaccard index of their ties; missing where neither has any, for then it cannot be told.

    References
    ----------
    Masuda and Holme 2019, Detecting sequences of system states in temporal networks, doi:10.1038/s41598-018-37534-2

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> distances(lk.network.two_mode(lab), windows=lab.periods).round(2).values.tolist()
    [[0.0, 0.56], [0.56, 0.0]]
    """
    _, met, years = _dated(two, windows, "distances")
    ties = [_ties(met, _within(years, window)) for window in windows]
    shown = [_shown(window) for window in windows]
    rows = []
    for a in ties:
        wholes = [int((a | b).sum()) for b in ties]
        rows.append([1 - (a & b).sum() / whole if whole else pd.NA for b, whole in zip(ties, wholes)])
    return pd.DataFrame(rows, index=shown, columns=shown, dtype="Float64")


def stays(two: nx.Graph, *, windows: Sequence[Window]) -> pd.DataFrame:
    """Tell in which stretches of years each actor was there: first, last, and how many meetings in each.

    An actor that follows another in time (ATS after ASL) has its years too.

    Returns
    -------
    pandas.DataFrame
        One row an actor who was there at all: ``actor_id``, ``first`` and ``last`` (years), then one column a window with the
        number of meetings.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> stays(lk.network.two_mode(lab), windows=lab.periods).columns.tolist()
    ['actor_id', 'first', 'last', '2012-2014', '2015-2018']
    """
    actors, met, years = _dated(two, windows, "stays")
    counts = {_shown(window): np.asarray(met[:, _within(years, window)].sum(axis=1)).astype(int) for window in windows}
    rows = []
    for number, actor in enumerate(actors):
        there = years[met[[number]].indices]
        if len(there):
            rows.append(
                {
                    "actor_id": actor,
                    "first": int(there.min()),
                    "last": int(there.max()),
                    **{w: int(c[number]) for w, c in counts.items()},
                }
            )
    return pd.DataFrame(rows, columns=["actor_id", "first", "last", *counts])


def _dated(two: nx.Graph, windows: Sequence[Window], asks: str) -> tuple[list, sparse.csr_array, np.ndarray]:
    """Actors, who met at which event of the windows, and the year of each such event."""
    if not windows:
        raise UsageError(f"{asks}: expected a stretch of years at least; found none; see network.windows")
    for window in windows:
        if len(window) != 2 or not all(isinstance(year, Integral) for year in window) or window[0] > window[1]:
            raise UsageError(f"{asks}: expected first and last year, such as (2012, 2014); found {window!r}")
    actors, events, matrix = incidence(two)
    actors, matrix = _continued(two, actors, matrix)
    year = np.array([_year(two.nodes[e].get("date")) for e in events])
    inside = np.zeros(len(events), bool)
    for window in windows:
        inside |= _within(year, window)
    if not inside.any():
        raise UsageError(
            f"{asks}: none of {len(events)} events has a year in {_shown(windows[0])} to {_shown(windows[-1])}"
        )
    return actors, sparse.csr_array(matrix[:, np.nonzero(inside)[0]]), year[inside]


def _continued(two: nx.Graph, actors: list, matrix: sparse.csr_array) -> tuple[list, sparse.csr_array]:
    """The actors with those that follow one another in time as one, under the last of their names."""
    names, followed = set(actors), {}
    for actor in actors:
        before = two.nodes[actor].get("succeeds")
        if before in names:
            followed.setdefault(before, actor)  # where two follow one, the first goes on being it
    latest = {}
    for actor in actors:
        last, seen = actor, set()
        while last in followed and last not in seen:
            seen.add(last)
            last = followed[last]
        latest[actor] = last
    kept = [actor for actor in actors if actor in set(latest.values())]
    row = {actor: n for n, actor in enumerate(kept)}
    into = (np.ones(len(actors), dtype=np.int64), ([row[latest[a]] for a in actors], range(len(actors))))
    return kept, sparse.csr_array(
        (sparse.csr_array(into, shape=(len(kept), len(actors))) @ matrix > 0).astype(np.int64)
    )


def _year(date: object) -> int:
    """The year of a date, 0 where there is none."""
    shown = str(date or "")[:4]
    return int(shown) if shown.isdigit() else 0


def _within(years: np.ndarray, window: Window) -> np.ndarray:
    return (years >= window[0]) & (years <= window[1])


def _ties(met: sparse.csr_array, when: np.ndarray) -> np.ndarray:
    some = met[:, np.nonzero(when)[0]]
    ties = (some @ some.T).toarray() > 0
    np.fill_diagonal(ties, False)
    return ties


def _neighbours(
    met: sparse.csr_array, years: np.ndarray, windows: Sequence[Window]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    ties = [_ties(met, _within(years, window)) for window in windows]
    return pairwise(ties)


def _shown(window: Window) -> str:
    return str(window[0]) if window[0] == window[1] else f"{window[0]}-{window[1]}"

"""Years: by how much a rate moves a year, other things being equal, and whether and when it broke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, stats

from labkit.culture.counts import Counts, coverage, jackknife, to_detect, whole_days
from labkit.errors import UsageError, did_you_mean
from labkit.pvalues import benjamini_hochberg, enough

FEWEST = 10
ROUNDS = 40
_CHUNK = 1000


def trend(
    counts: Counts, *, given: Sequence[str] = (), cluster: str | None = None, draws: int = 999, seed: int
) -> pd.DataFrame:
    """Fit how the rate of each name moves from year to year.

    For the people in the minutes: whether they say a word or a thesis more every year, and not only because other bodies met or
    other kinds of text were written.

    Parameters
    ----------
    counts
        From :func:`labkit.culture.of_concepts` or :func:`labkit.culture.of_terms`.
    given
        Columns of the documents held equal, such as ``kind`` and ``body_id``; a missing value is a value of its own.
    cluster
        Column that says which documents belong together, such as ``meeting`` (see :func:`labkit.culture.described`); each stands
        alone by default.
    draws
        How often the years are dealt out anew among the clusters.
    seed
        Start of chance.

    Returns
    -------
    pandas.DataFrame
        One row a name: ``name``, ``n``, ``documents``, ``clusters``, ``ratio`` (of the rate of one year to that of the year
        before), ``low``, ``high`` (95 %), ``coverage`` (share of simulated worlds in which they held), ``p`` ((b+1)/(m+1), of
        the score of the year), ``q`` (Benjamini and Hochberg), ``detectable`` (the ratio that would be found four times in
        five). Missing where a name stands in fewer than three clusters or the fit has no end: it cannot be told.

    Raises
    ------
    UsageError
        With one year alone, fewer than ten clusters, clusters of more than two neighbouring years, an unknown column, or years
        that the columns held equal explain.

    Notes
    -----
    Quasi-Poisson regression, log rate = year + columns held equal, words as exposure; variance from the residuals of clusters, each
    divided by one less its leverage (as a delete-one jackknife). The permutations deal out years among documents alike in
    all that is held equal and judge the score of the year.

    References
    ----------
    McCullagh and Nelder 1989, Generalized Linear Models, doi:10.1007/978-1-4899-3242-6; Bell and McCaffrey 2002, Bias reduction in
    standard errors for linear regression with multi-stage samples, Survey Methodology 28(2)

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> poles = lk.culture.of_concepts(lab.concepts, lk.culture.described(lab), codebook=lab.codebooks.culture, by="pole")
    >>> found = trend(poles, given=["kind"], cluster="meeting", seed=lab.seed).set_index("name")
    >>> bool(found.loc["delegation-community:new", "low"] > 1)
    True
    """
    enough(draws, "trend")
    given = (given,) if isinstance(given, str) else given
    strata, design, cell = _design(counts, given)
    group = _clusters(counts.documents, cluster)
    spread = counts.documents["year"].groupby(group).agg(lambda years: years.max() - years.min())
    if spread.max() > 1:
        raise UsageError(
            f"trend: documents of one '{cluster}' lie up to {spread.max()} years apart; group by meeting, or by nothing"
        )
    if group.max() + 1 < FEWEST:
        raise UsageError(
            f"trend: expected ten documents or meetings at least; found {group.max() + 1}; whether a rate moves cannot be told"
        )
    held = _clusters_with(counts.x, group)
    rows = []
    for start in range(0, len(counts.names), _CHUNK):
        part = np.arange(start, min(start + _CHUNK, len(counts.names)))
        rows.append(_fitted(counts.x[:, part].toarray(), counts.words, design, cell, group))
    slope, variance = (np.concatenate(one) for one in zip(*rows))
    told = (held >= 3) & np.isfinite(slope) & (variance > 0)
    slope, variance = np.where(told, slope, np.nan), np.where(told, variance, np.nan)
    freedom = max(1, group.max() + 1 - design.shape[1])
    wide = stats.t.ppf(0.975, freedom) * np.sqrt(variance)
    p = np.where(told, _dealt(counts, strata, group, draws, np.random.default_rng(seed)), np.nan)
    q = np.full(len(p), np.nan)
    q[told] = benjamini_hochberg(p[told])
    return pd.DataFrame(
        {
            "name": counts.names,
            "n": np.asarray(counts.x.sum(axis=0)).astype(int),
            "documents": len(counts.words),
            "clusters": int(group.max() + 1),
            "ratio": np.exp(slope),
            "low": np.exp(slope - wide),
            "high": np.exp(slope + wide),
            "coverage": coverage("trend", len(counts.words)),
            "p": p,
            "q": q,
            # Dealing out finds a little less than the error of the fit promises: .87 gives four in five (docs/methods.md).
            "detectable": np.exp(to_detect(variance, freedom, power=0.87)),
        }
    )


def _design(counts: Counts, given: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The stratum of each document, the design by cell (stratum and year), and the cell of each document."""
    docs = counts.documents
    for column in given:
        if column not in docs.columns:
            raise UsageError(f"trend: the documents have no column '{column}'; see culture.described")
    years = docs["year"].to_numpy(dtype=float)
    if len(np.unique(years)) < 2:
        raise UsageError("trend: all documents are of one year or there are none; whether a rate moves cannot be told")
    values = [docs[column].astype("string").fillna("-").to_numpy(dtype=object) for column in given]
    strata = pd.factorize(pd.Series(list(zip(*values)) if values else [()] * len(docs)), sort=True)[0]
    cells, cell = np.unique(np.column_stack([strata, years]), axis=0, return_inverse=True)
    columns = [np.ones(len(cells)), cells[:, 1] - years.mean()]
    for one in values:
        label, names = pd.factorize(pd.Series(one), sort=True)
        of_cell = np.zeros(len(cells), dtype=int)
        of_cell[cell] = label
        columns += [(of_cell == n).astype(float) for n in range(1, len(names))]
    design = np.column_stack(columns)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise UsageError(
            f"trend: what is held equal ({', '.join(given)}) cannot be told from the years or from one another; hold less equal"
        )
    return strata, design, cell


def _clusters(docs: pd.DataFrame, cluster: str | None) -> np.ndarray:
    if cluster is None:
        return np.arange(len(docs))
    if cluster not in docs.columns:
        raise UsageError(f"trend: the documents have no column '{cluster}'; see culture.described")
    return pd.factorize(docs[cluster].fillna(docs["doc_id"]), sort=True)[0]


def _clusters_with(x: sparse.csr_array, group: np.ndarray) -> np.ndarray:
    """In how many clusters each name stands."""
    into = sparse.csr_array((np.ones(len(group)), (group, np.arange(len(group)))))
    return np.asarray(((into @ x) > 0).sum(axis=0))


def _fitted(
    y: np.ndarray, words: np.ndarray, design: np.ndarray, cell: np.ndarray, group: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The slope of the year for each column of counts, and its variance; Newton's method on the sums of the cells."""
    cells, k = design.shape
    into = sparse.csr_array((np.ones(len(cell)), (cell, np.arange(len(cell)))), shape=(cells, len(cell)))
    sums, exposure = into @ y, into @ words
    beta = np.zeros((y.shape[1], k))
    beta[:, 0] = np.log(np.maximum(sums.sum(axis=0), 0.5) / exposure.sum())
    for _ in range(ROUNDS):
        mu = exposure[:, None] * np.exp(np.clip(design @ beta.T, -40, 40))
        bread = np.einsum("ci,cn,cj->nij", design, mu, design) + 1e-10 * np.eye(k)
        step = np.linalg.solve(bread, (design.T @ (sums - mu)).T[..., None])[..., 0]
        step = np.clip(step, -2, 2)
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    mu = exposure[:, None] * np.exp(np.clip(design @ beta.T, -40, 40))
    bread = np.linalg.pinv(np.einsum("ci,cn,cj->nij", design, mu, design))
    row = np.einsum("nj,cj->cn", bread[:, 1], design)  # what a residual in a cell adds to the slope
    # The share of its own fit that a document holds: of the weight of its cell, by its words.
    own = np.einsum("ci,nij,cj->cn", design, bread, design)
    fit = words[:, None] * (mu / exposure[:, None])[cell]
    leverage = np.clip(fit * own[cell], 0, 0.9)
    pull = row[cell] * (y - fit) / (1 - leverage)
    together = sparse.csr_array((np.ones(len(group)), (group, np.arange(len(group))))) @ pull
    # A kind of document that never holds the name has no rate to fit, which takes nothing from the slope.
    lost = (np.abs(beta[:, 1]) > 5) | (np.abs(step[:, 1]) > 1e-6)
    return np.where(lost, np.nan, beta[:, 1]), (together**2).sum(axis=0)


def _dealt(
    counts: Counts, strata: np.ndarray, group: np.ndarray, draws: int, random: np.random.Generator
) -> np.ndarray:
    """Two-sided p of the score of the year, the years of whole clusters dealt out within their strata."""
    docs, n = counts.documents, group.max() + 1
    year = docs["year"].to_numpy(dtype=float)
    first = np.lexsort((docs["doc_id"], year, group))[np.searchsorted(np.sort(group), np.arange(n))]
    later = year - year[first][group]  # a post of January on a meeting of December stays a year after it
    level = strata[first]  # a cluster of documents of several strata goes with its first
    words = np.bincount(strata, counts.words)
    into = sparse.csr_array((np.ones(len(strata)), (strata, np.arange(len(strata)))))
    rate = (into @ counts.x) / words[:, None]
    rate = np.asarray(rate.todense() if sparse.issparse(rate) else rate)

    def score(times: np.ndarray) -> np.ndarray:
        """Σ year (count - words × rate of the stratum): draws × names."""
        weight = times * counts.words[None, :]
        expected = np.column_stack([weight[:, strata == s].sum(axis=1) for s in range(len(words))]) @ rate
        return (counts.x.T @ times.T).T - expected

    def centred(by_cluster: np.ndarray) -> np.ndarray:
        return by_cluster[:, group] + later - year.mean()

    observed = np.abs(score(centred(year[first][None, :])))[0]
    places = [np.nonzero(level == s)[0] for s in np.unique(level)]
    beyond = np.zeros(len(observed))
    done = 0
    while done < draws:
        some = min(draws - done, max(1, 20_000_000 // max(len(observed), len(group))))
        dealt = np.tile(year[first], (some, 1))
        for mine in places:
            dealt[:, mine] = random.permuted(dealt[:, mine], axis=1)
        beyond += (np.abs(score(centred(dealt))) >= observed - 1e-9).sum(axis=0)
        done += some
    return (1 + beyond) / (draws + 1)


def breaks(counts: Counts, name: str, *, every: str = "quarter", draws: int = 999, seed: int) -> Break:
    """Look for the time at which the rate of a name changed, and say how sure its place is.

    For the people in the minutes: whether there was a moment since when they speak otherwise, and between which days it lies.

    Parameters
    ----------
    counts
        From :func:`labkit.culture.of_concepts` or :func:`labkit.culture.of_terms`.
    name
        One of its names.
    every
        ``month``, ``quarter`` or ``year``: the stretches between which a break may lie.
    draws
        How often the documents are dealt out anew over time.
    seed
        Start of chance.

    Returns
    -------
    Break
        ``place`` (first day of the stretch since which the rate is another), ``low`` and ``high`` (95 % for the place, ends
        included), ``before``, ``after`` (rates per 1,000 words), ``p`` (that dealt-out documents show a break as sharp anywhere),
        ``documents``, ``stretches``, ``detectable`` (the ratio of rates that a break in the middle would need to be found four
        times in five). With a ``p`` above .05 there is no break to place: ``low`` and ``high`` are the whole time.

    Raises
    ------
    UsageError
        For an unknown name or stretch, or with ten stretches or fewer, or fewer than twenty documents: compare two periods instead.

    Notes
    -----
    Documents of which only the year or month is known are left out. All places with a tenth of the documents on each side are
    tried; the sharpest has the largest likelihood ratio of two Poisson rates to one. The interval holds the places that worlds
    with a break there, drawn from the documents before and after, would not rule out.

    References
    ----------
    Truong, Oudre and Vayatis 2020, Selective review of offline change point detection methods, doi:10.1016/j.sigpro.2019.107299

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> poles = lk.culture.of_concepts(lab.concepts, lab.documents, codebook=lab.codebooks.culture, by="pole")
    >>> found = breaks(poles, "delegation-community:new", seed=lab.seed)
    >>> found.place, found.p
    ('2015-01-01', 0.001)
    """
    enough(draws, "breaks")
    if name not in counts.names:
        raise UsageError(f"breaks: no name '{name}' ({did_you_mean(name, counts.names)})")
    if every not in _STRETCHES:
        raise UsageError(f"breaks: no stretch '{every}' ({did_you_mean(every, _STRETCHES)})")
    known = whole_days(counts.documents["published"])
    counts = counts.only(known.notna().to_numpy())
    day = known.dropna().dt.to_period(_STRETCHES[every])
    if len(day) < 20:
        raise UsageError(
            f"breaks: {len(day)} documents have a day; where a rate broke cannot be told; compare two periods instead"
        )
    first, stretch = day.min(), (day - day.min()).map(lambda step: step.n).to_numpy(dtype=int)
    size, n = stretch.max() + 1, len(stretch)
    if size <= 10 or n < 20:
        raise UsageError(
            f"breaks: {n} documents in {size} stretches; where a rate broke cannot be told; compare two periods instead"
        )
    if not _tenth(stretch, size).any():
        raise UsageError(
            "breaks: the documents crowd in one stretch; where a rate broke cannot be told; ask for shorter ones"
        )
    x = counts.x[:, [counts.names.index(name)]].toarray()[:, 0]
    random, words = np.random.default_rng(seed), counts.words
    ratios = _sharpness(*(_by_stretch(one[None, :], stretch, size) for one in (x, words)), _tenth(stretch, size))[0]
    dealt = np.array([random.permutation(n) for _ in range(draws)])
    null = _sharpness(*(_by_stretch(one[dealt], stretch, size) for one in (x, words)), _tenth(stretch, size)).max(
        axis=1
    )
    p = (1 + (null >= ratios.max() - 1e-9).sum()) / (draws + 1)
    place = int(ratios.argmax())
    kept = _kept(x, words, stretch, size, ratios, random) if p <= 0.05 else np.arange(1, size)
    earlier = stretch < place
    shown = lambda step: str((first + int(step)).start_time.date())  # noqa: E731
    rate = lambda rows: float(1000 * x[rows].sum() / words[rows].sum())  # noqa: E731
    _, spread = jackknife(Counts(counts.documents, [name], sparse.csr_array(x[:, None]), words))
    needed = float(np.exp(_BREAK * np.sqrt(4 * spread[0])))  # of two halves, each with twice the variance of the whole
    return Break(
        name,
        shown(place),
        shown(kept.min()),
        shown(kept.max()),
        rate(earlier),
        rate(~earlier),
        float(p),
        n,
        int(size),
        needed,
    )


# 0.84 errors, and what the sharpest of all places asks in place of 1.96, as simulated worlds have it (docs/methods.md).
_BREAK = 3.5


_STRETCHES = {"month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class Break:
    """A change of rate in time, from :func:`breaks`."""

    name: str
    place: str
    low: str
    high: str
    before: float
    after: float
    p: float
    documents: int
    stretches: int
    detectable: float


def _by_stretch(values: np.ndarray, stretch: np.ndarray, size: int) -> np.ndarray:
    """Sums by stretch: rows × stretches."""
    into = sparse.csr_array((np.ones(len(stretch)), (stretch, np.arange(len(stretch)))), shape=(size, len(stretch)))
    return (into @ values.T).T


def _tenth(stretch: np.ndarray, size: int) -> np.ndarray:
    """Places that leave a tenth of the documents on each side."""
    before = np.cumsum(np.bincount(stretch, minlength=size)) - np.bincount(stretch, minlength=size)
    least = max(3, 0.1 * len(stretch))
    return (before >= least) & (before <= len(stretch) - least)


def _sharpness(x: np.ndarray, words: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Likelihood ratio of two rates, parted before each stretch, to one: rows × stretches."""
    before = [np.cumsum(one, axis=1) - one for one in (x, words)]
    whole = [one.sum(axis=1, keepdims=True) for one in (x, words)]
    found = np.zeros_like(x)
    for times, exposure in (before, [all_ - part for all_, part in zip(whole, before)]):
        with np.errstate(divide="ignore", invalid="ignore"):
            found += np.where(times > 0, times * np.log(times * whole[1] / (exposure * whole[0])), 0)
    return np.where(allowed, found, -1.0)


def _kept(
    x: np.ndarray, words: np.ndarray, stretch: np.ndarray, size: int, ratios: np.ndarray, random, draws: int = 500
) -> np.ndarray:
    """The places that worlds with a break there would not rule out at 5 %."""
    allowed, kept = _tenth(stretch, size), []
    for place in np.nonzero(allowed)[0]:
        sides = [np.nonzero(stretch < place)[0], np.nonzero(stretch >= place)[0]]
        picks = np.empty((draws, len(stretch)), dtype=int)
        for side in sides:
            picks[:, side] = random.choice(side, size=(draws, len(side)))
        drawn = _sharpness(*(_by_stretch(one[picks], stretch, size) for one in (x, words)), allowed)
        lacking = drawn.max(axis=1) - drawn[:, place]
        if ratios.max() - ratios[place] <= np.quantile(lacking, 0.98) + 1e-9:
            kept.append(place)
    return np.array(kept if kept else [ratios.argmax()])

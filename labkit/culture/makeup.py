"""Makeup: how much of a change is the same speakers using other words, and how much is other speakers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse, stats

from labkit.culture.counts import Counts, coverage, to_detect
from labkit.culture.frames import FEW
from labkit.culture.words import of_two_periods
from labkit.errors import UsageError


def composition(counts: Counts, *, before: tuple[int, int], after: tuple[int, int], by: str) -> pd.DataFrame:
    """Part the change of each rate between two periods into what changed within groups of documents and what between them.

    For the people in the minutes: whether the same tables, or kinds of text, speak otherwise than before, or others
    speak now.

    Parameters
    ----------
    counts
        From :func:`labkit.culture.of_concepts` or :func:`labkit.culture.of_terms`.
    before, after
        First and last year of each period.
    by
        A column of the documents: ``kind``, ``body_id`` (see :func:`labkit.culture.described`) or ``sector`` (see
        :func:`labkit.culture.by_sector`); a missing value is a group of its own.

    Returns
    -------
    pandas.DataFrame
        One row a name: ``name``, ``rate_before``, ``rate_after`` (per 1,000 words), ``change``, ``within`` (groups speak
        otherwise), ``between`` (other groups speak; a group that is there in one period alone counts here), each with ``_low``
        and ``_high`` (95 %, delete-one jackknife; missing with fewer than eight documents in a period), ``coverage`` (share of
        simulated worlds in which the weakest of the three held), ``shared`` (share of the words that are of groups there in
        both periods), ``detectable`` (the change that would be found four times in five).

    Raises
    ------
    UsageError
        For an unknown column, periods that overlap, or a period without documents.

    References
    ----------
    Kitagawa 1955, Components of a difference between two rates, doi:10.1080/01621459.1955.10501299

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> poles = lk.culture.of_concepts(lab.concepts, lab.documents, codebook=lab.codebooks.culture, by="pole")
    >>> found = composition(poles, before=(2012, 2014), after=(2015, 2018), by="kind").set_index("name")
    >>> found.loc["delegation-community:new", ["change", "within"]].astype(float).round(1).tolist()
    [9.6, 9.6]
    """
    if by not in counts.documents.columns:
        raise UsageError(
            f"composition: the documents have no column '{by}'; see culture.described and culture.by_sector"
        )
    counts, later = of_two_periods(counts, before, after, "composition")
    group = pd.factorize(counts.documents[by].astype("string").fillna("-"), sort=True)[0]
    x, words = counts.x, counts.words
    place = (group * 2 + later).astype(int)
    size = 2 * (group.max() + 1)
    sums = np.zeros((size, x.shape[1]))
    into = sparse.csr_array((np.ones(len(place)), (place, np.arange(len(place)))), shape=(size, len(place)))
    sums += (into @ x).toarray()
    exposure = np.bincount(place, words, minlength=size)
    found, shared = _parts(sums, exposure)
    wide = np.sqrt(
        sum(_variance(found, sums, exposure, place, x, words, np.nonzero(side)[0]) for side in (later, ~later))
    )
    freedom = max(1, min(later.sum(), (~later).sum()) - 1)
    wide = stats.t.ppf(0.975, freedom) * wide if min(later.sum(), (~later).sum()) >= FEW else wide * np.nan
    table = {"name": counts.names}
    rates = [1000 * x[rows].sum(axis=0) / words[rows].sum() for rows in (~later, later)]
    table["rate_before"], table["rate_after"] = rates
    for number, part in enumerate(("change", "within", "between")):
        table[part] = 1000 * found[number]
        table[f"{part}_low"] = 1000 * (found[number] - wide[number])
        table[f"{part}_high"] = 1000 * (found[number] + wide[number])
    error = wide[0] / stats.t.ppf(0.975, freedom)
    held = coverage("composition", len(words))
    return pd.DataFrame(table).assign(coverage=held, shared=shared, detectable=1000 * to_detect(error**2, freedom))


def _without(sums: np.ndarray, exposure: np.ndarray, place: int, times: np.ndarray, words: float):
    sums, exposure = sums.copy(), exposure.copy()
    sums[place] -= times
    exposure[place] -= words
    return sums, exposure


def _parts(sums: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, float]:
    """Change, within and between of each name; and the share of words of groups that are there in both periods."""
    words = exposure.reshape(-1, 2)
    both = (words > 0).all(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(words[..., None] > 0, sums.reshape(*words.shape, -1) / words[..., None], 0)
        share = words / words.sum(axis=0)
    # A group of one period alone says what it says: all that it adds or takes is composition.
    rate[~both] = rate[~both].sum(axis=1, keepdims=True)
    before, after = rate[:, 0], rate[:, 1]
    within = ((share.mean(axis=1))[:, None] * (after - before)).sum(axis=0)
    between = ((share[:, 1] - share[:, 0])[:, None] * (before + after) / 2).sum(axis=0)
    return np.array([within + between, within, between]), float(words[both].sum() / words.sum())


def _variance(found, sums, exposure, place, x, words, rows) -> np.ndarray:
    """Of an estimate, from its values without each document of one period: parts × names."""
    total, squares, n = 0.0, 0.0, len(rows)
    for row in rows:
        apart = _parts(*_without(sums, exposure, place[row], x[[row]].toarray()[0], words[row]))[0] - found
        total, squares = total + apart, squares + apart**2
    return (n - 1) / n * np.maximum(squares - total**2 / n, 0)

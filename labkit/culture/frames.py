"""Frames: how often the concepts of the culture codebook stand in the documents, and which pole of an axis weighs more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.culture.counts import Counts, coverage, jackknife, most_if_rare, of_concepts, reach, to_detect
from labkit.errors import UsageError, did_you_mean

FEW = 8
PRIOR = 10.0


def rates(
    concepts: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    codebook: dict,
    by: str = "concept",
    over: str = "year",
    negated: bool = True,
) -> pd.DataFrame:
    """Count concepts per 1,000 words by year or any other trait of the documents, with an interval from leaving out documents.

    For the people in the minutes: how much of what a year's documents say is said in these terms. The documents are the
    units: a single long post on one theme gives a wide interval, not a trend.

    Parameters
    ----------
    concepts, documents
        The lab's tables, or those of :func:`labkit.culture.by_sector`.
    codebook
        ``lab.codebooks.culture``.
    by
        ``concept``, ``pole`` (axis:pole) or ``group``.
    over
        ``year``, ``kind``, or another column of the documents, such as ``period``, ``body_id`` (see
        :func:`labkit.culture.described`) or ``sector``; documents where it is missing are left out.
    negated
        Whether concepts inside a negation count.

    Returns
    -------
    pandas.DataFrame
        One row a group of documents and name: ``over``, ``name``, ``n`` (times found), ``words``, ``documents``, ``rate`` (per
        1,000 words), ``low`` and ``high`` (95 %: delete-one jackknife of the log of the rate, t with documents - 1 degrees;
        missing with fewer than eight documents; where no document or one alone holds the name, from 0 to the most that a Poisson
        number of such documents may be), ``coverage`` (share of simulated worlds in which such intervals held), ``detectable``
        (the ratio to the rate of as many other documents that would be found four times in five).

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 11, doi:10.1201/9780429246593

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> r = lk.culture.rates(lab.concepts, lab.documents, codebook=lab.codebooks.culture, by="pole")
    >>> sorted(r["year"].unique().tolist())
    [2012, 2013, 2014, 2015, 2016, 2017, 2018]
    """
    rows = []
    counts = of_concepts(concepts, documents, codebook=codebook, by=by, negated=negated)
    for group, mine in _grouped(counts, over):
        log_rate, variance = jackknife(mine)
        wide = (
            reach(variance, max(1, len(mine.words) - 1)) if len(mine.words) >= FEW else np.full(len(log_rate), np.nan)
        )
        times, words = np.asarray(mine.x.sum(axis=0)), mine.words.sum()
        rare = ((mine.x > 0).sum(axis=0) < 2) & (len(mine.words) >= FEW)
        rows.append(
            pd.DataFrame(
                {
                    over: group,
                    "name": mine.names,
                    "n": times.astype(int),
                    "words": int(words),
                    "documents": len(mine.words),
                    "rate": 1000 * times / words,
                    "low": np.where(rare, 0, 1000 * np.exp(log_rate - wide)),
                    "high": 1000 * np.where(rare, most_if_rare(mine, counts), np.exp(log_rate + wide)),
                    "coverage": coverage("rate", len(mine.words)),
                    "detectable": np.exp(to_detect(2 * variance, max(1, 2 * len(mine.words) - 2))),
                }
            )
        )
    columns = [over, "name", "n", "words", "documents", "rate", "low", "high", "coverage", "detectable"]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)


def axes(
    concepts: pd.DataFrame, documents: pd.DataFrame, *, codebook: dict, over: str = "year", negated: bool = True
) -> pd.DataFrame:
    """Weigh the two poles of each axis against one another.

    For the people in the minutes: of all that is said on a thesis, whether it leans to what is to be left behind (below the
    lab's own mean) or to what is moved towards (above it).

    Returns
    -------
    pandas.DataFrame
        One row a group of documents and axis: ``over``, ``axis``, ``old`` and ``new`` (times), ``documents``, ``score`` (log
        odds of the new pole, shrunken towards those of all documents by ten words: few words move it little), ``mean`` (of all
        documents), ``low``, ``high`` (95 %, as in :func:`rates`; missing where a pole stands in fewer than two documents),
        ``detectable`` (the distance to the score of as many other documents that would be found four times in five).

    References
    ----------
    Monroe, Colaresi and Quinn 2008, Fightin' words, doi:10.1093/pan/mpn018, for the prior

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> docs = lk.culture.described(lab)
    >>> found = lk.culture.axes(lab.concepts, docs, codebook=lab.codebooks.culture, over="period")
    >>> found[found["axis"] == "delegation-community"]["score"].round(1).tolist()
    [-2.2, 3.7]
    """
    counts = of_concepts(concepts, documents, codebook=codebook, by="pole", negated=negated)
    rows = []
    for axis in sorted({name.split(":")[0] for name in counts.names}):
        pole = [
            counts.names.index(f"{axis}:{side}") if f"{axis}:{side}" in counts.names else -1 for side in ("old", "new")
        ]
        if -1 in pole:
            raise UsageError(f"axes: the axis '{axis}' has one pole alone; give its concepts pole: old and pole: new")
        both = counts.x[:, pole].toarray()
        old, new = both.sum(axis=0)
        share = (new + 0.5) / (old + new + 1)
        for group, mine in _grouped(counts, over):
            here = both[mine.documents.index]
            n, left = len(here), _leaning(here.sum(axis=0) - here, share)
            told = n >= FEW and ((here > 0).sum(axis=0) > 1).all()
            variance = (n - 1) ** 2 / n * left.var(ddof=1) if told else np.nan
            wide = reach(variance, max(1, n - 1))
            value = _leaning(here.sum(axis=0), share)
            rows.append(
                {
                    over: group,
                    "axis": axis,
                    "old": int(here[:, 0].sum()),
                    "new": int(here[:, 1].sum()),
                    "documents": n,
                    "score": value,
                    "mean": np.log(share / (1 - share)),
                    "low": value - wide,
                    "high": value + wide,
                    "detectable": to_detect(2 * variance, max(1, 2 * n - 2)),
                }
            )
    columns = [over, *"axis old new documents score mean low high detectable".split()]
    return pd.DataFrame(rows, columns=columns)


def _leaning(times: np.ndarray, share: float) -> np.ndarray:
    """Log odds of the second of two counts, shrunken towards a share."""
    return np.log((times[..., 1] + PRIOR * share) / (times[..., 0] + PRIOR * (1 - share)))


def _grouped(counts: Counts, over: str):
    """The documents of each group, in the order of the groups' names."""
    docs = counts.documents
    if over not in docs.columns or over in ("doc_id", "title", "n_words"):
        known = [c for c in docs.columns if c not in ("doc_id", "title", "source", "sha256", "n_words", "published")]
        raise UsageError(f"the documents cannot be grouped by '{over}' ({did_you_mean(over, known)})")
    for group in sorted(docs[over].dropna().unique()):
        yield group, counts.only((docs[over] == group).fillna(False).to_numpy(dtype=bool))

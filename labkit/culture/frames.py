"""Frames: how often the concepts of the culture codebook stand in the documents, by year, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.errors import UsageError, did_you_mean

DRAWS = 2000
FEW = 8


def group_of(codebook: dict, by: str) -> dict[str, str]:
    """Map each concept to itself, its pole or its group.

    ``by`` is ``concept``, ``pole`` (as ``axis:pole``, axes only) or ``group`` (axis, phenomenon, initiative).
    """
    ways = {
        "concept": lambda e: e["id"],
        "pole": lambda e: f"{e['axis']}:{e['pole']}" if e.get("axis") else None,
        "group": lambda e: e.get("group"),
    }
    if by not in ways:
        raise UsageError(f"rates: nothing to count by '{by}' ({did_you_mean(by, ways)})")
    found = {entry["id"]: ways[by](entry) for entry in codebook.values()}
    return {concept: name for concept, name in found.items() if name}


def rates(
    concepts: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    codebook: dict,
    by: str = "concept",
    negated: bool = True,
    seed: int,
) -> pd.DataFrame:
    """Count concepts per 1,000 words by year, with an interval from resampling documents.

    For the people in the minutes: how much of what a year's documents say is said in these terms. The documents are the
    units: a single long post on one theme gives a wide interval, not a trend.

    Parameters
    ----------
    concepts, documents
        The lab's tables.
    codebook
        ``lab.codebooks.culture``.
    by
        ``concept``, ``pole`` (axis:pole) or ``group``.
    negated
        Whether concepts inside a negation count.
    seed
        Start of the resampling.

    Returns
    -------
    pandas.DataFrame
        One row a year and name: ``year``, ``name``, ``n`` (times found), ``words``, ``documents``, ``rate`` (per 1,000
        words), ``low`` and ``high`` (95 % percentile interval over 2,000 resamples of the year's documents; missing
        where a year has fewer than eight documents, since resampling so few is far too sure; for a name never found, up
        to 3 per the year's words, the rule of three).

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, doi:10.1201/9780429246593

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> r = lk.culture.rates(lab.concepts, lab.documents, codebook=lab.codebooks.culture, by="pole", seed=1)
    >>> sorted(r["year"].unique().tolist())
    ['2012', '2013', '2014', '2015', '2016', '2017', '2018']
    """
    names = group_of(codebook, by)
    docs = documents.dropna(subset=["published"]).assign(year=lambda d: d["published"].str[:4])
    docs = docs.loc[docs["n_words"] > 0, ["doc_id", "year", "n_words"]].sort_values("doc_id")
    found = concepts if negated else concepts[~concepts["negated"].fillna(False)]
    found = found.assign(name=found["concept_id"].map(names)).dropna(subset=["name"])
    counts = found.groupby(["doc_id", "name"])["n"].sum().unstack(fill_value=0).reindex(docs["doc_id"], fill_value=0)
    counts = counts.reindex(columns=sorted(set(names.values())), fill_value=0)
    rows = []
    random = np.random.default_rng(seed)
    for year, group in docs.groupby("year"):
        x = counts.loc[group["doc_id"]].to_numpy(dtype=float)
        words = group["n_words"].to_numpy(dtype=float)
        low, high = _interval(x, words, random)
        for place, name in enumerate(counts.columns):
            rate = 1000 * x[:, place].sum() / words.sum() if words.sum() else float("nan")
            rows.append(
                (year, name, int(x[:, place].sum()), int(words.sum()), len(group), rate, low[place], high[place])
            )
    return pd.DataFrame(rows, columns=["year", "name", "n", "words", "documents", "rate", "low", "high"])


def _interval(x: np.ndarray, words: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    if len(words) < FEW:
        nothing = np.full(x.shape[1], np.nan)
        return nothing, nothing
    picks = random.multinomial(len(words), np.full(len(words), 1 / len(words)), size=DRAWS)
    drawn = 1000 * (picks @ x) / (picks @ words)[:, None]
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return low, np.where(x.sum(axis=0) == 0, 3000 / words.sum(), high)

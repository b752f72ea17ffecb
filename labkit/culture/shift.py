"""Shift: which words two sets of documents use at different rates, with documents as the units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.errors import UsageError
from labkit.language.vocabulary import is_function_word
from labkit.pvalues import benjamini_hochberg

PERMUTATIONS = 4999
DRAWS = 1000
FEW = 5


def compare(
    terms: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    before: tuple[int, int],
    after: tuple[int, int],
    min_documents: int = 10,
    seed: int,
) -> pd.DataFrame:
    """Compare the words of two periods.

    For the people in the minutes: which words their documents use more, or less, than before. Tokens are not
    independent (a document that speaks of *casa* speaks of it often), so chance is judged by dealing whole documents
    anew to the two periods, and the interval comes from resampling whole documents.

    Parameters
    ----------
    terms, documents
        The lab's tables.
    before, after
        First and last year of each period.
    min_documents
        Only lemmas that stand in at least so many documents are compared.
    seed
        Start of permutations and resampling.

    Returns
    -------
    pandas.DataFrame
        One row a lemma: ``n_before``, ``n_after`` (times), ``documents`` (that hold it), ``rate_before``, ``rate_after``
        (per 1,000 words), ``log_ratio`` (base 2 of the ratio of rates, 0.5 added to each count; the effect size),
        ``low``, ``high`` (95 % interval; open on the outer side, so missing, where a period never uses the word),
        ``log_odds`` (z score with an informative Dirichlet prior), ``p`` (two-sided, (b+1)/(m+1) over 4,999
        permutations of document labels), ``p_family`` (max-T: the chance that any lemma of all those compared would
        differ as much), ``q`` (Benjamini-Hochberg over ``p``; it cannot fall below the number of lemmas / 5,000, so a
        change is called by ``p_family``) and ``detectable`` (about the log ratio that would give ``p_family`` < 0.05
        as often as not). Sorted by ``p``, then by size of effect. Empty if a period has fewer than five documents: it
        cannot be told.

    Raises
    ------
    UsageError
        If the periods overlap or hold no document.

    References
    ----------
    Monroe, Colaresi and Quinn 2008, Fightin' words, doi:10.1093/pan/mpn018; Westfall and Young 1993, Resampling-based
    multiple testing; Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x

    Notes
    -----
    Do not trust it where the two periods hold different kinds of documents: the difference may be of kind, not of time.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> words = lk.culture.compare(lab.terms, lab.documents, before=(2012, 2014), after=(2015, 2018), seed=1)
    >>> bool(words.set_index("lemma").loc["reciprocità", "log_ratio"] > 2)
    True
    """
    if max(before) >= min(after) and max(after) >= min(before):
        raise UsageError(f"compare: the periods {before} and {after} overlap; give years apart")
    counts, words, later, lemmas = _matrix(terms, documents, before, after)
    if not later.any() or later.all():
        raise UsageError(
            f"compare: no document in {before if later.all() else after}; the lab has the years {_years(documents)}"
        )
    if min(later.sum(), (~later).sum()) < FEW:
        return pd.DataFrame(columns=COLUMNS)
    held = (counts > 0).sum(axis=0)
    keep = np.array(
        [held[i] >= min_documents and not is_function_word(lemma) for i, lemma in enumerate(lemmas)], dtype=bool
    )
    if not keep.any():
        return pd.DataFrame(columns=COLUMNS)
    x, names = counts[:, keep], [lemma for lemma, kept in zip(lemmas, keep) if kept]
    random = np.random.default_rng(seed)
    observed = _log_ratio(x, words, later[None, :].astype(float))[0]
    p, p_family, needed = _permuted(x, words, later, observed, random)
    low, high, error = _resampled(x, words, later, random)
    rows = pd.DataFrame(
        {
            "lemma": names,
            "n_before": x[~later].sum(axis=0).astype(int),
            "n_after": x[later].sum(axis=0).astype(int),
            "documents": held[keep].astype(int),
            "rate_before": 1000 * x[~later].sum(axis=0) / words[~later].sum(),
            "rate_after": 1000 * x[later].sum(axis=0) / words[later].sum(),
            "log_ratio": observed,
            "low": low,
            "high": high,
            "log_odds": _log_odds(x, later),
            "p": p,
            "p_family": p_family,
            "q": benjamini_hochberg(p),
            "detectable": needed + 0.84 * error,
        }
    )
    rows["size"] = rows["log_ratio"].abs()
    return rows.sort_values(["p", "size", "lemma"], ascending=[True, False, True], ignore_index=True)[COLUMNS]


COLUMNS = [
    "lemma",
    "n_before",
    "n_after",
    "documents",
    "rate_before",
    "rate_after",
    "log_ratio",
    "low",
    "high",
    "log_odds",
    "p",
    "p_family",
    "q",
    "detectable",
]


def _years(documents: pd.DataFrame) -> str:
    years = documents["published"].dropna().str[:4]
    return f"{years.min()}-{years.max()}"


def _matrix(terms: pd.DataFrame, documents: pd.DataFrame, before, after):
    """Documents of both periods × lemmas, words of each document, and which are of the later period."""
    docs = documents[documents["n_words"] > 0].dropna(subset=["published"]).sort_values("doc_id")
    year = docs["published"].str[:4].astype(int)
    docs = docs.assign(later=year.between(*after))[year.between(*after) | year.between(*before)]
    mine = terms[terms["doc_id"].isin(docs["doc_id"])]
    table = mine.groupby(["doc_id", "lemma"])["n"].sum().unstack(fill_value=0).reindex(docs["doc_id"], fill_value=0)
    table = table.reindex(columns=sorted(table.columns))
    return (
        table.to_numpy(dtype=float),
        docs["n_words"].to_numpy(dtype=float),
        docs["later"].to_numpy(dtype=bool),
        list(table.columns),
    )


def _log_ratio(
    x: np.ndarray, words: np.ndarray, weights_after: np.ndarray, weights_before: np.ndarray | None = None
) -> np.ndarray:
    """Log ratio (base 2) of rates after and before; one row a row of weights."""
    if weights_before is None:
        weights_before = 1 - weights_after
    after = (weights_after @ x + 0.5) / (weights_after @ words)[:, None]
    before = (weights_before @ x + 0.5) / (weights_before @ words)[:, None]
    return np.log2(after / before)


def _permuted(x, words, later, observed, random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two-sided permutation p of each lemma, p of the family, and the difference that the family's 5 % asks of each."""
    labels = np.array([random.permutation(later) for _ in range(PERMUTATIONS)], dtype=float)
    null = _log_ratio(x, words, labels)
    centre, scale = null.mean(axis=0), np.maximum(null.std(axis=0), 1e-12)
    size, chance = np.abs(observed - centre), np.abs(null - centre)
    p = (1 + (chance >= size - 1e-12).sum(axis=0)) / (PERMUTATIONS + 1)
    largest = (chance / scale).max(axis=1)
    family = (1 + (largest[:, None] >= size / scale - 1e-12).sum(axis=0)) / (PERMUTATIONS + 1)
    return p, family, np.quantile(largest, 0.95) * scale


def _resampled(x, words, later, random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Percentile interval and standard error of the log ratio from resampling the documents of each period."""

    def draw(mine: np.ndarray) -> np.ndarray:
        picks = np.zeros((DRAWS, len(later)))
        picks[:, mine] = random.multinomial(mine.sum(), np.full(mine.sum(), 1 / mine.sum()), size=DRAWS)
        return picks

    after, before = draw(later), draw(~later)
    drawn = _log_ratio(x, words, after, before)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    # Never used in a period: its rate may be anything up to 3 / words (the rule of three), so one side stays open.
    for silent, other, mine, words_mine in (
        (~later, later, after, words[~later].sum()),
        (later, ~later, before, words[later].sum()),
    ):
        none = x[silent].sum(axis=0) == 0
        rate = np.percentile((mine @ x[:, none] + 0.5) / (mine @ words)[:, None], 2.5, axis=0)
        bound = np.log2(rate / (3 / words_mine))
        if other is later:
            low[none], high[none] = bound, np.nan
        else:
            low[none], high[none] = np.nan, -bound
    return low, high, drawn.std(axis=0, ddof=1)


def _log_odds(x: np.ndarray, later: np.ndarray, prior: float = 500.0) -> np.ndarray:
    """The z score of the log odds ratio with an informative Dirichlet prior (Monroe and others 2008, eq. 22)."""
    total = x.sum(axis=0)
    alpha = prior * total / total.sum()
    a, b = x[later].sum(axis=0) + alpha, x[~later].sum(axis=0) + alpha
    delta = np.log(a / (a.sum() - a)) - np.log(b / (b.sum() - b))
    return delta / np.sqrt(1 / a + 1 / b)

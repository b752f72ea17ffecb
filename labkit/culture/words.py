"""Shift: which words two sets of documents use at different rates, with documents as the units, and which words carry the difference."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import pandas as pd
from scipy import sparse

from labkit.culture.counts import Counts, coverage, jackknife, most_if_rare, of_terms, ratio_interval, reach
from labkit.errors import UsageError
from labkit.language.vocabulary import is_function_word
from labkit.pvalues import benjamini_hochberg, enough

FEW = 5
_CELLS = 20_000_000  # permuted values held at once: 160 MB
_LOG2 = np.log(2)


def compare(
    terms: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    before: tuple[int, int],
    after: tuple[int, int],
    min_documents: int = 10,
    draws: int = 4999,
    seed: int,
) -> pd.DataFrame:
    """Compare the words of two periods.

    For the people in the minutes: which words their documents use more, or less, than before. Tokens are not
    independent (a document that speaks of *casa* speaks of it often), so chance is judged by dealing whole documents
    anew to the two periods, and the interval comes from leaving out whole documents.

    Parameters
    ----------
    terms, documents
        The lab's tables.
    before, after
        First and last year of each period.
    min_documents
        Only lemmas that stand in at least so many documents are compared.
    draws
        How often the documents are dealt out anew.
    seed
        Start of chance.

    Returns
    -------
    pandas.DataFrame
        One row a lemma: ``n_before``, ``n_after`` (times), ``documents`` (that hold it), ``rate_before``, ``rate_after``
        (per 1,000 words), ``log_ratio`` (base 2 of the ratio of rates, 0.5 added to each count; the effect size),
        ``low``, ``high`` (95 %: delete-one jackknife of both rates, Welch's t; open, so missing, on the outer side where a
        period holds the word in one document or in none), ``coverage`` (share of simulated worlds in which such intervals
        held), ``g2`` (log-likelihood of the 2 × 2 table of words: for reading beside other tools, not for judging),
        ``log_odds`` (z with an informative Dirichlet prior), ``dispersion`` (Gries's normalised DP: 0 as even as the lengths of
        the documents, 1 all in one), ``p`` (two-sided, (b+1)/(m+1); where fewer than ten draws reach the value, from a tail
        fitted to the draws), ``q`` (Benjamini and Hochberg over ``p``), ``p_family`` (max-T: the chance that any lemma of all
        those compared would differ as much; a change is called by it) and ``detectable`` (about the log ratio that would give
        ``p_family`` < 0.05 four times in five). Sorted by ``p``, then by size of effect. Empty if a period has fewer than five
        documents: it cannot be told.

    Raises
    ------
    UsageError
        If the periods overlap or hold no document.

    References
    ----------
    Monroe, Colaresi and Quinn 2008, Fightin' words, doi:10.1093/pan/mpn018; Westfall and Young 1993, Resampling-based
    multiple testing; Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x; Knijnenburg and others 2009, Fewer
    permutations, more accurate p-values, doi:10.1093/bioinformatics/btp211; Dunning 1993, aclanthology.org/J93-1003; Gries 2008,
    Dispersions and adjusted frequencies in corpora, doi:10.1075/ijcl.13.4.02gri

    Notes
    -----
    Do not trust it where the two periods hold different kinds of documents: the difference may be of kind, not of time
    (:func:`labkit.culture.composition`).

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> words = lk.culture.compare(lab.terms, lab.documents, before=(2012, 2014), after=(2015, 2018), seed=1)
    >>> bool(words.set_index("lemma").loc["reciprocità", "log_ratio"] > 2)
    True
    """
    enough(draws, "compare")
    counts, later = of_two_periods(of_terms(terms, documents), before, after, "compare")
    held = (counts.x > 0).sum(axis=0)
    common = (held >= min_documents) & ~np.array([is_function_word(name) for name in counts.names], dtype=bool)
    if min(later.sum(), (~later).sum()) < FEW or not common.any():
        return pd.DataFrame(columns=COLUMNS)
    counts, held = counts.keep(common), held[common]
    old, new = counts.only(~later), counts.only(later)
    a, b = old.x.sum(axis=0), new.x.sum(axis=0)
    observed = _log_ratio(b, a + b, new.words.sum(), counts.words.sum())
    p, p_family, needed = _permuted(counts, later, observed, draws, np.random.default_rng(seed))
    ratio, variance, freedom = ratio_interval(old, new)
    wide = reach(variance, freedom)
    low, high = _open_sides(old, new, ratio - wide, ratio + wide)
    rows = pd.DataFrame(
        {
            "lemma": counts.names,
            "n_before": a.astype(int),
            "n_after": b.astype(int),
            "documents": held.astype(int),
            "rate_before": 1000 * a / old.words.sum(),
            "rate_after": 1000 * b / new.words.sum(),
            "log_ratio": observed,
            "low": low / _LOG2,
            "high": high / _LOG2,
            "coverage": coverage("ratio", min(len(old.words), len(new.words))),
            "g2": g2(a, b, old.words.sum(), new.words.sum()),
            "log_odds": log_odds(a, b),
            "dispersion": dispersion(counts),
            "p": p,
            "q": benjamini_hochberg(p),
            "p_family": p_family,
            "detectable": _to_be_found(old, new, observed, needed, np.sqrt(variance) / _LOG2),
        }
    )
    rows["size"] = rows["log_ratio"].abs()
    return rows.sort_values(["p", "size", "lemma"], ascending=[True, False, True], ignore_index=True)[COLUMNS]


def _open_sides(old: Counts, new: Counts, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of the log ratio, one side open where a period holds the word in one document or in none."""
    for rare, other, sign in ((old, new, 1), (new, old, -1)):
        few = (rare.x > 0).sum(axis=0) < 2
        log_rate, variance = jackknife(other)
        bound = log_rate - reach(variance, len(other.words) - 1) - np.log(most_if_rare(rare, other))
        (low if sign > 0 else high)[few] = sign * bound[few]
        (high if sign > 0 else low)[few] = np.nan
    return low, high


def _to_be_found(old: Counts, new: Counts, observed: np.ndarray, needed: np.ndarray, error: np.ndarray) -> np.ndarray:
    """The rise that would be called four times in five: what the family asks of documents that differ so much, and 0.84 errors.

    Where the periods differ, so do the documents that are dealt out, and the same rise is asked of a wider null; so
    the size is found by going back and forth.
    """
    whole = len(old.words) + len(new.words)

    def unlike(rise: np.ndarray) -> np.ndarray:
        """Variance of the counts around their rate, by their mean, once the later period holds the name so much oftener."""
        times = 2.0 ** np.clip(rise - observed, -20, 20)
        square = (old.x.power(2)).sum(axis=0) + times**2 * (new.x.power(2)).sum(axis=0)
        cross = old.x.T @ old.words + times * (new.x.T @ new.words)
        total, words = old.x.sum(axis=0) + times * new.x.sum(axis=0), old.words.sum() + new.words.sum()
        rate = total / words
        return (
            whole * (square - 2 * rate * cross + rate**2 * (old.words @ old.words + new.words @ new.words)) / total**2
        )

    # The power .35 (not .5) of the variance is what simulated worlds ask for (docs/methods.md): logs of rates saturate.
    rise, now = needed + 0.84 * error, unlike(observed)
    for _ in range(12):
        rise = needed * (unlike(rise) / now) ** 0.35 + 0.84 * error
    return rise


COLUMNS = (
    "lemma n_before n_after documents rate_before rate_after log_ratio low high coverage g2 log_odds dispersion p q p_family detectable"
).split()


def shift(
    terms: pd.DataFrame, documents: pd.DataFrame, *, before: tuple[int, int], after: tuple[int, int]
) -> pd.DataFrame:
    """Tell which words carry the difference between two periods: their share of the Jensen-Shannon divergence.

    For the people in the minutes: a word weighs here by how often it is said and by how much that changed. Function words are left
    out.

    Returns
    -------
    pandas.DataFrame
        One row a lemma: ``n_before``, ``n_after``, ``contribution`` (bits; above zero for words used more in the later period,
        below for those used less), ``share`` (of the whole divergence), ``low``, ``high`` (95 %: the interval of the ratio of
        rates from leaving out documents, read as a contribution; missing where one document alone holds the word). Sorted by
        size. ``attrs["divergence"]`` is the whole, in bits.

    Raises
    ------
    UsageError
        If the periods overlap or hold no document.

    References
    ----------
    Gallagher and others 2021, Generalized word shift graphs, doi:10.1140/epjds/s13688-021-00260-3

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> found = lk.culture.shift(lab.terms, lab.documents, before=(2012, 2014), after=(2015, 2018))
    >>> found.query("contribution > 0")["lemma"].iloc[0], round(float(found["share"].sum()), 6)
    ('fiducia', 1.0)
    """
    counts, later = of_two_periods(of_terms(terms, documents), before, after, "shift")
    counts = counts.keep(~np.array([is_function_word(name) for name in counts.names], dtype=bool))
    old, new = counts.only(~later), counts.only(later)
    a, b = old.x.sum(axis=0), new.x.sum(axis=0)
    if not (a.sum() and b.sum()):
        raise UsageError("shift: one of the periods has no words but function words; nothing can be compared")
    p, q = a / a.sum(), b / b.sum()
    found = _signed(p, q)
    old, new = _of_all(old), _of_all(new)
    ratio, variance, freedom = ratio_interval(old, new)
    wide = reach(variance, freedom)
    low, high = _open_sides(old, new, ratio - wide, ratio + wide)
    low = np.where(np.isnan(low) & np.isfinite(high), -np.inf, low)
    high = np.where(np.isnan(high) & np.isfinite(low), np.inf, high)
    ends = []
    for end in (low, high):
        # As often in both periods together, at the end of what the ratio may be.
        later_share = (p + q) / (1 + np.exp(-end))
        ends.append(_signed(p + q - later_share, later_share))
    whole = np.abs(found).sum()
    rows = pd.DataFrame(
        {
            "lemma": counts.names,
            "n_before": a.astype(int),
            "n_after": b.astype(int),
            "contribution": found,
            "share": np.abs(found) / whole if whole else 0.0,
            "low": ends[0],
            "high": ends[1],
        }
    )
    rows = rows.sort_values(["share", "lemma"], ascending=[False, True], ignore_index=True)
    rows.attrs["divergence"] = float(whole)
    return rows


def _of_all(counts: Counts) -> Counts:
    """Rates of a word among all words counted, not among those of the text."""
    return Counts(counts.documents, counts.names, counts.x, np.asarray(counts.x.sum(axis=1), dtype=float))


def _signed(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(one > 0, one * np.log2(one / middle), 0.0) for one in (p, q)]
    return np.where(np.isnan(p + q), np.nan, np.sign(q - p) * (parts[0] + parts[1]) / 2)


def of_two_periods(
    counts: Counts, before: tuple[int, int], after: tuple[int, int], asks: str
) -> tuple[Counts, np.ndarray]:
    """The documents of two periods, and which are of the later."""
    for period in (before, after):
        whole = isinstance(period, tuple | list) and len(period) == 2 and all(isinstance(y, Integral) for y in period)
        if not whole or period[0] > period[1]:
            raise UsageError(f"{asks}: expected first and last year, such as (2012, 2014); found {period!r}")
    if max(before) >= min(after) and max(after) >= min(before):
        raise UsageError(f"{asks}: the periods {before} and {after} overlap; give years apart")
    year = counts.documents["year"]
    later = year.between(*after).to_numpy()
    mine = later | year.between(*before).to_numpy()
    if not (mine & later).any() or not (mine & ~later).any():
        known = f"{year.min()}-{year.max()}" if len(year) else "none"
        none = after if not (mine & later).any() else before
        raise UsageError(f"{asks}: no document in {none}; the lab has the years {known}")
    return counts.only(mine), later[mine]


def _log_ratio(later: np.ndarray, whole: np.ndarray, words_later: np.ndarray, words: float) -> np.ndarray:
    """Log ratio (base 2) of the rates of later and other documents."""
    return np.log2(((later + 0.5) * (words - words_later)) / ((whole - later + 0.5) * words_later))


def _permuted(counts: Counts, later: np.ndarray, observed: np.ndarray, draws: int, random: np.random.Generator):
    """Two-sided p of each name, p of the family, and the difference that the family's 5 % asks of each."""
    labels = np.array([random.permutation(later) for _ in range(draws)], dtype=float)
    words_later, words, whole = labels @ counts.words, counts.words.sum(), counts.x.sum(axis=0)
    x = sparse.csc_array(counts.x)
    p, scale, size = (np.empty(len(observed)) for _ in range(3))
    largest = np.zeros(draws)
    step = max(1, _CELLS // draws)
    for start in range(0, len(observed), step):
        part = slice(start, start + step)
        null = _log_ratio((x[:, part].T @ labels.T), whole[part, None], words_later[None, :], words)
        # What was seen is one of the ways to deal out, and so counts among them.
        with_seen = np.column_stack([null, observed[part]])
        centre = with_seen.mean(axis=1, keepdims=True)
        spread = np.maximum(with_seen.std(axis=1), 1e-12)
        chance = np.abs(null - centre)
        size[part], scale[part] = np.abs(observed[part] - centre[:, 0]), spread
        p[part] = _share_beyond(chance, size[part])
        np.maximum(largest, (chance / spread[:, None]).max(axis=0), out=largest)
    ordered = np.sort(largest)
    beyond = draws - np.searchsorted(ordered, size / scale - 1e-12)
    return p, (1 + beyond) / (draws + 1), np.quantile(largest, 0.95) * scale


def _share_beyond(chance: np.ndarray, size: np.ndarray) -> np.ndarray:
    """(b+1)/(m+1); where b is below ten, the tail of a generalised Pareto distribution fitted to the largest tenth of the draws.

    Its shape is not let below zero, so that the tail never ends: p is then rather too large than too small.
    """
    draws = chance.shape[1]
    beyond = (chance >= size[:, None] - 1e-12).sum(axis=1)
    p = (1.0 + beyond) / (draws + 1)
    rare = np.nonzero(beyond < 10)[0]
    top = draws // 10
    if not len(rare) or top < 50:
        return p
    ordered = np.sort(chance[rare], axis=1)[:, -top - 1 :]
    start, excess = ordered[:, 0], ordered[:, 1:] - ordered[:, :1]
    # Probability-weighted moments (Hosking and Wallis 1987, doi:10.1080/00401706.1987.10488243).
    mean = excess.mean(axis=1)
    weighted = (excess * (top - 1 - np.arange(top)) / (top - 1)).mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shape = np.clip(np.nan_to_num(2 - mean / (mean - 2 * weighted)), 0, 0.9)
        width = mean * (1 - shape)
        far = np.maximum(size[rare] - start, 0) / np.maximum(width, 1e-12)
        tail = np.where(shape > 1e-6, (1 + shape * far) ** (-1 / np.maximum(shape, 1e-6)), np.exp(-far))
    p[rare] = np.minimum(np.maximum(top / draws * tail, 1e-300), (10.0 + 1) / (draws + 1))
    return p


def g2(a: np.ndarray, b: np.ndarray, words_a: float, words_b: float) -> np.ndarray:
    """The log-likelihood statistic of each word's 2 × 2 table: this word or another, in the one set or the other."""
    total = words_a + words_b
    found = np.zeros(len(a))
    for times, words in ((a, words_a), (b, words_b)):
        for seen, expected in (
            (times, words * (a + b) / total),
            (words - times, words * (total - a - b) / total),
        ):
            found += 2 * np.where(seen > 0, seen * np.log(np.maximum(seen, 1e-300) / expected), 0)
    return found


def log_odds(a: np.ndarray, b: np.ndarray, prior: float = 500.0) -> np.ndarray:
    """The z score of the log odds ratio, later to earlier, with an informative Dirichlet prior (Monroe and others 2008, eq. 22)."""
    total = a + b
    alpha = prior * total / total.sum()
    after, before = b + alpha, a + alpha
    with np.errstate(divide="ignore", invalid="ignore"):  # one word alone has no odds: missing
        delta = np.log(after / (after.sum() - after)) - np.log(before / (before.sum() - before))
    return delta / np.sqrt(1 / after + 1 / before)


def dispersion(counts: Counts) -> np.ndarray:
    """Gries's deviation of proportions of each name, normalised (Lijffijt and Gries 2012, doi:10.1075/ijcl.17.1.08lij)."""
    part = counts.words / counts.words.sum()
    cells = counts.x.tocoo()
    times = np.asarray(counts.x.sum(axis=0), dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = cells.data / times[cells.col]
        apart = np.bincount(cells.col, np.abs(seen - part[cells.row]) - part[cells.row], minlength=len(times)) + 1
    return np.where(times > 0, apart / 2 / (1 - part.min()), np.nan)

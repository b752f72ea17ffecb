"""Phenomena and cultures: which frames go with which phenomenon in one section, and which words stand beside a concept."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse, stats

from labkit.culture.counts import naming
from labkit.errors import UsageError, did_you_mean
from labkit.language.vocabulary import is_function_word, lemma
from labkit.language.vocabulary import words as words_of
from labkit.pvalues import benjamini_hochberg, enough

FEW = 8


def associations(
    concepts: pd.DataFrame,
    sections: pd.DataFrame,
    *,
    codebook: dict,
    frames: str = "pole",
    negated: bool = True,
    draws: int = 999,
    seed: int,
) -> pd.DataFrame:
    """Ask of each phenomenon and each frame whether sections that hold the one hold the other more often than the rest.

    For the people in the minutes: in what terms they speak of each form of vulnerability. To see how that moved, ask it of the
    sections of each period.

    Parameters
    ----------
    concepts, sections
        The lab's tables, or some of their rows.
    codebook
        ``lab.codebooks.culture``: its concepts of the group ``phenomenon`` against those of its axes.
    frames
        ``pole`` (axis:pole) or ``concept``.
    negated
        Whether concepts inside a negation count.
    draws
        How often the frames of whole documents are laid beside the phenomena of others.

    Returns
    -------
    pandas.DataFrame
        One row a phenomenon and frame: ``phenomenon``, ``frame``, ``both``, ``phenomenon_alone``, ``frame_alone``, ``neither``
        (sections), ``documents`` (with both), ``log_odds`` (natural, 0.5 added to each cell), ``low``, ``high`` (95 %, delete-one
        jackknife over documents; missing where fewer than three documents hold both), ``p`` (two-sided, (b+1)/(m+1)), ``q``
        (Benjamini and Hochberg), ``detectable`` (log odds that would be found four times in five). Pairs of which either stands
        in fewer than eight sections are left out. Empty where nothing remains: it cannot be told.

    Notes
    -----
    Sections of one document are alike. So the draws put the documents in another order and turn the row of their sections by a
    chance number of places, with all the frames that they hold, beside the phenomena as they stand.

    References
    ----------
    Haldane 1956 for the 0.5, doi:10.1111/j.1469-1809.1955.tb01285.x

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> found = associations(lab.concepts, lab.sections, codebook=lab.codebooks.culture, seed=lab.seed)
    >>> bool(found["p"].between(0, 1).all())
    True
    """
    enough(draws, "associations")
    if frames not in ("pole", "concept"):
        raise UsageError(f"associations: no frames '{frames}' ({did_you_mean(frames, ('pole', 'concept'))})")
    phenomena = {c: c for c, e in codebook.items() if e.get("group") == "phenomenon"}
    others = {c: n for c, n in naming(codebook, frames).items() if codebook[c].get("group") == "axis"}
    here = sections[sections["n_words"] > 0].sort_values("section_id", ignore_index=True)
    a, rows = _held(concepts, here, phenomena, negated)
    b, columns = _held(concepts, here, others, negated)
    doc = pd.factorize(here["doc_id"], sort=True)[0]
    names = [
        (r, c) for r in range(len(rows)) for c in range(len(columns)) if a[:, r].sum() >= FEW and b[:, c].sum() >= FEW
    ]
    if not names or doc.max() + 1 < FEW:
        return pd.DataFrame(columns=ASSOCIATION)
    x, y = a[:, [r for r, _ in names]], b[:, [c for _, c in names]]
    into = sparse.csr_array((np.ones(len(doc)), (doc, np.arange(len(doc)))))
    cells = np.array([into @ part for part in (x * y, x * (1 - y), (1 - x) * y, (1 - x) * (1 - y))])
    whole = cells.sum(axis=1)
    estimate = _log_odds(whole)
    left = _log_odds(whole[:, None, :] - cells)
    n = len(left)
    variance = (n - 1) / n * ((left - left.mean(axis=0)) ** 2).sum(axis=0)
    documents = (cells[0] > 0).sum(axis=0)
    variance = np.where(documents >= 3, variance, np.nan)
    wide = stats.t.ppf(0.975, n - 1) * np.sqrt(variance)
    drawn = _laid_beside(a, b, doc, draws, np.random.default_rng(seed))[:, [r for r, _ in names], [c for _, c in names]]
    expected = drawn.mean(axis=0)
    p = (1 + (np.abs(drawn - expected) >= np.abs(whole[0] - expected) - 1e-9).sum(axis=0)) / (draws + 1)
    table = pd.DataFrame(
        {
            "phenomenon": [rows[r] for r, _ in names],
            "frame": [columns[c] for _, c in names],
            **{column: one.astype(int) for column, one in zip(ASSOCIATION[2:6], whole)},
            "documents": documents.astype(int),
            "log_odds": estimate,
            "low": estimate - wide,
            "high": estimate + wide,
            "p": p,
            "q": benjamini_hochberg(p),
            "detectable": (stats.t.ppf(0.975, n - 1) + stats.t.ppf(0.8, n - 1)) * np.sqrt(variance),
        }
    )
    return table.sort_values(["p", "phenomenon", "frame"], ignore_index=True)


def _laid_beside(a: np.ndarray, b: np.ndarray, doc: np.ndarray, draws: int, random: np.random.Generator) -> np.ndarray:
    """In how many sections each two stand together, the second side dealt out by whole documents: draws × rows × columns."""
    blocks = [np.nonzero(doc == one)[0] for one in range(doc.max() + 1)]
    found = np.empty((draws, a.shape[1], b.shape[1]))
    for number in range(draws):
        order = np.concatenate([blocks[one] for one in random.permutation(len(blocks))])
        found[number] = a.T @ b[np.roll(order, random.integers(len(order)))]
    return found


ASSOCIATION = (
    "phenomenon frame both phenomenon_alone frame_alone neither documents log_odds low high p q detectable"
).split()


def _held(
    concepts: pd.DataFrame, sections: pd.DataFrame, names: dict[str, str], negated: bool
) -> tuple[np.ndarray, list[str]]:
    """Sections × names: whether a section holds a name."""
    found = concepts if negated else concepts[~concepts["negated"].fillna(False).astype(bool)]
    order = sorted(set(names.values()))
    row = found["section_id"].map(pd.Series(sections.index, index=sections["section_id"]))
    column = found["concept_id"].map(names).map({name: place for place, name in enumerate(order)})
    here = (row.notna() & column.notna()).to_numpy()
    held = np.zeros((len(sections), len(order)))
    held[row[here].astype(int), column[here].astype(int)] = 1
    return held, order


def _log_odds(cells: np.ndarray) -> np.ndarray:
    a, b, c, d = cells + 0.5
    return np.log(a * d / (b * c))


def correspondence(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Place the rows and columns of a table of counts on a map: those that go together lie in one direction from the middle.

    Parameters
    ----------
    table
        Counts, such as ``associations(...).pivot(index="phenomenon", columns="frame", values="both")``. Empty rows and columns are
        left out.

    Returns
    -------
    rows, columns : pandas.DataFrame
        Principal coordinates ``x`` and ``y`` and ``mass`` (share of all counts).
    inertia : numpy.ndarray
        Share of each axis in the whole.

    Raises
    ------
    UsageError
        With fewer than three rows or columns that hold anything, or rows that are all alike.

    References
    ----------
    Greenacre 2017, Correspondence Analysis in Practice, doi:10.1201/9781315369983

    Examples
    --------
    >>> table = pd.DataFrame([[20, 2, 3], [4, 18, 5], [3, 6, 21]], index=list("abc"), columns=list("xyz"))
    >>> rows, columns, inertia = correspondence(table)
    >>> rows.shape, bool(inertia[0] >= inertia[1])
    ((3, 3), True)
    """
    table = table.fillna(0).astype(float)
    table = table.loc[table.sum(axis=1) > 0, table.sum(axis=0) > 0]
    if min(table.shape, default=0) < 3:
        raise UsageError(
            f"correspondence: expected three rows and columns with counts at least; found {table.shape[0]} and {table.shape[1]}"
        )
    share = table.to_numpy() / table.to_numpy().sum()
    r, c = share.sum(axis=1), share.sum(axis=0)
    left, values, right = np.linalg.svd((share - np.outer(r, c)) / np.sqrt(np.outer(r, c)), full_matrices=False)
    if values[0] < 1e-9:
        raise UsageError("correspondence: all rows have the same shares; there is nothing to place")
    turn = np.sign(left[np.abs(left).argmax(axis=0), np.arange(left.shape[1])])  # the same picture each time
    rows, columns = left * turn * values / np.sqrt(r)[:, None], right.T * turn * values / np.sqrt(c)[:, None]
    placed = [
        pd.DataFrame({"x": at[:, 0], "y": at[:, 1], "mass": mass}, index=names)
        for at, mass, names in ((rows, r, table.index), (columns, c, table.columns))
    ]
    return placed[0], placed[1], values**2 / (values**2).sum()


def neighbours(
    terms: pd.DataFrame, concepts: pd.DataFrame, concept: str, *, codebook: dict, min_documents: int = 3
) -> pd.DataFrame:
    """List the lemmas that stand in the sections of a concept more often than elsewhere.

    For reading, not for judging: the words point to passages. To see how they moved, pass the rows of each period.

    Returns
    -------
    pandas.DataFrame
        One row a lemma: ``lemma``, ``n_beside``, ``n_elsewhere``, ``documents`` (that hold both), ``log_ratio`` (base 2, 0.5
        added), ``log_odds`` (z with an informative prior, see :func:`labkit.culture.compare`). Sorted by it; the concept's own
        lemmas, and those of its phrases, are left out.

    Raises
    ------
    UsageError
        For an unknown concept, or one that is not found.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> found = neighbours(lab.terms, lab.concepts, "casa-e-sfratti", codebook=lab.codebooks.culture)
    >>> bool((found["log_odds"].diff().dropna() <= 0).all())
    True
    """
    from labkit.culture.words import log_odds

    if concept not in codebook:
        raise UsageError(f"neighbours: no concept '{concept}' ({did_you_mean(concept, codebook)})")
    here = set(concepts.loc[concepts["concept_id"] == concept, "section_id"])
    beside = terms["section_id"].isin(here)
    if not beside.any() or beside.all():
        raise UsageError(
            f"neighbours: '{concept}' stands in {'every' if beside.any() else 'no'} section; nothing can be compared"
        )
    own = set(codebook[concept].get("lemmas", []))
    own |= {lemma(word) for phrase in codebook[concept].get("phrases", []) for word in words_of(phrase)}
    words = terms[~terms["lemma"].map(lambda one: one in own or is_function_word(one))]
    beside = words["section_id"].isin(here)
    table = pd.DataFrame(
        {
            "n_beside": words[beside].groupby("lemma")["n"].sum(),
            "n_elsewhere": words[~beside].groupby("lemma")["n"].sum(),
            "documents": words[beside].groupby("lemma")["doc_id"].nunique(),
        }
    ).fillna(0)
    a, b = table["n_elsewhere"].to_numpy(float), table["n_beside"].to_numpy(float)
    table["log_ratio"] = np.log2((b + 0.5) / b.sum() / ((a + 0.5) / a.sum()))
    table["log_odds"] = log_odds(a, b)
    table = table[table["documents"] >= min_documents].astype(
        {c: int for c in ("n_beside", "n_elsewhere", "documents")}
    )
    return (
        table.rename_axis("lemma")
        .reset_index()
        .sort_values(["log_odds", "lemma"], ascending=[False, True], ignore_index=True)
    )

"""Counts: how often each word or concept stands in each document, and what delete-one resampling says of rates and their ratios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse, stats

from labkit.culture.speakers import sector_of_speakers
from labkit.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from labkit.lab import Lab


@dataclass(frozen=True)
class Counts:
    """Documents × names, sparse, with the words of each document."""

    documents: pd.DataFrame
    names: list[str]
    x: sparse.csr_array
    words: np.ndarray

    def only(self, rows: np.ndarray) -> Counts:
        """The same for some documents."""
        return Counts(self.documents[rows], self.names, self.x[np.nonzero(rows)[0]], self.words[rows])

    def keep(self, columns: np.ndarray) -> Counts:
        """The same for some names."""
        places = np.nonzero(columns)[0]
        return Counts(self.documents, [self.names[n] for n in places], self.x[:, places], self.words)


def whole_days(published: pd.Series) -> pd.Series:
    """Dates as times; missing where only the year or the month is known."""
    return pd.to_datetime(published, format="%Y-%m-%d", errors="coerce")


def of_terms(terms: pd.DataFrame, documents: pd.DataFrame) -> Counts:
    """Count lemmas by document; documents without words or without a date are left out."""
    return _counted(terms["doc_id"], terms["lemma"], terms["n"], documents, sorted(terms["lemma"].unique()))


def of_concepts(
    concepts: pd.DataFrame, documents: pd.DataFrame, *, codebook: dict, by: str = "concept", negated: bool = True
) -> Counts:
    """Count concepts, poles or groups by document; those never found count too, with nothing.

    Parameters
    ----------
    codebook
        ``lab.codebooks.culture``.
    by
        ``concept``, ``pole`` (as ``axis:pole``, axes only) or ``group`` (axis, phenomenon, initiative).
    negated
        Whether a concept inside a negation counts.
    """
    names = naming(codebook, by)
    found = concepts if negated else concepts[~concepts["negated"].fillna(False).astype(bool)]
    found = found.assign(name=found["concept_id"].map(names)).dropna(subset=["name"])
    return _counted(found["doc_id"], found["name"], found["n"], documents, sorted(set(names.values())))


def naming(codebook: dict, by: str) -> dict[str, str]:
    """Map each concept to itself, its pole or its group."""
    ways = {
        "concept": lambda e: e["id"],
        "pole": lambda e: f"{e['axis']}:{e['pole']}" if e.get("axis") else None,
        "group": lambda e: e.get("group"),
    }
    if by not in ways:
        raise UsageError(f"nothing to count by '{by}' ({did_you_mean(by, ways)})")
    found = {entry["id"]: ways[by](entry) for entry in codebook.values()}
    return {concept: name for concept, name in found.items() if name}


def _counted(doc: pd.Series, name: pd.Series, n: pd.Series, documents: pd.DataFrame, names: list[str]) -> Counts:
    docs = documents.dropna(subset=["published"])
    docs = docs[docs["n_words"] > 0].sort_values("doc_id", ignore_index=True)
    docs = docs.assign(year=docs["published"].str[:4].astype(int))
    row = doc.map(pd.Series(docs.index, index=docs["doc_id"])).to_numpy(float)
    column = name.map({one: place for place, one in enumerate(names)}).to_numpy(float)
    here = ~np.isnan(row) & ~np.isnan(column)
    cells = (n.to_numpy(float)[here], (row[here].astype(int), column[here].astype(int)))
    return Counts(
        docs, names, sparse.csr_array(cells, shape=(len(docs), len(names))), docs["n_words"].to_numpy(dtype=float)
    )


def described(lab: Lab) -> pd.DataFrame:
    """The documents of a lab with what they may be compared by.

    Returns
    -------
    pandas.DataFrame
        ``lab.documents`` with ``period`` (of ``lab.periods``), ``body_id`` (that met) and ``meeting`` (the same for posts that
        tell of one meeting, by body and day; others have their own); what is unknown is missing.

    Examples
    --------
    >>> import labkit as lk
    >>> described(lk.open_lab("esempio"))["period"].value_counts().to_dict()
    {'2015-2018': 54, '2012-2014': 39}
    """
    docs = lab.documents.copy()
    year = pd.to_numeric(docs["published"].str[:4], errors="coerce")
    docs["period"] = pd.Series(pd.NA, index=docs.index, dtype="string")
    for first, last in lab.periods:
        docs.loc[year.between(first, last), "period"] = f"{first}-{last}"
    docs["body_id"] = docs["doc_id"].map(bodies(lab))
    told = nx.Graph()
    told.add_nodes_from(docs["doc_id"])
    held = lab.meetings.dropna(subset=["date", "body_id"])
    told.add_edges_from(zip(held["doc_id"], held["body_id"] + " " + held["date"]))
    known = set(docs["doc_id"])
    first = {node: min(part & known) for part in nx.connected_components(told) if part & known for node in part}
    docs["meeting"] = docs["doc_id"].map(first)
    return docs


def bodies(lab: Lab) -> pd.Series:
    """The body that met, by post: that of its first meeting which has one."""
    held = lab.meetings.dropna(subset=["body_id"]).sort_values("meeting_id")
    return held.drop_duplicates("doc_id").set_index("doc_id")["body_id"]


def by_sector(lab: Lab) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What people and organisations are reported to have said, a document for each post and sector that speaks in it.

    Returns
    -------
    concepts, documents : pandas.DataFrame
        As the lab's tables, for every function of this package that takes these; documents have ``sector`` and the words of the
        statements alone. Statements whose speaker's sector is unknown are left out.

    Examples
    --------
    >>> import labkit as lk
    >>> concepts, documents = by_sector(lk.open_lab("esempio"))
    >>> sorted(documents["sector"].unique())
    ['other', 'profit', 'public', 'third_sector']
    """
    said = lab.statements.assign(sector=lab.statements["statement_id"].map(sector_of_speakers(lab)))
    said = said.dropna(subset=["sector"])
    said["part"] = said["doc_id"] + "|" + said["sector"]
    parts = said.groupby("part").agg(doc=("doc_id", "first"), sector=("sector", "first"), n_words=("n_words", "sum"))
    documents = lab.documents.drop(columns="n_words").set_index("doc_id").loc[parts["doc"]].reset_index(drop=True)
    documents = documents.assign(
        doc_id=parts.index, sector=parts["sector"].to_numpy(), n_words=parts["n_words"].to_numpy()
    )
    part = lab.concepts["statement_id"].map(said.set_index("statement_id")["part"])
    return lab.concepts.assign(doc_id=part).dropna(subset=["doc_id"]), documents


def jackknife(counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """The log of the rate (times a word) of each name, and the variance of that log from leaving out one document at a time.

    Missing where a name stands in one document alone: without it there is no rate, and how sure it is cannot be told.
    """
    x, words, n = counts.x, counts.words, len(counts.words)
    times, total = np.asarray(x.sum(axis=0)), words.sum()
    if n < 2:
        return np.log(np.where(times > 0, times, np.nan) / total), np.full(len(times), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_rate = np.log(times / total)
        out = -np.log1p(-words / total)  # what leaving out a document without the name adds
        cells = x.tocoo()
        share = np.log1p(-cells.data / times[cells.col])
    alone = np.bincount(cells.col, np.isneginf(share), minlength=len(times)) > 0
    share = np.where(np.isneginf(share), 0, share)
    sums = out.sum() + np.bincount(cells.col, share, minlength=len(times))
    squares = (out**2).sum() + np.bincount(cells.col, share * (share + 2 * out[cells.row]), minlength=len(times))
    variance = np.maximum((n - 1) / n * (squares - sums**2 / n), 0)
    variance[alone | (times == 0)] = np.nan
    return np.where(times > 0, log_rate, np.nan), variance


def ratio_interval(before: Counts, after: Counts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The log of the ratio of rates, its variance and the degrees of freedom (Welch and Satterthwaite)."""
    (a, va), (b, vb) = jackknife(before), jackknife(after)
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = (va + vb) ** 2 / (va**2 / (len(before.words) - 1) + vb**2 / (len(after.words) - 1))
    return b - a, va + vb, freedom


def reach(variance: np.ndarray, freedom: np.ndarray | float, level: float = 0.95) -> np.ndarray:
    """Half the width of an interval."""
    return stats.t.ppf(0.5 + level / 2, freedom) * np.sqrt(variance)


def to_detect(variance: np.ndarray, freedom: np.ndarray | float, power: float = 0.8) -> np.ndarray:
    """The effect that would be found at 5 % so often, in the unit of the variance's root."""
    return (stats.t.ppf(0.975, freedom) + stats.t.ppf(power, freedom)) * np.sqrt(variance)


def times_a_document(counts: Counts) -> np.ndarray:
    """How often a name stands in a document that holds it, on average; 1 where none does."""
    holding = np.asarray((counts.x > 0).sum(axis=0))
    return np.where(holding > 0, np.asarray(counts.x.sum(axis=0)) / np.maximum(holding, 1), 1.0)


# The most that a Poisson count may be, at 97.5 %, where none or one was seen.
_NONE, _ONE = 3.69, 5.57


def most_if_rare(counts: Counts, whole: Counts) -> np.ndarray:
    """The highest rate (times a word) that chance leaves room for, of a name that no document holds, or one alone.

    So many documents might hold it, each as often as a document that does.
    """
    holding = np.asarray((counts.x > 0).sum(axis=0))
    return np.where(holding == 0, _NONE, _ONE) * times_a_document(whole) / counts.words.sum()


# In what share of simulated worlds intervals of 95 % held, by documents (docs/culture.md): of a group for rates and their ratios, in
# all for trends and for the weakest part of a composition.
_HELD = {
    "rate": ((8, 0.964), (20, 0.959), (40, 0.956), (80, 0.950)),
    "ratio": ((8, 0.974), (20, 0.963), (40, 0.958), (80, 0.952)),
    "trend": ((20, 0.961), (40, 0.942), (80, 0.942)),
    "composition": ((40, 0.884), (80, 0.902), (160, 0.920)),
}


def coverage(of: str, documents: int) -> float:
    """How often such intervals held in simulated worlds with so many documents; missing below the smallest tried.

    >>> coverage("rate", 30), coverage("rate", 3)
    (0.9575, nan)
    """
    sizes, held = zip(*_HELD[of])
    return round(float(np.interp(documents, sizes, held)), 4) if documents >= sizes[0] else float("nan")

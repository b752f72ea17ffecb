"""Passages: from any number back to the words around it, or to post and section where a lab holds no text."""

from __future__ import annotations

import re
from numbers import Integral
from typing import TYPE_CHECKING

import pandas as pd

from labkit.errors import UsageError, did_you_mean
from labkit.language.spans import Spans
from labkit.language.vocabulary import WORD, lemma, lowered, plain

if TYPE_CHECKING:
    from labkit.lab import Lab

SORTS = ("date", "left", "right")


def concordance(
    lab: Lab,
    what: str,
    *,
    sort: str = "date",
    width: int = 60,
    years: tuple[int, int] | None = None,
    doc_id: str | None = None,
) -> pd.DataFrame:
    """List every place of a concept or a word with what stands before and after it (KWIC).

    Parameters
    ----------
    what
        Id of a concept of the culture codebook, else a lemma: every form of the word is listed, but inside names of actors and
        lists of those present, where words are not counted.
    sort
        ``date``, ``left`` (by the words before, from the nearest) or ``right`` (by the words after).
    width
        Signs on each side.
    years, doc_id
        Only passages of these years, of this document.

    Returns
    -------
    pandas.DataFrame
        ``date``, ``doc_id``, ``title``, ``section``, ``left``, ``node``, ``right``, ``negated``, ``quoted`` (of concepts).
        Where the lab holds no text: ``date``, ``doc_id``, ``title``, ``section`` and ``n``, by date.

    Raises
    ------
    UsageError
        For an unknown sort, or a word that is nowhere.

    Examples
    --------
    >>> import labkit as lk
    >>> found = concordance(lk.open_lab("esempio"), "reciprocita", sort="right")
    >>> found["node"].str.lower().unique()[:2].tolist()
    ['reciprocità', 'vicinato']
    """
    if sort not in SORTS:
        raise UsageError(f"concordance: no sort '{sort}' ({did_you_mean(sort, SORTS)})")
    is_concept = what in lab.codebooks.culture
    if is_concept and what not in set(lab.concepts["concept_id"]) and what in set(lab.terms["lemma"]):
        is_concept = False  # a word that is also the name of a concept which nobody uses
    if years is not None and not (len(years) == 2 and all(isinstance(year, Integral) for year in years)):
        raise UsageError(f"concordance: expected first and last year, such as (2012, 2014); found {years!r}")
    if not lab.texts:
        return _without_text(lab, what, is_concept, years, doc_id)
    places = _of_concept(lab, what) if is_concept else _of_lemma(lab, lowered(what))
    documents = lab.documents.set_index("doc_id")
    sections = lab.sections.set_index("section_id")["heading"]
    texts, rows = lab.texts, []
    for doc, section, start, end, negated, quoted in places:
        text, date = texts[doc], documents.loc[doc, "published"]
        if _asked(date, doc, years, doc_id):
            rows.append(
                {
                    "date": date,
                    "doc_id": doc,
                    "title": documents.loc[doc, "title"],
                    "section": sections.get(section),
                    "left": _flat(text[max(0, start - 3 * width) : start])[-width:],
                    "node": _flat(text[start:end]),
                    "right": _flat(text[end : end + 3 * width])[:width],
                    "negated": negated,
                    "quoted": quoted,
                }
            )
    table = pd.DataFrame(rows, columns="date doc_id title section left node right negated quoted".split())
    if sort == "date":
        return table.sort_values(["date", "doc_id"], kind="stable", ignore_index=True)
    key = [
        WORD.findall(lowered(side))[:: -1 if sort == "left" else 1][:5]
        for side in table["left" if sort == "left" else "right"]
    ]
    return table.iloc[sorted(range(len(table)), key=lambda n: (key[n], n))].reset_index(drop=True)


def _asked(date: object, doc: str, years: tuple[int, int] | None, doc_id: str | None) -> bool:
    year = int(str(date)[:4]) if isinstance(date, str) else 0
    return (years is None or years[0] <= year <= years[1]) and (doc_id is None or doc == doc_id)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _of_concept(lab: Lab, concept: str):
    rows = lab.concepts[lab.concepts["concept_id"] == concept].dropna(subset=["start", "end"])
    for r in rows.itertuples():
        yield r.doc_id, r.section_id, int(r.start), int(r.end), bool(r.negated), bool(r.quoted)


def _of_lemma(lab: Lab, wanted: str):
    listed = lab.terms[lab.terms["lemma"] == wanted]
    if listed.empty:
        near = did_you_mean(wanted, lab.terms["lemma"].unique()).rpartition("; ")[2]
        raise UsageError(
            f"concordance: no concept and no lemma '{wanted}' in the lab" + (f" ({near})" if "did you" in near else "")
        )
    sections = {doc: mine for doc, mine in lab.sections.sort_values(["doc_id", "ord"]).groupby("doc_id")}
    names = {
        doc: Spans((int(a), int(b)) for a, b in zip(mine["start"], mine["end"]))
        for doc, mine in pd.concat([lab.mentions, lab.attendance])[["doc_id", "start", "end"]]
        .dropna()
        .groupby("doc_id")
    }
    texts = lab.texts
    for doc in sorted(listed["doc_id"].unique()):
        mine, taken = sections[doc], names.get(doc)
        begins = [(int(start), section) for start, section in zip(mine["start"], mine["section_id"])]
        for match in WORD.finditer(lowered(plain(texts[doc]))):
            if lemma(match.group()) != wanted or (taken and taken.overlaps(match.start(), match.end())):
                continue
            inside = [section for start, section in begins if start <= match.start()]
            yield doc, inside[-1] if inside else None, match.start(), match.end(), False, False


def _without_text(
    lab: Lab, what: str, is_concept: bool, years: tuple[int, int] | None, doc_id: str | None
) -> pd.DataFrame:
    table, column = (lab.concepts, "concept_id") if is_concept else (lab.terms, "lemma")
    what = what if is_concept else lowered(what)
    rows = table[table[column] == what]
    if rows.empty and not is_concept:
        raise UsageError(f"concordance: no concept and no lemma '{what}' in the lab")
    counted = rows.groupby(["doc_id", "section_id"])["n"].sum().reset_index()
    documents = lab.documents.set_index("doc_id")
    counted["date"] = counted["doc_id"].map(documents["published"])
    counted["title"] = counted["doc_id"].map(documents["title"])
    counted["section"] = counted["section_id"].map(lab.sections.set_index("section_id")["heading"])
    kept = [_asked(r.date, r.doc_id, years, doc_id) for r in counted.itertuples()]
    order = ["date", "doc_id", "title", "section", "n"]
    return counted.loc[kept, order].sort_values(["date", "doc_id"], ignore_index=True)

"""Evidence: where a tie comes from, as facts for the page and in words for paper, without people's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from labkit import privacy

if TYPE_CHECKING:
    from labkit.lab import Lab

LONGEST_QUOTATION = 300


def evidence_lines(lab: Lab, ids: list[str]) -> dict[str, str]:
    """Return one line a piece of evidence, without people's names: document, date, section or project.

    Parameters
    ----------
    ids
        Of meetings, sections or ties, as the edges of :func:`labkit.network.build` hold them.
    """
    from labkit.sharing import labels
    from labkit.wording import italian

    titles = labels(lab)
    found = {}
    for evidence, (doc, day, more) in _placed(lab, ids).items():
        shown = italian(day)
        said = f"§ {more}" if isinstance(more, int) else more
        parts = [titles.get(doc, ""), None if titles.get(doc, "").endswith(shown) else shown, said]
        found[evidence] = " · ".join(str(p) for p in parts if p)
    return found


def facts(lab: Lab, ids: list[str], *, quotations: str = "none") -> dict[str, dict[str, Any]]:
    """Return the facts of each piece of evidence.

    Parameters
    ----------
    quotations
        ``all``; ``nameless``, those that name no person of the lab; or ``none``.

    Returns
    -------
    dict
        By id: ``date`` (ISO, empty if unknown), ``kind`` of document, ``bodies`` (ids: that of the meeting, else all that the
        document tells of), ``initiatives`` (ids named in the document), ``more`` (number of the section, or the project's label)
        and ``quotation`` (empty where none may be shown).
    """
    documents = lab.documents.drop_duplicates("doc_id").set_index("doc_id")
    held = lab.meetings.dropna(subset=["body_id"])
    bodies = held.groupby("doc_id")["body_id"].unique()
    own = held.set_index("meeting_id")["body_id"]
    meetings, sections = set(lab.meetings["meeting_id"]), set(lab.sections["section_id"])
    named = lab.mentions[lab.mentions["actor_id"].isin(_initiatives(lab))].groupby("doc_id")["actor_id"].unique()
    people = list(privacy.people_of(lab).values()) if quotations == "nameless" else []
    found = {}
    for evidence, (doc, day, more) in _placed(lab, ids).items():
        # A whole section is no quotation.
        quoted = quotations != "none" and not lab.shared and evidence not in sections
        quotation = _quotation(lab, evidence) if quoted else ""
        if people and quotation and privacy.scan({"": quotation}, people):
            quotation = ""
        met = [own[evidence]] if evidence in own.index else [] if evidence in meetings else bodies.get(doc, [])
        found[evidence] = {
            "date": day if isinstance(day, str) else "",
            "kind": documents.at[doc, "kind"] if doc in documents.index else "",
            "bodies": sorted(met),
            "initiatives": sorted(named.get(doc, [])),
            "more": more,
            "quotation": quotation,
        }
    return found


def _placed(lab: Lab, ids: list[str]) -> dict[str, tuple[str, Any, Any]]:
    """Document, day, and section number or label of each id."""
    documents = lab.documents.drop_duplicates("doc_id").set_index("doc_id")["published"]
    meetings = lab.meetings.set_index("meeting_id")
    sections = lab.sections.set_index("section_id")
    ties = lab.ties.set_index("tie_id")
    found = {}
    for evidence in ids:
        if evidence in meetings.index:
            doc, day, more = meetings.at[evidence, "doc_id"], meetings.at[evidence, "date"], ""
            day = day if isinstance(day, str) else documents.get(doc)
        elif evidence in ties.index:
            doc, day, more = (ties.at[evidence, column] for column in ("doc_id", "date", "label"))
        elif evidence in sections.index:
            doc = sections.at[evidence, "doc_id"]
            day, more = documents.get(doc), int(sections.at[evidence, "ord"]) + 1
        else:
            continue  # what participants said: it has no document
        found[evidence] = (doc, day, "" if pd.isna(more) else more)
    return found


def _initiatives(lab: Lab) -> set[str]:
    return set(lab.actors.loc[lab.actors["type"] == "initiative", "actor_id"])


def _quotation(lab: Lab, evidence: str) -> str:
    """The passage of a piece of evidence, cut at a word."""
    text = lab.evidence(evidence)["quotation"] or ""
    return text if len(text) <= LONGEST_QUOTATION else text[:LONGEST_QUOTATION].rsplit(" ", 1)[0] + " …"

"""Shared editions: the tables of a lab without text, spans or names, as ``labkit share`` writes them.

What such an edition holds is said in ``docs/privacy.md``: facts, figures and counts of words. Ids are made from dates,
so that nothing of the text, not even a checksum, travels with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import yaml

from labkit import answers, privacy, withdrawal
from labkit.actors.identity import bare
from labkit.archive import write_whole
from labkit.cells import sheet
from labkit.codebook import read_yaml
from labkit.errors import LabkitError, UsageError
from labkit.language.vocabulary import is_function_word, lemma, words
from labkit.leftovers import Leftover, listed
from labkit.tables import TABLES, tidy
from labkit.wording import KINDS, italian

if TYPE_CHECKING:
    from labkit.lab import Lab

SHORT = 100
ROLES = (
    ("elected", "sindac|vicesindac|vice sindac|vice-sindac|assessor|consiglier"),
    (
        "official",
        "direttor|direttric|dirigent|responsabil|funzionari|segretari|coordinator|coordinatric|vicedirett|vicesegretari",
    ),
    (
        "practitioner",
        "assistente social|educat|psicolog|psichiatr|medic|infermier|operat|insegnant|docent|pedagogist|facilitat|mediat|farmacist|format|ricercat|consulent",
    ),
    (
        "representative",
        "president|vicepresident|vice president|portavoce|rappresentant|delegat|referent|volontari|parroc|titolar|sindacal",
    ),
)


def role_class(role: str | None) -> str | None:
    """Return one of five classes of role: elected, official, practitioner, representative, other.

    >>> [role_class(r) for r in ("assessora al Welfare", "direttore", "educatrice", "presidente", "autista", None)]
    ['elected', 'official', 'practitioner', 'representative', 'other', None]
    """
    if role is None or pd.isna(role):
        return None
    low = bare(role)
    return next((name for name, stems in ROLES for stem in stems.split("|") if low.startswith(stem)), "other")


def share(lab: Lab, *, to: Path, pseudonym_table: Path) -> tuple[list[Path], list[Leftover]]:
    """Write the shared edition of a lab: CSV tables below ``to/tables``, with its ``lab.yml`` and codebooks.

    Returns
    -------
    tuple
        The paths written, and what should be looked at: lone surnames, and names that may be those of people nobody listed.

    Raises
    ------
    LabkitError
        If the lab is not of public sources and ``lab.yml`` sets no ``min_cell``; if a listed name is left.
    """
    if lab.shared:
        raise LabkitError(f"{lab.name}: is a shared edition already; share the lab that holds the documents")
    if not lab.public_sources and lab.min_cell < 2:
        raise LabkitError(
            f"{lab.name}/lab.yml: says nothing of the sources; write 'public_sources: true' for public acts, or 'min_cell: 5' to leave small counts out (create the file if it is not there)"
        )
    here, there = lab.folder.resolve(), to.resolve()
    if there == here or here in there.parents:
        raise UsageError(f"the edition would lie inside the lab {lab.name}; name another folder with --to")
    if there in pseudonym_table.resolve().parents:
        raise UsageError("the pseudonym table would lie inside the edition and travel with it; keep it elsewhere")
    people = privacy.people_of(lab)
    table = privacy.pseudonyms(pseudonym_table, people.values(), lab_folder=lab.folder)
    tables = edition(lab, privacy.ids_of(table, people))
    files = {
        f"tables/{name}.csv": sheet(data).to_csv(index=False, lineterminator="\n")
        for name, data in tables.items()
        if len(data)
    }
    files |= _own(lab)
    actors, known = privacy.actors_of(lab), privacy.known_of(lab)
    doubts = privacy.stop_if_left(files, table.names, actors=actors, known=known)
    return [write_whole(to / name, text) for name, text in files.items()], doubts


def _own(lab: Lab) -> dict[str, str]:
    """What describes the lab and travels with its tables: lab.yml and the codebooks without their example sentences.

    The table of affiliations, which names people, stays.
    """
    found = {}
    settings = lab.folder / "lab.yml"
    if settings.is_file():
        found["lab.yml"] = withdrawal.named(lab.withdrawn, settings.read_text(encoding="utf-8-sig"))
    for path in sorted((lab.folder / "codebooks").glob("*.yml")):
        entries = [
            {k: v for k, v in entry.items() if k not in ("for", "against")}
            for entry in withdrawal.entries(read_yaml(path) or [], lab.withdrawn)
        ]
        found[f"codebooks/{path.name}"] = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=120)
    return found


def edition(lab: Lab, numbers: dict[str, str]) -> dict[str, pd.DataFrame]:
    """Return the tables of a shared edition; ``numbers`` gives each person id its number."""
    docs = _document_ids(lab.documents, lab.meetings)
    tables = {name: data.copy() for name, data in lab.tables.items()}
    _labels(lab, tables)
    for name, data in tables.items():
        data = _without_text(name, data)
        data = _with_ids(name, data, docs, numbers)
        tables[name] = _rounded(data)
    _pool(tables)
    if lab.min_cell > 1:
        _suppress(tables, lab.min_cell)
    return {name: tidy(name, _unique(name, data)) for name, data in tables.items()}


def _document_ids(documents: pd.DataFrame, meetings: pd.DataFrame) -> dict[str, str]:
    """Ids from facts: the date of publication and a running number; for one day, by kind, date of meeting and length."""
    met = meetings.groupby("doc_id")["date"].min()
    order = documents.assign(met=documents["doc_id"].map(met).fillna("")).sort_values(
        ["published", "source", "kind", "met", "n_words"], na_position="last"
    )
    ids, seen = {}, {}
    for row in order.itertuples():
        day = row.published if isinstance(row.published, str) else "undated"
        seen[day] = seen.get(day, 0) + 1
        ids[row.doc_id] = f"{day}-{seen[day]}"
    return ids


def labels(lab: Lab) -> dict[str, str]:
    """Return a label made from facts for each document: "Verbale, Gruppo di lavoro, 9 aprile 2014".

    A shared edition has such labels for titles already.
    """
    if lab.shared:
        return dict(zip(lab.documents["doc_id"], lab.documents["title"]))
    bodies = {entry.id: entry["label"] for entry in lab.codebooks.bodies.values()}
    meetings = lab.meetings.drop_duplicates("doc_id").set_index("doc_id")
    found = {}
    for row in lab.documents.itertuples():
        parts = [KINDS.get(row.kind, "Documento")]
        met = meetings.loc[row.doc_id] if row.doc_id in meetings.index else None
        if met is not None and isinstance(met["body_id"], str):
            parts.append(bodies.get(met["body_id"], met["body_id"]))
        parts.append(italian(met["date"] if met is not None and isinstance(met["date"], str) else row.published))
        found[row.doc_id] = ", ".join(parts)
    return found


def _labels(lab: Lab, tables: dict[str, pd.DataFrame]) -> None:
    """Replace titles, long headings, events and promises by labels made from facts."""
    bodies = {entry.id: entry["label"] for entry in lab.codebooks.bodies.values()}
    named = labels(lab)
    tables["documents"]["title"] = [named[doc] for doc in tables["documents"]["doc_id"]]
    sections = tables["sections"]
    people = privacy.people_of(lab).values()
    sections["heading"] = sections["heading"].where(_plain(sections["heading"], people))
    known = {entry["label"] for entry in lab.codebooks.actors.values()}
    ties = tables["ties"]
    ties["label"] = ties["label"].where(ties["label"].isin(known) | _plain(ties["label"], people))
    # A surname that a text gives without the first name was not seen as a name there.
    surnames = {part.lower() for name in people for part in name.split()[1:] if not is_function_word(part.lower())}
    surnames |= {lemma(part) for part in surnames}
    tables["terms"] = tables["terms"][~tables["terms"]["lemma"].isin(surnames)]
    tables["events"]["title"] = [
        f"{bodies.get(b, 'Evento') if isinstance(b, str) else 'Evento'}, {italian(d)}"
        for b, d in zip(tables["events"]["body_id"], tables["events"]["date"])
    ]
    tables["commitments"]["what"] = [f"Scadenza, {italian(d)}" for d in tables["commitments"]["due"]]


def _plain(texts: pd.Series, people: Iterable[str]) -> pd.Series:
    """Which texts are short and hold no name of a listed person, not even a surname."""
    short = {text: text for text in texts.dropna().unique() if len(words(text)) <= 8}
    named = {one.where.rpartition(":")[0] for one in listed(short, people)}
    return texts.isin(short.keys() - named)


def _without_text(name: str, data: pd.DataFrame) -> pd.DataFrame:
    """Drop spans, surfaces, checksums and words of the text; a span that is part of a key becomes a running number."""
    key = TABLES[name].key
    data = (
        data.sort_values(list(key), kind="stable").reset_index(drop=True) if name in ("mentions", "concepts") else data
    )
    for column in ("start", "end"):
        if column in data and TABLES[name].columns[TABLES[name].names.index(column)].type == "whole":
            if column in key:
                data[column] = data.groupby([k for k in key if k != column]).cumcount()
            else:
                data[column] = pd.NA
    for column in ("surface", "sha256", "who", "venue"):
        if column in data:
            data[column] = pd.NA
    if name == "amounts":
        data["what"] = pd.NA
    if name == "judgements":
        data["note"] = pd.NA
    if name == "actors":
        data["aliases"] = data["aliases"].where(data["type"] != "person")
    if "role" in data:
        data["role"] = [role_class(role) for role in data["role"]]
    return data


_PEOPLE = {
    "attendance": ["person_id", "delegate_for"],
    "affiliations": ["person_id"],
    "mentions": ["actor_id"],
    "statements": ["speaker"],
    "actors": ["actor_id"],
    "ties": ["source", "target"],
    "judgements": ["source", "target"],
}
_PLACED = ("section_id", "meeting_id", "statement_id", "tie_id", "commitment_id", "event_id", "amount_id")


def _with_ids(name: str, data: pd.DataFrame, docs: dict[str, str], numbers: dict[str, str]) -> pd.DataFrame:
    """Give documents their ids from facts, wherever they stand, and people their numbers."""
    data = data.copy()
    for column in [c for c in ("doc_id", "followed_up_by") if c in data]:
        data[column] = data[column].map(docs)
    for column in [c for c in _PLACED if c in data]:
        # What was said in a workshop has no document to take its id from.
        data[column] = [
            docs[v[:12]] + v[12:] if isinstance(v, str) and not answers.is_said(v) else v for v in data[column]
        ]
    if name == "affiliations":
        data["source"] = data["source"].map(lambda v: docs.get(v, v))
    for column in _PEOPLE.get(name, []):
        data[column] = data[column].map(lambda v: numbers.get(v, v))
    if name == "actors":
        person = data["type"] == "person"
        data.loc[person, "name"] = data.loc[person, "actor_id"]
        data = data.drop_duplicates("actor_id")
    if name == "documents":
        data["source"] = data["source"].map(lambda v: Path(v).name)
    if name == "problems":
        data["where"] = data["where"].map(lambda v: Path(v).name if isinstance(v, str) else v)
    return data


def _rounded(data: pd.DataFrame) -> pd.DataFrame:
    """Figures to six digits."""
    for column in data.select_dtypes("Float64"):
        data[column] = [pd.NA if pd.isna(v) else float(f"{v:.6g}") for v in data[column]]
    return data


def _pool(tables: dict[str, pd.DataFrame]) -> None:
    """Pool the words of sections under 100 words into their document, and of such documents into their year."""
    sections, documents = tables["sections"], tables["documents"]
    short_docs = documents.loc[documents["n_words"] < SHORT, ["doc_id", "published", "n_words"]]
    year_of = {
        row.doc_id: f"{row.published[:4] if isinstance(row.published, str) else 'undated'}-pooled"
        for row in short_docs.itertuples()
    }
    short = set(sections.loc[sections["n_words"] < SHORT, "section_id"])
    doc_of = dict(zip(sections["section_id"], sections["doc_id"]))

    def pooled(section: str) -> str:
        doc = doc_of[section]
        return f"{year_of[doc]}.all" if doc in year_of else f"{doc}.short" if section in short else section

    moved = {section: pooled(section) for section in sections["section_id"]}
    sizes = sections.assign(to=sections["section_id"].map(moved))
    new = sizes[sizes["to"] != sizes["section_id"]].groupby("to")["n_words"].sum()
    rows = [
        {"section_id": to, "doc_id": to.rsplit(".", 1)[0], "ord": 999, "kind": "pooled", "n_words": int(n)}
        for to, n in new.items()
    ]
    # A pooled section keeps its row and none of its words, so that nothing is counted twice.
    sections["n_words"] = sections["n_words"].where(sections["section_id"].map(moved) == sections["section_id"], 0)
    tables["sections"] = pd.concat(
        [sections, pd.DataFrame(rows, columns=sections.columns).astype(sections.dtypes.to_dict())], ignore_index=True
    )
    for name in ("terms", "concepts"):
        data = tables[name]
        to = data["section_id"].map(moved)
        data = data.assign(
            section_id=to,
            doc_id=to.str.rsplit(".", n=1).str[0],
            statement_id=data["statement_id"].where(to == data["section_id"]),
        )
        keys = (
            ["section_id", "doc_id", "statement_id", "lemma", "pos"]
            if name == "terms"
            else [c for c in data.columns if c not in ("n", "start", "end")]
        )
        if name == "terms":
            data = data.groupby(keys, dropna=False, sort=True, as_index=False)["n"].sum()
        else:
            data = data.sort_values(keys, kind="stable")
            data["start"] = data.groupby(["section_id", "concept_id"]).cumcount()
        tables[name] = data
    _year_documents(tables, short_docs, year_of)


def _year_documents(tables: dict[str, pd.DataFrame], short: pd.DataFrame, year_of: dict[str, str]) -> None:
    """A row of documents for each year's pooled short texts; the short ones keep their row with their facts."""
    if not year_of:
        return
    documents = tables["documents"]
    sizes = short.assign(to=short["doc_id"].map(year_of)).groupby("to")["n_words"].sum()
    rows = [
        {
            "doc_id": to,
            "title": f"Testi brevi del {to[:4]}, insieme" if to[0].isdigit() else "Testi brevi senza data, insieme",
            "published": to[:4] if to[0].isdigit() else None,
            "kind": "pooled",
            "source": "pooled",
            "n_words": int(n),
        }
        for to, n in sizes.items()
    ]
    documents.loc[documents["doc_id"].isin(year_of), "n_words"] = 0
    tables["documents"] = pd.concat(
        [documents, pd.DataFrame(rows, columns=documents.columns).astype(documents.dtypes.to_dict())], ignore_index=True
    )


def _suppress(tables: dict[str, pd.DataFrame], least: int) -> None:
    """Leave out words, concepts, amounts and answers counted fewer than ``least`` times over the whole lab."""
    for name, column in (("terms", "lemma"), ("concepts", "concept_id")):
        data = tables[name]
        total = data.groupby(column)["n"].transform("sum")
        tables[name] = data[total >= least]
    amounts = tables["amounts"]
    tables["amounts"] = amounts[amounts.groupby("unit")["unit"].transform("size") >= least]
    _suppress_answers(tables, least)


def _suppress_answers(tables: dict[str, pd.DataFrame], least: int) -> None:
    """Leave out ties that fewer than ``least`` seats judged, sectors of fewer seats of a session, and actors known from these alone."""
    said = tables["judgements"]
    seat = said["session_id"] + " " + said["seat"]
    said = said[seat.groupby([said[c] for c in ("kind", "source", "target")]).transform("nunique") >= least]
    sizes = seat.groupby([said["session_id"], said["sector"]]).transform("nunique")
    tables["judgements"] = said.assign(sector=said["sector"].where(sizes >= least))
    ties = tables["ties"]
    told = set(said["judgement_id"] + answers.TIE)
    tables["ties"] = ties[(ties["found_by"] != answers.BY) | ties["tie_id"].isin(told)]
    actors = tables["actors"]
    gone = set(actors.loc[actors["source"] == answers.BY, "actor_id"]) - {*said["source"], *said["target"]}
    for name in ("actors", "actor_sectors"):
        tables[name] = tables[name][~tables[name]["actor_id"].isin(gone)]


def _unique(name: str, data: pd.DataFrame) -> pd.DataFrame:
    return data.drop_duplicates(list(TABLES[name].key)) if name in ("affiliations", "mentions") else data

"""The reading report of a lab: what was read, where it has gaps, every problem with its place, and a page per document.

On the page of a document the text is shown with what was found in it, so that a researcher can judge a reading at a
glance. The pages name people and quote sentences: they are for the desk of who owns the lab, not for sharing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from labkit.archive import write_whole
from labkit.codebook import Codebooks
from labkit.language.concepts import concept_finder
from labkit.language.vocabulary import plain, words
from labkit.network.drawing import SECTORS
from labkit.report import DOUBTS
from labkit.wording import KINDS, MONTHS, count, italian, number

if TYPE_CHECKING:
    from labkit.lab import Lab

ALIKE = 0.8
SHINGLE = 5
SKETCH = 64
FOUND_BY = {
    "registry": "elenco",
    "grammar": "regola",
    "acronym": "sigla",
    "list": "elenco dei presenti",
    "lexicon": "nome proprio",
    "title": "titolo o ruolo",
    "surname": "cognome già letto",
    "model": "modello",
}
STATUS = {"present": "presente", "absent": "assente", "excused": "assente giustificato"}
MARKS = {
    "person": "persona",
    "organisation": "ente",
    "body": "organismo",
    "initiative": "iniziativa",
    "decision": "decisione",
    "statement": "chi parla",
    "deadline": "scadenza",
    "event": "appuntamento",
    "amount": "cifra",
}


@dataclass(frozen=True)
class Inspection:
    """What the report of a lab's reading says, before it is written."""

    lab: Lab
    counts: dict[str, int]
    coverage: list[dict[str, Any]]
    gaps: list[str]
    problems: list[dict[str, str]]
    examples: list[str]
    alike: list[dict[str, Any]]
    documents: list[dict[str, Any]]


def inspect(lab: Lab) -> Inspection:
    """Look at the reading of a lab: counts, coverage by month, gaps, problems, posts that are nearly the same.

    Examples
    --------
    >>> import labkit as lk
    >>> inspect(lk.open_lab("cremasco")).counts["testi"]
    16
    """
    return Inspection(
        lab,
        _counts(lab),
        coverage(lab.meetings),
        _gaps(lab),
        _problems(lab),
        failing_examples(lab.codebooks),
        near_duplicates(lab.texts),
        _documents(lab),
    )


def failing_examples(codebooks: Codebooks) -> list[str]:
    """Try the examples of the culture codebook; return those that do not hold, each in a sentence.

    Examples
    --------
    >>> from labkit import codebook
    >>> failing_examples(codebook.load())
    []
    """
    find, failing = concept_finder(codebooks), []
    for entry in codebooks.culture.values():
        for key, wanted, said in (("for", True, "non viene trovato in"), ("against", False, "viene trovato in")):
            for sentence in entry.get(key, []):
                found = entry.id in {one.concept_id for one in find.find(plain(sentence))}
                if found != wanted:
                    failing.append(f"{entry.where}: il concetto «{entry.id}» {said}: {sentence}")
    return failing


def _counts(lab: Lab) -> dict[str, int]:
    documents = lab.documents[lab.documents["kind"] != "pooled"]
    held = lab.meetings[lab.meetings["relation"] != "announced"]
    types = lab.actors["type"].value_counts()
    return {
        "testi": len(documents),
        "incontri": len(held),
        "con elenco dei presenti": int(lab.attendance["meeting_id"].nunique()),
        "presenze": len(lab.attendance),
        "persone": int(types.get("person", 0)),
        "enti": int(types.get("organisation", 0)),
        "organismi": int(types.get("body", 0)),
        "iniziative": int(types.get("initiative", 0)),
        "scadenze": len(lab.commitments),
        "problemi": len(lab.problems),
    }


def coverage(meetings: pd.DataFrame) -> list[dict[str, Any]]:
    """Return, for each year from the first to the last, how many meetings held fall in each month.

    >>> rows = coverage(pd.DataFrame({"relation": ["minutes", "told"], "date": ["2014-03-05", "2014-03-20"]}))
    >>> rows[0]["year"], rows[0]["months"][2], rows[0]["total"]
    (2014, 2, 2)
    """
    held = meetings[(meetings["relation"] != "announced") & meetings["date"].notna()]
    days = [str(day) for day in held["date"] if len(str(day)) >= 7]
    if not days:
        return []
    years = range(int(min(days)[:4]), int(max(days)[:4]) + 1)
    counted = pd.Series([day[:7] for day in days]).value_counts()
    rows = []
    for year in years:
        months = [int(counted.get(f"{year}-{month:02d}", 0)) for month in range(1, 13)]
        rows.append({"year": year, "months": months, "total": sum(months)})
    return rows


def _gaps(lab: Lab) -> list[str]:
    minutes = lab.documents[lab.documents["kind"] == "minutes"]
    without = minutes[~minutes["doc_id"].isin(lab.attendance["doc_id"])]
    undated = lab.meetings[lab.meetings["date"].isna()]
    nobody = lab.attendance[lab.attendance["actor_id"].isna() & (lab.attendance["status"] == "present")]
    organisations = lab.actors[lab.actors["type"] == "organisation"]
    unknown = organisations[~organisations["actor_id"].isin(lab.actor_sectors["actor_id"])]
    unsure = lab.mentions[lab.mentions["certainty"] < 0.65]["actor_id"].nunique() if len(lab.mentions) else 0
    silent = _silent(coverage(lab.meetings))
    return [
        f"Verbali senza elenco dei presenti: {len(without)} su {len(minutes)}.",
        f"Incontri senza data: {len(undated)}.",
        f"Presenze di persone di cui non si conosce l'ente: {len(nobody)} su {len(lab.attendance)}.",
        f"Enti di cui non si conosce il settore: {len(unknown)} su {len(organisations)}.",
        f"Nomi riconosciuti solo dalla loro posizione nel testo, da controllare: {unsure}.",
        *([silent] if silent else []),
    ]


def _silent(rows: list[dict[str, Any]]) -> str:
    """The months without any meeting, between the first and the last one."""
    line = [n for row in rows for n in row["months"]]
    full = [place for place, n in enumerate(line) if n]
    if len(full) < 2:
        return ""
    empty = [place for place in range(full[0], full[-1]) if not line[place]]
    first = rows[0]["year"]
    shown = ", ".join(f"{MONTHS[p % 12]} {first + p // 12}" for p in empty[:6])
    more = f" e altri {len(empty) - 6}" if len(empty) > 6 else ""
    return f"Mesi senza verbali, tra il primo e l'ultimo: {len(empty)} su {full[-1] - full[0] + 1}" + (
        f" ({shown}{more})." if empty else "."
    )


def _problems(lab: Lab) -> list[dict[str, str]]:
    return [
        {"where": str(r.where), "code": r.code, "message": DOUBTS.get(r.code, r.message)}
        for r in lab.problems.itertuples()
    ]


# --- posts that are nearly the same


def near_duplicates(texts: dict[str, str]) -> list[dict[str, Any]]:
    """Return pairs of posts most of whose runs of five words are the same: drafts, corrections, double imports.

    The share is the Jaccard index of the runs, estimated from the smallest hashes of each post (Broder 1997,
    doi:10.1109/SEQUEN.1997.666900).

    >>> one = "il tavolo decide di riaprire lo sportello e di chiedere ai comuni di esserci ogni giorno"
    >>> near_duplicates({"a": one, "b": one + " oggi", "c": "altro testo, senza nulla in comune con il primo"})
    [{'one': 'a', 'other': 'b', 'share': 0.92}]
    """
    sketches = {doc: _sketch(text) for doc, text in sorted(texts.items())}
    by_hash: dict[int, list[str]] = {}
    for doc, sketch in sketches.items():
        for value in sketch[: SKETCH // 4]:
            by_hash.setdefault(value, []).append(doc)
    pairs = sorted({(a, b) for docs in by_hash.values() if len(docs) < 50 for a in docs for b in docs if a < b})
    found = []
    for a, b in pairs:
        union = sorted(set(sketches[a]) | set(sketches[b]))[:SKETCH]
        both = set(sketches[a]) & set(sketches[b])
        share = sum(value in both for value in union) / len(union)
        if share >= ALIKE:
            found.append({"one": a, "other": b, "share": round(share, 2)})
    return sorted(found, key=lambda pair: (-pair["share"], pair["one"], pair["other"]))


def _sketch(text: str) -> list[int]:
    found = words(text)
    runs = {" ".join(found[n : n + SHINGLE]) for n in range(max(1, len(found) - SHINGLE + 1))} if found else set()
    return sorted(int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest()) for run in runs)[:SKETCH]


# --- the page of a document


def _documents(lab: Lab) -> list[dict[str, Any]]:
    attending = lab.attendance["doc_id"].value_counts()
    named = lab.mentions.groupby("doc_id")["actor_id"].nunique() if len(lab.mentions) else {}
    doubts = lab.problems["doc_id"].value_counts()
    days = lab.meetings.drop_duplicates("doc_id").set_index("doc_id")["date"]
    rows = []
    for r in lab.documents[lab.documents["kind"] != "pooled"].itertuples():
        day = days.get(r.doc_id)
        rows.append(
            {
                "doc_id": r.doc_id,
                "title": r.title,
                "source": r.source,
                "kind": KINDS.get(r.kind, r.kind),
                "day": italian(day) if isinstance(day, str) else "",
                "sort": str(day if isinstance(day, str) else r.published),
                "attending": int(attending.get(r.doc_id, 0)),
                "actors": int(named.get(r.doc_id, 0)),
                "problems": int(doubts.get(r.doc_id, 0)),
            }
        )
    return sorted(rows, key=lambda row: (row["sort"], row["doc_id"]))


def spans(lab: Lab, doc_id: str) -> list[tuple[int, int, str, str]]:
    """Return what was found in a document: start, end, kind of mark, and what is said of it."""
    names = dict(zip(lab.actors["actor_id"], lab.actors["name"]))
    types = dict(zip(lab.actors["actor_id"], lab.actors["type"]))
    found: list[tuple[int, int, str, str]] = []
    for r in _rows(lab.mentions, doc_id):
        kind = types.get(r.actor_id, "organisation")
        said = f"{names.get(r.actor_id, r.surface)} · {FOUND_BY.get(r.found_by, r.found_by)} · certezza {number(float(r.certainty), 2)}"
        found.append((int(r.start), int(r.end), kind, said))
    for r in _rows(lab.attendance, doc_id):
        said = f"{names.get(r.person_id, '')} · {STATUS.get(r.status, r.status)}" + (
            f" · {names.get(r.actor_id, '')}" if isinstance(r.actor_id, str) else ""
        )
        found.append((int(r.start), int(r.end), "person", said))
    found += [(int(r.start), int(r.end), "statement", names.get(r.speaker, "")) for r in _rows(lab.statements, doc_id)]
    found += [(int(r.start), int(r.end), "deadline", italian(r.due)) for r in _rows(lab.commitments, doc_id)]
    found += [(int(r.start), int(r.end), "event", italian(r.date)) for r in _rows(lab.events, doc_id)]
    found += [
        (int(r.start), int(r.end), "amount", f"{number(float(r.value), 2 if r.value % 1 else 0)} {r.unit}")
        for r in _rows(lab.amounts, doc_id)
    ]
    return sorted(set(found))


def _rows(data: pd.DataFrame, doc_id: str) -> Iterator[Any]:
    mine = data[(data["doc_id"] == doc_id) & data["start"].notna() & data["end"].notna()]
    return mine.itertuples()


def pieces(text: str, found: Iterable[tuple[int, int, str, str]]) -> Iterator[dict[str, Any]]:
    """Cut a text where marks begin and end, so that marks may overlap; each piece has its kinds and what they say.

    >>> [(p["text"], p["kinds"]) for p in pieces("Anna dice", [(0, 4, "person", "Anna"), (0, 9, "statement", "Anna")])]
    [('Anna', 'person statement'), (' dice', 'statement')]
    """
    found = [f for f in found if 0 <= f[0] < f[1] <= len(text)]
    cuts = sorted({0, len(text), *(f[0] for f in found), *(f[1] for f in found)})
    starts: dict[int, list] = {}
    for f in found:
        starts.setdefault(f[0], []).append(f)
    open_now: list[tuple[int, int, str, str]] = []
    for a, b in pairwise(cuts):
        open_now = [f for f in open_now if f[1] > a] + starts.get(a, [])
        kinds = sorted({f[2] for f in open_now})
        said = "; ".join(dict.fromkeys(f"{MARKS.get(f[2], f[2])}: {f[3]}" for f in open_now if f[3]))
        yield {"text": text[a:b], "kinds": " ".join(kinds), "said": said}


def write(seen: Inspection, folder: Path) -> Path:
    """Write the report and, where the lab has text, a page per document below ``folder``; return the report."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    lab, kept = seen.lab, set()
    titles = {row["doc_id"]: row["title"] for row in seen.documents}
    for row in seen.documents:
        text = lab.texts.get(row["doc_id"])
        if text is not None:
            page = environment.get_template("inspection_page.html").render(
                row=row,
                pieces=list(pieces(text, spans(lab, row["doc_id"]))),
                marks=MARKS,
                tables=_facts(lab, row["doc_id"]),
            )
            kept.add(write_whole(folder / f"{row['doc_id']}.html", page))
    alike = [{**pair, "titles": (titles.get(pair["one"]), titles.get(pair["other"]))} for pair in seen.alike]
    html = environment.get_template("inspection.html").render(
        seen=seen, title=lab.title, months=[m[:3] for m in MONTHS], alike=alike, has_text=bool(lab.texts)
    )
    index = write_whole(folder / "index.html", html)
    for path in folder.glob("*.html"):
        if path not in kept and path != index:
            path.unlink()  # the page of a document that is no longer there
    return index


def _facts(lab: Lab, doc_id: str) -> dict[str, Any]:
    """What the page lists beside the text: the meeting, who was there, the organisations, the problems."""
    names = dict(zip(lab.actors["actor_id"], lab.actors["name"]))
    types = dict(zip(lab.actors["actor_id"], lab.actors["type"]))
    sectors = dict(zip(lab.actor_sectors["actor_id"], lab.actor_sectors["sector"]))
    meetings = lab.meetings[lab.meetings["doc_id"] == doc_id]
    attending = [
        (
            names.get(r.person_id, ""),
            names.get(r.actor_id, "") if isinstance(r.actor_id, str) else "",
            STATUS.get(r.status, r.status),
        )
        for r in lab.attendance[lab.attendance["doc_id"] == doc_id].sort_values("start").itertuples()
    ]
    here = lab.mentions.loc[lab.mentions["doc_id"] == doc_id, "actor_id"].drop_duplicates()
    organisations = sorted(
        (names.get(a, a), SECTORS[sectors.get(a, "other")]["it"] if a in sectors else "ignoto")
        for a in here
        if types.get(a) == "organisation"
    )
    return {
        "meetings": [
            [italian(r.date), r.start, r.end, r.venue, names.get(r.body_id, "") if isinstance(r.body_id, str) else ""]
            for r in meetings.where(meetings.notna(), "").itertuples()
        ],
        "attending": attending,
        "organisations": organisations,
        "problems": [
            DOUBTS.get(r.code, r.message) for r in lab.problems[lab.problems["doc_id"] == doc_id].itertuples()
        ],
    }


def lines(seen: Inspection) -> Iterator[str]:
    """The report in the terminal: what was read, the gaps, the problems with their places."""
    yield f"{seen.lab.title}: " + ", ".join(f"{n} {what}" for what, n in seen.counts.items())
    for gap in seen.gaps:
        yield f"  {gap}"
    for pair in seen.alike:
        yield f"  Quasi uguali ({number(100 * pair['share'])}%): {pair['one']} e {pair['other']}"
    for problem in seen.problems[:40]:
        yield f"  {problem['where']}: {problem['message']}"
    if len(seen.problems) > 40:
        yield f"  … e {count(len(seen.problems) - 40, 'altro problema', 'altri problemi')}, nel rapporto"
    for example in seen.examples:
        yield f"  Esempio del codebook: {example}"

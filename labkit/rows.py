"""What a post gave, as rows of the tables: pairs of a table's name and a row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from labkit.actors.identity import person_id
from labkit.actors.mentions import Mention
from labkit.codebook import Codebooks
from labkit.language.concepts import concept_finder
from labkit.language.vocabulary import WORD, lemma_counts, lowered
from labkit.minutes.findings import Findings

Row = tuple[str, dict[str, Any]]


def rows(found: Findings, books: Codebooks, *, source: str) -> Iterator[Row]:
    """Yield every row of the tables that a post gives, but for problems, with the file it stands in as source."""
    doc = found.post.doc_id
    low = lowered(found.spoken)
    words = [WORD.findall(low, 0 if s.ord == 0 else s.start, s.end) for s in found.sections]
    yield from _document(found, doc, source, sum(map(len, words)))
    yield from _meetings(found, doc)
    statements = list(_statements(found, doc))
    yield from statements
    yield from _concepts(found, doc, books, [row for _, row in statements])
    yield from _sections(found, doc, words)
    yield from _mentions(found, doc)
    yield from _actors(found, doc)
    yield from _dated(found, doc)
    yield from _amounts(found, doc)
    yield from _ties(found, doc)


def problems(found: Findings, *, source: str) -> Iterator[Row]:
    """Yield a row for each thing in a post that was not understood."""
    doc, line = found.post.doc_id, found.post.line
    if not found.post.published and not _held(found):
        message = (
            "expected a date of publication or of a meeting; found none; add a line 'pubblicato il 14 aprile 2014'"
        )
        yield problem(doc, "no_date", message, source, line)
    if found.unread_list:
        message = "expected people after 'presenti'; none was understood; write one a line, name first"
        yield problem(doc, "attendance_unread", message, source, line)
    doubts = [doubt for g in found.gatherings if g.meeting for doubt in g.meeting.doubts]
    for code, message in doubts:
        yield problem(doc, code, message, source, line)
    said = {message for _, message in doubts}
    for message in found.content.doubts:
        if message not in said:
            yield problem(doc, "weekday", message, source, line)
    for start, end, what in found.to_review:
        name = " ".join(found.text[start:end].split())
        message = (
            f"the pipeline takes '{name}' for {what}; no rule knows it; if it is one, add it to codebooks/actors.yml"
        )
        yield problem(doc, "name_to_review", message, source, line + found.text.count("\n", 0, start))


def problem(doc: str | None, code: str, message: str, where: str, line: int | None = None) -> Row:
    """A row of what was not understood."""
    return "problems", {"doc_id": doc, "code": code, "message": message, "where": f"{where}:{line}" if line else where}


def _document(found: Findings, doc: str, source: str, n_words: int) -> Iterator[Row]:
    post = found.post
    facts = {"title": post.title, "published": post.published or _held(found), "kind": post.kind, "source": source}
    yield "documents", {"doc_id": doc, **facts, "n_words": n_words, "sha256": post.sha256}


def _held(found: Findings) -> str | None:
    """The day of the meeting that a post is about, if it was held."""
    return found.meeting.date if found.meeting and found.meeting.relation != "announced" else None


def _meetings(found: Findings, doc: str) -> Iterator[Row]:
    for number, gathering in enumerate(found.gatherings):
        meeting = gathering.meeting
        if meeting is None:
            continue
        meeting_id = f"{doc}.m{number}"
        keys = "relation body_id date date_inferred start end venue number".split()
        yield "meetings", {"meeting_id": meeting_id, "doc_id": doc, **{key: getattr(meeting, key) for key in keys}}
        for a in gathering.attendees:
            facts = {key: getattr(a, key) for key in "status function remote role arrives leaves start end".split()}
            facts["actor_id"] = a.organisation.actor_id if a.organisation else None
            facts["delegate_for"] = person_id(a.delegate_for) if a.delegate_for else None
            yield "attendance", {"meeting_id": meeting_id, "person_id": person_id(a.name), "doc_id": doc, **facts}


def _place(found: Findings, doc: str, start: int, end: int) -> dict[str, Any]:
    return {"doc_id": doc, "section_id": f"{doc}.{found.section_at(start).ord:02d}", "start": start, "end": end}


def _statements(found: Findings, doc: str) -> Iterator[Row]:
    for number, s in enumerate(found.content.statements):
        place = _place(found, doc, s.start, s.end)
        statement_id = f"{place['section_id']}.s{number:02d}"
        facts = {
            "speaker": s.speaker,
            "mode": s.mode,
            "n_words": len(WORD.findall(lowered(found.spoken), s.start, s.end)),
        }
        yield "statements", {"statement_id": statement_id, **facts, **place}


def _concepts(found: Findings, doc: str, books: Codebooks, statements: list[dict[str, Any]]) -> Iterator[Row]:
    spoken = found.spoken
    begins = [s["start"] for s in statements]
    initiatives = {entry.id for entry in books.culture.values() if entry.get("group") == "initiative"}
    for c in concept_finder(books).find(found.text):
        if c.concept_id in initiatives or spoken[c.start : c.end].strip():
            place = bisect_right(begins, c.start) - 1
            said = statements[place]["statement_id"] if place >= 0 and c.start < statements[place]["end"] else None
            marks = {"negated": c.negated, "quoted": c.quoted, "found_by": c.found_by, "statement_id": said}
            yield "concepts", {"concept_id": c.concept_id, "n": 1, **marks, **_place(found, doc, c.start, c.end)}


def _sections(found: Findings, doc: str, words: list[list[str]]) -> Iterator[Row]:
    for s, said in zip(found.sections, words):
        section_id = f"{doc}.{s.ord:02d}"
        facts = {"ord": s.ord, "heading": s.heading, "kind": s.kind, "start": s.start, "end": s.end}
        yield "sections", {"section_id": section_id, "doc_id": doc, **facts, "n_words": len(said)}
        for pos, some in _by_part_of_speech(found, 0 if s.ord == 0 else s.start, s.end, said):
            for lemma, n in sorted(lemma_counts(some).items()):
                yield "terms", {"section_id": section_id, "doc_id": doc, "lemma": lemma, "pos": pos, "n": n}


def _by_part_of_speech(
    found: Findings, start: int, end: int, said: list[str]
) -> Iterator[tuple[str | None, list[str]]]:
    """The words of a section by part of speech; all under none where no pipeline was asked."""
    if not found.parts_of_speech:
        yield None, said
        return
    groups: dict[str, list[str]] = {}
    for match in WORD.finditer(found.spoken, start, end):
        pos = found.parts_of_speech.get(match.start(), "X")
        groups.setdefault(pos, []).append(lowered(match.group()))
    yield from sorted(groups.items())


def _mentions(found: Findings, doc: str) -> Iterator[Row]:
    for m in found.mentions:
        facts = {"actor_id": m.actor_id, "surface": m.surface, "found_by": m.found_by, "certainty": m.certainty}
        yield "mentions", {**facts, **_place(found, doc, m.start, m.end)}
    for p in found.people:
        facts = {"actor_id": person_id(p.name), "surface": found.post.text[p.start : p.end]}
        yield (
            "mentions",
            {**facts, "found_by": p.found_by, "certainty": p.certainty, **_place(found, doc, p.start, p.end)},
        )


def _actors(found: Findings, doc: str) -> Iterator[Row]:
    """What this post says of actors; the archive makes one row an actor of all posts."""
    for m in [*found.mentions, *(a.organisation for a in found.attendees if a.organisation)]:
        source = "registry" if m.type != "organisation" else m.sector_source
        yield "actors", {"actor_id": m.actor_id, "name": m.name, "type": m.type, "aliases": m.surface, "source": source}
        if m.sector:
            yield "actor_sectors", {"actor_id": m.actor_id, "sector": m.sector, "source": m.sector_source}
    for name in found.names.values():
        yield "actors", {"actor_id": person_id(name), "name": name, "type": "person", "source": "lexicon"}
    for key, (role, organisation) in found.roles.items():
        if organisation and key in found.names:
            belongs = {"person_id": person_id(found.names[key]), "actor_id": organisation.actor_id, "role": role}
            yield "affiliations", {**belongs, "from": found.post.published, "source": doc}


def _dated(found: Findings, doc: str) -> Iterator[Row]:
    for n, d in enumerate(found.content.deadlines):
        what = " ".join(found.post.text[d.start : d.end].split())
        facts = {"who": d.who, "what": what, "due": d.date, "date_inferred": d.inferred}
        yield "commitments", {"commitment_id": f"{doc}.c{n:02d}", **facts, **_place(found, doc, d.start, d.end)}
    for n, e in enumerate(found.content.events):
        facts = {"body_id": e.body_id, "date": e.date, "title": e.title, "date_inferred": e.inferred}
        yield "events", {"event_id": f"{doc}.e{n:02d}", **facts, **_place(found, doc, e.start, e.end)}


def _amounts(found: Findings, doc: str) -> Iterator[Row]:
    for n, a in enumerate(found.content.amounts):
        facts = {"value": a.value, "unit": a.unit, "what": a.what}
        yield "amounts", {"amount_id": f"{doc}.a{n:02d}", **facts, **_place(found, doc, a.start, a.end)}


def _ties(found: Findings, doc: str) -> Iterator[Row]:
    met = found.meeting
    shared = {"date": (met.date if met else None) or found.post.published, "meeting_id": f"{doc}.m0" if met else None}
    for n, p in enumerate(found.content.partnerships):
        members = sorted({m.actor_id: m for m in p.members}.values(), key=lambda m: m.actor_id)
        facts = {
            "kind": "declared_partnership",
            "directed": False,
            "sign": 1,
            "label": p.label,
            "found_by": "list of partners",
        }
        for a, b in combinations(members, 2):
            yield "ties", {**_ends(f"{doc}.p{n}", a, b), **facts, **shared, **_place(found, doc, p.start, p.end)}
    for n, t in enumerate(found.content.ties):
        facts = {
            "kind": t.kind,
            "directed": t.directed,
            "sign": t.sign,
            "label": t.label,
            "found_by": "stated in the text",
        }
        place = _place(found, doc, t.start, t.end)
        yield "ties", {**_ends(f"{doc}.{t.kind[0]}{n}", t.source, t.target), **facts, **shared, **place}


def _ends(prefix: str, a: Mention, b: Mention) -> dict[str, str]:
    return {"tie_id": f"{prefix}.{a.actor_id}+{b.actor_id}", "source": a.actor_id, "target": b.actor_id}

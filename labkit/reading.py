"""One file into rows and reading records: the pure function that the engine runs, in one process or on many machines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.actors import people as naming
from labkit.actors.identity import org_key, person_id, person_key, person_name
from labkit.actors.mentions import Knowledge, Mention, acronyms_defined, finder
from labkit.actors.people import Person
from labkit.codebook import Codebooks
from labkit.language import pipeline
from labkit.language.concepts import concept_finder
from labkit.language.vocabulary import lemma_counts, plain, words
from labkit.minutes import attendance, files, header, items, posts
from labkit.minutes.attendance import Attendee
from labkit.minutes.header import Meeting
from labkit.minutes.posts import Post


@dataclass
class Reading:
    """What one file gave: rows of the tables, texts by document, and one record a post."""

    source: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)


@dataclass
class Parsed:
    """One post, read: everything found, with spans of the stored text."""

    post: Post
    text: str
    meeting: Meeting | None
    attendees: list[Attendee]
    mentions: list[Mention]
    people: list[Person]
    kinds: dict[str, str]
    roles: dict[str, tuple[str | None, Mention | None]]
    sections: list[items.Section]
    content: items.Content


def scan(path: Path, codebooks: Codebooks) -> dict[str, str]:
    """Return the acronyms that a file defines, so that every other file may use them."""
    try:
        pages = files.load(path)
    except files.Unreadable:
        return {}
    look = finder(Knowledge(codebooks))
    found: dict[str, str] = {}
    for page in pages:
        text = plain(page.text)
        if "(" in text:
            found.update(acronyms_defined(text, look.find(text)))
    return found


def read(source: tuple[str, Path], knowledge: Knowledge) -> Reading:
    """Read one file. A file that cannot be read gives a row in ``problems`` and nothing else.

    Parameters
    ----------
    source
        The file's name as shown, and its path.
    """
    name, path = source
    reading = Reading(name)
    try:
        pages = files.load(path)
    except files.Unreadable as error:
        _problem(reading, None, error.code, error.message, name)
        return reading
    for page in pages:
        for post in posts.split(page):
            parsed = parse(post, knowledge)
            _rows(reading, parsed, knowledge.codebooks)
            reading.records.append(_record(reading, parsed, name))
    if not reading.records:
        _problem(reading, None, "no_post", "expected at least one post; found none; begin the file with a title", name)
    return reading


def parse(post: Post, knowledge: Knowledge) -> Parsed:
    """Find everything in one post."""
    text = plain(post.text)
    look = finder(knowledge)
    attendees = [
        _affiliated(a, post, knowledge.codebooks, look) for a in attendance.find(text, look, start=post.body_start)
    ]
    spans = [(a.start, a.end) for a in attendees]
    mentions = look.find(text, blocked=spans)
    mentions = sorted([*mentions, *_from_lists(attendees, mentions)], key=lambda m: m.start)
    people = _people(text, attendees, mentions, knowledge.model)
    meeting = header.read(
        post, text, look, attended=bool(attendees), attended_at=min((a.start for a in attendees), default=None)
    )
    post.kind = posts.kind_of(
        post, has_attendance=bool(attendees), announces=bool(meeting and meeting.relation == "announced")
    )
    sections = items.sections(
        post, text, taken=_stretches(spans) + [(x.start, x.end) for x in people if _alone(text, x)]
    )
    names = _by_key(attendees, people)
    content = _content(post, text, knowledge, mentions, people, meeting, names)
    return Parsed(
        post,
        text,
        meeting,
        attendees,
        mentions,
        people,
        _kinds(text, attendees, people, content, post),
        _roles(text, attendees, people, mentions),
        sections,
        content,
    )


def _affiliated(one: Attendee, post: Post, books: Codebooks, look) -> Attendee:
    """A name without an organisation takes the one that the lab's table of affiliations gives it for that day."""
    if one.organisation:
        return one
    key, day = person_key(one.name), post.published or ""
    for row in books.affiliations:
        if (
            person_key(row["person"]) == key
            and (not row["to"] or day <= row["to"])
            and (not row["from"] or day >= row["from"])
        ):
            mention = look.resolve(
                row["organisation"],
                one.start,
                one.start,
                "",
                found_by="registry",
                certainty=0.9,
                group=row["sector"] or None,
            )
            return Attendee(**{**one.__dict__, "organisation": mention, "role": one.role or row["role"] or None})
    return one


def _from_lists(attendees: list[Attendee], mentions: list[Mention]) -> list[Mention]:
    """Organisations that only an attendance list shows."""
    taken = [(m.start, m.end) for m in mentions]
    shown = (a.organisation for a in attendees if a.organisation and a.organisation.surface)
    return [m for m in shown if not any(m.start < b and a < m.end for a, b in taken)]


def _people(text: str, attendees: list[Attendee], mentions: list[Mention], model: str | None) -> list[Person]:
    taken = [(m.start, m.end) for m in mentions] + [(a.start, a.end) for a in attendees]
    listed = [Person(a.start, a.end, a.name, "list", 1.0) for a in attendees]
    full = [*listed, *naming.find(text, blocked=taken)]
    if model:
        known = [*taken, *((p.start, p.end) for p in full)]
        new = [(a, b) for a, b in pipeline.people(text, model) if not any(a < y and x < b for x, y in known)]
        full += [Person(a, b, person_name(text[a:b]), "model", 0.6) for a, b in new]
    further = naming.by_surname(
        text, sorted({p.name for p in full}), blocked=[*taken, *((p.start, p.end) for p in full)]
    )
    return sorted([*full, *further], key=lambda p: p.start)


def _stretches(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Attendance lists as stretches: names less than 250 characters apart belong to one."""
    joined: list[tuple[int, int]] = []
    for a, b in sorted(spans):
        if joined and a - joined[-1][1] < 250:
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined


def _alone(text: str, person: Person) -> bool:
    """A line that is nothing but a name is an entry of a list and no heading."""
    before, after = text[text.rfind("\n", 0, person.start) + 1 : person.start], text[person.end :].split("\n", 1)[0]
    return len(before.split()) <= 1 and not after.strip(" ,;.")


def _by_key(attendees: list[Attendee], people: list[Person]) -> dict[str, str]:
    """The shown name of each person: the most spelt-out one."""
    names: dict[str, Counter[str]] = {}
    for name in [*(a.name for a in attendees), *(p.name for p in people)]:
        names.setdefault(person_key(name), Counter())[person_name(name)] += 1
    return {key: max(found, key=lambda n: (found[n], len(n.split()), n)) for key, found in names.items()}


def _content(post: Post, text: str, knowledge: Knowledge, mentions, people, meeting, names) -> items.Content:
    look, start, reference = finder(knowledge), post.body_start, post.published
    if meeting and meeting.date:
        reference = reference or meeting.date
    named = sorted(
        [
            *((p.start, p.end, p.name) for p in people),
            *((m.start, m.end, m.name) for m in mentions if m.type == "organisation"),
        ]
    )
    own = {meeting.date} if meeting and meeting.date and meeting.relation != "announced" else set()
    return items.Content(
        deadlines=items.deadlines(text, start, reference=reference, named=named),
        events=items.events(
            text, start, reference=reference, bodies=[m for m in mentions if m.type == "body"], skip=own
        ),
        amounts=items.amounts(text, start),
        partnerships=items.partnerships(text, start, look, mentions, title=post.title),
        ties=items.stated_ties(text, start, mentions),
        decisions=items.decisions(text, start),
        statements=items.statements(
            text, start, people, mentions, person_ids={key: person_id(name) for key, name in names.items()}
        ),
    )


_SIGNED = re.compile(
    r"(?:firmat[oa]|f\.to|il\s+(?:presidente|sindaco|segretario|coordinatore)|la\s+(?:presidente|sindaca|segretaria|coordinatrice))\s*:?\s*(?:\n\s*)?$",
    re.I,
)
_ADDRESSED = re.compile(r"^\s*(?:ai|al|alla|all'|agli|alle|e,?\s+p\.?\s?c\.?|e,\s+per\s+conoscenza)\b", re.I)


def _kinds(
    text: str, attendees: list[Attendee], people: list[Person], content: items.Content, post: Post
) -> dict[str, str]:
    """How each person comes in: attending, speaker, announced, signer, member of a list, or named."""
    kinds = {person_key(a.name): "attending" for a in attendees}
    speakers = {s.speaker for s in content.statements}
    for person in people:
        if person.key in kinds:
            continue
        line_start = text.rfind("\n", 0, person.start) + 1
        line = text[line_start : (text.find("\n", person.end) + 1 or len(text) + 1) - 1]
        if person_id(person.name) in speakers:
            kind = "speaker"
        elif (
            _SIGNED.search(text[max(0, person.start - 40) : person.start])
            and len(line.split()) <= 12
            and person.end > len(text) * 0.6
        ):
            kind = "signer"
        elif _ADDRESSED.match(line) and len(line.split()) < 25:
            kind = "addressee"
        elif post.kind == "announcement":
            kind = "announced"
        elif line.strip() and len(line.split()) <= 4:
            kind = "member"
        else:
            kind = "named"
        kinds[person.key] = kind
    return kinds


def _roles(
    text: str, attendees: list[Attendee], people: list[Person], mentions: list[Mention]
) -> dict[str, tuple[str | None, Mention | None]]:
    """Role and organisation beside a name: in the list, in brackets, before a dash or by apposition."""
    roles = {person_key(a.name): (a.role, a.organisation) for a in attendees}
    organisations = [m for m in mentions if m.type in ("organisation", "body")]
    for person in people:
        role, organisation = roles.get(person.key, (None, None))
        if role and organisation:
            continue
        before = next(
            (
                m
                for m in reversed(organisations)
                if 0 <= person.start - m.end < 6 and re.fullmatch(r"[ ]*[-,]?[ ]*", text[m.end : person.start])
            ),
            None,
        )
        after = next(
            (m for m in organisations if 0 <= m.start - person.end < 60 and _apposed(text[person.end : m.start])), None
        )
        beside = before or after
        start = max(text.rfind("\n", 0, person.start) + 1, (before.start if before else person.start) - 70)
        found = role or attendance.role_beside(
            text[start : before.start if before else person.start].rstrip(" -"), text[person.end : person.end + 70]
        )
        roles[person.key] = (found, organisation or beside)
    return roles


def _apposed(between: str) -> bool:
    """ "(Ente", "- Ente" or ", presidente dell'Ente": what stands between a name and the organisation it belongs to."""
    if re.fullmatch(r"\s?\(\s?|\s?-\s", between):
        return True
    role = re.fullmatch(r",\s(?:l'|la |il )?(?P<role>[^.;\n()]*)", between)
    return bool(role) and attendance.is_role(role["role"])


def _section_at(sections: list[items.Section], place: int) -> items.Section:
    return next((s for s in sections if s.start <= place < s.end), sections[0])


def _rows(reading: Reading, p: Parsed, books: Codebooks) -> None:
    doc = p.post.doc_id
    if doc in reading.texts:
        _problem(
            reading,
            doc,
            "double_post",
            "the same post stands twice in this file; the first is kept",
            reading.source,
            line=p.post.line,
        )
        return
    reading.texts[doc] = p.post.text
    reading.add(
        "documents",
        doc_id=doc,
        title=p.post.title,
        published=p.post.published,
        kind=p.post.kind,
        source=reading.source,
        n_words=len(words(p.post.text)),
        sha256=p.post.sha256,
    )
    if not p.post.published:
        _problem(
            reading,
            doc,
            "no_date",
            "expected a date of publication above or below the title; found none; add a line such as '14 aprile 2014'",
            reading.source,
            line=p.post.line,
        )
    statements = _statement_rows(reading, p, doc)
    _section_rows(reading, p, doc, books, statements)
    _meeting_rows(reading, p, doc)
    _actor_rows(reading, p, doc)
    _content_rows(reading, p, doc)


def _statement_rows(reading: Reading, p: Parsed, doc: str) -> list[tuple[int, int, str]]:
    found = []
    for number, s in enumerate(p.content.statements):
        section = _section_at(p.sections, s.start)
        statement_id = f"{doc}.{section.ord:02d}.s{number:02d}"
        reading.add(
            "statements",
            statement_id=statement_id,
            section_id=f"{doc}.{section.ord:02d}",
            doc_id=doc,
            speaker=s.speaker,
            mode=s.mode,
            start=s.start,
            end=s.end,
        )
        found.append((s.start, s.end, statement_id))
    return found


def _section_rows(
    reading: Reading, p: Parsed, doc: str, books: Codebooks, statements: list[tuple[int, int, str]]
) -> None:
    # Words inside names of actors and attendance lists say who acts, not how people speak: "Comunità Sociale X" is no
    # use of *comunità*.
    names = (
        _stretches([(a.start, a.end) for a in p.attendees])
        + [(m.start, m.end) for m in p.mentions if m.type != "body"]
        + [(x.start, x.end) for x in p.people]
    )
    spoken = _without(p.text, names)
    initiatives = {entry.id for entry in books.culture.values() if entry.get("group") == "initiative"}
    concepts = [
        c for c in concept_finder(books).find(p.text) if c.concept_id in initiatives or spoken[c.start : c.end].strip()
    ]
    for s in p.sections:
        section_id = f"{doc}.{s.ord:02d}"
        start = 0 if s.ord == 0 else s.start
        text = p.post.text[start : s.end]
        reading.add(
            "sections",
            section_id=section_id,
            doc_id=doc,
            ord=s.ord,
            heading=s.heading,
            kind=s.kind,
            start=s.start,
            end=s.end,
            n_words=len(words(text)),
        )
        for lemma, n in sorted(lemma_counts(spoken[start : s.end]).items()):
            reading.add("terms", section_id=section_id, doc_id=doc, statement_id=None, lemma=lemma, pos=None, n=n)
        for c in concepts:
            if start <= c.start < s.end:
                statement = next((i for a, b, i in statements if a <= c.start < b), None)
                reading.add(
                    "concepts",
                    section_id=section_id,
                    doc_id=doc,
                    statement_id=statement,
                    concept_id=c.concept_id,
                    n=1,
                    negated=c.negated,
                    quoted=c.quoted,
                    stance=None,
                    found_by=c.found_by,
                    start=c.start,
                    end=c.end,
                )


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with some spans blanked, at the same length."""
    pieces, here = [], 0
    for a, b in sorted(spans):
        if b > here:
            a = max(a, here)
            pieces += [text[here:a], " " * (b - a)]
            here = b
    return "".join([*pieces, text[here:]])


def _meeting_rows(reading: Reading, p: Parsed, doc: str) -> None:
    m = p.meeting
    if m is None:
        return
    meeting_id = f"{doc}.m0"
    reading.add(
        "meetings",
        meeting_id=meeting_id,
        doc_id=doc,
        relation=m.relation,
        body_id=m.body_id,
        date=m.date,
        date_inferred=m.date_inferred,
        start=m.start,
        end=m.end,
        venue=m.venue,
        number=m.number,
    )
    for code, message in m.doubts:
        _problem(reading, doc, code, message, reading.source, line=p.post.line)
    for a in p.attendees:
        reading.add(
            "attendance",
            meeting_id=meeting_id,
            person_id=person_id(a.name),
            doc_id=doc,
            actor_id=a.organisation.actor_id if a.organisation else None,
            status=a.status,
            function=a.function,
            remote=a.remote,
            role=a.role,
            arrives=a.arrives,
            leaves=a.leaves,
            delegate_for=person_id(a.delegate_for) if a.delegate_for else None,
            start=a.start,
            end=a.end,
        )


def _actor_rows(reading: Reading, p: Parsed, doc: str) -> None:
    """Mentions, and what they say of actors: the archive makes one table of actors of all files."""
    names = _by_key(p.attendees, p.people)
    for m in p.mentions:
        section = _section_at(p.sections, m.start)
        reading.add(
            "mentions",
            section_id=f"{doc}.{section.ord:02d}",
            doc_id=doc,
            actor_id=m.actor_id,
            start=m.start,
            end=m.end,
            surface=m.surface,
            found_by=m.found_by,
            certainty=m.certainty,
        )
    for person in p.people:
        section = _section_at(p.sections, person.start)
        reading.add(
            "mentions",
            section_id=f"{doc}.{section.ord:02d}",
            doc_id=doc,
            actor_id=person_id(person.name),
            start=person.start,
            end=person.end,
            surface=p.post.text[person.start : person.end],
            found_by=person.found_by,
            certainty=person.certainty,
        )
    for m in [*p.mentions, *(a.organisation for a in p.attendees if a.organisation)]:
        reading.add(
            "actors",
            actor_id=m.actor_id,
            name=m.name,
            type=m.type,
            aliases=m.surface,
            succeeds=None,
            source="registry" if m.sector_source == "registry" or m.type != "organisation" else m.sector_source,
        )
        if m.sector:
            reading.add(
                "actor_sectors",
                actor_id=m.actor_id,
                sector=m.sector,
                source=m.sector_source,
                **{"from": None, "to": None},
            )
    for name in names.values():
        reading.add(
            "actors", actor_id=person_id(name), name=name, type="person", aliases=None, succeeds=None, source="lexicon"
        )
    for key, (role, organisation) in p.roles.items():
        if organisation and key in names:
            reading.add(
                "affiliations",
                person_id=person_id(names[key]),
                actor_id=organisation.actor_id,
                role=role,
                source=doc,
                **{"from": p.post.published, "to": None},
            )


def _content_rows(reading: Reading, p: Parsed, doc: str) -> None:
    date = (p.meeting.date if p.meeting else None) or p.post.published

    def where(place: int) -> dict[str, str]:
        return {"doc_id": doc, "section_id": f"{doc}.{_section_at(p.sections, place).ord:02d}"}

    for n, d in enumerate(p.content.deadlines):
        reading.add(
            "commitments",
            commitment_id=f"{doc}.c{n:02d}",
            who=d.who,
            what=" ".join(p.post.text[d.start : d.end].split()),
            due=d.date,
            date_inferred=d.inferred,
            followed_up_by=None,
            start=d.start,
            end=d.end,
            **where(d.start),
        )
    for n, e in enumerate(p.content.events):
        reading.add(
            "events",
            event_id=f"{doc}.e{n:02d}",
            body_id=e.body_id,
            date=e.date,
            title=e.title,
            date_inferred=e.inferred,
            start=e.start,
            end=e.end,
            **where(e.start),
        )
    for n, a in enumerate(p.content.amounts):
        reading.add(
            "amounts",
            amount_id=f"{doc}.a{n:02d}",
            value=a.value,
            unit=a.unit,
            what=a.what,
            start=a.start,
            end=a.end,
            **where(a.start),
        )
    meeting_id = f"{doc}.m0" if p.meeting else None
    for number, partnership in enumerate(p.content.partnerships):
        members = sorted({m.actor_id: m for m in partnership.members}.values(), key=lambda m: m.actor_id)
        for i, a in enumerate(members):
            for b in members[i + 1 :]:
                reading.add(
                    "ties",
                    tie_id=f"{doc}.p{number}.{a.actor_id}+{b.actor_id}",
                    kind="declared_partnership",
                    source=a.actor_id,
                    target=b.actor_id,
                    directed=False,
                    sign=1,
                    date=date,
                    meeting_id=meeting_id,
                    label=partnership.label,
                    start=partnership.start,
                    end=partnership.end,
                    found_by="list of partners",
                    **where(partnership.start),
                )
    for number, t in enumerate(p.content.ties):
        reading.add(
            "ties",
            tie_id=f"{doc}.{t.kind[0]}{number}.{t.source.actor_id}+{t.target.actor_id}",
            kind=t.kind,
            source=t.source.actor_id,
            target=t.target.actor_id,
            directed=t.directed,
            sign=t.sign,
            date=date,
            meeting_id=meeting_id,
            label=t.label or None,
            start=t.start,
            end=t.end,
            found_by="stated in the text",
            **where(t.start),
        )


def _problem(
    reading: Reading, doc: str | None, code: str, message: str, where: str, *, line: int | None = None
) -> None:
    reading.add("problems", doc_id=doc, code=code, message=message, where=f"{where}:{line}" if line else where)


def _record(reading: Reading, p: Parsed, source: str) -> dict[str, Any]:
    """The reading record of one post: the contract of ``labkit read --json``."""
    names = _by_key(p.attendees, p.people)
    meeting = None
    if p.meeting:
        m = p.meeting
        meeting = {
            "date": m.date,
            "date_inferred": m.date_inferred,
            "start": m.start,
            "end": m.end,
            "venue": m.venue,
            "body": m.body,
            "number": m.number,
            "next": m.next,
            "relation": m.relation,
        }
    doc = p.post.doc_id

    def clean(a: int, b: int) -> str:
        return " ".join(p.post.text[a:b].split())

    return {
        "source": source,
        "doc_id": doc,
        "title": p.post.title,
        "published": p.post.published,
        "kind": p.post.kind,
        "meeting": meeting,
        "other_meetings": [],
        "attendance": [
            {
                "name": a.name,
                "role": a.role,
                "organisation": a.organisation.name if a.organisation else None,
                "status": a.status,
                "function": a.function,
                "start": a.start,
                "end": a.end,
            }
            for a in p.attendees
        ],
        "organisations": _organisations(p),
        "persons": [
            {
                "name": name,
                "role": p.roles.get(key, (None, None))[0],
                "organisation": o.name if (o := p.roles.get(key, (None, None))[1]) else None,
                "kind": p.kinds.get(key, "named"),
                "mentions": sum(person.key == key for person in p.people),
            }
            for key, name in sorted(names.items(), key=lambda kv: kv[1])
        ],
        "initiatives": [
            {"name": name, "mentions": n}
            for name, n in sorted(Counter(m.name for m in p.mentions if m.type == "initiative").items())
        ],
        "partnerships": [{"label": x.label, "members": [m.surface for m in x.members]} for x in p.content.partnerships],
        "ties": [
            {"kind": t.kind, "source": t.source.name, "target": t.target.name, "sign": t.sign} for t in p.content.ties
        ],
        "statements": [
            {"speaker": s.speaker, "mode": s.mode, "text": clean(s.start, s.end)} for s in p.content.statements
        ],
        "decisions": [{"text": clean(a, b)} for a, b in p.content.decisions],
        "deadlines": [{"date": d.date, "who": d.who, "text": clean(d.start, d.end)} for d in p.content.deadlines],
        "events": [{"date": e.date, "body": e.body, "title": e.title} for e in p.content.events],
        "amounts": [{"value": a.value, "unit": a.unit, "what": a.what} for a in p.content.amounts],
        "problems": [
            {"code": r["code"], "message": r["message"], "where": r["where"]}
            for r in reading.rows.get("problems", [])
            if r["doc_id"] == doc
        ],
    }


def _organisations(p: Parsed) -> list[dict[str, Any]]:
    """Organisations and bodies of a post: the spelling that stands most often as name, the others as aliases."""
    found: dict[str, list[Mention]] = {}
    for m in p.mentions:
        if m.type in ("organisation", "body"):
            found.setdefault(m.actor_id, []).append(m)
    rows = []
    for actor_id, mentions in sorted(found.items()):
        surfaces = Counter(" ".join(m.surface.split()) for m in mentions if m.surface)
        first = mentions[0]
        name = max(surfaces, key=lambda s: (len(org_key(s).split("-")), surfaces[s], s)) if surfaces else first.name
        aliases = sorted({*surfaces, first.name} - {name})
        rows.append(
            {
                "name": name,
                "aliases": aliases,
                "actor_id": actor_id,
                "sector": first.sector,
                "type": first.type,
                "mentions": len(mentions),
                "found_by": first.found_by,
            }
        )
    return rows

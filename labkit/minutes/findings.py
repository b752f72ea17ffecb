"""One post, read: meeting, attendance, actors, sections and content, with spans of the stored text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from labkit.actors import people as naming
from labkit.actors.identity import person_id, person_key, person_name
from labkit.actors.mentions import Finder, Knowledge, Mention, finder
from labkit.actors.people import Person
from labkit.codebook import Codebooks
from labkit.language import pipeline
from labkit.language.spans import Spans
from labkit.language.vocabulary import plain, unwrapped
from labkit.minutes import amounts, dated, entries, items, partners, parts, posts, sections
from labkit.minutes.entries import Attendee
from labkit.minutes.header import Meeting
from labkit.minutes.parts import Gathering
from labkit.minutes.posts import Post


@dataclass(frozen=True)
class Content:
    """What the text of a post says."""

    deadlines: list[dated.Deadline]
    events: list[dated.Event]
    amounts: list[amounts.Amount]
    partnerships: list[partners.Partnership]
    ties: list[partners.Tie]
    decisions: list[tuple[int, int]]
    statements: list[items.Statement]
    doubts: list[str]


@dataclass
class Findings:
    """Everything found in one post; ``names`` gives the shown name of each person by key."""

    post: Post
    text: str
    gatherings: list[Gathering]
    mentions: list[Mention]
    people: list[Person]
    names: dict[str, str]
    kinds: dict[str, str]
    roles: dict[str, tuple[str | None, Mention | None]]
    sections: list[sections.Section]
    content: Content
    unread_list: bool
    parts_of_speech: dict[int, str]
    to_review: list[tuple[int, int, str]]

    @property
    def meeting(self) -> Meeting | None:
        """The meeting that the post is about."""
        return self.gatherings[0].meeting

    @property
    def attendees(self) -> list[Attendee]:
        """Those who were at any of the meetings."""
        return [one for gathering in self.gatherings for one in gathering.attendees]

    @property
    def lists(self) -> list[tuple[int, int]]:
        """The stretches of the text that are attendance lists."""
        return _stretches([(a.start, a.end) for a in self.attendees])

    @cached_property
    def spoken(self) -> str:
        """The text with names of actors and attendance lists blanked, at the same length.

        They say who acts and not how people speak: "Comunità Sociale X" is no use of *comunità*.
        """
        named = [(m.start, m.end) for m in self.mentions if m.type != "body"] + [(p.start, p.end) for p in self.people]
        pieces, here = [], 0
        for a, b in sorted([*self.lists, *named]):
            if b > here:
                a = max(a, here)
                pieces += [self.text[here:a], " " * (b - a)]
                here = b
        return "".join([*pieces, self.text[here:]])

    def section_at(self, place: int) -> sections.Section:
        return next((s for s in self.sections if s.start <= place < s.end), self.sections[0])


def find(post: Post, knowledge: Knowledge) -> Findings:
    """Find everything in one post, and set its kind."""
    text, look = unwrapped(plain(post.text)), finder(knowledge)
    mentions = look.find(text)
    gatherings = [
        replace(g, attendees=[_affiliated(one, post, knowledge.codebooks, look) for one in g.attendees])
        for g in parts.read(post, text, look, mentions)
    ]
    meeting, attendees = gatherings[0].meeting, [one for g in gatherings for one in g.attendees]
    spans = [(a.start, a.end) for a in attendees]
    names = Spans(spans)
    mentions = [m for m in mentions if not names.overlaps(m.start, m.end)]
    mentions = sorted([*mentions, *_from_lists(attendees, mentions)], key=lambda m: m.start)
    people = _people(text, attendees, mentions, knowledge.model)
    announces = bool(meeting and meeting.relation == "announced")
    post.kind = posts.kind_of(post, has_attendance=bool(attendees), announces=announces)
    alone = [(p.start, p.end) for p in people if _alone(text, p)]
    names = _by_key(attendees, people)
    content = _content(post, text, look, mentions, people, gatherings, names)
    return Findings(
        post=post,
        text=text,
        gatherings=gatherings,
        mentions=mentions,
        people=people,
        names=names,
        kinds=_kinds(text, gatherings, people, content, post),
        roles=_roles(text, attendees, people, mentions),
        sections=sections.split(post, text, taken=_stretches(spans) + alone),
        content=content,
        parts_of_speech=pipeline.parts_of_speech(text, knowledge.model) if knowledge.model else {},
        to_review=_to_review(text, mentions, people, knowledge.model),
        unread_list=not attendees and any(g.unread for g in gatherings),
    )


def _affiliated(one: Attendee, post: Post, books: Codebooks, look: Finder) -> Attendee:
    """A name without an organisation takes the one that the lab's table of affiliations gives it for that day."""
    if one.organisation:
        return one
    key, day = person_key(one.name), post.published or ""
    for row in books.affiliations:
        if person_key(row["person"]) == key and row["from"] <= day and day <= (row["to"] or "9999"):
            name, sector = row["organisation"], row["sector"] or None
            place = one.start
            mention = look.resolve(name, place, place, "", found_by="registry", certainty=0.9, group=sector)
            return replace(one, organisation=mention, role=one.role or row["role"] or None)
    return one


def _from_lists(attendees: list[Attendee], mentions: list[Mention]) -> list[Mention]:
    """Organisations that only an attendance list shows."""
    taken = Spans((m.start, m.end) for m in mentions)
    shown = (a.organisation for a in attendees if a.organisation and a.organisation.surface)
    return [m for m in shown if not taken.overlaps(m.start, m.end)]


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


def _line(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a place on its line, up to 200 letters of each."""
    before = text[max(0, start - 200) : start].rsplit("\n", 1)[-1]
    return before, text[end : end + 200].split("\n", 1)[0]


def _alone(text: str, person: Person) -> bool:
    """A line that is nothing but a name is an entry of a list and no heading."""
    before, after = _line(text, person.start, person.end)
    return len(before.split()) <= 1 and not after.strip(" ,;.")


def _to_review(
    text: str, mentions: list[Mention], people: list[Person], model: str | None
) -> list[tuple[int, int, str]]:
    """What a pipeline takes for a name and no rule knows, each name once."""
    if not model:
        return []
    known = Spans((one.start, one.end) for one in [*mentions, *people])
    new = [one for one in pipeline.to_review(text, model) if not known.overlaps(one[0], one[1])]
    return list({text[a:b]: (a, b, what) for a, b, what in reversed(new)}.values())[::-1]


def _by_key(attendees: list[Attendee], people: list[Person]) -> dict[str, str]:
    """The shown name of each person: the most spelt-out one."""
    names: dict[str, Counter[str]] = {}
    for name in [*(a.name for a in attendees), *(p.name for p in people)]:
        names.setdefault(person_key(name), Counter())[name] += 1
    return {key: max(found, key=lambda n: (found[n], len(n.split()), n)) for key, found in names.items()}


def _content(
    post: Post,
    text: str,
    look: Finder,
    mentions: list[Mention],
    people: list[Person],
    gatherings: list[Gathering],
    names: dict[str, str],
) -> Content:
    start, meeting = post.body_start, gatherings[0].meeting
    held = meeting.date if meeting else None
    announced = bool(meeting and meeting.relation == "announced")
    reference = (post.published if announced else None) or held or post.published
    bodies = [m for m in mentions if m.type == "body"]
    organisations = [(m.start, m.end, m.name) for m in mentions if m.type == "organisation"]
    named = sorted([*((p.start, p.end, p.name) for p in people), *organisations])
    own = {g.meeting.date for g in gatherings if g.meeting and g.meeting.date and g.meeting.relation != "announced"}
    ids = {key: person_id(name) for key, name in names.items()}
    return Content(
        deadlines=dated.deadlines(text, start, reference=reference, named=named),
        events=dated.events(text, start, reference=reference, bodies=bodies, skip=own),
        amounts=amounts.find(text, start),
        partnerships=partners.partnerships(text, start, look, mentions),
        ties=partners.stated_ties(text, start, mentions),
        decisions=items.decisions(text, start),
        statements=items.statements(text, start, people, mentions, person_ids=ids),
        doubts=dated.weekday_doubts(text, start, reference),
    )


_SIGNED = re.compile(
    r"(?:firmat[oa]|f\.to|il\s+(?:presidente|sindaco|segretario|coordinatore)|la\s+(?:presidente|sindaca|segretaria|coordinatrice))\s*:?\s*(?:\n\s*)?$",
    re.I,
)
_ADDRESSED = re.compile(r"^\s*(?:ai|al|alla|all'|agli|alle|e,?\s+p\.?\s?c\.?|e,\s+per\s+conoscenza)\b", re.I)


def _kinds(
    text: str, gatherings: list[Gathering], people: list[Person], content: Content, post: Post
) -> dict[str, str]:
    """How each person comes in: attending (this or another meeting), speaker, announced, signer, member of a list, or named."""
    kinds = {person_key(a.name): "other_meeting" for g in gatherings[1:] for a in g.attendees}
    kinds |= {person_key(a.name): "attending" for a in gatherings[0].attendees}
    speakers = {s.speaker for s in content.statements}
    for person in people:
        if person.key in kinds:
            continue
        before, after = _line(text, person.start, person.end)
        line = before + text[person.start : person.end] + after
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
    roles: dict[str, tuple[str | None, Mention | None]] = {}
    for a in attendees:  # what one meeting of the post does not say, another may
        role, organisation = roles.get(person_key(a.name), (None, None))
        roles[person_key(a.name)] = (role or a.role, organisation or a.organisation)
    organisations = [m for m in mentions if m.type in ("organisation", "body")]
    starts = [m.start for m in organisations]
    for person in people:
        role, organisation = roles.get(person.key, (None, None))
        if role and organisation:
            continue
        place = bisect_left(starts, person.start)
        before = next(
            (m for m in organisations[max(0, place - 2) : place] if _adjoins(text, m.end, person.start)), None
        )
        near = organisations[place : bisect_left(starts, person.end + 60)]
        after = next((m for m in near if person.end <= m.start and _apposed(text[person.end : m.start])), None)
        beside = before or after
        start = max(text.rfind("\n", 0, person.start) + 1, (before.start if before else person.start) - 70)
        found = role or entries.role_beside(
            text[start : before.start if before else person.start].rstrip(" -"), text[person.end : person.end + 70]
        )
        roles[person.key] = (found, organisation or beside)
    return roles


def _adjoins(text: str, end: int, start: int) -> bool:
    """Nothing but a dash or a comma stands between an organisation and the name after it."""
    return 0 <= start - end < 6 and bool(re.fullmatch(r"[ ]*[-,]?[ ]*", text[end:start]))


def _apposed(between: str) -> bool:
    """ "(Ente", "- Ente" or ", presidente dell'Ente": what stands between a name and the organisation it belongs to."""
    if re.fullmatch(r"\s?\(\s?|\s?-\s", between):
        return True
    role = re.fullmatch(r",\s(?:l'|la |il )?(?P<role>[^.;\n()]*)", between)
    return bool(role) and entries.is_role(role["role"])

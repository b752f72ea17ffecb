"""The reading record of one post: the contract of ``labkit read --json``, one JSON object a line."""

from __future__ import annotations

from collections import Counter
from typing import Any

from labkit.actors.identity import org_key
from labkit.actors.mentions import Mention
from labkit.minutes.findings import Findings
from labkit.minutes.header import Meeting

# Bodies with a staff of their own, which act as organisations do; all others are places where organisations meet.
OFFICES = ("ufficio-di-piano",)
MEETING = "date date_inferred start end venue body number next relation".split()


def record(found: Findings, *, source: str, problems: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what was found in a post, as plain values; ``problems`` are the rows of this post."""
    post, content = found.post, found.content

    def text(a: int, b: int) -> str:
        return " ".join(post.text[a:b].split())

    return {
        "source": source,
        "doc_id": post.doc_id,
        "title": post.title,
        "published": post.published,
        "kind": post.kind,
        "meeting": _meeting(found.meeting) if found.meeting else None,
        "other_meetings": [_meeting(g.meeting) for g in found.gatherings[1:]],
        "attendance": _attendance(found),
        "organisations": _organisations(found),
        "persons": _persons(found),
        "initiatives": _initiatives(found),
        "partnerships": [{"label": p.label, "members": [m.surface for m in p.members]} for p in content.partnerships],
        "ties": [
            {"kind": t.kind, "source": t.source.name, "target": t.target.name, "sign": t.sign} for t in content.ties
        ],
        "statements": [
            {"speaker": s.speaker, "mode": s.mode, "text": text(s.start, s.end)} for s in content.statements
        ],
        "decisions": [{"text": text(a, b)} for a, b in content.decisions],
        "deadlines": [{"date": d.date, "who": d.who, "text": text(d.start, d.end)} for d in content.deadlines],
        "events": [{"date": e.date, "body": e.body, "title": e.title} for e in content.events],
        "amounts": [{"value": a.value, "unit": a.unit, "what": a.what} for a in content.amounts],
        "problems": [{key: row[key] for key in ("code", "message", "where")} for row in problems],
    }


def _meeting(meeting: Meeting) -> dict[str, Any]:
    return {key: getattr(meeting, key) for key in MEETING}


def _attendance(found: Findings) -> list[dict[str, Any]]:
    return [
        {
            "name": a.name,
            "role": a.role,
            "organisation": a.organisation.name if a.organisation else None,
            "status": a.status,
            "function": a.function,
            "start": a.start,
            "end": a.end,
        }
        for a in found.gatherings[0].attendees
    ]


def _persons(found: Findings) -> list[dict[str, Any]]:
    rows = []
    for key, name in sorted(found.names.items(), key=lambda item: item[1]):
        role, organisation = found.roles.get(key, (None, None))
        rows.append(
            {
                "name": name,
                "role": role,
                "organisation": organisation.name if organisation else None,
                "kind": found.kinds.get(key, "named"),
                "mentions": sum(person.key == key for person in found.people),
            }
        )
    return rows


def _initiatives(found: Findings) -> list[dict[str, Any]]:
    counts = Counter(m.name for m in found.mentions if m.type == "initiative")
    return [{"name": name, "mentions": n} for name, n in sorted(counts.items())]


def _written(m: Mention) -> str:
    """An organisation as the text names it; a bare place ("i Comuni di A e B", a column of municipalities) by its whole name."""
    surface = " ".join(m.surface.split())
    cut_short = m.found_by == "grammar" and len(org_key(surface).split("-")) < len(org_key(m.name).split("-"))
    return m.name if cut_short else surface


def _organisations(found: Findings) -> list[dict[str, Any]]:
    """Organisations and bodies of a post: its fullest spelling as name, the others as aliases."""
    by_actor: dict[str, list[Mention]] = {}
    for m in found.mentions:
        if m.type == "organisation" or m.actor_id in OFFICES:
            by_actor.setdefault(m.actor_id, []).append(m)
    rows = []
    for actor_id, mentions in sorted(by_actor.items()):
        surfaces = Counter(_written(m) for m in mentions if m.surface)
        first = mentions[0]
        name = max(surfaces, key=lambda s: (len(org_key(s).split("-")), surfaces[s], s), default=first.name)
        rows.append(
            {
                "name": name,
                "aliases": sorted({*surfaces, first.name} - {name}),
                "actor_id": actor_id,
                "sector": first.sector,
                "type": first.type,
                "mentions": len(mentions),
                "found_by": first.found_by,
            }
        )
    return rows

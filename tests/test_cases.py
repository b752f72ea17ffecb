"""Every case of tests/cases/*.yml: a text in, the expected reading out. Anybody who reads minutes can add one.

A case has ``text`` and any of: ``meeting`` (date, start, end, number, next, body, venue), ``published``, ``attendance`` (name, status,
organisation), ``other_meetings`` (dates), ``organisations`` (name, sector), ``persons``, ``deadlines``, ``who`` (date, who is to do it),
``events``, ``amounts`` (value, unit), ``decisions``, ``partnership``, ``ties`` (kind, source, target), ``statements`` (speaker), ``lemmas``, ``initiatives``, ``problems``
(codes). What a case does not name is not looked at; what it names must be all there is. ``none`` of a kind: ``[]``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from labkit import codebook
from labkit.actors.mentions import Knowledge
from labkit.language.vocabulary import lemma, words
from labkit.minutes import findings, posts
from labkit.minutes.page import Page
from labkit.records import record
from labkit.rows import problems

FOLDER = Path(__file__).parent / "cases"
KNOWLEDGE = Knowledge(codebook.load())


def cases() -> list:
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for number, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            found.append(pytest.param(case, id=f"{path.stem}-{number:02d} {case.get('about', '')}"[:70]))
    return found


def seen(case: dict) -> dict:
    """What reading finds in the text of a case, in the shape in which cases are written."""
    post = posts.split(Page(case["text"]))[0]
    found = findings.find(post, KNOWLEDGE)
    said = [row for _, row in problems(found, source="case")]
    read = record(found, source="case", problems=said)
    meeting = read["meeting"] or {}
    return {
        "meeting": {key: meeting.get(key) for key in case.get("meeting") or {}} if read["meeting"] else None,
        "published": read["published"],
        "kind": read["kind"],
        "attendance": [[a["name"], a["status"], a["organisation"]] for a in read["attendance"]],
        "other_meetings": [m["date"] for m in read["other_meetings"]],
        "organisations": sorted([o["name"], o["sector"]] for o in read["organisations"]),
        "persons": sorted(p["name"] for p in read["persons"]),
        "deadlines": sorted(d["date"] for d in read["deadlines"]),
        "who": [[d["date"], d["who"]] for d in read["deadlines"]],
        "events": sorted(e["date"] for e in read["events"]),
        "amounts": [[a["value"], a["unit"]] for a in read["amounts"]],
        "decisions": [d["text"] for d in read["decisions"]],
        "partnership": sorted(m for p in read["partnerships"] for m in p["members"]),
        "ties": [[t["kind"], t["source"], t["target"]] for t in read["ties"]],
        "statements": [_speaker(s["speaker"], found) for s in read["statements"]],
        "initiatives": sorted(i["name"] for i in read["initiatives"]),
        "problems": [p["code"] for p in read["problems"]],
        "lemmas": [lemma(word) for word in words(case["text"])],
    }


def _speaker(actor: str, found: findings.Findings) -> str:
    from labkit.actors.identity import person_id

    people = {person_id(name): name for name in found.names.values()}
    names = {m.actor_id: m.name for m in found.mentions}
    return people.get(actor) or names.get(actor, actor)


def expected(case: dict) -> dict:
    """What a case expects: lists whose order does not matter are sorted, dates are text."""
    out = {key: value for key, value in case.items() if key not in ("text", "about")}
    if out.get("meeting"):
        out["meeting"] = {key: str(value) if value is not None else None for key, value in out["meeting"].items()}
    for key in ("deadlines", "events", "persons", "initiatives", "partnership"):
        if key in out:
            out[key] = sorted(str(x) for x in out[key])
    if "who" in out:
        out["who"] = [[str(date), who] for date, who in out["who"]]
    if "other_meetings" in out:
        out["other_meetings"] = [str(date) for date in out["other_meetings"]]
    if "published" in out:
        out["published"] = str(out["published"]) if out["published"] else None
    if "organisations" in out:
        out["organisations"] = sorted(out["organisations"])
    if "amounts" in out:
        out["amounts"] = [[float(value), unit] for value, unit in out["amounts"]]
    return out


@pytest.mark.parametrize("case", cases())
def test_case(case):
    found, wanted = seen(case), expected(case)
    assert {key: found[key] for key in wanted} == wanted


def test_there_are_many_cases():
    assert len(cases()) >= 250

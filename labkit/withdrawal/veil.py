"""The veil: what stands between a file and its reader, so that nobody on the list is ever read.

Names are replaced when the pages of a file are loaded, before anything else sees them, by stand-ins of the same length.
The reader works as it always does. Then the rows of stand-ins go and their letters become blocks: the rows of everybody
else stay what they were, at the same places.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from labkit.actors.identity import bare, org_key, person_id
from labkit.actors.mentions import Knowledge, acronyms_defined, finder
from labkit.actors.people import is_particle
from labkit.minutes import findings, posts
from labkit.minutes.findings import Findings
from labkit.minutes.page import Page
from labkit.minutes.posts import Post
from labkit.withdrawal import standins
from labkit.withdrawal.books import STAND_IN
from labkit.withdrawal.requests import Withdrawn
from labkit.withdrawal.spellings import Places, named, spellings

_ROUNDS = 3
# Columns that hold the id of an actor: without it the row goes, or only the cell is emptied.
GOES = {
    "attendance": ("person_id",),
    "affiliations": ("person_id", "actor_id"),
    "actor_sectors": ("actor_id",),
    "actors": ("actor_id",),
    "mentions": ("actor_id",),
    "statements": ("speaker",),
    "ties": ("source", "target"),
    "judgements": ("source", "target"),
}
EMPTIED = {
    "attendance": ("actor_id", "delegate_for"),
    "actors": ("succeeds",),
    "meetings": ("body_id",),
    "events": ("body_id",),
}
Rows = dict[str, list[dict[str, Any]]]


class Veil:
    """The veil over one file."""

    def __init__(self, withdrawn: Withdrawn, knowledge: Knowledge):
        standins.learn()
        self.withdrawn, self.knowledge = withdrawn, knowledge
        self.look = spellings(withdrawn)
        self._particled = [one for one in self.look.people.values() if any(map(is_particle, one.words[:-1]))]
        self.found: Counter[int] = Counter()
        self._names: set[str] = set()
        self._before: dict[int, Page] = {}

    def over(self, pages: list[Page]) -> None:
        """Put stand-ins into the pages of a file; if there are any, letters like them are stand-ins on every page."""
        texts = [f"{page.title}\n\n{page.text}" if page.title is not None else page.text for page in pages]
        places = [self.look.find(text, self.knowledge.acronyms) for text in texts]
        for page, text, found in zip(pages, texts, places):
            if any(places):
                self._before[id(page)] = replace(page)
                _write(page, self._put(text, found))
            page.part = named(self.withdrawn, page.part, loose=True)
            if page.problem:
                page.problem.message = named(self.withdrawn, page.problem.message)

    def split(self, page: Page) -> list[Post]:
        """Return the posts of a page; what only one post for itself makes plain ("l'ASL", where it names one ASL) is covered too."""
        found, before = posts.split(page), self._before.get(id(page))
        whole = posts.split(before) if before and len(found) > 1 and self.look.organisations else []
        if [len(post.text) for post in found] != [len(post.text) for post in whole]:
            return found
        for post, original in zip(found, whole):
            theirs, _ = self.look.read(original.text, self.knowledge.acronyms)
            post.text = standins.put_more(post.text, self.look.letters(original.text, theirs))
            post.title = post.text[: len(post.title)]
        return found

    def _put(self, text: str, places: Places) -> str:
        return standins.put(text, self._letters(text, places))

    def _letters(self, text: str, places: Places) -> list[tuple[int, str]]:
        """Stand-ins for what was found, counted."""
        letters = self.look.letters(text, places)
        shown = standins.put_more(text, letters)
        for number, spans in places.items():
            self.found[number] += len(spans)
            if number in self.look.people:
                self._names.update(shown[a:b] for a, b in spans)
        return letters

    def find(self, post: Post) -> Findings:
        """Find everything in a post; whoever is read all the same, as people decided who is who, is covered and read again."""
        found = findings.find(post, self.knowledge)
        for _ in range(_ROUNDS):
            left = self._left(found)
            if not left:
                break
            text = standins.put_more(post.text, self._letters(post.text, left))
            post = replace(post, text=text, title=text[: len(post.title)])
            found = findings.find(post, self.knowledge)
        if self.found:
            shown = replace(post, text=self.lifted(post.text))
            post.doc_id, post.sha256 = shown.doc_id, shown.sha256
        return found

    def _left(self, found: Findings) -> Places:
        ids = self.withdrawn.ids
        left: Places = {}
        people = [(p.start, p.end) for p in found.people if person_id(p.name) in ids]
        others = [(m.start, m.end) for m in found.mentions if m.actor_id in ids and m.end > m.start]
        if people:
            left[next(iter(self.look.people), 0)] = people
        if others:
            left[next(iter(self.look.organisations), 0)] = others
        return left

    def lifted(self, text: str) -> str:
        """Return a text with a block for each letter of a stand-in."""
        shown = standins.blocks(text, every=bool(self.found))
        if standins.BLOCK not in shown or not self.look.people:
            return shown
        return standins.initials(standins.particles(shown, self._particled))

    def lift(self, rows: Rows, texts: dict[str, str], records: list[dict[str, Any]]) -> None:
        """Take the rows of stand-ins out, and turn their letters into blocks wherever else they stand."""
        every = bool(self.found)
        if not every and not any(standins.holds(row["name"], every=False) for row in rows.get("actors", [])):
            return
        gone, renamed = self._actors(rows.get("actors", []))
        for table in list(rows):
            rows[table] = [
                _blank(self._shown(table, row, gone, renamed))
                for row in rows[table]
                if not self._goes(table, row, gone)
            ]
        kept = {row["statement_id"] for row in rows.get("statements", [])}
        for row in rows.get("concepts", []):
            row["statement_id"] = row["statement_id"] if row["statement_id"] in kept else None
        for doc in texts:
            texts[doc] = self.lifted(texts[doc])
        records[:] = [self._record(record, gone) for record in records]

    def _actors(self, said: list[dict[str, Any]]) -> tuple[set[str], dict[str, str]]:
        """Which ids are stand-ins, and those of others in whose name one stands, with their new id."""
        gone = {STAND_IN, *self.withdrawn.ids, *map(person_id, self._names)}
        renamed = {}
        for row in said:
            if row["type"] != "body" and self._is_stand_in(row["name"], row["type"]):
                gone.add(row["actor_id"])
            elif standins.holds(row["name"], every=bool(self.found)):
                renamed[row["actor_id"]] = _without_stand_ins(row["actor_id"])
        return gone, {old: new for old, new in renamed.items() if old != new}

    def _is_stand_in(self, name: str | None, kind: str) -> bool:
        """A person in whose name a stand-in stands, or an organisation of whose name nothing telling is left."""
        if not name or not standins.holds(name, every=bool(self.found)):
            return False
        if kind == "person" or standins.is_organisation(name):
            return True
        heads = {bare(form) for entry in self.knowledge.codebooks.grammar.values() for form in entry["forms"]}
        rest = org_key(standins.blocks(name, every=True)).split("-")
        return not [word for word in rest if word not in heads and word not in ("x", "cooperativa")]

    def _goes(self, table: str, row: dict[str, Any], gone: set[str]) -> bool:
        if any(row.get(column) in gone for column in GOES.get(table, ())):
            return True
        said = {"terms": "lemma", "problems": "message"}.get(table)
        if table == "problems" and row["code"] != "name_to_review":
            return False
        return bool(said) and standins.holds(row[said], every=bool(self.found))

    def _shown(self, table: str, row: dict[str, Any], gone: set[str], renamed: dict[str, str]) -> dict[str, Any]:
        shown = {
            key: self.lifted(value) if isinstance(value, str) and not value.isascii() else value
            for key, value in row.items()
        }
        for column in EMPTIED.get(table, ()):
            if shown.get(column) in gone:
                shown[column] = None
        if renamed:
            for column in [*GOES.get(table, ()), *EMPTIED.get(table, ()), "tie_id"]:
                if shown.get(column):
                    shown[column] = _renamed(shown[column], renamed)
        return shown

    def _record(self, record: dict[str, Any], gone: set[str]) -> dict[str, Any]:
        """A reading record without stand-ins."""
        every = bool(self.found)

        def theirs(name: object, kind: str = "organisation") -> bool:
            return isinstance(name, str) and (name in gone or self._is_stand_in(name, kind))

        shown = dict(record)
        for key in ("attendance", "persons"):
            people = [one for one in record[key] if not theirs(one["name"], "person")]
            shown[key] = [
                {**p, "organisation": None if theirs(p["organisation"]) else p["organisation"]} for p in people
            ]
        shown["organisations"] = [
            o for o in record["organisations"] if not theirs(o["actor_id"]) and not theirs(o["name"])
        ]
        shown["initiatives"] = [one for one in record["initiatives"] if not theirs(one["name"])]
        shown["ties"] = [t for t in record["ties"] if not theirs(t["source"]) and not theirs(t["target"])]
        shown["statements"] = [s for s in record["statements"] if not theirs(s["speaker"])]
        shown["partnerships"] = [
            {**p, "members": [m for m in p["members"] if not theirs(m)]} for p in record["partnerships"]
        ]
        problems = [
            p
            for p in record["problems"]
            if p["code"] != "name_to_review" or not standins.holds(p["message"], every=every)
        ]
        shown["problems"] = problems
        return _blank(_through(shown, self.lifted))


def _write(page: Page, text: str) -> None:
    start = 0
    if page.title is not None:
        page.title, start = text[: len(page.title)], len(page.title) + 2
    page.text = text[start:]


def _through(value: Any, write) -> Any:
    """The same with every text in it written anew."""
    if isinstance(value, str):
        return write(value)
    if isinstance(value, list):
        return [_through(one, write) for one in value]
    return {key: _through(one, write) for key, one in value.items()} if isinstance(value, dict) else value


_NOT_SAID = ("role", "venue", "who", "label")


def _blank(row: dict[str, Any]) -> dict[str, Any]:
    """Cells that hold nothing but blocks are empty: a role that was the name of an organisation."""
    for key in _NOT_SAID:
        value = row.get(key)
        if isinstance(value, str) and standins.BLOCK in value and not any(c.isalnum() for c in value):
            row[key] = None
    return row


_SLUG = re.compile(r"(?<![a-z0-9])(?:y{2,}|[ao]{2,}|u{2,})(?![a-z0-9])")


def _without_stand_ins(actor: str) -> str:
    return _SLUG.sub(lambda m: "x" * len(m.group()), actor)


def _renamed(value: str, renamed: dict[str, str]) -> str:
    parts = re.split(r"([.+])", value)
    return "".join(renamed.get(part, part) for part in parts)


def defined(text: str, withdrawn: Withdrawn) -> dict[str, str]:
    """Return the acronyms that a plain text defines; those of organisations on the list are sealed and stand for nothing."""
    look = spellings(withdrawn)
    mentions = finder(Knowledge(withdrawn.books)).find(text)
    places = {m.surface: m for m in reversed(mentions)}
    found = look.find(text)
    veiled = standins.put(text, look.letters(text, found)) if found else text
    told = {}
    for short, long in acronyms_defined(text, mentions).items():
        m = places[long]
        theirs = m.actor_id in withdrawn.ids or withdrawn.is_name(long)
        told[withdrawn.sealed(short) if theirs else short] = "" if theirs else veiled[m.start : m.end]
    return told

"""One file into rows and reading records: the pure function that the engine runs, in one process or on many machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.actors.mentions import Knowledge, acronyms_defined, finder
from labkit.codebook import Codebooks
from labkit.language.vocabulary import plain
from labkit.minutes import files, findings, posts
from labkit.minutes.page import Unreadable
from labkit.records import record
from labkit.rows import problem, problems, rows
from labkit.withdrawal import NOBODY, Withdrawn, named
from labkit.withdrawal.veil import Veil, defined


@dataclass
class Reading:
    """What one file gave: rows of the tables, texts by document, and one record a post.

    ``covered`` counts how often each of those who asked to be left out was named, by their place in the list.
    """

    source: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, Any]) -> None:
        self.rows.setdefault(table, []).append(row)


def scan(path: Path, codebooks: Codebooks, *, withdrawn: Withdrawn = NOBODY) -> dict[str, str]:
    """Return the acronyms that a file defines, so that every other file may use them.

    Those of organisations that asked to be left out come sealed, without the name that they stand for.
    """
    try:
        pages = files.load(path)
    except Unreadable:
        return {}
    found: dict[str, str] = {}
    for page in pages:
        text = plain(page.text)
        if "(" in text and withdrawn:
            found.update(defined(text, withdrawn))
        elif "(" in text:
            found.update(acronyms_defined(text, finder(Knowledge(codebooks)).find(text)))
    return found


def read(
    source: tuple[str, Path], knowledge: Knowledge, *, tables: bool = True, withdrawn: Withdrawn = NOBODY
) -> Reading:
    """Read one file. A file that cannot be read gives a row in ``problems`` and nothing else.

    Parameters
    ----------
    source
        The file's name as shown, and its path.
    tables
        Whether the rows of the tables are made; ``labkit read`` shows records and problems, and needs no others.
    withdrawn
        Those who asked to be left out; ``knowledge`` then holds their veiled codebooks.
    """
    name, path = source
    reading = Reading(name)
    try:
        pages = files.load(path)
    except Unreadable as error:
        reading.add(*problem(None, error.code, named(withdrawn, error.message), name))
        return reading
    veil = Veil(withdrawn, knowledge) if withdrawn else None
    if veil:
        veil.over(pages)
    for page in pages:
        where = f"{name}/{page.part}" if page.part else name
        if page.problem:
            reading.add(*problem(None, page.problem.code, page.problem.message, where))
            continue
        if "\ufffd" in page.text:
            message = (
                "expected text in one encoding; some bytes are broken and shown as a question mark; save it as UTF-8"
            )
            reading.add(*problem(None, "broken_bytes", message, where))
        for post in veil.split(page) if veil else posts.split(page):
            found = veil.find(post) if veil else findings.find(post, knowledge)
            _take(reading, found, knowledge.codebooks if tables else None, where)
    if not reading.records and "problems" not in reading.rows:
        message = "expected at least one post; found none; begin the file with a title"
        reading.add(*problem(None, "no_post", message, name))
    if veil:
        veil.lift(reading.rows, reading.texts, reading.records)
        reading.covered = dict(veil.found)
    return reading


def _take(reading: Reading, found: findings.Findings, books: Codebooks | None, where: str) -> None:
    """Add what a post gave; the same post a second time in one file is only a problem."""
    doc = found.post.doc_id
    if doc in reading.texts:
        message = "the same post stands twice in this file; the first is kept"
        reading.add(*problem(doc, "double_post", message, where, found.post.line))
    else:
        reading.texts[doc] = found.post.text
        for table, row in [*problems(found, source=where), *(rows(found, books, source=where) if books else ())]:
            reading.add(table, row)
    mine = [row for row in reading.rows.get("problems", []) if row["doc_id"] == doc]
    reading.records.append(record(found, source=where, problems=mine))

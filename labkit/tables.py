"""The waist of the house: the tables that reading writes and analysis reads, and the one checker.

Reading turns text into these tables; networks, cultures, maps and the report are made from them alone. Dates are ISO
strings (``2014-04-09``; a bare ``2014`` or ``2014-04`` where no more is known), hours are ``HH:MM``. Every id starts
with the id of its document, which is drawn from the document's content: the order of reading never shows. What was said in
a workshop has no document; its ids start with the day of the workshop and its name.
``start`` and ``end`` are code points of the stored text of the document, half open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from labkit.errors import LabkitError

TYPES = {"text": "str", "whole": "Int64", "number": "Float64", "truth": "boolean"}


@dataclass(frozen=True)
class Column:
    """A column: its name, its type (text, whole, number, truth), its unit or values, and what it means."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """A table: what a row is, its columns, and the columns that name a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


def _table(name: str, row: str, key: str, columns: str) -> Table:
    """Read the compact form below: one column a line, ``name type meaning``."""
    found = (line.split(None, 2) for line in columns.strip().splitlines())
    return Table(name, row, tuple(Column(*parts) for parts in found), tuple(key.split()))


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "documents",
            "a post",
            "doc_id",
            """
            doc_id text twelve hexadecimal digits drawn from title, date and text
            title text as published; a label made from facts in a shared edition
            published text ISO date of publication; of the meeting where none is given
            kind text minutes, announcement, news, report or plan
            source text the file, relative to the lab
            n_words whole words in title and text, without names of actors and attendance lists; 0 where pooled
            sha256 text checksum of the stored text; empty in a shared edition
            """,
        ),
        _table(
            "sections",
            "a section of a post",
            "section_id",
            """
            section_id text doc_id and place in the post
            doc_id text the post
            ord whole place in the post, from 0
            heading text as written; empty for the opening
            kind text opening, item, attendance or closing
            start whole first code point
            end whole after the last code point
            n_words whole words in the section, without names of actors and attendance lists; 0 where pooled
            """,
        ),
        _table(
            "meetings",
            "a meeting that a post is the minutes of, announces or tells of",
            "meeting_id",
            """
            meeting_id text doc_id and place in the post
            doc_id text the post
            relation text minutes, announced or told
            body_id text the body that met, from bodies.yml; empty if none is known
            date text ISO date
            date_inferred truth the year was inferred from the date of publication
            start text HH:MM
            end text HH:MM
            venue text as written
            number text number of the meeting or of its minutes
            """,
        ),
        _table(
            "attendance",
            "a person at a meeting",
            "meeting_id person_id",
            """
            meeting_id text the meeting
            person_id text the person, in actors
            doc_id text the post
            actor_id text the organisation the person came from; empty if unknown
            status text present, absent or excused
            function text member, chair, secretary, facilitator, delegate or invited
            remote truth took part from elsewhere
            role text as written, a class of roles in a shared edition
            arrives text HH:MM, for who came late
            leaves text HH:MM, for who left early
            delegate_for text whom the person stood in for
            start whole first code point
            end whole after the last code point
            """,
        ),
        _table(
            "affiliations",
            "a person's place in an organisation",
            "person_id actor_id from source",
            """
            person_id text the person
            actor_id text the organisation
            role text as written, a class of roles in a shared edition
            from text ISO date, empty if unknown
            to text ISO date, empty if it lasts
            source text where it was read
            """,
        ),
        _table(
            "actor_sectors",
            "a sector of an actor and since when",
            "actor_id from",
            """
            actor_id text the actor
            sector text public, third_sector, profit or other
            from text ISO date, empty if from the start
            to text ISO date, empty if it lasts
            source text the registry or the rule that said so
            """,
        ),
        _table(
            "actors",
            "an actor",
            "actor_id",
            """
            actor_id text name in small letters and hyphens; a number for a person in a shared edition
            name text as shown
            type text person, organisation, body or initiative
            aliases text other spellings found, separated by ' | '
            succeeds text the actor that this one follows in time
            source text registry, or the rule that found it
            """,
        ),
        _table(
            "mentions",
            "an actor named",
            "section_id actor_id start",
            """
            section_id text the section
            doc_id text the post
            actor_id text the actor
            start whole first code point; a running number in a shared edition
            end whole after the last code point
            surface text as written
            found_by text registry, grammar, acronym, lexicon, role, model or coder
            certainty number 0 to 1
            """,
        ),
        _table(
            "statements",
            "something said",
            "statement_id",
            """
            statement_id text section and place
            section_id text the section
            doc_id text the post
            speaker text actor_id of a person or an organisation
            mode text reported or direct
            n_words whole words, without attendance lists and names of actors
            start whole first code point
            end whole after the last code point
            """,
        ),
        _table(
            "terms",
            "a lemma in a section",
            "section_id lemma pos",
            """
            section_id text the section
            doc_id text the post
            statement_id text the statement, empty if none
            lemma text dictionary form in small letters
            pos text part of speech, empty without a trained pipeline
            n whole times
            """,
        ),
        _table(
            "concepts",
            "a codebook concept found in a section",
            "section_id concept_id start",
            """
            section_id text the section
            doc_id text the post
            statement_id text the statement, empty if none
            concept_id text the concept, in culture.yml
            n whole times
            negated truth inside a negation
            quoted truth inside quotation marks
            stance text for, against or empty
            found_by text lemma, phrase, pattern or coder
            start whole first code point; a running number in a shared edition
            end whole after the last code point
            """,
        ),
        _table(
            "ties",
            "one piece of evidence for one tie",
            "tie_id",
            """
            tie_id text kind, both ends and place; the judgement behind a validated one
            kind text declared_partnership, funding, membership, tension or validated
            source text actor_id
            target text actor_id
            directed truth whether source and target can be told apart
            sign whole 1, or -1 for tension
            date text ISO date
            doc_id text the post; empty for a validated one
            section_id text the section
            meeting_id text the meeting, if any
            label text the project or agreement it belongs to; the kind of tie judged for a validated one
            start whole first code point
            end whole after the last code point
            found_by text the rule, or participant
            """,
        ),
        _table(
            "judgements",
            "what one seat of a workshop said of one tie",
            "judgement_id",
            """
            judgement_id text session_id, seat and number
            session_id text the workshop: its day and its name
            date text ISO date of the workshop
            seat text s1, s2 ...: who answered at one tablet or in one column of a paper form
            sector text public, third_sector, profit or other, as the seat said of itself; empty if it did not
            kind text the kind of tie judged
            source text actor_id, the first of the two in the alphabet
            target text actor_id
            answer text confirmed, denied, unsure, or added where the map lacked the tie
            blind truth the seat answered before it saw the evidence
            note text as written; empty in a shared edition
            found_by text participant
            """,
        ),
        _table(
            "commitments",
            "a promise or a deadline",
            "commitment_id",
            """
            commitment_id text section and place
            doc_id text the post
            section_id text the section
            who text who promised, as written
            what text the sentence; a label in a shared edition
            due text ISO date
            date_inferred truth the year was inferred from the date of publication
            followed_up_by text doc_id of the post that takes it up
            start whole first code point
            end whole after the last code point
            """,
        ),
        _table(
            "events",
            "a dated event",
            "event_id",
            """
            event_id text section and place
            doc_id text the post
            section_id text the section
            body_id text the body, if one is named
            date text ISO date
            title text as written; a label in a shared edition
            date_inferred truth the year was inferred from the date of publication
            start whole first code point
            end whole after the last code point
            """,
        ),
        _table(
            "amounts",
            "a figure with its unit",
            "amount_id",
            """
            amount_id text section and place
            doc_id text the post
            section_id text the section
            value number the figure
            unit text EUR, percent, or what is counted
            what text the words beside it; empty in a shared edition
            start whole first code point
            end whole after the last code point
            """,
        ),
        _table(
            "problems",
            "what was not understood",
            "doc_id code where message",
            """
            doc_id text the post; empty if the file gave none
            code text short name of the problem
            message text what was expected, what was found, what to do
            where text file and line
            """,
        ),
    )
}


def frame(name: str, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Build a table from rows: the declared columns and types, sorted by key, an absent value where a row has none.

    >>> frame("problems", [{"code": "empty_file", "where": "a.txt"}])[["code", "where"]].to_dict("records")
    [{'code': 'empty_file', 'where': 'a.txt'}]
    """
    return tidy(name, typed(name, list(rows)))


def typed(name: str, rows: list[Mapping[str, object]]) -> pd.DataFrame:
    """Build a table from rows in the order given: the declared columns and types."""
    table = TABLES[name]
    unknown = sorted({key for row in rows for key in row} - set(table.names))
    if unknown:
        raise LabkitError(f"table {name}: unknown columns {', '.join(unknown)}; it has {', '.join(table.names)}")
    return pd.DataFrame(
        {c.name: pd.array([_clean(row.get(c.name)) for row in rows], dtype=TYPES[c.type]) for c in table.columns}
    )


def _clean(value: object) -> object:
    return pd.NA if value is None or value == "" else value


def tidy(name: str, data: pd.DataFrame) -> pd.DataFrame:
    """Put columns into their declared order and type, and rows into the order of the key."""
    table = TABLES[name]
    typed = {c.name: data[c.name].astype(TYPES[c.type]) for c in table.columns}
    by = [*table.key, *(n for n in table.names if n not in table.key)]
    return pd.DataFrame(typed).sort_values(by, ignore_index=True, kind="stable")


def with_rows(name: str, data: pd.DataFrame, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return a table with further rows, in the order of its key."""
    more = list(rows)
    return tidy(name, pd.concat([data, typed(name, more)], ignore_index=True)) if more else data


def check(name: str, data: pd.DataFrame, *, where: str = "") -> pd.DataFrame:
    """Return the table with its declared types, or say in one line what is wrong with it.

    Raises
    ------
    LabkitError
        If a column is missing or unknown, a value does not fit its type, or a key stands twice.
    """
    table = TABLES[name]
    place = f"{where}: " if where else ""
    missing, extra = sorted(set(table.names) - set(data.columns)), sorted(set(data.columns) - set(table.names))
    if missing or extra:
        what = "; ".join(
            part
            for part in (
                f"missing columns: {', '.join(missing)}" if missing else "",
                f"unknown columns: {', '.join(extra)}" if extra else "",
            )
            if part
        )
        raise LabkitError(f"{place}table {name}: {what}; it needs {', '.join(table.names)}")
    try:
        data = tidy(name, data)
    except (ValueError, TypeError) as error:
        raise LabkitError(f"{place}table {name}: a value does not fit its column ({error})") from error
    twice = data[data.duplicated(list(table.key), keep="first")]
    if len(twice):
        shown = ", ".join(str(v) for v in twice.iloc[0][list(table.key)])
        raise LabkitError(f"{place}table {name}: the key {' + '.join(table.key)} stands twice: {shown}")
    return data


def describe() -> pd.DataFrame:
    """Return every column of every table with its type and meaning, to read or to print.

    >>> describe().query("table == 'problems'")["column"].tolist()
    ['doc_id', 'code', 'message', 'where']
    """
    rows = [
        {"table": t.name, "row": t.row, "column": c.name, "type": c.type, "key": c.name in t.key, "meaning": c.meaning}
        for t in TABLES.values()
        for c in t.columns
    ]
    return pd.DataFrame(rows)

"""Tables without those who asked to be left out, when they are put together: shared editions, decisions, workshops.

A reading gives no row of theirs. This is for rows that come from elsewhere, and the second lock on every way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import simplemma

from labkit.actors.identity import org_key, person_id
from labkit.language.vocabulary import lemma
from labkit.tables import TABLES
from labkit.withdrawal.requests import Request, Withdrawn
from labkit.withdrawal.spellings import identifier, named, spellings
from labkit.withdrawal.veil import EMPTIED, GOES

if TYPE_CHECKING:
    import pandas as pd

# Columns of text that no person writes: days, hours, ids of posts and their parts, words of a rule.
_RULED = frozenset(
    "doc_id section_id meeting_id commitment_id event_id amount_id statement_id concept_id published date due kind relation start "
    "lemma end status function arrives leaves from to sector type found_by mode pos stance unit code answer followed_up_by sha256".split()
)
_FILES = {("documents", "source"), ("problems", "where"), ("affiliations", "source")}
_NAMES = {("actors", "name"), ("mentions", "surface")}


def left_out(tables: dict[str, pd.DataFrame], withdrawn: Withdrawn) -> dict[str, pd.DataFrame]:
    """Return the tables without the rows of those on the list, their names elsewhere as blocks.

    A person's row goes from ``attendance``; the others keep theirs, with no organisation where theirs is on the list.
    Without a list the tables are returned as they are.
    """
    if not withdrawn:
        return tables
    gone = _gone(tables, withdrawn)
    out = {name: _table(name, data, withdrawn, gone) for name, data in tables.items()}
    statements = set(out["statements"]["statement_id"])
    for name in ("terms", "concepts"):
        data = out[name]
        out[name] = data.assign(statement_id=data["statement_id"].where(data["statement_id"].isin(statements)))
    out["terms"] = out["terms"][~out["terms"]["lemma"].isin(_lemmas(withdrawn))]
    return {name: data.reset_index(drop=True) for name, data in out.items()}


def _gone(tables: dict[str, pd.DataFrame], withdrawn: Withdrawn) -> set[str]:
    """The ids of theirs, by id and by name."""
    actors = tables["actors"]
    return {*withdrawn.ids, *actors.loc[[_is_theirs(n, withdrawn) for n in actors["name"]], "actor_id"]}


def _is_theirs(name: object, withdrawn: Withdrawn) -> bool:
    return isinstance(name, str) and withdrawn.is_name(name)


def _table(name: str, data: pd.DataFrame, withdrawn: Withdrawn, gone: set[str]) -> pd.DataFrame:
    for column in GOES.get(name, ()):
        data = data[~data[column].isin(gone)]
    data = data.copy()
    for column in EMPTIED.get(name, ()):
        data[column] = data[column].where(~data[column].isin(gone))
    ids = {*GOES.get(name, ()), *EMPTIED.get(name, ())}
    for column in TABLES[name].columns:
        if column.type == "text" and column.name not in _RULED - ids:
            write = partial(_write, withdrawn=withdrawn, table=name, column=column.name, is_id=column.name in ids)
            data[column.name] = _written(data[column.name], write)
    return data


def _write(value: str, *, withdrawn: Withdrawn, table: str, column: str, is_id: bool) -> str | None:
    """One cell with blocks for names; of other spellings of an actor those that are theirs are left out."""
    if column == "aliases":
        kept = [one for one in value.split(" | ") if not withdrawn.is_name(one)]
        return " | ".join(named(withdrawn, one, of_another=True) for one in kept) or None
    if column == "tie_id":
        return "".join(identifier(withdrawn, part) for part in re.split(r"([.+])", value))
    if is_id or column in ("judgement_id", "session_id"):
        return identifier(withdrawn, value)
    return named(withdrawn, value, loose=(table, column) in _FILES, of_another=(table, column) in _NAMES)


def _written(data: pd.Series, write: Callable[[str], str | None]) -> pd.Series:
    """A column with each value written anew; most hold no name and stay."""
    new = {value: write(value) for value in data.dropna().unique()}
    changed = {old: value for old, value in new.items() if old != value}
    return data.map(lambda value: changed.get(value, value)).astype(data.dtype) if changed else data


def _lemmas(withdrawn: Withdrawn) -> set[str]:
    """Words that are nothing but one of their names: a text may use them where nobody saw a name."""
    look = spellings(withdrawn)
    alone = {surname for person in look.people.values() for surname in person.surnames}
    alone |= {form.words[0] for one in look.organisations.values() for form in one.forms if len(form.words) == 1}
    telling = {word for word in alone if len(word) > 2 and not simplemma.is_known(word, lang="it")}
    return telling | {lemma(word) for word in telling}


def in_tables(tables: dict[str, pd.DataFrame], withdrawn: Withdrawn) -> dict[Request, int]:
    """Return how many rows some tables hold of each of those on the list."""
    counts = {}
    for request in withdrawn.requests:
        ids = {request.name, *(entry.id for entry in withdrawn.entries(request))}
        ids.add(person_id(request.name) if request.type == "person" else org_key(request.name))
        one = Withdrawn((request,), withdrawn.books, frozenset(ids), secret=withdrawn.secret)
        gone = _gone(tables, one)
        counts[request] = sum(int(tables[name][column].isin(gone).sum()) for name in GOES for column in GOES[name])
    return counts

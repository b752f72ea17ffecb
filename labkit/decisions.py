"""Decisions on who is who: a log in the lab's folder that people write, that every table follows, and that can be undone.

``decisions.yml`` is a list; each entry says one thing of one actor. The reading never changes: decisions are applied when
the tables are put together, so that taking one back gives the earlier tables again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from labkit.archive import write_whole
from labkit.codebook import SECTORS, Entry, read_yaml
from labkit.errors import LabkitError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

FILE = "decisions.yml"
KINDS = {
    "same": "actor and other are one: other's rows come under actor",
    "different": "actor and other are two, whatever their names look like",
    "sector": "actor belongs to the sector in value",
    "name": "actor is shown under the name in value",
    "no_actor": "actor is none: its mentions and ties are left out",
}
_NEEDS = {"same": "other", "different": "other", "sector": "value", "name": "value", "no_actor": None}
_KEYS = ("decide", "actor", "other", "value", "reason")
# Columns that hold the id of an actor, by table.
COLUMNS = {
    "attendance": ("actor_id", "person_id", "delegate_for"),
    "affiliations": ("actor_id", "person_id"),
    "actor_sectors": ("actor_id",),
    "mentions": ("actor_id",),
    "statements": ("speaker",),
    "ties": ("source", "target"),
}


@dataclass(frozen=True)
class Decision:
    """One entry of the log."""

    decide: str
    actor: str
    other: str | None = None
    value: str | None = None
    reason: str | None = None

    @property
    def entry(self) -> dict[str, str]:
        return {key: value for key in _KEYS if (value := getattr(self, key))}


def load(folder: Path) -> list[Decision]:
    """Return the decisions of a lab, in the order in which they were taken.

    Raises
    ------
    LabkitError
        For an entry that is not understood; the message names the line.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    data = read_yaml(path, shown=FILE)
    if data is None:
        return []
    if not isinstance(data, list) or not all(isinstance(entry, Entry) for entry in data):
        raise LabkitError(f"{FILE}: expected a list of entries, each beginning with '- decide:'")
    return [_checked(entry) for entry in data]


def _checked(entry: Entry) -> Decision:
    for key in entry:
        if key not in _KEYS:
            raise LabkitError(f"{entry.where}: unknown key '{key}' ({did_you_mean(str(key), _KEYS)})")
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise LabkitError(f"{entry.where}: '{key}' must be a text; found {entry[key]!r}")
    kind = entry.get("decide", "")
    if kind not in KINDS:
        raise LabkitError(f"{entry.where}: 'decide' must be one of these ({did_you_mean(kind, KINDS)})")
    needed = ["actor", *([_NEEDS[kind]] if _NEEDS[kind] else [])]
    for key in needed:
        if not entry.get(key):
            raise LabkitError(f"{entry.where}: the decision '{kind}' needs {' and '.join(needed)}")
    if kind == "sector" and entry["value"] not in SECTORS:
        raise LabkitError(f"{entry.where}: no sector '{entry['value']}' ({did_you_mean(entry['value'], SECTORS)})")
    if kind in ("same", "different") and entry["actor"] == entry["other"]:
        raise LabkitError(f"{entry.where}: '{entry['actor']}' is compared with itself; name two actors")
    return Decision(**{key: entry.get(key) for key in _KEYS})


def save(folder: Path, taken: Iterable[Decision]) -> Path:
    """Write the log of a lab, whole or not at all."""
    entries = [decision.entry for decision in taken]
    text = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=120) if entries else "[]\n"
    return write_whole(
        folder / FILE,
        "# Who is who, as people decided; the order is that of the decisions. See labkit actors.\n" + text,
    )


def merged(taken: list[Decision]) -> dict[str, str]:
    """Return the id under which each merged actor stands; a chain of merges leads to its end.

    >>> merged([Decision("same", "b", "a"), Decision("same", "c", "b")])
    {'a': 'c', 'b': 'c'}
    """
    to: dict[str, str] = {}
    for decision in taken:
        if decision.decide == "same":
            target = to.get(decision.actor, decision.actor)
            if target == decision.other:
                continue
            to = {old: target if new == decision.other else new for old, new in to.items()}
            to[decision.other] = target
    return dict(sorted(to.items()))


def applied(tables: dict[str, pd.DataFrame], taken: list[Decision]) -> dict[str, pd.DataFrame]:
    """Return the tables as the decisions say: merged actors under one id, sectors and names as decided, no-actors out."""
    if not taken:
        return tables
    from labkit.tables import TABLES

    out = dict(tables)
    to = merged(taken)
    gone = {d.actor for d in taken if d.decide == "no_actor"}
    for table, columns in COLUMNS.items():
        data = out[table].copy()
        for column in columns:
            data[column] = data[column].map(lambda actor: to.get(actor, actor), na_action="ignore").astype("str")
            if column == columns[0] and table != "attendance":
                data = data[~data[column].isin(gone)]
        if table == "attendance":
            data.loc[data["actor_id"].isin(gone), "actor_id"] = None
        if table == "ties":
            data = data[~data["target"].isin(gone) & (data["source"] != data["target"])]
        out[table] = data.drop_duplicates(list(TABLES[table].key)).reset_index(drop=True)
    out["actors"] = _actors(out["actors"], taken, to, gone)
    out["actor_sectors"] = _sectors(out["actor_sectors"], taken, to)
    return out


def _actors(actors: pd.DataFrame, taken: list[Decision], to: dict[str, str], gone: set[str]) -> pd.DataFrame:
    """One row a merged actor, with the names of the others as aliases."""
    data = actors[~actors["actor_id"].isin(gone)].copy()
    names = dict(zip(data["actor_id"], data["name"]))
    for old, new in to.items():
        row = data["actor_id"] == new
        if row.any() and old in names:
            known = [a for a in str(data.loc[row, "aliases"].fillna("").iloc[0]).split(" | ") if a]
            data.loc[row, "aliases"] = " | ".join(sorted({*known, names[old]} - {names.get(new, "")}))
    data = data[~data["actor_id"].isin(to)]
    for decision in taken:
        if decision.decide == "name":
            data.loc[data["actor_id"] == to.get(decision.actor, decision.actor), "name"] = decision.value
    return data.reset_index(drop=True)


def _sectors(sectors: pd.DataFrame, taken: list[Decision], to: dict[str, str]) -> pd.DataFrame:
    from labkit.tables import with_rows

    decided = {to.get(d.actor, d.actor): d.value for d in taken if d.decide == "sector"}
    kept = sectors[~sectors["actor_id"].isin(decided)]
    rows = [{"actor_id": actor, "sector": sector, "source": "decision"} for actor, sector in decided.items()]
    return with_rows("actor_sectors", kept, rows)

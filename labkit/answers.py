"""Answers: what people said of the ties of a map in a workshop, kept in the lab's folder and followed by every table.

``feedback/<day>-<name>.yml`` holds one session: its seats (a tablet or a column of a paper form, never a name), what each
seat said of each tie, and what it said is missing. The file keeps the ids of the map that was shown; merges of actors are
followed when the tables are put together, so that a decision can be taken back. People may mend the file by hand: every
error names its line.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from labkit import decisions
from labkit.actors.identity import bare, org_key, person_id
from labkit.actors.sectors import sector_of
from labkit.archive import write_whole
from labkit.codebook import DEFAULTS, SECTORS, Entry, Shape, read_yaml
from labkit.errors import LabkitError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "feedback"
VERSION = 1  # of what the map page saves
ANSWERS = ("confirmed", "denied", "unsure")
BY = "participant"
TIE = ".v"  # ends the id of a validated tie, after that of its judgement
# A day and a name that is more than a number: a day and a number is a document of a shared edition.
_SESSION = re.compile(r"\d{4}-\d{2}-\d{2}-(?!\d+(?:\.|$))[a-z0-9]+(?:-[a-z0-9]+)*")
_ENDS = {"kind": str, "a": str, "b": str}
_OWN = {"sector": str, "note": str}
SHAPES = {
    "judgements": Shape({**_ENDS, "answer": str}, {**_OWN, "blind": bool, "code": str}),
    "missing_actors": Shape({"id": str, "name": str}, _OWN),
    "missing_ties": Shape(_ENDS, _OWN),
    "seats": Shape({"saved": int}, {"sector": str, "sha256": str, "changed_by_hand": bool}),
}


@dataclass(frozen=True)
class Session:
    """One workshop: its seats and all they said, each entry with its seat, in the order of the file."""

    id: str
    session: str
    date: str
    map: str
    seats: list[dict[str, Any]]
    judgements: list[dict[str, Any]]
    missing_actors: list[dict[str, Any]]
    missing_ties: list[dict[str, Any]]


PARTS = ("seats", "judgements", "missing_actors", "missing_ties")


# --- words that people typed

_GAPS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def clean(text: str) -> str:
    """Return typed text on one line, without signs that steer a terminal or turn the direction of writing.

    >>> clean("prima riga\\nseconda\\x1b[31m")
    'prima riga seconda[31m'
    """
    return _UNSEEN.sub("", _GAPS.sub(" ", text))


def named(text: str) -> str:
    """Return a typed name with single spaces."""
    return " ".join(clean(text).split())


def quoted(text: object) -> str:
    """Return the beginning of what was typed, to stand in a message."""
    return named(str(text)[:80])


def session_id(date: str, name: str) -> str:
    """Return the id of a session, which is also the name of its file.

    >>> session_id("2026-05-12", "Tavolo di maggio: l'abitare")
    '2026-05-12-tavolo-di-maggio-l-abitare'
    """
    import hashlib

    words = "-".join(re.findall("[a-z0-9]+", bare(name)))
    if not words:
        raise LabkitError(
            f"the name of a session needs letters or figures; found '{quoted(name)}'; name it with --session"
        )
    if words.isdigit():
        words = f"incontro-{words}"
    if len(words) > 60:
        words = f"{words[:50].rstrip('-')}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"
    return f"{date}-{words}"


def title(identifier: str) -> str:
    """Return what a session is called where only its id is left, as in a shared edition.

    >>> title("2026-05-12-tavolo-di-maggio")
    'Tavolo di maggio'
    """
    return identifier[11:].replace("-", " ").capitalize()


def is_said(identifier: str) -> bool:
    """Tell whether an id is that of a session, a judgement or a validated tie, and no document's."""
    return bool(_SESSION.match(identifier))


def checksum(said: dict[str, Any]) -> str:
    """Return the sum that the page writes under its answers: CRC-32 of everything before it.

    >>> checksum({"seat": "k7m2q9xw", "saved": 1, "sum": "anything"})
    'f416cc01'
    """
    import json
    import zlib

    rest = {key: value for key, value in said.items() if key != "sum"}
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


# --- the files


def files(folder: Path) -> list[Path]:
    """Return the files of answers of a lab, by name."""
    return sorted(p for p in (folder / FOLDER).glob("*.yml") if p.is_file() and not p.name.startswith("."))


def load(folder: Path) -> list[Session]:
    """Return the sessions of a lab, in the order of their ids.

    Raises
    ------
    LabkitError
        For an entry that is not understood; the message names file and line.
    """
    return [read(path) for path in files(folder)]


def read(path: Path) -> Session:
    """Read and check one file of answers."""
    shown = f"{FOLDER}/{path.name}"
    if not _SESSION.fullmatch(path.stem):
        raise LabkitError(f"{shown}: expected a name such as 2026-05-12-tavolo-di-maggio.yml; rename the file")
    data = read_yaml(path, shown=shown)
    if not isinstance(data, Entry):
        raise LabkitError(f"{shown}: expected the keys session, date, map, seats and judgements")
    for key in data:
        if key not in ("session", "date", "map", *PARTS):
            known = did_you_mean(str(key), ("session", "date", "map", *PARTS))
            raise LabkitError(f"{data.where}: unknown key '{key}' ({known})")
    for key in ("session", "date", "map"):
        if not isinstance(data.get(key), str) or not named(data[key]):
            raise LabkitError(f"{data.where}: '{key}' must be a text; found '{quoted(data.get(key))}'")
    day(data["date"], data.where)
    parts = {part: _entries(data, part, shown) for part in PARTS}
    _check_seats(parts)
    return Session(path.stem, named(data["session"]), data["date"], data["map"], **parts)


def _entries(data: Entry, part: str, shown: str) -> list[dict[str, Any]]:
    entries = data.get(part) or []
    if not isinstance(entries, list) or not all(isinstance(entry, Entry) for entry in entries):
        raise LabkitError(f"{shown}: '{part}' must be a list of entries, each beginning with '- {{seat: ...'")
    found = []
    for entry in entries:
        seat = entry.get("seat")
        if not isinstance(seat, str) or not re.fullmatch(SEAT, seat):
            raise LabkitError(
                f"{entry.where}: 'seat' must be letters and figures; found '{quoted(seat)}'; put it in quotes"
            )
        rest = {key: value for key, value in entry.items() if key != "seat"}
        found.append({"seat": seat, **checked(rest, part, entry.where), "where": entry.where})
    return found


SEAT = "[A-Za-z0-9-]{1,40}"


def _check_seats(parts: dict[str, list[dict[str, Any]]]) -> None:
    """Every entry is of a listed seat, no seat stands twice and none says two things of one tie."""
    known: set[str] = set()
    for part in PARTS:
        seen: set[tuple] = set()
        for entry in parts[part]:
            where = entry.pop("where")
            seat = entry["seat"]
            if part != "seats" and seat not in known:
                raise LabkitError(f"{where}: the seat '{seat}' is not among the seats ({did_you_mean(seat, known)})")
            about = (seat, *(entry.get(key) for key in ("id", "kind", "a", "b")))
            if about in seen:
                raise LabkitError(f"{where}: the seat '{seat}' says this twice; keep one")
            seen.add(about)
            if part == "seats":
                known.add(seat)


def checked(entry: Mapping[str, Any], part: str, where: str) -> dict[str, Any]:
    """Return one entry of answers with its ends in order and its words cleaned, or say in one line what is wrong.

    Parameters
    ----------
    part
        One of ``SHAPES``.
    where
        File and place, for the message.
    """
    shape = SHAPES[part]
    typed(entry, shape, where)
    found = dict(entry)
    choices = {"answer": ("answer", ANSWERS), "sector": ("sector", ("", *SECTORS)), "kind": ("kind of tie", kinds())}
    for key, (what, known) in choices.items():
        if key in found and found[key] not in known:
            word = quoted(found[key])
            raise LabkitError(f"{where}: no {what} '{word}' ({did_you_mean(word, filter(None, known))})")
    if "kind" in found:
        if found["a"] == found["b"]:
            raise LabkitError(f"{where}: a tie joins two actors; found '{quoted(found['a'])}' at both ends")
        found["a"], found["b"] = sorted((found["a"], found["b"]))
    if "name" in found:
        found["name"] = named(found["name"])
        if not found["name"]:
            raise LabkitError(f"{where}: the missing actor '{quoted(found['id'])}' has no name")
    if "note" in found:
        found["note"] = clean(found["note"]) if clean(found["note"]).strip() else ""
    return found


def typed(entry: object, shape: Shape, where: str) -> None:
    """Check the keys of an entry and the type of each value."""
    if not isinstance(entry, dict):
        raise LabkitError(f"{where}: expected keys and values; found {type(entry).__name__}")
    allowed = {**shape.needs, **shape.may}
    for key, value in entry.items():
        if key not in allowed:
            raise LabkitError(f"{where}: unknown key '{quoted(key)}' ({did_you_mean(quoted(key), allowed)})")
        kind = allowed[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            said = {str: "text", int: "a whole number", bool: "true or false", list: "a list"}[kind]
            raise LabkitError(f"{where}: '{key}' must be {said}; found {type(value).__name__}")
    for key in shape.needs:
        if key not in entry:
            raise LabkitError(f"{where}: '{key}' is missing; an entry needs {', '.join(shape.needs)}")


def day(text: str, where: str) -> str:
    """Return an ISO date, or say that this is none."""
    from datetime import date

    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise LabkitError(f"{where}: 'date' must be a day such as 2026-05-12; found '{quoted(text)}'") from None
    return text


@cache
def kinds() -> tuple[str, ...]:
    """The kinds of tie that labkit knows."""
    return tuple(entry["id"] for entry in read_yaml(DEFAULTS / "ties.yml"))


class _Line(dict):
    """An entry that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Safe YAML with entries on one line and nothing said by reference."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_Dumper.add_representer(
    _Line, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)
)
_ORDER = (
    "seat",
    "saved",
    "id",
    "name",
    "kind",
    "a",
    "b",
    "answer",
    "sector",
    "blind",
    "note",
    "sha256",
    "changed_by_hand",
)


def save(folder: Path, session: Session) -> Path:
    """Write a session into the lab's folder, whole or not at all; the order of its entries does not depend on who came first."""
    facts: dict[str, Any] = {"session": session.session, "date": session.date, "map": session.map}
    for part in PARTS:
        entries = sorted(
            getattr(session, part), key=lambda e: [str(e.get(k, "")) for k in ("seat", "kind", "a", "b", "id")]
        )
        facts[part] = [
            _Line((k, e[k]) for k in _ORDER if not (e.get(k) is None or e[k] is False or e[k] == "")) for e in entries
        ]
    text = yaml.dump(
        facts, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=sys.maxsize, default_flow_style=False
    )
    head = "# What was said in a workshop, seat by seat; see labkit feedback.\n"
    return write_whole(folder / FOLDER / f"{session.id}.yml", head + text)


# --- the tables


def applied(tables: dict[str, pd.DataFrame], folder: Path, taken: list[decisions.Decision]) -> dict[str, pd.DataFrame]:
    """Return the tables with what participants said: judgements, validated ties, actors they added; all as decisions have it.

    Parameters
    ----------
    tables
        As documents give them, or as a shared edition holds them (judgements of its own included).
    taken
        The lab's decisions, which are applied to documents and answers alike.

    Returns
    -------
    dict
        A seat says one thing of one tie: where two actors it judged were merged, the answer that affirms most is kept.

    Raises
    ------
    LabkitError
        For a file of answers that is not understood, or a session that the edition holds already.
    """
    from labkit.tables import with_rows

    sessions = load(folder)
    known = set(tables["judgements"]["session_id"])
    twice = next((s.id for s in sessions if s.id in known), None)
    if twice:
        raise LabkitError(f"{FOLDER}/{twice}.yml: the tables hold this session already; remove one of the two")
    out = dict(tables)
    ids, actors, sectors = _newcomers(sessions, tables["actors"])
    out["actors"] = with_rows("actors", out["actors"], actors)
    out["actor_sectors"] = with_rows("actor_sectors", out["actor_sectors"], sectors)
    said = with_rows("judgements", out["judgements"], [row for s in sessions for row in _rows(s, ids)])
    out = decisions.applied(out, taken)
    out["judgements"] = _followed(said, taken)
    if len(said):
        ties = out["ties"]
        out["ties"] = with_rows("ties", ties[ties["found_by"] != BY], _validated(out["judgements"]))
    return out


def _rows(session: Session, ids: dict[tuple[str, str, str], str]) -> Iterator[dict[str, Any]]:
    """A row for each judgement of a session, and one for each tie that a seat said is missing."""
    short = {seat["seat"]: f"s{n}" for n, seat in enumerate(session.seats, start=1)}
    count: Counter[str] = Counter()
    added = ({**tie, "answer": "added"} for tie in session.missing_ties)
    for entry in [*session.judgements, *added]:
        seat = entry["seat"]
        count[seat] += 1
        source, target = (ids.get((session.id, seat, entry[end]), entry[end]) for end in ("a", "b"))
        yield {
            "judgement_id": f"{session.id}.{short[seat]}.{count[seat]:03d}",
            "session_id": session.id,
            "date": session.date,
            "seat": short[seat],
            "sector": entry.get("sector"),
            "kind": entry["kind"],
            "source": source,
            "target": target,
            "answer": entry["answer"],
            "blind": entry.get("blind", False),
            "note": entry.get("note"),
            "found_by": BY,
        }


def _newcomers(sessions: list[Session], actors: pd.DataFrame) -> tuple[dict, list[dict], list[dict]]:
    """The actor of each missing actor, and rows for those that the lab does not know by id, name or other spelling."""
    known = set(actors["actor_id"])
    spelt = _spellings(actors)
    ids, names, sectors = {}, {}, {}
    for session in sessions:
        for entry in session.missing_actors:
            name = entry["name"]
            candidates = (name, org_key(name), spelt.get(bare(name)), person_id(name))
            actor = next((c for c in candidates if c in known), None)
            if actor is None:
                actor = org_key(name)
                names.setdefault(actor, []).append(name)
                sectors.setdefault(actor, []).extend([entry["sector"]] if entry.get("sector") else [])
            ids[session.id, entry["seat"], entry["id"]] = actor
    rows, dated = [], []
    for actor, said in sorted(names.items()):
        name = _most_common(said)
        others = " | ".join(sorted(set(said) - {name}))
        rows.append({"actor_id": actor, "name": name, "type": "organisation", "aliases": others, "source": BY})
        sector, source = (_most_common(sectors[actor]), BY) if sectors[actor] else sector_of(name)
        if sector:
            dated.append({"actor_id": actor, "sector": sector, "source": source})
    return ids, rows, dated


def _spellings(actors: pd.DataFrame) -> dict[str, str]:
    """The actor of each name and, where no name is that, of each other spelling."""
    found: dict[str, str] = {}
    rows = list(zip(actors["actor_id"], actors["name"], actors["aliases"].fillna("")))
    for actor, name, _ in rows:
        found.setdefault(bare(name), actor)
    for actor, _, aliases in rows:
        for alias in aliases.split(" | "):
            found.setdefault(bare(alias), actor)
    return found


def _most_common(values: Iterable[str]) -> str:
    return min(Counter(values).items(), key=lambda item: (-item[1], item[0]))[0]


_STRENGTH = {"confirmed": 0, "added": 1, "denied": 2, "unsure": 3}


def _followed(said: pd.DataFrame, taken: list[decisions.Decision]) -> pd.DataFrame:
    """Judgements of actors as decided: merged ones under one id, those of no actor or of one actor alone left out."""
    from labkit.tables import tidy

    to = decisions.merged(taken)
    gone = {d.actor for d in taken if d.decide == "no_actor"}
    ends = [sorted((to.get(a, a), to.get(b, b))) for a, b in zip(said["source"], said["target"])]
    data = said.assign(source=[a for a, _ in ends], target=[b for _, b in ends])
    data = data[(data["source"] != data["target"]) & ~data["source"].isin(gone) & ~data["target"].isin(gone)]
    one = ["session_id", "seat", "kind", "source", "target"]
    if data.duplicated(one).any():
        data = data.assign(order=data["answer"].map(_STRENGTH)).sort_values(["order", "judgement_id"])
        notes = data.dropna(subset=["note"]).groupby(one)["note"].agg(" / ".join).rename("notes").reset_index()
        data = data.drop_duplicates(one).merge(notes, on=one, how="left")
        data = data.assign(note=data["notes"]).drop(columns=["order", "notes"])
    return tidy("judgements", data)


def _validated(judgements: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A tie for each judgement that affirms one."""
    for row in judgements[judgements["answer"].isin(("confirmed", "added"))].itertuples():
        yield {
            "tie_id": row.judgement_id + TIE,
            "kind": "validated",
            "source": row.source,
            "target": row.target,
            "directed": False,
            "sign": 1,
            "date": row.date,
            "label": row.kind,
            "found_by": BY,
        }

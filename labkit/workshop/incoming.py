"""Incoming: one file of answers as a tablet or a paper form gives it, read and checked before anything is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import answers, decisions
from labkit.codebook import SECTORS, Shape
from labkit.errors import LabkitError, did_you_mean
from labkit.workshop import form

if TYPE_CHECKING:
    from labkit.lab import Lab

MOST_BYTES = 5_000_000
MOST_NOTE, MOST_NAME = 2_000, 200
_PARTS = ("judgements", "missing_actors", "missing_ties")
_WHOLE = Shape(
    {
        **{key: str for key in ("labkit", "lab", "map", "session", "date", "seat")},
        **{key: int for key in ("version", "saved")},
        **{key: list for key in _PARTS},
    },
    {"sector": str, "sum": str},
)
_MAP, _NEW = r"[A-Za-z0-9-]{1,64}", r"new-[A-Za-z0-9-]{1,30}"


@dataclass(frozen=True)
class Came:
    """What one seat said: the file it came in, the first sixteen digits of its checksum, and whether the sum still fits."""

    file: str
    sha256: str
    said: dict[str, Any]
    changed: bool

    @property
    def seat(self) -> str:
        return self.said["seat"]


def lab_named(paths: list[Path]) -> str:
    """Return the name of the lab that some files of answers are for, as the first of them says.

    Raises
    ------
    LabkitError
        If it names none; a name is no path.
    """
    path = Path(paths[0])
    shown = answers.named(path.name)
    data = _bytes(path, shown)
    said = form.read(path)[0] if path.suffix.lower() == ".csv" else _object(data, shown)
    name = said.get("lab") if isinstance(said, dict) else None
    if not isinstance(name, str) or not name or Path(name).name != name or name in (".", ".."):
        raise LabkitError(f"{shown}: expected the name of a lab; found '{answers.quoted(name)}'; name it with --lab")
    return name


def read(path: Path, lab: Lab) -> list[Came]:
    """Return the seats of one file, each checked; a tablet's file holds one, a paper form several.

    Raises
    ------
    LabkitError
        In one line that names the file, for whatever is not as it should be.
    """
    shown = answers.named(path.name)
    data = _bytes(path, shown)
    digest = hashlib.sha256(data).hexdigest()[:16]
    whole = form.read(path) if path.suffix.lower() == ".csv" else [_object(data, shown)]
    found = []
    for said in whole:
        changed = said.get("sum") != answers.checksum(said) if isinstance(said, dict) else False
        found.append(Came(shown, digest, _checked(said, lab, shown), changed))
    return found


def _bytes(path: Path, shown: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise LabkitError(f"{shown}: expected at most 5 MB; found {size / 1e6:.1f} MB; is it a file of answers?")
        return path.read_bytes()
    except OSError as error:
        raise LabkitError(
            f"{shown}: the file cannot be opened ({error.strerror}); check its name and rights"
        ) from error


def _object(data: bytes, shown: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        said = answers.quoted(error) if isinstance(error, json.JSONDecodeError | _Twice) else "not JSON in UTF-8"
        raise LabkitError(
            f"{shown}: expected answers saved by the map page; the file is cut short or is something else ({said}); save it again"
        ) from error


class _Twice(ValueError):
    """A key that stands twice, of which readers would silently keep one."""


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(f"the key '{key}' stands twice")
        found[key] = value
    return found


def _checked(said: Any, lab: Lab, shown: str) -> dict[str, Any]:
    """The answers of one seat with clean words and ends in order; the first thing that is wrong stops it."""
    if not isinstance(said, dict) or said.get("labkit") != "feedback":
        raise LabkitError(f"{shown}: expected answers saved by the map page; this is something else")
    if said.get("version") != answers.VERSION or isinstance(said["version"], bool):
        version = answers.quoted(said.get("version"))
        raise LabkitError(
            f"{shown}: expected version {answers.VERSION}; found {version}; open it with the labkit that wrote the map"
        )
    if said.get("lab") != lab.name:
        other = answers.quoted(said.get("lab"))
        raise LabkitError(f"{shown}: expected answers for the lab '{lab.name}'; found '{other}'; add it to that one")
    answers.typed(said, _WHOLE, shown)
    for key, pattern in (("map", _MAP), ("seat", answers.SEAT)):
        if not re.fullmatch(pattern, said[key]):
            raise LabkitError(f"{shown}: '{key}' must be letters and figures; found '{answers.quoted(said[key])}'")
    if not 0 <= said["saved"] < 2**53:
        raise LabkitError(f"{shown}: 'saved' must be a number of changes; found {str(said['saved'])[:20]}")
    if said.get("sector") and said["sector"] not in SECTORS:
        found = answers.quoted(said["sector"])
        raise LabkitError(f"{shown}: no sector '{found}' ({did_you_mean(found, SECTORS)})")
    if len(said["session"]) > MOST_NAME:
        raise LabkitError(
            f"{shown}: the name of the session has {len(said['session'])} characters; at most {MOST_NAME}"
        )
    parts = {part: _part(said, part, shown) for part in _PARTS}
    _check_once(parts, shown)
    _check_ends(parts, lab, shown)
    return {**said, **parts}


def _part(said: dict[str, Any], part: str, shown: str) -> list[dict[str, Any]]:
    found = []
    for number, entry in enumerate(said[part], start=1):
        where = f"{shown}: {part}, entry {number}"
        if isinstance(entry, dict):
            _check_length(entry, where)
        one = answers.checked(entry, part, where)
        if part == "missing_actors" and not re.fullmatch(_NEW, one["id"]):
            raise LabkitError(
                f"{where}: the id of a missing actor is new-1, new-2 ...; found '{answers.quoted(one['id'])}'"
            )
        # Who passes a tablet on says of which sector the next one speaks; where the file says nothing it is the seat's.
        found.append(one if part == "missing_actors" else {"sector": said.get("sector", ""), **one})
    return found


def _check_length(entry: dict[str, Any], where: str) -> None:
    for key, most in (("note", MOST_NOTE), ("name", MOST_NAME)):
        text = entry.get(key)
        if isinstance(text, str) and len(text) > most:
            raise LabkitError(
                f"{where}: '{key}' has {len(text)} characters; at most {most}; nothing is lost, the file stays as it is; shorten it and add the file again"
            )


def _check_once(parts: dict[str, list[dict[str, Any]]], shown: str) -> None:
    for part, entries in parts.items():
        seen = set()
        for number, entry in enumerate(entries, start=1):
            about = tuple(entry.get(key) for key in ("id", "kind", "a", "b"))
            if about in seen:
                what = " ".join(answers.quoted(word) for word in about if word)
                raise LabkitError(f"{shown}: {part}, entry {number}: {what} stands twice; keep one")
            seen.add(about)


def _check_ends(parts: dict[str, list[dict[str, Any]]], lab: Lab, shown: str) -> None:
    """Ties join actors of the lab, those merged or taken out meanwhile, or actors that the file itself says are missing."""
    known = {*lab.actors["actor_id"], *decisions.merged(lab.decisions)}
    known |= {d.actor for d in lab.decisions if d.decide == "no_actor"}
    fresh = {entry["id"] for entry in parts["missing_actors"]}
    for part in ("judgements", "missing_ties"):
        for number, entry in enumerate(parts[part], start=1):
            for end in ("a", "b"):
                if entry[end] not in known and entry[end] not in fresh:
                    name = answers.quoted(entry[end])
                    raise LabkitError(
                        f"{shown}: {part}, entry {number}: no actor '{name}' in the lab ({did_you_mean(name, known)}); is the map of this lab?"
                    )

"""Requests: the list of those who asked to be left out, and how it is turned into what tells nobody who they are.

The list is a CSV outside every lab. What an output needs of it is a keyed digest: without the key, which lies beside the
list, no name can be tried against it.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import os
import secrets
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simplemma import is_known

from labkit import settings
from labkit.actors.identity import org_key, person_id, person_key, without_titles
from labkit.codebook import Codebooks, Entry, read_text
from labkit.errors import LabkitError, UsageError, did_you_mean
from labkit.withdrawal.organisations import short_name

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTING = "LABKIT_WITHDRAWN"
TYPES = ("organisation", "person")


@dataclass(frozen=True, order=True)
class Request:
    """Somebody who asked to be left out."""

    name: str
    type: str


@dataclass(frozen=True, eq=False)
class Withdrawn:
    """Those who asked to be left out of a lab, with all that a reading needs to leave them out.

    Attributes
    ----------
    books
        The codebooks of the lab as they are written, which know further spellings of an organisation.
    ids
        Every id under which a table might hold one of them.
    acronyms
        Sealed acronyms that some file of the lab defines for one of the organisations.
    """

    requests: tuple[Request, ...] = ()
    books: Codebooks | None = None
    ids: frozenset[str] = frozenset()
    acronyms: frozenset[str] = frozenset()
    secret: bytes = b""

    def __bool__(self) -> bool:
        return bool(self.requests)

    def __repr__(self) -> str:
        return f"Withdrawn({len(self.requests)} requests)"  # a traceback or a notebook shows no name

    @cached_property
    def digest(self) -> str:
        """What tells two of these apart, and nobody who they are."""
        known = [self.books.sha256 if self.books else "", *sorted(self.acronyms)]
        return self.sealed(json.dumps(known))

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Withdrawn) and self.digest == other.digest

    @cached_property
    def _keyed(self) -> hmac.HMAC:
        told = [[r.name, r.type] for r in self.requests], sorted(self.ids)
        return hmac.new(self.secret, json.dumps(told).encode(), hashlib.sha256)

    def __getstate__(self) -> dict:
        return {name: value for name, value in self.__dict__.items() if name != "_keyed"}

    def sealed(self, value: str) -> str:
        """Return a value as a keyed digest that changes with the list; without a list, the value itself.

        >>> Withdrawn().sealed("Filotersa")
        'Filotersa'
        """
        if not self.requests:
            return value
        keyed = self._keyed.copy()
        keyed.update(value.encode("utf-8", "surrogatepass"))
        return keyed.hexdigest()

    def told(self, sealed: Iterable[str]) -> Withdrawn:
        """Return the same with the sealed acronyms that the files of the lab define."""
        return replace(self, acronyms=frozenset(sealed)) if self else self

    def entries(self, request: Request) -> list[Entry]:
        """The entries of the codebooks that are one organisation of the list."""
        if request.type == "person" or self.books is None:
            return []
        return entries_of(request.name, self.books)

    def joined(self, decisions: Iterable) -> Withdrawn:
        """Return the same with the ids that people decided to be one with theirs, or to be shown under such a name."""
        ids = set(self.ids)
        if self:
            ids |= {d.actor for d in decisions if d.decide == "name" and self.is_name(d.value)}
            pairs = [{d.actor, d.other} for d in decisions if d.decide == "same"]
            while more := [pair for pair in pairs if pair & ids and not pair <= ids]:
                ids.update(*more)
        return replace(self, ids=frozenset(ids)) if ids != self.ids else self

    @cached_property
    def _names(self) -> frozenset[str]:
        asked = [r.name for r in self.requests if r.type == "person"]
        # One word is itself only: "P48" has the letters of "P84".
        people = {person_key(name) if " " in name else name.lower() for name in asked}
        full = [form for r in self.requests if r.type != "person" for form in names_of(r.name, self.entries(r))]
        forms = [*full, *(short for form in full if (short := short_name(form)))]
        return frozenset(people | {" ".join(form.lower().split()) for form in forms} | _telling(forms))

    def is_name(self, name: str) -> bool:
        """Tell whether a whole name is one of theirs, however its words are ordered or abbreviated.

        >>> Withdrawn((Request("Maria Rossini", "person"),)).is_name("ROSSINI Maria")
        True
        """
        return bool({person_key(name), " ".join(name.lower().split()), org_key(name)} & self._names)


NOBODY = Withdrawn()


def _telling(forms: Iterable[str]) -> set[str]:
    """Keys of names that are more than one word of the dictionary or an acronym: "ASL" alone is many agencies."""
    return {key for key in map(org_key, forms) if "-" in key or (len(key) > 5 and not is_known(key, lang="it"))}


def entries_of(name: str, books: Codebooks) -> list[Entry]:
    """Return the entries of the codebooks that a name belongs to: by id, label or alias."""
    key, low = org_key(name), " ".join(name.lower().split())
    found = []
    for entry in [*books.actors.values(), *books.bodies.values()]:
        texts = [entry["label"], *entry.get("aliases", [])]
        if entry.id == name or low in map(str.lower, texts) or key in map(org_key, texts):
            found.append(entry)
    return found


def names_of(name: str, entries: Iterable[Entry]) -> list[str]:
    """Return the names of an organisation: as asked, and each label and alias of its entries."""
    known = [text for entry in entries for text in [entry["label"], *entry.get("aliases", [])]]
    return list(dict.fromkeys([name, *known]))


def load(folder: Path | None, books: Codebooks) -> Withdrawn:
    """Return those who asked to be left out, from the list that LABKIT_WITHDRAWN or the user's settings name.

    The settings are ``~/.config/labkit/settings.yml`` with the key ``withdrawn``. Without a list nobody is left out.

    Parameters
    ----------
    folder
        The lab; None where single files are read.

    Raises
    ------
    UsageError
        If the list is not there, or lies inside the lab, with which it would travel.
    LabkitError
        If the list is not understood; the message names the line.
    """
    path = settings.named_file(SETTING, "withdrawn")
    if path is None:
        return NOBODY
    if folder and folder.resolve() in path.resolve().parents:
        raise UsageError(
            f"the list of those who asked to be left out, {path.name}, lies inside the lab; keep it outside, so that it is never shared with it"
        )
    if not path.is_file():
        raise UsageError(
            f"no list of those who asked to be left out at '{path}'; make a CSV with the columns name,type there, or change {SETTING} or 'withdrawn:' in {settings.FILE}"
        )
    requests = read(path)
    if not requests:
        return NOBODY
    ids: set[str] = set()
    for one in requests:
        ids |= {one.name, person_id(one.name)} if one.type == "person" else {one.name, org_key(one.name)}
        ids |= {entry.id for entry in entries_of(one.name, books)} if one.type != "person" else set()
    return Withdrawn(requests, books, frozenset(ids), secret=_secret(path))


def read(path: Path) -> tuple[Request, ...]:
    """Read the list: a CSV with the columns name and type, each line a person or an organisation."""
    text = read_text(path)
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns = [(name or "").strip() for name in reader.fieldnames or ()]
    if not {"name", "type"} <= set(columns):
        raise LabkitError(
            f"{path.name}:1: expected the columns name,type; found {', '.join(columns) or 'nothing'}; write them on the first line"
        )
    reader.fieldnames = columns
    found = set()
    for row in reader:
        name, kind = (" ".join((row[key] or "").split()) for key in ("name", "type"))
        if not name and not kind:
            continue
        where = f"{path.name}:{reader.line_num}"
        if kind.lower() not in TYPES:
            raise LabkitError(
                f"{where}: 'type' must be person or organisation, not '{kind}' ({did_you_mean(kind, TYPES)})"
            )
        words = without_titles(name) if kind.lower() == "person" else name.split()
        if sum(c.isalnum() for word in words for c in word) < 2:
            raise LabkitError(f"{where}: expected a name of two letters at least; found '{name}'")
        found.add(Request(name, kind.lower()))
    return tuple(sorted(found))


def _secret(path: Path) -> bytes:
    """The key beside the list, drawn once by chance; a new one only makes the next run read every lab anew."""
    beside = path.with_name(f"{path.name}.key")
    try:
        if not beside.is_file() or not beside.read_text(encoding="ascii").strip():
            handle, new = tempfile.mkstemp(dir=beside.parent, prefix=f".{beside.name}.")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
            os.replace(new, beside)
        return bytes.fromhex(beside.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise LabkitError(
            f"{beside.name}: the key beside the list of those who asked to be left out cannot be written or read ({error}); delete it, or keep the list in a folder you may write to"
        ) from error

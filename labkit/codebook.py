"""Codebooks: what the lab knows before it reads, in YAML that a researcher can edit.

A lab's ``codebooks/`` holds any of ``sectors.yml``, ``bodies.yml``, ``actors.yml``, ``grammar.yml``, ``ties.yml``,
``culture.yml`` and ``affiliations.csv``; its entries are laid over the default ones in ``labkit/data``, and an entry
with a known id replaces the default. Errors name file, line and the nearest known word.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from labkit.errors import LabkitError, did_you_mean

DEFAULTS = Path(__file__).parent / "data"


class Entry(dict):
    """A mapping read from YAML that remembers its file and line."""

    where: str = ""

    @property
    def id(self) -> str:
        return self["id"]


@dataclass(frozen=True)
class Shape:
    """What an entry of one file may hold: ``needs`` and ``may`` map keys to the type of their value."""

    needs: dict[str, type | tuple[type, ...]]
    may: dict[str, type | tuple[type, ...]] = field(default_factory=dict)


_SAID = {"id": str, "label": str, "description": str, "source": str}

SHAPES: dict[str, Shape] = {
    "sectors": Shape(_SAID, {"label_en": str}),
    "bodies": Shape(_SAID, {"aliases": list, "sector": str, "layout": dict}),
    "ties": Shape(
        {**_SAID, "directed": bool, "means": str}, {"label_en": str, "means_en": str, "asks": str, "asks_en": str}
    ),
    "actors": Shape(
        {"id": str, "label": str, "source": str},
        {
            "type": str,
            "sector": (str, list),
            "description": str,
            "aliases": list,
            "exact": bool,
            "succeeds": str,
            "since": str,
        },
    ),
    "grammar": Shape(
        {"id": str, "label": str, "source": str, "forms": list}, {"sector": str, "rule": str, "outside": bool}
    ),
    "culture": Shape(
        _SAID,
        {
            "group": str,
            "axis": str,
            "pole": str,
            "lemmas": list,
            "phrases": list,
            "patterns": list,
            "unless": list,
            "version": str,
            "for": list,
            "against": list,
            "label_en": str,
        },
    ),
}

# What a body's own layout may hold: words that open its lists, and the cells of rows without headings.
STATUSES = ("present", "absent", "excused")
LAYOUT = (*STATUSES, "columns")
COLUMNS = ("number", "surname", "forename", "name", "organisation", "town", "role", "presence", "other")

SECTORS = ("public", "third_sector", "profit", "other")
_ACTOR_TYPES = ("organisation", "initiative")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Safe YAML without surprises: ``no`` and dates stay text, a repeated key is an error, lines are remembered."""

    file = ""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", yaml.resolver.re.compile(r"^(?:true|false)$"), list("tf"))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Entry:
    entry = Entry()
    entry.where = f"{loader.file}:{node.start_mark.line + 1}"
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise LabkitError(f"{loader.file}:{key_node.start_mark.line + 1}: a key must be a word; found {key!r}")
        if key in entry:
            raise LabkitError(f"{loader.file}:{key_node.start_mark.line + 1}: the key '{key}' stands twice; keep one")
        entry[key] = loader.construct_object(value_node, deep=True)
    return entry


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path, *, shown: str | None = None) -> Any:
    """Read one YAML file safely; mappings are :class:`Entry`, which know their line."""
    name = shown or path.name
    try:
        loader = _Loader(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LabkitError(
            f"{name}: expected UTF-8 text; found byte {error.start} of another encoding; save as UTF-8"
        ) from error
    loader.file = name
    try:
        return loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise LabkitError(f"{name}{line}: not readable as YAML: {getattr(error, 'problem', None) or error}") from error
    finally:
        loader.dispose()


@dataclass(frozen=True, eq=False)
class Codebooks:
    """All codebooks of a lab, checked. Each attribute maps ids to entries, in the order of the files.

    Two are equal when their files are, so that what is built from them is built once a process.
    """

    sectors: dict[str, Entry]
    bodies: dict[str, Entry]
    ties: dict[str, Entry]
    actors: dict[str, Entry]
    grammar: dict[str, Entry]
    culture: dict[str, Entry]
    affiliations: tuple[dict[str, str], ...]
    sha256: str

    def __hash__(self) -> int:
        return hash(self.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Codebooks) and self.sha256 == other.sha256


def load(folder: Path | None = None) -> Codebooks:
    """Load the default codebooks and, over them, those of a lab's ``codebooks/`` folder.

    Raises
    ------
    LabkitError
        For an unknown or repeated key, a missing one, a value of the wrong kind, an unknown sector, a repeated id.

    Examples
    --------
    >>> load().sectors["third_sector"]["label"]
    'Terzo settore'
    """
    digest = hashlib.sha256()
    books: dict[str, dict[str, Entry]] = {}
    for name, shape in SHAPES.items():
        books[name] = {}
        for path in _files(f"{name}.yml", folder):
            digest.update(path.name.encode() + path.read_bytes())
            books[name].update(_entries(path, shape))
    affiliations: list[dict[str, str]] = []
    path = folder / "affiliations.csv" if folder else None
    if path and path.is_file():
        digest.update(path.read_bytes())
        affiliations = read_affiliations(path)
    _check_unknown_files(folder)
    _check_references(books)
    return Codebooks(**books, affiliations=tuple(affiliations), sha256=digest.hexdigest())


def _files(name: str, folder: Path | None) -> Iterator[Path]:
    yield DEFAULTS / name
    if folder and (folder / name).is_file():
        yield folder / name


def _check_unknown_files(folder: Path | None) -> None:
    known = {f"{name}.yml" for name in SHAPES} | {"affiliations.csv"}
    for path in sorted(folder.glob("*")) if folder and folder.is_dir() else []:
        if path.suffix in (".yml", ".yaml", ".csv") and path.name not in known:
            raise LabkitError(
                f"codebooks/{path.name}: labkit does not know this codebook ({did_you_mean(path.name, known)})"
            )


def _entries(path: Path, shape: Shape) -> dict[str, Entry]:
    shown = f"codebooks/{path.name}"
    data = read_yaml(path, shown=shown)
    if data is None:
        return {}
    if not isinstance(data, list) or not all(isinstance(entry, Entry) for entry in data):
        raise LabkitError(f"{shown}: expected a list of entries, each beginning with '- id:'")
    found: dict[str, Entry] = {}
    for entry in data:
        _check_shape(entry, shape)
        if entry.id in found:
            raise LabkitError(f"{entry.where}: the id '{entry.id}' stands twice; keep one or rename it")
        found[entry.id] = entry
    return found


def _check_shape(entry: Entry, shape: Shape) -> None:
    allowed = {**shape.needs, **shape.may}
    name = f"'{entry.get('id', '?')}'"
    for key in entry:
        if key not in allowed:
            raise LabkitError(f"{entry.where}: {name} has an unknown key '{key}' ({did_you_mean(str(key), allowed)})")
    for key in shape.needs:
        if key not in entry:
            raise LabkitError(f"{entry.where}: {name} lacks '{key}'; each entry needs {', '.join(shape.needs)}")
    for key, value in entry.items():
        kinds = allowed[key] if isinstance(allowed[key], tuple) else (allowed[key],)
        items = value if isinstance(value, list) and key != "sector" else []
        if not all(isinstance(item, str) and item.strip() for item in items):
            raise LabkitError(f"{entry.where}: '{key}' of {name} must be a list of texts, none empty; found {value!r}")
        if isinstance(value, str) and not value.strip() and key in ("id", "label"):
            raise LabkitError(f"{entry.where}: '{key}' of {name} is empty")
        if not isinstance(value, kinds):
            expected = " or ".join(
                {"str": "text", "list": "a list", "bool": "true or false", "dict": "a mapping"}[k.__name__]
                for k in kinds
            )
            raise LabkitError(f"{entry.where}: '{key}' of {name} must be {expected}, not {value!r}")


def sectors_of(entry: Entry) -> list[dict[str, str]]:
    """Return the dated sectors of an actor: one undated row where the codebook has a plain word."""
    value = entry.get("sector")
    if isinstance(value, list):
        if not all(
            isinstance(part, dict) and set(part) <= {"value", "from", "to", "source"} and "value" in part
            for part in value
        ):
            raise LabkitError(
                f"{entry.where}: 'sector' of '{entry.id}' must be a word, or a list of {{value, from, to, source}}"
            )
        return [{key: str(said) for key, said in part.items()} for part in value]
    return [{"value": value}] if value else []


def _check_references(books: dict[str, dict[str, Entry]]) -> None:
    sectors = books["sectors"]
    for entry in sectors.values():
        if entry.id not in SECTORS:
            raise LabkitError(
                f"{entry.where}: labkit has no sector '{entry.id}' ({did_you_mean(entry.id, SECTORS)}); a lab may rename the four, not add one"
            )
    for entry in [*books["actors"].values(), *books["bodies"].values(), *books["grammar"].values()]:
        for part in sectors_of(entry):
            sector = part.get("value", "")
            if sector not in sectors:
                hint = did_you_mean(sector, sectors)
                raise LabkitError(f"{entry.where}: sector '{sector}' of '{entry.id}' is not in sectors.yml ({hint})")
    for entry in books["bodies"].values():
        _check_layout(entry)
    for entry in books["actors"].values():
        kind = entry.get("type", "organisation")
        if kind not in _ACTOR_TYPES:
            raise LabkitError(
                f"{entry.where}: type '{kind}' of '{entry.id}' is unknown ({did_you_mean(kind, _ACTOR_TYPES)})"
            )
        before = entry.get("succeeds")
        if before and before not in books["actors"]:
            hint = did_you_mean(before, books["actors"])
            raise LabkitError(f"{entry.where}: '{entry.id}' succeeds '{before}', which is not in actors.yml ({hint})")
    for entry in books["culture"].values():
        if not any(entry.get(key) for key in ("lemmas", "phrases", "patterns")):
            raise LabkitError(
                f"{entry.where}: the concept '{entry.id}' has no lemmas, phrases or patterns; it can never be found"
            )
        for pattern in entry.get("patterns", []):
            _check_pattern(entry, pattern)
        if bool(entry.get("axis")) != bool(entry.get("pole")) or entry.get("pole", "old") not in ("old", "new"):
            raise LabkitError(f"{entry.where}: '{entry.id}' needs both an axis and a pole (old or new), or neither")


# Sentences that share no words: a pattern that is found in each is found everywhere.
_UNLIKE = ("Buonasera.", "Il 3 marzo piove", "ecco quattro gatti")


def _check_pattern(entry: Entry, pattern: object) -> None:
    try:
        compiled = re.compile(str(pattern), re.I)
    except re.error as error:
        raise LabkitError(f"{entry.where}: the pattern '{pattern}' of '{entry.id}' cannot be read: {error}") from error
    if compiled.search("") or all(compiled.search(sentence) for sentence in _UNLIKE):
        raise LabkitError(
            f"{entry.where}: the pattern '{pattern}' of '{entry.id}' is found in every text; make it narrower"
        )


def _check_layout(entry: Entry) -> None:
    layout = entry.get("layout", {})
    for key, value in layout.items():
        if key not in LAYOUT:
            raise LabkitError(
                f"{entry.where}: the layout of '{entry.id}' has an unknown key '{key}' ({did_you_mean(key, LAYOUT)})"
            )
        if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
            raise LabkitError(f"{entry.where}: '{key}' in the layout of '{entry.id}' must be a list of texts")
    for kind in layout.get("columns", []):
        if kind not in COLUMNS:
            raise LabkitError(
                f"{entry.where}: the layout of '{entry.id}' has an unknown column '{kind}' ({did_you_mean(kind, COLUMNS)})"
            )


_AFFILIATION = ("person", "role", "organisation", "sector", "from", "to", "source")


def read_text(path: Path) -> str:
    """Read a table that people edit: UTF-8, else the Western encoding that spreadsheets write."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_affiliations(path: Path) -> list[dict[str, str]]:
    """Read ``affiliations.csv``: person, role, organisation, sector, from, to, source."""
    reader = csv.DictReader(io.StringIO(read_text(path)))
    missing = [name for name in _AFFILIATION if name not in (reader.fieldnames or [])]
    if missing:
        raise LabkitError(
            f"codebooks/{path.name}:1: missing columns {', '.join(missing)}; it needs {', '.join(_AFFILIATION)}"
        )
    rows = []
    for line, row in enumerate(reader, start=2):
        if not row["person"] or not row["organisation"]:
            raise LabkitError(f"codebooks/{path.name}:{line}: a row needs a person and an organisation")
        rows.append({name: (row[name] or "").strip() for name in _AFFILIATION})
    return rows

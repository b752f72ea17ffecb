"""The archive of a lab: Parquet parts and a manifest, written whole or not at all, read again by tables or by SQL.

Files fall into buckets by their name, a bucket is one part of each table, and the manifest remembers of which bytes and
under which codebooks each file was read. A second run reads only what changed; a run that was killed goes on where its
last whole bucket ended. Parts depend on the files alone, never on who read them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import engine
from labkit.codebook import Codebooks, Entry, sectors_of
from labkit.errors import LabkitError, UsageError
from labkit.withdrawal import NOBODY, Withdrawn
from labkit.withdrawal.books import veiled
from labkit.withdrawal.counts import covered

if TYPE_CHECKING:
    import pandas as pd

    from labkit.actors.mentions import Knowledge

BUCKET = 64


def write_whole(path: Path, data: bytes | str) -> Path:
    """Write a file so that it appears whole or not at all: beside its place, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = data.encode("utf-8") if isinstance(data, str) else data
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    return path


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_version() -> str:
    """A checksum of the code and lists that reading depends on: a change of either makes parts stale."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(
        [
            *here.glob("minutes/*.py"),
            *here.glob("language/*.py"),
            *here.glob("actors/*.py"),
            *here.glob("withdrawal/*.py"),
            here / "leftovers" / "titles.py",
            here / "reading.py",
            here / "rows.py",
            here / "records.py",
            here / "tables.py",
            here / "data" / "words.yml",
        ]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Archive:
    """The parts below one folder."""

    folder: Path

    @property
    def manifest(self) -> dict[str, Any]:
        empty = {"files": {}, "buckets": 0, "key": "", "code": ""}
        try:
            found = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
            return found if {"files", "buckets", "key", "code"} <= set(found) else empty
        except FileNotFoundError:
            return empty
        except (ValueError, TypeError) as error:
            raise LabkitError(
                f"{self.folder}/manifest.json: not readable ({error}); delete the folder, it is rebuilt at the next run"
            ) from error

    def parts(self, table: str) -> list[Path]:
        """The parts of a table that the manifest counts."""
        return sorted(self.folder.glob(f"{table}-{self.manifest['buckets']:04d}-*.parquet"))

    def update(
        self,
        files: list[tuple[str, Path]],
        codebooks: Codebooks,
        *,
        model: str = "",
        withdrawn: Withdrawn = NOBODY,
        jobs: int = 1,
        client: str | None = None,
        progress: Callable[[str, int], Callable[[], object]] = lambda what, total: lambda: None,
    ) -> list[str]:
        """Read what changed since the last time and return the names of the files that were read.

        Parameters
        ----------
        files
            Name as shown and path of each file of the lab.
        withdrawn
            Those who asked to be left out. What the manifest keeps of files that may name them is sealed: with the text
            around a name at hand, a checksum of the whole would tell which name it is.
        progress
            Called with a label and a total; returns what is called after each step.
        """
        from labkit import reading

        self.folder.mkdir(parents=True, exist_ok=True)
        manifest = self.manifest
        sums = {name: withdrawn.sealed(sha256(path)) for name, path in files}
        scan = partial(reading.scan, codebooks=codebooks, withdrawn=withdrawn)
        acronyms = self._acronyms(files, sums, manifest, scan, jobs, client)
        knowledge, withdrawn = knowledge_of(codebooks, acronyms, model, withdrawn)
        plan = _Plan.make(files, sums, manifest, key=_key(knowledge, withdrawn))
        if not plan.touched:
            return []
        order = [item for n in plan.touched for item in plan.by_bucket.get(n, []) if item[0] in plan.stale]
        step = progress("Lettura", len(order))
        read = partial(reading.read, knowledge=knowledge, withdrawn=withdrawn)
        results = engine.each(read, order, jobs=jobs, client=client, done=step)
        previous = _Previous(self, manifest["buckets"])
        # A file that is gone stays in the manifest until its bucket is written, so that a killed run takes it up again.
        entries = {name: entry for name, entry in manifest["files"].items() if name not in plan.stale}
        for n in plan.touched:
            mine = [name for name, _ in plan.by_bucket.get(n, [])]
            readings = [next(results) for name in mine if name in plan.stale]
            self._write(plan, n, _merged(readings, previous.rows([name for name in mine if name not in plan.stale])))
            gone = [name for name in entries if name not in sums and _bucket(name, plan.buckets) == n]
            for name in gone:
                del entries[name]
            for one in readings:
                entries[one.source] = {"sha256": sums[one.source], "acronyms": acronyms[one.source]}
                if one.covered:
                    entries[one.source]["covered"] = covered(one.source, one.covered, withdrawn)
            if not plan.rebucket:
                # A whole bucket is safe from here on. While files move between buckets, the manifest speaks of the old
                # parts until every new one is there.
                self._save(plan, entries)
        self._save(plan, {name: entry for name, entry in entries.items() if name in sums})
        self._clear(plan)
        return [name for name, _ in order]

    def _clear(self, plan: _Plan) -> None:
        """Remove parts of buckets that hold no file any more, or of another division into buckets."""
        for path in self.folder.glob("*.parquet"):
            found = re.fullmatch(r".+-(\d{4,})-(\d{4,})\.parquet", path.name)
            if not found or int(found[1]) != plan.buckets or int(found[2]) not in plan.by_bucket:
                path.unlink()

    def _acronyms(self, files, sums, manifest, scan, jobs, client) -> dict[str, dict[str, str]]:
        """The acronyms each file defines, scanned anew only where the file changed."""
        known = {
            name: entry["acronyms"]
            for name, entry in manifest["files"].items()
            if manifest.get("code") == code_version() and entry["sha256"] == sums.get(name)
        }
        todo = [(name, path) for name, path in files if name not in known]
        found = engine.each(scan, [path for _, path in todo], jobs=jobs, client=client)
        return {**known, **{name: result for (name, _), result in zip(todo, found)}}

    def _save(self, plan: _Plan, entries: dict[str, Any]) -> None:
        files = {name: entries[name] for name in sorted(entries)}
        manifest = {"code": code_version(), "key": plan.key, "buckets": plan.buckets, "files": files}
        write_whole(
            self.folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
        )

    def _write(self, plan: _Plan, number: int, frames: dict[str, pd.DataFrame]) -> None:
        """Write one bucket; a table without rows has no part, not an old one."""
        end = f"{plan.buckets:04d}-{number:04d}.parquet"
        for table, data in frames.items():
            write_whole(self.folder / f"{table}-{end}", data.to_parquet(None, index=False))
        for path in self.folder.glob(f"*-{end}"):
            if path.name.removesuffix(f"-{end}") not in frames:
                path.unlink()

    def table(self, name: str) -> pd.DataFrame:
        """Return one table of the whole archive."""
        import pandas as pd

        parts = [pd.read_parquet(path) for path in self.parts(name)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def texts(self) -> dict[str, str]:
        data = self.table("texts")
        return dict(zip(data["doc_id"], data["text"])) if len(data) else {}

    def sql(self, query: str, *, whole: dict[str, pd.DataFrame]) -> pd.DataFrame:
        """Answer a query with DuckDB, which reads the parts itself: for sums that outgrow memory.

        Parameters
        ----------
        whole
            Tables that are made from all parts together (actors and what belongs to them, problems).
        """
        import duckdb

        from labkit.tables import TABLES

        with duckdb.connect() as connection:
            for name, table in TABLES.items():
                if name in whole:
                    connection.register(name, whole[name])
                elif self.parts(name):
                    # A post that stands in two files counts once, as in the tables.
                    key = ", ".join(f'"{column}"' for column in table.key)
                    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in self.parts(name))
                    once = f"qualify row_number() over (partition by {key} order by file) = 1"
                    connection.execute(
                        f"create view {name} as select * exclude (file) from read_parquet([{files}]) {once}"
                    )
            return ask(connection, query)


def ask(connection: Any, query: str) -> pd.DataFrame:
    """Return the answer to an SQL query, or say in one line that it was not understood."""
    import duckdb

    try:
        return connection.sql(query).df()
    except duckdb.Error as error:
        raise UsageError(f"the query was not understood: {str(error).splitlines()[0]}") from error


def knowledge_of(
    codebooks: Codebooks, acronyms: dict[str, dict[str, str]], model: str, withdrawn: Withdrawn = NOBODY
) -> tuple[Knowledge, Withdrawn]:
    """Return what reading knows beforehand, and those to be left out with the acronyms that files define for them.

    Parameters
    ----------
    acronyms
        What :func:`labkit.reading.scan` found, by file.
    """
    from labkit.actors.mentions import Knowledge

    merged = {short: long for name in sorted(acronyms) for short, long in acronyms[name].items()}
    withdrawn = withdrawn.told(short for short, long in merged.items() if not long)
    known = tuple(sorted((short, long) for short, long in merged.items() if long))
    return Knowledge(veiled(withdrawn) if withdrawn else codebooks, known, model or None), withdrawn


def _key(knowledge: Knowledge, withdrawn: Withdrawn) -> str:
    """What a reading depends on beside its file."""
    known = [code_version(), knowledge.codebooks.sha256, knowledge.acronyms, knowledge.model]
    if withdrawn:
        known.append(withdrawn.digest)
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class _Plan:
    """What an update has to do: which files are stale, and which buckets must be written anew."""

    key: str
    buckets: int
    rebucket: bool
    stale: frozenset[str]
    by_bucket: dict[int, list[tuple[str, Path]]]
    touched: list[int]

    @classmethod
    def make(cls, files: list[tuple[str, Path]], sums: dict[str, str], manifest: dict[str, Any], *, key: str) -> _Plan:
        buckets = _bucket_count(len(files))
        same = manifest.get("key") == key
        known = manifest["files"]
        fresh = {name for name, path in files if same and name in known and known[name]["sha256"] == sums[name]}
        stale = frozenset(sums) - fresh
        by_bucket: dict[int, list[tuple[str, Path]]] = {}
        for item in files:
            by_bucket.setdefault(_bucket(item[0], buckets), []).append(item)
        rebucket = manifest["buckets"] != buckets
        gone = {_bucket(name, buckets) for name in set(known) - set(sums)}
        touched = set(by_bucket) if rebucket else {_bucket(name, buckets) for name in stale} | gone
        return cls(key, buckets, rebucket, stale, by_bucket, sorted(touched))


class _Previous:
    """Rows that earlier parts hold for files that did not change."""

    def __init__(self, archive: Archive, buckets: int):
        self.archive, self.buckets = archive, buckets
        self.parts: dict[int, dict[str, pd.DataFrame]] = {}

    def rows(self, names: Iterable[str]) -> dict[str, list[pd.DataFrame]]:
        found: dict[str, list[pd.DataFrame]] = {}
        for name in names:
            number = _bucket(name, self.buckets)
            if number not in self.parts:
                self.parts[number] = self._load(number)
            for table, data in self.parts[number].items():
                mine = data[data["file"] == name]
                if len(mine):
                    found.setdefault(table, []).append(mine)
        return found

    def _load(self, number: int) -> dict[str, pd.DataFrame]:
        import pandas as pd

        paths = self.archive.folder.glob(f"*-{self.buckets:04d}-{number:04d}.parquet")
        return {path.stem.rsplit("-", 2)[0]: pd.read_parquet(path) for path in sorted(paths)}


def _bucket_count(files: int) -> int:
    count = 1
    while files > count * BUCKET:
        count *= 2
    return count


def _bucket(name: str, buckets: int) -> int:
    return int(hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8], 16) % max(1, buckets)


def _merged(readings: list, carried: dict[str, list[pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The part of a bucket: new rows and carried ones, each under the name of its file."""
    import pandas as pd

    from labkit.tables import TABLES, typed

    frames: dict[str, pd.DataFrame] = {}
    for table in TABLES:
        new = [(row, one.source) for one in readings for row in one.rows.get(table, ())]
        made = (
            [typed(table, [row for row, _ in new]).assign(file=pd.array([source for _, source in new], dtype="str"))]
            if new
            else []
        )
        both = [*made, *carried.get(table, [])]
        if both:
            data = pd.concat(both, ignore_index=True)
            frames[table] = data.sort_values(["file", *TABLES[table].names], ignore_index=True, kind="stable")
    texts = pd.DataFrame(
        [{"doc_id": doc, "text": text, "file": one.source} for one in readings for doc, text in one.texts.items()],
        columns=["doc_id", "text", "file"],
        dtype="str",
    )
    both = [texts, *carried.get("texts", [])]
    frames["texts"] = pd.concat(both, ignore_index=True).sort_values(["file", "doc_id"], ignore_index=True)
    return frames


def assemble(archive: Archive, codebooks: Codebooks) -> dict[str, pd.DataFrame]:
    """Return the tables of a lab from its parts: one row a key, actors of all files brought together."""

    from labkit.tables import TABLES, frame, tidy

    raw = {name: archive.table(name) for name in TABLES}
    tables: dict[str, pd.DataFrame] = {}
    for name, table in TABLES.items():
        data = raw[name]
        if not len(data):
            tables[name] = frame(name, [])
        elif name not in ("actors", "actor_sectors", "affiliations", "problems"):
            tables[name] = tidy(name, data.sort_values("file", kind="stable").drop_duplicates(list(table.key)))
    tables["problems"] = _problems(raw)
    tables["actors"], tables["actor_sectors"] = _actors(raw, codebooks)
    tables["affiliations"] = _affiliations(raw["affiliations"])
    return {name: tables[name] for name in TABLES}


def _problems(raw: dict[str, pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    from labkit.tables import TABLES, frame, tidy

    found = [raw["problems"]] if len(raw["problems"]) else []
    documents = raw["documents"]
    if len(documents):
        twice = documents[documents.duplicated("doc_id", keep=False)].sort_values(["doc_id", "file"])
        rows = []
        for doc, group in twice.groupby("doc_id"):
            first, *others = group["file"].tolist()
            rows += [
                {
                    "doc_id": doc,
                    "code": "double_import",
                    "message": f"the same post stands in {first}; that one is counted; remove one of the two files",
                    "where": other,
                }
                for other in others
            ]
        if rows:
            found.append(frame("problems", rows))
    if not found:
        return frame("problems", [])
    return tidy("problems", pd.concat(found, ignore_index=True).drop_duplicates(list(TABLES["problems"].key)))


def _actors(raw: dict[str, pd.DataFrame], codebooks: Codebooks) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row an actor: the registry's name, else the spelling that stands most often; and its sectors."""
    from labkit.tables import frame

    known = {**codebooks.actors, **codebooks.bodies}
    said, sectors = raw["actors"], raw["actor_sectors"]
    rows = [_actor(actor, group, known.get(actor)) for actor, group in said.groupby("actor_id")] if len(said) else []
    dated = [
        row
        for actor, group in (sectors.groupby("actor_id") if len(sectors) else ())
        for row in _sectors(actor, group, known.get(actor))
    ]
    return frame("actors", rows), frame("actor_sectors", dated)


def _actor(actor: str, said: pd.DataFrame, entry: Entry | None) -> dict[str, Any]:
    name = entry["label"] if entry else _most_common(said["name"])
    surfaces = sorted({" ".join(s.split()) for s in said["aliases"].dropna()} - {name, ""})
    return {
        "actor_id": actor,
        "name": name,
        "type": said["type"].iloc[0],
        "aliases": " | ".join(surfaces),
        "succeeds": entry.get("succeeds") if entry else None,
        "source": "registry" if entry else _most_common(said["source"]),
    }


def _sectors(actor: str, said: pd.DataFrame, entry: Entry | None) -> list[dict[str, Any]]:
    """The dated sectors of the registry, else the sector that documents give most often, with the rule that said so."""
    if entry and entry.get("sector"):
        return [
            {
                "actor_id": actor,
                "sector": s["value"],
                "from": s.get("from"),
                "to": s.get("to"),
                "source": s.get("source", "registry"),
            }
            for s in sectors_of(entry)
        ]
    sector = _most_common(said["sector"])
    return [{"actor_id": actor, "sector": sector, "source": _most_common(said.loc[said["sector"] == sector, "source"])}]


def _most_common(values: pd.Series) -> str:
    counts = values.value_counts()
    return sorted(counts.index, key=lambda v: (-counts[v], -len(v), v))[0]


def _affiliations(data: pd.DataFrame) -> pd.DataFrame:
    """What documents say of who belongs where, once a person and organisation and role, from the first day it is said."""
    from labkit.tables import frame

    rows = []
    if len(data):
        data = data.sort_values(["person_id", "actor_id", "from", "source"], kind="stable")
        for (person, actor), group in data.groupby(["person_id", "actor_id"]):
            roles = group["role"].dropna()
            rows.append(
                {
                    "person_id": person,
                    "actor_id": actor,
                    "role": _most_common(roles) if len(roles) else None,
                    "from": group["from"].min(),
                    "to": None,
                    "source": group["source"].iloc[0],
                }
            )
    return frame("affiliations", rows)

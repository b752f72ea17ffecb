"""The lab: a frozen view of one lab folder, whose tables are read when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import answers, codebook, decisions, withdrawal
from labkit.archive import Archive, ask, assemble
from labkit.cells import unsheet
from labkit.errors import LabkitError, UsageError, did_you_mean
from labkit.minutes import files as verbali
from labkit.tables import TABLES, check, with_rows

if TYPE_CHECKING:
    import pandas as pd

_KEYS: dict[str, tuple[type, Any]] = {
    "title": (str, ""),
    "language": (str, "it"),
    "periods": (list, []),
    "seed": (int, 1),
    "public_sources": (bool, False),
    "min_cell": (int, 0),
    "model": (str, ""),
    "about": (str, ""),
    "source": (str, ""),
}


@dataclass(frozen=True)
class Lab:
    """A lab folder, opened. Every table of the house is an attribute (``lab.documents``, ``lab.attendance`` ...).

    Attributes
    ----------
    folder, outputs
        Where the lab is, and where what is made from it goes.
    periods
        Pairs of first and last year, as ``lab.yml`` gives them.
    seed
        Start of every chance in this lab.
    """

    name: str
    folder: Path
    outputs: Path
    title: str
    language: str
    periods: tuple[tuple[int, int], ...]
    seed: int
    public_sources: bool
    min_cell: int
    about: str
    model: str
    codebooks: codebook.Codebooks = field(repr=False)
    withdrawn: withdrawal.Withdrawn = withdrawal.NOBODY

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in TABLES:
            return self.tables[name]
        raise AttributeError(f"a lab has no '{name}' ({did_you_mean(name, [*TABLES, 'evidence', 'tables', 'sql'])})")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *TABLES})

    @property
    def shared(self) -> bool:
        """Whether the folder holds tables (a shared edition) and not documents."""
        return (self.folder / "tables" / "documents.csv").is_file()

    @property
    def archive(self) -> Archive:
        return Archive(self.outputs / "archive")

    @property
    def documents_found(self) -> list[tuple[str, Path]]:
        """Name as shown and path of each file of the lab."""
        found = [(verbali.shown(path, self.folder), path) for path in verbali.find(self.folder)]
        return withdrawal.files(found, self.withdrawn)

    def read(self, *, jobs: int = 1, client: str | None = None, progress: Callable | None = None) -> list[str]:
        """Read the documents that changed since the last time; return their names."""
        if self.shared:
            return []
        found = self.documents_found
        if not found:
            others = ", ".join(path.name for path in verbali.left_out(self.folder)[:3])
            raise LabkitError(
                f"{self.name}: expected documents ({verbali.KINDS}); found {others or 'none'}; save verbali in one of these kinds"
            )
        return self.archive.update(
            found,
            self.codebooks,
            model=self.model,
            withdrawn=self.withdrawn,
            jobs=jobs,
            client=client,
            **({"progress": progress} if progress else {}),
        )

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables, by name; documents that changed are read first."""
        return withdrawal.left_out(self.tables_as_said, self.withdrawn)

    @cached_property
    def tables_as_said(self) -> dict[str, pd.DataFrame]:
        """All tables before those who asked to be left out are taken out of what no reading gave: not for any output."""
        if self.shared:
            return answers.applied(_read_csv(self.folder / "tables", self.name), self.folder, self.decisions)
        self.read()
        tables = assemble(self.archive, self.codebooks)
        tables["problems"] = with_rows("problems", tables["problems"], self._unread())
        return answers.applied(tables, self.folder, self.decisions)

    @cached_property
    def decisions(self) -> list[decisions.Decision]:
        """What people decided on who is who, from ``decisions.yml``, in order."""
        return decisions.load(self.folder)

    @cached_property
    def sessions(self) -> dict[str, str]:
        """The name of each workshop session of the lab by id, in order of their days."""
        told = {session.id: session.session for session in answers.load(self.folder)}
        told = {withdrawal.identifier(self.withdrawn, i): withdrawal.named(self.withdrawn, told[i]) for i in told}
        return {one: told.get(one, answers.title(one)) for one in sorted({*told, *self.judgements["session_id"]})}

    def _unread(self) -> list[dict[str, Any]]:
        """A problem for each document of a kind that labkit does not read."""
        message = f"expected one of {verbali.KINDS}; labkit does not read this kind; save it as .docx, PDF or text"
        found = verbali.left_out(self.folder)
        return [
            {
                "code": "unknown_kind",
                "message": message,
                "where": withdrawal.named(self.withdrawn, p.relative_to(self.folder).as_posix(), loose=True),
            }
            for p in found
        ]

    @cached_property
    def texts(self) -> dict[str, str]:
        """The stored text of each document; empty for a shared edition."""
        if self.shared:
            return {}
        self.read()
        return self.archive.texts()

    def sql(self, query: str) -> pd.DataFrame:
        """Answer an SQL query over the lab's tables with DuckDB."""
        if self.shared:
            import duckdb

            with duckdb.connect() as connection:
                for name, data in self.tables.items():
                    connection.register(name, data)
                return ask(connection, query)
        self.read()
        together = {"actors", "actor_sectors", "affiliations", "problems", "judgements"}
        if answers.files(self.folder):
            together.add("ties")
        if self.decisions:
            together |= set(decisions.COLUMNS)
        if self.withdrawn:
            together = set(TABLES)
        return self.archive.sql(query, whole={name: self.tables[name] for name in sorted(together)})

    def evidence(self, evidence_id: str) -> dict[str, Any]:
        """Lead from the id of a row to its date, post, section and, where there is text, quotation.

        A judgement or a validated tie leads to the workshop where it was said, and to the note.

        Raises
        ------
        UsageError
            If no tie, meeting, section, document, commitment, event, amount, statement or judgement has this id.
        """
        if answers.is_said(evidence_id):
            return self._said(evidence_id)
        row, section_id = self._evidence_row(evidence_id)
        document = self.documents.set_index("doc_id").loc[row["doc_id"]]
        sections = self.sections.set_index("section_id")
        heading = sections.loc[section_id, "heading"] if section_id in sections.index else None
        text = self.texts.get(row["doc_id"])
        start, end = row.get("start"), row.get("end")
        quotation = " ".join(text[int(start) : int(end)].split()) if text and _given(start) and _given(end) else None
        return {
            "id": evidence_id,
            "date": row["date"] if _given(row.get("date")) else document["published"],
            "title": document["title"],
            "source": document["source"],
            "section": heading if _given(heading) else None,
            "quotation": quotation,
        }

    def _said(self, evidence_id: str) -> dict[str, Any]:
        """The evidence of a judgement or of the tie it validates."""
        found = self.judgements[self.judgements["judgement_id"] == evidence_id.removesuffix(answers.TIE)]
        if not len(found):
            raise UsageError(f"no judgement has the id '{evidence_id}'; ids stand in lab.judgements and lab.ties")
        row = found.iloc[0]
        path = f"{answers.FOLDER}/{row['session_id']}.yml"
        return {
            "id": evidence_id,
            "date": row["date"],
            "title": self.sessions[row["session_id"]],
            "source": path if (self.folder / path).is_file() else None,
            "section": None,
            "quotation": row["note"] if _given(row["note"]) else None,
        }

    def _evidence_row(self, evidence_id: str) -> tuple[dict[str, Any], str | None]:
        """The row that bears an id, with its span and its section."""
        for table in ("ties", "meetings", "sections", "documents", "commitments", "events", "amounts", "statements"):
            data = getattr(self, table)
            found = data[data[TABLES[table].key[0]] == evidence_id]
            if not len(found):
                continue
            row = {"date": _row_date(found.iloc[0]), **{k: v for k, v in found.iloc[0].items() if k not in ("date",)}}
            if table == "meetings":
                listed = self.attendance.loc[self.attendance["meeting_id"] == evidence_id, ["start", "end"]].dropna()
                span = {"start": listed["start"].min(), "end": listed["end"].max()} if len(listed) else {"start": None}
                row = {**row, **span}
            return row, evidence_id if table == "sections" else row.get("section_id")
        raise UsageError(
            f"no row has the id '{evidence_id}'; ids stand in lab.ties, lab.meetings, lab.sections and their like"
        )


def _row_date(row: pd.Series) -> str | None:
    """The day a row speaks of: its own date, a due date, or none."""
    return next((row[name] for name in ("date", "due", "published") if name in row and _given(row[name])), None)


def _given(value: object) -> bool:
    import pandas as pd

    return value is not None and not pd.isna(value)


def _read_csv(folder: Path, name: str) -> dict[str, pd.DataFrame]:
    import pandas as pd

    from labkit.tables import frame

    tables = {}
    for table, spec in TABLES.items():
        path = folder / f"{table}.csv"
        if not path.is_file():
            tables[table] = frame(table, [])
            continue
        text = {c.name: "str" for c in spec.columns if c.type == "text"}
        try:
            data = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
        except ValueError as error:
            raise LabkitError(f"{name}/tables/{table}.csv: not readable as a table in UTF-8 ({error})") from error
        tables[table] = check(table, unsheet(data), where=f"{name}/tables/{table}.csv")
    return tables


def find_root() -> Path:
    """Return the nearest folder, from the working folder up, that holds ``corpus/``; else the repository labkit runs from."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "corpus").is_dir():
            return folder
    home = Path(__file__).parent.parent
    return home if (home / "corpus").is_dir() else here


def shipped() -> list[str]:
    """Return the names of the labs below ``corpus/``."""
    folder = find_root() / "corpus"
    return (
        sorted(p.name for p in folder.iterdir() if p.is_dir() and (p / "lab.yml").is_file()) if folder.is_dir() else []
    )


def open_lab(where: str | Path, *, outputs: str | Path | None = None) -> Lab:
    """Open a lab by name (``corpus/<name>``) or by folder; any folder of verbali will do.

    Parameters
    ----------
    where
        Name of a shipped lab, or a folder with documents or tables; ``lab.yml`` and ``codebooks/`` are used if there.
    outputs
        Where results go: a folder below it is named after the lab. ``outputs/`` beside ``corpus/`` by default.

    Raises
    ------
    UsageError
        If there is no such lab or folder.
    LabkitError
        If ``lab.yml`` or a codebook has an error; the message names file and line.

    Examples
    --------
    >>> lab = open_lab("cremasco")
    >>> lab.language
    'it'
    """
    folder = _folder(where)
    settings = _settings(folder)
    root = Path(outputs) if outputs else find_root() / "outputs"
    books = codebook.load(folder / "codebooks" if (folder / "codebooks").is_dir() else None)
    withdrawn = withdrawal.load(folder, books)
    if withdrawn:
        withdrawn = withdrawn.joined(decisions.load(folder))
        books = withdrawal.shown(withdrawn)
        settings |= {key: withdrawal.named(withdrawn, settings[key]) for key in ("title", "about", "source")}
    name = folder.resolve().name
    if (root / name).resolve() == folder.resolve():
        raise UsageError(f"results would be written among the documents of {name}; name another folder with --outputs")
    if (folder / "tables" / "documents.csv").is_file() and verbali.find(folder):
        raise LabkitError(f"{name}: holds documents and the tables of a shared edition; move one of the two elsewhere")
    return Lab(
        name=name,
        folder=folder,
        outputs=root / name,
        title=settings["title"] or name,
        language=settings["language"],
        periods=tuple((int(a), int(b)) for a, b in settings["periods"]),
        seed=settings["seed"],
        public_sources=settings["public_sources"],
        min_cell=settings["min_cell"],
        about=settings["about"],
        model=settings["model"],
        codebooks=books,
        withdrawn=withdrawn,
    )


def _folder(where: str | Path) -> Path:
    path = Path(where)
    if path.is_dir():
        return path
    if path.is_file():
        raise UsageError(f"'{where}' is a file; name the folder it lies in, or read it with: labkit read {where}")
    named = find_root() / "corpus" / str(where)
    if named.is_dir() and str(where):
        return named
    raise UsageError(f"no lab and no folder '{where}' ({did_you_mean(str(where), shipped())})")


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / "lab.yml"
    settings = {key: default for key, (_, default) in _KEYS.items()}
    if not path.is_file():
        return settings
    data = codebook.read_yaml(path, shown="lab.yml") or {}
    if not isinstance(data, codebook.Entry):
        raise LabkitError("lab.yml: expected keys and values, such as 'title: ...'")
    for key, value in data.items():
        if key not in _KEYS:
            raise LabkitError(f"{data.where}: unknown key '{key}' ({did_you_mean(str(key), _KEYS)})")
        if not isinstance(value, _KEYS[key][0]):
            raise LabkitError(f"{data.where}: '{key}' must be {_KEYS[key][0].__name__}, not {value!r}")
        settings[key] = value
    _check_periods(settings["periods"], data.where)
    if not 0 <= settings["seed"] < 2**32:
        raise LabkitError(f"{data.where}: 'seed' must be between 0 and {2**32 - 1}, not {settings['seed']}")
    if settings["language"] not in ("it", "en"):
        raise LabkitError(f"{data.where}: 'language' must be it or en, not '{settings['language']}'")
    return settings


def _check_periods(periods: list, where: str) -> None:
    """Periods are pairs of years, in order, none reaching into the next."""
    if any(not isinstance(p, list) or len(p) != 2 or not all(isinstance(y, int) for y in p) for p in periods):
        raise LabkitError(f"{where}: 'periods' must be pairs of years, such as [[2012, 2014], [2015, 2018]]")
    years = [year for period in periods for year in period]
    if years != sorted(years) or any(a[1] >= b[0] for a, b in pairwise(periods)):
        raise LabkitError(f"{where}: 'periods' must follow each other in time without overlap; found {periods}")

"""The paper form: a sheet on which answers given on paper are typed, one row a tie and one column a seat, and read back."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from labkit import answers, codebook, privacy
from labkit.actors.identity import bare
from labkit.archive import write_whole
from labkit.cells import disarmed, rearmed
from labkit.errors import LabkitError, UsageError

if TYPE_CHECKING:
    from labkit.lab import Lab
    from labkit.workshop.codes import Tie

TYPED = {"c": "confirmed", "n": "denied", "?": "unsure"}
MISSING = "manca"
EMPTY_ROWS = 8
_MARK = "labkit"
_HEAD = ("codice", "rapporto", "a", "b", "nome a", "nome b")
_NOTE = "nota"
_FACTS = {"lab": "lab", "mappa": "map", "incontro": "session", "giorno": "date"}
_SECTOR = "settore"
_HELP = (
    "Scrivere l'incontro e il giorno; per ogni posto il settore di chi risponde (pubblico, terzo settore, imprese, altro), se lo dice.",
    "Per ogni rapporto e posto: c = confermo, n = non confermo, ? = non so, vuoto = nessuna risposta. La nota senza nomi di persone.",
    f"Righe «{MISSING}»: i nomi dei due enti che la mappa non unisce, e c nel posto di chi lo dice.",
)


def write(lab: Lab, graph: nx.Graph, *, map_id: str, codes: dict[Tie, str], seats: int = 12, to: Path) -> Path:
    """Write the sheet for one network, for any spreadsheet.

    Parameters
    ----------
    graph
        A network of one kind of tie, as :func:`labkit.network.build` gives it.
    map_id
        The map that the room was shown.
    codes
        The code of each tie on it (:func:`labkit.workshop.codes.of_graphs`); rows are in the order of the codes.
    seats
        Columns for answers, 1 to 60.
    to
        The CSV file: cells parted by semicolons, UTF-8 with a mark that tells Excel so.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    UsageError
        If the network has no ties, or for a number of seats that no room has.
    LabkitError
        If the name of a person of the lab would stand in the sheet.

    Examples
    --------
    >>> import tempfile
    >>> import labkit as lk
    >>> from labkit.workshop import codes
    >>> lab = lk.open_lab("cremasco")
    >>> net = lk.network.build(lab, kind="declared_partnership")
    >>> to = Path(tempfile.mkdtemp()) / "modulo.csv"
    >>> sheet = write(lab, net, map_id="3f9c2a7b10de", codes=codes.of_graphs([net]), to=to)
    >>> len(sheet.read_text(encoding="utf-8-sig").splitlines()) - net.number_of_edges()
    18
    """
    if not 1 <= seats <= 60:
        raise UsageError(f"form: expected 1 to 60 seats; found {seats}")
    if not graph.number_of_edges():
        raise UsageError("form: the network has no ties to answer for; choose another kind of tie or other years")
    kind, names = graph.graph["kind"], {n: str(d.get("name", n)) for n, d in graph.nodes(data=True)}
    columns = [str(n) for n in range(1, seats + 1)]
    rows = [[_MARK, "modulo", "1"], *([f"# {line}"] for line in _HELP)]
    # A number in front of letters could become a figure in a spreadsheet: "12e4" is not the map that was shown.
    rows += [["lab", lab.name], ["mappa", f"id {map_id}"], ["incontro", ""], ["giorno", ""]]
    rows += [[_SECTOR, *[""] * (len(_HEAD) - 1 + seats), ""], [*_HEAD, *columns, _NOTE]]
    ties = sorted((codes[kind, *sorted(edge)], *sorted(edge)) for edge in graph.edges())
    rows += [[code, kind, a, b, names[a], names[b], *[""] * seats, ""] for code, a, b in ties]
    rows += [[MISSING, kind, "", "", "", "", *[""] * seats, ""] for _ in range(EMPTY_ROWS)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([[disarmed(c) for c in row] for row in rows])
    privacy.stop_if_left({to.name: out.getvalue()}, privacy.people_of(lab).values(), actors=privacy.actors_of(lab))
    return write_whole(to, "\ufeff" + out.getvalue())


def read(path: Path) -> list[dict[str, Any]]:
    """Read a filled sheet into what the map page would have saved, one a column that holds an answer.

    Parameters
    ----------
    path
        The sheet, parted by semicolons or commas, in UTF-8 or as Excel saves it.

    Returns
    -------
    list of dict
        As the files of the page, with their sum. The seat is drawn from the whole sheet and the column, so that the same sheet
        is known again. A note belongs to the first seat that answers in its row.

    Raises
    ------
    LabkitError
        In one line with the row, for a cell that is not understood; nothing of the sheet is taken then.
    """
    shown = answers.named(path.name)
    rows = list(_cells(path, shown))
    facts, sectors, head, body = _parts(rows, shown)
    kinds = {row[1] for _, row in body if row[1]}
    columns = {n: name for n, name in enumerate(head) if name.isdecimal()}
    if not columns or len({int(name) for name in columns.values()}) < len(columns):
        found = ", ".join(columns.values()) or "none"
        raise LabkitError(f"{shown}: expected a column for each seat, headed 1, 2, 3 ...; found {found}")
    given = [row for _, row in body if row[0].lower() != MISSING]
    names = {bare(row[4 + end]): row[2 + end] for row in given for end in (0, 1) if row[4 + end]}
    # What was typed, however the program that saved the sheet parts its cells.
    typed = [sorted(facts.items()), *([cell for cell in row if cell] for _, row in body)]
    digest = hashlib.sha256(repr(typed).encode("utf-8", "replace")).hexdigest()[:8]
    seats = [_Seat(f"p{int(name):02d}-{digest}", _sector(_at(sectors, n), shown)) for n, name in columns.items()]
    for number, row in body:
        where = f"{shown}:{number}"
        marks = [_mark(_at(row, n), f"{where}, seat {name}") for n, name in columns.items()]
        said = [(seat, mark) for seat, mark in zip(seats, marks) if mark]
        notes = [_at(row, n) for n, name in enumerate(head) if name.lower() == _NOTE]
        note = " / ".join(filter(None, notes))
        if row[0].lower() == MISSING:
            row[1] = row[1] or (min(kinds) if len(kinds) == 1 else "")
            _add_missing(row, said, note, names, where)
        elif said or note:
            _add_judgements(row, said, note, where)
    found = [seat.exported(facts) for seat in seats if seat.judgements or seat.ties]
    if not found:
        raise LabkitError(f"{shown}: no answers; type c, n or ? in the columns of the seats")
    return found


def _cells(path: Path, shown: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with their number, cells as typed, empty rows left out."""
    try:
        text = codebook.read_text(path)
    except OSError as error:
        raise LabkitError(
            f"{shown}: the file cannot be opened ({error.strerror}); check its name and rights"
        ) from error
    first = re.match(rf"\W*{_MARK}\W*([;,\t])", text)
    if not first:
        raise LabkitError(
            f"{shown}: expected a form written by labkit, whose first cell is '{_MARK}'; of what the map page saves, add the JSON file"
        )
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=first[1]), start=1):
            cells = [rearmed(cell.strip()) for cell in row]
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise LabkitError(f"{shown}: not readable as a table ({error}); save it again as CSV") from error


def _parts(rows: list[tuple[int, list[str]]], shown: str):
    """The facts on top, the row of sectors, the heading, and the rows below it."""
    top = next((n for n, (_, row) in enumerate(rows) if row[0].lower() == _HEAD[0]), None)
    if top is None:
        raise LabkitError(
            f"{shown}: expected a row that begins with '{_HEAD[0]}'; found none; do not change the headings"
        )
    head = rows[top][1]
    if tuple(cell.lower() for cell in head[: len(_HEAD)]) != _HEAD:
        raise LabkitError(
            f"{shown}:{rows[top][0]}: expected the columns {', '.join(_HEAD)}; do not change the headings"
        )
    above = {row[0].lower(): row for _, row in rows[:top]}
    facts = {key: _at(above.get(name, []), 1) for name, key in _FACTS.items()}
    facts["map"] = facts["map"].removeprefix("id ")
    facts["date"] = _iso(facts["date"])
    body = [(number, [*row, *[""] * (len(head) - len(row))]) for number, row in rows[top + 1 :]]
    return facts, above.get(_SECTOR, []), head, body


def _iso(day: str) -> str:
    """A day as Excel shows it to Italians, turned round."""
    found = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", day)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found else day


def _at(row: list[str], n: int) -> str:
    return row[n] if n < len(row) else ""


def _sector(typed: str, shown: str) -> str:
    known = {bare(entry["label"]): name for name, entry in codebook.load().sectors.items()}
    known |= {name: name for name in codebook.SECTORS} | {"": "", "impresa": "profit", "profit": "profit"}
    if bare(typed) not in known:
        raise LabkitError(
            f"{shown}: no sector '{answers.quoted(typed)}'; type pubblico, terzo settore, imprese or altro"
        )
    return known[bare(typed)]


def _mark(typed: str, where: str) -> str:
    if typed.lower() not in TYPED and typed:
        raise LabkitError(f"{where}: expected c, n, ? or nothing; found '{answers.quoted(typed)}'")
    return TYPED.get(typed.lower(), "")


class _Seat:
    """A column while it is read."""

    def __init__(self, seat: str, sector: str):
        self.seat, self.sector = seat, sector
        self.judgements: list[dict[str, Any]] = []
        self.ties: list[dict[str, Any]] = []
        self.actors: dict[str, str] = {}

    def newcomer(self, name: str) -> str:
        """The id of an actor that the sheet does not hold."""
        return self.actors.setdefault(name, f"new-{len(self.actors) + 1}")

    def exported(self, facts: dict[str, str]) -> dict[str, Any]:
        actors = [{"id": one, "name": name, "sector": "", "note": ""} for name, one in self.actors.items()]
        said = {
            "labkit": "feedback",
            "version": answers.VERSION,
            **facts,
            "seat": self.seat,
            "saved": len(self.judgements) + len(self.ties),
            "sector": self.sector,
            "judgements": self.judgements,
            "missing_ties": self.ties,
            "missing_actors": actors,
        }
        return {**said, "sum": answers.checksum(said)}


def _add_judgements(row: list[str], said: list[tuple[_Seat, str]], note: str, where: str) -> None:
    if not said:
        raise LabkitError(f"{where}: a note without an answer; type c, n or ? for the seat it comes from")
    code, kind, a, b = row[:4]
    if not (kind and a and b):
        raise LabkitError(f"{where}: expected a row as the sheet had it, or one that begins with '{MISSING}'")
    for n, (seat, answer) in enumerate(said):
        entry = {"code": code, "kind": kind, "a": a, "b": b, "answer": answer, "sector": seat.sector}
        seat.judgements.append({**entry, "note": "" if n else note, "blind": False})


def _add_missing(row: list[str], said: list[tuple[_Seat, str]], note: str, names: dict[str, str], where: str) -> None:
    ends = [row[2 + end] or row[4 + end] for end in (0, 1)]
    if not any(ends) and not said and not note:
        return
    if not all(ends):
        raise LabkitError(
            f"{where}: a missing tie needs the names of two actors; found '{answers.quoted(''.join(ends))}'"
        )
    if not said or any(answer != "confirmed" for _, answer in said):
        raise LabkitError(f"{where}: type c for each seat that says this tie is missing, and nothing else")
    ids = set(names.values())
    for n, (seat, _) in enumerate(said):
        a, b = (names.get(bare(end)) or (end if end in ids else seat.newcomer(answers.named(end))) for end in ends)
        seat.ties.append({"kind": row[1], "a": a, "b": b, "sector": seat.sector, "note": "" if n else note})

"""Tables of those present, in the forms in which a table reaches a text.

Cells are apart by tabs, by wide spaces, by dot leaders or by bars, or stand one a line where a form or a PDF lost its
frame. Columns are known by their heading, else by what most of their cells hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A cell: its text and where it stands."""

    text: str
    start: int
    end: int


Row = list[Cell]


@dataclass(frozen=True)
class Roll:
    """A table: the kind of each column, in order, and its rows."""

    columns: list[str]
    rows: list[Row]
    start: int
    end: int


_HEADINGS: tuple[tuple[str, str], ...] = (
    ("number", r"n\.?|nr\.?|n°|num\.?|#|prog(?:r)?\.?|id"),
    ("surname", r"cognome"),
    ("forename", r"nome"),
    (
        "name",
        r"(?:cognome\s*(?:e|/|-)?\s*nome|nome\s*(?:e|/|-)?\s*cognome)(?:\s.{0,25})?|nominativ\w*|partecipant[ei]|component[ei](?:\s+\w+){0,2}|"
        r"present[ei]\s+nome|persona|chi|sindaco\s+(?:o|e/o|/)\s+(?:suo\s+)?delegato|sindaci",
    ),
    (
        "who",
        r"referent[ei]|rappresentant[ei](?:\s+\w+){0,2}|delegat[oi]|nome\s+(?:del\s+)?(?:referente|rappresentante)",
    ),
    ("town", r"comun[ei](?:\s*(?:/|\bo\b|\be\b)\s*\w+)*"),
    (
        "organisation",
        r"ent[ei](?:\s*(?:/|\bo\b|\be\b)\s*\w+)*(?:\s+di\s+\w+)?|organizzazion[ei]|associazion[ei]|servizi\w*|istituzion[ei]|provenienza|azienda|struttura|"
        r"realtà|in\s+rappresentanza(?:\s+d\w+)?|amministrazion[ei]|appartenenza|organismo|rappresentanza|ditta|impresa|scuola|istituto",
    ),
    ("role", r"ruol[oi]|qualific\w+|caric[ah]e?|funzion[ei]|incaric[oi]|in\s+qualità(?:\s+di)?|profilo|titolo"),
    ("excused", r"(?:assent[ei]\s+)?giustificat\w+|(?:ass\.?\s+)?giust\.?|a\.?\s?g\.?"),
    ("absent", r"assent[ei]|ass\.?|a\.?"),
    ("present", r"present[ei]|pres\.?|si|p\.?"),
    (
        "presence",
        r"presenz[ae]|presente\s*/\s*assente|p\s*/\s*a(?:\s*/\s*\w+)?|present[ei]/assent[ei]|firm[ae]|esito|stato|si\s*/\s*no|appello|pr\.?\s*/\s*as\.?|firma\s+\w+",
    ),
    (
        "other",
        r"note|annotazioni|vot[oi]|quot[ae]|abitanti|ora.*|durata|e-?mail|telefono|tel\.?|sigla|data|motivo|gruppo(?:\s+\w+)?|giustificazione|delega|ingresso|uscita|millesimi",
    ),
)
_HEADING = re.compile("|".join(rf"(?P<h{n}>(?:{pattern})\s*[:*]?)" for n, (_, pattern) in enumerate(_HEADINGS)), re.I)


def heading(text: str) -> str | None:
    """The kind of column that a heading names."""
    text = " ".join(text.split()).strip("*|.: ") or text.strip()
    if len(text) > 60:
        return None
    found = _HEADING.fullmatch(text)
    return _HEADINGS[int(found.lastgroup[1:])][0] if found else None


def rolls(text: str, start: int, columns: Sequence[str] = ()) -> Iterator[Roll]:
    """Yield the tables of people in a plain text: a row of headings, and what stands below it.

    Rows without headings are a table where ``columns`` gives the kinds of their cells.
    """
    lines = list(_lines(text, start))
    number = 0
    while number < len(lines):
        roll, after = _across(lines, number)
        if roll is None and columns:
            roll, after = _of_columns(lines, number, columns)
        if roll is None:
            roll, after = _down(lines, number)
        if roll is None:
            number += 1
            continue
        yield roll
        number = after


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    for line in text[start:].split("\n"):
        yield start, line
        start += len(line) + 1


_GAP = re.compile(r"\t+| {2,}|\s*\.{4,}\s*|\s*…{2,}\s*|\s*\|\s*|\s*·\s+")
_BAR = re.compile(r"\s*\|\s*")


def _has_cells(line: str) -> bool:
    line = line.strip()
    return any(sign in line for sign in ("  ", "\t", "|", "....", "……", "· ")) and bool(_GAP.search(line))


_RULE = re.compile(r"[\s|+:=-]+")


def cells(line: str, offset: int) -> Row:
    """The cells of a line that shows a table; empty ones between two tabs are kept."""
    found, here = [], len(line) - len(line.lstrip(" |")) if not line.startswith("\t") else 0
    line = line.rstrip(" |") if "|" in line else line
    for gap in (_BAR if line.count("|") > 1 else _GAP).finditer(line, here):
        found.append(_cell(line, here, gap.start(), offset))
        found += [Cell("", offset + gap.end(), offset + gap.end())] * max(0, gap.group().count("\t") - 1)
        here = gap.end()
    if here <= len(line):
        found.append(_cell(line, here, len(line), offset))
    return found


def _cell(line: str, start: int, end: int, offset: int) -> Cell:
    raw = line[start:end]
    lead = len(raw) - len(raw.lstrip(" |"))
    text = raw.strip(" |")
    return Cell(text, offset + start + lead, offset + start + lead + len(text))


def _kinds(row: Row) -> list[str] | None:
    """The columns of a row of headings: it names people, and every other cell is short."""
    if any(len(cell.text) > 45 for cell in row):
        return None
    kinds = [heading(cell.text) if cell.text else None for cell in row]
    known = [kind for kind in kinds if kind]
    if "surname" not in known:  # "Nome" beside "Ente" holds the whole name, beside "Cognome" the first name
        kinds = ["name" if kind == "forename" else kind for kind in kinds]
    people = {"name", "who", "surname", "forename"} & set(known)
    if len(known) < 2 or not people:
        return None
    return [kind or "other" for kind in kinds]


def _across(lines: list[tuple[int, str]], number: int) -> tuple[Roll | None, int]:
    """A table whose rows are lines."""
    place, line = lines[number]
    kinds = _kinds(cells(line, place)) if _has_cells(line) else None
    if kinds is None:
        return None, number
    marks = [cell.start - place for cell in cells(line, place)]
    rows: list[Row] = []
    blank = 0
    after = number + 1
    for after in range(number + 1, len(lines)):
        place_, line_ = lines[after]
        if not line_.strip():
            blank += 1
            if blank > 2:
                break
            continue
        if _RULE.fullmatch(line_) and ("|" in line or len(line_.strip()) > 9):
            continue
        row = cells(line_, place_)
        if len(row) < 2 and not (rows and line_.startswith(" ")):
            break
        blank = 0
        if not any(mark in part for mark in "\t|" for part in (line, line_)):
            row = _aligned(row, marks, place_)
        if len(row) >= 2 and _ends_table(row):
            break
        rows.append(row)
    else:
        after = len(lines)
    rows = _rejoined(rows, kinds)
    if not rows:
        return None, number
    return Roll(kinds, rows, place, max(cell.end for row in rows for cell in row)), after


def _of_columns(lines: list[tuple[int, str]], number: int, columns: Sequence[str]) -> tuple[Roll | None, int]:
    """Rows of as many cells as a body's own layout has columns, two at least."""
    rows: list[Row] = []
    after = number
    if not lines[number][1].strip():
        return None, number
    while after < len(lines) and (
        not lines[after][1].strip() or len(cells(lines[after][1], lines[after][0])) == len(columns)
    ):
        if lines[after][1].strip():
            rows.append(cells(lines[after][1], lines[after][0]))
        after += 1
    if len(rows) < 2:
        return None, number
    return Roll(list(columns), rows, rows[0][0].start, rows[-1][-1].end), after


def _ends_table(row: Row) -> bool:
    return bool(re.match(r"total[ei]\b|presenti\s+n|assenti\s+n|legenda", row[0].text or row[1].text, re.I))


def _aligned(row: Row, marks: list[int], place: int) -> Row:
    """Cells under the headings nearest to them, in the tables that wide spaces make."""
    out = [Cell("", place, place) for _ in marks]
    taken = -1
    for number, cell in enumerate(row):
        at = cell.start - place
        left = len(row) - number - 1
        options = range(taken + 1, max(taken + 2, len(marks) - left))
        best = min((n for n in options if n < len(marks)), key=lambda n: abs(marks[n] - at), default=None)
        if best is None:
            break
        out[best], taken = cell, best
    return out


def _rejoined(rows: list[Row], kinds: list[str]) -> list[Row]:
    """A line that only goes on with the cells above it ("COMUNE DI CAPRARICA" / "DI LECCE") is joined to them."""
    people = [n for n, kind in enumerate(kinds) if kind in ("name", "who", "surname")]
    out: list[Row] = []
    for row in rows:
        first = next((n for n, cell in enumerate(row) if cell.text), None)
        alone = first is not None and not any(n < len(row) and row[n].text for n in people)
        if (
            out
            and alone
            and (first != 0 or kinds[0] not in ("number", "organisation", "town"))
            and len(row) <= len(out[-1])
        ):
            out[-1] = [
                Cell(f"{above.text} {cell.text}", above.start, cell.end) if cell.text and above.text else above
                for above, cell in zip(out[-1], [*row, *[Cell("", 0, 0)] * (len(out[-1]) - len(row))])
            ]
        else:
            out.append(row)
    return out


_SECTION = re.compile(r"partecipanti|presenti|componenti", re.I)  # a title over the table, not a column of it


def _down(lines: list[tuple[int, str]], number: int) -> tuple[Roll | None, int]:
    """A table that lost its frame: headings one a line, then as many lines a row."""
    if not lines[number][1].strip() or heading(lines[number][1]) is None:
        return None, number
    full = [n for n in range(number, min(len(lines), number + 40)) if lines[n][1].strip()]
    heads: Row = []
    for n in full:
        place, line = lines[n]
        if (
            heading(line) is None or len(heads) > 7 or line.strip().upper() in ("P", "A", "AG")
        ):  # marks of the first row
            break
        lead = len(line) - len(line.lstrip())
        heads.append(Cell(line.strip(), place + lead, place + len(line.rstrip())))
    if (
        len(heads) > 2
        and heading(heads[0].text) == "name"
        and heading(heads[1].text) in ("name", "organisation", "town")
    ):
        first = _SECTION.fullmatch(heads[0].text.strip(" :"))
        heads, full = (
            (heads[1:], full[1:]) if first and "name" in map(heading, (h.text for h in heads[1:])) else (heads, full)
        )
    kinds = _kinds(heads) if len(heads) >= 2 else None
    if kinds is None:
        return None, number
    half = len(kinds) // 2
    repeats = len(kinds) in (4, 6) and kinds[:half] == kinds[half:]
    below = [lines[n][1].strip() for n in full[len(heads) :]]
    if (
        not {"presence", "present"} & set(kinds)
        and len(below) > len(kinds)
        and status(below[len(kinds)])
        and len(below[len(kinds)]) > 5
    ):
        kinds.append("presence")  # a column of marks without a heading
    if below and re.match(r"[•*–-]\s|[^:]{2,60}:\s+\S", below[0]):
        return None, number  # "Partecipanti", "Comuni" and then "• Lecco: N, M": headings of a list
    if repeats:
        kinds = kinds[:half]
    rows, after = _stacked(lines, full[len(heads) - 1] + 1, kinds)
    if len(rows) < 2:
        return None, number
    return Roll(kinds, rows, heads[0].start, rows[-1][-1].end), after


def _stacked(lines: list[tuple[int, str]], number: int, kinds: list[str]) -> tuple[list[Row], int]:
    """Rows of one cell a line: a row is full when it has its cells, or ends in a status, or the next number begins."""
    rows: list[Row] = []
    row: Row = []
    numbered = kinds[0] == "number"
    status_last = kinds[-1] in ("presence", "present")
    parted = _blank_between(lines, number, len(kinds))
    after = number
    for after in range(number, len(lines)):
        place, line = lines[after]
        text = line.strip()
        if not text:
            if parted and len(row) >= 2:
                rows.append(row)
                row = []
            continue
        if len(text) > 90 or (not row and _leaves(text, kinds)):
            break
        full = len(row) == len(kinds) and not (status_last and _may_go_on(row, text, kinds))
        if (numbered and row and re.fullmatch(r"\d{1,3}[.)]?", text) and len(row) >= 3) or (not numbered and full):
            rows.append(row)
            row = []
        lead = len(line) - len(line.lstrip())
        row.append(Cell(text, place + lead, place + lead + len(text)))
        ends = status_last and len(row) > 2 and text[0].isalpha() and status(text) is not None
        if ends or (len(row) == len(kinds) and not status_last):
            rows.append(_unwrapped(row, kinds))
            row = []
    else:
        after = len(lines)
    if len(row) >= 2 and len(row) >= len(kinds) - 1:
        rows.append(row)
    return [_filled(row, kinds) for row in rows], after


def _may_go_on(row: Row, text: str, kinds: list[str]) -> bool:
    """A row that is full by count but has no status yet: one of its cells took two lines."""
    return status(row[-1].text) is None and len(row) < len(kinds) + 2 and len(text) < 60


def _unwrapped(row: Row, kinds: list[str]) -> Row:
    """A row with a cell too many: the first cell, which is the longest, took two lines."""
    while len(row) > len(kinds):
        one, other = row[0], row[1]
        row = [Cell(f"{one.text} {other.text}", one.start, other.end), *row[2:]]
    return row


def _blank_between(lines: list[tuple[int, str]], number: int, width: int) -> bool:
    """Whether blank lines part the rows, and not every cell."""
    groups, size = [], 0
    for _, line in lines[number : number + 40]:
        if line.strip():
            size += 1
        elif size:
            groups.append(size)
            size = 0
    return len(groups) >= 2 and sum(width - 1 <= g <= width for g in groups[:6]) >= min(len(groups), 6) * 0.6


def _leaves(text: str, kinds: list[str]) -> bool:
    """A line that cannot begin a row: a total, a note, a sentence."""
    if kinds[0] == "number":
        return not re.fullmatch(r"\d{1,3}[.)]?", text)
    ends = text[-1] in ":;" or (text[-1] == "." and len(text.split()) > 7)
    return ends or bool(
        re.match(
            r"total[ei]\b|present[ei]\b|assent[ei]\b|legenda|ordine del giorno|argoment[io]|punti\b|discussione|sintesi|svolgimento|pag",
            text,
            re.I,
        )
    )


def _filled(row: Row, kinds: list[str]) -> Row:
    """A short row keeps its first cells, and its status under the last heading."""
    missing = len(kinds) - len(row)
    if missing > 0 and kinds[-1] in ("presence", "present") and status(row[-1].text) is not None:
        return [*row[:-1], *[Cell("", row[-1].start, row[-1].start)] * missing, row[-1]]
    return row


_STATUS: tuple[tuple[str, str], ...] = (
    (
        "excused",
        r"a\.?\s?g\.?|g\.?|gius\w*\.?|ass(?:ente|\.)?\s*(?:-\s*)?giust\w*\.?.*|assente\s+con\s+giustificazione|ha avvisato|excus\w+",
    ),
    ("absent", r"a\.?|no|-+|=+|/+|ass\.?|assente.*|non\s+presente|non\s+collegat\w|nessuno"),
    (
        "present",
        r"p\.?|s[iì]|x|✓|✔|v|pres\.?|presente.*|in\s+presenza|da\s+remoto|online|on\s+line|in\s+(?:video)?collegamento|collegat\w.*|remoto|firmato|firma|\(?firma\s+\w+\)?|in\s+video\w*|video\w*|r",
    ),
)
_STATUSES = [
    (kind, re.compile(rf"\(?(?:{pattern})\)?(?:\s*\(.{{0,40}}\))?(?:\s*-\s.*)?", re.I)) for kind, pattern in _STATUS
]


def status(text: str) -> str | None:
    """The status that a mark stands for: P, A, AG, SI, NO, X, "in collegamento" and their like.

    >>> status("AG"), status("x"), status("assente giust."), status("Sindaco")
    ('excused', 'present', 'excused', None)
    """
    text = " ".join(text.replace("à", "a").split())
    return next((kind for kind, pattern in _STATUSES if pattern.fullmatch(text)), None)

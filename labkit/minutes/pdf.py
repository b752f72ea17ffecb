"""PDF with a text layer into lines: columns one after the other, running heads left out, words joined that a line end parted.

PDFium gives each letter with its box. Letters become pieces of a line, pieces on one height become a line (wide gaps are
tabs, as in a table), lines that end at the right margin go on in the next one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from labkit.minutes.page import Page, Unreadable

MOST_PAGES = 1500
MOST_LETTERS = 5_000_000


@dataclass
class _Line:
    """A line of a page: its text, its edges (points), the height of its letters and where its first gap begins and ends."""

    text: str
    left: float
    right: float
    y: float
    size: float
    gap: tuple[int, float, float] | None = None


def page(data: bytes) -> Page:
    """Return the text of a PDF.

    Raises
    ------
    Unreadable
        If it is broken, locked, too long, or a scan without text.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable(
                "locked_file", "expected a PDF that opens; found one with a password; save it without"
            ) from error
        raise Unreadable("broken_file", "expected a PDF; it is broken; save or print it to PDF again") from error
    if count > MOST_PAGES:
        raise Unreadable("too_large", f"expected at most {MOST_PAGES} pages; found {count}; split the PDF")
    sheets: list[list[_Line]] = []
    letters = 0
    for number in range(count):
        try:
            found = _lines(document[number])
        except pypdfium2.PdfiumError:
            found = []
        letters += sum(len(line.text) for line in found)
        if letters > MOST_LETTERS:
            raise Unreadable("too_large", f"expected at most {MOST_LETTERS} letters; found more; split the PDF")
        sheets.append(found)
    if letters < 20 * max(1, count // 4):
        raise Unreadable(
            "scanned_pdf",
            "expected a PDF with text; found pictures of pages; run text recognition in Italian on it first",
        )
    return Page(_flow([_columns(sheet) for sheet in _without_running_heads(sheets)]))


def _lines(sheet) -> list[_Line]:
    """The lines of one page, in the order in which the file writes them."""
    text_page = sheet.get_textpage()
    text = text_page.get_text_range() if text_page.count_chars() else ""
    boxes = []
    for index in range(min(text_page.count_chars(), 60_000)):
        char = text_page.get_text_range(index, 1) if len(text) != text_page.count_chars() else text[index]
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
        boxes.append((char, left, bottom, right, top))
    lines: list[_Line] = []
    piece: list[tuple[str, float, float, float, float]] = []
    for box in boxes:
        char, left, bottom, _, top = box
        if char in "\r\n" or (piece and char.strip() and _breaks(piece, left, bottom, top)):
            _close(piece, lines)
            piece = []
        if char not in "\r\n":
            piece.append(box)
    _close(piece, lines)
    return lines


def _breaks(piece: list[tuple[str, float, float, float, float]], left: float, bottom: float, top: float) -> bool:
    """A letter that stands lower, or left of where the piece has come, begins a new one."""
    solid = [box for box in piece if box[0].strip()]
    if not solid:
        return False
    _, _, last_bottom, last_right, last_top = solid[-1]
    height = max(top - bottom, last_top - last_bottom, 4)
    return abs((top + bottom) / 2 - (last_top + last_bottom) / 2) > height * 0.9 or left < last_right - height * 2


def _close(piece: list[tuple[str, float, float, float, float]], lines: list[_Line]) -> None:
    """Turn letters into a line; on the height of the line before and right of it, they go on in that line after a tab."""
    solid = [box for box in piece if box[0].strip()]
    if not solid:
        return
    size = max(4.0, sorted(box[4] - box[2] for box in solid)[len(solid) // 2])
    text, gap, previous = "", None, None
    for char, left, _, right, _ in piece:
        if not char.strip():
            text += " " if text and text[-1] not in " \t" else ""
            continue
        if previous is not None and left - previous > size * 2.2:
            text = text.rstrip() + "\t"
            gap = gap or (len(text), previous, left)
        text += char
        previous = right
    line = _Line(
        text.strip(),
        solid[0][1],
        max(box[3] for box in solid),
        sum((box[2] + box[4]) / 2 for box in solid) / len(solid),
        size,
        gap,
    )
    if lines and abs(lines[-1].y - line.y) < size * 0.5 and line.left > lines[-1].right:
        before = lines[-1]
        wide = line.left - before.right > size * 1.2
        gap = before.gap or ((len(before.text) + 1, before.right, line.left) if wide else None)
        joined = before.text + ("\t" if wide else " ") + line.text
        lines[-1] = _Line(joined, before.left, line.right, before.y, max(size, before.size), gap)
    else:
        lines.append(line)


# Page numbers, and what a browser prints above and below a page: the hour, the title, the address.
_PAGE_NUMBER = re.compile(
    r"(?:pag(?:ina|\.)?\s*)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:/|di|\|)\s*\d{1,4})?"
    r"|\d{1,2}/\d{1,2}/\d{2,4},\s\d{1,2}[:.]\d\d.*|(?:https?|file)://\S+\s+\d+/\d+",
    re.I,
)


def _without_running_heads(sheets: list[list[_Line]]) -> list[list[_Line]]:
    """Leave out page numbers, and what stands at the head or foot of at least half of the pages."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        seen.update({_worn(line.text) for line in _edges(sheet)})
    often = {text for text, n in seen.items() if n >= max(2, len(sheets) / 2)} if len(sheets) > 1 else set()
    kept = []
    for sheet in sheets:
        edges = {id(line) for line in _edges(sheet)}
        kept.append(
            [
                line
                for line in sheet
                if id(line) not in edges or not (_worn(line.text) in often or _PAGE_NUMBER.fullmatch(line.text))
            ]
        )
    return kept


def _edges(sheet: list[_Line]) -> list[_Line]:
    """The two highest and the two lowest lines of a page."""
    by_height = sorted(sheet, key=lambda line: -line.y)
    return [*by_height[:2], *by_height[max(2, len(by_height) - 2) :]]


def _worn(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.lower().split()))


def _columns(sheet: list[_Line]) -> list[_Line]:
    """Lines that run across two columns of text are cut at the gutter, the left column first."""
    out: list[_Line] = []
    run: list[_Line] = []
    for line in [*sheet, None]:
        if line is not None and line.gap and (not run or _same_gutter(run[-1], line)):
            run.append(line)
            continue
        out += _cut(run) if len(run) >= 6 and _is_text(run) else run
        run = []
        if line is not None:
            run, out = ([line], out) if line.gap else ([], [*out, line])
    return out


def _same_gutter(one: _Line, other: _Line) -> bool:
    return max(one.gap[1], other.gap[1]) < min(one.gap[2], other.gap[2]) and abs(one.gap[2] - other.gap[2]) < 6


def _is_text(run: list[_Line]) -> bool:
    """Both sides hold running text, not cells of a table."""
    sides = [(line.text[: line.gap[0]].strip(), line.text[line.gap[0] :].strip()) for line in run]
    return all(sorted(len(side[n]) for side in sides)[len(sides) // 2] > 28 for n in (0, 1))


def _cut(run: list[_Line]) -> list[_Line]:
    left = [_Line(line.text[: line.gap[0]].strip(), line.left, line.gap[1], line.y, line.size) for line in run]
    right = [_Line(line.text[line.gap[0] :].strip(), line.gap[2], line.right, line.y, line.size) for line in run]
    return left + right


_BULLET = re.compile(r"(?:[-•*·o▪–]|\d{1,2}[.)]|[a-z]\))\s")


def _flow(sheets: list[list[_Line]]) -> str:
    """Join what belongs to one paragraph; a wide step down is a blank line."""
    out: list[str] = []
    before: _Line | None = None
    for sheet in sheets:
        margin = _margins(sheet)
        for number, line in enumerate(sheet):
            text = line.text.replace("\x02", "-").replace("\ufffe", "-").replace("\u00ad", "-")
            turned = number == 0
            if before is not None and _goes_on(before, line, margin, turned=turned) and out[-1]:
                out[-1] = _joined(out[-1], text)
            else:
                step = before.y - line.y if before is not None and not turned else 0
                if before is not None and step > 1.9 * max(line.size, before.size) * 1.15:
                    out.append("")
                out.append(text)
            before = line
    return "\n".join(out)


def _margins(sheet: list[_Line]) -> dict[int, float]:
    """The right edge that lines of one left edge reach."""
    found: dict[int, float] = {}
    for line in sheet:
        if line.gap:
            continue
        key = round(line.left / 40)
        found[key] = max(found.get(key, 0.0), line.right)
    return found


def _goes_on(before: _Line, line: _Line, margins: dict[int, float], *, turned: bool) -> bool:
    """The line before is full: the first word of this one would not have found room in it."""
    if "\t" in before.text or "\t" in line.text or _BULLET.match(line.text):
        return False
    if not turned and not 0 < before.y - line.y < 1.9 * max(line.size, before.size) * 1.15:
        return before.y < line.y and before.text[-1:] in "-\x02\ufffe" and line.text[:1].islower()
    if abs(before.size - line.size) > 0.25 * max(before.size, line.size) and line.text[:1].isupper():
        return False
    first = line.text.split()[0]
    letter = (line.right - line.left) / max(1, len(line.text))
    edge = max((margins.get(round(before.left / 40) + step, 0.0) for step in (-1, 0, 1)), default=0.0)
    full = before.right + letter * (len(first) + 1) > edge
    return full and edge - before.left > 150


def _joined(before: str, after: str) -> str:
    """A hyphen at a line end goes, unless it joins two words ("socio-sanitario")."""
    if before.endswith("-") and after[:1].islower() and before[-2:-1].isalpha():
        head = re.search(r"[^\W\d_]+-$", before)
        compound = head and head.group().lower() in ("socio-", "co-", "ex-", "medico-", "vice-", "psico-", "non-")
        return before + after if compound else before[:-1] + after
    return f"{before} {after}"

"""Documents and sheets of office programs: .docx, .odt, .xlsx and .csv.

The two kinds of document become HTML-like lines: tracked insertions stay, tracked deletions and comments go. All of them
but .csv are ZIP archives of XML, so sizes are looked at before anything is unpacked and entities are refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator

from labkit.minutes.page import Page, Unreadable, join

MOST_UNPACKED = 200_000_000
MOST_ROWS = 20_000


def safe_zip(data: bytes, what: str) -> zipfile.ZipFile:
    """Open a ZIP archive whose members, unpacked, stay within bounds.

    Raises
    ------
    Unreadable
        If it is broken, locked with a password, or would unpack to more than 200 MB.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable("broken_file", f"expected {what}; the file is broken ({error}); save it again") from error
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("locked_file", f"expected {what} that opens; found one with a password; save it without")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or len(members) > 10_000:
        raise Unreadable(
            "too_large",
            f"expected {what} of at most {MOST_UNPACKED // 1_000_000} MB when unpacked; found {unpacked // 1_000_000} MB in {len(members)} members",
        )
    return archive


def member_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member of an archive. What it claims about its size is not believed: reading stops at the bound."""
    try:
        with archive.open(name) as file:
            data = file.read(MOST_UNPACKED + 1)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable("broken_file", f"the part '{name}' cannot be unpacked; save the document again") from error
    except Exception as error:  # zlib.error, lzma.LZMAError: each packing has its own
        raise Unreadable("broken_file", f"the part '{name}' cannot be unpacked; save the document again") from error
    if len(data) > MOST_UNPACKED:
        raise Unreadable("too_large", f"the part '{name}' unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
    return data


def parsed(data: bytes):
    """The root of an XML text in which no entity is declared.

    Raises
    ------
    Unreadable
        If it is no XML, or declares entities.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return fromstring(data)
    except DefusedXmlException as error:
        raise Unreadable("unsafe_xml", "expected plain XML; found declared entities, which are not opened") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise Unreadable("broken_file", f"expected XML; it is broken ({error}); save the document again") from error


def docx_html(data: bytes) -> str:
    """A Word document as HTML: headings, lists, tables; pictures left out."""
    import mammoth

    archive = safe_zip(data, "a Word document")
    names = set(archive.namelist())
    if "word/document.xml" not in names:
        raise Unreadable("broken_file", "expected a Word document; found an archive without word/document.xml")
    for name in sorted(names):
        if name.endswith((".xml", ".rels")):
            parsed(member_bytes(archive, name))
    try:
        # Pictures are not opened: an empty element stands for each.
        picture = mammoth.images.img_element(lambda image: {})
        return mammoth.convert_to_html(io.BytesIO(data), convert_image=picture, include_default_style_map=True).value
    except Exception as error:  # mammoth trusts the structure of the file: any error is the file's
        raise Unreadable(
            "broken_file", f"expected a Word document; it is broken ({type(error).__name__}); save it again"
        ) from error


_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ASIDE = {_TEXT + "tracked-changes", _OFFICE + "annotation", _TEXT + "note", _OFFICE + "forms"}


def odt_page(data: bytes) -> Page:
    """An OpenDocument text as a page: a line a paragraph, cells of a table apart by tabs."""
    root = parsed(member_bytes(safe_zip(data, "an OpenDocument text"), "content.xml"))
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise Unreadable("broken_file", "expected an OpenDocument text; found another kind; save it as .odt")
    content, headings = join(list(_blocks(body)))
    return Page(content, headings=headings)


def _blocks(node) -> Iterator[tuple[str, bool]]:
    for child in node:
        if child.tag in _ASIDE:
            continue
        if child.tag in (_TEXT + "p", _TEXT + "h"):
            for line in _inline(child).split("\n"):
                yield line, child.tag == _TEXT + "h"
            yield "", False
        elif child.tag == _TEXT + "list":
            for item in _items(child):
                yield f"- {item}", False
            yield "", False
        elif child.tag == _TABLE + "table-row":
            yield "\t".join(_cell(cell) for cell in child if cell.tag == _TABLE + "table-cell").rstrip(), False
        else:
            yield from _blocks(child)
            if child.tag == _TABLE + "table":
                yield "", False


def _items(node) -> Iterator[str]:
    for child in node:
        if child.tag in (_TEXT + "p", _TEXT + "h"):
            yield _inline(child).replace("\n", " ")
        elif child.tag not in _ASIDE:
            yield from _items(child)


def _cell(node) -> str:
    return "\n".join(line for line, _ in _blocks(node) if line.strip())


def _inline(node) -> str:
    """The text of a paragraph; runs of spaces, tabs and line breaks are elements of their own."""
    parts = [node.text or ""]
    for child in node:
        if child.tag == _TEXT + "s":
            parts.append(" " * min(int(child.get(_TEXT + "c") or 1), 100))
        elif child.tag == _TEXT + "tab":
            parts.append("\t")
        elif child.tag == _TEXT + "line-break":
            parts.append("\n")
        elif child.tag not in _ASIDE:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


def sheet_pages(data: bytes) -> list[Page]:
    """The sheets of a workbook, a page each: a line a row, cells apart by tabs; formulas as their stored values."""
    import openpyxl

    archive = safe_zip(data, "a workbook")
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            parsed(member_bytes(archive, name))
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [(sheet.title, list(_rows(sheet))) for sheet in book.worksheets]
    except Exception as error:  # openpyxl trusts the structure of the file: any error is the file's
        raise Unreadable(
            "broken_file", f"expected a workbook; it is broken ({type(error).__name__}); save it again"
        ) from error
    pages = [Page(_table(rows), part=title if len(sheets) > 1 else "") for title, rows in sheets]
    return [page for page in pages if page.text.strip()]


def _rows(sheet) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number >= MOST_ROWS:
            return
        yield [_shown(value) for value in row[:60]]


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def csv_page(text: str) -> Page:
    """A sheet kept as text, whatever parts its cells: semicolons, commas or tabs."""
    try:
        dialect = csv.Sniffer().sniff(text[:4000], delimiters=";,\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(io.StringIO(text), dialect)]
    except csv.Error as error:
        raise Unreadable(
            "broken_file", f"expected a table of cells; it is broken ({error}); save it as CSV again"
        ) from error
    return Page(_table(rows[:MOST_ROWS]))


def _table(rows: Iterable[list[str]]) -> str:
    return "\n".join("\t".join(row).rstrip() for row in rows)

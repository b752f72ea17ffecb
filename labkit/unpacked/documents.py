"""Documents: PDF page by page with all that is packed inside, Parquet and sheets row by row."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from contextlib import suppress

from labkit.unpacked.plain import decoded, strings
from labkit.unpacked.room import Found, Room


def pdf_texts(where: str, data: bytes, room: Room) -> Found:
    """Each page as PDFium gives it, the whole as lines and columns, metadata, bookmarks, attachments and what is packed inside."""
    import pypdfium2

    from labkit.minutes import pdf
    from labkit.minutes.page import Unreadable

    document = pypdfium2.PdfDocument(data)
    yield f"{where}, metadata", "\n".join(str(value) for value in document.get_metadata_dict().values())
    yield f"{where}, bookmarks", "\n".join(mark.get_title() for mark in document.get_toc())
    for number in range(len(document)):
        yield f"{where}, page {number + 1}", document[number].get_textpage().get_text_range()
    for number in range(document.count_attachments()):
        one = document.get_attachment(number)
        yield f"{where}/{one.get_name()} (name)", one.get_name()
        yield from room.inside(f"{where}/{one.get_name()}", room.take(bytes(one.get_data())))
    with suppress(Unreadable):  # no text layer, or a very long one: its pages were read above
        yield f"{where}, as lines", pdf.page(data).text
    yield f"{where}, parts", "\n".join(_pdf_parts(data, room))


_STREAM = re.compile(rb"<<((?:(?!endobj|stream)[\s\S]){0,2000}?)>>\s*stream\r?\n")
_HEX = re.compile(r"<(?:FEFF|feff)((?:[0-9A-Fa-f]{4}|\s)*)>")
_LITERAL = re.compile(r"\((þÿ(?:[^()\\]|\\.)*)\)", re.S)


def _pdf_parts(data: bytes, room: Room) -> Iterator[str]:
    """Strings of the objects of a PDF (annotations, fields, other metadata) and of the packed ones that hold such objects."""
    parts, end = [], 0
    for stream in _STREAM.finditer(data):
        parts.append(data[end : stream.start()] + stream[1])
        end = max(data.find(b"endstream", stream.end()), stream.end())
        if re.search(rb"/(?:ObjStm|Metadata|XML)\b", stream[1]):
            packed = data[stream.end() : end]
            parts.append(room.inflated(packed) if b"FlateDecode" in stream[1] else packed)
    parts.append(data[end:])
    for part in parts:
        found = part.decode("latin-1")
        yield strings(part)
        yield from (bytes.fromhex(re.sub(r"\s", "", m[1])).decode("utf-16-be", "replace") for m in _HEX.finditer(found))
        yield from (m[1].encode("latin-1").decode("utf-16", "replace") for m in _LITERAL.finditer(found))


def parquet_texts(where: str, data: bytes, room: Room) -> Found:
    """The texts of a table, a row a line, after the names of its columns; and all that its footer says."""
    from pyarrow import parquet

    file = parquet.ParquetFile(io.BytesIO(data))
    schema, footer = file.schema_arrow, file.metadata.metadata or {}
    yield f"{where}, metadata", "\n".join([file.metadata.created_by or "", str(schema)])
    for key, value in footer.items():
        yield f"{where}, metadata {decoded(key)}", decoded(key)
        packed = base64.b64decode(value) if key == b"ARROW:schema" else value
        yield from room.inside(f"{where}, metadata {decoded(key)}", room.take(packed))
    lines = [", ".join(schema.names)]
    for batch in file.iter_batches(columns=[field.name for field in schema if not _is_figure(field.type)]):
        columns = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
        rows = [", ".join(row) for row in zip(*columns)]
        room.spend(sum(map(len, rows)))
        lines += rows
    yield where, "\n".join(lines)


def _is_figure(kind) -> bool:
    """Whether a type of column holds numbers, days or truths alone, and so no words."""
    from pyarrow import types

    figures = (types.is_primitive, types.is_decimal, types.is_null)  # primitive: numbers, truths, days, hours
    return any(test(kind) for test in figures)


def _cell(value: object) -> str:
    """A cell in one line: a text as it is, bytes as the words in them, a list or a record with all it holds."""
    if isinstance(value, bytes):
        value = decoded(value) if b"\0" not in value else strings(value)
    elif isinstance(value, dict):
        value = ", ".join(f"{key} {_cell(inner)}" for key, inner in value.items())
    elif isinstance(value, list | tuple):
        value = ", ".join(_cell(inner) for inner in value)
    return "" if value is None else " ".join(str(value).splitlines())


def rows_of_sheets(where: str, data: bytes) -> Found:
    """The rows of a workbook, for a name and a surname may stand in two cells."""
    import openpyxl

    try:
        sheets = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets
        rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in sheets}
    except Exception:  # openpyxl fails in many ways; all parts of the book were read as XML
        return
    for title, found in rows.items():
        yield f"{where}, sheet {title}", "\n".join(", ".join(str(c) for c in row if c is not None) for row in found)

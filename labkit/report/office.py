"""The report as a Word document, made to be edited: styles, captions that number themselves, tables with repeated heads."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from labkit.report.blocks import Block, Contents, Figure, Table
from labkit.report.styles import BODY_MM, CELL, FIGURE, HEAD, NOTE, TABLE, field, prepared

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

WIDE_MM, TALL_MM = 160, 175  # how wide a figure is, and how high at most, so that pages fill well
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a zip file knows


def docx(contents: Contents) -> bytes:
    """Return the document; the same contents give the same bytes."""
    document = prepared(contents.title)
    document.add_paragraph(contents.title, style="Title")
    if contents.about:
        document.add_paragraph(contents.about, style="Subtitle")
    for section in contents.sections:
        document.add_paragraph(section.heading, style="Heading 1")
        before = ""
        for block in section.blocks:
            _add(document, block, below_table=before == "table")
            before = block.kind
    out = io.BytesIO()
    document.save(out)
    return _timeless(out.getvalue())


def _add(document: Document, block: Block, *, below_table: bool) -> None:
    from docx.shared import Pt

    if block.kind == "figure":
        _figure(document, block)
    elif block.kind == "table":
        _table(document, block)
    elif block.kind == "counts":
        # One line of words, which is easier to edit than tiles.
        document.add_paragraph(" · ".join(f"{value} {label}" for label, value in block.items), style=NOTE)
    else:
        style = {"heading": "Heading 2", "note": NOTE, "cannot": NOTE}.get(block.kind, "Normal")
        paragraph = document.add_paragraph(block.text, style=style)
        if below_table and style == "Normal":
            paragraph.paragraph_format.space_before = Pt(10)


def _figure(document: Document, figure: Figure) -> None:
    from docx.shared import Mm

    paragraph = document.add_paragraph(style=FIGURE)
    picture = paragraph.add_run().add_picture(io.BytesIO(figure.png), width=Mm(WIDE_MM))
    if picture.height > Mm(TALL_MM):
        picture.width, picture.height = int(picture.width * Mm(TALL_MM) / picture.height), Mm(TALL_MM)
    about = picture._inline.docPr
    about.set("name", f"Figura {figure.number}")
    about.set("descr", figure.alt)
    caption = _caption(document, "Figura", figure.number, figure.caption)
    caption.paragraph_format.keep_with_next = True  # to the sentence that says what it shows
    document.add_paragraph(figure.says)


def _table(document: Document, block: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    _caption(document, "Tabella", block.number, block.caption).paragraph_format.keep_with_next = True
    table = document.add_table(rows=1 + len(block.rows), cols=len(block.columns), style=TABLE)
    table.autofit = False
    whole = sum(column.width for column in block.columns)
    widths = [Mm(BODY_MM * column.width / whole) for column in block.columns]
    for place, width in enumerate(widths):
        table.columns[place].width = width
    about = OxmlElement("w:tblCaption")
    about.set(qn("w:val"), f"{block.caption}.")
    table._tbl.tblPr.append(about)
    head = tuple((column.head,) for column in block.columns)
    for number, (cells, row) in enumerate(zip((head, *block.rows), table.rows)):
        _whole_row(row, repeated=number == 0)
        for lines, column, width, cell in zip(cells, block.columns, widths, row.cells):
            cell.width = width
            _lines(cell, lines, right=column.figures, head=number == 0)
        if block.short and number < len(block.rows):
            for paragraph in (p for cell in row.cells for p in cell.paragraphs):
                paragraph.paragraph_format.keep_with_next = True


def _whole_row(row: Any, *, repeated: bool) -> None:
    """A row that no page break splits; the head stands on every page that the table reaches."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeated:
        properties.append(OxmlElement("w:tblHeader"))


def _lines(cell: Any, lines: tuple[str, ...], *, right: bool, head: bool) -> None:
    """Write a cell, a paragraph a line; its first paragraph is there already."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in lines[1:])]
    for line, paragraph in zip(lines, paragraphs):
        paragraph.style = HEAD if head else CELL
        paragraph.add_run(line)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _caption(document: Document, label: str, number: int, text: str) -> Paragraph:
    """A caption whose number is a field: it moves up when a figure or a table is taken out."""
    paragraph = document.add_paragraph(style="Caption")
    paragraph.add_run(f"{label} ").bold = True
    field(paragraph, f" SEQ {label} \\* ARABIC ", str(number)).bold = True
    paragraph.add_run(f". {text}.")
    return paragraph


def _timeless(data: bytes) -> bytes:
    """The same archive with the same time on every member, whoever writes it and when."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            fixed.writestr(member, made.read(name))
    return out.getvalue()

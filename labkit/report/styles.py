"""Styles of the Word document: A4, Italian, few styles with plain names, nothing that says who wrote it and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

BODY_MM = 170  # of 210 mm, between margins of 20
FIGURE, NOTE, CELL, HEAD, TABLE = "Figura", "Nota", "Testo tabella", "Testa tabella", "Tabella"
SERIF, SANS = "Georgia", "Arial"
INK, QUIET, ACCENT = "222222", "4F5660", "004488"
LINE = "D5D8DC"


def prepared(title: str) -> Document:
    """Return an empty document with its page, its language and its styles."""
    import docx

    document = docx.Document()
    _emptied(document)
    _page(document)
    _language(document)
    _text_styles(document)
    _table_style(document)
    _footer(document, title)
    document.core_properties.title = title
    document.core_properties.language = "it-IT"
    return document


def _emptied(document: Document) -> None:
    """Take out what the empty document of the library brings along: author, days, a thumbnail, styles nobody uses."""
    properties = document.core_properties._element
    for child in list(properties):
        properties.remove(child)
    package = document.part.package
    for rels, unwanted in (
        (package.rels, ("thumbnail", "extended-properties")),
        (document.part.rels, ("customXml", "stylesWithEffects")),
    ):
        for key in [key for key, rel in rels.items() if rel.reltype.rpartition("/")[2] in unwanted]:
            del rels[key]
    kept = ("Normal Table", "Table Grid")
    for style in [s for s in document.styles if s.type == 3 and s.name not in kept]:
        style.delete()


def _page(document: Document) -> None:
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm((210 - BODY_MM) / 2)
    section.top_margin, section.bottom_margin = Mm(20), Mm(22)
    section.header_distance = section.footer_distance = Mm(11)


def _language(document: Document) -> None:
    """Italian wherever the document says a language."""
    from docx.oxml.ns import qn

    for part in (document.styles.element, document.settings.element):
        for name in ("w:lang", "w:themeFontLang"):
            for element in part.iter(qn(name)):
                element.attrib.clear()
                element.set(qn("w:val"), "it-IT")
    for name, sign in (("w:decimalSymbol", ","), ("w:listSeparator", ";")):
        document.settings.element.find(qn(name)).set(qn("w:val"), sign)


def _text_styles(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for name in (FIGURE, NOTE, CELL, HEAD):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = document.styles["Normal"], True
    # Name, font, points, colour, bold, space before and after.
    for name, font, size, colour, bold, before, later in (
        ("Normal", SERIF, 10.5, INK, False, 3, 5),
        ("Title", SANS, 22, INK, True, 0, 4),
        ("Subtitle", SERIF, 11, QUIET, False, 0, 12),
        ("Heading 1", SANS, 15, ACCENT, True, 24, 6),
        ("Heading 2", SANS, 12, INK, True, 16, 4),
        ("Caption", SANS, 9, QUIET, False, 10, 4),
        (FIGURE, SERIF, 10.5, INK, False, 10, 0),
        (NOTE, SANS, 9.5, INK, False, 8, 8),
        (CELL, SANS, 9, INK, False, 1, 1),
        (HEAD, SANS, 8.5, INK, True, 1, 1),
        ("Footer", SANS, 8.5, QUIET, False, 0, 0),
    ):
        style = document.styles[name]
        style.hidden = False
        _font(style, font, size, colour, bold)
        _spaced(style.paragraph_format, before, later, line=1.15 if name in ("Normal", NOTE) else 1.0)
    for name in ("Heading 1", "Heading 2", FIGURE, HEAD):
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _bordered(document.styles["Title"], {})
    _bordered(document.styles[NOTE], {"left": ("24", "8A8F98", "8")}, fill="F4F5F7")
    document.styles[NOTE].paragraph_format.keep_together = True


def _font(style: Any, font: str, size: float, colour: str, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.rPr.rFonts
    fonts.attrib.clear()  # a font of the theme would win over the one named here
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), font)
    for name in ("w:spacing", "w:kern"):
        for element in style.element.rPr.findall(qn(name)):
            style.element.rPr.remove(element)


def _spaced(form: Any, before: float, later: float, *, line: float) -> None:
    from docx.shared import Pt

    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(later), line
    form.widow_control = True


def _bordered(style: Any, edges: dict[str, tuple[str, str, str]], *, fill: str = "") -> None:
    """Lines beside the paragraphs of a style (size in eighths of a point, colour, distance) and a ground behind them."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    # The schema asks for an order: lines and ground come before the spacing.
    spacing = properties.find(qn("w:spacing"))
    if edges:
        borders = OxmlElement("w:pBdr")
        for edge, (size, colour, distance) in edges.items():
            borders.append(_edge(edge, size, colour, distance))
        spacing.addprevious(borders)
    if fill:
        ground = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
            ground.set(qn(f"w:{key}"), value)
        spacing.addprevious(ground)


def _edge(name: str, size: str, colour: str, distance: str = "0") -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{name}")
    for key, value in (("val", "single"), ("sz", size), ("space", distance), ("color", colour)):
        element.set(qn(f"w:{key}"), value)
    return element


def _table_style(document: Document) -> None:
    """A table style of thin lines with a strong one under the head."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    style = document.styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    style.base_style = document.styles["Normal Table"]
    for xml in (
        f"""<w:tblPr {nsdecls("w")}><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>
            <w:top w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>
            <w:bottom w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>
            <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/></w:tblBorders>
            <w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>
            <w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>""",
        f"""<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:tcBorders>
            <w:bottom w:val="single" w:sz="12" w:space="0" w:color="{INK}"/></w:tcBorders>
            <w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>""",
    ):
        style.element.append(parse_xml(xml))


def _footer(document: Document, title: str) -> None:
    """The title and the number of the page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = "Footer"
    paragraph.add_run(f"{title} · pagina ")
    field(paragraph, " PAGE ", "1")
    paragraph.add_run(" di ")
    field(paragraph, " NUMPAGES ", "1")


def field(paragraph: Paragraph, instruction: str, shown: str) -> Run:
    """Add a field of Word with what it shows until it is brought up to date; return its text."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.text.run import Run

    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    element.append(run)
    paragraph._p.append(element)
    text = Run(run, paragraph)
    text.text = shown
    return text

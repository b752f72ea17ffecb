"""Builds the same post as the kinds of file that people have, from nothing but the standard library and openpyxl."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from html import escape

TITLE = "Verbale Tavolo Anziani del 4 marzo 2016"
DAY = "pubblicato il 9 marzo 2016"
PARTS: list[str | list[str]] = [
    "Presenti:",
    ["Anna Brandi - Comune di Soresina", "Luca Ferri (Cooperativa sociale Ginestra)", "Marta Oliveri - Caritas"],
    "La coordinatrice Anna Brandi riferisce che la Fondazione Cariplo ha deliberato un contributo pari a 12.000 euro "
    "per il lavoro di comunità con gli anziani soli. Si decide di riaprire lo sportello entro il 30 aprile 2016 e di "
    "chiedere alla Provincia di Cremona di esserci, perché la co-progettazione riguarda tutti i servizi.",
    "Il prossimo incontro si terrà il 15 aprile 2016.",
]

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
)


def txt() -> bytes:
    parts = [part if isinstance(part, str) else "\n".join(f"- {line}" for line in part) for part in PARTS]
    return "\n\n".join([f"{TITLE}\n{DAY}", *parts]).encode()


def html_body() -> str:
    return "".join(
        f"<p>{escape(part)}</p>"
        if isinstance(part, str)
        else "<ul>" + "".join(f"<li>{escape(x)}</li>" for x in part) + "</ul>"
        for part in PARTS
    )


def html() -> bytes:
    return f"<html><body><h1>{TITLE}</h1><p>{DAY}</p>{html_body()}</body></html>".encode()


def zipped(**members: str | bytes) -> bytes:
    return zipped_as({name.replace("__", "/"): content for name, content in members.items()})


def zipped_as(members: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def docx(body: str | None = None) -> bytes:
    """A Word document; the list is a table of one cell a row, the last paragraph a tracked insertion beside a deletion."""
    if body is None:
        body = "".join(paragraph(text) for text in (TITLE, DAY))
        for part in PARTS[:-1]:
            body += paragraph(part) if isinstance(part, str) else table([[line] for line in part])
        gone = '<w:del w:id="2" w:author="a"><w:r><w:delText>tolto</w:delText></w:r></w:del>'
        body += f'<w:p><w:ins w:id="1" w:author="a">{run(PARTS[-1])}</w:ins>{gone}</w:p>'
    document = f'<?xml version="1.0"?><w:document {_WORD}><w:body>{body}</w:body></w:document>'
    return zipped_as({"[Content_Types].xml": _TYPES, "_rels/.rels": _LINKS, "word/document.xml": document})


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(text: str) -> str:
    return f"<w:p>{run(text)}</w:p>"


def table(rows: list[list[str]]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def odt(body: str | None = None) -> bytes:
    if body is None:
        body = "".join(f"<text:p>{escape(text)}</text:p>" for text in (TITLE, DAY))
        for part in PARTS:
            if isinstance(part, str):
                body += f"<text:p>{escape(part)}</text:p>"
            else:
                items = "".join(f"<text:list-item><text:p>{escape(x)}</text:p></text:list-item>" for x in part)
                body += f"<text:list>{items}</text:list>"
        body = (
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>tolto</text:p></text:deletion>"
            f"</text:changed-region></text:tracked-changes>{body}"
        )
    content = f"<office:document-content {_ODF}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return zipped_as({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def blogger() -> bytes:
    kind = '<category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#{}"/>'
    post = f"<published>2016-03-09T10:00:00+01:00</published><title>{TITLE}</title><content type='html'>{escape(html_body())}</content>"
    draft = "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft></app:control><title>Bozza</title>"
    entries = [("post", post), ("post", draft), ("comment", "<title>Nota</title><content>no</content>")]
    body = "".join(f"<entry>{kind.format(name)}{content}</entry>" for name, content in entries)
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{body}</feed>'.encode()


def wordpress() -> bytes:
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"'
    item = (
        f"<item><title>{TITLE}</title><content:encoded><![CDATA[{html_body()}]]></content:encoded>"
        "<wp:post_date>2016-03-09 10:00:00</wp:post_date><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item>"
    )
    aside = "<item><title>foto</title><wp:post_type>attachment</wp:post_type><wp:status>inherit</wp:status></item>"
    return f'<?xml version="1.0"?><rss version="2.0" {names}><channel>{item}{aside}</channel></rss>'.encode()


def eml() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = TITLE, "a@example.org", "b@example.org"
    message["Date"] = "Wed, 09 Mar 2016 10:00:00 +0100"
    message.set_content(txt().decode().split("\n\n", 1)[1])
    return bytes(message)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most a width, long words parted by a hyphen as a typesetter would."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            room = width - len(line) - 2
            if len(word) > 9 and room > 4 and word.isalpha():
                line, word = f"{line} {word[:room]}-", word[room:]
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]


def pdf(pages: list[list[tuple[float, float, str]]]) -> bytes:
    """A PDF with these texts at these places (points from the left and bottom), in Courier of 10 points."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
    kids = []
    for texts in pages:
        stream = "".join(
            f"BT /F1 10 Tf {x} {y} Td ({t.replace(chr(92), '').replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET\n"
            for x, y, t in texts
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}endstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()


def pdf_of_the_post() -> bytes:
    """The post on two pages with a running head, page numbers and words parted at line ends."""
    lines: list[str] = [TITLE, "", DAY, ""]
    for part in PARTS:
        lines += [f"- {x}" for x in part] if isinstance(part, list) else wrapped(part, 78)
        lines.append("")
    half = lines.index("Presenti:") + 5
    pages = []
    for number, chunk in enumerate((lines[:half], lines[half:]), start=1):
        texts = [(60.0, 800.0, "Ufficio di Piano - verbali"), (290.0, 30.0, f"Pag. {number} di 2")]
        texts += [(60.0, 770.0 - 13 * n, text) for n, text in enumerate(chunk) if text]
        pages.append(texts)
    return pdf(pages)


def xlsx(rows: list[list[object]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()

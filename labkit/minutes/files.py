"""Files into pages: which files are read, in which encoding, and by the reader of which kind.

The stored text keeps the author's characters (only line ends and Unicode composition are made one, and letters that a
wrong encoding broke are repaired); :func:`labkit.language.vocabulary.plain` gives the copy of the same length that rules
are matched on, so that no offset ever needs translating.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from labkit.minutes import bundles, feeds, markup, office, pdf
from labkit.minutes.page import Page, Unreadable

TEXT = (".txt", ".md", ".markdown", ".html", ".htm", ".xml", ".atom", ".csv", ".tsv")
KNOWN = (*TEXT, ".docx", ".docm", ".odt", ".pdf", ".eml", ".xlsx", ".xlsm", ".zip")
OTHER = (".doc", ".rtf", ".msg", ".xls", ".ods", ".pages", ".wps", ".rar", ".7z")
KINDS = ".txt, .md, .html, .docx, .odt, .pdf, .eml, .csv, .xlsx, blog exports (.xml) and .zip"
MOST_BYTES = 64_000_000


def find(folder: Path) -> list[Path]:
    """Return the files below a folder that labkit reads, in the order of their names."""
    made = {record.parent for record in folder.rglob("run.json")} - {folder}
    inside = (
        p
        for p in folder.rglob("*")
        if p.is_file()
        and p.suffix.lower() in KNOWN
        and not made.intersection(p.parents)  # our own results are no minutes
    )
    return sorted(
        (p for p in inside if not _hidden(p.relative_to(folder))), key=lambda p: p.relative_to(folder).as_posix()
    )


def shown(path: Path, folder: Path) -> str:
    """The name of a file as shown; letters that its encoding hides become question marks."""
    return path.relative_to(folder).as_posix().encode("utf-8", "replace").decode("utf-8")


def left_out(folder: Path) -> list[Path]:
    """Return the documents below a folder that are of a kind labkit does not read."""
    inside = (p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in OTHER)
    return sorted(p for p in inside if not _hidden(p.relative_to(folder)))


def _hidden(path: Path) -> bool:
    aside = {"codebooks", "feedback", "codings", "outputs", "tables"}
    return any(part.startswith(".") for part in path.parts) or path.parts[0] in aside or path.name == "README.md"


def load(path: Path) -> list[Page]:
    """Read one file into pages.

    Raises
    ------
    Unreadable
        If the file is missing, empty, not text, too large, or of a kind that labkit does not read.
    """
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        raise Unreadable(
            "unknown_kind", f"expected one of {KINDS}; found '{suffix or path.name}'; save it as .docx, PDF or text"
        )
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Unreadable(
                "too_large",
                f"expected at most {MOST_BYTES // 1_000_000} MB; found {size // 1_000_000} MB; split the file",
            )
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(
            "no_file", f"the file cannot be opened ({error.strerror}); check its name and rights"
        ) from error
    return from_bytes(path.name, data)


def from_bytes(name: str, data: bytes) -> list[Page]:
    """Return the pages of a file, or of a part of one, by the ending of its name."""
    suffix = Path(name).suffix.lower()
    if not data.strip():
        raise Unreadable("empty_file", "expected text; the file is empty; remove it or save it again")
    if suffix == ".pdf":
        return [pdf.page(data)]
    if suffix in (".docx", ".docm"):
        text, headings = markup.html_lines(office.docx_html(data))
        return [_filled(Page(text, headings=headings))]
    if suffix == ".odt":
        return [_filled(office.odt_page(data))]
    if suffix in (".xlsx", ".xlsm"):
        return [_sheet(page, name) for page in office.sheet_pages(data)]
    if suffix == ".zip":
        return bundles.zip_pages(data, from_bytes, KNOWN)
    if suffix == ".eml":
        return bundles.mail_pages(data, from_bytes, markup.html_lines, KNOWN)
    if suffix in (".xml", ".atom"):
        return feeds.pages(data, markup.html_lines)
    return _from_text(name, suffix, decode(data))


def _from_text(name: str, suffix: str, text: str) -> list[Page]:
    if not text.strip():
        raise Unreadable("empty_file", "expected text; the file is empty; remove it or save it again")
    if suffix in (".html", ".htm"):
        return markup.html_pages(text)
    if suffix in (".md", ".markdown"):
        return [markup.markdown_page(text)]
    if suffix in (".csv", ".tsv"):
        return [_sheet(office.csv_page(text), name)]
    return [Page(text)]


def _filled(page: Page) -> Page:
    if not page.text.strip():
        raise Unreadable("empty_file", "expected text; the document holds none; remove it or save it again")
    return page


_COLUMN = re.compile(
    r"(?:cognome|nome|nominativ\w*|partecipant\w*|component\w*|ente|organizzazion\w*|associazion\w*|comune|ruolo|qualifica|presen\w+|assen\w+|firma)\b",
    re.I,
)


def _sheet(page: Page, name: str) -> Page:
    """A sheet that lists who was there, under its own first line or, where that is the row of columns, the file's name."""
    lines = [line for line in page.text.split("\n") if line.strip()][:15]
    columns = next(
        (n for n, line in enumerate(lines) if sum(bool(_COLUMN.match(c)) for c in line.split("\t")) > 1), None
    )
    if columns is None:
        raise Unreadable(
            "no_columns",
            "expected a sheet with a row of columns such as 'Nominativo', 'Ente', 'Presente'; found none; add one",
        )
    if columns == 0:
        page.title = " ".join(Path(name).stem.replace("_", " ").split())
    return page


def decode(data: bytes) -> str:
    r"""Return the text of a file in UTF-8, UTF-16 or a Western 8-bit encoding, with ``\n`` line ends.

    >>> decode("L’équipe è qui".encode("cp1252"))
    'L’équipe è qui'
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    elif _looks_utf16(data):
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    elif b"\0" in data[:4096] or data.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8")):
        raise Unreadable(
            "binary_file", "expected text; found binary data; export the document as text, HTML or Markdown"
        )
    else:
        text = _eight_bit(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _repaired(unicodedata.normalize("NFC", text))


def _repaired(text: str) -> str:
    """Undo letters that were read in the wrong encoding and saved so ("comunitÃ\xa0"); a text without them is left as it is."""
    if not any(sign in text for sign in ("Ã", "Â", "â€")) or not _BROKEN.search(text):
        return text
    from ftfy import TextFixerConfig, fix_encoding

    keep = TextFixerConfig(restore_byte_a0=True, replace_lossy_sequences=False)
    return unicodedata.normalize("NFC", "\n".join(fix_encoding(line, keep) for line in text.split("\n")))


_BROKEN = re.compile(r"[ÃÂ][\x80-\x9f\xa1-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|(?<=[a-z])[ÃÂ][ \xa0]|â€")


def _looks_utf16(data: bytes) -> bool:
    head = data[:400]
    return len(head) > 8 and (head[1::2].count(0) > len(head) * 0.4 or head[0::2].count(0) > len(head) * 0.4)


def _eight_bit(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # A few broken bytes in a text that is otherwise UTF-8 must not turn every accent into two signs.
        text = data.decode("utf-8-sig", errors="replace")
        accented = sum(ord(c) > 127 for c in text)
        if text.count("\ufffd") * 5 <= accented - text.count("\ufffd"):
            return text
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["cp1252", "mac_roman", "cp850"]).best()
    text = str(best) if best else data.decode("cp1252", errors="replace")
    strange = sum(unicodedata.category(c) == "Cc" and c not in "\n\r\t\f" for c in text)
    if strange > len(text) * 0.02:
        raise Unreadable(
            "binary_file", "expected text; found binary data; export the document as text, HTML or Markdown"
        )
    return text

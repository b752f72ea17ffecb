"""Files into plain lines: encodings, page dumps, HTML and Markdown.

What comes out is a list of :class:`Page`, the text of one post or of a whole dump, in lines. The stored text keeps
the author's characters (only line ends and Unicode composition are made one); :func:`labkit.language.vocabulary.plain`
gives the copy of the same length that rules are matched on, so that no offset ever needs translating.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import yaml

KNOWN = (".txt", ".md", ".markdown", ".html", ".htm")


@dataclass
class Page:
    """The text of one file, or of one post where the file itself says so."""

    text: str
    title: str | None = None
    published: str | None = None
    headings: set[int] = field(default_factory=set)
    whole_post: bool = False


class Unreadable(Exception):
    """A file that gives no text: code and message of a row in ``problems``."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


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


OTHER = (".docx", ".doc", ".odt", ".rtf", ".pdf", ".eml", ".msg", ".xlsx", ".xls", ".csv", ".zip", ".pages")


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
        If the file is missing, empty, not text, or of a kind that labkit does not read.
    """
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        raise Unreadable(
            "unknown_kind", f"expected one of {', '.join(KNOWN)}; found '{suffix or path.name}'; save it as text"
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(
            "no_file", f"the file cannot be opened ({error.strerror}); check its name and rights"
        ) from error
    text = decode(data)
    if not text.strip():
        raise Unreadable("empty_file", "expected text; the file is empty; remove it or save it again")
    if suffix in (".html", ".htm"):
        return _html(text)
    if suffix in (".md", ".markdown"):
        return [_markdown(text)]
    return [Page(text)]


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
    return unicodedata.normalize("NFC", text)


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


_BLOCKS = [
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "table",
    "section",
    "article",
    "header",
    "dt",
    "dd",
    "dl",
    "figcaption",
    "hr",
]
_POST = ["post", "hentry", "blog-post", "entry", "post-outer"]
_ASIDE = ["script", "style", "nav", "aside", "footer", "noscript", "form", "iframe", "svg", "template", "button"]


def _html(text: str) -> list[Page]:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "lxml")
    for tag in soup(_ASIDE):
        tag.decompose()
    for tag in soup.select(".sidebar, .post-footer, .comments, #comments, .blog-pager, .footer, .menu"):
        tag.decompose()
    titles = soup.select(".post-title, .entry-title") or _first_headings(soup)
    if not titles:
        body = soup.body or soup
        title = soup.title.get_text(" ", strip=True) if soup.title else None
        content, headings = _lines(body)
        return [Page(content, title=title, headings=headings, published=_published(soup), whole_post=bool(title))]
    return [page for page in (_post(title, soup) for title in titles) if page]


def _first_headings(soup) -> list:
    """The first heading of each article: one post an article, whatever headings its text holds."""
    outer = [a for a in soup.find_all("article") if not a.find_parent("article")]
    return [heading for article in outer if (heading := article.find(["h1", "h2", "h3"]))]


def _post(title, soup) -> Page | None:
    """The page of one post: its title, the date above it, and the body that follows."""
    frame = title.find_parent("article") or title.find_parent(class_=re.compile(r"\b(hentry|post-outer|post)\b"))
    inside = re.compile(r"\b(post-body|entry-content|post-content)\b")
    body = frame.find(class_=inside) if frame else title.find_next(class_=inside)
    if body is None:
        body = title.find_parent("article") or title.parent
        title_text = title.extract().get_text(" ", strip=True)
    else:
        title_text = title.get_text(" ", strip=True)
    above = (frame.find("time") if frame else None) or title.find_previous(class_="date-header")
    above = above or (None if frame else title.find_next("time"))
    content, headings = _lines(body)
    if not title_text and not content.strip():
        return None
    published = (above.get("datetime") or above.get_text(" ", strip=True)) if above else _published(soup)
    return Page(content, title=title_text, published=published, headings=headings, whole_post=True)


def _published(soup) -> str | None:
    tag = soup.find(class_="date-header") or soup.find("time") or soup.find("meta", property="article:published_time")
    return (tag.get("datetime") or tag.get("content") or tag.get_text(" ", strip=True)) if tag else None


def _lines(root) -> tuple[str, set[int]]:
    """The text of an HTML element: a line a block, table cells apart by tabs; and where its headings start."""
    from bs4 import NavigableString

    lines: list[tuple[str, bool]] = [("", False)]

    def walk(node, pre: bool, heading: bool) -> None:
        for child in node.children:
            if isinstance(child, NavigableString):
                if type(child) is NavigableString:
                    add(str(child), pre, heading)
                continue
            block = child.name in _BLOCKS
            titled = heading or (child.name[0] == "h" and child.name[1:].isdigit())
            if block and not lines[-1][0].endswith("\t"):
                lines.append(("", titled))
            if child.name == "li":
                lines[-1] = ("- ", titled)
            walk(child, pre or child.name == "pre", titled)
            if child.name in ("td", "th"):
                lines[-1] = (lines[-1][0].rstrip() + "\t", heading)
            elif block:
                lines.append(("", False))
                if child.name in ("p", "table", "ul", "ol") or titled:
                    lines.append(("", False))

    def add(text: str, pre: bool, heading: bool) -> None:
        parts = text.split("\n") if pre else [re.sub(r"[ \t\r\n]+", " ", text)]
        for number, part in enumerate(parts):
            if number:
                lines.append(("", heading))
            before, titled = lines[-1]
            lines[-1] = (before + (part.lstrip(" ") if not before and not pre else part), titled or heading)

    walk(root, False, False)
    return _join(lines)


def _join(lines: list[tuple[str, bool]]) -> tuple[str, set[int]]:
    out: list[str] = []
    headings: set[int] = set()
    length = 0
    for text, heading in lines:
        text = text.rstrip() if text.strip() not in ("", "-") else ""
        if not text and (not out or (len(out) > 1 and not out[-1] and not out[-2])):
            continue
        if heading and text:
            headings.add(length)
        out.append(text)
        length += len(text) + 1
    return "\n".join(out), headings


_FRONT = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.S)
_RULE_ROW = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


def _markdown(text: str) -> Page:
    front: dict = {}
    found = _FRONT.match(text)
    if found:
        try:
            front = yaml.safe_load(found.group(1)) or {}
        except (yaml.YAMLError, ValueError):  # ValueError: a date that does not exist
            front = {}
        text = text[found.end() :]
    if not isinstance(front, dict):
        front = {}
    lines: list[tuple[str, bool]] = []
    for line in text.split("\n"):
        if line.strip().startswith("```") or (_RULE_ROW.match(line) and "-" in line and "|" in line):
            continue
        heading = re.match(r"^ {0,3}#{1,6}\s+(.*?)\s*#*$", line)
        if heading:
            lines.append((_unmarked(heading.group(1)), True))
        elif line.strip().startswith("|"):
            lines.append(("\t".join(_unmarked(cell.strip()) for cell in line.strip().strip("|").split("|")), False))
        else:
            bold = re.fullmatch(r"\s*(\*\*|__)(.+?)\1\s*:?\s*", line)
            lines.append((_unmarked(line), bool(bold)))
    content, headings = _join(lines)
    title, published = front.get("title"), front.get("published") or front.get("date")
    return Page(
        content,
        title=str(title) if title else None,
        published=str(published) if published else None,
        headings=headings,
        whole_post=True,
    )


def _unmarked(line: str) -> str:
    line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
    line = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", line)
    line = re.sub(r"(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])", r"\1", line)
    return re.sub(r"^(\s*)[*+] ", r"\1- ", line).replace("\\", "").removeprefix("> ")

"""Marked-up text into lines: saved web pages and Markdown."""

from __future__ import annotations

import re

import yaml

from labkit.minutes.page import Page, join, squeezed

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
_ASIDE = ["script", "style", "nav", "aside", "footer", "noscript", "form", "iframe", "svg", "template", "button"]


def html_pages(text: str) -> list[Page]:
    """Return the posts of a saved web page, or the whole page as one."""
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


def html_lines(text: str) -> tuple[str, set[int]]:
    """Return the lines of a piece of HTML and the places of its headings."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(text, "lxml")
    for tag in soup(_ASIDE):
        tag.decompose()
    return _lines(soup)


def _lines(root) -> tuple[str, set[int]]:
    """The text of an HTML element: a line a block, table cells apart by tabs; and where its headings start."""
    lines: list[tuple[str, bool]] = [("", False)]
    try:
        _walk(root, lines, pre=False, heading=False)
    except RecursionError:
        # Tags nested hundreds deep are no layout any more: the text alone is kept.
        lines = [(squeezed(text), False) for text in root.get_text("\n").split("\n")]
    return join(lines)


def _walk(node, lines: list[tuple[str, bool]], *, pre: bool, heading: bool) -> None:
    from bs4 import NavigableString

    for child in node.children:
        if isinstance(child, NavigableString):
            if type(child) is NavigableString:
                _add(lines, str(child), pre, heading)
            continue
        if child.name in ("td", "th"):
            cell, _ = _lines(child)
            filled = "\n".join(line for line in cell.split("\n") if line.strip())
            lines[-1] = (lines[-1][0] + filled + "\t", heading)
            continue
        block = child.name in _BLOCKS
        titled = heading or (child.name[0] == "h" and child.name[1:].isdigit())
        if block:
            lines.append(("", titled))
        if child.name == "li":
            lines[-1] = ("- ", titled)
        _walk(child, lines, pre=pre or child.name == "pre", heading=titled)
        if block:
            lines.append(("", False))
            if child.name in ("p", "table", "ul", "ol") or titled:
                lines.append(("", False))


def _add(lines: list[tuple[str, bool]], text: str, pre: bool, heading: bool) -> None:
    for number, part in enumerate(text.split("\n") if pre else [squeezed(text)]):
        if number:
            lines.append(("", heading))
        before, titled = lines[-1]
        fresh = not before or before.endswith("\t") or before == "- "
        lines[-1] = (before + (part.lstrip(" ") if fresh and not pre else part), titled or heading)


_FRONT = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.S)
_RULE_ROW = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")


def markdown_page(text: str) -> Page:
    """Return a Markdown file as a page; title and date of publication may stand in its front matter."""
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
    content, headings = join(lines)
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

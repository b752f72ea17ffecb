"""Whole blogs as their programs export them: Blogger (Atom) and WordPress (WXR). One page a published post."""

from __future__ import annotations

import re
from collections.abc import Callable

from labkit.minutes.office import parsed
from labkit.minutes.page import Page, Unreadable

_ATOM = "{http://www.w3.org/2005/Atom}"
_KIND = "http://schemas.google.com/g/2005#kind"


def pages(data: bytes, html_lines: Callable[[str], tuple[str, set[int]]]) -> list[Page]:
    """Return the published posts of an export; comments, drafts, settings and pages of a template are left out.

    Parameters
    ----------
    html_lines
        Turns the HTML of a post into lines and the places of its headings.
    """
    root = parsed(data)
    if root.tag == _ATOM + "feed":
        posts = [_entry(entry) for entry in root.iter(_ATOM + "entry") if _is_post(entry)]
    elif root.tag == "rss":
        posts = [_item(item) for item in root.iter("item") if _is_wordpress_post(item)]
    else:
        raise Unreadable(
            "unknown_kind", "expected the export of a blog (Atom or WordPress); found another kind of XML file"
        )
    if not posts:
        raise Unreadable("empty_file", "expected published posts; the export holds none")
    found = []
    for title, published, html in posts:
        text, headings = html_lines(html)
        found.append(
            Page(text, title=" ".join(title.split()) or None, published=published, headings=headings, whole_post=True)
        )
    return found


def _is_post(entry) -> bool:
    """An entry of kind "post" that is no draft; an entry that tells no kind is a post of a plain feed."""
    kinds = [c.get("term", "") for c in entry.findall(_ATOM + "category") if c.get("scheme") == _KIND]
    own = [child for child in entry if child.tag.rsplit("}", 1)[-1] == "type" and "blogger" in child.tag]
    if kinds and not any(kind.endswith("#post") for kind in kinds):
        return False
    if own and (own[0].text or "").upper() != "POST":
        return False
    drafts = [child.text for child in entry.iter() if child.tag.rsplit("}", 1)[-1] == "draft"]
    states = [child.text for child in entry if child.tag.rsplit("}", 1)[-1] == "status" and "blogger" in child.tag]
    return "yes" not in drafts and not any((state or "").upper() not in ("LIVE", "") for state in states)


def _entry(entry) -> tuple[str, str | None, str]:
    content = entry.find(_ATOM + "content")
    if content is None:
        content = entry.find(_ATOM + "summary")
    return (
        entry.findtext(_ATOM + "title") or "",
        (entry.findtext(_ATOM + "published") or "")[:10] or None,
        "".join(content.itertext()) if content is not None else "",
    )


def _is_wordpress_post(item) -> bool:
    facts = {child.tag.rsplit("}", 1)[-1]: (child.text or "").strip() for child in item}
    return facts.get("post_type", "post") in ("post", "page") and facts.get("status", "publish") == "publish"


def _item(item) -> tuple[str, str | None, str]:
    facts: dict[str, str] = {}
    for child in item:
        name = child.tag.rsplit("}", 1)[-1]
        facts.setdefault("content" if "content" in child.tag and name == "encoded" else name, child.text or "")
    day = re.match(r"\d{4}-\d\d-\d\d", facts.get("post_date", ""))
    body = facts.get("content") or facts.get("description", "")
    # WordPress keeps paragraphs as blank lines and adds the tags only when it shows the page.
    if not re.search(r"<(p|div|br|li)\b", body, re.I):
        body = "".join(f"<p>{part}</p>" for part in re.split(r"\n\s*\n", body))
    return facts.get("title", ""), day.group() if day and day.group() > "0001" else facts.get("pubDate"), body

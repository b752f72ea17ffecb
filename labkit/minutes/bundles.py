"""Files that hold files: e-mail messages and ZIP archives. Members are read in memory and never written anywhere."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from labkit.minutes.office import member_bytes, safe_zip
from labkit.minutes.page import Page, Unreadable

Loader = Callable[[str, bytes], list[Page]]


def zip_pages(data: bytes, load: Loader, known: tuple[str, ...]) -> list[Page]:
    """Return the pages of every member that labkit reads; one that cannot be read costs that member only.

    A name that climbs out of the archive is only a name here: nothing is unpacked to disk. An archive inside an archive
    is not opened.
    """
    archive = safe_zip(data, "a ZIP archive")
    pages: list[Page] = []
    for member in sorted(archive.infolist(), key=lambda m: m.filename):
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if (
            member.is_dir()
            or name.suffix.lower() not in known
            or any(part.startswith(("._", "__MACOSX")) for part in name.parts)
        ):
            continue
        shown = "/".join(part for part in name.parts if part not in ("/", "..", "."))
        try:
            if name.suffix.lower() == ".zip":
                raise Unreadable(
                    "nested_zip", "expected documents; found an archive inside an archive; unpack it first"
                )
            for page in load(name.name, member_bytes(archive, member.filename)):
                page.part = f"{shown}/{page.part}" if page.part else shown
                pages.append(page)
        except Unreadable as error:
            pages.append(Page("", part=shown, problem=error))
    if not pages:
        raise Unreadable("empty_file", "expected an archive of documents; found none of a kind that labkit reads")
    return pages


def mail_pages(
    data: bytes, load: Loader, html_lines: Callable[[str], tuple[str, set[int]]], known: tuple[str, ...]
) -> list[Page]:
    """Return the text of a message under its subject, and its attachments of kinds that labkit reads."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        body, headings = _body(message, html_lines)
        subject, date = str(message["subject"] or "").strip(), str(message["date"] or "")
        attached = [(part.get_filename() or "", part.get_payload(decode=True) or b"") for part in _attachments(message)]
    except Exception as error:  # the parser is lenient, its helpers are not: any error is the message's
        raise Unreadable("broken_file", "expected an e-mail message; it is broken; save it again") from error
    pages = (
        [Page(body, title=subject or None, published=_day(date), headings=headings, whole_post=True)]
        if body.strip()
        else []
    )
    for name, content in attached:
        if PurePosixPath(name).suffix.lower() in known and not name.lower().endswith((".zip", ".eml")):
            try:
                for page in load(name, content):
                    page.part = f"{name}/{page.part}" if page.part else name
                    pages.append(page)
            except Unreadable as error:
                pages.append(Page("", part=name, problem=error))
    if not pages:
        raise Unreadable("empty_file", "expected a message with text; found none")
    return pages


def _body(message: EmailMessage, html_lines: Callable[[str], tuple[str, set[int]]]) -> tuple[str, set[int]]:
    part = message.get_body(("plain", "html"))
    if part is None:
        return "", set()
    content = part.get_content()
    if part.get_content_subtype() == "html":
        return html_lines(content)
    lines = [line for line in content.replace("\r\n", "\n").split("\n") if not line.startswith(">")]
    return "\n".join(lines), set()


def _attachments(message: EmailMessage):
    return [part for part in message.iter_attachments() if part.get_filename()] if message.is_multipart() else []


def _day(date: str) -> str | None:
    try:
        return parsedate_to_datetime(date).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None

"""Plain text in any encoding, the files that a text carries inside, and the words in bytes that are no text."""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote_to_bytes

from labkit.unpacked.room import Found, Room

_EMBEDDED = re.compile(
    r"(?:data:[\w.+/-]*(?:;[\w=.-]+)*;base64,\s*|(?<![A-Za-z0-9+/])(?=iVBORw0KGgo|/9j/|UEsDB|JVBERi|H4sI|PD94bWw|PHN2Z|PCFET0|UEFSMQ))"
    r"((?:[A-Za-z0-9+/]{16,}(?:\\n|[\r\n]\s*)?)+[A-Za-z0-9+/]*={0,2})"
)
_IN_PLACE = re.compile(r"data:[\w.+-]+/[\w.+-]+(?:;[\w=.-]+)*,([^\"'\s)>]+)")
_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"&%]{0,500})\"|'([^'&%]{0,500})')\s*>")


def plain_texts(where: str, data: bytes, room: Room) -> Found:
    """A text in UTF-8, UTF-16 or an eight-bit encoding, with the files that it carries; of other bytes the words in them."""
    text = decoded(data)
    if sum(sign < " " and sign not in "\t\r\n\f" for sign in text[:20_000]) > len(text[:20_000]) // 200:
        yield where, strings(data)
        return
    entities = {m[1]: m[2] or m[3] or "" for m in _ENTITY.finditer(text)} if "<!ENTITY" in text else {}
    for name in list(entities)[:200]:
        room.spend(len(entities[name]) * text.count(f"&{name};"))
        text = text.replace(f"&{name};", entities[name])
    yield where, text
    for number, found in enumerate(_EMBEDDED.finditer(text), start=1):
        letters = re.sub(r"\\n|\s|=", "", found[1])
        packed = base64.b64decode(letters[: len(letters) // 4 * 4] + _rest(letters))
        yield from room.inside(f"{where}, data {number}", room.take(packed))
    for number, found in enumerate(_IN_PLACE.finditer(text), start=1):
        if ";base64" not in found[0][:200]:
            yield from room.inside(f"{where}, text {number}", room.take(unquote_to_bytes(found[1])))


def _rest(letters: str) -> str:
    """The last letters of a base64 text, filled up; one letter alone holds no byte."""
    left = len(letters) % 4
    return letters[-left:] + "=" * (4 - left) if left > 1 else ""


def decoded(data: bytes) -> str:
    """Return bytes as text; every byte that is no UTF-8 as the Western letter it would be.

    >>> decoded("Nicolò".encode()), decoded("Nicolò".encode("latin-1")), decoded("Nicolò".encode("utf-16"))
    ('Nicolò', 'Nicolò', 'Nicolò')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:400]
    for half, encoding in ((head[1::2], "utf-16-le"), (head[0::2], "utf-16-be")):
        if len(head) > 7 and half.count(0) > len(half) * 0.8 and len(data) % 2 == 0:
            return data.decode(encoding, "replace")
    return _western(data.removeprefix(b"\xef\xbb\xbf"))


_STRAY = re.compile("[\udc80-\udcff]")
_WESTERN = {0xDC00 + n: bytes([n]).decode("cp1252", "replace") for n in range(0x80, 0x100)}


def _western(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    return text.translate(_WESTERN) if _STRAY.search(text) else text


_RUN = re.compile(
    rb"(?:[\t\r\n\x20-\x7e]|[\xc3-\xc5][\x80-\xbf]|\xcc[\x80-\xbf]|\xe2\x80[\x80-\xbf]|[\xc0-\xfd](?=[A-Za-z\s]))+"
)
_WIDE = re.compile(rb"(?:[\t\r\n\x20-\x7e\xa0-\xff]\0){4,}")
_WIDE_BACK = re.compile(rb"(?:\0[\t\r\n\x20-\x7e\xa0-\xff]){4,}")


def strings(data: bytes) -> str:
    """The words in bytes that are no text, in UTF-8, an eight-bit encoding or UTF-16."""
    found = [_western(b"\n".join(m[0] for m in _RUN.finditer(data) if len(m[0]) > 3))]
    found += [m[0].decode("utf-16-le") for m in _WIDE.finditer(data)]
    found += [m[0].decode("utf-16-be") for m in _WIDE_BACK.finditer(data)]
    return "\n".join(found)

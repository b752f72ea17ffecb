"""Pictures: the texts that PNG and JPEG carry beside the picture, and what stands behind its end."""

from __future__ import annotations

from labkit.unpacked.plain import decoded, strings
from labkit.unpacked.room import Found, Room


def png_texts(where: str, data: bytes, room: Room) -> Found:
    """The texts of a picture: every chunk but the picture itself, and what comes after its end."""
    place = 8
    while place + 8 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + length]
        place += 12 + length
        if kind not in (b"IDAT", b"IHDR", b"PLTE", b"fdAT", b"iCCP"):
            yield f"{where}, {kind.decode('latin-1')}", _chunk(kind, body, room)
        if kind == b"IEND":
            break
    if place < len(data):
        yield from room.inside(f"{where}, after its end", room.take(data[place:]))


def _chunk(kind: bytes, body: bytes, room: Room) -> str:
    key, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        return decoded(key) + "\n" + decoded(room.inflated(rest[1:]))
    if kind == b"iTXt" and len(rest) > 2:
        packed, (tongue, _, rest) = rest[0], rest[2:].partition(b"\0")
        translated, _, text = rest.partition(b"\0")
        text = room.inflated(text) if packed else text
        return "\n".join(decoded(part) for part in (key, tongue, translated, text))
    return decoded(key) + "\n" + decoded(rest) if kind == b"tEXt" else strings(body)


def jpeg_texts(where: str, data: bytes, room: Room) -> Found:
    """What stands before the picture (EXIF, XMP, captions, comments) and after it."""
    start, end = data.find(b"\xff\xda"), data.rfind(b"\xff\xd9")
    yield f"{where}, metadata", strings(data[: start if start > 0 else len(data)])
    if 0 < start < end and data[end + 2 :].strip(b"\0"):
        yield from room.inside(f"{where}, after its end", room.take(data[end + 2 :]))

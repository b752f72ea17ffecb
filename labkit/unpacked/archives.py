"""Archives: the members of ZIP, TAR and packed files, their names and what is said beside them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

from labkit.unpacked.documents import rows_of_sheets
from labkit.unpacked.plain import decoded, strings
from labkit.unpacked.room import Found, Room


def ends_in_zip(data: bytes) -> bool:
    """Tell whether an archive is hung on to a file of another kind."""
    return not data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data))


def zip_members(where: str, data: bytes, room: Room) -> Found:
    """The members of an archive, their names and all comments; office files are archives too."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield f"{where} (comment)", decoded(archive.comment)
        if "xl/workbook.xml" in archive.namelist():
            yield from rows_of_sheets(where, data)
        for member in sorted(archive.infolist(), key=lambda m: m.filename):
            inner = f"{where}/{member.filename}"
            yield f"{inner} (comment)", decoded(member.comment) + "\n" + strings(member.extra)
            yield f"{inner} (name)", "\n".join(sorted({member.filename, _meant(member)}))
            if not member.is_dir():
                with archive.open(member) as stream:
                    yield from room.inside(inner, room.read(stream))


def _meant(member: zipfile.ZipInfo) -> str:
    """The name of a member as it was meant where the archive does not say that it is UTF-8."""
    try:
        return decoded(member.orig_filename.encode("cp437"))
    except UnicodeEncodeError:
        return member.orig_filename


def tar_members(where: str, data: bytes, room: Room) -> Found:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for member in archive:
            inner = f"{where}/{member.name}"
            about = [member.name, member.linkname, member.uname, member.gname, *member.pax_headers.values()]
            yield f"{inner} (name)", "\n".join(about)
            stream = archive.extractfile(member) if member.isfile() else None
            if stream:
                yield from room.inside(inner, room.read(stream))


def gzipped(where: str, data: bytes, room: Room) -> Found:
    if data[3:4] and data[3] & 0x18:  # a name or a comment stands in the head
        yield f"{where}, name inside", decoded(b"\n".join(data[10:600].split(b"\0")[:3]))
    with gzip.open(io.BytesIO(data)) as stream:
        yield from room.inside(where.removesuffix(".gz"), room.read(stream))


def bzipped(where: str, data: bytes, room: Room) -> Found:
    with bz2.open(io.BytesIO(data)) as stream:
        yield from room.inside(where.removesuffix(".bz2"), room.read(stream))


def xzipped(where: str, data: bytes, room: Room) -> Found:
    with lzma.open(io.BytesIO(data)) as stream:
        yield from room.inside(where.removesuffix(".xz"), room.read(stream))

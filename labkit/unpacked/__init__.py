"""Unpacked: everything readable in a file, whatever holds it: archives, office files, PDF, Parquet, pictures, pages, plain text.

It serves the scan for leftover names: rather a text twice than one not at all. Nothing is written to disk, and a file that
unpacks to more than it should, or that does not open, is refused, for what nobody has read must not be published.
"""

from __future__ import annotations

from labkit.errors import LabkitError
from labkit.unpacked.archives import bzipped, ends_in_zip, gzipped, tar_members, xzipped, zip_members
from labkit.unpacked.documents import parquet_texts, pdf_texts
from labkit.unpacked.pictures import jpeg_texts, png_texts
from labkit.unpacked.plain import plain_texts
from labkit.unpacked.room import Found, Room

__all__ = ["texts"]

MOST_BYTES = 500_000_000  # what one file may unpack to, all that lies inside together
MOST_MEMBERS = 100_000
DEEPEST = 12


def texts(name: str, data: bytes) -> dict[str, str]:
    """Return everything readable in a file: where, and the text.

    Parameters
    ----------
    name
        The file's name, itself a text to read.

    Raises
    ------
    LabkitError
        If something inside does not open (broken, or locked with a password), lies too deep or unpacks to too much.

    Examples
    --------
    >>> texts("a.svg", b"<svg><!-- Val Tersa --></svg>")
    {'a.svg (name)': 'a.svg', 'a.svg': '<svg><!-- Val Tersa --></svg>'}
    """
    room = Room(name, MOST_BYTES, MOST_MEMBERS, DEEPEST, _opened)
    found: dict[str, str] = {f"{name} (name)": name}
    for where, text in room.inside(name, data):
        if not text.strip():
            continue
        number, free = 2, where
        while free in found:
            free, number = f"{where} [{number}]", number + 1
        found[free] = text
    return found


def _opened(where: str, data: bytes, room: Room) -> Found:
    """Every text of a file, by what its first bytes say it is."""
    try:
        yield from next((read for known, read in _KINDS if known(data)), plain_texts)(where, data, room)
        if ends_in_zip(data):
            yield from zip_members(where, data, room)
    except LabkitError:
        raise
    except Exception as error:  # readers of foreign formats fail in many ways: any is the file's
        said = next(iter(str(error).splitlines()), type(error).__name__)
        raise LabkitError(
            f"{where}: expected a file that opens; it is broken or locked ({said}) and could not be searched for names; save it again"
        ) from error


_KINDS = (
    (lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), png_texts),
    (lambda data: data.startswith(b"\xff\xd8\xff"), jpeg_texts),
    (lambda data: data[:1024].lstrip().startswith(b"%PDF-"), pdf_texts),
    (lambda data: data.startswith(b"PAR1") and data.endswith(b"PAR1"), parquet_texts),
    (lambda data: data.startswith((b"PK\x03\x04", b"PK\x05\x06")), zip_members),
    (lambda data: data.startswith(b"\x1f\x8b"), gzipped),
    (lambda data: data.startswith(b"BZh") and data[4:10] == b"1AY&SY", bzipped),
    (lambda data: data.startswith(b"\xfd7zXZ\0"), xzipped),
    (lambda data: data[257:262] == b"ustar", tar_members),
)

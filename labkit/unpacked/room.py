"""Room: how much a file may still unpack to, and the way back to whoever opens what lies inside."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from labkit.errors import LabkitError

Found = Iterator[tuple[str, str]]  # where, and a text


@dataclass
class Room:
    """What one file may unpack to, all that lies inside together.

    Attributes
    ----------
    name
        The file, for errors.
    left, members
        Bytes and parts that may still come.
    deepest
        How many archives may lie inside each other.
    open_
        What reads a file by its first bytes.
    """

    name: str
    left: int
    members: int
    deepest: int
    open_: Callable[[str, bytes, Room], Found]
    depth: int = 0

    def take(self, data: bytes) -> bytes:
        """Return what was unpacked, or say that it is too much."""
        self.spend(len(data))
        return data

    def spend(self, size: int) -> None:
        """Count what was unpacked."""
        self.left -= size
        self.members -= 1
        if self.left < 0 or self.members < 0:
            raise LabkitError(
                f"{self.name}: expected a file that unpacks to a few hundred MB; it is larger and could not be searched for names; split it"
            )

    def read(self, stream: BinaryIO) -> bytes:
        """Return everything of a stream, and no more than there is room for."""
        return self.take(stream.read(self.left + 1))

    def inflated(self, data: bytes) -> bytes:
        """Return what a packed stretch of bytes holds, as far as it can be read."""
        try:
            return self.take(zlib.decompressobj().decompress(data, self.left + 1))
        except zlib.error:
            return b""

    def inside(self, where: str, data: bytes) -> Found:
        """Yield the texts of a file that lies in another."""
        self.depth += 1
        if self.depth > self.deepest:
            raise LabkitError(
                f"{self.name}: expected at most {self.deepest} archives inside each other; found more; unpack it first"
            )
        yield from self.open_(where, data, self)
        self.depth -= 1

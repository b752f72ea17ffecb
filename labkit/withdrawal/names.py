"""Names of files as shown, where they name somebody who asked to be left out."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from labkit.withdrawal.requests import Withdrawn
from labkit.withdrawal.spellings import named


def files(found: list[tuple[str, Path]], withdrawn: Withdrawn) -> list[tuple[str, Path]]:
    """Return names as shown and paths of some files, names of people as blocks; two that then look alike get a number.

    >>> from labkit.withdrawal.requests import Request
    >>> out = Withdrawn((Request("Maria Rossini", "person"), Request("Luca Bertoni", "person")))
    >>> [name for name, _ in files([("a/rossini.txt", Path()), ("a/bertoni.txt", Path()), ("b.txt", Path())], out)]
    ['a/███████.txt', 'a/███████ (2).txt', 'b.txt']
    """
    if not withdrawn:
        return found
    shown: dict[str, Path] = {}
    taken = {name for name, _ in found}
    for name, path in found:
        new = named(withdrawn, name, loose=True)
        if new != name:
            where, number = PurePosixPath(new), 2
            while new in shown or new in taken:
                new, number = where.with_stem(f"{where.stem} ({number})").as_posix(), number + 1
        shown[new] = path
    return list(shown.items())

"""The way out: what is made for others is searched for names, whole files and all, before the first stands in its place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labkit import privacy
from labkit.archive import write_whole

if TYPE_CHECKING:
    from labkit.lab import Lab
    from labkit.privacy import Leftover


def published(lab: Lab, make: Callable[[Path], object], *, to: Path, edition: str) -> tuple[list[Path], list[Leftover]]:
    """Make files in a folder of their own and put them in place once they hold no name of a person of the lab.

    Parameters
    ----------
    make
        Called with an empty folder, writes there.
    to
        The folder in which the files then stand.
    edition
        An internal edition shows names, and is not searched.

    Returns
    -------
    tuple
        The files in their places, and doubts: surnames alone, and people that no list knows (in a public edition).

    Raises
    ------
    LabkitError
        If a name is left; nothing is then put in place.
    """
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to, prefix=".making-") as place:
        make(Path(place))
        made = {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(Path(place).rglob("*")) if p.is_file()}
    doubts: list[Leftover] = []
    if edition != "internal":
        known = privacy.known_of(lab) if edition == "public" else ()
        people = list(privacy.people_of(lab).values())
        doubts = privacy.stop_files(made, people, actors=privacy.actors_of(lab), known=known)
    return [write_whole(to / name, data) for name, data in made.items()], doubts if edition == "public" else []

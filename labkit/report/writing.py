"""Writing: the report of a lab as files, searched for people's names before any is put in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from labkit import privacy
from labkit.archive import write_whole
from labkit.report.blocks import Contents
from labkit.report.contents import contents
from labkit.report.office import docx
from labkit.report.web import html

if TYPE_CHECKING:
    from labkit.lab import Lab

FILES: dict[str, Callable[[Contents], bytes]] = {
    "report.html": lambda made: html(made).encode("utf-8"),
    "report.docx": docx,
}


def write(
    lab: Lab,
    net: nx.Graph,
    changed: pd.DataFrame | None,
    figures: dict[str, Path],
    *,
    provenance: dict[str, str],
    to: Path,
    edition: str = "workshop",
) -> list[Path]:
    """Write the report of a lab twice: ``report.html`` to be read and printed, ``report.docx`` to be edited.

    What was said in workshops, what changed since and the share confirmed are in it where the lab has judgements.

    Parameters
    ----------
    net
        The network of co-presence of all years, as documents show it.
    changed
        From :func:`labkit.culture.compare`; None where the lab names no two periods.
    figures
        PNG files by name, as :mod:`labkit.work` draws them; those that are not there are left out.
    provenance
        What the report was made from, as shown in its last table.
    to
        The folder.
    edition
        ``workshop``; ``internal``, which is not searched for names; ``public``, where ties found and answers given fewer times than
        the lab's ``min_cell`` are left out: draw the figures from networks without them.

    Returns
    -------
    list of pathlib.Path
        Both files or, if one may not be written, none.

    Raises
    ------
    UsageError
        For an unknown edition.
    LabkitError
        If the name of a person of the lab would stand in a file; if the lab's sources are not public and ``lab.yml`` sets no
        ``min_cell``, for a public edition.

    Examples
    --------
    >>> import tempfile, labkit as lk
    >>> lab = lk.open_lab("cremasco")
    >>> [path.name for path in write(lab, lk.network.build(lab), None, {}, provenance={}, to=Path(tempfile.mkdtemp()))]
    ['report.html', 'report.docx']
    """
    made = contents(lab, net, changed, figures, provenance=provenance, edition=edition)
    return _written(lab, {to / name: form(made) for name, form in FILES.items()}, edition)


def _written(lab: Lab, files: dict[Path, bytes], edition: str) -> list[Path]:
    """Put files in their place, all or none: every one is searched before the first is written."""
    if edition != "internal":
        named = {path.name: data for path, data in files.items()}
        privacy.stop_files(named, privacy.people_of(lab).values(), actors=privacy.actors_of(lab))
    return [write_whole(path, data) for path, data in files.items()]

"""Counts: how often each of those who asked to be left out was found, so that a misspelt request is noticed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from labkit.withdrawal.requests import Request, Withdrawn
from labkit.withdrawal.tables import in_tables

if TYPE_CHECKING:
    from labkit.lab import Lab


def covered(source: str, found: dict[int, int], withdrawn: Withdrawn) -> dict[str, int]:
    """Return the counts of a file as the manifest keeps them, by what tells neither who it is nor whether it is the same."""
    return {withdrawn.sealed(f"{source}/{number}"): n for number, n in sorted(found.items())}


def matched(lab: Lab) -> dict[Request, int]:
    """Return for each of those on the list how often the documents of a lab name them, or how many rows they had in its tables."""
    withdrawn = lab.withdrawn
    if not withdrawn:
        return {}
    if lab.shared:
        return in_tables(lab.tables_as_said, withdrawn)
    lab.read()
    files = lab.archive.manifest["files"]
    return {
        request: sum(
            entry.get("covered", {}).get(withdrawn.sealed(f"{source}/{number}"), 0) for source, entry in files.items()
        )
        for number, request in enumerate(withdrawn.requests)
    }


def notices(labs: Iterable[Lab]) -> list[str]:
    """Return a line for each of those on the list whom none of some labs names; for the screen, never for a file."""
    found: dict[Request, int] = {}
    for lab in labs:
        for request, n in matched(lab).items():
            found[request] = found.get(request, 0) + n
    return [
        f"Nessun testo nomina «{request.name}», che è nell'elenco di chi ha chiesto di non comparire: controllare come è scritto il nome."
        for request, n in found.items()
        if not n
    ]

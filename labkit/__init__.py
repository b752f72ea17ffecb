"""labkit: a research-action workbench for Italian local welfare.

The way through the house: files → posts → meetings, people, organisations, words → tables → networks, culture →
figures, maps, report → workshop ↺ corpus. ``open_lab`` is the door; the rooms are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["LabkitError", "culture", "network", "open_lab", "proposals", "report", "tables", "workshop"]

if TYPE_CHECKING:
    from labkit import culture, network, proposals, report, tables, workshop
    from labkit.errors import LabkitError
    from labkit.lab import open_lab

_ROOMS = ("tables", "network", "culture", "proposals", "report", "workshop")


def __getattr__(name: str):
    if name == "open_lab":
        from labkit.lab import open_lab

        return open_lab
    if name == "LabkitError":
        from labkit.errors import LabkitError

        return LabkitError
    if name in _ROOMS:
        return import_module(f"labkit.{name}")
    raise AttributeError(f"module 'labkit' has no attribute '{name}'")

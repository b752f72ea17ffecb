"""Withdrawal: a person or an organisation who asks to be left out is found nowhere.

The list of those who asked lies outside every lab. It acts where files are read (:mod:`labkit.withdrawal.veil`), so that
tables, texts and all that is made of them never hold their names, and once more where the tables are put together
(:mod:`labkit.withdrawal.tables`), for shared editions, decisions and what was said in workshops. Without a list nothing is
done at all; a list put away gives everything back as it was.
"""

from __future__ import annotations

from labkit.withdrawal.books import entries, shown, written
from labkit.withdrawal.counts import matched, notices
from labkit.withdrawal.names import files
from labkit.withdrawal.requests import NOBODY, Request, Withdrawn, load
from labkit.withdrawal.spellings import identifier, named
from labkit.withdrawal.tables import left_out

__all__ = [
    "NOBODY",
    "Request",
    "Withdrawn",
    "entries",
    "files",
    "identifier",
    "left_out",
    "load",
    "matched",
    "named",
    "notices",
    "shown",
    "written",
]

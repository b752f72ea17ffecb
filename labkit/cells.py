"""Cells of sheets: what a spreadsheet would take for a formula goes out disarmed and comes back as it was.

A program for sheets runs a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end. An apostrophe in front
makes it text again (OWASP, *CSV Injection*). Names such as "-Insieme" exist, so that reading must undo what writing did.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = r"[-+]?[0-9]+(?:[.,'][0-9]+)*(?:[eE][-+]?[0-9]+)?\s*%?"
# Spaces and quotation marks in front do not hold every program back, nor do the wide signs of Chinese and Japanese.
_FORMULA = re.compile(rf"(?!{_NUMBER}$)(?:'*[\t\r\n]|[\s\"'“”‘’«»]*[=+\-@＝＋－＠])")


def disarmed(cell: str) -> str:
    """Return a cell as it may stand in a sheet: an apostrophe before what would begin a formula; numbers stay.

    Examples
    --------
    >>> [disarmed(cell) for cell in ("=1+1", "-Insieme", "-3.5", "L'Arca", "a = b")]
    ["'=1+1", "'-Insieme", '-3.5', "L'Arca", 'a = b']
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def rearmed(cell: str) -> str:
    """Return a cell as it was before :func:`disarmed`.

    Examples
    --------
    >>> [rearmed(cell) for cell in ("'-Insieme", "'ndrangheta", "-3.5")]
    ['-Insieme', "'ndrangheta", '-3.5']
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def sheet(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts are disarmed, to be written as CSV; its numbers stay numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> sheet(pd.DataFrame({"name": ["-Insieme"], "n": [-1]})).to_csv(index=False)
    "name,n\\n'-Insieme,-1\\n"
    """
    return _each_text(table, disarmed)


def unsheet(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table read from CSV with its texts as they were before :func:`sheet`."""
    return _each_text(table, rearmed)


def _each_text(table: pd.DataFrame, changed: Callable[[str], str]) -> pd.DataFrame:
    """A copy in which every text went through a function."""
    made = table.copy()
    for name, column in table.items():
        if str(column.dtype) in ("str", "string", "object", "category"):
            texts = column.map(lambda value: changed(value) if isinstance(value, str) else value)
            made[name] = texts if str(column.dtype) == "category" else texts.astype(column.dtype)
    return made

"""Errors that a user may meet: one line that says what was expected, what was found, where, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LabkitError(Exception):
    """The input has an error; the message is one line for the user. Exit code 1 on the command line."""


class UsageError(LabkitError):
    """The call is wrong (a missing folder, an unknown name). Exit code 2 on the command line."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the known names and the nearest one, to end an error message with.

    >>> did_you_mean("terzo_settore", ["public", "third_sector", "profit"])
    "known: profit, public, third_sector; did you mean 'third_sector'?"
    >>> did_you_mean("x", ["public"])
    'known: public'
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.4)
    listed = ", ".join(names) if len(names) <= 12 else ", ".join(names[:12]) + ", ..."
    return f"known: {listed}" + (f"; did you mean '{near[0]}'?" if near else "")

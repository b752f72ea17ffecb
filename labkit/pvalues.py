"""Draws and corrected p values, for networks and for words."""

from __future__ import annotations

import numpy as np

from labkit.errors import UsageError


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return the smallest false discovery rate at which each test would be called.

    Agrees with statsmodels (``tests``); not taken from scipy, whose module takes a second to import.

    References
    ----------
    Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.04, 0.04]
    """
    order = np.argsort(p, kind="stable")
    raised = np.asarray(p, dtype=float)[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1, np.minimum.accumulate(raised[::-1])[::-1])
    return q


def enough(draws: int, asks: str) -> int:
    """The number of draws, if it can tell anything."""
    if draws < 2:
        raise UsageError(f"{asks}: draws must be 2 or more, not {draws}")
    return draws

"""Leftovers: names of people that still stand in what is about to leave a lab.

Whole names of a list are found in whatever order, case and markup, across line ends and inside escapes; a surname after a
title or role is as good as a name; a lone surname is a doubt, for some are also institutes, places or common words; a first
name of the lexicon before a capitalised word may be somebody whom no list holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from labkit.leftovers.finding import Leftover, listed
from labkit.leftovers.strangers import unlisted

__all__ = ["Leftover", "listed", "scan", "unlisted"]


def scan(
    texts: dict[str, str], names: Iterable[str], *, actors: Iterable[str] = (), known: Iterable[str] = ()
) -> list[Leftover]:
    r"""Return the names that still stand in some texts: listed ones, and those that nobody listed.

    Parameters
    ----------
    texts
        By a name that says where they are.
    names
        The people listed.
    actors
        Names of organisations in which the name of a listed person is passed.
    known
        Further names of organisations and initiatives, in which only a name that nobody listed is passed.

    Examples
    --------
    >>> [(one.where, one.why) for one in scan({"a": "l'assessora Galvasoni,\nMario Ostiani"}, ["Ada Galvasoni"])]
    [('a:1', 'titled'), ('a:2', 'unlisted')]
    """
    names, actors = list(names), list(actors)
    return [*listed(texts, names, actors=actors), *unlisted(texts, names, known=[*actors, *known])]

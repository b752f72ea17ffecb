"""Uptake: who used a concept first, who took it up later, and whether those who sat together did so sooner than chance."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from labkit.culture.counts import bodies, whole_days
from labkit.culture.speakers import organisation_of_speakers, sector_of_speakers
from labkit.errors import UsageError, did_you_mean
from labkit.network.ties import two_mode
from labkit.pvalues import enough

if TYPE_CHECKING:
    from labkit.lab import Lab

WHO = ("organisation", "sector", "body")


def first_uses(lab: Lab, *, of: str = "organisation", negated: bool = False) -> pd.DataFrame:
    """Tell when each organisation, sector or body first used each concept, and how often since.

    Parameters
    ----------
    of
        ``organisation`` or ``sector``: of who is reported to have said it (a person speaks for the organisation it came from);
        ``body``: the body whose minutes hold it.
    negated
        Whether a concept inside a negation counts.

    Returns
    -------
    pandas.DataFrame
        One row a concept and user: ``concept_id``, ``who``, ``first`` (ISO date of the meeting, else of publication),
        ``doc_id`` (of the first use), ``uses``, ``documents``. Empty where nobody is reported to speak.

    Raises
    ------
    UsageError
        For an unknown ``of``.

    Examples
    --------
    >>> import labkit as lk
    >>> found = first_uses(lk.open_lab("esempio"), of="sector")
    >>> found[found["concept_id"] == "reciprocita"]["who"].tolist()
    ['profit', 'public', 'third_sector']
    """
    if of not in WHO:
        raise UsageError(f"first_uses: nobody called '{of}' ({did_you_mean(of, WHO)})")
    found = lab.concepts if negated else lab.concepts[~lab.concepts["negated"].fillna(False).astype(bool)]
    if of == "body":
        who = found["doc_id"].map(bodies(lab))
    else:
        ask = organisation_of_speakers if of == "organisation" else sector_of_speakers
        who = found["statement_id"].map(ask(lab))
    found = found.assign(who=who, day=found["doc_id"].map(_days(lab)))
    found = found.dropna(subset=["who", "day"]).sort_values(["concept_id", "who", "day", "doc_id"])
    return (
        found.groupby(["concept_id", "who"])
        .agg(first=("day", "first"), doc_id=("doc_id", "first"), uses=("n", "sum"), documents=("doc_id", "nunique"))
        .reset_index()
    )


def _days(lab: Lab) -> pd.Series:
    """The day on which it was said: that of the meeting that a post is the minutes of, else that of publication."""
    minutes = lab.meetings[lab.meetings["relation"] != "announced"].dropna(subset=["date"]).sort_values("meeting_id")
    held = minutes.drop_duplicates("doc_id").set_index("doc_id")["date"]
    return (
        lab.documents.set_index("doc_id")["published"]
        .rename(None)
        .where(~lab.documents["doc_id"].isin(held.index).to_numpy(), lab.documents["doc_id"].map(held).to_numpy())
    )


def diffusion(lab: Lab, concepts: list[str] | None = None, *, draws: int = 999, seed: int) -> pd.DataFrame:
    """Ask whether organisations took a concept up after sitting with one that used it already, more than chance would have it.

    Parameters
    ----------
    concepts
        Ids of concepts; by default all that five organisations took up.
    draws
        How often the days of first use are dealt out anew among the organisations that took the concept up.

    Returns
    -------
    pandas.DataFrame
        One row a concept: ``concept_id``, ``organisations`` (that took it up), ``after_meeting`` (of them, those that
        had been at a meeting with one that used it already, before they did), ``expected``, ``low``, ``high`` (95 % of the
        draws), ``p`` (that chance gives as many), ``detectable`` (the smallest number that would have been found; missing where
        none would), ``draws``.

    Raises
    ------
    UsageError
        For a concept that fewer than five organisations are reported to have used: it cannot be told.

    Notes
    -----
    Who comes to every meeting has sat with everybody; the draws keep who met whom and when, and deal out only the days of first
    use. That organisations speak alike because the same thing happened to them all looks the same from here.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("esempio")
    >>> found = diffusion(lab, draws=199, seed=lab.seed)
    >>> bool((found["after_meeting"] < found["organisations"]).all())
    True
    """
    enough(draws, "diffusion")
    concepts = [concepts] if isinstance(concepts, str) else concepts
    uses = first_uses(lab)
    uses = uses[whole_days(uses["first"]).notna()]
    size = uses.groupby("concept_id")["who"].size()
    if concepts is None:
        concepts = sorted(size[size >= 5].index)
    for concept in concepts:
        if size.get(concept, 0) < 5:
            raise UsageError(
                f"diffusion: '{concept}' is reported of {size.get(concept, 0)} organisations; with fewer than five it cannot be told"
            )
    met = _meetings(lab)
    random, rows = np.random.default_rng(seed), []
    for concept in concepts:
        mine = uses[uses["concept_id"] == concept]
        days = pd.to_datetime(mine["first"]).to_numpy().astype("datetime64[D]").astype(float)
        who = mine["who"].tolist()
        pairs = [
            (a, b, met[who[a], who[b]]) for a in range(len(who)) for b in range(len(who)) if (who[a], who[b]) in met
        ]
        observed = _after_meeting(days[None, :], pairs)[0]
        drawn = _after_meeting(random.permuted(np.tile(days, (draws, 1)), axis=1), pairs)
        rows.append(
            {
                "concept_id": concept,
                "organisations": len(mine),
                "after_meeting": int(observed),
                "expected": drawn.mean(),
                "low": np.quantile(drawn, 0.025),
                "high": np.quantile(drawn, 0.975),
                "p": (1 + (drawn >= observed).sum()) / (draws + 1),
                "detectable": _least(drawn, len(mine)),
                "draws": draws,
            }
        )
    columns = "concept_id organisations after_meeting expected low high p detectable draws".split()
    return pd.DataFrame(rows, columns=columns).astype({"detectable": "Int64"})


def _least(drawn: np.ndarray, most: int) -> int | None:
    """The smallest number that chance would hardly give; none where even all of them would be no surprise."""
    for number in range(most + 1):
        if (1 + (drawn >= number).sum()) / (len(drawn) + 1) <= 0.05:
            return number
    return None


def _meetings(lab: Lab) -> dict[tuple[str, str], np.ndarray]:
    """The days on which each two organisations were at one meeting, in order."""
    two, found = two_mode(lab), defaultdict(set)
    for event, data in two.nodes(data=True):
        if data["bipartite"] == 1 and len(data.get("date") or "") == 10:
            day = float(np.datetime64(data["date"], "D").astype(float))
            for a, b in permutations(sorted(two[event]), 2):
                found[a, b].add(day)
    return {pair: np.array(sorted(days)) for pair, days in found.items()}


def _after_meeting(days: np.ndarray, pairs: list[tuple[int, int, np.ndarray]]) -> np.ndarray:
    """Of each row of days of first use: how many met one that used it already, on a day before their own first use."""
    reached = np.zeros(days.shape, dtype=bool)
    for one, other, met in pairs:
        reached[:, one] |= np.searchsorted(met, days[:, other]) < np.searchsorted(met, days[:, one])
    return reached.sum(axis=1)

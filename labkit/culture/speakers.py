"""Speakers: the organisation, and its sector on that day, for which each statement was made."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from labkit.network.ties import sectors_at

if TYPE_CHECKING:
    from labkit.lab import Lab


def organisation_of_speakers(lab: Lab) -> pd.Series:
    """The organisation that speaks in each statement, by statement_id; missing where it is unknown.

    A person speaks for the organisation it came from to that meeting, else to the nearest in time.
    """
    day = lab.documents.set_index("doc_id")["published"].fillna("")
    came = lab.attendance.dropna(subset=["actor_id"])
    homes: dict[str, list[tuple[str, bool, str]]] = defaultdict(list)
    for row in came.itertuples():
        homes[row.person_id].append((row.doc_id, row.status != "present", row.actor_id))
    kinds = lab.actors.set_index("actor_id")["type"]

    def home(doc: str, speaker: str) -> str | None:
        if kinds.get(speaker) == "organisation":
            return speaker
        here = _when(day.get(doc, ""))
        nearest = [
            (other != doc, abs(_when(day.get(other, "")) - here), away, actor)
            for other, away, actor in homes.get(speaker, ())
        ]
        return min(nearest)[-1] if nearest else None

    said = lab.statements.dropna(subset=["speaker"])
    found = [home(row.doc_id, row.speaker) for row in said.itertuples()]
    return pd.Series(found, index=said["statement_id"], dtype=object).dropna()


def _when(day: str) -> int:
    """Days, about, since the year nought; for telling which of two days is nearer."""
    parts = [int(part) for part in str(day).split("-") if part.isdigit()]
    year, month, date = (*parts, 0, 0, 0)[:3]
    return 372 * year + 31 * month + date


def sector_of_speakers(lab: Lab) -> pd.Series:
    """The sector, on the day of the post, of the organisation that speaks in each statement."""
    day = lab.documents.set_index("doc_id")["published"].fillna("")
    who = organisation_of_speakers(lab)
    when = lab.statements.set_index("statement_id")["doc_id"].map(day)
    known = {date: sectors_at(lab.actor_sectors, date or None) for date in when.dropna().unique()}
    return pd.Series({one: known[when[one]].get(actor) for one, actor in who.items()}, dtype=object).dropna()

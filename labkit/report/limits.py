"""Limits: everything on which a report is silent, in one place, with the reason and what would be needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labkit.report.blocks import Cannot, Column, Section, Text, table, upper
from labkit.workshop.tallies import FEWEST

if TYPE_CHECKING:
    from labkit.lab import Lab

INTRO = "Qui è raccolto tutto ciò che questo rapporto non può dire, con il motivo e con ciò che servirebbe per poterlo dire."


def section(lab: Lab, found: list[Cannot]) -> Section:
    """The chapter that gathers what cannot be told.

    Parameters
    ----------
    found
        Every such block of the other chapters.
    """
    if not len(lab.judgements):
        why = "finora in nessun laboratorio se ne è discusso"
        needed = f"Serve un incontro in cui almeno {FEWEST} posti giudichino i rapporti della mappa."
        found = [*found, Cannot("che cosa pensi della mappa chi vi compare", why, needed)]
    if not found:
        return Section(
            "limiti", "Che cosa non si può dire", (Text("In questo rapporto nulla è rimasto senza risposta."),)
        )
    rows = [(upper(one.what), f"{upper(one.why)}.", one.needed) for one in dict.fromkeys(found)]
    columns = (Column("Che cosa", 32), Column("Perché", 34), Column("Che cosa servirebbe", 34))
    made = table("Che cosa non si può dire, perché, e che cosa servirebbe", columns, rows)
    return Section("limiti", "Che cosa non si può dire", (Text(INTRO), made))

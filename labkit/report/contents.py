"""Contents: the report of a lab as plain data, made once and written twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from labkit.errors import LabkitError, UsageError, did_you_mean
from labkit.report import limits, meetings, origins, since, sources, vocabulary, voices
from labkit.report.blocks import Cannot, Contents, Section, numbered, readable
from labkit.workshop.editions import EDITIONS

if TYPE_CHECKING:
    from labkit.lab import Lab


def contents(
    lab: Lab,
    net: nx.Graph,
    changed: pd.DataFrame | None,
    figures: dict[str, Path],
    *,
    provenance: dict[str, str],
    edition: str = "workshop",
) -> Contents:
    """Return what a report says; the parameters are those of :func:`labkit.report.write`.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("cremasco")
    >>> made = contents(lab, lk.network.build(lab), None, {}, provenance={})
    >>> [section.heading for section in made.sections][-2:]
    ['Che cosa non si può dire', 'Come leggere questo rapporto']
    """
    least = _least(lab, edition)
    said = _spoken(lab.judgements, least)
    ties = origins.ties_of(lab, least=least)
    frequent = None
    if least > 1:
        net, frequent = _thinned(net, least), ties.graphs.get("declared_partnership", nx.Graph())
        ties = _without(ties, lab, said)
    chapters = [
        sources.read(lab),
        meetings.met(lab, net, figures),
        meetings.partners(lab, figures, only=frequent),
        origins.section(ties),
        voices.section(lab, said, ties) if len(said) else None,
        since.section(lab, said, ties) if len(said) else None,
        vocabulary.words(lab, changed, figures),
        sources.doubts(lab, ties.names),
    ]
    told: list[Section] = [chapter for chapter in chapters if chapter]
    cannot = [block for chapter in told for block in chapter.blocks if isinstance(block, Cannot)]
    told += [limits.section(lab, cannot), sources.method(lab, provenance)]
    return readable(Contents(lab.title, lab.about, numbered(told)))


def _least(lab: Lab, edition: str) -> int:
    """How often at least a tie must be found to be shown."""
    if edition not in EDITIONS:
        raise UsageError(f"no edition '{edition}' ({did_you_mean(edition, EDITIONS)})")
    if edition != "public":
        return 0
    if not lab.public_sources and lab.min_cell < 2:
        raise LabkitError(
            f"{lab.name}/lab.yml: says nothing of the sources; write 'public_sources: true' for public acts, or 'min_cell: 5' to leave rare ties out"
        )
    return lab.min_cell


def _thinned(net: nx.Graph, least: int) -> nx.Graph:
    thin = net.copy()
    thin.remove_edges_from([(a, b) for a, b, d in net.edges(data=True) if d["weight"] < least])
    return thin


def _spoken(said: pd.DataFrame, least: int) -> pd.DataFrame:
    """The answers to ties that seats enough judged; sectors of too few seats of a session unsaid, as a shared edition has it."""
    if least < 2:
        return said
    seat = said["session_id"] + " " + said["seat"]
    said = said[seat.groupby([said[c] for c in ("kind", "source", "target")]).transform("nunique") >= least]
    sizes = seat.loc[said.index].groupby([said["session_id"], said["sector"]]).transform("nunique")
    return said.assign(sector=said["sector"].where(sizes >= least))


def _without(ties: origins.Ties, lab: Lab, said: pd.DataFrame) -> origins.Ties:
    """The ties without organisations that too few seats named."""
    from dataclasses import replace

    from labkit.answers import BY

    heard = {*said["source"], *said["target"]}
    gone = set(lab.actors.loc[lab.actors["source"] == BY, "actor_id"]) - heard
    return replace(ties, names={actor: name for actor, name in ties.names.items() if actor not in gone})

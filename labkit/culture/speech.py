"""Discourse: who speaks in which terms, as a two-mode network of actors and concepts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from labkit.culture.speakers import organisation_of_speakers
from labkit.network.ties import sectors_at

if TYPE_CHECKING:
    from labkit.lab import Lab


def discourse(lab: Lab, *, years: tuple[int, int] | None = None) -> nx.Graph:
    """Build the two-mode network of organisations and the concepts that they are reported to have used.

    Parameters
    ----------
    years
        First and last year; all if not given.

    Returns
    -------
    networkx.Graph
        As :func:`labkit.network.two_mode` makes it, so that :func:`labkit.network.project`, ``two_mode_table`` and
        ``network_map`` take it: organisations with ``bipartite=0``, ``name``, ``sector``; concepts with ``bipartite=1``,
        ``name``, ``group`` and ``pole``. Edges carry ``weight`` (statements), ``negated`` (of them, those that negate the
        concept), ``sign`` (-1 where most do), ``evidence`` (ids of the statements) and ``dates``.

    References
    ----------
    Leifeld 2017, Discourse network analysis, doi:10.1093/oxfordhb/9780190228217.013.25

    Examples
    --------
    >>> import labkit as lk
    >>> two = discourse(lk.open_lab("esempio"))
    >>> sorted({data["bipartite"] for _, data in two.nodes(data=True)})
    [0, 1]
    """
    day = lab.documents.set_index("doc_id")["published"].fillna("")
    said = lab.concepts.assign(
        who=lab.concepts["statement_id"].map(organisation_of_speakers(lab)), day=lab.concepts["doc_id"].map(day)
    ).dropna(subset=["who"])
    if years:
        said = said[said["day"].str[:4].between(str(years[0]), str(years[1]))]
    names, sectors = lab.actors.set_index("actor_id")["name"], sectors_at(lab.actor_sectors, None)
    graph = nx.Graph(lab=lab.name, kind="discourse", by="concept")
    for actor in sorted(said["who"].unique()):
        graph.add_node(actor, bipartite=0, name=names.get(actor, actor), sector=sectors.get(actor, "other"))
    for concept in sorted(said["concept_id"].unique()):
        entry = lab.codebooks.culture.get(concept, {})
        facts = {"name": entry.get("label", concept), "group": entry.get("group", ""), "pole": entry.get("pole", "")}
        graph.add_node(concept, bipartite=1, **facts)
    for (actor, concept), rows in said.groupby(["who", "concept_id"], sort=True):
        once = rows.sort_values(["day", "statement_id"]).drop_duplicates("statement_id")
        # A statement that uses a concept once and negates it once has used it.
        negated = int(rows["negated"].fillna(False).astype(bool).groupby(rows["statement_id"]).all().sum())
        graph.add_edge(
            actor,
            concept,
            weight=len(once),
            negated=negated,
            sign=-1 if 2 * negated > len(once) else 1,
            evidence=" ".join(once["statement_id"]),
            dates=" ".join(once["day"].replace("", "-")),
        )
    return graph

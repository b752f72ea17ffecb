"""Meetings and partnerships: who met whom, who stands between, and who is listed as a partner of whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from labkit import network
from labkit.network.drawing import SECTORS
from labkit.network.measure import table as measures
from labkit.network.segregation import mixing
from labkit.report.blocks import (
    Block,
    Cannot,
    Column,
    Figure,
    Heading,
    Note,
    Section,
    Table,
    Text,
    day_of,
    listed,
    many,
    percent,
    table,
)
from labkit.report.sources import lists_needed
from labkit.wording import number

if TYPE_CHECKING:
    from labkit.lab import Lab

FEW_MEETINGS = 10
MOST_ACTORS = 12
SECTOR_NAMES = {sector: style["it"] for sector, style in SECTORS.items()}
SHAPES = "Quadrati blu: enti pubblici. Cerchi gialli: terzo settore. Triangoli rossi: imprese. Rombi bianchi: altri."


def met(lab: Lab, net: nx.Graph, figures: dict[str, Path]) -> Section:
    """The chapter on who met whom."""
    blocks: list[Block] = [
        Text(
            "Due enti sono uniti da una linea quando persone di entrambi erano presenti alla stessa riunione. La linea dice che si sono incontrati, non che collaborano."
        )
    ]
    if not net.number_of_edges():
        what, why = "chi si incontra con chi", "gli elenchi di presenze non bastano a tracciare rapporti tra enti"
        needed = f"{lists_needed(lab, max(FEW_MEETINGS, lab.attendance['meeting_id'].nunique() + 1))}"
        return Section("rapporti", "Chi si incontra con chi", (*blocks, Cannot(what, why, needed)))
    if "rete" in figures:
        tied = sum(1 for _, degree in net.degree() if degree)
        says = f"{_people(len(net), tied)} I rapporti sono {number(net.number_of_edges())}; {_most_met(net)}."
        alt = f"Mappa di {len(net)} enti e {net.number_of_edges()} rapporti. {says} {SHAPES}"
        caption = "Chi era presente alle stesse riunioni, tutti gli anni"
        blocks.append(Figure(figures["rete"].read_bytes(), caption, says, alt))
    blocks += [*_sure(lab, net), Heading("Gli enti con più rapporti"), _actors(net), Note(BETWEEN), *_mixing(net)]
    if any(f"rete-{a}-{b}" in figures for a, b in lab.periods):
        blocks += [Heading("Gli incontri, periodo per periodo"), *_periods(lab, figures)]
    return Section("rapporti", "Chi si incontra con chi", tuple(blocks))


BETWEEN = "La posizione di ponte va da 0 a 1: è la quota di coppie di altri enti il cui percorso più breve passa da lì. Un valore alto indica chi unisce cerchie che altrimenti non si incontrerebbero. Con poche riunioni è un valore instabile: basta un elenco mancante per cambiarlo."


def _people(whole: int, tied: int) -> str:
    if whole == tied:
        return f"Gli enti presenti alle riunioni sono {whole}, e tutti ne hanno incontrato almeno un altro."
    return f"Di {whole} enti presenti alle riunioni, {tied} ne hanno incontrato almeno un altro."


def _most_met(net: nx.Graph) -> str:
    """Who met most others, in words."""
    degrees = dict(net.degree())
    most = max(degrees.values())
    first = sorted(net.nodes[n]["name"] for n, degree in degrees.items() if degree == most)
    return f"{listed(first)} {'ha' if len(first) == 1 else 'hanno'} incontrato il maggior numero di enti ({most})"


def _sure(lab: Lab, net: nx.Graph) -> list[Block]:
    """Who stands between, where there are meetings enough to tell."""
    meetings = lab.attendance["meeting_id"].nunique()
    if meetings < FEW_MEETINGS:
        return [
            Text(
                f"La rete nasce da {many(meetings, 'elenco', 'elenchi')} di presenze soltanto: descrive chi c'era, non prova nulla su chi lavora abitualmente con chi."
            ),
            Cannot(
                "chi lavora abitualmente con chi, né chi fa da ponte tra gli altri",
                f"{many(meetings, 'elenco', 'elenchi')} di presenze sono troppo pochi"
                if meetings > 1
                else "un solo elenco di presenze non basta",
                lists_needed(lab, FEW_MEETINGS),
            ),
        ]
    values = measures(net)
    highest = values["betweenness"].max()
    if highest <= 0:
        return []
    bridges = sorted(values.loc[values["betweenness"].round(6) == round(highest, 6), "name"])
    return [Text(f"La posizione di ponte più marcata è di {listed(bridges)} ({number(highest, 2)}).")]


def _actors(net: nx.Graph) -> Table:
    columns = (
        Column("Ente", 42),
        Column("Settore", 18),
        Column("Riunioni", 12, True),
        Column("Enti incontrati", 14, True),
        Column("Posizione di ponte", 14, True),
    )
    rows = [
        (r.name, SECTOR_NAMES[r.sector], number(r.events), number(r.degree), number(r.betweenness, 2))
        for r in measures(net).head(MOST_ACTORS).itertuples(index=False)
    ]
    return table(f"Gli enti che ne hanno incontrati di più: {len(rows)} su {len(net)}", columns, rows)


def _periods(lab: Lab, figures: dict[str, Path]) -> list[Figure]:
    """The maps of the periods, each with what changed since the one before."""
    found, before = [], None
    for a, b in lab.periods:
        name = f"{a}-{b}"
        if f"rete-{name}" not in figures:
            continue
        graph = network.build(lab, kind="co_presence", years=(a, b))
        says = _period_says(graph, name, before)
        caption = f"Chi era presente alle stesse riunioni, {name}; ogni ente sta dove sta nella mappa di tutti gli anni"
        alt = f"Mappa di {len(graph)} enti e {graph.number_of_edges()} rapporti. {says} {SHAPES}"
        found.append(Figure(figures[f"rete-{name}"].read_bytes(), caption, says, alt))
        before = (name, graph)
    return found


def _period_says(graph: nx.Graph, name: str, before: tuple[str, nx.Graph] | None) -> str:
    lists = len({one for _, _, d in graph.edges(data=True) for one in d["evidence"].split()})
    says = f"Nel {name} {many(lists, 'riunione lega', 'riunioni legano')} {len([n for n, d in graph.degree() if d])} enti con {many(graph.number_of_edges(), 'rapporto', 'rapporti')}"
    if not before:
        return f"{says}."
    earlier = {tuple(sorted(edge)) for edge in before[1].edges()}
    kept = sum(tuple(sorted(edge)) in earlier for edge in graph.edges())
    return f"{says}: {number(kept)} c'erano già nel {before[0]}, {number(graph.number_of_edges() - kept)} no."


def _mixing(net: nx.Graph) -> list[Heading | Text | Table]:
    """Ties within and between sectors."""
    rows = mixing(net)
    rows = rows[rows["possible"] > 0]
    columns = (
        Column("Settori", 36),
        Column("Rapporti", 14, True),
        Column("Coppie possibili", 16, True),
        Column("Quota", 12, True),
        Column("Attesi", 22, True),
    )
    cells = [
        (
            SECTOR_NAMES[r.group_a]
            if r.group_a == r.group_b
            else f"{SECTOR_NAMES[r.group_a]} e {SECTOR_NAMES[r.group_b]}",
            number(r.ties),
            number(r.possible),
            percent(r.density),
            number(r.expected, 1),
        )
        for r in rows.itertuples(index=False)
    ]
    text = "La quota dice quante delle coppie possibili si sono incontrate. Gli attesi dicono quanti rapporti ci sarebbero se il settore non contasse."
    return [
        Heading("Rapporti dentro e tra i settori"),
        Text(text),
        table("Rapporti dentro e tra i settori, e quanti se ne aspetterebbero", columns, cells),
    ]


# --- partnerships


def partners(lab: Lab, figures: dict[str, Path], *, only: nx.Graph | None) -> Section:
    """The chapter on partnerships that documents declare; only those of a network, if one is given."""
    lists = _lists(lab, only)
    if not lists:
        return Section(
            "partenariati", "Partenariati dichiarati", (Text("Non è stato riconosciuto alcun elenco di partner."),)
        )
    help_ = "Elenchi di partner che i testi stessi dichiarano. Sono tenuti distinti dagli incontri: essere partner non significa sedere allo stesso tavolo."
    columns = (Column("Progetto o accordo", 28), Column("Data", 18), Column("Partner", 54))
    rows = [(label, day_of(day), ", ".join(members)) for day, label, members in lists]
    blocks: list[Block] = [Text(help_), table("Gli elenchi di partner trovati nei testi", columns, rows)]
    if "partenariati" in figures:
        says = _partners_say([members for _, _, members in lists])
        alt = f"Mappa dei partenariati. {says} {SHAPES}"
        caption = "Partenariati dichiarati: due enti sono uniti quando compaiono nello stesso elenco"
        blocks.append(Figure(figures["partenariati"].read_bytes(), caption, says, alt))
    return Section("partenariati", "Partenariati dichiarati", tuple(blocks))


def _lists(lab: Lab, only: nx.Graph | None) -> list[tuple[str, str, list[str]]]:
    """Day, label and members of each list of partners, by day."""
    ties = lab.ties[lab.ties["kind"] == "declared_partnership"]
    if only is not None:
        ties = ties.loc[[only.has_edge(a, b) for a, b in zip(ties["source"], ties["target"])]]
    shown = lab.actors[lab.actors["type"] != "person"]
    names = dict(zip(shown["actor_id"], shown["name"]))
    found = []
    for _, group in ties.groupby(ties["tie_id"].str.rsplit(".", n=1).str[0], sort=False):
        members = sorted({names[a] for a in [*group["source"], *group["target"]] if a in names})
        label, day = (value if isinstance(value, str) else "" for value in group[["label", "date"]].iloc[0])
        found.append((day, label, members))
    return sorted(found)


def _partners_say(lists: list[list[str]]) -> str:
    times: dict[str, int] = {}
    for members in lists:
        for name in members:
            times[name] = times.get(name, 0) + 1
    most = max(times.values())
    says = f"{many(len(lists), 'elenco unisce', 'elenchi uniscono')} {many(len(times), 'ente', 'enti')}"
    if most == 1:
        return f"{says}; nessuno compare in più di un elenco."
    first = sorted(name for name, n in times.items() if n == most)
    return f"{says}; {listed(first)} {'compare' if len(first) == 1 else 'compaiono'} nel maggior numero di elenchi ({most})."

"""The poster: the map of one kind of tie with numbers and codes, the list of actors and ties beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import networkx as nx

from labkit.errors import UsageError, did_you_mean
from labkit.network.drawing import SECTORS, save
from labkit.network.letters import plain
from labkit.wording import number as figures
from labkit.wording import spoken
from labkit.workshop.paper import QUIET, Sheet, name_of, sheet, style, width_of, wrapped
from labkit.workshop.poster_map import map_on, strongest

if TYPE_CHECKING:
    from labkit.lab import Lab
    from labkit.workshop.codes import Tie

SIZES = {"A1": 1.0, "A3": 0.5}
MARGIN, GAP, COLUMN = 76.0, 46.0, 335.0
LIST, PITCH = 20.5, 1.32
WORDS = {
    "it": {
        "actors": "Enti",
        "ties": "Rapporti",
        "ties_help": "codice, numeri dei due enti, quante volte",
        "size": "grandezza: con quanti è in rapporto",
        "width": "spessore: quante volte",
        "code": "codice di un rapporto",
        "read": "Come si legge: ogni figura è un ente, ogni linea un rapporto. Il codice su alcune linee è quello della scheda.",
        "texts": ("Da {n} testo, {years}", "Da {n} testi, {years}"),
        "ties_left": ("Un altro rapporto è sulle schede.", "Altri {n} rapporti sono sulle schede."),
        "actors_left": (
            "Un altro ente, quello con meno rapporti, non è su questo foglio.",
            "Altri {n} enti, quelli con meno rapporti, non sono su questo foglio.",
        ),
    },
    "en": {
        "actors": "Actors",
        "ties": "Ties",
        "ties_help": "code, numbers of the two actors, how many times",
        "size": "size: number of others tied",
        "width": "width: number of times",
        "code": "code of a tie",
        "read": "How to read: each shape is an actor, each line a tie. The code on some lines is that of the card.",
        "texts": ("From {n} text, {years}", "From {n} texts, {years}"),
        "ties_left": ("One more tie is on the cards.", "{n} more ties are on the cards."),
        "actors_left": (
            "One more actor, the one with the fewest ties, is not on this sheet.",
            "{n} more actors, those with the fewest ties, are not on this sheet.",
        ),
    },
}


class Row(NamedTuple):
    """A line or more of the list: a heading of a sector, or an actor with its number."""

    sector: str
    number: int | None
    lines: list[str]


def poster(
    lab: Lab,
    graph: nx.Graph,
    positions: dict[str, tuple[float, float]],
    *,
    to: Path,
    size: str = "A1",
    codes: dict[Tie, str],
    title: str | None = None,
) -> list[Path]:
    """Draw the poster of one kind of tie, to be hung where people stand before it: vector PDF and SVG.

    On A1 everything is read from two metres: nothing on the map is under 24 points, nothing in the list under 20; on A3,
    for the table, half of that. What finds no room at that size is left out and said in a sentence.

    Parameters
    ----------
    graph
        One kind of tie, from :func:`labkit.network.build`; its nodes' ``name`` is what is written.
    positions
        A place in the unit square for each actor, from :func:`labkit.network.positions`.
    to
        The files without their ending.
    size
        A1 or A3.
    codes
        From :func:`labkit.workshop.codes.of_graphs`.
    title
        The headline; the title of the lab by default.

    Returns
    -------
    list of pathlib.Path
        The PDF and the SVG.

    Raises
    ------
    UsageError
        For another size, a graph without actors, an actor without place or a tie without code.

    Examples
    --------
    >>> import tempfile, labkit as lk
    >>> from labkit.workshop.codes import of_graphs
    >>> lab = lk.open_lab("cremasco")
    >>> net = lk.network.build(lab, kind="declared_partnership")
    >>> places = lk.network.positions(net, seed=1)
    >>> to = Path(tempfile.mkdtemp()) / "poster"
    >>> [path.name for path in poster(lab, net, places, to=to, size="A3", codes=of_graphs([net]))]
    ['poster.pdf', 'poster.svg']
    """
    if size not in SIZES:
        raise UsageError(f"poster: no size '{size}' ({did_you_mean(str(size), SIZES)})")
    _check(graph, positions)
    with style():
        return save(drawn(lab, graph, positions, size, codes, title).figure, to, kinds=("pdf", "svg"))


def _check(graph: nx.Graph, positions: dict) -> None:
    if not len(graph):
        raise UsageError(
            "poster: expected a network with actors; found none; choose another kind of tie or other years"
        )
    missing = sorted(set(graph) - set(positions))
    if missing:
        raise UsageError(
            f"poster: no position for {missing[0]} and {len(missing) - 1} others; pass positions of the same graph"
        )


def codes_of(graph: nx.Graph, codes: dict[Tie, str], call: str) -> dict[tuple[str, str], str]:
    """Return the code of each tie of a graph by its two actors in order."""
    kind = graph.graph.get("kind", "")
    found = {pair: codes.get((kind, *pair)) for pair in strongest(graph)}
    lacking = sorted(pair for pair, code in found.items() if code is None)
    if lacking:
        raise UsageError(
            f"{call}: no code for {kind} {lacking[0][0]} – {lacking[0][1]} and {len(lacking) - 1} others; "
            "pass codes.of_graphs of this graph"
        )
    return found


def kind_words(lab: Lab, graph: nx.Graph) -> tuple[str, str]:
    """Return what a kind of tie is called, with its years, and what a line of it means."""
    kind = graph.graph.get("kind", "")
    entry = lab.codebooks.ties.get(kind)
    if not entry:
        return plain(kind), ""
    years = str(graph.graph.get("years") or "").replace("-", "–")
    if lab.language == "it":
        label, means = entry["label"], entry["means"]
    else:
        label, means = entry.get("label_en", entry["label"]), entry.get("means_en", entry["description"])
    return plain(f"{label}, {years}" if years else label), plain(means)


def by_sector(graph: nx.Graph) -> dict[str, list[str]]:
    """Return the actors of each sector that is there, by name: the order in which they are numbered."""
    found: dict[str, list[str]] = {}
    for sector in SECTORS:
        mine = (n for n, d in graph.nodes(data=True) if _sector(d) == sector)
        found[sector] = sorted(mine, key=lambda n: (name_of(graph, n).casefold(), n))
    return {sector: nodes for sector, nodes in found.items() if nodes}


def _sector(data: dict) -> str:
    sector = data.get("sector", "other")
    return sector if sector in SECTORS else "other"


def drawn(lab: Lab, graph: nx.Graph, positions: dict, size: str, codes: dict[Tie, str], title: str | None) -> Sheet:
    """Return the sheet with everything on it."""
    words = spoken(WORDS, lab.language)
    paper = sheet(size, scale=SIZES[size])
    mine = codes_of(graph, codes, "poster")
    top, bottom = _head(paper, lab, graph, title), paper.height - MARGIN - 118
    shown, columns = _fitting(graph, bottom - top, lab.language)
    numbers = numbered(shown)
    left = paper.width - MARGIN - len(columns) * COLUMN - (len(columns) - 1) * GAP
    edge = left - GAP
    paper.rule(edge, top, edge, bottom, width=1.6)
    degrees = dict(graph.degree())
    map_on(paper, shown, positions, (MARGIN, top, edge - GAP, bottom), degrees=degrees, numbers=numbers, codes=mine)
    y = _actors(paper, columns, left, top, len(graph) - len(shown), words)
    area = (left, y, paper.width - MARGIN, bottom)
    _ties(paper, shown, mine, numbers, area, len(mine), words)
    _foot(paper, lab, shown, words)
    return paper


def numbered(graph: nx.Graph) -> dict[str, int]:
    """Return the number of each actor: by sector, then by name."""
    return {node: n for n, node in enumerate((n for nodes in by_sector(graph).values() for n in nodes), start=1)}


def _head(paper: Sheet, lab: Lab, graph: nx.Graph, title: str | None) -> float:
    """Headline, kind of tie and what a line means; where the rest begins."""
    room = paper.width - 2 * MARGIN
    text = plain(lab.title if title is None else title)
    size = next((s for s in (86, 78, 70) if width_of(text, s, bold=True) <= room), 62)
    lines = wrapped(text, room, size, bold=True, most=2)
    y = paper.lines(MARGIN, MARGIN + size * 0.76, lines, size, bold=True, pitch=1.2) - 1.2 * size
    label, means = kind_words(lab, graph)
    paper.write(MARGIN, y + 72, label, 40)
    y = paper.lines(MARGIN, y + 72 + 46, wrapped(means, room, 28), 28, color=QUIET)
    return y + 16


def _foot(paper: Sheet, lab: Lab, graph: nx.Graph, words: dict) -> None:
    """What shapes, sizes and widths mean; how to read, and from how many texts."""
    y, right = paper.height - MARGIN, paper.width - MARGIN
    paper.rule(MARGIN, y - 84, right, y - 84, width=1.6)
    x = MARGIN
    for sector in by_sector(graph):
        paper.shape(sector, x + 15, y - 50, 28)
        label = SECTORS[sector][lab.language]
        paper.write(x + 42, y - 41, label, 24)
        x += 42 + width_of(label, 24) + 40
    paper.write(right, y - 41, f"{words['size']}; {words['width']}", 24, ha="right")
    paper.write(MARGIN, y, words["read"], 22, color=QUIET)
    paper.write(right, y, _texts(lab, graph, words), 22, color=QUIET, ha="right")


def _texts(lab: Lab, graph: nx.Graph, words: dict) -> str:
    """From how many documents of which years."""
    documents = lab.documents[lab.documents["kind"] != "pooled"]
    years = documents["published"].str[:4]
    span = str(graph.graph.get("years") or "").split("-")
    if len(span) == 2:
        documents = documents[years.between(*span)]
    known = years.dropna()
    said = span if len(span) == 2 else [known.min(), known.max()] if len(known) else []
    return words["texts"][len(documents) != 1].format(n=figures(len(documents)), years="–".join(dict.fromkeys(said)))


def _fitting(graph: nx.Graph, height: float, language: str) -> tuple[nx.Graph, list[list[Row]]]:
    """The actors that the list has room for, in columns that leave room for ties: all, or those with the most ties."""
    order = sorted(graph, key=lambda n: (-graph.degree(n), n))
    most = 3 * int(height // (LIST * PITCH))
    for kept in range(min(len(order), most), 1, -1):
        shown = graph.subgraph(order[:kept])
        for count, below in ((2, 8), (3, 6)):
            columns = _balanced(_rows(shown, language), count, height - 140 - below * LIST * PITCH)
            if columns:
                return shown, columns
    return graph.subgraph(order[:1]), [_rows(graph.subgraph(order[:1]), language), []]


def _rows(graph: nx.Graph, language: str) -> list[Row]:
    numbers, rows = numbered(graph), []
    for sector, nodes in by_sector(graph).items():
        rows.append(Row(sector, None, [SECTORS[sector][language]]))
        for node in nodes:
            rows.append(Row(sector, numbers[node], wrapped(name_of(graph, node), COLUMN - 54, LIST, most=6)))
    return rows


def _tall(row: Row, first: bool) -> float:
    """A heading keeps away from what stands above it."""
    return LIST * PITCH * (len(row.lines) + (0.75 if row.number is None and not first else 0))


def _balanced(rows: list[Row], count: int, height: float) -> list[list[Row]] | None:
    """Rows in columns of about one height, a heading never last; none if they do not fit."""
    target = sum(_tall(row, False) for row in rows) / count - LIST * PITCH
    while target <= height:
        columns: list[list[Row]] = [[]]
        full = 0.0
        for n, row in enumerate(rows):
            need = _tall(row, not columns[-1]) + (_tall(rows[n + 1], False) if row.number is None else 0)
            if columns[-1] and full + need > target:
                columns.append([])
                full = 0.0
            full += _tall(row, not columns[-1])
            columns[-1].append(row)
        if len(columns) <= count and max(_tall(row, False) for row in rows) <= target:
            return columns + [[] for _ in range(count - len(columns))]
        target += LIST * PITCH / 4
    return None


def _actors(paper: Sheet, columns: list[list[Row]], left: float, top: float, lacking: int, words: dict) -> float:
    """Write the list of actors; return where it ends."""
    pitch = LIST * PITCH
    paper.write(left, top + 26, words["actors"], 34, bold=True)
    lowest = top
    for number, rows in enumerate(columns):
        x, y = left + number * (COLUMN + GAP), top + 50
        for n, row in enumerate(rows):
            base = y + _tall(row, n == 0) - pitch * (len(row.lines) - 0.76)
            if row.number is None:
                paper.shape(row.sector, x + 18, base - 0.36 * LIST, 19)
            else:
                paper.write(x + 30, base, str(row.number), LIST, bold=True, ha="right")
            paper.lines(x + 44, base, row.lines, LIST, pitch=PITCH, bold=row.number is None)
            y += _tall(row, n == 0)
        lowest = max(lowest, y)
    if lacking:
        lowest += pitch
        paper.write(left, lowest, words["actors_left"][lacking != 1].format(n=lacking), LIST, color=QUIET)
    return lowest + pitch


def _ties(paper: Sheet, graph: nx.Graph, codes: dict, numbers: dict, area: tuple, every: int, words: dict) -> None:
    """Write the ties below the actors, those found most often first, as many as there is room for."""
    left, top, right, bottom = area
    pitch = LIST * PITCH
    if not every:
        return
    paper.write(left, top + 34, words["ties"], 34, bold=True)
    after = left + width_of(words["ties"], 34, bold=True) + 18
    paper.write(after, top + 34, words["ties_help"], LIST, color=QUIET)
    cells = _cells(graph, codes, numbers)
    wide = [max((width_of(cell[k], LIST, bold=k == 0) for cell in cells), default=1) for k in range(3)]
    across = max(1, int((right - left + 28) // (sum(wide) + 24 + 28)))
    step = (right - left + 28) / across
    rows = int((bottom - top - 56) // pitch)
    rows = max(0, min(rows - (rows * across < every), -(-len(cells) // across)))
    for n, (code, pair, times) in enumerate(cells[: rows * across]):
        x, y = left + (n // rows) * step, top + 56 + (n % rows + 0.76) * pitch
        paper.write(x, y, code, LIST, bold=True)
        paper.write(x + wide[0] + 14, y, pair, LIST)
        paper.write(x + sum(wide) + 24, y, times, LIST, color=QUIET, ha="right")
    rest = every - min(len(cells), rows * across)
    if rest > 0:
        said = words["ties_left"][rest != 1].format(n=rest)
        paper.write(left, top + 56 + (rows + 0.85) * pitch, said, LIST, color=QUIET)


def _cells(graph: nx.Graph, codes: dict, numbers: dict[str, int]) -> list[tuple[str, str, str]]:
    """Code, numbers and how many times of each tie, strongest first."""
    pairs = {tie: tuple(sorted((numbers[tie[0]], numbers[tie[1]]))) for tie in strongest(graph)}
    order = sorted(pairs, key=lambda tie: (-graph.edges[tie].get("weight", 1), pairs[tie]))
    return [(codes[tie], "{} – {}".format(*pairs[tie]), f"× {times(graph.edges[tie])}") for tie in order]


def times(data: dict) -> str:
    """Return how many times a tie was found, as it is written.

    >>> times({"weight": 3}), times({"weight": 0.25})
    ('3', '0,25')
    """
    weight = data.get("weight", 1)
    return figures(weight) if weight == int(weight) else figures(weight, 2)

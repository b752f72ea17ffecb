"""Drawing: the static map, sector by colour and shape, labels that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from labkit.errors import UsageError, did_you_mean
from labkit.network.layout import folded, label_places
from labkit.network.letters import UNKNOWN, plain
from labkit.wording import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Paul Tol's high-contrast colours, told apart in greyscale too, each with a shape of its own.
SECTORS: dict[str, dict[str, str]] = {
    "public": {"colour": "#004488", "marker": "s", "it": "Pubblico", "en": "Public"},
    "third_sector": {"colour": "#DDAA33", "marker": "o", "it": "Terzo settore", "en": "Third sector"},
    "profit": {"colour": "#BB5566", "marker": "^", "it": "Imprese", "en": "Business"},
    "other": {"colour": "#FFFFFF", "marker": "D", "it": "Altro", "en": "Other"},
}
INK = "#222222"
_WORDS = {
    "it": {
        "size": "grandezza: con quanti è in rapporto",
        "size_meeting": "grandezza: a quanti incontri",
        "size_section": "grandezza: in quanti passi",
        "concept": "Concetto",
        "size_concept": "grandezza: con quanti è in rapporto",
        "meeting": "Incontro",
        "section": "Passo di un testo",
        "width": "spessore: quante volte",
        "co_presence": "Compresenza agli incontri",
        "declared_partnership": "Partenariati dichiarati",
        "co_mention": "Citati insieme",
    },
    "en": {
        "size": "size: number of others tied",
        "size_meeting": "size: number of meetings",
        "size_section": "size: number of sections",
        "concept": "Concept",
        "size_concept": "size: number of others tied",
        "meeting": "Meeting",
        "section": "Section of a text",
        "width": "width: number of times",
        "co_presence": "Co-presence at meetings",
        "declared_partnership": "Declared partnerships",
        "co_mention": "Named together",
    },
}


def network_map(
    graph: nx.Graph,
    positions: dict[str, tuple[float, float]],
    *,
    ax: Axes | None = None,
    language: str = "it",
    title: str | None = None,
    labels: int | None = None,
    legend: bool = True,
) -> Axes:
    """Draw a network: actors by sector in colour and shape, ties by weight, names beside their actors.

    In a two-mode network meetings are small points with their day.

    Parameters
    ----------
    positions
        A place in the unit square for each actor, from :func:`labkit.network.positions`.
    ax
        Axes to draw on; new ones by default.
    labels
        At most how many names are written, those of the best connected first; by default all of up to 100.
    legend
        Whether the map says what its shapes mean; off where one legend serves several maps.

    Returns
    -------
    matplotlib.axes.Axes
        ``ax.texts`` holds the names; none covers another.
    """
    import matplotlib.pyplot as plt

    missing = sorted(set(graph) - set(positions))
    if missing:
        raise UsageError(
            f"network_map: no position for {missing[0]} and {len(missing) - 1} others; pass positions of the same graph"
        )
    if ax is None:
        # A sheet grows with its actors, so that names keep their size and find room.
        larger = min(3.0, math.sqrt(max(1.0, len(graph) / 60)))
        _, ax = plt.subplots(figsize=(11 * larger, 8.5 * larger), layout="constrained")
    degrees = dict(graph.degree())
    events = _events(graph)
    _ties(ax, graph, positions)
    ax.scatter(*zip(*(positions[n] for n in events)) if events else ([], []), **_EVENT, zorder=3)
    _actors(ax, graph, positions, degrees)
    ax.set(xlim=(-0.16, 1.16), ylim=(-0.1, 1.1))
    ax.set_axis_off()
    words = spoken(_WORDS, language)
    if title is None:
        title = words.get(graph.graph.get("kind", ""), "") + (
            f", {graph.graph['years']}" if graph.graph.get("years") else ""
        )
    ax.set_title(title, loc="left", fontsize=15, color=INK, pad=12)
    if legend:
        sector_legend(ax, [graph], language, loc="upper center", bbox_to_anchor=(0.5, 0.0))
    order = sorted(graph, key=lambda n: (n in events, -degrees[n], n))[: 100 if labels is None else labels]
    _names(ax, graph, positions, order, degrees)
    return ax


def _area(degree: int, most: int) -> float:
    return 60 + 420 * degree / max(1, most)


_EVENT = {"s": 26, "c": "#FFFFFF", "marker": "o", "edgecolors": "#5F6670", "linewidths": 1.0}


def _events(graph: nx.Graph) -> set:
    return {n for n, data in graph.nodes(data=True) if data.get("bipartite") == 1}


def _shown(graph: nx.Graph, node: str) -> str:
    """The name of an actor, the day of a meeting."""
    data = graph.nodes[node]
    if data.get("bipartite") != 1 or data.get("name"):
        return "\n".join(folded(plain(data.get("name", node)) or UNKNOWN))
    day = str(data.get("date") or "")
    return f"{int(day[8:10])}.{int(day[5:7])}.{day[:4]}" if len(day) == 10 else day or str(node)


def _ties(ax: Axes, graph: nx.Graph, positions: dict) -> None:
    from matplotlib.collections import LineCollection

    edges = sorted(graph.edges(data=True), key=lambda e: (e[2].get("weight", 1), e[0], e[1]))
    if not edges:
        return
    most = max(4, *(d.get("weight", 1) for _, _, d in edges))
    widths = [0.4 + 3.6 * d.get("weight", 1) / most for _, _, d in edges]
    colours = ["#B00020" if d.get("sign", 1) < 0 else "#8A8F98" for _, _, d in edges]
    dense = min(1.0, 60 / len(edges))
    alphas = [0.25 + 0.45 * max(dense, d.get("weight", 1) / most) for _, _, d in edges]
    styles = ["--" if d.get("sign", 1) < 0 else "-" for _, _, d in edges]
    lines = LineCollection(
        [[positions[a], positions[b]] for a, b, _ in edges],
        linewidths=widths,
        colors=colours,
        alpha=alphas,
        linestyles=styles,
        zorder=1,
    )
    ax.add_collection(lines)


def _actors(ax: Axes, graph: nx.Graph, positions: dict, degrees: dict[str, int]) -> None:
    most = max((degrees[n] for n in set(graph) - _events(graph)), default=1)
    for sector, style in SECTORS.items():
        mine = sorted(
            n for n, d in graph.nodes(data=True) if d.get("sector", "other") == sector and d.get("bipartite") != 1
        )
        if mine:
            ax.scatter(
                [positions[n][0] for n in mine],
                [positions[n][1] for n in mine],
                s=[_area(degrees[n], most) for n in mine],
                c=style["colour"],
                marker=style["marker"],
                edgecolors=INK,
                linewidths=0.9,
                zorder=3,
            )


def sector_legend(on: Axes | Figure, graphs: Iterable[nx.Graph], language: str, **where) -> None:
    """Say what shapes, sizes and widths mean, for the sectors that stand in some networks."""
    from matplotlib.lines import Line2D

    graphs = list(graphs)
    present = {d.get("sector", "other") for g in graphs for _, d in g.nodes(data=True) if d.get("bipartite") != 1}
    handles = [
        Line2D(
            [],
            [],
            marker=s["marker"],
            color="none",
            markerfacecolor=s["colour"],
            markeredgecolor=INK,
            markersize=9,
            label=s[language],
        )
        for name, s in SECTORS.items()
        if name in present
    ]
    words = spoken(_WORDS, language)
    two = [g for g in graphs if _events(g)]
    if two:
        by = two[0].graph.get("by", "meeting")
        handles.append(
            Line2D(
                [],
                [],
                marker="o",
                color="none",
                markerfacecolor="#FFFFFF",
                markeredgecolor="#5F6670",
                markersize=5,
                label=words[by],
            )
        )
    said = words[f"size_{by}"] if two else f"{words['size']}; {words['width']}"
    on.legend(
        handles=handles,
        ncols=len(handles),
        frameon=False,
        fontsize=11,
        title=said,
        title_fontsize=10,
        **where,
    )


def _names(ax: Axes, graph: nx.Graph, positions: dict, order: list[str], degrees: dict[str, int]) -> None:
    """Write names at the nearest free place around their actor; a thin line joins those that had to go further."""
    from matplotlib import patheffects

    halo = patheffects.withStroke(linewidth=2.2, foreground="white", alpha=0.85)
    figure = ax.figure
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    to_pixels, to_data = ax.transData.transform, ax.transData.inverted().transform
    scale = figure.dpi / 72
    events = _events(graph)
    most = max((degrees[n] for n in set(graph) - events), default=1)
    texts, sizes = {}, {}
    for node in order:
        texts[node] = ax.text(
            0,
            0,
            _shown(graph, node),
            fontsize=7 if node in events else 9.5,
            color="#5F6670" if node in events else INK,
            ha="center",
            va="center",
            zorder=5,
            linespacing=1.0,
            path_effects=[halo],
            parse_math=False,
        )
        extent = texts[node].get_window_extent(renderer)
        sizes[node] = (extent.width + 4 * scale, extent.height + 2 * scale)
    centres = {n: tuple(to_pixels(positions[n])) for n in graph}
    radii = {n: math.sqrt(_EVENT["s"] if n in events else _area(degrees[n], most)) / 2 * scale for n in graph}
    window = ax.get_window_extent(renderer)
    places = label_places(order, centres, radii, sizes, (window.x0, window.y0, window.x1, window.y1), step=6 * scale)
    for node in order:
        if node not in places:
            texts[node].remove()
            continue
        x, y, far = places[node]
        texts[node].set_position(to_data((x, y)))
        if far:
            line = zip(positions[node], to_data((x, y)))
            ax.plot(*line, color="#9AA0A6", linewidth=0.6, zorder=2)


# What a writer of pictures would add of itself and of the day.
_NO_CLOCK = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save(drawn: Axes | Figure, path: str | Path, *, kinds: tuple[str, ...] = ("png", "svg")) -> list[Path]:
    """Write a figure, or the figure of some axes, the same bytes each time; return the paths.

    Parameters
    ----------
    kinds
        Any of ``png``, ``svg`` and ``pdf`` (fonts embedded).

    Raises
    ------
    UsageError
        For another kind.

    Examples
    --------
    >>> import tempfile
    >>> ax = network_map(nx.path_graph(["a", "b"]), {"a": (0, 0), "b": (1, 1)})
    >>> [p.name for p in save(ax, Path(tempfile.mkdtemp()) / "map", kinds=("pdf",))]
    ['map.pdf']
    """
    import io

    import matplotlib as mpl
    import matplotlib.pyplot as plt

    from labkit.archive import write_whole

    figure = drawn if isinstance(drawn, mpl.figure.Figure) else drawn.figure
    written = []
    with mpl.rc_context({"svg.hashsalt": "labkit", "svg.fonttype": "none", "pdf.fonttype": 42}):
        for kind in kinds:
            if kind not in _NO_CLOCK:
                raise UsageError(f"save: no kind '{kind}' ({did_you_mean(kind, _NO_CLOCK)})")
            buffer = io.BytesIO()
            figure.savefig(buffer, format=kind, dpi=150, metadata=_NO_CLOCK[kind], facecolor="white")
            written.append(write_whole(Path(path).with_suffix(f".{kind}"), buffer.getvalue()))
    plt.close(figure)
    return written

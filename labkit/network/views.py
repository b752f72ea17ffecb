"""Views beside the map: a matrix for dense networks, small maps of the years, one actor's own network, a chart of brokers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd

from labkit.errors import UsageError, did_you_mean
from labkit.network.drawing import INK, SECTORS, network_map, sector_legend
from labkit.network.letters import UNKNOWN, plain
from labkit.wording import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WORDS = {
    "it": {
        "weight": "quante volte",
        "count": "quante volte fa da ponte",
        "chance": "quanto ne darebbe il caso (95 %)",
        "coordinator": "dentro il proprio settore",
        "itinerant": "dentro un altro settore",
        "gatekeeper": "tra il proprio e un altro",
        "representative": "dal proprio verso un altro",
        "liaison": "tra due altri settori",
        "total": "in tutto",
    },
    "en": {
        "weight": "number of times",
        "count": "times between two others",
        "chance": "what chance would give (95 %)",
        "coordinator": "within the own sector",
        "itinerant": "within another sector",
        "gatekeeper": "between the own and another",
        "representative": "from the own to another",
        "liaison": "between two others",
        "total": "in all",
    },
}


def matrix_view(graph: nx.Graph, *, ax: Axes | None = None, language: str = "it", title: str = "") -> Axes:
    """Draw a network as a table of squares, actors ordered by sector and then by degree: readable where a map is a tangle.

    Returns
    -------
    matplotlib.axes.Axes
        Each tie is a square in both halves, the darker the more often; lines part the sectors.

    Examples
    --------
    >>> import labkit as lk
    >>> ax = matrix_view(lk.network.build(lk.open_lab("cremasco")))
    >>> len(ax.get_yticks())
    16
    """
    import matplotlib.pyplot as plt

    order = _by_sector(graph)
    if not order:
        raise UsageError("matrix_view: the network has no actors; nothing can be drawn")
    size = len(order)
    if ax is None:
        side = 3.2 + 0.24 * size
        _, ax = plt.subplots(figsize=(side + 1.6, side), layout="constrained")
    weights = nx.to_numpy_array(graph, nodelist=order, weight="weight")
    shown = np.ma.masked_equal(weights, 0)
    image = ax.imshow(shown, cmap="Greys", vmin=-0.35 * max(1, weights.max()), vmax=max(1, weights.max()))
    names = [_name(graph, n) for n in order]
    ax.set_xticks(range(size), names, rotation=90, fontsize=7.5, color=INK)
    ax.set_yticks(range(size), names, fontsize=7.5, color=INK)
    ax.tick_params(length=0)
    sectors = [graph.nodes[n].get("sector", "other") for n in order]
    for cut in (n - 0.5 for n in range(1, size) if sectors[n] != sectors[n - 1]):
        ax.axhline(cut, color=INK, linewidth=0.8)
        ax.axvline(cut, color=INK, linewidth=0.8)
    for n, sector in enumerate(sectors):
        style = SECTORS.get(sector, SECTORS["other"])
        ax.plot(
            -1.1, n, marker=style["marker"], color=style["colour"], markeredgecolor=INK, markersize=5, clip_on=False
        )
    ax.set_xlim(-1.8, size - 0.5)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    bar = ax.figure.colorbar(image, ax=ax, shrink=0.35, aspect=14, label=spoken(_WORDS, language)["weight"])
    bar.ax.set_ylim(0, max(1, weights.max()))
    ax.set_title(title, loc="left", fontsize=13, color=INK)
    return ax


def _name(graph: nx.Graph, node) -> str:
    """A name as labels of axes take it, where a pair of dollar signs would begin a formula."""
    return (plain(graph.nodes[node].get("name", node)) or UNKNOWN).replace("$", r"\$")


def _by_sector(graph: nx.Graph) -> list:
    rank = {sector: n for n, sector in enumerate(SECTORS)}
    return sorted(graph, key=lambda n: (rank.get(graph.nodes[n].get("sector", "other"), 9), -graph.degree(n), str(n)))


def year_maps(
    graphs: Mapping[str, nx.Graph],
    positions: Mapping[str, tuple[float, float]] | Mapping[str, Mapping[str, tuple[float, float]]],
    *,
    language: str = "it",
    labels: int = 6,
) -> Figure:
    """Draw networks of several years side by side, each actor at or near its place in all of them.

    Parameters
    ----------
    graphs
        Networks by the title of their map, in order.
    positions
        Places of all actors, from :func:`labkit.network.positions` of all years together; or those of each title, from
        :func:`labkit.network.anchored`.
    labels
        At most how many names each map bears.

    Examples
    --------
    >>> g = nx.path_graph(["a", "b", "c"])
    >>> places = {"a": (0, 0), "b": (0.5, 1), "c": (1, 0)}
    >>> [ax.get_title(loc="left") for ax in year_maps({"2014": g, "2015": g}, places).axes]
    ['2014', '2015']
    """
    import matplotlib.pyplot as plt

    if not graphs:
        raise UsageError("year_maps: expected one network at least; found none")
    across = min(3, len(graphs))
    down = -(-len(graphs) // across)
    figure, axes = plt.subplots(down, across, figsize=(6.2 * across, 5.2 * down), layout="constrained", squeeze=False)
    for ax in axes.flat[len(graphs) :]:
        ax.remove()
    sector_legend(figure, graphs.values(), language, loc="outside lower center")  # before names look for free places
    own = graphs.keys() <= positions.keys()
    for ax, (title, graph) in zip(axes.flat, graphs.items()):
        network_map(
            graph,
            positions[title] if own else positions,
            ax=ax,
            language=language,
            title=title,
            labels=labels,
            legend=False,
        )
    return figure


def ego_map(
    graph: nx.Graph,
    actor: str,
    positions: dict[str, tuple[float, float]],
    *,
    ax: Axes | None = None,
    language: str = "it",
) -> Axes:
    """Draw one actor, those it is tied to, and the ties among them, at their places in the whole network.

    Raises
    ------
    UsageError
        If the network has no such actor.

    Examples
    --------
    >>> g = nx.path_graph(["a", "b", "c", "d"])
    >>> ax = ego_map(g, "a", {n: (i / 3, i % 2) for i, n in enumerate(g)})
    >>> sorted(text.get_text() for text in ax.texts)
    ['a', 'b']
    """
    if actor not in graph:
        raise UsageError(
            f"ego_map: no actor '{actor}' in this network ({did_you_mean(actor, [str(n) for n in graph])})"
        )
    own = graph.subgraph([n for n in graph if n == actor or graph.has_edge(n, actor) or graph.has_edge(actor, n)])
    return network_map(own, positions, ax=ax, language=language, title=_name(graph, actor))


def brokerage_chart(
    found: pd.DataFrame,
    graph: nx.Graph,
    *,
    role: str = "liaison",
    null: str = "relabel",
    actors: int = 12,
    language: str = "it",
) -> Axes:
    """Draw how often actors stand between two others, beside what chance would give.

    Parameters
    ----------
    found
        Rows of :func:`labkit.network.brokerage`.
    actors
        How many actors are shown, the most frequent brokers first.

    Raises
    ------
    UsageError
        If the rows hold no such role or null.

    Examples
    --------
    >>> import labkit as lk
    >>> net = lk.network.build(lk.open_lab("cremasco"))
    >>> ax = brokerage_chart(lk.network.brokerage(net, nulls=("relabel",), draws=50, seed=1), net)
    >>> len(ax.get_yticks())
    12
    """
    import matplotlib.pyplot as plt

    rows = found[(found["role"] == role) & (found["null"] == null)]
    if not len(rows):
        known = ", ".join(sorted({*found["role"], *found["null"]}))
        raise UsageError(f"brokerage_chart: no rows of the role '{role}' under '{null}'; found {known}")
    rows = rows.sort_values(["count", "actor_id"], ascending=[False, True]).head(actors).iloc[::-1]
    words, places = spoken(_WORDS, language), np.arange(len(rows))
    _, ax = plt.subplots(figsize=(9, 1.4 + 0.38 * len(rows)), layout="constrained")
    ax.hlines(places, rows["low"], rows["high"], color="#BBBBBB", linewidth=7, label=words["chance"], zorder=1)
    for place, row in zip(places, rows.itertuples()):
        style = SECTORS.get(graph.nodes[row.actor_id].get("sector", "other"), SECTORS["other"])
        ax.plot(
            row.count, place, marker=style["marker"], color=style["colour"], markeredgecolor=INK, markersize=9, zorder=3
        )
    ax.set_yticks(places, [_name(graph, n) for n in rows["actor_id"]], color=INK)
    ax.set_xlabel(f"{words['count']}: {words[role]}", color=INK)
    ax.set_xlim(left=min(0, ax.get_xlim()[0]))
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(loc="lower right", frameon=False)
    return ax


# Paul Tol's muted colours: a group keeps the colour of the one before it from which most of its actors come.
_COLOURS = ("#88CCEE", "#CC6677", "#DDCC77", "#117733", "#AA4499", "#999933", "#882255", "#44AA99", "#332288")


def alluvial(found: Mapping[str, pd.DataFrame], graph: nx.Graph, *, ax: Axes | None = None) -> Axes:
    """Draw how groups of actors part and join from one stretch of years to the next.

    Parameters
    ----------
    found
        Groups by the title of their years, from :func:`labkit.network.groups`; groups of one actor are left out.
    graph
        A network that knows the names of the actors.

    Returns
    -------
    matplotlib.axes.Axes
        A column a stretch of years, a bar a group, as high as it has actors, with the names of three of them.

    Examples
    --------
    >>> g = nx.barbell_graph(4, 0)
    >>> from labkit.network import groups
    >>> ax = alluvial({"2014": groups(g, seed=1), "2015": groups(g, seed=2)}, g)
    >>> len(ax.texts)
    6
    """
    import matplotlib.pyplot as plt

    if not found:
        raise UsageError("alluvial: expected the groups of one stretch of years at least; found none")
    members = [_members(table) for table in found.values()]
    colours = _inherited(members)
    if ax is None:
        figure, ax = plt.subplots(figsize=(3.4 * len(found) + 1.0, 6.5))
        figure.subplots_adjust(left=0.02, right=0.98, bottom=0.02, top=0.98)
    tops: list[dict[int, float]] = []
    for groups in members:
        tops.append(_stacked(groups, members[len(tops) - 1] if tops else {}, tops[-1] if tops else {}))
    for column, (title, groups) in enumerate(zip(found, members)):
        for group, actors in groups.items():
            low = tops[column][group]
            ax.bar(
                column,
                len(actors),
                bottom=low,
                width=0.16,
                color=colours[column][group],
                edgecolor=INK,
                linewidth=0.6,
                zorder=3,
            )
            names = sorted(actors, key=lambda n: (-graph.degree(n) if n in graph else 0, str(n)))[:3]
            said = "\n".join(_name(graph, n) if n in graph else str(n) for n in names)
            ax.text(
                column + 0.1, low + len(actors) / 2, said, fontsize=7.5, va="center", ha="left", color=INK, zorder=4
            )
        ax.text(column, -1.2, title, ha="center", va="top", fontsize=11, color=INK)
    for column, (here, there) in enumerate(pairwise(members)):
        _flows(ax, column, here, there, (tops[column], tops[column + 1]), colours[column])
    highest = max(
        (low + len(groups[g]) for groups, low_of in zip(members, tops) for g, low in low_of.items()), default=1
    )
    ax.set(xlim=(-0.35, len(found) - 0.1), ylim=(-3.0, highest + 0.5))
    ax.set_axis_off()
    return ax


def _members(table: pd.DataFrame) -> dict[int, list]:
    together = table[table["size"] > 1]
    return {int(group): rows["actor_id"].tolist() for group, rows in together.groupby("group", sort=True)}


def _stacked(groups: dict[int, list], before: dict[int, list], heights: dict[int, float]) -> dict[int, float]:
    """Where each bar begins: beside the bars that most of its actors come from, the largest at the top where they come from none."""
    came_from = {actor: heights[group] + len(actors) / 2 for group, actors in before.items() for actor in actors}

    def wish(group: int) -> float:
        known = [came_from[actor] for actor in groups[group] if actor in came_from]
        return sum(known) / len(known) if known else -group

    low, found = 0.0, {}
    for group in sorted(groups, key=lambda g: (wish(g), -g)):
        found[group] = low
        low += len(groups[group]) + 1.0
    return found


def _inherited(members: list[dict[int, list]]) -> list[dict[int, str]]:
    colours: list[dict[int, str]] = []
    fresh = 0
    for number, groups in enumerate(members):
        before = members[number - 1] if number else {}
        mine: dict[int, str] = {}
        for group, actors in groups.items():
            shared = sorted(((len(set(actors) & set(old)), -key) for key, old in before.items()), reverse=True)
            parent = colours[-1][-shared[0][1]] if shared and shared[0][0] else None
            if parent is None or parent in mine.values():
                parent, fresh = _COLOURS[fresh % len(_COLOURS)], fresh + 1
            mine[group] = parent
        colours.append(mine)
    return colours


def _flows(ax: Axes, column: int, here: dict, there: dict, tops: tuple[dict, dict], colours: dict[int, str]) -> None:
    """Bands of actors from their group to the next, in the order that crosses least."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    left, right = dict(tops[0]), dict(tops[1])
    for group in sorted(here, key=tops[0].get):
        for other in sorted(there, key=tops[1].get):
            count = len(set(here[group]) & set(there[other]))
            if not count:
                continue
            a, b, x, y = left[group], right[other], column + 0.08, column + 0.92
            middle = (x + y) / 2
            points = [
                (x, a),
                (middle, a),
                (middle, b),
                (y, b),
                (y, b + count),
                (middle, b + count),
                (middle, a + count),
                (x, a + count),
                (x, a),
            ]
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
            ax.add_patch(
                PathPatch(Path(points, codes), facecolor=colours[group], edgecolor="none", alpha=0.45, zorder=1)
            )
            left[group], right[other] = a + count, b + count

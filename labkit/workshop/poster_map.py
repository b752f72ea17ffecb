"""The map of a poster: numbers in the shapes, names beside them, codes on the lines, none over another."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from labkit.network.drawing import INK, SECTORS
from labkit.network.layout import Box, overlap
from labkit.workshop.paper import QUIET, Sheet, block, name_of, reach, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# The least that is read from two metres, in points of an A1 sheet.
LEAST = 24.0
NAMES = (34.0, 29.0, LEAST)
PITCH = 1.2
# A code may cover other lines only if they are this much weaker: else nobody could say whose it is.
WEAKER = 0.5
# With fewer names than this the map shows numbers alone: some names here and there would tell nothing.
ENOUGH = 0.6


def map_on(
    sheet: Sheet,
    graph: nx.Graph,
    positions: dict[str, tuple[float, float]],
    area: Box,
    *,
    degrees: dict[str, int],
    numbers: dict[str, int],
    codes: dict[tuple[str, str], str],
) -> tuple[set[str], set[tuple[str, str]]]:
    """Draw the map in a part of a sheet; return whose name, and which tie's code, found room.

    Parameters
    ----------
    degrees
        With how many others each actor is tied, here or beyond the sheet: how large it is drawn.
    numbers, codes
        What stands in each shape, and on each line, by its two actors in order.
    """
    sides = actor_sides({n: degrees[n] for n in sorted(graph)}, area)
    centres = spots(graph, positions, area, sides)
    ties = strongest(graph)
    lines = np.array([[*centres[a], *centres[b]] for a, b in ties]).reshape(-1, 4)
    _draw_ties(sheet, graph, ties, centres)
    wide = {n: reach(graph.nodes[n].get("sector", "other"), sides[n]) + 6 for n in centres}
    bodies = [_about(*centres[n], wide[n], wide[n]) for n in centres]
    weights = np.array([graph.edges[tie].get("weight", 1) for tie in ties], dtype=float)
    # A few codes come before the names, which would else cover the short thick lines of the middle.
    first = range(min(len(ties), len(graph) // 4))
    written = [codes[tie] for tie in ties]
    tags = _tags(first, lines, weights, written, bodies, area)
    size, names = _names(graph, numbers, centres, wide, [*bodies, *tags.values()], lines, area)
    taken = [*bodies, *tags.values(), *(box for box, _ in names.values())]
    tags |= _tags(range(len(first), len(ties)), lines, weights, written, taken, area)
    for number, box in tags.items():
        _on_white(sheet, box, [codes[ties[number]]], LEAST, color=QUIET)
    for box, words in names.values():
        _on_white(sheet, box, words, size, color=INK)
    for node in sorted(graph):
        _actor(sheet, graph.nodes[node].get("sector", "other"), centres[node], sides[node], numbers[node])
    return set(names), {ties[number] for number in tags}


def strongest(graph: nx.Graph) -> list[tuple[str, str]]:
    """Return the ties of a graph, each end in order, those found most often first.

    >>> strongest(nx.Graph([("b", "a", {"weight": 1}), ("c", "b", {"weight": 3})]))
    [('b', 'c'), ('a', 'b')]
    """
    pairs = (tuple(sorted(edge)) for edge in graph.edges() if edge[0] != edge[1])
    return sorted(pairs, key=lambda pair: (-graph.edges[pair].get("weight", 1), pair))


def actor_sides(degrees: dict[str, int], area: Box) -> dict[str, float]:
    """How wide each actor is drawn: room for its number, and more the more others it is tied to."""
    least = 1.3 * width_of("9" * max(2, len(str(len(degrees)))), LEAST, bold=True) + 8
    spacing = math.sqrt((area[2] - area[0]) * (area[3] - area[1]) / len(degrees))
    most = max(1.2 * least, min(2.1 * least, 0.6 * spacing))
    highest = max(1, *degrees.values())
    return {n: math.sqrt(least**2 + (most**2 - least**2) * degree / highest) for n, degree in degrees.items()}


def spots(graph: nx.Graph, positions: dict, area: Box, sides: dict[str, float]) -> dict[str, tuple[float, float]]:
    """Where each actor stands on the sheet: its place stretched to the area, moved apart where two would touch."""
    nodes = sorted(graph)
    edge = max(sides.values()) * 0.7
    low = np.array([area[0] + 1.6 * edge, area[1] + edge])
    high = np.array([area[2] - 1.6 * edge, area[3] - edge])
    places = np.array([positions[n] for n in nodes], dtype=float)
    span = np.ptp(places, axis=0)
    unit = np.where(span > 0, (places - places.min(axis=0)) / np.where(span > 0, span, 1), 0.5)
    unit[:, 1] = 1 - unit[:, 1]
    xy = low + unit * (high - low)
    half = np.array([reach(graph.nodes[n].get("sector", "other"), sides[n]) for n in nodes]) / 2
    xy = _apart(xy, half, low, high)
    return {n: (round(float(x), 3), round(float(y), 3)) for n, (x, y) in zip(nodes, xy)}


def _apart(xy: np.ndarray, half: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Spread what stands close, where there is room, and then let no two shapes touch."""
    turn = np.arange(len(xy)) * 2.399963  # two on one spot could never part
    xy = xy + np.stack([np.cos(turn), np.sin(turn)], axis=1) * 0.01
    both = (half[:, None] + half[None, :]) * 1.08 + np.eye(len(xy))
    for spacing in (0.8 * math.sqrt((high - low).prod() / len(xy)), 0):
        for _ in range(300):
            delta = xy[:, None, :] - xy[None, :, :]
            gap = np.sqrt((delta**2).sum(-1)) + np.eye(len(xy)) * 1e9
            # Squares side by side need less room than corner to corner.
            least = both * gap / np.maximum(np.abs(delta).max(-1), 0.7 * gap)
            push = np.clip(np.maximum(least, spacing) - gap, 0, None)
            if push.max() < 0.5:
                break
            xy = np.clip(xy + (delta / gap[..., None] * push[..., None]).sum(1) * 0.35, low, high)
    return xy


def _draw_ties(sheet: Sheet, graph: nx.Graph, ties: list[tuple[str, str]], centres: dict) -> None:
    from matplotlib.collections import LineCollection

    drawn = ties[::-1]
    if not drawn:
        return
    weights = np.array([graph.edges[tie].get("weight", 1) for tie in drawn], dtype=float)
    share = weights / max(4, weights.max())
    against = [graph.edges[tie].get("sign", 1) < 0 for tie in drawn]
    # Grey grows darker with how often, so that a few strong lines stand out of many weak ones.
    greys = [f"#{round(214 - 92 * s):02X}{round(218 - 90 * s):02X}{round(223 - 86 * s):02X}" for s in share]
    lines = LineCollection(
        [[centres[a], centres[b]] for a, b in drawn],
        linewidths=(1.6 + 12 * share) * sheet.scale,
        colors=["#B00020" if no else grey for no, grey in zip(against, greys)],
        linestyles=["--" if no else "-" for no in against],
        capstyle="butt",
        zorder=1,
    )
    sheet.axes.add_collection(lines, autolim=False)


def _actor(sheet: Sheet, sector: str, centre: tuple[float, float], side: float, number: int) -> None:
    look = SECTORS.get(sector, SECTORS["other"])
    sheet.shape(sector, *centre, side)
    lower = 0.17 * side if look["marker"] == "^" else 0
    colour = "#FFFFFF" if look["colour"] in ("#004488", "#BB5566") else INK
    baseline = centre[1] + lower + 0.365 * LEAST
    sheet.write(centre[0], baseline, str(number), LEAST, bold=True, color=colour, ha="center")


def _on_white(sheet: Sheet, box: Box, words: list[str], size: float, **how) -> None:
    """Write lines in the middle of a box that keeps the map away from them."""
    width, height = box[2] - box[0], box[3] - box[1]
    sheet.box(box[0] + 2, box[1] + 2, width - 4, height - 4, line=0, edgecolor="none", alpha=0.88, zorder=2)
    first = (box[1] + box[3]) / 2 - PITCH * size * (len(words) - 1) / 2 + 0.36 * size
    sheet.lines((box[0] + box[2]) / 2, first, words, size, pitch=PITCH, ha="center", **how)


def _names(
    graph: nx.Graph, numbers: dict[str, int], centres: dict, wide: dict, bodies: list[Box], lines: np.ndarray, area: Box
):
    """The largest size at which every name finds room, else the least size and the names that do, if they are enough."""
    order = sorted(graph, key=lambda n: (-graph.degree(n), n))
    for size in NAMES:
        found: dict[str, tuple[Box, list[str]]] = {}
        taken = list(bodies)
        for node in order:
            # The number again: where actors stand close, a name alone would be taken for its neighbour's.
            words = block(f"{numbers[node]} {name_of(graph, node)}", 13.5 * size, size)
            box = len(words) <= 3 and _beside(centres[node], wide[node], words, size, taken, lines, area)
            if box:
                found[node] = box, words
                taken.append(box)
        if len(found) == len(order):
            break
    return size, found if len(found) >= ENOUGH * len(order) else {}


def _beside(centre, wide: float, words: list[str], size: float, taken: list[Box], lines: np.ndarray, area: Box):
    """The place around an actor that is free and covers the fewest lines."""
    width = max(width_of(line, size) for line in words) + 12
    height = size * (PITCH * (len(words) - 1) + 1.17) + 8
    best, least = None, math.inf
    for ring in range(3):
        for turn in range(16):
            angle = math.pi * turn / 8
            away = wide / 2 + 1 + 14 * ring
            x = centre[0] + math.cos(angle) * (away + width / 2)
            y = centre[1] + math.sin(angle) * (away + height / 2)
            box = _about(x, y, width, height)
            if not _free(box, taken, area):
                continue
            cost = 2 * ring + crossing(box, lines).sum() + (turn % 8 > 0)
            if cost < least:
                best, least = box, cost
    return best


def _tags(which: range, lines: np.ndarray, weights: np.ndarray, codes: list[str], taken: list[Box], area: Box):
    """A place on its line for each code that finds one, where it covers the fewest others; strongest ties first."""
    found: dict[int, Box] = {}
    taken = list(taken)
    shares = [0.5 + sign * step / 40 for step in range(15) for sign in ((1, -1) if step else (1,))]
    for number in which:
        line = lines[number]
        width, height = width_of(codes[number], LEAST) + 12, LEAST * 1.17 + 6
        least = math.inf
        for share in shares:
            box = _about(*(line[:2] + share * (line[2:] - line[:2])), width, height)
            if not _free(box, taken, area):
                continue
            under = crossing(box, lines)
            under[number] = False
            if under.sum() < least and not (weights[under] > WEAKER * weights[number]).any():
                found[number], least = box, under.sum()
        if number in found:
            taken.append(found[number])
    return found


def crossing(box: Box, lines: np.ndarray) -> np.ndarray:
    """Tell which lines (x0, y0, x1, y1) enter a box.

    >>> crossing((0, 0, 1, 1), np.array([[-1, 0.5, 2, 0.5], [-1, 3, 2, 3]])).tolist()
    [True, False]
    """
    enter, leave = np.zeros(len(lines)), np.ones(len(lines))
    for k in (0, 1):
        start, step = lines[:, k], lines[:, k + 2] - lines[:, k]
        still = np.abs(step) < 1e-9
        safe = np.where(still, 1, step)
        one, two = (box[k] - start) / safe, (box[k + 2] - start) / safe
        outside = still & ((start < box[k]) | (start > box[k + 2]))
        enter = np.maximum(enter, np.where(still, np.where(outside, 2, 0), np.minimum(one, two)))
        leave = np.minimum(leave, np.where(still, 1, np.maximum(one, two)))
    return enter <= leave


def _free(box: Box, taken: Iterable[Box], area: Box) -> bool:
    inside = area[0] <= box[0] and area[1] <= box[1] and box[2] <= area[2] and box[3] <= area[3]
    return inside and not any(overlap(box, other) for other in taken)


def _about(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2

"""Layout: one place for each actor, the same in every picture of a lab until its data change."""

from __future__ import annotations

import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
from scipy.sparse.csgraph import shortest_path

from labkit.errors import UsageError

SECTOR_ANGLE = {"public": 0.5, "third_sector": 1.17, "profit": 1.83, "other": 1.5}


def positions(
    graph: nx.Graph, *, seed: int, anchors: dict[str, tuple[float, float]] | None = None
) -> dict[str, tuple[float, float]]:
    """Place the actors of a graph in the unit square, those of one sector starting on one side.

    A spring layout (Fruchterman and Reingold 1991, doi:10.1002/spe.4380211102) that begins with the sectors apart, then
    actors too near to each other are moved apart. Isolated actors and pairs stand in a row below. Pass the union of all years
    have one layout for all of them.

    Parameters
    ----------
    anchors
        Places that some actors keep; the others find theirs near those they are tied to, apart from everybody.

    Examples
    --------
    >>> sorted(positions(nx.path_graph(["a", "b"]), seed=1))
    ['a', 'b']
    """
    nodes = sorted(graph)
    if anchors:
        return _around(graph, {n: anchors[n] for n in nodes if n in anchors}, seed)
    aside = _aside(graph)
    tied = [n for n in nodes if n not in aside]
    alone = [n for n in aside if n in nodes]
    places: dict[str, np.ndarray] = {}
    if len(tied) > 1:
        inner = nx.Graph()
        inner.add_nodes_from(tied)
        inner.add_weighted_edges_from(
            (a, b, 1 + math.log(d.get("weight", 1)))
            for a, b, d in sorted(graph.edges(data=True), key=lambda e: e[:2])
            if a not in aside
        )
        start = _start(graph, tied, seed)
        spring = nx.spring_layout(
            inner, pos=start, k=2.2 / math.sqrt(len(tied)), iterations=300, seed=seed, weight="weight"
        )
        places = {n: np.asarray(spring[n]) for n in tied}
    elif tied:
        places = {tied[0]: np.zeros(2)}
    placed = _unit(places, low=0.1 if alone else 0.0)
    for number, node in enumerate(alone):
        placed[node] = np.array([(number + 0.5) / len(alone), 0.0])
    return {n: (round(float(placed[n][0]), 6), round(float(placed[n][1]), 6)) for n in nodes}


def anchored(
    graphs: Mapping[str, nx.Graph], reference: Mapping[str, tuple[float, float]], *, hold: float = 0.2
) -> dict[str, dict[str, tuple[float, float]]]:
    """Let actors move a little from year to year, towards those they are tied to then, each held at its place in all years.

    Parameters
    ----------
    graphs
        Networks by the title of their map.
    reference
        Places in the network of all years, from :func:`positions`; actors without ties in a year stay there.
    hold
        From nearly 0 (each year as it comes) to 1 (nobody moves).

    Returns
    -------
    dict
        For each title a place in the unit square for every actor of the reference.

    Raises
    ------
    UsageError
        If an actor has no place, or ``hold`` is none of these.

    Notes
    -----
    The stress of a year's network and the squared distances from the reference are made small together, by majorization;
    the length of a tie of weight w is 1/(1 + ln w).

    References
    ----------
    Brandes and Mader 2012, A quantitative comparison of stress-minimization approaches for offline dynamic graph drawing,
    doi:10.1007/978-3-642-25878-7_11

    Examples
    --------
    >>> path = nx.path_graph(["a", "b", "c"])
    >>> places = {"a": (0.0, 0.0), "b": (0.2, 1.0), "c": (1.0, 0.0), "d": (0.5, 0.5)}
    >>> moved = anchored({"2014": path}, places)["2014"]
    >>> moved["a"] == places["a"], moved["d"] == places["d"]
    (False, True)
    """
    if not 0 < hold <= 1:
        raise UsageError(f"anchored: hold is a share above 0 and at most 1; found {hold}")
    found = {}
    for title, graph in graphs.items():
        lacking = sorted(str(n) for n in graph if n not in reference)
        if lacking:
            raise UsageError(f"anchored: no place for {lacking[0]} of {title}; pass positions of all years together")
        tied = sorted(n for n in graph if any(m != n and d.get("weight", 1) > 0 for m, d in graph[n].items()))
        moved = _held(nx.to_numpy_array(graph, tied), np.array([reference[n] for n in tied]), hold) if tied else []
        new = {n: (round(float(x), 6), round(float(y), 6)) for n, (x, y) in zip(tied, moved)}
        found[title] = {n: new.get(n, place) for n, place in reference.items()}
    return found


def _held(weights: np.ndarray, start: np.ndarray, hold: float, rounds: int = 200) -> np.ndarray:
    """Places of least stress, held at where they start."""
    np.fill_diagonal(weights, 0)
    same = np.array([(start[:n] == start[n]).all(axis=1).sum() for n in range(len(start))])
    start = start + same[:, None] * np.array([0.01, 0.003])  # two on one spot could never part
    far = shortest_path(np.where(weights > 0, 1 / (1 + np.log(np.maximum(weights, 1))), 0), directed=False)
    joined = np.isfinite(far) & (far > 0)
    far[~joined] = 0
    pull = np.divide(1, far**2, out=np.zeros_like(far), where=joined)
    far *= (pull * far * _gaps(start)).sum() / (pull * far**2).sum()  # in the unit that suits the places best
    anchor = hold * pull.sum(axis=1).mean()
    left = (1 - hold) * _laplacian(pull) + anchor * np.eye(len(start))
    places = start
    for _ in range(rounds):
        gaps = _gaps(places)
        wanted = np.divide(pull * far, gaps, out=np.zeros_like(gaps), where=gaps > 0)
        new = np.linalg.solve(left, (1 - hold) * _laplacian(wanted) @ places + anchor * start)
        done, places = np.abs(new - places).max() < 1e-5, new
        if done:
            break
    return _apart(places, 0.4 / math.sqrt(len(places)) * (1 - hold)).clip(0, 1)


def _laplacian(weights: np.ndarray) -> np.ndarray:
    return np.diag(weights.sum(axis=1)) - weights


def _gaps(places: np.ndarray) -> np.ndarray:
    return np.sqrt(((places[:, None, :] - places[None, :, :]) ** 2).sum(-1))


def _apart(places: np.ndarray, least: float, rounds: int = 60) -> np.ndarray:
    """Move apart what is nearer than the least."""
    for _ in range(rounds):
        delta = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((delta**2).sum(-1)) + np.eye(len(places))
        push = np.clip(least - distance, 0, None) * (1 - np.eye(len(places)))
        if push.max() < 1e-4:
            break
        places = places + (delta / np.maximum(distance, 1e-9)[..., None] * push[..., None]).sum(1) * 0.5
    return places


def _around(graph: nx.Graph, anchors: dict[str, tuple[float, float]], seed: int) -> dict[str, tuple[float, float]]:
    """Places for the actors that have none, at the nearest free spot of a loose grid to those they are tied to."""
    random = np.random.default_rng(seed)
    new = sorted((n for n in graph if n not in anchors), key=lambda n: (-graph.degree(n), n))
    steps = math.ceil(math.sqrt(2.5 * len(graph))) + 2
    grid = np.array([(x, y) for x in np.linspace(0, 1, steps) for y in np.linspace(0, 1, steps)])
    grid = (grid + random.uniform(-0.2, 0.2, grid.shape) / steps).clip(0, 1)
    places = {n: np.array(p) for n, p in anchors.items()}
    for node in new:
        near = [places[m] for m in sorted(graph[node]) if m in places]
        wish = np.mean(near, axis=0) if near else np.array([0.5, 0.0])
        taken = np.array(list(places.values()))
        gaps = np.sqrt(((grid[:, None, :] - taken[None]) ** 2).sum(-1)).min(axis=1)
        free = grid[gaps >= min(0.75 / steps, gaps.max())]
        places[node] = free[np.argmin(((free - wish) ** 2).sum(-1))]
    return {n: (round(float(places[n][0]), 6), round(float(places[n][1]), 6)) for n in sorted(graph)}


def _aside(graph: nx.Graph) -> list[str]:
    """Isolated actors, and pairs beside a larger whole: they stand in the row below, pairs side by side."""
    parts = sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda part: (-len(part), part))
    least = 3 if parts and len(parts[0]) > 6 else 2
    return [node for part in parts if len(part) < least for node in part]


def _start(graph: nx.Graph, nodes: list[str], seed: int) -> dict[str, np.ndarray]:
    """Starting places: each sector in its own direction from the middle."""
    random = np.random.default_rng(seed)
    start = {}
    for node in nodes:
        angle = math.pi * SECTOR_ANGLE.get(graph.nodes[node].get("sector", "other"), 1.5)
        start[node] = np.array([math.cos(angle), math.sin(angle)]) + random.normal(0, 0.3, 2)
    return start


def _unit(places: dict[str, np.ndarray], *, low: float, rounds: int = 60) -> dict[str, np.ndarray]:
    """Scale to the unit square and move apart what is nearer than a share of it."""
    if not places:
        return {}
    nodes = sorted(places)
    xy = _spread(_scaled(np.array([places[n] for n in nodes], dtype=float)))
    least = 0.55 / math.sqrt(len(nodes)) if len(nodes) > 1 else 0.0
    for _ in range(rounds):
        xy = _apart(_scaled(xy), least, rounds=1)
    xy = _scaled(xy)
    xy[:, 1] = low + (1 - low) * xy[:, 1]
    return dict(zip(nodes, xy))


def _spread(xy: np.ndarray, share: float = 0.5) -> np.ndarray:
    """Half-way to evenly spread coordinates, in the same order: a dense middle opens, outliers come nearer."""
    if len(xy) < 3:
        return xy
    ranks = xy.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / (len(xy) - 1)
    return (1 - share) * xy + share * ranks


def _scaled(xy: np.ndarray) -> np.ndarray:
    span = np.ptp(xy, axis=0)
    span[span == 0] = 1
    return (xy - xy.min(axis=0)) / span if len(xy) > 1 else np.full_like(xy, 0.5)


_DIRECTIONS = [math.pi * k / 8 for k in (0, 8, 4, 12, 2, 6, 14, 10, 1, 7, 15, 9, 3, 5, 13, 11)]
Box = tuple[float, float, float, float]


def label_places(
    order: list[str],
    centres: dict[str, tuple[float, float]],
    radii: dict[str, float],
    sizes: dict[str, tuple[float, float]],
    bounds: Box,
    *,
    step: float,
) -> dict[str, tuple[float, float, bool]]:
    """Find a free place for each name beside its actor, none covering another name or an actor.

    Parameters
    ----------
    order
        Whose names are placed, the most important first.
    centres, radii, sizes
        Where actors are, how far they reach, and width and height of names, all in one unit.
    bounds
        x0, y0, x1, y1 of the picture.
    step
        How far each further ring of places lies.

    Returns
    -------
    dict
        Middle of each name, and whether it lies so far that a line should join it; a name with no free place is left out.
    """
    taken = [_box(*centres[n], 2 * radii[n], 2 * radii[n]) for n in sorted(centres)]
    places: dict[str, tuple[float, float, bool]] = {}
    for node in order:
        found = _free_place(centres[node], radii[node], sizes[node], taken, bounds, step)
        if found:
            places[node] = found
            taken.append(_box(found[0], found[1], *sizes[node]))
    return places


def _free_place(
    centre, radius: float, size, taken: list[Box], bounds: Box, step: float
) -> tuple[float, float, bool] | None:
    for ring in range(60):
        for angle in _DIRECTIONS:
            reach = radius + step * (0.4 + ring)
            x = centre[0] + math.cos(angle) * (reach + size[0] / 2)
            y = centre[1] + math.sin(angle) * (reach + size[1] / 2)
            box = _box(x, y, *size)
            inside = bounds[0] <= box[0] and box[2] <= bounds[2] and bounds[1] <= box[1] and box[3] <= bounds[3]
            if inside and not any(overlap(box, other) for other in taken):
                return x, y, ring > 3
    return None


def _box(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def overlap(a: Box, b: Box) -> bool:
    """Tell whether two boxes (x0, y0, x1, y1) share any area."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def folded(name: str, width: int = 22) -> list[str]:
    """Return a long name in lines of about so many letters.

    >>> folded("Associazione Genitori in Cerchio")
    ['Associazione Genitori', 'in Cerchio']
    """
    lines, line = [], ""
    for word in name.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]

"""Layout: one place for each actor, the same in every picture of a lab until its data change."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np

SECTOR_ANGLE = {"public": 0.5, "third_sector": 1.17, "profit": 1.83, "other": 1.5}


def positions(graph: nx.Graph, *, seed: int) -> dict[str, tuple[float, float]]:
    """Place the actors of a graph in the unit square, those of one sector starting on one side.

    A spring layout (Fruchterman and Reingold 1991, doi:10.1002/spe.4380211102) that begins with the sectors apart, then
    actors too near to each other are moved apart. Isolated actors stand in a row below. Pass the union of all years to
    have one layout for all of them.

    Examples
    --------
    >>> sorted(positions(nx.path_graph(["a", "b"]), seed=1)) 
    ['a', 'b']
    """
    nodes = sorted(graph)
    tied = [n for n in nodes if graph.degree(n)]
    alone = [n for n in nodes if not graph.degree(n)]
    places: dict[str, np.ndarray] = {}
    if len(tied) > 1:
        inner = nx.Graph()
        inner.add_nodes_from(tied)
        inner.add_weighted_edges_from((a, b, 1 + math.log(d.get("weight", 1))) for a, b, d in sorted(graph.edges(data=True), key=lambda e: e[:2]))
        start = _start(graph, tied, seed)
        spring = nx.spring_layout(inner, pos=start, k=2.2 / math.sqrt(len(tied)), iterations=300, seed=seed, weight="weight")
        places = {n: np.asarray(spring[n]) for n in tied}
    elif tied:
        places = {tied[0]: np.zeros(2)}
    placed = _unit(places, low=0.1 if alone else 0.0)
    for number, node in enumerate(alone):
        placed[node] = np.array([(number + 0.5) / len(alone), 0.0])
    return {n: (round(float(placed[n][0]), 6), round(float(placed[n][1]), 6)) for n in nodes}


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
    xy = np.array([places[n] for n in nodes], dtype=float)
    least = 0.55 / math.sqrt(len(nodes)) if len(nodes) > 1 else 0.0
    for _ in range(rounds):
        xy = _scaled(xy)
        delta = xy[:, None, :] - xy[None, :, :]
        distance = np.sqrt((delta**2).sum(-1)) + np.eye(len(nodes))
        push = np.clip(least - distance, 0, None) * (1 - np.eye(len(nodes)))
        if push.max() < 1e-4:
            break
        xy = xy + (delta / distance[..., None] * push[..., None]).sum(1) * 0.5
    xy = _scaled(xy)
    xy[:, 1] = low + (1 - low) * xy[:, 1]
    return dict(zip(nodes, xy))


def _scaled(xy: np.ndarray) -> np.ndarray:
    span = np.ptp(xy, axis=0)
    span[span == 0] = 1
    return (xy - xy.min(axis=0)) / span if len(xy) > 1 else np.full_like(xy, 0.5)

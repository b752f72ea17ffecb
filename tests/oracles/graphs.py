"""The networks on which labkit's numbers are held against those of other programs; run it to make ``networks.json`` anew.

python tests/oracles/graphs.py        # needs R with the packages sna and igraph (Debian: r-cran-sna r-cran-igraph)
"""

from __future__ import annotations

import csv
import subprocess
import tempfile
from pathlib import Path

import networkx as nx

import labkit as lk

HERE = Path(__file__).parent


def graphs() -> dict[str, nx.Graph]:
    """Each with a node attribute ``group``; nodes in the order in which the other programs see them."""
    davis = nx.davis_southern_women_graph()
    women = [n for n, data in davis.nodes(data=True) if data["bipartite"] == 0]
    # Women who shared three meetings or more: a network with gaps.
    often = nx.Graph()
    often.add_nodes_from(women)
    projected = nx.bipartite.weighted_projected_graph(davis, women)
    often.add_edges_from((a, b) for a, b, data in projected.edges(data=True) if data["weight"] >= 3)
    florentine = nx.Graph()
    florentine.add_nodes_from(sorted(nx.florentine_families_graph()))
    florentine.add_edges_from(nx.florentine_families_graph().edges())
    arrows = nx.DiGraph()
    arrows.add_nodes_from(florentine)
    arrows.add_edges_from((min(e), max(e)) for e in florentine.edges())
    arrows.add_edges_from((b, a) for n, (a, b) in enumerate(sorted(arrows.edges())) if n % 3 == 0)
    for graph in (often, florentine, arrows):
        nx.set_node_attributes(graph, {node: "abc"[n % 3] for n, node in enumerate(graph)}, "group")
    found = {"davis": often, "florentine": florentine, "florentine_arrows": arrows}
    for lab, years in (("esempio", (2015, 2015)), ("esempio", None)):
        graph = lk.network.build(lk.open_lab(lab), kind="co_presence", years=years)
        nx.set_node_attributes(graph, nx.get_node_attributes(graph, "sector"), "group")
        found[f"{lab}_{years[0] if years else 'all'}"] = graph
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        for name, graph in graphs().items():
            number = {node: n + 1 for n, node in enumerate(graph)}
            with open(Path(place) / f"{name}.nodes.csv", "w", newline="") as file:
                csv.writer(file).writerows([["group"], *([graph.nodes[n]["group"]] for n in graph)])
            with open(Path(place) / f"{name}.edges.csv", "w", newline="") as file:
                edges = sorted((number[a], number[b]) for a, b in graph.edges())
                csv.writer(file).writerows([["a", "b"], *edges])
            (Path(place) / f"{name}.directed").write_text(str(graph.is_directed()).upper())
        subprocess.run(["Rscript", HERE / "networks.R", place, HERE / "networks.json"], check=True)


if __name__ == "__main__":
    main()

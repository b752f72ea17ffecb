"""Networks: tiny ones with the answer beside them, planted brokers, maps and files."""

from __future__ import annotations

from itertools import combinations, pairwise

import networkx as nx
import pandas as pd
import pytest

import labkit as lk
from labkit.network.layout import overlap


def test_planted_brokers_have_the_highest_betweenness_of_their_period(esempio, truth):
    for planted in truth["brokers"]:
        graph = lk.network.build(esempio, kind="co_presence", years=tuple(planted["years"]))
        scores = lk.network.betweenness(graph).sort_values(ascending=False)
        assert scores.index[0] == planted["actor_id"]
        assert scores.iloc[0] > 3 * scores.iloc[1]
        sectors = {graph.nodes[n]["sector"] for n in graph[planted["actor_id"]]}
        assert set(planted["joins"]) <= sectors


def test_without_the_broker_business_is_cut_off(esempio, truth):
    graph = lk.network.build(esempio, kind="co_presence", years=(2015, 2018))
    graph.remove_node("fondazione-ardesi-solmi")
    parts = list(nx.connected_components(graph))
    assert len(parts) == 2
    assert any({graph.nodes[n]["sector"] for n in part} <= {"profit", "other"} for part in parts)


def test_planted_co_presence_is_the_network(esempio, truth):
    """Every pair of organisations that the truth puts at one table is tied, with as many meetings, and no other pair."""
    ids = dict(zip(esempio.actors["name"], esempio.actors["actor_id"]))
    types = dict(zip(esempio.actors["actor_id"], esempio.actors["type"]))
    wanted: dict[frozenset, int] = {}
    for meeting in truth["meetings"]:
        here = {ids[organisation] for _, organisation in meeting["present"]}
        for pair in combinations(sorted(a for a in here if types[a] == "organisation"), 2):
            wanted[frozenset(pair)] = wanted.get(frozenset(pair), 0) + 1
    focus = esempio.meetings.query("date == '2015-05-07'")["meeting_id"].iloc[0]
    found = {
        frozenset((a, b)): len([e for e in d["evidence"].split() if e != focus])
        for a, b, d in lk.network.build(esempio, kind="co_presence").edges(data=True)
    }
    assert {pair: n for pair, n in found.items() if n} == wanted


def test_every_tie_opens_its_evidence(cremasco, esempio):
    for lab in (cremasco, esempio):
        for kind in ("co_presence", "declared_partnership", "co_mention"):
            graph = lk.network.build(lab, kind=kind)
            for a, b, data in graph.edges(data=True):
                evidence = data["evidence"].split()
                assert len(evidence) == data["weight"], (a, b)
            shown = lab.evidence(evidence[0])
            assert shown["date"] and shown["title"]


def test_graphs_are_sorted(esempio):
    graph = lk.network.build(esempio)
    assert list(graph) == sorted(graph)
    edges = [tuple(sorted(e)) for e in graph.edges()]
    assert edges == sorted(edges)


def test_two_mode_projects_to_the_co_presence_network(esempio):
    two = lk.network.two_mode(esempio)
    actors = [n for n, d in two.nodes(data=True) if d["bipartite"] == 0]
    projected = nx.bipartite.weighted_projected_graph(two, actors)
    whole = lk.network.build(esempio)
    assert {frozenset(e[:2]): e[2]["weight"] for e in projected.edges(data=True)} == {
        frozenset(e[:2]): e[2]["weight"] for e in whole.edges(data=True)
    }


def test_bodies_are_no_organisations(esempio):
    graph = lk.network.build(esempio)
    assert not {"ufficio-di-piano", "assemblea-dei-sindaci"} & set(graph)


def test_measures_agree_with_networkx_and_with_counting():
    graph = nx.florentine_families_graph()
    nx.set_edge_attributes(graph, 2, "weight")
    assert lk.network.degree(graph).to_dict() == dict(graph.degree())
    assert (lk.network.strength(graph) == 2 * lk.network.degree(graph)).all()
    # Freeman's betweenness of the Medici, as published with the data (Wasserman and Faust 1994, p. 193: 0.522).
    assert lk.network.betweenness(graph)["Medici"] == pytest.approx(0.522, abs=5e-4)


def test_mixing_counts_every_tie_once():
    graph = nx.karate_club_graph()
    table = lk.network.mixing(graph, by="club")
    assert table["ties"].sum() == graph.number_of_edges()
    assert table["possible"].sum() == 34 * 33 / 2
    matrix = nx.attribute_mixing_matrix(graph, "club", mapping={"Mr. Hi": 0, "Officer": 1}, normalized=False)
    between = table.query("group_a != group_b")["ties"].iloc[0]
    assert between == matrix[0, 1] == matrix[1, 0]


def test_mixing_without_the_attribute_says_so():
    with pytest.raises(lk.LabkitError, match=r"3 actors have no 'sector' .*set_node_attributes"):
        lk.network.mixing(nx.path_graph(3))


def boxes_of(ax):
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    return [(e.x0, e.y0, e.x1, e.y1) for e in (t.get_window_extent(renderer) for t in ax.texts)]


def invented(n: int, seed: int) -> nx.Graph:
    """A network of so many actors with names as long as real ones."""
    graph = nx.connected_watts_strogatz_graph(n, 6, 0.2, seed=seed)
    sectors = ["public", "third_sector", "profit", "other"]
    nx.set_node_attributes(
        graph, {i: {"name": f"Associazione Esempio numero {i}", "sector": sectors[i % 4]} for i in graph}
    )
    nx.set_edge_attributes(graph, 1, "weight")
    return graph


@pytest.mark.parametrize("n", [2, 12, 60])
def test_no_name_covers_another(n):
    graph = invented(n, 3) if n > 6 else nx.relabel_nodes(nx.path_graph(2), {0: "a", 1: "b"})
    ax = lk.network.network_map(graph, lk.network.positions(graph, seed=1))
    boxes = boxes_of(ax)
    assert len(boxes) == n
    assert not [1 for a, b in combinations(boxes, 2) if overlap(a, b)]


def test_the_map_of_the_lab_names_every_actor_without_overlap(esempio):
    graph = lk.network.build(esempio)
    ax = lk.network.network_map(graph, lk.network.positions(graph, seed=esempio.seed))
    boxes = boxes_of(ax)
    assert len(boxes) == len(graph)
    assert not [1 for a, b in combinations(boxes, 2) if overlap(a, b)]
    assert {t.get_text().replace("\n", " ") for t in ax.texts} == {d["name"] for _, d in graph.nodes(data=True)}


def test_sectors_differ_in_shape_and_in_greyscale():
    from matplotlib.colors import to_rgb

    styles = lk.network.drawing.SECTORS.values()
    assert len({s["marker"] for s in styles}) == 4
    grey = sorted(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), to_rgb(s["colour"]))) for s in styles)
    assert min(b - a for a, b in pairwise(grey)) > 0.12


def test_positions_do_not_depend_on_order():
    graph = invented(30, 5)
    turned = nx.Graph()
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from(reversed(list(graph.edges(data=True))))
    assert lk.network.positions(graph, seed=4) == lk.network.positions(turned, seed=4)


def test_files_are_read_again_with_every_attribute(esempio, tmp_path):
    graph = lk.network.build(esempio, kind="declared_partnership")
    graphml, gexf, actors, ties = lk.network.write(graph, tmp_path, "net")
    again = nx.read_graphml(graphml)
    assert dict(again.nodes(data=True)) == dict(graph.nodes(data=True))
    assert {frozenset(e[:2]): e[2] for e in again.edges(data=True)} == {
        frozenset(e[:2]): e[2] for e in graph.edges(data=True)
    }
    other = nx.read_gexf(gexf)
    assert {n: d["label"] for n, d in other.nodes(data=True)} == {n: d["name"] for n, d in graph.nodes(data=True)}
    assert other.number_of_edges() == graph.number_of_edges()
    assert b"lastmodifieddate" not in gexf.read_bytes()
    assert len(pd.read_csv(actors)) == len(graph)
    assert len(pd.read_csv(ties)) == graph.number_of_edges()


def test_a_network_without_ties_is_said(small_lab, tmp_path):
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    graph = lk.network.build(lab, kind="declared_partnership")
    assert len(graph) == 0
    assert len(lk.network.table(graph)) == 0
    assert len(lk.network.mixing(graph)) == 0
    with pytest.raises(lk.LabkitError, match="expected at least one network with actors"):
        lk.workshop.page(lab, [graph], {}, to=tmp_path / "x.html")

"""Numbers of networks agree with R sna and R igraph, with networkx and bicm; ``tests/oracles`` holds theirs and the script."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from labkit import network
from labkit.network.brokers import brokerage
from labkit.network.nulls import backbone, bicm, significance

ORACLES = json.loads((Path(__file__).parent / "oracles" / "networks.json").read_text(encoding="utf-8"))
NAMES = sorted(set(ORACLES) - {"made_with"})
UNDIRECTED = [name for name in NAMES if not ORACLES[name]["directed"]]


def graph_of(name: str) -> nx.Graph:
    stored = ORACLES[name]
    graph = nx.DiGraph() if stored["directed"] else nx.Graph()
    graph.add_nodes_from((n, {"group": group}) for n, group in enumerate(stored["group"], start=1))
    graph.add_edges_from(map(tuple, stored["edges"]))
    return graph


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("column", "theirs"), [("count", "brokerage"), ("expected", "expected"), ("sd", "sd")])
def test_brokerage_agrees_with_sna(name, column, theirs):
    graph = graph_of(name)
    found = brokerage(graph, by="group", nulls=("density",)).pivot(index="actor_id", columns="role", values=column)
    sna = dict(zip(ORACLES[name]["roles"], np.array(ORACLES[name][theirs], dtype=float).T))
    names = {"coordinator": "w_I", "itinerant": "w_O", "gatekeeper": "b_OI", "representative": "b_IO", "liaison": "b_O"}
    if graph.is_directed():
        names["total"] = "t"
    else:
        del names["representative"]
    for role, theirs_ in names.items():
        # sna reads an undirected triad from both ends: as coordinator, itinerant or liaison it counts twice.
        halved = not graph.is_directed() and role != "gatekeeper"
        share = (0.5**0.5 if column == "sd" else 0.5) if halved else 1
        assert found[role].to_numpy(float) == pytest.approx(sna[theirs_] * share, abs=1e-8), role
    if not graph.is_directed() and column == "count":
        assert (found["total"] == found[["coordinator", "itinerant", "gatekeeper", "liaison"]].sum(axis=1)).all()


def test_brokerage_counts_what_its_definition_says():
    random = np.random.default_rng(3)
    for directed in (True, False):
        graph = nx.gnp_random_graph(9, 0.35, seed=5, directed=directed)
        groups = dict(zip(graph, random.choice(list("abc"), 9)))
        nx.set_node_attributes(graph, groups, "group")
        found = brokerage(graph, by="group", nulls=("density",)).pivot(index="actor_id", columns="role", values="count")
        for broker in graph:
            seen = dict.fromkeys(found.columns, 0)
            for a, c in product(graph, graph):
                path = graph.has_edge(a, broker) and graph.has_edge(broker, c) and not graph.has_edge(a, c)
                if a == c or not path or (not directed and a > c):
                    continue
                own, first, last = groups[broker], groups[a], groups[c]
                if own == first == last:
                    role = "coordinator"
                elif first == last:
                    role = "itinerant"
                elif last == own:
                    role = "gatekeeper"
                elif first == own:
                    role = "representative" if directed else "gatekeeper"
                else:
                    role = "liaison"
                seen[role] += 1
                seen["total"] += 1
            assert found.loc[broker].to_dict() == seen


@pytest.mark.parametrize("name", UNDIRECTED)
@pytest.mark.parametrize("measure", ["betweenness", "harmonic_closeness", "constraint", "coreness", "eigenvector"])
def test_measures_agree_with_igraph_in_r(name, measure):
    graph, stored = graph_of(name), ORACLES[name]
    n = len(graph)
    theirs = {
        "betweenness": np.array(stored["betweenness"], dtype=float) / ((n - 1) * (n - 2) / 2),
        "harmonic_closeness": np.array(stored["harmonic"], dtype=float) / (n - 1),
    }.get(measure)
    if theirs is None:
        theirs = np.array([np.nan if v is None else v for v in stored[measure]], dtype=float)
    ours = getattr(network, measure)(graph).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    assert ours == pytest.approx(theirs, abs=1e-8, nan_ok=True)
    if measure == "betweenness":
        sna = np.array(stored["betweenness_sna"], dtype=float) / ((n - 1) * (n - 2) / 2)
        assert ours == pytest.approx(sna, abs=1e-8)


@pytest.mark.parametrize("name", UNDIRECTED)
def test_assortativity_agrees_with_igraph_in_r(name):
    found = network.assortativity(graph_of(name), by="group", draws=9, seed=1)
    assert found["assortativity"].tolist() == pytest.approx([ORACLES[name]["assortativity"]], abs=1e-9)


def pieces() -> nx.Graph:
    """Two parts, a pair, two actors alone and a network of many ties: what measures must cope with."""
    graph = nx.disjoint_union_all(
        [nx.gnp_random_graph(30, 0.2, seed=1), nx.path_graph(4), nx.empty_graph(2), nx.path_graph(2)]
    )
    nx.set_node_attributes(graph, {n: "abcd"[n % 4] for n in graph}, "group")
    return graph


@pytest.mark.parametrize("name", [*UNDIRECTED, "pieces"])
def test_measures_agree_with_networkx(name):
    graph = pieces() if name == "pieces" else graph_of(name)
    n = len(graph)
    theirs = {
        "degree": dict(graph.degree()),
        "betweenness": nx.betweenness_centrality(graph),
        "harmonic_closeness": {v: x / (n - 1) for v, x in nx.harmonic_centrality(graph).items()},
        "constraint": nx.constraint(graph),
        "effective_size": nx.effective_size(graph),
        "coreness": nx.core_number(graph),
        "eigenvector": {v: 0.0 for v in graph},
    }
    for part in nx.connected_components(graph):
        if len(part) > 2:
            theirs["eigenvector"] |= nx.eigenvector_centrality_numpy(graph.subgraph(part))
        elif len(part) == 2:
            theirs["eigenvector"] |= dict.fromkeys(part, 0.5**0.5)
    for measure, values in theirs.items():
        ours = getattr(network, measure)(graph).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        assert ours == pytest.approx(np.abs([values[v] for v in graph]), abs=1e-9, nan_ok=True), measure


def test_bicm_agrees_with_the_package_of_that_name():
    stored = json.loads((Path(__file__).parent / "oracles" / "bicm.json").read_text(encoding="utf-8"))
    ours = bicm(nx.davis_southern_women_graph())
    assert ours.to_numpy() == pytest.approx(np.array(stored["davis"]), abs=1e-6)


def two_mode(matrix: np.ndarray) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from((f"a{i}" for i in range(matrix.shape[0])), bipartite=0)
    graph.add_nodes_from((f"e{k}" for k in range(matrix.shape[1])), bipartite=1)
    graph.add_edges_from((f"a{i}", f"e{k}") for i, k in np.argwhere(matrix))
    return graph


SMALL = np.array([[1, 1, 1, 0, 0], [1, 1, 0, 0, 1], [0, 1, 1, 1, 0], [0, 0, 0, 1, 0]])


def test_sdsm_agrees_with_all_outcomes_counted():
    tests = significance(two_mode(SMALL), models=("sdsm",)).set_index(["actor_a", "actor_b"])
    chances = bicm(two_mode(SMALL)).to_numpy()
    for i, j in ((0, 1), (0, 2), (1, 2), (2, 3)):
        met = int((SMALL[i] & SMALL[j]).sum())
        exact = 0.0
        for outcome in product((0, 1), repeat=10):
            first, second = np.array(outcome[:5]), np.array(outcome[5:])
            if (first & second).sum() >= met:
                exact += np.prod(np.where(first, chances[i], 1 - chances[i])) * np.prod(
                    np.where(second, chances[j], 1 - chances[j])
                )
        assert tests.loc[(f"a{i}", f"a{j}"), "p"] == pytest.approx(exact, abs=1e-12)


def test_fdsm_agrees_with_all_networks_of_the_same_sums():
    rows, columns = SMALL.sum(axis=1), SMALL.sum(axis=0)
    choices = [[r for r in product((0, 1), repeat=5) if sum(r) == total] for total in rows]
    same = [m for m in (np.array(x) for x in product(*choices)) if (m.sum(axis=0) == columns).all()]
    assert len(same) > 50
    draws = 4000
    tests = significance(two_mode(SMALL), models=("fdsm",), draws=draws, seed=2).set_index(["actor_a", "actor_b"])
    for (a, b), row in tests.iterrows():
        i, j = int(a[1:]), int(b[1:])
        exact = np.mean([(m[i] & m[j]).sum() >= row["weight"] for m in same])
        error = (exact * (1 - exact) / draws) ** 0.5 + 1 / draws
        assert abs(row["p"] - exact) < 4 * error, (a, b)


def test_davis_as_published():
    davis = nx.davis_southern_women_graph()
    tests = significance(davis, draws=6000, seed=7)
    sdsm, fdsm = (tests[tests["model"] == model] for model in ("sdsm", "fdsm"))
    assert sdsm["p"].min() == pytest.approx(0.088, abs=5e-4)
    low = sorted(fdsm.loc[fdsm["p"] < 0.055, "p"])
    for found, known in zip(low, (0.008, 0.034, 0.034, 0.037, 0.048), strict=True):
        assert abs(found - known) < 3 * (known * (1 - known) / 6000) ** 0.5 + 5e-4
    assert fdsm["q"].min() > 0.05
    core = backbone(davis, draws=200, seed=7)
    assert (core.graph["pairs"], core.graph["kept"], core.graph["agreement"]) == (139, 0, "")


def test_chains_over_two_meetings_agree_with_paths_that_igraph_finds():
    import igraph

    random = np.random.default_rng(8)
    matrix = random.random((8, 6)) < 0.4
    two = two_mode(matrix)
    groups = {f"a{i}": "abc"[i % 3] for i in range(8)}
    nx.set_node_attributes(two, groups, "sector")
    found = network.two_mode_brokerage(two, nulls=("relabel",), draws=3, seed=1)
    found = found.pivot(index="actor_id", columns="role", values="count")
    seen = {actor: dict.fromkeys(found.columns, 0) for actor in groups}
    names = list(two)
    whole = igraph.Graph(n=len(names), edges=[(names.index(a), names.index(b)) for a, b in two.edges()])
    path = igraph.Graph(n=5, edges=[(0, 1), (1, 2), (2, 3), (3, 4)])
    for found_path in whole.get_subisomorphisms_lad(path, induced=True):
        a, _, broker, _, c = (names[n] for n in found_path)
        if not a.startswith("a") or a > c:
            continue  # paths from meeting to meeting, and the same chain from its other end
        own, first, last = groups[broker], groups[a], groups[c]
        same = "coordinator" if first == own else "itinerant"
        role = same if first == last else "gatekeeper" if own in (first, last) else "liaison"
        seen[broker][role] += 1
        seen[broker]["total"] += 1
    assert {actor: found.loc[actor].to_dict() for actor in groups} == seen
    assert sum(counts["total"] for counts in seen.values()) > 50


def test_two_mode_betweenness_agrees_with_igraph():
    import igraph

    davis = nx.davis_southern_women_graph()
    names, actors, events = list(davis), 18, 14
    ways = igraph.Graph(n=len(names), edges=[(names.index(a), names.index(b)) for a, b in davis.edges()]).betweenness()
    whole, rest = divmod(actors - 1, events)
    # The most that an actor of a two-mode network can have (Borgatti and Everett 1997).
    most = (
        events**2 * (whole + 1) ** 2 + events * (whole + 1) * (2 * rest - whole - 1) - rest * (2 * whole - rest + 3)
    ) / 2
    ours = network.two_mode_table(davis)["betweenness"]
    assert ours.to_dict() == pytest.approx({n: w / most for n, w in zip(names, ways) if n in ours.index}, abs=1e-9)

"""Views beside the map: what they show is what the network holds, and what cannot be drawn is said."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import matplotlib
import matplotlib.pyplot as plt
import networkx as nx
import pytest

import labkit as lk
from labkit import network
from labkit.errors import UsageError

matplotlib.use("Agg")


@pytest.fixture(scope="module")
def lab():
    return lk.open_lab("esempio")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_matrix_shows_each_tie_twice_and_parts_the_sectors(lab):
    graph = network.build(lab)
    ax = network.matrix_view(graph)
    shown = ax.images[0].get_array()
    assert (~shown.mask).sum() == 2 * graph.number_of_edges()
    names = [label.get_text() for label in ax.get_yticklabels()]
    sector = {data["name"]: data["sector"] for _, data in graph.nodes(data=True)}
    order = [sector[name] for name in names]
    assert order == sorted(order, key=list(dict.fromkeys(order)).index)
    cuts = sum(a != b for a, b in pairwise(order))
    assert len([line for line in ax.lines if line.get_marker() in (None, "None")]) == 2 * cuts
    place = {name: n for n, name in enumerate(names)}
    for a, b, data in graph.edges(data=True):
        assert shown[place[graph.nodes[a]["name"]], place[graph.nodes[b]["name"]]] == data["weight"]


def test_maps_of_years_keep_places_and_no_name_covers_another(lab):
    places = network.positions(network.build(lab), seed=lab.seed)
    graphs = {f"{a}-{b}": network.build(lab, years=(a, b)) for a, b in ((2012, 2013), (2014, 2015), (2016, 2018))}
    figure = network.year_maps(graphs, places)
    figure.canvas.draw()
    assert [ax.get_title(loc="left") for ax in figure.axes] == list(graphs)
    for ax in figure.axes:
        boxes = [text.get_window_extent() for text in ax.texts]
        assert 1 <= len(boxes) <= 6
        assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
        assert ax.get_legend() is None
    sectors = {data["sector"] for graph in graphs.values() for _, data in graph.nodes(data=True)}
    assert len(figure.legends[0].get_texts()) == len(sectors)


def test_actors_move_towards_their_ties_of_the_year_and_stay_near_their_place(lab):
    places = network.positions(network.build(lab), seed=lab.seed)
    graphs = {f"{a}-{b}": network.build(lab, years=(a, b)) for a, b in ((2012, 2013), (2016, 2018))}

    def strain(graph, at):
        """How far ties are from the length that their weight asks for, the map drawn in its best unit."""
        found = []
        for a, b, data in graph.edges(data=True):
            length = ((at[a][0] - at[b][0]) ** 2 + (at[a][1] - at[b][1]) ** 2) ** 0.5
            found.append(length * (1 + math.log(data["weight"])))
        middle = sum(found) / len(found)
        return sum((one / middle - 1) ** 2 for one in found) / len(found)

    def moved(at):
        return sum(((at[n][0] - places[n][0]) ** 2 + (at[n][1] - places[n][1]) ** 2) ** 0.5 for n in places)

    loose, firm, fixed = (network.anchored(graphs, places, hold=hold) for hold in (0.05, 0.5, 1))
    for title, graph in graphs.items():
        assert strain(graph, loose[title]) < strain(graph, places)
        assert moved(loose[title]) > moved(firm[title]) > moved(fixed[title])
        assert moved(fixed[title]) < 1e-4
        assert all(0 <= x <= 1 for place in loose[title].values() for x in place)
        away = [n for n in places if n not in graph]
        assert away and all(loose[title][n] == places[n] for n in away)
    figure = network.year_maps(graphs, loose)
    assert [ax.get_title(loc="left") for ax in figure.axes] == list(graphs)
    loop = nx.Graph([("a", "a"), ("a", "b"), ("b", "c")])
    spot = dict.fromkeys("abc", (0.5, 0.5))
    parted = network.anchored({"2014": loop}, spot)["2014"]
    assert len(set(parted.values())) == 3
    assert network.anchored({"2014": nx.Graph([("a", "a")])}, spot)["2014"] == spot
    with pytest.raises(UsageError, match="share above 0"):
        network.anchored(graphs, places, hold=0)
    with pytest.raises(UsageError, match="no place for"):
        network.anchored(graphs, {})


def test_a_two_mode_map_shows_actors_by_sector_and_meetings_by_day(lab):
    two = network.two_mode(lab, years=(2015, 2015))
    ax = network.network_map(two, network.positions(two, seed=lab.seed))
    meetings = [data["date"] for _, data in two.nodes(data=True) if data["bipartite"] == 1]
    days = {f"{int(d[8:])}.{int(d[5:7])}.{d[:4]}" for d in meetings}
    said = {text.get_text().replace("\n", " ") for text in ax.texts}
    assert days <= said
    assert {data["name"] for _, data in two.nodes(data=True) if data["bipartite"] == 0} <= said
    ties, points, *actors = ax.collections
    assert len(ties.get_segments()) == two.number_of_edges() and len(points.get_offsets()) == len(meetings)
    assert sum(len(one.get_offsets()) for one in actors) == len(two) - len(meetings)
    assert ax.get_legend().get_texts()[-1].get_text() == "Incontro"
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_one_actors_own_network_holds_the_ties_among_its_partners(lab):
    graph = network.build(lab)
    ax = network.ego_map(graph, "filotersa", network.positions(graph, seed=lab.seed))
    own = graph.subgraph(["filotersa", *graph["filotersa"]])
    assert len(ax.collections[0].get_segments()) == own.number_of_edges()
    assert ax.get_title(loc="left") == graph.nodes["filotersa"]["name"]
    with pytest.raises(UsageError, match="did you mean 'filotersa'"):
        network.ego_map(graph, "filotersaa", {})


def test_the_chart_of_brokers_shows_counts_beside_chance(lab):
    graph = network.build(lab)
    found = network.brokerage(graph, nulls=("relabel",), draws=50, seed=1)
    ax = network.brokerage_chart(found, graph, role="gatekeeper", actors=5)
    rows = found[found["role"] == "gatekeeper"].sort_values(["count", "actor_id"], ascending=[False, True]).head(5)
    drawn = [line.get_xdata()[0] for line in ax.lines]
    assert drawn == rows["count"].tolist()[::-1]
    with pytest.raises(UsageError, match="no rows of the role 'bridge'"):
        network.brokerage_chart(found, graph, role="bridge")


def test_bars_and_bands_of_groups_are_as_wide_as_their_actors(lab):
    whole = network.build(lab)
    years = {"2012-2014": (2012, 2014), "2015-2018": (2015, 2018)}
    found = {
        title: network.groups(network.build(lab, years=window), seed=1, runs=20) for title, window in years.items()
    }
    ax = network.alluvial(found, whole)
    bars = [patch.get_height() for patch in ax.patches if isinstance(patch, matplotlib.patches.Rectangle)]
    sizes = [size for table in found.values() for size in table[table["size"] > 1].groupby("group").size()]
    assert sorted(bars) == sorted(sizes)
    bands = [p.get_path().vertices for p in ax.patches if isinstance(p, matplotlib.patches.PathPatch)]
    tables = [table[table["size"] > 1].set_index("actor_id")["group"] for table in found.values()]
    moved = tables[0].index.intersection(tables[1].index)
    assert len(bands) == len({(tables[0][a], tables[1][a]) for a in moved})
    assert sum(v[7][1] - v[0][1] for v in bands) == pytest.approx(len(moved))


def test_nothing_to_draw_is_said():
    with pytest.raises(UsageError, match="no actors"):
        network.matrix_view(nx.Graph())
    for ask in (network.year_maps, network.alluvial):
        with pytest.raises(UsageError, match="found none"):
            ask({}, nx.Graph())


@pytest.mark.parametrize("actors", [12, 60, 250])
def test_on_maps_of_any_size_no_name_covers_another(actors):
    graph = nx.barabasi_albert_graph(actors, 3, seed=2)
    sectors = ["public", "third_sector", "profit", "other"]
    nx.set_node_attributes(graph, {n: sectors[n % 4] for n in graph}, "sector")
    nx.set_node_attributes(graph, {n: f"Cooperativa sociale numero {n}" for n in graph}, "name")
    ax = network.network_map(graph, network.positions(graph, seed=1))
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) >= min(actors, 95)
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_sectors_are_told_apart_without_colours():
    from labkit.network.drawing import SECTORS

    assert len({style["marker"] for style in SECTORS.values()}) == len(SECTORS)
    grey = sorted(
        sum(matplotlib.colors.to_rgb(s["colour"])[n] * w for n, w in enumerate((0.2126, 0.7152, 0.0722)))
        for s in SECTORS.values()
    )
    assert min(b - a for a, b in pairwise(grey)) > 0.1


def test_pictures_are_the_same_on_another_day(tmp_path):
    import time_machine

    graph = nx.path_graph(["a", "b", "c"])
    places = network.positions(graph, seed=1)
    first = network.save(network.network_map(graph, places), tmp_path / "one", kinds=("png", "svg", "pdf"))
    with time_machine.travel("2031-05-05"):
        again = network.save(network.network_map(graph, places), tmp_path / "two", kinds=("png", "svg", "pdf"))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]
    assert b"FontFile" in first[2].read_bytes()
    with pytest.raises(UsageError, match="did you mean 'png'"):
        network.save(network.network_map(graph, places), tmp_path / "x", kinds=("pnf",))


def test_a_language_that_is_not_spoken_is_said(lab):
    graph = network.build(lab)
    with pytest.raises(UsageError, match="no language 'fr'"):
        network.network_map(graph, network.positions(graph, seed=1), language="fr")
    with pytest.raises(UsageError, match="no language 'fr'"):
        network.matrix_view(graph, language="fr")


def test_groups_that_share_most_actors_stand_side_by_side():
    import pandas as pd

    def table(groups):
        rows = [(actor, n, len(actors)) for n, actors in enumerate(groups, start=1) for actor in actors]
        return pd.DataFrame(rows, columns=["actor_id", "group", "size"])

    graph = nx.Graph()
    graph.add_nodes_from("abcdefg")
    # The larger group of the first years is the smaller of the next: its bar stays at the same end.
    found = {"2014": table(["abcd", "ef"]), "2015": table(["efg", "ab"])}
    ax = network.alluvial(found, graph)
    at = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert at["a\nb\nc"] > at["e\nf"] and at["a\nb"] > at["e\nf\ng"]

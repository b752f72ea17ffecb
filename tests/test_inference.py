"""What networks are said to show: uncertainty, groups, years, and plain words where nothing can be told."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit import network
from labkit.errors import UsageError
from labkit.network.measure import VALUES
from labkit.network.nulls import random_networks
from labkit.network.resampling import COVERAGE


def two_mode(meetings: dict[str, str], dates: dict[str, str] | None = None, sectors: str = "") -> nx.Graph:
    """``{"e1": "ab", ...}``: who was at which meeting, actors by letters; sectors in the order of the letters."""
    graph = nx.Graph()
    actors = sorted(set("".join(meetings.values())))
    graph.add_nodes_from(
        (a, {"bipartite": 0, **({"sector": s} if s else {})}) for a, s in zip(actors, sectors.ljust(len(actors)))
    )
    graph.add_nodes_from((e, {"bipartite": 1, "date": (dates or {}).get(e, "")}) for e in meetings)
    graph.add_edges_from((a, e) for e, members in meetings.items() for a in members)
    return graph


DAVIS = nx.davis_southern_women_graph()


# --- projection


@pytest.mark.parametrize("weight", ["raw", "newman", "jaccard", "cosine"])
def test_projection_as_its_definition_says(weight):
    net = network.project(DAVIS, weight=weight)
    women = [n for n, data in DAVIS.nodes(data=True) if data["bipartite"] == 0]
    for a, b in combinations(women, 2):
        both = set(DAVIS[a]) & set(DAVIS[b])
        if not both:
            assert not net.has_edge(a, b)
            continue
        expected = {
            "raw": len(both),
            "newman": sum(1 / (DAVIS.degree(e) - 1) for e in both),
            "jaccard": len(both) / len(set(DAVIS[a]) | set(DAVIS[b])),
            "cosine": len(both) / (DAVIS.degree(a) * DAVIS.degree(b)) ** 0.5,
        }[weight]
        assert net[a][b]["weight"] == pytest.approx(expected, abs=1e-12)
        assert net[a][b]["shared"] == len(both)


def test_the_projection_is_the_network_that_is_built_from_the_lab():
    lab = lk.open_lab("esempio")
    built, projected = network.build(lab), network.project(network.two_mode(lab))
    assert list(built) == list(projected)
    assert {(a, b, d["weight"]) for a, b, d in built.edges(data=True)} == {
        (a, b, d["weight"]) for a, b, d in projected.edges(data=True)
    }


@pytest.mark.parametrize("weight", ["newman", "jaccard", "cosine"])
def test_weights_are_the_same_from_the_tables_and_from_the_two_mode_network(weight):
    lab = lk.open_lab("esempio")
    built, projected = network.build(lab, weight=weight), network.project(network.two_mode(lab), weight=weight)
    for a, b, data in built.edges(data=True):
        assert data["weight"] == pytest.approx(projected[a][b]["weight"], abs=1e-12)
        assert data["shared"] == projected[a][b]["shared"]


def test_a_body_a_sector_and_an_initiative_choose_among_the_evidence():
    lab = lk.open_lab("esempio")
    of_body = network.build(lab, body="tavolo-terzo-settore")
    held = set(lab.meetings.loc[lab.meetings["body_id"] == "tavolo-terzo-settore", "meeting_id"])
    evidence = {e for _, _, data in of_body.edges(data=True) for e in data["evidence"].split()}
    assert evidence and evidence <= held
    assert set(network.two_mode(lab, body="tavolo-terzo-settore")) - set(of_body) <= held
    public = network.build(lab, sector="public")
    assert {data["sector"] for _, data in public.nodes(data=True)} == {"public"}
    whole = network.build(lab)
    assert all(whole.has_edge(a, b) and whole[a][b]["weight"] == d["weight"] for a, b, d in public.edges(data=True))
    named = set(lab.mentions.loc[lab.mentions["actor_id"] == "porte-accanto", "doc_id"])
    about = network.build(lab, kind="co_mention", initiative="porte-accanto")
    assert {e.split(".")[0] for _, _, data in about.edges(data=True) for e in data["evidence"].split()} <= named
    assert 0 < about.number_of_edges() < network.build(lab, kind="co_mention").number_of_edges()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"body": "tavolo-terzo-setore"}, "did you mean 'tavolo-terzo-settore'"),
        ({"initiative": "porte-acanto"}, "did you mean 'porte-accanto'"),
        ({"sector": "publico"}, "did you mean 'public'"),
        ({"weight": "newmann"}, "did you mean 'newman'"),
        ({"weight": "jaccard", "kind": "tension"}, "use raw"),
        ({"years": ("2015", "2018")}, "expected first and last year"),
    ],
)
def test_what_a_lab_does_not_have_is_named(wrong, message):
    with pytest.raises(UsageError, match=message):
        network.build(lk.open_lab("esempio"), **wrong)


def test_layers_are_laid_over_one_another_and_stay_apart():
    lab = lk.open_lab("esempio")
    layers = [network.build(lab, kind=kind) for kind in ("co_presence", "declared_partnership", "tension")]
    both = network.combine(layers)
    for a, b, data in both.edges(data=True):
        kinds = [g.graph["kind"] for g in layers if g.has_edge(a, b)]
        assert data["kinds"].split() == kinds and data["weight"] == len(kinds)
        assert data["evidence"] == " ".join(g[a][b]["evidence"] for g in layers if g.has_edge(a, b))
    tense = [(a, b) for a, b, d in both.edges(data=True) if "tension" in d["kinds"]]
    assert tense and all((both[a][b]["sign"] == -1) == (both[a][b]["kinds"] == "tension") for a, b in tense)
    with pytest.raises(UsageError, match="different kinds"):
        network.combine(layers[:1] * 2)


# --- null models


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 9), st.integers(2, 12), st.integers(0, 2**31 - 1))
def test_random_networks_keep_every_sum(actors, events, seed):
    matrix = np.random.default_rng(seed).random((actors, events)) < 0.4
    for drawn in random_networks(matrix, draws=3, seed=seed, burn_in=3, thin=2):
        assert (drawn.sum(axis=0) == matrix.sum(axis=0)).all()
        assert (drawn.sum(axis=1) == matrix.sum(axis=1)).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 9), st.integers(2, 12), st.integers(0, 2**31 - 1), st.floats(0.05, 0.95))
def test_bicm_meets_every_sum_or_says_that_it_cannot(actors, events, seed, share):
    matrix = np.random.default_rng(seed).random((actors, events)) < share
    graph = nx.Graph()
    graph.add_nodes_from((f"a{i}" for i in range(actors)), bipartite=0)
    graph.add_nodes_from((f"e{k}" for k in range(events)), bipartite=1)
    graph.add_edges_from((f"a{i}", f"e{k}") for i, k in np.argwhere(matrix))
    try:
        found = network.bicm(graph).to_numpy()
    except UsageError as error:
        assert "hardly any choice" in str(error)
        return
    assert ((found >= 0) & (found <= 1)).all()
    assert found.sum(axis=1) == pytest.approx(matrix.sum(axis=1), abs=1e-5)
    assert found.sum(axis=0) == pytest.approx(matrix.sum(axis=0), abs=1e-5)


def test_everybody_at_every_meeting_is_no_surprise():
    tests = network.significance(two_mode({"e1": "abc", "e2": "abc", "e3": "abc"}), draws=50, seed=1)
    assert (tests["p"] == 1).all() and (tests["expected"] == 3).all()


@pytest.mark.parametrize("meetings", [{"e1": "abc"}, {"e1": "a", "e2": "a"}])
def test_one_meeting_or_one_actor_cannot_tell(meetings):
    with pytest.raises(UsageError, match="cannot be told"):
        network.significance(two_mode(meetings), seed=1)
    with pytest.raises(UsageError, match="cannot be told"):
        network.intervals(two_mode(meetings), seed=1)


def test_models_are_given_side_by_side_and_their_agreement_is_said():
    # Two circles that never mix, many meetings: any model sees them.
    meetings = {f"e{n:02d}": ("abcd" if n % 2 else "efgh") for n in range(24)} | {"x": "abefgh", "y": "cdgh"}
    core = network.backbone(two_mode(meetings), draws=999, seed=1)
    assert {"a", "b", "c", "d"} in [set(c) for c in nx.connected_components(core)]
    assert core.graph["agreement"] == core.graph["kept"] / core.graph["kept_by_any"] > 0
    assert set(core["a"]["b"]) == {"weight", "expected", "p", "q", "p_sdsm", "q_sdsm", "p_fdsm", "q_fdsm"}
    assert core["a"]["b"]["q"] == max(core["a"]["b"]["q_sdsm"], core["a"]["b"]["q_fdsm"])


def test_fdsm_asks_for_its_seed_and_repeats_itself():
    with pytest.raises(UsageError, match="seed"):
        network.significance(DAVIS)
    one, two = (network.significance(DAVIS, draws=40, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)


def test_the_disparity_filter_refuses_projections():
    with pytest.raises(UsageError, match="count what actors share"):
        network.disparity(network.project(DAVIS))
    with pytest.raises(UsageError, match="count what actors share"):
        network.disparity(network.build(lk.open_lab("cremasco")))


# --- brokerage and mixing


def test_a_sector_of_one_and_actors_alone_are_counted_without_nan():
    graph = nx.Graph([("a", "b"), ("b", "c")])
    graph.add_node("d")
    nx.set_node_attributes(graph, {"a": "public", "b": "profit", "c": "third_sector", "d": "public"}, "sector")
    found = network.brokerage(graph, draws=99, seed=1)
    assert found[["count", "expected", "sd", "p", "q", "low", "high"]].notna().all(axis=None)
    assert found.loc[found["sd"] == 0, "z"].isna().all()
    assert (network.mixing(graph, draws=50, seed=1)["p"] > 0).all()


@pytest.mark.parametrize(
    "ask", [network.brokerage, network.mixing, network.e_i_index, network.assortativity, network.participation]
)
def test_actors_without_a_sector_are_named(ask):
    graph = nx.path_graph(3)
    seed = {} if ask in (network.participation, network.mixing) else {"seed": 1}
    with pytest.raises(UsageError, match="3 actors have no 'sector'"):
        ask(graph, **seed)


def test_brokerage_wants_the_two_mode_network_of_the_same_actors():
    net = network.project(DAVIS)
    nx.set_node_attributes(net, "x", "sector")
    with pytest.raises(UsageError, match="same years"):
        network.brokerage(net, two=two_mode({"e": "ab", "f": "bc"}), nulls=("degree",), seed=1)


def test_rewired_networks_keep_the_number_of_ties_of_each_actor():
    from labkit.network.brokers import rewired

    for graph in (nx.karate_club_graph(), nx.gnp_random_graph(12, 0.3, seed=1)):
        out = nx.to_numpy_array(graph, weight=None) > 0
        for drawn in rewired(graph, draws=5, seed=2):
            assert (drawn.sum(axis=1) == out.sum(axis=1)).all() and (drawn.sum(axis=0) == out.sum(axis=0)).all()
            assert not drawn.diagonal().any()
            assert (drawn != out).any()


def test_ties_of_one_sector_alone_tell_nothing_of_preference():
    graph = nx.path_graph(3)
    nx.set_node_attributes(graph, "public", "sector")
    with pytest.raises(UsageError, match="cannot be told"):
        network.assortativity(graph, seed=1)


def test_planted_brokers_stand_out_between_sectors():
    lab = lk.open_lab("esempio")
    net, two = network.build(lab, years=(2015, 2018)), network.two_mode(lab, years=(2015, 2018))
    found = network.brokerage(net, two=two, draws=199, seed=1)
    liaison = found[(found["role"] == "liaison") & (found["null"] == "relabel")].sort_values("count")
    assert liaison["actor_id"].iloc[-1] == "fondazione-ardesi-solmi"


def test_a_group_that_can_only_look_outward_is_no_surprise():
    graph = nx.star_graph(6)
    graph.add_nodes_from(range(7, 19))
    nx.set_node_attributes(graph, {n: "solo" if n == 1 else "ab"[n % 2] for n in graph}, "sector")
    solo = network.e_i_index(graph, draws=199, seed=1).set_index("group").loc["solo"]
    assert solo[["e_i", "expected", "low", "p"]].tolist() == [1.0, 1.0, 1.0, 1.0]


def test_two_modes_in_another_order_are_the_same_and_those_of_other_ties_refused():
    lab = lk.open_lab("esempio")
    net, two = network.build(lab), network.two_mode(lab)
    turned = nx.Graph()
    turned.add_nodes_from(reversed(list(two.nodes(data=True))))
    turned.add_edges_from(two.edges())
    one, other = (network.brokerage(net, nulls=("degree",), two=t, draws=20, seed=1) for t in (two, turned))
    assert one["count"].tolist() == other["count"].tolist()
    core = network.backbone(two, model="sdsm")
    with pytest.raises(UsageError, match="tied by"):
        network.brokerage(core, nulls=("degree",), two=two, draws=20, seed=1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda draws: network.significance(DAVIS, draws=draws, seed=1),
        lambda draws: network.intervals(DAVIS, draws=draws, seed=1),
        lambda draws: network.stability(DAVIS, draws=draws, seed=1),
        lambda draws: network.turnover(DATED, windows=[(2012, 2013), (2014, 2014)], draws=draws, seed=1),
        lambda draws: network.e_i_index(sectored(), draws=draws, seed=1),
        lambda draws: network.assortativity(sectored(), draws=draws, seed=1),
        lambda draws: network.brokerage(sectored(), draws=draws, seed=1),
        lambda draws: network.likeness(network.groups(sectored(), seed=1), sectored(), draws=draws, seed=1),
    ],
)
def test_too_few_draws_are_refused(ask):
    for draws in (-1, 0, 1):
        with pytest.raises(UsageError, match="draws must be 2 or more"):
            ask(draws)


def sectored() -> nx.Graph:
    graph = nx.path_graph(4)
    nx.set_node_attributes(graph, {n: "ab"[n // 2] for n in graph}, "sector")
    return graph


def test_directions_are_refused_where_they_would_be_misread():
    arrows = sectored().to_directed()
    for ask in (
        network.mixing,
        lambda g: network.e_i_index(g, seed=1),
        lambda g: network.assortativity(g, seed=1),
        network.disparity,
    ):
        with pytest.raises(UsageError, match="directions"):
            ask(arrows)
    with pytest.raises(UsageError, match="without directions"):
        network.brokerage(arrows, seed=1)


def test_ties_on_one_side_and_doubled_ties_are_not_counted_as_meetings():
    two = two_mode({"e1": "ab"})
    assert network.project(two.to_directed())["a"]["b"]["weight"] == 1
    two.add_edge("a", "b")
    with pytest.raises(UsageError, match="one side"):
        network.project(two)


def test_one_meeting_has_nobody_in_between():
    found = network.two_mode_table(two_mode({"e1": "abc"}))
    assert found["betweenness"].tolist() == [0, 0, 0] and found["degree"].tolist() == [1, 1, 1]


def test_a_table_of_a_network_with_few_names_has_a_row_for_everybody():
    graph = nx.path_graph(3)
    graph.nodes[0]["name"] = "A"
    assert network.table(graph)["degree"].tolist() == [2, 1, 1]


def test_a_sector_that_ended_is_that_of_later_days():
    rows = pd.DataFrame(
        {"actor_id": ["x", "x"], "sector": ["public", "profit"], "from": ["2010", "2013"], "to": ["2012", "2014"]}
    )
    assert network.sectors_at(rows, "2016-12-31") == {"x": "profit"}
    assert network.sectors_at(rows, "2011-06-01") == network.sectors_at(rows, "2009-01-01") == {"x": "public"}


def test_a_pair_alone_can_be_found_with_the_default_draws():
    random = np.random.default_rng(3)
    met = random.random((12, 40)) < 0.15
    met[1] = met[0]
    meetings = {
        f"e{k:02d}": "".join("abcdefghijkl"[i] for i in np.nonzero(met[:, k])[0]) for k in range(40) if met[:, k].any()
    }
    tests = network.significance(two_mode(meetings), models=("fdsm",), seed=1)
    assert tests["least_q"].max() <= 0.05
    first = tests.sort_values("p").iloc[0]
    assert (first["actor_a"], first["actor_b"]) == ("a", "b") and first["q"] <= 0.05


# --- resampling


@pytest.fixture(scope="module")
def esempio() -> nx.Graph:
    return network.two_mode(lk.open_lab("esempio"))


def test_intervals_hold_value_and_rank(esempio):
    found = network.intervals(esempio, measures=tuple(VALUES), draws=60, seed=1)
    assert len(found) == len(VALUES) * found["actor_id"].nunique()
    known = found.dropna(subset="low")
    assert len(known) and ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()
    assert (found["rank_low"] <= found["rank_high"]).all()
    net = network.project(esempio)
    for measure in ("degree", "betweenness", "participation"):
        ours = found[found["measure"] == measure].set_index("actor_id")["value"]
        theirs = getattr(network, measure)(net).astype("Float64").to_numpy(float, na_value=np.nan)
        assert ours.to_numpy(float, na_value=np.nan) == pytest.approx(theirs, abs=1e-9, nan_ok=True)
    alone = found[(found["actor_id"] == "inps") & (found["measure"] == "constraint")].iloc[0]
    assert alone[["value", "low", "rank"]].isna().all()  # who met nobody is no broker of all


def test_where_intervals_do_not_hold_none_is_given(esempio):
    few = network.intervals(DAVIS, measures=("betweenness",), draws=20, seed=1)
    assert few["low"].isna().all() and few["rank_high"].notna().all()
    assert COVERAGE[min(COVERAGE)]["betweenness"] < 0.9
    asked = network.intervals(DAVIS, measures=("betweenness",), draws=20, seed=1, least_coverage=0)
    assert asked["low"].notna().all()


def test_the_more_minutes_are_lost_the_less_of_the_order_remains(esempio):
    found = network.stability(esempio, measures=("strength",), lost=(0.1, 0.5, 0.9), draws=60, seed=1)
    assert found["meetings"].tolist() == [60, 34, 7]
    assert found["rank_correlation"].is_monotonic_decreasing
    assert found["rank_correlation"].iloc[0] > 0.95


# --- groups


def test_groups_are_those_that_were_planted():
    graph = nx.planted_partition_graph(3, 12, 0.8, 0.03, seed=4)
    found = network.groups(graph, seed=1, runs=20)
    assert found.groupby(found["actor_id"] // 12)["group"].nunique().tolist() == [1, 1, 1]
    assert found["group"].nunique() == 3
    shifted = network.groups(nx.relabel_nodes(graph, {n: 100 + n for n in graph}), seed=99, runs=20)
    assert shifted["group"].tolist() == found["group"].tolist()


def test_likeness_agrees_with_igraph():
    import igraph

    graph = nx.planted_partition_graph(3, 8, 0.8, 0.1, seed=4)
    nx.set_node_attributes(graph, {n: "abc"[(n // 7) % 3] for n in graph}, "sector")
    found = network.groups(graph, seed=1, runs=20)
    theirs = igraph.compare_communities(found["group"].tolist(), [(n // 7) % 3 for n in graph], method="adjusted_rand")
    ours = network.likeness(found, graph, draws=99, seed=1)
    assert ours["adjusted_rand"].tolist() == pytest.approx([theirs], abs=1e-12)
    assert ours["p"].item() == 0.01


def test_ties_below_zero_make_no_groups():
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", -1), ("b", "c", 2)])
    with pytest.raises(UsageError, match="leave ties of tension out"):
        network.groups(graph, seed=1)


def test_actors_without_ties_are_groups_of_their_own():
    graph = nx.Graph([("a", "b"), ("b", "c"), ("a", "c")])
    graph.add_node("d")
    found = network.groups(graph, seed=1, runs=5)
    assert found["group"].tolist() == [1, 1, 1, 2]
    assert found["stability"].isna().tolist() == [False, False, False, True]


# --- years

DATED = two_mode(
    {"e1": "abc", "e2": "ab", "e3": "bcd", "e4": "abd", "e5": "bd", "e6": "ae"},
    {"e1": "2012-03-01", "e2": "2012-05-02", "e3": "2013-01-10", "e4": "2014-02-03", "e5": "2014-06-01"},
)


def test_turnover_counts_actors_and_ties():
    found = network.turnover(DATED, windows=network.windows(2012, 2014), draws=99, seed=1)
    first = found.iloc[0]
    assert first[["before", "after", "meetings_before", "meetings_after"]].tolist() == ["2012", "2013", 2, 1]
    assert first[["actors_stay", "actors_enter", "actors_leave"]].tolist() == [2, 1, 1]
    assert first[["ties_kept", "ties_born", "ties_lost"]].tolist() == [1, 2, 2]
    assert ((found["p"] > 0) & (found["p"] <= 1) & (found["q"] >= found["p"])).all()
    assert (found["low"] <= found["high"]).all()


def test_distance_is_one_less_the_share_of_common_ties():
    found = network.distances(DATED, windows=[(2012, 2012), (2013, 2013), (2015, 2016)])
    assert found.loc["2012", "2013"] == pytest.approx(1 - 1 / 5)
    assert found.loc["2012", "2015-2016"] == 1
    assert found.loc["2015-2016", "2015-2016"] is pd.NA


def test_stays_say_when_actors_were_there():
    found = network.stays(DATED, windows=[(2012, 2013), (2014, 2014)]).set_index("actor_id")
    assert found.loc["d"].tolist() == [2013, 2014, 1, 2]
    assert "e" not in found.index  # whose only meeting has no date


def test_who_follows_another_in_time_is_the_same_actor_in_the_years():
    graph = DATED.copy()
    graph.nodes["d"]["succeeds"] = "c"  # c was at e1 and e3, d at e3, e4 and e5
    found = network.stays(graph, windows=[(2012, 2013), (2014, 2014)]).set_index("actor_id")
    assert "c" not in found.index and found.loc["d"].tolist() == [2012, 2014, 2, 2]
    first = network.turnover(graph, windows=network.windows(2012, 2013), draws=50, seed=1).iloc[0]
    # a, b and c against b and c under its new name: nobody enters, and b keeps its tie.
    assert first[["actors_stay", "actors_enter", "actors_leave", "ties_kept"]].tolist() == [2, 0, 1, 1]
    graph.nodes["c"]["succeeds"] = "d"  # a table that goes round in a circle joins nobody
    assert len(network.stays(graph, windows=[(2012, 2014)])) == 4


def test_the_same_is_asked_of_each_period_and_where_it_cannot_be_told_it_says_so():
    lab = lk.open_lab("esempio")
    graphs = {f"{a}-{b}": network.build(lab, years=(a, b)) for a, b in [*lab.periods, (2001, 2002)]}
    found = network.by_period(graphs, network.mixing)
    alone = network.mixing(graphs["2015-2018"])
    later = found.loc[found["period"] == "2015-2018", alone.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(later, alone, check_dtype=False)
    assert str(later["ties"].dtype) == "Int64"
    assert found["period"].tolist()[-1] == "2001-2002" and "no actors" in found["cannot_tell"].iloc[-1]
    assert found["cannot_tell"].iloc[:-1].isna().all()
    index = network.by_period(graphs, network.e_i_index, draws=50, seed=1)
    assert index["cannot_tell"].notna().sum() == 1
    with pytest.raises(UsageError, match="one network at least"):
        network.by_period({}, network.mixing)
    with pytest.raises(UsageError, match="by their years"):
        network.by_period(list(graphs.values()), network.mixing)
    one = network.by_period({"2015-2018": graphs["2015-2018"]}, network.table)
    assert one["actor_id"].tolist() == network.table(graphs["2015-2018"]).index.tolist()
    values = network.by_period({"2015-2018": graphs["2015-2018"]}, network.degree)
    assert list(values.columns)[:2] == ["period", "actor_id"] and len(values) == len(one)


def test_without_ties_no_index_is_told():
    graph = nx.Graph()
    graph.add_node("a", sector="public")
    with pytest.raises(UsageError, match="no ties"):
        network.e_i_index(graph, draws=50, seed=1)


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        ([(2012, 2014)], "two stretches"),
        ([(1990, 1991), (1992, 1993)], "none of 6 events"),
        ([(2014, 2012), (2013, 2014)], "first and last"),
        ([("2012", "2013"), ("2014", "2014")], "first and last"),
    ],
)
def test_years_that_cannot_be_compared(windows, message):
    with pytest.raises(UsageError, match=message):
        network.turnover(DATED, windows=windows, seed=1)


# --- files


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, object]:
    graph = network.build(lk.open_lab("esempio"))
    graph.nodes["filotersa"]["name"] = '=Filotersa "rete"'
    graph.nodes["lanternaria"]["sector"], graph.nodes["inps"]["events"] = "third_sector", np.int64(1)
    folder = tmp_path_factory.mktemp("files")
    formats = ("graphml", "gexf", "csv", "xlsx", "pajek", "cytoscape", "kumu")
    first = network.write(graph, folder, "net", formats=formats)
    return {"graph": graph, "formats": formats, "folder": folder, **{p.name.removeprefix("net"): p for p in first}}


def test_every_file_is_the_same_on_another_day(written, tmp_path):
    import time_machine

    with time_machine.travel("2031-05-05"):
        again = network.write(written["graph"], tmp_path, "net", formats=written["formats"])
    assert len(again) == 9
    for path in again:
        assert path.read_bytes() == (written["folder"] / path.name).read_bytes(), path.name


def test_graphml_and_pajek_open_in_igraph_too(written):
    import igraph

    graph = written["graph"]
    theirs = igraph.Graph.Read_GraphML(str(written[".graphml"]))
    assert theirs.vcount() == len(graph) and theirs.ecount() == graph.number_of_edges()
    assert theirs.vs["name"] == [d["name"] for _, d in graph.nodes(data=True)]
    assert theirs.es["evidence"] == [d["evidence"] for _, _, d in graph.edges(data=True)]
    back = nx.read_pajek(written[".net"])
    names = nx.get_node_attributes(graph, "name")
    ties = {
        (frozenset(names[n].replace('"', "'") for n in (a, b)), data["weight"]) for a, b, data in graph.edges(data=True)
    }
    assert {(frozenset((a, b)), data["weight"]) for a, b, data in back.edges(data=True)} == ties


def test_gexf_has_the_days_of_each_tie(written):
    back = nx.read_gexf(written[".gexf"])
    assert back.graph["mode"] == "dynamic"
    for a, b, data in written["graph"].edges(data=True):
        days = sorted(set(data["dates"].split()))
        assert back[a][b]["spells"] == [(day, day) for day in days]
        assert back[a][b]["evidence"] == data["evidence"] and back[a][b]["weight"] == data["weight"]


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_files_keep_to_the_grammar_of_their_format(written, tmp_path, kind):
    from pathlib import Path

    from lxml import etree

    grammar = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / f"{kind}.rng"))
    lab = lk.open_lab("esempio")
    more = {name: network.build(lab, kind=name) for name in ("declared_partnership", "tension", "funding")}
    more["two"] = network.two_mode(lab)
    files = [written[f".{kind}"], *(network.write(g, tmp_path, n, formats=(kind,))[0] for n, g in more.items() if g)]
    assert len(files) > 3
    for path in files:
        assert grammar.validate(etree.parse(path)), f"{path.name}: {grammar.error_log.last_error}"
    # As networkx alone writes it, with a name that the format does not know, it does not pass.
    broken = files[0].read_bytes().replace(b"<graph ", b'<graph name="" ')
    assert not grammar.validate(etree.fromstring(broken))


def test_sheets_and_json_hold_what_the_graph_holds(written):
    import json

    graph = written["graph"]
    actors = pd.read_excel(written[".xlsx"], sheet_name="actors").set_index("actor_id")
    assert actors["name"].to_dict() == nx.get_node_attributes(graph, "name")
    ties = pd.read_excel(written[".xlsx"], sheet_name="ties")
    assert ties["weight"].tolist() == [d["weight"] for _, _, d in graph.edges(data=True)]
    cytoscape = nx.cytoscape_graph(json.loads(written[".cyjs"].read_text(encoding="utf-8")))
    assert set(cytoscape) == set(graph) and cytoscape.number_of_edges() == graph.number_of_edges()
    kumu = json.loads(written[".kumu.json"].read_text(encoding="utf-8"))
    assert {(t["from"], t["to"], t["evidence"]) for t in kumu["connections"]} == {
        (a, b, d["evidence"]) for a, b, d in graph.edges(data=True)
    }
    assert {e["sector"] for e in kumu["elements"]} == {d["sector"] for _, d in graph.nodes(data=True)}


def test_what_a_format_cannot_hold_is_left_out_and_two_of_one_name_stay_two(tmp_path):
    graph = nx.Graph([("a", "b"), ("b", "c")])
    nx.set_node_attributes(graph, "Anna\x07 Riva", "name")
    graph.nodes["a"].update(sector=None, events=np.int64(2))
    paths = network.write(
        graph, tmp_path, "n", formats=("graphml", "gexf", "csv", "xlsx", "pajek", "cytoscape", "kumu")
    )
    by_name = {path.name: path for path in paths}
    assert nx.read_graphml(by_name["n.graphml"]).nodes["b"]["name"] == "Anna Riva"
    assert len(nx.read_gexf(by_name["n.gexf"])) == len(nx.read_pajek(by_name["n.net"])) == 3
    assert pd.read_excel(by_name["n.xlsx"], sheet_name="actors")["events"].iloc[0] == 2


def test_an_unknown_format_is_named(tmp_path):
    with pytest.raises(UsageError, match="did you mean 'gexf'"):
        network.write(nx.path_graph(2), tmp_path, "net", formats=("gxef",))

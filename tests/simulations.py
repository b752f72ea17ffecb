"""How often the tests of networks err and how often their intervals hold, on networks whose truth is known.

    python tests/simulations.py            # all, some fifteen minutes; `make bench` runs it with --quick

The figures stand in docs/methods.md; those of coverage also in labkit/network/resampling.py.
"""

from __future__ import annotations

import argparse

import networkx as nx
import numpy as np

from labkit import network
from labkit.network.measure import VALUES
from labkit.network.resampling import intervals

ACTORS, SECTORS = 25, 3


def two_mode(met: np.ndarray, sectors: np.ndarray) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from((f"a{i:03d}", {"bipartite": 0, "sector": f"s{s}"}) for i, s in enumerate(sectors))
    graph.add_nodes_from((f"e{k:03d}" for k in range(met.shape[1])), bipartite=1)
    graph.add_edges_from((f"a{i:03d}", f"e{k:03d}") for i, k in np.argwhere(met))
    return graph


def territory(random: np.random.Generator, meetings: int, *, mixed: bool = True):
    """Actors who come more or less often; meetings of three kinds, each drawing one sector more than the others."""
    eager, sectors = random.beta(1.2, 4, ACTORS), random.integers(SECTORS, size=ACTORS)

    def held() -> np.ndarray:
        kinds = random.integers(SECTORS, size=meetings)
        own = (sectors[:, None] == kinds[None, :]) if mixed else np.zeros((ACTORS, meetings), bool)
        chance = np.where(own, 1 - (1 - eager[:, None]) ** 2.5, eager[:, None] * (0.5 if mixed else 1.0))
        return random.random((ACTORS, meetings)) < chance

    return sectors, held


def coverage(runs: int, draws: int) -> None:
    """Share of 95 % intervals that hold the mean of the measure over all that could have been written up."""
    print(f"\nCoverage of resampling intervals, {ACTORS} actors, {runs} networks of each size, {draws} draws")
    measures = tuple(VALUES)
    print(f"{'meetings':>9}  " + "  ".join(f"{name[:11]:>11}" for name in measures))
    for meetings in (15, 30, 80):
        random, held_in = np.random.default_rng(meetings), []
        for number in range(runs):
            sectors, held = territory(random, meetings)
            true = np.nanmean([_values(held(), sectors, measures) for _ in range(150)], axis=0)
            met = held()
            two, there = two_mode(met, sectors), met.any(axis=1)  # a lab knows only those who were there
            found = intervals(two, measures=measures, draws=draws, seed=number, least_coverage=0.0)
            low, high = (found[part].to_numpy(float).reshape(len(measures), -1) for part in ("low", "high"))
            held_in.append(((low <= true + 1e-9) & (true <= high + 1e-9))[:, there].mean(axis=1))
        print(f"{meetings:>9}  " + "  ".join(f"{share:>11.2f}" for share in np.mean(held_in, axis=0)))


def _values(met: np.ndarray, sectors: np.ndarray, measures: tuple[str, ...]) -> np.ndarray:
    from labkit.network.resampling import _measured, incidence

    _, events, matrix = incidence(two_mode(met, sectors))
    return _measured(matrix.astype(float), np.ones(len(events)), sectors, measures)


def sizes(runs: int, draws: int) -> None:
    """Share of tests under 5 % where there is nothing to find; exact tests of counts stay below."""
    print(f"\nRejections at 5 % where nothing is to be found, {runs} networks, {draws} draws")
    random, seen = np.random.default_rng(5), {}

    def note(name: str, p) -> None:
        seen.setdefault(name, []).extend(np.atleast_1d(np.asarray(p, dtype=float)) <= 0.05)

    for number in range(runs):
        sectors, held = territory(random, 40, mixed=False)
        two = two_mode(held(), sectors)
        # Attendance by eagerness alone: nobody prefers anybody.
        tests = network.significance(two, draws=draws, seed=number)
        for model in ("sdsm", "fdsm"):
            note(f"significance, {model}, pairs that met", tests.loc[tests["model"] == model, "p"])
            note(f"significance, {model}, any q (share of networks)", tests.loc[tests["model"] == model, "q"].min())
        # Sectors that have nothing to do with who is tied to whom.
        net = nx.gnp_random_graph(ACTORS, 0.2, seed=int(random.integers(2**31)))
        nx.set_node_attributes(net, {n: f"s{s}" for n, s in zip(net, random.integers(SECTORS, size=ACTORS))}, "sector")
        for null in ("relabel", "degree"):
            found = network.brokerage(net, nulls=(null,), draws=draws, seed=number)
            for role, some in found.groupby("role", sort=False):
                if null == "degree" or role != "total":  # a total does not change with the labels
                    note(f"brokerage, {null}, {role}", some["p"])
        with_two = network.brokerage(network.project(two), nulls=("degree",), two=two, draws=draws, seed=number)
        note("brokerage, degree with two, total", with_two.loc[with_two["role"] == "total", "p"])
        chains = network.two_mode_brokerage(two, draws=draws, seed=number)
        for (null, role), some in chains.groupby(["null", "role"], sort=False):
            note(f"two-mode brokerage, {null}, {role}", some["p"])
        note("mixing", network.mixing(net, draws=draws, seed=number)["p"])
        note("E-I index, all", network.e_i_index(net, draws=draws, seed=number)["p"].iloc[0])
        note("assortativity", network.assortativity(net, draws=draws, seed=number)["p"])
    for name, rejected in seen.items():
        print(f"{name:48} {np.mean(rejected):.3f}   ({len(rejected)} tests)")


def power(runs: int, draws: int) -> None:
    """How often a planted broker is found: one actor who comes to the meetings of all sectors, among sectors that meet apart."""
    print(f"\nA planted broker found at p <= 0.05, beside the others so named; {runs} networks, {draws} draws")
    for reach in (0.05, 0.1, 0.2, 0.4):
        random, named = np.random.default_rng(11), {}
        for number in range(runs):
            sectors, kinds = np.arange(ACTORS) % SECTORS, np.arange(36) % SECTORS
            met = random.random((ACTORS, 36)) < np.where(sectors[:, None] == kinds[None, :], 0.3, 0.0)
            met[0] = random.random(36) < np.where(kinds == sectors[0], 0.3, reach)
            two = two_mode(met, sectors)
            net = network.project(two)
            for null, with_two in (("relabel", None), ("degree", None), ("degree", two)):
                found = network.brokerage(net, nulls=(null,), two=with_two, draws=draws, seed=number)
                for role in ("gatekeeper", "liaison"):
                    some = found[found["role"] == role]
                    key = f"{null}{' with two' if with_two is not None else ''}, {role}"
                    mine = some["actor_id"] == "a000"
                    named.setdefault(key, []).append(
                        ((some["p"] <= 0.05)[mine].mean(), (some["p"] <= 0.05)[~mine].mean())
                    )
            chains = network.two_mode_brokerage(two, nulls=("degree",), draws=draws, seed=number)
            some = chains[chains["role"] == "liaison"]
            mine = some["actor_id"] == "a000"
            shares = ((some["p"] <= 0.05)[mine].mean(), (some["p"] <= 0.05)[~mine].mean())
            named.setdefault("two-mode, degree, liaison", []).append(shares)
        for key, shares in named.items():
            hit, other = np.mean(shares, axis=0)
            print(f"comes to {reach:4.0%} of the others' meetings; {key:28} {hit:5.0%}   others {other:6.1%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    sizes(*((20, 199) if quick else (200, 499)))
    power(*((10, 99) if quick else (100, 299)))
    coverage(*((5, 60) if quick else (60, 200)))


if __name__ == "__main__":
    main()

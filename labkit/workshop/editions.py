"""What a map shows: the networks of a lab, one a kind of tie, as an edition allows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from labkit import privacy
from labkit.errors import LabkitError, UsageError, did_you_mean
from labkit.network.layout import positions
from labkit.network.nulls import MODELS, significance
from labkit.network.ties import KINDS, build, two_mode

if TYPE_CHECKING:
    from labkit.lab import Lab

EDITIONS = ("internal", "workshop", "public")
QUOTATIONS = {"internal": "all", "workshop": "nameless", "public": "none"}
FEW_MEETINGS = 10
MANY_ACTORS = 100  # beyond, the random networks of the second model take minutes
ALPHA = 0.05


def layers(
    lab: Lab, *, of: str = "organisation", edition: str = "workshop", pseudonym_table: Path | None = None
) -> list[nx.Graph]:
    """Return the networks that a map of a lab shows: one for each kind of tie that it holds, all years together.

    Parameters
    ----------
    of
        organisation or person.
    edition
        ``internal``; ``workshop``, where people appear under numbers; ``public``, where ties counted fewer times than the lab's
        ``min_cell`` are left out as well.
    pseudonym_table
        Needed for people outside the internal edition.

    Returns
    -------
    list of networkx.Graph
        As :func:`labkit.network.build` gives them with ``said_by="both"``, the kind with most meetings first. Actors also carry
        ``held`` (ids of the events they stand in, separated by a space), ties of co-presence ``sure``: 2 where chance does not
        explain them under any model, 1 under some, 0 under none. ``graph["sure"]`` is False where it cannot be told.

    Raises
    ------
    UsageError
        For an unknown edition or type of actor, or people to be shown without a pseudonym table.
    LabkitError
        If the lab's sources are not public and ``lab.yml`` sets no ``min_cell``, for a public edition.

    Examples
    --------
    >>> import labkit as lk
    >>> [net.graph["kind"] for net in layers(lk.open_lab("cremasco"))]
    ['co_presence', 'declared_partnership', 'co_mention', 'tension']
    """
    _check(lab, of, edition, pseudonym_table)
    found = []
    for kind in (k for k in KINDS if k != "validated"):
        net = build(lab, kind=kind, of=of, said_by="both")
        if edition == "public" and lab.min_cell > 1:
            net.remove_edges_from([(a, b) for a, b, d in net.edges(data=True) if d["weight"] < lab.min_cell])
        if not net.number_of_edges():
            continue
        hold(lab, net)
        _surely(lab, net, of)
        found.append(net)
    if of == "person" and edition != "internal":
        people = privacy.people_of(lab)
        numbers = privacy.ids_of(privacy.pseudonyms(pseudonym_table, people.values(), lab_folder=lab.folder), people)
        found = [_numbered(net, numbers) for net in found]
    return found


def places(layers: list[nx.Graph], *, seed: int) -> dict[str, tuple[float, float]]:
    """Return one place for each actor of some networks: those of the first as :func:`labkit.network.positions` finds them, the others around them.

    Examples
    --------
    >>> nets = [nx.path_graph(["a", "b"]), nx.path_graph(["b", "c"])]
    >>> sorted(places(nets, seed=1))
    ['a', 'b', 'c']
    """
    whole = nx.Graph()
    for graph in layers:
        whole.add_nodes_from((n, d) for n, d in graph.nodes(data=True) if n not in whole)
        for a, b, d in graph.edges(data=True):
            before = whole.get_edge_data(a, b, {"weight": 0})["weight"]
            whole.add_edge(a, b, weight=before + d.get("weight", 1))
    return positions(whole, seed=seed, anchors=positions(of_documents(layers[0]), seed=seed))


def of_documents(net: nx.Graph) -> nx.Graph:
    """Return a network without what only participants said: the ground of the places, and what paper shows.

    Examples
    --------
    >>> net = nx.Graph(kind="co_presence")
    >>> net.add_edge("a", "b", said_by="both"); net.add_edge("b", "c", said_by="participants")
    >>> of_documents(net).number_of_edges()
    1
    """
    said = [(a, b) for a, b, d in net.edges(data=True) if d.get("said_by") == "participants"]
    documents = net.copy()
    documents.remove_edges_from(said)
    documents.remove_nodes_from([n for n in {n for edge in said for n in edge} if not net.nodes[n].get("held", "-")])
    return documents


def _check(lab: Lab, of: str, edition: str, pseudonym_table: Path | None) -> None:
    if edition not in EDITIONS:
        raise UsageError(f"no edition '{edition}' ({did_you_mean(edition, EDITIONS)})")
    if of not in ("organisation", "person"):
        raise UsageError(
            f"a map shows organisations or people, not '{of}' ({did_you_mean(of, ('organisation', 'person'))})"
        )
    if of == "person" and edition != "internal" and pseudonym_table is None and privacy.people_of(lab):
        raise UsageError("people appear under numbers here: name the pseudonym table, a CSV outside the lab")
    if edition == "public" and not lab.public_sources and lab.min_cell < 2:
        raise LabkitError(
            f"{lab.name}/lab.yml: says nothing of the sources; write 'public_sources: true' for public acts, or 'min_cell: 5' to leave rare ties out"
        )


def hold(lab: Lab, net: nx.Graph) -> None:
    """Give each actor its events as ``held``: meetings and sections, or the evidence of the lists that its ties stand in.

    Examples
    --------
    >>> import labkit as lk
    >>> lab = lk.open_lab("cremasco"); net = lk.network.build(lab)
    >>> hold(lab, net)
    >>> all(len(d["held"].split()) == d["events"] for _, d in net.nodes(data=True))
    True
    """
    of = net.graph.get("of", "organisation")
    by = {"co_presence": "meeting", "co_mention": "section"}.get(net.graph["kind"])
    if by:
        two = two_mode(lab, of=of, by=by)
        held = {n: sorted(two[n]) if n in two else [] for n in net}
    else:
        held = {n: sorted({e for _, _, d in net.edges(n, data=True) for e in d["evidence"].split()}) for n in net}
    nx.set_node_attributes(net, {n: " ".join(events) for n, events in held.items()}, "held")


def _surely(lab: Lab, net: nx.Graph, of: str) -> None:
    """Which ties chance does not explain, where there are meetings enough to tell."""
    net.graph["sure"] = False
    if net.graph["kind"] != "co_presence":
        return
    two = two_mode(lab, of=of)
    meetings = sum(d["bipartite"] for _, d in two.nodes(data=True))
    if meetings < FEW_MEETINGS:
        return
    models = MODELS if len(net) <= MANY_ACTORS else ("sdsm",)
    tests = significance(two, models=models, seed=lab.seed)
    kept = tests[tests["q"] <= ALPHA].groupby(["actor_a", "actor_b"]).size()
    for a, b, data in net.edges(data=True):
        n = kept.get((min(a, b), max(a, b)), 0)
        data["sure"] = 2 if n == len(models) else int(n > 0)
    net.graph["sure"] = True


def _numbered(net: nx.Graph, numbers: dict[str, str]) -> nx.Graph:
    """People under their numbers: ids too, for an id made from a name gives the name to who tries all names."""
    moved = nx.relabel_nodes(net, {n: numbers.get(n, n) for n in net})
    ordered = nx.Graph(**net.graph)
    ordered.add_nodes_from((n, {**d, "name": n}) for n, d in sorted(moved.nodes(data=True)))
    ordered.add_edges_from(sorted((min(a, b), max(a, b), d) for a, b, d in moved.edges(data=True)))
    return ordered

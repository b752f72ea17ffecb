"""The workshop page: one HTML file with the map, its evidence and the answers of a room, for a place without network."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from labkit import privacy
from labkit.archive import write_whole
from labkit.codebook import read_yaml
from labkit.errors import UsageError
from labkit.network.drawing import SECTORS
from labkit.workshop.codes import of_graphs
from labkit.workshop.editions import QUOTATIONS, hold
from labkit.workshop.evidence import facts
from labkit.workshop.stories import story

if TYPE_CHECKING:
    from labkit.lab import Lab

HERE = Path(__file__).parent
# In the order in which they build on one another; together they are one script, so that one checksum lets it run.
SCRIPTS = "data network state labels drawing matrix moving panels files missing session story list main".split()
Places = dict[str, tuple[float, float]]


def page(
    lab: Lab,
    layers: list[nx.Graph],
    positions: Places,
    *,
    to: Path,
    edition: str = "workshop",
    session: str = "",
) -> Path:
    """Write the map page of a lab.

    Parameters
    ----------
    layers
        Networks of different kinds of tie, from :func:`labkit.workshop.layers` or :func:`labkit.network.build`; the page
        shows one at a time, the first at the start.
    positions
        A place in the unit square for each actor of any layer.
    to
        The HTML file.
    edition
        internal, workshop or public: which quotations may be shown, and how strictly the page is searched for names.
    session
        A name for the workshop, so that nobody has to type it on each tablet.

    Returns
    -------
    pathlib.Path
        The file written. It asks nothing of the network and runs no code but its own.

    Raises
    ------
    UsageError
        If there is no layer with an actor, or an actor has no position.
    LabkitError
        If ``story.yml`` of the lab has an error; if the name of a person of the lab would stand in the page.

    Examples
    --------
    >>> import tempfile, labkit as lk
    >>> lab = lk.open_lab("cremasco")
    >>> nets = [lk.network.build(lab)]
    >>> page(lab, nets, lk.network.positions(nets[0], seed=1), to=Path(tempfile.mkdtemp()) / "mappa.html").name
    'mappa.html'
    """
    shown = [graph for graph in layers if len(graph)]
    if not shown:
        raise UsageError(
            "page: expected at least one network with actors; found none; read documents with attendance or partners first"
        )
    missing = sorted({n for graph in shown for n in graph} - set(positions))
    if missing:
        raise UsageError(
            f"page: no position for {missing[0]} and {len(missing) - 1} others; pass positions of the union of all layers"
        )
    data = content(lab, shown, positions, edition=edition, session=session)
    html = _html(lab, data)
    if edition != "internal":
        privacy.stop_if_left({to.name: html}, privacy.people_of(lab).values(), actors=privacy.actors_of(lab))
    return write_whole(to, html)


def map_id(lab: Lab, layers: list[nx.Graph]) -> str:
    """Return what tells one map of a lab from another: twelve letters drawn from its ties and their evidence."""
    ties = [
        (graph.graph.get("kind", ""), *sorted((a, b)), d.get("evidence", ""))
        for graph in layers
        for a, b, d in graph.edges(data=True)
    ]
    return hashlib.sha256(_json([lab.name, sorted(ties)]).encode()).hexdigest()[:12]


def content(lab: Lab, layers: list[nx.Graph], positions: Places, *, edition: str, session: str) -> dict[str, Any]:
    """Return what the page holds, as its script reads it: lists that point at one another by place."""
    layers = [_holding(lab, graph) for graph in layers]
    actors = sorted({n for graph in layers for n in graph})
    names = {n: str(d["name"]) for graph in reversed(layers) for n, d in graph.nodes(data=True)}
    codes = of_graphs(layers)
    ids = sorted({e for graph in layers for e in _evidence(graph)})
    known = facts(lab, ids, quotations=QUOTATIONS[edition])
    ids = [e for e in ids if e in known]
    bodies = sorted({b for f in known.values() for b in f["bodies"]})
    initiatives = sorted({i for f in known.values() for i in f["initiatives"]})
    at = {name: {key: n for n, key in enumerate(keys)} for name, keys in (("event", ids), ("actor", actors))}
    years = sorted({int(f["date"][:4]) for f in known.values() if f["date"][:4].isdigit()})
    kinds = [_kind(lab, graph) for graph in layers]
    least = lab.min_cell if edition == "public" else 0
    said = _said(lab, least)
    ties = [tie for k, graph in enumerate(layers) for tie in _ties(graph, k, at, codes, said)]
    groups = {key: n for n, key in enumerate(sorted({_list(e) for e in ids}))}
    stops = [list(period) for period in lab.periods]
    return {
        "lab": lab.name,
        "map": map_id(lab, layers),
        "language": lab.language,
        "edition": edition,
        "session": session,
        # People under numbers are shown, not judged: what comes back speaks of organisations.
        "judging": all(graph.graph.get("of") != "person" for graph in layers),
        "words": _words(),
        "kinds": kinds,
        "sectors": [{"id": s, "label": {"it": style["it"], "en": style["en"]}} for s, style in SECTORS.items()],
        "actors": [_actor(lab, n, names[n], positions[n], layers, at["event"]) for n in actors],
        "bodies": [
            {"id": b, "label": lab.codebooks.bodies[b]["label"] if b in lab.codebooks.bodies else b} for b in bodies
        ],
        "initiatives": [{"id": i, "label": _initiative(lab, i)} for i in initiatives],
        "events": [{**_event(known[e], bodies, initiatives), "g": groups[_list(e)]} for e in ids],
        "ties": ties,
        "years": years,
        "periods": stops if years else [],
        "story": story(
            lab,
            kinds={kind["id"]: kind["sure"] for kind in kinds},
            actors=actors,
            codes=list(codes.values()),
            stops=[*stops, *([y, y] for y in years)],
        ),
    }


def _holding(lab: Lab, graph: nx.Graph) -> nx.Graph:
    """A network whose actors know their events, also one that came straight from the tables."""
    if all("held" in d for _, d in graph.nodes(data=True)):
        return graph
    graph = graph.copy()
    hold(lab, graph)
    return graph


def _list(evidence: str) -> str:
    """What counts as one event: a meeting, a section, or a list, whose ties are numbered behind its id."""
    return evidence.rsplit(".", 1)[0] if evidence.count(".") > 1 else evidence


def _said(lab: Lab, least: int) -> dict[tuple[str, str, str], list[list]]:
    """By tie, what seats said in workshops of each year: confirmed, denied, unsure, added; none where too few said anything."""
    found: dict[tuple[str, str, str], list[list]] = {}
    answers = lab.judgements.assign(year=lab.judgements["date"].str[:4])
    for tie, said in answers.groupby(["kind", "source", "target"]):
        if len(said) < least:
            continue
        counts = said.groupby(["year", "answer"]).size().unstack(fill_value=0)
        order = ("confirmed", "denied", "unsure", "added")
        found[tie] = [[year, *(int(row.get(answer, 0)) for answer in order)] for year, row in counts.iterrows()]
    return found


def _evidence(graph: nx.Graph) -> set[str]:
    found = {e for _, _, d in graph.edges(data=True) for e in d.get("evidence", "").split()}
    return found | {e for _, d in graph.nodes(data=True) for e in d.get("held", "").split()}


def _kind(lab: Lab, graph: nx.Graph) -> dict[str, Any]:
    kind = graph.graph.get("kind", "")
    entry = lab.codebooks.ties.get(kind, {"label": kind, "means": ""})
    label, means = entry["label"], entry["means"]
    years = f", {graph.graph['years']}" if graph.graph.get("years") else ""
    return {
        "id": kind,
        "label": {"it": label + years, "en": entry.get("label_en", label) + years},
        "means": {"it": means, "en": entry.get("means_en", means)},
        "asks": {"it": entry.get("asks", label), "en": entry.get("asks_en", entry.get("asks", label))},
        "sure": bool(graph.graph.get("sure", False)),
    }


def _actor(lab: Lab, node: str, name: str, place: tuple[float, float], layers: list[nx.Graph], events: dict) -> dict:
    """An actor: where it stands, since when in which sector, and its events by kind of tie."""
    sectors = list(SECTORS)
    rows = lab.actor_sectors[lab.actor_sectors["actor_id"] == node].assign(since=lambda d: d["from"].fillna(""))
    stretches = [[r.since, sectors.index(r.sector)] for r in rows.sort_values("since").itertuples()]
    own = next((graph.nodes[node].get("sector", "other") for graph in layers if node in graph), "other")
    return {
        "id": node,
        "name": name,
        "x": round(place[0], 4),
        "y": round(1 - place[1], 4),
        "s": stretches or [["", sectors.index(own)]],
        "e": {k: _held(graph, node, events) for k, graph in enumerate(layers) if node in graph},
    }


def _held(graph: nx.Graph, node: str, events: dict[str, int]) -> list[int]:
    return sorted({events[e] for e in graph.nodes[node]["held"].split() if e in events})


def _ties(graph: nx.Graph, k: int, at: dict[str, dict[str, int]], codes: dict, said: dict) -> list[dict[str, Any]]:
    kind = graph.graph.get("kind", "")
    found = []
    for a, b, d in graph.edges(data=True):
        a, b = sorted((a, b))
        evidence = [at["event"][e] for e in d.get("evidence", "").split() if e in at["event"]]
        tie = {
            "c": codes[kind, a, b],
            "k": k,
            "a": at["actor"][a],
            "b": at["actor"][b],
            "e": evidence,
            "j": said.get((kind, a, b), []),
        }
        found.append({**tie, "s": int(d.get("sign", 1)), "q": int(d.get("sure", 0))})
    return sorted(found, key=lambda tie: tie["c"])


def _event(fact: dict[str, Any], bodies: list[str], initiatives: list[str]) -> dict[str, Any]:
    return {
        "d": fact["date"],
        "k": fact["kind"] if fact["kind"] in ("minutes", "announcement", "news", "report", "plan") else "",
        "b": [bodies.index(b) for b in fact["bodies"]],
        "i": [initiatives.index(i) for i in fact["initiatives"]],
        "x": fact["more"],
        "q": fact["quotation"],
    }


def _initiative(lab: Lab, actor: str) -> str:
    names = lab.actors.loc[lab.actors["actor_id"] == actor, "name"]
    return str(names.iloc[0]) if len(names) else actor


def _words() -> dict[str, dict[str, Any]]:
    both = read_yaml(HERE / "words.yml")
    return {language: {key: entry[language] for key, entry in both.items()} for language in ("it", "en")}


def _html(lab: Lab, data: dict[str, Any]) -> str:
    from jinja2 import Environment, FileSystemLoader

    style = (HERE / "page.css").read_text(encoding="utf-8")
    parts = [(HERE / "script" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    script = '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True)
    return environment.get_template("page.html").render(
        language=lab.language,
        title=lab.title,
        about=lab.about,
        t=data["words"][lab.language],
        sectors=list(SECTORS),
        bodies=data["bodies"],
        initiatives=data["initiatives"],
        judging=data["judging"],
        judged=any(tie["j"] for tie in data["ties"]),
        against=any(tie["s"] < 0 for tie in data["ties"]),
        style=_safe(style),
        script=_safe(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=_safe(_json(data).replace("<", "\\u003c").replace("&", "\\u0026")),
    )


def _safe(text: str):
    from markupsafe import Markup

    return Markup(text)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()

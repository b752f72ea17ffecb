"""The workshop page: one HTML file with an SVG map, names, sectors and the evidence of each tie, for a room without network."""

from __future__ import annotations

import base64
import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd

from labkit import privacy
from labkit.archive import write_whole
from labkit.errors import UsageError
from labkit.network.drawing import SECTORS
from labkit.network.layout import folded, label_places

if TYPE_CHECKING:
    from labkit.lab import Lab

WIDTH, HEIGHT, MARGIN = 1200, 820, 110
LETTER, LINE = 8.2, 16.0
_WORDS = {
    "it": {
        "map": "Mappa dei rapporti",
        "map_help": "Mappa: scegliere un ente con il mouse, con le dita o con Tab e Invio",
        "kind": "Rapporto",
        "search": "Cerca un ente",
        "show_all": "Mostra tutto",
        "legend": "Legenda",
        "size": "Grandezza: con quanti è in rapporto. Spessore: quante volte.",
        "pick": "Scegliere un ente",
        "pick_help": "Un ente scelto mostra con chi è in rapporto; ogni rapporto si apre sulle sue prove: data, documento, parte.",
        "list": "Elenco degli enti e dei rapporti",
        "list_help": "Lo stesso contenuto della mappa, in ordine alfabetico. Tra parentesi, quante volte.",
        "actor": "Ente",
        "sector": "Settore",
        "ties_with": "In rapporto con",
    },
    "en": {
        "map": "Map of ties",
        "map_help": "Map: pick an actor with the mouse, a finger, or Tab and Enter",
        "kind": "Kind of tie",
        "search": "Find an actor",
        "show_all": "Show all",
        "legend": "Legend",
        "size": "Size: number of others tied. Width: number of times.",
        "pick": "Pick an actor",
        "pick_help": "A picked actor shows whom it is tied to; each tie opens its evidence: date, document, section.",
        "list": "List of actors and ties",
        "list_help": "The same as the map, in alphabetical order. In brackets, how many times.",
        "actor": "Actor",
        "sector": "Sector",
        "ties_with": "Tied to",
    },
}
_SCRIPT_WORDS = {
    "it": {
        "once": "1 volta",
        "times": "{n} volte",
        "nobody": "Nessun rapporto di questo tipo.",
        "tied": "In rapporto con {n}.",
    },
    "en": {"once": "once", "times": "{n} times", "nobody": "No tie of this kind.", "tied": "Tied to {n}."},
}


def page(lab: Lab, layers: list[nx.Graph], positions: dict[str, tuple[float, float]], *, to: Path) -> Path:
    """Write the map page of a lab.

    Parameters
    ----------
    layers
        Graphs from :func:`labkit.network.build`; the page shows one at a time, the first at the start.
    positions
        A place in the unit square for each actor of any layer.
    to
        The HTML file.

    Returns
    -------
    pathlib.Path
        The file written. It asks nothing of the network and runs no code but its own.

    Raises
    ------
    UsageError
        If there is no layer with an actor, or an actor has no position.
    LabkitError
        If the name of a person of the lab would stand in the page.
    """
    from jinja2 import Environment, FileSystemLoader

    here = Path(__file__).parent
    if not any(len(graph) for graph in layers):
        raise UsageError(
            "page: expected at least one network with actors; found none; read documents with attendance or partners first"
        )
    missing = sorted({n for graph in layers for n in graph} - set(positions))
    if missing:
        raise UsageError(
            f"page: no position for {missing[0]} and {len(missing) - 1} others; pass positions of the union of all layers"
        )
    language = lab.language
    actors = _actors(layers, positions, language)
    shown = [_layer(lab, graph, language) for graph in layers if len(graph)]
    data = {
        "actors": [{k: a[k] for k in ("id", "name", "sector_label", "x", "y")} for a in actors],
        "layers": shown,
        "words": _SCRIPT_WORDS[language],
    }
    style, script = (here / "page.css").read_text(encoding="utf-8"), (here / "page.js").read_text(encoding="utf-8")
    environment = Environment(loader=FileSystemLoader(here), autoescape=True, trim_blocks=True)
    html = environment.get_template("page.html").render(
        language=language,
        title=lab.title,
        about=lab.about,
        t=_WORDS[language],
        layers=shown,
        actors=actors,
        sectors=[
            {"id": s, "label": style_[language]}
            for s, style_ in SECTORS.items()
            if any(a["sector"] == s for a in actors)
        ],
        width=WIDTH,
        height=HEIGHT,
        style=_safe(style),
        script=_safe(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=_safe(_json(data)),
    )
    privacy.stop_if_left({to.name: html}, privacy.people_of(lab).values(), actors=privacy.actors_of(lab))
    return write_whole(to, html)


def _safe(text: str):
    from markupsafe import Markup

    return Markup(text)


def _json(data: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()


def _actors(layers: list[nx.Graph], positions: dict, language: str) -> list[dict[str, Any]]:
    """Every actor once, with its place, shape and label; sizes by the first layer that holds it."""
    first: dict[str, tuple[nx.Graph, dict]] = {}
    for graph in layers:
        for node, attributes in graph.nodes(data=True):
            first.setdefault(node, (graph, attributes))
    most = max((graph.degree(n) for n, (graph, _) in first.items()), default=1)
    centres = {
        n: (MARGIN + positions[n][0] * (WIDTH - 2 * MARGIN), MARGIN / 2 + (1 - positions[n][1]) * (HEIGHT - MARGIN))
        for n in first
    }
    radii = {n: 7 + 11 * math.sqrt(graph.degree(n) / max(1, most)) for n, (graph, _) in first.items()}
    lines = {n: folded(str(attributes["name"])) for n, (_, attributes) in first.items()}
    sizes = {n: (LETTER * max(map(len, found)) + 6, LINE * len(found) + 3) for n, found in lines.items()}
    order = sorted(first, key=lambda n: (-first[n][0].degree(n), n))
    places = label_places(order, centres, radii, sizes, (2, 2, WIDTH - 2, HEIGHT - 2), step=6)
    found = []
    for node in sorted(first, key=lambda n: (str(first[n][1]["name"]), n)):
        _, attributes = first[node]
        sector = attributes.get("sector", "other")
        label = None
        if node in places:
            x, y, far = places[node]
            label = {
                "x": round(x, 1),
                "y": round(y - LINE * (len(lines[node]) - 1) / 2 + 5, 1),
                "lines": lines[node],
                "far": far,
            }
        found.append(
            {
                "id": node,
                "name": attributes["name"],
                "sector": sector,
                "sector_label": SECTORS[sector][language],
                "x": round(centres[node][0], 1),
                "y": round(centres[node][1], 1),
                "r": round(radii[node], 1),
                "label": label,
            }
        )
    return found


def _layer(lab: Lab, graph: nx.Graph, language: str) -> dict[str, Any]:
    """One kind of tie: who is in it, its ties, and a line of evidence for each id."""
    kind = graph.graph.get("kind", "")
    entry = lab.codebooks.ties.get(kind)
    label = entry["label" if language == "it" else "label_en"] if entry else kind
    ties = [
        {"a": a, "b": b, "n": d["weight"], "sign": d.get("sign", 1), "evidence": d["evidence"].split()}
        for a, b, d in graph.edges(data=True)
    ]
    needed = sorted({e for tie in ties for e in tie["evidence"]})
    lines = evidence_lines(lab, needed)
    return {
        "id": f"{kind}-{graph.graph.get('years', '')}",
        "label": label,
        "means": entry["means"] if entry else "",
        "years": graph.graph.get("years", ""),
        "here": sorted(graph),
        "ties": ties,
        "evidence": lines,
    }


def evidence_lines(lab: Lab, ids: list[str]) -> dict[str, str]:
    """Return one line a piece of evidence, without people's names: document, date, section or project."""
    from labkit.sharing import labels
    from labkit.wording import italian

    titles = labels(lab)
    documents = lab.documents.set_index("doc_id")
    meetings = lab.meetings.set_index("meeting_id")
    sections = lab.sections.set_index("section_id")
    ties = lab.ties.set_index("tie_id")
    found = {}
    for evidence in ids:
        if evidence in meetings.index:
            doc, day, more = meetings.at[evidence, "doc_id"], meetings.at[evidence, "date"], None
        elif evidence in ties.index:
            doc, day, more = ties.at[evidence, "doc_id"], ties.at[evidence, "date"], ties.at[evidence, "label"]
        else:
            doc = sections.at[evidence, "doc_id"]
            day, more = documents.at[doc, "published"], f"§ {int(sections.at[evidence, 'ord']) + 1}"
        shown = italian(day)
        parts = [titles[doc], None if titles[doc].endswith(shown) else shown, more]
        found[evidence] = " · ".join(str(p) for p in parts if p is not None and not pd.isna(p))
    return found

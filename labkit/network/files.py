"""Network files that other programs read, each with every attribute that its format can hold and without a date of writing."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from labkit.archive import write_whole
from labkit.cells import disarmed, sheet
from labkit.errors import UsageError, did_you_mean

DEFAULT = ("graphml", "gexf", "csv")


def write(graph: nx.Graph, folder: Path, name: str, *, formats: tuple[str, ...] = DEFAULT) -> list[Path]:
    """Write a graph into files for other programs; return their paths.

    Parameters
    ----------
    formats
        Any of ``graphml`` (igraph, Cytoscape, yEd), ``gexf`` (Gephi; each tie with the days it was seen on), ``csv`` (a table of
        actors and one of ties), ``xlsx`` (both on two sheets), ``pajek`` (names and weights, sectors
        numbered in the order of the alphabet; the format holds no more),
        ``cytoscape`` (Cytoscape and cytoscape.js) and ``kumu`` (kumu.io).

    Raises
    ------
    UsageError
        For an unknown format.

    Examples
    --------
    >>> import tempfile
    >>> [p.name for p in write(nx.path_graph(["a", "b"]), Path(tempfile.mkdtemp()), "net")]
    ['net.graphml', 'net.gexf', 'net-actors.csv', 'net-ties.csv']
    """
    for known in formats:
        if known not in _WRITERS:
            raise UsageError(f"write: no format '{known}' ({did_you_mean(known, _WRITERS)})")
    graph = _plain(graph)
    return [
        write_whole(folder / f"{name}{ending}", content)
        for known in formats
        for ending, content in _WRITERS[known](graph).items()
    ]


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # signs that neither XML nor a sheet may hold


def _plain(graph: nx.Graph) -> nx.Graph:
    """A copy whose values every format can hold: no missing ones, no numbers of numpy, nothing but plain facts of the whole."""

    def kept(data: dict) -> dict:
        values = {key: value.item() if hasattr(value, "item") else value for key, value in data.items()}
        values = {key: _CONTROL.sub("", value) if isinstance(value, str) else value for key, value in values.items()}
        return {
            key: value
            for key, value in values.items()
            if isinstance(value, str | int | float | bool) and value == value
        }

    copy = type(graph)(**kept(graph.graph))
    copy.add_nodes_from((n, kept(data)) for n, data in graph.nodes(data=True))
    copy.add_edges_from((a, b, kept(data)) for a, b, data in graph.edges(data=True))
    return copy


def _tables(graph: nx.Graph) -> tuple[pd.DataFrame, pd.DataFrame]:
    actors = pd.DataFrame([{"actor_id": n, **data} for n, data in graph.nodes(data=True)])
    ties = pd.DataFrame([{"source": a, "target": b, **data} for a, b, data in graph.edges(data=True)])
    return actors, ties


def _graphml(graph: nx.Graph) -> dict[str, bytes | str]:
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out)
    return {".graphml": out.getvalue() + b"\n"}


def _gexf(graph: nx.Graph) -> dict[str, bytes | str]:
    """``label`` is the name shown; a tie has a spell for each day on which a meeting, list or section shows it."""
    copy = nx.create_empty_copy(graph)
    copy.graph.clear()
    nx.set_node_attributes(copy, {n: str(d.get("name", n)) for n, d in graph.nodes(data=True)}, "label")
    for a, b, data in graph.edges(data=True):
        days = sorted({day for day in str(data.get("dates", "")).split() if re.fullmatch(r"\d{4}-\d\d-\d\d", day)})
        copy.add_edge(a, b, **data, **({"spells": [(day, day) for day in days]} if days else {}))
    out = io.BytesIO()
    nx.write_gexf(copy, out)
    # networkx writes the day of writing and its own version, so that a network would be another file tomorrow, and a name of
    # the graph, which the format does not know.
    text = re.sub(rb' lastmodifieddate="[^"]*"', b"", out.getvalue())
    text = re.sub(rb"<creator>[^<]*</creator>", b"<creator>labkit</creator>", text)
    return {".gexf": re.sub(rb'(<graph [^>]*?) name="[^"]*"', rb"\1", text)}


def _csv(graph: nx.Graph) -> dict[str, bytes | str]:
    actors, ties = _tables(graph)
    return {
        "-actors.csv": sheet(actors).to_csv(index=False, lineterminator="\n"),
        "-ties.csv": sheet(ties).to_csv(index=False, lineterminator="\n"),
    }


def _xlsx(graph: nx.Graph) -> dict[str, bytes | str]:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, table in zip(("actors", "ties"), _tables(graph)):
        sheet = book.create_sheet(title)
        for number, row in enumerate([list(table.columns), *table.values.tolist()], start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a name that begins with "=" is a name and no formula, even once edited
                    cell.quotePrefix = disarmed(value) != value
    out = io.BytesIO()
    book.save(out)
    return {".xlsx": _without_clock(out.getvalue())}


def _without_clock(book: bytes) -> bytes:
    """A workbook without the time of writing, in its parts and in their dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", old.read(part))
            new.writestr(zipfile.ZipInfo(part.filename), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _pajek(graph: nx.Graph) -> dict[str, bytes | str]:
    """A network of names and weights, and the sectors as a partition beside it."""
    place = {node: n for n, node in enumerate(graph, start=1)}
    names = {n: str(d.get("name", n)).replace('"', "'") for n, d in graph.nodes(data=True)}
    shared = {name for name, times in Counter(names.values()).items() if times > 1}  # two of one name stay two
    names = {n: f"{name} [{n}]" if name in shared else name for n, name in names.items()}
    lines = [f"*Vertices {len(graph)}", *(f'{place[n]} "{names[n]}"' for n in graph)]
    lines.append("*Arcs" if graph.is_directed() else "*Edges")
    lines += [f"{place[a]} {place[b]} {d.get('weight', 1)}" for a, b, d in graph.edges(data=True)]
    found = {".net": "\n".join(lines) + "\n"}
    sectors = nx.get_node_attributes(graph, "sector")
    if len(sectors) == len(graph) > 0:
        number = {sector: str(n) for n, sector in enumerate(sorted(set(sectors.values())), start=1)}
        found["-sectors.clu"] = "\n".join([f"*Vertices {len(graph)}", *(number[sectors[n]] for n in graph)]) + "\n"
    return found


def _cytoscape(graph: nx.Graph) -> dict[str, bytes | str]:
    nodes = [{"data": {"id": str(n), "value": str(n), **data}} for n, data in graph.nodes(data=True)]
    edges = [
        {"data": {"id": f"{a}+{b}", "source": str(a), "target": str(b), **data}}
        for a, b, data in graph.edges(data=True)
    ]
    facts = {"data": dict(graph.graph), "directed": graph.is_directed(), "multigraph": False}
    return {".cyjs": _json({**facts, "elements": {"nodes": nodes, "edges": edges}})}


def _kumu(graph: nx.Graph) -> dict[str, bytes | str]:
    elements = [{"id": str(n), "label": d.get("name", str(n)), **d} for n, d in graph.nodes(data=True)]
    direction = "directed" if graph.is_directed() else "undirected"
    ties = [{"from": str(a), "to": str(b), "direction": direction, **d} for a, b, d in graph.edges(data=True)]
    return {".kumu.json": _json({"elements": elements, "connections": ties})}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


_WRITERS: dict[str, Callable[[nx.Graph], dict[str, bytes | str]]] = {
    "graphml": _graphml,
    "gexf": _gexf,
    "csv": _csv,
    "xlsx": _xlsx,
    "pajek": _pajek,
    "cytoscape": _cytoscape,
    "kumu": _kumu,
}

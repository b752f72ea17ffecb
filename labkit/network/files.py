"""Network files that other programs read: GraphML, GEXF and CSV, with every attribute, without a date of writing."""

from __future__ import annotations

import io
import re
from pathlib import Path

import networkx as nx
import pandas as pd

from labkit.archive import write_whole


def write(graph: nx.Graph, folder: Path, name: str) -> list[Path]:
    """Write a graph as ``name.graphml``, ``name.gexf``, ``name-actors.csv`` and ``name-ties.csv``; return the paths.

    Examples
    --------
    >>> import tempfile
    >>> [p.name for p in write(nx.path_graph(["a", "b"]), Path(tempfile.mkdtemp()), "net")]
    ['net.graphml', 'net.gexf', 'net-actors.csv', 'net-ties.csv']
    """
    graphml, gexf = io.BytesIO(), io.BytesIO()
    nx.write_graphml_xml(graph, graphml)
    nx.write_gexf(_plain(graph), gexf)
    # networkx writes the day of writing into GEXF; the same network must be the same file on another day.
    dated = re.sub(rb' lastmodifieddate="[^"]*"', b"", gexf.getvalue())
    actors = pd.DataFrame([{"actor_id": n, **data} for n, data in graph.nodes(data=True)])
    ties = pd.DataFrame([{"source": a, "target": b, **data} for a, b, data in graph.edges(data=True)])
    return [
        write_whole(folder / f"{name}.graphml", graphml.getvalue() + b"\n"),
        write_whole(folder / f"{name}.gexf", dated),
        write_whole(folder / f"{name}-actors.csv", actors.to_csv(index=False, lineterminator="\n")),
        write_whole(folder / f"{name}-ties.csv", ties.to_csv(index=False, lineterminator="\n")),
    ]


def _plain(graph: nx.Graph) -> nx.Graph:
    """A copy for GEXF, where ``label`` is the name shown."""
    copy = graph.copy()
    nx.set_node_attributes(copy, {n: str(d.get("name", n)) for n, d in graph.nodes(data=True)}, "label")
    return copy

"""Write ``bicm.json``: the probabilities that the package bicm gives to Davis's women; needs ``pip install bicm``.

python tests/oracles/bicm_numbers.py
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import networkx as nx


def main() -> None:
    from bicm import BipartiteGraph  # a second program, and no dependency of labkit

    davis = nx.davis_southern_women_graph()
    women, events = ([n for n, data in davis.nodes(data=True) if data["bipartite"] == side] for side in (0, 1))
    model = BipartiteGraph()
    model.set_biadjacency_matrix(nx.bipartite.biadjacency_matrix(davis, women, events).toarray())
    model.solve_tool(tol=1e-12, eps=1e-12, verbose=False)
    found = {"made_with": {"bicm": version("bicm")}, "davis": model.get_bicm_matrix().round(10).tolist()}
    (Path(__file__).parent / "bicm.json").write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The main job: from a lab to tables, networks, figures, map page and report under ``outputs/``.

What is made depends on the lab's files, the code and the versions of the libraries alone; when none of them changed, it
is left as it stands.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import decisions, withdrawal
from labkit.archive import sha256, write_whole
from labkit.cells import sheet
from labkit.lab import Lab
from labkit.wording import count

if TYPE_CHECKING:
    import networkx as nx

LAYERS = ("co_presence", "declared_partnership", "co_mention")
LIBRARIES = ("matplotlib", "networkx", "numpy", "pandas", "pyarrow", "python-docx", "simplemma")


@dataclass(frozen=True)
class Done:
    """What became of one lab."""

    lab: Lab
    changed: bool
    run: dict[str, Any]


@cache
def _code() -> str:
    """A checksum of the whole package: new code makes every output anew."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(p for p in here.rglob("*") if p.suffix in (".py", ".html", ".css", ".js", ".yml")):
        digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _inputs(lab: Lab) -> dict[str, str]:
    """Checksums of every file of the lab that a result depends on."""
    found = (
        lab.documents_found
        if not lab.shared
        else [(f"tables/{p.name}", p) for p in sorted((lab.folder / "tables").glob("*.csv"))]
    )
    own = [
        (name, lab.folder / name) for name in ("lab.yml", decisions.FILE, "story.yml") if (lab.folder / name).is_file()
    ]
    said = [(f"feedback/{p.name}", p) for p in sorted((lab.folder / "feedback").glob("*.yml"))]
    shown = withdrawal.files([*own, *said, *found], lab.withdrawn)
    return {name: lab.withdrawn.sealed(sha256(path)) for name, path in shown}


def _provenance(lab: Lab) -> dict[str, Any]:
    return {
        "labkit": version("labkit"),
        "code": _code(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "lab": lab.name,
        "codebooks": lab.codebooks.sha256,
        "seed": lab.seed,
        "periods": [list(p) for p in lab.periods],
        "inputs": _inputs(lab),
    }


def run(
    lab: Lab,
    *,
    jobs: int = 1,
    client: str | None = None,
    progress: Callable[[str, int], Callable[[], object]] = lambda what, total: lambda: None,
) -> Done:
    """Make everything of a lab, or leave it as it stands if nothing changed."""
    provenance = _provenance(lab)
    before = _earlier(lab.outputs / "run.json", provenance)
    if before:
        return Done(lab, False, before)
    lab.read(jobs=jobs, client=client, progress=progress)
    step = progress("Risultati", 5)
    written = _tables(lab)
    step()
    graphs = _graphs(lab)
    written += _networks(lab, graphs)
    step()
    figures, changed = _figures(lab, graphs, written, lab.outputs / "figures")
    step()
    written += _pages(lab, graphs, figures, changed, provenance)
    step()
    outputs = {path.relative_to(lab.outputs).as_posix(): sha256(path) for path in sorted(written)}
    record = {**provenance, "counts": _counts(lab, graphs), "outputs": outputs}
    _sweep(lab.outputs, {lab.outputs / name for name in outputs})
    write_whole(lab.outputs / "run.json", json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    step()
    return Done(lab, True, record)


def _earlier(path: Path, provenance: dict[str, Any]) -> dict[str, Any] | None:
    """The record of the last run, if it was made from the same and all it wrote still stands."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict):
        return None
    same = all(record.get(key) == value for key, value in provenance.items())
    whole = same and all(
        (path.parent / name).is_file() and sha256(path.parent / name) == known
        for name, known in record["outputs"].items()
    )
    return record if whole else None


def _sweep(folder: Path, kept: set[Path]) -> None:
    """Remove what an earlier run left and this one no longer makes."""
    for part in ("tables", "networks", "figures"):
        for path in (folder / part).glob("*"):
            # A name with a dot in front is being written by another run.
            if path not in kept and path.is_file() and not path.name.startswith("."):
                path.unlink()


def _tables(lab: Lab) -> list[Path]:
    written = []
    for name, data in lab.tables.items():
        written.append(write_whole(lab.outputs / "tables" / f"{name}.parquet", data.to_parquet(None, index=False)))
        written.append(
            write_whole(lab.outputs / "tables" / f"{name}.csv", sheet(data).to_csv(index=False, lineterminator="\n"))
        )
    return written


def _graphs(lab: Lab) -> dict[str, nx.Graph]:
    """Every network of the run by file name: all years of each kind, and co-presence of each period."""
    from labkit import network

    names = {"co_presence": "compresenza", "declared_partnership": "partenariati", "co_mention": "citazioni"}
    graphs = {names[kind]: network.build(lab, kind=kind) for kind in LAYERS}
    for a, b in lab.periods:
        graphs[f"compresenza-{a}-{b}"] = network.build(lab, kind="co_presence", years=(a, b))
    return graphs


def _networks(lab: Lab, graphs: dict[str, nx.Graph]) -> list[Path]:
    from labkit import network

    return [path for name, graph in graphs.items() for path in network.write(graph, lab.outputs / "networks", name)]


def _figures(lab: Lab, graphs: dict[str, nx.Graph], written: list[Path], folder: Path):
    """Draw every figure; return the PNG of each by name, and the words compared."""
    import matplotlib

    matplotlib.use("Agg")
    from labkit import culture, network

    figures: dict[str, Path] = {}

    def keep(name: str, drawn) -> None:
        paths = network.save(drawn, folder / name)
        written.extend(paths)
        figures[name] = paths[0]

    met = graphs["compresenza"]
    places = network.positions(met, seed=lab.seed)
    if met.number_of_edges():
        keep("rete", network.network_map(met, places, language=lab.language))
        periods = [(a, b) for a, b in lab.periods if graphs[f"compresenza-{a}-{b}"].number_of_edges()]
        for a, b in periods if len(periods) > 1 else []:
            keep(f"rete-{a}-{b}", network.network_map(graphs[f"compresenza-{a}-{b}"], places, language=lab.language))
    declared = graphs["partenariati"]
    if declared.number_of_edges():
        keep(
            "partenariati",
            network.network_map(declared, network.positions(declared, seed=lab.seed), language=lab.language),
        )
    rates = culture.rates(lab.concepts, lab.documents, codebook=lab.codebooks.culture, by="pole")
    if len(rates):
        keep("assi", culture.axes_by_year(rates, language=lab.language))
    changed = _changed(lab)
    if changed is not None and len(changed):
        keep(
            "parole",
            culture.words_that_changed(
                changed, periods=tuple(f"{a}-{b}" for a, b in lab.periods[:2]), language=lab.language
            ),
        )
    return figures, changed


def _changed(lab: Lab):
    """The words of the lab's first two periods, where both hold documents."""
    from labkit import culture

    if len(lab.periods) < 2:
        return None
    years = set(lab.documents["published"].dropna().str[:4].astype(int))
    if not all(any(a <= y <= b for y in years) for a, b in lab.periods[:2]):
        return None
    return culture.compare(lab.terms, lab.documents, before=lab.periods[0], after=lab.periods[1], seed=lab.seed)


def _pages(
    lab: Lab, graphs: dict[str, nx.Graph], figures: dict[str, Path], changed, provenance: dict[str, Any]
) -> list[Path]:
    from labkit import report, workshop

    written = []
    layers = workshop.layers(lab)
    if layers:
        places = workshop.places(layers, seed=lab.seed)
        written.append(workshop.page(lab, layers, places, to=lab.outputs / "mappa.html"))
    return written + report.write(
        lab, graphs["compresenza"], changed, figures, provenance=_shown_in_report(provenance), to=lab.outputs
    )


def restitution(lab: Lab, *, to: Path, edition: str = "workshop") -> list[Path]:
    """Write the report alone, ``report.html`` and ``report.docx``, as an edition allows."""
    from labkit import report

    graphs = _graphs(lab)
    if edition == "public" and lab.min_cell > 1:
        for graph in graphs.values():
            graph.remove_edges_from([(a, b) for a, b, d in graph.edges(data=True) if d["weight"] < lab.min_cell])
    with tempfile.TemporaryDirectory() as place:
        figures, changed = _figures(lab, graphs, [], Path(place))
        shown = _shown_in_report(_provenance(lab))
        return report.write(lab, graphs["compresenza"], changed, figures, provenance=shown, to=to, edition=edition)


def _shown_in_report(provenance: dict[str, Any]) -> dict[str, str]:
    """What a report was made from, in the words of its last table."""
    return {
        "labkit": provenance["labkit"],
        "Seme dei sorteggi": str(provenance["seed"]),
        "Versione delle liste (codebook)": provenance["codebooks"][:16],
        "Documenti di partenza": f"{len(provenance['inputs'])} file, impronta {_digest(provenance['inputs'])}",
    }


def _digest(inputs: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


def _counts(lab: Lab, graphs: dict[str, nx.Graph]) -> dict[str, int]:
    return {
        "documents": int((lab.documents["kind"] != "pooled").sum()),
        "meetings": int((lab.meetings["relation"] != "announced").sum()),
        "attendance": len(lab.attendance),
        "organisations": int((lab.actors["type"] == "organisation").sum()),
        "ties": graphs["compresenza"].number_of_edges(),
        "problems": len(lab.problems),
    }


def summary(done: list[Done]) -> list[str]:
    """Return at most ten lines: what was read, what was not understood, what to open."""
    lines = []
    for one in done[:4]:
        lines.append(f"{one.lab.title}{'' if one.changed else ' (come prima)'}: {_said(one.run['counts'])}")
        lines.append(f"  aprire per primo: {_shown(one.lab.outputs / 'report.html')}")
    if len(done) > 4:
        lines.append(f"... e altri {len(done) - 4} lab")
    lines.append(
        "Poi mappa.html (senza rete, anche da chiavetta) e report.docx (da correggere); tables/, networks/ e figures/ per chi vuole lavorarci."
    )
    return lines[:10]


def _said(counts: dict[str, int]) -> str:
    """The counts of a run in words."""
    nouns = {
        "documents": ("testo", "testi"),
        "meetings": ("incontro", "incontri"),
        "attendance": ("presenza", "presenze"),
        "organisations": ("ente", "enti"),
        "ties": ("rapporto", "rapporti"),
        "problems": ("dubbio", "dubbi"),
    }
    return ", ".join(count(counts[key], *words) for key, words in nouns.items())


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)

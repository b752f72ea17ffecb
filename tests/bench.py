"""Times and sizes, as medians of whole processes; ratios in one run. Figures of this kind are measured, never asserted."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 5


def timed(*words: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "labkit.cli", *words], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def whole_runs() -> None:
    """`labkit run esempio` from a cold start and when nothing changed, in turn."""
    cold, again = [], []
    with tempfile.TemporaryDirectory() as place:
        for _ in range(RUNS):
            shutil.rmtree(Path(place) / "esempio", ignore_errors=True)
            cold.append(timed("run", "esempio", "--outputs", place))
            again.append(timed("run", "esempio", "--outputs", place))
    show("labkit run esempio, cold (aim: 10 s)", cold)
    show("labkit run esempio, nothing new (aim: 2.5 s)", again)


def reading() -> None:
    """Words a second of the reading, and of a bare spaCy tokenizer on the same text, which neither has seen before.

    With *records* the reading makes what `labkit read` prints, with *rows* the rows of all tables of a lab as well.
    """
    for what in TEXTS if PAGES.is_dir() else list(TEXTS)[:1]:
        for makes in ("records", "rows"):
            runs = [
                subprocess.run([sys.executable, __file__, what, makes], capture_output=True, text=True, check=True)
                for _ in range(RUNS)
            ]
            ours, theirs = zip(*(map(float, run.stdout.split()) for run in runs))
            show(f"{what} into {makes}, words a second", ours)
            show(f"{what}, bare spaCy tokenizer", theirs)
            show(f"{what} into {makes}, share (aim: 0.5)", [a / b for a, b in zip(ours, theirs)])


PAGES = ROOT.parent / "shared" / "verbali" / "pages"
TEXTS = {"layouts": ROOT / "tests" / "layouts", "pages": PAGES}


def once(what: str, makes: str) -> None:
    """One process: warm up on the documents of esempio, then read others for the first time."""
    import spacy

    from labkit import codebook
    from labkit import reading as read
    from labkit.actors.mentions import Knowledge
    from labkit.minutes import files

    knowledge = Knowledge(codebook.load(ROOT / "corpus" / "esempio" / "codebooks"))

    def texts(folder: Path) -> list[str]:
        found = (read.read((p.name, p), knowledge, tables=makes == "rows") for p in files.find(folder))
        return [text for one in found for text in one.texts.values()]

    nlp = spacy.blank("it")
    for _ in nlp.pipe(texts(ROOT / "corpus" / "esempio")):
        pass
    start = time.perf_counter()
    found = texts(TEXTS[what])
    middle = time.perf_counter()
    for _ in nlp.pipe(found):
        pass
    end = time.perf_counter()
    words = sum(len(text.split()) for text in found)
    print(words / (middle - start), words / (end - middle))


def networks() -> None:
    """Projection and all measures on invented territories, and the same by networkx alone on the smallest, in one run."""
    import networkx as nx
    import numpy as np

    from labkit import network
    from labkit.network.measure import VALUES

    def territory(actors: int, meetings: int) -> nx.Graph:
        random = np.random.default_rng(1)
        eager = random.pareto(2.0, actors) + 0.3
        two = nx.Graph()
        two.add_nodes_from((f"a{i:05d}", {"bipartite": 0, "sector": f"s{i % 4}"}) for i in range(actors))
        two.add_nodes_from((f"e{k:05d}" for k in range(meetings)), bipartite=1)
        for k in range(meetings):
            size = int(random.integers(3, 15))
            for i in random.choice(actors, size, replace=False, p=eager / eager.sum()):
                two.add_edge(f"a{i:05d}", f"e{k:05d}")
        return two

    def ours(two: nx.Graph) -> float:
        start = time.perf_counter()
        network.table(network.project(two), measures=tuple(VALUES))
        return time.perf_counter() - start

    def theirs(two: nx.Graph) -> float:
        start = time.perf_counter()
        actors = [n for n, data in two.nodes(data=True) if data["bipartite"] == 0]
        net = nx.bipartite.weighted_projected_graph(two, actors)
        for measure in (
            nx.betweenness_centrality,
            nx.harmonic_centrality,
            nx.constraint,
            nx.effective_size,
            nx.core_number,
        ):
            measure(net)
        for part in nx.connected_components(net):
            if len(part) > 2:
                nx.eigenvector_centrality_numpy(net.subgraph(part))
        return time.perf_counter() - start

    small = territory(1000, 4000)
    mine, plain = ours(small), theirs(small)
    print(
        f"1,000 actors, 4,000 meetings: all measures in {mine:.2f} s, networkx {plain:.0f} s, {plain / mine:.0f} times (aim: 20)"
    )
    print(f"5,000 actors, 20,000 meetings: {ours(territory(5000, 20000)):.1f} s")


def cultures() -> None:
    """Comparison, shift and trend over words that follow Zipf's law, a thousand permutations; time and memory, and how they grow."""
    for documents, lemmas in ((1_000, 20_000), (10_000, 20_000)):
        run = subprocess.run(
            [sys.executable, __file__, "cultures", str(documents), str(lemmas)],
            capture_output=True,
            text=True,
            check=True,
        )
        print(run.stdout.strip())


def cultures_once(documents: int, lemmas: int) -> None:
    import resource

    import numpy as np
    import pandas as pd

    from labkit import culture

    random = np.random.default_rng(1)
    chance = 1 / (np.arange(lemmas) + 5.0)
    chance /= chance.sum()
    words = random.lognormal(np.log(350), 0.5, documents).astype(int) + 30
    doc = np.repeat(np.arange(documents), words)
    lemma = random.choice(lemmas, len(doc), p=chance)
    pairs, n = np.unique(doc * lemmas + lemma, return_counts=True)
    names = np.array([f"parola{k:05d}" for k in range(lemmas)], dtype=object)
    ids = np.array([f"d{k:05d}" for k in range(documents)], dtype=object)
    terms = pd.DataFrame({"doc_id": ids[pairs // lemmas], "lemma": names[pairs % lemmas], "n": n})
    years = random.integers(2012, 2019, documents)
    docs = pd.DataFrame(
        {"doc_id": ids, "published": [f"{y}-03-01" for y in years], "n_words": words, "kind": "minutes"}
    )
    when = {"before": (2012, 2014), "after": (2015, 2018)}
    spent = [time.perf_counter()]
    culture.compare(terms, docs, **when, draws=1000, seed=1)
    spent.append(time.perf_counter())
    culture.shift(terms, docs, **when)
    spent.append(time.perf_counter())
    culture.trend(culture.of_terms(terms, docs), draws=1000, seed=1)
    spent.append(time.perf_counter())
    parts = [b - a for a, b in pairwise(spent)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{documents:,} documents, {terms['lemma'].nunique():,} lemmas: comparison {parts[0]:.1f} s, shift {parts[1]:.1f} s, "
        f"trend {parts[2]:.1f} s, together {sum(parts):.1f} s (aim: 60), {memory:.1f} GB (aim: 2)"
    )


def show(what: str, figures: Sequence[float]) -> None:
    middle = statistics.median(figures)
    digits = 2 if middle < 100 else 0
    print(f"{what:52} {middle:12,.{digits}f}   ({min(figures):,.{digits}f} to {max(figures):,.{digits}f}, {RUNS} runs)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["cultures"]:
        cultures_once(*map(int, sys.argv[2:]))
    elif sys.argv[1:]:
        once(*sys.argv[1:])
    else:
        whole_runs()
        reading()
        networks()
        cultures()
        subprocess.run([sys.executable, Path(__file__).parent / "bench_page.py"], check=True)
        for name in ("simulations.py", "culture_simulations.py", "feedback_simulations.py"):
            subprocess.run([sys.executable, Path(__file__).parent / name, "--quick"], check=True)

"""Times and sizes, as medians of whole processes; ratios in one run. Figures of this kind are measured, never asserted."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
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
    """Words a second of the whole reading, and of a bare spaCy tokenizer on the same text, in one process."""
    import spacy

    from labkit import codebook, reading
    from labkit.actors.mentions import Knowledge
    from labkit.minutes import files

    found = files.find(ROOT / "corpus" / "esempio")
    knowledge = Knowledge(codebook.load(ROOT / "corpus" / "esempio" / "codebooks"))
    texts = [text for path in found for text in reading.read((path.name, path), knowledge).texts.values()]
    words = sum(len(text.split()) for text in texts)
    nlp = spacy.blank("it")
    ours, theirs = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        for path in found:
            reading.read((path.name, path), knowledge)
        ours.append(words / (time.perf_counter() - start))
        start = time.perf_counter()
        for _ in nlp.pipe(texts):
            pass
        theirs.append(words / (time.perf_counter() - start))
    show("reading, words a second", ours)
    show("bare spaCy tokenizer, words a second", theirs)
    show("share", [a / b for a, b in zip(ours, theirs)])


def show(what: str, figures: list[float]) -> None:
    middle = statistics.median(figures)
    digits = 2 if middle < 100 else 0
    print(f"{what:52} {middle:12,.{digits}f}   ({min(figures):,.{digits}f} to {max(figures):,.{digits}f}, {RUNS} runs)")


if __name__ == "__main__":
    whole_runs()
    reading()

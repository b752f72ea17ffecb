"""The culture codebook against a reader: precision and recall of twelve concepts on every sentence of esempio.

Two readers coded the 2,636 sentences of five words or more with the definitions alone, not knowing what the codebook finds.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import labkit as lk
from labkit.language.concepts import concept_finder
from labkit.language.vocabulary import plain, unwrapped

CODED = Path(__file__).parent / "coding" / "sentences.csv"


def scores() -> list[dict]:
    """For each concept: sentences coded, found by both, by the codebook alone, by the reader alone."""
    lab = lk.open_lab("esempio")
    find = concept_finder(lab.codebooks)
    texts = {doc: unwrapped(plain(text)) for doc, text in lab.texts.items()}
    places = {doc: [(f.start, f.concept_id) for f in find.find(text)] for doc, text in texts.items()}
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = list(csv.DictReader(CODED.read_text(encoding="utf-8").splitlines()))
    concepts = sorted({concept for row in rows for concept in row["concepts"].split()})
    for row in rows:
        start, end, coded = int(row["start"]), int(row["end"]), set(row["concepts"].split())
        found = {concept for place, concept in places[row["doc_id"]] if start <= place < end}
        for concept in concepts:
            counts[concept][f"{concept in found} {concept in coded}"] += 1
    return [
        {
            "concept": concept,
            "both": counts[concept]["True True"],
            "codebook": counts[concept]["True False"],
            "reader": counts[concept]["False True"],
            "neither": counts[concept]["False False"],
        }
        for concept in concepts
    ]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    z, p = 1.96, hits / n
    middle, wide = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return (middle - wide) / (1 + z * z / n), (middle + wide) / (1 + z * z / n)


def main() -> None:
    print("| concept | sentences coded | precision (95 %) | recall (95 %) |\n|---|---|---|---|")
    for row in scores():
        shown = []
        for n in (row["both"] + row["codebook"], row["both"] + row["reader"]):
            low, high = wilson(row["both"], n)
            shown.append(f"{row['both'] / n:.2f} ({low:.2f} to {high:.2f})")
        print(f"| {row['concept']} | {row['both'] + row['reader']} | {shown[0]} | {shown[1]} |")


if __name__ == "__main__":
    main()

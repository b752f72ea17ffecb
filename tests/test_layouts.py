"""The invented documents in layouts that the rules had not seen are read as well as docs/reading.md says."""

from __future__ import annotations

import json

import layout_scores
import pytest

AIMS = {"attendance": 0.93, "affiliation": 0.84, "organisations": 0.9, "exact": 0.9, "sector": 0.95, "status": 0.95}


@pytest.fixture(scope="module")
def figures():
    return layout_scores.scored(layout_scores.ROUNDS["all (311)"])


@pytest.mark.parametrize("what", AIMS)
def test_a_figure_does_not_fall(figures, what):
    assert figures[what] >= AIMS[what]


def test_the_annotation_speaks_of_the_documents():
    gold = json.loads((layout_scores.FOLDER / "gold.json").read_text(encoding="utf-8"))
    assert {path.name for path in layout_scores.FOLDER.glob("*.txt")} == set(gold)
    assert len(gold) >= 40

"""The real pages, where they are at hand: the reading scored against hand-made gold, and a lab of a bare folder."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def figures(pages, tmp_path_factory):
    """What the scorer of the gold says of `labkit read --json`."""
    gold, scorer = pages.parent / "gold" / "dev.json", pages.parent / "tools" / "score_reading.py"
    if not gold.is_file():
        pytest.skip("the gold of the real pages is not at hand")
    records = tmp_path_factory.mktemp("gold") / "records.jsonl"
    read = subprocess.run(
        [sys.executable, "-m", "labkit.cli", "read", str(pages / "pages"), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    records.write_text(read.stdout, encoding="utf-8")
    scored = subprocess.run(
        [sys.executable, str(scorer), str(gold), str(records)], capture_output=True, text=True, check=True
    )
    return json.loads(scored.stdout)


@pytest.mark.parametrize(
    ("what", "measure", "least"),
    [
        ("posts", "f1", 1.0),
        ("published", "right", 1.0),
        ("meeting date", "right", 1.0),
        ("hours", "right", 1.0),
        ("attendance", "f1", 0.95),
        ("status", "right", 0.95),
        ("organisations", "f1", 0.85),
        ("sector", "right", 0.9),
        ("partnership", "f1", 0.9),
        ("deadlines", "right", 0.9),
    ],
)
def test_score(figures, what, measure, least):
    assert figures[what][measure] >= least


@pytest.fixture(scope="module")
def read(pages):
    """What `labkit read --json` says of the real pages, and what it says beside."""
    words = [sys.executable, "-m", "labkit.cli", "read", str(pages / "pages"), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_sixteen_posts_and_nothing_else(read):
    records, beside = read
    assert len(records) == 16
    assert beside == ""


def test_the_nine_of_the_focus_have_their_organisations(read):
    """Page 001 ends with nine people, one a line, without a separator before the organisation."""
    focus = next(r for r in read[0] if r["published"] == "2015-04-03")
    members = [a for a in focus["attendance"] if a["function"] == "member"]
    assert len(members) == 9
    assert sum(a["organisation"] is not None for a in members) == 9
    assert sum(a["function"] == "facilitator" for a in focus["attendance"]) == 2

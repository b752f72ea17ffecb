"""The shipped real lab: rebuilt it is the same, and nothing of the pages' sentences or names is in the repository."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import nbformat
from conftest import tracked
from rebuild_corpus import cremasco as rebuild

from labkit import privacy

ROOT = Path(__file__).parent.parent


def people(pages) -> list[str]:
    with (pages / "pseudonyms.csv").open(encoding="utf-8") as file:
        return [row["person"] for row in csv.DictReader(file)]


def test_the_rebuilt_lab_is_identical(pages, tmp_path):
    made = rebuild(tmp_path / "cremasco") / "tables"
    stored = ROOT / "corpus" / "cremasco" / "tables"
    assert sorted(p.name for p in made.iterdir()) == sorted(p.name for p in stored.iterdir())
    for path in made.iterdir():
        assert path.read_bytes() == (stored / path.name).read_bytes(), path.name


def test_no_name_of_a_person_stands_in_the_lab_terms_included(pages):
    texts = {p.name: p.read_text(encoding="utf-8") for p in (ROOT / "corpus" / "cremasco").rglob("*") if p.is_file()}
    found = privacy.scan(texts, people(pages))
    assert [one for one in found if one.certain] == []
    # Lone surnames: one is also the name of a school, which may stand; none stands among the words.
    assert not [one for one in found if one.where.startswith(("terms", "concepts"))]


def test_no_name_stands_in_a_stored_output(pages):
    texts = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
            texts[f"{path.name} cell {number}"] = cell.source + str(cell.get("outputs", ""))
    for path in [ROOT / "README.md", ROOT / "README.it.md", *sorted((ROOT / "docs").glob("*.md"))]:
        texts[path.name] = path.read_text(encoding="utf-8")
    assert [one for one in privacy.scan(texts, people(pages)) if one.certain] == []


def test_no_sentence_of_the_pages_stands_in_the_repository(pages):
    """No run of nine words, two of them words of grammar, of any real page in any tracked file."""
    glue = set(
        [
            "che",
            "si",
            "è",
            "non",
            "per",
            "con",
            "un",
            "una",
            "nel",
            "nella",
            "alla",
            "al",
            "ha",
            "sono",
            "come",
            "più",
            "anche",
            "ma",
            "se",
            "questo",
            "questa",
        ]
    )
    runs = set()
    for path in (pages / "pages").glob("*.txt"):
        words = re.findall(r"[a-zàèéìòù]+", path.read_text(encoding="utf-8").lower())
        runs |= {run for i in range(len(words) - 8) if len(glue & set(run := tuple(words[i : i + 9]))) >= 2}
    assert len(runs) > 1000
    for name in tracked():
        try:
            words = re.findall(r"[a-zàèéìòù]+", (ROOT / name).read_text(encoding="utf-8").lower())
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        hit = next((i for i in range(len(words) - 8) if tuple(words[i : i + 9]) in runs), None)
        assert hit is None, f"{name}: {' '.join(words[hit : hit + 9])}"


def test_two_attendance_lists_and_sixteen_texts(cremasco):
    assert cremasco.attendance["meeting_id"].nunique() == 2
    assert (cremasco.documents["kind"] != "pooled").sum() == 16
    assert cremasco.texts == {}


def test_the_partners_of_the_project_are_thirteen(cremasco):
    ties = cremasco.ties.query("kind == 'declared_partnership'")
    assert len(set(ties["source"]) | set(ties["target"])) == 13

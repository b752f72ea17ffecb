"""The reading report: counts, gaps, near-duplicates, problems with their places, and pages with what was found."""

from __future__ import annotations

import re

import labkit as lk
from labkit import inspection

from test_bad_input import labkit  # isort: skip


def test_the_report_of_esempio(esempio, tmp_path):
    seen = inspection.inspect(esempio)
    assert seen.counts["testi"] == 93
    assert sum(row["total"] for row in seen.coverage) == seen.counts["incontri"]
    assert [p["code"] for p in seen.problems] == ["weekday"]
    index = inspection.write(seen, tmp_path / "check")
    assert len(list(index.parent.glob("*.html"))) == 94
    html = index.read_text(encoding="utf-8")
    assert 'http-equiv="Content-Security-Policy"' in html and "<script" not in html


def test_the_page_of_a_document_shows_its_text_and_marks_what_was_found(esempio, tmp_path):
    doc = esempio.attendance["doc_id"].iloc[0]
    text = esempio.texts[doc]
    found = inspection.spans(esempio, doc)
    shown = list(inspection.pieces(text, found))
    assert "".join(piece["text"] for piece in shown) == text
    row = esempio.attendance[esempio.attendance["doc_id"] == doc].iloc[0]
    name = text[int(row["start"]) : int(row["end"])]
    assert any(name in piece["text"] and "person" in piece["kinds"] for piece in shown)


def test_near_duplicates_are_reported_and_others_are_not(small_lab, tmp_path):
    text = (small_lab / "a.md").read_text(
        encoding="utf-8"
    ) + "La rete dei servizi chiede un luogo comune per le famiglie. " * 3
    (small_lab / "a.md").write_text(text, encoding="utf-8")
    (small_lab / "d.md").write_text(text + "Refuso corretto.", encoding="utf-8")
    seen = inspection.inspect(lk.open_lab(small_lab, outputs=tmp_path / "out"))
    assert len(seen.alike) == 1 and seen.alike[0]["share"] > 0.8


def test_a_lab_without_text_has_no_pages(cremasco, tmp_path):
    index = inspection.write(inspection.inspect(cremasco), tmp_path / "check")
    assert [p.name for p in index.parent.iterdir()] == ["index.html"]


def test_hostile_text_stays_text(small_lab, tmp_path):
    (small_lab / "x.txt").write_text(
        "Verbale <script>alert(1)</script>\n\nPresenti: Anna Brandi (A & B <b>).\n", encoding="utf-8"
    )
    seen = inspection.inspect(lk.open_lab(small_lab, outputs=tmp_path / "out"))
    inspection.write(seen, tmp_path / "check")
    for path in (tmp_path / "check").glob("*.html"):
        assert "<script" not in path.read_text(encoding="utf-8")


def test_the_command_says_what_was_read_and_where_a_file_is_broken(small_lab, tmp_path):
    done = labkit("check", small_lab, "--outputs", tmp_path / "out")
    assert done.returncode == 0
    assert "3 testi" in done.stdout and re.search(r"Rapporto: .*index.html", done.stdout)
    (small_lab / "rotto.pdf").write_bytes(b"%PDF-1.4 niente")
    again = labkit("check", small_lab, "--outputs", tmp_path / "out")
    assert again.returncode == 1
    assert "rotto.pdf: Il file è rovinato" in again.stdout

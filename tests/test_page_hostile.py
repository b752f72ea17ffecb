"""Names, notes, titles and file names made to break out: nothing runs, nothing leaves its folder, nothing is lost."""

from __future__ import annotations

import json

import pytest
import yaml

import labkit as lk
from labkit.workshop import feedback, form
from labkit.workshop.codes import of_graphs

NASTY = [
    "</script><script>document.title='preso'</script>",
    '"><img src=x onerror="document.title=\'preso\'">',
    "<svg/onload=document.title='preso'>",
    "{{ 7 * 7 }} {% raw %} ${document.title='preso'}",
    "]]></style><style>*{display:none}</style>",
    "\u202eetnaf\u202c L'Ente \u200f",
    '=HYPERLINK("http://example.org");\'; DROP TABLE',
    "- a: [b, {c: &d *d !!python/object:os.system",
    "../../../etc/passwd",
    "Ente 🏳️‍🌈 \u0000\u0007 «così»",
]
PLAIN = [f"Cooperativa Prova {letter}" for letter in "ABCDEFGHIL"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A lab whose registry gives every organisation a hostile name, with a hostile title and file name."""
    folder = tmp_path_factory.mktemp("ostile") / "la'b <b>"
    (folder / "codebooks").mkdir(parents=True)
    entries = [
        {"id": f"coop-{n}", "label": name, "aliases": [plain], "sector": "third_sector", "source": name}
        for n, (name, plain) in enumerate(zip(NASTY, PLAIN))
    ]
    (folder / "codebooks" / "actors.yml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    (folder / "lab.yml").write_text(
        yaml.safe_dump({"title": NASTY[0], "about": NASTY[1], "public_sources": True}, allow_unicode=True),
        encoding="utf-8",
    )
    for month in (3, 4, 5):
        present = ", ".join(
            f"{first} Brandi ({plain})"
            for first, plain in zip(
                ("Anna", "Luca", "Marta", "Piero", "Rita", "Ugo", "Elena", "Dario", "Silvia", "Franco"), PLAIN
            )
        )
        text = f"---\ntitle: Ufficio di Piano - {month} marzo 2014\npublished: 2014-03-0{month}\n---\nPresenti: {present}\n\nSi decide.\n"
        (folder / f"<img src=x onerror=alert({month})>.md").write_text(text, encoding="utf-8")
    steps = [{"title": name, "text": name, "view": {"kind": "co_presence"}} for name in NASTY]
    (folder / "story.yml").write_text(
        "".join(f"- {json.dumps(step, ensure_ascii=False)}\n" for step in steps), encoding="utf-8"
    )
    return lk.open_lab(folder, outputs=tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="module")
def nets(lab):
    found = lk.workshop.layers(lab)
    assert len(found[0]) == len(NASTY) and found[0].number_of_edges() == 45
    return found


@pytest.fixture(scope="module")
def page(lab, nets, tmp_path_factory):
    places = lk.workshop.places(nets, seed=1)
    return lk.workshop.page(lab, nets, places, to=tmp_path_factory.mktemp("page") / "mappa.html", session=NASTY[2])


def calm(screen) -> bool:
    return screen.title() != "preso" and screen.complaints == [] and len(screen.asked) == 1


def test_no_name_runs_and_every_name_is_shown_as_written(screens, page, lab, nets):
    screen = screens(page)
    assert screen.locator(".actor").count() == len(NASTY)
    labels = {
        a.rsplit(", ", 1)[0]
        for a in screen.locator(".actor").evaluate_all("all => all.map(a => a.getAttribute('aria-label'))")
    }
    assert labels == {d["name"] for _, d in nets[0].nodes(data=True)}
    for tab in ("sectors", "story", "session"):
        screen.locator(f"#tab-{tab}").click()
    screen.locator("#tab-story").click()
    for _ in NASTY:
        if screen.locator("#story-next").is_enabled():
            screen.locator("#story-next").click()
    screen.locator("#show-matrix").click()
    screen.locator(".actor, .label").first.wait_for(state="attached")
    screen.wait_for_timeout(150)
    assert screen.text("h1").strip() == NASTY[0]
    assert calm(screen)


def test_the_policy_stops_what_is_injected_by_hand(screens, page):
    screen = screens(page)
    screen.evaluate(
        """() => {
          const script = document.createElement('script'); script.textContent = "document.title = 'preso'"; document.body.append(script);
          const holder = document.createElement('div');
          holder.innerHTML = "<img src=x onerror=\\"document.title='preso'\\"><a href=\\"javascript:document.title='preso'\\" id=bad>x</a><iframe srcdoc=\\"<script>top.document.title='preso'</script>\\"></iframe><style>h1{display:none}</style>";
          document.body.append(holder); document.getElementById('bad').click();
        }"""
    )
    screen.wait_for_timeout(300)
    assert screen.title() != "preso"
    assert screen.locator("h1").is_visible()
    assert any("Content Security Policy" in said for said in screen.complaints)
    blocked = screen.evaluate("fetch('https://example.org/').then(() => 'let through', e => 'stopped')")
    assert blocked == "stopped"


def test_hostile_notes_go_out_and_come_back_as_text(screens, page, lab, nets, tmp_path):
    screen = screens(page)
    screen.locator("#tab-session").click()
    assert screen.input_value("#session-name") == NASTY[2]
    screen.fill("#session-name", "../../../fuori: <b>")
    screen.fill("#session-day", "2018-05-12")
    screen.locator("#session-start").click()
    notes = {}
    for note in NASTY:
        screen.locator("#session-next").click()
        screen.locator("#answer-confirmed").click()
        screen.fill("#answer-note", note)
        notes[screen.text(".judging h2").split()[-1]] = note
    screen.locator("#missing-actor summary").click()
    screen.fill("#missing-name", NASTY[0] + " bis")
    screen.locator("#missing-actor-add").click()
    screen.fill("#search", next(iter(notes)))
    screen.keyboard.press("Enter")
    screen.wait_for_timeout(150)
    assert calm(screen)
    saved = screen.downloaded("#save-json")
    sent = tmp_path / "risposte.json"
    sent.write_bytes(saved.read_bytes())
    screen.locator("#save-csv").click()
    done = feedback.add(lab, [sent], map_id=lk.workshop.map_id(lab, nets))
    assert done.path.parent == lab.folder / "feedback"
    assert [p.name for p in lab.folder.rglob("*") if "fuori" in p.name] == [done.path.name]
    again = lk.open_lab(lab.folder, outputs=tmp_path / "o")
    by_tie = {tie[1:]: code for tie, code in of_graphs(nets).items() if tie[0] == "co_presence"}
    kept = {by_tie[r.source, r.target]: r.note for r in again.judgements.itertuples() if r.answer == "confirmed"}
    for code, note in notes.items():
        visible = "".join(c for c in note if c.isprintable() or c in "\n🏳️‍🌈")
        assert "".join(kept[code].split()) in ("".join(note.split()), "".join(visible.split())), note
    for line in feedback.lines(again):
        assert line.isprintable() and "\u202e" not in line


def test_paper_and_tables_take_hostile_names(lab, nets, tmp_path):
    codes = of_graphs(nets)
    sheet = form.write(lab, nets[0], map_id="0" * 12, codes=codes, to=tmp_path / "modulo.csv")
    for line in sheet.read_text(encoding="utf-8-sig").splitlines():
        for cell in line.split(";"):
            assert not cell.strip('"').startswith(("=", "+", "@")), cell
    places = lk.workshop.places(nets, seed=1)
    made = lk.workshop.poster(lab, nets[0], places, codes=codes, to=tmp_path / "poster", size="A3")
    made.append(lk.workshop.tie_cards(lab, nets[0], codes=codes, to=tmp_path / "carte.pdf", ties=3))
    svg = next(p for p in made if p.suffix == ".svg").read_text(encoding="utf-8")
    assert "<script" not in svg and "<img" not in svg and "&lt;img" in svg
    assert all(p.stat().st_size > 5000 for p in made)


def test_the_whole_job_on_a_hostile_lab_stays_in_its_folder(lab, screens):
    from labkit import work

    around = {p for p in lab.outputs.parent.parent.rglob("*") if lab.outputs not in p.parents and p != lab.outputs}
    work.run(lab)
    after = {p for p in lab.outputs.parent.parent.rglob("*") if lab.outputs not in p.parents and p != lab.outputs}
    assert {p for p in after - around if p.is_file()} == set()
    for name in ("mappa.html", "report.html"):
        screen = screens(lab.outputs / name)
        screen.wait_for_timeout(100)
        assert screen.title() != "preso" and screen.complaints == []

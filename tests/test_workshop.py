"""The workshop from the command line: maps of each edition, paper, one page on the own network, answers added."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zlib

import pytest

import labkit as lk
from labkit import privacy
from labkit.workshop import serving
from labkit.workshop.codes import of_graphs


def labkit(*words, **more):
    words = [sys.executable, "-m", "labkit.cli", *map(str, words)]
    return subprocess.run(words, capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def copied(esempio, tmp_path_factory):
    """A copy of esempio to answer to, with its outputs elsewhere."""
    place = tmp_path_factory.mktemp("copied")
    shutil.copytree(esempio.folder, place / "esempio")
    return place / "esempio", place / "outputs"


def data_of(page) -> dict:
    return json.loads(page.read_text(encoding="utf-8").split('id="data">')[1].split("</script>")[0])


@pytest.fixture(scope="module")
def editions(esempio, tmp_path_factory):
    """The data of the map page in each edition."""
    found = {}
    for edition in ("internal", "workshop", "public"):
        nets = lk.workshop.layers(esempio, edition=edition)
        to = tmp_path_factory.mktemp(edition) / "mappa.html"
        found[edition] = data_of(
            lk.workshop.page(esempio, nets, lk.workshop.places(nets, seed=1), to=to, edition=edition)
        )
    return found


def test_editions_differ_in_what_they_quote(editions, names):
    quoted = {edition: [e["q"] for e in data["events"] if e["q"]] for edition, data in editions.items()}
    assert quoted["public"] == []
    assert len(quoted["internal"]) > len(quoted["workshop"]) > 0
    assert any(privacy.scan({"": text}, names) for text in quoted["internal"])
    assert not any(privacy.scan({"": text}, names) for text in quoted["workshop"])
    assert len({json.dumps([data["actors"], data["ties"]]) for data in editions.values()}) == 1


def test_people_appear_under_numbers_and_are_not_judged(esempio, names, tmp_path, screens):
    table = tmp_path / "numbers.csv"
    nets = lk.workshop.layers(esempio, of="person", pseudonym_table=table)
    to = lk.workshop.page(esempio, nets, lk.workshop.places(nets, seed=1), to=tmp_path / "persone.html")
    text = to.read_text(encoding="utf-8")
    with table.open(encoding="utf-8") as rows:
        numbers = {row["pseudonym"] for row in csv.DictReader(rows)}
    assert {a["name"] for a in data_of(to)["actors"]} <= numbers
    assert all(a["id"] == a["name"] and a["id"].startswith("P") for a in data_of(to)["actors"])
    assert not any(person in text for person in privacy.people_of(esempio))
    assert [one for one in privacy.scan({"": text}, names) if one.certain] == []
    screen = screens(to)
    assert screen.locator(".actor").count() == len(nets[0])
    assert not screen.locator("#tab-session").is_visible()


def test_rare_ties_are_left_out_of_a_public_map_of_sources_that_are_not_public(esempio):
    import dataclasses

    private = dataclasses.replace(esempio, public_sources=False)
    with pytest.raises(lk.LabkitError, match="or 'min_cell: 5' to leave rare ties out"):
        lk.workshop.layers(private, edition="public")
    nets = lk.workshop.layers(dataclasses.replace(private, min_cell=5), edition="public")
    assert min(d["weight"] for net in nets for _, _, d in net.edges(data=True)) >= 5


def test_codes_stay_with_their_tie_whatever_else_the_map_shows(layers):
    all_codes = of_graphs(layers)
    alone = of_graphs(layers[:1])
    same = sum(all_codes[tie] == code for tie, code in alone.items())
    assert same >= len(alone) - 2  # two ties that draw one code take the next
    assert len(set(all_codes.values())) == len(all_codes)
    many = lk.workshop.codes.codes(("co_presence", f"a{i}", f"b{j}") for i in range(150) for j in range(150))
    assert len(set(many.values())) == 150 * 150


def test_map_and_paper_from_the_command_line(copied):
    folder, outputs = copied
    done = labkit("map", folder, "--session", "Maggio", "--outputs", outputs)
    assert (done.returncode, done.stderr) == (0, "")
    page = outputs / "esempio" / "mappa.html"
    assert done.stdout == f"Mappa: {page}\n"
    assert data_of(page)["session"] == "Maggio"
    done = labkit("cards", folder, "--ties", "4", "--outputs", outputs)
    assert (done.returncode, done.stderr) == (0, "")
    paper = outputs / "esempio" / "carta"
    assert sorted(p.name for p in paper.iterdir()) == [
        "foglio-facilitatore.pdf",
        "modulo.csv",
        "poster-A1.pdf",
        "poster-A1.svg",
        "poster-A3.pdf",
        "poster-A3.svg",
        "schede.pdf",
    ]
    sheet = (paper / "modulo.csv").read_text(encoding="utf-8-sig")
    assert data_of(page)["map"] in sheet
    done = labkit("report", folder, "--to", outputs / "restituire", "--outputs", outputs)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (outputs / "restituire").iterdir()) == ["report.docx", "report.html"]
    for words, message in (
        (("poster", folder, "--size", "A2"), "no size 'A2'"),
        (("poster", folder, "--kind", "amicizia"), "no ties of the kind 'amicizia'"),
        (("map", folder, "--edition", "segreta"), "no edition 'segreta'"),
    ):
        done = labkit(*words, "--outputs", outputs)
        assert done.returncode == 2 and message in done.stderr and len(done.stderr.splitlines()) == 1


def test_answers_are_added_from_the_command_line_and_refused_twice(copied, tmp_path):
    folder, outputs = copied
    judgement = {"code": "Z088", "kind": "co_presence", "a": "azienda-sociale-val-tersa", "b": "comune-montaversa"}
    whole = {
        **{"labkit": "feedback", "version": 1, "lab": "esempio", "map": "0" * 12, "session": "Maggio"},
        **{"date": "2018-12-01", "seat": "abcdefgh", "saved": 3, "sector": "public"},
        "judgements": [{**judgement, "answer": "denied", "sector": "public", "note": "", "blind": False}],
        **{"missing_ties": [], "missing_actors": []},
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    (tmp_path / "a.json").write_text(json.dumps({**whole, "sum": f"{zlib.crc32(text.encode()):08x}"}), encoding="utf-8")
    done = labkit("feedback", "add", tmp_path / "a.json", "--lab", folder, "--outputs", outputs)
    assert done.returncode == 0, done.stderr
    assert (folder / "feedback" / "2018-12-01-maggio.yml").is_file()
    assert "Maggio, 1 dicembre 2018: 1 posto, 1 risposta" in done.stdout
    assert len(done.stderr.splitlines()) == 1  # given on another map
    again = labkit("feedback", "add", tmp_path / "a.json", "--lab", folder, "--outputs", outputs)
    assert again.returncode == 1 and "già aggiunto" in again.stderr and len(again.stderr.splitlines()) == 1
    told = labkit("feedback", "report", folder, "--outputs", outputs)
    assert told.stdout in done.stdout and told.returncode == 0
    (tmp_path / "b.json").write_text('{"labkit": "feedback", "lab": "../../etc"}', encoding="utf-8")
    wrong = labkit("feedback", "add", tmp_path / "b.json")
    assert wrong.returncode == 1 and "expected the name of a lab" in wrong.stderr


def test_one_page_is_offered_and_nothing_else(map_page):
    running = serving.server(map_page, port=0, host="127.0.0.1")
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{running.server_address[1]}"
    try:
        with urllib.request.urlopen(f"{base}/") as answer:
            assert answer.read() == map_page.read_bytes()
            assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Python" not in answer.headers["Server"]
        for path in ("/mappa.html", "/../", "/etc/passwd", "/.git/config"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{base}{path}")
        for method in ("POST", "PUT", "DELETE"):
            with pytest.raises(urllib.error.HTTPError, match="501"):
                urllib.request.urlopen(urllib.request.Request(f"{base}/", data=b"x", method=method))
        with pytest.raises(lk.LabkitError, match="cannot be opened"):
            serving.server(map_page, port=running.server_address[1], host="127.0.0.1")
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


def test_the_page_works_where_it_is_offered(map_page, chromium):
    """Over http a browser gives less to a page than from a file: answers are still kept."""
    running = serving.server(map_page, port=0, host="127.0.0.1")
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{running.server_address[1]}/")
        page.locator("#tab-session").click()
        page.fill("#session-name", "Prova")
        page.locator("#session-start").click()
        page.locator("#session-next").click()
        page.locator("#answer-confirmed").click()
        page.reload()
        assert "Prova" in page.locator(".kept").inner_text()
    finally:
        context.close()
        running.shutdown()
        running.server_close()
        thread.join()

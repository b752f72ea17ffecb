"""Answers given on the page: kept on the device, taken up again, taken away as files, brought back into the lab."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from conftest import BROWSERS, Screen, program

import labkit as lk


def begin(screen, name="Tavolo di maggio", day="2018-05-12", sector="third_sector", blind=False):
    screen.locator("#tab-session").click()
    screen.fill("#session-name", name)
    screen.fill("#session-day", day)
    screen.select_option("#session-sector", sector)
    if blind:
        screen.locator("#session-blind").check()
    screen.locator("#session-start").click()


def judge(screen, code: str, answer: str, note: str = ""):
    screen.fill("#search", code)
    screen.keyboard.press("Enter")
    screen.locator(f"#answer-{answer}").click()
    if note:
        screen.fill("#answer-note", note)


def exported(screen) -> dict:
    return json.loads(screen.downloaded("#save-json").read_text(encoding="utf-8"))


def codes_of(screen) -> list[str]:
    return sorted(screen.locator("#ties line").evaluate_all("all => all.map(l => l.dataset.code)"))


@pytest.fixture
def desk(screens, map_page):
    return screens(map_page)


def test_a_seat_needs_a_name_of_the_session_and_no_name_of_a_person(desk):
    desk.locator("#tab-session").click()
    desk.locator("#session-start").click()
    assert "Scrivere il nome dell'incontro" in desk.text("#session-wrong")
    begin(desk)
    assert desk.text("#session-done") == "Giudicati 0 di 150 rapporti."
    seat = exported(desk)["seat"]
    assert len(seat) == 8 and seat in desk.text("#panel-session")


def test_answers_leave_as_they_were_given(desk, layers):
    begin(desk)
    codes = codes_of(desk)[:3]
    judge(desk, codes[0], "confirmed", 'sì, "sempre" <b>\n=1+1; à')
    judge(desk, codes[1], "denied")
    desk.select_option("#seat-sector", "")
    judge(desk, codes[2], "unsure")
    judge(desk, codes[1], "denied")  # pressed again: nothing happens
    assert len(exported(desk)["judgements"]) == 3
    judge(desk, codes[1], "denied")
    desk.locator("#answer-away").click()
    given = exported(desk)
    assert [(j["code"], j["answer"], j["sector"]) for j in given["judgements"]] == [
        (codes[0], "confirmed", "third_sector"),
        (codes[2], "unsure", ""),
    ]
    assert given["judgements"][0]["note"] == 'sì, "sempre" <b>\n=1+1; à'
    first = given["judgements"][0]
    assert layers[0].has_edge(first["a"], first["b"]) and first["a"] < first["b"] and first["kind"] == "co_presence"
    assert (given["labkit"], given["version"], given["lab"], given["session"]) == (
        "feedback",
        1,
        "esempio",
        "Tavolo di maggio",
    )
    assert given["map"] == lk.workshop.map_id(lk.open_lab("esempio"), layers)
    whole = {key: value for key, value in given.items() if key != "sum"}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    assert given["sum"] == f"{zlib.crc32(text.encode()):08x}"


def test_the_spreadsheet_reckons_nothing(desk):
    begin(desk, name="=Tavolo")
    code = codes_of(desk)[0]
    judge(desk, code, "confirmed", "=HYPERLINK(\"x\"); 'a'")
    text = desk.downloaded("#save-csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert row["code"] == code and row["answer"] == "confirmed"
    assert row["note"] == "'=HYPERLINK(\"x\"); 'a'" and row["session"] == "'=Tavolo"


def test_next_walks_the_ties_in_the_order_of_codes(desk):
    begin(desk)
    seen = []
    for _ in range(5):
        desk.locator("#session-next").click()
        seen.append(desk.text(".judging h2").split()[-1])
        desk.locator("#answer-unsure").click()
    codes = codes_of(desk)
    first = codes.index(seen[0])
    assert seen == (codes + codes)[first : first + 5]
    assert first == zlib.crc32(exported(desk)["seat"].encode()) % len(codes)  # each seat begins at another
    assert desk.locator("#answers .answer.unsure").count() == 5


def test_blind_shows_how_often_only_after_the_answer(desk):
    begin(desk, blind=True)
    widths = set(desk.locator("#ties line").evaluate_all("all => all.map(l => l.getAttribute('stroke-width'))"))
    assert len(widths) == 1
    assert "stesso spessore" in desk.text("#legend-width")
    desk.locator("#session-next").click()
    assert "volte" not in desk.text(".judging") and desk.locator(".judging .evidence").count() == 0
    desk.wait_for_timeout(150)
    code = desk.text(".judging h2").split()[-1]
    row = desk.locator(f"#list-ties tr:has(#list-tie-{code})")
    assert row.locator("td").nth(2).inner_text() == "da giudicare"
    desk.locator("#answer-confirmed").click()
    assert desk.locator(".judging .evidence li").count() > 0
    desk.wait_for_timeout(150)
    assert row.locator("td").nth(2).inner_text().isdigit()
    assert exported(desk)["judgements"][0]["blind"] is True


def test_what_is_missing_is_added_drawn_and_taken_away(desk):
    begin(desk)
    desk.locator("#missing-actor summary").click()
    desk.fill("#missing-name", "Circolo Il Ponte 🌉")
    desk.select_option("#missing-sector", "third_sector")
    desk.locator("#missing-actor-add").click()
    assert desk.locator(".actor.new").count() == 1
    desk.locator("#missing-tie summary").click()
    desk.fill("#missing-a", "circolo il ponte 🌉")
    desk.fill("#missing-b", "INPS")
    desk.fill("#missing-note", "ogni martedì")
    desk.locator("#missing-add").click()
    assert desk.locator(".tie.missing").count() == 1
    desk.fill("#missing-a", "INPS")
    desk.fill("#missing-b", "INPS")
    desk.locator("#missing-add").click()
    assert desk.text("#missing-wrong") == "Scegliere due enti diversi dall'elenco."
    desk.fill("#missing-a", "Fondazione Ardesi Solmi")
    desk.fill("#missing-b", "ATS della Val Tersa")
    desk.locator("#missing-add").click()
    assert "è già sulla mappa" in desk.text("#missing-wrong")
    given = exported(desk)
    assert given["missing_actors"] == [
        {"id": "new-1", "name": "Circolo Il Ponte 🌉", "sector": "third_sector", "note": ""}
    ]
    assert given["missing_ties"] == [
        {"kind": "co_presence", "a": "inps", "b": "new-1", "sector": "third_sector", "note": "ogni martedì"}
    ]
    desk.locator("#away-new-1").click()
    assert desk.locator(".actor.new").count() == 0 and desk.locator(".tie.missing").count() == 0
    desk.locator("#undo").click()
    assert desk.locator(".tie.missing").count() == 1


def test_undo_takes_back_answers_and_the_count_of_changes_grows(desk):
    begin(desk)
    code = codes_of(desk)[0]
    judge(desk, code, "denied")
    before = exported(desk)
    desk.locator("#undo").click()
    after = exported(desk)
    assert (len(before["judgements"]), len(after["judgements"])) == (1, 0)
    assert after["saved"] > before["saved"]


def test_a_closed_tab_is_offered_again(devices, map_page):
    screen = devices(map_page)
    begin(screen)
    codes = codes_of(screen)[:2]
    judge(screen, codes[0], "confirmed", "una nota")
    seat = exported(screen)["seat"]
    screen.page.close()
    screen.open()
    assert screen.locator("#tab-session").get_attribute("aria-selected") == "true"
    assert "Tavolo di maggio, 12 maggio 2018: 1 risposta." in screen.text(".kept")
    screen.locator(f"#resume-{seat}").click()
    judge(screen, codes[1], "denied")
    given = exported(screen)
    assert given["seat"] == seat
    assert [(j["code"], j["answer"], j["note"]) for j in given["judgements"]] == [
        (codes[0], "confirmed", "una nota"),
        (codes[1], "denied", ""),
    ]


DEVICE = """
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    context = playwright.chromium.launch_persistent_context(
        os.environ["DEVICE"], executable_path=os.environ["BROWSER"], args=["--no-sandbox", "--disable-gpu"], offline=True
    )
    page = context.new_page()
    page.goto(os.environ["PAGE"])
    if sys.argv[1] == "answer":
        page.locator("#tab-session").click()
        page.fill("#session-name", "Senza corrente")
        page.locator("#session-start").click()
        for _ in range(4):
            page.locator("#session-next").click()
            page.locator("#answer-confirmed").click()
        page.wait_for_timeout(7000)  # a browser writes to disk every few seconds
        print("answered", flush=True)
        page.wait_for_timeout(60000)
    print(page.locator(".kept").inner_text())
    context.close()
"""


def test_a_flat_battery_leaves_the_answers(map_page, tmp_path):
    """The browser is killed, not closed; another is started on the same device."""
    device = tmp_path / "device"
    env = {**os.environ, "DEVICE": str(device), "BROWSER": program(*BROWSERS), "PAGE": map_page.as_uri()}
    words = [sys.executable, "-c", DEVICE]
    with subprocess.Popen([*words, "answer"], env=env, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "answered\n"
        first.kill()
        subprocess.run(["pkill", "-9", "-f", f"user-data-dir={device}"], check=True)
    again = subprocess.run([*words, "look"], env=env, timeout=120, capture_output=True, text=True)
    assert "Senza corrente" in again.stdout and "4 risposte" in again.stdout, again.stderr


def test_answers_on_an_earlier_map_can_still_be_saved(devices, map_page, esempio, layers, tmp_path):
    screen = devices(map_page)
    begin(screen, name="Prima mappa")
    judge(screen, codes_of(screen)[0], "confirmed")
    fewer = layers[0].copy()
    fewer.remove_node("inps")
    fewer.remove_edge(*next(iter(fewer.edges())))
    later = lk.workshop.page(esempio, [fewer], lk.workshop.places(layers, seed=1), to=tmp_path / "m.html")
    old_map = exported(screen)["map"]
    screen.goto(later.as_uri())
    screen.locator("#tab-session").click()
    assert "date su una mappa precedente" in screen.text(".kept")
    assert screen.locator("[id^=resume-]").count() == 0
    with screen.page.expect_download() as waiting:
        screen.locator("[id^=kept-json-]").click()
    assert json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))["map"] == old_map


def test_two_tablets_one_closed_midway_come_back_exactly(devices, screens, esempio, tmp_path):
    """Twenty ties judged on two tablets, one tab closed midway; the lab, its networks and its figures say what was said."""
    from labkit.workshop import feedback

    folder = tmp_path / "esempio"
    shutil.copytree(esempio.folder, folder, ignore=shutil.ignore_patterns("feedback"))
    lab = lk.open_lab(folder, outputs=tmp_path / "outputs")
    layers = lk.workshop.layers(lab)
    places = lk.workshop.places(layers, seed=lab.seed)
    map_page = lk.workshop.page(lab, layers, places, to=tmp_path / "prima.html")
    chance = random.Random(7)
    tablets = [devices(map_page, size=Screen.TABLET, touch=True) for _ in range(2)]
    codes = chance.sample(codes_of(tablets[0]), 20)
    plan = [{code: chance.choice(["confirmed", "denied", "unsure"]) for code in codes} for _ in tablets]
    files = []
    for number, (tablet, said) in enumerate(zip(tablets, plan)):
        begin(tablet, sector=("public", "profit")[number])
        for n, (code, answer) in enumerate(said.items()):
            if number == 1 and n == 10:
                tablet.page.close()
                tablet.open()
                tablet.locator("[id^=resume-]").click()
            judge(tablet, code, answer, note=f"nota {n}" if n == 3 else "")
        if number == 0:
            tablet.locator("#missing-tie summary").click()
            tablet.fill("#missing-a", "INPS")
            tablet.fill("#missing-b", "Associazione Passo Lieve")
            tablet.locator("#missing-add").click()
        given = tablet.downloaded("#save-json")
        files.append(tmp_path / f"tablet-{number}.json")
        files[-1].write_bytes(given.read_bytes())
    feedback.add(lab, files, map_id=lk.workshop.map_id(lab, layers))
    lab = lk.open_lab(folder, outputs=tmp_path / "outputs")
    by_code = {code: tie for tie, code in lk.workshop.codes.of_graphs(layers).items()}
    wanted = {
        (*by_code[code], answer): sum(said[code] == answer for said in plan)
        for code in codes
        for answer in {said[code] for said in plan}
    }
    wanted["co_presence", "inps", "passo-lieve", "added"] = 1
    assert lab.judgements.groupby(["kind", "source", "target", "answer"]).size().to_dict() == wanted
    again = lk.workshop.layers(lab)
    both = again[0]
    for code in codes:
        _, a, b = by_code[code]
        assert [both.edges[a, b][answer] for answer in ("confirmed", "denied", "unsure")] == [
            wanted.get((*by_code[code], answer), 0) for answer in ("confirmed", "denied", "unsure")
        ]
    assert both.number_of_edges() == layers[0].number_of_edges() + 1
    agreed = {
        tuple(sorted(by_code[c][1:]))
        for c in codes
        if sum({"confirmed": 1, "denied": -1}.get(s[c], 0) for s in plan) > 0
    } | {("inps", "passo-lieve")}
    said = lk.network.build(lab, kind="co_presence", said_by="participants")
    assert {tuple(sorted(edge)) for edge in said.edges()} == agreed
    page = lk.workshop.page(lab, again, lk.workshop.places(again, seed=lab.seed), to=tmp_path / "dopo.html")
    shown = screens(page)
    shown.locator("#show-compare").click()
    captions = shown.locator("#compare figcaption").all_inner_texts()
    assert f"{layers[0].number_of_edges()} rapporti" in captions[0]
    assert f"{len(agreed)} rapporti" in captions[1]
    assert f"{layers[0].number_of_edges() + 1} rapporti" in captions[2]
    shown.locator("#show-map").click()
    code = next(c for c in codes if {s[c] for s in plan} == {"confirmed", "denied"})
    shown.fill("#search", code)
    shown.keyboard.press("Enter")
    assert "confermato da 1 posto, non confermato da 1 posto; non sanno dire 0 posti" in shown.text("#panel-pick")
    share = feedback.confirmed(lab.judgements, by="kind").iloc[0]
    yes, no = (sum(list(s.values()).count(a) for s in plan) for a in ("confirmed", "denied"))
    assert share["n"] == yes + no and share["estimate"] == pytest.approx(yes / (yes + no))


def test_where_the_browser_keeps_nothing_it_is_said_and_closing_asks(screens, map_page):
    screen = screens(map_page)
    screen.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused', 'SecurityError'); } })"
    )
    screen.page.reload()
    begin(screen)
    screen.locator("#session-next").click()
    screen.locator("#answer-confirmed").click()
    assert screen.locator("#not-kept").is_visible()
    assert screen.text("#session-saved") == "Ci sono risposte non ancora salvate in un file."
    screen.locator("#session-close").click()
    assert "premere di nuovo" in screen.text("#session-close")
    assert len(exported(screen)["judgements"]) == 1
    assert screen.text("#session-saved") == "Le risposte sono salvate in un file."
    screen.locator("#session-close").click()
    assert screen.locator("#session-name").is_visible()
    assert screen.complaints == []


def test_who_comes_next_does_not_meet_the_answers_of_who_came_before(desk):
    begin(desk, sector="profit")
    desk.locator("#session-next").click()
    desk.locator("#answer-denied").click()
    desk.locator("#session-close").click()
    assert desk.locator("#session-sector").input_value() == ""
    assert not desk.locator(".kept").is_visible()
    desk.locator("#kept summary").click()
    assert desk.locator("[id^=resume-]").is_visible()


def test_blind_closes_every_way_to_how_often(desk):
    desk.select_option("#kind", index=0)
    desk.locator("details.drop summary").first.click()
    desk.locator("#least").fill("5")
    desk.select_option("#size", "strength")
    begin(desk, blind=True)
    assert desk.locator("#ties line").count() == 150
    for control in ("least", "sure", "voice", "size", "show-compare"):
        assert desk.locator(f"#{control}").is_disabled(), control
    desk.locator("#show-matrix").click()
    assert len(set(desk.locator(".square").evaluate_all("all => all.map(s => s.getAttribute('fill-opacity'))"))) == 1
    desk.wait_for_timeout(150)
    texts = desk.text("#list") + desk.text(".room")
    assert not re.search(r"\d+ volt[ae]", texts)

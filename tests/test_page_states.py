"""Rare states of the page: labs without dates or with one actor, long names, a seat open twice, what a search asks of the view."""

from __future__ import annotations

import json

import pytest
from test_session import begin, codes_of, exported, judge

import labkit as lk

TEXT = """---
title: Ufficio di Piano
---
Presenti: Anna Brandi ({one}), Luca Ferri ({other})

Si decide.
"""


def page_of(folder, tmp_path, **texts):
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    lab = lk.open_lab(folder, outputs=tmp_path / "outputs")
    nets = lk.workshop.layers(lab)
    return lk.workshop.page(lab, nets, lk.workshop.places(nets, seed=1), to=tmp_path / "mappa.html")


def test_a_lab_without_dates_has_no_years_to_play(screens, tmp_path):
    text = TEXT.format(one="Comune di Soresina", other="Cooperativa sociale Ginestra")
    screen = screens(page_of(tmp_path / "senza", tmp_path, a=text))
    assert screen.locator(".actor").count() == 2 and screen.text("#counted") == "2 enti, 1 rapporto"
    assert not screen.locator("#play").is_visible() and not screen.locator("#stop").is_visible()
    assert screen.complaints == []


def test_a_name_without_end_stays_in_its_place(screens, tmp_path, esempio, layers):
    net = layers[1].copy()
    for node in list(net)[:3]:
        net.nodes[node]["name"] = "Associazione" + "lunghissima" * 14
    to = lk.workshop.page(esempio, [net], lk.workshop.places([net], seed=1), to=tmp_path / "m.html")
    for size in ((1920, 1080), (820, 1180), (390, 844)):
        screen = screens(to, size=size)
        screen.fill("#search", "lunghissima")
        screen.keyboard.press("Enter")
        assert screen.evaluate("document.documentElement.scrollWidth") <= size[0]
        panel = screen.locator("#panel-pick")
        assert panel.evaluate("p => p.scrollWidth <= p.clientWidth")


WATCHED = """
window.early = [];
for (const name of ["getItem", "setItem", "key"]) {
  const own = Storage.prototype[name];
  Storage.prototype[name] = function (...words) {
    window.early.push(document.readyState);
    return own.apply(this, words);
  };
}
"""


def test_storage_is_not_asked_for_before_the_page_has_arrived(screens, map_page):
    """Chromium gives a page that asks while it is still being committed a storage that nothing is written to, and says nothing."""
    screen = screens(map_page)
    screen.context.add_init_script(WATCHED)
    screen.page.reload()
    begin(screen)
    assert set(screen.evaluate("window.early")) == {"complete"}


def test_the_same_seat_in_two_windows_loses_nothing(devices, map_page):
    first = devices(map_page)
    begin(first)
    codes = codes_of(first)[:4]
    judge(first, codes[0], "confirmed")
    second = first.context.new_page()
    second.goto(map_page.as_uri())
    second.locator("[id^=resume-]").click()
    for page, code, answer in ((second, codes[1], "denied"), (first, codes[2], "unsure"), (second, codes[3], "denied")):
        page.fill("#search", code)
        page.keyboard.press("Enter")
        page.locator(f"#answer-{answer}").click()
    key = second.evaluate("Object.keys(localStorage).find(k => !k.endsWith(':story'))")
    kept = json.loads(second.evaluate("key => localStorage.getItem(key)", key))
    assert {code: one["answer"] for code, one in kept["judgements"].items()} == dict(
        zip(codes, ("confirmed", "denied", "unsure", "denied"))
    )


def test_nobody_goes_back_into_another_seat(screens, map_page):
    screen = screens(map_page)
    begin(screen)
    judge(screen, codes_of(screen)[0], "confirmed")
    screen.locator("#missing-tie summary").click()
    screen.fill("#missing-note", "a metà")
    screen.locator("#session-close").click()
    assert screen.locator("#undo").is_disabled()
    begin(screen, sector="public")
    assert screen.locator("#undo").is_disabled()
    screen.locator("#missing-tie summary").click()
    assert screen.locator("#missing-note").input_value() == ""
    assert exported(screen)["judgements"] == []


def test_an_answer_given_anew_was_not_given_blind(screens, map_page):
    screen = screens(map_page)
    begin(screen, blind=True)
    code = codes_of(screen)[0]
    judge(screen, code, "confirmed", "una nota")
    assert exported(screen)["judgements"][0]["blind"] is True
    screen.locator("#answer-denied").click()
    (given,) = exported(screen)["judgements"]
    assert (given["answer"], given["note"], given["blind"]) == ("denied", "una nota", False)


def test_what_is_searched_comes_into_sight_and_into_the_view(screens, map_page, layers):
    screen = screens(map_page)
    for _ in range(4):
        screen.locator("#closer").click()
    screen.wait_for_timeout(250)
    for _ in range(2):  # the same text again
        screen.fill("#search", "inps")
        screen.keyboard.press("Enter")
        box, stage = (screen.locator(one).bounding_box() for one in ('.actor[data-id="inps"]', "#stage"))
        assert stage["x"] <= box["x"] <= stage["x"] + stage["width"]
        assert stage["y"] <= box["y"] <= stage["y"] + stage["height"]
        screen.locator("#whole").click()
        screen.locator("#closer").click()
    screen.locator("#stop").fill("3")
    screen.locator("#sector-public").uncheck()
    partners = lk.workshop.codes.of_graphs(layers)
    code = next(c for tie, c in sorted(partners.items()) if tie[0] == "declared_partnership")
    screen.fill("#search", code)
    screen.keyboard.press("Enter")
    assert screen.locator("#kind").input_value() == "1"
    assert screen.locator(".tie.near").get_attribute("data-code") == code


def test_a_tie_outside_the_view_is_not_missing(screens, map_page):
    screen = screens(map_page)
    begin(screen)
    screen.locator("#stop").fill("3")
    screen.locator("#missing-tie summary").click()
    screen.fill("#missing-a", "Fondazione Ardesi Solmi")
    screen.fill("#missing-b", "ATS della Val Tersa")
    screen.locator("#missing-add").click()
    assert "fuori dagli anni o dai filtri" in screen.text("#missing-wrong")
    assert exported(screen)["missing_ties"] == []


def test_doing_what_is_done_already_is_no_step_to_undo(screens, map_page):
    screen = screens(map_page)
    for control in ("#tab-pick", "#show-map", "#whole"):
        screen.locator(control).click()
    assert screen.locator("#undo").is_disabled()


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_the_number_of_events_is_that_of_labkit(screens, map_page, drawn, kind):
    screen = screens(map_page)
    screen.select_option("#kind", index=kind)
    screen.locator("details.drop summary").first.click()
    screen.select_option("#size", "events")
    screen.wait_for_timeout(150)
    rows = screen.locator("#list-actors li").all_inner_texts()
    shown = {
        row.split(" Pubblico;")[0].split(" Terzo settore;")[0].split(" Imprese;")[0].split(" Altro;")[0]: row
        for row in rows
    }
    for _, data in drawn[kind].nodes(data=True):
        assert f"in quanti incontri o testi: {data['events']}." in shown[data["name"]]

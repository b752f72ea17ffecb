"""A whole visit with fingers alone, on a tablet and on a phone: everything the desk offers is within reach there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Screen

import labkit as lk


@pytest.fixture(params=[Screen.TABLET, Screen.PHONE], ids=["tablet", "phone"])
def touched(screens, map_page, request):
    return screens(map_page, size=request.param, touch=True)


def tap(screen, where: str):
    screen.locator(where).tap()


def test_fingers_reach_every_filter_and_view(touched, esempio):
    screen = touched
    whole = lk.network.build(esempio)
    tap(screen, "details.drop >> nth=0 >> summary")
    screen.select_option("#size", "betweenness")
    screen.select_option("#body", label="Ufficio di Piano")
    net = lk.network.build(esempio, body="ufficio-di-piano")
    assert screen.locator("#ties line").count() == net.number_of_edges()
    screen.select_option("#body", index=0)
    tap(screen, "#sure")
    assert 0 < screen.locator("#ties line").count() < whole.number_of_edges()
    tap(screen, "#sure")
    tap(screen, "h1")  # a press elsewhere closes the list
    tap(screen, "label:has(#sector-profit)")
    assert screen.locator(".actor.profit").count() == 0
    tap(screen, "#undo")
    assert screen.locator(".actor.profit").count() == 6
    screen.select_option("#kind", index=1)
    assert screen.text("#counted") == "15 enti, 69 rapporti"
    tap(screen, "#play")
    assert screen.text("#stop-now") == "2012"
    tap(screen, "#play")
    tap(screen, "#show-matrix")
    box = screen.locator(".square").first.bounding_box()
    screen.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert screen.text("#panel-pick h2").startswith("Rapporto ")
    tap(screen, "#show-compare")
    assert screen.locator("#compare figure").count() == 3
    tap(screen, "#show-map")
    tap(screen, "details.drop >> nth=1 >> summary")
    for look in ("#projector", "#grey"):
        tap(screen, look)
        assert screen.locator(look).get_attribute("aria-pressed") == "true"
    tap(screen, "#bare")
    assert not screen.locator("header").is_visible()
    tap(screen, "#bare-off")
    tap(screen, "details.drop >> nth=1 >> summary")
    tap(screen, "#language")
    assert screen.text("#tab-story") == "Story"
    tap(screen, "#tab-sectors")
    mixed = lk.network.mixing(lk.network.build(esempio, kind="declared_partnership", years=(2012, 2012)))
    assert screen.locator("#mixing tbody tr").count() == (mixed["possible"] > 0).sum() > 1
    assert screen.complaints == []


def test_fingers_write_a_story_and_walk_it(touched):
    screen = touched
    tap(screen, "#tab-story")
    for title, kind in (("Prima", 0), ("Poi", 1)):
        screen.select_option("#kind", index=kind)
        screen.fill("#story-title", title)
        tap(screen, "#story-add")
    tap(screen, "#story-back")
    assert screen.text(".telling h3") == "Prima" and screen.locator("#kind").input_value() == "0"
    tap(screen, "#story-next")
    assert screen.text(".telling h3") == "Poi" and screen.locator("#kind").input_value() == "1"
    with screen.page.expect_download() as waiting:
        tap(screen, "#story-save")
    assert Path(waiting.value.path()).read_text(encoding="utf-8").count("- title:") == 2


@pytest.mark.parametrize("blind", [False, True], ids=["seeing", "blind"])
def test_fingers_judge_add_and_save(touched, blind):
    screen = touched
    tap(screen, "#tab-session")
    screen.fill("#session-name", "A dita")
    if blind:
        tap(screen, "label:has(#session-blind)")
    tap(screen, "#session-start")
    for answer in ("confirmed", "denied", "unsure"):
        tap(screen, "#session-next")
        tap(screen, f"#answer-{answer}")
    screen.fill("#answer-note", "a voce")
    tap(screen, "#missing-actor summary")
    screen.fill("#missing-name", "Banda di Lavedo")
    tap(screen, "#missing-actor-add")
    tap(screen, "#missing-tie summary")
    screen.fill("#missing-a", "Banda di Lavedo")
    screen.fill("#missing-b", "Comune di Lavedo")
    tap(screen, "#missing-add")
    with screen.page.expect_download() as waiting:
        tap(screen, "#save-json")
    given = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert sorted(j["answer"] for j in given["judgements"]) == ["confirmed", "denied", "unsure"]
    assert [j["note"] for j in given["judgements"] if j["answer"] == "unsure"] == ["a voce"]
    assert {j["blind"] for j in given["judgements"]} == {blind}
    assert [(t["a"], t["b"]) for t in given["missing_ties"]] == [("comune-lavedo", "new-1")]
    screen.page.reload()
    tap(screen, "[id^=resume-]")
    assert screen.text("#session-done") == "Giudicati 3 di 150 rapporti."
    assert not screen.locator("#not-kept").is_visible()

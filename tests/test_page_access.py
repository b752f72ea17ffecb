"""The page for everybody: keys alone, screen readers, large letters, broad fingers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Screen

SMALL = """() => [...document.querySelectorAll('button, select, input, summary, textarea, label.tick, [role=tab]')]
  .filter(e => e.checkVisibility() && !e.closest('.tick') | e.matches('.tick'))
  .map(e => [e.id || e.className || e.tagName, e.getBoundingClientRect()])
  .filter(([, b]) => b.width && (b.height < 43.5 || b.width < 43.5)).map(([name, b]) => `${name} ${b.width}x${b.height}`)"""


def serious(screen) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(screen.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['failureSummary'][:200]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def states(screen):
    """The page as people meet it: one state after another."""
    yield "at first"
    screen.locator('.actor[data-id="filotersa"]').click()
    screen.locator("#panel-pick summary").first.click()
    yield "an actor picked"
    screen.locator("#panel-pick details .link").first.click()
    yield "a tie picked"
    for tab in ("sectors", "story", "session"):
        screen.locator(f"#tab-{tab}").click()
        yield tab
    screen.fill("#session-name", "Prova")
    screen.locator("#session-start").click()
    screen.locator("#session-next").click()
    screen.locator("#answer-confirmed").click()
    screen.locator("#missing-tie summary").click()
    yield "a tie judged"
    screen.locator("#show-matrix").click()
    yield "matrix"
    for summary in screen.locator("details.drop summary").all():
        summary.click()
        yield "a drop-down list"
        summary.click()
    screen.locator("details.drop summary").last.click()
    screen.locator("#projector").click()
    screen.locator("#grey").click()
    screen.locator("details.drop summary").last.click()
    screen.locator("#show-map").click()
    yield "projector and grey"


@pytest.mark.parametrize("size", [Screen.DESK, Screen.TABLET, Screen.PHONE])
def test_axe_finds_nothing_serious_in_any_state(screens, map_page, size):
    screen = screens(map_page, size=size)
    found = {}
    for state in states(screen):
        screen.wait_for_timeout(120)
        if problems := serious(screen):
            found[state] = problems
    assert found == {}


@pytest.mark.parametrize("size", [Screen.TABLET, Screen.PHONE])
def test_everything_to_press_is_as_broad_as_a_finger(screens, map_page, size):
    screen = screens(map_page, size=size, touch=True)
    found = {}
    for state in states(screen):
        if small := screen.evaluate(SMALL):
            found[state] = small
    assert found == {}


def test_letters_twice_as_large_lose_nothing(screens, map_page):
    """200 % zoom of a 1920 screen is a window of 960 by 540."""
    screen = screens(map_page, size=(960, 540))
    for state in states(screen):
        assert screen.evaluate("document.documentElement.scrollWidth") <= 960, state
    stage = screen.locator("#stage").bounding_box()
    assert stage["height"] > 300


def press(screen, *keys: str):
    for key in keys:
        screen.keyboard.press(key)


def reach(screen, wanted: str, *, back: bool = False) -> None:
    """Go on with Tab until the element of this id has the focus."""
    for _ in range(120):
        if screen.evaluate("document.activeElement.id") == wanted:
            return
        screen.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def test_a_whole_session_by_keyboard_alone(screens, map_page):
    """Find an actor, walk the map, open a tie, judge three, add a missing one, save: without a mouse."""
    screen = screens(map_page)
    reach(screen, "search")
    screen.keyboard.type("Consorzio Filotersa")
    press(screen, "Enter")
    assert screen.text("#panel-pick h2") == "Consorzio Filotersa"
    for _ in range(20):
        press(screen, "Tab")
        if screen.evaluate("document.activeElement.getAttribute('class') || ''").startswith("actor"):
            break
    first = screen.evaluate("document.activeElement.dataset.id")
    assert first == "filotersa"  # who is picked is where the keys begin
    press(screen, "ArrowRight", "ArrowRight")
    second = screen.evaluate("document.activeElement.dataset.id")
    assert first != second and screen.locator(".actor[tabindex='0']").count() == 1
    press(screen, "Enter")
    assert screen.locator(".actor.picked").get_attribute("data-id") == second
    assert screen.evaluate("document.activeElement.dataset.id") == second
    before = screen.evaluate("document.getElementById('map').getAttribute('width')")
    press(screen, "+")
    screen.wait_for_timeout(250)
    assert float(screen.evaluate("document.getElementById('map').getAttribute('width')")) > float(before)
    press(screen, "0", "Escape")
    reach(screen, "tab-pick")
    press(screen, "ArrowRight", "ArrowRight", "ArrowRight")
    assert screen.locator("#tab-session").get_attribute("aria-selected") == "true"
    reach(screen, "session-name")
    screen.keyboard.type("Solo tastiera")
    reach(screen, "session-start")
    press(screen, "Enter")
    assert screen.evaluate("document.activeElement.id") == "session-next"
    for answer in ("confirmed", "denied", "unsure"):
        press(screen, "Enter")
        reach(screen, f"answer-{answer}")
        press(screen, " ")
        assert screen.evaluate("document.activeElement.id") == f"answer-{answer}"
        reach(screen, "session-next", back=True)
    for _ in range(60):
        press(screen, "Tab")
        if screen.evaluate("document.activeElement.parentElement.id") == "missing-tie":
            break
    press(screen, "Enter")
    reach(screen, "missing-a")
    screen.keyboard.type("INPS")
    reach(screen, "missing-b")
    screen.keyboard.type("Cartiera Tersana")
    reach(screen, "missing-add")
    press(screen, "Enter")
    reach(screen, "save-json")
    with screen.page.expect_download() as waiting:
        press(screen, "Enter")
    given = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert sorted(j["answer"] for j in given["judgements"]) == ["confirmed", "denied", "unsure"]
    assert [(t["a"], t["b"]) for t in given["missing_ties"]] == [("cartiera-tersana", "inps")]
    press(screen, "Control+z")
    reach(screen, "show-matrix", back=True)
    press(screen, "Enter")
    reach(screen, "map")
    press(screen, "ArrowDown", "ArrowLeft")
    assert "volte" in screen.text("#told") or "Nessun rapporto" in screen.text("#told")


def test_a_screen_reader_hears_what_changed(screens, map_page):
    screen = screens(map_page)
    screen.select_option("#kind", index=1)
    assert screen.text("#told").startswith("Partenariato dichiarato, Tutti gli anni: 15 enti, 69 rapporti.")
    actor = screen.locator('.actor[data-id="filotersa"]')
    assert actor.get_attribute("aria-label") == "Consorzio Filotersa, Terzo settore"
    actor.evaluate("e => e.dispatchEvent(new MouseEvent('click', {bubbles: true, detail: 0}))")
    assert actor.get_attribute("aria-pressed") == "true"
    assert screen.locator("#stop").get_attribute("aria-valuetext") == "Tutti gli anni"


def test_nothing_moves_by_itself_for_who_asks_for_stillness(screens, map_page):
    screen = screens(map_page)
    screen.emulate_media(reduced_motion="reduce")
    moving = screen.evaluate(
        "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0 || getComputedStyle(e).animationName !== 'none').length"
    )
    assert moving == 0

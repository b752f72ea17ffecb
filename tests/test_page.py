"""The map page in a real browser with the network off: it draws, answers to mouse and keyboard, and asks nothing of anyone."""

from __future__ import annotations

import os
import shutil

import pytest

import labkit as lk
from labkit import work
from labkit.network.layout import overlap

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not found:
        if os.environ.get("LABKIT_REQUIRE_BROWSER"):
            pytest.fail(f"LABKIT_REQUIRE_BROWSER is set and none of {', '.join(BROWSERS)} is installed")
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def layers(esempio):
    kinds = ("co_presence", "declared_partnership", "co_mention")
    return [lk.network.build(esempio, kind=kind) for kind in kinds]


@pytest.fixture(scope="module")
def written(esempio, layers, tmp_path_factory):
    places = lk.network.positions(work.union(layers), seed=esempio.seed)
    return lk.workshop.page(esempio, layers, places, to=tmp_path_factory.mktemp("page") / "mappa.html")


@pytest.fixture
def page(browser, written):
    """The page, opened from its file in a browser that is offline; what it asks for and complains of is kept."""
    context = browser.new_context(offline=True, viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(written.as_uri())
    yield page
    context.close()


def test_it_draws_every_actor_and_tie_and_asks_nothing(page, layers, written):
    assert page.locator(".actor").count() == len({n for graph in layers for n in graph})
    assert page.locator("#ties line").count() == layers[0].number_of_edges()
    assert page.asked == [written.as_uri()]
    assert page.complaints == []


def test_a_click_shows_neighbours_and_evidence(page, layers):
    page.locator('.actor[data-id="fondazione-ardesi-solmi"]').click()
    assert page.locator("#panel h2").inner_text() == "Fondazione Ardesi Solmi"
    assert page.locator("#panel li details").count() == layers[0].degree("fondazione-ardesi-solmi")
    first = page.locator("#panel details").first
    first.locator("summary").click()
    shown = first.locator("ol li").all_inner_texts()
    times = first.locator(".times").inner_text()
    assert times == f"{len(shown)} volte"
    assert all(line.startswith("Verbale, ") and line[-4:].isdigit() for line in shown)


def test_a_second_click_puts_it_back(page):
    actor = page.locator('.actor[data-id="filotersa"]')
    actor.click()
    assert page.locator(".tie.near").count() > 0
    actor.click()
    assert page.locator(".tie.near").count() == 0
    assert page.locator("#panel h2").inner_text() == "Scegliere un ente"


def test_the_keyboard_is_enough(page):
    actor = page.locator('.actor[data-id="filotersa"]')
    actor.focus()
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "Consorzio Filotersa"
    assert actor.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert actor.get_attribute("aria-pressed") == "false"


def test_another_kind_of_tie_is_another_network_in_the_same_places(page, layers):
    actor = page.locator('.actor[data-id="unione-imprese"]')
    before = actor.bounding_box()
    page.select_option("#layer", index=1)
    assert page.locator("#ties line").count() == layers[1].number_of_edges()
    assert actor.bounding_box() == before
    assert page.locator("#rows tr").count() == len(layers[1])


def test_the_list_says_the_same_as_the_map(page, layers):
    rows = {row.split("\t")[0]: row for row in page.locator("#rows tr").all_inner_texts()}
    for node, data in layers[0].nodes(data=True):
        for other in layers[0][node]:
            weight = layers[0].edges[node, other]["weight"]
            assert f"{layers[0].nodes[other]['name']} ({weight})" in rows[data["name"]]


def test_the_search_finds_an_actor(page):
    page.fill("#search", "tamburo")
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "Scegliere un ente"
    page.fill("#search", "passo lieve")
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "Associazione Passo Lieve"


def test_no_name_on_the_map_covers_another(page):
    boxes = [b for text in page.locator(".actor text").all() if (b := text.bounding_box())]
    found = [(b["x"], b["y"], b["x"] + b["width"], b["y"] + b["height"]) for b in boxes]
    # The boxes of a browser include the space above and below the letters; the letters themselves take its middle.
    inner = [(x0 + 1, y0 + 0.2 * 12, x1 - 1, y1 - 0.2 * 12) for x0, y0, x1, y1 in found]
    assert len(inner) > 25
    assert not [1 for i, a in enumerate(inner) for b in inner[i + 1 :] if overlap(a, b)]


def test_a_hostile_name_stays_text(esempio, layers, tmp_path, browser):
    graph = layers[1].copy()
    node = next(iter(graph))
    graph.nodes[node]["name"] = "</script><script>document.title='preso'</script><b>Ente & Figli</b>"
    path = lk.workshop.page(esempio, [graph], lk.network.positions(graph, seed=1), to=tmp_path / "m.html")
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.goto(path.as_uri())
    assert opened.title() != "preso"
    assert opened.locator(".actor").count() == len(graph)
    context.close()


def test_no_person_is_in_the_page(written, names):
    from labkit import privacy

    assert [
        one for one in privacy.scan({"mappa.html": written.read_text(encoding="utf-8")}, names) if one.certain
    ] == []

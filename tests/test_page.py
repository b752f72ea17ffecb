"""The map page in a real browser with the network off, used as a person would: mouse, fingers, keys."""

from __future__ import annotations

import re

import pytest
import yaml
from conftest import Screen, program

import labkit as lk
from labkit import privacy
from labkit.errors import LabkitError, UsageError
from labkit.network.layout import overlap
from labkit.workshop import stories

HUB = '.actor[data-id="fondazione-ardesi-solmi"]'


@pytest.fixture
def desk(screens, map_page):
    return screens(map_page)


def shown(screen) -> tuple[int, int]:
    """Actors and ties drawn."""
    return screen.locator(".actor").count(), screen.locator("#ties line").count()


def open_filters(screen):
    screen.locator("details.drop summary").first.click()


def middle(screen, selector: str) -> tuple[float, float]:
    box = screen.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def farthest(screen, points) -> tuple[float, float]:
    """The point that no actor and no name is near."""
    things = [b for one in screen.locator(".actor, .name").all() if (b := one.bounding_box())]

    def room(point) -> float:
        x, y = point
        return min(max(b["x"] - x, x - b["x"] - b["width"], b["y"] - y, y - b["y"] - b["height"]) for b in things)

    return max(points, key=room)


@pytest.mark.parametrize("size", [Screen.DESK, Screen.TABLET, Screen.PHONE])
def test_it_draws_every_actor_and_tie_and_asks_nothing(screens, map_page, drawn, size):
    screen = screens(map_page, size=size, touch=size != Screen.DESK)
    assert shown(screen) == (len(drawn[0]), drawn[0].number_of_edges())
    assert screen.text("#counted") == f"{len(drawn[0])} enti, {drawn[0].number_of_edges()} rapporti"
    assert screen.asked == [map_page.as_uri()]
    assert screen.complaints == []
    width = screen.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0], "the page must not scroll sideways"


def test_every_kind_of_tie_is_a_network_of_its_own(desk, drawn):
    for number, graph in enumerate(drawn):
        desk.select_option("#kind", index=number)
        assert shown(desk) == (len(graph), graph.number_of_edges())
        assert len(desk.text("#means")) > 20


PLACES = "() => Object.fromEntries([...document.querySelectorAll('.actor')].map(a => [a.dataset.id, a.getAttribute('transform')]))"


@pytest.mark.parametrize("size", [Screen.DESK, (1280, 720), Screen.TABLET, Screen.PHONE])
def test_actors_stay_in_their_places_whatever_is_chosen(screens, map_page, layers, size):
    """Words beside the map are longer for one kind of tie or size than for another: the map must not give way to them."""
    screen = screens(map_page, size=size)
    at_first = screen.evaluate(PLACES)  # before the browser has drawn anything
    filters = screen.locator("details.drop summary").first
    seen = dict(at_first)

    def unmoved():
        screen.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        now = screen.evaluate(PLACES)
        assert all(seen.setdefault(who, place) == place for who, place in now.items())

    unmoved()
    for number in reversed(range(len(layers))):
        screen.select_option("#kind", index=number)
        unmoved()
    filters.click()
    for measure in ("strength", "events", "betweenness", "degree"):
        screen.select_option("#size", measure)
        unmoved()
    screen.select_option("#voice", "both")
    unmoved()
    assert len(seen) > len(at_first)


def test_a_picked_actor_shows_its_neighbours_and_a_tie_its_evidence(desk, drawn):
    net = drawn[0]
    desk.locator(HUB).click()
    assert desk.text("#panel-pick h2") == "Fondazione Ardesi Solmi"
    assert desk.locator("#panel-pick .near > li").count() == net.degree("fondazione-ardesi-solmi")
    assert desk.locator(".tie.near").count() == net.degree("fondazione-ardesi-solmi")
    first = desk.locator("#panel-pick .near details").first
    first.locator("summary").click()
    lines = first.locator(".evidence li").all_inner_texts()
    assert first.locator(".often").inner_text() == f"{len(lines)} volte"
    assert all(re.fullmatch(r"Verbale, .*\d{4}(\s.*)?", line, re.S) for line in lines)
    code = first.locator(".link").inner_text().split()[-1]
    first.locator(".link").click()
    assert desk.text("#panel-pick h2") == f"Rapporto {code}"
    assert desk.locator("#panel-pick .evidence li").count() == len(lines)
    assert desk.locator(".actor.picked").count() == 2


def test_a_tie_is_picked_on_its_line(desk):
    lines = desk.locator("#ties line").evaluate_all(
        "all => all.map(l => ['x1', 'y1', 'x2', 'y2'].map(name => Number(l.getAttribute(name))))"
    )
    box = desk.locator("#stage").bounding_box()
    points = [(box["x"] + (x1 + x2) / 2, box["y"] + (y1 + y2) / 2) for x1, y1, x2, y2 in lines]
    desk.mouse.click(*farthest(desk, points))
    assert desk.locator(".tie.near").count() == 1
    assert desk.text("#panel-pick h2") == f"Rapporto {desk.locator('.tie.near').get_attribute('data-code')}"


def test_a_second_click_and_escape_put_it_back(desk):
    desk.locator(HUB).click()
    desk.locator(HUB).click()
    assert desk.locator(".tie.near").count() == 0
    desk.locator(HUB).click()
    desk.keyboard.press("Escape")
    assert desk.text("#panel-pick h2") == "Scegliere un ente o un rapporto"


def test_the_slider_shows_the_network_of_each_year_as_labkit_builds_it(desk, esempio):
    stops = desk.evaluate("Number(document.getElementById('stop').max)")
    assert stops == 2 + 7  # two periods, seven years
    before = desk.locator(HUB).get_attribute("transform")
    wanted = [(2012, 2014), (2015, 2018), *((y, y) for y in range(2012, 2019))]
    for number, years in enumerate(wanted, start=1):
        desk.locator("#stop").fill(str(number))
        net = lk.network.build(esempio, years=years)
        assert shown(desk) == (len(net), net.number_of_edges()), years
        sectors = {n: d["sector"] for n, d in net.nodes(data=True)}
        drawn = desk.locator(".actor").evaluate_all("all => all.map(a => [a.dataset.id, a.classList[1]])")
        assert dict(drawn) == sectors
        name = str(years[0]) if years[0] == years[1] else f"{years[0]}–{years[1]}"
        assert desk.text("#stop-now") == name
    assert desk.locator(HUB).get_attribute("transform") == before


def test_play_walks_the_years_and_stops_at_the_last(screens, map_page):
    screen = screens(map_page)
    screen.clock.install()
    screen.page.reload()
    screen.locator("#play").click()
    seen = [screen.text("#stop-now")]
    for _ in range(6):
        screen.clock.run_for(1600)
        seen.append(screen.text("#stop-now"))
    assert seen == [str(year) for year in range(2012, 2019)]
    screen.clock.run_for(1600)
    assert screen.text("#play") == "Scorri gli anni"
    assert screen.text("#stop-now") == "2018"


def test_filters_show_what_labkit_builds_with_them(desk, esempio):
    open_filters(desk)
    desk.select_option("#body", label="Ufficio di Piano")
    net = lk.network.build(esempio, body="ufficio-di-piano")
    assert shown(desk) == (len(net), net.number_of_edges())
    desk.select_option("#body", index=0)
    initiative = esempio.actors.loc[esempio.actors["type"] == "initiative", ["actor_id", "name"]].iloc[0]
    if desk.locator("#initiative option").filter(has_text=initiative["name"]).count():
        desk.select_option("#initiative", label=initiative["name"])
        net = lk.network.build(esempio, initiative=initiative["actor_id"])
        assert desk.locator("#ties line").count() == net.number_of_edges()
        desk.select_option("#initiative", index=0)
    desk.locator("#least").fill("5")
    whole = lk.network.build(esempio)
    assert desk.locator("#ties line").count() == sum(d["weight"] >= 5 for _, _, d in whole.edges(data=True))
    desk.locator("#least").fill("1")
    desk.locator("#sector-profit").uncheck()
    net = lk.network.build(esempio, sector=("public", "third_sector", "other"))
    assert shown(desk) == (len(net), net.number_of_edges())


def test_participants_speak_of_the_years_of_their_workshops(desk, esempio):
    open_filters(desk)
    for voice in ("participants", "both"):
        desk.select_option("#voice", voice)
        for stop, years in ((1, (2012, 2014)), (2, (2015, 2018)), (3, (2012, 2012)), (7, (2016, 2016))):
            desk.locator("#stop").fill(str(stop))
            net = lk.network.build(esempio, years=years, said_by=voice)
            assert desk.locator("#ties line").count() == net.number_of_edges(), (voice, years)
    assert desk.locator("#body").is_disabled()


def test_only_what_chance_does_not_explain(desk, esempio, drawn):
    open_filters(desk)
    desk.locator("#sure").check()
    core = lk.network.backbone(lk.network.two_mode(esempio), seed=esempio.seed)
    assert desk.locator("#ties line").count() == core.number_of_edges() > 5
    desk.select_option("#kind", index=1)
    assert desk.locator("#sure").is_disabled()
    assert "Non si può dire" in desk.text("#sure-help")
    assert desk.locator("#ties line").count() == drawn[1].number_of_edges()


@pytest.mark.parametrize("size", ["degree", "strength", "events", "betweenness"])
def test_sizes_are_the_measures_of_labkit(desk, drawn, size):
    open_filters(desk)
    desk.select_option("#size", size)
    assert len(desk.text("#legend-size")) > 30
    net = drawn[0]
    wanted = (
        {n: d["events"] for n, d in net.nodes(data=True)}
        if size == "events"
        else getattr(lk.network, size)(net).to_dict()
    )
    desk.wait_for_timeout(150)
    rows = desk.locator("#list-actors li").all_inner_texts()
    assert len(rows) == len(net)
    names = {d["name"]: n for n, d in net.nodes(data=True)}
    for row in rows:
        name = next(n for n in sorted(names, key=len, reverse=True) if row.startswith(n))
        value = float(re.search(r": ([\d,]+)\.", row)[1].replace(",", "."))
        assert value == pytest.approx(wanted[names[name]], abs=0.0051)
    largest = max(wanted.values())
    widths = {
        i: box
        for i, box in desk.locator(".actor").evaluate_all("all => all.map(a => [a.dataset.id, a.getBBox().height])")
    }
    first = [n for n, v in wanted.items() if v == largest]
    assert max(widths[n] for n in first) > 0.99 * max(
        v for n, v in widths.items() if net.nodes[n]["sector"] == net.nodes[first[0]]["sector"]
    )


def test_sectors_and_bridges_say_what_labkit_counts(desk, drawn):
    net = drawn[0]
    desk.locator("#tab-sectors").click()
    table = lk.network.mixing(net)
    table = table[table["possible"] > 0]
    rows = desk.locator("#mixing tbody tr").all_inner_texts()
    assert len(rows) == len(table)
    assert sum(int(row.split("\t")[1]) for row in rows) == net.number_of_edges()
    counted = sorted((int(r.split("\t")[1]), int(r.split("\t")[2]), r.split("\t")[4]) for r in rows)
    assert counted == sorted((r.ties, r.possible, f"{r.expected:.1f}".replace(".", ",")) for r in table.itertuples())
    bridges = [row.split("\t") for row in desk.locator("#bridges tbody tr").all_inner_texts()]
    between = lk.network.betweenness(net)
    best = between.sort_values(ascending=False).index[0]
    assert bridges[0][0] == net.nodes[best]["name"]
    assert bridges[0][1] == f"{between[best]:.2f}".replace(".", ",")
    near = sorted(net[best])
    pairs = sum(
        net.nodes[a]["sector"] != net.nodes[b]["sector"] and not net.has_edge(a, b)
        for n, a in enumerate(near)
        for b in near[n + 1 :]
    )
    assert int(bridges[0][2]) == pairs


def test_search_finds_actors_and_codes_and_says_what_it_does_not_find(desk):
    desk.fill("#search", "passo lieve")
    desk.keyboard.press("Enter")
    assert desk.text("#panel-pick h2") == "Associazione Passo Lieve"
    code = desk.locator("#ties line").first.get_attribute("data-code")
    desk.fill("#search", code.lower())
    desk.keyboard.press("Enter")
    assert desk.text("#panel-pick h2") == f"Rapporto {code}"
    desk.fill("#search", "tamburo")
    desk.keyboard.press("Enter")
    assert desk.text("#search-none") == "Nessun ente e nessun rapporto si chiama «tamburo»."


def test_panning_zooming_and_the_whole_map_again(desk):
    start = middle(desk, HUB)
    stage = desk.locator("#stage").bounding_box()
    x, y = stage["x"] + 80, stage["y"] + stage["height"] - 80
    desk.mouse.move(x, y)
    desk.mouse.down()
    desk.mouse.move(x + 120, y - 60, steps=6)
    desk.mouse.up()
    moved = middle(desk, HUB)
    assert moved == (pytest.approx(start[0] + 120, abs=1.5), pytest.approx(start[1] - 60, abs=1.5))
    desk.mouse.move(*moved)
    desk.mouse.wheel(0, -300)
    desk.wait_for_timeout(300)
    # What is under the hand stays there; the rest goes apart.
    assert middle(desk, HUB) == (pytest.approx(moved[0], abs=3), pytest.approx(moved[1], abs=3))
    assert desk.evaluate("Number(document.getElementById('map').getAttribute('width'))") > 1.5 * stage["width"]
    desk.locator("#whole").click()
    desk.wait_for_timeout(250)
    assert middle(desk, HUB) == (pytest.approx(start[0], abs=1.5), pytest.approx(start[1], abs=1.5))


def test_fingers_pick_pan_and_pinch(screens, map_page):
    screen = screens(map_page, size=Screen.TABLET, touch=True)
    x, y = middle(screen, HUB)
    screen.touchscreen.tap(x + 14, y + 14)  # a finger is broad
    assert screen.text("#panel-pick h2") == "Fondazione Ardesi Solmi"
    assert screen.locator("#panel-pick h2").bounding_box()["y"] < 1100, "what was picked comes into sight"
    screen.evaluate("scrollTo(0, 0)")
    session = screen.context.new_cdp_session(screen.page)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(points)]},
        )

    before = screen.evaluate("Number(document.getElementById('map').getAttribute('width'))")
    touch("touchStart", (300, 500))
    touch("touchStart", (300, 500), (420, 500))
    for gap in range(60, 180, 20):
        touch("touchMove", (360 - gap, 500), (360 + gap, 500))
    touch("touchEnd")
    screen.wait_for_timeout(350)
    after = screen.evaluate("Number(document.getElementById('map').getAttribute('width'))")
    assert after / before == pytest.approx(160 / 60, rel=0.15)
    left = middle(screen, HUB)[0]
    stage = screen.locator("#stage").bounding_box()
    spots = [(x, stage["y"] + y) for x in range(20, 600, 20) for y in range(20, int(stage["height"]) - 20, 20)]
    x, y = farthest(screen, spots)
    touch("touchStart", (x, y))
    for n in range(1, 10):
        touch("touchMove", (x + 20 * n, y))
    touch("touchEnd")
    screen.wait_for_timeout(100)
    assert middle(screen, HUB)[0] == pytest.approx(left + 180, abs=25)


def test_a_finger_put_back_after_a_pinch_does_not_throw_it_away(screens, map_page):
    screen = screens(map_page, size=Screen.TABLET, touch=True)
    session = screen.context.new_cdp_session(screen.page)

    def touch(kind, *points):
        listed = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": listed})

    width = "Number(document.getElementById('map').getAttribute('width'))"
    before = screen.evaluate(width)
    touch("touchStart", (330, 500))
    touch("touchStart", (330, 500), (390, 500))
    for gap in range(40, 100, 10):
        touch("touchMove", (360 - gap, 500), (360 + gap, 500))
    touch("touchEnd", (270, 500))
    touch("touchStart", (270, 500), (450, 500))
    touch("touchMove", (268, 500), (452, 500))
    touch("touchEnd")
    screen.wait_for_timeout(350)
    assert screen.evaluate(width) / before > 2.4
    screen.evaluate("document.getElementById('whole').click()")
    screen.wait_for_timeout(300)
    x, y = middle(screen, HUB)
    touch("touchStart", (x, y))
    touch("touchMove", (x + 40, y + 40))
    touch("touchMove", (x + 80, y + 80))
    touch("touchCancel")
    screen.wait_for_timeout(150)
    assert middle(screen, HUB) == (pytest.approx(x, abs=2), pytest.approx(y, abs=2)), "a cancelled drag drops nothing"


def test_a_dragged_actor_takes_its_lines_along_and_undo_brings_it_back(desk):
    start = middle(desk, HUB)
    desk.mouse.move(*start)
    desk.mouse.down()
    desk.mouse.move(start[0] + 150, start[1] + 60, steps=5)
    assert desk.locator("#over line").count() > 10
    desk.mouse.up()
    assert middle(desk, HUB) == (pytest.approx(start[0] + 150, abs=2), pytest.approx(start[1] + 60, abs=2))
    ends = desk.locator("#ties line").evaluate_all(
        "all => all.flatMap(l => [[+l.getAttribute('x1'), +l.getAttribute('y1')], [+l.getAttribute('x2'), +l.getAttribute('y2')]])"
    )
    place = [float(v) for v in re.findall(r"[\d.]+", desk.locator(HUB).get_attribute("transform"))]
    assert sum(abs(x - place[0]) < 1 and abs(y - place[1]) < 1 for x, y in ends) == 24
    desk.keyboard.press("Control+z")
    assert middle(desk, HUB) == (pytest.approx(start[0], abs=1), pytest.approx(start[1], abs=1))


def test_everything_done_can_be_undone(desk):
    def said():
        desk.wait_for_timeout(150)  # the list is written after the map
        return desk.text(".room") + desk.text("#list")

    first = said()
    assert desk.locator("#undo").is_disabled()
    desk.select_option("#kind", index=2)
    desk.locator("#stop").fill("4")
    desk.locator(".actor").first.click()
    desk.locator("#show-matrix").click()
    desk.locator("#sector-public").uncheck()
    desk.locator("details.drop summary").last.click()
    desk.locator("#projector").click()
    desk.locator("#grey").click()
    desk.locator("details.drop summary").last.click()
    for _ in range(12):
        if desk.locator("#undo").is_disabled():
            break
        desk.locator("#undo").click()
    assert desk.locator("#undo").is_disabled()
    assert said() == first
    assert desk.evaluate("document.documentElement.className") == ""


def test_the_matrix_has_a_square_in_both_halves_and_opens_ties(desk, drawn):
    desk.locator("#show-matrix").click()
    assert desk.locator(".square").count() == 2 * drawn[0].number_of_edges()
    square = desk.locator(".square").nth(10)
    code = square.get_attribute("data-code")
    box = square.bounding_box()
    desk.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert desk.text("#panel-pick h2") == f"Rapporto {code}"
    assert desk.locator(".square.picked").count() == 2


def test_the_list_says_the_same_as_the_map(desk, drawn):
    for number in (0, 1):
        desk.select_option("#kind", index=number)
        desk.wait_for_timeout(150)
        net = drawn[number]
        rows = desk.locator("#list-ties tr").all_inner_texts()
        listed = {frozenset(row.split("\t")[1:3]): int(row.split("\t")[3]) for row in rows}
        assert listed == {
            frozenset((net.nodes[a]["name"], net.nodes[b]["name"])): d["weight"] for a, b, d in net.edges(data=True)
        }


def test_no_name_covers_another_on_any_screen(screens, map_page):
    for size, least in ((Screen.DESK, 27), (Screen.TABLET, 27), (Screen.PHONE, 8)):
        screen = screens(map_page, size=size)
        boxes = [b for text in screen.locator(".name").all() if (b := text.bounding_box())]
        # The boxes of a browser include the space above and below the letters; the letters themselves take its middle.
        inner = [
            (b["x"] + 1, b["y"] + 0.2 * 12, b["x"] + b["width"] - 1, b["y"] + b["height"] - 0.2 * 12) for b in boxes
        ]
        assert len(inner) >= least
        assert not [1 for i, a in enumerate(inner) for b in inner[i + 1 :] if overlap(a, b)]


def test_both_languages_at_hand(desk):
    desk.locator("details.drop summary").last.click()
    desk.locator("#language").click()
    assert desk.evaluate("document.documentElement.lang") == "en"
    assert desk.text("#counted") == "28 actors, 150 ties"
    assert desk.text("#tab-sectors") == "Sectors and bridges"
    assert desk.text("#means").startswith("A line says")
    desk.locator(HUB).click()
    assert "Tied to 24 actors." in desk.text("#panel-pick")


def test_projector_and_greyscale_change_what_is_seen(desk):
    size = desk.evaluate("getComputedStyle(document.documentElement).fontSize")
    fill = "getComputedStyle(document.querySelector('.actor.third_sector path')).fill"
    colour = desk.evaluate(fill)
    desk.locator("details.drop summary").last.click()
    desk.locator("#projector").click()
    assert float(desk.evaluate("getComputedStyle(document.documentElement).fontSize")[:-2]) > 1.4 * float(size[:-2])
    desk.locator("#grey").click()
    red, green, blue = re.findall(r"\d+", desk.evaluate(fill))
    assert colour != desk.evaluate(fill) and red == green == blue


def test_paper_holds_the_map_its_legend_and_the_list(desk):
    desk.locator("#closer").click()
    desk.wait_for_timeout(250)
    data = desk.pdf(prefer_css_page_size=True, print_background=True)
    import pypdfium2

    pages = pypdfium2.PdfDocument(data)
    first = pages[0].get_textpage().get_text_range()
    assert "Fondazione Ardesi" in first and "Terzo settore" in first and "Filtri" not in first
    whole = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "Elenco degli enti e dei rapporti" in whole
    assert pages[0].get_width() > pages[0].get_height()


def test_a_story_is_written_walked_saved_and_read_back(screens, map_page, esempio, layers, tmp_path):
    import dataclasses
    import shutil

    screen = screens(map_page)
    screen.locator("#tab-story").click()
    screen.locator("#story-add").click()
    assert screen.text("#story-wrong") == "Scrivere prima un titolo."
    screen.fill("#story-title", 'Chi sta "in mezzo": <b>tutti</b>')
    screen.fill("#story-text", "Una frase\ncon due righe: # e - e 'virgolette'")
    screen.locator(HUB).click()
    screen.locator("#tab-story").click()
    screen.locator("#stop").fill("2")
    screen.locator("#story-add").click()
    screen.select_option("#kind", index=1)
    screen.fill("#story-title", "I partenariati")
    screen.locator("#story-add").click()
    assert screen.locator(".steps li").count() == 2
    screen.locator("#story-back").click()
    assert screen.text(".telling h3") == 'Chi sta "in mezzo": <b>tutti</b>'
    assert screen.text("#stop-now") == "2015–2018"
    assert screen.locator(".actor.picked").get_attribute("data-id") == "fondazione-ardesi-solmi"
    saved = screen.downloaded("#story-save").read_text(encoding="utf-8")
    assert [step["title"] for step in yaml.safe_load(saved)] == ['Chi sta "in mezzo": <b>tutti</b>', "I partenariati"]
    folder = tmp_path / "lab"
    shutil.copytree(esempio.folder, folder)
    (folder / "story.yml").write_text(saved, encoding="utf-8")
    lab = dataclasses.replace(esempio, folder=folder)
    again = lk.workshop.page(lab, layers, lk.workshop.places(layers, seed=1), to=tmp_path / "mappa.html")
    told = screens(again)
    told.locator("#tab-story").click()
    told.locator("#story-next").click()
    assert told.text(".telling h3") == 'Chi sta "in mezzo": <b>tutti</b>'
    assert told.text("#stop-now") == "2015–2018"


def test_a_story_with_an_error_is_refused_with_its_line(small_lab, tmp_path):
    lab = lk.open_lab(small_lab, outputs=tmp_path / "outputs")
    for text, message in (
        ("- title: A\n  view: {kind: copresence}\n", r"story.yml:2: the map holds no kind 'copresence' .*co_presence"),
        ("- text: B\n", r"story.yml:1: a step needs a title"),
        ("- title: A\n  view: {yers: [1, 2]}\n", r"story.yml:2: unknown key 'yers' of a view .*years"),
        ("title: A\n", r"story.yml: expected a list of steps"),
        ("- title: A\n  view: {sectors: [privato]}\n", r"'sectors' are among public"),
        ("- title: A\n  view: {years: [2012, 2016]}\n", r"story.yml:2: the slider stops at \[2012, 2014\]; found"),
        ("- title: A\n  view: {place: [100, 0, 0]}\n", r"'place' is a scale from 0.5 to 8"),
        ("- title: A\n  view: {kind: co_mention, sure: true}\n", r"'sure' cannot be told"),
    ):
        (small_lab / "story.yml").write_text(text, encoding="utf-8")
        with pytest.raises(LabkitError, match=message):
            stories.story(
                lab, kinds={"co_presence": True, "co_mention": False}, actors=[], codes=[], stops=[[2012, 2014]]
            )


def test_the_page_opens_in_firefox(map_page, drawn):
    from firefox import Firefox

    with Firefox(program("firefox-esr", "firefox")) as browser:
        browser.open(map_page.as_uri())
        assert browser.ask("document.querySelectorAll('.actor').length") == len(drawn[0])
        assert browser.ask("document.querySelectorAll('#ties line').length") == drawn[0].number_of_edges()
        press = "document.getElementById('{}').click()"
        browser.ask(press.format("tab-session"))
        browser.ask(
            "(() => { const name = document.getElementById('session-name'); name.value = 'Prova';"
            " name.dispatchEvent(new Event('input')); })()"
        )
        for control in ("session-start", "session-next", "answer-denied"):
            browser.ask(press.format(control))
        assert browser.ask("document.querySelectorAll('#answers .denied').length") == 1
        browser.open(map_page.as_uri())
        assert "Prova" in browser.ask("document.querySelector('.kept').innerText")
        assert browser.complaints == []


def test_what_a_map_cannot_be_made_of_is_said(esempio, layers, tmp_path):
    with pytest.raises(UsageError, match="expected at least one network with actors"):
        lk.workshop.page(esempio, [], {}, to=tmp_path / "m.html")
    with pytest.raises(UsageError, match="no position for"):
        lk.workshop.page(esempio, layers, {}, to=tmp_path / "m.html")
    with pytest.raises(UsageError, match="no edition 'pubblica'"):
        lk.workshop.layers(esempio, edition="pubblica")
    with pytest.raises(UsageError, match="name the pseudonym table"):
        lk.workshop.layers(esempio, of="person")


def test_no_person_is_in_the_page(map_page, names):
    text = map_page.read_text(encoding="utf-8")
    assert [one for one in privacy.scan({"mappa.html": text}, names) if one.certain] == []


def test_the_same_map_twice_is_the_same_file(esempio, layers, map_page, tmp_path):
    places = lk.workshop.places(layers, seed=esempio.seed)
    again = lk.workshop.page(esempio, layers, places, to=tmp_path / "mappa.html")
    assert again.read_bytes() == map_page.read_bytes()


def test_the_map_alone_fills_a_small_projector(screens, map_page):
    screen = screens(map_page, size=(1024, 768))
    screen.locator("details.drop summary").last.click()
    screen.locator("#projector").click()
    screen.locator("#bare").click()
    stage = screen.locator("#stage").bounding_box()
    assert stage["height"] > 540 and stage["width"] > 1000
    assert screen.locator(".legend").is_visible() and not screen.locator("header").is_visible()
    assert screen.locator(".name").count() > 15
    screen.locator("#bare-off").click()
    assert screen.locator("header").is_visible()
    screen.locator("#undo").click()
    assert not screen.locator("header").is_visible()
    screen.keyboard.press("Escape")
    assert screen.locator("header").is_visible()


def test_lists_of_controls_close_at_a_press_elsewhere_and_at_escape(desk):
    drop = desk.locator("details.drop").first
    drop.locator("summary").click()
    desk.mouse.click(400, 600)
    assert drop.get_attribute("open") is None
    drop.locator("summary").click()
    desk.keyboard.press("Escape")
    assert drop.get_attribute("open") is None
    assert desk.evaluate("document.activeElement.tagName") == "SUMMARY"

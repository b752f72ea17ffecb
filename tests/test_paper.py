"""The paper of a workshop: posters, cards and the facilitator's sheet, read back as a printer and a reader would."""

from __future__ import annotations

import dataclasses
import itertools
import math
import random
import re
import unicodedata
import warnings
from functools import cache

import matplotlib as mpl
import networkx as nx
import pypdfium2
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

import labkit as lk
from labkit.errors import UsageError
from labkit.network.drawing import SECTORS
from labkit.workshop.cards import card_pages, facilitator_sheet, sheet_pages, tie_cards
from labkit.workshop.codes import of_graphs
from labkit.workshop.paper import plain, style
from labkit.workshop.poster_map import strongest
from labkit.workshop.posters import codes_of, drawn, numbered, poster

FIRST = "Fondazione Associazione Cooperativa Comune Istituto Consorzio Officine Parrocchia Azienda Unione".split()
THEN = "Borgomarea Lucepiana Sanroveto Melograno Valdoria Treponti Passolieve Rivafosca Arcaverde Pietralba".split()
HOSTILE = [
    "Circolo $x_1$ & \\alpha{}",
    "Spesa 5$ e 10$",
    "a^2_b \\",
    "Circolo\u202e Il Ponte\u200f",
    "Banda 🎉 del paese",
    "🎉",
    "   ",
    "riga\tuna\ndue\x00\x07",
    "e\u0301" + "\u0301" * 30,
    "mezzo \ud800 segno",
    "<b>&amp;",
    "Casa del Mosaico مرحبا",
    "Precipitevolissimevolmente" * 5,
    "Associazione di promozione sociale per la tutela delle famiglie e dei minori dei comuni dell’alta valle",
    "parola " * 90,
]


def invented(names: list[str], seed: int = 3) -> nx.Graph:
    """Actors of some names, each tied to a few others, as often as chance gives."""
    chance = random.Random(seed)
    graph = nx.Graph(kind="co_presence", years="")
    for n, name in enumerate(names):
        graph.add_node(f"a{n:03d}", name=name, sector=list(SECTORS)[n % 4])
    for a, b in nx.barabasi_albert_graph(len(names), 3, seed=seed).edges():
        graph.add_edge(f"a{a:03d}", f"a{b:03d}", weight=1 + int(chance.expovariate(0.3)))
    return graph


def many(n: int) -> nx.Graph:
    last = [f"{a}{b}" for a, b in itertools.product("ABCDEFGHIJKL", "aeiourstln")]
    return invented([f"{FIRST[k % 10]} {THEN[(k // 10 + k) % 10]} {last[k]}" for k in range(n)])


def the_case(name: str, esempio, cremasco):
    lab = cremasco if name.startswith("cremasco") else esempio
    graphs = {
        "esempio co_presence": lambda: lk.network.build(lab, kind="co_presence"),
        "esempio declared_partnership": lambda: lk.network.build(lab, kind="declared_partnership"),
        "cremasco co_presence": lambda: lk.network.build(lab, kind="co_presence"),
        "60 actors": lambda: many(60),
        "120 actors": lambda: many(120),
        "hostile names": lambda: invented(HOSTILE),
    }
    graph = graphs[name]()
    return lab, graph, lk.network.positions(graph, seed=1), of_graphs([graph])


CASES = (
    "esempio co_presence",
    "esempio declared_partnership",
    "cremasco co_presence",
    "60 actors",
    "120 actors",
    "hostile names",
)


@pytest.fixture(params=CASES, scope="module")
def case(request, esempio, cremasco):
    return the_case(request.param, esempio, cremasco)


@pytest.fixture(scope="module")
def poster_of(case):
    """The sheet of a case, drawn once for each size."""
    return cache(lambda size="A1": sheet_of(case, size))


def sheet_of(case, size="A1", title=None):
    lab, graph, positions, codes = case
    with style():
        return drawn(lab, graph, positions, size, codes, title)


def extents(sheet) -> list[tuple[str, float, float, float, float]]:
    """Each text with its box, in points from the lower left corner."""
    sheet.figure.set_dpi(72)
    renderer = FigureCanvasAgg(sheet.figure).get_renderer()
    with style():
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in sheet.axes.texts]
    return [(text, box.x0, box.y0, box.x1, box.y1) for text, box in boxes]


def over(one, other) -> bool:
    """Whether two boxes share more than a point in both directions."""
    return min(one[3], other[3]) - max(one[1], other[1]) > 1 and min(one[4], other[4]) - max(one[2], other[2]) > 1


def clashes(sheet) -> list:
    """Texts that cover each other or leave the page."""
    boxes = extents(sheet)
    width, height = sheet.figure.get_size_inches() * 72
    out = [b[0] for b in boxes if b[1] < 0 or b[2] < 0 or b[3] > width or b[4] > height]
    return out + [(a[0], b[0]) for a, b in itertools.combinations(boxes, 2) if over(a, b)]


def markers(sheet) -> list[tuple[str, float, float, float, float]]:
    """The squares that the middles of the drawn shapes fill, in points from the lower left corner."""
    sheet.figure.set_dpi(72)
    found = []
    for line in sheet.axes.lines:
        if line.get_marker() not in (None, "None", ""):
            x, y = sheet.axes.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))
            half = line.get_markersize() / 2
            found.append((line.get_marker(), x - half, y - half, x + half, y + half))
    return found


def pdf_pages(path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def millimetres(path) -> set[tuple[int, int]]:
    return {tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in pypdfium2.PdfDocument(path)}


def left_of_list(sheet) -> float:
    """Where the list begins: what is left of it, between head and foot, is the map."""
    return next(text.get_position()[0] for text in sheet.axes.texts if text.get_text() in ("Enti", "Actors"))


def map_texts(sheet) -> list:
    top = next(text.get_position()[1] for text in sheet.axes.texts if text.get_text() in ("Enti", "Actors")) - 30
    edge, low = left_of_list(sheet), sheet.height - 180
    return [t for t in sheet.axes.texts if t.get_position()[0] < edge and top < t.get_position()[1] < low]


def listed_ties(sheet) -> list[tuple[str, int, int, str]]:
    """Code, both numbers and how many times of each row of the list."""
    texts = [text.get_text() for text in sheet.axes.texts]
    rows = [texts[n : n + 3] for n in range(len(texts) - 2) if re.fullmatch(r"\d+ – \d+", texts[n + 1])]
    return [(code, *map(int, pair.split(" – ")), times) for code, pair, times in rows]


@pytest.mark.parametrize(("size", "sides"), [("A1", (841, 594)), ("A3", (420, 297))])
def test_posters_have_the_size_of_their_paper(cremasco, tmp_path, size, sides):
    graph = lk.network.build(cremasco)
    pdf, svg = poster(
        cremasco, graph, lk.network.positions(graph, seed=1), to=tmp_path / "p", size=size, codes=of_graphs([graph])
    )
    assert millimetres(pdf) == {sides}
    said = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg.read_text(encoding="utf-8")).groups()
    assert tuple(round(float(side) * 25.4 / 72) for side in said) == sides


def test_paper_is_the_same_bytes_whatever_the_order_and_the_settings(esempio, tmp_path):
    graph = lk.network.build(esempio, kind="declared_partnership")
    places, codes = lk.network.positions(graph, seed=1), of_graphs([graph])
    turned = nx.Graph(**graph.graph)
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from((b, a, d) for a, b, d in reversed(list(graph.edges(data=True))))

    def written(net, folder):
        paths = poster(esempio, net, places, to=folder / "p", codes=codes)
        paths.append(tie_cards(esempio, net, codes=codes, to=folder / "c.pdf", ties=4))
        paths.append(facilitator_sheet(esempio, net, codes=codes, map_id="3f9c2a7b10de", to=folder / "s.pdf"))
        return [path.read_bytes() for path in paths]

    first = written(graph, tmp_path / "one")
    with mpl.rc_context({"font.family": "monospace", "lines.linewidth": 7, "font.size": 30, "axes.facecolor": "red"}):
        assert written(turned, tmp_path / "two") == first


def test_no_text_of_a_poster_covers_another_or_leaves_the_sheet(poster_of):
    for size in ("A1", "A3"):
        assert clashes(poster_of(size)) == []


def test_no_name_and_no_code_covers_an_actor(case, poster_of):
    sheet = poster_of()
    numbers = {str(n) for n in numbered(case[1]).values()}
    shapes = markers(sheet)
    words = [box for box in extents(sheet) if box[0] not in numbers]
    assert [(word[0], shape) for word in words for shape in shapes if over(word, shape)] == []


def test_no_actor_covers_another(poster_of):
    assert [(a, b) for a, b in itertools.combinations(markers(poster_of()), 2) if over(a, b)] == []


def test_actors_that_all_lie_on_one_spot_are_moved_apart(cremasco):
    graph = lk.network.build(cremasco)
    one_spot = dict.fromkeys(graph, (0.5, 0.5))
    sheet = sheet_of((cremasco, graph, one_spot, of_graphs([graph])))
    assert clashes(sheet) == []
    assert [(a, b) for a, b in itertools.combinations(markers(sheet), 2) if over(a, b)] == []


@pytest.mark.parametrize(("size", "share"), [("A1", 1.0), ("A3", 0.5)])
def test_everything_is_large_enough_to_be_read_from_afar(case, poster_of, size, share):
    sheet = poster_of(size)
    codes = set(case[3].values())
    on_map = map_texts(sheet)
    assert len(on_map) >= len(numbered(case[1])) * 0.5
    assert codes & {t.get_text() for t in on_map}
    assert min(t.get_fontsize() for t in on_map) >= 24 * share
    assert min(t.get_fontsize() for t in sheet.axes.texts) >= 20 * share
    assert sheet.axes.texts[0].get_text().startswith(plain(case[0].title)[:8])
    assert sheet.axes.texts[0].get_fontsize() >= 60 * share


def test_a_long_headline_stays_on_the_sheet_and_large(cremasco):
    graph = lk.network.build(cremasco, kind="declared_partnership")
    case = cremasco, graph, lk.network.positions(graph, seed=1), of_graphs([graph])
    sheet = sheet_of(case, title="Un titolo di $molte$ parole " * 12)
    assert clashes(sheet) == []
    assert sheet.axes.texts[0].get_fontsize() >= 60


@pytest.mark.parametrize("name", ["esempio co_presence", "60 actors"])
def test_the_poster_holds_every_name_and_its_fonts(name, esempio, cremasco, tmp_path):
    lab, graph, positions, codes = the_case(name, esempio, cremasco)
    pdf, svg = poster(lab, graph, positions, to=tmp_path / "p", codes=codes)
    (text,) = pdf_pages(pdf)
    drawing = svg.read_text(encoding="utf-8")
    for _, data in graph.nodes(data=True):
        assert data["name"] in text
    assert lab.title in text and lab.title in drawing
    assert lab.codebooks.ties["co_presence"]["means"] in text
    assert b"/FontFile2" in pdf.read_bytes() and b"/Type3" not in pdf.read_bytes()


def test_listed_ties_are_the_strongest_and_the_rest_is_counted(esempio, cremasco):
    case = the_case("esempio co_presence", esempio, cremasco)
    _, graph, _, codes = case
    sheet = sheet_of(case)
    numbers, listed = numbered(graph), listed_ties(sheet)
    expected = {
        codes["co_presence", a, b]: (tuple(sorted((numbers[a], numbers[b]))), graph[a][b]["weight"])
        for a, b in strongest(graph)
    }
    assert all(expected[code] == ((a, b), int(times[2:])) for code, a, b, times in listed)
    shown = {code for code, *_ in listed}
    least = min(weight for code, (_, weight) in expected.items() if code in shown)
    assert all(weight <= least for code, (_, weight) in expected.items() if code not in shown)
    rest = len(expected) - len(listed)
    assert rest > 0
    assert f"Altri {rest} rapporti sono sulle schede." in [text.get_text() for text in sheet.axes.texts]


def test_actors_without_room_are_the_least_tied_and_are_counted(esempio, cremasco):
    case = the_case("120 actors", esempio, cremasco)
    graph = case[1]
    texts = [text.get_text() for text in sheet_of(case).axes.texts]
    said = next(int(re.search(r"\d+", text).group()) for text in texts if "non sono su questo foglio" in text)
    here = {node for node, data in graph.nodes(data=True) if data["name"] in " ".join(texts)}
    assert 60 <= len(here) == len(graph) - said
    assert {int(text) for text in texts if text.isdigit()} == set(range(1, len(here) + 1))
    assert max(graph.degree(n) for n in set(graph) - here) <= min(graph.degree(n) for n in here)


def test_a_code_lies_on_the_line_between_its_actors(cremasco):
    graph = lk.network.build(cremasco)
    codes = of_graphs([graph])
    sheet = sheet_of((cremasco, graph, lk.network.positions(graph, seed=1), codes))
    numbers, on_map = numbered(graph), map_texts(sheet)
    where = {text.get_text(): text.get_position() for text in on_map}
    pairs = {code: (where[str(numbers[a])], where[str(numbers[b])]) for (_, a, b), code in codes.items()}
    found = [code for code in pairs if code in where]
    assert len(found) > 10
    for code in found:
        (x0, y0), (x1, y1) = pairs[code]
        x, y = where[code]
        away = abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / math.hypot(x1 - x0, y1 - y0)
        assert away < 20, f"{code} lies {away:.0f} points beside its line"


def test_hostile_names_are_written_as_they_stand(cremasco, tmp_path):
    graph = invented(HOSTILE)
    codes, places = of_graphs([graph]), lk.network.positions(graph, seed=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pdf, svg = poster(cremasco, graph, places, to=tmp_path / "p", codes=codes)
        cards = tie_cards(cremasco, graph, codes=codes, to=tmp_path / "c.pdf")
        sheet = facilitator_sheet(cremasco, graph, codes=codes, map_id="$x$", to=tmp_path / "s.pdf")
    everywhere = [" ".join(pdf_pages(path)) for path in (pdf, cards, sheet)]
    for name in (
        "Circolo $x_1$ & \\alpha{}",
        "Spesa 5$ e 10$",
        "a^2_b \\",
        "Circolo Il Ponte",
        "Banda del paese",
        "<b>&amp;",
    ):
        assert all(name in text for text in everywhere), name
    assert "mezzo segno" in svg.read_text(encoding="utf-8")


def test_long_names_stay_on_cards_and_sheet(cremasco):
    graph = invented(HOSTILE)
    codes = codes_of(graph, of_graphs([graph]), "test")
    with style():
        pages = [*card_pages(cremasco, graph, codes, strongest(graph)), *sheet_pages(cremasco, graph, codes, "3f9c")]
    assert len(pages) > graph.number_of_edges() + 1
    assert [clash for page in pages for clash in clashes(page)] == []


def test_plain_text_holds_no_sign_that_steers_a_line():
    for name in HOSTILE:
        kinds = {unicodedata.category(letter) for letter in plain(name)}
        assert not kinds & {"Cc", "Cf", "Cs", "Mn"} and "\n" not in plain(name)
    assert plain("Circolo Il Ponte (APS) – n. 5, costo 3 $") == "Circolo Il Ponte (APS) – n. 5, costo 3 $"


def test_every_tie_has_its_card_and_the_last_one_is_blank(cremasco, tmp_path):
    graph = lk.network.build(cremasco)
    codes = of_graphs([graph])
    path = tie_cards(cremasco, graph, codes=codes, to=tmp_path / "c.pdf")
    pages = pdf_pages(path)
    assert len(pages) == graph.number_of_edges() + 1
    assert millimetres(path) == {(210, 148)}
    for page, (a, b) in zip(pages, strongest(graph)):
        assert codes["co_presence", a, b] in page
        assert graph.nodes[a]["name"] in page and graph.nodes[b]["name"] in page
        for word in ("Confermo", "Non confermo", "Non so", "Chi parla", "preferisco non dirlo", "Terzo settore"):
            assert word in page
    assert pages[-1].startswith("Manca") and "Confermo" not in pages[-1]
    assert b"/FontFile2" in path.read_bytes()


def test_only_the_strongest_ties_have_a_card_if_so_asked(esempio, tmp_path):
    graph = lk.network.build(esempio)
    codes = of_graphs([graph])
    pages = pdf_pages(tie_cards(esempio, graph, codes=codes, to=tmp_path / "c.pdf", ties=3))
    assert len(pages) == 4
    weights = sorted((d["weight"] for _, _, d in graph.edges(data=True)), reverse=True)
    carded = [next(tie for tie, code in codes.items() if code == page.split()[0]) for page in pages[:3]]
    assert [graph[a][b]["weight"] for _, a, b in carded] == weights[:3]


def test_a_card_says_from_where_the_latest_first_and_how_many_more(esempio):
    graph = lk.network.build(esempio)
    tie = strongest(graph)[0]
    with style():
        card, _ = card_pages(esempio, graph, codes_of(graph, of_graphs([graph]), "test"), [tie])
    texts = [text.get_text() for text in card.axes.texts]
    lines = texts[texts.index("Risulta da:") + 1 :]
    more = next(int(re.search(r"\d+", line).group()) for line in lines if line.startswith("e altre"))
    said = " ".join(lines[: lines.index(f"e altre {more} volte")])
    years = re.findall(r"\d{4}", said)
    assert len(years) + more == graph.edges[tie]["weight"]
    assert len(years) == 5 and years == sorted(years, reverse=True)
    assert years[0] == graph.edges[tie]["last"][:4]


def test_cards_and_poster_give_a_tie_the_same_code(esempio, tmp_path):
    graph = lk.network.build(esempio)
    codes, places = of_graphs([graph]), lk.network.positions(graph, seed=1)
    names = {number: graph.nodes[node]["name"] for node, number in numbered(graph).items()}
    pages = pdf_pages(tie_cards(esempio, graph, codes=codes, to=tmp_path / "c.pdf", ties=30))
    by_code = {page.split()[0]: page for page in pages[:-1]}
    listed = listed_ties(sheet_of((esempio, graph, places, codes)))
    both = [row for row in listed if row[0] in by_code]
    assert len(both) > 20
    for code, a, b, _ in both:
        assert names[a] in by_code[code] and names[b] in by_code[code]


def test_the_facilitator_has_five_steps_and_every_code_in_order(esempio, tmp_path):
    graph = lk.network.build(esempio)
    codes = of_graphs([graph])
    path = facilitator_sheet(esempio, graph, codes=codes, map_id="3f9c2a7b10de", to=tmp_path / "s.pdf")
    pages = pdf_pages(path)
    assert millimetres(path) == {(210, 297)} and len(pages) > 1
    assert all("Mappa 3f9c2a7b10de" in page and f"di {len(pages)}" in page for page in pages)
    assert all(when in pages[0] for when in ("Prima", "Durante", "Dopo", " 5 "))
    table = " ".join(pages).split("Codice", 1)[1]
    assert [word for word in table.split() if word in set(codes.values())] == sorted(codes.values())
    (_, a, b), code = next(iter(codes.items()))
    row = f"{code} {graph.nodes[a]['name']} – {graph.nodes[b]['name']} {graph[a][b]['weight']} "
    assert row in table
    assert "!" not in table


def test_rows_of_the_table_keep_apart(esempio):
    graph = lk.network.build(esempio)
    with style():
        pages = sheet_pages(esempio, graph, codes_of(graph, of_graphs([graph]), "test"), "3f9c2a7b10de")
    assert [clash for page in pages for clash in clashes(page)] == []


def test_paper_speaks_english(esempio, tmp_path):
    lab = dataclasses.replace(esempio, language="en")
    graph = lk.network.build(esempio, kind="declared_partnership")
    codes, places = of_graphs([graph]), lk.network.positions(graph, seed=1)
    (text,) = pdf_pages(poster(lab, graph, places, to=tmp_path / "p", size="A3", codes=codes)[0])
    assert "Declared partnership" in text and "Third sector" in text and "Enti" not in text.split()
    assert "Missing" in pdf_pages(tie_cards(lab, graph, codes=codes, to=tmp_path / "c.pdf", ties=1))[-1]
    sheet = pdf_pages(facilitator_sheet(lab, graph, codes=codes, map_id="3f9c", to=tmp_path / "s.pdf"))
    assert "Sheet for the facilitator" in sheet[0] and "Page 1 of" in sheet[0]


def test_a_poster_of_some_years_counts_the_texts_of_those(esempio):
    graph = lk.network.build(esempio, years=(2013, 2014))
    case = esempio, graph, lk.network.positions(graph, seed=1), of_graphs([graph])
    here = esempio.documents["published"].str[:4].isin(["2013", "2014"]).sum()
    texts = [text.get_text() for text in sheet_of(case).axes.texts]
    assert f"Da {here} testi, 2013–2014" in texts and "Compresenza, 2013–2014" in texts


def test_wrong_calls_say_what_was_expected(cremasco, tmp_path):
    graph = lk.network.build(cremasco)
    places, codes, to = lk.network.positions(graph, seed=1), of_graphs([graph]), tmp_path / "p"
    with pytest.raises(UsageError, match=r"no size 'A2'.*A1, A3"):
        poster(cremasco, graph, places, to=to, size="A2", codes=codes)
    with pytest.raises(UsageError, match="no position for acli-crema and 15 others"):
        poster(cremasco, graph, {}, to=to, codes=codes)
    with pytest.raises(UsageError, match="expected a network with actors; found none"):
        poster(cremasco, nx.Graph(kind="co_presence"), {}, to=to, codes=codes)
    with pytest.raises(UsageError, match="no code for co_presence acli-crema – ao-crema and 77 others"):
        poster(cremasco, graph, places, to=to, codes={})
    with pytest.raises(UsageError, match="tie_cards: no code"):
        tie_cards(cremasco, graph, codes={}, to=to)
    with pytest.raises(UsageError, match="from 1 up; found 0"):
        tie_cards(cremasco, graph, codes=codes, to=to, ties=0)
    with pytest.raises(UsageError, match="facilitator_sheet: no code"):
        facilitator_sheet(cremasco, graph, codes={}, map_id="x", to=to)
    assert list(tmp_path.iterdir()) == []


def test_a_network_without_ties_still_has_its_paper(cremasco, tmp_path):
    graph = nx.Graph(kind="co_presence")
    graph.add_node("ponte", name="Circolo Il Ponte", sector="third_sector")
    (text,) = pdf_pages(poster(cremasco, graph, {"ponte": (0.5, 0.5)}, to=tmp_path / "p", codes={})[0])
    assert "Circolo Il Ponte" in text and "Rapporti" not in text
    assert len(pdf_pages(tie_cards(cremasco, graph, codes={}, to=tmp_path / "c.pdf"))) == 1
    assert len(pdf_pages(facilitator_sheet(cremasco, graph, codes={}, map_id="3f9c", to=tmp_path / "s.pdf"))) == 1

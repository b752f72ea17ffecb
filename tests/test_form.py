"""The paper form: what is typed on the sheet comes back as if a tablet had saved it, from whichever program saved the sheet."""

from __future__ import annotations

import csv
import io

import pytest
from answering import HERE, MAP, TIES, judged, opened, room, said, saved
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit import answers
from labkit.errors import LabkitError, UsageError
from labkit.workshop import codes, feedback, form


@pytest.fixture
def folder(tmp_path):
    return room(tmp_path)


@pytest.fixture
def lab(folder):
    return opened(folder)


@pytest.fixture(scope="module")
def still(tmp_path_factory):
    """A lab to which nothing is ever added."""
    return opened(room(tmp_path_factory.mktemp("still")))


@pytest.fixture
def sheet(still, tmp_path):
    graph = lk.network.build(still)
    return form.write(still, graph, map_id=MAP, codes=codes.of_graphs([graph]), seats=4, to=tmp_path / "modulo.csv")


def rows_of(path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))


def filled(
    path, typed: dict[tuple[str, str] | str, dict[str, str]], *, to="compilato.csv", parted=";", encoding="utf-8-sig"
):
    """The sheet with words typed into some cells: by tie or first word of the row, then by column."""
    rows = rows_of(path)
    head = next(row for row in rows if row[0] == "codice")
    more = {"incontro": {"a": "x"}, "giorno": {"a": "x"}}
    for row in rows:
        cells = typed.get((row[2], row[3]) if len(row) > 3 and row[2] else row[0], {})
        for column, word in cells.items():
            place = 1 if row[0] in more else head.index(column)
            row.extend([""] * (place + 1 - len(row)))
            row[place] = word
        if row[0] == "manca" and cells:
            typed = {key: value for key, value in typed.items() if key != "manca"}
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=parted, lineterminator="\r\n").writerows(rows)
    found = path.with_name(to)
    found.write_bytes(out.getvalue().encode(encoding))
    return found


FACTS = {"incontro": {"a": "Tavolo di maggio"}, "giorno": {"a": "2026-05-12"}}
AB, AC = TIES[0], TIES[1]


def test_the_sheet_has_a_row_for_each_tie_with_its_code_and_names(sheet, still):
    assert sheet.read_bytes().startswith(b"\xef\xbb\xbflabkit;")
    rows = rows_of(sheet)
    graph = lk.network.build(still)
    found = codes.of_graphs([graph])
    head = rows.index(next(row for row in rows if row[0] == "codice"))
    ties = [row for row in rows[head + 1 :] if row[0] != "manca"]
    assert {tuple(row[1:4]): row[0] for row in ties} == found
    assert [row[0] for row in ties] == sorted(found.values())
    names = dict(graph.nodes(data="name"))
    assert all(row[4:6] == [names[row[2]], names[row[3]]] for row in ties)
    assert rows[head][6:] == ["1", "2", "3", "4", "nota"]
    assert [row[1] for row in rows if row[0] == "manca"] == ["co_presence"] * form.EMPTY_ROWS
    assert len({len(row) for row in rows[head - 1 :]}) == 1


def test_the_same_network_gives_the_same_bytes(sheet, still, tmp_path):
    graph = lk.network.build(still)
    again = form.write(still, graph, map_id=MAP, codes=codes.of_graphs([graph]), seats=4, to=tmp_path / "b.csv")
    assert again.read_bytes() == sheet.read_bytes()


TYPED = {
    **FACTS,
    "settore": {"1": "Pubblico", "2": "terzo settore", "4": "imprese"},
    AB: {"1": "c", "2": "N", "3": "?", "nota": "dal 2013; così è"},
    AC: {"2": "C"},
}


@pytest.mark.parametrize("parted", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_what_was_typed_comes_back_whichever_program_saved_it(sheet, parted, encoding):
    found = form.read(filled(sheet, TYPED, parted=parted, encoding=encoding))
    assert [(s["seat"][:3], s["sector"], s["saved"]) for s in found] == [
        ("p01", "public", 1),
        ("p02", "third_sector", 2),
        ("p03", "", 1),
    ]
    assert {(s["lab"], s["map"], s["session"], s["date"]) for s in found} == {
        ("sala", MAP, "Tavolo di maggio", "2026-05-12")
    }
    said_so = {
        s["seat"][:3]: [(j["a"], j["b"], j["answer"], j["note"], j["sector"]) for j in s["judgements"]] for s in found
    }
    assert said_so["p01"] == [(*AB, "confirmed", "dal 2013; così è", "public")]
    assert sorted(said_so["p02"]) == sorted(
        [(*AB, "denied", "", "third_sector"), (*AC, "confirmed", "", "third_sector")]
    )
    assert said_so["p03"] == [(*AB, "unsure", "", "")]
    assert all(s["sum"] == answers.checksum(s) for s in found)
    assert found == form.read(filled(sheet, TYPED))


def test_the_seats_are_structured_as_those_of_the_page(sheet, tmp_path):
    (seat, *_) = form.read(filled(sheet, TYPED))
    assert set(seat) == {*said(), "sum"} and set(seat["judgements"][0]) == set(judged(AB, "confirmed"))


def test_a_day_that_excel_turned_round_is_turned_back(sheet):
    (seat,) = form.read(filled(sheet, {**TYPED, "giorno": {"a": "12/05/2026"}, AB: {"1": "c"}, AC: {}}))
    assert seat["date"] == "2026-05-12"


def test_forms_and_tablets_are_added_together_and_the_same_sheet_only_once(folder, lab, sheet, tmp_path):
    typed = filled(sheet, TYPED)
    done = feedback.add(lab, [typed, saved(tmp_path, said(judgements=[judged(AB, "denied")]))])
    assert (done.added, done.notices) == (4, [])
    assert opened(folder).judgements.groupby("answer").size().to_dict() == {"confirmed": 2, "denied": 2, "unsure": 1}
    with pytest.raises(LabkitError, match=r"compilato\.csv: già aggiunto"):
        feedback.add(lab, [typed])
    with pytest.raises(LabkitError, match=r"excel.csv: già aggiunto .* of this seat are there"):
        feedback.add(lab, [filled(sheet, TYPED, to="excel.csv", parted=",", encoding="cp1252")])
    mended = feedback.add(lab, [filled(sheet, {**TYPED, AC: {"2": "n"}}, to="corretto.csv")])
    assert mended.added == 3 and ["somiglia a uno già aggiunto" in line for line in mended.notices] == [True]


def test_missing_ties_take_names_and_ids_known_or_new(folder, lab, sheet):
    rows = {**FACTS, "settore": {"3": "altro"}, AB: {"3": "c"}}
    row = {"nome a": "CARITAS", "nome b": "Circolo L'Àncora", "1": "c", "3": "C", "nota": "da anni"}
    first = filled(sheet, {**rows, "manca": row})
    seats = {s["seat"][:3]: s for s in form.read(first)}
    assert [s["missing_actors"] for s in seats.values()] == [
        [{"id": "new-1", "name": "Circolo L'Àncora", "sector": "", "note": ""}]
    ] * 2
    assert seats["p01"]["missing_ties"] == [
        {"kind": "co_presence", "a": "caritas", "b": "new-1", "sector": "", "note": "da anni"}
    ]
    assert seats["p03"]["missing_ties"][0]["note"] == "" and seats["p03"]["missing_ties"][0]["sector"] == "other"
    feedback.add(lab, [first])
    second = filled(
        sheet, {**FACTS, "manca": {"a": "caritas", "nome b": "circolo l'ancora", "2": "c", "rapporto": ""}}, to="b.csv"
    )
    feedback.add(lab, [second])
    added = opened(folder).judgements.query("answer == 'added'")
    assert added[["source", "target"]].values.tolist() == [["caritas", "circolo-ancora"]] * 3


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({AB: {"2": "x"}}, r"compilato\.csv:\d+, seat 2: expected c, n, \? or nothing; found 'x'"),
        ({AB: {"nota": "solo una nota"}}, r"compilato\.csv:\d+: a note without an answer"),
        (
            {AB: {"1": "c"}, "settore": {"1": "comune"}},
            "no sector 'comune'; type pubblico, terzo settore, imprese or altro",
        ),
        (
            {"manca": {"nome a": "Caritas", "1": "c"}},
            r"compilato\.csv:\d+: a missing tie needs the names of two actors",
        ),
        ({"manca": {"nome a": "Caritas", "nome b": "Altri"}}, r"type c for each seat"),
        ({"manca": {"nome a": "Caritas", "nome b": "Altri", "1": "n"}}, r"type c for each seat"),
        ({AB: {"1": "c", "rapporto": ""}}, r"compilato\.csv:\d+: expected a row as the sheet had it"),
        ({}, "no answers; type c, n or"),
    ],
)
def test_what_is_not_understood_is_named_with_its_row(sheet, typed, expected):
    with pytest.raises(LabkitError, match=expected) as caught:
        form.read(filled(sheet, {**FACTS, **typed}))
    number = str(caught.value).split(":")[1].split(",")[0]
    if number.isdigit():
        row = rows_of(sheet.with_name("compilato.csv"))[int(number) - 1]
        assert row[0] == "manca" if "manca" in typed else tuple(row[2:4]) == AB


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "whose first cell is 'labkit'"),
        ("a;b\n1;2\n", "whose first cell is 'labkit'"),
        ("labkit;modulo;1\nlab;x\n", "expected a row that begins with 'codice'"),
        ("labkit;modulo;1\ncodice;a;b\n", "expected the columns codice, rapporto, a, b"),
        (
            "labkit;modulo;1\ncodice;rapporto;a;b;nome a;nome b;nota\n",
            "expected a column for each seat, headed 1, 2, 3 ...; found none",
        ),
        (
            "labkit;modulo;1\ncodice;rapporto;a;b;nome a;nome b;1;01;nota\n",
            "expected a column for each seat, .*; found 1, 01",
        ),
        ("labkit;modulo;1\ncodice;rapporto;a;b;nome a;nome b;²;nota\n", "expected a column for each seat"),
        ('labkit;modulo;1\n"' + "x" * 200_000 + '";b\n', "not readable as a table"),
    ],
)
def test_what_is_no_sheet_of_labkit_is_refused(still, tmp_path, text, expected):
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LabkitError, match=rf"^f\.csv.*{expected}") as caught:
        feedback.add(still, [tmp_path / "f.csv"])
    assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), st.text(max_size=12)), min_size=1, max_size=4))
def test_whatever_is_typed_into_whichever_cell_is_read_or_refused(still, tmp_path_factory, typed):
    place = tmp_path_factory.mktemp("typed")
    graph = lk.network.build(still)
    path = form.write(still, graph, map_id=MAP, codes=codes.of_graphs([graph]), seats=3, to=place / "a.csv")
    rows = rows_of(filled(path, {**FACTS, AB: {"1": "c"}}))
    for row, column, word in typed:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = word
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(rows)
    (place / "b.csv").write_bytes(out.getvalue().encode("utf-8", "replace"))
    try:
        seats = form.read(place / "b.csv")
    except LabkitError as error:
        assert str(error).startswith("b.csv:") and "\n" not in str(error)
    else:
        assert all(set(seat) == {*said(), "sum"} for seat in seats)


def test_a_sheet_without_its_session_is_refused_until_it_is_named(folder, lab, sheet):
    typed = filled(sheet, {AB: {"1": "c"}})
    with pytest.raises(LabkitError, match="has no name; write it there, or give it with --session"):
        feedback.add(lab, [typed])
    with pytest.raises(LabkitError, match="has no day; write it there, or give it with --date"):
        feedback.add(lab, [typed], session="Tavolo di maggio")
    done = feedback.add(lab, [typed], session="Tavolo di maggio", date="2026-05-12")
    assert done.path.name == "2026-05-12-tavolo-di-maggio.yml"


def test_a_name_that_a_spreadsheet_would_run_is_disarmed_and_comes_back(still, tmp_path):
    graph = lk.network.build(still)
    graph.nodes["caritas"]["name"] = "=HYPERLINK(1)"
    to = form.write(still, graph, map_id=MAP, codes=codes.of_graphs([graph]), seats=1, to=tmp_path / "modulo.csv")
    cells = {cell for row in rows_of(to) for cell in row}
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    typed = {**FACTS, AB: {"1": "c"}, "manca": {"nome a": "=hyperlink(1)", "nome b": "Altri", "1": "c"}}
    (seat,) = form.read(filled(to, typed))
    assert {seat["missing_ties"][0][end] for end in "ab"} == {"caritas", "new-1"}
    assert "caritas" in HERE


def test_a_form_of_nothing_or_for_nobody_is_refused(still, tmp_path):
    graph = lk.network.build(still)
    with pytest.raises(UsageError, match="expected 1 to 60 seats; found 0"):
        form.write(still, graph, map_id=MAP, codes={}, seats=0, to=tmp_path / "x.csv")
    with pytest.raises(UsageError, match="the network has no ties"):
        form.write(still, graph.subgraph(["caritas"]), map_id=MAP, codes={}, to=tmp_path / "x.csv")


def test_a_form_never_holds_the_name_of_a_person(still, tmp_path):
    graph = lk.network.build(still, of="person")
    with pytest.raises(LabkitError, match="the name of a listed person still stands there"):
        form.write(still, graph, map_id=MAP, codes=codes.of_graphs([graph]), to=tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()

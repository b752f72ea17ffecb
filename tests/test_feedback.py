"""Answers of a room: what a seat said comes back exactly, nothing broken gets in, and the figures say what they may."""

from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from answering import HERE, MAP, TIES, judged, missed, opened, room, said, saved
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit import answers, decisions, sharing
from labkit.decisions import Decision
from labkit.errors import LabkitError, UsageError
from labkit.workshop import feedback
from labkit.workshop.tallies import interval, nominal_alpha

TWENTY = TIES[:20]
AB, AC, BC = TIES[0], TIES[1], (HERE[1], HERE[2])


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


def kept(folder) -> str:
    """The text of the one file of answers."""
    (path,) = (folder / "feedback").glob("*")
    return path.read_text(encoding="utf-8")


# --- what comes back


def test_two_tablets_on_twenty_ties_come_back_exactly(folder, lab, tmp_path):
    first = [judged(pair, ("confirmed", "denied", "unsure")[n % 3]) for n, pair in enumerate(TWENTY)]
    second = [judged(pair, "confirmed" if n % 2 else "denied") for n, pair in enumerate(TWENTY)]
    files = [saved(tmp_path, said("aaaa", 20, judgements=first)), saved(tmp_path, said("bbbb", 20, judgements=second))]
    done = feedback.add(lab, files)
    assert (done.added, done.replaced, done.notices) == (2, 0, [])
    assert done.path == folder / "feedback" / "2026-05-12-tavolo-di-maggio.yml"
    table = opened(folder).judgements
    assert set(table["seat"]) == {"s1", "s2"} and set(table["found_by"]) == {"participant"}
    wanted = {
        (entry["a"], entry["b"], answer): sum(e["answer"] == answer for e in (entry, other))
        for entry, other in zip(first, second)
        for answer in answers.ANSWERS
        if answer in (entry["answer"], other["answer"])
    }
    assert table.groupby(["source", "target", "answer"]).size().to_dict() == wanted


def test_the_order_of_files_does_not_matter(tmp_path):
    files = [
        saved(
            tmp_path,
            said("zzzz", 3, session="TAVOLO di maggio", judgements=[judged(AC, "denied"), judged(AB, "confirmed")]),
        ),
        saved(tmp_path, said("aaaa", 9, judgements=[judged(BC, "unsure", note="perché no?")])),
        saved(
            tmp_path,
            said(
                "mmmm", 1, missing_ties=[missed("new-1", HERE[0])], missing_actors=[{"id": "new-1", "name": "Circolo"}]
            ),
        ),
    ]
    texts = set()
    for number, order in enumerate(permutations(files)):
        place = tmp_path / str(number)
        place.mkdir()
        folder = room(place)
        if number % 2:
            feedback.add(opened(folder), list(order))
        else:
            for path in order:
                feedback.add(opened(folder), [path])
        texts.add(kept(folder))
    assert len(texts) == 1
    assert texts.pop().splitlines()[1:3] == ["session: TAVOLO di maggio", "date: '2026-05-12'"]


def test_sector_of_who_answers_is_the_judgements_own_else_the_seats(folder, lab, tmp_path):
    own, unsaid, silent = judged(AB, "confirmed"), judged(AC, "confirmed", sector=""), judged(BC, "confirmed")
    del silent["sector"]
    feedback.add(lab, [saved(tmp_path, said(judgements=[own, unsaid, silent]))])
    table = opened(folder).judgements
    assert table["sector"].fillna("-").tolist() == ["public", "-", "third_sector"]


TEXTS = [
    "Detto: \"sì\" e 'no'",
    "</script><b>x</b> & #commento: [a, {b: c}]",
    "=cmd()|' /C calc'!A1",
    "👩‍👩‍👧 perché è così… – ‘bene’",
    "- a: b\\n%TAG ! | > @ ` ,",
    "  spazi  ",
    "~",
    "no",
    "2026-05-12",
    "1e3",
]


def test_notes_come_back_as_they_were_written(folder, lab, tmp_path):
    said_so = [judged(pair, "confirmed", note=text) for pair, text in zip(TIES, TEXTS, strict=False)]
    feedback.add(lab, [saved(tmp_path, said(judgements=said_so))])
    assert opened(folder).judgements["note"].tolist() == TEXTS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_whatever_was_typed_the_file_reads_back_as_one_clean_line_a_note(tmp_path_factory, notes):
    place = tmp_path_factory.mktemp("notes")
    entries = [
        {"seat": "a", **answers.checked(judged(pair, "denied", note=note), "judgements", "")}
        for pair, note in zip(TIES, notes, strict=False)
    ]
    session = answers.Session("2026-05-12-x", "x", "2026-05-12", "m", [{"seat": "a", "saved": 1}], entries, [], [])
    read = answers.read(answers.save(place, session))
    assert [e.get("note", "") for e in read.judgements] == [e["note"] for e in entries]
    assert all(not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in e["note"]) for e in entries)


def test_signs_that_steer_a_terminal_or_turn_the_writing_are_left_out(folder, lab, tmp_path):
    actor = {"id": "new-1", "name": "Circolo\x1b[2J \u202eIl Ponte\u2069", "sector": "", "note": "\u200funo\n\ttre\x85"}
    feedback.add(
        lab, [saved(tmp_path, said(missing_actors=[actor], missing_ties=[missed(HERE[0], "new-1", note="a\r\nb")]))]
    )
    found = opened(folder)
    assert "Circolo[2J Il Ponte" in set(found.actors["name"])
    assert found.judgements["note"].tolist() == ["a b"]
    everything = kept(folder) + "\n".join(feedback.lines(found))
    assert not {c for c in everything if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)}
    assert not set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(everything)


# --- what is refused


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        ({"labkit": "story"}, "expected answers saved by the map page"),
        ({"version": 2}, "expected version 1; found 2"),
        ({"version": True}, "expected version 1"),
        ({"lab": "altro"}, "expected answers for the lab 'sala'; found 'altro'"),
        ({"votes": 1}, "unknown key 'votes'"),
        ({"saved": "42"}, "'saved' must be a whole number; found str"),
        ({"saved": -1}, "'saved' must be a number of changes"),
        ({"judgements": {}}, "'judgements' must be a list"),
        ({"judgements": ["si"]}, "judgements, entry 1: expected keys and values"),
        ({"seat": "../../x"}, "'seat' must be letters and figures"),
        ({"map": "a b"}, "'map' must be letters and figures"),
        ({"sector": "pubblico"}, "no sector 'pubblico'"),
        ({"date": "12/05/2026"}, "'date' must be a day such as 2026-05-12; found '12/05/2026'"),
        ({"date": "2026-02-30"}, "'date' must be a day"),
        ({"date": ""}, "has no day; write it there, or give it with --date"),
        ({"session": "  "}, "has no name; write it there, or give it with --session"),
        ({"session": "!!!"}, "needs letters or figures"),
        ({"judgements": [judged(AB, "maybe")]}, "no answer 'maybe'"),
        ({"judgements": [judged(AB, "added")]}, "no answer 'added'"),
        ({"judgements": [judged(AB, "denied", kind="amicizia")]}, "no kind of tie 'amicizia'"),
        ({"judgements": [judged(AB, "denied", note=7)]}, "'note' must be text"),
        ({"judgements": [judged(AB, "denied", who="x")]}, "unknown key 'who'"),
        ({"judgements": [judged((HERE[0], "nessuno"), "denied")]}, "entry 1: no actor 'nessuno' in the lab"),
        ({"judgements": [judged((HERE[0], HERE[0]), "denied")]}, "a tie joins two actors"),
        ({"judgements": [judged(AB, "denied"), judged(AB[::-1], "confirmed")]}, "entry 2: .* stands twice"),
        ({"judgements": [judged(AB, "denied", note="x" * 2001)]}, "2001 characters; at most 2000; nothing is lost"),
        ({"missing_ties": [missed(HERE[0], "new-1")]}, "no actor 'new-1'"),
        ({"missing_actors": [{"id": "caritas", "name": "x"}]}, "the id of a missing actor is new-1"),
        ({"missing_actors": [{"id": "new-1", "name": "\u202e "}]}, "has no name"),
        ({"missing_actors": [{"id": "new-1", "name": "a"}] * 2}, "new-1 stands twice"),
    ],
)
def test_what_is_not_an_export_is_refused_in_one_line_that_names_the_file(still, tmp_path, whole, expected):
    good = saved(tmp_path, said("aaaa", judgements=[judged(AB, "confirmed")]))
    bad = saved(tmp_path, {**said("bbbb"), **whole}, "brutto.json")
    with pytest.raises(LabkitError, match=expected) as caught:
        feedback.add(still, [good, bad])
    assert "\n" not in str(caught.value)
    assert "brutto.json" in str(caught.value) or "--session" in str(caught.value)
    assert not (still.folder / "feedback").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b'{"labkit": "feedback", "version": 1, "lab": "sala"',
        b"[1, 2]",
        b"null",
        b"[" * 100_000,
        b'{"saved": ' + b"9" * 5000 + b"}",
        b"\xff\xfe\x00",
        b'{"seat": "a", "seat": "b"}',
    ],
)
def test_what_is_no_json_of_the_page_is_refused(still, tmp_path, data):
    (tmp_path / "x.json").write_bytes(data)
    with pytest.raises(LabkitError, match=r"^x\.json: expected answers saved by the map page"):
        feedback.add(still, [tmp_path / "x.json"])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def one_lab(tmp_path_factory):
    return opened(room(tmp_path_factory.mktemp("one")))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(said())), json_values, st.sampled_from(["", "a", "answer", "note", "sector", "blind"]))
def test_any_other_value_in_any_place_is_taken_or_refused_and_never_breaks(
    one_lab, tmp_path_factory, key, value, inner
):
    place = tmp_path_factory.mktemp("fuzz")
    whole = said(judgements=[judged(AB, "confirmed")])
    if inner:
        whole["judgements"][0][inner] = value
    else:
        whole[key] = value
    (place / "x.json").write_text(json.dumps(whole), encoding="utf-8")
    try:
        done = feedback.add(one_lab, [place / "x.json"])
    except LabkitError as error:
        assert "\n" not in str(error) and len(str(error)) < 1000
    else:
        answers.read(done.path)
        done.path.unlink()


def test_a_file_of_more_than_five_megabytes_is_refused_before_it_is_read(still, tmp_path):
    (tmp_path / "x.json").write_bytes(b" " * 5_000_001)
    with pytest.raises(LabkitError, match=r"at most 5 MB; found 5\.0 MB"):
        feedback.add(still, [tmp_path / "x.json"])
    with pytest.raises(LabkitError, match=r"nowhere.json: the file cannot be opened"):
        feedback.add(still, [tmp_path / "nowhere.json"])


def test_the_same_twice_is_refused(folder, lab, tmp_path):
    first = saved(tmp_path, said(judgements=[judged(AB, "confirmed")]))
    copy = saved(tmp_path, said(judgements=[judged(AB, "confirmed")]), "copia.json")
    other = saved(tmp_path, said(judgements=[judged(AB, "denied")]), "altra.json")
    with pytest.raises(LabkitError, match=r"già aggiunto .*: the same as copia\.json"):
        feedback.add(lab, [first, copy])
    with pytest.raises(LabkitError, match="già aggiunto"):
        feedback.add(lab, [first, first])
    with pytest.raises(LabkitError, match=r"k7m2q9xw-42\.json: già aggiunto .*: altra\.json is of the same seat"):
        feedback.add(lab, [first, other])
    feedback.add(lab, [first])
    before = kept(folder)
    for again in (first, copy, other):
        with pytest.raises(LabkitError, match="già aggiunto"):
            feedback.add(lab, [again])
    with pytest.raises(LabkitError, match=r"già aggiunto .* in feedback/2026-05-12-tavolo-di-maggio\.yml"):
        feedback.add(lab, [first], session="Un altro nome")
    assert kept(folder) == before


def test_a_newer_export_takes_the_place_of_the_older_and_never_the_other_way_round(folder, lab, tmp_path):
    old = saved(tmp_path, said(saved=40, judgements=[judged(AB, "confirmed"), judged(AC, "denied")]))
    new = saved(tmp_path, said(saved=41, judgements=[judged(AB, "denied")]))
    feedback.add(lab, [old])
    done = feedback.add(lab, [new])
    assert (done.added, done.replaced) == (0, 1)
    assert [line.split(":")[0] for line in done.notices] == ["k7m2q9xw-41.json"] and "sostituisce" in done.notices[0]
    with pytest.raises(LabkitError, match=r"k7m2q9xw-40\.json: older than the answers of this seat"):
        feedback.add(lab, [old])
    assert opened(folder).judgements[["source", "target", "answer"]].values.tolist() == [[*AB, "denied"]]


def test_of_two_exports_of_one_seat_in_one_go_the_newer_counts(folder, lab, tmp_path):
    old = saved(tmp_path, said(saved=40, judgements=[judged(AB, "confirmed")]))
    new = saved(tmp_path, said(saved=41, judgements=[judged(AB, "denied")]))
    done = feedback.add(lab, [old, new])
    assert done.added == 1 and "k7m2q9xw-41.json è dello stesso posto e più recente" in done.notices[0]
    assert opened(folder).judgements["answer"].tolist() == ["denied"]


def test_a_file_changed_by_hand_is_taken_and_marked(folder, lab, tmp_path):
    done = feedback.add(lab, [saved(tmp_path, said(judgements=[judged(AB, "denied")]), sum="00000000")])
    assert len(done.notices) == 1 and "la somma di controllo non torna" in done.notices[0]
    assert "changed_by_hand: true" in kept(folder)
    assert opened(folder).judgements["answer"].tolist() == ["denied"]


def test_two_sessions_and_two_maps_stay_apart(folder, lab, tmp_path):
    may = saved(tmp_path, said("aaaa", judgements=[judged(AB, "denied")]))
    june = saved(tmp_path, said("bbbb", date="2026-06-09", judgements=[judged(AB, "denied")]))
    other_map = saved(tmp_path, said("cccc", map="000000000000", judgements=[judged(AB, "denied")]))
    with pytest.raises(LabkitError, match=r"two sessions: .* give all one name with --session and --date"):
        feedback.add(lab, [may, june])
    with pytest.raises(
        LabkitError, match=f"aaaa-42.json: answers to the map {MAP}; .* the map 000000000000; add it as"
    ):
        feedback.add(lab, [may, other_map])
    feedback.add(lab, [may])
    with pytest.raises(
        LabkitError, match=f"cccc-42.json: answers to the map 000000000000; this session is on the map {MAP}"
    ):
        feedback.add(lab, [other_map])
    done = feedback.add(lab, [other_map], session="Tavolo di maggio, seconda mappa", map_id=MAP)
    assert done.notices == [f"cccc-42.json: le risposte riguardano la mappa 000000000000; quella di adesso è {MAP}."]
    feedback.add(lab, [june], date="2026-06-10")
    names = sorted(p.name for p in (folder / "feedback").iterdir())
    wanted = ["2026-05-12-tavolo-di-maggio-seconda-mappa", "2026-05-12-tavolo-di-maggio", "2026-06-10-tavolo-di-maggio"]
    assert names == [f"{name}.yml" for name in wanted]
    with pytest.raises(LabkitError, match=r"^--date: 'date' must be a day"):
        feedback.add(lab, [june], date="oggi")


def test_the_name_of_a_session_never_leads_out_of_its_folder(folder, lab, tmp_path):
    done = feedback.add(lab, [saved(tmp_path, said(session="../../../etc/" + "x" * 180))])
    assert done.path.parent == folder / "feedback" and len(done.path.name) < 100


def test_a_tie_that_is_on_no_map_any_more_is_kept_and_said(folder, tmp_path):
    apart = (folder / "a.md").read_text(encoding="utf-8").replace(", Elio Vanni (Caritas)", "")
    (folder / "a.md").write_text(apart, encoding="utf-8")
    other = apart.split("Presenti:")[0].replace("3 marzo", "9 aprile") + "Presenti: Elio Vanni (Caritas)\n"
    (folder / "b.md").write_text(other, encoding="utf-8")
    done = feedback.add(opened(folder), [saved(tmp_path, said(judgements=[judged(("caritas", HERE[0]), "denied")]))])
    assert "1 rapporto non è più sulla mappa (Associazione Lanternaria – Caritas)" in done.notices[0]
    assert opened(folder).judgements["answer"].tolist() == ["denied"]


# --- decisions on who is who


def test_merges_are_followed_and_can_be_taken_back(folder, tmp_path):
    a, b, c = HERE[:3]
    decisions.save(folder, [Decision("same", c, b)])
    both = [
        judged((a, b), "confirmed", note="di b"),
        judged((a, c), "denied", note="di c"),
        judged((b, c), "confirmed"),
    ]
    done = feedback.add(opened(folder), [saved(tmp_path, said(judgements=both))])
    assert any(f"«{b}» è ora lo stesso ente di" in line for line in done.notices)
    lab = opened(folder)
    table = lab.judgements
    assert table[["source", "target", "answer", "note"]].values.tolist() == [[a, c, "confirmed", "di b / di c"]]
    assert lab.ties.query("kind == 'validated'")["target"].tolist() == [c]
    assert lab.evidence(lab.ties.query("kind == 'validated'")["tie_id"].iloc[0])["quotation"] == "di b / di c"
    decisions.save(folder, [])
    assert opened(folder).judgements["answer"].tolist() == ["confirmed", "denied", "confirmed"]


def test_what_is_no_actor_any_more_is_left_out_of_the_tables_and_stays_in_the_file(folder, tmp_path):
    decisions.save(folder, [Decision("no_actor", HERE[0])])
    done = feedback.add(
        opened(folder), [saved(tmp_path, said(judgements=[judged(AB, "confirmed"), judged(BC, "denied")]))]
    )
    assert len(done.notices) == 1 and "non è più tra gli enti" in done.notices[0]
    assert opened(folder).judgements[["source", "target"]].values.tolist() == [list(BC)]
    decisions.save(folder, [])
    assert len(opened(folder).judgements) == 2


def test_missing_actors_are_new_unless_the_lab_knows_their_name(folder, lab, tmp_path):
    names = {
        "new-1": "Circolo Il Ponte",
        "new-2": "Cooperativa Ginestra",
        "new-3": "Società Vanni S.p.A.",
        "new-4": "ANNA BRANDI",
    }
    actors = [
        {"id": key, "name": name, "sector": "third_sector" if key == "new-1" else ""} for key, name in names.items()
    ]
    ties = [missed("caritas", key) for key in names]
    again = said(
        "zzzz",
        missing_actors=[{"id": "new-7", "name": "circolo  il ponte", "sector": ""}],
        missing_ties=[missed("caritas", "new-7")],
    )
    feedback.add(lab, [saved(tmp_path, said(missing_actors=actors, missing_ties=ties)), saved(tmp_path, again)])
    after = opened(folder)
    fresh = after.actors[after.actors["source"] == "participant"].set_index("actor_id")
    assert fresh["name"].to_dict() == {"circolo-ponte": "Circolo Il Ponte", "societa-vanni": "Società Vanni S.p.A."}
    assert fresh.loc["circolo-ponte", "aliases"] == "circolo il ponte" and set(fresh["type"]) == {"organisation"}
    sectors = after.actor_sectors.set_index("actor_id")
    assert sectors.loc["circolo-ponte", ["sector", "source"]].tolist() == ["third_sector", "participant"]
    assert sectors.loc["societa-vanni", "sector"] == "profit"
    person = after.actors.query("name == 'Anna Brandi'")["actor_id"].iloc[0]
    ends = {*after.judgements["source"], *after.judgements["target"]}
    assert ends == {"caritas", "circolo-ponte", "cooperativa-ginestra", "societa-vanni", person}
    validated = after.ties.query("kind == 'validated' and target == 'circolo-ponte'")
    assert len(validated) == 2 and validated["doc_id"].isna().all()
    assert set(validated["label"]) == {"co_presence"} and not validated["directed"].any()
    decisions.save(
        folder, [Decision("same", "caritas", "circolo-ponte"), Decision("name", "societa-vanni", value="Vanni")]
    )
    merged = opened(folder)
    assert "Circolo Il Ponte" in merged.actors.set_index("actor_id").loc["caritas", "aliases"]
    assert "Vanni" in set(merged.actors["name"]) and "circolo-ponte" not in set(merged.judgements["target"])


# --- the tables and the way out


def test_without_answers_the_tables_are_as_before_with_an_empty_one(cremasco):
    assert len(cremasco.judgements) == 0 and list(cremasco.judgements) == lk.tables.TABLES["judgements"].names
    alone = answers.applied(cremasco.tables, cremasco.folder, [])
    for name, data in cremasco.tables.items():
        pd.testing.assert_frame_equal(alone[name], data)
    assert lk.tables.check("judgements", cremasco.judgements) is not None
    assert cremasco.sql("select count(*) as n from judgements")["n"].tolist() == [0]


@pytest.fixture
def answered(folder, lab, tmp_path):
    """Three seats; one tie that most confirm, one disputed, one denied, one added with a new actor."""
    actor = {"id": "new-1", "name": "Circolo Il Ponte", "sector": "third_sector", "note": ""}
    rows = {
        "aaaa": [judged(AB, "confirmed", note="dal 2013"), judged(AC, "confirmed"), judged(BC, "denied")],
        "bbbb": [judged(AB, "confirmed"), judged(AC, "denied", sector="profit"), judged(BC, "denied")],
        "cccc": [judged(AB, "denied"), judged(BC, "unsure", sector="")],
    }
    more = {"missing_actors": [actor], "missing_ties": [missed("caritas", "new-1", note="da sempre")]}
    files = [
        saved(tmp_path, said(seat, judgements=js, **(more if seat == "cccc" else {}))) for seat, js in rows.items()
    ]
    feedback.add(lab, files)
    return opened(folder)


def test_a_judgement_and_its_tie_lead_to_the_session_and_the_note(answered):
    row = answered.judgements.dropna(subset=["note"]).iloc[0]
    wanted = {
        "date": "2026-05-12",
        "title": "Tavolo di maggio",
        "source": "feedback/2026-05-12-tavolo-di-maggio.yml",
        "section": None,
        "quotation": "dal 2013",
    }
    tie = answered.ties.query("kind == 'validated'")["tie_id"].iloc[0]
    assert tie.startswith(row["judgement_id"])
    for identifier in (row["judgement_id"], tie):
        assert answered.evidence(identifier) == {"id": identifier, **wanted}
    with pytest.raises(UsageError, match="no judgement has the id"):
        answered.evidence("2026-05-12-tavolo-di-maggio.s9.001")


def test_judgements_answer_to_sql(answered):
    found = answered.sql(
        "select t.kind, count(*) as n from judgements j join ties t on t.tie_id = j.judgement_id || '.v' group by t.kind"
    )
    assert found.values.tolist() == [["validated", 4]]


def test_what_is_asked_of_documents_is_as_before(answered, folder):
    before = {kind: lk.network.build(answered, kind=kind) for kind in ("co_presence", "co_mention")}
    for path in (folder / "feedback").iterdir():
        path.unlink()
    for kind, graph in before.items():
        after = lk.network.build(opened(folder), kind=kind)
        assert dict(after.nodes(data=True)) == dict(graph.nodes(data=True))
        assert list(after.edges(data=True)) == list(graph.edges(data=True))


def test_participants_tie_what_more_affirm_than_deny(answered):
    graph = lk.network.build(answered, said_by="participants")
    ends = {tuple(sorted(edge[:2])): edge[2] for edge in graph.edges(data=True)}
    assert set(ends) == {AB, ("caritas", "circolo-ponte")}
    assert ends[AB]["weight"] == 2 and ends[AB]["said_by"] == "participants"
    assert [ends[AB][n] for n in ("confirmed", "denied", "unsure", "added")] == [2, 1, 0, 0]
    for data in ends.values():
        assert len(data["evidence"].split()) == len(data["dates"].split()) == data["weight"]
        assert all(answered.evidence(one)["title"] == "Tavolo di maggio" for one in data["evidence"].split())
    assert set(graph) == {*AB, HERE[2], "circolo-ponte"} and graph.nodes[HERE[2]]["events"] == 5
    assert graph.nodes["circolo-ponte"]["sector"] == "third_sector"


def test_both_is_the_union_and_takes_nothing_away(answered):
    documents = lk.network.build(answered)
    both = lk.network.build(answered, said_by="both")
    pairs = {tuple(sorted(edge)) for edge in documents.edges()}
    assert {tuple(sorted(edge)) for edge in both.edges()} == pairs | {("caritas", "circolo-ponte")}
    assert list(both) == sorted(both)
    ordered = [tuple(sorted(edge)) for edge in both.edges()]
    assert ordered == sorted(ordered)
    for a, b, data in documents.edges(data=True):
        assert data.items() <= both[a][b].items()
    assert both.edges[AB]["said_by"] == "both" and both.edges[BC]["said_by"] == "documents"
    assert [both.edges[BC][n] for n in ("confirmed", "denied", "unsure", "added")] == [0, 2, 1, 0]
    assert [both.edges[TIES[-1]][n] for n in ("confirmed", "denied", "unsure", "added")] == [0, 0, 0, 0]
    assert both.edges["caritas", "circolo-ponte"]["said_by"] == "participants"


def test_years_and_sectors_choose_among_participants_too(answered):
    assert lk.network.build(answered, said_by="participants", years=(2026, 2026)).number_of_edges() == 2
    assert lk.network.build(answered, said_by="participants", years=(2014, 2014)).number_of_edges() == 0
    third = lk.network.build(answered, said_by="participants", sector="third_sector")
    assert {tuple(sorted(edge)) for edge in third.edges()} == {AB, ("caritas", "circolo-ponte")}
    assert HERE[2] not in third


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"said_by": "tutti"}, "nobody is called 'tutti'"),
        ({"said_by": "both", "weight": "newman"}, "weight: 'newman' is for what documents say"),
        ({"said_by": "participants", "body": "ufficio-di-piano"}, "body: 'ufficio-di-piano' is for what documents say"),
    ],
)
def test_what_cannot_be_asked_of_participants_is_said(answered, given, expected):
    with pytest.raises(UsageError, match=expected):
        lk.network.build(answered, **given)


def shared(answered, tmp_path, settings: str):
    (answered.folder / "lab.yml").write_text(settings, encoding="utf-8")
    sharing.share(opened(answered.folder), to=tmp_path / "edizione", pseudonym_table=tmp_path / "n.csv")
    return lk.open_lab(tmp_path / "edizione", outputs=tmp_path / "again")


def test_a_shared_edition_keeps_judgements_without_notes(answered, tmp_path):
    edition = shared(answered, tmp_path, "public_sources: true\n")
    pd.testing.assert_frame_equal(edition.judgements, answered.judgements.assign(note=edition.judgements["note"]))
    assert edition.judgements["note"].isna().all()
    assert "dal 2013" not in "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "edizione").rglob("*.csv"))
    mine, theirs = (lk.network.build(lab, said_by="participants") for lab in (answered, edition))
    assert list(mine.edges(data=True)) == list(theirs.edges(data=True))
    tie = edition.ties.query("kind == 'validated'")["tie_id"].iloc[0]
    told = edition.evidence(tie)
    assert (told["title"], told["date"], told["quotation"]) == ("Tavolo di maggio", "2026-05-12", None)
    assert list(feedback.lines(edition)) == list(feedback.lines(answered))


def test_a_shared_edition_may_be_answered_too_but_not_twice(answered, tmp_path):
    edition = shared(answered, tmp_path, "public_sources: true\n")
    file = saved(tmp_path, said("dddd", lab="edizione", date="2026-06-01", judgements=[judged(AB, "confirmed")]))
    feedback.add(edition, [file])
    again = lk.open_lab(tmp_path / "edizione", outputs=tmp_path / "again")
    assert again.judgements["session_id"].nunique() == 2
    assert lk.network.build(again, said_by="participants").edges[AB]["weight"] == 3
    decisions.save(again.folder, [Decision("same", HERE[2], HERE[1])])
    merged = lk.open_lab(tmp_path / "edizione", outputs=tmp_path / "again")
    assert HERE[1] not in set(merged.judgements["target"])
    told = {tie.removesuffix(".v") for tie in merged.ties.query("kind == 'validated'")["tie_id"]}
    assert told == set(merged.judgements.query("answer in ('confirmed', 'added')")["judgement_id"])
    (edition.folder / "feedback" / "2026-05-12-tavolo-di-maggio.yml").write_text(
        kept(answered.folder), encoding="utf-8"
    )
    with pytest.raises(LabkitError, match="the tables hold this session already; remove one of the two"):
        _ = lk.open_lab(tmp_path / "edizione", outputs=tmp_path / "again").judgements


def test_small_cells_of_answers_do_not_leave_a_lab_of_other_sources(answered, tmp_path):
    edition = shared(answered, tmp_path, "min_cell: 3\n")
    found = edition.judgements
    assert found.groupby(["source", "target"]).size().to_dict() == {AB: 3, BC: 3}
    assert found.groupby("sector")["seat"].nunique().to_dict() == {"public": 3}
    assert "circolo-ponte" not in set(edition.actors["actor_id"]) | set(edition.actor_sectors["actor_id"])
    assert set(edition.ties.query("kind == 'validated'")["target"]) == {AB[1]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("session: Tavolo", "sesion: Tavolo"), r"maggio\.yml:2: unknown key 'sesion'"),
        (("date: '2026-05-12'", "date: 12 maggio"), r"maggio\.yml:2: 'date' must be a day"),
        (("answer: unsure", "answer: forse"), r"maggio\.yml:(\d+): no answer 'forse'"),
        (("seat: bbbb, kind", "seat: xxxx, kind"), r"maggio\.yml:(\d+): the seat 'xxxx' is not among the seats"),
        (("seat: bbbb, kind", "seat: 12, kind"), r"maggio\.yml:(\d+): 'seat' must be letters and figures; found '12'"),
        (("saved: 42", "saved: molte"), r"maggio\.yml:(\d+): 'saved' must be a whole number"),
        (
            ("kind: co_presence, a: caritas, b: new-1", "kind: co_presence, a: caritas"),
            r"maggio\.yml:(\d+): 'b' is missing",
        ),
        (("judgements:", "judgements: nessuno\nmissing_ties:"), r"maggio\.yml:\d+: (?:the key|not readable)"),
    ],
)
def test_a_file_mended_wrongly_is_named_with_its_line(answered, change, expected):
    text = kept(answered.folder)
    assert change[0] in text
    path = next((answered.folder / "feedback").iterdir())
    path.write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(LabkitError, match=expected) as caught:
        _ = opened(answered.folder).judgements
    line = int(str(caught.value).split(":")[1])
    if "the seat" in expected or "no answer" in expected:
        assert change[1].split(":")[1].split(",")[0].strip() in path.read_text(encoding="utf-8").splitlines()[line - 1]


def test_a_file_of_another_name_is_named(answered):
    path = next((answered.folder / "feedback").iterdir())
    path.rename(path.with_name("2026-05-12-7.yml"))
    with pytest.raises(LabkitError, match=r"feedback/2026-05-12-7\.yml: expected a name such as"):
        _ = opened(answered.folder).judgements


# --- figures


def table(rows: list[tuple[str, str, str]], **more) -> pd.DataFrame:
    """Judgements from seat, target and answer."""
    data = pd.DataFrame(rows, columns=["seat", "target", "answer"])
    return data.assign(**{"session_id": "m", "kind": "funding", "source": "a", "sector": "public", **more})


def test_share_confirmed_by_hand():
    said = table(
        [
            ("s1", "b", "confirmed"),
            ("s1", "c", "denied"),
            ("s2", "b", "confirmed"),
            ("s3", "d", "added"),
            ("s3", "b", "unsure"),
        ]
    )
    row = feedback.confirmed(said).iloc[0]
    assert row[["n", "seats", "ties", "unsure"]].tolist() == [3, 2, 2, 1]
    assert row["estimate"] == pytest.approx(2 / 3)
    assert pd.isna(row["low"]) and pd.isna(row["high"])


def test_the_interval_of_a_share_is_the_jackknife_by_hand():
    yes, of = np.array([3.0, 5.0, 1.0, 6.0, 4.0]), np.array([6.0, 6.0, 4.0, 6.0, 8.0])
    without = [(yes.sum() - y) / (of.sum() - n) for y, n in zip(yes, of)]
    spread = (4 / 5 * sum((w - sum(without) / 5) ** 2 for w in without)) ** 0.5
    share, low, high = interval(yes, of)
    assert share == 19 / 30
    assert (high - low) / 2 == pytest.approx(2.7764451 * spread)  # Student's t, four degrees of freedom
    assert interval(np.array([9.0, 9, 9, 1]), np.array([9.0, 9, 9, 9]))[2] == 1


def test_no_interval_below_four_seats_or_without_differences():
    three = table([(f"s{n}", "b", "confirmed" if n else "denied") for n in range(3)])
    four = table([(f"s{n}", "b", "confirmed" if n else "denied") for n in range(4)])
    alike = table([(f"s{n}", "b", "confirmed") for n in range(6)])
    assert [feedback.confirmed(t)["low"].notna().iloc[0] for t in (three, four, alike)] == [False, True, False]


def test_shares_by_sector_and_kind_hold_every_judgement():
    said = pd.concat(
        [
            table([("s1", "b", "confirmed"), ("s2", "b", "denied")]),
            table([("s3", "b", "unsure")], sector="profit", kind="tension"),
            table([("s4", "c", "confirmed")], sector=None),
        ]
    )
    by_sector = feedback.confirmed(said, by="sector")
    assert by_sector["sector"].fillna("-").tolist() == ["profit", "public", "-"]
    assert by_sector["n"].tolist() == [0, 2, 1] and pd.isna(by_sector["estimate"].iloc[0])
    both = feedback.confirmed(said, by=("kind", "sector"))
    assert list(both)[:2] == ["kind", "sector"] and both["n"].sum() == 3
    assert feedback.confirmed(said[:0]).empty
    with pytest.raises(UsageError, match="no group 'seat'"):
        feedback.confirmed(said, by="seat")


def test_the_most_disputed_come_first_and_missing_ties_are_counted_by_seats():
    rows = [
        ("s1", "b", "denied"),
        ("s2", "b", "confirmed"),
        ("s1", "c", "denied"),
        ("s2", "c", "denied"),
        ("s3", "c", "confirmed"),
    ]
    rows += [
        ("s4", "d", "denied"),
        ("s1", "e", "added"),
        ("s2", "e", "added"),
        ("s3", "e", "denied"),
        ("s1", "f", "unsure"),
    ]
    found = feedback.disputed(table(rows))
    assert found["target"].tolist() == ["c", "d", "b", "e"]
    assert found["share"].round(3).tolist() == [0.667, 1.0, 0.5, 0.333]
    assert feedback.missing(table(rows))[["target", "added", "denied", "agreed"]].values.tolist() == [["e", 2, 1, True]]


def test_alpha_is_that_of_krippendorffs_published_example():
    """Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, part C: four observers, twelve units, nominal: .743."""
    none = 0
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3],
        [none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none],
    ]
    counts = np.array([[column.count(value) for value in (1, 2, 3, 4, 5)] for column in map(list, zip(*observers))])
    assert nominal_alpha(counts) == pytest.approx(0.743, abs=5e-4)


def test_agreement_by_hand_unsure_and_added_left_out():
    """Ties b (2 yes), c (1 yes, 1 no), d (2 no), each judged by two: 2 of 6 pairs disagree, chance has 18 of 30."""
    rows = [("s1", "b", "confirmed"), ("s2", "b", "confirmed"), ("s1", "c", "confirmed"), ("s2", "c", "denied")]
    rows += [("s1", "d", "denied"), ("s2", "d", "denied")]
    more = [("s3", "b", "unsure"), ("s3", "c", "added"), ("s3", "e", "denied")]
    row = feedback.agreement(table(rows + more), draws=200, seed=3).iloc[0]
    assert row["alpha"] == pytest.approx(1 - (2 / 6) / (18 / 30))
    assert row[["ties", "seats", "n"]].tolist() == [3, 2, 6]


def test_agreement_is_missing_where_it_cannot_be_told():
    one = table([("s1", "b", "confirmed"), ("s2", "b", "denied"), ("s1", "c", "denied")])
    alike = table([(seat, tie, "confirmed") for seat in ("s1", "s2") for tie in "bcd"])
    for few in (one, alike, one[:0]):
        assert feedback.agreement(few, seed=1)[["alpha", "low", "high"]].isna().all(axis=None)


def test_the_interval_of_agreement_is_drawn_with_a_seed_and_left_out_where_few_deny():
    random = np.random.default_rng(5)
    plain = random.random(40) < 0.6
    rows = [
        (f"s{s}", f"t{t}", "confirmed" if random.random() < (0.9 if plain[t] else 0.3) else "denied")
        for s in range(6)
        for t in range(40)
    ]
    one, two, other = (feedback.agreement(table(rows), draws=200, seed=n).iloc[0] for n in (1, 1, 2))
    assert one.equals(two) and one["low"] != other["low"]
    assert one["low"] < one["alpha"] < one["high"]
    few = [(seat, tie, "denied" if (seat, tie) == ("s0", "t0") else "confirmed") for seat, tie, _ in rows]
    row = feedback.agreement(table(few), draws=200, seed=1).iloc[0]
    assert pd.notna(row["alpha"]) and pd.isna(row["low"])


def test_the_report_names_ties_and_says_what_cannot_be_told(answered):
    said = "\n".join(feedback.lines(answered))
    assert (
        "Tavolo di maggio, 12 maggio 2026: 3 posti, 9 risposte (3 conferme, 4 «non confermo», 1 «non so», 1 rapporto aggiunto)"
        in said
    )
    assert "Compresenza: 43% (7 risposte, 3 posti, 3 rapporti); con meno di 4 posti non si può dire" in said
    assert "Imprese" not in said  # one seat: the only company in the room would be told by its sector
    assert "settore non detto, o di un posto solo: 0% (1 risposta, 1 posto, 1 rapporto)" in said
    disputed = [line for line in said.splitlines() if "non confermano" in line or "non conferma," in line]
    assert disputed[0] == "  Caritas – Comune di Castelmirto (Compresenza): 2 non confermano, 0 confermano, 1 «non so»"
    assert "  Caritas – Circolo Il Ponte (Compresenza): lo aggiunge 1 posto" in said
    assert said.splitlines()[-1].startswith("Accordo tra i posti (alfa di Krippendorff")


def test_the_report_gives_intervals_in_words(folder, lab, tmp_path):
    for n in range(6):
        js = [judged(pair, "denied" if (i * 7 + n * 3) % 5 < 2 else "confirmed") for i, pair in enumerate(TWENTY)]
        feedback.add(lab, [saved(tmp_path, said(f"seat{n}", judgements=js[: 12 + n]))])
    last = opened(folder)
    said_so = list(feedback.lines(last))
    row = feedback.confirmed(last.judgements).iloc[0]
    share = next(line for line in said_so if line.startswith("  Compresenza:"))
    assert f"tra {round(100 * row['low'])}% e {round(100 * row['high'])}%" in share
    alpha = feedback.agreement(last.judgements, seed=last.seed).iloc[0]
    assert f"{alpha['alpha']:.2f}".replace(".", ",") in said_so[-1] and "con altri rapporti" in said_so[-1]


def test_who_agrees_on_everything_leaves_agreement_untold(folder, lab, tmp_path):
    for n in range(2):
        feedback.add(
            lab, [saved(tmp_path, said(f"seat{n}", judgements=[judged(pair, "confirmed") for pair in TWENTY]))]
        )
    said_so = list(feedback.lines(opened(folder)))
    assert said_so[-1].endswith(
        "non si può dire, tutti danno la stessa risposta (20 rapporti giudicati da almeno due posti)"
    )
    assert "Rapporti non confermati da qualcuno: nessuno" in said_so

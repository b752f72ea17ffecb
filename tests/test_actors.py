"""Who is who: proposals with reasons, decisions that every table follows and that can be taken back, the command."""

from __future__ import annotations

import csv

import pytest
from test_bad_input import labkit

import labkit as lk
from labkit import decisions, proposals
from labkit.decisions import Decision
from labkit.errors import LabkitError

MINUTES = """Ufficio di Piano - {day}
pubblicato il {day}

Presenti: Anna Brandi (Cooperativa sociale Ginestra), Luca Ferri (Comune di Soresina), {third}

Si discute con {fourth}.
"""


@pytest.fixture
def lab_folder(tmp_path):
    folder = tmp_path / "lab"
    folder.mkdir()
    texts = {
        "a.txt": ("3 marzo 2014", "Marta Oliveri (Caritas)", "Ginestra Onlus"),
        "b.txt": ("7 aprile 2014", "Mara Oliveri (Caritas)", "il Centro Studi Orizzonte"),
    }
    for name, (day, third, fourth) in texts.items():
        (folder / name).write_text(MINUTES.format(day=day, third=third, fourth=fourth), encoding="utf-8")
    return folder


def opened(folder):
    return lk.open_lab(folder, outputs=folder.parent / "out")


def test_proposals_say_why_and_where(lab_folder):
    found = {p.id: p for p in proposals.proposals(opened(lab_folder))}
    pair = next(
        p
        for p in found.values()
        if p.kind == "duplicate" and {p.name, p.other_name} == {"Marta Oliveri", "Mara Oliveri"}
    )
    assert any("quasi" in reason for reason in pair.reasons)
    assert any("b.txt" in passage or "a.txt" in passage for passage in pair.passages)
    contained = next(p for p in found.values() if p.kind == "duplicate" and "Ginestra" in p.name)
    assert any("contiene" in reason for reason in contained.reasons)
    assert "sector:centro-studi-orizzonte" in found


def test_likeness_alone_merges_nobody(lab_folder):
    names = set(opened(lab_folder).actors["name"])
    assert {"Marta Oliveri", "Mara Oliveri"} <= names


def test_a_merge_is_followed_by_every_table_and_can_be_undone(lab_folder):
    before = opened(lab_folder)
    ids = dict(zip(before.actors["name"], before.actors["actor_id"]))
    keep, gone = ids["Marta Oliveri"], ids["Mara Oliveri"]
    decisions.save(lab_folder, [Decision("same", keep, gone, reason="errore di battitura")])
    after = opened(lab_folder)
    assert gone not in set(after.actors["actor_id"])
    assert "Mara Oliveri" in after.actors.set_index("actor_id").loc[keep, "aliases"]
    assert len(after.attendance[after.attendance["person_id"] == keep]) == 2
    assert gone not in set(after.mentions["actor_id"]) | set(after.affiliations["person_id"])
    assert after.sql(f"select count(*) as n from attendance where person_id = '{keep}'")["n"].iloc[0] == 2
    decisions.save(lab_folder, [])
    undone = opened(lab_folder)
    for name, table in before.tables.items():
        assert table.equals(undone.tables[name]), name


def test_sector_name_and_no_actor(lab_folder):
    decisions.save(
        lab_folder,
        [
            Decision("sector", "centro-studi-orizzonte", value="third_sector"),
            Decision("name", "centro-studi-orizzonte", value="Centro Orizzonte"),
            Decision("no_actor", "caritas"),
        ],
    )
    lab = opened(lab_folder)
    row = lab.actors.set_index("actor_id").loc["centro-studi-orizzonte"]
    assert row["name"] == "Centro Orizzonte"
    assert lab.actor_sectors.set_index("actor_id").loc["centro-studi-orizzonte", "sector"] == "third_sector"
    assert "caritas" not in set(lab.actors["actor_id"]) | set(lab.attendance["actor_id"].dropna())
    assert len(lab.attendance) == 6


def test_a_chain_of_merges_leads_to_its_end():
    taken = [Decision("same", "b", "a"), Decision("same", "c", "b"), Decision("same", "c", "d")]
    assert decisions.merged(taken) == {"a": "c", "b": "c", "d": "c"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- decide: merge\n  actor: a\n", r"decisions.yml:1: 'decide' must be one of these .*known: different"),
        ("- decide: same\n  actor: a\n", "decisions.yml:1: the decision 'same' needs actor and other"),
        ("- decide: sector\n  actor: a\n  value: pubblico\n", "no sector 'pubblico'"),
        ("- decide: same\n  actor: a\n  other: a\n", "is compared with itself"),
        ("- decide: same\n  actor: a\n  othr: b\n", "unknown key 'othr'.*did you mean 'other'"),
        ("decide: same\n", "expected a list of entries"),
    ],
)
def test_a_broken_log_is_named_with_its_line(lab_folder, text, said):
    (lab_folder / "decisions.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LabkitError, match=said):
        _ = opened(lab_folder).tables


def test_the_command_writes_a_sheet_takes_the_answers_and_undoes(lab_folder, tmp_path):
    sheet = tmp_path / "proposte.csv"
    out = ("--outputs", tmp_path / "out")
    assert labkit("actors", lab_folder, "--sheet", sheet, *out).returncode == 0
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
    asked = next(row for row in rows if row["id"] == "sector:centro-studi-orizzonte")
    asked["answer"] = "third_sector"
    with open(sheet, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    done = labkit("actors", lab_folder, "--answers", sheet, *out)
    assert "Decisioni aggiunte" in done.stdout, done.stderr
    assert [d.entry for d in decisions.load(lab_folder)] == [
        {"decide": "sector", "actor": "centro-studi-orizzonte", "value": "third_sector"}
    ]
    assert "Annullata" in labkit("actors", lab_folder, "--undo", *out).stdout
    assert decisions.load(lab_folder) == []


def test_a_sheet_with_an_unknown_answer_changes_nothing(lab_folder, tmp_path):
    sheet = tmp_path / "a.csv"
    sheet.write_text("id,answer\nnew:caritas,keep\nduplicate:a+b,forse\n", encoding="utf-8")
    done = labkit("actors", lab_folder, "--answers", sheet, "--outputs", tmp_path / "out")
    assert done.returncode == 1
    assert "a.csv:3: 'duplicate:a+b': the answer 'forse' is unknown" in done.stderr
    assert not (lab_folder / "decisions.yml").exists()


def test_decided_proposals_are_not_asked_again(lab_folder):
    first = proposals.proposals(opened(lab_folder))
    pair = next(p for p in first if p.kind == "duplicate")
    decisions.save(lab_folder, [proposals.decision(pair.id, "different")])
    assert pair.id not in {p.id for p in proposals.proposals(opened(lab_folder))}


def test_a_body_named_in_another_name_is_no_duplicate(tmp_path):
    folder = tmp_path / "caso" / "verbali"
    folder.mkdir(parents=True)
    (folder / "uno.txt").write_text(
        "Tavolo povertà - 3 marzo 2016\n\nPresenti: Anna Brandi (Provincia di Rovigo), "
        "Luca Neri (Fondazione Comunitaria della Provincia di Rovigo)\n",
        encoding="utf-8",
    )
    lab = lk.open_lab(tmp_path / "caso")
    assert "provincia-rovigo" in set(lab.actors["actor_id"])
    assert not [p for p in proposals.proposals(lab) if p.kind == "duplicate"]

"""Privacy: numbers, leftover names, shared editions."""

from __future__ import annotations

import csv
import dataclasses
import re
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit as lk
from labkit import privacy, sharing
from labkit.actors.identity import person_key
from labkit.errors import LabkitError, UsageError
from labkit.language.vocabulary import lemma as lemma_of

NAME = "Nicolò De Santèris"


@pytest.mark.parametrize(
    "text",
    [
        "ha detto Nicolò De Santèris ieri",
        "NICOLO DE SANTERIS",
        "De Santeris Nicolò, presente",
        "nicolò\nde santèris",
        "Nicolò De San-\ntèris",
        "Nicolo\u00a0De\u00a0Santeris",
        "P01,Nicolò,De Santèris",
        "nicolo_de_santeris.txt",
    ],
)
def test_a_whole_name_is_found_however_it_is_written(text):
    assert [one.certain for one in privacy.scan({"x": text}, [NAME])] == [True]


def test_a_lone_surname_is_a_doubt_and_a_part_of_a_word_is_nothing():
    assert [one.certain for one in privacy.scan({"x": "istituto De Santeris"}, [NAME])] == [False]
    assert privacy.scan({"x": "desanterisiano"}, [NAME]) == []


def test_an_edition_with_a_name_left_is_stopped_with_its_place():
    with pytest.raises(
        LabkitError,
        match=r"tables.csv:2: the name of a listed person still stands there \('Nicolò De Santèris'\); this was not written",
    ):
        privacy.stop_if_left({"tables.csv": "a\nNicolò De Santèris\n"}, [NAME])


@given(st.text(alphabet="abcdefghilmnopqrstuvz ,.\n-'àèìòù", max_size=200))
def test_texts_without_the_name_pass(text):
    assert not any(one.certain for one in privacy.scan({"x": text}, ["Xerxes Wykowski"]))


def test_numbers_are_drawn_once_and_kept(tmp_path):
    path = tmp_path / "outside" / "numbers.csv"
    first = privacy.pseudonyms(path, ["Anna Brandi", "Luca Ferri"], lab_folder=tmp_path / "lab")
    again = privacy.pseudonyms(path, ["Luca Ferri", "FERRI LUCA", "Marta Oliveri"], lab_folder=tmp_path / "lab")
    assert first.of("Luca Ferri") == again.of("Ferri Luca")
    assert len({again.of(name) for name in ("Anna Brandi", "Luca Ferri", "Marta Oliveri")}) == 3
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert [row["person"] for row in rows] == ["Anna Brandi", "Luca Ferri", "Marta Oliveri"]


def test_the_table_of_numbers_may_not_lie_in_the_lab(tmp_path):
    with pytest.raises(UsageError, match="inside the lab; keep it outside"):
        privacy.pseudonyms(tmp_path / "lab" / "numbers.csv", [], lab_folder=tmp_path / "lab")


def test_one_number_for_two_people_is_refused(tmp_path):
    (tmp_path / "n.csv").write_text("person,pseudonym\nAnna Brandi,P1\nLuca Ferri,P1\n", encoding="utf-8")
    with pytest.raises(LabkitError, match=r"n.csv:3: the number P1 stands for two people"):
        privacy.pseudonyms(tmp_path / "n.csv", [], lab_folder=tmp_path / "lab")


def test_the_table_is_found_by_setting(tmp_path, monkeypatch):
    monkeypatch.delenv(privacy.SETTING, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(UsageError, match="--pseudonyms FILE, LABKIT_PSEUDONYMS"):
        privacy.pseudonym_file()
    (tmp_path / "labkit").mkdir()
    (tmp_path / "labkit" / "settings.yml").write_text(f"pseudonyms: {tmp_path}/numbers.csv\n", encoding="utf-8")
    assert privacy.pseudonym_file() == tmp_path / "numbers.csv"


@pytest.fixture(scope="module")
def edition(esempio, tmp_path_factory):
    place = tmp_path_factory.mktemp("edition")
    sharing.share(esempio, to=place / "condiviso", pseudonym_table=place / "numbers.csv")
    return place / "condiviso"


def test_a_shared_edition_holds_no_name(edition, names):
    texts = {path.name: path.read_text(encoding="utf-8") for path in (edition / "tables").glob("*.csv")}
    assert len(texts) >= 14
    assert [one for one in privacy.scan(texts, names) if one.certain] == []
    assert "pseudonym" not in "".join(texts)


def test_a_shared_edition_holds_no_running_text(edition, esempio):
    """No cell of any table holds nine words in a row of any document, but for names of organisations."""
    runs = set()
    for text in esempio.texts.values():
        words = re.findall(r"[a-zà-ù]+", text.lower())
        runs |= {tuple(words[i : i + 9]) for i in range(len(words) - 8)}
    left = []
    for path in (edition / "tables").glob("*.csv"):
        for row in csv.DictReader(path.open(encoding="utf-8")):
            for column, cell in row.items():
                words = re.findall(r"[a-zà-ù]+", cell.lower())
                if column not in ("name", "aliases") and any(
                    tuple(words[i : i + 9]) in runs for i in range(len(words) - 8)
                ):
                    left.append((path.name, column, cell))
    assert left == []


def test_a_shared_edition_has_no_span_surface_or_checksum(edition):
    for path in (edition / "tables").glob("*.csv"):
        for row in csv.DictReader(path.open(encoding="utf-8")):
            assert not row.get("surface") and not row.get("sha256") and not row.get("who") and not row.get("venue")
            assert not row.get("end") or ":" in row["end"]


def test_the_same_networks_come_from_the_shared_edition(edition, esempio, tmp_path):
    shared = lk.open_lab(edition, outputs=tmp_path)
    for kind in ("co_presence", "declared_partnership", "co_mention"):
        mine, theirs = lk.network.build(esempio, kind=kind), lk.network.build(shared, kind=kind)
        assert set(mine) == set(theirs)
        assert {frozenset(e[:2]): e[2]["weight"] for e in mine.edges(data=True)} == {
            frozenset(e[:2]): e[2]["weight"] for e in theirs.edges(data=True)
        }


def test_words_are_all_there_only_pooled(edition, esempio, tmp_path):
    """But for the few that are also a surname of somebody listed."""
    shared = lk.open_lab(edition, outputs=tmp_path)
    mine, theirs = (lab.terms.groupby("lemma")["n"].sum().to_dict() for lab in (esempio, shared))
    dropped = {lemma: n for lemma, n in mine.items() if lemma not in theirs}
    assert {lemma: n for lemma, n in mine.items() if lemma not in dropped} == theirs
    listed = privacy.people_of(esempio).values()
    surnames = {part.lower() for name in listed for part in name.split()[1:]}
    assert len(dropped) < 5
    assert set(dropped) <= surnames | {lemma_of(part) for part in surnames}
    sizes = shared.sections.set_index("section_id")["n_words"]
    whole = [s for s in set(shared.terms["section_id"]) if not s.endswith((".short", ".all"))]
    assert sizes.loc[whole].min() >= sharing.SHORT
    assert shared.sections["n_words"].sum() == shared.documents["n_words"].sum()


def test_a_lab_of_sources_that_are_not_public_needs_a_threshold(esempio, tmp_path):
    private = dataclasses.replace(esempio, public_sources=False)
    with pytest.raises(LabkitError, match="or 'min_cell: 5'"):
        sharing.share(private, to=tmp_path / "x", pseudonym_table=tmp_path / "n.csv")
    sharing.share(dataclasses.replace(private, min_cell=5), to=tmp_path / "x", pseudonym_table=tmp_path / "n.csv")
    shared = lk.open_lab(tmp_path / "x", outputs=tmp_path / "out")
    assert shared.terms.groupby("lemma")["n"].sum().min() >= 5


def test_keys_join_every_way_of_writing_one_person():
    ways = ["Maria Pia Berti", "Mariapia Berti", "BERTI MARIA PIA", "dott.ssa Berti Mariapia", "Berti  Maria\u00a0Pia"]
    assert len({person_key(way.replace("\u00a0", " ")) for way in ways}) == 1


def test_an_organisation_named_after_a_person_may_be_shown(small_lab, tmp_path):
    """The lab has an Anna Brandi and a foundation of that name: the page shows the foundation, and never the person."""
    from labkit import work

    more = "---\ntitle: Ufficio di Piano - 5 maggio 2014\npublished: 2014-05-06\n---\nPresenti: Luca Ferri (Fondazione Anna Brandi), Marta Oliveri (Comune di Soresina)\n"
    (small_lab / "d.md").write_text(more, encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert "Anna Brandi" in set(lab.actors.query("type == 'person'")["name"])
    work.run(lab)
    html = (lab.outputs / "mappa.html").read_text(encoding="utf-8")
    assert html.count("Anna Brandi") == html.count("Fondazione Anna Brandi") > 0
    assert html.count("anna-brandi") == html.count("fondazione-anna-brandi")


def test_an_edition_travels_with_its_codebooks_and_without_affiliations(edition):
    shared = lk.open_lab(edition, outputs=edition.parent / "out")
    assert shared.title == "Ambito Val Tersa (lab inventato)"
    assert "cabina-fili-comuni" in shared.codebooks.bodies
    assert not (edition / "codebooks" / "affiliations.csv").exists()


def test_a_person_read_into_an_organisation_is_no_excuse(esempio):
    with pytest.raises(LabkitError, match="still stands there"):
        privacy.stop_if_left(
            {"x": "Comune di Cremona Mauro Brandi"}, ["Mauro Brandi"], actors=["Fondazione Mauro Brandi"]
        )


def test_html_does_not_hide_a_name():
    assert [one.certain for one in privacy.scan({"x": "Maria D&#39;Angelo"}, ["Maria D'Angelo"])] == [True]


def test_titles_do_not_leave_as_labels(small_lab, tmp_path):
    title = "Le famiglie che hanno perso la casa ci chiedono con forza di non restare sole adesso"
    (small_lab / "d.txt").write_text(
        f"{title}\n3 giugno 2014\n\nI partner del progetto sono: ACLI, INPS, Comune di Soresina.\n", encoding="utf-8"
    )
    (small_lab / "lab.yml").write_text("public_sources: true\n", encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert len(lab.ties) == 3
    sharing.share(lab, to=tmp_path / "ed", pseudonym_table=tmp_path / "n.csv")
    assert not any(
        "hanno perso la casa" in path.read_text(encoding="utf-8") for path in (tmp_path / "ed").rglob("*.csv")
    )


def test_a_surname_alone_does_not_leave_as_a_word(small_lab, tmp_path):
    (small_lab / "d.txt").write_text(
        "Nota\n3 giugno 2014\n\nOliveri aggiunge che si riparte; Oliveri firma.\n", encoding="utf-8"
    )
    (small_lab / "lab.yml").write_text("public_sources: true\n", encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    sharing.share(lab, to=tmp_path / "ed", pseudonym_table=tmp_path / "n.csv")
    assert "oliveri" not in (tmp_path / "ed" / "tables" / "terms.csv").read_text(encoding="utf-8")


def test_the_edition_and_the_table_of_numbers_lie_apart_from_the_lab(small_lab, tmp_path):
    (small_lab / "lab.yml").write_text("public_sources: true\n", encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    with pytest.raises(UsageError, match="inside the lab"):
        sharing.share(lab, to=small_lab / "edizione", pseudonym_table=tmp_path / "n.csv")
    with pytest.raises(UsageError, match="inside the edition"):
        sharing.share(lab, to=tmp_path / "ed", pseudonym_table=tmp_path / "ed" / "n.csv")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Anna Brandi", "needs a person and a pseudonym"),
        ("Anna Brandi,", "needs a person and a pseudonym"),
        ("Anna Brandi,P1\nBrandi Anna,P2", "has two numbers, P1 and P2"),
    ],
)
def test_odd_rows_of_the_table_of_numbers(tmp_path, row, said):
    (tmp_path / "n.csv").write_text(f"person,pseudonym\n{row}\n", encoding="utf-8")
    with pytest.raises(LabkitError, match=said):
        privacy.pseudonyms(tmp_path / "n.csv", [], lab_folder=tmp_path / "lab")


def test_raw_tables_opened_as_a_lab_are_scanned_too(small_lab, tmp_path):
    """Someone who opens the results of a run as a lab holds names in its tables: the page must not show them."""
    from labkit import work

    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    work.run(lab)
    shutil.copytree(lab.outputs / "tables", tmp_path / "copia" / "tables")
    raw = lk.open_lab(tmp_path / "copia", outputs=tmp_path / "again")
    assert set(privacy.people_of(raw).values()) == {"Anna Brandi", "Luca Ferri", "Marta Oliveri"}

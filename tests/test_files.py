"""The same post from every kind of file, and every kind of broken file in one line."""

from __future__ import annotations

import io
import zipfile

import documents
import pytest

from labkit import codebook, reading
from labkit.actors.mentions import Knowledge
from labkit.minutes import files
from labkit.minutes.page import Unreadable

KNOWLEDGE = Knowledge(codebook.load(None))
KINDS = {
    "post.txt": documents.txt,
    "post.html": documents.html,
    "post.docx": documents.docx,
    "post.odt": documents.odt,
    "post.pdf": documents.pdf_of_the_post,
    "blog.xml": documents.blogger,
    "wordpress.xml": documents.wordpress,
    "post.eml": documents.eml,
}


def read(folder, name: str, data: bytes) -> reading.Reading:
    (folder / name).write_bytes(data)
    return reading.read((name, folder / name), KNOWLEDGE)


def facts(record: dict) -> dict:
    """A record without what depends on the file: its name and the spans."""
    record = {key: value for key, value in record.items() if key != "source"}
    return record | {
        "attendance": [{k: v for k, v in a.items() if k not in ("start", "end")} for a in record["attendance"]]
    }


@pytest.mark.parametrize("name", [name for name in KINDS if name != "post.txt"])
def test_the_same_post_gives_the_same_record(tmp_path, name):
    plain = read(tmp_path, "post.txt", documents.txt()).records
    assert [a["name"] for a in plain[0]["attendance"]] == ["Anna Brandi", "Luca Ferri", "Marta Oliveri"]
    other = read(tmp_path, name, KINDS[name]()).records
    assert [facts(record) for record in other] == [facts(record) for record in plain]


def test_a_tracked_insertion_stays_and_a_deletion_goes(tmp_path):
    for name in ("post.docx", "post.odt"):
        text = "".join(read(tmp_path, name, KINDS[name]()).texts.values())
        assert "Il prossimo incontro" in text and "tolto" not in text


def test_the_two_columns_of_a_pdf_are_read_one_after_the_other(tmp_path):
    left = documents.wrapped(
        "Il tavolo discute di casa e di lavoro con le famiglie del quartiere e con chi le accompagna ogni giorno, e si chiede come fare perché nessuno resti da solo davanti a una porta",
        34,
    )
    right = documents.wrapped(
        "La rete dei servizi chiede un luogo comune dove portare le storie e decidere insieme che cosa fare, con tempi certi e una persona che ne risponda davanti a tutti gli altri enti",
        34,
    )
    rows = [
        (x, 700.0 - 13 * n, text) for n, pair in enumerate(zip(left, right)) for x, text in zip((50.0, 310.0), pair)
    ]
    text = files.from_bytes("a.pdf", documents.pdf([[(50.0, 760.0, "Verbale del 4 marzo 2016"), *rows]]))[0].text
    assert " ".join(left[:2])[:40] in text.replace("\n", " ")
    assert text.index(left[-1][-10:]) < text.index(right[0])


def test_cells_of_a_table_in_a_pdf_stay_apart():
    rows = [("Nominativo", "Ente"), ("Anna Brandi", "Comune di Soresina"), ("Luca Ferri", "Caritas")]
    texts = [(x, 700.0 - 13 * n, cell) for n, row in enumerate(rows) for x, cell in zip((50.0, 300.0), row)]
    assert "Anna Brandi\tComune di Soresina" in files.from_bytes("a.pdf", documents.pdf([texts]))[0].text


@pytest.mark.parametrize(
    "make", [lambda rows: documents.xlsx(rows), lambda rows: "\n".join(";".join(map(str, r)) for r in rows).encode()]
)
def test_a_sheet_of_those_present(tmp_path, make):
    rows = [
        ["Cognome e nome", "Ente", "Presente"],
        ["Brandi Anna", "Comune di Soresina", "X"],
        ["Ferri Luca", "Cooperativa sociale Ginestra", "X"],
        ["Oliveri Marta", "Caritas", ""],
    ]
    data = make(rows)
    name = "presenze_tavolo_4_marzo_2016.xlsx" if data[:2] == b"PK" else "presenze_tavolo_4_marzo_2016.csv"
    (record,) = read(tmp_path, name, data).records
    assert record["meeting"]["date"] == "2016-03-04"
    assert [(a["name"], a["organisation"], a["status"]) for a in record["attendance"]] == [
        ("Anna Brandi", "Comune di Soresina", "present"),
        ("Luca Ferri", "Cooperativa sociale Ginestra", "present"),
        ("Marta Oliveri", "Caritas", "absent"),
    ]


def test_an_archive_gives_the_posts_of_its_members_and_names_the_broken_one(tmp_path):
    data = documents.zipped_as(
        {
            "anno/post.docx": documents.docx(),
            "../../fuori.txt": b"Altro avviso\n\nTesto.",
            "rotto.pdf": b"%PDF-1.4 rotto",
            "foto.png": b"x",
        }
    )
    found = read(tmp_path, "verbali.zip", data)
    assert {record["source"] for record in found.records} == {"verbali.zip/anno/post.docx", "verbali.zip/fuori.txt"}
    assert [row["where"] for row in found.rows["problems"] if row["code"] == "broken_file"] == ["verbali.zip/rotto.pdf"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["verbali.zip"]


def test_letters_broken_by_a_wrong_encoding_are_repaired():
    broken = "La comunità è qui: perché l’équipe".encode().decode("cp1252")
    assert files.decode(broken.encode()) == "La comunità è qui: perché l’équipe"
    whole = "Ã è una lettera portoghese; São Paulo, Â"
    assert files.decode(whole.encode()) == whole


def bomb(name: str) -> bytes:
    return documents.zipped_as({name: b"0" * 210_000_000})


ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def locked_zip() -> bytes:
    data = bytearray(documents.zipped_as({"a.txt": b"testo"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


BAD = {
    "an empty file": ("a.txt", b"", "empty_file"),
    "a scan": ("a.pdf", documents.pdf([[]]), "scanned_pdf"),
    "a broken PDF": ("a.pdf", b"%PDF-1.7\nniente", "broken_file"),
    "a PDF that is none": ("a.pdf", b"testo", "broken_file"),
    "a broken Word document": ("a.docx", b"PK\x03\x04niente", "broken_file"),
    "a Word document without text": ("a.docx", documents.docx(""), "empty_file"),
    "a Word document that is another archive": ("a.docx", documents.zipped_as({"x.txt": b"x"}), "broken_file"),
    "entities in a Word document": (
        "a.docx",
        documents.zipped_as({"word/document.xml": ENTITIES + "<x>&b;</x>"}),
        "unsafe_xml",
    ),
    "entities in an OpenDocument text": (
        "a.odt",
        documents.zipped_as({"content.xml": ENTITIES + "<x>&b;</x>"}),
        "unsafe_xml",
    ),
    "entities in a blog": ("a.xml", (ENTITIES + "<feed>&b;</feed>").encode(), "unsafe_xml"),
    "another kind of XML": ("a.xml", b"<x/>", "unknown_kind"),
    "an archive with a password": ("a.zip", locked_zip(), "locked_file"),
    "an archive of pictures": ("a.zip", documents.zipped_as({"a.png": b"x"}), "empty_file"),
    "a sheet without names": ("a.csv", b"uno;due\n1;2\n", "no_columns"),
    "an old kind of document": ("a.doc", b"x", "unknown_kind"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_costs_itself_and_says_what_was_expected(tmp_path, what):
    name, data, code = BAD[what]
    found = read(tmp_path, name, data)
    (problem,) = found.rows["problems"]
    assert (problem["code"], problem["where"], found.records) == (code, name, [])
    assert problem["message"].startswith(("expected", "the file", "the part")) and "\n" not in problem["message"]


@pytest.mark.parametrize("name", ["a.zip", "a.docx", "a.odt", "a.xlsx"])
def test_a_bomb_is_not_unpacked(tmp_path, name):
    inside = {"a.zip": "a.txt", "a.docx": "word/document.xml", "a.odt": "content.xml", "a.xlsx": "xl/workbook.xml"}[
        name
    ]
    assert read(tmp_path, name, bomb(inside)).rows["problems"][0]["code"] == "too_large"


def test_a_member_that_lies_about_its_size_is_bounded(monkeypatch):
    from labkit.minutes import office

    monkeypatch.setattr(office, "MOST_UNPACKED", 1000)
    archive = zipfile.ZipFile(io.BytesIO(documents.zipped_as({"a.txt": b"0" * 5000})))
    with pytest.raises(Unreadable, match="unpacks to more"):
        office.member_bytes(archive, "a.txt")

"""Bad input: one clear line, the rest of the lab read, nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit import codebook, reading
from labkit.actors.mentions import Knowledge
from labkit.errors import LabkitError, UsageError
from labkit.minutes import files

DEFAULTS = codebook.load()

BROKEN = {
    "vuoto.txt": (b"", "empty_file"),
    "spazi.txt": (b" \n\n\t\n", "empty_file"),
    "immagine.txt": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8, "binary_file"),
    "archivio.txt": (b"PK\x03\x04" + os.urandom(400), "binary_file"),
}


def labkit(*words, **options):
    return subprocess.run(
        [sys.executable, "-m", "labkit.cli", *map(str, words)], capture_output=True, text=True, **options
    )


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_costs_that_file_and_a_row_in_problems(small_lab, tmp_path, name):
    data, code = BROKEN[name]
    (small_lab / name).write_bytes(data)
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert len(lab.documents) == 3
    assert lab.problems[["code", "where"]].to_dict("records") == [{"code": code, "where": name}]
    assert (small_lab / name).read_bytes() == data


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-8-sig", "utf-8"])
def test_every_common_encoding_gives_the_same_text(encoding):
    text = "L’équipe dell’Ambito è convocata: «più attività», 3 º incontro – perché sì.\nSi è deciso così; l’assessore approverà la proposta.\n"
    assert files.decode(text.encode(encoding)) == text


def test_a_page_without_dates_is_read_and_said(small_lab, tmp_path):
    (small_lab / "senza.txt").write_text("Nota sui servizi\n\nI servizi sono aperti a tutti.\n", encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert lab.problems["code"].tolist() == ["no_date"]
    assert "Nota sui servizi" in set(lab.documents["title"])


def test_the_same_post_in_two_files_counts_once(small_lab, tmp_path):
    (small_lab / "z-copia.md").write_bytes((small_lab / "a.md").read_bytes())
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert len(lab.documents) == 3
    assert lab.problems[["code", "where"]].to_dict("records") == [{"code": "double_import", "where": "z-copia.md"}]


def codebook_of(tmp_path, name, text):
    folder = tmp_path / "codebooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


GIRASOLE = "- id: coop-girasole\n  label: Cooperativa Girasole\n  source: prova\n"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "actors.yml",
            GIRASOLE + "  sector: terzo_settore\n",
            "codebooks/actors.yml:1: sector 'terzo_settore' of 'coop-girasole' is not in sectors.yml (known: other, profit, public, third_sector; did you mean 'third_sector'?)",
        ),
        ("actors.yml", GIRASOLE + "  label: Altro\n", "codebooks/actors.yml:4: the key 'label' stands twice; keep one"),
        (
            "actors.yml",
            GIRASOLE + GIRASOLE,
            "codebooks/actors.yml:4: the id 'coop-girasole' stands twice; keep one or rename it",
        ),
        (
            "actors.yml",
            GIRASOLE + "  sectr: public\n",
            "codebooks/actors.yml:1: 'coop-girasole' has an unknown key 'sectr' (known: aliases, description, exact, id, label, sector, since, source, succeeds, type; did you mean 'sector'?)",
        ),
        (
            "actors.yml",
            "- id: x\n  label: no\n",
            "codebooks/actors.yml:1: 'x' lacks 'source'; each entry needs id, label, source",
        ),
        ("actors.yml", "id: x\n", "codebooks/actors.yml: expected a list of entries, each beginning with '- id:'"),
        ("actors.yml", "- {id: x\n", "codebooks/actors.yml:2: not readable as YAML: did not find expected ',' or '}'"),
        (
            "actor.yml",
            "[]\n",
            "codebooks/actor.yml: labkit does not know this codebook (known: actors.yml, affiliations.csv, bodies.yml, culture.yml, grammar.yml, sectors.yml, ties.yml; did you mean 'actors.yml'?)",
        ),
        (
            "affiliations.csv",
            "nome,ente\n",
            "codebooks/affiliations.csv:1: missing columns person, role, organisation, sector, from, to, source; it needs person, role, organisation, sector, from, to, source",
        ),
    ],
)
def test_a_codebook_error_is_one_line_with_place_and_guess(tmp_path, name, text, message):
    with pytest.raises(LabkitError) as caught:
        codebook.load(codebook_of(tmp_path, name, text))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "actors.yml",
            "- {id: x, label: X, source: s, sector: [public]}\n",
            "'sector' of 'x' must be a word, or a list of",
        ),
        (
            "actors.yml",
            "- {id: x, label: X, source: s, aliases: [1]}\n",
            "'aliases' of 'x' must be a list of texts, none empty",
        ),
        ("actors.yml", '- {id: x, label: "", source: s}\n', "'label' of 'x' is empty"),
        ("actors.yml", "- {? [a] : b}\n", "a key must be a word"),
        ("sectors.yml", "- {id: church, label: C, description: d, source: s}\n", "labkit has no sector 'church'"),
        (
            "culture.yml",
            "- {id: x, label: X, description: d, source: s, lemmas: [a], axis: few-wider}\n",
            "needs both an axis and a pole",
        ),
    ],
)
def test_odd_values_of_codebooks_are_one_line(tmp_path, name, text, said):
    with pytest.raises(LabkitError) as caught:
        codebook.load(codebook_of(tmp_path, name, text))
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"codebooks/{name}:1: ")


def test_tables_from_a_spreadsheet_are_read(tmp_path):
    text = "person,role,organisation,sector,from,to,source\nNicolò Brandi,attività,Città di Pò,public,,,x\n"
    folder = codebook_of(tmp_path, "actors.yml", "[]\n")
    (folder / "affiliations.csv").write_bytes(text.encode("cp1252"))
    assert codebook.load(folder).affiliations[0]["person"] == "Nicolò Brandi"


@pytest.mark.parametrize(
    "settings",
    [
        "seed: -1",
        "seed: 99999999999",
        "periods: [[2015, 2012]]",
        "periods: [[2012, 2015], [2015, 2018]]",
        "periods: [2012]",
        "language: fr",
    ],
)
def test_odd_settings_are_one_line(small_lab, settings):
    (small_lab / "lab.yml").write_text(settings + "\n", encoding="utf-8")
    with pytest.raises(LabkitError, match=r"^lab.yml:1: "):
        lk.open_lab(small_lab)


@pytest.mark.parametrize(
    "front",
    [
        "date: 2014-02-30",
        "published: 2014-99-99",
        "published: 0000-00-00",
        "published: [1, 2]",
    ],
)
def test_dates_that_do_not_exist_cost_only_themselves(small_lab, tmp_path, front):
    (small_lab / "strano.md").write_text(f"---\ntitle: Strano\n{front}\n---\nTesto.\n", encoding="utf-8")
    (small_lab / "strano.html").write_text(
        "<article><h1>Altro</h1><time datetime='2014-99-99'>x</time><p>Testo.</p></article>", encoding="utf-8"
    )
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert len(lab.documents) == 5
    assert lab.documents["published"].isna().sum() == 2


def test_a_broken_byte_does_not_spoil_every_accent(small_lab, tmp_path):
    data = (
        "Attività di comunità\n3 giugno 2014\n\nPiù reciprocità, perché la città è così: società e povertà.\n".encode()
    )
    (small_lab / "rotto.txt").write_bytes(data + b"Fine \xe2.\n")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert "Attività di comunità" in set(lab.documents["title"])
    assert lab.problems["code"].tolist() == ["broken_bytes"]


def test_one_post_an_article_with_its_own_date(small_lab, tmp_path):
    page = """<article><h1>Verbale uno</h1><time datetime="2014-03-05">x</time><p>Si apre.</p><h2>Presenti</h2><p>Anna Brandi (ACLI)</p></article>
    <article><time datetime="2013-01-02">y</time><h1>Nota due</h1><p>Altro testo.</p><h2>Decisioni</h2><p>Nessuna.</p></article>"""
    (small_lab / "due.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    found = lab.documents[lab.documents["source"] == "due.html"]
    assert dict(zip(found["title"], found["published"])) == {"Verbale uno": "2014-03-05", "Nota due": "2013-01-02"}


def test_yaml_surprises_stay_text(tmp_path):
    folder = codebook_of(tmp_path, "actors.yml", "- {id: x, label: no, source: 2014-05-30}\n")
    entry = codebook.load(folder).actors["x"]
    assert (entry["label"], entry["source"]) == ("no", "2014-05-30")


def test_yaml_cannot_make_objects(tmp_path):
    with pytest.raises(LabkitError, match="not readable as YAML"):
        codebook.load(codebook_of(tmp_path, "actors.yml", "- !!python/object/apply:os.system ['true']\n"))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "nessuna-cartella"], 2, "labkit: no lab and no folder 'nessuna-cartella'"),
        (["read", "nessun-file.txt"], 2, "labkit: no file and no folder 'nessun-file.txt'"),
        (
            ["read", "."],
            1,
            "labkit: .: expected files of the kinds .txt, .md, .html, .docx, .odt, .pdf, .eml, .csv, .xlsx, blog exports (.xml) and .zip; found none",
        ),
        (
            ["run", "."],
            1,
            "expected documents (.txt, .md, .html, .docx, .odt, .pdf, .eml, .csv, .xlsx, blog exports (.xml) and .zip); found none; save verbali in one of these kinds",
        ),
        (["read", "x", "--codebooks", "nessuna"], 2, "labkit: --codebooks: no folder 'nessuna'"),
    ],
)
def test_the_command_answers_in_one_line_with_its_exit_code(tmp_path, words, code, said):
    done = labkit(*words, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_reading_goes_on_past_a_broken_file(small_lab):
    (small_lab / "vuoto.txt").write_bytes(b"")
    done = labkit("read", small_lab, "--json")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr.strip().endswith("vuoto.txt: expected text; the file is empty; remove it or save it again")


def test_lab_yml_is_checked(small_lab):
    (small_lab / "lab.yml").write_text("titel: Prova\n", encoding="utf-8")
    with pytest.raises(LabkitError, match=r"lab.yml:1: unknown key 'titel' .* did you mean 'title'\?"):
        lk.open_lab(small_lab)


def test_unknown_kinds_and_years_are_said(esempio):
    with pytest.raises(UsageError, match="did you mean 'co_presence'"):
        lk.network.build(esempio, kind="copresence")
    with pytest.raises(UsageError, match="turn them round"):
        lk.network.build(esempio, years=(2018, 2012))
    with pytest.raises(UsageError, match="overlap"):
        lk.culture.compare(esempio.terms, esempio.documents, before=(2012, 2015), after=(2015, 2018), seed=1)
    with pytest.raises(UsageError, match="no document in"):
        lk.culture.compare(esempio.terms, esempio.documents, before=(1990, 1991), after=(2015, 2018), seed=1)


def test_a_document_of_an_unread_kind_is_said(small_lab, tmp_path):
    (small_lab / "verbale.doc").write_bytes(b"PK")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert lab.problems[["code", "where"]].to_dict("records") == [{"code": "unknown_kind", "where": "verbale.doc"}]


def test_a_folder_of_unread_kinds_names_them(tmp_path):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "verbale.rtf").write_bytes(b"x")
    done = labkit("run", tmp_path / "lab", "--outputs", tmp_path / "out")
    assert done.returncode == 1
    assert "found verbale.rtf; save verbali in one of these kinds" in done.stderr


def test_a_file_in_place_of_a_folder_is_said(small_lab):
    done = labkit("run", small_lab / "a.md")
    assert done.returncode == 2
    assert "is a file; name the folder it lies in" in done.stderr


def test_a_place_that_cannot_be_written_is_one_line(small_lab, tmp_path):
    (tmp_path / "occupato").write_text("x", encoding="utf-8")
    done = labkit("run", small_lab, "--outputs", tmp_path / "occupato")
    assert done.returncode == 1
    assert "cannot be read or written" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_number_of_processes_that_makes_no_sense_is_said_even_if_nothing_is_new(small_lab, tmp_path):
    assert labkit("run", small_lab, "--outputs", tmp_path / "out").returncode == 0
    assert labkit("run", small_lab, "--outputs", tmp_path / "out", "--jobs", "0").returncode == 2


@given(
    st.one_of(st.binary(max_size=600), st.text(max_size=300).map(lambda t: t.encode("utf-8", "surrogatepass"))),
    st.sampled_from([".txt", ".md", ".html"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_at_all_are_survived(data, suffix):
    """Whatever a file holds: records or a row in problems, never a traceback; spans lie inside the text."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"file{suffix}"
        path.write_bytes(data)
        found = reading.read((path.name, path), Knowledge(DEFAULTS))
    assert found.records or found.rows["problems"]
    for table in ("mentions", "attendance", "concepts", "amounts"):
        for row in found.rows.get(table, []):
            assert 0 <= row["start"] <= row["end"] <= len(found.texts[row["doc_id"]])

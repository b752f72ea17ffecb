"""A spaCy pipeline as a further layer: it adds names behind the first-name filter, parts of speech, and a queue of names to look at."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import spacy

import labkit


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A pipeline that takes three words for people: one a person's name, one a thing, one a person the rules know."""
    nlp = spacy.blank("it")
    patterns = ["Tea Brandizzoli", "Cartella Sociale", "Luca Ferri"]
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "PER", "pattern": text} for text in patterns])
    folder = tmp_path_factory.mktemp("model") / "nomi"
    nlp.to_disk(folder)
    return folder


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("testo") / "nota.txt"
    path.write_text(
        "Nota\n3 giugno 2014\n\nSecondo TEA BRANDIZZOLI e Tea Brandizzoli, la Cartella Sociale piace a Luca Ferri.\n",
        encoding="utf-8",
    )
    return path


def read(*words):
    return subprocess.run(
        [sys.executable, "-m", "labkit.cli", "read", *map(str, words), "--json"], capture_output=True, text=True
    )


def test_people_of_a_model_pass_the_filter_of_first_names(text, model):
    record = json.loads(read(text, "--model", model).stdout)
    names = {person["name"] for person in record["persons"]}
    assert {"Tea Brandizzoli", "Luca Ferri"} <= names
    assert not any("Cartella" in name for name in names)


def test_the_default_reading_loads_no_model(text):
    code = "import sys; from labkit.cli import main; sys.argv = ['labkit', 'read', sys.argv[1], '--json']\ntry: main()\nexcept SystemExit: pass\nassert 'spacy' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code, str(text)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["nessun_modello", "."])
def test_an_unknown_model_is_one_line(text, name, tmp_path):
    done = read(text, "--model", name)
    assert done.returncode == 2
    assert done.stderr.startswith(f"labkit: model: no spaCy pipeline '{name}'")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_pipeline_without_names_is_said(text, tmp_path):
    spacy.blank("it").to_disk(tmp_path / "vuoto")
    done = read(text, "--model", tmp_path / "vuoto")
    assert done.returncode == 2
    assert "finds neither names nor parts of speech; it has no components" in done.stderr


@pytest.fixture(scope="module")
def lab_with_model(tmp_path_factory):
    """A lab whose lab.yml names a pipeline that tells verbs and takes two unknown words for names."""
    nlp = spacy.blank("it")
    ruler = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"LOWER": "chiede"}]], {"POS": "VERB"})
    ruler.add([[{"LOWER": "bando"}]], {"POS": "NOUN"})
    names = [{"label": "ORG", "pattern": "Fattoria Zefiro"}, {"label": "PER", "pattern": "Brunilda"}]
    nlp.add_pipe("entity_ruler").add_patterns(names)
    folder = tmp_path_factory.mktemp("lab")
    nlp.to_disk(folder / "modello")
    (folder / "lab").mkdir()
    (folder / "lab" / "lab.yml").write_text(f"title: Prova\nmodel: {folder / 'modello'}\n", encoding="utf-8")
    text = "Verbale del tavolo del 4 marzo 2016\n\nPresenti: Anna Berti (ACLI)\n\nFattoria Zefiro chiede il bando. Fattoria Zefiro chiede altro, dice Brunilda.\n"
    (folder / "lab" / "verbale.txt").write_text(text, encoding="utf-8")
    return labkit.open_lab(folder / "lab", outputs=folder / "out")


def test_parts_of_speech_stand_beside_the_lemmas(lab_with_model):
    lab_with_model.read()
    terms = lab_with_model.terms.set_index("lemma")
    assert terms.loc["chiedere", "pos"] == "VERB" and terms.loc["chiedere", "n"] == 2
    assert terms.loc["bando", "pos"] == "NOUN"


def test_names_that_no_rule_knows_wait_in_a_queue_with_their_line(lab_with_model):
    lab_with_model.read()
    problems = lab_with_model.problems
    waiting = problems[problems["code"] == "name_to_review"]
    assert sorted(waiting["message"].str.extract("'(.+?)'")[0]) == ["Brunilda", "Fattoria Zefiro"]
    assert set(waiting["where"]) == {"verbale.txt:5"}

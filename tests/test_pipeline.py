"""A spaCy pipeline as a further layer: it adds names behind the first-name filter, and nothing else changes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import spacy


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
    assert done.stderr.startswith(f"labkit: --model: no spaCy pipeline '{name}'")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_pipeline_without_names_is_said(text, tmp_path):
    spacy.blank("it").to_disk(tmp_path / "vuoto")
    done = read(text, "--model", tmp_path / "vuoto")
    assert done.returncode == 2
    assert "finds no names; it has no components" in done.stderr

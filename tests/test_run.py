"""The main job: what it leaves, that it is the same whoever did the work and when, and that nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import labkit as lk
from labkit import work
from labkit.archive import Archive, _bucket, sha256

ROOT = Path(__file__).parent.parent


def run(*words, env=None, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-m", "labkit.cli", "run", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
    )


def everything(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The outputs of esempio, made by one process under one hash seed."""
    place = tmp_path_factory.mktemp("once")
    done = run("esempio", "--outputs", place, env={"PYTHONHASHSEED": "1"})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return place / "esempio", done.stdout


def test_it_leaves_what_it_promises(once):
    folder, said = once
    made = everything(folder)
    for name in lk.tables.TABLES:
        assert {f"tables/{name}.parquet", f"tables/{name}.csv"} <= set(made)
    for name in ("compresenza", "partenariati", "citazioni", "compresenza-2012-2014", "compresenza-2015-2018"):
        assert {
            f"networks/{name}.graphml",
            f"networks/{name}.gexf",
            f"networks/{name}-actors.csv",
            f"networks/{name}-ties.csv",
        } <= set(made)
    for name in ("rete", "rete-2012-2014", "rete-2015-2018", "partenariati", "assi", "parole"):
        assert {f"figures/{name}.png", f"figures/{name}.svg"} <= set(made)
    assert {"report.html", "mappa.html", "run.json"} <= set(made)
    assert 3 <= len(said.splitlines()) <= 10
    assert "report.html" in said


def test_provenance_names_inputs_and_outputs(once):
    folder, _ = once
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert len(record["inputs"]) == 55
    assert record["outputs"]["report.html"] == sha256(folder / "report.html")
    assert "hostname" not in str(record) and str(ROOT) not in (folder / "run.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "env"),
    [
        ((), {"PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "Pacific/Auckland"}),
        (("--jobs", "2"), {"PYTHONHASHSEED": "5"}),
    ],
    ids=["another day, hash seed, locale and time zone", "two processes"],
)
def test_the_same_bytes_again(once, tmp_path, words, env):
    # Python runs sitecustomize at its start: the clock of this run stands years later.
    (tmp_path / "sitecustomize.py").write_text(
        "import time_machine\ntime_machine.travel('2031-05-06 07:08', tick=True).start()\n", encoding="utf-8"
    )
    done = run("esempio", "--outputs", tmp_path / "out", *words, env={**env, "PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert everything(tmp_path / "out" / "esempio") == everything(once[0])


def test_the_same_bytes_from_a_cluster_on_loopback(once, tmp_path):
    from dask.distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
        local_directory=str(tmp_path),
    ) as cluster:
        done = run(
            "esempio", "--outputs", tmp_path / "out", "--client", cluster.scheduler_address, env={"PYTHONHASHSEED": "9"}
        )
    assert done.returncode == 0, done.stderr
    assert everything(tmp_path / "out" / "esempio") == everything(once[0])


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "--client: expected tcp://HOST:PORT"),
        ("tcp://127.0.0.1:1", "--client: nothing answers at tcp://127.0.0.1:1"),
    ],
)
def test_an_unknown_cluster_is_one_line(tmp_path, address, said):
    done = run("esempio", "--outputs", tmp_path, "--client", address)
    assert done.returncode == 2
    assert done.stderr.startswith(f"labkit: {said}")
    assert len(done.stderr.strip().splitlines()) == 1


def test_results_never_go_among_the_documents(small_lab):
    with pytest.raises(lk.LabkitError, match="name another folder with --outputs"):
        lk.open_lab(small_lab, outputs=small_lab.parent)


def test_nothing_new_is_nothing_done_and_a_lost_file_comes_back(small_lab, tmp_path):
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert work.run(lab).changed
    before = everything(lab.outputs)
    stamps = {p: p.stat().st_mtime_ns for p in lab.outputs.rglob("*") if p.is_file()}
    assert not work.run(lk.open_lab(small_lab, outputs=tmp_path / "out")).changed
    assert stamps == {p: p.stat().st_mtime_ns for p in lab.outputs.rglob("*") if p.is_file()}
    (lab.outputs / "report.html").unlink()
    assert work.run(lk.open_lab(small_lab, outputs=tmp_path / "out")).changed
    assert everything(lab.outputs) == before


def test_only_what_changed_is_read_again(small_lab, tmp_path):
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert lab.read() == ["a.md", "b.md", "c.txt"]
    assert lab.read() == []
    (small_lab / "b.md").write_text(
        (small_lab / "b.md").read_text(encoding="utf-8").replace("Marta Oliveri", "Paola Neri"), encoding="utf-8"
    )
    (small_lab / "d.txt").write_text("Nota breve\n3 giugno 2014\n\nSi riapre.\n", encoding="utf-8")
    assert lab.read() == ["b.md", "d.txt"]
    (small_lab / "a.md").unlink()
    assert lab.read() == []
    fresh = lk.open_lab(small_lab, outputs=tmp_path / "fresh")
    again = lk.open_lab(small_lab, outputs=tmp_path / "out")
    for name, table in fresh.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert everything(again.outputs / "archive") == everything(fresh.outputs / "archive")


def test_what_a_text_no_longer_says_is_gone(small_lab, tmp_path):
    """Tables that a change empties leave nothing of the old text behind."""
    for name in ("b.md", "c.txt"):
        (small_lab / name).unlink()
    (small_lab / "a.md").write_text(
        (small_lab / "a.md").read_text(encoding="utf-8") + "\nSpesa di 12.000 euro entro il 30 maggio 2014.\n",
        encoding="utf-8",
    )
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    work.run(lab)
    assert len(lab.amounts) and len(lab.attendance) and len(lab.commitments)
    (small_lab / "a.md").write_text("# Nota\n\n5 marzo 2014\n\nNulla di nuovo.\n", encoding="utf-8")
    again = lk.open_lab(small_lab, outputs=tmp_path / "out")
    work.run(again)
    fresh = lk.open_lab(small_lab, outputs=tmp_path / "fresh")
    for name, table in fresh.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert len(again.amounts) == len(again.attendance) == 0


def notes(folder, numbers, more=""):
    folder.mkdir(exist_ok=True)
    for i in numbers:
        text = f"Nota {i}\n{1 + i % 28} giugno 2014\n\nTesto {more}numero {i}.\n"
        (folder / f"{i:03d}.txt").write_text(text, encoding="utf-8")


def kill_at_second_bucket(monkeypatch, lab):
    """Read a lab and be killed when the second bucket is about to be written."""
    calls = []

    def killed(self, *words):
        calls.append(words)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return written(self, *words)

    written = Archive._write
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Archive, "_write", killed)
        lab.read()


def test_a_kill_while_files_move_between_buckets_loses_nothing(tmp_path, monkeypatch):
    folder = tmp_path / "molti"
    notes(folder, range(64))
    lk.open_lab(folder, outputs=tmp_path / "out").read()
    notes(folder, range(64, 66))
    kill_at_second_bucket(monkeypatch, lk.open_lab(folder, outputs=tmp_path / "out"))
    lab = lk.open_lab(folder, outputs=tmp_path / "out")
    assert len(lab.documents) == 66
    fresh = lk.open_lab(folder, outputs=tmp_path / "fresh")
    fresh.read()
    assert everything(lab.outputs / "archive") == everything(fresh.outputs / "archive")


def test_own_results_are_not_read_as_minutes(small_lab):
    for _ in range(2):
        lab = lk.open_lab(small_lab, outputs=small_lab / "risultati")
        work.run(lab)
        assert len(lab.documents) == 3


def test_two_folders_of_one_name_do_not_share_results(small_lab, tmp_path):
    other = tmp_path / "altrove" / "piccolo"
    other.mkdir(parents=True)
    (other / "a.txt").write_text("Nota\n3 giugno 2014\n\nTesto.\n", encoding="utf-8")
    done = run(small_lab, other, "--outputs", tmp_path / "out")
    assert done.returncode == 2
    assert "have the same name" in done.stderr


def test_an_undated_post_belongs_to_no_year(small_lab, tmp_path):
    (small_lab / "lab.yml").write_text("periods: [[2012, 2013], [2014, 2015]]\n", encoding="utf-8")
    (small_lab / "senza.txt").write_text(
        "Nota\n\nPresenti: Anna Brandi (Comune di Soresina), Luca Ferri (ACLI)\n", encoding="utf-8"
    )
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    work.run(lab)
    assert "acli" in set(lk.network.build(lab))
    assert "acli" not in set(lk.network.build(lab, years=(1900, 2100)))


def test_an_invitation_is_no_attendance(small_lab, tmp_path):
    (small_lab / "d.txt").write_text(
        "Convocazione assemblea\n3 marzo 2014\n\nIl tavolo si terrà il 20 marzo 2014 alle ore 15.\n\nInvitati:\n- Mario Bassi (Comune di Crema)\n- Anna Verdi (ACLI)\n",
        encoding="utf-8",
    )
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert "acli" not in set(lab.attendance["actor_id"].dropna())
    assert "announced" in set(lab.meetings["relation"])


def test_a_changed_codebook_reads_everything_again(small_lab, tmp_path):
    lk.open_lab(small_lab, outputs=tmp_path / "out").read()
    (small_lab / "codebooks").mkdir()
    (small_lab / "codebooks" / "actors.yml").write_text(
        "- {id: ginestra, label: Cooperativa sociale Ginestra, sector: profit, source: prova}\n", encoding="utf-8"
    )
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    assert lab.read() == ["a.md", "b.md", "c.txt"]
    assert lab.actor_sectors.set_index("actor_id").loc["ginestra", "sector"] == "profit"


def test_an_acronym_of_one_file_is_known_in_another(small_lab, tmp_path):
    (small_lab / "d.txt").write_text(
        "Nota\n3 giugno 2014\n\nParla la Cooperativa sociale Ginestra Rossa (CGR) del progetto.\n", encoding="utf-8"
    )
    (small_lab / "e.txt").write_text("Altra nota\n4 giugno 2014\n\nLa CGR conferma.\n", encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    found = lab.mentions.merge(lab.documents.query("title == 'Altra nota'"), on="doc_id")
    assert found[["actor_id", "found_by"]].values.tolist() == [["cooperativa-ginestra-rossa", "acronym"]]


def test_a_kill_does_not_bring_a_removed_file_back(tmp_path, monkeypatch):
    folder = tmp_path / "molti"
    notes(folder, range(70))
    lk.open_lab(folder, outputs=tmp_path / "out").read()
    # One file of the second bucket goes, all of the first change: the run dies after the first is written.
    first, second = ([i for i in range(70) if _bucket(f"{i:03d}.txt", 2) == n] for n in (0, 1))
    (folder / f"{second[0]:03d}.txt").unlink()
    notes(folder, first, more="nuovo ")
    kill_at_second_bucket(monkeypatch, lk.open_lab(folder, outputs=tmp_path / "out"))
    lab = lk.open_lab(folder, outputs=tmp_path / "out")
    fresh = lk.open_lab(folder, outputs=tmp_path / "fresh")
    pd.testing.assert_frame_equal(lab.documents, fresh.documents)
    assert everything(lab.outputs / "archive") == everything(fresh.outputs / "archive")


def test_a_run_killed_between_buckets_goes_on(tmp_path, monkeypatch):
    """With more files than one bucket holds, what was read before the end of the run is not read again."""
    folder = tmp_path / "molti"
    notes(folder, range(70))
    lab = lk.open_lab(folder, outputs=tmp_path / "out")
    lab.read()
    notes(folder, range(70), more="nuovo ")
    kill_at_second_bucket(monkeypatch, lab)
    left = lab.read()
    assert 0 < len(left) < 70
    assert set(lk.open_lab(folder, outputs=tmp_path / "out").texts.values()) == set(
        lk.open_lab(folder, outputs=tmp_path / "fresh").texts.values()
    )


def test_the_same_question_in_sql(esempio, cremasco):
    for lab in (esempio, cremasco):
        for name, table in lab.tables.items():
            if len(table):
                assert lab.sql(f"select count(*) as n from {name}")["n"].iloc[0] == len(table), name
        with pytest.raises(lk.LabkitError, match="the query was not understood"):
            lab.sql("select nothing from nowhere")


def test_a_bare_folder_of_real_pages_does_the_whole_job(pages, tmp_path):
    done = run(pages / "pages", "--outputs", tmp_path)
    assert done.returncode == 0, done.stderr
    made = everything(tmp_path / "pages")
    assert {
        "report.html",
        "mappa.html",
        "figures/rete.png",
        "figures/partenariati.png",
        "networks/compresenza.graphml",
    } <= set(made)
    assert len(pd.read_csv(tmp_path / "pages" / "tables" / "documents.csv")) == 16

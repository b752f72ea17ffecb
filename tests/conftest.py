"""What the tests share: the labs, the planted truth, the real pages where they are at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import matplotlib
import pytest
import yaml

import labkit as lk

matplotlib.use("Agg")

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("LABKIT_PAGES", ROOT.parent / "shared" / "verbali"))


def tracked() -> list[str]:
    """The files of the repository: those git knows or would, else all that are there but for what is made."""
    if shutil.which("git"):
        words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
        if listed.returncode == 0:
            return listed.stdout.splitlines()
    made = {".venv", "outputs", "__pycache__", ".git", ".pytest_cache", ".hypothesis", ".ruff_cache", "labkit.egg-info"}
    found = (p.relative_to(ROOT) for p in ROOT.rglob("*") if p.is_file())
    return sorted(p.as_posix() for p in found if not made & set(p.parts))


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder with the real pages; tests that need it are skipped where it is not there."""
    if not (SHARED / "pages").is_dir():
        pytest.skip("the real pages are not at hand (LABKIT_PAGES or ../shared/verbali)")
    return SHARED


@pytest.fixture(scope="session")
def esempio(tmp_path_factory):
    return lk.open_lab(ROOT / "corpus" / "esempio", outputs=tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def cremasco(tmp_path_factory):
    return lk.open_lab(ROOT / "corpus" / "cremasco", outputs=tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def truth() -> dict:
    return yaml.safe_load((ROOT / "corpus" / "esempio" / "truth.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def names():
    """The people that the minutes of esempio name."""
    data = yaml.safe_load((ROOT / "corpus" / "esempio" / "truth.yml").read_text(encoding="utf-8"))
    return sorted(
        {who for m in data["meetings"] for status in ("present", "absent", "excused") for who, _ in m.get(status, [])}
    )


@pytest.fixture
def small_lab(tmp_path):
    """A bare folder with three short documents, to change and break."""
    folder = tmp_path / "piccolo"
    folder.mkdir()
    (folder / "a.md").write_text(
        MINUTES.format(day="3 marzo 2014", iso="2014-03-05", first="Anna Brandi", second="Luca Ferri"), encoding="utf-8"
    )
    (folder / "b.md").write_text(
        MINUTES.format(day="7 aprile 2014", iso="2014-04-09", first="Luca Ferri", second="Marta Oliveri"),
        encoding="utf-8",
    )
    (folder / "c.txt").write_text(
        "Avviso alla cittadinanza\n20 maggio 2014\n\nLo sportello resta chiuso. Domande entro il 30 giugno 2014.\n",
        encoding="utf-8",
    )
    return folder


MINUTES = """---
title: Ufficio di Piano - {day}
published: {iso}
---
Presenti: {first} (Comune di Soresina), {second} (Cooperativa sociale Ginestra)

Si decide di rivedersi a maggio.
"""

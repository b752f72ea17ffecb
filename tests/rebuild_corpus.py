"""Rebuild what is stored of the labs: the tables of cremasco from the real pages, and the picture in the README.

The real pages and the pseudonym table are not part of the repository; this looks for them in the folder that
LABKIT_PAGES names, else in ../shared/verbali, and says so where they are not there.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import labkit as lk
from labkit import sharing

ROOT = Path(__file__).parent.parent
PAGES = Path(os.environ.get("LABKIT_PAGES", ROOT.parent / "shared" / "verbali"))


def cremasco(to: Path) -> Path:
    """Write the shared edition of the real pages below a folder and return it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "cremasco"
        shutil.copytree(ROOT / "corpus" / "cremasco" / "codebooks", folder / "codebooks")
        shutil.copy(ROOT / "corpus" / "cremasco" / "lab.yml", folder / "lab.yml")
        shutil.copy(PAGES / "affiliations.csv", folder / "codebooks" / "affiliations.csv")
        shutil.copytree(PAGES / "pages", folder / "pages")
        table = Path(place) / "pseudonyms.csv"
        shutil.copy(PAGES / "pseudonyms.csv", table)
        lab = lk.open_lab(folder, outputs=Path(place) / "outputs")
        sharing.share(lab, to=Path(place) / "edition", pseudonym_table=table)
        # lab.yml and codebooks stay as they are written by hand, with their comments.
        shutil.copytree(Path(place) / "edition" / "tables", to / "tables", dirs_exist_ok=True)
    return to


def picture(to: Path) -> None:
    """Draw the map of the invented lab for the README."""
    lab = lk.open_lab("esempio")
    graph = lk.network.build(lab)
    axes = lk.network.network_map(graph, lk.network.positions(graph, seed=lab.seed))
    axes.figure.savefig(to, dpi=72, metadata={"Software": None}, facecolor="white")


if __name__ == "__main__":
    picture(ROOT / "docs" / "rete-esempio.png")
    if not (PAGES / "pages").is_dir():
        sys.exit("the real pages are not at hand (LABKIT_PAGES or ../shared/verbali): corpus/cremasco stays as it is")
    for old in (ROOT / "corpus" / "cremasco" / "tables").glob("*.csv"):
        old.unlink()
    cremasco(ROOT / "corpus" / "cremasco")
    print("corpus/cremasco/tables rebuilt")

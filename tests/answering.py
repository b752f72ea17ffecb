"""What the tests of answers share: an invented table of seven organisations, and files as the map page saves them."""

from __future__ import annotations

import json
import zlib
from itertools import combinations
from pathlib import Path

import labkit as lk

MINUTES = """---
title: Ufficio di Piano - 3 marzo 2014
published: 2014-03-05
---
Presenti: Anna Brandi (Comune di Soresina), Luca Ferri (Cooperativa sociale Ginestra), Marta Oliveri (Associazione Lanternaria), Rita Solmi (Fondazione Filotersa), Elio Vanni (Caritas), Ines Corti (Comune di Castelmirto), Piero Leoni (Cooperativa sociale Melograno)

Si decide di rivedersi a maggio.
"""
HERE = sorted(
    [
        "associazione-lanternaria",
        "caritas",
        "comune-castelmirto",
        "comune-soresina",
        "cooperativa-ginestra",
        "cooperativa-melograno",
        "fondazione-filotersa",
    ]
)
TIES = list(combinations(HERE, 2))
MAP = "3f9c2a7b10de"


def room(place: Path) -> Path:
    """A lab of one post, whose list ties each of seven organisations to each."""
    folder = place / "sala"
    folder.mkdir()
    (folder / "a.md").write_text(MINUTES, encoding="utf-8")
    return folder


def opened(folder: Path) -> lk.lab.Lab:
    return lk.open_lab(folder, outputs=folder.parent / "out")


def judged(pair: tuple[str, str], answer: str, **more) -> dict:
    whole = {"code": "K417", "kind": "co_presence", "a": pair[0], "b": pair[1], "answer": answer}
    return {**whole, "sector": "public", "note": "", "blind": False, **more}


def missed(a: str, b: str, **more) -> dict:
    return {"kind": "co_presence", "a": a, "b": b, "sector": "", "note": "", **more}


def said(seat: str = "k7m2q9xw", saved: int = 42, **more) -> dict:
    """The answers of one seat, without the sum."""
    whole = {"labkit": "feedback", "version": 1, "lab": "sala", "map": MAP, "session": "Tavolo di maggio"}
    whole |= {"date": "2026-05-12", "seat": seat, "saved": saved, "sector": "third_sector", "judgements": []}
    return {**whole, "missing_ties": [], "missing_actors": [], **more}


def saved(folder: Path, answers: dict, name: str = "", **broken) -> Path:
    """A file as the page saves it: compact, the sum of everything before it at its end."""
    text = json.dumps(answers, ensure_ascii=False, separators=(",", ":"))
    whole = {**answers, "sum": f"{zlib.crc32(text.encode()):08x}", **broken}
    path = folder / (name or f"{answers['seat']}-{answers['saved']}.json")
    path.write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return path

"""Feeds the reader with broken and hostile files of every kind: no traceback, no file slower than ten seconds a megabyte.

``make fuzz`` runs it for minutes, ``make test`` for thirty seconds. A finding is written to a temporary folder and named,
with the seed that makes it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path

import documents

from labkit import codebook, reading
from labkit.actors.mentions import Knowledge
from labkit.inspection import pieces
from labkit.records import record  # noqa: F401  (imported before the clock starts)

ROOT = Path(__file__).parent.parent
SECONDS_A_MEGABYTE, GRACE = 10, 3

BITS = [
    *(
        "Presenti:\n",
        "Anna BRANDI ",
        "Brandi Anna PRESENTE ",
        "1 Spello BRANDI Anna Sindaco X ",
        "Comuni presenti: Spello, Bevagna ",
        "ACLI\n   Anna Brandi\n",
        "Assenti giustificati: ",
        "per il Comune di ",
        "dott.ssa ",
        "Nome\tEnte\tPresente\n",
        "1. ",
        "P\n",
        "AG\n",
        "X\t",
        "....... P\n",
    ),
    *("31/02/2014", "99/99/9999", "entro il ", "dal 30 al 31 febbraio", "alle ore 25.99", "L'anno duemila", "ieri "),
    *("S.p.A.", "(((((", "))))", '"""', "«»", "partner: ,,,;;;", "tra e ", "0 milioni di euro", "€ ", 'progetto "'),
    *(
        "\u202e",
        "\u200f",
        "😀",
        "\x00",
        "\ufeff",
        "\u00a0",
        "\x1e",
        "\r",
        "\t\t\t",
        "\n\n\n",
        "a" * 500,
        "Aa " * 300,
        "di " * 400,
    ),
    *("<article>", "<h1>", "<table><tr><td>", "]]>", "<!DOCTYPE x>", "---\n", "|||\n", "```", "&#0;", "&bomb;"),
]


def sources() -> dict[str, list[bytes]]:
    """Whole files by ending: the invented minutes, the layouts of the tests, and one of each further kind."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(
        [*(ROOT / "corpus" / "esempio" / "verbali").iterdir(), *(ROOT / "tests" / "layouts").glob("*.txt")]
    ):
        found.setdefault(path.suffix, []).append(path.read_bytes())
    sheet = documents.xlsx([["Cognome e nome", "Ente", "Presente"], ["Brandi Anna", "Caritas", "X"]])
    found |= {
        ".docx": [documents.docx()],
        ".odt": [documents.odt()],
        ".pdf": [documents.pdf_of_the_post()],
        ".xml": [documents.blogger(), documents.wordpress()],
        ".eml": [documents.eml()],
        ".xlsx": [sheet],
        ".csv": [b"Nominativo;Ente;Presente\nBrandi Anna;Caritas;X\n"],
        ".zip": [documents.zipped_as({"a.docx": documents.docx(), "b.pdf": documents.pdf_of_the_post()})],
    }
    return found


def hostile(rnd: random.Random) -> tuple[str, bytes]:
    """Files that attack one rule: endless lines, deep nesting, lists without end, every sign there is."""
    n = rnd.choice([50, 2_000, 20_000])
    makers: list[Callable[[], tuple[str, bytes]]] = [
        lambda: (".txt", (rnd.choice(BITS) * n)[:400_000].encode("utf-8", "replace")),
        lambda: (".txt", ("Presenti: " + "Anna Brandi, " * n)[:400_000].encode()),
        lambda: (".txt", "".join(f"{i} Rossi Anna P\n" for i in range(n // 4)).encode()),
        lambda: (".txt", "\n".join("Nominativo\nEnte\nFirma" for _ in range(n // 10)).encode()),
        lambda: (".txt", "".join(rnd.choice("Ab cD.,;:()'\"-\n\t1/€%") for _ in range(n * 4)).encode()),
        lambda: (".txt", ("Comune di " * n)[:300_000].encode()),
        lambda: (".html", (b"<div>" * n + b"x")[:400_000]),
        lambda: (".html", (b"<table><tr><td>" * (n // 3) + b"x")[:400_000]),
        lambda: (".md", ("# a\n" * n + "|" * n).encode()[:300_000]),
        lambda: (".xml", b"<a>" * n),
        lambda: (".txt", bytes(rnd.randrange(256) for _ in range(n))),
        lambda: (".docx", documents.docx(documents.table([["Anna Brandi", "Caritas"]] * min(n, 3000)))),
        lambda: (".csv", b"Nominativo,Ente\n" + b"a,b\n" * n),
    ]
    return rnd.choice(makers)()


def mutated(rnd: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """A file with stretches cut, doubled, moved in from another, signs put in and bytes changed."""
    out = bytearray(data)
    for _ in range(rnd.randint(1, 25)):
        place = rnd.randrange(len(out) + 1)
        what = rnd.random()
        if what < 0.3:
            del out[place : place + rnd.randint(1, 300)]
        elif what < 0.65:
            out[place:place] = rnd.choice(BITS).encode("utf-8", "surrogatepass") * rnd.randint(1, 3)
        elif what < 0.85:
            other = rnd.choice(others)
            start = rnd.randrange(len(other))
            out[place:place] = other[start : start + rnd.randint(1, 500)]
        elif out:
            out[min(place, len(out) - 1)] = rnd.randrange(256)
    return bytes(out)


def try_one(path: Path, knowledge: Knowledge) -> float:
    """Read one file and check what must hold of every reading; return the seconds it took."""
    began = time.process_time()
    found = reading.read((path.name, path), knowledge)
    took = time.process_time() - began
    assert found.records or found.rows.get("problems"), "neither a record nor a problem"
    for table, rows in found.rows.items():
        for row in rows:
            if isinstance(row.get("start"), int) and table != "meetings":
                text = found.texts[row["doc_id"]]
                assert 0 <= row["start"] <= row["end"] <= len(text), f"{table}: span {row['start']}-{row['end']}"
    for text in found.texts.values():
        assert "".join(p["text"] for p in pieces(text, [])) == text
    return took


def megabytes(path: Path) -> float:
    """What there is to read: a packed file counts as what it unpacks to, at most five megabytes (headers may lie)."""
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as packed:
            size = max(size, min(5_000_000, sum(part.file_size for part in packed.infolist())))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        pass
    return size / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    rnd, knowledge, kinds = random.Random(wanted.seed), Knowledge(codebook.load()), sources()
    folder = Path(tempfile.mkdtemp(prefix="labkit-fuzz-"))
    everything = [data for files in kinds.values() for data in files]
    began, tried, bad = time.monotonic(), 0, 0
    while time.monotonic() - began < wanted.seconds:
        if rnd.random() < 0.12:
            suffix, data = hostile(rnd)
        else:
            suffix = rnd.choice(sorted(kinds))
            data = mutated(rnd, rnd.choice(kinds[suffix]), everything)
        tried += 1
        path = folder / f"try{suffix}"
        path.write_bytes(data)
        try:
            took = try_one(path, knowledge)
            limit = GRACE + SECONDS_A_MEGABYTE * megabytes(path)
            assert took <= limit, f"{took:.1f} s for {megabytes(path):.2f} MB, at most {limit:.1f}"
        except Exception:
            bad += 1
            kept = folder / f"finding-{tried}{suffix}"
            kept.write_bytes(data)
            print(f"{kept} (seed {wanted.seed}, try {tried})", file=sys.stderr)
            traceback.print_exc(limit=-4)
    print(f"{tried} files, {bad} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

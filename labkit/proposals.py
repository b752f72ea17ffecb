"""What people should look at in the actors of a lab: possible duplicates, new organisations, unknown sectors.

Proposals are ranked and give their reasons. Nothing is merged by a score: "Maria Rossi" and "Mario Rossi" are as alike as
two spellings of one name, and only a person knows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.actors.identity import bare, org_key, person_key, places
from labkit.archive import write_whole
from labkit.cells import rearmed, sheet
from labkit.codebook import read_text, read_yaml
from labkit.decisions import Decision, merged
from labkit.errors import LabkitError, UsageError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from labkit.lab import Lab

LIKE = 88  # rapidfuzz ratio from which two names are shown side by side; a matter of how much to read, never a proof
PASSAGES = 3
_HEADS = frozenset(
    "comune provincia regione cooperativa sociale consorzio fondazione associazione azienda istituto scuola parrocchia centro".split()
)


@dataclass(frozen=True)
class Proposal:
    """Something to decide on: ``duplicate`` (two actors may be one), ``new`` (an organisation no registry knows) or ``sector``."""

    kind: str
    actor: str
    name: str
    other: str | None
    other_name: str | None
    score: float
    reasons: tuple[str, ...]
    n: int
    passages: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.actor}" + (f"+{self.other}" if self.other else "")


def proposals(lab: Lab) -> list[Proposal]:
    """Return what is to be decided in a lab, the most telling first; what was decided is left out."""
    actors = lab.actors
    counts = _counts(lab)
    decided = _decided(lab.decisions)
    rows = {r.actor_id: r for r in actors.itertuples()}
    found = [p for p in _duplicates(lab, rows, counts) if frozenset((p.actor, p.other)) not in decided]
    found += [p for p in _unknown(lab, rows, counts) if p.actor not in decided]
    order = {"duplicate": 0, "sector": 1, "new": 2}
    return sorted(found, key=lambda p: (order[p.kind], -p.score, -p.n, p.actor, p.other or ""))


def _decided(taken: list[Decision]) -> set:
    """Pairs and actors about which something was said."""
    pairs = {frozenset((d.actor, d.other)) for d in taken if d.other}
    return pairs | {d.actor for d in taken if d.decide in ("sector", "no_actor", "name")} | set(merged(taken))


def _counts(lab: Lab) -> dict[str, int]:
    """How often each actor is named or attends."""
    import pandas as pd

    attending = lab.attendance
    named = pd.concat([lab.mentions["actor_id"], attending["actor_id"], attending["person_id"]]).dropna()
    return named.value_counts().to_dict()


def table(lab: Lab) -> pd.DataFrame:
    """Return the proposals of a lab as a table, one row each, with an empty column for the answer.

    Examples
    --------
    >>> import labkit as lk
    >>> list(lk.proposals.table(lk.open_lab("cremasco")).columns[:5])
    ['id', 'kind', 'name', 'other_name', 'score']
    """
    import pandas as pd

    rows = [
        {
            "id": p.id,
            "kind": p.kind,
            "name": p.name,
            "other_name": p.other_name or "",
            "score": round(p.score, 2),
            "n": p.n,
            "reasons": "; ".join(p.reasons),
            "passages": " / ".join(p.passages),
            "answer": "",
        }
        for p in proposals(lab)
    ]
    columns = ["id", "kind", "name", "other_name", "score", "n", "reasons", "passages", "answer"]
    return pd.DataFrame(rows, columns=columns)


ANSWERS = {
    "duplicate": {"same": "è lo stesso", "different": "sono due"},
    "sector": {
        "public": "pubblico",
        "third_sector": "terzo settore",
        "profit": "impresa",
        "other": "altro",
        "no_actor": "non è un ente",
    },
    "new": {"keep": "è un ente", "no_actor": "non è un ente"},
}


def decision(proposal_id: str, answer: str, *, reason: str = "") -> Decision | None:
    """Return the decision that an answer to a proposal makes; None where it leaves all as it is (*keep*).

    >>> decision("duplicate:auser+auser-crema", "same").entry
    {'decide': 'same', 'actor': 'auser', 'other': 'auser-crema'}
    """
    kind, _, rest = proposal_id.partition(":")
    answer = answer.strip().lower()
    if kind not in ANSWERS:
        raise LabkitError(f"'{proposal_id}': expected an id as labkit actors writes it, such as 'new:auser'")
    if answer not in ANSWERS[kind]:
        raise LabkitError(f"'{proposal_id}': the answer '{answer}' is unknown ({did_you_mean(answer, ANSWERS[kind])})")
    actor, _, other = rest.partition("+")
    said = reason or None
    if kind == "duplicate":
        return Decision(answer, actor, other, reason=said)
    if answer == "no_actor":
        return Decision("no_actor", actor, reason=said)
    return Decision("sector", actor, value=answer, reason=said) if kind == "sector" else None


def lines(one: Proposal) -> Iterator[str]:
    """A proposal as a person reads it in the terminal."""
    title = {
        "duplicate": f"Forse lo stesso: {one.name} / {one.other_name}",
        "sector": f"Settore ignoto: {one.name}",
        "new": f"Ente che nessun elenco conosce: {one.name}",
    }[one.kind]
    yield f"{title} [{one.id}]"
    yield f"  {'; '.join(one.reasons)}; citato {one.n} volte"
    for passage in one.passages:
        yield f"  {passage}"


def write_sheet(lab: Lab, path: Path) -> Path:
    """Write the proposals as a CSV table to fill in; cells that a spreadsheet would take for a formula are disarmed."""
    return write_whole(path, sheet(table(lab)).to_csv(index=False, lineterminator="\n"))


def read_answers(path: Path) -> list[Decision]:
    """Return the decisions of an edited sheet (CSV with ``id`` and ``answer``) or of a YAML list of such pairs.

    Raises
    ------
    LabkitError
        If a row is not understood; nothing is taken from a file with an error.
    """
    if not path.is_file():
        raise UsageError(f"no file '{path}'")
    if path.suffix.lower() in (".yml", ".yaml"):
        rows = read_yaml(path) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise LabkitError(f"{path.name}: expected a list of entries with 'id' and 'answer'")
    else:
        text = read_text(path)
        first = text.split("\n", 1)[0]
        reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
        if not {"id", "answer"} <= set(reader.fieldnames or []):
            raise LabkitError(f"{path.name}:1: expected the columns 'id' and 'answer'")
        rows = [{key: rearmed(cell) if isinstance(cell, str) else cell for key, cell in row.items()} for row in reader]
    taken = []
    for number, row in enumerate(rows, start=2):
        if not str(row.get("answer") or "").strip():
            continue
        try:
            one = decision(str(row["id"]), str(row["answer"]), reason=str(row.get("reason") or ""))
        except LabkitError as error:
            raise LabkitError(f"{path.name}:{number}: {error}") from error
        taken += [one] if one else []
    return taken


# --- duplicates


def _duplicates(lab: Lab, rows: dict, counts: dict[str, int]) -> Iterator[Proposal]:
    together = _shared_people(lab)
    for kind, reasons_of in (("organisation", _organisation_reasons), ("person", _person_reasons)):
        mine = sorted((r for r in rows.values() if r.type == kind), key=lambda r: r.actor_id)
        for one, other in _pairs(mine, kind):
            found = reasons_of(one.name, other.name)
            if not found:
                continue
            score, reasons = found
            shared = together.get(frozenset((one.actor_id, other.actor_id)), 0)
            if shared:
                score, reasons = score + 0.2, [*reasons, f"stesse persone o stesso ente: {shared}"]
            first, second = _longer_first(one, other, counts)
            yield Proposal(
                "duplicate",
                first.actor_id,
                first.name,
                second.actor_id,
                second.name,
                min(1.0, score),
                tuple(reasons),
                counts.get(second.actor_id, 0),
                tuple(_passages(lab, second.actor_id)),
            )


def _longer_first(one, other, counts: dict[str, int]):
    """The fuller or more frequent name keeps its id."""
    weight = {
        r.actor_id: (r.source == "registry", len(r.name.split()), counts.get(r.actor_id, 0)) for r in (one, other)
    }
    return (one, other) if weight[one.actor_id] >= weight[other.actor_id] else (other, one)


def _pairs(rows: list, kind: str) -> Iterator[tuple]:
    """Pairs that share a telling word, an acronym or the first letters: never every pair of thousands."""
    blocks: dict[str, list] = {}
    for row in rows:
        for key in _block_keys(row.name, kind):
            blocks.setdefault(key, []).append(row)
    seen = set()
    for key in sorted(blocks):
        block = blocks[key]
        if len(block) > 60:
            continue
        for n, one in enumerate(block):
            for other in block[n + 1 :]:
                pair = (one.actor_id, other.actor_id)
                if pair not in seen:
                    seen.add(pair)
                    yield one, other


def _block_keys(name: str, kind: str) -> set[str]:
    words = [w for w in org_key(name).split("-") if len(w) > 2] if kind == "organisation" else bare(name).split()
    telling = [w for w in words if w not in _HEADS]
    initials = "".join(w[0] for w in org_key(name).split("-"))
    keys = {w[:5] for w in telling} | {f"={''.join(sorted(person_key(name)))[:6]}"}
    return keys | ({f"~{initials}"} if len(initials) > 2 else set()) | ({f"~{bare(name)}"} if name.isupper() else set())


def _organisation_reasons(one: str, other: str) -> tuple[float, list[str]] | None:
    from rapidfuzz import fuzz

    a, b = org_key(one).split("-"), org_key(other).split("-")
    if {w for w in a if w.isdigit()} != {w for w in b if w.isdigit()}:
        return None  # "Distretto 1" and "Distretto 2"
    if frozenset(set(a) ^ set(b)) in _SUCCESSIONS:
        return None  # one follows the other in time; they are not the same
    short, long = sorted((a, b), key=len)
    initials = "".join(w[0] for w in long)
    if len(short) == 1 and len(short[0]) > 2 and short[0] == initials:
        return 0.9, [f"«{short[0].upper()}» sono le iniziali"]
    if short[0] in _TERRITORIES and long[0] != short[0]:
        return None  # "Fondazione della Provincia di X" is not the Provincia
    if set(short) - _HEADS and set(short) < set(long):
        extra = [w for w in long if w not in short]
        return 0.75 - 0.1 * (len(extra) - 1), [f"un nome contiene l'altro (in più: {' '.join(extra)})"]
    likeness = fuzz.ratio(" ".join(a), " ".join(b))
    if likeness >= LIKE and set(a) ^ set(b) and _same_places(a, b):
        return likeness / 100 - 0.15, [f"scritti quasi allo stesso modo ({likeness:.0f} su 100)"]
    return None


_TERRITORIES = frozenset(("comune", "provincia", "regione", "unione", "distretto", "ambito", "diocesi", "parrocchia"))
# Names that a reform replaced: in Lombardy the ASL became ATS, the hospitals ASST, in 2016.
_SUCCESSIONS = frozenset(frozenset(pair) for pair in (("asl", "ats"), ("ao", "asst"), ("asl", "asst"), ("usl", "ausl")))


def _same_places(a: list[str], b: list[str]) -> bool:
    """Two names that differ in a place are two organisations: "Comune di Bordano", "Comune di Bordolano"."""
    return {w for w in a if w in places()} == {w for w in b if w in places()}


def _person_reasons(one: str, other: str) -> tuple[float, list[str]] | None:
    from rapidfuzz import fuzz

    a, b = bare(one).replace(".", " ").split(), bare(other).replace(".", " ").split()
    short, long = sorted((a, b), key=lambda words: (len(words), len(" ".join(words))))
    if not short or not long:
        return None
    if len(short) == 1 and short[0] == long[-1] and len(long) > 1:
        return 0.6, ["lo stesso cognome, senza nome"]
    if len(short[0]) == 1 and short[1:] == long[1:] and long[0].startswith(short[0]):
        return 0.85, ["iniziale e cognome"]
    if len(short) > 1 and set(short) < set(long):
        return 0.7, ["un nome contiene l'altro"]
    likeness = fuzz.ratio(" ".join(sorted(a)), " ".join(sorted(b)))
    if likeness >= LIKE and re.sub(r"[aeiou]$", "", a[0]) == re.sub(r"[aeiou]$", "", b[0]) and a[0] != b[0]:
        return 0.35, [f"quasi uguali ({likeness:.0f} su 100), ma il nome può essere di due persone"]
    return (
        (likeness / 100 - 0.2, [f"scritti quasi allo stesso modo ({likeness:.0f} su 100)"])
        if likeness >= LIKE
        else None
    )


def _shared_people(lab: Lab) -> dict[frozenset, int]:
    """Pairs of organisations that one person came from, and of people who came from one organisation, with how many."""
    data = lab.attendance.dropna(subset=["actor_id"])[["person_id", "actor_id"]].drop_duplicates()
    counts: dict[frozenset, int] = {}
    for group, column in (("person_id", "actor_id"), ("actor_id", "person_id")):
        for _, members in data.groupby(group)[column]:
            names = sorted(members)
            for n, one in enumerate(names[:40]):
                for other in names[n + 1 : 40]:
                    key = frozenset((one, other))
                    counts[key] = counts.get(key, 0) + 1
    return counts


# --- organisations that no registry knows, and sectors that nobody stated


def _unknown(lab: Lab, rows: dict, counts: dict[str, int]) -> Iterator[Proposal]:
    known = set(lab.actor_sectors["actor_id"])
    sure = lab.mentions.groupby("actor_id")["certainty"].max() if len(lab.mentions) else {}
    for row in sorted(rows.values(), key=lambda r: r.actor_id):
        if row.type != "organisation":
            continue
        n = counts.get(row.actor_id, 0)
        if row.actor_id not in known:
            reasons = ("nessuna regola dice il settore",)
            yield Proposal(
                "sector", row.actor_id, row.name, None, None, 0.5, reasons, n, tuple(_passages(lab, row.actor_id))
            )
        elif row.source != "registry" and not _plainly_a_municipality(row.name):
            certainty = float(sure.get(row.actor_id, 0.5))
            reasons = (f"trovato dalle regole, certezza {certainty:.1f}".replace(".", ","),)
            yield Proposal(
                "new",
                row.actor_id,
                row.name,
                None,
                None,
                1 - certainty,
                reasons,
                n,
                tuple(_passages(lab, row.actor_id)),
            )


def _plainly_a_municipality(name: str) -> bool:
    from labkit.actors.mentions import municipality

    place = name.removeprefix("Comune di ")
    return place != name and municipality(place) == place


def _passages(lab: Lab, actor: str) -> Iterable[str]:
    """Where an actor stands: the words around it, or the post where the lab holds no text."""
    documents = lab.documents.set_index("doc_id")
    rows = lab.mentions[lab.mentions["actor_id"] == actor]
    if not len(rows):
        rows = lab.attendance[(lab.attendance["person_id"] == actor) | (lab.attendance["actor_id"] == actor)]
    for row in rows.head(PASSAGES).itertuples():
        document = documents.loc[row.doc_id]
        text = lab.texts.get(row.doc_id)
        if text is None or row.start is None or str(row.start) in ("<NA>", "nan"):
            yield f"{document['title']}"
            continue
        start, end = int(row.start), int(row.end)
        around = " ".join(text[max(0, start - 60) : end + 60].split())
        yield f"…{around}… ({document['source']})"

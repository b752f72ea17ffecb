"""How well the invented documents of tests/layouts are read: figures against what their writers annotated.

The writers had not seen the rules. ``python tests/layout_scores.py`` prints the figures by round: documents *a-f* and *m*
came first, *g* and *h* after the rules were mended on those, *u* and *v* after they were mended again, then *i* to *l*, *x* and *y*,
then *q* to *t* and *w*, then *n* to *p* and *z*, then *aa* to *af*, then *ba* to *bf*, and *ca* and *cb* last.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).parent / "layouts"
ROUNDS = {
    "first (62)": "a b c d e f m",
    "second (16)": "g h",
    "third (16)": "u v",
    "fourth (40)": "i j k l x y",
    "fifth (35)": "q r s t w",
    "sixth (42)": "n o p z",
    "seventh (42)": "aa ab ac ad ae af",
    "eighth (42)": "ba bb bc bd be bf",
    "ninth (16)": "ca cb",
}
ROUNDS["all (311)"] = " ".join(ROUNDS.values())
_TITLES = set(
    "don dott dottssa dr drssa d ing prof profssa sig sigra on arch avv rag suor mons geom padre diacono".split()
)
_SMALL = set("di del della dello dei degli delle d da in e ed il lo la l i gli le a al alla per con".split())
_COMMON = set(
    "comune comuni coop cooperativa sociale sociali soc consorzio fondazione associazione ass istituto scuola provincia regione azienda "
    "servizio servizi ente onlus ets odv aps srl spa scs snc sas centro gruppo unione ufficio piano parrocchia caritas".split()
)
_BODY = re.compile(
    r"ufficio di piano|assemblea|cabina|comitato|conferenza|tavolo|gruppo|ambito|distretto|consulta|giunta|consiglio|zona sociale",
    re.I,
)


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKD", text or "").replace("’", "'").lower()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", re.sub(r"(?<=\w)\.(?=\w)", "", text))


def person(name: str) -> str:
    """The letters of a name, whatever the order of its words."""
    return "".join(sorted("".join(w for w in _words(name) if w not in _TITLES)))


def _telling(name: str) -> frozenset[str]:
    return frozenset(w for w in _words(name) if w not in _SMALL)


def same(one: str, other: str) -> bool:
    """Whether two names are of one organisation: the same telling words, or one name short of the other by a little."""
    a, b = _telling(one), _telling(other)
    few, many = sorted((a, b), key=len)
    return a == b or bool(few and few <= many and few - _COMMON and len(many - few - _COMMON) <= 2)


def _alike(gold: dict, found: dict) -> float:
    names = [(g, f) for g in [gold["name"], *gold.get("alt", [])] for f in [found["name"], *found["aliases"]]]
    near = [len(_telling(g) & _telling(f)) / max(1, len(_telling(g) | _telling(f))) for g, f in names if same(g, f)]
    return max(near, default=0.0)


def score(gold: dict, read: dict, tally: Counter) -> None:
    """Add what one document shows to the tally."""
    meeting = read.get("meeting") or {}
    tally["date", meeting.get("date") in [gold.get("meeting_date"), *gold.get("meeting_date_alt", [])]] += 1
    for hour in ("start", "end"):
        if gold.get(hour):
            tally["hours", meeting.get(hour) == gold[hour]] += 1
    people = {person(a["name"]): a for a in reversed(read["attendance"])}
    for wanted in gold.get("attendance", []):
        found = people.pop(person(wanted["name"]), None)
        tally["attendance", "hit" if found else "missed"] += 1
        if found:
            tally["status", found["status"] == wanted["status"]] += 1
            if wanted.get("organisation"):
                tally[
                    "affiliation", bool(found["organisation"]) and same(wanted["organisation"], found["organisation"])
                ] += 1
    tally["attendance", "invented"] += len(people)
    _organisations(gold, read["organisations"], tally)
    ahead = {d["date"] for d in [*read["deadlines"], *read["events"]]}
    for wanted in gold.get("deadlines", []):
        tally["deadlines", wanted["date"] in ahead] += 1


def _organisations(gold: dict, found: list[dict], tally: Counter) -> None:
    wanted = gold.get("organisations", [])
    pairs = sorted(((_alike(w, f), i, j) for i, w in enumerate(wanted) for j, f in enumerate(found)), reverse=True)
    match: dict[int, int] = {}
    for near, i, j in pairs:
        if near and i not in match and j not in match.values():
            match[i] = j
    for i, w in enumerate(wanted):
        tally["organisations", "hit" if i in match else "missed"] += 1
        if i in match:
            f = found[match[i]]
            tally["exact", any(_telling(n) == _telling(f["name"]) for n in [w["name"], *w.get("alt", [])])] += 1
            if w.get("sector") in ("public", "third_sector", "profit") and w["name"] not in gold.get(
                "doubtful_sectors", []
            ):
                tally["sector", f["sector"] == w["sector"]] += 1
    passed = [*(w["name"] for w in wanted), *gold.get("organisations_optional", [])]
    for j, f in enumerate(found):
        if j not in match.values() and not _BODY.search(f["name"]) and not any(same(n, f["name"]) for n in passed):
            tally["organisations", "invented"] += 1


def figures(tally: Counter) -> dict[str, float]:
    out = {}
    for what in ("attendance", "organisations"):
        hit = tally[what, "hit"]
        out[what] = 2 * hit / max(1, 2 * hit + tally[what, "missed"] + tally[what, "invented"])
    for what in ("status", "affiliation", "exact", "sector", "date", "hours", "deadlines"):
        out[what] = tally[what, True] / max(1, tally[what, True] + tally[what, False])
    return {what: round(value, 3) for what, value in out.items()}


def scored(beginnings: str) -> dict[str, float]:
    """Read the documents whose names have one of these letters before their number, and return the figures."""
    from labkit import codebook, reading
    from labkit.actors.mentions import Knowledge

    knowledge = Knowledge(codebook.load())
    tally: Counter = Counter()
    for name, posts in json.loads((FOLDER / "gold.json").read_text(encoding="utf-8")).items():
        if re.match("[a-z]+", name).group() in beginnings.split():
            found = reading.read((name, FOLDER / name), knowledge).records
            fullest = max(found, key=lambda r: len(r["attendance"]) + len(r["organisations"]))
            score(posts[0], fullest, tally)
    return figures(tally)


if __name__ == "__main__":
    for label, beginnings in ROUNDS.items():
        found = scored(beginnings)
        print(f"{label:12} " + "  ".join(f"{what} {value:.2f}" for what, value in found.items()), file=sys.stdout)

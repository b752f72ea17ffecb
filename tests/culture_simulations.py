"""How often the tests of words and concepts err, how often their intervals hold, and what they find, in invented worlds.

Documents of unequal length whose words come in bursts: each document has its own liking for each word (a gamma of shape 0.5, so
that of two documents of one length one may hold a word three times as often as the other). Run without options for the tables
of docs/methods.md (an hour); --quick in make bench.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np
import pandas as pd
from scipy import sparse

from labkit.culture import words as comparing
from labkit.culture.counts import Counts, jackknife, ratio_interval, reach
from labkit.culture.makeup import composition
from labkit.culture.phenomena import associations
from labkit.culture.years import breaks, trend
from labkit.errors import UsageError
from labkit.pvalues import benjamini_hochberg

YEARS, SHAPE, DRAWS = 7, 0.5, 499


def world(
    random, documents: int, names: int = 40, *, rate: float | None = None, change=None, shape: float = SHAPE
) -> Counts:
    """Documents over seven years; *change* multiplies the rate of the first name by quarter."""
    words = (random.lognormal(np.log(350), 0.5, documents) + 30).round()
    rates = random.lognormal(np.log(1.5), 0.8, names) if rate is None else np.full(names, rate)
    quarter = np.sort(random.integers(0, 4 * YEARS, documents))
    mean = words[:, None] * rates / 1000 * random.gamma(shape, 1 / shape, (documents, names))
    if change is not None:
        mean[:, 0] *= change(quarter)
    days = (pd.Period("2012Q1") + int(q) for q in quarter)
    docs = pd.DataFrame(
        {"doc_id": [f"d{n:05d}" for n in range(documents)], "published": [str(d.start_time.date()) for d in days]}
    )
    docs["year"] = docs["published"].str[:4].astype(int)
    docs["kind"] = np.where(random.random(documents) < 0.7, "minutes", "news")
    return Counts(
        docs, [f"w{n:02d}" for n in range(names)], sparse.csr_array(random.poisson(mean).astype(float)), words
    )


def compared(counts: Counts, random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """p, p of the family and what could be detected, as `compare` finds them."""
    later = (counts.documents["year"] >= 2015).to_numpy()
    old, new = counts.only(~later), counts.only(later)
    a, b = old.x.sum(axis=0), new.x.sum(axis=0)
    observed = comparing._log_ratio(b, a + b, new.words.sum(), counts.words.sum())
    p, family, needed = comparing._permuted(counts, later, observed, DRAWS, random)
    _, variance, _ = ratio_interval(old, new)
    return p, family, comparing._to_be_found(old, new, observed, needed, np.sqrt(variance) / np.log(2))


def nothing_changed(documents: int, runs: int) -> None:
    random, seen = np.random.default_rng(documents), defaultdict(list)
    for run in range(runs):
        counts = world(random, documents)
        counts = counts.keep((counts.x > 0).sum(axis=0) >= min(10, documents // 4))
        if not counts.names:
            continue
        p, family, _ = compared(counts, random)
        seen["compare, p"].append((p <= 0.05).mean())
        seen["compare, any p_family"].append((family <= 0.05).any())
        seen["compare, any q"].append((benjamini_hochberg(p) <= 0.05).any())
        moved = trend(counts, given=["kind"], draws=DRAWS, seed=run)
        seen["trend, p"].append((moved["p"].dropna() <= 0.05).mean())
        seen["trend, any q"].append((moved["q"].dropna() <= 0.05).any())
        told = moved["low"].notna()
        seen["interval of the trend"].append(((moved["low"] <= 1) & (moved["high"] >= 1))[told].mean())
    say(f"{documents} documents, nothing changed", seen)


def intervals(documents: int, runs: int) -> None:
    """Rates and ratios of rates of 0.5, 1.5 and 4 a thousand words; the second group of documents is as large."""
    random, seen = np.random.default_rng(documents + 1), defaultdict(list)
    rates = np.repeat([0.5, 1.5, 4.0], 10)
    for _ in range(runs):
        pair = []
        for factor in (1, 1.7):
            words = (random.lognormal(np.log(350), 0.5, documents) + 30).round()
            x = random.poisson(words[:, None] * rates * factor / 1000 * random.gamma(SHAPE, 1 / SHAPE, (documents, 30)))
            docs = pd.DataFrame({"doc_id": range(documents)})
            pair.append(Counts(docs, [str(n) for n in range(30)], sparse.csr_array(x.astype(float)), words))
        log_rate, variance = jackknife(pair[0])
        ratio, both, freedom = ratio_interval(*pair)
        told = (pair[0].x > 0).sum(axis=0) > 1
        near = np.abs(log_rate - np.log(rates / 1000)) <= reach(variance, documents - 1)
        seen["interval of a rate"].append(near[told].mean())
        told &= (pair[1].x > 0).sum(axis=0) > 1
        seen["interval of a ratio"].append((np.abs(ratio - np.log(1.7)) <= reach(both, freedom))[told].mean())
    say(f"{documents} documents a group, intervals", seen)


def changed(documents: int, factor: float, runs: int) -> None:
    random, seen = np.random.default_rng(int(documents * factor)), defaultdict(list)
    yearly = factor ** (1 / 3.5)
    for run in range(runs):
        counts = world(random, documents, rate=2.0, change=lambda q: np.where(q >= 12, factor, 1))
        p, family, _ = compared(counts, random)
        seen["compare, p"].append(p[0] <= 0.05)
        seen["compare, p_family of 40 words"].append(family[0] <= 0.05)
        counts = world(random, documents, names=1, rate=2.0, change=lambda q: yearly ** (q / 4))
        seen[f"trend of {yearly:.2f} a year"].append(bool((trend(counts, draws=199, seed=run)["p"] <= 0.05).iloc[0]))
    say(f"{documents} documents, a word {factor} times as often", seen)


def detected(documents: int, runs: int) -> None:
    """How often the effect that one world names as detectable is found in another."""
    random, seen = np.random.default_rng(documents + 2), defaultdict(list)
    for run in range(runs):
        first = world(random, documents, rate=2.0)
        rise = compared(first, random)[2][0]
        if np.isfinite(rise):
            again = world(random, documents, rate=2.0, change=lambda q, rise=rise: np.where(q >= 12, 2**rise, 1))
            seen["compare, at its detectable"].append(compared(again, random)[1][0] <= 0.05)
        ratio = trend(first.keep(np.arange(40) == 0), draws=99, seed=run)["detectable"].iloc[0]
        if np.isfinite(ratio):
            again = world(random, documents, names=1, rate=2.0, change=lambda q, ratio=ratio: ratio ** (q / 4 - 3.5))
            seen["trend, at its detectable"].append(bool((trend(again, draws=199, seed=run)["p"] <= 0.05).iloc[0]))
        first = world(random, documents, names=1, rate=2.0)
        ratio = breaks(first, "w00", draws=49, seed=run).detectable
        if np.isfinite(ratio):
            again = world(
                random, documents, names=1, rate=2.0, change=lambda q, ratio=ratio: np.where(q >= 14, ratio, 1)
            )
            seen["breaks, at its detectable"].append(breaks(again, "w00", draws=199, seed=run).p <= 0.05)
    say(f"{documents} documents, what is said to be detectable", seen)


def broken(documents: int, factor: float, runs: int) -> None:
    random, seen = np.random.default_rng(int(documents * factor) + 3), defaultdict(list)
    quarter = lambda day: (pd.Period(day, "Q") - pd.Period("2012Q1")).n  # noqa: E731
    for run in range(runs):
        at = int(random.integers(8, 21))
        counts = world(
            random, documents, names=1, rate=3.0, shape=1.0, change=lambda q, at=at: np.where(q >= at, factor, 1)
        )
        try:
            found = breaks(counts, "w00", draws=199, seed=run)
        except UsageError:
            continue
        seen["found, p at most .05"].append(found.p <= 0.05)
        if found.p <= 0.05 and factor != 1:
            seen["interval holds the place"].append(quarter(found.low) <= at <= quarter(found.high))
            seen["quarters from the place"].append(abs(quarter(found.place) - at))
            seen["width of the interval, quarters"].append(quarter(found.high) - quarter(found.low) + 1)
    say(f"{documents} documents, a break of {factor} times", seen)


def made_up(documents: int, runs: int) -> None:
    """Two kinds of documents whose shares change, and rates within them that do by 1.5: does each part's interval hold?"""
    random, seen = np.random.default_rng(documents + 4), defaultdict(list)
    rates, shares = np.array([[2.0, 3.0], [6.0, 9.0]]), np.array([[0.7, 0.4], [0.3, 0.6]])  # kind × period
    within = (shares.mean(axis=1) * (rates[:, 1] - rates[:, 0])).sum()
    between = ((shares[:, 1] - shares[:, 0]) * rates.mean(axis=1)).sum()
    for _ in range(runs):
        period = np.arange(documents) % 2
        kind = (random.random(documents) < shares[1][period]).astype(int)
        words = (random.lognormal(np.log(350), 0.5, documents) + 30).round()
        x = random.poisson(words * rates[kind, period] / 1000 * random.gamma(SHAPE, 1 / SHAPE, documents))
        docs = pd.DataFrame({"doc_id": range(documents), "year": 2014 + period, "kind": kind})
        counts = Counts(docs, ["w"], sparse.csr_array(x[:, None].astype(float)), words)
        row = composition(counts, before=(2014, 2014), after=(2015, 2015), by="kind").iloc[0]
        for part, true in (("change", within + between), ("within", within), ("between", between)):
            seen[f"interval of {part}"].append(row[f"{part}_low"] <= true <= row[f"{part}_high"])
    say(f"{documents} documents, composition", seen)


def together(documents: int, runs: int) -> None:
    """Sections of documents with likings of their own for phenomena and frames, which know nothing of one another."""
    random, seen = np.random.default_rng(documents + 5), defaultdict(list)
    book = {n: {"id": n, "group": "phenomenon"} for n in ("p0", "p1", "p2")}
    book |= {n: {"id": n, "group": "axis", "axis": n, "pole": "new"} for n in ("f0", "f1", "f2")}
    for run in range(runs):
        sections = np.repeat(np.arange(documents), random.integers(1, 7, documents))
        ids = [f"s{n:05d}" for n in range(len(sections))]
        rows = []
        for name in book:
            liking = random.beta(0.6, 2.4, documents)
            rows += [(ids[n], name) for n in np.nonzero(random.random(len(sections)) < liking[sections])[0]]
        concepts = pd.DataFrame(rows, columns=["section_id", "concept_id"]).assign(negated=False)
        table = pd.DataFrame({"section_id": ids, "doc_id": sections.astype(str), "n_words": 100})
        found = associations(concepts, table, codebook=book, draws=199, seed=run)
        if len(found):
            seen["associations, p"].append((found["p"] <= 0.05).mean())
            seen["associations, any q"].append((found["q"] <= 0.05).any())
            told = found["low"].notna()
            seen["interval of the log odds"].append(((found["low"] <= 0) & (found["high"] >= 0))[told].mean())
    say(f"{documents} documents, phenomena and frames apart", seen)


def say(what: str, seen: dict[str, list]) -> None:
    print(f"{what} ({max(map(len, seen.values()))} runs)")
    for name, values in seen.items():
        values = np.array([float(v) for v in values if np.isfinite(float(v))])
        print(
            f"    {name:40} {values.mean():7.3f}  (Monte-Carlo error {values.std() / np.sqrt(len(values)):.3f})",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()
    runs = 60 if wanted.quick else wanted.runs
    few = (40,) if wanted.quick else (20, 40, 80, 160)
    tables = {
        "nothing": [(nothing_changed, n) for n in few],
        "intervals": [(intervals, n) for n in ((20, 40) if wanted.quick else (8, 10, 20, 40, 80))],
        "together": [(together, n) for n in ((60,) if wanted.quick else (30, 60, 120))],
        "makeup": [(made_up, n) for n in ((80,) if wanted.quick else (40, 80, 160))],
        "breaks": [(broken, n, f) for n, f in (((80, 3),) if wanted.quick else ((80, 1), (80, 2), (80, 3), (160, 2)))],
        "changed": [
            (changed, n, f)
            for n, f in (((80, 3),) if wanted.quick else ((40, 3), (80, 1.5), (80, 2), (80, 3), (160, 2)))
        ],
        "detected": [(detected, n) for n in ((80,) if wanted.quick else (40, 80, 160))],
    }
    for name, calls in tables.items():
        if wanted.only in ("", name):
            for call, *given in calls:
                call(*given, runs)


if __name__ == "__main__":
    main()

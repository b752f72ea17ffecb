"""Figures of words and concepts agree with second programs, published examples and their own definitions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import sparse
from scipy.stats import chi2_contingency

import labkit as lk
from labkit import culture
from labkit.culture import words as comparing
from labkit.culture.counts import Counts, jackknife, most_if_rare, ratio_interval
from labkit.culture.speakers import organisation_of_speakers
from labkit.culture.uptake import _after_meeting
from labkit.culture.years import _clusters, _design, _fitted
from labkit.errors import UsageError
from labkit.language.concepts import concept_finder
from labkit.language.vocabulary import WORD, lowered

sys.path.insert(0, str(Path(__file__).parent))
import codebook_scores

FOLDER = Path(__file__).parent / "oracles"
GIVEN = json.loads((FOLDER / "culture.json").read_text(encoding="utf-8"))
R = json.loads((FOLDER / "culture_R.json").read_text(encoding="utf-8"))


def made(x, words, **columns) -> Counts:
    x = np.atleast_2d(np.asarray(x, dtype=float).T).T
    docs = pd.DataFrame({"doc_id": [f"d{n:03d}" for n in range(len(x))], **columns})
    if "published" not in docs:
        docs["published"] = [f"{year}-05-01" for year in columns.get("year", [2014] * len(x))]
    docs["year"] = docs["published"].str[:4].astype(int)
    return Counts(docs, [f"w{n}" for n in range(x.shape[1])], sparse.csr_array(x), np.asarray(words, dtype=float))


def bursty(seed: int, documents: int, names: int = 3) -> Counts:
    random = np.random.default_rng(seed)
    words = random.integers(100, 900, documents)
    x = random.poisson(words[:, None] * 4 / 1000 * random.gamma(0.5, 2, (documents, names)))
    kind = random.choice(["minutes", "news"], documents)
    return made(x, words, year=random.integers(2012, 2019, documents), kind=kind)


# --- second programs


def test_word_shift_agrees_with_shifterator():
    sides = [("2014", GIVEN["before"]), ("2016", GIVEN["after"])]
    terms = pd.DataFrame(
        [(year, word, n) for year, side in sides for word, n in side.items()], columns=["doc_id", "lemma", "n"]
    )
    docs = pd.DataFrame({"doc_id": ["2014", "2016"], "published": ["2014-01-01", "2016-01-01"], "n_words": [123, 149]})
    found = culture.shift(terms, docs, before=(2014, 2014), after=(2016, 2016))
    theirs = pd.Series(GIVEN["contributions"])
    assert found.set_index("lemma")["share"].sort_index().to_dict() == pytest.approx(
        (theirs / theirs.sum()).to_dict(), abs=1e-9
    )
    assert found.attrs["divergence"] == pytest.approx(GIVEN["divergence"], abs=1e-12)
    signs = found.set_index("lemma")["contribution"] > 0
    assert signs["fiducia"] and signs["comunità"] and not signs["utente"]


def test_place_of_a_break_agrees_with_ruptures():
    given = GIVEN["broken"]
    months = pd.period_range("2012-01", periods=40, freq="M")
    counts = made(given["times"], given["words"], published=[str(month.start_time.date()) for month in months])
    found = culture.breaks(counts, "w0", every="month", draws=199, seed=1)
    assert found.place == str(months[given["place"]].start_time.date())
    assert found.low <= found.place <= found.high and found.p == 0.005


def test_correspondence_agrees_with_mass():
    table = pd.DataFrame(GIVEN["table"], index=list("abcde"), columns=list("wxyz"))
    rows, columns, inertia = culture.correspondence(table)
    cor = np.array(R["cor"])
    for ours, theirs in ((rows, R["rows"]), (columns, R["columns"])):
        assert np.abs(ours[["x", "y"]].to_numpy()) == pytest.approx(np.abs(np.array(theirs) * cor), abs=1e-6)
    assert inertia[1] / inertia[0] == pytest.approx((cor[1] / cor[0]) ** 2, abs=1e-9)


def test_g2_agrees_with_r_and_scipy():
    found = comparing.g2(np.array([39.0]), np.array([6.0]), 13455, 19800)
    assert found == pytest.approx([R["g2"]], abs=1e-8)
    table = [[39, 13455 - 39], [6, 19800 - 6]]
    assert found == pytest.approx([chi2_contingency(table, correction=False, lambda_="log-likelihood")[0]], abs=1e-8)


def test_slope_of_a_trend_agrees_with_r():
    given = R["trend"]
    counts = made(given["times"], given["words"], year=given["year"], kind=given["kind"])
    found = culture.trend(counts, given=["kind"], draws=99, seed=1)
    assert np.log(found["ratio"].item()) == pytest.approx(given["slope"], abs=1e-8)


def test_spread_of_a_trend_agrees_with_statsmodels():
    """The sandwich of residuals over one less their leverage, from the hat values and covariance of statsmodels."""
    counts = bursty(5, 80)
    _, design, cell = _design(counts, ["kind"])
    slope, variance = _fitted(counts.x.toarray(), counts.words, design, cell, _clusters(counts.documents, None))
    z = design[cell]
    for place in range(3):
        y = counts.x[:, [place]].toarray()[:, 0]
        fit = sm.GLM(y, z, family=sm.families.Poisson(), offset=np.log(counts.words)).fit(tol=1e-12)
        hat = fit.get_influence().hat_matrix_diag
        pull = (z @ fit.normalized_cov_params)[:, 1] * (y - fit.mu) / (1 - np.clip(hat, 0, 0.9))
        assert slope[place] == pytest.approx(fit.params[1], abs=1e-8)
        assert variance[place] == pytest.approx((pull**2).sum(), rel=1e-6)


# --- definitions and published examples


def test_dispersion_of_the_published_example():
    """Gries 2008: five parts of 9, 10, 10, 10 and 11 words with 1 to 5 times "a": a deviation of proportions of .18."""
    counts = made([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    assert comparing.dispersion(counts) * (1 - 9 / 50) == pytest.approx([0.18])
    assert comparing.dispersion(made([5, 5], [10, 10])) == pytest.approx([0])
    assert comparing.dispersion(made([0, 5], [10, 10])) == pytest.approx([1])


def test_leaving_out_documents_is_what_the_formula_does():
    counts = bursty(3, 25)
    log_rate, variance = jackknife(counts)
    x = counts.x.toarray()
    for place in range(3):
        left = [
            np.log(np.delete(x[:, place], n).sum() / np.delete(counts.words, n).sum()) for n in range(len(counts.words))
        ]
        n = len(left)
        assert log_rate[place] == pytest.approx(np.log(x[:, place].sum() / counts.words.sum()))
        assert variance[place] == pytest.approx((n - 1) / n * ((np.array(left) - np.mean(left)) ** 2).sum())


def test_a_name_that_one_document_holds_has_no_interval():
    counts = made([[3, 0, 1], [0, 0, 2], [0, 0, 0]], [100, 100, 100])
    log_rate, variance = jackknife(counts)
    assert np.isnan(variance).tolist() == [True, True, False] and np.isnan(log_rate[1])
    assert most_if_rare(counts, counts)[:2] == pytest.approx([5.57 * 3 / 300, 3.69 * 1 / 300])


def test_degrees_of_freedom_are_those_of_welch():
    a, b = bursty(1, 20), bursty(2, 50)
    _, variance, freedom = ratio_interval(a, b)
    va, vb = jackknife(a)[1], jackknife(b)[1]
    assert variance == pytest.approx(va + vb)
    assert freedom == pytest.approx((va + vb) ** 2 / (va**2 / 19 + vb**2 / 49))


def test_a_fitted_tail_is_near_what_many_more_draws_say():
    """A statistic with p of about 1 in 2,000, from a thousand draws, against three hundred thousand."""
    random = np.random.default_rng(1)
    many = np.abs(random.gamma(2, 1, 300_000) - 2)
    size = np.quantile(many, [1 - 1 / 2000, 1 - 1 / 10_000])
    found = np.array(
        [comparing._share_beyond(np.tile(random.permutation(many)[:999], (2, 1)), size) for _ in range(40)]
    )
    assert np.median(found[:, 0]) * 2000 == pytest.approx(1, rel=0.6)
    assert np.median(found[:, 1]) * 10_000 == pytest.approx(1, rel=1.2)
    assert (found > 0).all() and (found <= 11 / 1000).all()


def test_a_change_is_parted_as_kitagawa_does():
    """Two kinds: rates of 10 and 30 become 20 and 30, shares of ½ and ½ become ¼ and ¾; worked by hand."""
    counts = made([10, 30, 10, 45], [1000, 1000, 500, 1500], year=[2014, 2014, 2016, 2016], kind=["a", "b", "a", "b"])
    found = culture.composition(counts, before=(2014, 2014), after=(2016, 2016), by="kind").iloc[0]
    assert found[["change", "within", "between"]].astype(float).tolist() == pytest.approx([7.5, 3.75, 3.75])
    assert np.isnan(found["within_low"])  # four documents
    # A kind that is there in the later period alone changes who speaks, not how they do.
    counts = made([10, 10, 30], [1000, 1000, 1000], year=[2014, 2016, 2016], kind=["a", "a", "b"])
    found = culture.composition(counts, before=(2014, 2014), after=(2016, 2016), by="kind").iloc[0]
    assert found[["change", "within", "between"]].astype(float).tolist() == pytest.approx([10, 0, 10])
    assert found["shared"] == pytest.approx(2 / 3)


def test_who_met_one_that_used_it_already():
    """Three organisations; the first two met on days 5 and 40, the last two on day 20."""
    met = {(0, 1): [5.0, 40.0], (1, 2): [20.0]}
    pairs = [(a, b, np.array(days)) for (x, y), days in met.items() for a, b in ((x, y), (y, x))]
    days = np.array([[1.0, 9.0, 30.0], [1.0, 4.0, 15.0], [9.0, 9.0, 9.0], [10.0, 30.0, 50.0]])
    # The second met the first (day 5) between their first uses, the third the second (day 20): two.
    # In the last row the first two met only before the first used it and after the second did; the third met nobody since.
    assert _after_meeting(days, pairs).tolist() == [2, 0, 0, 0]


def test_poles_are_weighed_by_shrunken_log_odds(esempio):
    docs = culture.described(esempio)
    found = culture.axes(esempio.concepts, docs, codebook=esempio.codebooks.culture, over="period")
    row = found[found["axis"] == "delegation-community"].set_index("period")
    share = (row["new"].sum() + 0.5) / (row[["old", "new"]].sum().sum() + 1)
    for period in row.index:
        expected = np.log((row.loc[period, "new"] + 10 * share) / (row.loc[period, "old"] + 10 * (1 - share)))
        assert row.loc[period, "score"] == pytest.approx(expected)
    assert row.loc["2012-2014", "high"] < row.loc["2015-2018", "low"]


# --- the planted truth of esempio


@pytest.fixture(scope="module")
def poles(esempio) -> Counts:
    return culture.of_concepts(
        esempio.concepts, culture.described(esempio), codebook=esempio.codebooks.culture, by="pole"
    )


def test_the_planted_break_is_dated(poles, truth):
    for name in ("delegation-community:new", "delegation-community:old", "rescue-autonomy:old"):
        found = culture.breaks(poles, name, draws=199, seed=1)
        assert found.place == str(truth["shift"]["day"]) and found.p == 0.005
        assert found.low <= found.place <= found.high


def test_planted_trends_are_found_and_the_change_is_within(poles):
    moved = culture.trend(poles, given=["kind"], cluster="meeting", draws=199, seed=1).set_index("name")
    assert moved.loc["delegation-community:new", "low"] > 1 and moved.loc["delegation-community:old", "high"] < 1
    assert np.isnan(moved.loc["few-wider:old", "ratio"])  # never found: it cannot be told
    parts = culture.composition(poles, before=(2012, 2014), after=(2015, 2018), by="body_id").set_index("name")
    row = parts.loc["delegation-community:new"]
    assert row["within_low"] > 0 and abs(row["between"]) < row["within"]


def test_sectors_speak_with_the_words_of_their_statements(esempio):
    concepts, documents = culture.by_sector(esempio)
    assert documents["doc_id"].is_unique and (documents["n_words"] > 0).all()
    assert set(concepts["doc_id"]) <= set(documents["doc_id"])
    whole = esempio.statements["n_words"].sum()
    assert 0 < documents["n_words"].sum() <= whole
    rates = culture.rates(concepts, documents, codebook=esempio.codebooks.culture, by="group", over="sector")
    assert set(rates["sector"]) == set(documents["sector"])


def test_discourse_edges_lead_to_their_statements(esempio):
    two = culture.discourse(esempio)
    sides = {n: data["bipartite"] for n, data in two.nodes(data=True)}
    for a, b, data in two.edges(data=True):
        assert {sides[a], sides[b]} == {0, 1}
        ids = data["evidence"].split()
        assert len(ids) == data["weight"] and esempio.evidence(ids[0])["quotation"]
        assert data["sign"] == (-1 if 2 * data["negated"] > data["weight"] else 1)
    assert len(lk.network.project(two)) == sum(side == 0 for side in sides.values())


def test_concordances_are_sorted_and_lead_to_the_text(esempio, cremasco):
    texts = {doc: " ".join(text.split()) for doc, text in esempio.texts.items()}
    for sort, side, step in (("left", "left", -1), ("right", "right", 1)):
        found = culture.concordance(esempio, "delega", sort=sort)
        assert len(found) == esempio.concepts.query("concept_id == 'delega'")["n"].sum() > 9
        for row in found.itertuples():
            assert (row.left + row.node + row.right).strip() in texts[row.doc_id]
        nearest = [WORD.findall(lowered(text))[::step][0] for text in found[side] if WORD.findall(lowered(text))]
        assert nearest == sorted(nearest)
    assert culture.concordance(esempio, "Casa", years=(2016, 2016))["date"].str[:4].unique().tolist() == ["2016"]
    bare = culture.concordance(cremasco, "comunita")
    assert list(bare.columns) == ["date", "doc_id", "title", "section", "n"] and bare["n"].sum() > 0
    with pytest.raises(UsageError, match="no lemma 'comunitaa'"):
        culture.concordance(esempio, "comunitaa")


# --- the codebook against readers


def test_what_the_codebook_finds_is_what_readers_find():
    rows = {row["concept"]: row for row in codebook_scores.scores()}
    assert len(rows) == 12
    for concept, row in rows.items():
        coded = row["both"] + row["reader"]
        assert coded >= 30 and row["neither"] + row["codebook"] >= 30, concept
        assert row["both"] / (row["both"] + row["codebook"]) >= 0.8, concept


# --- tables as they really come


def with_table(lab, **tables):
    """The lab with other rows in some tables."""
    from types import SimpleNamespace

    names = "documents meetings attendance statements concepts actors actor_sectors mentions sections terms ties codebooks name"
    return SimpleNamespace(**{**{name: getattr(lab, name) for name in names.split()}, **tables})


def test_a_person_speaks_for_the_organisation_of_that_meeting(esempio):
    who = organisation_of_speakers(esempio)
    came = esempio.attendance.dropna(subset=["actor_id"]).groupby("person_id")["actor_id"].nunique()
    moved = came[came > 1].index
    assert len(moved)
    said = esempio.statements[esempio.statements["speaker"].isin(moved)]
    for row in said.itertuples():
        here = esempio.attendance.query("doc_id == @row.doc_id and person_id == @row.speaker")["actor_id"].dropna()
        if len(here):
            assert who[row.statement_id] in set(here)
    again = organisation_of_speakers(with_table(esempio, attendance=esempio.attendance.iloc[::-1]))
    assert again.equals(who)


def test_a_sector_is_that_of_the_day(esempio):
    later = pd.DataFrame(
        {"actor_id": ["filotersa"], "sector": ["public"], "from": ["2016-01-01"], "to": [None], "source": ["x"]}
    )
    lab = with_table(esempio, actor_sectors=pd.concat([esempio.actor_sectors, later], ignore_index=True))
    _, before = culture.by_sector(esempio)
    _, after = culture.by_sector(lab)
    words = lambda docs, old: docs[(docs["published"] < "2016") == old].groupby("sector")["n_words"].sum().to_dict()  # noqa: E731
    assert words(before, True) == words(after, True) and words(before, False) != words(after, False)


def test_posts_of_one_meeting_belong_together_and_those_without_a_body_do_not(esempio):
    meetings = esempio.meetings.copy()
    meetings.loc[:2, ["body_id", "date"]] = [None, "2014-05-05"]
    two = meetings.loc[[3]].assign(meeting_id="x.m9", doc_id=meetings.loc[4, "doc_id"])
    lab = with_table(esempio, meetings=pd.concat([meetings, two], ignore_index=True))
    lab.periods = esempio.periods
    found = culture.described(lab).set_index("doc_id")["meeting"]
    assert found[meetings.loc[:2, "doc_id"]].is_unique
    assert found[meetings.loc[3, "doc_id"]] == found[meetings.loc[4, "doc_id"]]


def test_a_trend_of_clusters_over_the_turn_of_a_year_uses_the_years_of_the_documents():
    counts = bursty(5, 120, names=1)
    x = np.random.default_rng(1).poisson(counts.words * 0.01 * np.exp(0.3 * (counts.documents["year"] - 2015)))
    counts = made(x, counts.words, year=counts.documents["year"], body=[f"b{n % 9}" for n in range(120)])
    with pytest.raises(UsageError, match="years apart"):
        culture.trend(counts, cluster="body", seed=1)
    pairs = counts.documents.sort_values("year").reset_index()
    together = pd.Series([f"c{n // 2}" for n in range(120)], index=pairs["index"]).sort_index().to_numpy()
    counts.documents["meeting"] = together
    found = culture.trend(counts, cluster="meeting", draws=199, seed=1)
    assert found["p"].item() == 0.005 and found["low"].item() > 1


def test_a_statement_that_uses_and_negates_a_concept_has_used_it(esempio):
    two = culture.discourse(esempio)
    back = culture.discourse(with_table(esempio, concepts=esempio.concepts.iloc[::-1].reset_index(drop=True)))
    assert [d["negated"] for *_, d in two.edges(data=True)] == [d["negated"] for *_, d in back.edges(data=True)]
    ax = lk.network.network_map(two, lk.network.positions(two, seed=1))
    said = {text.get_text() for text in ax.texts}
    assert "Casa e sfratti" in {text.replace("\n", " ") for text in said}
    assert ax.get_legend().get_texts()[-1].get_text() == "Concetto"


def test_documents_of_which_only_the_year_is_known_are_left_out_where_a_day_is_asked(cremasco):
    poles = culture.of_concepts(cremasco.concepts, cremasco.documents, codebook=cremasco.codebooks.culture, by="pole")
    ax = culture.uses_in_time(poles, poles.names[:2])
    whole = poles.documents["published"].str.len().eq(10).sum()
    assert 0 < whole < len(poles.documents)
    assert np.isfinite(np.asarray(ax.collections[0].get_offsets(), dtype=float)[:, 0]).sum() == whole
    with pytest.raises(UsageError, match="documents have a day"):
        culture.breaks(poles, poles.names[0], seed=1)


def test_the_words_of_a_concepts_phrases_are_not_its_neighbours(esempio):
    book = esempio.codebooks.culture
    found = culture.neighbours(esempio.terms, esempio.concepts, "minori-e-tutela", codebook=book)["lemma"]
    assert not set(found) & {"minore", "tutela", "affido"} and len(found) > 5


def test_a_heading_above_negates_nothing(esempio):
    found = concept_finder(esempio.codebooks).find("Non ci sono novità\nReciprocità tra vicini")
    assert not found[0].negated


# --- what cannot be told is said


def test_questions_that_cannot_be_answered(esempio):
    book, few = esempio.codebooks.culture, bursty(1, 9)
    one_year = made([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9], [100] * 11, year=[2014] * 11)
    cases = [
        (lambda: culture.trend(few, draws=99, seed=1), "ten documents"),
        (lambda: culture.trend(one_year, draws=99, seed=1), "one year"),
        (lambda: culture.trend(bursty(1, 40), given=["year"], draws=99, seed=1), "cannot be told from the years"),
        (lambda: culture.trend(bursty(1, 40), given=["mood"], draws=99, seed=1), "no column 'mood'"),
        (lambda: culture.breaks(one_year, "w0", draws=99, seed=1), "compare two periods instead"),
        (lambda: culture.breaks(bursty(1, 40), "w9", draws=99, seed=1), "no name 'w9'"),
        (lambda: culture.shift(esempio.terms, esempio.documents, before=(2012, 2015), after=(2015, 2018)), "overlap"),
        (
            lambda: culture.shift(esempio.terms, esempio.documents, before=(1990, 1991), after=(2015, 2018)),
            "no document",
        ),
        (
            lambda: culture.compare(esempio.terms, esempio.documents, before=(2014, 2012), after=(2015, 2018), seed=1),
            "first and last",
        ),
        (lambda: culture.composition(few, before=(2012, 2014), after=(2015, 2018), by="mood"), "no column 'mood'"),
        (lambda: culture.rates(esempio.concepts, esempio.documents, codebook=book, over="mood"), "grouped by 'mood'"),
        (lambda: culture.rates(esempio.concepts, esempio.documents, codebook=book, by="mood"), "nothing to count by"),
        (lambda: culture.diffusion(esempio, ["vulnerabilita"], draws=99, seed=1), "fewer than five"),
        (lambda: culture.correspondence(pd.DataFrame([[1, 2], [3, 4]])), "three rows"),
        (lambda: culture.neighbours(esempio.terms, esempio.concepts, "cassa", codebook=book), "no concept 'cassa'"),
        (
            lambda: culture.associations(esempio.concepts, esempio.sections, codebook=book, frames="x", seed=1),
            "no frames",
        ),
        (lambda: culture.first_uses(esempio, of="town"), "nobody called 'town'"),
        (
            lambda: culture.compare(
                esempio.terms, esempio.documents, before=("2012", "2014"), after=(2015, 2018), seed=1
            ),
            "first and last",
        ),
        (lambda: culture.compare(esempio.terms, esempio.documents, before=2012, after=2015, seed=1), "first and last"),
        (
            lambda: culture.compare(
                esempio.terms, esempio.documents, before=(2012, 2014), after=(2015, 2018), draws=1, seed=1
            ),
            "draws",
        ),
        (lambda: culture.concordance(esempio, "casa", years=("2012", "2013")), "first and last"),
        (
            lambda: culture.axes_by_year(culture.rates(esempio.concepts, esempio.documents, codebook=book)),
            "rates of the poles",
        ),
    ]
    for call, message in cases:
        with pytest.raises(UsageError, match=message):
            call()


def test_one_document_and_no_concepts_give_empty_answers_and_no_nan_that_looks_like_one(esempio):
    book, docs = esempio.codebooks.culture, esempio.documents.head(1)
    rates = culture.rates(esempio.concepts.head(0), docs, codebook=book)
    assert (rates["n"] == 0).all() and rates[["low", "high"]].isna().all().all()
    assert len(culture.associations(esempio.concepts.head(0), esempio.sections, codebook=book, seed=1)) == 0
    assert len(culture.rates(esempio.concepts, esempio.documents.head(0), codebook=book)) == 0
    two = esempio.documents.sort_values("published").iloc[[0, -1]]
    assert len(culture.compare(esempio.terms, two, before=(2012, 2014), after=(2015, 2018), seed=1)) == 0

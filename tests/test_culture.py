"""Cultures: the planted shift comes back, chance does not, figures agree with other programs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

import labkit as lk
from labkit import codebook
from labkit.culture import words as comparing
from labkit.errors import LabkitError
from labkit.inspection import failing_examples
from labkit.language.concepts import concept_finder
from labkit.language.vocabulary import plain


@pytest.fixture(scope="module")
def words(esempio):
    return lk.culture.compare(
        esempio.terms, esempio.documents, before=(2012, 2014), after=(2015, 2018), seed=1
    ).set_index("lemma")


def test_planted_words_rise_and_fall(words, truth):
    planted = truth["shift"]
    risen, fallen = words.loc[planted["rise"]], words.loc[planted["fall"]]
    assert (risen["low"] > 0).all() and (fallen["high"] < 0).all()
    assert (words.loc[planted["rise"] + planted["fall"], "p_family"] < 0.05).all()


def test_planted_words_that_stay_are_not_called_a_change(words, truth):
    assert (words.loc[truth["shift"]["steady"], "p_family"] > 0.05).all()


def test_the_shift_is_dated_by_the_axes(esempio, truth):
    rates = lk.culture.rates(esempio.concepts, esempio.documents, codebook=esempio.codebooks.culture, by="pole")
    year = int(str(truth["shift"]["day"])[:4])
    new = rates.query("name == 'delegation-community:new'").set_index("year")
    before, after = new[new.index < year], new[new.index >= year]
    assert before["high"].max() < after["low"].min()


def noise(seed: int, documents: int = 60, lemmas: int = 80) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents of two periods with bursty words and no difference between the periods."""
    random = np.random.default_rng(seed)
    rates = random.gamma(0.4, 1.0, size=(documents, lemmas)) * random.gamma(1.0, 5.0, size=lemmas)
    counts = random.poisson(rates)
    docs = pd.DataFrame(
        {
            "doc_id": [f"d{i:03d}" for i in range(documents)],
            "published": ["2014-05-01" if i % 2 else "2016-05-01" for i in range(documents)],
            "n_words": 500,
        }
    )
    rows = [
        (f"d{i:03d}", f"parola{j:03d}", int(counts[i, j]))
        for i in range(documents)
        for j in range(lemmas)
        if counts[i, j]
    ]
    return pd.DataFrame(rows, columns=["doc_id", "lemma", "n"]), docs


def test_chance_is_not_called_a_change():
    """Bursty words without any difference: p below 0.05 in about one of twenty, nothing left after correction."""
    share, corrected = [], 0
    for seed in range(8):
        terms, docs = noise(seed)
        found = lk.culture.compare(terms, docs, before=(2014, 2014), after=(2016, 2016), seed=seed)
        share.append((found["p"] < 0.05).mean())
        corrected += (found["p_family"] < 0.05).any()
    assert 0.01 < np.mean(share) < 0.09
    assert corrected <= 2


def test_a_real_difference_in_bursty_words_is_found():
    terms, docs = noise(99)
    later = set(docs.loc[docs["published"] == "2016-05-01", "doc_id"])
    more = terms["doc_id"].isin(later) & (terms["lemma"] == "parola007")
    extra = pd.DataFrame({"doc_id": sorted(later), "lemma": "parola007", "n": 40})
    found = lk.culture.compare(
        pd.concat([terms[~more], extra]), docs, before=(2014, 2014), after=(2016, 2016), seed=1
    ).set_index("lemma")
    assert found.loc["parola007", "p_family"] < 0.05
    assert found.index[0] == "parola007"


def test_log_odds_follow_the_formula_of_the_paper(words):
    """Monroe, Colaresi and Quinn 2008, equations 16, 19 and 22, written out word by word."""
    x = np.array([[3.0, 0.0, 7.0], [1.0, 5.0, 2.0]])
    expected = []
    for w in range(3):
        alpha0 = 500.0
        alpha = alpha0 * x[:, w].sum() / x.sum()
        odds = []
        for group in (1, 0):
            y, n = x[group, w], x[group].sum()
            odds.append((y + alpha) / (n + alpha0 - y - alpha))
        variance = 1 / (x[1, w] + alpha) + 1 / (x[0, w] + alpha)
        expected.append((np.log(odds[0]) - np.log(odds[1])) / np.sqrt(variance))
    assert comparing.log_odds(x[0], x[1]) == pytest.approx(expected, abs=1e-12)


def test_corrected_p_agrees_with_statsmodels(words):
    expected = multipletests(words["p"], method="fdr_bh")[1]
    assert words["q"].to_numpy() == pytest.approx(expected, abs=1e-12)


def test_p_is_never_zero(words):
    assert words["p"].min() > 0
    assert words["p_family"].min() == pytest.approx(1 / 5000)


def test_a_word_that_a_period_hardly_uses_has_an_open_interval(words):
    """The smoothing constant is no information: the outer side is open, the inner one by the most that chance leaves room for."""
    never = words[words["n_before"] == 0]
    assert len(never) > 3
    assert never["high"].isna().all() and (never["low"] < never["log_ratio"]).all()
    used = words[(words["n_before"] > 9) & (words["n_after"] > 9)]
    assert len(used) > 20 and used[["low", "high"]].notna().all().all()


def test_few_documents_give_no_band_and_silence_no_certainty(esempio):
    rates = lk.culture.rates(esempio.concepts, esempio.documents, codebook=esempio.codebooks.culture, by="pole")
    silent = rates[rates["n"] == 0]
    # A name that no document of a year holds may be in up to 3.69 of them, once each at least.
    assert len(silent) and (silent["low"] == 0).all() and (silent["high"] * silent["words"] >= 3690 - 1e-6).all()
    few = esempio.documents.groupby(esempio.documents["published"].str[:4]).head(7)
    rates = lk.culture.rates(esempio.concepts, few, codebook=esempio.codebooks.culture, by="pole")
    assert rates[["low", "high"]].isna().all().all()


def test_what_is_said_to_be_detectable_is_mostly_detected():
    """A word raised to the detectable amount, in worlds made for it."""
    found = []
    for seed in range(12):
        terms, docs = noise(seed, lemmas=40)
        first = lk.culture.compare(terms, docs, before=(2014, 2014), after=(2016, 2016), seed=seed)
        row = first.set_index("lemma").sort_values("documents").iloc[-1]
        later = set(docs.loc[docs["published"] == "2016-05-01", "doc_id"])
        raised = terms["doc_id"].isin(later) & (terms["lemma"] == row.name)
        factor = 2 ** (row["detectable"] - row["log_ratio"])
        changed = terms.assign(n=np.where(raised, (terms["n"] * factor).round(), terms["n"]).astype(int))
        again = lk.culture.compare(changed, docs, before=(2014, 2014), after=(2016, 2016), seed=seed).set_index("lemma")
        found.append(again.loc[row.name, "p_family"] < 0.05)
    assert 0.5 <= np.mean(found) <= 1


def test_rates_are_counts_over_words(esempio):
    rates = lk.culture.rates(esempio.concepts, esempio.documents, codebook=esempio.codebooks.culture)
    docs = esempio.documents.assign(year=esempio.documents["published"].str[:4])
    mine = docs[docs["year"] == "2016"]
    n = esempio.concepts[
        esempio.concepts["doc_id"].isin(mine["doc_id"]) & (esempio.concepts["concept_id"] == "comunita")
    ]["n"].sum()
    row = rates[(rates["year"] == 2016) & (rates["name"] == "comunita")].iloc[0]
    assert row["n"] == n > 0
    assert row["rate"] == pytest.approx(1000 * n / mine["n_words"].sum())
    assert row["low"] <= row["rate"] <= row["high"]


def test_too_few_documents_give_no_answer(cremasco):
    assert (
        len(lk.culture.compare(cremasco.terms, cremasco.documents, before=(2014, 2015), after=(2016, 2017), seed=1))
        == 0
    )


def test_every_example_of_the_codebook_holds(esempio):
    """A concept is found in each sentence given for it, and in none given against it."""
    find = concept_finder(esempio.codebooks)
    wrong = []
    for entry in esempio.codebooks.culture.values():
        for sentence in entry.get("for", []):
            if entry.id not in {f.concept_id for f in find.find(plain(sentence))}:
                wrong.append(("missed", entry.id, sentence))
        for sentence in entry.get("against", []):
            if entry.id in {f.concept_id for f in find.find(plain(sentence))}:
                wrong.append(("invented", entry.id, sentence))
    assert wrong == []


def test_negation_and_quotation_are_marked(esempio):
    find = concept_finder(esempio.codebooks)
    found = {f.concept_id: f for f in find.find('Non si lavora più per emergenze: "serve reciprocità", si è detto.')}
    assert found["emergenza"].negated and not found["emergenza"].quoted
    reciprocity = next(f for concept, f in found.items() if concept.startswith("reciprocit"))
    assert reciprocity.quoted and not reciprocity.negated


def test_a_phrase_and_its_lemma_count_once(esempio):
    find = concept_finder(esempio.codebooks)
    for text in ("Il progetto Wel(l)fare legami continua.", "Si avvia la co-progettazione."):
        found = [(f.concept_id, f.start) for f in find.find(text)]
        assert len({c for c, _ in found}) == len(found)


def lab_with(tmp_path, text: str):
    books = tmp_path / "codebooks"
    books.mkdir()
    (books / "culture.yml").write_text(text, encoding="utf-8")
    return codebook.load(books)


CONCEPT = """
- id: accoglienza-in-famiglia
  label: Accoglienza in famiglia
  description: Families that take somebody in.
  source: invented
  version: "3"
  group: phenomenon
  patterns: ["famigli\\\\w+\\\\s+accoglient\\\\w+"]
  lemmas: [affidatario]
  unless: ["registro affidatario"]
  for: ["Tre famiglie  accoglienti si presentano.", "Un genitore affidatario racconta."]
  against: ["Il registro affidatario è chiuso."]
"""


def test_a_concept_may_have_patterns_and_exceptions(tmp_path):
    books = lab_with(tmp_path, CONCEPT)
    found = concept_finder(books).find("Famiglie accoglienti, registro affidatario, padre affidatario")
    mine = [(f.start, f.found_by) for f in found if f.concept_id == "accoglienza-in-famiglia"]
    assert mine == [(0, "pattern"), (50, "lemma")]
    assert failing_examples(books) == []
    assert books.culture["accoglienza-in-famiglia"]["version"] == "3"


def test_examples_that_do_not_hold_are_listed_with_their_place(tmp_path):
    broken = CONCEPT.replace("Il registro affidatario è chiuso.", "Il padre affidatario tace.")
    found = failing_examples(lab_with(tmp_path, broken))
    assert len(found) == 1
    assert (
        found[0].startswith("codebooks/culture.yml:2: ") and "viene trovato in: Il padre affidatario tace." in found[0]
    )


@pytest.mark.parametrize(
    ("pattern", "message"),
    [(".*", "found in every text"), ("\\\\w+", "found in every text"), ("(casa", "cannot be read")],
)
def test_a_pattern_that_finds_everything_or_nothing_is_refused(tmp_path, pattern, message):
    with pytest.raises(LabkitError, match=message):
        lab_with(tmp_path, CONCEPT.replace("famigli\\\\w+\\\\s+accoglient\\\\w+", pattern))


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        ("Abbiamo superato l'idea della delega ai tecnici.", True),
        ("La delega ai servizi è superata.", True),
        ("Si mette in discussione la delega.", True),
        ("Basta con la logica della delega.", True),
        ("La delega ai servizi pesa ancora.", False),
        ("La delega è al primo punto.", False),
    ],
)
def test_an_idea_that_is_left_behind_is_marked(esempio, sentence, marked):
    found = [f for f in concept_finder(esempio.codebooks).find(sentence) if f.concept_id == "delega"]
    assert [f.negated for f in found] == [marked]

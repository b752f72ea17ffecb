"""The report: what it says with and without workshops, that its figures are those of the tables, and both of its files."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import mammoth
import pytest
import yaml
from answering import HERE, MAP, opened, room

import labkit as lk
from labkit import report, work
from labkit.errors import LabkitError, UsageError
from labkit.report import origins, since
from labkit.report.blocks import Cannot, Column, Contents, Figure, Section, Table, Text, numbered, readable, table
from labkit.report.charts import answers_chart
from labkit.report.contents import contents
from labkit.report.office import docx
from labkit.report.web import html
from labkit.wording import number
from labkit.workshop.codes import of_graphs

ROOT = Path(__file__).parent.parent
FIRST, LAST = "2015-05-08", "2017-10-11"
SHARED = ("comune-borgolaro", "comune-montaversa")
MADE = {"labkit": "0", "Seme": "1"}


def session(folder: Path, name: str, day: str, seats: dict[str, str], **said) -> dict:
    """Write what was said in a workshop as a small YAML file of the lab; return it."""
    told = {
        "session": name,
        "date": day,
        "map": MAP,
        "seats": [{"seat": seat, "saved": 1, "sector": sector} for seat, sector in seats.items()],
        **said,
    }
    (folder / "feedback").mkdir(exist_ok=True)
    path = folder / "feedback" / f"{day}-{name.lower().replace(' ', '-')}.yml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return told


def says(seat: str, pair: tuple[str, str], answer: str, kind: str = "co_presence", **more) -> dict:
    return {"seat": seat, "kind": kind, "a": min(pair), "b": max(pair), "answer": answer, **more}


def made_of(lab, figures=None, changed=None, **more) -> Contents:
    return contents(lab, lk.network.build(lab), changed, figures or {}, provenance=MADE, **more)


def text_of(chapter: Section) -> str:
    return " ".join(block.text for block in chapter.blocks if hasattr(block, "text"))


def chapter(made: Contents, name: str) -> Section:
    return next(one for one in made.sections if one.id == name)


def rows_of(made: Contents, caption: str) -> list[list[str]]:
    """The cells of the table whose caption begins so, lines of a cell joined."""
    (found,) = [one for one in made.of(Table) if one.caption.startswith(caption)]
    return [[" / ".join(cell) for cell in row] for row in found.rows]


def without_answers(folder: Path) -> Path:
    """A copy of esempio of which no workshop has spoken yet."""
    return shutil.copytree(ROOT / "corpus" / "esempio", folder, ignore=shutil.ignore_patterns("feedback"))


# --- an invented district with two workshops


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """The district before any workshop."""
    place = tmp_path_factory.mktemp("quiet")
    return lk.open_lab(without_answers(place / "esempio"), outputs=place / "outputs")


@pytest.fixture(scope="module")
def district(quiet, tmp_path_factory):
    """A copy of esempio with two invented workshops, and what was said there, answer by answer."""
    folder = tmp_path_factory.mktemp("district") / "esempio"
    without_answers(folder)
    edges = sorted(tuple(sorted(edge)) for edge in lk.network.build(quiet).edges())
    ties = [pair for pair in edges if pair != SHARED][:9]
    seats = {f"a{n}": sector for n, sector in enumerate(("public", "public", "third_sector", "third_sector", "profit"))}
    first = [
        says(seat, pair, "denied" if (n + place) % 4 == 0 else "confirmed", sector=seats[seat])
        for n, seat in enumerate(seats)
        for place, pair in enumerate(ties)
    ]
    first += [says(seat, SHARED, "confirmed", sector=seats[seat]) for seat in seats]
    first[3]["note"], first[7]["note"] = "una nota riservata", "un'altra nota"
    one = session(
        folder,
        "Tavolo di maggio",
        FIRST,
        seats,
        judgements=first,
        missing_actors=[{"seat": "a0", "id": "new-1", "name": "Circolo Il Ponte", "sector": "third_sector"}],
        missing_ties=[{"seat": "a0", "kind": "co_presence", "a": "comune-montaversa", "b": "new-1"}],
    )
    second = [says(seat, SHARED, "denied", sector=seats[seat]) for seat in seats]
    second += [
        says(seat, pair, "unsure" if n == 0 else "confirmed", sector=seats[seat])
        for n, seat in enumerate(seats)
        for pair in ties[:4]
    ]
    two = session(folder, "Incontro di ottobre", LAST, seats, judgements=second)
    lab = lk.open_lab(folder, outputs=folder.parent / "outputs")
    return lab, [one, two]


@pytest.fixture(scope="module")
def ran(district):
    """The main job on it: the figures by name and the words compared."""
    lab, _ = district
    assert work.run(lab).changed
    figures = {path.stem: path for path in sorted((lab.outputs / "figures").glob("*.png"))}
    changed = lk.culture.compare(
        lab.terms, lab.documents, before=lab.periods[0], after=lab.periods[1], draws=499, seed=1
    )
    return figures, changed


@pytest.fixture(scope="module")
def whole(district, ran) -> Contents:
    return made_of(district[0], *ran)


@pytest.fixture(scope="module")
def files(district, ran, tmp_path_factory) -> dict[str, Path]:
    lab, _ = district
    to = tmp_path_factory.mktemp("report")
    paths = report.write(lab, lk.network.build(lab), ran[1], ran[0], provenance=MADE, to=to)
    assert [path.name for path in paths] == ["report.html", "report.docx"]
    return {path.suffix: path for path in paths}


@pytest.fixture(scope="module")
def answers_said(district) -> list[dict]:
    """Every answer of both workshops, with its day."""
    return [{**entry, "date": told["date"]} for told in district[1] for entry in told["judgements"]]


def test_chapters_stand_in_their_order(whole, quiet):
    ids = [one.id for one in whole.sections]
    assert ids == "letto rapporti partenariati prove detto cambiato parole dubbi limiti fonti".split()
    assert [one.id for one in made_of(quiet).sections] == [one for one in ids if one not in ("detto", "cambiato")]


def test_without_a_workshop_nothing_is_said_of_one_but_that_it_is_missing(quiet, cremasco):
    for lab in (quiet, cremasco):
        made = made_of(lab)
        assert "partecipanti" not in str(made) and "laborator" not in str(
            [s for s in made.sections if s.id != "limiti"]
        )
        assert any("Finora in nessun laboratorio" in row[1] for row in rows_of(made, "Che cosa non si può dire"))


def test_tiles_are_what_the_tables_hold(whole, district):
    lab, _ = district
    shown = dict(whole.sections[0].blocks[0].items)
    kinds = Counter(lab.actors["type"])
    assert shown == {
        "testi": number(len(lab.documents)),
        "parole": number(lab.documents["n_words"].sum()),
        "incontri": number((lab.meetings["relation"] != "announced").sum()),
        "con elenco dei presenti": number(lab.attendance["meeting_id"].nunique()),
        "enti": number(kinds["organisation"]),
        "persone": number(kinds["person"]),
    }


# --- figures


def test_each_figure_has_a_sentence_and_says_in_words_what_it_shows(whole, ran):
    figures = whole.of(Figure)
    assert [one.number for one in figures] == list(range(1, 8))
    assert {one.png for one in figures} >= {path.read_bytes() for path in ran[0].values()}
    for one in figures:
        assert re.fullmatch(r"[A-ZÈ0-9].+[.]", one.says) and one.says not in (one.caption, one.alt)
        assert one.says in one.alt or "%" in one.alt
        assert not one.caption.endswith(".")
    assert len({one.says for one in figures}) == len(figures)


def test_sentences_of_the_maps_say_what_the_networks_are(whole, district):
    lab, _ = district
    net = lk.network.build(lab)
    degrees = dict(net.degree())
    most = max(degrees, key=degrees.get)
    first, early, late = whole.of(Figure)[:3]
    assert f"I rapporti sono {net.number_of_edges()}; {net.nodes[most]['name']} ha incontrato" in first.says
    assert f"({degrees[most]})" in first.says
    before, now = (lk.network.build(lab, years=years) for years in lab.periods)
    assert f"con {before.number_of_edges()} rapporti" in early.says
    kept = len({frozenset(e) for e in now.edges()} & {frozenset(e) for e in before.edges()})
    assert f"{kept} c'erano già nel 2012-2014, {now.number_of_edges() - kept} no" in late.says


def test_sentence_of_the_poles_names_those_whose_intervals_lie_apart(whole, district):
    lab, _ = district
    rates = lk.culture.rates(lab.concepts, lab.documents, codebook=lab.codebooks.culture, by="pole")
    then, now = (rates[rates["year"] == year].set_index("name") for year in (2012, 2018))
    labels = lk.culture.labels(lab.codebooks.culture)
    says = next(one.says for one in whole.of(Figure) if one.caption.startswith("Le tesi"))
    named = set(re.findall("«(.+?)»", says))
    apart = {
        labels[n]
        for n in then.index
        if then.loc[n, "high"] < now.loc[n, "low"] or now.loc[n, "high"] < then.loc[n, "low"]
    }
    assert named and named <= apart
    assert len(apart) - len(named) == sum(int(n) for n in re.findall(r"altri (\d+)", says))


def test_sentence_of_the_words_is_that_of_the_table(whole, ran):
    changed = ran[1]
    sure = changed[changed["p_family"] < 0.05]
    up = sure[sure["log_ratio"] > 0].iloc[0]
    says = next(one.says for one in whole.of(Figure) if one.caption.startswith("Le parole"))
    assert (
        f"cresce più nettamente è «{up['lemma']}» (da {number(up['rate_before'], 1)} a {number(up['rate_after'], 1)}"
        in says
    )


def test_the_chart_of_answers_shows_shares_and_hides_what_cannot_be_told():
    known = {"what": "Compresenza", "n": 40, "estimate": 0.75, "low": 0.6, "high": 0.9}
    thin = {"what": "Pubblico", "sector": "public", "n": 3, "estimate": 1.0, "low": None, "high": None}
    none = {"what": "Altro", "sector": "other", "n": 0, "estimate": None, "low": None, "high": None}
    above, below = answers_chart([known], [thin, none]).axes
    spans = [line.get_xdata() for line in above.lines if len(set(line.get_ydata())) == 1 and len(line.get_xdata()) == 2]
    assert any(list(span) == [60, 90] for span in spans)
    points = [
        (line.get_xdata()[0], line.get_color()) for line in below.lines if line.get_marker() not in ("None", None, "")
    ]
    assert points == [(100.0, "white")]
    assert [text.get_text() for text in (*above.texts, *below.texts)] == ["75% di 40", "100% di 3", "non si può dire"]


# --- what participants said


def test_sessions_seats_and_answers_are_those_of_the_files(whole, district):
    _, told = district
    rows = rows_of(whole, "Le risposte, laboratorio per laboratorio")
    assert [row[0] for row in rows] == ["Tavolo di maggio / 8 maggio 2015", "Incontro di ottobre / 11 ottobre 2017"]
    for row, one in zip(rows, told):
        answers = Counter(entry["answer"] for entry in one["judgements"])
        added = len(one.get("missing_ties", []))
        counts = [answers["confirmed"], answers["denied"], answers["unsure"], added]
        assert row[1:] == [str(n) for n in (5, sum(counts), *counts)]


def test_shares_by_kind_and_sector_are_counted_from_the_answers(whole, answers_said):
    for caption, key, words in (
        ("Quota di conferme per tipo di rapporto", "kind", {"co_presence": "Compresenza"}),
        (
            "Quota di conferme per settore",
            "sector",
            {"public": "Pubblico", "third_sector": "Terzo settore", "profit": "Imprese"},
        ),
    ):
        shown = {row[0]: row for row in rows_of(whole, caption)}
        assert set(shown) == set(words.values())
        for group, label in words.items():
            mine = [entry for entry in answers_said if entry[key] == group]
            told = [entry for entry in mine if entry["answer"] != "unsure"]
            yes = sum(entry["answer"] == "confirmed" for entry in told)
            seats = {(entry["date"], entry["seat"]) for entry in told}
            ties = {(entry["a"], entry["b"]) for entry in told}
            assert shown[label][1] == f"{number(100 * yes / len(told))}%"
            assert shown[label][3:] == [str(n) for n in (len(told), len(seats), len(ties), len(mine) - len(told))]
    figure = next(one for one in whole.of(Figure) if one.caption.startswith("Quota"))
    told = [entry for entry in answers_said if entry["answer"] != "unsure"]
    assert f"Su {len(told)} risposte {sum(e['answer'] == 'confirmed' for e in told)} confermano" in figure.says


def test_intervals_stand_in_words_or_the_reason_why_not(whole):
    by_kind, by_sector = (
        {row[0]: row[2] for row in rows_of(whole, f"Quota di conferme per {what}")}
        for what in ("tipo di rapporto", "settore")
    )
    assert re.fullmatch(r"tra \d+% e \d+%", by_kind["Compresenza"])
    assert by_sector["Imprese"] == "non si può dire"  # two seats
    reason = next(one for one in whole.of(Cannot) if "quanto varierebbe la quota per" in one.what)
    assert "«Imprese»" in reason.what and "meno di 4 posti" in reason.why and "Imprese, ne mancano 2" in reason.needed


def test_disputed_ties_bear_code_answers_and_documents(whole, district, answers_said):
    lab, _ = district
    denied = Counter((entry["a"], entry["b"]) for entry in answers_said if entry["answer"] == "denied")
    rows = rows_of(whole, "I rapporti che almeno un posto non conferma")
    assert len(rows) == len(denied)
    codes = of_graphs(origins.ties_of(lab).graphs.values())
    names = lab.actors.set_index("actor_id")["name"]
    for row in rows:
        kind, a, b = next(tie for tie, code in codes.items() if code == row[0])
        assert kind == "co_presence" and row[1] == f"{names[a]} – {names[b]} / Compresenza"
        assert f"{denied[a, b]} non conferma" in row[2]
        lines = row[3].split(" / ")
        times = lk.network.build(lab)[a][b]["weight"]
        assert len(lines) == min(times, 6) and all(line[0].isupper() for line in lines[:5])
        assert times < 6 or lines[5] == ("e un'altra volta" if times == 6 else f"e altre {times - 5} volte")


def test_what_is_missing_and_notes_are_counted_and_notes_never_shown(whole, files):
    assert [row[1:3] for row in rows_of(whole, "I rapporti che i partecipanti hanno aggiunto")] == [
        ["Circolo Il Ponte – Comune di Montaversa", "Compresenza"]
    ]
    said = text_of(chapter(whole, "detto"))
    assert "un ente che la mappa non mostrava: Circolo Il Ponte" in said
    assert "sono state scritte 2 note" in said
    for path in files.values():
        assert "riservata" not in read(path)


def test_agreement_is_that_of_krippendorff(whole, answers_said):
    import krippendorff

    counts = Counter((entry["a"], entry["b"], entry["answer"]) for entry in answers_said)
    ties = sorted({key[:2] for key in counts})
    values = [[counts[(*tie, answer)] for answer in ("confirmed", "denied")] for tie in ties]
    alpha = krippendorff.alpha(value_counts=values, level_of_measurement="nominal")
    said = text_of(chapter(whole, "detto"))
    shown = number(alpha, 2).replace("-", "−")
    assert f"l'accordo è {shown} ({len(ties)} rapporti giudicati" in said


# --- codes and evidence


def test_codes_are_those_of_the_map_page(cremasco):
    page = of_graphs(lk.workshop.layers(cremasco))
    assert origins.ties_of(cremasco).codes == page
    made = made_of(cremasco)
    shown = {row[0] for one in made.of(Table) if one.columns[0].head == "Codice" for row in rows_of(made, one.caption)}
    assert shown and shown <= set(page.values())


def test_strongest_ties_come_first_with_their_latest_documents(whole, district):
    lab, _ = district
    net = lk.network.build(lab)
    weights = sorted((d["weight"] for _, _, d in net.edges(data=True)), reverse=True)
    rows = rows_of(whole, "Compresenza, i rapporti trovati più volte")
    assert [int(row[2]) for row in rows] == weights[: len(rows)] and len(rows) == 8
    ends = {" – ".join(net.nodes[n]["name"] for n in sorted(e)): e for e in net.edges()}
    for row in rows:
        last = net.edges[ends[row[1]]]["last"]
        newest, *others = row[3].split(" / ")
        assert newest.endswith(last[:4]) and others[-1] == f"e altre {int(row[2]) - 5} volte"
        assert len(others) == 5


# --- what changed since


def test_new_texts_and_meetings_are_those_dated_after_the_last_workshop(whole, district):
    lab, _ = district
    new = (lab.documents["published"] > LAST).sum()
    held = lab.meetings[(lab.meetings["relation"] != "announced") & (lab.meetings["date"] > LAST)]
    listed = held["meeting_id"].isin(lab.attendance["meeting_id"]).sum()
    said = text_of(chapter(whole, "cambiato"))
    assert f"{new} testi su {len(lab.documents)}" in said
    assert f"{len(held)} incontri, di cui {listed} con elenco dei presenti" in said


def test_ties_are_new_if_their_first_evidence_is_later_and_known_if_only_the_last(whole, district):
    lab, _ = district
    graphs = [
        lk.network.build(lab, kind=kind) for kind in ("co_presence", "declared_partnership", "co_mention", "tension")
    ]
    edges = [(kind, d["first"], d["last"]) for kind in graphs for _, _, d in kind.edges(data=True)]
    new = sum(first > LAST for _, first, _ in edges)
    again = sum(first <= LAST < last for _, first, last in edges)
    rows = rows_of(whole, "Rapporti nuovi")
    caption = next(one.caption for one in whole.of(Table) if one.caption.startswith("Rapporti già noti"))
    assert len(rows) == new and caption.endswith(f": 20 su {again}")
    row = next(
        row for row in rows_of(whole, "Rapporti già noti") if row[1] == "Comune di Borgolaro – Comune di Montaversa"
    )
    assert row[4] == "5 confermano / 5 non confermano"


def test_a_judgement_that_turned_and_the_share_then_and_now(whole, district, answers_said):
    (row,) = rows_of(whole, "I rapporti di cui il giudizio si è rovesciato")
    assert row[1] == "Comune di Borgolaro – Comune di Montaversa / Compresenza"
    assert row[2:] == ["5 confermano / 8 maggio 2015", "5 non confermano / 11 ottobre 2017"]
    both = {e["a"] + e["b"] for e in answers_said if e["date"] == FIRST} & {
        e["a"] + e["b"] for e in answers_said if e["date"] == LAST and e["answer"] != "unsure"
    }
    shown = rows_of(whole, "La quota di conferme negli ultimi due laboratori")
    assert [row[1] for row in shown] == ["8 maggio 2015", "11 ottobre 2017"] * 2
    for row, day, kept in zip(shown, (FIRST, LAST) * 2, (None, None, both, both)):
        told = [
            e
            for e in answers_said
            if e["date"] == day and e["answer"] != "unsure" and (kept is None or e["a"] + e["b"] in kept)
        ]
        yes = sum(e["answer"] == "confirmed" for e in told)
        assert (row[2], row[4]) == (f"{number(100 * yes / len(told))}%", str(len(told)))
    assert f"({len(both)})" in shown[2][0]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "Nessun testo è di dopo quel giorno."),
        ("Nota\n\nUn testo che non porta una data.\n", "se un testo sia di prima o di dopo l'ultimo laboratorio"),
        ("Nota\n3 giugno 2026\n\nSi riapre.\n", "Non mostrano alcun rapporto, né nuovo né già noto."),
    ],
    ids=["no new text", "undated", "new but silent"],
)
def test_where_nothing_can_be_told_of_a_change_it_says_so(tmp_path, document, said):
    folder = room(tmp_path)
    if document:
        (folder / "b.txt").write_text(document, encoding="utf-8")
    session(folder, "Tavolo", "2026-05-12", {"aa": ""}, judgements=[says("aa", (HERE[0], HERE[1]), "confirmed")])
    told = chapter(made_of(opened(folder)), "cambiato")
    assert said in text_of(told)
    assert not [block for block in told.blocks if isinstance(block, Table)]


def test_a_tie_whose_other_texts_bear_no_date_is_neither_new_nor_known(tmp_path):
    folder = room(tmp_path)
    (folder / "b.txt").write_text("Nota\n\nPresenti: Anna Brandi (ACLI), Luca Ferri (Cisvol)\n", encoding="utf-8")
    (folder / "c.md").write_text(
        "---\ntitle: Tavolo - 3 giugno 2026\npublished: 2026-06-05\n---\nPresenti: Anna Brandi (ACLI), Luca Ferri (Cisvol)\n",
        encoding="utf-8",
    )
    session(folder, "Tavolo", "2026-05-12", {"aa": ""}, judgements=[says("aa", (HERE[0], HERE[1]), "confirmed")])
    told = chapter(made_of(opened(folder)), "cambiato")
    assert "Nessun rapporto è nuovo. Di nessun rapporto già noto c'è altro." in text_of(told)
    assert "rapporti dei testi di dopo fossero già noti" in text_of(told)


def test_a_lab_without_meetings_has_a_report(tmp_path):
    folder = tmp_path / "vuoto"
    folder.mkdir()
    (folder / "a.txt").write_text(
        "Nota\n3 giugno 2014\n\nParlano il Comune di Soresina e la Caritas.\n", encoding="utf-8"
    )
    said = [says("aa", ("caritas", "comune-soresina"), "denied", kind="co_mention")]
    session(folder, "Tavolo", "2026-05-12", {"aa": ""}, judgements=said)
    lab = opened(folder)
    assert not len(lab.meetings)
    made = made_of(lab)
    assert "Nessun testo è di dopo quel giorno." in text_of(chapter(made, "cambiato"))
    none = next(one for one in made.of(Cannot) if one.what == "chi si incontra con chi")
    assert none.needed == "Servono almeno 10 elenchi di presenti in più, con l'ente di ciascuno."


def test_a_day_that_is_known_by_year_alone_is_no_later_day():
    assert since.later("2017", LAST) is None and since.later("2018", LAST) is True


# --- what cannot be told


def test_everything_that_cannot_be_told_stands_in_one_chapter_with_what_is_needed(whole, cremasco, small_lab, tmp_path):
    for made in (whole, made_of(cremasco), made_of(lk.open_lab(small_lab, outputs=tmp_path / "o"))):
        gathered = {row[0]: row[1:] for row in rows_of(made, "Che cosa non si può dire")}
        found = [
            block for one in made.sections if one.id != "limiti" for block in one.blocks if isinstance(block, Cannot)
        ]
        assert found
        for block in found:
            why, needed = gathered[block.what[0].upper() + block.what[1:]]
            assert why == block.why[0].upper() + block.why[1:] + "." and re.match("Serv|Basta", needed)
        # Words that say so outside such a block would be missed by the chapter.
        loose = [b.text for one in made.sections for b in one.blocks if isinstance(b, Text) and one.id != "fonti"]
        assert not [text for text in loose if "non si può" in text.lower()]


def test_cremasco_says_what_two_lists_cannot_show(cremasco, tmp_path):
    changed = lk.culture.compare(cremasco.terms, cremasco.documents, before=(2014, 2015), after=(2016, 2017), seed=1)
    rates = lk.culture.rates(cremasco.concepts, cremasco.documents, codebook=cremasco.codebooks.culture, by="pole")
    drawn = lk.network.save(lk.culture.axes_by_year(rates), tmp_path / "assi")
    made = made_of(cremasco, {"assi": drawn[0]}, changed)
    told = {one.what: one for one in made.of(Cannot)}
    few = told["chi lavora abitualmente con chi, né chi fa da ponte tra gli altri"]
    assert few.why.startswith("2 elenchi di presenze") and "almeno 8 elenchi di presenti in più" in few.needed
    assert "Verbale, Ufficio di Piano, 18 gennaio 2017" in few.needed  # minutes without a list
    words = told["se le parole sono cambiate tra 2014-2015 e 2016-2017"]
    assert "4 nel 2016-2017" in words.why and "1 documento in più nel 2016-2017" in words.needed
    years = next(one for what, one in told.items() if "degli anni 2014, 2015 e 2017" in what)
    assert "2014: 4; 2015: 5; 2017: 4" in years.why
    assert "posizione di ponte più marcata" not in str(made)
    page = html(made)
    for one in told.values():
        assert one.text.replace("'", "&#39;") in page


@pytest.mark.parametrize(
    ("answers", "what", "why"),
    [
        (
            ["unsure"] * 2,
            "quanto della mappa sia confermato",
            "nessuno ha risposto «confermo» o «non confermo» (2 «non so»)",
        ),
        (["confirmed"] * 2, "quanto i posti siano d'accordo", "un solo rapporto è giudicato da almeno due posti"),
    ],
)
def test_answers_that_are_too_few_are_not_made_into_shares(tmp_path, answers, what, why):
    folder = room(tmp_path)
    said = [says(seat, (HERE[0], HERE[1]), answer) for seat, answer in zip(("aa", "bb"), answers)]
    session(folder, "Tavolo", "2026-05-12", {"aa": "", "bb": ""}, judgements=said)
    found = {one.what: one.why for one in made_of(opened(folder)).of(Cannot)}
    assert found[what] == why


# --- the two files


class Page(HTMLParser):
    """What a page holds: its tags, its words and the attributes of its pictures."""

    def __init__(self, path: Path):
        super().__init__()
        self.tags, self.images, self.words = Counter(), [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_data(self, data):
        self.words.append(data)


def read(path: Path) -> str:
    """The words of a report, as a second program reads its file."""
    if path.suffix == ".html":
        return " ".join(Page(path).words)
    with path.open("rb") as file:
        return mammoth.extract_raw_text(file).value


def converted(path: Path) -> str:
    with path.open("rb") as file:
        return mammoth.convert_to_html(file, convert_image=mammoth.images.img_element(lambda image: {})).value


def test_both_files_say_the_same(whole, files):
    page, document = (" ".join(read(path).split()) for path in (files[".html"], files[".docx"]))
    for one in whole.sections:
        for block in one.blocks:
            words = [block.text] if hasattr(block, "text") else []
            if isinstance(block, Figure):
                words = [block.says, block.caption]
            if isinstance(block, Table):
                words = [block.caption, *(line for row in block.rows for cell in row for line in cell)]
            for text in (one.heading, *words):
                shown = " ".join(text.split())
                assert shown in page and shown in document, text


def test_the_page_has_heads_captions_and_words_for_its_pictures(whole, files):
    page = Page(files[".html"])
    tables = whole.of(Table)
    assert page.tags["h2"] == len(whole.sections) and page.tags["h1"] == 1
    assert page.tags["thead"] == page.tags["caption"] == len(tables)
    assert page.tags["tr"] == sum(1 + len(one.rows) for one in tables)
    assert [image["alt"] for image in page.images] == [one.alt for one in whole.of(Figure)]
    assert page.tags["script"] == page.tags["link"] == 0
    text = files[".html"].read_text(encoding="utf-8")
    assert '<html lang="it">' in text and "http" not in text
    style = text.split("<style>")[1].split("</style>")[0]
    printed = style.split("@media print")[1]
    assert "size: A4" in style and "table-header-group" in printed
    assert re.search(r"figure, tr[^{]*\{ break-inside: avoid", printed)


def test_the_page_prints_without_split_rows_or_figures(files, chromium):
    """Chromium lays the page out for paper: no picture is wider or higher than a sheet, and no table is wider."""
    context = chromium.new_context(offline=True)
    screen = context.new_page()
    screen.set_viewport_size({"width": 657, "height": 980})  # 174 × 259 mm
    screen.emulate_media(media="print")
    screen.goto(files[".html"].as_uri())
    over = screen.evaluate(
        """() => [...document.querySelectorAll('figure, tr, table, th')].filter(e => {
             const box = e.getBoundingClientRect();
             return box.right > 658 || e.scrollWidth > e.clientWidth + 1 || (e.tagName !== 'TABLE' && box.height > 980);
           }).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert over == []
    data = screen.pdf(format="A4", prefer_css_page_size=True)
    context.close()
    import pypdfium2

    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]
    assert all(f"{n} / {len(pages)}" in page for n, page in enumerate(pages, start=1))


def test_the_document_opens_with_real_styles(whole, files):
    import docx as library

    document = library.Document(files[".docx"])
    styles = Counter(paragraph.style.name for paragraph in document.paragraphs)
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [
        one.heading for one in whole.sections
    ]
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert len(captions) == len(whole.of(Table)) + len(whole.of(Figure))
    fields = [re.search(r'instr=" SEQ (\w+)', p._p.xml).group(1) for p in captions]
    assert Counter(fields) == {"Tabella": len(whole.of(Table)), "Figura": len(whole.of(Figure))}
    assert styles["Title"] == 1 and styles["Heading 2"] > 5 and styles["Nota"] > 3
    cells = [p for one in document.tables for row in one.rows for cell in row.cells for p in cell.paragraphs]
    assert [p for p in cells if not p.text.strip()] == []
    assert [p for p in document.paragraphs if not p.text.strip() and p.style.name != "Figura"] == []
    assert document.element.body[-2].tag.endswith("}p")  # Word wants no table at the very end


def test_tables_of_the_document_repeat_their_head_and_fit_the_page(files):
    import docx as library
    from docx.oxml.ns import qn

    document = library.Document(files[".docx"])
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    room_left = section.page_width - section.left_margin - section.right_margin
    for one in document.tables:
        marks = [row._tr.find(qn("w:trPr")) for row in one.rows]
        assert all(mark.find(qn("w:cantSplit")) is not None for mark in marks)
        assert [mark.find(qn("w:tblHeader")) is not None for mark in marks] == [True] + [False] * (len(marks) - 1)
        widths = [column.width for column in one.columns]
        assert abs(sum(widths) - room_left) < 20_000 and min(widths) > room_left * 0.07
        assert one.style.name == "Tabella" and not one.autofit
    for shape in document.inline_shapes:
        assert room_left * 0.7 < shape.width <= room_left and shape.height < section.page_height * 0.65
        assert len(shape._inline.docPr.get("descr")) > 60


def test_the_document_is_italian_and_of_no_author(files):
    import docx as library
    from docx.oxml.ns import qn

    document = library.Document(files[".docx"])
    tongues = [
        e.get(qn("w:val"))
        for part in (document.styles.element, document.settings.element)
        for name in ("w:lang", "w:themeFontLang")
        for e in part.iter(qn(name))
    ]
    assert set(tongues) == {"it-IT"} and len(tongues) >= 2
    known = document.core_properties
    assert (known.author, known.last_modified_by, known.comments) == ("", "", "")
    assert known.created is None and known.modified is None
    assert (known.title, known.language) == ("Ambito Val Tersa (lab inventato)", "it-IT")
    with zipfile.ZipFile(files[".docx"]) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name or "custom" in name or "app.xml" in name]
        footer = archive.read("word/footer1.xml").decode()
    assert " PAGE " in footer and " NUMPAGES " in footer


def test_another_program_reads_heads_and_pictures_of_the_document(whole, files):
    found = converted(files[".docx"])
    assert found.count("<thead>") == found.count("<table>") == len(whole.of(Table))
    assert found.count("<h1>") == len(whole.sections) and found.count("<h2>") > 5
    assert found.count("<img alt=") == len(whole.of(Figure))


def test_the_same_bytes_twice(district, ran, files, tmp_path, monkeypatch):
    import time_machine

    lab = lk.open_lab(district[0].folder, outputs=tmp_path / "o")
    with time_machine.travel("2031-05-06 07:08", tick=True):
        again = report.write(lab, lk.network.build(lab), ran[1], ran[0], provenance=MADE, to=tmp_path)
    for path in again:
        assert path.read_bytes() == files[path.suffix].read_bytes()


def test_the_main_job_writes_the_same_page(district, ran):
    lab, _ = district
    said = read(lab.outputs / "report.html")
    assert "Che cosa hanno detto i partecipanti" in said and "Circolo Il Ponte" in said


# --- names


NASTY = 'Circolo <script>alert(1)</script> & "Ponte" {{ 7*7 }} \x0b\x00\u202e\ufffe <w:p/>'


def test_hostile_names_stand_as_text_in_both_files(tmp_path):
    folder = room(tmp_path)
    (folder / "lab.yml").write_text(
        yaml.safe_dump({"title": "Lab <b>&amp;</b> ]]>", "about": "<img src=x>"}), encoding="utf-8"
    )
    session(
        folder,
        "Tavolo",
        "2026-05-12",
        {"aa": ""},
        missing_actors=[{"seat": "aa", "id": "new-1", "name": NASTY}],
        missing_ties=[{"seat": "aa", "kind": "funding", "a": HERE[0], "b": "new-1"}],
    )
    lab = opened(folder)
    paths = report.write(lab, lk.network.build(lab), None, {}, provenance={"<i>": "\x0c"}, to=tmp_path / "r")
    for path in paths:
        said = " ".join(read(path).split())
        assert 'Circolo <script>alert(1)</script> & "Ponte" {{ 7*7 }} <w:p/>' in said
        assert "Lab <b>&amp;</b> ]]>" in said and "<img src=x>" in said
        assert not re.search("[\x00-\x08\x0b\x0c\u202e\ufffe]", said)
    assert Page(paths[0]).tags["script"] == Page(paths[0]).tags["i"] == 0


def test_any_text_can_stand_in_a_document():
    import docx as library

    every = "".join(map(chr, (*range(0x00, 0x100), 0xD800, 0xFFFE, 0xFFFF, 0x1F3F3)))
    made = readable(
        Contents(
            every,
            every,
            numbered([Section("a", every, (Text(every), table(every, (Column(every, 1),), [(every,)]), Text(".")))]),
        )
    )
    shown = {p.text for p in library.Document(io.BytesIO(docx(made))).paragraphs}
    assert made.title in shown and "à" in made.title and "\U0001f3f3" in made.title
    assert html(made).encode("utf-8")


def test_a_name_that_is_left_stops_every_file(tmp_path):
    folder = room(tmp_path)
    (folder / "lab.yml").write_text("title: Il tavolo di Anna Brandi\n", encoding="utf-8")
    lab = opened(folder)
    to = tmp_path / "r"
    with pytest.raises(LabkitError, match="the name of a listed person still stands there"):
        report.write(lab, lk.network.build(lab), None, {}, provenance=MADE, to=to)
    assert not list(tmp_path.glob("r/*"))
    report.write(lab, lk.network.build(lab), None, {}, provenance=MADE, to=to, edition="internal")
    assert list(tmp_path.glob("r/*"))


def test_a_name_in_the_document_alone_stops_it_too(tmp_path, monkeypatch):
    """Each file is searched, not only the page."""
    lab = opened(room(tmp_path))
    honest = report.writing.FILES["report.docx"]
    monkeypatch.setitem(
        report.writing.FILES,
        "report.docx",
        lambda made: honest(Contents(made.title, "Parla Anna Brandi", made.sections)),
    )
    with pytest.raises(LabkitError, match=r"report\.docx.*Anna Brandi"):
        report.write(lab, lk.network.build(lab), None, {}, provenance=MADE, to=tmp_path / "r")
    assert not list(tmp_path.glob("r/*"))


def test_people_are_counted_and_never_named(files, names):
    for path in files.values():
        said = read(path)
        assert [name for name in names if name in said] == []


def test_a_tie_of_a_person_is_counted_and_not_shown(tmp_path):
    folder = room(tmp_path)
    person = opened(folder).actors.query("type == 'person'")["actor_id"].iloc[0]
    said = [says("aa", (person, HERE[0]), "denied"), says("aa", (HERE[0], HERE[1]), "denied")]
    session(folder, "Tavolo", "2026-05-12", {"aa": ""}, judgements=said)
    made = made_of(opened(folder))
    assert len(rows_of(made, "I rapporti che almeno un posto non conferma")) == 1
    assert "1 rapporto riguarda persone: qui non si mostrano." in text_of(chapter(made, "detto"))
    assert person not in str(made)


# --- editions


def test_a_public_edition_leaves_out_what_few_said(tmp_path):
    folder = room(tmp_path)
    seats = {seat: "public" for seat in ("aa", "bb")} | {"cc": "profit"}
    said = [says(seat, (HERE[0], HERE[1]), "denied", sector=sector) for seat, sector in seats.items()]
    said.append(says("aa", (HERE[0], HERE[2]), "denied", sector="public"))
    session(
        folder,
        "Tavolo",
        "2026-05-12",
        seats,
        judgements=said,
        missing_actors=[{"seat": "aa", "id": "new-1", "name": "Circolo Il Ponte"}],
    )
    with pytest.raises(LabkitError, match="says nothing of the sources"):
        made_of(opened(folder), edition="public")
    (folder / "lab.yml").write_text("min_cell: 2\n", encoding="utf-8")
    lab = opened(folder)
    made, more = made_of(lab, edition="public"), made_of(lab)
    caption = "I rapporti che almeno un posto non conferma"
    assert (len(rows_of(made, caption)), len(rows_of(more, caption))) == (1, 2)
    assert {row[0] for row in rows_of(made, "Quota di conferme per settore")} == {
        "Pubblico",
        "Non detto, o di un posto solo",
    }
    assert "Il Ponte" in str(more) and "Il Ponte" not in str(made)
    assert "chi si incontra con chi" in {one.what for one in made.of(Cannot)}  # every tie stands once


def test_a_public_edition_shows_no_partners_listed_together_too_seldom(quiet):
    often, seldom = (made_of(replace(quiet, min_cell=least), edition="public") for least in (2, 3))
    net = lk.network.build(quiet, kind="declared_partnership")
    twice = {net.nodes[n]["name"] for a, b, d in net.edges(data=True) if d["weight"] > 1 for n in (a, b)}
    listed = {name for row in rows_of(often, "Gli elenchi di partner") for name in row[2].split(", ")}
    assert twice and listed == twice
    assert "Non è stato riconosciuto alcun elenco di partner." in text_of(chapter(seldom, "partenariati"))


def test_an_unknown_edition_is_one_line(cremasco):
    with pytest.raises(UsageError, match=r"no edition 'pubblica' .*did you mean 'public'"):
        made_of(cremasco, edition="pubblica")

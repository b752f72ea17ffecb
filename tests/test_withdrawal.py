"""Withdrawal: who asked to be left out is found nowhere, everybody else stays as they were, and a list put away leaves no trace."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit import codebook, inspection, network, sharing, unpacked, withdrawal, work
from labkit.actors.identity import person_id
from labkit.actors.mentions import Knowledge
from labkit.archive import sha256
from labkit.errors import LabkitError, UsageError
from labkit.minutes.page import Page
from labkit.withdrawal import Request, Withdrawn
from labkit.withdrawal.books import veiled
from labkit.withdrawal.standins import BLOCK
from labkit.withdrawal.veil import Veil

ROOT = Path(__file__).parent.parent
PERSON, ORGANISATION = "Agnese Corvaldi", "Consorzio Filotersa"
STAND_INS = re.compile(r"(?i)[ýõåû]{2}|\by{4,}\b|\b[ao]{5,}\b|\bu{5,}\b|left-out")


def listed(place: Path, *rows: str) -> Path:
    path = place / "withdrawn.csv"
    path.write_text("\n".join(["name,type", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Put names on the list; with none, put the list away."""

    def put(*rows: str) -> None:
        if rows:
            monkeypatch.setenv("LABKIT_WITHDRAWN", str(listed(tmp_path, *rows)))
        else:
            monkeypatch.delenv("LABKIT_WITHDRAWN", raising=False)

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    put()
    return put


# --- every spelling, wherever it stands


def covered(text: str, *requests: Request, books=None) -> str:
    """What the stored text of a page is with some people and organisations on the list."""
    books = books or codebook.load()
    ids = frozenset(person_id(one.name) if one.type == "person" else one.name for one in requests)
    withdrawn = Withdrawn(tuple(sorted(requests)), books, ids, secret=b"chance")
    page = Page(text)
    veil = Veil(withdrawn, Knowledge(veiled(withdrawn)))
    veil.over([page])
    return veil.lifted(page.text)


SANTA = Request("Nicolò De Santèris", "person")
QUERCE = Request("Cooperativa sociale Le Querce", "organisation")
WHOLE = [" ".join(order) for order in permutations(["Nicolò", "De Santèris"])]
SPELLINGS = [
    *WHOLE,
    "NICOLÒ DE SANTÈRIS",
    "De Santeris Nicolo",
    "NICOLO' DE SANTERIS",
    "Nicolò\nDe Santèris",
    "Nicolò De San-\ntèris",
    "DE SAN-\n  TÈRIS NICOLÒ",
    "Nicolò\u00a0De\u00a0Santeris",
    "De Santèris, Nicolò",
    "De Santèris\tNicolò",
    "Nicolo\u0300 De Sante\u0300ris",
    "N. De Santèris",
    "N.De Santeris",
    "DE SANTÈRIS N.",
    "De Santeris dott. Nicolò",
    "nicolo.desanteris@example.org",
    "n.desanteris@example.org",
    "dott. De Santèris",
    "l'assessore al Welfare De Santèris",
    "il sindaco DE SANTERIS",
]
COMPANY = [
    "Cooperativa sociale Le Querce",
    "COOPERATIVA SOCIALE LE QUERCE",
    "cooperativa sociale le querce",
    "Coop. soc. Le Querce",
    "coop. «Le Querce»",
    'Cooperativa Sociale "Le Querce" Onlus',
    "Cooperativa sociale Le\nQuerce",
    "Cooperativa sociale Le Quer-\nce",
    "Le Querce",
    "LE QUERCE",
    "www.lequerce.example.org",
]


@pytest.mark.parametrize("said", SPELLINGS)
def test_every_spelling_of_a_person_is_covered(said):
    text = f"apre la riunione {said} e poi si passa al bilancio."
    new = covered(text, SANTA)
    assert not re.search(r"(?i)nicol|sant[eè]|ris\b", new), new
    assert len(new) == len(text)
    assert new.startswith("apre la riunione ") and new.endswith(" e poi si passa al bilancio.")


@pytest.mark.parametrize("said", COMPANY)
def test_every_spelling_of_an_organisation_is_covered(said):
    text = f"la parola passa a {said} per il bilancio."
    new = covered(text, QUERCE)
    assert not re.search(r"(?i)querce|quer-|coop", new), new
    assert len(new) == len(text)
    assert new.endswith(" per il bilancio.")


WORDS = "il la del e si decide poi riunione tavolo sportello di comunità oggi , . ; ( ) \n".split(" ")


@settings(max_examples=150, deadline=None)
@given(
    before=st.lists(st.sampled_from(WORDS), max_size=12),
    after=st.lists(st.sampled_from(WORDS), max_size=12),
    said=st.sampled_from([*SPELLINGS[:16], *COMPANY]),
    upper=st.booleans(),
)
def test_any_spelling_at_any_place_is_covered_and_the_text_keeps_its_length(before, after, said, upper):
    said = said.upper() if upper else said
    text = " ".join([*before, said, *after])
    new = covered(text, SANTA, QUERCE)
    assert len(new) == len(text)
    assert not re.search(r"(?i)nicol[oò]|sant[eè]r|querce|quer-", new), new
    rest = [a for a, b in zip(text, new) if b != BLOCK]
    assert all(a == b for a, b in zip(text, new) if b != BLOCK)
    assert "".join(rest).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "Luca De Santèris e Nicolò Bertoni",
        "L. De Santèris",
        "Presenti: Anna De Santèris, Nicolò Bertoni",
        "Anna De Santèris\nNicolò Bertoni",
        "Bertoni Nicolò\nDe Santèris Anna",
        "cognome,nome\nAnna,De Santèris\nNicolò,Bertoni",
        "De Santèris. Nicolò Bertoni",
        "l'istituto De Santèris di via De Santèris",
        "desanterisiano, nicoloso",
    ],
)
def test_people_of_the_same_name_stay(text):
    assert covered(text, SANTA) == text


def test_a_lone_surname_goes_where_the_same_text_names_the_person():
    alone = "De Santèris chiede la parola."
    assert covered(alone, SANTA) == alone
    named = "Presente Nicolò De Santèris.\n\nDe Santèris chiede; Anna De Santèris risponde; via De Santèris, 4."
    new = covered(named, SANTA)
    assert re.findall("De Santèris", new) == ["De Santèris", "De Santèris"]
    assert "Anna De Santèris risponde; via De Santèris" in new


def test_words_that_have_the_letters_of_a_name_stay():
    text = "Presente Elda Rosmelli. Rosmelli le dà ragione."
    assert covered(text, Request("Elda Rosmelli", "person")).endswith(" ████████ le dà ragione.")


def test_a_longer_name_that_begins_alike_is_another_organisation():
    text = "l'ACLI di Lodi e le ACLI"
    assert covered(text, Request("ACLI", "organisation")) == "l'ACLI di Lodi e le ████"
    assert covered("il bosco delle querce e le querce", QUERCE) == "il bosco delle querce e le querce"


# --- a whole lab


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The whole job on a copy of esempio, without a list, with one, and with the list put away again."""
    place = tmp_path_factory.mktemp("runs")
    shutil.copytree(ROOT / "corpus" / "esempio", place / "lab")
    folder = place / "lab" / "verbali"
    (folder / "lettera-corvaldi.txt").write_text(
        "Lettera di Agnese Corvaldi\n2 marzo 2015\n\nFilotersa chiede un incontro.\n", encoding="utf-8"
    )
    (folder / "aggiunto.txt").write_text(
        minutes("Elio Branca (Consorzio Filotersa)", "Rita Sala (Comune di Lavedo)"), encoding="utf-8"
    )
    with zipfile.ZipFile(folder / "allegati.zip", "w") as archive:
        archive.writestr("filotersa-2015.txt", "Nota\n3 marzo 2015\n\nLa dott.ssa Corvaldi ringrazia.\n")
        archive.writestr("A_CORVALDI.txt", "")
    (place / "lab" / "decisions.yml").write_text(
        "- {decide: name, actor: filotersa, value: Filotersa e soci}\n"
        f"- {{decide: name, actor: {person_id(PERSON)}, value: Agnese C.}}\n",
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(place / "none"))
        patch.delenv("LABKIT_WITHDRAWN", raising=False)
        before = everything(place, "before")
        kept = {p.relative_to(place / "out"): p.read_bytes() for p in (place / "out").rglob("*") if p.is_file()}
        patch.setenv("LABKIT_WITHDRAWN", str(listed(place, f"{PERSON},person", f"{ORGANISATION},organisation")))
        after = everything(place, "after")
        patch.delenv("LABKIT_WITHDRAWN")
        shutil.copytree(place / "out", place / "out-after")
        again = everything(place, "again")
    return {"place": place, "before": before, "after": after, "again": again, "kept": kept}


def everything(place: Path, name: str):
    """Run the whole job of the lab of a place, its check and its shared edition."""
    lab = lk.open_lab(place / "lab", outputs=place / "out")
    work.run(lab)
    inspection.write(inspection.inspect(lab), lab.outputs / "check")
    for kind in ("co_presence", "co_mention"):
        network.write(network.build(lab, kind=kind), lab.outputs / "more", kind)
    sharing.share(lab, to=place / f"shared-{name}", pseudonym_table=place / "numbers.csv")
    return lab


def words_in(*folders: Path):
    """Where and what: everything readable below some folders, and the names of the files."""
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = path.relative_to(folder.parent).as_posix()
            yield name, name
            yield from unpacked.texts(name, path.read_bytes()).items()


SAID = re.compile(rf"(?i)corvaldi|agnese|filotersa|filo-tersa|{person_id(PERSON)}")


def without_blobs(text: str) -> str:
    return re.sub(r"[A-Za-z0-9+/]{200,}={0,2}", "", text)


def test_who_withdrew_is_found_nowhere(runs):
    place = runs["place"]
    seen = list(words_in(place / "out-after", place / "shared-after"))
    assert len(seen) > 300
    left = [(where, found.group()) for where, text in seen if (found := SAID.search(without_blobs(text)))]
    assert left == []


def test_the_search_would_find_them(runs):
    """The same search over the job without a list finds both in every kind of file."""
    place = runs["place"]
    found = {Path(where.split(" ")[0]).suffix for where, text in words_in(place / "out") if SAID.search(text)}
    assert {".parquet", ".csv", ".html", ".graphml", ".gexf", ".json"} <= found


def test_nothing_of_the_stand_ins_is_left(runs):
    place = runs["place"]
    seen = words_in(place / "out-after", place / "shared-after")
    assert [where for where, text in seen if STAND_INS.search(without_blobs(text))] == []


def by_place(lab) -> dict[str, pd.DataFrame]:
    """The tables of a lab with each document under its day, kind, length and number instead of its id, which the text makes."""
    texts, order = lab.texts, {}
    for row in lab.documents.sort_values(["published", "kind", "title"]).itertuples():
        key = f"{row.published}|{row.kind}|{len(texts[row.doc_id])}"
        order[row.doc_id] = f"{key}|{sum(known.startswith(key) for known in order.values())}"
    pattern = re.compile("|".join(order))

    def swapped(value):
        return pattern.sub(lambda m: order[m.group()], value) if isinstance(value, str) else value

    return {name: data.map(swapped) for name, data in lab.tables.items()}


def rows_of(data: pd.DataFrame, without: tuple[str, ...]) -> list[str]:
    """The rows of a table as texts, sorted, without some columns."""
    columns = [c for c in data.columns if c not in without]
    return sorted("|".join("" if pd.isna(v) else str(v) for v in row) for row in data[columns].itertuples(index=False))


OTHERS = "attendance mentions ties statements meetings events amounts sections affiliations judgements".split()
WRITTEN = ("surface", "heading", "title", "what", "venue", "label", "role")  # where a name of theirs is blocks


def test_everybody_else_stays_as_they_were(runs):
    """Rows and spans of all others are the same as without a list; only the organisation of who came for Filotersa is empty."""
    before, after = by_place(runs["before"]), by_place(runs["after"])
    gone = ["filotersa", person_id(PERSON)]
    for name in OTHERS:
        old, new = before[name], after[name]
        ids = [c for c in ("person_id", "speaker", "source", "target") if c in old]
        ids += ["actor_id"] if name in ("mentions", "affiliations") else []
        old = old[~old[ids].isin(gone).any(axis=1)]
        if name == "attendance":
            assert (old["actor_id"] == "filotersa").any()
            old = old.assign(actor_id=old["actor_id"].where(~old["actor_id"].isin(gone)))
        assert rows_of(old, WRITTEN) == rows_of(new, WRITTEN), name
        assert len(old) > 10, name


def test_their_text_has_blocks_where_their_names_stood(runs):
    old, new = runs["before"].texts, runs["after"].texts
    assert len(old) == len(new)
    changed = 0
    for text in old.values():
        shape = next((t for t in new.values() if len(t) == len(text) and fits(text, t)), None)
        assert shape is not None, text[:60]
        changed += shape != text
        assert (shape != text) == bool(SAID.search(text))
    assert changed > 30


def fits(text: str, new: str) -> bool:
    return all(a == b or b == BLOCK for a, b in zip(text, new))


def test_a_list_put_away_gives_everything_back_byte_for_byte(runs):
    place = runs["place"]
    now = {p.relative_to(place / "out"): p.read_bytes() for p in (place / "out").rglob("*") if p.is_file()}
    assert {p for p in now if now[p] != runs["kept"].get(p)} == set()
    assert set(now) == set(runs["kept"])


def test_the_same_bytes_from_two_processes_and_in_any_order_of_the_list(runs, tmp_path, monkeypatch):
    place = runs["place"]
    path = listed(place, f"{PERSON},person", f"{ORGANISATION},organisation")
    monkeypatch.setenv("LABKIT_WITHDRAWN", str(path))
    lk.open_lab(place / "lab", outputs=tmp_path / "one").read()
    listed(place, f"{ORGANISATION},organisation", f"{PERSON},person")
    lk.open_lab(place / "lab", outputs=tmp_path / "two").read(jobs=2)
    one, two = ({p.name: sha256(p) for p in (tmp_path / n / "lab" / "archive").iterdir()} for n in ("one", "two"))
    assert one == two


def test_a_shared_edition_and_what_describes_it_forget_them_too(runs):
    place = runs["place"]
    shared = (place / "shared-before", place / "shared-after")
    old, new = ({e["id"] for e in codebook.read_yaml(s / "codebooks" / "actors.yml")} for s in shared)
    assert old - new == {"filotersa"}
    assert len(pd.read_csv(shared[1] / "tables" / "attendance.csv")) == len(runs["after"].attendance)


# --- small labs


def write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def minutes(*present: str, said: str = "Si decide di rivedersi.") -> str:
    return f"Verbale del Tavolo sociale del 4 marzo 2016\n\nPresenti: {', '.join(present)}\n\n{said}\n"


def texts_of(place: Path) -> str:
    return "\n".join(text for _, text in words_in(place))


def test_an_acronym_that_another_file_defines_goes_too(tmp_path, ask):
    lab = tmp_path / "lab"
    write(lab, "a.txt", minutes("Ada Berti (Comune di Lodi)", said="La Cooperativa sociale Xilema Verde (CXV) scrive."))
    write(lab, "b.txt", minutes("Ada Berti (CXV)", said="Il C.X.V. risponde; la CXV firma."))
    before = lk.open_lab(lab, outputs=tmp_path / "out").attendance
    assert "cooperativa-xilema-verde" in set(before["actor_id"])
    ask("Cooperativa sociale Xilema Verde,organisation")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    assert opened.attendance["actor_id"].dropna().tolist() == ["comune-lodi"]
    assert len(opened.attendance) == 2
    write(lab, "c.txt", minutes("Elio Branca (CXV)"))
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    assert opened.read() == ["c.txt"]
    assert len(opened.attendance) == 3
    assert not re.search("CXV|C.X.V|(?i:xilema)", texts_of(tmp_path / "out"))
    assert "xilema" not in json.dumps(opened.archive.manifest).lower()


def test_a_changed_list_reads_anew_and_taking_somebody_off_brings_them_back(tmp_path, ask):
    lab = tmp_path / "lab"
    write(lab, "a.txt", minutes("Ada Berti (Comune di Lodi)", "Elio Branca (Caritas)"))
    write(lab, "b.txt", minutes("Ada Berti (Comune di Lodi)"))
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    first = opened.tables
    ask("Elio Branca,person")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    assert opened.read() == ["a.txt", "b.txt"]
    assert set(opened.attendance["person_id"]) == {person_id("Ada Berti")}
    assert opened.read() == []
    ask("Elio Branca,person", "Ada Berti,person")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    assert len(opened.attendance) == 0
    ask()
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    for name, table in opened.tables.items():
        pd.testing.assert_frame_equal(table, first[name])


def test_whom_people_decided_to_be_one_goes_as_one(tmp_path, ask):
    lab = tmp_path / "lab"
    write(lab, "a.txt", minutes("Ada Berti (Comune di Lodi)", "Ada Bertti (Comune di Lodi)", said="Ada Bertti chiede."))
    write(lab, "b.txt", minutes("Elio Branca (Coop. Ginestra)", "Rita Sala (Cooperativa Ginestre)"))
    same = "- {{decide: same, actor: {}, other: {}}}\n"
    log = same.format(person_id("Ada Berti"), person_id("Ada Bertti"))
    log += same.format("cooperativa-ginestre", "cooperativa-ginestra")
    write(lab, "decisions.yml", log)
    ask("Ada Berti,person", "Cooperativa Ginestra,organisation")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    work_of = opened.attendance
    assert sorted(work_of["person_id"]) == sorted([person_id("Elio Branca"), person_id("Rita Sala")])
    assert work_of["actor_id"].isna().all()
    assert not re.search("(?i)bert|ginestr", " ".join(opened.texts.values()))
    assert opened.decisions[0].actor == person_id("Ada Berti")  # the log itself is kept


def test_the_registry_the_affiliations_and_the_settings_do_not_bring_them_back(tmp_path, ask):
    lab = tmp_path / "lab"
    write(lab, "lab.yml", "title: Lab con Elio Branca e il Forno Vecchio\npublic_sources: true\n")
    write(
        lab / "codebooks",
        "actors.yml",
        "- {id: forno-vecchio, label: Forno Vecchio, sector: profit, aliases: [FV], source: invented}\n"
        "- {id: forno-nuovo, label: Forno Nuovo, sector: profit, succeeds: forno-vecchio, description: Already Forno Vecchio, source: invented}\n"
        "- {id: amici-del-forno-vecchio, label: Amici del Forno Vecchio, sector: other, source: invented}\n",
    )
    write(
        lab / "codebooks",
        "affiliations.csv",
        "person,role,organisation,sector,from,to,source\n"
        "Elio Branca,presidente,Forno Nuovo,profit,,,invented\nRita Sala,direttrice,Forno Vecchio,profit,,,invented\n",
    )
    write(
        lab,
        "a.txt",
        minutes("Elio Branca", "Rita Sala", "Ada Berti (Forno Nuovo)", said="Gli Amici del Forno Vecchio e la FV."),
    )
    ask("Elio Branca,person", "Forno Vecchio,organisation")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    attending = opened.attendance.set_index("person_id")
    assert set(attending.index) == {person_id("Rita Sala"), person_id("Ada Berti")}
    assert attending.loc[person_id("Rita Sala"), "role"] == "direttrice"
    assert pd.isna(attending.loc[person_id("Rita Sala"), "actor_id"])
    assert opened.actors.set_index("actor_id").loc["forno-nuovo", "succeeds"] is None or pd.isna(
        opened.actors.set_index("actor_id").loc["forno-nuovo", "succeeds"]
    )
    assert "Amici del █████ ███████" in set(opened.actors["name"])
    work.run(opened)
    sharing.share(opened, to=tmp_path / "shared", pseudonym_table=tmp_path / "numbers.csv")
    left = [
        w
        for w, t in words_in(tmp_path / "out", tmp_path / "shared")
        if re.search(r"(?i)branca|forno.vecchio|\bFV\b", without_blobs(t))
    ]
    assert left == []


def test_a_shared_lab_and_its_workshops_leave_them_out(runs, tmp_path, ask):
    place = runs["place"]
    lab = tmp_path / "condiviso"
    shutil.copytree(place / "shared-before", lab)
    rows = (place / "numbers.csv").read_text(encoding="utf-8").splitlines()
    number = next(row.split(",")[1] for row in rows if row.startswith("Agnese"))
    before = lk.open_lab(lab, outputs=tmp_path / "out")
    assert number in set(before.attendance["person_id"]) and "filotersa" in set(before.ties["source"])
    ask(f"{number},person", f"{ORGANISATION},organisation")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    work.run(opened)
    assert len(opened.attendance) == len(before.attendance) - (before.attendance["person_id"] == number).sum()
    assert all(n > 20 for n in withdrawal.matched(opened).values())
    left = [w for w, t in words_in(tmp_path / "out") if re.search(rf"(?i)filotersa|\b{number}\b", without_blobs(t))]
    assert left == []
    others = opened.attendance.merge(before.attendance, on=["meeting_id", "person_id"], suffixes=("", "_before"))
    same = others["actor_id"].eq(others["actor_id_before"]) | others["actor_id_before"].eq("filotersa")
    assert (same | others["actor_id_before"].isna()).all()


def test_what_a_workshop_said_of_them_is_left_out(tmp_path, ask):
    lab = tmp_path / "lab"
    write(
        lab, "a.txt", minutes("Ada Berti (Comune di Lodi)", "Elio Branca (Forno Vecchio S.r.l.)", "Rita Sala (Caritas)")
    )
    write(
        lab / "feedback",
        "2026-05-12-tavolo-del-forno-vecchio.yml",
        "session: Tavolo del Forno Vecchio\ndate: 2026-05-12\nmap: 3f9c2a7b10de\n"
        "seats:\n- {seat: k7m2q9xw, saved: 3, sha256: 0123456789abcdef}\n"
        "judgements:\n"
        "- {seat: k7m2q9xw, kind: co_presence, a: caritas, b: comune-lodi, answer: confirmed, note: lo dice Elio Branca}\n"
        "- {seat: k7m2q9xw, kind: co_presence, a: caritas, b: forno-vecchio, answer: confirmed}\n"
        "missing_actors:\n- {seat: k7m2q9xw, id: new-1, name: Forno Vecchio}\n"
        "missing_ties:\n- {seat: k7m2q9xw, kind: co_presence, a: comune-lodi, b: new-1}\n",
    )
    before = lk.open_lab(lab, outputs=tmp_path / "out")
    assert len(before.judgements) == 3
    ask("Elio Branca,person", "Forno Vecchio,organisation")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    assert opened.judgements["target"].tolist() == ["comune-lodi"]
    assert opened.judgements["note"].tolist() == ["lo dice ████ ██████"]
    assert list(opened.sessions.values()) == ["Tavolo del █████ ███████"]
    assert opened.judgements["session_id"].tolist() == ["2026-05-12-tavolo-del-xxxxx-xxxxxxx"]
    assert "forno" not in "".join(table.to_csv() for table in opened.tables.values()).lower()


def test_two_files_that_look_alike_without_a_name_are_both_read(tmp_path, ask):
    lab = tmp_path / "lab"
    write(lab, "nota berti.txt", "Nota\n3 giugno 2014\n\nSi apre.\n")
    write(lab, "nota sala!.txt", "Nota\n4 giugno 2014\n\nSi chiude.\n")
    write(lab, "nota_salaa.txt", "Nota\n5 giugno 2014\n\nSi riapre.\n")
    write(lab, "Elio Branca.doc", "vecchio formato")
    ask("Ada Berti,person", "Rita Salaa,person", "Elio Branca,person")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    assert sorted(opened.documents["source"]) == ["nota sala!.txt", "nota █████.txt", "nota_█████.txt"]
    assert "████ ██████.doc" in set(opened.problems["where"])


def test_a_number_of_a_shared_edition_is_no_other_with_its_figures():
    withdrawn = Withdrawn((Request("P84", "person"),))
    assert [withdrawn.is_name(name) for name in ("P84", "P48")] == [True, False]


def test_what_people_wrote_of_them_is_covered(tmp_path, ask):
    lab = tmp_path / "lab"
    write(lab, "a.txt", minutes("Ada Berti (Forno Vecchio S.r.l.)"))
    ask("Ada Berti,person", "Forno Vecchio,organisation")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    step = {
        "title": "Ada Berti e il forno",
        "text": "Con il Forno Vecchio.",
        "view": {"actor": "forno-vecchio", "least": 2},
    }
    told = withdrawal.written([step], opened.withdrawn)
    assert told == [{"title": "███ █████ e il forno", "text": "Con il █████ ███████.", "view": {"least": 2}}]


def test_a_surname_alone_on_the_list_goes_everywhere_but_with_the_first_name_of_another():
    text = "Galvasoni chiede; Luca Galvasoni risponde; via Galvasoni; dott. GALVASONI."
    new = covered(text, Request("Galvasoni", "person"))
    assert new == "█████████ chiede; Luca Galvasoni risponde; via Galvasoni; dott. █████████."


# --- the list


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nome,tipo\nAda Berti,person\n", r"withdrawn.csv:1: expected the columns name,type; found nome, tipo"),
        ("", r"withdrawn.csv:1: expected the columns name,type; found nothing"),
        ("name,type\nAda Berti,persona\n", r"withdrawn.csv:2: 'type' must be person or organisation, not 'persona'"),
        ("name,type\n.,person\n", r"withdrawn.csv:2: expected a name of two letters at least; found '.'"),
    ],
)
def test_a_list_that_is_not_understood_is_one_line(tmp_path, monkeypatch, text, said):
    (tmp_path / "withdrawn.csv").write_text(text, encoding="utf-8")
    monkeypatch.setenv("LABKIT_WITHDRAWN", str(tmp_path / "withdrawn.csv"))
    write(tmp_path / "lab", "a.txt", minutes("Ada Berti"))
    with pytest.raises(LabkitError, match=said) as error:
        lk.open_lab(tmp_path / "lab", outputs=tmp_path / "out")
    assert "\n" not in str(error.value)


def test_a_list_inside_the_lab_or_not_there_is_refused(tmp_path, monkeypatch):
    write(tmp_path / "lab", "a.txt", minutes("Ada Berti"))
    monkeypatch.setenv("LABKIT_WITHDRAWN", str(listed(tmp_path / "lab", "Ada Berti,person")))
    with pytest.raises(UsageError, match=r"withdrawn\.csv, lies inside the lab; keep it outside"):
        lk.open_lab(tmp_path / "lab", outputs=tmp_path / "out")
    monkeypatch.setenv("LABKIT_WITHDRAWN", str(tmp_path / "nowhere.csv"))
    with pytest.raises(UsageError, match="no list of those who asked to be left out at"):
        lk.open_lab(tmp_path / "lab", outputs=tmp_path / "out")


def test_the_list_is_found_by_setting_and_read_as_spreadsheets_write_it(tmp_path, monkeypatch):
    write(tmp_path / "lab", "a.txt", minutes("Ada Berti", "Elio Branca"))
    monkeypatch.delenv("LABKIT_WITHDRAWN", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "labkit").mkdir()
    (tmp_path / "labkit" / "settings.yml").write_text(f"withdrawn: {tmp_path}/lista.csv\n", encoding="utf-8")
    (tmp_path / "lista.csv").write_bytes("name;type\r\nAda Berti;Person\r\n;\r\n".encode("utf-8-sig"))
    opened = lk.open_lab(tmp_path / "lab", outputs=tmp_path / "out")
    assert opened.attendance["person_id"].tolist() == [person_id("Elio Branca")]
    (tmp_path / "lista.csv").write_text("name,type\n", encoding="utf-8")
    assert not lk.open_lab(tmp_path / "lab", outputs=tmp_path / "out").withdrawn


def test_nothing_that_is_kept_tells_who_is_on_the_list(tmp_path, ask):
    """No checksum of the list, of a name or of a file stands in the outputs, with which a name could be tried."""
    lab = tmp_path / "lab"
    write(lab, "a.txt", minutes("Ada Berti", "Elio Branca"))
    ask("Ada Berti,person")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    opened.read()
    text = texts_of(tmp_path / "out")
    known = [b"Ada Berti", b"Ada Berti,person", (tmp_path / "withdrawn.csv").read_bytes(), (lab / "a.txt").read_bytes()]
    known += [
        json.dumps([["Ada Berti", "person"]]).encode(),
        opened.texts.popitem()[1].replace("███ █████", "Ada Berti").encode(),
    ]
    assert not any(hashlib.sha256(data).hexdigest()[:8] in text for data in known)
    assert "Berti" not in repr(opened)
    first = opened.archive.manifest
    (tmp_path / "withdrawn.csv.key").unlink()
    again = lk.open_lab(lab, outputs=tmp_path / "again")
    again.read()
    assert first["key"] != again.archive.manifest["key"]
    one, two = (lab.archive.table("documents") for lab in (opened, again))
    pd.testing.assert_frame_equal(one, two)


def test_a_misspelt_request_is_noticed(tmp_path, ask):
    lab = tmp_path / "lab"
    write(lab, "a.txt", minutes("Ada Berti", "Elio Branca", said="Berti chiede."))
    ask("Ada Berti,person", "Elio Brancca,person", "Forno Vecchio,organisation")
    opened = lk.open_lab(lab, outputs=tmp_path / "out")
    assert {one.name: n for one, n in withdrawal.matched(opened).items()} == {
        "Ada Berti": 2,
        "Elio Brancca": 0,
        "Forno Vecchio": 0,
    }
    lines = withdrawal.notices([opened])
    assert [line.split("»")[0] for line in lines] == [
        "Nessun testo nomina «Elio Brancca",
        "Nessun testo nomina «Forno Vecchio",
    ]
    write(tmp_path / "altro", "b.txt", minutes("Elio Brancca (Forno Vecchio S.r.l.)"))
    other = lk.open_lab(tmp_path / "altro", outputs=tmp_path / "out")
    assert withdrawal.notices([opened, other]) == []


def test_single_files_are_read_without_them(tmp_path, ask):
    from labkit import reading
    from labkit.archive import knowledge_of

    write(tmp_path, "a.txt", minutes("Ada Berti (Caritas)", "Elio Branca (ACLI)", said="Berti ricorda le ACLI."))
    ask("Ada Berti,person", "ACLI,organisation")
    books = codebook.load()
    withdrawn = withdrawal.load(None, books)
    scanned = {"a.txt": reading.scan(tmp_path / "a.txt", books, withdrawn=withdrawn)}
    knowledge, withdrawn = knowledge_of(books, scanned, "", withdrawn)
    (record,) = reading.read(("a.txt", tmp_path / "a.txt"), knowledge, tables=False, withdrawn=withdrawn).records
    assert [(a["name"], a["organisation"]) for a in record["attendance"]] == [("Elio Branca", None)]
    assert [o["name"] for o in record["organisations"]] == ["Caritas"]
    assert not re.search("Berti|ACLI|[ýõåû]", json.dumps(record, ensure_ascii=False))

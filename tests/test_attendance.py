"""Attendance in the layouts that Italian minutes use, each on an invented example; and what is no attendance."""

from __future__ import annotations

import pytest

from labkit import codebook, reading
from labkit.actors.mentions import Knowledge, finder
from labkit.errors import LabkitError
from labkit.language.vocabulary import plain
from labkit.minutes import attendance


def read(text: str) -> list[tuple[str, str, str | None]]:
    look = finder(Knowledge(codebook.load()))
    return [
        (a.name, a.status, a.organisation.name if a.organisation else None)
        for a in attendance.read(plain(text), look)[0]
    ]


LAYOUTS = {
    "one line with commas": (
        "Presenti: Anna Brandi, don Luca Ferri, Oliveri Marta\nAssenti: Paolo Neri",
        [
            ("Anna Brandi", "present", None),
            ("Luca Ferri", "present", None),
            ("Marta Oliveri", "present", None),
            ("Paolo Neri", "absent", None),
        ],
    ),
    "bullets with role and organisation": (
        "Presenti:\n• Anna Brandi – assistente sociale, Comune di Soresina\n• Luca Ferri – presidente, Coop. Ginestra\n\nAssenti giustificati:\n• Marta Oliveri – ASL",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "present", "Coop. Ginestra"),
            ("Marta Oliveri", "excused", "ASL"),
        ],
    ),
    "role before a colon": (
        "Presenti:\nla Vicepresidente: Anna Brandi;\nil Direttore della Caritas: Luca Ferri",
        [("Anna Brandi", "present", None), ("Luca Ferri", "present", "Caritas")],
    ),
    "no separator": (
        "Presenti: \nAnna Brandi Comune di Soresina\nLuca Ferri ACLI\nMarta Oliveri Coop. Ginestra\n\n\nI facilitatori: Paolo Neri e Carla Bassi",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "present", "ACLI"),
            ("Marta Oliveri", "present", "Coop. Ginestra"),
            ("Paolo Neri", "present", None),
            ("Carla Bassi", "present", None),
        ],
    ),
    "organisation in brackets": (
        "Presenti: Anna Brandi (Comune di Soresina); Luca Ferri (Ginestra Alta), Marta Oliveri (INPS).",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "present", "Ginestra Alta"),
            ("Marta Oliveri", "present", "INPS"),
        ],
    ),
    "prose": (
        "Sono presenti, per il Comune di Soresina, l'assessora Anna Brandi e il dirigente Luca Ferri; per l'INPS il dott. Paolo Neri. Assente giustificata: Marta Oliveri. Si comincia.",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "present", "Comune di Soresina"),
            ("Paolo Neri", "present", "INPS"),
            ("Marta Oliveri", "excused", None),
        ],
    ),
    "numbered capitals with a status": (
        "1. BRANDI ANNA (COMUNE DI SORESINA) presente\n2. FERRI LUCA (ACLI) assente\n3. OLIVERI MARTA (INPS) assente giustificata",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "absent", "ACLI"),
            ("Marta Oliveri", "excused", "INPS"),
        ],
    ),
    "table with SI and NO": (
        "Cognome e nome\tEnte\tPresente\tMotivo\nBrandi Anna\tComune di Soresina\tSI\nFerri Luca\tACLI\tNO\nOliveri Marta\tINPS\tNO\tgiustificata (ferie)",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "absent", "ACLI"),
            ("Marta Oliveri", "excused", "INPS"),
        ],
    ),
    "column of X": (
        "Componenti        Ente                  Presenze\nAnna Brandi       Comune di Soresina    X\nLuca Ferri        ACLI                  X\nMarta Oliveri     INPS                  -",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "present", "ACLI"),
            ("Marta Oliveri", "absent", "INPS"),
        ],
    ),
    "only the absent": (
        "Assenti: Anna Brandi, Luca Ferri\n\nSi apre la seduta.",
        [("Anna Brandi", "absent", None), ("Luca Ferri", "absent", None)],
    ),
    "headcount": ("Presenti: 27 operatori e sei volontari.\n\nSi discute.", []),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout(layout):
    text, expected = LAYOUTS[layout]
    assert read(text) == expected


def test_late_arrival_and_early_leave():
    look = finder(Knowledge(codebook.load()))
    text = "Presenti: Anna Brandi (arriva alle 15:20), Luca Ferri (esce alle 16.40)"
    found = attendance.read(text, look)[0]
    assert [(a.arrives, a.leaves) for a in found] == [("15:20", None), (None, "16:40")]


def test_a_delegate_says_for_whom_and_who_delegates_was_not_there():
    look = finder(Knowledge(codebook.load()))
    found = attendance.read("Presenti: Anna Brandi (delegata da Luca Ferri), Marta Oliveri", look)[0]
    assert [(a.name, a.function, a.delegate_for) for a in found] == [
        ("Anna Brandi", "delegate", "Luca Ferri"),
        ("Luca Ferri", "member", None),
        ("Marta Oliveri", "member", None),
    ]
    assert [a.status for a in found] == ["present", "absent", "present"]


NOT_ATTENDANCE = {
    "addressees": "Ai Sindaci Anna Brandi, Luca Ferri\ne, per conoscenza, a Marta Oliveri\n\nOggetto: convocazione",
    "a signer": "Cordiali saluti.\n\nSoresina, 3 marzo 2014\nIl Presidente\nLuca Ferri",
    "announced speakers": "Interverranno:\n- Anna Brandi, assessora del Comune di Soresina\n- Luca Ferri (ACLI)",
    "a board": "Il consiglio direttivo eletto è composto da Anna Brandi, Luca Ferri e Marta Oliveri.",
    "a sentence": "Anna Brandi ricorda che i presenti alla festa erano molti e che Luca Ferri ha cucinato.",
}


@pytest.mark.parametrize("what", NOT_ATTENDANCE)
def test_what_is_no_attendance(what):
    assert read(NOT_ATTENDANCE[what]) == []


MORE = {
    "one organisation after another in prose": (
        "Erano presenti per il Comune di Soresina l'assessora Anna Brandi, per la Cooperativa sociale Ginestra Luca Ferri, per la ditta Tessiture Olmo S.p.A. l'ing. Paolo Neri.",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "present", "Cooperativa sociale Ginestra"),
            ("Paolo Neri", "present", "Tessiture Olmo S.p.A."),
        ],
    ),
    "people before the organisation they stand for": (
        "Presenti: Anna Brandi per il Comune di Soresina, Luca Ferri per la Cooperativa Ginestra, Marta Oliveri per il Consultorio La Rondine",
        [
            ("Anna Brandi", "present", "Comune di Soresina"),
            ("Luca Ferri", "present", "Cooperativa Ginestra"),
            ("Marta Oliveri", "present", "Consultorio La Rondine"),
        ],
    ),
    "organisation first": (
        "Sono presenti:\nComune di Soresina - Anna Brandi\nConsultorio La Rondine - Marta Oliveri\n",
        [("Anna Brandi", "present", "Comune di Soresina"), ("Marta Oliveri", "present", "Consultorio La Rondine")],
    ),
    "surnames with the organisation": (
        "Presenti: Brandi (Comune di Soresina), Ferri (ACLI)",
        [("Brandi", "present", "Comune di Soresina"), ("Ferri", "present", "ACLI")],
    ),
    "a company known by its legal form": (
        "Presenti:\n- Anna Brandi, Tessiture Olmo S.p.A.\n- Luca Ferri Officine Rio S.r.l.",
        [("Anna Brandi", "present", "Tessiture Olmo S.p.A."), ("Luca Ferri", "present", "Officine Rio S.r.l.")],
    ),
}


@pytest.mark.parametrize("layout", MORE)
def test_further_layout(layout):
    text, expected = MORE[layout]
    assert read(text) == expected


def test_what_follows_a_name_is_no_part_of_it():
    from labkit.actors import people

    text = "Hanno parlato Ilaria Brandi della Regione, Paolo Della Rovere e Anna Ferri assessora."
    assert [p.name for p in people.find(text)] == ["Ilaria Brandi", "Paolo Della Rovere", "Anna Ferri"]


def test_a_list_that_was_not_understood_is_said():
    look = finder(Knowledge(codebook.load()))
    assert attendance.read("Presenti: Brandi, Ferri e Oliveri del gruppo Quadrifoglio", look)[1]
    assert not attendance.read("Presenti: 27 operatori e sei volontari", look)[1]
    assert not attendance.read("Erano presenti molte famiglie.", look)[1]


LAYOUT = """
- id: tavolo-lavoro
  label: Tavolo Lavoro
  description: Firms and services on work placements.
  source: invented
  layout:
    present: [Contati alla chiama]
    excused: [Fuori sede]
    columns: [organisation, name, presence]
"""
OWN = """Tavolo Lavoro - 4 marzo 2016

Contati alla chiama: Anna Brandi (ACLI), Luca Ferri (Comune di Spello)
Fuori sede: Elio Branca (Caritas)

Comune di Bevagna\tMarta Oliveri\tSI
Coop. Ginestra\tPaolo Neri\tNO

Si discute del bando.
"""


def record_of(text, folder):
    (folder / "verbale.txt").write_text(text, encoding="utf-8")
    books = codebook.load(folder / "codebooks")
    return reading.read(("verbale.txt", folder / "verbale.txt"), Knowledge(books)).records[0]


def test_a_body_may_describe_its_own_lists(tmp_path):
    (tmp_path / "codebooks").mkdir()
    (tmp_path / "codebooks" / "bodies.yml").write_text(LAYOUT, encoding="utf-8")
    found = [(a["name"], a["status"], a["organisation"]) for a in record_of(OWN, tmp_path)["attendance"]]
    assert found == [
        ("Anna Brandi", "present", "ACLI"),
        ("Luca Ferri", "present", "Comune di Spello"),
        ("Elio Branca", "excused", "Caritas"),
        ("Marta Oliveri", "present", "Comune di Bevagna"),
        ("Paolo Neri", "absent", "Coop. Ginestra"),
    ]
    # Another body does not write so: of its text only the marks at the ends of lines are understood.
    other = record_of(OWN.replace("Tavolo Lavoro", "Tavolo Casa"), tmp_path)["attendance"]
    assert [a["name"] for a in other] == ["Marta Oliveri", "Paolo Neri"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("presente: [Ecco]", "unknown key 'presente'"),
        ("present: Ecco", "must be a list of texts"),
        ("columns: [ente, name]", "unknown column 'ente'"),
    ],
)
def test_a_mistake_in_a_layout_is_one_line(tmp_path, wrong, said):
    text = LAYOUT.split("    present")[0] + f"    {wrong}\n"
    (tmp_path / "bodies.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LabkitError, match=r"codebooks/bodies.yml:\d+: .*tavolo-lavoro.*") as error:
        codebook.load(tmp_path)
    assert said in str(error.value)

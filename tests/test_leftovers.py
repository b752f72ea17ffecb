"""Leftovers: planted names come back from every kind of file, titles tell people from places, clean editions pass."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import random
import tarfile
import unicodedata
import zlib
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from documents import xlsx, zipped_as
from hypothesis import given, settings
from hypothesis import strategies as st

import labkit as lk
from labkit import cells, leftovers, network, privacy, proposals, sharing, unpacked, work
from labkit.errors import LabkitError
from labkit.language.vocabulary import _dataset, first_names
from labkit.leftovers.letters import words_of

FIRST = [name.title() for name, times in sorted(first_names().items()) if times > 20 and len(name) > 3]
LAST = sorted({row["surname"] for row in _dataset("surnames.csv") if row["surname"].isalpha()})
PARTICLES = ("", "", "", "De ", "Dalla ", "D'")


def invented(count: int, seed: int) -> dict[str, str]:
    """Full names of nobody with their surnames: one first name or two, at times a particle or an accent."""
    chance, names = random.Random(seed), {}
    while len(names) < count:
        last = chance.choice(LAST)
        if last[-1] in "aeiou" and chance.random() < 0.3:
            last = last[:-1] + dict(zip("aeiou", "àèìòù"))[last[-1]]
        first = " ".join(chance.sample(FIRST, 1 + (chance.random() < 0.15)))
        surname = f"{chance.choice(PARTICLES)}{last}"
        # No name may be found in another's place.
        names.setdefault(frozenset(words_of(f"{first} {surname}")), (f"{first} {surname}", surname))
    return dict(names.values())


def inverted(name: str) -> str:
    first, rest = name.split(" ", 1)
    return f"{rest} {first}"


def unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def hyphened(name: str) -> str:
    """The last word broken at a line end."""
    middle = len(name) - max(2, len(name.rsplit(" ", 1)[-1]) // 2)
    return f"{name[:middle]}-\n{name[middle:]}"


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "inverted": inverted,
    "without accents": unaccented,
    "accents apart": lambda name: unicodedata.normalize("NFD", name),
    "capitals": str.upper,
    "capitals, inverted, with a comma": lambda name: inverted(name).upper().replace(" ", ", ", 1),
    "hyphen at a line end": hyphened,
    "over two lines": lambda name: name.replace(" ", "\n", 1),
}

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(texts: list[str]) -> bytes:
    """Each text in its paragraph, parted into runs where a word processor would."""
    body = ""
    for text in texts:
        half = len(text) - 3
        runs = "".join(
            f'<w:r><w:t xml:space="preserve">{html.escape(part)}</w:t></w:r>' for part in (text[:half], text[half:])
        )
        body += f"<w:p>{runs}</w:p>"
    return zipped_as(
        {"word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>', "docProps/a": "-"}
    )


def drawn_pdf(texts: list[str], *, title: str = "") -> bytes:
    from matplotlib.figure import Figure

    figure, target = Figure(figsize=(8, 1.1 * len(texts))), io.BytesIO()
    for number, text in enumerate(texts):
        figure.text(0.1, 1 - (number + 0.7) / len(texts), f"con {unicodedata.normalize('NFC', text)} qui")
    figure.savefig(target, format="pdf", metadata={"Title": title})
    return target.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(texts: list[str]) -> bytes:
    """A picture of one point; the texts in turn in each kind of chunk that holds text."""
    ways = (
        lambda t: chunk(b"tEXt", b"Author\0" + unicodedata.normalize("NFC", t).encode("latin-1")),
        lambda t: chunk(b"zTXt", b"Comment\0\0" + zlib.compress(t.encode())),
        lambda t: chunk(b"iTXt", b"Title\0\0\0it\0Titolo\0" + t.encode()),
        lambda t: chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(f"<x><c>{t}</c></x>".encode())),
        lambda t: chunk(b"eXIf", b"MM\0*" + t.encode("utf-16-le") + b"\0\0"),
    )
    header = chunk(b"IHDR", bytes.fromhex("00000001000000010000000000"))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(ways[n % 5](t) for n, t in enumerate(texts)) + pixels


def jpeg(texts: list[str]) -> bytes:
    parts = [b"\xff\xfe" + (len(t.encode()) + 2).to_bytes(2, "big") + t.encode() for t in texts]
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xda\0\2\x11\x22\xff\xd9"


def parquet(texts: list[str]) -> bytes:
    """A third in a column, a third in the names of columns, a third in the metadata."""
    import pyarrow
    from pyarrow import parquet as files

    third = len(texts) // 3
    table = pyarrow.table(
        {"n": list(range(third)), "note": texts[:third], **{t: [0.0] * third for t in texts[third : 2 * third]}}
    )
    table = table.replace_schema_metadata({"about": "\n\n".join(texts[2 * third :])})
    target = io.BytesIO()
    files.write_table(table, target)
    return target.getvalue()


def graph(texts: list[str]) -> nx.Graph:
    made = nx.path_graph(len(texts) + 1)
    nx.set_node_attributes(made, {n: {"note": text} for n, text in enumerate(texts)})
    return made


def written(writer: Callable, texts: list[str]) -> bytes:
    target = io.BytesIO()
    writer(graph(texts), target)
    return target.getvalue()


def tarred(texts: list[str]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for number, text in enumerate(texts):
            member = tarfile.TarInfo(f"{number}.txt")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return target.getvalue()


def page(texts: list[str]) -> bytes:
    """Texts in labels over several lines, in a comment, in an attribute, as entities, in data, in a picture."""
    ways = (
        lambda t: f"<text>{''.join(f'<tspan>{html.escape(part)}</tspan>' for part in t.split())}</text>",
        lambda t: f"<!-- {t} -->",
        lambda t: f'<a title="{html.escape(t)}">qui</a>',
        lambda t: "<p>" + "".join(f"&#{ord(c)};" if ord(c) > 126 else c for c in html.escape(t)) + "</p>",
        lambda t: f'<script type="application/json">{json.dumps({"note": t})}</script>',
        lambda t: f'<img src="data:image/png;base64,{base64.b64encode(png([t])).decode()}">',
    )
    return f"<html><body>{''.join(ways[n % 6](t) for n, t in enumerate(texts))}</body></html>".encode()


FILES: dict[str, Callable[[list[str]], bytes]] = {
    "nota.txt": lambda texts: "\n\n".join(f"con {t}," for t in texts).encode(),
    "antica.txt": lambda texts: "\n\n".join(unicodedata.normalize("NFC", t) for t in texts).encode("cp1252"),
    "larga.csv": lambda texts: "\n\n".join(f'1,"{t}",2' for t in texts).encode("utf-16"),
    "dati.json": lambda texts: json.dumps([{"nome": t} for t in texts], indent=1).encode(),
    "figura.svg": lambda texts: ("<svg>" + "".join(f"<g><!-- {t} --></g>" for t in texts) + "</svg>").encode(),
    "pagina.html": page,
    "rete.gexf": lambda texts: written(nx.write_gexf, texts),
    "rete.graphml": lambda texts: written(nx.write_graphml_xml, texts),
    "verbale.docx": docx,
    "presenze.xlsx": lambda texts: xlsx([[n, *t.split(" ", 1)] for n, t in enumerate(texts)]),
    "mappa.pdf": drawn_pdf,
    "titolo.pdf": lambda texts: drawn_pdf(["qui"], title="; ".join(texts)),
    "figura.png": png,
    "foto.jpg": jpeg,
    "tavola.parquet": parquet,
    "cartella.zip": lambda texts: zipped_as(
        {"dentro.zip": zipped_as({f"{n}.txt": t for n, t in enumerate(texts)}), "a.txt": "nulla"}
    ),
    "cartella.tar.gz": tarred,
    "nota.txt.gz": lambda texts: gzip.compress("\n\n".join(texts).encode()),
    "nomi.zip": lambda texts: zipped_as({f"{'_'.join(t.replace(chr(10), '').split())}.csv": "a" for t in texts}),
}


@pytest.fixture(scope="module")
def planted() -> tuple[dict[str, bytes], dict[str, tuple[str, str]]]:
    """Files that hold 500 names, and for each name where it was put and in which form."""
    names = invented(500, seed=2014)
    share: dict[str, list[str]] = {file: [] for file in FILES}
    places = {}
    for number, name in enumerate(names):
        file = list(FILES)[number % len(FILES)]
        form = list(FORMS)[number // len(FILES) % len(FORMS)]
        places[name] = (file, form)
        share[file].append(FORMS[form](name))
    return {file: make(share[file]) for file, make in FILES.items()}, places


def test_all_of_500_planted_names_are_found_where_they_were_put(planted):
    files, places = planted
    assert len({form for _, form in places.values()}) == len(FORMS) and len(places) == 500
    found = {}
    for file, data in files.items():
        for one in leftovers.listed(unpacked.texts(file, data), places):
            if one.why == "name":
                found.setdefault(one.name, set()).add(file)
    missed = {name: place for name, place in places.items() if place[0] not in found.get(name, ())}
    assert not missed, missed
    assert {name for name in found if found[name] != {places[name][0]}} == set()


TITLES = (
    "l'assessore {}",
    "L'ASSESSORA {}",
    "dell'assessora {}",
    "la sindaca {}",
    "al vicesindaco {}",
    "il vice sindaco {}",
    "la presidente {}",
    "il consigliere {}",
    "una consigliera delegata, {},",
    "il direttore {}",
    "la direttrice dott.ssa {}",
    "dirigente scolastico {}",
    "il dott. {}",
    "la dott.ssa {}",
    "la Dott ssa {}",
    "il dr. {}",
    "la dr.ssa {}",
    "sig. {}",
    "la sig.ra {}",
    "il signor {}",
    "la signora {}",
    "prof. {}",
    "la prof.ssa {}",
    "avv. {}",
    "l'avvocata {}",
    "ing. {}",
    "arch. {}",
    "geom. {}",
    "rag. {}",
    "l'on. {}",
    "il sen. {}",
    "don {}",
    "suor {}",
    "padre {}",
    "mons. {}",
    "monsignor {}",
    "la responsabile {}",
    "referente: {}",
    "il coordinatore {}",
    "la coordinatrice {}",
    "l'assistente sociale {}",
    "l'educatrice {}",
    "la psicologa {}",
    "segretario verbalizzante: {}",
    "la facilitatrice {}",
    "l'assessore al Welfare {}",
    "l'assessora alle politiche sociali {}",
    "la presidente della cooperativa {}",
    "l'assessore ai servizi alla persona {}",
    "il presidente del Consorzio, {},",
    "gli assessori Galvoni e {}",
    "i consiglieri Galvoni, Ostiani e {}",
    "le dott.sse Galvoni e {}",
    "i sigg. Galvoni ed {}",
    "la presi-\ndente {}",
    "dott.{}",
    "l'assessore M. {}",
    "il sindaco\n{}",
)


def test_at_least_95_of_100_surnames_after_a_title_stop():
    chance = random.Random(95)
    missed = []
    for number, (name, surname) in enumerate(invented(100, seed=95).items()):
        way = TITLES[number % len(TITLES)]
        surname = chance.choice((str, str, str.upper, unaccented))(surname)
        text = f"Alle ore 15 interviene {way.format(surname)} e si chiude."
        if [(one.name, one.why) for one in leftovers.listed({"a": text}, [name])] != [(name, "titled")]:
            missed.append((text, name))
    assert len(missed) <= 5, missed


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("si è parlato di Rota e di altro", "Anna Rota"),
        ("Istituto Galvasoni", "Anna Galvasoni"),
        ("il sindaco di Crema", "Anna Crema"),
        ("la direttrice del Distretto Crema", "Anna Crema"),
        ("il sindaco visita Crema", "Anna Crema"),
        ("i sindaci di Soresina, Crema e Lodi", "Anna Lodi"),
        ("la referente chiude i conti", "Anna Conti"),
        ("la presidente costa poco", "Anna Costa"),
        ("ha parlato il sindaco. Galvasoni è una via", "Anna Galvasoni"),
        ("il presidente che Galvasoni", "Anna Galvasoni"),
        ("dono Galvasoni", "Anna Galvasoni"),
        ("tra Crema e Lodi", "Anna Lodi"),
        ("fra Crema e Lodi", "Anna Crema"),
        ("la presidenza Galvasoni", "Anna Galvasoni"),
    ],
)
def test_a_surname_that_no_title_makes_a_person_is_a_doubt(text, name):
    assert [(one.why, one.certain) for one in leftovers.listed({"a": text}, [name])] == [("surname", False)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("in arrivo dalla rivabella", "Anna Riva"),
        ("e Liano va a casa", "Elia Nova"),
        ("n. 3 corsi, n. corsi attivi", "N. Corsi"),
        ("Anna è qui; dopo un poco arriva anche la signora con il Brandisio", "Anna Brandi"),
        ("Giovanna Brandi", "Anna Brandi"),
        ("Anna Brandini", "Anna Brandi"),
    ],
)
def test_letters_that_only_look_like_a_name_stop_nothing(text, name):
    assert [one for one in leftovers.listed({"a": text}, [name]) if one.certain] == []


UNSEEN = ("\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff")
GAPS = (
    " ",
    "\u00a0",
    "\u202f",
    "\n",
    "\r\n",
    "  ",
    "_",
    ", ",
    "&nbsp;",
    "&#160;",
    "\u200b",
    " \n\t",
    "</b> <b>",
    "%20",
    "\\n",
)


@settings(deadline=None)
@given(st.data())
def test_a_name_is_found_however_it_is_hidden(data):
    """Letters change case and accent or become entities, unseen signs and line ends come between, words change places."""
    name = data.draw(st.sampled_from(list(invented(60, seed=3))))
    words = name.split()
    if data.draw(st.booleans()):
        words = words[1:] + words[:1] if len(words) == 2 else words
    spelled = []
    for word in words:
        word = data.draw(st.sampled_from((str, str.upper, str.lower, unaccented)))(word)
        word = unicodedata.normalize(data.draw(st.sampled_from(("NFC", "NFD"))), word)
        letters = []
        for letter in word:
            way = data.draw(st.sampled_from(("", "", "", "", "entity", "hex", "escape")))
            letters.append({"entity": f"&#{ord(letter)};", "hex": f"&#x{ord(letter):x};"}.get(way, letter))
            if way == "escape" and ord(letter) > 126:
                letters[-1] = f"\\u{ord(letter):04x}"
        cut = data.draw(st.integers(1, len(letters)))
        if (
            cut < len(letters)
            and not unicodedata.combining(word[cut])
            and word[cut].isalpha()
            and word[cut - 1].isalpha()
        ):
            letters.insert(
                cut, data.draw(st.sampled_from(("", "-\n", "-\r\n   ", "\u00ad\n", "&shy;", "<wbr>", *UNSEEN)))
            )
        spelled.append("".join(letters))
    text = (
        "con "
        + data.draw(st.sampled_from(GAPS)).join(spelled)
        + data.draw(st.sampled_from((" qui", ".", "<br>", "\n", '"')))
    )
    assert [one.why for one in leftovers.listed({"a": text}, [name])] == ["name"], text


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_the_scan_and_a_name_in_it_is_found(before, after):
    assert all(
        one.why in ("titled", "surname", "unlisted") for one in leftovers.scan({"a": before}, ["Xerxes Wykowski"])
    )
    found = leftovers.listed({"a": f"{before}\n\nXerxes Wykowski\n\n{after}"}, ["Xerxes Wykowski"])
    assert "name" in [one.why for one in found]


@pytest.mark.parametrize(
    "text",
    [
        '"De Santèris";"Nicolò"',
        "Nicolo` De Sante`ris",
        "NICOLO' DE SANTERIS",
        "nicolo.desanteris@example.org",
        "mappaNicoloDeSanteris.png",
        "<b>Nicolò</b>&nbsp;<i>De</i> <u>Santè</u>ris",
        "Nicolò<!-- e -->De Santèris",
        "<!-- a > b Nicolò De Santèris -->",
        'a href="nicol%C3%B2-de-sant%C3%A8ris.html"',
        r"'Nicol\xf2 De Sant\u{e8}ris'",
        r"'NICOL\u00d2\nDE SANT\u00c8RIS'",
        "N I C O L Ò   D E   S A N T È R I S",
        "Nicol&amp;#242; De Sant&amp;egrave;ris",
    ],
)
def test_ways_of_writing_that_people_and_programs_have(text):
    found = leftovers.listed({"a": text}, ["Nicolò De Santèris"])
    assert [(one.why, one.certain) for one in found] == [("name", True)]


def test_an_apostrophe_of_a_script_hides_nothing():
    assert [one.why for one in leftovers.listed({"a": r"'Maria D\'Abate'"}, ["Maria D'Abate"])] == ["name"]


def test_a_long_text_is_read_whole_and_the_line_is_told():
    """Longer than a piece: names near every end of a piece are found on their lines."""
    text = "".join(f"riga {n} di un testo lungo che continua ancora\n" for n in range(60_000))
    for line in (1, 20_000, 21_277, 21_500, 42_000, 60_000):
        lines = text.split("\n")
        lines[line - 1] = "arriva ANNA"
        lines[line] = "BRANDI e va"
        assert [one.where for one in leftovers.listed({"a": "\n".join(lines)}, ["Anna Brandi"])] == [f"a:{line}"]


def test_the_strongest_finding_of_a_name_is_told_once():
    text = "via Galvasoni\nl'assessora Galvasoni\n3. Ada Galvasoni"
    found = leftovers.listed({"a": text, "b": text.rsplit("\n", 1)[0], "c": "via Galvasoni"}, ["Ada Galvasoni"])
    assert [(one.where, one.why, one.certain) for one in found] == [
        ("a:3", "name", True),
        ("b:2", "titled", True),
        ("c:1", "surname", False),
    ]


def test_either_of_two_surnames_is_looked_for_and_no_particle_is_torn_off():
    texts = {"a": "l'assessora Galvasoni", "b": "via Ostiani", "c": "de e Santèris", "d": "la prof.ssa De Santèris"}
    found = leftovers.listed(texts, ["Ada Galvasoni Ostiani", "Nicolò De Santèris"])
    assert [(one.where, one.why) for one in found] == [("a:1", "titled"), ("b:1", "surname"), ("d:1", "titled")]


def test_an_organisation_excuses_only_the_name_inside_its_own():
    actors = ["Fondazione Anna Brandi", "fondazione-anna-brandi", "Istituto Ferri", "Marta Oliveri"]
    names = ["Anna Brandi", "Luca Ferri", "Marta Oliveri"]
    passed = {
        "a": "La presidente della Fondazione Anna Brandi e il preside dell'Istituto Ferri",
        "b": "<tspan>Fondazione Anna</tspan><tspan>Brandi</tspan> fondazione-anna-brandi",
    }
    assert leftovers.listed(passed, names, actors=actors) == []
    held = {"a": "Fondazione Anna Brandi, Anna Brandi", "b": "il preside Ferri", "c": "Marta Oliveri"}
    assert [one.why for one in leftovers.listed(held, names, actors=actors)] == ["name", "titled", "name"]


def test_people_that_nobody_listed_are_shown_and_what_bears_their_names_is_not():
    text = (
        "Presenti Nicolò Malaspina, MARTA OSTIANI e Anna Maria De Lorenzi.\n"
        "In via Giuseppe Verdi, all'Istituto Ada Negri, alla Fondazione Piero Gallini, a Sant'Angelo Lodigiano, San Giovanni Bianco; "
        "Maria Brandi non è nuova, Circolo Enrico Galvani nemmeno.\n"
        "<script>let Marco Bozzi = 1</script><style>Paolo Rosti {}</style><i title='Luisa Cabrini'>x</i>"
    )
    found = leftovers.unlisted({"a": text}, ["Anna Maria Brandi"], known=["Centro Enrico Galvani"])
    assert [(one.name, one.where) for one in found] == [
        ("Nicolò Malaspina", "a:1"),
        ("MARTA OSTIANI", "a:1"),
        ("Anna Maria De Lorenzi", "a:1"),
        ("Luisa Cabrini", "a:3"),
    ]
    assert leftovers.unlisted({"a.js": "Nicolò Malaspina"}, []) == []


# --- files


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped_as({"b.txt": "x" * 5000})[:-40]),
        ("a.zip", b"PK\x03\x04" + b"\0" * 40),
        ("a.txt.gz", gzip.compress(b"x" * 5000, mtime=0)[:25]),
        ("a.pdf", b"%PDF-1.4 nothing"),
        ("a.parquet", b"PAR1" + b"\0" * 40 + b"PAR1"),
    ],
    ids=["cut zip", "empty zip", "cut gzip", "pdf", "parquet"],
)
def test_a_file_that_cannot_be_searched_stops_too(name, data):
    with pytest.raises(LabkitError, match="could not be searched for names"):
        privacy.stop_files({name: data}, ["Anna Brandi"])


def test_a_bomb_is_refused_before_it_swells(monkeypatch):
    monkeypatch.setattr(unpacked, "MOST_BYTES", 100_000)
    zeros = b"0" * 10_000_000
    inner = zipped_as({f"{n}.txt": zeros[:60_000] for n in range(3)})
    bombs = {
        "a.zip": zipped_as({"a.zip": inner}),
        "a.gz": gzip.compress(zeros),
        "a.png": b"\x89PNG\r\n\x1a\n" + chunk(b"zTXt", b"a\0\0" + zlib.compress(zeros)),
        "a.svg": b"<!DOCTYPE a [<!ENTITY b '" + b"0" * 400 + b"'>]><a>" + b"&b;" * 1000 + b"</a>",
    }
    for name, data in bombs.items():
        with pytest.raises(LabkitError, match=rf"^{name}: expected a file that unpacks to a few hundred MB"):
            unpacked.texts(name, data)
    monkeypatch.setattr(unpacked, "MOST_BYTES", 10_000_000)
    for _ in range(13):
        inner = zipped_as({"a.zip": inner})
    with pytest.raises(LabkitError, match="expected at most 12 archives inside each other"):
        unpacked.texts("a.zip", inner)


def test_files_inside_a_pdf_are_read_and_their_names():
    import pypdfium2

    document, target = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(200, 200)
    document.new_attachment("Anna Brandi.txt").set_data(b"con Ada Galvasoni")
    document.save(target)
    found = leftovers.listed(unpacked.texts("a.pdf", target.getvalue()), ["Anna Brandi", "Ada Galvasoni"])
    assert [(one.name, one.where) for one in found if "parts" not in one.where] == [
        ("Anna Brandi", "a.pdf/Anna Brandi.txt (name):1"),
        ("Ada Galvasoni", "a.pdf/Anna Brandi.txt:1"),
    ]


@pytest.mark.parametrize(
    ("file", "data", "where"),
    [
        ("mappa Anna Brandi.html", b"<p>nulla</p>", "mappa Anna Brandi.html (name):1"),
        ("a.png", png(["Anna Brandi"]), "a.png, tEXt:2"),
        ("a.zip", zipped_as({"b/c.zip": zipped_as({"d.txt": "x\ny\nBRANDI Anna"})}), "a.zip/b/c.zip/d.txt:3"),
        ("a.pdf", drawn_pdf(["con Anna Bran-\ndi"]), "a.pdf, page 1:1"),
        ("a.xlsx", xlsx([["nome", "n", "cognome"], ["x", 1, "y"], ["Anna", None, "Brandi"]]), "a.xlsx, sheet Sheet:3"),
        ("a.json", json.dumps({"a": ["Brandi\n\u00c0nna"]}).encode(), "a.json:1"),
    ],
    ids=["name", "png", "zip", "pdf", "xlsx", "json"],
)
def test_the_error_says_where_in_which_file(file, data, where):
    with pytest.raises(LabkitError) as raised:
        privacy.stop_files({"vuoto.txt": b"", file: data}, ["Anna Brandi"])
    assert str(raised.value).startswith(f"{where}: the name of a listed person still stands there ('Anna Brandi')")
    assert "\n" not in str(raised.value)


def test_a_title_stops_and_doubts_come_back():
    with pytest.raises(
        LabkitError, match=r"a.txt:2: the surname of a listed person, after a title, still stands there"
    ):
        privacy.stop_if_left({"a.txt": "di nuovo\nl'assessora Galvasoni"}, ["Ada Galvasoni"])
    doubts = privacy.stop_files({"a.txt": b"via Galvasoni, Mario Ostiani"}, ["Ada Galvasoni"])
    assert [(one.why, one.name, one.certain) for one in doubts] == [
        ("surname", "Ada Galvasoni", False),
        ("unlisted", "Mario Ostiani", False),
    ]


# --- clean editions


@pytest.fixture(scope="module")
def made(esempio):
    """The outputs of esempio that show no people, and its shared edition."""
    work.run(esempio)
    folder = esempio.outputs
    sharing.share(esempio, to=folder / "condiviso", pseudonym_table=folder / "numeri.csv")
    kept = ("mappa.html", "report.html", "networks/*", "figures/*", "condiviso/**/*")
    paths = sorted({path for pattern in kept for path in folder.glob(pattern) if path.is_file()})
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_clean_edition_stops_nothing(made, esempio, names):
    assert {Path(name).suffix for name in made} >= {".html", ".csv", ".gexf", ".graphml", ".svg", ".png", ".yml"}
    doubts = privacy.stop_files(made, names, actors=privacy.actors_of(esempio), known=privacy.known_of(esempio))
    assert doubts == []


def test_one_name_put_into_any_file_of_a_clean_edition_stops_it(made, names):
    """Behind the end of a file, where pictures and pages end before their bytes do."""
    for number, (file, data) in enumerate(made.items()):
        name = names[number % len(names)]
        with pytest.raises(LabkitError, match="the name of a listed person still stands there"):
            privacy.stop_files({file: data + f"\n{name}\n".encode()}, names)


# --- cells of sheets


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+39 0373 1", "-Insieme", "@SUM(A1)", "\t=1", "\rx", "  =1", '"=1', "'=1", "''-x", "＝1", "-3.5 euro"],
)
def test_what_begins_like_a_formula_is_disarmed_and_comes_back(cell):
    assert cells.disarmed(cell) == f"'{cell}"
    assert cells.rearmed(cells.disarmed(cell)) == cell


@pytest.mark.parametrize("cell", ["", "-3.5", "+1.200,50", "-1e-7", "12 %", "L'Arca", "'ndrangheta", "a=b", "– no"])
def test_numbers_and_plain_texts_stay(cell):
    assert cells.disarmed(cell) == cell == cells.rearmed(cell)


@given(st.text(alphabet="'\"=+-@\t\r 1a.", max_size=8))
def test_disarming_can_always_be_undone(cell):
    assert cells.rearmed(cells.disarmed(cell)) == cell


def test_sheets_of_a_network_run_nothing_and_keep_the_names(tmp_path):
    import openpyxl

    made = nx.Graph([("a", "b")])
    nx.set_node_attributes(made, {"a": "-Insieme", "b": "=HYPERLINK(1)"}, "name")
    nx.set_node_attributes(made, {"a": -1, "b": 2}, "balance")
    paths = {path.name: path for path in network.write(made, tmp_path, "n", formats=("csv", "xlsx"))}
    table = pd.read_csv(paths["n-actors.csv"])
    assert table["name"].tolist() == ["'-Insieme", "'=HYPERLINK(1)"] and table["balance"].tolist() == [-1, 2]
    assert cells.unsheet(table)["name"].tolist() == ["-Insieme", "=HYPERLINK(1)"]
    column = openpyxl.load_workbook(paths["n.xlsx"])["actors"]["B"]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in column[1:]] == [
        ("-Insieme", "s", True),
        ("=HYPERLINK(1)", "s", True),
    ]


def test_a_sheet_of_proposals_runs_nothing_and_is_read_back(tmp_path, monkeypatch, esempio):
    rows = pd.DataFrame({"id": ["new:-insieme"], "name": ["-Insieme"], "answer": ["no_actor"], "score": [-0.5]})
    monkeypatch.setattr(proposals, "table", lambda lab: rows)
    path = proposals.write_sheet(esempio, tmp_path / "a.csv")
    assert path.read_text(encoding="utf-8") == "id,name,answer,score\nnew:-insieme,'-Insieme,no_actor,-0.5\n"
    path.write_text("id,answer,reason\nnew:-insieme,no_actor,'-no\n", encoding="utf-8")
    assert [(one.actor, one.reason) for one in proposals.read_answers(path)] == [("-insieme", "-no")]
    assert rows["name"].tolist() == ["-Insieme"]


def test_a_shared_edition_with_odd_names_reads_back_the_same(small_lab, tmp_path):
    more = "---\ntitle: Tavolo - 5 maggio 2014\npublished: 2014-05-06\n---\nPresenti: Luca Ferri (Cooperativa sociale Insieme)\n"
    (small_lab / "d.md").write_text(more, encoding="utf-8")
    (small_lab / "lab.yml").write_text("public_sources: true\n", encoding="utf-8")
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    (small_lab / "decisions.yml").write_text(
        "- {decide: name, actor: cooperativa-insieme, value: '-Insieme'}\n"
        "- {decide: name, actor: cooperativa-ginestra, value: '=Ginestra'}\n",
        encoding="utf-8",
    )
    lab = lk.open_lab(small_lab, outputs=tmp_path / "out")
    odd = {"-Insieme", "=Ginestra"}
    assert odd <= set(lab.actors["name"])
    sharing.share(lab, to=tmp_path / "ed", pseudonym_table=tmp_path / "n.csv")
    raw = (tmp_path / "ed" / "tables" / "actors.csv").read_text(encoding="utf-8")
    assert ",'-Insieme," in raw and ",'=Ginestra," in raw
    shared = lk.open_lab(tmp_path / "ed", outputs=tmp_path / "out")
    assert odd <= set(shared.actors["name"])

"""Cards of ties, to be ticked by hand, and the sheet of the facilitator that counts what they say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx

from labkit.errors import UsageError
from labkit.network.drawing import SECTORS
from labkit.network.letters import plain
from labkit.wording import spoken
from labkit.workshop.evidence import evidence_lines
from labkit.workshop.paper import QUIET, Sheet, block, name_of, save_pages, sheet, style, width_of, wrapped
from labkit.workshop.poster_map import strongest
from labkit.workshop.posters import codes_of, kind_words, times

if TYPE_CHECKING:
    from labkit.lab import Lab
    from labkit.workshop.codes import Tie

# Upper part of a card: what is said on the left, from where on the right, down to the lowest baseline.
EDGE, RIGHT, LOWEST = 34.0, 362.0, 244.0
WORDS = {
    "it": {
        "from": "Risulta da:",
        "more": ("e un’altra volta", "e altre {n} volte"),
        "answers": ("Confermo", "Non confermo", "Non so"),
        "who": "Chi parla:",
        "unsaid": "preferisco non dirlo",
        "seat": "Posto n.",
        "note": "Note, senza nomi di persone",
        "missing": "Manca",
        "missing_help": "Un rapporto che la mappa non mostra. Si scrive il nome degli enti, non quello delle persone.",
        "between": ("Tra", "e"),
        "what": "Che cosa li lega",
        "sheet": "Foglio per chi conduce",
        "map": "Mappa {id}",
        "page": "Pagina {n} di {all}",
        "columns": ("Codice", "Rapporto", "Volte"),
        "read": "Leggere ad alta voce: «{means}»",
        "steps": {
            "Prima": (
                "Appendere il poster dove tutti lo vedono. Scegliere le schede da discutere, una decina per ogni ora; con "
                "più gruppi, una copia per gruppo. Tenere pronte alcune schede «Manca».",
                "{read} Dire che la mappa viene dai documenti: può sbagliare e non sa tutto.",
            ),
            "Durante": (
                "Dare a ogni persona un numero di posto, da scrivere sulle sue schede. Leggere una scheda alla volta e segnare "
                "una sola risposta; «Non so» vale quanto le altre. Chi parla può non dire il proprio settore.",
                "Se sulla mappa manca un rapporto, compilare una scheda «Manca». Nelle note si scrive di enti e di fatti, non di "
                "persone.",
            ),
            "Dopo": (
                "Riportare le schede nel file modulo.csv della mappa {id}, una colonna per ogni posto; la tabella qui sotto "
                "serve per un primo conto. Conservare le schede finché i conti non sono stati controllati.",
            ),
        },
    },
    "en": {
        "from": "Found in:",
        "more": ("and once more", "and {n} more times"),
        "answers": ("I confirm", "I do not confirm", "I don’t know"),
        "who": "Speaking for:",
        "unsaid": "I prefer not to say",
        "seat": "Seat no.",
        "note": "Notes, without names of people",
        "missing": "Missing",
        "missing_help": "A tie that the map does not show. Write the names of organisations, not of people.",
        "between": ("Between", "and"),
        "what": "What ties them",
        "sheet": "Sheet for the facilitator",
        "map": "Map {id}",
        "page": "Page {n} of {all}",
        "columns": ("Code", "Tie", "Times"),
        "read": "Read aloud: “{means}”",
        "steps": {
            "Before": (
                "Hang the poster where everybody sees it. Choose the cards to discuss, about ten for each hour; with "
                "several groups, one copy for each. Keep a few “Missing” cards at hand.",
                "{read} Say that the map comes from documents: it may be wrong and does not know everything.",
            ),
            "During": (
                "Give each person a seat number, to be written on their cards. Read one card at a time and tick one answer; "
                "“I don’t know” counts as much as the others. Nobody has to say for which sector they speak.",
                "Where the map lacks a tie, fill in a “Missing” card. Notes are about organisations and facts, not "
                "about people.",
            ),
            "After": (
                "Enter the cards in the file modulo.csv of the map {id}, a column for each seat; the table below serves for a "
                "first count. Keep the cards until the counts have been checked.",
            ),
        },
    },
}


def tie_cards(lab: Lab, graph: nx.Graph, *, codes: dict[Tie, str], to: Path, ties: int | None = None) -> Path:
    """Write a card for each tie, one A5 page each, those found most often first, and at the end a blank one for what is missing.

    Parameters
    ----------
    graph
        One kind of tie, from :func:`labkit.network.build`; its nodes' ``name`` is what is written.
    codes
        From :func:`labkit.workshop.codes.of_graphs`: the same as on page and poster.
    to
        The PDF file.
    ties
        At most how many ties have a card; by default all.

    Raises
    ------
    UsageError
        For a tie without code, or a number of ties under 1.

    Examples
    --------
    >>> import tempfile, labkit as lk
    >>> from labkit.workshop.codes import of_graphs
    >>> lab = lk.open_lab("cremasco")
    >>> net = lk.network.build(lab)
    >>> tie_cards(lab, net, codes=of_graphs([net]), to=Path(tempfile.mkdtemp()) / "cards.pdf", ties=2).name
    'cards.pdf'
    """
    if ties is not None and (not isinstance(ties, int) or ties < 1):
        raise UsageError(f"tie_cards: ties is a number from 1 up; found {ties!r}; leave it out for all")
    with style():
        return save_pages(card_pages(lab, graph, codes_of(graph, codes, "tie_cards"), strongest(graph)[:ties]), to)


def card_pages(lab: Lab, graph: nx.Graph, codes: dict, chosen: list[tuple[str, str]]) -> Iterator[Sheet]:
    """Draw the cards of chosen ties, and a blank one."""
    words = spoken(WORDS, lab.language)
    label, means = kind_words(lab, graph)
    found = {tie: graph.edges[tie].get("evidence", "").split() for tie in chosen}
    lines = evidence_lines(lab, sorted({e for ids in found.values() for e in ids}))
    for tie in chosen:
        card = sheet("A5")
        card.write(EDGE, 80, codes[tie], 58, bold=True)
        _ends(card, [(name_of(graph, n), graph.nodes[n].get("sector", "other")) for n in tie])
        y = _kind(card, label, means)
        _evidence(card, [lines[e] for e in found[tie] if e in lines], y, words)
        _answers(card, words)
        _said(card, lab, words)
        yield card
    yield _missing(lab, label, words)


def _ends(card: Sheet, ends: list[tuple[str, str]]) -> None:
    """The two actors below each other, a line from shape to shape."""
    x, width = EDGE + 46, RIGHT - EDGE - 46 - 24
    sizes = (20, 17, 15, 13)
    size = next((s for s in sizes if all(len(wrapped(name, width, s)) <= (2 if s > 15 else 3) for name, _ in ends)), 12)
    middles = (136, 212)
    card.rule(EDGE + 15, middles[0], EDGE + 15, middles[1], colour="#8A8F98", width=5)
    for middle, (name, sector) in zip(middles, ends):
        card.shape(sector, EDGE + 15, middle, 28)
        lines = wrapped(name, width, size, most=4)
        card.lines(x, middle - 1.25 * size * (len(lines) - 1) / 2 + 0.36 * size, lines, size, pitch=1.25)


def _kind(card: Sheet, label: str, means: str) -> float:
    room = card.width - RIGHT - EDGE
    y = card.lines(RIGHT, 46, wrapped(label, room, 12, bold=True, most=2), 12, bold=True)
    return card.lines(RIGHT, y + 1, wrapped(means, room, 9, most=5), 9, color=QUIET)


def _evidence(card: Sheet, lines: list[str], y: float, words: dict) -> None:
    """At most five lines, the latest first, and how many more there are."""
    if not lines:
        return
    room = card.width - RIGHT - EDGE
    y = max(y + 12, 114)
    card.write(RIGHT, y, words["from"], 10, bold=True)
    y, left = y + 14.5, len(lines)
    for line in lines[:-6:-1]:
        parts = block(plain(line), room, 9)
        parts = parts if len(parts) < 3 else wrapped(plain(line), room, 9, most=2)
        if y + 11 * (len(parts) - 1) > LOWEST - 14 * (left > 1):
            break
        y = card.lines(RIGHT, y, parts, 9, pitch=1.22) + 2.5
        left -= 1
    if left:
        card.write(RIGHT, y, words["more"][left > 1].format(n=left), 9, color=QUIET)


def _answers(card: Sheet, words: dict) -> None:
    card.rule(EDGE, 254, card.width - EDGE, 254)
    for number, answer in enumerate(words["answers"]):
        x = EDGE + number * 184
        card.box(x, 270, 27, 27, line=1.6)
        card.write(x + 37, 290, answer, 17)


def _said(card: Sheet, lab: Lab, words: dict) -> None:
    """Who speaks, and room for a note."""
    y, x = 330, EDGE
    card.write(x, y, words["who"], 10, bold=True)
    x += width_of(words["who"], 10, bold=True) + 12
    labels = [*(look[lab.language] for look in SECTORS.values()), words["unsaid"]]
    gap = (card.width - EDGE - x - sum(17 + width_of(label, 10) for label in labels)) / (len(labels) - 1)
    for label in labels:
        card.box(x, y - 9.5, 11.5, 11.5, line=1)
        card.write(x + 17, y, label, 10)
        x += 17 + width_of(label, 10) + gap
    card.write(EDGE, 356, words["note"], 9, color=QUIET)
    after = EDGE + width_of(words["note"], 9) + 8
    card.rule(after, 357, card.width - EDGE, 357)
    card.rule(EDGE, 382, card.width - EDGE, 382)
    title = wrapped(plain(lab.title), card.width - 2 * EDGE - 110, 8, most=1)
    card.lines(EDGE, 402, title, 8, color=QUIET)
    # The number of whoever answers, so that the cards of one person fill one column of the form.
    card.write(card.width - EDGE - 44, 402, words["seat"], 10, ha="right")
    card.rule(card.width - EDGE - 38, 403, card.width - EDGE, 403)


def _missing(lab: Lab, label: str, words: dict) -> Sheet:
    card = sheet("A5")
    card.write(EDGE, 80, words["missing"], 58, bold=True)
    _kind(card, label, words["missing_help"])
    start = EDGE + max(width_of(word, 15) for word in words["between"]) + 12
    for number, word in enumerate(words["between"]):
        y = 136 + 42 * number
        card.write(EDGE, y, word, 15)
        card.rule(start, y + 1, card.width - EDGE, y + 1)
    card.write(EDGE, 222, words["what"], 15)
    card.rule(EDGE + width_of(words["what"], 15) + 12, 223, card.width - EDGE, 223)
    for y in (257, 291):
        card.rule(EDGE, y, card.width - EDGE, y)
    _said(card, lab, words)
    return card


TALLY, CODE, COUNT, ROW = 72.0, 50.0, 48.0, 9.5


def facilitator_sheet(lab: Lab, graph: nx.Graph, *, codes: dict[Tie, str], map_id: str, to: Path) -> Path:
    """Write the sheet of who leads the meeting: five steps, and every tie by its code with room to count the answers.

    Parameters
    ----------
    graph, codes
        As in :func:`tie_cards`.
    map_id
        Which map the answers are about, as the page and its exports say.
    to
        The PDF file: A4, as many pages as the table needs.

    Raises
    ------
    UsageError
        For a tie without code.

    Examples
    --------
    >>> import tempfile, labkit as lk
    >>> from labkit.workshop.codes import of_graphs
    >>> lab = lk.open_lab("cremasco")
    >>> net = lk.network.build(lab)
    >>> to = Path(tempfile.mkdtemp()) / "sheet.pdf"
    >>> facilitator_sheet(lab, net, codes=of_graphs([net]), map_id="3f9c2a7b10de", to=to).name
    'sheet.pdf'
    """
    mine = codes_of(graph, codes, "facilitator_sheet")
    with style():
        return save_pages(sheet_pages(lab, graph, mine, plain(map_id)), to)


def sheet_pages(lab: Lab, graph: nx.Graph, codes: dict, map_id: str) -> list[Sheet]:
    """Draw the pages of the facilitator's sheet."""
    words = spoken(WORDS, lab.language)
    page = sheet("A4")
    pages, y = [page], _columns(page, _steps(page, lab, graph, map_id, words), words)
    for tie in sorted(codes, key=codes.get):
        lines = _pair([name_of(graph, n) for n in tie], page.width - 2 * EDGE - CODE - 3 * TALLY - COUNT)
        height = max(24, 1.25 * ROW * len(lines) + 11)
        if y + height > page.height - 58:
            page = sheet("A4")
            pages.append(page)
            y = _columns(page, EDGE + 14, words)
        _row(page, y, height, codes[tie], lines, times(graph.edges[tie]))
        y += height
    foot = wrapped(f"{words['map'].format(id=map_id)} · {plain(lab.title)}", 400, 8, most=1)
    for number, one in enumerate(pages, start=1):
        one.lines(EDGE, one.height - 30, foot, 8, color=QUIET)
        said = words["page"].format(n=number, all=len(pages))
        one.write(one.width - EDGE, one.height - 30, said, 8, color=QUIET, ha="right")
    return pages


def _pair(names: list[str], room: float) -> list[str]:
    """Two names in one line where they fit, else each on its own."""
    one = wrapped(" – ".join(names), room, ROW)
    return (
        one if len(one) == 1 else [*wrapped(f"{names[0]} –", room, ROW, most=6), *wrapped(names[1], room, ROW, most=6)]
    )


def _steps(page: Sheet, lab: Lab, graph: nx.Graph, map_id: str, words: dict) -> float:
    """Title, kind of tie and the five steps; return where the table begins."""
    label, means = kind_words(lab, graph)
    room = page.width - 2 * EDGE
    page.write(EDGE, 62, words["sheet"], 24, bold=True)
    y = page.lines(EDGE, 84, wrapped(plain(f"{lab.title} · {label}"), room, 12, most=2), 12, color=QUIET) + 16
    number = 0
    for when, steps in words["steps"].items():
        page.write(EDGE, y, when, 11, bold=True)
        for step in steps:
            number += 1
            page.write(EDGE + 84, y, str(number), 11, bold=True, ha="right")
            read = words["read"].format(means=means) if means else ""
            said = step.format(read=read, id=map_id)
            y = page.lines(EDGE + 96, y, wrapped(said, room - 96, 10.5), 10.5, pitch=1.38) + 4
        y += 6
    return y + 12


def _columns(page: Sheet, y: float, words: dict) -> float:
    """The head of the table; return where its rows begin."""
    right = page.width - EDGE
    code, tie, count = words["columns"]
    page.write(EDGE, y, code, 9, bold=True)
    page.write(EDGE + CODE, y, tie, 9, bold=True)
    page.write(right - 3 * TALLY - 12, y, count, 9, bold=True, ha="right")
    for number, answer in enumerate(words["answers"]):
        page.write(right - (2.5 - number) * TALLY, y, answer, 7.4, bold=True, ha="center")
    return y + 8


def _row(page: Sheet, y: float, height: float, code: str, lines: list[str], count: str) -> None:
    right = page.width - EDGE
    page.rule(EDGE, y, right, y)
    page.rule(EDGE, y + height, right, y + height)
    base = y + height / 2 - 1.25 * ROW * (len(lines) - 1) / 2 + 0.36 * ROW
    page.write(EDGE, y + height / 2 + 0.38 * 11, code, 11, bold=True)
    page.lines(EDGE + CODE, base, lines, ROW, pitch=1.25)
    page.write(right - 3 * TALLY - 12, y + height / 2 + 0.36 * ROW, count, ROW, color=QUIET, ha="right")
    for number in range(3):
        page.box(right - (3 - number) * TALLY, y, TALLY, height, line=0.8, edgecolor=QUIET)

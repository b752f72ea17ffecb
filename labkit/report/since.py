"""Since: what changed after the last workshop: texts and meetings, ties of documents, and what participants now say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from labkit.network.voices import tallied
from labkit.report.blocks import (
    Block,
    Cannot,
    Column,
    Heading,
    Section,
    Text,
    after,
    day_of,
    joined,
    listed,
    many,
    percent,
    table,
)
from labkit.report.sources import texts
from labkit.report.voices import MOST_TIES, answered, interval_words, told
from labkit.wording import number
from labkit.workshop.tallies import FEWEST, confirmed

if TYPE_CHECKING:
    from labkit.lab import Lab
    from labkit.report.origins import Ties
    from labkit.workshop.codes import Tie

ONLY_DATES = "Si guarda la data scritta nei testi: un testo di prima, arrivato dopo, qui non si distingue."


def section(lab: Lab, said: pd.DataFrame, ties: Ties) -> Section:
    """The chapter on what changed since the day of the last workshop; answers are not empty."""
    last = said["date"].max()
    names = [f"«{lab.sessions[key]}»" for key in sorted(said.loc[said["date"] == last, "session_id"].unique())]
    which = (
        f"L'ultimo laboratorio, {names[0]}, è" if len(names) == 1 else f"Gli ultimi laboratori, {listed(names)}, sono"
    )
    found = _found(ties, said, last)
    blocks = (Text(f"{which} {after('del', last)}."), *_read(lab, last, silent=not found), *found)
    return Section("cambiato", "Che cosa è cambiato dall'ultimo laboratorio", (*blocks, *_turned(said, ties, last)))


def later(day: object, last: str) -> bool | None:
    """Tell whether a day, a month or a year lies after another day; None where it cannot be told.

    >>> [later(day, "2016-05-12") for day in ("2016-05-13", "2016-05-12", "2016-06", "2016-05", "2015", None)]
    [True, False, True, None, False, None]
    """
    if not isinstance(day, str) or not day.strip("-"):
        return None
    if len(day) < 10 and last.startswith(day):
        return None
    return day > last


# --- what was read


def _read(lab: Lab, last: str, *, silent: bool) -> list[Block]:
    """Texts and meetings dated after the last workshop; silent if they show no tie."""
    documents = texts(lab)
    when = [later(day, last) for day in documents["published"]]
    new = documents.loc[[told is True for told in when]]
    undated = when.count(None)
    held = lab.meetings[lab.meetings["relation"] != "announced"]
    published = held["doc_id"].map(documents.drop_duplicates("doc_id").set_index("doc_id")["published"])
    met = held.loc[[later(day, last) is True for day in held["date"].fillna(published)]]
    with_list = int(met["meeting_id"].isin(lab.attendance["meeting_id"]).sum())
    blocks: list[Block] = []
    if len(new):
        newest = after("al", new["published"].max())
        text = f"Sono di dopo quel giorno {many(len(new), 'testo', 'testi')} su {number(len(documents))}, fino {newest}, e {many(len(met), 'incontro', 'incontri')}, di cui {number(with_list)} con elenco dei presenti."
        none = " Non mostrano alcun rapporto, né nuovo né già noto." if silent else ""
        blocks.append(Text(f"{text}{none} {ONLY_DATES}"))
    elif undated < len(documents):
        blocks.append(Text(f"Nessun testo è di dopo quel giorno{_meetings_all_the_same(len(met))}."))
    if undated:
        which = "un testo sia" if undated == 1 else f"{number(undated)} testi siano"
        what = f"se {which} di prima o di dopo l'ultimo laboratorio"
        why = "la data manca, o dice solo l'anno o il mese"
        blocks.append(Cannot(what, why, "Serve il giorno di pubblicazione di questi testi."))
    return blocks


def _meetings_all_the_same(n: int) -> str:
    return f"; {'lo è' if n == 1 else 'lo sono'} però {many(n, 'incontro', 'incontri')}" if n else ""


# --- what documents now show


def _found(ties: Ties, said: pd.DataFrame, last: str) -> list[Block]:
    """Ties that are new in the documents, and earlier ones of which there is new evidence."""
    kinds: dict[str, list[Tie]] = {"new": [], "again": [], "unclear": []}
    fresh: dict[Tie, int] = {}
    for kind, graph in ties.graphs.items():
        for a, b, data in graph.edges(data=True):
            tie = (kind, *sorted((a, b)))
            if data["said_by"] == "participants":
                continue
            when = [later(day, last) for day in data["dates"].split()]
            fresh[tie] = when.count(True)
            if fresh[tie]:
                kinds["again" if False in when else "unclear" if None in when else "new"].append(tie)
    head = Heading("Che cosa mostrano i testi di dopo")
    if not any(kinds.values()):
        return []
    heard = _heard(said)
    blocks: list[Block] = [head]
    titles = {
        "new": ("Rapporti nuovi, che prima di allora nessun testo mostrava", "Nessun rapporto è nuovo."),
        "again": ("Rapporti già noti, di cui ora c'è altro", "Di nessun rapporto già noto c'è altro."),
    }
    for key, (title, none) in titles.items():
        blocks.append(_table(ties, kinds[key], fresh, heard, title) if kinds[key] else Text(none))
    if kinds["unclear"]:
        n = len(kinds["unclear"])
        which = "un rapporto dei testi di dopo fosse" if n == 1 else f"{number(n)} rapporti dei testi di dopo fossero"
        what = f"se {which} già {'noto' if n == 1 else 'noti'}"
        why = "altri testi che li mostrano non portano un giorno"
        blocks.append(Cannot(what, why, "Serve la data di quei testi."))
    return blocks


def _heard(said: pd.DataFrame) -> dict[Tie, tuple[str, ...]]:
    """What participants said of each tie, in words."""
    return {(r["kind"], r["source"], r["target"]): tuple(answered(r)) for r in tallied(said).to_dict("records")}


def _table(ties: Ties, found: list[Tie], fresh: dict[Tie, int], heard: dict, title: str) -> Block:
    """Some ties, first those that participants judged, then those with most new evidence."""
    order = sorted(found, key=lambda tie: (tie not in heard, -fresh[tie], tie))
    shown = order[:MOST_TIES]
    columns = (
        Column("Codice", 12),
        Column("Rapporto", 38),
        Column("Tipo", 20),
        Column("Volte", 8, True),
        Column("Che cosa se ne è detto", 22),
    )
    rows = [
        (ties.code(tie), ties.ends(tie), ties.label(tie[0]), number(fresh[tie]), heard.get(tie, "mai discusso"))
        for tie in shown
    ]
    caption = title if len(shown) == len(order) else f"{title}: {len(shown)} su {number(len(order))}"
    return table(caption, columns, rows)


# --- what participants now say


def _turned(said: pd.DataFrame, ties: Ties, last: str) -> list[Block]:
    """Ties of which the judgement turned, and the share confirmed then and now; nothing after a single workshop day."""
    days = sorted(said["date"].unique())
    if len(days) < 2:
        return []
    head = Heading("Che cosa dicono oggi i partecipanti")
    now, before = (_verdicts(said[said["date"] == last]), {})
    for day in days[:-1]:
        before |= {tie: (day, row) for tie, row in _verdicts(said[said["date"] == day]).items()}
    both = sorted(tie for tie in now if tie in before)
    turned = [tie for tie in both if now[tie]["verdict"] != before[tie][1]["verdict"]]
    shown = [tie for tie in turned if {*tie[1:]} <= set(ties.names)][:MOST_TIES]
    blocks: list[Block] = [head, Text(_turned_says(len(both), len(turned)))]
    if shown:
        columns = (Column("Codice", 12), Column("Rapporto", 40), Column("Allora", 24), Column("Nell'ultimo", 24))
        rows = [
            (
                ties.code(tie),
                (ties.ends(tie), ties.label(tie[0])),
                (*answered(before[tie][1]), day_of(before[tie][0])),
                (*answered(now[tie]), day_of(last)),
            )
            for tie in shown
        ]
        blocks.append(table("I rapporti di cui il giudizio si è rovesciato", columns, rows))
    return [*blocks, *_then_and_now(said, days[-2], last)]


def _verdicts(said: pd.DataFrame) -> dict[Tie, dict[str, Any]]:
    """The ties that more seats affirm than deny, or the reverse, with the counts; undecided ones are left out."""
    found = {}
    for row in tallied(said).to_dict("records"):
        lead = row["confirmed"] + row["added"] - row["denied"]
        if lead:
            found[row["kind"], row["source"], row["target"]] = {**row, "verdict": lead > 0}
    return found


def _turned_says(both: int, turned: int) -> str:
    if not both:
        return "Nessun rapporto ha avuto un giudizio netto sia nell'ultimo laboratorio sia in uno precedente."
    begin = f"{many(both, 'rapporto ha', 'rapporti hanno')} avuto un giudizio netto sia nell'ultimo laboratorio sia in uno precedente"
    if not turned:
        return f"{begin}: per nessuno il giudizio si è rovesciato."
    return f"{begin}: per {number(turned)} si è rovesciato, da confermato a non confermato o il contrario."


def _then_and_now(said: pd.DataFrame, then: str, last: str) -> list[Block]:
    """The share confirmed in the last two workshops, of all ties and of those judged in both."""
    parts = {day: told(said[said["date"] == day]) for day in (then, last)}
    common = set.intersection(*(set(_keys(part)) for part in parts.values()))
    shares = {("Tutti i rapporti giudicati", day): whole(part) for day, part in parts.items()}
    same = "Quelli giudicati in entrambi"
    if common:
        kept = {day: part.loc[[key in common for key in _keys(part)]] for day, part in parts.items()}
        shares |= {(f"{same} ({len(common)})", day): whole(part) for day, part in kept.items()}
    columns = (
        Column("Quali rapporti", 32),
        Column("Laboratorio", 20),
        Column("Conferme", 13, True),
        Column("Intervallo", 23),
        Column("Risposte", 12, True),
    )
    rows = [(what, day_of(day), *_share_cells(row)) for (what, day), row in shares.items()]
    made = table("La quota di conferme negli ultimi due laboratori", columns, rows)
    before, now = list(shares.values())[-2:]
    if not common:
        why = "nei due laboratori non è stato giudicato alcun rapporto uguale"
        moved = Cannot(_whether(then), why, "Servono gli stessi rapporti in entrambi.")
        return [made, *_no_spread(shares), moved]
    if None in (before["low"], now["low"]):
        return [made, *_no_spread(shares, f", né {_whether(then)}")]
    return [made, *_no_spread(shares), _moved(before, now, then)]


def _whether(then: str) -> str:
    return f"se la quota di conferme sia cambiata {after('dal', then)}"


def _no_spread(shares: dict[tuple[str, str], dict[str, Any]], more: str = "") -> list[Cannot]:
    """The workshops of which it cannot be told how much a share would vary."""
    lacking = sorted({day for (_, day), row in shares.items() if row["low"] is None})
    if not lacking:
        return []
    what = f"quanto varierebbe la quota di conferme {listed([after('del', day) for day in lacking])}{more}"
    why = f"hanno risposto «confermo» o «non confermo» meno di {FEWEST} posti, o tutti con la stessa quota"
    return [Cannot(what, why, f"Servono almeno {FEWEST} posti in ogni laboratorio, sugli stessi rapporti.")]


def _keys(said: pd.DataFrame) -> list[Tie]:
    return list(zip(said["kind"], said["source"], said["target"]))


def whole(said: pd.DataFrame) -> dict[str, Any]:
    """The share confirmed of all answers together, as :func:`labkit.workshop.tallies.confirmed` gives it."""
    if not len(said):
        return {"n": 0, "estimate": None, "low": None, "high": None}
    row = confirmed(said.assign(sector="all"), by="sector").to_dict("records")[0]
    return {key: None if pd.isna(value) else value for key, value in row.items()}


def _share_cells(row: dict[str, Any]) -> tuple[str, str, str]:
    return (percent(row["estimate"]) if row["n"] else "–", interval_words(row), number(row["n"]))


def _moved(before: dict[str, Any], now: dict[str, Any], then: str) -> Text | Cannot:
    """Whether the share confirmed moved: only where the intervals of the same ties lie apart."""
    if before["high"] < now["low"] or now["high"] < before["low"]:
        more = "salita" if now["estimate"] > before["estimate"] else "scesa"
        shift = f"{joined('dal', percent(before['estimate']))} {joined('al', percent(now['estimate']))}"
        return Text(
            f"Sugli stessi rapporti la quota di conferme è {more} {shift}: più di quanto varierebbe con altri posti."
        )
    why = "la differenza sta dentro ciò che varierebbe con altri posti"
    return Cannot(_whether(then), why, "Servono più posti in ogni laboratorio, sugli stessi rapporti.")

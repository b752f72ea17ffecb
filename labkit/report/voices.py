"""Voices: what participants of workshops said of the map: confirmed, disputed, missing, and how far they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from labkit.answers import BY
from labkit.report.blocks import (
    Block,
    Cannot,
    Column,
    Figure,
    Heading,
    Note,
    Section,
    Table,
    Text,
    day_of,
    joined,
    listed,
    many,
    percent,
    table,
)
from labkit.report.charts import answers_picture
from labkit.report.meetings import SECTOR_NAMES
from labkit.wording import number
from labkit.workshop.tallies import FEWEST, agreement, confirmed, disputed, missing, unsingled

if TYPE_CHECKING:
    from labkit.lab import Lab
    from labkit.report.origins import Ties
    from labkit.workshop.codes import Tie

MOST_TIES, MOST_DISPUTED = 20, 12
UNSAID = "Non detto, o di un posto solo"
SHARE = "La quota di conferme conta le risposte «confermo» su tutte le risposte «confermo» e «non confermo». I «non so» sono contati a parte; i rapporti aggiunti non entrano nella quota, perché su di essi nessuno è stato interrogato. L'intervallo dice dove starebbe la quota, 95 volte su 100, se sugli stessi rapporti avessero risposto altri posti come questi."
KEPT = "Ciò che dicono i documenti resta sulla mappa, accanto a ciò che ne dice chi era presente."


def section(lab: Lab, said: pd.DataFrame, ties: Ties) -> Section:
    """The chapter on what participants said.

    Parameters
    ----------
    said
        ``lab.judgements``, or what of them may be shown; not empty.
    """
    blocks = (
        *_sessions(lab, said),
        *_shares(said, ties),
        *_disputed(said, ties),
        *_missing(lab, said, ties),
        *_agreement(lab, said),
        *_notes(said),
    )
    return Section("detto", "Che cosa hanno detto i partecipanti", blocks)


def seats(said: pd.DataFrame) -> int:
    """How many seats spoke; one that came to two workshops counts twice."""
    return len(said[["session_id", "seat"]].drop_duplicates())


def told(said: pd.DataFrame) -> pd.DataFrame:
    """The answers that confirm or deny."""
    return said[said["answer"].isin(("confirmed", "denied"))]


def _sessions(lab: Lab, said: pd.DataFrame) -> list[Block]:
    groups = list(said.groupby("session_id", sort=True))
    names = [f"«{lab.sessions[key]}» ({day_of(group['date'].iloc[0])})" for key, group in groups]
    where = f"in un laboratorio, {names[0]}" if len(names) == 1 else f"in {len(names)} laboratori: {listed(names)}"
    answered_by = "Ha risposto" if seats(said) == 1 else "Hanno risposto"
    came = " Chi è venuto a più laboratori conta ogni volta." if len(names) > 1 else ""
    text = f"Questa mappa è stata discussa {where}. {answered_by} {many(seats(said), 'posto', 'posti')}, con {many(len(said), 'risposta', 'risposte')} su {many(_ties(said), 'rapporto', 'rapporti')}. Un posto è un tablet o una colonna di un foglio: può parlare per più persone, e non si sa chi siano.{came}"
    heads = ("Posti", "Risposte", "Confermo", "Non confermo", "Non so", "Manca")
    columns = (Column("Laboratorio", 22), *(Column(head, 13, True) for head in heads))
    rows = [
        (
            (lab.sessions[key], day_of(group["date"].iloc[0])),
            number(seats(group)),
            number(len(group)),
            *(number((group["answer"] == answer).sum()) for answer in ("confirmed", "denied", "unsure", "added")),
        )
        for key, group in groups
    ]
    return [Text(text), table("Le risposte, laboratorio per laboratorio", columns, rows)]


def _ties(said: pd.DataFrame) -> int:
    return len(said[["kind", "source", "target"]].drop_duplicates())


# --- how much is confirmed


def _shares(said: pd.DataFrame, ties: Ties) -> list[Block]:
    by_kind = _worded(confirmed(said, by="kind"), "kind", ties.label)
    by_sector = _worded(
        confirmed(unsingled(said), by="sector"), "sector", lambda sector: SECTOR_NAMES.get(sector, UNSAID)
    )
    blocks: list[Block] = [Heading("Quanto della mappa è confermato")]
    if not len(told(said)):
        why = f"nessuno ha risposto «confermo» o «non confermo» ({many(int((said['answer'] == 'unsure').sum()), '«non so»', '«non so»')})"
        return [
            *blocks,
            Cannot("quanto della mappa sia confermato", why, "Servono risposte «confermo» o «non confermo»."),
        ]
    says = _says(said, by_kind)
    caption = "Quota di conferme per tipo di rapporto e per settore di chi risponde, con il suo intervallo"
    alt = f"Un punto per riga, da 0 a 100%. {_read_out(by_kind)}. {_read_out(by_sector)}."
    blocks += [
        Figure(answers_picture(by_kind, by_sector), caption, says, alt),
        Note(SHARE),
        _share_table("Quota di conferme per tipo di rapporto", "Tipo di rapporto", by_kind),
        _share_table("Quota di conferme per settore di chi risponde", "Settore", by_sector),
    ]
    return [*blocks, *_no_share(by_kind), *_no_interval(by_kind), *_no_interval(by_sector)]


def _worded(rows: pd.DataFrame, by: str, label) -> list[dict[str, Any]]:
    """Rows of shares under the words of their groups."""
    found = [{**row, "what": label(row[by]), "group": by} for row in rows.to_dict("records")]
    return [{key: None if pd.isna(value) else value for key, value in row.items()} for row in found]


def interval_words(row: dict[str, Any]) -> str:
    """An interval in words, or that there is none.

    >>> interval_words({"low": 0.62, "high": 0.81}), interval_words({"low": None, "high": None})
    ('tra 62% e 81%', 'non si può dire')
    """
    return "non si può dire" if row["low"] is None else f"tra {percent(row['low'])} e {percent(row['high'])}"


def _says(said: pd.DataFrame, by_kind: list[dict[str, Any]]) -> str:
    """What the shares say, in one sentence."""
    answers = told(said)
    yes = int((answers["answer"] == "confirmed").sum())
    begin = f"Su {many(len(answers), 'risposta', 'risposte')} {many(yes, 'conferma', 'confermano')} la mappa: {percent(yes / len(answers))}"
    ranked = sorted((row for row in by_kind if row["n"]), key=lambda row: (row["estimate"], row["what"]))
    if len(ranked) < 2 or percent(ranked[0]["estimate"]) == percent(ranked[-1]["estimate"]):
        return f"{begin}."
    low, high = (
        f"{joined(word, percent(row['estimate']))} ({row['what']})"
        for word, row in (("dal", ranked[0]), ("al", ranked[-1]))
    )
    return f"{begin}; per tipo di rapporto la quota va {low} {high}."


def _read_out(rows: list[dict[str, Any]]) -> str:
    """The rows of a chart, for who does not see it."""
    return "; ".join(
        f"{row['what']}: {percent(row['estimate'])}, {interval_words(row)}"
        if row["n"]
        else f"{row['what']}: non si può dire"
        for row in rows
    )


def _share_table(caption: str, head: str, rows: list[dict[str, Any]]) -> Table:
    columns = (
        Column(head, 23),
        Column("Conferme", 13, True),
        Column("Intervallo", 20),
        Column("Risposte", 12, True),
        Column("Posti", 9, True),
        Column("Rapporti", 12, True),
        Column("Non so", 11, True),
    )
    cells = [
        (
            row["what"],
            percent(row["estimate"]) if row["n"] else "–",
            interval_words(row),
            *(number(row[name]) for name in ("n", "seats", "ties", "unsure")),
        )
        for row in rows
    ]
    return table(caption, columns, cells)


def _of(rows: list[dict[str, Any]]) -> str:
    """How sentences name the groups that rows are of."""
    names = listed([f"«{row['what']}»" for row in rows], 8)
    if rows[0]["group"] == "kind":
        return f"{'il tipo' if len(rows) == 1 else 'i tipi'} di rapporto {names}"
    return f"{'il settore' if len(rows) == 1 else 'i settori'} {names}"


def _no_share(rows: list[dict[str, Any]]) -> list[Cannot]:
    rows = [row for row in rows if not row["n"]]
    if not rows:
        return []
    why = "nessuno ha risposto «confermo» o «non confermo»"
    return [Cannot(f"quanto sia confermato per {_of(rows)}", why, "Serve che chi conosce questi rapporti risponda.")]


def _no_interval(rows: list[dict[str, Any]]) -> list[Cannot]:
    """Which shares have no interval, and why."""
    few = [row for row in rows if row["n"] and row["low"] is None and row["seats"] < FEWEST]
    same = [row for row in rows if row["n"] and row["low"] is None and row["seats"] >= FEWEST]
    found = []
    if few:
        why = f"hanno risposto meno di {FEWEST} posti"
        needed = f"Servono le risposte di almeno {FEWEST} posti: {'; '.join(_seats_missing(row) for row in few)}."
        found.append(Cannot(f"quanto varierebbe la quota per {_of(few)}", why, needed))
    if same:
        why = "tutti i posti danno la stessa quota"
        found.append(Cannot(f"quanto varierebbe la quota per {_of(same)}", why, "Servono le risposte di altri posti."))
    return found


def _seats_missing(row: dict[str, Any]) -> str:
    lacking = FEWEST - row["seats"]
    return f"{row['what']}, {'ne manca 1' if lacking == 1 else f'ne mancano {lacking}'}"


# --- what is disputed and what is missing


def answered(row: dict[str, Any]) -> list[str]:
    """The seats behind each answer to a tie, in words.

    >>> answered({"confirmed": 2, "added": 0, "denied": 1, "unsure": 1})
    ['2 confermano', '1 non conferma', '1 non sa']
    """
    words = {
        "confirmed": ("conferma", "confermano"),
        "added": ("lo aggiunge", "lo aggiungono"),
        "denied": ("non conferma", "non confermano"),
        "unsure": ("non sa", "non sanno"),
    }
    return [many(int(row[answer]), *words[answer]) for answer in words if row.get(answer)]


def _rows(found: pd.DataFrame, ties: Ties) -> tuple[list[tuple[Tie, dict[str, Any]]], int]:
    """Ties that may be named, with their counts, and how many may not."""
    shown = ties.named(found)
    rows = [((row["kind"], row["source"], row["target"]), row) for row in shown.to_dict("records")]
    return rows, len(found) - len(shown)


def _unnamed(hidden: int) -> list[Note]:
    if not hidden:
        return []
    return [Note(f"{many(hidden, 'rapporto riguarda', 'rapporti riguardano')} persone: qui non si mostrano.")]


def _capped(caption: str, shown: int, whole: int) -> str:
    return caption if shown == whole else f"{caption}: i primi {shown} su {whole}"


def _disputed(said: pd.DataFrame, ties: Ties) -> list[Block]:
    head = Heading("I rapporti su cui i pareri sono diversi")
    found, hidden = _rows(disputed(said), ties)
    if not found:
        return [head, *(_unnamed(hidden) or [Text("Nessuno ha risposto «non confermo».")])]
    shown = found[:MOST_DISPUTED]
    origins = ties.origins([tie for tie, _ in shown])
    columns = (Column("Codice", 10), Column("Rapporto", 26), Column("Risposte", 19), Column("Da dove viene", 45))
    rows = [
        (ties.code(tie), (ties.ends(tie), ties.label(tie[0])), tuple(answered(row)), origins[tie] or "nessun testo")
        for tie, row in shown
    ]
    text = f"Almeno un posto non conferma {many(len(found), 'rapporto', 'rapporti')}. {KEPT}"
    caption = _capped("I rapporti che almeno un posto non conferma, e i testi da cui vengono", len(shown), len(found))
    return [head, Text(text), table(caption, columns, rows), *_unnamed(hidden)]


def _missing(lab: Lab, said: pd.DataFrame, ties: Ties) -> list[Block]:
    head = Heading("Che cosa manca alla mappa")
    found, hidden = _rows(missing(said), ties)
    newcomers = lab.actors[(lab.actors["source"] == BY) & lab.actors["actor_id"].isin(ties.names)]
    if not found and not len(newcomers):
        return [head, Text("Nessuno ha indicato rapporti o enti che mancano."), *_unnamed(hidden)]
    blocks: list[Block] = [head]
    if found:
        shown = found[:MOST_TIES]
        columns = (Column("Codice", 12), Column("Rapporto", 40), Column("Tipo", 24), Column("Risposte", 24))
        rows = [(ties.code(tie), ties.ends(tie), ties.label(tie[0]), tuple(answered(row))) for tie, row in shown]
        caption = _capped("I rapporti che i partecipanti hanno aggiunto", len(shown), len(found))
        text = f"I partecipanti hanno aggiunto {'un rapporto' if len(found) == 1 else f'{len(found)} rapporti'} che la mappa non mostrava. Un rapporto aggiunto entra nella mappa, e ha un codice, quando i posti che lo affermano sono più di quelli che lo negano."
        blocks += [Text(text), table(caption, columns, rows)]
    if len(newcomers):
        named = listed(sorted(newcomers["name"]), MOST_TIES)
        blocks.append(
            Text(
                f"Hanno indicato {'un ente' if len(newcomers) == 1 else f'{len(newcomers)} enti'} che la mappa non mostrava: {named}."
            )
        )
    return [*blocks, *_unnamed(hidden)]


# --- how far they agree


def _agreement(lab: Lab, said: pd.DataFrame) -> list[Block]:
    head = Heading("Quanto i posti sono d'accordo tra loro")
    row = agreement(said, seed=lab.seed).iloc[0]
    judged = many(int(row["ties"]), "rapporto giudicato", "rapporti giudicati")
    what = "quanto i posti siano d'accordo"
    needed = "Serve che almeno due posti rispondano «confermo» o «non confermo» agli stessi rapporti."
    if row["ties"] < 2:
        why = "nessun rapporto è giudicato" if not row["ties"] else "un solo rapporto è giudicato"
        return [head, Cannot(what, f"{why} da almeno due posti", needed)]
    if pd.isna(row["alpha"]):
        why = f"su {judged} da almeno due posti tutti danno la stessa risposta"
        return [head, Cannot(what, why, "Servono risposte sia «confermo» sia «non confermo».")]
    scale = "Su una scala in cui 1 vuol dire che tutti dicono lo stesso e 0 che concordano quanto per caso"
    begin = f"{scale}, l'accordo è {_signed(row['alpha'])} ({judged} da almeno due posti; è l'alfa di Krippendorff)"
    note = Note(
        "Dove quasi tutto è confermato l'accordo risulta basso anche se quasi tutti dicono lo stesso: chiede se concordano su quali rapporti non ci sono. Va letto accanto alla quota di conferme."
    )
    if pd.isna(row["low"]):
        why = "le risposte si somigliano troppo"
        more = "Servono più risposte «non confermo», almeno una su cinque, o più rapporti giudicati da più posti."
        return [head, Text(f"{begin}."), Cannot("quanto varierebbe l'accordo con altri rapporti", why, more), note]
    spread = f"Con altri rapporti starebbe tra {_signed(row['low'])} e {_signed(row['high'])}, 95 volte su 100."
    return [head, Text(f"{begin}. {spread}"), note]


def _signed(value: float) -> str:
    return number(value, 2).replace("-", "−")


def _notes(said: pd.DataFrame) -> list[Note]:
    notes = int(said["note"].notna().sum())
    if not notes:
        return []
    left = (
        "è stata scritta una nota. Non è riportata"
        if notes == 1
        else f"sono state scritte {notes} note. Non sono riportate"
    )
    return [Note(f"Accanto alle risposte {left} qui, perché {'può' if notes == 1 else 'possono'} nominare persone.")]

"""Sources: what was read, what was not understood, and how a report is to be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from labkit.report.blocks import Cannot, Column, Counts, Section, Text, after, listed, many, table
from labkit.sharing import labels
from labkit.wording import number

if TYPE_CHECKING:
    from labkit.lab import Lab

MOST_PROBLEMS = 40

DOUBTS = {
    "weekday": "Il giorno della settimana scritto accanto alla data non è quello di quella data: controllare la fonte.",
    "no_date": "Mancano la data di pubblicazione e quella della riunione: il testo non entra nei confronti per anno.",
    "attendance_unread": "Il testo elenca i presenti, ma i nomi non sono stati riconosciuti.",
    "no_meeting_date": "Manca la data della riunione, nel titolo e nelle prime righe.",
    "double_post": "Lo stesso testo compare due volte nel file: è contato una volta.",
    "double_import": "Lo stesso testo compare in due file: è contato una volta.",
    "broken_bytes": "Alcuni caratteri del file sono illeggibili: va salvato di nuovo in UTF-8.",
    "empty_file": "Il file è vuoto.",
    "binary_file": "Il file non contiene testo: va esportato come testo, HTML o Markdown.",
    "unknown_kind": "labkit non legge file di questo tipo.",
    "broken_file": "Il file è rovinato o non è del tipo che il nome dice: va salvato di nuovo.",
    "locked_file": "Il file è protetto da una password: va salvato senza.",
    "scanned_pdf": "Il PDF contiene solo immagini di pagine: prima va fatto il riconoscimento del testo (OCR).",
    "too_large": "Il file è troppo grande: va diviso.",
    "unsafe_xml": "Il file contiene dichiarazioni XML che labkit non apre.",
    "no_columns": "La tabella non ha una riga di colonne con nomi ed enti.",
    "nested_zip": "L'archivio contiene un altro archivio: va aperto prima.",
    "no_file": "Il file non si può aprire.",
    "name_to_review": "Un modello linguistico vede qui un nome che nessuna regola conosce: va guardato.",
    "no_post": "Nel file non è stato trovato alcun testo.",
}


def texts(lab: Lab) -> pd.DataFrame:
    """The documents of a lab that are posts, not short ones put together."""
    return lab.documents[lab.documents["kind"] != "pooled"]


def without_list(lab: Lab) -> pd.DataFrame:
    """The minutes that list nobody present."""
    minutes = lab.documents[lab.documents["kind"] == "minutes"]
    return minutes[~minutes["doc_id"].isin(lab.attendance["doc_id"])]


def read(lab: Lab) -> Section:
    """The chapter on what was read."""
    held = lab.meetings[lab.meetings["relation"] != "announced"]
    kinds = lab.actors["type"].value_counts()
    counts = {
        "testi": len(texts(lab)),
        "parole": int(lab.documents["n_words"].sum()),
        "incontri": len(held),
        "con elenco dei presenti": lab.attendance["meeting_id"].nunique(),
        "enti": int(kinds.get("organisation", 0)),
        "persone": int(kinds.get("person", 0)),
    }
    tiles = Counts(tuple((label, number(n)) for label, n in counts.items()))
    return Section("letto", "Che cosa è stato letto", (tiles, *_coverage(lab)))


def _coverage(lab: Lab) -> list[Text | Cannot]:
    documents = texts(lab)
    dated = documents.dropna(subset=["published"])
    undated = len(documents) - len(dated)
    people = "Le persone compaiono solo come numero complessivo: questo rapporto mostra enti."
    blocks: list[Text | Cannot] = [Text(people)]
    if len(dated):
        by_year = dated["published"].str[:4].value_counts().sort_index()
        years = "; ".join(f"{year}: {n}" for year, n in by_year.items())
        first, last = dated["published"].min(), dated["published"].max()
        when = f"vanno {after('dal', first)} {after('al', last)}" if first != last else f"sono {after('del', first)}"
        blocks = [Text(f"I testi {when} ({years}). {people}")]
    if undated:
        whose = f"appartengono {undated} testi" if undated > 1 else "appartiene un testo"
        why = "non portano una data di pubblicazione" if undated > 1 else "non porta una data di pubblicazione"
        blocks.append(Cannot(f"a quale anno {whose}", why, "Serve la data di pubblicazione dei testi."))
    return blocks


def doubts(lab: Lab, shown: Iterable[str]) -> Section:
    """The chapter on what was not understood; only those shown are named."""
    minutes = lab.documents[lab.documents["kind"] == "minutes"]
    gaps = f"Verbali senza elenco dei presenti: {len(without_list(lab))} su {len(minutes)}.{_silent_months(lab)}"
    blocks = [Text(gaps), *_unplaced(lab), *_without_sector(lab, shown)]
    if len(lab.problems):
        shown = lab.problems.head(MOST_PROBLEMS)
        rows = [
            (r.where if isinstance(r.where, str) else "", DOUBTS.get(r.code, r.message)) for r in shown.itertuples()
        ]
        caption = f"I punti dei testi da controllare: {len(shown)} su {len(lab.problems)}"
        blocks.append(table(caption, (Column("Dove", 35), Column("Che cosa", 65)), rows))
    return Section("dubbi", "Che cosa non è stato capito", tuple(blocks))


def _unplaced(lab: Lab) -> list[Cannot]:
    people = lab.attendance[lab.attendance["actor_id"].isna()]["person_id"].nunique()
    if not people:
        return []
    what = f"di quale ente siano {people} persone presenti" if people > 1 else "di quale ente sia una persona presente"
    return [
        Cannot(what, "l'elenco dei presenti non lo scrive", "Serve il nome dell'ente accanto a quello della persona.")
    ]


def _without_sector(lab: Lab, shown: Iterable[str]) -> list[Cannot]:
    organisations = lab.actors[(lab.actors["type"] == "organisation") & lab.actors["actor_id"].isin(list(shown))]
    unknown = sorted(organisations.loc[~organisations["actor_id"].isin(lab.actor_sectors["actor_id"]), "name"])
    if not unknown:
        return []
    whose = f"a quale settore appartengano {len(unknown)} enti ({listed(unknown, 8)})"
    what = whose if len(unknown) > 1 else f"a quale settore appartenga {unknown[0]}"
    return [Cannot(what, "né il nome né un elenco lo dicono", "Basta che lo indichi chi conosce questi enti.")]


def _silent_months(lab: Lab) -> str:
    days = lab.meetings.loc[lab.meetings["relation"] == "minutes", "date"].dropna()
    days = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").dropna()
    if len(days) < 12:
        return ""
    months = pd.period_range(days.min(), days.max(), freq="M")
    empty = sorted(set(months) - set(days.dt.to_period("M")))
    return f" Mesi senza alcun verbale, tra il primo e l'ultimo: {len(empty)} su {len(months)}."


def lists_needed(lab: Lab, least: int) -> str:
    """How many more lists of those present would be needed, and which minutes lack theirs."""
    have = lab.attendance["meeting_id"].nunique()
    lacking = without_list(lab)
    needed = f"{'Serve' if least - have == 1 else 'Servono'} almeno {many(least - have, 'elenco', 'elenchi')} di presenti in più, con l'ente di ciascuno"
    if not len(lacking):
        return f"{needed}."
    named = labels(lab)
    which = "; ".join(named[doc] for doc in lacking.sort_values(["published", "doc_id"])["doc_id"].head(5))
    more = f"; e altri {len(lacking) - 5}" if len(lacking) > 5 else ""
    return f"{needed}. {'Ne è privo questo verbale' if len(lacking) == 1 else 'Ne sono privi questi verbali'}: {which}{more}."


METHOD = (
    "I testi sono stati letti da regole scritte, non da un modello addestrato: le stesse regole danno sempre lo stesso risultato. Ogni rapporto della mappa si apre sui testi da cui nasce. Le regole sbagliano: prima di mostrare la mappa conviene controllare gli enti meno noti.",
    "I tipi di rapporto restano distinti: incontrarsi, dichiararsi partner ed essere citati insieme sono tre cose diverse.",
)
LEFT_OUT = (
    "Gli intervalli nascono dal togliere un documento alla volta. Dove i dati non bastano è scritto «non si può dire»."
)
SEATS = "Per le parole, gli intervalli nascono dal togliere un documento alla volta; per le risposte dei partecipanti, dal togliere un posto alla volta. Dove i dati non bastano è scritto «non si può dire»."

AGAIN = "Dagli stessi testi, con le stesse liste, si ottiene lo stesso rapporto."


def method(lab: Lab, provenance: dict[str, str]) -> Section:
    """The chapter on how to read the report, and what it was made from."""
    made = table(
        "Da che cosa è fatto questo rapporto",
        (Column("Che cosa", 40), Column("Quale", 60)),
        [(label, str(value)) for label, value in provenance.items()],
    )
    spread = SEATS if len(lab.judgements) else LEFT_OUT
    blocks = (*map(Text, (*METHOD, spread)), *([made, Text(AGAIN)] if provenance else []))
    return Section("fonti", "Come leggere questo rapporto", blocks)

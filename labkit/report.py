"""The report of a lab: one self-contained HTML file, in everyday words, that says what can be said and what cannot."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pandas as pd

from labkit import privacy
from labkit.archive import write_whole
from labkit.network.drawing import SECTORS
from labkit.network.measure import table
from labkit.network.segregation import mixing
from labkit.wording import italian, number

if TYPE_CHECKING:
    from labkit.lab import Lab

FEW_MEETINGS = 10

WORDS = {
    "report": "rapporto",
    "contents": "Indice",
    "read": "Che cosa è stato letto",
    "who": "Chi si incontra con chi",
    "who_help": "Due enti sono uniti da una linea quando persone di entrambi erano presenti alla stessa riunione. La linea dice che si sono incontrati, non che collaborano.",
    "top": "Gli enti con più rapporti",
    "actor": "Ente",
    "sector": "Settore",
    "sectors": "Settori",
    "meetings": "Riunioni",
    "degree": "Enti incontrati",
    "between": "Posizione di ponte",
    "between_help": "La posizione di ponte va da 0 a 1: è la quota di coppie di altri enti il cui percorso più breve passa da lì. Un valore alto indica chi unisce cerchie che altrimenti non si incontrerebbero. Con poche riunioni è un valore instabile: basta un elenco mancante per cambiarlo.",
    "mixing": "Rapporti dentro e tra i settori",
    "ties": "Rapporti",
    "possible": "Coppie possibili",
    "density": "Quota",
    "expected": "Attesi se il settore non contasse",
    "partners": "Partenariati dichiarati",
    "partners_help": "Elenchi di partner che i testi stessi dichiarano. Sono tenuti distinti dagli incontri: essere partner non significa sedere allo stesso tavolo.",
    "no_partners": "Non è stato riconosciuto alcun elenco di partner.",
    "project": "Progetto o accordo",
    "date": "Data",
    "members": "Partner",
    "words": "Come cambiano le parole",
    "words_help": "Le parole sono raggruppate secondo le tesi che i documenti di programmazione stessi propongono: da un polo (tratteggiato) all'altro (continuo). Le fasce indicano l'incertezza: quanto cambierebbe il dato con altri documenti degli stessi anni.",
    "doubts": "Che cosa non è stato capito",
    "where": "Dove",
    "what": "Che cosa",
    "method": "Come leggere questo rapporto",
}


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


def report(
    lab: Lab,
    net: nx.Graph,
    changed: pd.DataFrame | None,
    figures: dict[str, Path],
    *,
    provenance: dict[str, str],
    to: Path,
) -> Path:
    """Write the report of a lab.

    Parameters
    ----------
    net
        The network of co-presence of all years.
    changed
        From :func:`labkit.culture.compare`; None where the lab names no two periods.
    figures
        PNG files by name, as :mod:`labkit.work` draws them.
    provenance
        What the report was made from, as shown in its last table.

    Raises
    ------
    LabkitError
        If the name of a person of the lab would stand in the report.
    """
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    periods = [f"{a}-{b}" for a, b in lab.periods[:2]]
    cannot_tell = changed is None or not len(changed) or not (changed["p_family"] < 0.05).any()
    html = environment.get_template("report.html").render(
        language="it",
        title=lab.title,
        about=lab.about,
        t=WORDS,
        tiles=_tiles(lab),
        coverage=_coverage(lab),
        maps=_images(figures, _map_captions(lab, net)),
        said=_said(lab, net),
        actors=_actors(net),
        mixing=_mixing(net),
        partnerships=_partnerships(lab),
        partner_maps=_images(
            figures,
            [("partenariati", "Partenariati dichiarati: due enti sono uniti quando compaiono nello stesso elenco.")],
        ),
        words=_images(figures, _word_captions(periods)),
        change=_change(lab, changed, periods),
        cannot_tell=cannot_tell,
        gaps=_gaps(lab),
        problems=[
            {"where": r.where, "message": DOUBTS.get(r.code, r.message)} for r in lab.problems.head(40).itertuples()
        ],
        method=_method(lab),
        provenance=list(provenance.items()),
    )
    privacy.stop_if_left({to.name: html}, privacy.people_of(lab).values(), actors=privacy.actors_of(lab))
    return write_whole(to, html)


def _tiles(lab: Lab) -> list[tuple[str, str]]:
    documents = lab.documents[lab.documents["kind"] != "pooled"]
    held = lab.meetings[lab.meetings["relation"] != "announced"]
    listed = lab.attendance["meeting_id"].nunique()
    kinds = lab.actors["type"].value_counts()
    return [
        ("testi", number(len(documents))),
        ("parole", number(int(lab.documents["n_words"].sum()))),
        ("incontri", number(len(held))),
        ("con elenco dei presenti", number(listed)),
        ("enti", number(int(kinds.get("organisation", 0)))),
        ("persone", number(int(kinds.get("person", 0)))),
    ]


def _coverage(lab: Lab) -> list[str]:
    documents = lab.documents[lab.documents["kind"] != "pooled"].dropna(subset=["published"])
    if not len(documents):
        return ["Nessun testo ha una data di pubblicazione: gli anni non si possono distinguere."]
    first, last = documents["published"].min(), documents["published"].max()
    by_year = documents["published"].str[:4].value_counts().sort_index()
    years = "; ".join(f"{year}: {n}" for year, n in by_year.items())
    return [
        f"I testi vanno dal{_the(first)} al{_the(last)} ({years}). Le persone compaiono solo come numero complessivo: questo rapporto mostra enti."
    ]


def _the(day: str) -> str:
    """The end of "dal" or "al" and the day: "l'8 maggio 2014", " 9 aprile 2014"."""
    shown = italian(day)
    return f"l'{shown}" if shown.startswith(("8 ", "11 ")) else f" {shown}"


def _images(figures: dict[str, Path], captions: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"png": base64.b64encode(figures[name].read_bytes()).decode(), "alt": caption, "caption": caption}
        for name, caption in captions
        if name in figures
    ]


def _map_captions(lab: Lab, net: nx.Graph) -> list[tuple[str, str]]:
    tied = sum(1 for _, d in net.degree() if d)
    caption = f"Compresenza agli incontri, tutti gli anni: {len(net)} enti, di cui {tied} in rapporto con altri; {net.number_of_edges()} rapporti."
    same = "Stessi posti della mappa di tutti gli anni."
    return [
        ("rete", caption),
        *((f"rete-{a}-{b}", f"Compresenza agli incontri, {a}-{b}. {same}") for a, b in lab.periods),
    ]


def _word_captions(periods: list[str]) -> list[tuple[str, str]]:
    between = " e ".join(periods)
    return [
        (
            "assi",
            "Le tesi dei piani di zona: quante volte, ogni 1.000 parole, compaiono le parole dei due poli, anno per anno, con la loro incertezza (intervalli al 95%). Dove i documenti di un anno sono meno di otto l'incertezza non si può stimare, e i punti restano staccati.",
        ),
        ("parole", f"Le parole che cambiano di più tra {between}, con la loro incertezza (intervalli al 95%)."),
    ]


def _said(lab: Lab, net: nx.Graph) -> list[str]:
    """The map in words: who meets most, who stands between, and how sure that is."""
    listed = lab.attendance["meeting_id"].nunique()
    if not net.number_of_edges():
        return [
            "Gli elenchi di presenze non bastano a tracciare rapporti tra enti: servono verbali con i presenti e il loro ente."
        ]
    actors = table(net)
    first = sorted(actors.loc[actors["degree"] == actors["degree"].max(), "name"])
    met = "ha incontrato" if len(first) == 1 else "hanno incontrato"
    sentences = [f"{_listed(first)} {met} il maggior numero di enti ({actors['degree'].max()})."]
    highest = actors["betweenness"].max()
    bridges = sorted(actors.loc[actors["betweenness"].round(6) == round(highest, 6), "name"])
    if highest > 0 and listed >= FEW_MEETINGS:
        sentences.append(f"La posizione di ponte più marcata è di {_listed(bridges)} ({number(highest, 2)}).")
    if listed < FEW_MEETINGS:
        sentences.append(
            f"La rete nasce da {listed} elenchi di presenze soltanto: descrive chi c'era, non prova nulla su chi lavora abitualmente con chi."
        )
    return [" ".join(sentences)]


def _listed(names: list[str]) -> str:
    """Names as a sentence lists them; of more than four, the first three.

    >>> _listed(["A", "B", "C"])
    'A, B e C'
    """
    if len(names) > 4:
        return f"{', '.join(names[:3])} e altri {len(names) - 3}"
    return " e ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _actors(net: nx.Graph) -> list[dict[str, Any]]:
    return [
        {
            "name": r.name,
            "sector": SECTORS[r.sector]["it"],
            "events": r.events,
            "degree": r.degree,
            "betweenness": number(r.betweenness, 2),
        }
        for r in table(net).head(12).itertuples(index=False)
    ]


def _mixing(net: nx.Graph) -> list[dict[str, Any]]:
    if not net.number_of_edges():
        return []
    rows = mixing(net)
    rows = rows[rows["possible"] > 0]
    names = {s: style["it"] for s, style in SECTORS.items()}
    return [
        {
            "pair": names[r.group_a] if r.group_a == r.group_b else f"{names[r.group_a]} e {names[r.group_b]}",
            "ties": r.ties,
            "possible": r.possible,
            "density": f"{number(100 * r.density)}%",
            "expected": number(r.expected, 1),
        }
        for r in rows.itertuples(index=False)
    ]


def _partnerships(lab: Lab) -> list[dict[str, str]]:
    ties = lab.ties[lab.ties["kind"] == "declared_partnership"]
    names = dict(zip(lab.actors["actor_id"], lab.actors["name"]))
    lists = ties.assign(group=ties["tie_id"].str.rsplit(".", n=1).str[0])
    rows = []
    for _, group in lists.groupby("group", sort=False):
        members = sorted({names.get(a, a) for a in [*group["source"], *group["target"]]})
        label = group["label"].iloc[0]
        rows.append(
            {
                "label": label if isinstance(label, str) else "",
                "date": italian(group["date"].iloc[0]),
                "members": ", ".join(members),
                "day": group["date"].iloc[0],
            }
        )
    return sorted(rows, key=lambda r: (str(r["day"]), r["label"]))


def _change(lab: Lab, changed: pd.DataFrame | None, periods: list[str]) -> list[str]:
    """What the comparison of two periods allows to say."""
    if changed is None:
        return [
            "Non si può dire se le parole sono cambiate: lab.yml non indica due periodi da confrontare (periods) o mancano documenti in uno dei due."
        ]
    if not len(changed):
        return [
            f"Non si può dire se le parole sono cambiate tra {periods[0]} e {periods[1]}: in almeno uno dei due periodi ci sono meno di cinque documenti, o nessuna parola compare in un numero sufficiente di testi."
        ]
    sure = changed[changed["p_family"] < 0.05]
    if not len(sure):
        least = number(2 ** changed["detectable"].median(), 1)
        return [
            f"Non si può dire se le parole sono cambiate: nessuna differenza supera ciò che il caso produrrebbe. Questi documenti avrebbero mostrato, una volta su due, solo cambiamenti di almeno {least} volte."
        ]
    more = ", ".join(sure.loc[sure["log_ratio"] > 0, "lemma"].head(8))
    less = ", ".join(sure.loc[sure["log_ratio"] < 0, "lemma"].head(8))
    said = [
        f"Su {len(changed)} parole confrontate, {len(sure)} cambiano più di quanto il caso spieghi (rimescolando i documenti tra i due periodi: la probabilità che anche una sola di queste sia un falso allarme è sotto il 5%)."
    ]
    said += [f"Più frequenti nel {periods[1]}: {more}."] if more else []
    said += [f"Meno frequenti: {less}."] if less else []
    return [
        " ".join(said),
        "I nomi degli enti e delle persone non sono contati tra le parole. Un cambiamento di parole non è ancora un cambiamento di pratiche: va discusso con chi quei testi li ha scritti.",
    ]


def _gaps(lab: Lab) -> list[str]:
    held = lab.meetings[lab.meetings["relation"] == "minutes"]
    minutes = lab.documents[(lab.documents["kind"] == "minutes")]
    without = minutes[~minutes["doc_id"].isin(lab.attendance["doc_id"])]
    unplaced = lab.attendance[lab.attendance["actor_id"].isna()]["person_id"].nunique()
    organisations = lab.actors[lab.actors["type"] == "organisation"]
    unknown = organisations[~organisations["actor_id"].isin(lab.actor_sectors["actor_id"])]
    sentences = [
        f"Verbali senza elenco dei presenti: {len(without)} su {len(minutes)}.",
        f"Persone presenti di cui non si conosce l'ente: {unplaced}.",
        f"Enti di cui non si conosce il settore: {len(unknown)}"
        + (f" ({', '.join(sorted(unknown['name'])[:8])})." if len(unknown) else "."),
    ]
    silent = _silent_months(held)
    if silent:
        sentences.append(silent)
    return [" ".join(sentences)]


def _silent_months(held: pd.DataFrame) -> str:
    days = pd.to_datetime(held["date"].dropna())
    if len(days) < 12:
        return ""
    months = pd.period_range(days.min(), days.max(), freq="M")
    empty = sorted(set(months) - set(days.dt.to_period("M")))
    return f"Mesi senza alcun verbale, tra il primo e l'ultimo: {len(empty)} su {len(months)}."


def _method(lab: Lab) -> list[str]:
    return [
        "I testi sono stati letti da regole scritte, non da un modello addestrato: le stesse regole danno sempre lo stesso risultato, e ogni rapporto della mappa si apre sulle riunioni da cui nasce. Le regole sbagliano: prima di mostrare la mappa conviene controllare gli enti meno noti nella tabella actors.",
        "I tipi di rapporto restano distinti: incontrarsi, dichiararsi partner ed essere citati insieme sono tre cose diverse.",
        "Gli intervalli nascono dal togliere un documento alla volta. Dove i dati non bastano è scritto «non si può dire».",
    ]

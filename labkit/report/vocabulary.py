"""Vocabulary: how the words of the texts change, and where that cannot be told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from labkit import culture
from labkit.culture.frames import FEW as FEW_A_YEAR
from labkit.culture.words import FEW as FEW_A_PERIOD
from labkit.report.blocks import Block, Cannot, Figure, Section, Text, listed, many
from labkit.wording import number

if TYPE_CHECKING:
    from labkit.lab import Lab

LEAST_TEXTS = 10  # that hold a word, as culture.compare asks
POLES = "Le parole sono raggruppate secondo le tesi che i documenti di programmazione stessi propongono: da un polo (tratteggiato) all'altro (continuo). Le fasce indicano l'incertezza: quanto cambierebbe il dato con altri documenti degli stessi anni."


def words(lab: Lab, changed: pd.DataFrame | None, figures: dict[str, Path]) -> Section:
    """The chapter on words."""
    periods = [f"{a}-{b}" for a, b in lab.periods[:2]]
    blocks: list[Block] = []
    if "assi" in figures:
        rates = culture.rates(lab.concepts, lab.documents, codebook=lab.codebooks.culture, by="pole")
        says = _axes_say(rates, culture.labels(lab.codebooks.culture))
        caption = "Le tesi dei piani di zona: quante volte, ogni 1.000 parole, compaiono le parole dei due poli, anno per anno, con la loro incertezza (intervalli al 95%)"
        alt = f"Un riquadro per ogni tesi, con una linea per polo dal {rates['year'].min()} al {rates['year'].max()}. {says}"
        blocks += [Text(POLES), Figure(figures["assi"].read_bytes(), caption, says, alt), *_thin_years(rates)]
    if "parole" in figures and changed is not None and len(changed):
        caption = f"Le parole che cambiano di più tra {' e '.join(periods)}, con la loro incertezza (intervalli al 95%)"
        says = _words_say(changed, periods)
        alt = f"Una riga per parola, con un punto e un intervallo: a destra le parole più usate nel {periods[1]}, a sinistra quelle meno usate. {says}"
        blocks.append(Figure(figures["parole"].read_bytes(), caption, says, alt))
    return Section("parole", "Come cambiano le parole", (*blocks, *_change(lab, changed, periods)))


def _axes_say(rates: pd.DataFrame, labels: dict[str, str]) -> str:
    """Which poles moved between the first and the last year whose uncertainty is known: their intervals lie apart."""
    known = rates.dropna(subset=["low", "high"])
    years = sorted(known["year"].unique())
    if len(years) < 2:
        which = f"Il {years[0]} soltanto" if years else "Nessun anno"
        return f"{which} ha documenti abbastanza per misurare l'incertezza: i punti descrivono questi testi e non mostrano una tendenza."
    first, last = years[0], years[-1]
    then, now = (known[known["year"] == year].set_index("name") for year in (first, last))
    both = then.merge(now, left_index=True, right_index=True, suffixes=("_then", "_now"))
    sides = {
        "più": both[both["low_now"] > both["high_then"]].sort_values("rate_now", ascending=False),
        "meno": both[both["high_now"] < both["low_then"]].sort_values("rate_then", ascending=False),
    }
    parts = [
        f"{word} spesso di {listed([_moved(labels.get(name, name), row) for name, row in rows.iterrows()], 3)}"
        for word, rows in sides.items()
        if len(rows)
    ]
    if not parts:
        return f"Tra il {first} e il {last} nessun polo si sposta oltre la sua incertezza."
    return f"Tra il {first} e il {last} i testi parlano {'; '.join(parts)} (volte ogni 1.000 parole; gli intervalli dei due anni non si toccano)."


def _moved(label: str, row: pd.Series) -> str:
    return f"«{label}» (da {number(row['rate_then'], 1)} a {number(row['rate_now'], 1)})"


def _thin_years(rates: pd.DataFrame) -> list[Cannot]:
    """The years with too few documents to know how sure their rates are."""
    documents = rates.drop_duplicates("year").set_index("year")["documents"]
    thin = documents[documents < FEW_A_YEAR]
    if not len(thin):
        return []
    years = listed([str(year) for year in thin.index], len(thin))
    what = f"quanto siano incerti i dati {'del' if len(thin) == 1 else 'degli anni'} {years}"
    if len(documents) - len(thin) < 2:
        what = f"se le tesi si spostino negli anni, né {what}"
    found = "; ".join(f"{year}: {n}" for year, n in thin.items())
    why = f"i documenti di un anno con parole da contare sono meno di {FEW_A_YEAR} ({found})"
    return [Cannot(what, why, f"Servono almeno {FEW_A_YEAR} documenti per ciascuno di questi anni.")]


def _sides(changed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The words that surely became more frequent, and less."""
    sure = changed[changed["p_family"] < 0.05]
    return sure[sure["log_ratio"] > 0], sure[sure["log_ratio"] < 0]


def _words_say(changed: pd.DataFrame, periods: list[str]) -> str:
    more, less = _sides(changed)
    parts = [
        f"la parola che {verb} più nettamente è «{rows['lemma'].iloc[0]}» (da {number(rows['rate_before'].iloc[0], 1)} a {number(rows['rate_after'].iloc[0], 1)} volte ogni 1.000 parole)"
        for verb, rows in (("cresce", more), ("cala", less))
        if len(rows)
    ]
    if not parts:
        return f"Tra il {periods[0]} e il {periods[1]} nessuna parola cambia più di quanto il caso spieghi: tutti i segni sono vuoti."
    return f"Tra il {periods[0]} e il {periods[1]} {'; '.join(parts)}."


def _change(lab: Lab, changed: pd.DataFrame | None, periods: list[str]) -> list[Block]:
    """What the comparison of two periods allows to say."""
    if changed is None:
        why = "non sono indicati due periodi da confrontare, o in uno dei due mancano documenti"
        needed = "Servono due periodi, ciascuno con almeno cinque documenti datati."
        return [Cannot("se le parole sono cambiate", why, needed)]
    between = f"tra {periods[0]} e {periods[1]}"
    if not len(changed):
        return [Cannot(f"se le parole sono cambiate {between}", *_too_few(lab, periods))]
    more, less = _sides(changed)
    if not len(more) and not len(less):
        least = number(2 ** changed["detectable"].median(), 1)
        why = f"nessuna differenza supera ciò che il caso produrrebbe; questi documenti avrebbero mostrato, quattro volte su cinque, solo cambiamenti di almeno {least} volte"
        needed = f"Servono più documenti in ciascun periodo: oggi sono {_sizes(lab, periods)}."
        return [Cannot(f"se le parole sono cambiate {between}", why, needed)]
    said = [
        f"Su {number(len(changed))} parole confrontate, {number(len(more) + len(less))} cambiano più di quanto il caso spieghi (rimescolando i documenti tra i due periodi: la probabilità che anche una sola di queste sia un falso allarme è sotto il 5%)."
    ]
    said += [f"Più frequenti nel {periods[1]}: {', '.join(more['lemma'].head(8))}."] if len(more) else []
    said += [f"Meno frequenti: {', '.join(less['lemma'].head(8))}."] if len(less) else []
    careful = "I nomi degli enti e delle persone non sono contati tra le parole. Un cambiamento di parole non è ancora un cambiamento di pratiche: va discusso con chi quei testi li ha scritti."
    return [Text(" ".join(said)), Text(careful)]


def _in_period(lab: Lab, period: str) -> int:
    """How many documents with words of their own a period holds."""
    first, last = (int(year) for year in period.split("-"))
    documents = lab.documents[lab.documents["n_words"] > 0].dropna(subset=["published"])
    return int(documents["published"].str[:4].astype(int).between(first, last).sum())


def _sizes(lab: Lab, periods: list[str]) -> str:
    return " e ".join(f"{_in_period(lab, period)} nel {period}" for period in periods)


def _too_few(lab: Lab, periods: list[str]) -> tuple[str, str]:
    """Why two periods cannot be compared, and what would be needed."""
    thin = [period for period in periods if _in_period(lab, period) < FEW_A_PERIOD]
    sizes = _sizes(lab, periods)
    if thin:
        why = f"i documenti con parole da contare sono {sizes}"
        lacking = " e ".join(
            f"{many(FEW_A_PERIOD - _in_period(lab, period), 'documento', 'documenti')} in più nel {period}"
            for period in thin
        )
        return why, f"Servono almeno {FEW_A_PERIOD} documenti per periodo: {lacking}."
    why = f"nessuna parola compare in almeno {LEAST_TEXTS} documenti, e i documenti sono {sizes}"
    return why, f"Servono più documenti, in cui le stesse parole tornino almeno in {LEAST_TEXTS}."

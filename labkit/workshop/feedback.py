"""Feedback: what was said in a room comes back – files of several tablets and paper forms into one file of the lab, and a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import answers, decisions
from labkit.answers import Session
from labkit.errors import LabkitError, UsageError
from labkit.wording import count, italian, number
from labkit.workshop import incoming
from labkit.workshop.incoming import Came
from labkit.workshop.tallies import FEWEST, UNSAID, agreement, confirmed, disputed, missing, unsingled

if TYPE_CHECKING:
    import pandas as pd

    from labkit.lab import Lab

__all__ = ["Added", "add", "agreement", "confirmed", "disputed", "lines", "missing"]
SHOWN = 20  # ties named in the report before it says how many more


@dataclass(frozen=True)
class Added:
    """What became of some files: the file of the session, seats that are new or replaced, and what the user should know."""

    path: Path
    added: int
    replaced: int
    notices: list[str]


def add(
    lab: Lab, files: list[Path], *, session: str | None = None, date: str | None = None, map_id: str | None = None
) -> Added:
    """Put the answers of one session, from tablets and paper forms in any order, into the lab's folder.

    All files are checked before anything is written: one that is refused leaves the lab as it was. A newer export of a seat takes
    the place of an older one. Open the lab again to see its tables with the answers.

    Parameters
    ----------
    files
        JSON files of the map page and filled forms (:mod:`labkit.workshop.form`), mixed as they come.
    session, date
        Name and day of the session, in place of those in the files.
    map_id
        The map that the lab would show now; answers to another are taken, with a notice.

    Returns
    -------
    Added
        Notices are in Italian, one line each.

    Raises
    ------
    LabkitError
        In one line that names the file: what is not an export for this lab, was added before, or belongs to another session.

    Examples
    --------
    >>> import labkit as lk
    >>> add(lk.open_lab("esempio"), [])
    Traceback (most recent call last):
    labkit.errors.UsageError: feedback: expected at least one file saved by the map page, or a filled form
    """
    if not files:
        raise UsageError("feedback: expected at least one file saved by the map page, or a filled form")
    came = sorted(
        (one for path in files for one in incoming.read(Path(path), lab)),
        key=lambda one: (one.seat, -one.said["saved"], one.file),
    )
    name, day = _which(came, session, date)
    known = {one.id: one for one in answers.load(lab.folder)}
    before = known.get(answers.session_id(day, name))
    _refuse_twice(came, known)
    _refuse_map(came, before, day)
    newest, notices = _newest(came, before)
    notices += [line for one in newest for line in _noticed(one, lab, map_id)]
    notices += _elsewhere(newest, known, before)
    after = _merged(newest, before, name, day)
    here = {seat["seat"] for seat in before.seats} if before else set()
    replaced = sum(one.seat in here for one in newest)
    path = answers.save(lab.folder, after)
    return Added(path, len(newest) - replaced, replaced, sorted(set(notices)))


def _which(came: list[Came], session: str | None, date: str | None) -> tuple[str, str]:
    """The one session that all files are of; its name the first in the alphabet where they write it differently."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in came:
        name = answers.named(session if session is not None else one.said["session"])
        if not name:
            raise LabkitError(f"{one.file}: the session has no name; write it there, or give it with --session")
        if not (date or one.said["date"]):
            raise LabkitError(f"{one.file}: the session has no day; write it there, or give it with --date")
        day = answers.day(date, "--date") if date else answers.day(one.said["date"], one.file)
        found.setdefault(answers.session_id(day, name), []).append((name, day, one.file))
    if len(found) > 1:
        first, second = ("'{}' of {} in {}".format(*found[key][0]) for key in sorted(found)[:2])
        raise LabkitError(
            f"two sessions: {first}, {second}; add their files apart, or give all one name with --session and --date"
        )
    name, day, _ = min(found.popitem()[1])
    return name, day


def _refuse_twice(came: list[Came], known: dict[str, Session]) -> None:
    """A file that was added before, to whichever session, or that is named twice."""
    sums = {seat["sha256"]: one.id for one in known.values() for seat in one.seats if seat.get("sha256")}
    files: dict[str, str] = {}
    for one in came:
        if one.sha256 in sums:
            raise LabkitError(
                f"{one.file}: già aggiunto (already added) in {answers.FOLDER}/{sums[one.sha256]}.yml; nothing was changed"
            )
    for one in came:
        other = files.setdefault(one.sha256, one.file)
        if other != one.file or sum(x.sha256 == one.sha256 and x.seat == one.seat for x in came) > 1:
            raise LabkitError(f"{one.file}: già aggiunto (already added): the same as {other}; name it once")


def _refuse_map(came: list[Came], before: Session | None, day: str) -> None:
    first = before.map if before else min(one.said["map"] for one in came)
    other = next((one for one in came if one.said["map"] != first), None)
    if other:
        raise LabkitError(
            f"{other.file}: answers to the map {other.said['map']}; this session is on the map {first}; add it as another session: --session 'NAME, second map' --date {day}"
        )


def _newest(came: list[Came], before: Session | None) -> tuple[list[Came], list[str]]:
    """The last export of each seat; what was overtaken is said, what was there before is refused."""
    saved = {seat["seat"]: seat["saved"] for seat in before.seats} if before else {}
    found: dict[str, Came] = {}
    notices = []
    for one in came:  # the newest of a seat comes first
        first = found.setdefault(one.seat, one)
        if first is not one:
            if first.said["saved"] == one.said["saved"]:
                raise LabkitError(
                    f"{one.file}: già aggiunto (already added): {first.file} is of the same seat and moment; name one of them"
                )
            notices.append(f"{one.file}: {first.file} è dello stesso posto e più recente; valgono quelle risposte.")
        elif one.seat in saved:
            if one.said["saved"] == saved[one.seat]:
                raise LabkitError(
                    f"{one.file}: già aggiunto (already added): the answers of this seat are there; nothing was changed"
                )
            if one.said["saved"] < saved[one.seat]:
                raise LabkitError(
                    f"{one.file}: older than the answers of this seat that are there ({one.said['saved']} changes, not {saved[one.seat]}); nothing was changed"
                )
            notices.append(
                f"{one.file}: sostituisce le risposte già aggiunte dello stesso posto, che erano meno recenti."
            )
    return list(found.values()), notices


def _noticed(one: Came, lab: Lab, map_id: str | None) -> Iterator[str]:
    """What the user should know of answers that are taken all the same."""
    if one.changed:
        yield f"{one.file}: la somma di controllo non torna: il file è stato modificato a mano. Le risposte sono prese come stanno."
    if map_id is not None and one.said["map"] != map_id:
        yield f"{one.file}: le risposte riguardano la mappa {one.said['map']}; quella di adesso è {map_id}."
    names = dict(zip(lab.actors["actor_id"], lab.actors["name"].map(answers.named)))
    to = decisions.merged(lab.decisions)
    gone = {d.actor for d in lab.decisions if d.decide == "no_actor"}
    said = [*one.said["judgements"], *one.said["missing_ties"]]
    for actor in sorted({entry[end] for entry in said for end in ("a", "b")}):
        if actor in to:
            yield f"{one.file}: «{actor}» è ora lo stesso ente di «{names.get(to[actor], to[actor])}»; le risposte seguono la decisione."
        if to.get(actor, actor) in gone:
            yield f"{one.file}: «{actor}» non è più tra gli enti; le risposte che lo riguardano restano nel file e non si contano."
    lost = _off_the_map(one, lab, to, gone)
    if lost:
        shown = "; ".join(" – ".join(names.get(end, end) for end in pair) for pair in lost[:3])
        more = "; ..." if len(lost) > 3 else ""
        have = "non è più sulla mappa" if len(lost) == 1 else "non sono più sulla mappa"
        yield f"{one.file}: {count(len(lost), 'rapporto', 'rapporti')} {have} ({shown}{more}); le risposte restano."


def _off_the_map(one: Came, lab: Lab, to: dict[str, str], gone: set[str]) -> list[tuple[str, str]]:
    """The organisations judged that no network of the lab joins any more."""
    from labkit import network

    types = dict(zip(lab.actors["actor_id"], lab.actors["type"]))
    lost = []
    for kind in sorted({entry["kind"] for entry in one.said["judgements"]}):
        graph = network.build(lab, kind=kind, said_by="both")
        for entry in one.said["judgements"]:
            a, b = (to.get(entry[end], entry[end]) for end in ("a", "b"))
            apart = entry["kind"] == kind and a != b and not {a, b} & gone and not graph.has_edge(a, b)
            if apart and types.get(a) == types.get(b) == "organisation":
                lost.append((a, b))
    return lost


def _elsewhere(newest: list[Came], known: dict[str, Session], before: Session | None) -> Iterator[str]:
    """Answers that may be there already: a seat of another session, a sheet that was mended and is added again."""
    for one in newest:
        for other in known.values():
            if other is not before and one.seat in {seat["seat"] for seat in other.seats}:
                yield f"{one.file}: lo stesso posto è anche in {answers.FOLDER}/{other.id}.yml; se le risposte sono le stesse, contano due volte."
        if before and re.match(r"p\d\d-", one.seat) and any(_alike(one, seat["seat"], before) for seat in before.seats):
            yield f"{one.file}: il foglio somiglia a uno già aggiunto; se è lo stesso corretto, togliere i posti di prima da {answers.FOLDER}/{before.id}.yml."


def _alike(one: Came, seat: str, before: Session) -> bool:
    """Whether a column of a sheet says nearly what the same column of an earlier sheet said."""
    if seat[:4] != one.seat[:4] or seat == one.seat:
        return False
    then = {(e["kind"], e["a"], e["b"], e["answer"]) for e in before.judgements if e["seat"] == seat}
    now = {(e["kind"], e["a"], e["b"], e["answer"]) for e in one.said["judgements"]}
    return bool(then and now) and len(then & now) >= 0.7 * len(then | now)


def _merged(newest: list[Came], before: Session | None, name: str, day: str) -> Session:
    """The session with the seats that came in place of what they said before."""
    fresh = {one.seat for one in newest}
    parts: dict[str, list[dict[str, Any]]] = {
        part: [entry for entry in getattr(before, part) if entry["seat"] not in fresh] if before else []
        for part in answers.PARTS
    }
    for one in newest:
        facts = {"saved": one.said["saved"], "sector": one.said.get("sector", ""), "sha256": one.sha256}
        parts["seats"].append({"seat": one.seat, **facts, "changed_by_hand": one.changed})
        for part in ("judgements", "missing_actors", "missing_ties"):
            parts[part] += [{"seat": one.seat, **entry} for entry in one.said[part]]
    # Whoever came first, the name is one.
    name = min(name, before.session) if before else name
    return Session(answers.session_id(day, name), name, day, newest[0].said["map"], **parts)


# --- the report


def lines(lab: Lab) -> Iterator[str]:
    """Yield the report of all sessions of a lab, in Italian, line by line.

    Examples
    --------
    >>> import labkit as lk
    >>> print(*lines(lk.open_lab("cremasco")))
    Nessuna risposta: in questo lab non c'è ancora nulla di detto in un incontro.
    """
    said = lab.judgements
    if not len(said):
        yield "Nessuna risposta: in questo lab non c'è ancora nulla di detto in un incontro."
        return
    labels = {kind: entry["label"] for kind, entry in lab.codebooks.ties.items()}
    sectors = {name: entry["label"] for name, entry in lab.codebooks.sectors.items()}
    names = dict(zip(lab.actors["actor_id"], lab.actors["name"].map(answers.named)))
    for identifier, group in said.groupby("session_id", sort=True):
        yield _session_line(lab.sessions[identifier], group)
    for by, words in (("kind", labels), ("sector", sectors)):
        title = {
            "kind": "Quota di conferme, per rapporto:",
            "sector": "Quota di conferme, per settore di chi risponde:",
        }[by]
        yield title
        for row in confirmed(unsingled(said), by=by).to_dict("records"):
            what = words.get(row[by], row[by]) if isinstance(row[by], str) else UNSAID
            yield f"  {what}: {_share_words(row)}"
    yield from _tie_lines("Rapporti non confermati da qualcuno:", disputed(said), names, labels, _disputed_words)
    yield from _tie_lines("Rapporti che mancavano sulla mappa:", missing(said), names, labels, _missing_words)
    yield _agreement_line(agreement(said, seed=lab.seed).iloc[0])


def _session_line(name: str, said: pd.DataFrame) -> str:
    times = said["answer"].value_counts()
    parts = [
        count(int(times.get(answer, 0)), *words)
        for answer, words in {
            "confirmed": ("conferma", "conferme"),
            "denied": ("«non confermo»", "«non confermo»"),
            "unsure": ("«non so»", "«non so»"),
            "added": ("rapporto aggiunto", "rapporti aggiunti"),
        }.items()
        if times.get(answer, 0)
    ]
    seats = count(said["seat"].nunique(), "posto", "posti")
    return f"{answers.named(name)}, {italian(said['date'].iloc[0])}: {seats}, {count(len(said), 'risposta', 'risposte')} ({', '.join(parts)})"


def _share_words(row: dict[str, Any]) -> str:
    """A share confirmed with its interval in words, or why there is none."""
    if row["n"] == 0:
        return f"non si può dire: nessuno conferma o smentisce ({row['unsure']} «non so»)"
    basis = f"{count(row['n'], 'risposta', 'risposte')}, {count(row['seats'], 'posto', 'posti')}, {count(row['ties'], 'rapporto', 'rapporti')}"
    if not _none(row["low"]):
        where = f"; tra {_percent(row['low'])} e {_percent(row['high'])} se avessero risposto altri come loro"
    elif row["seats"] < FEWEST:
        where = f"; con meno di {FEWEST} posti non si può dire quanto varierebbe"
    else:
        where = "; tutti i posti danno la stessa quota: non si può dire quanto varierebbe"
    unsure = f"; «non so»: {row['unsure']}" if row["unsure"] else ""
    return f"{_percent(row['estimate'])} ({basis}){where}{unsure}"


def _none(value: object) -> bool:
    import pandas as pd

    return bool(pd.isna(value))


def _percent(share: float) -> str:
    return f"{number(100 * share)}%"


def _tie_lines(title: str, found: pd.DataFrame, names: dict, labels: dict, words) -> Iterator[str]:
    yield f"{title} nessuno" if not len(found) else title
    for row in found.head(SHOWN).to_dict("records"):
        ends = " – ".join(names.get(row[end], row[end]) for end in ("source", "target"))
        yield f"  {ends} ({labels.get(row['kind'], row['kind'])}): {words(row)}"
    if len(found) > SHOWN:
        yield f"  e altri {len(found) - SHOWN}"


def _disputed_words(row: dict[str, Any]) -> str:
    yes = row["confirmed"] + row["added"]
    no = row["denied"]
    unsure = f", {row['unsure']} «non so»" if row["unsure"] else ""
    return f"{no} {'non conferma' if no == 1 else 'non confermano'}, {yes} {'conferma' if yes == 1 else 'confermano'}{unsure}"


def _missing_words(row: dict[str, Any]) -> str:
    against = f"; {row['denied']} non confermano" if row["denied"] > 1 else "; 1 non conferma" if row["denied"] else ""
    return f"lo {'aggiunge' if row['added'] == 1 else 'aggiungono'} {count(row['added'], 'posto', 'posti')}{against}"


def _agreement_line(row: pd.Series) -> str:
    begin = "Accordo tra i posti (alfa di Krippendorff; 1 = tutti uguali, 0 = come per caso): "
    basis = f"{count(int(row['ties']), 'rapporto giudicato', 'rapporti giudicati')} da almeno due posti"
    if row["ties"] < 2:
        return f"{begin}non si può dire, {'nessun rapporto è giudicato' if not row['ties'] else 'un solo rapporto è giudicato'} da almeno due posti"
    if _none(row["alpha"]):
        return f"{begin}non si può dire, tutti danno la stessa risposta ({basis})"
    alpha = number(row["alpha"], 2)
    if _none(row["low"]):
        return f"{begin}{alpha} ({basis}); quanto varierebbe con altri rapporti non si può dire: le risposte si somigliano troppo"
    return f"{begin}{alpha}, tra {number(row['low'], 2)} e {number(row['high'], 2)} con altri rapporti ({basis})"

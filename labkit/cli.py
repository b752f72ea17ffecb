"""The command ``labkit``: one line a task, progress on stderr, results where they are asked for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from labkit import workshop_commands
from labkit.errors import LabkitError, UsageError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Dai verbali alle mappe: chi lavora con chi, e come cambia la cultura professionale.",
)

Jobs = Annotated[int, typer.Option("--jobs", help="Processi su questa macchina.")]
Client = Annotated[str | None, typer.Option("--client", help="Indirizzo di un cluster Dask, tcp://HOST:PORTA.")]
Outputs = Annotated[Path | None, typer.Option("--outputs", help="Cartella dei risultati.")]


@contextmanager
def progress() -> Iterator[Callable[[str, int], Callable[[], object]]]:
    """A progress bar on stderr, silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:

        def begin(what: str, total: int) -> Callable[[], object]:
            task = bar.add_task(what, total=total)
            return lambda: bar.advance(task)

        yield begin


@app.command()
def run(
    labs: Annotated[
        list[str] | None, typer.Argument(help="Lab o cartelle di verbali; senza nomi, tutti i lab di corpus/.")
    ] = None,
    outputs: Outputs = None,
    jobs: Jobs = 1,
    client: Client = None,
) -> None:
    """Legge, conta, disegna: tabelle, reti, figure, mappa e rapporto in outputs/."""
    from labkit import engine, withdrawal, work
    from labkit.lab import open_lab, shipped

    names = labs or shipped()
    if not names:
        raise UsageError("no lab below corpus/; name a lab or a folder: labkit run FOLDER")
    engine.check(jobs, client)
    opened = [open_lab(name, outputs=outputs) for name in names]
    places = [lab.outputs.resolve() for lab in opened]
    if len(set(places)) < len(places):
        raise UsageError(
            "two of these folders have the same name and would share their results; run them with two --outputs"
        )
    with progress() as bar:
        done = [work.run(lab, jobs=jobs, client=client, progress=bar) for lab in opened]
    for notice in withdrawal.notices(opened):
        typer.echo(notice, err=True)
    for line in work.summary(done):
        typer.echo(line)


@app.command()
def read(
    paths: Annotated[list[Path], typer.Argument(help="File o cartelle di verbali.")],
    as_json: Annotated[bool, typer.Option("--json", help="Un record JSON per post, una riga ciascuno.")] = False,
    codebooks: Annotated[Path | None, typer.Option("--codebooks", help="Cartella dei codebook di un lab.")] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", help="Pipeline spaCy italiana, per nome o cartella: altri nomi di persone e nomi da controllare."
        ),
    ] = None,
    jobs: Jobs = 1,
    client: Client = None,
) -> None:
    """Legge verbali e stampa che cosa vi ha trovato, un post per riga."""
    from functools import partial

    from labkit import engine, reading, withdrawal
    from labkit.archive import knowledge_of
    from labkit.codebook import load
    from labkit.language import pipeline
    from labkit.minutes import files

    if codebooks and not codebooks.is_dir():
        raise UsageError(f"--codebooks: no folder '{codebooks}'")
    books = load(codebooks)
    asked = withdrawal.load(None, books)
    found = withdrawal.files([(str(file), file) for path in paths for file in _files(path, files)], asked)
    if model:
        pipeline.load(model)
    scan = partial(reading.scan, codebooks=books, withdrawn=asked)
    scanned = engine.each(scan, [path for _, path in found], jobs=jobs, client=client)
    acronyms = {name: defined for (name, _), defined in zip(found, scanned)}
    knowledge, asked = knowledge_of(books, acronyms, model or "", asked)
    failed = False
    with progress() as bar:
        step = bar("Lettura", len(found))
        read_one = partial(reading.read, knowledge=knowledge, withdrawn=asked, tables=False)
        for one in engine.each(read_one, found, jobs=jobs, client=client, done=step):
            for record in one.records:
                typer.echo(json.dumps(record, ensure_ascii=False) if as_json else _line(record))
            for problem in one.rows.get("problems", []):
                if problem["doc_id"] is None:
                    failed = True
                    typer.echo(f"{problem['where']}: {problem['message']}", err=True)
    if failed:
        raise typer.Exit(1)


@app.command()
def check(
    lab: Annotated[str, typer.Argument(help="Lab o cartella di verbali.")],
    outputs: Outputs = None,
    jobs: Jobs = 1,
    client: Client = None,
) -> None:
    """Mostra che cosa è stato letto, che cosa manca e ogni dubbio; una pagina per testo, con ciò che vi è stato trovato."""
    from labkit import inspection, withdrawal
    from labkit.lab import open_lab

    opened = open_lab(lab, outputs=outputs)
    with progress() as bar:
        opened.read(jobs=jobs, client=client, progress=bar)
    for notice in withdrawal.notices([opened]):
        typer.echo(notice, err=True)
    seen = inspection.inspect(opened)
    for line in inspection.lines(seen):
        typer.echo(line)
    typer.echo(f"Rapporto: {inspection.write(seen, opened.outputs / 'check')}")
    if opened.problems["doc_id"].isna().any():
        raise typer.Exit(1)  # a file could not be read


@app.command()
def actors(
    lab: Annotated[str, typer.Argument(help="Lab o cartella di verbali.")],
    ask: Annotated[bool, typer.Option("--ask", help="Chiede nel terminale, una proposta alla volta.")] = False,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Scrive le proposte in una tabella CSV da compilare.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="Legge la tabella compilata (CSV) o un elenco YAML.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Annulla l'ultima decisione.")] = False,
    limit: Annotated[int, typer.Option("--limit", help="Quante proposte mostrare.")] = 30,
    outputs: Outputs = None,
) -> None:
    """Propone enti e persone da controllare: possibili doppioni, settori ignoti, enti nuovi. Non unisce nulla da sé."""
    from labkit import decisions, proposals
    from labkit.lab import open_lab

    opened = open_lab(lab, outputs=outputs)
    if undo:
        if not opened.decisions:
            raise UsageError("no decision to take back; decisions stand in decisions.yml")
        decisions.save(opened.folder, opened.decisions[:-1])
        typer.echo(f"Annullata: {_said(opened.decisions[-1])}")
        return
    if answers:
        taken = proposals.read_answers(answers)
        decisions.save(opened.folder, [*opened.decisions, *taken])
        typer.echo(f"Decisioni aggiunte a {opened.folder / decisions.FILE}: {len(taken)}")
        return
    found = proposals.proposals(opened)
    if sheet:
        proposals.write_sheet(opened, sheet)
        typer.echo(
            f"{len(found)} proposte in {sheet}; compilare la colonna answer e poi: labkit actors {lab} --answers {sheet}"
        )
        return
    for one in found[:limit]:
        for line in proposals.lines(one):
            typer.echo(line)
        if ask:
            decisions.save(opened.folder, [*decisions.load(opened.folder), *_asked(one)])
    if len(found) > limit:
        typer.echo(
            f"Altre {len(found) - limit} proposte: --limit {len(found)}, o tutte in una tabella con --sheet FILE.csv"
        )
    elif not found:
        typer.echo("Nulla da decidere.")


def _asked(one) -> list:
    """The decision that the answer in the terminal makes; an empty answer leaves all as it is."""
    from labkit import proposals

    choices = proposals.ANSWERS[one.kind]
    shown = ", ".join(f"{key} ({words})" for key, words in choices.items())
    while True:
        answer = typer.prompt(f"  {shown}, invio per passare oltre", default="", show_default=False).strip()
        if not answer:
            return []
        try:
            taken = proposals.decision(one.id, answer)
        except LabkitError as error:
            typer.echo(f"  {error}", err=True)
            continue
        return [taken] if taken else []


def _said(taken) -> str:
    return " ".join(f"{key}: {value}" for key, value in taken.entry.items())


@app.command()
def share(
    lab: Annotated[str, typer.Argument(help="Lab o cartella con i documenti.")],
    to: Annotated[Path, typer.Option("--to", help="Cartella dell'edizione condivisa.")],
    pseudonyms: Annotated[
        Path | None, typer.Option("--pseudonyms", help="Tabella degli pseudonimi (CSV), fuori dal lab.")
    ] = None,
    outputs: Outputs = None,
    jobs: Jobs = 1,
    client: Client = None,
) -> None:
    """Scrive un'edizione senza testi e senza nomi di persone: tabelle in formato CSV."""
    from labkit import sharing
    from labkit.lab import open_lab
    from labkit.privacy import pseudonym_file

    opened = open_lab(lab, outputs=outputs)
    with progress() as bar:
        opened.read(jobs=jobs, client=client, progress=bar)
    written, doubts = sharing.share(opened, to=to, pseudonym_table=pseudonym_file(pseudonyms))
    for doubt in doubts:
        typer.echo(f"{doubt.where}: {workshop_commands.DOUBTS[doubt.why]}: {doubt.name}", err=True)
    typer.echo(f"{len(written)} file in {to}; prima di pubblicarli, leggere docs/privacy.md")


workshop_commands.register(app)


def _files(path: Path, files) -> list[Path]:
    if path.is_dir():
        found = files.find(path)
        if not found:
            raise LabkitError(f"{path}: expected files of the kinds {files.KINDS}; found none")
        return found
    if not path.exists():
        raise UsageError(f"no file and no folder '{path}'")
    return [path]


def _line(record: dict) -> str:
    """One post in one line, for a person."""
    from labkit.wording import KINDS, count

    meeting = record["meeting"] or {}
    parts = [
        record["published"] or "",
        KINDS[record["kind"]].lower(),
        record["title"][:70],
        f"incontro del {meeting['date']}" if meeting.get("date") else "",
        count(len(record["attendance"]), "persona", "persone") if record["attendance"] else "",
        count(len(record["organisations"]), "ente", "enti") if record["organisations"] else "",
    ]
    return " · ".join(part for part in parts if part)


def main() -> None:
    """Run the command; an error of the input is one line on stderr and exit code 1, a wrong call exit code 2."""
    try:
        app()
    except UsageError as error:
        typer.echo(f"labkit: {error}", err=True)
        sys.exit(2)
    except LabkitError as error:
        typer.echo(f"labkit: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        typer.echo(
            f"labkit: {error.filename or 'a file'}: cannot be read or written ({error.strerror or error})", err=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()

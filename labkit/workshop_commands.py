"""The commands of the workshop: map, poster, cards, feedback, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from labkit.errors import UsageError, did_you_mean

LabName = Annotated[str, typer.Argument(help="Lab o cartella di verbali.")]
Outputs = Annotated[Path | None, typer.Option("--outputs", help="Cartella dei risultati.")]
Edition = Annotated[
    str, typer.Option("--edition", help="internal (con nomi e citazioni), workshop (per chi partecipa) o public.")
]
Kind = Annotated[str | None, typer.Option("--kind", help="Tipo di rapporto, per esempio co_presence.")]
Of = Annotated[str, typer.Option("--of", help="organisation (enti) o person (persone, sotto un numero).")]
Pseudonyms = Annotated[
    Path | None, typer.Option("--pseudonyms", help="Tabella dei numeri delle persone (CSV), fuori dal lab.")
]

feedback_app = typer.Typer(
    no_args_is_help=True, help="Ciò che i partecipanti hanno risposto: aggiungerlo al lab, riassumerlo."
)


def _shown(lab: str, outputs: Path | None, edition: str, of: str = "organisation", pseudonyms: Path | None = None):
    """The opened lab, its networks as the edition allows, and a place for every actor."""
    from labkit import workshop
    from labkit.errors import LabkitError
    from labkit.lab import open_lab
    from labkit.privacy import pseudonym_file

    opened = open_lab(lab, outputs=outputs)
    table = pseudonym_file(pseudonyms) if of == "person" and edition != "internal" and not opened.shared else None
    nets = workshop.layers(opened, of=of, edition=edition, pseudonym_table=table)
    if not nets:
        raise LabkitError(f"{opened.name}: no tie was found; a map needs lists of those present or of partners")
    return opened, nets, workshop.places(nets, seed=opened.seed)


def _chosen(nets: list, kind: str | None):
    from labkit.workshop.editions import of_documents

    # Paper asks about what documents say; what participants added stands on the page and in the report.
    kinds = {net.graph["kind"]: of_documents(net) for net in nets}
    if kind is not None and kind not in kinds:
        raise UsageError(f"--kind: this lab has no ties of the kind '{kind}' ({did_you_mean(kind, kinds)})")
    return kinds[kind or nets[0].graph["kind"]]


def _tell(paths: list[Path], doubts: list, what: str) -> None:
    for doubt in doubts:
        typer.echo(f"{doubt.where}: {DOUBTS[doubt.why]}: {doubt.name}", err=True)
    for path in paths:
        typer.echo(f"{what}: {path}" if len(paths) == 1 else str(path))


DOUBTS = {"surname": "cognome da controllare", "unlisted": "forse una persona che nessun elenco conosce"}


def map_page(
    lab: LabName,
    to: Annotated[
        Path | None, typer.Option("--to", help="Il file HTML; altrimenti mappa.html tra i risultati.")
    ] = None,
    edition: Edition = "workshop",
    of: Of = "organisation",
    pseudonyms: Pseudonyms = None,
    session: Annotated[str, typer.Option("--session", help="Nome dell'incontro, già scritto su ogni tablet.")] = "",
    serve: Annotated[
        bool, typer.Option("--serve", help="Offre la pagina, in sola lettura, ai tablet sulla stessa rete.")
    ] = False,
    port: Annotated[int, typer.Option("--port", help="Porta per --serve.")] = 8765,
    outputs: Outputs = None,
) -> None:
    """Scrive la pagina della mappa: un solo file, da aprire anche senza rete, in cui i presenti giudicano i rapporti."""
    from labkit import workshop
    from labkit.workshop import serving
    from labkit.workshop.publishing import published

    opened, nets, places = _shown(lab, outputs, edition, of, pseudonyms)
    to = to or opened.outputs / "mappa.html"

    def make(folder: Path) -> None:
        workshop.page(opened, nets, places, to=folder / to.name, edition=edition, session=session)

    written, doubts = published(opened, make, to=to.parent, edition=edition)
    _tell(written, doubts, "Mappa")
    if serve:
        typer.echo("Sui tablet della stessa rete aprire uno di questi indirizzi; per smettere, Ctrl+C:")
        serving.serve(written[0], port=port, tell=typer.echo)


def poster(
    lab: LabName,
    to: Annotated[Path | None, typer.Option("--to", help="Cartella; altrimenti quella dei risultati.")] = None,
    size: Annotated[str, typer.Option("--size", help="A1 o A3.")] = "A1",
    kind: Kind = None,
    edition: Edition = "workshop",
    outputs: Outputs = None,
) -> None:
    """Disegna il poster: mappa, enti e rapporti numerati, in PDF e SVG."""
    from labkit import workshop
    from labkit.workshop.codes import of_graphs
    from labkit.workshop.publishing import published

    opened, nets, places = _shown(lab, outputs, edition)
    net = _chosen(nets, kind)

    def make(folder: Path) -> None:
        workshop.poster(opened, net, places, to=folder / f"poster-{size}", size=size, codes=of_graphs(nets))

    _tell(*published(opened, make, to=to or opened.outputs / "carta", edition=edition), "Poster")


def cards(
    lab: LabName,
    to: Annotated[Path | None, typer.Option("--to", help="Cartella; altrimenti quella dei risultati.")] = None,
    kind: Kind = None,
    ties: Annotated[
        int | None, typer.Option("--ties", help="Quante schede, dai rapporti più frequenti; tutte se non detto.")
    ] = None,
    seats: Annotated[int, typer.Option("--seats", help="Quanti posti nel modulo.")] = 12,
    edition: Edition = "workshop",
    outputs: Outputs = None,
) -> None:
    """Prepara la carta per un laboratorio: poster A1 e A3, schede A5, foglio del facilitatore, modulo per le risposte."""
    from labkit import workshop
    from labkit.workshop import form
    from labkit.workshop.codes import of_graphs
    from labkit.workshop.poster_map import strongest
    from labkit.workshop.publishing import published

    opened, nets, places = _shown(lab, outputs, edition)
    net, codes, this = _chosen(nets, kind), of_graphs(nets), workshop.map_id(opened, nets)

    def make(folder: Path) -> None:
        for size in ("A1", "A3"):
            workshop.poster(opened, net, places, to=folder / f"poster-{size}", size=size, codes=codes)
        workshop.tie_cards(opened, net, codes=codes, to=folder / "schede.pdf", ties=ties)
        workshop.facilitator_sheet(opened, net, codes=codes, map_id=this, to=folder / "foglio-facilitatore.pdf")
        form.write(
            opened,
            net.edge_subgraph(strongest(net)[:ties]),
            map_id=this,
            codes=codes,
            seats=seats,
            to=folder / "modulo.csv",
        )

    _tell(*published(opened, make, to=to or opened.outputs / "carta", edition=edition), "Carta")


def report(
    lab: LabName,
    to: Annotated[Path | None, typer.Option("--to", help="Cartella; altrimenti quella dei risultati.")] = None,
    edition: Edition = "workshop",
    outputs: Outputs = None,
) -> None:
    """Scrive il rapporto da restituire a chi partecipa: HTML da leggere e stampare, DOCX da correggere."""
    from labkit import work
    from labkit.lab import open_lab

    opened = open_lab(lab, outputs=outputs)
    _tell(work.restitution(opened, to=to or opened.outputs, edition=edition), [], "Rapporto")


@feedback_app.command("add")
def feedback_add(
    files: Annotated[list[Path], typer.Argument(help="File salvati dalla mappa (JSON) e moduli compilati (CSV).")],
    lab: Annotated[str | None, typer.Option("--lab", help="Il lab; altrimenti quello che i file nominano.")] = None,
    session: Annotated[
        str | None, typer.Option("--session", help="Nome dell'incontro, al posto di quello nei file.")
    ] = None,
    date: Annotated[str | None, typer.Option("--date", help="Giorno dell'incontro, AAAA-MM-GG.")] = None,
    outputs: Outputs = None,
) -> None:
    """Aggiunge al lab le risposte di un incontro, di più tablet e moduli insieme, e le riassume."""
    from labkit import workshop
    from labkit.lab import open_lab
    from labkit.workshop import feedback, incoming

    opened = open_lab(lab or incoming.lab_named(files), outputs=outputs)
    this = workshop.map_id(opened, workshop.layers(opened))
    done = feedback.add(opened, files, session=session, date=date, map_id=this)
    for notice in done.notices:
        typer.echo(notice, err=True)
    typer.echo(f"{done.path}: posti aggiunti {done.added}, sostituiti {done.replaced}")
    for line in feedback.lines(open_lab(opened.folder, outputs=outputs)):
        typer.echo(line)


@feedback_app.command("report")
def feedback_report(lab: LabName, outputs: Outputs = None) -> None:
    """Riassume le risposte di tutti gli incontri: conferme, rapporti discussi, ciò che manca, accordo tra chi risponde."""
    from labkit.lab import open_lab
    from labkit.workshop import feedback

    for line in feedback.lines(open_lab(lab, outputs=outputs)):
        typer.echo(line)


def register(app: typer.Typer) -> None:
    """Add the commands of the workshop to labkit's own."""
    app.command("map")(map_page)
    app.command("poster")(poster)
    app.command("cards")(cards)
    app.command("report")(report)
    app.add_typer(feedback_app, name="feedback")

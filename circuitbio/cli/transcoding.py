"""`circuitbio transcoding …`: the laboratories' catalogues and mappings, for an operator at the machine (§7).

Deciding of a mapping is not among these commands: a biologist does it, through the service, under their own name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.fhir.json import serialise
from api.transcoding_dashboard import COLUMNS, dashboard_page, dashboard_rows, write_dashboard
from api.transcoding_exports import Exporter, ExportFormat, history_file, last_change
from api.transcoding_json import write_history_row, write_import, write_proposals
from circuitbio.cli.terminal import complain, read_file, say, show_bytes, show_table, write_file
from circuitbio.database import opened_database, operator_name
from circuitbio.lab_catalogues import LabCatalogues
from circuitbio.lab_search import lab_search
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Invalid
from kernel.findings import Severity
from lcsd.messages.control import Receiver
from search.similarity import reference_of
from storage.database import Database
from terminology.lab_catalogue import Laboratory
from terminology.lab_catalogue_toml import parse_lab_catalogue
from terminology.opening import open_release
from terminology.release import Release
from terminology.transcoding.actor import Actor, ActorRole
from terminology.transcoding.assistant import Assistant, catalogue_for, lab_state
from terminology.transcoding.columns import Field
from terminology.transcoding.dashboard import dashboard
from terminology.transcoding.history import HistoryQuery
from terminology.transcoding.importing import Imported, Importer
from terminology.transcoding.mapping import MappingKey, MappingKind
from terminology.transcoding.targets import Targets

app = typer.Typer(no_args_is_help=True, add_completion=False)

Finess = Annotated[str, typer.Argument(metavar="FINESS", help="FINESS géographique du laboratoire.")]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]
Out = Annotated[Path | None, typer.Option(help="Fichier à écrire ; à défaut, le nom proposé, dans le dossier courant.")]
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class _Desk:
    """What a command works with: the database, the active release, who runs it."""

    database: Database
    release: Release
    actor: Actor


@contextmanager
def _opened() -> Iterator[_Desk]:
    with opened_database(Settings()) as database:
        actor = Actor(ActorRole.ADMINISTRATION, f"exploitant {operator_name()}")
        yield _Desk(database, open_release(database.releases, "active"), actor)


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Catalogue .csv, .xlsx ou .toml.", show_default=False)
    ],
    finess: Annotated[str, typer.Option(help="FINESS géographique ; celui du fichier pour un .toml.")] = "",
    name: Annotated[str, typer.Option(help="Nom du laboratoire, au premier import.")] = "",
    mnemonic: Annotated[str, typer.Option(help="Abrégé du laboratoire, qui nomme ses publications LCSD.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(metavar="CHAMP=EN-TÊTE", help="Désigne une colonne ; retenu pour la suite.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Dire ce que l'import ferait, sans rien écrire.")] = False,
    as_json: AsJson = False,
) -> int:
    """Importe ou réimporte un catalogue : rien de validé n'est perdu, ce qui a changé est à revoir."""
    content = read_file(file)
    chosen = dict(map(_column, column or []))
    with _opened() as desk:
        store, targets, now = desk.database.transcoding, Targets(desk.release), SystemClock().now()
        if file.suffix.lower() == ".toml":
            source = parse_lab_catalogue(content.decode("utf-8", "replace"))
            done = Importer(store, targets, source.laboratory, desk.actor).catalogue(source, now, dry_run=dry_run)
        else:
            importer = Importer(store, targets, Laboratory(finess, name, mnemonic), desk.actor)
            done = importer.file(content, file.name, chosen, now, dry_run=dry_run)
        if done.written and done.merged:
            with lab_search(Settings(), LabCatalogues.of(desk.database)) as labs:
                labs.refresh(done.merged.catalogue.laboratory.finess)
    if as_json:
        show_bytes(serialise(write_import(done, dry_run=dry_run)))
    else:
        _show_import(done, dry_run)
    if done.merged is None:
        return complain(f"{file.name} refusé : {done.rejected} erreur(s).")
    return 1 if done.rejected else 0


@app.command("propose")
def propose(
    finess: Finess,
    local_code: Annotated[str, typer.Argument(metavar="CODE", help="Code local de l'examen.")],
    kind: Annotated[MappingKind, typer.Option("--kind", help="Ce qui est à transcoder.")] = MappingKind.ANALYSIS,
    value: Annotated[str, typer.Option("--value", help="Technique ou réponse locale.")] = "",
    as_json: AsJson = False,
) -> None:
    """Les cinq codes les plus proches d'un examen, avec le détail de leur score ; rien n'est choisi."""
    with _opened() as desk:
        key = MappingKey(local_code, kind, value)
        assistant = Assistant(desk.database.transcoding, reference_of(Targets(desk.release)), finess, desk.actor)
        proposals = assistant.proposals(key)
    if as_json:
        show_bytes(serialise(write_proposals(key, desk.release.name, proposals)))
        return
    rows = (
        (
            str(p.score.total),
            p.coding.code,
            p.coding.display,
            f"{p.score.nabm}+{p.score.text}+{p.score.unit}+{p.score.specimen}+{p.score.restricted}",
            ", ".join(p.score.conflicts),
        )
        for p in proposals
    )
    columns = ("Score", "Code", "Libellé", "NABM+texte+unité+prélèvement+liste", "Axes en conflit")
    show_table(f"{local_code}, {desk.release.name}", columns, rows)


@app.command("export")
def export(
    finess: Finess,
    wanted: Annotated[ExportFormat, typer.Option("--format", help="Nature du fichier.")] = ExportFormat.XLSX,
    out: Out = None,
    receiver: Annotated[str, typer.Option(help="Application destinataire d'un fichier LCSD.")] = "DPI",
    receiver_finess: Annotated[str, typer.Option(help="FINESS du destinataire d'un fichier LCSD.")] = "",
    as_json: AsJson = False,
) -> None:
    """Écrit le catalogue codé : CSV, XLSX, ConceptMap FHIR, LCSD, ou les ajouts à demander à l'ANS."""
    with _opened() as desk:
        store = desk.database.transcoding
        exporter = Exporter(
            catalogue=catalogue_for(store, finess, desk.actor),
            mappings=store.mappings(finess),
            last_change=last_change(store, finess),
            release=desk.release,
            base=Settings().canonical_base,
            receiver=Receiver(receiver, receiver_finess or finess),
            now=SystemClock().now(),
        )
        file = exporter.file(wanted)
    _write(out or Path(file.name), file.content, as_json)


@app.command("dashboard")
def dashboard_(
    finess: Annotated[str, typer.Argument(metavar="[FINESS]", help="Un laboratoire ; à défaut, tous.")] = "",
    html: Annotated[Path | None, typer.Option(help="Écrit aussi la page dans ce fichier.")] = None,
    as_json: AsJson = False,
) -> None:
    """Le tableau de bord : statuts, couvertures, délais, et l'évolution mois par mois."""
    with _opened() as desk:
        store = desk.database.transcoding
        every = [finess] if finess else [laboratory.finess for laboratory in store.laboratories()]
        states = [lab_state(store, one, desk.actor) for one in every]
    figures = dashboard(states, Targets(desk.release), SystemClock().now())
    title = f"Transcodage, FINESS {finess}" if finess else "Transcodage, tous les laboratoires"
    if html:
        write_file(html, bytes(dashboard_page(title, figures, desk.release.notice).body))
    if as_json:
        show_bytes(serialise(write_dashboard(figures, desk.release.name)))
        return
    show_table(title, COLUMNS, (["" if cell is None else str(cell) for cell in row] for row in dashboard_rows(figures)))


@app.command("history")
def history(
    finess: Finess,
    local_code: Annotated[str | None, typer.Option("--exam", help="Un seul examen, par son code local.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Un seul auteur.")] = None,
    out: Annotated[Path | None, typer.Option(help="Écrit l'historique en CSV dans ce fichier.")] = None,
    as_json: AsJson = False,
) -> None:
    """L'historique : chaque création, modification et suppression, par qui, quand, avant, après."""
    with _opened() as desk:
        store = desk.database.transcoding
        catalogue_for(store, finess, desk.actor)
        rows = store.history(HistoryQuery(finess, local_code, author))
    if out:
        write_file(out, history_file(finess, rows).content)
    if as_json:
        show_bytes(serialise({"rows": [write_history_row(row) for row in rows]}))
        return
    shown = (
        (f"{c.at:%d/%m/%Y %H:%M}", c.author, c.action.value, c.key.local_code, c.key.kind.value, c.reason)
        for c in (row.change for row in rows[:_MOST_ROWS])
    )
    show_table(f"{len(rows)} ligne(s)", ("Date", "Auteur", "Action", "Code local", "Type", "Motif"), shown)


def _column(text: str) -> tuple[Field, str]:
    name, separator, header = text.partition("=")
    if not separator or not header.strip() or name not in set(Field):
        raise Invalid.because("usage", f"« {text} » : CHAMP=EN-TÊTE attendu.", f"Champs : {', '.join(Field)}.")
    return Field(name), header.strip()


def _show_import(done: Imported, dry_run: bool) -> None:
    for f in done.findings:
        word = "erreur" if f.severity is Severity.ERROR else "attention"
        say(f"{word} {f.code} [{f.sheet}!{f.column or ''}{f.row or ''}] : {f.message} {f.hint}".rstrip())
    if done.merged is None:
        return
    merged = done.merged
    review = sum(change.before is not None for change in merged.changes)
    done_ = "essai, rien n'est écrit" if dry_run else f"version {done.version}"
    say(
        f"{len(merged.added)} ajouté(s), {len(merged.changed)} modifié(s), {len(merged.absent)} absent(s), "
        f"{review} à revoir, {len(merged.changes) - review} proposé(s) ; {done_}"
    )


def _write(path: Path, content: bytes, as_json: bool) -> None:
    write_file(path, content)
    if as_json:
        show_bytes(serialise({"file": str(path), "bytes": len(content)}))
    else:
        say(f"{path} : {len(content)} octets")

"""`circuitbio terminology …`: releases of the value set, imported, compared, switched (interface.md §6).

The commands work on the database itself, with or without a running service: its workers follow the pointer.
"""

from pathlib import Path
from typing import Annotated

import typer

from api.diff_table import COLUMNS, diff_csv, diff_rows, impact_rows
from api.fhir.json import serialise
from api.release_json import write_diff, write_release
from circuitbio.cli.report_output import report_as
from circuitbio.cli.terminal import say, show_bytes, show_json, show_table, write_file
from circuitbio.cli.terminology_import import import_file
from circuitbio.database import opened_database, operator_name
from circuitbio.settings import Settings
from circuitbio.switching import switch
from kernel.clock import SystemClock
from terminology.changelog import changelog
from terminology.importing import report_of
from terminology.readers.starter import load_starter_baskets
from terminology.release import Release
from terminology.release_changes import changes_since_the_last, compare_releases
from terminology.release_record import ReleaseRecord

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("import")(import_file)

AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]
Name = Annotated[str, typer.Argument(metavar="VERSION", help="LIBELLÉ, LIBELLÉ+RÉVISION ou active.")]
_MOST_ROWS = 200


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Les versions tenues, la dernière publiée d'abord."""
    with opened_database(Settings()) as database:
        records = database.releases.records()
    if as_json:
        show_json({"releases": [write_release(record) for record in records]})
        return
    columns = ("Version", "État", "Publiée", "Nature", "Importée", "Par", "Erreurs", "Activable")
    show_table("Versions du jeu de valeurs", columns, map(_row, records))


@app.command("show")
def show(
    name: Name,
    as_json: AsJson = False,
    report: Annotated[
        Path | None, typer.Option(help="Écrit le rapport d'import : .json, .csv ou .html selon le nom.")
    ] = None,
) -> None:
    """Une version : son origine, ce qui a changé depuis la précédente, les notes de l'éditeur, son rapport."""
    with opened_database(Settings()) as database:
        store = database.releases
        record = store.record(name)
        release = store.load(name)
        changes = changes_since_the_last(store, name)
        if report:
            write_file(report, report_as(report.suffix, report_of(store, name)))
    if as_json:
        show_json({**write_release(record), "changelog": list(changes), "notes": list(release.notes)})
        return
    show_table(f"Version {record.name}", ("", ""), _facts(record, release))
    for line in (*changes, *release.notes):
        say(line)
    if report:
        say(f"{report} : rapport d'import écrit")


@app.command("activate")
def activate_(
    name: Name,
    report: Annotated[
        str | None, typer.Option(metavar="EMPREINTE", help="Empreinte du rapport d'import, lu et accepté.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sert cette version, tout entière et d'un coup ; revenir à une version antérieure se fait de même."""
    with opened_database(Settings()) as database:
        done = switch(database, name, operator_name(), SystemClock().now(), report)
    active = done.active
    if as_json:
        show_json({"active": active.name, "activation": active.activation, "mappings_to_review": done.to_review})
    else:
        say(f"Version active : {active.name} (bascule n° {active.activation})")
        if done.to_review:
            say(f"{done.to_review} transcodage(s) à revoir : circuitbio transcoding dashboard")


@app.command("withdraw")
def withdraw(name: Name, as_json: AsJson = False) -> None:
    """Retire une version du choix, pour de bon ; ses codes restent lisibles."""
    with opened_database(Settings()) as database:
        record = database.releases.withdraw(name, operator_name(), SystemClock().now())
    if as_json:
        show_json(write_release(record))
    else:
        say(f"Version {record.name} retirée.")


@app.command("diff")
def diff(
    older: Annotated[str, typer.Argument(metavar="DE", help="Version de départ.")],
    newer: Annotated[str, typer.Argument(metavar="VERS", help="Version d'arrivée.")],
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Écrit toutes les lignes dans un fichier CSV.")] = None,
) -> None:
    """Ce qui change d'une version à une autre, champ par champ, et qui s'en sert."""
    with opened_database(Settings()) as database:
        baskets = (*load_starter_baskets(), *database.basket_outlines())
        found, impact = compare_releases(database.releases, older, newer, baskets, database.transcoding.mappings_using)
    if csv:
        write_file(csv, diff_csv(found))
    if as_json:
        show_bytes(serialise(write_diff(found, impact)))
        return
    rows = list(diff_rows(found))
    if rows:
        show_table(f"{found.older.name} → {found.newer.name}", COLUMNS, rows[:_MOST_ROWS])
    if len(rows) > _MOST_ROWS:
        say(f"… {len(rows) - _MOST_ROWS} ligne(s) de plus : --csv FICHIER ou --json")
    users = list(impact_rows(impact))
    if users:
        show_table("À revoir", ("Quoi", "Qui", "Codes"), users)
    for line in changelog(found):
        say(line)


def _row(record: ReleaseRecord) -> tuple[str, ...]:
    return (
        record.name,
        record.status.value,
        f"{record.published:%d/%m/%Y}",
        record.kind.value,
        f"{record.imported_at:%d/%m/%Y %H:%M}",
        record.imported_by,
        str(record.errors),
        "non" if record.refusals else "oui",
    )


def _facts(record: ReleaseRecord, release: Release) -> list[tuple[str, str]]:
    return [
        ("État", record.status.value),
        ("Nature", record.kind.value),
        ("Publiée", f"{record.published:%d/%m/%Y}"),
        ("Source", f"{record.source.name}, {record.source.bytes} octets, SHA-256 {record.source.sha256}"),
        ("Importée", f"{record.imported_at:%d/%m/%Y %H:%M} par {record.imported_by}"),
        ("Demandes", str(len(release.requests))),
        ("Analyses", str(len(release.results))),
        ("Liens demande–analyse", str(len(release.links))),
        ("Erreurs du rapport", str(record.errors)),
        ("Empreinte du rapport", record.report_hash),
        *(("Non activable", reason) for reason in record.refusals),
    ]

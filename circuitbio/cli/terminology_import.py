"""`circuitbio terminology import FILE`: a release from the publisher's file, its report, activated only if clean."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.fhir.json import serialise
from api.release_json import write_import
from circuitbio.cli.progress import progress
from circuitbio.cli.report_output import report_as, show_report
from circuitbio.cli.terminal import check_readable, complain, say, show_bytes, write_file
from circuitbio.database import opened_database, operator_name
from circuitbio.settings import Settings
from circuitbio.switching import switch
from kernel.clock import SystemClock
from terminology.importing import Imported, import_value_set
from terminology.release_record import ReleaseRecord, ReleaseStatus


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help=".xlsx, .csv ou .zip de CSV.", show_default=False)],
    activate: Annotated[
        bool, typer.Option("--activate", help="Sert la version aussitôt, si rien n'est en erreur.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Écrit le rapport : .json, .csv ou .html selon le nom.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Montre aussi chaque avertissement.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")] = False,
) -> int:
    """Importe une version à côté des autres ; toute ligne rejetée est située. Le service n'est pas interrompu."""
    settings = Settings()
    check_readable(file)
    with opened_database(settings) as database, progress(as_json) as bar:
        task = bar.add_task("Lecture", total=None)
        done = import_value_set(
            database.releases,
            file,
            settings.canonical_base,
            operator_name(),
            SystemClock(),
            lambda row, total: bar.update(task, completed=row, total=total),
        )
        activated = activate and _is_clean(done)
        if activated and done.record:
            switch(database, done.record.name, operator_name(), SystemClock().now())
            done = replace(done, record=database.releases.record(done.record.name))
    if report:
        write_file(report, report_as(report.suffix, done.report.canonical_bytes()))
    if as_json:
        show_bytes(serialise(write_import(done.report, done.record, activated)))
    else:
        show_report(done.report, every)
    return _conclusion(file, done, as_json)


def _is_clean(done: Imported) -> bool:
    return done.record is not None and not done.record.errors and not done.record.refusals


def _conclusion(file: Path, done: Imported, as_json: bool) -> int:
    """The last line, and the exit status: 0 clean, 1 errors in the content, 2 refused as a whole."""
    record = done.record
    if record is None:
        return complain(f"{file.name} : fichier refusé, rien n'est importé. {done.report.findings[0].message}")
    if not as_json:
        say(f"Version {record.name} : {'déjà tenue' if done.already_held else 'importée'}, {_state(record)}")
    return 1 if record.errors else 0


def _state(record: ReleaseRecord) -> str:
    if record.status is ReleaseStatus.ACTIVE:
        return "active."
    if record.refusals:
        return "non activable : " + " ".join(record.refusals)
    how = f"circuitbio terminology activate {record.name}"
    if not record.errors:
        return f"disponible. Pour la servir : {how}"
    return f"disponible, {record.errors} erreur(s). Pour la servir, rapport lu : {how} --report {record.report_hash}"

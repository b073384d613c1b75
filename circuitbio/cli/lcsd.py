"""`circuitbio lcsd …`: a laboratory's catalogue out to an LCSD file, in from one, and kept as versions (lcsd.md §6)."""

from pathlib import Path
from typing import Annotated

import typer

from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli import lcsd_receiving, lcsd_tables, lcsd_versions
from circuitbio.cli.lcsd_fhir import fhir
from circuitbio.cli.lcsd_tables import load_catalogue
from circuitbio.cli.terminal import complain, findings_json, say, show_findings, show_json, show_table
from circuitbio.examples import lab_catalogue_file
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Invalid
from kernel.findings import Finding, errors
from lcsd.exchange_file import Imported, publish, read_publication
from lcsd.messages.control import Processing, Receiver

app = typer.Typer(no_args_is_help=True, add_completion=False)
lcsd_versions.add_to(app)
lcsd_receiving.add_to(app)
app.command("table")(lcsd_tables.table)
app.command("fhir")(fhir)
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]


@app.command("publish")
def publish_(
    catalogue: Annotated[
        Path | None,
        typer.Argument(metavar="CATALOGUE", help="Catalogue .toml, .xlsx ou .zip ; à défaut le laboratoire d'exemple."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Dossier où déposer le fichier.")] = Path(),
    receiver: Annotated[str, typer.Option(help="Application destinataire.")] = "DPI",
    receiver_finess: Annotated[str, typer.Option(help="FINESS géographique du destinataire.")] = "750000002",
    processing: Annotated[Processing, typer.Option(help="P production, T formation, D mise au point.")] = (
        Processing.PRODUCTION
    ),
    keep: Annotated[
        bool, typer.Option("--version", help="En faire la version suivante de la base, envoyée à chaque abonné.")
    ] = False,
    note: Annotated[str, typer.Option(help="Avec --version : ce que cette version change.")] = "",
    confirm: Annotated[
        bool, typer.Option("--confirmer", help="Avec --version : oui, plus de 20 % des examens disparaissent.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Vérifie tout le catalogue, puis écrit le fichier LCSD et son empreinte ; une erreur, et rien n'est écrit.

    Avec --version, le garde dans la base comme version suivante du laboratoire au lieu d'écrire un fichier.
    """
    try:
        source, left_aside = load_catalogue(catalogue or lab_catalogue_file())
    except Invalid as error:
        return _refused(error.findings, as_json, "catalogue illisible, rien n'est publié")
    if not as_json:
        show_findings(left_aside)
    if keep:
        try:
            return lcsd_versions.publish_version(source, note, confirm=confirm, as_json=as_json)
        except Invalid as error:
            return _refused(error.findings, as_json, "catalogue refusé, rien n'est publié")
    try:
        done = publish(
            source,
            out,
            Receiver(receiver, receiver_finess),
            SystemClock(),
            processing,
            value_set=catalogue_at_hand(Settings()),
        )
    except Invalid as error:
        return _refused(error.findings, as_json, "catalogue refusé, rien n'a été écrit")
    if as_json:
        show_json(
            {
                "file": str(done.path),
                "exams": done.exams,
                "entries": done.entries,
                "warnings": findings_json(done.warnings),
            }
        )
        return 0
    show_findings(done.warnings)
    say(f"{done.path} : {done.exams} examens, {_by_message(done.entries)}, {len(done.warnings)} remarque(s)")
    return 0


@app.command("read")
def read_(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier LCSD (.hl7).", show_default=False)],
    as_json: AsJson = False,
) -> int:
    """Lit une publication LCSD et montre le catalogue, sans rien garder ; toute faute est située."""
    try:
        read = read_publication(file)
    except Invalid as error:
        return _refused(error.findings, as_json, f"{file.name} refusé en entier, rien n'en est lu")
    if as_json:
        show_json(_as_json(read))
        return 0
    show_findings(read.warnings)
    catalogue = read.catalogue
    rows = (
        (exam.local_code, exam.loinc.code if exam.loinc else "–", exam.label, "oui" if exam.orderable else "")
        for exam in catalogue.exams
    )
    title = f"{catalogue.laboratory.name} ({catalogue.laboratory.finess}), version {catalogue.version}"
    show_table(title, ("Code local", "LOINC", "Libellé", "Prescriptible"), rows)
    in_force = f"en vigueur le {catalogue.effective_from:%d/%m/%Y}"
    say(f"{len(catalogue.exams)} examens, {_by_message(read.entries)}, {in_force}")
    return 0


def _refused(findings: tuple[Finding, ...], as_json: bool, what: str) -> int:
    if as_json:
        show_json({"refused": True, "findings": findings_json(findings)})
    else:
        show_findings(findings)
    return complain(f"{what} : {len(errors(findings))} erreur(s).")


def _by_message(entries: dict[str, int]) -> str:
    return ", ".join(f"{message} {count}" for message, count in entries.items())


def _as_json(read: Imported) -> dict[str, object]:
    catalogue = read.catalogue
    return {
        "laboratory": {"finess": catalogue.laboratory.finess, "name": catalogue.laboratory.name},
        "version": catalogue.version,
        "effective_from": catalogue.effective_from.isoformat(),
        "entries": read.entries,
        "exams": [
            {
                "local_code": exam.local_code,
                "loinc": exam.loinc.code if exam.loinc else None,
                "label": exam.label,
                "orderable": exam.orderable,
            }
            for exam in catalogue.exams
        ],
        "warnings": findings_json(read.warnings),
    }

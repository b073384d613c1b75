"""`circuitbio document build|read|…`: the EP-BIO document (CDA R2) of an order, made and read without a service."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.fhir.json import JsonObject, serialise
from api.fhir.order_bundle import write_order
from circuitbio.cli import document_exchange, document_sending
from circuitbio.cli.document_file import document_of_file
from circuitbio.cli.terminal import findings_json, read_file, say, show_bytes, show_findings, write_file
from circuitbio.settings import Settings
from document import words
from document.read import ReadDocument, read_document
from document.view import render_view
from document.xdm.read import read_package
from kernel.errors import CircuitbioError, Invalid
from kernel.findings import Finding, errors
from prescription.line import CodedExam, Line

app = typer.Typer(no_args_is_help=True, add_completion=False)
document_exchange.add_to(app)
document_sending.add_to(app)
_ARCHIVE = b"PK"


@app.command("build")
def build(
    order: Annotated[Path, typer.Argument(metavar="FICHIER", help="Bundle FHIR JSON.", show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Fichier XML ; à défaut à côté.")] = None,
) -> int:
    """Écrit le document d'une ordonnance signée, avec l'ordonnance imprimée dedans."""
    made = document_of_file(order, "de document")
    if made is None:
        return 1
    prescription, written = made
    target = out or order.with_suffix(".xml")
    write_file(target, written.cda)
    level = "niveau 3" if prescription.epu_code else "niveau 1 (ordonnance sans code e-prescription)"
    say(f"{target} : {len(written.cda)} octets, {level}")
    return 0


@app.command("read")
def read(
    document: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Document CDA, ou archive IHE XDM.", show_default=False)
    ],
    pdf: Annotated[Path | None, typer.Option(help="Où écrire la copie PDF que le document porte.")] = None,
    html: Annotated[Path | None, typer.Option(help="Où écrire la page à lire.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")] = False,
) -> int:
    """Dit ce que tient un document : prescripteur, examens, remarques. Rien n'est gardé."""
    content = read_file(document)
    aside: tuple[Finding, ...] = ()
    try:
        if content.startswith(_ARCHIVE):
            package = read_package(content)
            content, aside = package.document, package.findings
        found = read_document(content)
        found = replace(found, findings=(*found.findings, *aside))
    except CircuitbioError as error:
        raise Invalid([finding.at(str(document)) for finding in error.findings]) from None
    if as_json:
        show_bytes(serialise(_record(document, found)))
    else:
        _show(found)
    if errors(found.findings):
        return 1
    if pdf is not None:
        write_file(pdf, _copy_of(found, document))
    if html is not None:
        write_file(html, render_view(content))
    return 0


def _copy_of(found: ReadDocument, document: Path) -> bytes:
    if found.pdf is None:
        raise Invalid.because("no-copy", f"{document} ne porte pas de copie PDF.", "Retirer --pdf.")
    return found.pdf


def _record(document: Path, found: ReadDocument) -> JsonObject:
    """The order as the Bundle that the API takes; none of a document of level 1, which holds no line."""
    held = found.prescription
    bundle = write_order(held, Settings().canonical_base) if held.lines and not errors(found.findings) else None
    copy = None if found.pdf is None else len(found.pdf)
    return {
        "file": str(document),
        "level": int(found.level),
        "pdfBytes": copy,
        "findings": [*findings_json(found.findings)],
        "bundle": bundle,
    }


def _show(found: ReadDocument) -> None:
    held = found.prescription
    say(f"Prescripteur : {words.professional(held.author)}")
    if held.authored_on:
        say(f"Signée le {words.instant(held.authored_on)}")
    for position, line in enumerate(held.lines, 1):
        say(f"{position}. {_line(line)}")
    say(f"Copie PDF : {len(found.pdf)} octets" if found.pdf else "Copie PDF : aucune")
    show_findings(found.findings)


def _line(line: Line) -> str:
    exam = line.exam
    name = f"{exam.display or exam.as_seen or ''} ({exam.code})".strip() if isinstance(exam, CodedExam) else exam.text
    marks = [mark for mark, marked in (("urgent", line.urgent), ("ALD", line.flags.ald)) if marked]
    return name + (f" – {', '.join(marks)}" if marks else "")

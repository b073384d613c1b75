"""`circuitbio document xdm|receipt`: the package of an order, and what came back of a mail, without a service."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from circuitbio.cli.document_file import document_of_file
from circuitbio.cli.terminal import read_file, say, show_json, write_file
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from document.mssante.receipts import read_receipt
from document.xdm.metadata import Submission
from document.xdm.package import PACKAGE, write_package
from kernel.clock import SystemClock
from kernel.errors import CircuitbioError, Invalid
from prescription.caller import Caller, Role
from prescription.documents.acknowledge import acknowledge
from prescription.documents.metadata import metadata_of
from prescription.documents.receipt import Outcome, Receipt
from prescription.usecases.access import Access

_OUTCOMES = {
    Outcome.FAILED: "n'est pas arrivé, ou n'a pas pu être traité",
    Outcome.DELAYED: "n'est pas encore arrivé",
    Outcome.DELIVERED: "est arrivé",
    Outcome.DISPLAYED: "a été lu",
}


def add_to(app: typer.Typer) -> None:
    """The commands, under the names of `circuitbio document`."""
    app.command("xdm")(xdm)
    app.command("receipt")(receipt)


def xdm(
    order: Annotated[Path, typer.Argument(metavar="FICHIER", help="Bundle FHIR JSON.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="Archive à écrire.")] = Path(PACKAGE),
) -> int:
    """Écrit l'archive IHE XDM d'une ordonnance signée qui porte son code : document, copie PDF, métadonnées."""
    made = document_of_file(order, "d'archive")
    if made is None:
        return 1
    prescription, written = made
    submission = Submission(datetime.now().astimezone())
    content = write_package(metadata_of(prescription, written.cda), written.cda, written.pdf, submission)
    write_file(out, content)
    say(f"{out} : {len(content)} octets")
    return 0


def receipt(
    message: Annotated[Path, typer.Argument(metavar="FICHIER", help="Message reçu (.eml).", show_default=False)],
    keep: Annotated[bool, typer.Option("--note", help="Le noter dans la base.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")] = False,
) -> int:
    """Dit de quel message parle un avis de remise ou un accusé de lecture, et ce qu'il est devenu.

    Avec --note, la base le garde ; un message revenu n'y est plus donné pour parti : son envoi est refusé.
    """
    content = read_file(message)
    try:
        found = read_receipt(content)
    except CircuitbioError as error:
        raise Invalid([finding.at(str(message)) for finding in error.findings]) from None
    if keep:
        _note(found)
    if as_json:
        show_json({"messageId": found.message_id, "outcome": found.outcome.value, "status": found.status})
    else:
        status = f" ({found.status})" if found.status else ""
        say(f"{found.message_id} {_OUTCOMES[found.outcome]}{status}")
    return 0


def _note(found: Receipt) -> None:
    with opened_database(Settings()) as database, database.units() as unit:
        acknowledge(Access(unit, Caller(Role.OPERATOR), "document-receipt", SystemClock().now()), found)
        unit.commit()

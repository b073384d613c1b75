"""What sends the documents of orders, wired from the settings: for the service, and for a command."""

from collections.abc import Callable
from datetime import datetime

from api.order_document import written_order
from circuitbio.mailing import mailing_of
from circuitbio.sealing import seal_of
from circuitbio.settings import Settings
from document.options import DocumentOptions
from kernel.clock import SystemClock
from prescription.documents.ports import WriteDocument, WrittenDocument
from prescription.documents.sending import DocumentSender
from prescription.documents.submit import SendingSettings
from prescription.prescription import Prescription
from printing.options import PrintOptions
from printing.sealing import sealing_at
from storage.database import Database
from terminology.catalogue import Catalogue
from terminology.opening import open_release

_NO_DOMAIN = "circuitbio.invalid"


def sending_settings(settings: Settings) -> SendingSettings:
    """What the settings say of sending."""
    return SendingSettings(
        delay_hours=settings.dmp_delay_hours,
        delays=settings.dmp_delays,
        unqualified_patient_mail=settings.allow_unqualified_patient_mail,
        production=settings.production,
        validity_months=settings.order_validity_months,
    )


def document_sender(settings: Settings, database: Database) -> DocumentSender:
    """The worker's step over this database: the embedded store is the DMP it feeds; mails wait without a server."""
    mailing = mailing_of(settings)
    return DocumentSender(
        units=database.units,
        gateway=database.documents,
        write_document=document_writer(settings, active_catalogue(database)),
        clock=SystemClock(),
        settings=sending_settings(settings),
        mail_domain=mailing.domain if mailing else _NO_DOMAIN,
        write_mail=mailing.write if mailing else None,
        mailer=mailing.mailer if mailing else None,
    )


def document_writer(settings: Settings, catalogue: Callable[[], Catalogue]) -> WriteDocument:
    """Writes the document of an order as the commands and the settings have it, sealed when a seal is given."""
    seal = seal_of(settings)
    options = DocumentOptions(tooling_template=settings.cda_template_51)

    def write(order: Prescription) -> WrittenDocument:
        sealing = sealing_at(seal, datetime.now().astimezone())
        printed = PrintOptions(privacy_notice=settings.rgpd_mention or None, sealing=sealing)
        return written_order(order, catalogue(), printed, options)

    return write


def active_catalogue(database: Database) -> Callable[[], Catalogue]:
    """The active catalogue, read again when another release is activated."""
    held: tuple[int, Catalogue] | None = None

    def catalogue() -> Catalogue:
        nonlocal held
        pointer = database.releases.active()
        activation = pointer.activation if pointer else 0
        if held is None or held[0] != activation:
            held = activation, Catalogue(open_release(database.releases, "active"))
        return held[1]

    return catalogue

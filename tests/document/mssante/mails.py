"""Mails that the tests of this room write."""

from dataclasses import replace
from datetime import UTC, datetime

from document.mssante.message import MailOptions
from prescription.documents.departure import Channel
from prescription.documents.ports import Mail, WrittenDocument
from prescription.prescription import Prescription
from tests.document.documents import EVERYTHING, PDF
from tests.document.xdm.packages import described

SENDER = "cabinet@structure.mssante.example"
PATIENT_BOX = "279035121518989@patient.mssante.fr"
OPTIONS = MailOptions(SENDER, product="PRODUIT-1")


def mail_of(order: Prescription = EVERYTHING, **fields: object) -> Mail:
    """The mail of an order to a professional."""
    said, content = described(order)
    mail = Mail(
        "<6f9619ff@structure.mssante.example>",
        Channel.PROFESSIONAL_MAIL,
        "labo@bio.mssante.example",
        said,
        WrittenDocument(content, PDF),
        datetime(2022, 1, 11, 10, 30, tzinfo=UTC),
    )
    return replace(mail, **fields)  # type: ignore[arg-type]


def to_patient(order: Prescription = EVERYTHING, **fields: object) -> Mail:
    """The same to the patient's own mailbox."""
    return mail_of(order, channel=Channel.PATIENT_MAIL, recipient=PATIENT_BOX, **fields)

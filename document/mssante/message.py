"""The mail of a document: RFC 5322, the package and the bare PDF attached (référentiel socle #2, ECO.2.1 to 2.4)."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from document.mssante.body import body
from document.mssante.names import pdf_name, subject
from document.xdm.metadata import Submission
from document.xdm.package import PACKAGE, write_package
from kernel.errors import Invalid
from prescription.documents.departure import Channel
from prescription.documents.metadata import DocumentMetadata
from prescription.documents.ports import Mail
from prescription.identity.status import permissions
from prescription.people import Sex

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}", re.ASCII)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,200}@[A-Za-z0-9.-]{1,255}>", re.ASCII)
# The older policy: the newer one writes a long Message-ID as an encoded word, which no other software takes for one.
_POLICY = compat32.clone(linesep="\r\n")
_UTF_8 = Charset("utf-8")
_UTF_8.body_encoding = QP


@dataclass(frozen=True, slots=True)
class MailOptions:
    """`sender` is the mailbox of the structure. `product` is the number that the product was declared under
    (*référence produit* of Convergence), told in each mail once it is known. `receipt` asks for a receipt of reading,
    `closed` leaves the patient no answer."""

    sender: str
    product: str = ""
    receipt: bool = True
    closed: bool = True


def write_mail(mail: Mail, options: MailOptions) -> bytes:
    """The message as it is sent; the same mail gives the same bytes.

    `Invalid`: `hidden-from-patient` for one to the patient of a document that the patient must not see yet,
    `unwritable-mail` for an address or an identifier that is none.
    """
    if mail.hidden_from_patient and mail.channel is Channel.PATIENT_MAIL:
        raise Invalid.because(
            "hidden-from-patient",
            "Ce document est invisible pour le patient : il ne lui est pas envoyé.",
            "Le rendre visible d'abord.",
        )
    addresses, identifiers = (options.sender, mail.recipient), (mail.message_id, *mail.follows)
    if not all(map(_ADDRESS.fullmatch, addresses)) or not all(map(_MESSAGE_ID.fullmatch, identifiers)):
        message = "L'adresse ou l'identifiant d'un envoi ne peut pas être écrit dans un courriel."
        raise Invalid.because("unwritable-mail", message, "Corriger l'adresse du destinataire.")
    return _written(mail, options).as_bytes(policy=_POLICY)


def _written(mail: Mail, options: MailOptions) -> MIMEMultipart:
    said, pdf = mail.metadata, pdf_name(mail.metadata)
    message = MIMEMultipart(boundary=f"={uuid.uuid5(uuid.NAMESPACE_URL, mail.message_id).hex}=", policy=_POLICY)
    for name, value in _headers(mail, options):
        message[name] = value  # type: ignore[assignment]
    package = write_package(said, mail.document.cda, mail.document.pdf, Submission(mail.at, replaced=mail.replaced))
    message.attach(MIMEText(body(mail, pdf), _charset=_UTF_8, policy=_POLICY))  # type: ignore[arg-type]
    message.attach(_attachment(package, "zip", PACKAGE))
    message.attach(_attachment(mail.document.pdf, "pdf", pdf))
    return message


def _headers(mail: Mail, options: MailOptions) -> Iterator[tuple[str, str | Header]]:
    said, to_patient = mail.metadata, mail.channel is Channel.PATIENT_MAIL
    yield "Date", format_datetime(mail.at)
    yield "From", options.sender
    yield "To", mail.recipient
    yield "Subject", Header(subject(said, bool(mail.follows)), "utf-8", header_name="Subject")
    yield "Message-ID", mail.message_id
    if mail.follows:
        yield "In-Reply-To", mail.follows[-1]
        yield "References", " ".join(mail.follows)
    if options.receipt:
        yield "Disposition-Notification-To", options.sender
    yield "X-MSS-CODECDA", said.type_code.code
    yield "X-MSS-INS", "O" if _identified(said) else "N"
    if options.product:
        yield "X-MSS-NIL", options.product
    if options.closed and to_patient:
        yield "X-MSS-MES", "FIN"


def _attachment(content: bytes, subtype: str, name: str) -> MIMEApplication:
    part = MIMEApplication(content, subtype, policy=_POLICY)
    filename = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", "attachment", filename=filename)
    return part


def _identified(said: DocumentMetadata) -> bool:
    """Whether the document carries a qualified INS: the matricule, its OID and the four strict traits (ECO.2.4.2)."""
    patient = said.patient
    traits = patient.birth_family_name, patient.birth_given_names, patient.birth_date
    return permissions(patient).matricule and all(traits) and patient.sex in (Sex.FEMALE, Sex.MALE)

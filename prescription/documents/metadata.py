"""What is said of a document to share it: its XDS metadata in plain values (cda-ep-bio.md §6, IHE ITI TF-3 §4.2).

The same values make a `METADATA.XML` (document/xdm), a FHIR `DocumentReference` (api/fhir) and the row of a store.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from kernel.errors import Invalid
from prescription.documents.codes import (
    AT_HOME,
    EP_BIO_FORMAT,
    NORMAL,
    OFFICE,
    PRESCRIPTION,
    PRESCRIPTION_CLASS,
    TITLE,
    TOWN,
    TWO_ZONE,
    URGENT,
    Code,
)
from prescription.epu_code import EpuCode
from prescription.line import line_uuid
from prescription.people import AnonymousPatient, Patient, PractitionerRole
from prescription.prescription import Prescription


@dataclass(frozen=True, slots=True)
class DocumentMetadata:
    """One document entry; what never varies (class, type, format…) has its value here.

    `unique_id` is the EPU code under its national root, `sha1` and `size` are those of the exact bytes. `local_id`
    stands for the patient in the software that wrote the document. `service_start` is a day that the prescriber chose,
    otherwise the instant of the signature; `service_stop` the last day of validity. The author signs too.
    """

    unique_id: EpuCode
    entry_uuid: uuid.UUID
    sha1: str
    size: int
    created: datetime
    service_start: date | datetime
    service_stop: date | None
    patient: Patient
    local_id: uuid.UUID
    author: PractitionerRole
    events: tuple[Code, ...] = ()
    restrictions: tuple[Code, ...] = ()
    replaces: tuple[EpuCode, ...] = ()
    facility: Code = OFFICE
    practice: Code = TOWN
    class_code: Code = PRESCRIPTION_CLASS
    type_code: Code = PRESCRIPTION
    format_code: Code = EP_BIO_FORMAT
    title: str = TITLE
    mime_type: str = "text/xml"
    language: str = "fr-FR"

    @property
    def confidentiality(self) -> tuple[Code, ...]:
        """`N`, then what restricts the audience."""
        return (NORMAL, *self.restrictions)


def metadata_of(
    prescription: Prescription,
    content: bytes,
    restrictions: tuple[Code, ...] = (),
    facility: Code = OFFICE,
    practice: Code = TOWN,
) -> DocumentMetadata:
    """The metadata of the document `content` of a signed order under its EPU code.

    `Invalid`: `anonymous-order`, `not-signed`, `no-line`, `no-epu-code`.
    """
    patient, signed_at, code = prescription.patient, prescription.authored_on, prescription.epu_code
    if isinstance(patient, AnonymousPatient):
        raise _refused("anonymous-order", "Une ordonnance sans patient nommé ne se partage pas.")
    if not prescription.signed or signed_at is None:
        raise _refused("not-signed", "Une ordonnance qui n'est pas signée ne se partage pas.")
    if code is None:
        raise _refused("no-epu-code", "Une ordonnance sans code e-prescription ne se partage pas sous ce modèle.")
    own = document_uuid(prescription)
    validity = prescription.validity
    return DocumentMetadata(
        unique_id=code,
        entry_uuid=uuid.uuid5(own, "entry"),
        sha1=hashlib.sha1(content, usedforsecurity=False).hexdigest(),
        size=len(content),
        created=signed_at,
        service_start=(validity.start if validity else None) or signed_at,
        service_stop=validity.end if validity else None,
        patient=patient,
        local_id=uuid.uuid5(own, "patient"),
        author=prescription.author,
        events=sub_types(prescription),
        restrictions=restrictions,
        replaces=prescription.replaces,
        facility=facility,
        practice=practice,
    )


def document_uuid(prescription: Prescription) -> uuid.UUID:
    """What the identifiers of the document are derived from: its first line, which is of no other order."""
    if not prescription.lines:
        raise _refused("no-line", "Une ordonnance sans ligne n'a pas de document.")
    return uuid.uuid5(line_uuid(prescription.lines[0].line_id), "document")


def sub_types(prescription: Prescription) -> tuple[Code, ...]:
    """What the order is besides a prescription: urgent, two-zone, at home."""
    marks = (
        (URGENT, any(line.urgent for line in prescription.lines)),
        (TWO_ZONE, prescription.two_zone),
        (AT_HOME, prescription.home_sampling),
    )
    return tuple(mark for mark, marked in marks if marked)


def _refused(code: str, message: str) -> Invalid:
    return Invalid.because(code, message, "Partir de l'ordonnance complète et signée, avec son code.")

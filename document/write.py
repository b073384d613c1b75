"""The document of a signed order: level 3 under its EPU code, level 1 (the PDF alone) without one."""

from datetime import datetime

from lxml import etree

from document.act_writer import write_act
from document.header import write_header
from document.media import PDF, write_media
from document.narrative import table
from document.options import DocumentOptions
from document.sections import section, write_barcode, write_comment, write_pdf_copy
from document.systems import PLAN, PLAN_TITLE
from document.xml import Element, make
from kernel.errors import Conflict, Invalid
from kernel.findings import Finding, Severity
from prescription.documents.metadata import document_uuid
from prescription.people import AnonymousPatient, Patient
from prescription.prescription import Prescription
from prescription.texts import texts
from terminology.catalogue import Catalogue

_HEADS = ("N°", "Examen", "Précisions")
_DEFAULTS = DocumentOptions()


class OrderCancelled(Conflict):
    """A cancelled order makes no document."""


def write_document(
    prescription: Prescription,
    catalogue: Catalogue,
    pdf: bytes,
    qr_png: bytes | None,
    options: DocumentOptions = _DEFAULTS,
) -> bytes:
    """The document in UTF-8; the same order, PDF and image give the same bytes.

    `pdf` is the printed order, `qr_png` the QR code of its EPU code (None without one). Refusals: `Invalid`
    `anonymous-order`, `not-signed`, `no-line`, `unwritable-character`; `Conflict` `order-cancelled`.
    """
    patient, signed_at = _admitted(prescription)
    header = write_header(prescription, patient, signed_at, options)
    if (prescription.epu_code is None) != (qr_png is None):
        raise ValueError("the image of the code goes with the code")
    body = _structured(prescription, patient, catalogue, pdf, qr_png) if qr_png else _unstructured(pdf)
    root = make("ClinicalDocument", *header, make("component", body))
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _structured(
    prescription: Prescription, patient: Patient, catalogue: Catalogue, pdf: bytes, qr_png: bytes
) -> Element:
    own = document_uuid(prescription)
    lines = [write_act(line, place, catalogue) for place, line in enumerate(prescription.lines, 1)]
    narrative = table(_HEADS, [line.row for line in lines])
    return make(
        "structuredBody",
        write_barcode(own, qr_png),
        section(own, "plan", PLAN, PLAN_TITLE, narrative, (line.entry for line in lines)),
        write_comment(own, prescription, patient),
        write_pdf_copy(own, pdf),
    )


def _unstructured(pdf: bytes) -> Element:
    return make("nonXMLBody", write_media("text", PDF, pdf))


def _admitted(prescription: Prescription) -> tuple[Patient, datetime]:
    """The patient and the instant of the signature of an order that may be written."""
    patient, signed_at = prescription.patient, prescription.authored_on
    if isinstance(patient, AnonymousPatient):
        message, hint = "Une ordonnance sans patient nommé n'a pas de document.", "Partir de l'ordonnance complète."
        raise Invalid.because("anonymous-order", message, hint, "patient")
    if not prescription.signed or signed_at is None:
        raise Invalid.because("not-signed", "L'ordonnance n'est pas signée.", "La signer d'abord.", "signed")
    if prescription.cancelled:
        message = "L'ordonnance est annulée : elle n'a pas de document."
        raise OrderCancelled.because("order-cancelled", message, "Écrire une nouvelle ordonnance.", "cancelled")
    if not prescription.lines:
        raise Invalid.because("no-line", "L'ordonnance n'a pas de ligne.", "Prescrire un examen.", "lines")
    _check_texts(prescription)
    return patient, signed_at


def _check_texts(prescription: Prescription) -> None:
    """XML 1.0 has no place for most control characters (§2.2)."""
    found = [
        Finding(
            Severity.ERROR,
            "unwritable-character",
            "Un caractère de contrôle ne peut pas être écrit en XML.",
            "Le retirer de ce champ.",
            path,
        )
        for path, words in texts(prescription)
        if any(not _writable(ord(character)) for character in words)
    ]
    if found:
        raise Invalid(found)


def _writable(point: int) -> bool:
    """`Char` of XML 1.0, without the carriage return that a parser would change."""
    return point in (0x9, 0xA) or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point >= 0x10000

"""Whether an order may be printed, and for whom: every document asks here first (printing.md §9, §15)."""

from kernel.errors import Conflict, Invalid
from prescription.line import CodedExam
from prescription.people import AnonymousPatient, Patient
from prescription.prescription import Prescription
from printing.options import PrintOptions
from printing.printable import check_printable
from terminology.catalogue import Catalogue


class NotSigned(Invalid):
    """An unsigned order is only printed as a draft."""


class OrderCancelled(Conflict):
    """A cancelled order is only printed as a copy for a record."""


def admitted_patient(prescription: Prescription, catalogue: Catalogue, options: PrintOptions) -> Patient:
    """The patient of an order that may be printed. Refusals are `Invalid` `anonymous-order`, `not-signed`,
    `unprintable-character`, and `Conflict` `order-cancelled`.
    """
    patient = _named_patient(prescription)
    if not prescription.signed and not options.draft:
        raise NotSigned.because(
            "not-signed", "L'ordonnance n'est pas signée.", "La signer, ou l'imprimer comme projet (draft).", "signed"
        )
    if prescription.cancelled and not options.copy_for_record:
        raise OrderCancelled.because(
            "order-cancelled",
            "L'ordonnance est annulée : elle ne s'imprime plus.",
            "En imprimer une copie pour le dossier, barrée « ANNULÉE » (copy-for-record).",
            "cancelled",
        )
    check_printable(prescription, "")
    check_printable(options, "options")
    check_printable(_labels(prescription, catalogue), "catalogue")
    return patient


def _named_patient(prescription: Prescription) -> Patient:
    if isinstance(prescription.patient, AnonymousPatient):
        raise Invalid.because(
            "anonymous-order",
            "Une ordonnance sans patient nommé ne s'imprime pas.",
            "Imprimer l'ordonnance complète du logiciel du prescripteur.",
            "patient",
        )
    return prescription.patient


def _labels(prescription: Prescription, catalogue: Catalogue) -> tuple[str, ...]:
    """What the documents print from the catalogue."""
    exams = [line.exam for line in prescription.lines if isinstance(line.exam, CodedExam)]
    requests = [request for request in (catalogue.get(exam.code) for exam in exams) if request]
    return tuple(
        label
        for request in requests
        for label in (
            request.display,
            *(expected.item.label for expected in request.clinical_information),
            *request.patient_instructions,
        )
    )

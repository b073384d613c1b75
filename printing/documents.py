"""The documents of one order, by the names they are asked by: order, patient sheet, or both (printing.md §1, §15)."""

from enum import StrEnum

from kernel.errors import Unsupported
from prescription.prescription import Prescription
from printing.admission import admitted_patient
from printing.options import PrintOptions
from printing.order_sheet import order_pages, properties, render_order
from printing.painter import paint
from printing.patient_sheet import patient_sheet_pages, render_patient_sheet
from printing.patient_sheet_html import render_patient_sheet_html
from printing.pdfa import as_pdfa
from terminology.catalogue import Catalogue


class Document(StrEnum):
    """What is printed; BOTH = one file, the order and then the sheet."""

    ORDER = "order"
    PATIENT_SHEET = "patient-sheet"
    BOTH = "both"


class Form(StrEnum):
    """The form of the file; the patient sheet alone has a page of HTML."""

    PDF = "pdf"
    HTML = "html"


_STEMS = {
    Document.ORDER: "ordonnance-biologie",
    Document.PATIENT_SHEET: "fiche-consignes",
    Document.BOTH: "ordonnance-et-fiche",
}


def check_form(document: Document, form: Form) -> None:
    """`Unsupported` (`not-supported`) for a document that has no such form."""
    if form is Form.HTML and document is not Document.PATIENT_SHEET:
        raise Unsupported.because(
            "not-supported",
            "Seule la fiche de consignes existe en HTML.",
            "Demander kind = patient-sheet, ou format = pdf.",
        )


def render(
    document: Document, form: Form, prescription: Prescription, catalogue: Catalogue, options: PrintOptions
) -> bytes:
    """The bytes of a document, an order sealed where `options` say so; refusals are its own, and of `check_form`."""
    check_form(document, form)
    match document:
        case Document.PATIENT_SHEET if form is Form.HTML:
            return render_patient_sheet_html(prescription, catalogue, options)
        case Document.PATIENT_SHEET:
            return render_patient_sheet(prescription, catalogue, options)
        case Document.BOTH:
            order = _render_both(prescription, catalogue, options)
        case _:
            order = render_order(prescription, catalogue, options)
    # The seal covers the final bytes; what is not signed yet bears none.
    return order if options.sealing is None or options.draft else options.sealing.seal.applied(order)


def _render_both(prescription: Prescription, catalogue: Catalogue, options: PrintOptions) -> bytes:
    patient = admitted_patient(prescription, catalogue, options)
    pages = order_pages(prescription, patient, catalogue, options)
    pages += patient_sheet_pages(prescription, patient, catalogue, options)
    return as_pdfa(paint(pages, properties(prescription, options)))


def file_name(document: Document, form: Form, prescription: Prescription) -> str:
    """A name that holds the date of the order, and nothing of the patient."""
    signed = prescription.authored_on
    day = f"-{signed:%Y%m%d}" if signed else ""
    return f"{_STEMS[document]}{day}.{form.value}"

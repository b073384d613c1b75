"""The document of an order with its printed form inside: the PDF first, then the QR code, then the XML."""

from document.options import DocumentOptions
from document.write import write_document
from prescription.documents.ports import WrittenDocument
from prescription.prescription import Prescription
from printing.documents import Document, Form, render
from printing.epu_qr import epu_qr_png
from printing.options import PrintOptions
from terminology.catalogue import Catalogue


def order_document(
    prescription: Prescription, catalogue: Catalogue, printed: PrintOptions, options: DocumentOptions
) -> bytes:
    """The CDA document (level 3, or level 1 without an EPU code), which carries the printed order byte for byte.

    The refusals are those of printing and of `write_document`.
    """
    return written_order(prescription, catalogue, printed, options).cda


def written_order(
    prescription: Prescription, catalogue: Catalogue, printed: PrintOptions, options: DocumentOptions
) -> WrittenDocument:
    """The same, with the printed order beside it."""
    pdf = render(Document.ORDER, Form.PDF, prescription, catalogue, printed)
    code = prescription.epu_code
    cda = write_document(prescription, catalogue, pdf, epu_qr_png(code) if code else None, options)
    return WrittenDocument(cda, pdf)

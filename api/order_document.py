"""The document of an order with its printed form inside: the PDF first, then the QR code, then the XML."""

from document.options import DocumentOptions
from document.write import write_document
from prescription.documents.ports import WrittenDocument
from prescription.prescription import Prescription
from printing.documents import Document, Form, render
from printing.epu_qr import epu_qr_png
from printing.options import PrintOptions
from terminology.catalogue import Catalogue


def written_order(
    prescription: Prescription, catalogue: Catalogue, printed: PrintOptions, options: DocumentOptions
) -> WrittenDocument:
    """The CDA document (level 3, or level 1 without an EPU code), and the printed order it carries byte for byte.

    The refusals are those of printing and of `write_document`.
    """
    pdf = render(Document.ORDER, Form.PDF, prescription, catalogue, printed)
    code = prescription.epu_code
    cda = write_document(prescription, catalogue, pdf, epu_qr_png(code) if code else None, options)
    return WrittenDocument(cda, pdf)

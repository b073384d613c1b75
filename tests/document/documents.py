"""The documents of these tests: orders of the printing tests, with a small PDF and a small image."""

import base64

from document.write import write_document
from prescription.prescription import Prescription
from tests.printing.orders import CATALOGUE

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
QR = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")


def document_of(order: Prescription) -> bytes:
    """The document of an order of the tests."""
    return write_document(order, CATALOGUE, PDF, QR)

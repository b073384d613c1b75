"""The document of an order with its printed form: the PDF byte for byte, and a QR code that reads as the code."""

from dataclasses import replace
from io import BytesIO

import zxingcpp
from lxml import etree
from PIL import Image

from api.order_document import written_order
from document.options import DocumentOptions
from document.read import Level, read_document
from document.systems import HL7
from printing.documents import Document, Form, render
from printing.epu_qr import epu_qr_png
from printing.options import PrintOptions
from tests.document.documents import EVERYTHING
from tests.printing.orders import CATALOGUE

OPTIONS = PrintOptions(), DocumentOptions()


def test_the_document_carries_the_printed_order_byte_for_byte() -> None:
    content = written_order(EVERYTHING, CATALOGUE, *OPTIONS).cda
    read = read_document(content)
    assert read.pdf == render(Document.ORDER, Form.PDF, EVERYTHING, CATALOGUE, PrintOptions())
    assert read.accepted() == EVERYTHING
    assert written_order(EVERYTHING, CATALOGUE, *OPTIONS).cda == content


def test_the_picture_of_the_code_is_one_bit_deep_and_reads_as_the_code() -> None:
    code = EVERYTHING.epu_code
    assert code is not None
    png = epu_qr_png(code)
    picture = Image.open(BytesIO(png))
    assert (picture.mode, picture.size) == ("1", (264, 264))
    assert [symbol.text for symbol in zxingcpp.read_barcodes(picture.convert("L"))] == [code.value]
    assert epu_qr_png(code) == png


def test_an_order_without_a_code_is_a_document_of_level_1() -> None:
    plain = replace(EVERYTHING, epu_code=None)
    content = written_order(plain, CATALOGUE, *OPTIONS).cda
    read = read_document(content)
    assert (read.level, read.pdf) == (
        Level.ONE,
        render(Document.ORDER, Form.PDF, plain, CATALOGUE, PrintOptions()),
    )
    assert etree.fromstring(content).find(f".//{{{HL7}}}nonXMLBody") is not None

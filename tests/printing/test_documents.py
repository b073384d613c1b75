"""The documents of one order: the order, the sheet, both in one file; and what a cancelled order becomes."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from pikepdf import pdfa
from PIL import Image

from kernel.errors import Conflict, Invalid, Unsupported
from prescription.people import IdentityAttribute, IdentityStatus
from printing.bitmap import read_bitmap
from printing.documents import Document, Form, file_name, render
from printing.options import PrintOptions
from tests.printing.orders import CATALOGUE, ROUTINE, TWO_ZONE, UNQUALIFIED, long_order
from tests.printing.reading import pages, squeezed, symbols, texts

FINAL = PrintOptions()
RECORD = PrintOptions(copy_for_record=True)
CANCELLED = replace(ROUTINE, cancelled=True)


@pytest.mark.parametrize("document", Document)
def test_every_document_is_a_pdf_a_1b_whose_properties_name_no_patient(document: Document) -> None:
    with pikepdf.open(BytesIO(render(document, Form.PDF, TWO_ZONE, CATALOGUE, FINAL))) as pdf:
        assert pdfa.check(pdf, "1b").verdict == "pass"
        assert "PAT-TROIS" not in "".join(map(str, pdf.docinfo.values()))
        assert "2022-01-11" in str(pdf.docinfo["/Title"])


def test_both_is_the_order_and_then_the_sheet_each_with_its_own_page_numbers() -> None:
    order = long_order(40)
    parts = [
        texts(render(document, Form.PDF, order, CATALOGUE, FINAL))
        for document in (Document.ORDER, Document.PATIENT_SHEET, Document.BOTH)
    ]
    assert parts[2] == parts[0] + parts[1]


@pytest.mark.parametrize("document", [Document.ORDER, Document.BOTH])
def test_only_the_patient_sheet_is_a_page(document: Document) -> None:
    with pytest.raises(Unsupported) as refusal:
        render(document, Form.HTML, ROUTINE, CATALOGUE, FINAL)
    assert refusal.value.code == "not-supported"


@pytest.mark.parametrize("document", Document)
def test_a_cancelled_order_is_refused(document: Document) -> None:
    with pytest.raises(Conflict) as refusal:
        render(document, Form.PDF, CANCELLED, CATALOGUE, FINAL)
    assert refusal.value.code == "order-cancelled"


def test_a_copy_for_the_record_is_struck_on_every_page_and_its_codes_are_still_read() -> None:
    order = replace(long_order(40), cancelled=True)
    pdf = render(Document.ORDER, Form.PDF, order, CATALOGUE, RECORD)
    assert all("ANNULÉE" in text for text in texts(pdf))
    assert all(len(symbols(page)) == 2 for page in pages(pdf, 150))
    assert all("ANNULÉE" not in text for text in texts(render(Document.ORDER, Form.PDF, ROUTINE, CATALOGUE, RECORD)))


def test_a_cancelled_order_of_a_fictive_person_says_both() -> None:
    fictive = replace(UNQUALIFIED, status=IdentityStatus.PROVISIONAL, attributes=frozenset({IdentityAttribute.FICTIVE}))
    (text,) = texts(render(Document.ORDER, Form.PDF, replace(CANCELLED, patient=fictive), CATALOGUE, RECORD))
    assert squeezed("ANNULÉE – SPÉCIMEN – NE PAS UTILISER") in squeezed(text)


@pytest.mark.parametrize("form", Form)
def test_a_file_is_named_after_the_day_and_never_after_the_patient(form: Form) -> None:
    assert file_name(Document.PATIENT_SHEET, form, ROUTINE) == f"fiche-consignes-20220111.{form}"
    unsigned = replace(ROUTINE, signed=False, authored_on=None)
    assert file_name(Document.ORDER, form, unsigned) == f"ordonnance-biologie.{form}"


def picture(mode: str, ink: object) -> bytes:
    image, out = Image.new(mode, (60, 24), 0), BytesIO()
    image.paste(ink, (0, 0, 60, 24))
    image.paste(0, (10, 4, 50, 20))
    image.save(out, "PNG")
    return out.getvalue()


def test_signature_paraph_and_stamp_stand_in_the_frame_in_that_order_and_never_on_a_draft() -> None:
    bitmap = read_bitmap(picture("1", 1), "signature.png")
    assert (bitmap.width, bitmap.height, sum(map(sum, bitmap.rows))) == (60, 24, 40 * 16)
    options = PrintOptions(signature=bitmap, paraph=bitmap, stamp=bitmap)

    def inked(given: PrintOptions) -> list[bool]:
        """Whether there is ink in the left, the middle and the right of the frame, below the name."""
        (page,) = pages(render(Document.ORDER, Form.PDF, ROUTINE, CATALOGUE, given), 254)
        return [bool((page[2410:2550, x : x + 200] < 128).any()) for x in (1230, 1480, 1730)]

    assert inked(options) == [True, True, True]
    assert any(inked(PrintOptions(paraph=bitmap)))
    assert inked(FINAL) == inked(replace(options, draft=True)) == [False, False, False]
    with pikepdf.open(BytesIO(render(Document.ORDER, Form.PDF, ROUTINE, CATALOGUE, options))) as pdf:
        assert pdfa.check(pdf, "1b").verdict == "pass"
        assert "/XObject" not in pdf.pages[0].Resources


@pytest.mark.parametrize("content", [b"not a picture", picture("L", 128), picture("RGBA", (0, 0, 0, 255))])
def test_a_picture_that_is_not_pure_black_and_white_is_refused_by_its_name(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_bitmap(content, "signature.png")
    assert refusal.value.code == "picture"
    assert "signature.png" in refusal.value.findings[0].message

"""The printed pages before outside judges: veraPDF, four decoders, a fax, a ruler, axe-core (printing.md §13, §14)."""

from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser
from pylibdmtx.pylibdmtx import decode

from prescription.people import Patient
from printing.documents import Document, Form, render
from printing.ins_datamatrix import build, carries_ins
from printing.options import PrintOptions
from printing.pades import PadesSeal
from printing.sealing import sealing_at
from tests.conformance import fax
from tests.conformance.conftest import JudgeFixture
from tests.printing.certificates import PASSWORD, pkcs12
from tests.printing.gallery import KINDS
from tests.printing.goldens import CASES
from tests.printing.orders import CATALOGUE, ROUTINE
from tests.printing.reading import Grey, one_bit, pages

pytestmark = pytest.mark.judge

GOLDENS = KINDS | CASES
_MM = 25.4


def printed(name: str) -> bytes:
    document, order, options = GOLDENS[name]
    return render(document, Form.PDF, order, CATALOGUE, options)


def expected(name: str) -> tuple[bytes | None, bytes | None]:
    """What the QR code and the datamatrix of each page of the order hold; None where there is to be none."""
    _, order, options = GOLDENS[name]
    assert isinstance(order.patient, Patient)
    if options.draft:
        return None, None
    ins = build(order.patient).text.encode() if carries_ins(order.patient) else None
    return order.epu_code.value.encode() if order.epu_code else None, ins


def test_every_page_is_pdf_a_1b_sealed_or_not(pdfa_judge: JudgeFixture, tmp_path: Path) -> None:
    files = []
    for name in GOLDENS:
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(printed(name))
    seal = sealing_at(PadesSeal.from_pkcs12(pkcs12(), PASSWORD), datetime.now(UTC))
    for document in (Document.ORDER, Document.BOTH):
        files.append(tmp_path / f"sealed-{document}.pdf")
        files[-1].write_bytes(render(document, Form.PDF, ROUTINE, CATALOGUE, PrintOptions(sealing=seal)))
    verdict = pdfa_judge(files)
    assert not verdict.refused, verdict.report


def crop(page: Grey, barcode: zxingcpp.Barcode, margin: int) -> Grey:
    """The page around a symbol."""
    corners = [barcode.position.top_left, barcode.position.bottom_right]
    left, top = (min(getattr(c, axis) for c in corners) for axis in "xy")
    right, bottom = (max(getattr(c, axis) for c in corners) for axis in "xy")
    return np.ascontiguousarray(page[max(top - margin, 0) : bottom + margin, max(left - margin, 0) : right + margin])


def qr_by_opencv(area: Grey) -> bytes:
    """The QR code of an area, by OpenCV, enlarged for who looks at few dots."""
    larger = cv2.resize(area, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
    return str(cv2.QRCodeDetector().detectAndDecode(larger)[0]).encode()


def datamatrix_by_libdmtx(area: Grey) -> bytes:
    found = decode(Image.fromarray(area), max_count=1, timeout=3000)
    return bytes(found[0].data) if found else b""


@pytest.mark.parametrize("name", [name for name, (document, *_) in GOLDENS.items() if document is Document.ORDER])
def test_both_codes_of_every_page_are_read_alike_by_two_decoders_each(name: str) -> None:
    code, ins = expected(name)
    for dpi in (150, 200, 300):
        for page in pages(printed(name), dpi):
            for seen in (page, one_bit(page)):
                found = sorted(zxingcpp.read_barcodes(seen), key=lambda barcode: barcode.format.name)
                kinds = {kind: list(own) for kind, own in groupby(found, key=lambda barcode: barcode.format)}
                qr, matrix = (
                    kinds.pop(zxingcpp.BarcodeFormat.QRCode, []),
                    kinds.pop(zxingcpp.BarcodeFormat.DataMatrix, []),
                )
                assert not kinds
                assert [bytes(barcode.bytes) for barcode in qr] == ([code] if code else [])
                assert [bytes(barcode.bytes) for barcode in matrix] == ([ins] if ins else [])
                margin = dpi // 10
                assert all(qr_by_opencv(crop(seen, barcode, margin)) == code for barcode in qr), (name, dpi)
                assert all(datamatrix_by_libdmtx(crop(seen, barcode, margin)) == ins for barcode in matrix), (name, dpi)


def test_the_qr_code_survives_a_standard_fax_and_the_datamatrix_a_fine_one() -> None:
    fine, standard = (fax.survival(machine) for machine in fax.MACHINES[1:])
    assert standard.qr == fine.qr == standard.out_of
    assert fine.datamatrix == fine.out_of


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["fiche-consignes", "annulee", "ordonnance-urgente"])
def test_the_page_of_the_patient_sheet_has_no_barrier(browser: Browser, name: str, width: int, tmp_path: Path) -> None:
    _, order, options = GOLDENS[name]
    file = tmp_path / "sheet.html"
    file.write_bytes(render(Document.PATIENT_SHEET, Form.HTML, order, CATALOGUE, options))
    page = browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    page.goto(file.as_uri())
    told = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    assert told.violations_count == 0, told.generate_report()
    assert len(told.response["passes"]) > 10
    assert told.response["incomplete"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()

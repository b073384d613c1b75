"""Both codes of the finished page, read by an independent decoder at several resolutions, and measured."""

from dataclasses import replace

import numpy as np
import pytest

from prescription.epu_code import EpuCode
from prescription.people import IdentityStatus
from prescription.prescription import Prescription
from printing.epu_qr import epu_qr
from printing.ins_datamatrix import build
from printing.options import PrintOptions
from printing.order_sheet import render_order
from tests.printing.orders import CATALOGUE, DEMO, PATIENT, ROUTINE, UNQUALIFIED, long_order
from tests.printing.reading import Read, fine_fax, one_bit, pages, squeezed, symbols, texts

MM_PER_INCH = 25.4
INS = Read("DataMatrix", build(PATIENT).text.encode())


def qr(order: Prescription) -> Read:
    assert order.epu_code is not None
    return Read("QRCode", order.epu_code.value.encode())


@pytest.mark.parametrize("order", DEMO.values(), ids=DEMO)
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_both_codes_are_read_byte_for_byte(order: Prescription, dpi: int) -> None:
    (page,) = pages(render_order(order, CATALOGUE, PrintOptions()), dpi)
    assert symbols(page) == [INS, qr(order)]
    assert symbols(one_bit(page)) == [INS, qr(order)]


def test_both_codes_survive_a_fine_fax_a_turned_sheet_and_a_pale_copy() -> None:
    (page,) = pages(render_order(ROUTINE, CATALOGUE, PrintOptions()), 300)
    pale = (page // 3 + 140).astype(np.uint8)
    for damaged in (fine_fax(page, 300), np.rot90(page).copy(), pale):
        assert symbols(damaged) == [INS, qr(ROUTINE)]


def test_forty_lines_take_several_pages_and_each_bears_both_codes() -> None:
    order = long_order(40)
    printed = pages(render_order(order, CATALOGUE, PrintOptions()), 150)
    assert len(printed) >= 3
    assert all(symbols(page) == [INS, qr(order)] for page in printed)


@pytest.mark.parametrize("status", [s for s in IdentityStatus if s is not IdentityStatus.QUALIFIED])
def test_an_identity_not_qualified_shows_neither_datamatrix_nor_matricule(status: IdentityStatus) -> None:
    order = replace(ROUTINE, patient=replace(UNQUALIFIED, status=status))
    pdf = render_order(order, CATALOGUE, PrintOptions())
    text = squeezed("".join(texts(pdf)))
    assert symbols(pages(pdf, 200)[0]) == [qr(order)]
    assert "279035121518989" not in text
    assert "1.2.250" not in text
    assert "INS" not in text


def test_an_order_without_code_has_no_qr_and_says_so() -> None:
    pdf = render_order(replace(ROUTINE, epu_code=None), CATALOGUE, PrintOptions())
    assert symbols(pages(pdf, 200)[0]) == [INS]
    assert squeezed("Prescription non transmise à la base e-prescription") in squeezed(texts(pdf)[0])


def test_a_draft_bears_no_code_at_all() -> None:
    pdf = render_order(replace(ROUTINE, signed=False), CATALOGUE, PrintOptions(draft=True))
    text = squeezed(texts(pdf)[0])
    assert symbols(pages(pdf, 200)[0]) == []
    assert "PROJET" in text
    assert "01S2TBPZ" not in text


def test_the_qr_code_is_always_version_two() -> None:
    assert {epu_qr(EpuCode.generate()).size for _ in range(20)} == {25}


def ink_box(page: np.ndarray, around: tuple[float, float, float, float], dpi: int) -> tuple[float, float, float, float]:
    """The ink within a box (left, top, right, bottom in millimetres): its left, top, right and bottom."""
    left, top, right, bottom = (round(edge * dpi / MM_PER_INCH) for edge in around)
    ys, xs = np.nonzero(page[top:bottom, left:right] < 128)
    scale = MM_PER_INCH / dpi
    edges = (xs.min() + left, ys.min() + top, xs.max() + 1 + left, ys.max() + 1 + top)
    return (edges[0] * scale, edges[1] * scale, edges[2] * scale, edges[3] * scale)


def test_the_modules_have_the_width_of_the_specification_and_the_quiet_zones_no_ink() -> None:
    dpi = 600
    (page,) = pages(render_order(ROUTINE, CATALOGUE, PrintOptions()), dpi)
    for around, modules, module, quiet in (
        ((30.0, 233.8, 56.0, 256.5), 25, 0.8, 3.2),
        ((170.0, 12.6, 197.0, 35.0), 40, 0.5, 1.0),
    ):
        left, top, right, bottom = ink_box(page, around, dpi)
        assert (right - left) / modules == pytest.approx(module, rel=0.02)
        assert (bottom - top) / modules == pytest.approx(module, rel=0.02)
        shy = quiet - 0.1
        assert ink_box(page, (left - shy, top - shy, right + shy, bottom + shy), dpi) == pytest.approx(
            (left, top, right, bottom), abs=0.05
        )

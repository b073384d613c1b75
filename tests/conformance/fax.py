"""A sheet after a fax (printing.md §13): turned a little, black or white, with some salt, read from the whole page.

`python -m tests.conformance.fax` prints the table of docs/printing.md, measured on the page that is printed today.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image, ImageFilter
from pylibdmtx.pylibdmtx import decode

from printing.ins_datamatrix import build
from printing.options import PrintOptions
from printing.order_sheet import render_order
from tests.printing.orders import CATALOGUE, PATIENT, ROUTINE
from tests.printing.reading import Grey, pages

RENDERED_DPI = 600
ANGLES = (-2.0, -0.7, 0.7, 2.0)
SALT = (0.0, 0.002)
_BORDER = 40
_MM = 25.4


@dataclass(frozen=True)
class Machine:
    """Dots per inch across and down; a receiver prints both alike, so rows are doubled where they are fewer."""

    name: str
    across: int
    down: int
    doubled: int = 1


MACHINES = (Machine("300 dpi", 300, 300), Machine("fine fax", 204, 196), Machine("standard fax", 204, 98, 2))


def sheet() -> Grey:
    """The first page of an order with both codes, as drawn."""
    return pages(render_order(ROUTINE, CATALOGUE, PrintOptions()), RENDERED_DPI)[0]


def copies(page: Grey, machine: Machine) -> Iterator[Grey]:
    """Every copy of the page by one machine: each angle, clean and salted; the same each time."""
    for number, angle in enumerate(ANGLES):
        turned = Image.fromarray(page).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
        size = (page.shape[1] * machine.across // RENDERED_DPI, page.shape[0] * machine.down // RENDERED_DPI)
        dots = np.asarray(turned.resize(size, Image.Resampling.BOX))
        for salt in SALT:
            black = dots < 128
            flipped = np.random.default_rng(number).random(black.shape) < salt
            copy = np.where(black ^ flipped, 0, 255).astype(np.uint8)
            yield np.pad(np.repeat(copy, machine.doubled, axis=0), _BORDER, constant_values=255)


def median(page: Grey) -> Grey:
    """What a receiver that takes out lone dots sees."""
    return np.asarray(Image.fromarray(page).filter(ImageFilter.MedianFilter(3)))


def read(page: Grey, kind: zxingcpp.BarcodeFormat) -> bytes | None:
    """The one symbol of this kind on the page, by zxing-cpp."""
    found = zxingcpp.read_barcodes(page, formats=kind)
    return bytes(found[0].bytes) if len(found) == 1 else None


def read_by_libdmtx(page: Grey, machine: Machine) -> bytes | None:
    """The datamatrix of the patient zone, by libdmtx."""
    across, down = machine.across / _MM, machine.down * machine.doubled / _MM
    box = page[_BORDER + int(5 * down) : _BORDER + int(45 * down), _BORDER + int(160 * across) : -_BORDER]
    found = decode(Image.fromarray(box), max_count=1, timeout=2000)
    return bytes(found[0].data) if found else None


@dataclass
class Survived:
    """How many copies of `out_of` were read: the QR code; the datamatrix raw, after a median, by libdmtx, by any."""

    out_of: int = 0
    qr: int = 0
    raw: int = 0
    median: int = 0
    libdmtx: int = 0
    datamatrix: int = 0


def survival(machine: Machine) -> Survived:
    """What is read of the copies of today's page; a wrong content counts as none."""
    assert ROUTINE.epu_code is not None
    code, ins = ROUTINE.epu_code.value.encode(), build(PATIENT).text.encode()
    told, page = Survived(), sheet()
    for copy in copies(page, machine):
        told.out_of += 1
        told.qr += read(copy, zxingcpp.BarcodeFormat.QRCode) == code
        reads = (
            read(copy, zxingcpp.BarcodeFormat.DataMatrix) == ins,
            read(median(copy), zxingcpp.BarcodeFormat.DataMatrix) == ins,
            read_by_libdmtx(copy, machine) == ins,
        )
        told.raw, told.median, told.libdmtx = told.raw + reads[0], told.median + reads[1], told.libdmtx + reads[2]
        told.datamatrix += any(reads)
    return told


def table() -> str:
    """The table in Markdown."""
    rows = ["| | QR code | datamatrix | raw | median 3 × 3 | libdmtx |", "|---|---|---|---|---|---|"]
    for machine in MACHINES:
        told = survival(machine)
        counts = (told.qr, told.datamatrix, told.raw, told.median, told.libdmtx)
        rows.append(f"| {machine.name} | " + " | ".join(f"{count}/{told.out_of}" for count in counts) + " |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(print(table()))

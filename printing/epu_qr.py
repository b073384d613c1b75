"""The QR code of the EPU code: ISO/IEC 18004 version 2, level Q, alphanumeric, always 25 × 25 (printing.md §6)."""

from io import BytesIO

import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import MODE_ALPHA_NUM, QRData

from prescription.epu_code import EpuCode
from printing.matrix import Matrix

MODULE_MM = 0.8
QUIET_MODULES = 4
VERSION = 2
PIXELS_A_MODULE = 8
SIDE_MM = (17 + 4 * VERSION + 2 * QUIET_MODULES) * MODULE_MM


def alt_of(code: EpuCode) -> str:
    """What the symbol is, for who hears the page: the code letter by letter."""
    return f"QR code de la prescription, code {spelled(code)}"


def spelled(code: EpuCode) -> str:
    """The code letter by letter, as it is said aloud."""
    return " ".join(code.value)


def epu_qr(code: EpuCode) -> Matrix:
    """Modules of the symbol, without quiet zone. The payload is the eighteen characters and nothing else."""
    symbol = qrcode.QRCode(version=VERSION, error_correction=ERROR_CORRECT_Q, border=0)
    symbol.add_data(QRData(code.value, mode=MODE_ALPHA_NUM), optimize=0)
    symbol.make(fit=False)
    return Matrix.of([[bool(module) for module in row] for row in symbol.get_matrix()])


def epu_qr_png(code: EpuCode) -> bytes:
    """The symbol as a picture for a document: one bit a pixel, eight pixels a module, its quiet zone around."""
    matrix = epu_qr(code)
    side = matrix.size + 2 * QUIET_MODULES
    picture = Image.new("1", (side, side), 1)
    for y, row in enumerate(matrix.rows):
        for x, black in enumerate(row):
            picture.putpixel((x + QUIET_MODULES, y + QUIET_MODULES), 0 if black else 1)
    whole = picture.resize((side * PIXELS_A_MODULE, side * PIXELS_A_MODULE), Image.Resampling.NEAREST)
    content = BytesIO()
    whole.save(content, "PNG")
    return content.getvalue()

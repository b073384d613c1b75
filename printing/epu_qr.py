"""The QR code of the EPU code: ISO/IEC 18004 version 2, level Q, alphanumeric, always 25 × 25 (printing.md §6)."""

import qrcode
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.util import MODE_ALPHA_NUM, QRData

from prescription.epu_code import EpuCode
from printing.matrix import Matrix

MODULE_MM = 0.8
QUIET_MODULES = 4
VERSION = 2
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

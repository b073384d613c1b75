"""From the INS message to the modules of a square Data Matrix ECC 200 (printing.md §7).

libdmtx encodes when the machine has it; otherwise a pure Python encoder does. Both symbols are square and hold the
same bytes; their modules may differ.
"""

from functools import cache

from ppf.datamatrix import DataMatrix

from printing.ins_datamatrix import InsMessage
from printing.matrix import Matrix

MODULE_MM = 0.5
QUIET_MODULES = 2
_STEP_PX = 5
_BORDER_PX = 10


def ins_symbol(message: InsMessage) -> Matrix:
    """Modules of the symbol, without quiet zone."""
    return encode_with_libdmtx(message.text) if libdmtx_is_here() else encode_in_python(message.text)


def side_mm(matrix: Matrix) -> float:
    """Side of the printed symbol in millimetres, quiet zone included."""
    return (matrix.size + 2 * QUIET_MODULES) * MODULE_MM


@cache
def libdmtx_is_here() -> bool:
    """Whether the shared library libdmtx can be loaded; `doctor` tells it too."""
    try:
        import pylibdmtx.pylibdmtx  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def encode_with_libdmtx(text: str) -> Matrix:
    """Modules by libdmtx, C40 from the start: its ASCII scheme takes up to 64 × 64 for the same message."""
    from pylibdmtx.pylibdmtx import encode

    image = encode(text.encode("ascii"), scheme="C40", size="SquareAuto")
    pixel = image.bpp // 8
    side = (image.width - 2 * _BORDER_PX) // _STEP_PX
    centres = [_BORDER_PX + _STEP_PX * i + _STEP_PX // 2 for i in range(side)]
    return Matrix.of([[image.pixels[(y * image.width + x) * pixel] < 128 for x in centres] for y in centres])


def encode_in_python(text: str) -> Matrix:
    """Modules by the pure Python encoder, for machines without libdmtx."""
    return Matrix.of(DataMatrix(text, rect=False, codecs=["ascii", "C40"]).matrix)

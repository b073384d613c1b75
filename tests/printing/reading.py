"""Reading a printed page back with parts that did not print it: pdfium renders, zxing-cpp decodes."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
import pypdfium2
import zxingcpp
from pikepdf import pdfa

Grey = npt.NDArray[np.uint8]
_READ = {zxingcpp.BarcodeFormat.QRCode: "QRCode", zxingcpp.BarcodeFormat.DataMatrix: "DataMatrix"}


@dataclass(frozen=True)
class Read:
    """What a scanner says of one symbol."""

    kind: str
    content: bytes


def pages(pdf: bytes, dpi: int) -> list[Grey]:
    """Each page as grey pixels."""
    with pypdfium2.PdfDocument(pdf) as document:
        images = [page.render(scale=dpi / 72, grayscale=True).to_numpy() for page in document]
    return [image.reshape(image.shape[:2]).copy() for image in images]


def one_bit(page: Grey, level: int = 128) -> Grey:
    """The page as a black-and-white scanner sees it."""
    return np.where(page < level, 0, 255).astype(np.uint8)


def fine_fax(page: Grey, dpi: int) -> Grey:
    """The page on a fine fax: 204 × 196 dots per inch, black or white."""
    rows = np.linspace(0, page.shape[0] - 1, int(page.shape[0] * 196 / dpi)).round().astype(int)
    columns = np.linspace(0, page.shape[1] - 1, int(page.shape[1] * 204 / dpi)).round().astype(int)
    return one_bit(page[np.ix_(rows, columns)])


def symbols(page: Grey) -> list[Read]:
    """Every symbol of the page, by kind."""
    found = [Read(_READ[b.format], bytes(b.bytes)) for b in zxingcpp.read_barcodes(page) if b.format in _READ]
    return sorted(found, key=lambda read: read.kind)


def texts(pdf: bytes) -> list[str]:
    """The text of each page, in the order of the content stream."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def conforms(pdf: bytes) -> bool:
    """Whether the file is a PDF/A-1b, as pikepdf's validator judges what was written."""
    return bool(pdfa.validate_written(BytesIO(pdf), "1b").passed)


def squeezed(text: str) -> str:
    """Without any white space: lines are broken where they must."""
    return "".join(text.split())

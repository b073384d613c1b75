"""Pages of a PDF as pictures, to be looked at before paper is spent."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from threading import Lock

import pypdfium2

from kernel.errors import Invalid

_DPI = 110
_POINTS_PER_INCH = 72
_one_at_a_time = Lock()  # PDFium must not be entered by two threads, on two documents either


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page as a PNG, and how many its document has."""

    png: bytes
    pages: int


def pages_as_png(pdf: bytes) -> Iterator[bytes]:
    """Each page as a PNG."""
    for number in count(1):
        picture = page_as_png(pdf, number)
        yield picture.png
        if number == picture.pages:
            return


def page_as_png(pdf: bytes, number: int) -> PagePicture:
    """The page of that number, from 1; `Invalid` (`bad-parameter`) when the document has not so many."""
    with _one_at_a_time, pypdfium2.PdfDocument(pdf) as document:
        pages = len(document)
        if number > pages:
            raise Invalid.because("bad-parameter", f"Le document a {pages} page(s).", "Demander une page qui existe.")
        return PagePicture(_drawn(document[number - 1]), pages)


def _drawn(page: pypdfium2.PdfPage) -> bytes:
    picture = BytesIO()
    page.render(scale=_DPI / _POINTS_PER_INCH, grayscale=True).to_pil().save(picture, "PNG")
    return picture.getvalue()

"""Pages of a PDF as pictures, to be looked at before paper is spent."""

from collections.abc import Iterator
from io import BytesIO

import pypdfium2

_DPI = 110
_POINTS_PER_INCH = 72


def pages_as_png(pdf: bytes) -> Iterator[bytes]:
    """Each page as a PNG."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = BytesIO()
            page.render(scale=_DPI / _POINTS_PER_INCH, grayscale=True).to_pil().save(picture, "PNG")
            yield picture.getvalue()

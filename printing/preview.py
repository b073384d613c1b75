"""Pages of a PDF as pictures, to be looked at before paper is spent."""

from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO

from kernel.errors import Unsupported

_DPI = 110
_POINTS_PER_INCH = 72


def renderer_is_here() -> bool:
    """Whether pypdfium2 can be loaded; `doctor` tells it too."""
    return find_spec("pypdfium2") is not None


def pages_as_png(pdf: bytes) -> Iterator[bytes]:
    """Each page as a PNG; `Unsupported` (`no-renderer`) on a machine without pypdfium2."""
    if not renderer_is_here():
        raise Unsupported.because(
            "no-renderer",
            "L'aperçu en PNG demande pypdfium2, qui n'est pas installé.",
            "pip install pypdfium2, ou imprimer en PDF.",
        )
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = BytesIO()
            page.render(scale=_DPI / _POINTS_PER_INCH, grayscale=True).to_pil().save(picture, "PNG")
            yield picture.getvalue()

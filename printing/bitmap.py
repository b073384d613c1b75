"""A picture in pure black and white: the handwritten signature, the paraph, the stamp (printing.md §8).

It is drawn as vectors, like the codes, so that the file holds no image, no grey and no transparency (PDF/A-1b).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from kernel.errors import Invalid
from printing.matrix import Run, merged_runs

_MOST_PIXELS = 2_000_000
_WHITE = 255


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Rows of pixels from the top, one byte a pixel: 1 is black, 0 is white."""

    rows: tuple[bytes, ...]

    @property
    def width(self) -> int:
        """Pixels along a row."""
        return len(self.rows[0])

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def runs(self) -> Iterator[Run]:
        """Disjoint rectangles that cover exactly the black pixels."""
        return merged_runs(self.rows)


def read_bitmap(content: bytes, name: str) -> Bitmap:
    """The picture in an image file; `Invalid` (`picture`), which calls it `name`, unless it is pure black and white."""
    try:
        image = Image.open(BytesIO(content))
        if image.width * image.height > _MOST_PIXELS:
            raise _refused(f"{name} : image trop grande.", f"{_MOST_PIXELS:,} pixels au plus.".replace(",", " "))
        transparent = "transparency" in image.info or "A" in image.getbands()
        pixels = image.convert("L").tobytes()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise _refused(f"{name} : image illisible.", "Donner un PNG en noir et blanc.") from None
    if transparent or set(pixels) - {0, _WHITE}:
        raise _refused(f"{name} : l'image a des gris, des couleurs ou de la transparence.", "1 bit par pixel, opaque.")
    black = pixels.translate(bytes([1]) + bytes(_WHITE))
    return Bitmap(tuple(black[start : start + image.width] for start in range(0, len(black), image.width)))


def _refused(message: str, hint: str) -> Invalid:
    return Invalid.because("picture", message, hint)

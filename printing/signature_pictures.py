"""What a hand has signed with, side by side in its frame: signature, paraph, stamp (printing.md §8)."""

from printing.bitmap import Bitmap
from printing.elements import Element, Symbol
from printing.options import PrintOptions

_LARGEST_WIDTH, _LARGEST_HEIGHT = 60.0, 25.0
_GAP = 2.0


def signature_pictures(
    options: PrintOptions, signer: str, x: float, y: float, width: float, height: float
) -> list[Element]:
    """The pictures that were given, each as large as its share of the room and its limits allow (millimetres)."""
    given = [
        (options.signature, f"Signature de {signer}"),
        (options.paraph, f"Paraphe de {signer}"),
        (options.stamp, f"Cachet de {signer}"),
    ]
    pictures = [(picture, alt) for picture, alt in given if picture]
    share = (width - _GAP * (len(pictures) - 1)) / max(len(pictures), 1)
    return [
        _fitted(picture, alt, x + index * (share + _GAP), y, share, height)
        for index, (picture, alt) in enumerate(pictures)
    ]


def _fitted(picture: Bitmap, alt: str, x: float, y: float, width: float, height: float) -> Symbol:
    """In the middle of its room."""
    wide, high = min(width, _LARGEST_WIDTH), min(height, _LARGEST_HEIGHT)
    pixel = min(wide / picture.width, high / picture.height)
    left, top = x + (width - picture.width * pixel) / 2, y + (height - picture.height * pixel) / 2
    return Symbol(left, top, picture, pixel, alt)

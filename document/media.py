"""What the document carries as bytes: the QR code of the order as an image, its printed form as PDF (CDA R2, ED).

Each is written with its SHA-256 (`integrityCheck`), so that a copy that was altered on the way is known when read.
"""

import base64
import binascii
import hashlib

from document.remarks import Remarks
from document.xml import Element, make, text

PDF, PNG = "application/pdf", "image/png"
_STARTS = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n"}
_DIGEST = "SHA-256"


def write_media(tag: str, media_type: str, content: bytes) -> Element:
    """The bytes in base 64, in one line."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return make(
        tag,
        text=base64.b64encode(content).decode(),
        representation="B64",
        mediaType=media_type,
        integrityCheck=digest,
        integrityCheckAlgorithm=_DIGEST,
    )


def read_media(element: Element, remarks: Remarks) -> bytes | None:
    """The bytes; None, and an error, when they are not base 64, not what they claim to be, or altered."""
    media_type = element.get("mediaType", "")
    try:
        content = base64.b64decode("".join((text(element) or "").split()), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(_STARTS.get(media_type, b"")) or not content:
        remarks.error(
            "unreadable-copy", "La pièce jointe du document est illisible.", "Le demander de nouveau.", element
        )
        return None
    if not _intact(element, content):
        hint = "Ne pas s'en servir : le demander de nouveau à son auteur."
        remarks.error("altered-copy", "La pièce jointe du document a été modifiée.", hint, element)
        return None
    return content


def _intact(element: Element, content: bytes) -> bool:
    """Whether the bytes have the digest that is given; SHA-1 is CDA's own default, none is no claim."""
    given = element.get("integrityCheck")
    if given is None:
        return True
    digest = hashlib.sha256 if element.get("integrityCheckAlgorithm") == _DIGEST else _sha1
    return base64.b64encode(digest(content).digest()).decode() == "".join(given.split())


def _sha1(content: bytes) -> "hashlib._Hash":
    return hashlib.sha1(content, usedforsecurity=False)

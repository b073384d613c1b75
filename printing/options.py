"""What the caller decides about a print: draft, reprint, and the mentions of the structure (printing.md §9)."""

from dataclasses import dataclass
from datetime import datetime

from kernel.errors import Invalid
from printing.bitmap import Bitmap
from printing.sealing import Sealing


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """`draft` prints « PROJET » and no codes. `reprint` is the number of this reprint, made at `reprinted_at`.

    `privacy_notice` is the GDPR notice of the structure, one paragraph a line: the first at the foot of the order, all
    of it on the patient sheet; None for defaults that name the structure of the author.
    `copy_for_record` prints a cancelled order all the same, « ANNULÉE » across it. The three pictures stand in the
    frame of the signature, and so does what is said of the electronic seal; a draft bears none of them.
    """

    draft: bool = False
    reprint: int | None = None
    reprinted_at: datetime | None = None
    privacy_notice: str | None = None
    copy_for_record: bool = False
    signature: Bitmap | None = None
    paraph: Bitmap | None = None
    stamp: Bitmap | None = None
    sealing: Sealing | None = None

    def __post_init__(self) -> None:
        if (self.reprint is None) != (self.reprinted_at is None) or (self.reprint is not None and self.reprint < 1):
            raise Invalid.because(
                "reprint-incomplete",
                "Une réimpression porte un numéro (à partir de 1) et une date.",
                "Donner les deux, ou aucun des deux.",
                "reprint",
            )

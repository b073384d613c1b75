"""A reprint drawn anew from the document itself: the base of orders is not asked (printing.md §9)."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from api.fhir.json import serialise
from document.read import read_document
from kernel.french_time import as_in_france
from prescription.documents.reprint import Reprint
from printing.documents import Document, Form, render
from printing.options import PrintOptions
from printing.sealing import Seal, sealing_at
from terminology.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class ReprintMark:
    """What a reprint bears beside the order: its number, its instant, and whether it is but a copy for the record."""

    number: int
    at: datetime
    cancelled: bool

    @classmethod
    def of(cls, made: Reprint) -> "ReprintMark":
        """That of a reprint just counted."""
        return cls(made.number, made.at, made.cancelled)

    @classmethod
    def read(cls, kept: bytes) -> "ReprintMark":
        """That of a reprint counted before, as `written` kept it."""
        told = json.loads(kept)
        return cls(told["number"], datetime.fromisoformat(told["at"]), told["cancelled"])

    def written(self) -> bytes:
        """What is kept of it under the Idempotency-Key."""
        return serialise({"number": self.number, "at": self.at.isoformat(), "cancelled": self.cancelled})


def draw_reprint(
    cda: bytes, mark: ReprintMark, catalogue: Catalogue, privacy_notice: str | None, seal: Seal | None
) -> bytes:
    """The PDF: the order of the document, « RÉIMPRESSION … – n° k » on it; the same mark gives the same sheet."""
    order = replace(read_document(cda).accepted(), cancelled=mark.cancelled)
    at = as_in_france(mark.at)
    options = PrintOptions(
        reprint=mark.number,
        reprinted_at=at,
        privacy_notice=privacy_notice,
        copy_for_record=mark.cancelled,
        sealing=sealing_at(seal, at),
    )
    return render(Document.ORDER, Form.PDF, order, catalogue, options)

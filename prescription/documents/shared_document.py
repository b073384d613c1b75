"""A document as a store of documents holds it (the DMP, or the one embedded here)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from prescription.documents.metadata import DocumentMetadata
from prescription.documents.visibility import SHOWN, Restriction, Visibility, hidden_from_patient, patient_is_told


class DocumentStatus(StrEnum):
    """`current`; `superseded` by a correction; `deprecated` when the order was cancelled or the document withdrawn."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    DEPRECATED = "deprecated"


class Situation(StrEnum):
    """What the care team is told of the order: from the document alone, the base of orders is not asked."""

    CURRENT = "current"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SharedDocument:
    """A document of the store, without its bytes. `id` is opaque; `feeder` the RPPS of who fed it.

    `metadata` has the hash and size of the CDA, and the restrictions that `visibility` says. `reprints` counts the
    reprints made of it.
    """

    id: str
    metadata: DocumentMetadata
    status: DocumentStatus
    feeder: str
    fed_at: datetime
    changed: datetime
    valid_until: date
    visibility: Visibility = SHOWN
    reprints: int = 0

    def __repr__(self) -> str:
        return f"SharedDocument({self.id}, {self.status.value})"

    def situation_at(self, now: datetime) -> Situation:
        """The situation of the order at `now`."""
        if self.status is DocumentStatus.DEPRECATED:
            return Situation.CANCELLED
        if self.status is DocumentStatus.SUPERSEDED:
            return Situation.REPLACED
        return Situation.EXPIRED if now.date() > self.valid_until else Situation.CURRENT

    def shown_to_patient(self, now: datetime) -> bool:
        """Whether the patient sees it now."""
        return not hidden_from_patient(self.visibility, self.fed_at, now)

    def patient_is_told(self, now: datetime) -> bool:
        """Whether the patient is told that a hidden document waits."""
        return patient_is_told(self.visibility, self.fed_at, now)

    def shown_to_team(self, rpps: str) -> bool:
        """Whether a professional who may consult sees it; who fed it always does."""
        return Restriction.MASKED_PROFESSIONALS not in self.visibility or rpps == self.feeder

"""Who does not see a document in the DMP (cda-ep-bio.md §6, §8; seed 003 §3.4.3)."""

from datetime import datetime
from enum import StrEnum

from kernel.calendar import after_months
from prescription.documents.codes import (
    INVISIBLE_TO_PATIENT,
    INVISIBLE_TO_REPRESENTATIVES,
    MASKED_TO_PROFESSIONALS,
    Code,
)

SHOWN_AFTER_MONTHS = 3
TOLD_AFTER_MONTHS = 1


class Restriction(StrEnum):
    """One circle that does not see it. They are set before sending or after; none is for ever for the patient."""

    INVISIBLE_PATIENT = "invisible-patient"
    INVISIBLE_REPRESENTATIVES = "invisible-representatives"
    MASKED_PROFESSIONALS = "masked-professionals"


Visibility = frozenset[Restriction]
SHOWN: Visibility = frozenset()

_CODES = {
    Restriction.INVISIBLE_PATIENT: INVISIBLE_TO_PATIENT,
    Restriction.INVISIBLE_REPRESENTATIVES: INVISIBLE_TO_REPRESENTATIVES,
    Restriction.MASKED_PROFESSIONALS: MASKED_TO_PROFESSIONALS,
}


def restrictions_of(visibility: Visibility) -> tuple[Code, ...]:
    """The codes that say so in the metadata, beside `N`."""
    return tuple(code for restriction, code in _CODES.items() if restriction in visibility)


def hidden_from_patient(visibility: Visibility, fed_at: datetime, now: datetime) -> bool:
    """Whether the patient does not see it: the DMP shows by itself, three months after it was fed, what was hidden."""
    return Restriction.INVISIBLE_PATIENT in visibility and now.date() < after_months(fed_at.date(), SHOWN_AFTER_MONTHS)


def patient_is_told(visibility: Visibility, fed_at: datetime, now: datetime) -> bool:
    """Whether the patient is told that a hidden document waits for a consultation: one month after it was fed."""
    late = now.date() >= after_months(fed_at.date(), TOLD_AFTER_MONTHS)
    return late and hidden_from_patient(visibility, fed_at, now)

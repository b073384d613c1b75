"""Verifying again, as time passes, an identity that INSi has given (prescription.md §9, seed 003 §3.2)."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kernel.calendar import years_between
from kernel.ins import InsAuthority
from prescription.identity.insi import InsiGateway, InsiUnavailable
from prescription.identity.patience import PATIENT, Patience
from prescription.identity.recovery import accepted, search_by_traits
from prescription.identity.status import FROM_INSI, status_of
from prescription.identity.traits import Concordance, InsIdentity, compare, discordant
from prescription.people import IdentityStatus, Patient

YEARS = 4
"""Age from which an identity is verified again."""


class Verified(StrEnum):
    """What became of a verification."""

    NOT_DUE = "not-due"
    CONFIRMED = "confirmed"
    RENEWED = "renewed"
    DOWNGRADED = "downgraded"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome, the identity as it now stands, and the traits side by side when another identity came back."""

    outcome: Verified
    patient: Patient
    compared: tuple[Concordance, ...] = ()


def due(patient: Patient, last_verified: date | None, today: date, *, new_event: bool) -> bool:
    """Whether to verify: four years after the last time (or an unknown time), and a NIA at each new event."""
    if patient.status not in FROM_INSI or patient.ins is None:
        return False
    if new_event and patient.ins.authority is InsAuthority.NIA:
        return True
    return last_verified is None or years_between(last_verified, today) >= YEARS


async def verify(patient: Patient, insi: InsiGateway, patience: Patience = PATIENT) -> Verification:
    """Asks whether the identity still stands; if not, searches by its own traits.

    One identity without a contradicted trait renews the INS; anything else takes the INS away: qualified becomes
    validated, recovered becomes provisional, and the user is to be told. A technical failure changes nothing.
    """
    held = _held(patient)
    try:
        if held is not None and await patience.of(lambda: insi.verify(held)):
            return Verification(Verified.CONFIRMED, patient)
        answer = await search_by_traits(patient, insi, patience)
    except InsiUnavailable:
        return Verification(Verified.UNAVAILABLE, patient)
    qualified = patient.status is IdentityStatus.QUALIFIED
    found = answer.identity if answer else None
    compared = compare(patient, found) if found else ()
    if found is not None and not discordant(compared):
        renewed = accepted(patient, found, high_trust_document=qualified)
        return Verification(Verified.RENEWED, renewed, compared)
    status = status_of(from_insi=False, high_trust_document=qualified, attributes=patient.attributes)
    return Verification(Verified.DOWNGRADED, replace(patient, ins=None, status=status), compared)


def _held(patient: Patient) -> InsIdentity | None:
    """The identity as INSi is asked about it; None when a trait is missing, and it can only be searched again."""
    if patient.ins is None or not patient.birth_family_name or patient.birth_date is None:
        return None
    return InsIdentity(
        patient.ins,
        patient.birth_family_name,
        patient.birth_given_names,
        patient.sex,
        patient.birth_date,
        patient.birth_place_code,
    )

"""What is answered about an identity and about birth places."""

from collections.abc import Iterable

from api.fhir.json import JsonObject
from api.fhir.patient import write_patient
from prescription.identity import advice
from prescription.identity.cog import Gazetteer, Place
from prescription.identity.recovery import Recovery
from prescription.identity.traits import Concordance
from prescription.identity.verification import Verification


def write_recovery(recovery: Recovery, base: str) -> JsonObject:
    """The outcome in a word and in French; the traits side by side; the Patient once accepted, null without one."""
    message, tries = advice.of_recovery(recovery)
    return {
        "outcome": recovery.outcome.value,
        "means": recovery.means.value if recovery.means else None,
        "message": message,
        "advice": list(tries),
        "comparison": _comparison(recovery.compared),
        "patient": write_patient(recovery.proposed, base) if recovery.proposed else None,
    }


def write_verification(verification: Verification, base: str) -> JsonObject:
    """The outcome, and the Patient as it now stands."""
    message, tries = advice.of_verification(verification.outcome)
    return {
        "outcome": verification.outcome.value,
        "message": message,
        "advice": list(tries),
        "comparison": _comparison(verification.compared),
        "patient": write_patient(verification.patient, base),
    }


def write_places(gazetteer: Gazetteer, found: Iterable[Place]) -> JsonObject:
    """Birth places; `available` is false when this service was given no file of INSEE's."""
    return {
        "available": bool(gazetteer),
        "places": [
            {
                "code": place.code,
                "name": place.name,
                "start": place.start.isoformat() if place.start else None,
                "end": place.end.isoformat() if place.end else None,
            }
            for place in found
        ],
    }


def _comparison(compared: Iterable[Concordance]) -> list[JsonObject]:
    return [
        {"trait": each.trait.value, "local": each.local, "official": each.official, "agrees": each.agrees}
        for each in compared
    ]

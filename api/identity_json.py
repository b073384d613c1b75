"""What is answered about an identity and about birth places."""

from collections.abc import Iterable

from api.fhir.json import JsonObject
from api.fhir.patient import write_patient
from prescription.identity import advice
from prescription.identity.cog import Gazetteer, Place
from prescription.identity.recovery import Recovery
from prescription.identity.traits import Concordance
from prescription.identity.verification import Verification
from printing.ins_datamatrix import ScannedIdentity


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


def write_scanned(scanned: ScannedIdentity, base: str) -> JsonObject:
    """The traits of an INS datamatrix, and the Patient they make, at best recovered; null with a wrong key."""
    patient = scanned.patient
    return {
        "matricule": scanned.matricule,
        "authority": scanned.authority.value,
        "key_valid": scanned.key_valid,
        "birth_given_names": list(scanned.birth_given_names),
        "birth_family_name": scanned.birth_family_name,
        "sex": scanned.sex.value,
        "birth_date": scanned.birth_date.isoformat(),
        "birth_place_code": scanned.birth_place_code,
        "highest_status": scanned.highest_status.value,
        "message": advice.of_scan(key_valid=scanned.key_valid, real=scanned.authority.is_real),
        "patient": write_patient(patient, base) if patient else None,
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

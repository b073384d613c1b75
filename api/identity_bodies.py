"""What is sent about an identity, read strictly: a FHIR Patient, and what was read or asked beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.fhir.element import Element, Report
from api.fhir.json import JsonObject
from api.fhir.patient import read_patient
from api.fhir.places import Places
from api.json_body import bad_body, only
from kernel.errors import Invalid
from kernel.findings import errors
from kernel.partial_date import PartialDate
from prescription.identity.insi import VitaleCard
from prescription.identity.recovery import Readings
from prescription.people import Patient

_LONGEST = 4096
_RANKS = range(1, 10)


@dataclass(frozen=True, slots=True)
class RecoveryAsked:
    """`{"patient", "high_trust_document", "apcv", "vitale"}`."""

    patient: Patient
    readings: Readings
    high_trust_document: bool


@dataclass(frozen=True, slots=True)
class VerificationAsked:
    """`{"patient", "last_verified", "new_event"}`."""

    patient: Patient
    last_verified: date | None
    new_event: bool


def read_recovery(body: JsonObject, base: str) -> RecoveryAsked:
    """What to recover, and with what."""
    only(body, "", ("patient", "high_trust_document", "apcv", "vitale"))
    apcv = body.get("apcv")
    if apcv is not None and (not isinstance(apcv, str) or not 0 < len(apcv) <= _LONGEST):
        raise bad_body("apcv", f"apcv est un texte de {_LONGEST} caractères au plus.")
    readings = Readings(apcv, _read_vitale(body))
    return RecoveryAsked(_read_patient(body, base), readings, _flag(body, "high_trust_document"))


def read_verification(body: JsonObject, base: str) -> VerificationAsked:
    """What to verify; `last_verified` is the day INSi answered last."""
    only(body, "", ("patient", "last_verified", "new_event"))
    return VerificationAsked(_read_patient(body, base), read_day(body, "last_verified"), _flag(body, "new_event"))


def read_day(body: JsonObject, name: str) -> date | None:
    """A whole day, or nothing."""
    value = body.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise bad_body(name, f"{name} est une date AAAA-MM-JJ.") from None


def _read_patient(body: JsonObject, base: str) -> Patient:
    value = body.get("patient")
    if not isinstance(value, Mapping) or value.get("resourceType") != "Patient":
        raise bad_body("patient", "patient est une ressource FHIR Patient.")
    report, resource = Report(), dict(value)
    resource.pop("resourceType")
    patient = read_patient(Element(resource, "patient", report), base, Places("patient"))
    if errors(report.findings):
        raise Invalid(report.findings)
    if not isinstance(patient, Patient):
        raise bad_body("patient", "Un patient anonyme n'a pas d'identité à chercher.")
    return patient


def _read_vitale(body: JsonObject) -> VitaleCard | None:
    card = body.get("vitale")
    if card is None:
        return None
    if not isinstance(card, Mapping):
        raise bad_body("vitale", "vitale est un objet : nir, birth_date, rank.")
    only(dict(card), "vitale", ("nir", "birth_date", "rank"))
    nir, born, rank = card.get("nir"), card.get("birth_date"), card.get("rank", 1)
    if not isinstance(nir, str) or not 13 <= len(nir) <= 15 or not nir.isalnum():
        raise bad_body("vitale.nir", "nir a 13 ou 15 caractères.")
    if isinstance(rank, bool) or not isinstance(rank, int) or rank not in _RANKS:
        raise bad_body("vitale.rank", "rank est le rang de naissance, de 1 à 9.")
    try:
        return VitaleCard(nir, PartialDate.parse(born if isinstance(born, str) else ""), rank)
    except ValueError:
        raise bad_body("vitale.birth_date", "birth_date est une date AAAA-MM-JJ, éventuellement partielle.") from None


def _flag(body: JsonObject, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise bad_body(name, f"{name} vaut true ou false.")
    return value


def read_content(body: JsonObject, name: str, longest: int) -> str:
    """A text as it came: what a scanner typed may begin or end with a separator."""
    value = body.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise bad_body(name, f"{name} est un texte de {longest} caractères au plus.")
    return value


def read_text(body: JsonObject, name: str, longest: int) -> str:
    """A text that is not blank."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise bad_body(name, f"{name} est un texte de {longest} caractères au plus.")
    return value.strip()

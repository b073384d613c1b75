"""Recovering an identity from INSi: which way to ask, what its answer would make of the identity held here.

The answer is shown beside the local traits and accepted by a person in one gesture (seed 003 §3.2): nothing here
changes an identity by itself.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from prescription.identity.insi import InsiAnswer, InsiCode, InsiGateway, InsiUnavailable, SearchTraits, VitaleCard
from prescription.identity.patience import PATIENT, Patience
from prescription.identity.spelling import begins, ins_given_names, ins_spelling
from prescription.identity.status import FORCED_PROVISIONAL, FROM_INSI, status_of
from prescription.identity.traits import Concordance, InsIdentity, compare
from prescription.people import Patient, Sex


class Means(StrEnum):
    """How the teleservice is asked, the preferred way first."""

    APCV = "apcv"
    VITALE = "vitale"
    TRAITS = "traits"


class Outcome(StrEnum):
    """What became of a recovery."""

    FOUND = "found"
    NONE = "none"
    SEVERAL = "several"
    UNAVAILABLE = "unavailable"
    NOT_NEEDED = "not-needed"
    BLOCKED = "blocked"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Recovery:
    """The outcome; when found, each trait side by side and the identity as it stands once accepted."""

    outcome: Outcome
    means: Means | None = None
    compared: tuple[Concordance, ...] = ()
    proposed: Patient | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """What the readers at the desk have given: the ApCV, the carte Vitale, neither."""

    apcv: str | None = None
    vitale: VitaleCard | None = None

    def __repr__(self) -> str:
        return "Readings(…)"


NO_READINGS = Readings()
_OUTCOMES = {InsiCode.FOUND: Outcome.FOUND, InsiCode.NONE: Outcome.NONE, InsiCode.SEVERAL: Outcome.SEVERAL}


async def recover(
    patient: Patient,
    insi: InsiGateway,
    readings: Readings = NO_READINGS,
    *,
    high_trust_document: bool = False,
    patience: Patience = PATIENT,
) -> Recovery:
    """Asks by ApCV, else by carte Vitale, else by traits, and stops at the first way that finds one identity.

    Not asked for an identity that INSi has given already (checked now on a document of high trust, it is proposed as
    qualified), nor for a doubtful or fictive one. A technical failure is an
    outcome: it stops nothing. `Invalid` when a name cannot be spelt for INSi.
    """
    if patient.attributes & FORCED_PROVISIONAL:
        return Recovery(Outcome.BLOCKED)
    if patient.status in FROM_INSI and patient.ins is not None:
        status = status_of(from_insi=True, high_trust_document=high_trust_document, attributes=patient.attributes)
        better = high_trust_document and status is not patient.status
        return Recovery(Outcome.NOT_NEEDED, proposed=replace(patient, status=status) if better else None)
    last = Recovery(Outcome.INCOMPLETE)
    for means in Means:
        try:
            answer = await _ask(means, patient, insi, readings, patience)
        except InsiUnavailable:
            last = Recovery(Outcome.UNAVAILABLE, means)
            continue
        if answer is None:
            continue
        last = Recovery(_OUTCOMES[answer.code], means)
        if answer.identity is not None:
            proposed = accepted(patient, answer.identity, high_trust_document=high_trust_document)
            return replace(last, compared=compare(patient, answer.identity), proposed=proposed)
    return last


async def _ask(
    means: Means, patient: Patient, insi: InsiGateway, readings: Readings, patience: Patience
) -> InsiAnswer | None:
    """The answer by one way; None when there is nothing to ask with."""
    apcv, vitale = readings.apcv, readings.vitale
    if means is Means.APCV:
        return await patience.of(lambda: insi.read_apcv(apcv)) if apcv is not None else None
    if means is Means.VITALE:
        return await patience.of(lambda: insi.search_by_vitale(vitale)) if vitale is not None else None
    return await search_by_traits(patient, insi, patience)


async def search_by_traits(patient: Patient, insi: InsiGateway, patience: Patience) -> InsiAnswer | None:
    """First without the birth place, then silently with it when several were found; None when a trait is missing."""
    traits = _search_traits(patient)
    if traits is None:
        return None
    answer = await patience.of(lambda: insi.search_by_traits(traits))
    place = patient.birth_place_code
    if answer.code is InsiCode.SEVERAL and place is not None:
        return await patience.of(lambda: insi.search_by_traits(traits, place))
    return answer


def _search_traits(patient: Patient) -> SearchTraits | None:
    first = patient.first_birth_given_name or next(iter(patient.birth_given_names), None)
    family, born = patient.birth_family_name, patient.birth_date
    if not first or not family or born is None or born.day is None or patient.sex not in (Sex.FEMALE, Sex.MALE):
        return None
    return SearchTraits(
        ins_spelling(family, "birth_family_name"),
        ins_given_names((first,), "first_birth_given_name"),
        patient.sex,
        born,
    )


def accepted(patient: Patient, identity: InsIdentity, *, high_trust_document: bool) -> Patient:
    """The identity once the answer is accepted: its traits and INS, the used names and contacts kept.

    The birth place is taken as it comes, even when no table of ours holds it (seed 003, COG).
    """
    listed = " ".join(identity.birth_given_names)
    first = patient.first_birth_given_name
    same_place = identity.birth_place_code == patient.birth_place_code
    return replace(
        patient,
        birth_family_name=identity.birth_family_name,
        birth_given_names=identity.birth_given_names,
        first_birth_given_name=first if first and begins(first, listed) else identity.birth_given_names[0],
        sex=identity.sex,
        birth_date=identity.birth_date,
        birth_place_code=identity.birth_place_code or patient.birth_place_code,
        birth_place_name=patient.birth_place_name if same_place or identity.birth_place_code is None else None,
        ins=identity.ins,
        status=status_of(from_insi=True, high_trust_document=high_trust_document, attributes=patient.attributes),
    )

"""A part of a resource: `_summary` and `_elements` (FHIR R4 3.1.1.5.8 and 3.1.1.5.9)."""

from collections.abc import Collection
from enum import StrEnum

from api.facade.held import Held
from api.fhir.json import JsonObject, JsonValue
from api.query import bad


class Summary(StrEnum):
    """What of each resource is given; `count` gives none, only how many there are."""

    TRUE = "true"
    TEXT = "text"
    DATA = "data"
    COUNT = "count"
    FALSE = "false"


_ALWAYS = frozenset({"resourceType", "id", "meta"})
# FHIR R4, the elements each type may have, in three kinds: those that must be there, those of its summary, the others.
_CANONICAL = "url identifier version name title experimental date publisher contact useContext jurisdiction"
_DEFINITION = (
    "subtitle purpose usage approvalDate lastReviewDate topic author editor reviewer endorser relatedArtifact library"
)
_ELEMENTS = {
    "CodeSystem": (
        "status content",
        f"{_CANONICAL} caseSensitive valueSet hierarchyMeaning compositional versionNeeded supplements count filter "
        "property",
        "description purpose copyright concept",
    ),
    "ValueSet": ("status", f"{_CANONICAL} immutable", "description purpose copyright compose expansion"),
    "ConceptMap": (
        "status",
        f"{_CANONICAL} sourceUri sourceCanonical targetUri targetCanonical",
        "description purpose copyright group",
    ),
    "Questionnaire": (
        "status",
        f"{_CANONICAL} subjectType effectivePeriod code",
        "derivedFrom description purpose copyright approvalDate lastReviewDate item",
    ),
    "ActivityDefinition": (
        "status",
        f"{_CANONICAL} description effectivePeriod kind code doNotPerform",
        f"{_DEFINITION} subjectCodeableConcept subjectReference copyright profile intent priority timingTiming "
        "timingDateTime timingAge timingPeriod timingRange timingDuration location participant productReference "
        "productCodeableConcept quantity dosage bodySite specimenRequirement observationRequirement "
        "observationResultRequirement transform dynamicValue",
    ),
    "PlanDefinition": (
        "status",
        f"{_CANONICAL} type description effectivePeriod",
        f"{_DEFINITION} subjectCodeableConcept subjectReference copyright goal action",
    ),
    "ObservationDefinition": (
        "code",
        "category identifier",
        "permittedDataType multipleResultsAllowed method preferredReportName quantitativeDetails qualifiedInterval "
        "validCodedValueSet normalCodedValueSet abnormalCodedValueSet criticalCodedValueSet",
    ),
    "SpecimenDefinition": ("", "identifier typeCollected patientPreparation timeAspect collection", "typeTested"),
}
_OF_ANY = frozenset("implicitRules language text contained extension modifierExtension".split())
_SUBSETTED: JsonObject = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "Resource encoded in summary mode",
}


def mandatory(kind: str) -> frozenset[str]:
    """The elements that a resource of this type must have."""
    return frozenset(_ELEMENTS[kind][0].split())


def summary(kind: str) -> frozenset[str]:
    """The elements of its summary, the mandatory ones included."""
    return frozenset((*_ELEMENTS[kind][0].split(), *_ELEMENTS[kind][1].split(), "implicitRules"))


def elements_of(kind: str) -> frozenset[str]:
    """Every element of the first level that a resource of this type may have."""
    return _ALWAYS | _OF_ANY | frozenset(" ".join(_ELEMENTS[kind]).split())


def read_elements(kind: str, text: str | None) -> frozenset[str] | None:
    """The elements asked for; `Invalid` for one the type does not have, None when none are."""
    if text is None:
        return None
    asked = frozenset(filter(None, (name.strip() for name in text.split(","))))
    for name in sorted(asked - elements_of(kind)):
        raise bad("_elements", f"{kind} n'a pas d'élément {name[:60]}.", "Donner des éléments de premier niveau.")
    if not asked:
        raise bad("_elements", "_elements est vide.", "Donner des noms d'éléments, séparés par des virgules.")
    return asked


def read_summary(text: str | None) -> Summary:
    """The summary asked for; `Invalid` for another word."""
    if text is not None and text not in set(Summary):
        raise bad("_summary", f"_summary vaut {', '.join(Summary)}.", "Corriger la valeur.")
    return Summary(text) if text else Summary.FALSE


def part_of(held: Held, asked: Summary, elements: Collection[str] | None) -> JsonObject:
    """The resource, or the part of it that was asked for, marked as a part; what must be there always is."""
    kept = _kept(held.type, asked, elements)
    if kept is None:
        return dict(held.elements)
    return {
        name: _marked(value) if name == "meta" else value
        for name, value in held.elements.items()
        if name in kept or name in _ALWAYS
    }


def _kept(kind: str, asked: Summary, elements: Collection[str] | None) -> frozenset[str] | None:
    """The names of the elements to give; None for all."""
    if elements is not None:
        return mandatory(kind) | frozenset(elements)
    if asked is Summary.TRUE:
        return summary(kind)
    if asked is Summary.TEXT:
        return mandatory(kind) | {"text"}
    # `data` leaves the narrative out: there is none to leave out.
    return None


def _marked(meta: JsonValue) -> JsonValue:
    return {**meta, "tag": [_SUBSETTED]} if isinstance(meta, dict) else meta

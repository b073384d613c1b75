"""The resources and data types of FHIR R4 that travel here, as far as a client has to know them to read them."""

from api.openapi.schema import BOOLEAN, DATE, INSTANT, INTEGER, NUMBER, TEXT, Schema, listed, one_of, record, ref
from kernel.findings import Severity

PUBLISHED = (
    "CodeSystem",
    "ValueSet",
    "ConceptMap",
    "Questionnaire",
    "ActivityDefinition",
    "PlanDefinition",
    "ObservationDefinition",
    "SpecimenDefinition",
)
"""The types of the terminology that can be read."""
_FILLED = {"minItems": 1}  # FHIR has no empty list

CODING: Schema = record({}, {"system": TEXT, "version": TEXT, "code": TEXT, "display": TEXT, "userSelected": BOOLEAN})
CONCEPT: Schema = record({}, {"coding": {**listed(ref("Coding")), **_FILLED}, "text": TEXT})
_VALUES: dict[str, Schema] = {
    "valueString": TEXT,
    "valueUri": TEXT,
    "valueCanonical": TEXT,
    "valueCode": TEXT,
    "valueBoolean": BOOLEAN,
    "valueInteger": INTEGER,
    "valuePositiveInt": INTEGER,
    "valueDecimal": NUMBER,
    "valueDate": DATE,
    "valueDateTime": TEXT,
    "valueInstant": INSTANT,
    "valueCoding": ref("Coding"),
    "valueCodeableConcept": ref("CodeableConcept"),
    "valueIdentifier": ref("Identifier"),
}


def resource(kind: str, required: dict[str, Schema] | None = None, optional: dict[str, Schema] | None = None) -> Schema:
    """A resource, of which these elements are described; it has more."""
    own: dict[str, Schema] = {"resourceType": {"const": kind}, **(required or {})}
    return record(own, {"id": TEXT, "meta": ref("Meta"), **(optional or {})})


def _canonical(kind: str, optional: dict[str, Schema] | None = None) -> Schema:
    """A conformance resource; a part of one that was asked for holds less."""
    said: dict[str, Schema] = {name: TEXT for name in "url version name title description publisher copyright".split()}
    head: dict[str, Schema] = {**said, "experimental": BOOLEAN, "date": TEXT, "language": TEXT}
    status: dict[str, Schema] = {"status": one_of(("active", "retired", "draft", "unknown"))}
    return resource(kind, status, {**head, **(optional or {})})


def _objects(*names: str) -> dict[str, Schema]:
    return {name: listed({"type": "object"}) for name in names}


_PARAMETER: Schema = record(
    {"name": TEXT}, {**_VALUES, "resource": ref("Resource"), "part": listed(ref("ParametersParameter"))}
)
_ISSUE: Schema = record(
    {"severity": one_of(Severity), "code": TEXT, "details": ref("CodeableConcept")},
    {"diagnostics": TEXT, "expression": {**listed(TEXT), **_FILLED}},
)
_CONTAINS: Schema = record(
    {"code": TEXT},
    {
        "extension": listed({"type": "object"}),
        "system": TEXT,
        "version": TEXT,
        "display": TEXT,
        "inactive": BOOLEAN,
        "designation": listed(record({"value": TEXT}, {"language": TEXT, "use": ref("Coding")})),
    },
)
_EXPANSION: Schema = record(
    {"identifier": TEXT, "timestamp": INSTANT, "total": INTEGER, "offset": INTEGER},
    {"parameter": listed(record({"name": TEXT}, _VALUES)), "contains": listed(_CONTAINS)},
)
_ENTRY: Schema = record(
    {},
    {
        "fullUrl": TEXT,
        "resource": ref("Resource"),
        "search": record({"mode": one_of(("match", "include", "outcome"))}),
        "request": record({"method": one_of(("GET", "POST")), "url": TEXT}, {"ifNoneMatch": TEXT}),
        "response": record({"status": TEXT}, {"etag": TEXT, "lastModified": INSTANT, "outcome": ref("Resource")}),
    },
)
_LINKS: Schema = listed(record({"relation": TEXT, "url": TEXT}))
_BUNDLE_PARTS: dict[str, Schema] = {
    "timestamp": INSTANT,
    "total": INTEGER,
    "link": _LINKS,
    "entry": {**listed(_ENTRY), **_FILLED},
}

COMPONENTS: dict[str, Schema] = {
    "Meta": record({}, {"lastUpdated": INSTANT, "versionId": TEXT, "tag": listed(ref("Coding"))}),
    "Coding": CODING,
    "CodeableConcept": CONCEPT,
    "Identifier": record({"system": TEXT, "value": TEXT}, {"use": TEXT, "type": ref("CodeableConcept")}),
    "Resource": record({"resourceType": TEXT}, {"id": TEXT, "meta": ref("Meta")}),
    "ParametersParameter": _PARAMETER,
    "Parameters": resource("Parameters", {}, {"parameter": {**listed(ref("ParametersParameter")), **_FILLED}}),
    "OperationOutcome": resource("OperationOutcome", {"issue": {**listed(_ISSUE), **_FILLED}}),
    "Bundle": resource("Bundle", {"type": TEXT}, _BUNDLE_PARTS),
    "Binary": resource("Binary", {"contentType": TEXT, "data": {"type": "string", "contentEncoding": "base64"}}),
    "DocumentReference": resource(
        "DocumentReference",
        {"status": one_of(("current", "superseded", "entered-in-error"))},
        {"date": INSTANT, "type": ref("CodeableConcept"), **_objects("content", "category", "author", "extension")},
    ),
    "ServiceRequest": resource("ServiceRequest", {}, {"status": TEXT, "intent": TEXT, "code": ref("CodeableConcept")}),
    "Patient": resource("Patient", {}, {"gender": TEXT, "birthDate": TEXT, **_objects("name", "identifier")}),
    "QuestionnaireResponse": resource("QuestionnaireResponse", {}, {"status": TEXT, **_objects("item")}),
    "CapabilityStatement": _canonical("CapabilityStatement", {"fhirVersion": TEXT, **_objects("rest")}),
    "TerminologyCapabilities": _canonical("TerminologyCapabilities", _objects("codeSystem")),
    "CodeSystem": _canonical("CodeSystem", {"content": TEXT, "count": INTEGER, **_objects("property", "concept")}),
    "ValueSet": _canonical("ValueSet", {"compose": {"type": "object"}, "expansion": _EXPANSION}),
    "ConceptMap": _canonical(
        "ConceptMap", {"sourceCanonical": TEXT, "targetCanonical": TEXT, **_objects("group")}
    ),
    "Questionnaire": _canonical("Questionnaire", _objects("item")),
    "ActivityDefinition": _canonical("ActivityDefinition", {"kind": TEXT, "code": ref("CodeableConcept")}),
    "PlanDefinition": _canonical("PlanDefinition", {"type": ref("CodeableConcept"), **_objects("action")}),
    "ObservationDefinition": resource("ObservationDefinition", {"code": ref("CodeableConcept")}),
    "SpecimenDefinition": resource("SpecimenDefinition", {}, {"typeCollected": ref("CodeableConcept")}),
    "Composition": resource("Composition", {"status": TEXT, "title": TEXT}, {"date": TEXT, **_objects("author")}),
    "ChargeItemDefinition": _canonical("ChargeItemDefinition", {"code": ref("CodeableConcept")}),
}  # fmt: skip
"""By name, what the document refers to."""


def searchset(kind: str, *, counted: bool = True) -> Schema:
    """A page of a search on one type: its resources, and what there is to say of it; how many there are, if counted."""
    found: Schema = {"anyOf": [ref(kind), ref("OperationOutcome")]}
    mode = record({"mode": one_of(("match", "outcome"))})
    entries = listed(record({"fullUrl": TEXT, "resource": found, "search": mode}))
    head: dict[str, Schema] = {"type": {"const": "searchset"}, "link": _LINKS}
    total: dict[str, Schema] = {"total": INTEGER}
    own = {"entry": {**entries, **_FILLED}}
    return resource("Bundle", head | total, own) if counted else resource("Bundle", head, own | total)

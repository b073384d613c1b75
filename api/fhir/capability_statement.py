"""CapabilityStatement: what can be done here (FHIR R4 5.2, terminology.md §5.3)."""

from datetime import datetime

from api.facade.capability import Capability, operation_definition
from api.facade.result_parameters import OFFSET, RELEASE
from api.facade.search_parameters import PARAMETERS
from api.fhir.canonical import write_meta
from api.fhir.datatypes import present, write_instant
from api.fhir.document_search import FIELDS
from api.fhir.json import JsonObject
from api.terminology.systems import PUBLISHER

_OWN = ((RELEASE, "token"), (OFFSET, "number"))
_IS_REST = "Terminologie sans jeton ; ordonnances et documents ($epu-*, $document-*) avec Authorization: Bearer."
_BY_FORM = "Par formulaire (POST _search) seulement : un INS ou un code ne figure jamais dans une adresse."
_TYPES = {"date": "date", "_count": "number", "page": "string"}  # the others are tokens


def write_capability_statement(
    capability: Capability, base: str, public_url: str, modified: datetime, version: str, *, cors: bool
) -> JsonObject:
    """The statement of this running service; `version` is the software's."""
    interactions: list[JsonObject] = [{"code": "batch"}] if capability.batch else []
    rest: JsonObject = {
        "mode": "server",
        "security": {"cors": cors, "description": _IS_REST},
        "resource": [_write_type(capability, kind, base) for kind in capability.types],
        "interaction": interactions,
        "operation": _write_operations(capability, "", base),
    }
    return {
        "resourceType": "CapabilityStatement",
        "id": "circuitbio",
        "meta": write_meta(modified),
        "language": "fr",
        "url": f"{base}/CapabilityStatement/circuitbio",
        "version": version,
        "name": "Circuitbio",
        "title": "Ce que ce service sait faire",
        "status": "active",
        "date": write_instant(modified.replace(microsecond=0)),
        "publisher": PUBLISHER,
        "kind": "instance",
        "software": {"name": "Circuitbio", "version": version},
        "implementation": {"description": "Terminologie et ordonnances de biologie", "url": f"{public_url}/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [present(rest)],
    }


def _write_type(capability: Capability, kind: str, base: str) -> JsonObject:
    interactions: list[JsonObject] = []
    if kind in capability.read:
        interactions.append({"code": "read"})
    if kind in capability.search or kind in capability.by_form:
        interactions.append({"code": "search-type"})
    parameters: list[JsonObject] = []
    if kind in capability.search:
        parameters = [
            {"name": p.name, "type": p.kind.value, "documentation": p.documentation} for p in PARAMETERS[kind]
        ]
        parameters += [{"name": rule.name, "type": type_, "documentation": rule.about} for rule, type_ in _OWN]
    if kind in capability.by_form:
        parameters = [
            {"name": rule.name, "type": _TYPES.get(rule.name, "token"), "documentation": rule.about} for rule in FIELDS
        ]
    return present(
        {
            "type": kind,
            "interaction": interactions,
            "versioning": "no-version" if interactions else None,
            "documentation": _BY_FORM if kind in capability.by_form else None,
            "conditionalRead": "not-match" if kind in capability.read & capability.search else None,
            "searchParam": parameters,
            "operation": _write_operations(capability, kind, base),
        }
    )


def _write_operations(capability: Capability, kind: str, base: str) -> list[JsonObject]:
    names = capability.operations.get(kind, ())
    return [{"name": name, "definition": operation_definition(kind, name, base)} for name in names]

"""ObservationDefinition `resultat-<code>`: an analysis, its unit, its technique, its type (terminology.md §5.2)."""

from datetime import datetime

from api.fhir.canonical import concept, write_meta
from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.systems import UCUM, URI
from api.terminology.names import resource_id
from kernel.text import fold
from terminology.axes import Axes, read_axes
from terminology.coding import Coding
from terminology.result_code import ResultCode

_CATEGORY = Coding("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory")
# Scale axis of the label, folded, to FHIR R4 permitted-data-type.
_TYPES = {
    "numerique": "Quantity",
    "qualitatif": "CodeableConcept",
    "ordinal": "CodeableConcept",
    "nominal": "CodeableConcept",
    "narratif": "string",
    "texte": "string",
}


def observation_definition_id(code: str) -> str:
    """The id of the definition of one result code."""
    return resource_id("resultat", code)


def write_observation_definition(result: ResultCode, base: str, modified: datetime) -> JsonObject:
    """The whole resource; what the label does not tell is left out."""
    id_ = observation_definition_id(result.code)
    axes = read_axes(result.reference_label)
    kind = _type(result, axes)
    return present(
        {
            "resourceType": "ObservationDefinition",
            "id": id_,
            "meta": write_meta(modified),
            "language": "fr",
            "category": [concept(_CATEGORY)],
            "code": concept(Coding(result.system, result.code, result.display), result.reference_label),
            "identifier": [{"system": URI, "value": f"{base}/ObservationDefinition/{id_}"}],
            "permittedDataType": [kind] if kind else [],
            "method": _method(result, axes),
            "preferredReportName": result.edition_label,
            "quantitativeDetails": _quantity(result) if kind == "Quantity" else None,
        }
    )


def _type(result: ResultCode, axes: Axes | None) -> str | None:
    return "Quantity" if result.ucum else _TYPES.get(fold(axes.scale)) if axes else None


def _method(result: ResultCode, axes: Axes | None) -> JsonObject:
    codings = [{"system": t.system, "code": t.code, "display": t.display} for t in result.techniques]
    return present({"coding": codings, "text": axes.method if axes else ""})


def _quantity(result: ResultCode) -> JsonObject | None:
    if not result.ucum and not result.unit:
        return None
    coding = [{"system": UCUM, "code": result.ucum}] if result.ucum else []
    return {"unit": present({"coding": coding, "text": result.unit or result.ucum})}

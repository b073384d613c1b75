"""CodeSystem of a release: its head, the properties it may use, its concepts (FHIR R4, terminology.md §5.2)."""

from collections.abc import Iterable
from datetime import datetime

from api.fhir.datatypes import present, write_coding
from api.fhir.json import JsonObject
from api.fhir.systems import LOINC, NABM
from api.fhir.terminology_head import write_terminology_head
from api.terminology.concept import Concept, Designation
from api.terminology.properties import PROPERTIES, Property, PropertyType
from api.terminology.systems import LOINC_VALUE_SET, NABM_VALUE_SET, Canonical
from terminology.coding import Coding

_VALUE = {
    p.code: "valueCoding" if p.type is PropertyType.CODING else f"value{p.type.value.capitalize()}" for p in PROPERTIES
}
_WHOLE = {LOINC: LOINC_VALUE_SET, NABM: NABM_VALUE_SET}


def write_code_system(thing: Canonical, concepts: Iterable[Concept], modified: datetime) -> JsonObject:
    """The whole resource. `count` is what is held here; of a fragment, not what its publisher has."""
    written = [_write_concept(concept) for concept in concepts]
    return present(
        {
            **write_terminology_head("CodeSystem", thing, modified),
            "caseSensitive": True,
            "valueSet": _WHOLE.get(thing.url),
            "compositional": False,
            "versionNeeded": False,
            "content": "fragment" if thing.fragment else "complete",
            "count": len(written),
            "property": [
                present({"code": p.code, "uri": p.uri, "description": p.description, "type": p.type.value})
                for p in PROPERTIES
            ],
            "concept": written,
        }
    )


def _write_concept(concept: Concept) -> JsonObject:
    return present(
        {
            "code": concept.code,
            "display": concept.display,
            "definition": concept.definition,
            "designation": [write_designation(designation) for designation in concept.designations],
            "property": [{"code": p.code, **write_property_value(p)} for p in concept.properties],
        }
    )


def write_designation(designation: Designation) -> JsonObject:
    """A designation, in its language, with its use."""
    use = write_coding(designation.use)
    return {"language": designation.language, "use": use, "value": designation.value}


def write_property_value(each: Property) -> JsonObject:
    """`value[x]` of a property, by its declared type."""
    return {_VALUE[each.code]: write_coding(each.value) if isinstance(each.value, Coding) else each.value}

"""PlanDefinition of a basket that people keep: an order set in the version it has here (interface.md §4)."""

from api.fhir.activity_definition import activity_definition_id
from api.fhir.canonical import concept, write_meta
from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.plan_definition import ORDER_SET
from api.fhir.systems import GENDER, UCUM, USAGE_CONTEXT
from api.terminology.names import computer_name, resource_id
from api.terminology.systems import PUBLISHER
from prescription.basket import Basket, BasketConditions, exam_name
from prescription.labels import request_of
from prescription.line import Line
from terminology.catalogue import Catalogue
from terminology.coding import Coding


def write_basket_definition(basket: Basket, catalogue: Catalogue, base: str) -> JsonObject:
    """The whole basket: each line one action, leading to the definition of its exam in the release of the day."""
    content, id_ = basket.content, resource_id("panier", basket.id)
    return present(
        {
            "resourceType": "PlanDefinition",
            "id": id_,
            "meta": write_meta(basket.at),
            "language": "fr",
            "url": f"{base}/PlanDefinition/{id_}",
            "version": str(basket.version),
            "name": computer_name("Panier", basket.id),
            "title": content.name,
            "type": concept(ORDER_SET),
            "status": "active",
            "date": basket.at.date().isoformat(),
            "publisher": PUBLISHER,
            "description": content.conditions.text,
            "useContext": _contexts(content.conditions),
            "relatedArtifact": [{"type": "documentation", "display": content.source}] if content.source else [],
            "action": [_action(line, catalogue, base) for line in content.lines],
        }
    )


def _action(line: Line, catalogue: Catalogue, base: str) -> JsonObject:
    exam, release = request_of(line, catalogue), catalogue.release
    if exam is None:
        return {"title": exam_name(line.exam)}
    definition = f"{base}/ActivityDefinition/{activity_definition_id(exam.code)}|{release.name}"
    return {
        "title": exam.display,
        "code": [concept(Coding(exam.system, exam.code, exam.display))],
        "definitionCanonical": definition,
    }


def _contexts(conditions: BasketConditions) -> list[JsonObject]:
    found: list[JsonObject] = []
    if conditions.sex:
        value = concept(Coding(GENDER, conditions.sex.value, conditions.sex.value.capitalize()))
        found.append({"code": {"system": USAGE_CONTEXT, "code": "gender"}, "valueCodeableConcept": value})
    bounds = {"low": conditions.age_from, "high": conditions.age_to}
    years: JsonObject = {
        name: {"value": age, "unit": "ans", "system": UCUM, "code": "a"}
        for name, age in bounds.items()
        if age is not None
    }
    if years:
        found.append({"code": {"system": USAGE_CONTEXT, "code": "age"}, "valueRange": years})
    return found

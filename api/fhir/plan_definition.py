"""PlanDefinition of a basket: exams often asked for together, as an order set (terminology.md §5.2)."""

from datetime import datetime

from api.fhir.activity_definition import activity_definition_id
from api.fhir.canonical import concept, write_head
from api.fhir.json import JsonObject
from api.terminology.names import computer_name, resource_id
from terminology.basket import BasketOutline
from terminology.catalogue import Catalogue
from terminology.coding import Coding

ORDER_SET = Coding("http://terminology.hl7.org/CodeSystem/plan-definition-type", "order-set", "Order Set")


def write_plan_definition(basket: BasketOutline, catalogue: Catalogue, base: str, modified: datetime) -> JsonObject:
    """The basket with the exams that the release of `catalogue` holds."""
    release = catalogue.release
    exams = [exam for exam in map(catalogue.get, basket.codes) if exam]
    return {
        **write_head(
            "PlanDefinition",
            resource_id("panier", basket.id),
            release,
            modified,
            base,
            name=computer_name("Panier", basket.id),
            title=basket.name,
            description=f"{basket.conditions}.",
        ),
        "type": concept(ORDER_SET),
        "relatedArtifact": [{"type": "documentation", "display": basket.source}],
        "action": [
            {
                "title": exam.display,
                "code": [concept(Coding(exam.system, exam.code, exam.display))],
                "definitionCanonical": f"{base}/ActivityDefinition/{activity_definition_id(exam.code)}|{release.name}",
            }
            for exam in exams
        ],
    }

"""PlanDefinition `examen-<code>`: an exam of the laboratory as something to order (FHIR R4, lcsd.md §11)."""

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.exam_extensions import write_exam_extensions
from api.fhir.lab_catalogue.published import WHOLE, PublishedCatalogue
from terminology.coding import Coding
from terminology.lab_catalogue import LabExam

CATALOGUE = "http://hl7.org/fhir/uv/order-catalog/StructureDefinition/CatalogReference"
_TYPES = "http://hl7.org/fhir/uv/order-catalog/CodeSystem/laboratory-service-definition-type"
_TEST, _PANEL = Coding(_TYPES, "test"), Coding(_TYPES, "panel")


def write_plan_definition(exam: LabExam, whole: PublishedCatalogue) -> JsonObject:
    """The whole resource: its names, what it is for, the exams it is made of, how it is done."""
    action: JsonObject = {
        "title": exam.label,
        "code": [whole.exam_concept(exam)],
        "definitionCanonical": whole.canonical("ActivityDefinition", exam.local_code),
    }
    return present(
        {
            **whole.head("PlanDefinition", exam.local_code, title=exam.label, changed=exam.changed_at),
            "extension": [
                {"url": CATALOGUE, "valueReference": {"reference": f"Composition/{WHOLE}"}},
                *write_exam_extensions(exam, whole),
            ],
            "identifier": [whole.identifier(exam)],
            "subtitle": exam.printed_label,
            "type": whole.concept(_PANEL if exam.members else _TEST),
            "description": exam.reference_label,
            "purpose": exam.purpose,
            "effectivePeriod": {"start": (exam.effective_from or whole.catalogue.effective_from).isoformat()},
            "topic": [whole.concept(exam.chapter)] if exam.chapter else [],
            "relatedArtifact": _members(exam, whole),
            "action": [action],
        }
    )


def _members(exam: LabExam, whole: PublishedCatalogue) -> list[JsonObject]:
    """Those of its members that can be ordered by themselves; all of them are in its ActivityDefinition."""
    found = (whole.catalogue.exam(code) for code in exam.members)
    return [
        {"type": "composed-of", "display": m.label, "resource": whole.canonical("PlanDefinition", m.local_code)}
        for m in found
        if m is not None and m.orderable
    ]

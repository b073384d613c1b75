"""ActivityDefinition `realisation-<code>`: how the laboratory performs an exam (FHIR R4, lcsd.md §4 and §11).

An exam that is not orderable has one when something is told of its performance: an item of clinical information has
none.
"""

import re

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.charge_item_definition import charge_item_key
from api.fhir.lab_catalogue.published import PublishedCatalogue, result_reference
from api.fhir.lab_catalogue.quantities import MINUTE, write_amount
from api.fhir.lab_catalogue.specimen_definition import specimen_definition_ids
from terminology.coding import Coding
from terminology.lab_catalogue import LabExam

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY_WEEK = re.compile(r"QJ([1-7])", re.ASCII)


def write_activity_definition(exam: LabExam, whole: PublishedCatalogue) -> JsonObject | None:
    """The whole resource: what is taken, asked, given, billed, when and by whom; None when nothing is told."""
    told = _performance(exam, whole)
    if not told and not exam.orderable:
        return None
    return {
        **whole.head("ActivityDefinition", exam.local_code, title=exam.label, changed=exam.changed_at),
        "identifier": [whole.identifier(exam)],
        "effectivePeriod": {"start": (exam.effective_from or whole.catalogue.effective_from).isoformat()},
        "kind": "ServiceRequest",
        "code": whole.exam_concept(exam),
        "intent": "order",
        "observationResultRequirement": [result_reference(code) for code in exam.members or (exam.local_code,)],
        **told,
    }


def _performance(exam: LabExam, whole: PublishedCatalogue) -> JsonObject:
    every_week = _weekdays(exam.schedule)
    return present(
        {
            "extension": _extensions(exam, whole, () if every_week else exam.schedule),
            "purpose": exam.purpose,
            "usage": exam.interpretation,
            "topic": [whole.concept(section) for section in exam.sections],
            "relatedArtifact": [_act(act, whole) for act in exam.nabm],
            "timingTiming": {"repeat": {"dayOfWeek": every_week}} if every_week else None,
            "bodySite": [whole.concept(exam.anatomic_site)] if exam.anatomic_site else [],
            "specimenRequirement": [
                {"reference": f"SpecimenDefinition/{id_}"} for id_ in specimen_definition_ids(exam)
            ],
            "observationRequirement": [result_reference(code) for code in exam.required_information],
        }
    )


def _extensions(exam: LabExam, whole: PublishedCatalogue, schedule: tuple[str, ...]) -> list[JsonObject]:
    reporting = exam.reporting_priority
    return [
        *whole.extension("specimen-required", "Boolean", True if exam.specimen_required else None),
        *whole.extension("turnaround", "Duration", write_amount(exam.turnaround_minutes, MINUTE)),
        *whole.extension("processing-time", "Duration", write_amount(exam.processing_minutes, MINUTE)),
        *whole.extensions("processing-priority", "Code", (each.value for each in exam.processing_priorities)),
        *whole.extension("reporting-priority", "Code", reporting.value if reporting else None),
        *whole.extensions("schedule", "String", schedule),
        *whole.extensions("subcontractor", "Reference", map(_organization, exam.subcontractors)),
        *(
            whole.extension("contraindication", "CodeableConcept", whole.concept(exam.contraindication))
            if exam.contraindication
            else ()
        ),
        *whole.extensions("reflex-exam", "Reference", map(result_reference, exam.reflex_exams)),
        *whole.extension("reflex-rule", "String", exam.reflex_rule),
        *whole.extension("factors", "String", exam.factors),
    ]


def _act(act: Coding, whole: PublishedCatalogue) -> JsonObject:
    """An act that it is billed by, in the words of this exam."""
    resource = whole.canonical("ChargeItemDefinition", charge_item_key(act))
    return present({"type": "documentation", "display": act.display, "resource": resource})


def _organization(laboratory: Coding) -> JsonObject:
    identifier = present({"system": laboratory.system, "value": laboratory.code})
    return present({"type": "Organization", "identifier": identifier, "display": laboratory.display})


def _weekdays(schedule: tuple[str, ...]) -> list[str]:
    """The days of the week, when the schedule tells nothing else; FHIR names each once."""
    found = [match[1] for match in map(_EVERY_WEEK.fullmatch, schedule) if match]
    whole = len(found) == len(schedule) == len(set(found))
    return [_DAYS[int(day) - 1] for day in found] if whole else []

"""Questionnaire `renseignements-<code>`: the clinical information one exam expects (terminology.md §5.2).

Nothing is `required`: the obligation is an incentive (seed 002) and travels in an extension of ours.
"""

from collections.abc import Mapping
from datetime import datetime

from api.fhir.canonical import write_head
from api.fhir.datatypes import present, write_coding
from api.fhir.json import JsonObject
from api.fhir.systems import UCUM, code_system, extension
from api.terminology.names import computer_name, resource_id
from api.terminology.systems import INFORMATION
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import AnswerType, ClinicalInformation, CodeStatus, ExpectedInformation, RequestCode

_ITEM_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
_ITEM_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption"
_TYPES: Mapping[AnswerType, str] = {
    AnswerType.DATE: "date",
    AnswerType.CHOICE: "choice",
    AnswerType.TEXT: "text",
    AnswerType.INTEGER: "integer",
    AnswerType.DECIMAL: "decimal",
    AnswerType.BOOLEAN: "boolean",
    AnswerType.QUANTITY: "quantity",
}


def questionnaire_id(code: str) -> str:
    """The id of the questionnaire of one exam."""
    return resource_id("renseignements", code)


def write_questionnaire(request: RequestCode, release: Release, base: str, modified: datetime) -> JsonObject:
    """The questionnaire of an exam that expects something."""
    return {
        **write_head(
            "Questionnaire",
            questionnaire_id(request.code),
            release,
            modified,
            base,
            name=computer_name("Renseignements", request.code),
            title=f"Renseignements cliniques : {request.display}",
            description="Aucune réponse n'est exigée : ce qui est obligatoire est une incitation, jamais un blocage.",
            retired=request.status is CodeStatus.RETIRED,
        ),
        "subjectType": ["Patient"],
        "code": [write_coding(Coding(request.system, request.code, request.display))],
        "item": [_write_item(expected, base) for expected in request.clinical_information],
    }


def _write_item(expected: ExpectedInformation, base: str) -> JsonObject:
    item = expected.item
    # A choice without a list is answered in words.
    kind = "text" if item.type is AnswerType.CHOICE and not item.choices else _TYPES[item.type]
    return present(
        {
            "extension": [
                {"url": extension(base, "renseignement-attendu"), "valueCode": expected.obligation.value},
                *([_unit(item.unit)] if item.unit else []),
            ],
            "linkId": item.code,
            "code": [write_coding(Coding(code_system(base, INFORMATION), item.code, item.label))],
            "text": item.label,
            "type": kind,
            "required": False,
            "answerOption": [{"valueCoding": write_coding(choice)} for choice in item.choices],
            "item": [_help(item)] if item.help else [],
        }
    )


def _unit(ucum: str) -> JsonObject:
    return {"url": _UNIT, "valueCoding": {"system": UCUM, "code": ucum, "display": ucum}}


def _help(item: ClinicalInformation) -> JsonObject:
    control: JsonObject = {"coding": [{"system": _ITEM_CONTROLS, "code": "help", "display": "Help-Button"}]}
    return {
        "extension": [{"url": _ITEM_CONTROL, "valueCodeableConcept": control}],
        "linkId": f"{item.code}-aide",
        "text": item.help,
        "type": "display",
    }

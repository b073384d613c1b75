"""ActivityDefinition `demande-<code>`: an exam as something to order (terminology.md §5.2)."""

from collections.abc import Iterable
from datetime import datetime

from api.fhir.canonical import concept, write_head
from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.observation_definition import observation_definition_id
from api.fhir.questionnaire import questionnaire_id
from api.fhir.specimen_definition import specimen_definition_ids
from api.terminology.names import computer_name, resource_id
from api.terminology.systems import LOINC_NOTICE
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import ResultCode


def activity_definition_id(code: str) -> str:
    """The id of the definition of one request code."""
    return resource_id("demande", code)


def write_activity_definition(
    request: RequestCode, results: Iterable[ResultCode], release: Release, base: str, modified: datetime
) -> JsonObject:
    """The whole resource: what is asked, on what it is taken, what it gives, what it needs to know."""
    return present(
        {
            **write_head(
                "ActivityDefinition",
                activity_definition_id(request.code),
                release,
                modified,
                base,
                name=computer_name("Demande", request.code),
                title=request.display,
                description=request.reference_label or "",
                copyright=LOINC_NOTICE,
                retired=request.status is CodeStatus.RETIRED,
            ),
            "topic": [concept(request.chapter)] if request.chapter else [],
            "relatedArtifact": [_questionnaire(request, release, base)] if request.clinical_information else [],
            "kind": "ServiceRequest",
            "code": concept(Coding(request.system, request.code, request.display), request.display),
            "intent": "order",
            "bodySite": [concept(site) for site in request.sites],
            "specimenRequirement": [
                {"reference": f"SpecimenDefinition/{id_}"} for id_ in specimen_definition_ids(request)
            ],
            "observationResultRequirement": [
                {"reference": f"ObservationDefinition/{observation_definition_id(result.code)}"} for result in results
            ],
        }
    )


def _questionnaire(request: RequestCode, release: Release, base: str) -> JsonObject:
    return {
        "type": "depends-on",
        "display": "Renseignements cliniques",
        "resource": f"{base}/Questionnaire/{questionnaire_id(request.code)}|{release.name}",
    }

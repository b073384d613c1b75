"""SpecimenDefinition: a nature of specimen, and what the patient does before one exam is taken on it (§5.2).

A nature alone is `prelevement-<nature>`; with the instructions of an exam it is `prelevement-<nature>-<exam>`, and
`prelevement-<exam>` when the exam has instructions and no nature of its own.
"""

from collections.abc import Iterator
from datetime import datetime

from api.fhir.canonical import concept, write_meta
from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.systems import URI
from api.terminology.names import resource_id
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import RequestCode

_PREFIX = "prelevement"


def specimen_definition_ids(request: RequestCode) -> tuple[str, ...]:
    """The ids of what an exam is taken on, in order."""
    if not request.patient_instructions:
        return tuple(resource_id(_PREFIX, nature.code) for nature in request.specimens)
    natures = [f"{nature.code}-{request.code}" for nature in request.specimens]
    return tuple(resource_id(_PREFIX, name) for name in natures or [request.code])


def write_specimen_definitions(release: Release, base: str, modified: datetime) -> Iterator[JsonObject]:
    """Those of the natures of a release, then those of its exams that come with instructions."""
    used = dict.fromkeys(nature for request in release.requests for nature in request.specimens)
    for nature in dict.fromkeys([*release.lists.specimens, *used]):
        yield _write(resource_id(_PREFIX, nature.code), nature, (), base, modified)
    for request in release.requests:
        if request.patient_instructions:
            natures: tuple[Coding | None, ...] = request.specimens or (None,)
            for id_, each in zip(specimen_definition_ids(request), natures, strict=True):
                yield _write(id_, each, request.patient_instructions, base, modified)


def _write(id_: str, nature: Coding | None, instructions: tuple[str, ...], base: str, modified: datetime) -> JsonObject:
    return present(
        {
            "resourceType": "SpecimenDefinition",
            "id": id_,
            "meta": write_meta(modified),
            "language": "fr",
            "identifier": {"system": URI, "value": f"{base}/SpecimenDefinition/{id_}"},
            "typeCollected": concept(nature, nature.display) if nature else None,
            "patientPreparation": [{"text": instruction} for instruction in instructions],
        }
    )

"""Every resource of a version, and the Bundle `catalogue` that holds them all (FHIR R4, lcsd.md §11)."""

from collections.abc import Iterable, Iterator

from api.fhir.json import JsonObject, Written, serialise
from api.fhir.lab_catalogue.activity_definition import write_activity_definition
from api.fhir.lab_catalogue.charge_item_definition import charge_item_key, write_charge_item_definition
from api.fhir.lab_catalogue.composition import write_composition
from api.fhir.lab_catalogue.observation_definition import write_observation_definition
from api.fhir.lab_catalogue.plan_definition import write_plan_definition
from api.fhir.lab_catalogue.published import WHOLE, PublishedCatalogue
from api.fhir.lab_catalogue.specimen_definition import write_specimen_definitions

RESOURCE_TYPES = (
    "Composition",
    "PlanDefinition",
    "ActivityDefinition",
    "ObservationDefinition",
    "SpecimenDefinition",
    "ChargeItemDefinition",
)
"""The types of what a version is made of, in their order."""
Key = tuple[str, str]


def write_resources(whole: PublishedCatalogue) -> Iterator[JsonObject]:
    """The header, then type by type, each in the order of the exams; an act once, under its first name."""
    exams = whole.catalogue.exams
    yield write_composition(whole)
    yield from (write_plan_definition(exam, whole) for exam in exams if exam.orderable)
    yield from (written for exam in exams if (written := write_activity_definition(exam, whole)) is not None)
    yield from (write_observation_definition(exam, whole) for exam in exams)
    for exam in exams:
        yield from write_specimen_definitions(exam, whole)
    acts = {charge_item_key(act): act for exam in reversed(exams) for act in reversed(exam.nabm)}
    yield from (write_charge_item_definition(acts[key], whole) for key in sorted(acts))


def write_collection(whole: PublishedCatalogue, resources: Iterable[tuple[Key, bytes]], address: str) -> bytes:
    """The Bundle of resources that are written already, each under its type and id; `address` is where they are read.

    Always the same bytes for a version: references go from one entry to another by their `fullUrl`.
    """
    number = whole.version.number
    return serialise(
        {
            **whole.start("Bundle", WHOLE),
            "identifier": {"system": f"{whole.base}/NamingSystem/lab-sha256", "value": whole.version.sha256},
            "type": "collection",
            "timestamp": whole.published.isoformat(),
            "link": [{"relation": "self", "url": f"{address}/Bundle/{WHOLE}?version={number}"}],
            "entry": [
                {"fullUrl": f"{address}/{kind}/{id_}", "resource": Written(content)}
                for (kind, id_), content in resources
            ],
        }
    )

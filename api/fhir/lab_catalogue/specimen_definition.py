"""SpecimenDefinition `prelevement-<code>-<n>`: one container of an exam, how it is filled, kept and sent.

`preparation-<code>` when the patient has to be prepared and no container is told (FHIR R4, OM4 of lcsd.md §5).
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from api.fhir.datatypes import present
from api.fhir.json import JsonObject, JsonValue
from api.fhir.lab_catalogue.published import PublishedCatalogue
from api.fhir.lab_catalogue.quantities import HOUR, write_amount, write_interval, write_measured
from api.fhir.systems import UCUM, URI
from api.terminology.names import resource_id
from terminology.coding import Coding
from terminology.lab_catalogue import Container, Interval, LabExam, Transport

_CELSIUS = Coding(UCUM, "Cel", "°C")
_TEMPERATURES = re.compile(r"(-?\d{1,3}) ?(?:-|–|à) ?(-?\d{1,3}) ?°C", re.ASCII)


def specimen_definition_ids(exam: LabExam) -> tuple[str, ...]:
    """The ids of what an exam is taken in, in the order of its containers."""
    if not exam.containers:
        return (resource_id("preparation", exam.local_code),) if exam.patient_preparation else ()
    return tuple(resource_id("prelevement", f"{exam.local_code}-{n}") for n, _ in enumerate(exam.containers, 1))


def write_specimen_definitions(exam: LabExam, whole: PublishedCatalogue) -> Iterator[JsonObject]:
    """One for each container; the first of those to choose among is the preferred one."""
    chosen: set[int | None] = {None}
    for id_, container in zip(specimen_definition_ids(exam), exam.containers or (None,), strict=False):
        preferred = container is None or container.choice is None or container.choice not in chosen
        if container is not None:
            chosen.add(container.choice)
        yield present(
            {
                **whole.start("SpecimenDefinition", id_),
                "identifier": {"system": URI, "value": whole.url("SpecimenDefinition", id_)},
                "typeCollected": whole.concept(container.specimen) if container and container.specimen else None,
                "patientPreparation": [{"text": exam.patient_preparation}] if exam.patient_preparation else [],
                "collection": [{"text": container.collection}] if container and container.collection else [],
                "typeTested": [_tested(container, whole, preferred=preferred)] if container else [],
            }
        )


def _tested(container: Container, whole: PublishedCatalogue, *, preferred: bool) -> JsonObject:
    choice = container.choice
    return present(
        {
            "extension": [
                *whole.extension("choice", "PositiveInt", choice),
                *whole.extensions("accepted-priority", "Code", (each.value for each in container.priorities)),
            ],
            "isDerived": container.derived,
            "preference": "preferred" if preferred else "alternate",
            "container": _container(container, whole),
            "requirement": f"Un seul des récipients au choix du groupe {choice} suffit." if choice is not None else "",
            "retentionTime": write_measured(container.retention),
            "handling": _handling(container.transport),
        }
    )


def _container(container: Container, whole: PublishedCatalogue) -> JsonObject:
    additive: list[JsonValue] = []
    if container.additive:
        additive = [{"additiveCodeableConcept": whole.concept(container.additive)}]
    colour = container.cap_colour
    tube = container.description.removesuffix(f", bouchon {colour}") if colour else container.description
    return present(
        {
            "extension": whole.extension("usual-volume", "Quantity", write_measured(container.usual_volume)),
            "type": {"text": tube},
            "cap": {"text": colour} if colour else None,
            "description": container.description,
            "capacity": write_measured(container.volume),
            "minimumVolumeQuantity": write_measured(container.minimum_volume),
            "additive": additive,
            "preparation": container.preparation,
        }
    )


def _handling(transport: Transport) -> list[JsonObject]:
    bounds = _TEMPERATURES.fullmatch(transport.temperature)
    told = present(
        {
            "temperatureQualifier": {"text": transport.temperature} if transport.temperature else None,
            "temperatureRange": write_interval(Interval(*sorted(map(Decimal, bounds.groups()))), _CELSIUS)
            if bounds
            else None,
            "maxDuration": write_amount(transport.max_delay_hours, HOUR),
            "instruction": transport.remark,
        }
    )
    return [told] if told else []

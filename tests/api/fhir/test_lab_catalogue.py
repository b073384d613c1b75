"""The FHIR publication of a laboratory's catalogue says what its LCSD publication says (lcsd.md §11)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings

from api.fhir.lab_catalogue.published import PublishedCatalogue
from api.lab_publications import LabPublication
from kernel.canonical import DEFAULT_BASE
from lcsd.exchange_file import build_file, read_file
from lcsd.messages.control import Emission
from terminology.lab_catalogue import Container, LabCatalogue, LabExam, Quantity
from terminology.publishing.version import CatalogueVersion, VersionState
from tests.api.fhir.lab_catalogue_reader import CatalogueReader
from tests.lcsd.catalogues import CLOCK, GLUCOSE, RECEIVER, WORKED_EXAMPLE, catalogues

ADDRESS = "http://127.0.0.1:8000/fhir/laboratoires/750000010"
AT = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)


def published(catalogue: LabCatalogue) -> PublishedCatalogue:
    """The catalogue as a version that was published."""
    version = CatalogueVersion(
        catalogue.laboratory.finess,
        catalogue.version,
        VersionState.PUBLISHED,
        "test",
        AT,
        catalogue.effective_from,
        "a1" * 32,
        published=AT,
    )
    return PublishedCatalogue(version, catalogue, DEFAULT_BASE)


def bundle_of(catalogue: LabCatalogue) -> bytes:
    """Its Bundle."""
    return LabPublication(published(catalogue), ADDRESS).bundle()


def read_back(catalogue: LabCatalogue) -> tuple[LabExam, ...]:
    """The exams that its Bundle holds."""
    return CatalogueReader.of(bundle_of(catalogue), DEFAULT_BASE).exams()


def dateless(exams: tuple[LabExam, ...]) -> tuple[LabExam, ...]:
    """Without the two dates that FHIR fills in when the catalogue does not tell them; a unit has a name."""
    return tuple(_unnamed(replace(exam, changed_at=None, effective_from=None)) for exam in exams)


def _unnamed(exam: LabExam) -> LabExam:
    return replace(exam, containers=tuple(map(_container, exam.containers)))


def _container(container: Container) -> Container:
    return replace(
        container,
        volume=_named(container.volume),
        usual_volume=_named(container.usual_volume),
        minimum_volume=_named(container.minimum_volume),
        retention=_named(container.retention),
    )


def _named(quantity: Quantity | None) -> Quantity | None:
    unit = quantity.unit if quantity else None
    return replace(quantity, unit=replace(unit, display=unit.display or unit.code)) if quantity and unit else quantity


@settings(max_examples=30)  # each is a whole catalogue, written and read in two standards
@given(catalogues())
def test_both_publications_of_a_version_say_the_same(catalogue: LabCatalogue) -> None:
    lcsd = read_file(build_file(Emission(catalogue, RECEIVER, CLOCK.now()))[1]).catalogue
    assert read_back(catalogue) == dateless(lcsd.exams)


def test_the_worked_example_is_read_back_whole() -> None:
    assert read_back(WORKED_EXAMPLE) == dateless(WORKED_EXAMPLE.exams)


def test_a_version_always_has_the_same_bytes_and_says_its_number_and_hash() -> None:
    content = bundle_of(WORKED_EXAMPLE)
    assert content == bundle_of(WORKED_EXAMPLE)
    bundle = json.loads(content)
    header = bundle["entry"][0]["resource"]
    said = {e["url"].rpartition("/")[2]: next(v for k, v in e.items() if k != "url") for e in header["extension"]}
    assert said == {
        "ValidityPeriod": {"start": "2026-07-15T00:00:00+02:00"},
        "composition-clinicaldocument-versionNumber": "12",
        "lab-sha256": "a1" * 32,
    }
    assert bundle["identifier"]["value"] == "a1" * 32


def test_every_reference_leads_to_an_entry_and_every_canonical_carries_finess_and_version() -> None:
    bundle = json.loads(bundle_of(WORKED_EXAMPLE))
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(urls) == len(bundle["entry"])
    for key, value in _leaves(bundle):
        if key == "reference" and not value.startswith("#"):
            assert f"{ADDRESS}/{value}" in urls
        if key in ("definitionCanonical", "resource"):
            kind, id_ = value.partition("|")[0].split("/")[-2:]
            assert f"{ADDRESS}/{kind}/{id_}" in urls
            assert value == f"{DEFAULT_BASE}/laboratoires/750000010/{kind}/{id_}|12"


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, key)
    else:
        yield key, value


def test_every_resource_has_the_structure_of_its_type() -> None:
    for entry in json.loads(bundle_of(WORKED_EXAMPLE))["entry"]:
        get_fhir_model_class(entry["resource"]["resourceType"]).model_validate(entry["resource"])


def test_what_is_ordered_taken_asked_and_given_is_where_a_client_of_r4_looks() -> None:
    found = {
        f"{r['resourceType']}/{r['id']}": r for r in CatalogueReader.of(bundle_of(WORKED_EXAMPLE), "").by_url.values()
    }
    glucose = found["SpecimenDefinition/prelevement-GLYJ-1"]
    (tested,) = glucose["typeTested"]
    assert (tested["container"]["cap"]["text"], tested["container"]["type"]["text"]) == (
        "gris",
        "Tube fluorure de sodium",
    )
    assert [tested["handling"][0]["temperatureRange"][end]["value"] for end in ("low", "high")] == [15, 25]
    assert glucose["patientPreparation"] == [{"text": GLUCOSE.patient_preparation}]
    measure = found["ObservationDefinition/resultat-GLYJ"]["quantitativeDetails"]
    assert [measure[name]["coding"][0]["code"] for name in ("customaryUnit", "unit")] == ["g/L", "mmol/L"]
    assert str(measure["conversionFactor"]) == "0.180147721"  # 1 mmol/L, in g/L
    prolactin = found["ActivityDefinition/realisation-PRL"]
    assert prolactin["observationRequirement"] == [{"reference": "ObservationDefinition/resultat-DDR"}]
    assert prolactin["timingTiming"] == {"repeat": {"dayOfWeek": ["tue", "thu"]}}
    count = found["ActivityDefinition/realisation-NFS"]
    assert [r["reference"].rpartition("-")[2] for r in count["observationResultRequirement"]] == ["HB", "PLQ"]
    assert found["PlanDefinition/examen-NFS"]["type"]["coding"][0]["code"] == "panel"
    assert found["ChargeItemDefinition/acte-1104"]["code"]["coding"][0]["code"] == "1104"
    assert "PlanDefinition/examen-HB" not in found
    assert "ActivityDefinition/realisation-DDR" not in found


def test_one_of_several_containers_to_choose_among_is_preferred() -> None:
    tubes = tuple(replace(GLUCOSE.containers[0], choice=choice) for choice in (1, 1, 2, None))
    catalogue = replace(WORKED_EXAMPLE, exams=(replace(GLUCOSE, containers=tubes),))
    resources = CatalogueReader.of(bundle_of(catalogue), "").by_url.values()
    tested = [r["typeTested"][0] for r in resources if r["resourceType"] == "SpecimenDefinition"]
    assert [t["preference"] for t in tested] == ["preferred", "alternate", "preferred", "preferred"]
    assert ["requirement" in t for t in tested] == [True, True, True, False]


@pytest.mark.parametrize("preparation", ["", "À jeun depuis douze heures."])
def test_a_patient_is_prepared_even_when_no_container_is_told(preparation: str) -> None:
    exam = replace(GLUCOSE, containers=(), patient_preparation=preparation)
    assert dateless(read_back(replace(WORKED_EXAMPLE, exams=(exam,)))) == dateless((exam,))

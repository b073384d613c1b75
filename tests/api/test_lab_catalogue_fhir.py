"""The published catalogue of a laboratory over FHIR: which version, its ETag, what is refused (lcsd.md §11)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from circuitbio.cli import run
from circuitbio.examples import lab_catalogue_file
from kernel.clock import SystemClock
from lcsd.publishing import Publisher
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_catalogue_toml import load_lab_catalogue
from tests.api.facade.conftest import services
from tests.api.service import Json, Service

FINESS, OTHER = "750000010", "750000028"
ROOT = f"/fhir/laboratoires/{FINESS}"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def publisher(service: Service) -> Publisher:
    return Publisher(services(service).publishing, FINESS, "test", SystemClock())


@pytest.fixture(scope="module", autouse=True)
def _versions(publisher: Publisher) -> None:
    """One in force, one to come, a draft; of another laboratory, one to come."""
    catalogue, soon = load_lab_catalogue(lab_catalogue_file()), SystemClock().now() + timedelta(days=9)
    other = replace(catalogue, laboratory=replace(catalogue.laboratory, finess=OTHER))
    publish(replace(publisher, finess=OTHER), other, soon)
    publish(publisher, catalogue, SINCE)
    publish(publisher, replace(catalogue, exams=catalogue.exams[:-1]), soon)
    publisher.save(replace(catalogue, effective_from=SINCE))


def publish(publisher: Publisher, catalogue: LabCatalogue, since: datetime) -> None:
    publisher.save(replace(catalogue, effective_from=since.replace(microsecond=0)))
    publisher.publish()


def read(service: Service, path: str) -> Json:
    answer = service.client.get(f"{ROOT}/{path}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def test_the_version_in_force_is_read_and_another_by_its_number(service: Service, publisher: Publisher) -> None:
    hashes = {version.number: version.sha256 for version in publisher.store.versions(FINESS)}
    for query, number in (("", 1), ("?version=1", 1), ("?version=2", 2)):
        bundle = read(service, f"Bundle/catalogue{query}")
        assert (bundle["type"], bundle["identifier"]["value"]) == ("collection", hashes[number])
        assert bundle["link"][0]["url"].endswith(f"{ROOT}/Bundle/catalogue?version={number}")
        answer = service.client.get(f"{ROOT}/Composition/catalogue{query}")
        assert answer.headers["etag"] == f'W/"{hashes[number]}"'
        assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"


def test_each_resource_is_read_by_itself_where_its_full_url_says(service: Service) -> None:
    bundle = read(service, "Bundle/catalogue")
    every = {entry["resource"]["resourceType"]: entry for entry in bundle["entry"]}
    assert len(every) == 6
    for entry in every.values():
        place = entry["fullUrl"].partition(f"{ROOT}/")[2]
        assert read(service, place) == entry["resource"]


def test_what_has_not_changed_is_not_sent_again(service: Service) -> None:
    etag = service.client.get(f"{ROOT}/Bundle/catalogue").headers["etag"]
    again = service.client.get(f"{ROOT}/Bundle/catalogue", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    other = service.client.get(f"{ROOT}/Bundle/catalogue?version=2", headers={"If-None-Match": etag})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "at"),
    [
        (f"{ROOT}/Bundle/catalogue?version=3", 404, ["version"]),  # a draft
        (f"{ROOT}/Bundle/catalogue?version=99", 404, ["version"]),
        (f"{ROOT}/Bundle/autre", 404, None),
        (f"{ROOT}/PlanDefinition/examen-absent", 404, None),
        (f"/fhir/laboratoires/{OTHER}/Bundle/catalogue", 404, None),  # all it published is still to come
        ("/fhir/laboratoires/750000036/Bundle/catalogue", 404, None),
        ("/fhir/laboratoires/75000001/Bundle/catalogue", 400, ["finess"]),
        ("/fhir/laboratoires/75000001/metadata", 400, ["finess"]),
        (f"{ROOT}/Bundle/catalogue?version=0", 400, ["version"]),
        (f"{ROOT}/Bundle/catalogue?release=active", 400, ["release"]),
        (f"{ROOT}/Bundle/catalogue?_format=xml", 406, None),
    ],
)
def test_what_cannot_be_read_says_why(service: Service, path: str, status: int, at: list[str] | None) -> None:
    answer = service.client.get(path)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert answer.json()["issue"][0].get("expression") == at


def test_what_is_to_come_is_read_by_its_number(service: Service) -> None:
    place = f"/fhir/laboratoires/{OTHER}/Bundle/catalogue"
    assert "Versions publiées : 1." in service.client.get(place).text
    assert service.client.get(f"{place}?version=1").status_code == 200


def test_the_statement_lists_what_is_read_and_nothing_else(service: Service) -> None:
    said = read(service, "metadata")
    CapabilityStatement.model_validate(said)
    (rest,) = said["rest"]
    assert {resource["type"] for resource in rest["resource"]} == {
        *("Bundle", "Composition", "PlanDefinition", "ActivityDefinition", "ObservationDefinition"),
        *("SpecimenDefinition", "ChargeItemDefinition"),
    }
    assert {i["code"] for resource in rest["resource"] for i in resource["interaction"]} == {"read"}
    assert said["implementation"]["url"].endswith(ROOT)
    assert not {"Composition", "ChargeItemDefinition"} & {
        r["type"] for r in service.client.get("/fhir/metadata").json()["rest"][0]["resource"]
    }


def test_the_command_writes_the_same_bundle(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("CIRCUITBIO_DATA", str(service.data))
    assert run(["lcsd", "fhir", FINESS, "--version", "1"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == read(service, "Bundle/catalogue")


def test_a_version_that_was_taken_back_is_gone(service: Service, publisher: Publisher) -> None:
    publisher.withdraw(abandon_draft=True)
    gone = service.client.get(f"{ROOT}/Bundle/catalogue?version=2")
    assert (gone.status_code, gone.json()["issue"][0]["code"]) == (410, "deleted")
    assert read(service, "Bundle/catalogue")["link"][0]["url"].endswith("version=3")

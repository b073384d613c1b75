"""CapabilityStatement and TerminologyCapabilities: what they say is what the routes do (terminology.md §5.3)."""

import httpx2
import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.terminologycapabilities import TerminologyCapabilities
from starlette.routing import Route

from api.facade.capability import capability_of
from api.facade.search_parameters import PARAMETERS
from tests.api.service import Json, Service


def statement(service: Service, mode: str = "full") -> Json:
    answer: httpx2.Response = service.client.get(f"/fhir/metadata?mode={mode}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def test_the_statement_is_of_this_instance_and_of_r4(starter: Service) -> None:
    said = statement(starter)
    CapabilityStatement.model_validate(said)
    assert (said["kind"], said["fhirVersion"]) == ("instance", "4.0.1")
    assert said["implementation"]["url"] == "http://127.0.0.1:8000/fhir"
    assert said == starter.client.get("/fhir/metadata").json() == statement(starter, "normative")


def test_every_type_and_parameter_it_names_works(starter: Service) -> None:
    (rest,) = statement(starter)["rest"]
    by_type = {resource["type"]: resource for resource in rest["resource"]}
    assert set(PARAMETERS) <= set(by_type)
    for kind in PARAMETERS:
        said = by_type[kind]
        assert [i["code"] for i in said["interaction"]] == ["read", "search-type"]
        found = starter.client.get(f"/fhir/{kind}?_count=1").json()["entry"][0]["resource"]["id"]
        assert starter.client.get(f"/fhir/{kind}/{found}").status_code == 200
        strict = {"Prefer": "handling=strict"}
        for parameter in said["searchParam"]:
            value = {"date": "2026", "number": "0"}.get(parameter["type"], "x")
            value = "active" if parameter["name"] == "release" else value
            answer = starter.client.get(f"/fhir/{kind}?{parameter['name']}={value}", headers=strict)
            assert answer.status_code == 200, answer.text


def test_documents_are_searched_by_form_alone_and_their_files_read(starter: Service) -> None:
    (rest,) = statement(starter)["rest"]
    by_type = {resource["type"]: resource for resource in rest["resource"]}
    documents, files = by_type["DocumentReference"], by_type["Binary"]
    assert [i["code"] for i in documents["interaction"]] == ["search-type"]
    assert "formulaire" in documents["documentation"]
    assert {p["name"]: p["type"] for p in documents["searchParam"]}["date"] == "date"
    assert [i["code"] for i in files["interaction"]] == ["read"]
    assert "searchParam" not in files


def test_every_operation_it_names_is_routed_and_defined(starter: Service) -> None:
    (rest,) = statement(starter)["rest"]
    named = [("", operation) for operation in rest["operation"]]
    named += [(r["type"], operation) for r in rest["resource"] for operation in r.get("operation", [])]
    assert ("ValueSet", "expand") in {(kind, operation["name"]) for kind, operation in named}
    assert ("", "epu-create") in {(kind, operation["name"]) for kind, operation in named}
    for kind, operation in named:
        path = f"/fhir/{kind}/${operation['name']}" if kind else f"/fhir/${operation['name']}"
        assert starter.client.post(path, json={"resourceType": "Parameters"}).status_code not in (404, 405), path
        assert operation["definition"].startswith(("http://hl7.org/fhir/OperationDefinition/", "https://circuit-"))
    definitions = {operation["definition"] for _, operation in named}
    assert "http://hl7.org/fhir/OperationDefinition/ValueSet-expand" in definitions


def test_what_is_not_routed_is_not_said() -> None:
    def nothing() -> None: ...

    routes = [
        Route("/fhir/ValueSet/{id}", nothing, methods=["GET"]),
        Route("/fhir/CodeSystem/$find-matches", nothing, methods=["POST"]),
        Route("/fhir", nothing, methods=["POST"]),
        Route("/api/examens", nothing, methods=["GET"]),
    ]
    said = capability_of(routes)
    assert (said.read, said.search, said.operations, said.batch) == (frozenset({"ValueSet"}), frozenset(), {}, True)


def test_it_knows_its_code_systems_and_versions(official: Service) -> None:
    said = statement(official, "terminology")
    TerminologyCapabilities.model_validate(said)
    by_uri = {system["uri"]: system["version"] for system in said["codeSystem"]}
    versions = {version["code"]: version["isDefault"] for version in by_uri["http://loinc.org"]}
    assert versions["2025-09"] is True
    assert (versions["2025-03"], versions["demarrage-1"]) == (False, False)
    expansion = said["expansion"]
    assert (expansion["paging"], expansion["hierarchical"]) == (True, False)
    assert {"filter", "count", "offset", "property"} <= {p["name"] for p in expansion["parameter"]}
    assert said["validateCode"] == {"translations": False}


@pytest.mark.parametrize("query", ["mode=bogus", "mode=full&bogus=1"])
def test_an_unknown_mode_or_parameter_is_refused(starter: Service, query: str) -> None:
    assert starter.client.get(f"/fhir/metadata?{query}").status_code == 400

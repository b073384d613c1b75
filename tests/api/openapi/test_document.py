"""The OpenAPI of the service: valid, whole, made of the tables the routes read, and true of the methods."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31

from api.facade.search_parameters import PARAMETERS
from api.openapi.described import every_route
from api.openapi.document import STATUSES, methods_of
from api.operations.registry import OPERATIONS
from api.operations.table import Operation
from api.problems import PROBLEMS
from tests.api.facade.conftest import services
from tests.api.service import Json, Service

PLACES = {"finess": "750000010", "id": "loinc", "name": "active", "code": "GLYJ", "kind": "analyse", "number": "1"}
PLACES["file"] = "prescrire.js"


@pytest.fixture(scope="module")
def document(service: Service) -> Json:
    answer = service.client.get("/openapi.json")
    assert answer.headers["content-type"].startswith("application/json")
    body: Json = answer.json()
    return body


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    return ((path, method, said) for path, by in document["paths"].items() for method, said in by.items())


def test_it_is_valid_and_its_schemas_are(document: Json) -> None:
    assert [fault.message for fault in Draft202012Validator(OPENAPI_31).iter_errors(document)] == []
    for _, _, said in operations(document):
        for parameter in said.get("parameters", ()):
            Draft202012Validator.check_schema(parameter["schema"])
            if "example" in parameter:
                Draft202012Validator(parameter["schema"]).validate(parameter["example"])
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_nothing_it_refers_to_is_missing(document: Json) -> None:
    for place in _references(document):
        _, *names = place.split("/")
        found: Any = document
        for name in names:
            found = found[name]


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else ()
        yield from chain.from_iterable(map(_references, part.values()))
    if isinstance(part, list):
        yield from chain.from_iterable(map(_references, part))


def test_every_route_is_described_and_nothing_else_is(service: Service, document: Json) -> None:
    routes = every_route(service.client.app.routes)  # type: ignore[attr-defined]
    routed = {
        (re.sub(r":\w+}", "}", getattr(route, "path", "")), method.lower())
        for route in routes
        for method in methods_of(route)
    }
    assert {(path, method) for path, method, _ in operations(document)} == routed


def test_every_operation_has_its_own_name_and_says_in_french_what_it_does(document: Json) -> None:
    said = [operation for _, _, operation in operations(document)]
    assert len({operation["operationId"] for operation in said}) == len(said)
    for operation in said:
        assert operation["summary"]
        assert all(parameter["description"] for parameter in operation.get("parameters", ()))
    assert [name for name, about in _sent_parameters(document["components"]) if not about] == []


def _sent_parameters(part: Any) -> Iterator[tuple[str, str]]:
    """The names that a Parameters may hold, each with what it is for."""
    if isinstance(part, dict):
        yield from [(part["const"], part["description"])] if {"const", "description"} <= part.keys() else ()
        yield from chain.from_iterable(map(_sent_parameters, part.values()))
    if isinstance(part, list):
        yield from chain.from_iterable(map(_sent_parameters, part))


def test_a_token_is_asked_for_where_one_is_needed(service: Service, document: Json) -> None:
    for path, method, said in operations(document):
        answer = service.client.request(method, path.format(**PLACES), json={"resourceType": "Parameters"})
        assert (answer.status_code == 401) == ("security" in said), (method, path)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.resource}-{o.name}")
def test_an_operation_takes_what_its_table_says(document: Json, operation: Operation) -> None:
    path = document["paths"][f"/fhir/{operation.resource}/${operation.name}"]
    sent = document["components"]["schemas"][f"{operation.resource}-{operation.name}-parameters"]
    by_post = [entry["properties"]["name"]["const"] for entry in sent["properties"]["parameter"]["items"]["anyOf"]]
    assert by_post == list(operation.rules)
    by_get = {parameter["name"] for parameter in path["get"]["parameters"]}
    assert by_get.isdisjoint(operation.refused)
    assert {name for name in operation.rules if "coding" not in name.lower() and name != "codeableConcept"} < by_get
    assert all(name in path["get"].get("description", "") for name in operation.refused)


@pytest.mark.parametrize("kind", PARAMETERS)
def test_a_search_takes_what_its_table_says(document: Json, kind: str) -> None:
    said = {parameter["name"] for parameter in document["paths"][f"/fhir/{kind}"]["get"]["parameters"]}
    assert {parameter.name for parameter in PARAMETERS[kind]} < said


def test_every_refusal_of_the_service_has_a_status_that_is_explained() -> None:
    never_of_a_method_that_is_described = {405}
    assert {problem.status for problem in PROBLEMS.values()} - never_of_a_method_that_is_described <= set(STATUSES)


def test_a_method_that_is_not_described_is_refused_with_those_that_are(service: Service, document: Json) -> None:
    for path, methods in document["paths"].items():
        for method in {"get", "put", "post", "delete", "patch"} - set(methods):
            refusal = service.client.request(method, path.format(**PLACES))
            assert refusal.status_code == 405, (method, path)
            allowed = {name.strip().lower() for name in refusal.headers["allow"].split(",")}
            assert allowed - {"head"} == set(methods), (method, path)


def test_it_is_written_once_and_leads_to_the_public_address(service: Service, document: Json) -> None:
    assert document["servers"] == [{"url": services(service).config.public_url}]
    first, second = (service.client.get("/openapi.json") for _ in range(2))
    assert first.content == second.content

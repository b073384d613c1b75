"""Schemathesis asks the running service what its OpenAPI says it takes, and what it says it does not."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.openapi.examples import give_examples
from tests.api.service import BIOLOGIST, Json
from tests.api.test_transcoding import FILE, FINESS
from tests.journeys.running import RunningService, environment

# One route of each family, small enough that every case its schema defines is asked in the ordinary suite.
ONE_OF_A_FAMILY = (
    "/api/examens",
    "/api/cog/rechercher",
    "/api/laboratoires/{finess}/examens",
    "/api/paniers/{id}/versions",
    "/api/transcodage/{finess}/colonnes",
    "/api/transcodage/{finess}/examens",
    "/api/transcodage/{finess}/examens/{code}/correspondances/{kind}",
    "/api/transcodage/{finess}/export",
    "/api/documents/envois",
    "/catalogue/diff",
    "/fhir/$closure",
    "/fhir/$document-choice",
    "/fhir/$document-status",
    "/fhir/DocumentReference/_search",
    "/fhir/$epu-cancel",
    "/fhir/$epu-status",
    "/fhir/CodeSystem/$lookup",
    "/fhir/SpecimenDefinition",
    "/fhir/ValueSet/{id}",
    "/fhir/laboratoires/{finess}/PlanDefinition/{id}",
    "/fhir/metadata",
    "/health/ready",
)
# All of them, in parts of a few minutes.
EVERY_ROUTE = (
    "^/(?!fhir)",
    r"^/fhir(/?$|/\$|/Bundle|/Doc|/metadata)",
    "^/fhir/CodeSystem",
    "^/fhir/ValueSet",
    "^/fhir/ConceptMap",
    "^/fhir/(A|Bi|Q)",
    "^/fhir/[OPS]",
    "^/fhir/laboratoires/",
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service with a laboratory's catalogue."""
    with RunningService(tmp_path_factory.mktemp("data"), CIRCUITBIO_INSI="simulated") as running:
        headers = {"Authorization": f"Bearer dev:{BIOLOGIST}", "Content-Type": "text/csv"}
        sent = running.http.post(
            f"/api/transcodage/{FINESS}/import", params={"nom": "LBM A"}, content=FILE, headers=headers
        )
        assert sent.status_code == 200
        yield running


@pytest.fixture(scope="module")
def document(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its OpenAPI, with examples on its own data, and without room for a key that is not described."""
    described = service.http.get("/openapi.json").json()
    assert set(ONE_OF_A_FAMILY) <= set(described["paths"])
    assert [path for path in described["paths"] if not any(re.search(part, path) for part in EVERY_ROUTE)] == []
    _close_answers(described)
    give_examples(described, service)
    file = tmp_path_factory.mktemp("document") / "openapi.json"
    file.write_text(json.dumps(described))
    return file


def test_every_example_is_answered_as_it_is_described(service: RunningService, document: Path) -> None:
    _ask(service, document, "examples.toml")


def test_one_route_of_each_family_holds_in_every_case(service: RunningService, document: Path) -> None:
    included = [word for path in ONE_OF_A_FAMILY for word in ("--include-path", path)]
    _ask(service, document, "schemathesis.toml", *included)


@pytest.mark.judge
@pytest.mark.parametrize("paths", EVERY_ROUTE)
def test_every_route_holds_in_every_case(service: RunningService, document: Path, paths: str) -> None:
    _ask(service, document, "schemathesis.toml", "--include-path-regex", paths)


def _ask(service: RunningService, document: Path, config: str, *options: str) -> None:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(Path(__file__).with_name(config))),
        *("run", str(document), "--url", service.url, "--header", f"Authorization: Bearer dev:{BIOLOGIST}", *options),
    ]
    run = subprocess.run(command, capture_output=True, text=True, cwd=document.parent, env=environment(), check=False)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr


def _close_answers(document: Json) -> None:
    """What the service writes as JSON has no key that is not described."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    answers = [answer for operation in operations for answer in operation["responses"].values()]
    own = [
        answer["content"]["application/json"]["schema"]
        for answer in answers
        if "application/json" in answer.get("content", {})
    ]
    named = document["components"]["schemas"]
    for schema in (*own, *(named[name] for name in ("Code", "Match", "Mapping", "Result"))):
        _close(schema)


def _close(schema: Any) -> None:
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            _close(part)
    if isinstance(schema, list):
        for part in schema:
            _close(part)

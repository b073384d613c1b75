"""The outside judges on what the product gives: answers, orders as written and printed, the published catalogue.

Nothing of the product is imported: the service runs as a user runs it, and `circuitbio demo` leaves the files.
"""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conformance.conftest import JudgeFixture
from tests.journeys.running import RunningService, circuitbio

pytestmark = pytest.mark.judge

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))
LABORATORY = "dev:laboratory::750000010"
RPPS = "https://rpps.esante.gouv.fr"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The service, in a process of its own."""
    with RunningService(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="module")
def service(running: RunningService) -> httpx2.Client:
    """A client of it."""
    return running.http


@pytest.fixture(scope="module")
def demo(running: RunningService, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where `circuitbio demo` left its orders (.json, .pdf) and its catalogue (.hl7)."""
    folder = tmp_path_factory.mktemp("demo")
    result = circuitbio("demo", "--out", str(folder), CIRCUITBIO_URL=running.url)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def _files(folder: Path, ending: str) -> list[Path]:
    files = sorted(folder.rglob(f"*{ending}"))
    assert files, f"no {ending} file"
    return files


def test_the_orders_are_fhir_r4(fhir_judge: JudgeFixture, demo: Path) -> None:
    verdict = fhir_judge([*EXAMPLES, *_files(demo, ".json")])
    assert not verdict.refused, verdict.report


def test_the_printed_orders_are_pdf_a_1b(pdfa_judge: JudgeFixture, demo: Path) -> None:
    verdict = pdfa_judge(_files(demo, ".pdf"))
    assert not verdict.refused, verdict.report


def test_the_published_catalogue_follows_the_profiles_of_lab51(lab51_judge: JudgeFixture, demo: Path) -> None:
    verdict = lab51_judge(_files(demo, ".hl7"))
    assert not verdict.refused, verdict.report
    assert verdict.figures["messages"] >= 3  # M08, M09, M10


def test_the_answers_of_the_service_are_fhir_r4(
    fhir_judge: JudgeFixture, service: httpx2.Client, tmp_path: Path
) -> None:
    for name, answer in (_readings(service) | _refusals(service) | _circuit(service) | _help(service)).items():
        assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8", name
        (tmp_path / f"{name}.json").write_bytes(answer.content)
    verdict = fhir_judge(_files(tmp_path, ".json"))
    assert not verdict.refused, verdict.report


def _readings(service: httpx2.Client) -> dict[str, httpx2.Response]:
    answers = {
        "expand-nfs": service.get("/fhir/ValueSet/demandes/$expand", params={"filter": "nfs", "count": 10}),
        "expand-prl": service.get("/fhir/ValueSet/demandes/$expand", params={"filter": "prl"}),
        "expand-page": service.get("/fhir/ValueSet/demandes/$expand", params={"count": 50, "offset": 50}),
        "expand-nothing": service.get("/fhir/ValueSet/demandes/$expand", params={"filter": "zzzzzz"}),
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    return answers


def _refusals(service: httpx2.Client) -> dict[str, httpx2.Response]:
    answers = {
        "unknown-path": service.get("/fhir/Nothing"),
        "wrong-method": service.delete("/fhir/ValueSet/demandes/$expand"),
        "unknown-parameter": service.get("/fhir/ValueSet/demandes/$expand", params={"bogus": "1"}),
        "no-token": service.post("/fhir/$epu-retrieve", json={"resourceType": "Parameters"}),
        "not-json": service.post("/fhir/Bundle/$validate", content=b"{", headers=_JSON),
    }
    assert [name for name, answer in answers.items() if answer.status_code < 400] == []
    assert {answer.json()["resourceType"] for answer in answers.values()} == {"OperationOutcome"}
    return answers


_JSON = {"Content-Type": "application/fhir+json"}


def _circuit(service: httpx2.Client) -> dict[str, httpx2.Response]:
    """Every answer from the creation of each example to its report by a laboratory."""
    answers: dict[str, httpx2.Response] = {}
    for example in EXAMPLES:
        order = json.loads(example.read_text())
        prescriber = f"dev:prescriber:{_author_rpps(order)}:750000010"
        validated = service.post("/fhir/Bundle/$validate", json=order, headers=_JSON)
        created = _call(service, "create", prescriber, order)
        code = {"name": "code", "valueString": _value(created, "code", "valueString")}
        asked = {"resourceType": "Parameters", "parameter": [code]}
        retrieved = _call(service, "retrieve", LABORATORY, asked)
        claimed = _call(service, "claim", LABORATORY, asked, retrieved.headers["etag"])
        reports = {"resourceType": "Parameters", "parameter": [code, *_done(claimed)]}
        steps = {
            "validate": validated,
            "print": service.post("/fhir/Bundle/$print", json=order, headers=_JSON | {"Accept": _JSON["Content-Type"]}),
            "create": created,
            "retrieve": retrieved,
            "claim": claimed,
            "report": _call(service, "report", LABORATORY, reports, claimed.headers["etag"]),
            "retrieve-done": _call(service, "retrieve", LABORATORY, asked),
            "status": _call(service, "status", prescriber, asked),
            "list": _call(service, "list", prescriber, {"resourceType": "Parameters"}),
        }
        assert {name: step.text for name, step in steps.items() if step.status_code != 200} == {}
        answers |= {f"{example.stem}-{name}": step for name, step in steps.items()}
    return answers


def _help(service: httpx2.Client) -> dict[str, httpx2.Response]:
    """A basket as an order set, and the help while an order is written."""
    headers = _JSON | {"Authorization": "Bearer dev:prescriber:10005688798:", "Idempotency-Key": str(uuid.uuid4())}
    order = json.loads(EXAMPLES[1].read_text())
    coding = {"system": "http://loinc.org", "code": "57022-6"}
    line = {"resourceType": "ServiceRequest", "status": "draft", "intent": "order", "code": {"coding": [coding]}}
    basket = {
        "name": "Suivi",
        "owner": {"rpps": "10005688798"},
        "conditions": {"sex": "female", "age_from": 18},
        "lines": [line, {**line, "code": {"text": "Dosage maison"}}],
    }
    made = service.post("/api/paniers", json=basket, headers=headers)
    assert made.status_code == 201, made.text
    known = {"linkId": "date-dernieres-regles", "answer": [{"valueDate": "2026-11-02"}]}
    context = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [known]}
    told = [{"name": "resource", "resource": order}, {"name": "context", "resource": context}]
    answers = {
        "basket": service.get(f"/api/paniers/{made.json()['id']}", headers=headers | {"Accept": _JSON["Content-Type"]}),
        "assist": service.post(
            "/fhir/Bundle/$assist", json={"resourceType": "Parameters", "parameter": told}, headers=headers
        ),
    }
    assert {answer.status_code for answer in answers.values()} == {200}
    return answers


def _done(claimed: httpx2.Response) -> list[dict[str, Any]]:
    """One `report` parameter that says done for each line of a claim's answer."""
    lines = [part["part"] for part in claimed.json().get("parameter", []) if part["name"] == "line"]
    return [
        {
            "name": "report",
            "part": [
                {"name": "line", "valueUri": next(part["valueUri"] for part in line if part["name"] == "id")},
                {"name": "result", "valueCode": "done"},
                {"name": "performed", "valueDateTime": "2026-11-21T10:00:00+01:00"},
            ],
        }
        for line in lines
    ]


def _call(service: httpx2.Client, name: str, caller: str, body: object, version: str | None = None) -> httpx2.Response:
    headers = _JSON | {"Authorization": f"Bearer {caller}", "Idempotency-Key": str(uuid.uuid4())}
    if version:
        headers["If-Match"] = version
    return service.post(f"/fhir/$epu-{name}", json=body, headers=headers)


def _value(answer: httpx2.Response, name: str, kind: str) -> str:
    assert answer.status_code == 200, answer.text
    return str(next(part[kind] for part in answer.json()["parameter"] if part["name"] == name))


def _author_rpps(order: dict[str, Any]) -> str:
    """RPPS of who signed: RequestGroup.author -> PractitionerRole.practitioner -> Practitioner.identifier."""
    resources = {entry["fullUrl"]: entry["resource"] for entry in order["entry"]}
    group = next(iter(resources.values()))
    practitioner = resources[resources[group["author"]["reference"]]["practitioner"]["reference"]]
    return str(next(each["value"] for each in practitioner["identifier"] if each["system"] == RPPS))

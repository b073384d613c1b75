"""`POST /fhir`: a batch, each entry answered on its own (FHIR R4 http.html#batch, terminology.md §5)."""

from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from api.operations import batch
from tests.api.operations.asking import LOINC, as_parameters, outcome
from tests.api.service import Json, Service

LOOKUP = f"CodeSystem/$lookup?system={LOINC}&code="


def bundle(*requests: Json, kind: str = "batch") -> Json:
    """A Bundle of these entries."""
    return {"resourceType": "Bundle", "type": kind, "entry": list(requests)}


def asked(url: str, method: str = "GET", **more: Any) -> Json:
    """One entry."""
    return {"request": {"method": method, "url": url}, **more}


def entries(service: Service, *requests: Json) -> list[Json]:
    """What is answered to each."""
    answer = service.post("/fhir", bundle(*requests))
    assert answer.status_code == 200, answer.text
    Bundle.model_validate(answer.json())
    assert answer.json()["type"] == "batch-response"
    found: list[Json] = answer.json()["entry"]
    return found


def test_each_entry_has_its_own_answer_as_if_it_had_come_alone(starter: Service) -> None:
    coding = as_parameters({"coding": {"system": LOINC, "code": "2842-3"}, "property": "nabm"})
    found = entries(
        starter,
        asked(f"{LOOKUP}2842-3&property=nabm"),
        asked("CodeSystem/$lookup", "POST", resource=coding),
        asked(f"{LOOKUP}10000-8"),
        asked("ValueSet/lateralites/$expand?filter=bilatéral"),
        asked("CodeSystem/loinc?_summary=true"),
        asked("CodeSystem?url=http://loinc.org"),
    )
    alone = starter.client.get(f"/fhir/{LOOKUP}2842-3&property=nabm")
    assert found[0]["resource"] == found[1]["resource"] == alone.json()
    assert found[0]["response"]["etag"] == alone.headers["etag"]
    assert [e["response"]["status"] for e in found] == [
        "200 OK",
        "200 OK",
        "404 Not Found",
        "200 OK",
        "200 OK",
        "200 OK",
    ]
    assert found[2]["response"]["outcome"]["issue"][0]["code"] == "not-found"
    assert found[3]["resource"]["expansion"]["total"] == 1
    assert found[4]["resource"]["resourceType"] == "CodeSystem"
    assert found[5]["resource"]["type"] == "searchset"


def test_an_entry_that_has_not_changed_says_so(starter: Service) -> None:
    tag = entries(starter, asked(f"{LOOKUP}2842-3"))[0]["response"]["etag"]
    entry = {"request": {"method": "GET", "url": f"{LOOKUP}2842-3", "ifNoneMatch": tag}}
    assert entries(starter, entry)[0]["response"]["status"] == "304 Not Modified"


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        (asked("$epu-create", "POST"), "400 Bad Request"),
        (asked("Bundle/$validate", "POST"), "400 Bad Request"),
        (asked("", "POST", resource=bundle()), "400 Bad Request"),
        (asked("../api/examens"), "400 Bad Request"),
        (asked("http://ailleurs.invalid/fhir/CodeSystem/loinc"), "400 Bad Request"),
        (asked("CodeSystem/loinc", "DELETE"), "405 Method Not Allowed"),
        (asked("CodeSystem/loinc", "PUT", resource={"resourceType": "CodeSystem"}), "405 Method Not Allowed"),
        (asked("CodeSystem/$find-matches"), "501 Not Implemented"),
    ],
)
def test_only_questions_to_the_terminology_are_answered(starter: Service, entry: Json, status: str) -> None:
    if not entry["request"]["url"]:
        assert outcome(starter.post("/fhir", bundle(entry)))[:2] == (400, "structure")
        return
    refused, answered = entries(starter, entry, asked(f"{LOOKUP}2842-3"))
    assert refused["response"]["status"] == status
    assert refused["response"]["outcome"]["issue"][0]["code"] == "not-supported"
    assert answered["response"]["status"] == "200 OK"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (bundle(kind="transaction"), (400, "not-supported", ["Bundle.type"])),
        (bundle(kind="collection"), (400, "value", ["Bundle.type"])),
        ({"resourceType": "Parameters"}, (400, "structure", [])),
        (bundle({"fullUrl": "urn:x"}), (400, "structure", ["Bundle.entry[0].request"])),
        (bundle({"request": {"method": "GET"}}), (400, "structure", ["Bundle.entry[0].request.url"])),
        (bundle(asked("metadata", resource={})), (400, "structure", ["Bundle.entry[0].resource"])),
        (bundle(*[asked("metadata")] * 101), (422, "too-costly", ["Bundle.entry"])),
    ],
)
def test_what_is_no_batch_is_refused_whole(starter: Service, sent: Json, expected: tuple[int, str, list[str]]) -> None:
    assert outcome(starter.post("/fhir", sent)) == expected


def test_answers_that_grow_too_long_are_told_to_the_entries_beyond(
    starter: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "MOST_BYTES", 100)
    first, second = entries(starter, asked(f"{LOOKUP}2842-3"), asked(f"{LOOKUP}2842-3"))
    assert first["response"]["status"] == "200 OK"
    assert second["response"]["outcome"]["issue"][0]["code"] == "too-costly"


def test_an_empty_batch_is_answered(starter: Service) -> None:
    assert starter.post("/fhir", {"resourceType": "Bundle", "type": "batch"}).json() == {
        "resourceType": "Bundle",
        "type": "batch-response",
    }

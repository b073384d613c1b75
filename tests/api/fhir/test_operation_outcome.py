"""Findings travel as an OperationOutcome, whatever they are."""

import json
from typing import Any

from fhir.resources.R4B.operationoutcome import OperationOutcome

from api.fhir.json import JsonObject, serialise
from api.fhir.operation_outcome import write_error, write_outcome
from api.fhir.places import Places
from kernel.errors import NotFound
from kernel.findings import Finding, Severity

BASE = "https://circuit-biologie.invalid/fhir"


def issues(outcome: JsonObject) -> list[dict[str, Any]]:
    OperationOutcome.model_validate(outcome)
    found: list[dict[str, Any]] = json.loads(serialise(outcome))["issue"]
    return found


def test_a_finding_says_what_where_and_what_to_do() -> None:
    places = Places()
    places.mark("line/urn:uuid:x", "Bundle.entry[5].resource")
    finding = Finding(Severity.WARNING, "W-CLIN", "Il manque une date.", "La donner.", "line/urn:uuid:x")
    assert issues(write_outcome([finding], BASE, places)) == [
        {
            "severity": "warning",
            "code": "required",
            "details": {
                "coding": [{"system": f"{BASE}/CodeSystem/epu-issue", "code": "W-CLIN"}],
                "text": "Il manque une date.",
            },
            "diagnostics": "La donner.",
            "expression": ["Bundle.entry[5].resource"],
        }
    ]


def test_nothing_to_say_is_said_and_a_code_outside_the_list_is_not_passed_off_as_ours() -> None:
    assert issues(write_outcome([], BASE))[0]["severity"] == "information"
    unknown = issues(write_error(NotFound.because("no-such-page", "Rien ici."), BASE))[0]
    assert unknown["code"] == "not-found"
    assert unknown["details"] == {"text": "Rien ici."}

"""Asking the operations as clients do: by GET, by POST, in a batch; and reading what they answer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx2

from tests.api.service import Json, Service

BASE = "https://circuit-biologie.invalid/fhir"
LOINC = "http://loinc.org"
NABM = "https://smt.esante.gouv.fr/terminologie-nabm"
WAITING = f"{BASE}/CodeSystem/codes-attente"
Given = Mapping[str, Any]
"""Parameters by name: a text, a number, a boolean, a Coding or CodeableConcept as a dict, a list to repeat one."""


def get(service: Service, path: str, given: Given | None = None) -> httpx2.Response:
    """GET below /fhir."""
    pairs = [(name, _text(value)) for name, values in (given or {}).items() for value in _many(values)]
    return service.client.get(f"/fhir/{path}?{urlencode(pairs, quote_via=quote)}" if pairs else f"/fhir/{path}")


def post(service: Service, path: str, given: Given) -> httpx2.Response:
    """POST of Parameters below /fhir."""
    return service.post(f"/fhir/{path}", as_parameters(given))


def as_parameters(given: Given) -> Json:
    """The Parameters of these."""
    entries = [{"name": name, **_value(name, value)} for name, values in given.items() for value in _many(values)]
    return {"resourceType": "Parameters", "parameter": entries}


def outcome(answer: httpx2.Response) -> tuple[int, str, list[str]]:
    """Status, issue code and expression of a refusal, which speaks French and says what to do."""
    issue = answer.json()["issue"][0]
    assert issue["severity"] == "error"
    assert issue["details"]["text"]
    assert issue["diagnostics"]
    return answer.status_code, issue["code"], issue.get("expression", [])


def values(answer: httpx2.Response) -> Json:
    """The single values of a Parameters, by name."""
    assert answer.status_code == 200, answer.text
    return {
        parameter["name"]: next(v for key, v in parameter.items() if key != "name")
        for parameter in answer.json()["parameter"]
        if "part" not in parameter
    }


def parts(answer: httpx2.Response, name: str) -> list[Json]:
    """The parts of each parameter of that name, by their names."""
    assert answer.status_code == 200, answer.text
    return [
        {part["name"]: part.get("part") or next(v for key, v in part.items() if key != "name") for part in each["part"]}
        for each in answer.json()["parameter"]
        if each["name"] == name
    ]


def codes(answer: httpx2.Response) -> list[str]:
    """The codes of an expansion."""
    assert answer.status_code == 200, answer.text
    return [concept["code"] for concept in answer.json()["expansion"].get("contains", [])]


def _many(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_KINDS = {
    "url": "valueUri", "system": "valueUri", "source": "valueUri", "target": "valueUri", "targetsystem": "valueUri",
    "context": "valueUri", "code": "valueCode", "codeA": "valueCode", "codeB": "valueCode", "date": "valueDateTime",
    "displayLanguage": "valueCode", "contextDirection": "valueCode", "exclude-system": "valueCanonical",
    "system-version": "valueCanonical", "check-system-version": "valueCanonical",
    "force-system-version": "valueCanonical",
}  # fmt: skip


def _value(name: str, value: Any) -> Json:
    if isinstance(value, dict):
        if "resourceType" in value:
            return {"resource": value}
        return {"valueCodeableConcept" if "coding" in value else "valueCoding": value}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int):
        return {"valueInteger": value}
    return {_KINDS.get(name, "valueString"): value}

"""Bad orders at the door: each is refused with the element, the reason and what to do, and nothing is stored.

And what only warns: it never refuses (prescription.md §1).
"""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.api.service import PRESCRIBER, Json, Service, example, issues, value

Change = Callable[[Json], None]
LINE = "Bundle.entry[4].resource"
BASE = "https://circuit-biologie.invalid/fhir"


def resource(order: Json, kind: str, number: int = 0) -> Json:
    found: Json = [e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == kind][number]
    return found


def put(kind: str, **elements: Any) -> Change:
    return lambda order: resource(order, kind).update(elements)


def flag(name: str) -> Json:
    return {"url": f"{BASE}/StructureDefinition/{name}", "valueBoolean": True}


def _doubled_line(order: Json) -> None:
    order["entry"].append(
        deepcopy(next(e for e in order["entry"] if e["resource"]["resourceType"] == "ServiceRequest"))
    )


def _bad_key(order: Json) -> None:
    resource(order, "Patient")["identifier"][0]["value"] = "279035121518988"


def _point_to_point(order: Json) -> None:
    extension = {"url": f"{BASE}/StructureDefinition/use-case", "valueCode": "B3"}
    resource(order, "RequestGroup").setdefault("extension", []).append(extension)


@pytest.mark.parametrize(
    ("change", "status", "code", "where"),
    [
        (_doubled_line, 422, "duplicate-line", "Bundle.entry"),
        (
            put("ServiceRequest", subject={"reference": "urn:uuid:nobody"}),
            400,
            "bad-reference",
            f"{LINE}.subject.reference",
        ),
        (put("ServiceRequest", requester={"reference": "x"}), 400, "bad-reference", f"{LINE}.requester.reference"),
        (put("ServiceRequest", authoredOn="2026-11-20T09:30:00"), 400, "invalid-bundle", f"{LINE}.authoredOn"),
        (put("RequestGroup", authoredOn="2026-11-20"), 400, "invalid-bundle", "Bundle.entry[0].resource.authoredOn"),
        (put("ServiceRequest", performer=[{"display": "LBM A"}]), 400, "unsupported-element", f"{LINE}.performer"),
        (put("ServiceRequest", note=[{"text": "n" * 501}]), 422, "too-long", f"{LINE}.note"),
        (put("ServiceRequest", note=[{"text": "a\x00b"}]), 400, "bad-parameter", f"{LINE}.note[0].text"),
        (_bad_key, 400, "malformed-ins", "Bundle.entry[1].resource.identifier[0]"),
        (_point_to_point, 422, "not-b1", "Bundle.entry[0].resource"),
    ],
)
def test_a_wrong_order_is_refused_with_its_place_and_leaves_no_trace(
    service: Service, change: Change, status: int, code: str, where: str
) -> None:
    before = _listed(service)
    order = example(1)
    change(order)
    refused = service.create(order)
    told = [issue for issue in refused.json()["issue"] if issue["severity"] == "error"]
    assert (refused.status_code, next(c for s, c in issues(refused) if s == "error")) == (status, code), refused.text
    assert any(place.startswith(where) for issue in told for place in issue["expression"]), told
    assert all(issue["details"]["text"] and issue["diagnostics"] for issue in told)
    assert _listed(service) == before


def test_an_order_of_more_than_a_mebibyte_is_refused_unread(service: Service) -> None:
    order = example(1)
    order["entry"] += [{"fullUrl": "urn:uuid:x", "resource": {"resourceType": "Basic", "id": "x" * 2000}}] * 600
    refused = service.create(order)
    assert (refused.status_code, issues(refused)) == (413, [("error", "too-long")])


@pytest.mark.parametrize(
    ("extensions", "text", "code"),
    [
        ([flag("ald"), flag("non-reimbursable")], None, "W-FLAGS"),
        ([flag("ald"), flag("work-accident")], None, "W-FLAGS"),
        ([flag("outside-nomenclature")], None, "W-HN"),
        ([], "revoir avec Dominique PAT-TROIS", "W-TEXT-TRAIT"),
        ([], "INS 2 79 03 51 215 189 89", "W-TEXT-TRAIT"),
    ],
)
def test_what_only_warns_never_refuses(service: Service, extensions: list[Json], text: str | None, code: str) -> None:
    order = example(1)
    line = resource(order, "ServiceRequest")
    line["extension"] = [e for e in line.get("extension", []) if e["url"] not in {x["url"] for x in extensions}]
    line["extension"] += extensions
    if not line["extension"]:
        del line["extension"]
    if text:
        line["note"] = [{"text": text}]
    made = service.create(order)
    assert made.status_code == 200, made.text
    assert code in {c for _, c in issues(made)}
    kept = json.dumps(value(service.retrieve(value(made, "code")), "order"))
    assert "PAT-TROIS" not in kept
    assert "279035121518989" not in kept.replace(" ", "")


def _listed(service: Service) -> int:
    body = {"resourceType": "Parameters", "parameter": [{"name": "count", "valueInteger": 100}]}
    answer = service.post("/fhir/$epu-list", body, PRESCRIBER)
    assert answer.status_code == 200
    return sum(parameter["name"] == "order" for parameter in answer.json().get("parameter", ()))

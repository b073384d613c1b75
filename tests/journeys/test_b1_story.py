"""In town, from the prescriber to two laboratories and back, on each database (seed 002; prescription.md §6-8).

The source documents' NFS and prolactine, then one order that two laboratories share: one adapts it, one line is
renewed months later, and the prescriber sees each difference.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.api.service import (
    BIOLOGIST,
    LABORATORY,
    OTHER_LABORATORY,
    PRESCRIBER,
    Json,
    example,
    issues,
    lines,
    parameters,
    value,
)
from tests.journeys.running import RunningService
from tests.storage.bases import DATABASES, new_base_url

CRP = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "intent": "order",
    "code": {"coding": [{"system": "http://loinc.org", "code": "1988-5"}]},
}


@pytest.fixture(scope="module", params=DATABASES)
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder: Path = tmp_path_factory.mktemp("town")
    with (
        new_base_url(request.param, request, folder) as url,
        RunningService(folder / "data", CIRCUITBIO_DATABASE_URL=url) as running,
    ):
        yield running


def ask(town: RunningService, operation: str, body: Json, caller: str, version: int | None = None) -> httpx2.Response:
    headers = {"Authorization": f"Bearer dev:{caller}", "Idempotency-Key": str(uuid.uuid4())}
    if version is not None:
        headers["If-Match"] = f'W/"{version}"'
    return town.http.post(f"/fhir/$epu-{operation}", json=body, headers=headers)


def report(line: str, result: str, performed: str, **more: str) -> Json:
    part = [{"name": "line", "valueUri": line}, {"name": "result", "valueCode": result}]
    part += [{"name": "performed", "valueDateTime": performed}]
    part += [{"name": name, "valueCode": code} for name, code in more.items()]
    return {"name": "report", "part": part}


def states(answer: httpx2.Response) -> dict[str, str]:
    return {line["id"]: line["state"] for line in lines(answer)}


def test_the_nfs_of_the_source_documents_is_scanned_taken_and_done(town: RunningService) -> None:
    made = ask(town, "create", example(1), PRESCRIBER)
    code, (line,) = value(made, "code"), lines(made)
    read = ask(town, "retrieve", parameters(code), LABORATORY)
    exam = next(
        e["resource"] for e in value(read, "order")["entry"] if e["resource"]["resourceType"] == "ServiceRequest"
    )
    assert exam["code"]["coding"][0]["code"] == "57022-6"
    assert exam["reasonCode"] == [{"text": "bilan de routine"}]
    claimed = ask(town, "claim", parameters(code), LABORATORY, 1)
    assert states(claimed) == {line["id"]: "claimed"}
    done = ask(town, "report", parameters(code, report(line["id"], "done", "2026-11-26T08:00:00+01:00")), LABORATORY, 2)
    assert (states(done), value(done, "status")) == ({line["id"]: "done"}, "completed")


def test_the_prolactine_of_the_source_documents_lacks_a_date_and_goes_all_the_same(town: RunningService) -> None:
    made = ask(town, "create", example(2), PRESCRIBER)
    assert made.status_code == 200
    assert ("warning", "W-CLIN") in issues(made)
    missing = next(i for i in value(made, "outcome")["issue"] if i["details"]["coding"][0]["code"] == "W-CLIN")
    assert "dernières règles" in missing["details"]["text"]


def test_two_laboratories_share_an_order_that_one_adapts_and_one_line_is_renewed(town: RunningService) -> None:
    made = ask(town, "create", example(3), PRESCRIBER)
    code, (renewed, dropped, kept, passed, *_) = value(made, "code"), [line["id"] for line in lines(made)]

    # The first laboratory takes everything; its biologist adds one exam and takes one away.
    assert ask(town, "claim", parameters(code), LABORATORY, 1).status_code == 200
    reason = {"name": "reason", "valueCode": "already-available"}
    removed = {
        "name": "change",
        "part": [{"name": "action", "valueCode": "remove"}, {"name": "line", "valueUri": dropped}, reason],
    }
    added = {"name": "change", "part": [{"name": "action", "valueCode": "add"}, {"name": "request", "resource": CRP},
             {"name": "reason", "valueCode": "good-practice-recommendation"}]}  # fmt: skip
    contact = {"name": "prescriber-contact", "valueCode": "agreed"}
    adapted = ask(town, "adapt", parameters(code, contact, removed, added), BIOLOGIST, 2)
    (new,) = {id_ for id_, state in states(adapted).items() if state == "claimed"}

    # It does not perform one exam, which goes back; the second laboratory sees it open, takes and does it.
    gone = report(passed, "not-done", "2026-11-26T08:00:00+01:00", reason="not-performed-here")
    assert states(ask(town, "report", parameters(code, gone), LABORATORY, 3)) == {passed: "prescribed"}
    refused = ask(town, "claim", parameters(code, {"name": "line", "valueUri": kept}), OTHER_LABORATORY, 4)
    assert (refused.status_code, issues(refused)) == (409, [("error", "line-claimed")])
    assert states(ask(town, "claim", parameters(code), OTHER_LABORATORY, 4)) == {passed: "claimed"}
    there = report(passed, "done", "2026-11-26T09:00:00+01:00")
    assert states(ask(town, "report", parameters(code, there), OTHER_LABORATORY, 5)) == {passed: "done"}

    # The renewable line: done once, due again, done elsewhere too early, which warns and is taken.
    once = report(renewed, "done", "2026-11-26T08:00:00+01:00")
    first = ask(
        town, "report", parameters(code, once, report(kept, "done", "2026-11-26T08:00:00+01:00")), LABORATORY, 6
    )
    due = {line["id"]: line.get("next-due") for line in lines(first)}
    assert (states(first), due[renewed]) == ({renewed: "prescribed", kept: "done"}, "2027-02-26")
    early = report(renewed, "done", "2026-12-10T08:00:00+01:00")
    second = ask(town, "report", parameters(code, early), OTHER_LABORATORY, 7)
    assert ("warning", "W-INTERVAL") in issues(second)

    # The prescriber sees each difference; what was signed can always be read again.
    told: list[dict[str, Any]] = ask(town, "status", parameters(code), PRESCRIBER).json()["parameter"][0]["part"]
    seen = [
        {p["name"]: p.get("valueUri") or p.get("valueCode") for p in part["part"]} for part in told if "part" in part
    ]
    by_line = {line["id"]: line for line in seen}
    assert (by_line[dropped]["state"], by_line[dropped]["reason"]) == ("removed", "already-available")
    assert by_line[new]["reason"] == "good-practice-recommendation"
    assert by_line[passed]["state"] == "done"
    original = ask(town, "retrieve", parameters(code, {"name": "view", "valueCode": "original"}), LABORATORY)
    current = ask(town, "retrieve", parameters(code), LABORATORY)
    assert (_requests(original), len(_requests(current))) == ([line["id"] for line in lines(made)], 6)


def _requests(answer: httpx2.Response) -> list[str]:
    entries = value(answer, "order")["entry"]
    return [e["fullUrl"] for e in entries if e["resource"]["resourceType"] == "ServiceRequest"]

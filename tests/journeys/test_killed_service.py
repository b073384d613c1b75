"""SIGKILL in the middle of creates leaves each order whole, or not there at all."""

import uuid
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import httpx2

from prescription.epu_code import EpuCode
from tests.api.service import PRESCRIBER, Json, example, parameters, value
from tests.journeys.running import RunningService

ORDERS = 60
ANSWERED_BEFORE_THE_KILL = 12


def create(service: RunningService, code: str) -> str | None:
    """One create; its code when the service answered, None when it died first."""
    order = example(3)
    order["entry"][0]["resource"]["groupIdentifier"] = {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": code}
    try:
        made = service.http.post("/fhir/$epu-create", json=order, headers=headers(PRESCRIBER))
    except httpx2.HTTPError:
        return None
    return code if made.status_code == 200 else None


def headers(caller: str) -> dict[str, str]:
    return {"Authorization": f"Bearer dev:{caller}", "Idempotency-Key": str(uuid.uuid4())}


def read(service: RunningService, laboratory: int, body: Json) -> httpx2.Response:
    token = f"Bearer dev:laboratory::7500{laboratory:05d}"
    return service.http.post("/fhir/$epu-retrieve", json=body, headers={"Authorization": token})


def test_each_order_is_whole_or_absent_after_the_service_was_killed_while_creating(tmp_path: Path) -> None:
    codes = [EpuCode.generate().value for _ in range(ORDERS)]
    with RunningService(tmp_path) as service, ThreadPoolExecutor(8) as senders:
        waiting = {senders.submit(create, service, code) for code in codes}
        answered = set()
        while len(answered) < ANSWERED_BEFORE_THE_KILL:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            answered |= {future.result() for future in done}
        service.kill()
        acknowledged = (answered | {future.result() for future in waiting}) - {None}
    assert len(acknowledged) < ORDERS
    with RunningService(tmp_path) as service:
        found = {code: read(service, place, parameters(code)) for place, code in enumerate(codes)}
    kept = {code for code, answer in found.items() if answer.status_code == 200}
    assert {answer.status_code for answer in found.values()} <= {200, 404}
    assert acknowledged <= kept
    for code in kept:
        order = value(found[code], "order")
        assert [e["resource"]["resourceType"] for e in order["entry"]].count("ServiceRequest") == 5
        assert found[code].headers["etag"] == 'W/"1"'

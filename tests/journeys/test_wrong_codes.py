"""Somebody tries codes at the service's several processes; the laboratories notice nothing of it."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from prescription.epu_code import EpuCode
from tests.api.service import LABORATORY, PRESCRIBER, example, parameters, value
from tests.journeys.running import RunningService, headers

AT_ONCE = 2
TRIES = 40
ALLOWED = 60
REFILL_SECONDS = 10


def read(service: RunningService, code: str, caller: str) -> httpx2.Response:
    """One try, on a connection of its own, so that every process is asked."""
    sent = {"Authorization": f"Bearer dev:{caller}", "Connection": "close"}
    return service.http.post("/fhir/$epu-retrieve", json=parameters(code), headers=sent)


def test_wrong_codes_stop_who_tries_them_in_every_process_and_nobody_else(tmp_path: Path) -> None:
    with RunningService(tmp_path, workers=2) as service, ThreadPoolExecutor(AT_ONCE) as attackers:
        made = service.http.post("/fhir/$epu-create", json=example(1), headers=headers(PRESCRIBER))
        code = value(made, "code")

        def try_codes(_: int) -> list[httpx2.Response]:
            return [read(service, EpuCode.generate().value, "laboratory::690000018") for _ in range(TRIES)]

        started = time.monotonic()
        trying = [attackers.submit(try_codes, number) for number in range(AT_ONCE)]
        reads = []
        while not all(future.done() for future in trying):
            reads.append(read(service, code, LABORATORY))
        tried = [answer for future in trying for answer in future.result()]
        spent = time.monotonic() - started
    refused = [answer for answer in tried if answer.status_code == 429]
    unknown = [answer for answer in tried if answer.status_code == 404]
    assert len(refused) + len(unknown) == AT_ONCE * TRIES
    assert ALLOWED <= len(unknown) <= ALLOWED + spent // REFILL_SECONDS + 1
    assert refused
    assert all(1 <= int(answer.headers["retry-after"]) <= 300 for answer in refused)
    assert len(reads) > 10
    assert {answer.status_code for answer in reads} == {200}

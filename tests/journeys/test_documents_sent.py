"""The whole way of a document: the order is signed over HTTP, the service writes and feeds it by itself, whatever is
killed meanwhile; on each database.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from circuitbio.documents import document_sender
from circuitbio.settings import Settings
from document.read import read_document
from kernel.clock import FixedClock
from prescription.documents.departure import LEASE, Channel, DepartureState
from prescription.documents.shared_document import DocumentStatus
from prescription.epu_code import EpuCode
from storage.database import Database
from storage.pepper_file import load_peppers
from tests.api.service import PRESCRIBER, example, parameters, value
from tests.journeys.running import RunningService, headers
from tests.storage.bases import DATABASES, new_base_url

SECONDS = 60


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


def opened(url: str, data: Path) -> closing[Database]:
    return closing(Database.open(url, load_peppers(data / "peppers.json")))


def signed(service: RunningService) -> EpuCode:
    answer = service.http.post("/fhir/$epu-create", json=example(1), headers=headers(PRESCRIBER))
    assert answer.status_code == 200, answer.text
    return EpuCode(value(answer, "code"))


def state(database: Database, code: EpuCode) -> DepartureState | None:
    with database.units(writing=False) as unit:
        dispatch = unit.departures.of_code(code)
    feeding = [each for each in dispatch.departures if each.channel is Channel.DMP] if dispatch else []
    return feeding[0].state if feeding else None


def awaited(holds: Callable[[], bool]) -> None:
    pause, end = threading.Event(), time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, "not in time"
        pause.wait(0.05)


def test_an_order_signed_over_http_is_in_the_store_soon_and_out_of_use_once_cancelled(url: str, tmp_path: Path) -> None:
    with RunningService(tmp_path, CIRCUITBIO_DATABASE_URL=url) as service, opened(url, tmp_path) as database:
        code = signed(service)
        awaited(lambda: state(database, code) is DepartureState.SENT)
        held = database.documents.of_code(code)
        assert held is not None
        written = database.documents.retrieve(held.id)
        assert written is not None
        read = read_document(written.cda)
        assert (read.prescription.epu_code, read.pdf) == (code, written.pdf)
        answer = service.http.post(
            "/fhir/$epu-cancel", json=parameters(code.value), headers={**headers(PRESCRIBER), "If-Match": 'W/"1"'}
        )
        assert answer.status_code == 200, answer.text
        held = database.documents.of_code(code)
        assert held is not None
        assert held.status is DocumentStatus.DEPRECATED


def test_the_service_is_killed_whenever_and_every_order_it_acknowledged_is_fed_once(url: str, tmp_path: Path) -> None:
    codes: list[EpuCode] = []
    for _ in range(3):
        with RunningService(tmp_path, CIRCUITBIO_DATABASE_URL=url) as service, opened(url, tmp_path) as database:
            codes += [signed(service), signed(service)]
            awaited(lambda last=codes[-2]: state(database, last) is DepartureState.SENT)  # type: ignore[misc]
            service.kill()
    # One that was in the hands of a killed process is taken up after its lease, which no test waits for.
    late = FixedClock(datetime.now(UTC) + LEASE)
    with opened(url, tmp_path) as database:
        settings = Settings(data=tmp_path, database_url=SecretStr(url))
        replace(document_sender(settings, database), clock=late).run()
        assert {state(database, code) for code in codes} == {DepartureState.SENT}
        assert all(database.documents.of_code(code) for code in codes)
        with database.units(writing=False) as unit:
            numbers = [(each.made, each.fed) for each in unit.departures.activity(None, None, None)]
    assert [sum(each) for each in zip(*numbers, strict=True)] == [len(codes), len(codes)]

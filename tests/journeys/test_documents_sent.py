"""The whole way of a document: the order is signed over HTTP, the service writes and feeds it by itself, whatever is
killed meanwhile; on each database.
"""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from circuitbio.database import opened_database
from circuitbio.documents import document_sender
from circuitbio.settings import Settings
from document.read import read_document
from document.xdm.read import read_package
from kernel.clock import FixedClock
from prescription.documents.departure import LEASE, Channel, DepartureState
from prescription.documents.ports import WrittenDocument
from prescription.documents.shared_document import DocumentStatus
from prescription.epu_code import EpuCode
from storage.database import Database
from storage.pepper_file import load_peppers
from tests.api.service import PRESCRIBER, example, parameters, value
from tests.document.mssante.operator import PASSWORD, USER, Credentials, Operator, serving
from tests.journeys.running import RunningService, headers
from tests.journeys.waiting import awaited
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.documents import code_of, full_order
from tests.storage.documents import handed_over as submitted
from tests.storage.victims import Victims, victims


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


def test_the_service_is_killed_while_it_sends_and_every_order_it_acknowledged_is_fed_once(
    url: str, tmp_path: Path
) -> None:
    with RunningService(tmp_path, CIRCUITBIO_DATABASE_URL=url) as service, opened(url, tmp_path) as database:
        codes = [signed(service) for _ in range(3)]
        awaited(lambda: any(state(database, code) is DepartureState.SENT for code in codes))
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


@pytest.fixture(scope="module")
def senders() -> Iterator[Victims]:
    with victims("tests.journeys.sender_to_kill") as senders:
        yield senders


@pytest.fixture(scope="module")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return Credentials.made_in(tmp_path_factory.mktemp("operator"))


def messaging(credentials: Credentials) -> dict[str, Any]:
    """The settings of a messaging server on a free port of this machine."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_sender": "cabinet@structure.mssante.example",
        "smtp_user": USER,
        "smtp_password": PASSWORD,
        "smtp_authorities": str(credentials.certificate),
    }


def handed_over(url: str, data: Path) -> EpuCode:
    """The code of a full order in the outbox of a base of its own."""
    order = full_order()
    with opened_database(Settings(data=data, database_url=SecretStr(url))) as database:
        submitted(database, order)
    return code_of(order)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize(("stage", "mailed"), [("dmp", 1), ("mail", 2)])
def test_killed_between_the_answer_of_the_far_side_and_its_record_it_feeds_once_and_mails_the_same_again(
    senders: Victims, url: str, tmp_path: Path, credentials: Credentials, stage: str, mailed: int
) -> None:
    code, server, operator = handed_over(url, tmp_path), messaging(credentials), Operator()
    with serving(operator, credentials, server["smtp_port"]):
        senders.start(str(tmp_path), url, json.dumps(server), stage)
        assert senders.hear() == "here"
        senders.kill()
        assert senders.hear() == "ended -9"
        settings = Settings.model_validate({"data": tmp_path, "database_url": url, **server})
        late = FixedClock(datetime.now(UTC) + LEASE)
        with opened_database(settings) as database:
            replace(document_sender(settings, database), clock=late).run()
            assert state(database, code) is DepartureState.SENT
            with database.units(writing=False) as unit:
                counted = unit.departures.activity(None, None, None)
    assert (sum(each.made for each in counted), sum(each.fed for each in counted)) == (1, 1)
    assert sum(each.mailed for each in counted) == 1
    assert len(operator.taken) == mailed
    assert len({envelope.content for envelope in operator.taken}) == 1
    message = message_from_bytes(operator.taken[0].content or b"")
    assert str(message["Message-ID"]).endswith("@structure.mssante.example>")
    package = next(part for part in message.walk() if part.get_content_type() == "application/zip")
    held = database_document(url, tmp_path, code)
    assert read_package(package.get_payload(decode=True)).document == held.cda


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_messaging_server_that_is_down_is_asked_again_later(
    url: str, tmp_path: Path, credentials: Credentials
) -> None:
    code, server, operator = handed_over(url, tmp_path), messaging(credentials), Operator()
    settings = Settings.model_validate({"data": tmp_path, "database_url": url, **server})
    clock = FixedClock(datetime.now(UTC))
    with opened_database(settings) as database:
        sender = replace(document_sender(settings, database), clock=clock)
        assert sender.run() == 1  # the DMP
        with database.units(writing=False) as unit:
            (waiting,), _ = unit.departures.entries(DepartureState.READY, 10, None)
        assert (waiting.channel, waiting.error) == (Channel.PATIENT_MAIL, "mail-unreachable")
        clock.instant = waiting.due
        with serving(operator, credentials, server["smtp_port"]):
            assert sender.run() == 1
    assert [envelope.rcpt_tos for envelope in operator.taken] == [["279035121518989@patient.mssante.fr"]]
    assert code.value.encode() not in repr(operator.taken[0].rcpt_tos).encode()


def database_document(url: str, data: Path, code: EpuCode) -> WrittenDocument:
    with opened(url, data) as database:
        held = database.documents.of_code(code)
        written = database.documents.retrieve(held.id) if held else None
    assert written is not None
    return written

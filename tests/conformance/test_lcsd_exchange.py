"""LAB-51 exchanged with HAPI HL7v2's own MLLP client and server over mutual TLS, and judged by IHE's profiles."""

import asyncio
import re
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from hl7v2.batch import read_batch
from hl7v2.mllp_server import MllpServer
from hl7v2.tls import server_context
from kernel.clock import FixedClock
from lcsd.consumer import Consumer
from lcsd.delivery import Sender
from lcsd.messages.mfk import read_answers
from lcsd.publishing import Publisher
from lcsd.received import Received
from storage.engine import sqlite_engine
from storage.migrate import upgrade
from storage.publishing import SqlPublishing
from storage.receiving import SqlReceiving
from terminology.publishing.delivery import Channel, DeliveryState, Subscriber
from terminology.receiving.supplier import Supplier
from tests.conformance import java
from tests.conformance.conftest import JudgeFixture
from tests.contract.test_receiving import FINESS, NOW, file_of, messages_of
from tests.lcsd.catalogues import CLOCK, LABORATORY
from tests.storage.test_delivery import certificate

pytestmark = pytest.mark.judge
PASSWORD = "essai"  # of a key made for the test


@pytest.fixture
def base(tmp_path: Path) -> Iterator[tuple[SqlPublishing, SqlReceiving]]:
    engine = sqlite_engine(tmp_path / "base.sqlite")
    upgrade(engine)
    receiving = SqlReceiving(engine)
    receiving.save_supplier(Supplier(FINESS, LABORATORY.application))
    yield SqlPublishing(engine), receiving
    engine.dispose()


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path, Path]:
    """One certificate for both sides, its key, and both in a PKCS#12."""
    pem, key = certificate(tmp_path, "both")
    store = pkcs12.serialize_key_and_certificates(
        b"ours",
        load_pem_private_key(key.read_bytes(), None),  # type: ignore[arg-type]
        load_pem_x509_certificate(pem.read_bytes()),
        None,
        BestAvailableEncryption(PASSWORD.encode()),
    )
    (tmp_path / "both.p12").write_bytes(store)
    return pem, key, tmp_path / "both.p12"


def partner(store: Path, *arguments: str | Path) -> list[str | Path]:
    return ["-cp", java.class_path("lab51"), "MllpPartner", store, PASSWORD, *arguments]


def test_hapi_sends_a_version_and_is_answered_what_ihe_allows(
    lab51_judge: JudgeFixture, base: tuple[SqlPublishing, SqlReceiving], keys: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    pem, key, store = keys
    consumer = Consumer(base[1], FixedClock(CLOCK.instant))
    sent = {**messages_of(NOW), "wrong": messages_of(replace(NOW, version=14))["M08"].replace(b"|NM|Y|", b"|NM|?|")}
    files = []
    for name, message in sent.items():
        (tmp_path / f"{name}.hl7").write_bytes(message)
        files.append(tmp_path / f"{name}.hl7")

    async def run() -> subprocess.CompletedProcess[str]:
        tls = server_context(str(pem), str(pem), str(key))
        async with MllpServer(consumer.answer, tls=tls) as server:
            return await asyncio.to_thread(java.java, *partner(store, "client", "127.0.0.1", str(server.port), *files))

    told = asyncio.run(run())
    assert told.stdout == "MLLP sent=5\n", told.stderr
    answers = [Path(f"{file}.answer") for file in files]
    assert [read_answers(a.read_bytes())[1][0].code for a in answers] == ["AA", "AA", "AA", "AA", "AE"]
    assert Received(base[1]).catalogue(FINESS, CLOCK.instant) == NOW
    verdict = lab51_judge(answers)
    assert verdict.refused == frozenset(), verdict.report


def test_a_version_is_sent_to_hapi_byte_for_byte(
    base: tuple[SqlPublishing, SqlReceiving], keys: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    pem, key, store = keys
    (folder := tmp_path / "received").mkdir()
    port = free_port()
    command = [java.java_home() / "bin" / "java", *partner(store, "server", str(port), folder, "4")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        publisher = Publisher(base[0], FINESS, "essai", FixedClock(CLOCK.instant))
        tls = {"ca": str(pem), "certificate": str(pem), "key": str(key)}
        publisher.subscribe(Subscriber("hapi", "DPI", "750000028", Channel.MLLP, host="127.0.0.1", port=port, **tls))
        publisher.save(NOW)
        publisher.publish()
        assert asyncio.run(Sender(base[0], publisher.clock).send()) == 4
        assert process.wait(60) == 0
    every = base[0].deliveries(FINESS)
    assert {d.state for d in every} == {DeliveryState.ACKNOWLEDGED}
    assert [(folder / f"{n}.hl7").read_bytes().rstrip(b"\r") for n in range(1, 5)] == [
        d.data.rstrip(b"\r") for d in every
    ]


def test_every_answer_to_a_file_is_what_ihe_allows(
    lab51_judge: JudgeFixture, base: tuple[SqlPublishing, SqlReceiving], tmp_path: Path
) -> None:
    consumer = Consumer(base[1], FixedClock(CLOCK.instant))
    refused = consumer.take_file(file_of(NOW).replace(b"|Tube fluorure de sodium, bouchon gris|", b"||"), "r.hl7")
    accepted = consumer.take_file(file_of(NOW), "a.hl7")
    paths = []
    for name, report in (("refused", refused), ("accepted", accepted)):
        assert read_batch(report.replies)[1] == ()
        (tmp_path / f"{name}.hl7").write_bytes(report.replies)
        paths.append(tmp_path / f"{name}.hl7")
    verdict = lab51_judge(paths)
    assert (verdict.refused, verdict.figures["messages"]) == (frozenset(), 6), verdict.report


def test_every_message_of_a_subscriber_over_mllp_is_what_ihe_allows(lab51_judge: JudgeFixture, tmp_path: Path) -> None:
    sent = messages_of(NOW)
    assert re.search(b"\\^VIDE|\\|VIDE", sent["M11"])
    for trigger, message in sent.items():
        (tmp_path / f"{trigger}.hl7").write_bytes(message)
    verdict = lab51_judge(sorted(tmp_path.iterdir()))
    assert verdict.refused == frozenset(), verdict.report


# The controls of lcsd.md §10.2: what stands in the worked example, and what makes it wrong.
CONTROLS = {
    "MFE-2 empty": (b"|MAD|v12-000001|", b"|MAD||"),
    "OM4-3 empty": (b"|Tube fluorure de sodium, bouchon gris|", b"||"),
    "second OM4": (b"\rMFE|MAD|v12-000002|", b"\rOM4|1|P|Tube sec\rMFE|MAD|v12-000002|"),
    "MSH-15": (b"|2.5^FRA||||", b"|2.5^FRA|||AL|"),
    "OM1-9 of 45 characters": ("|Glycémie à jeun|GLYJ|".encode(), b"|" + b"x" * 45 + b"|GLYJ|"),
}


def test_what_the_judge_must_refuse_is_refused_here_too(
    lab51_judge: JudgeFixture, base: tuple[SqlPublishing, SqlReceiving], tmp_path: Path
) -> None:
    consumer, good = Consumer(base[1], FixedClock(CLOCK.instant)), messages_of(NOW)["M08"]
    kept: set[str] = set()
    for name, (right, wrong) in CONTROLS.items():
        assert right in good, name
        message = good.replace(right, wrong, 1)
        (tmp_path / f"{name}.hl7").write_bytes(message)
        reply = consumer.answer(message)
        if reply and read_answers(reply)[1][0].accepted:
            kept.add(name)
    verdict = lab51_judge([tmp_path / f"{name}.hl7" for name in CONTROLS])
    assert {path.stem for path in verdict.refused} == set(CONTROLS), verdict.report
    assert kept <= {"MSH-15"}  # a warning on the way in (lcsd.md §3)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])

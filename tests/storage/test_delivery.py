"""What is queued reaches its subscriber: real folders, real sockets, and what is done when it does not."""

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine

from hl7v2.codec import decode_message
from kernel.clock import FixedClock
from lcsd.checks import check_messages
from lcsd.delivery import Sender, back_off
from lcsd.exchange_file import read_publication
from lcsd.messages.control import Processing
from lcsd.publishing import Publisher
from lcsd.rules.scope import Scope
from storage.publishing import SqlPublishing
from terminology.publishing.delivery import Channel, DeliveryState, Subscriber
from tests.lcsd.catalogues import CLOCK, LABORATORY, WORKED_EXAMPLE

Answering = Callable[[str], str | None]


@dataclass
class Consumer:
    """A receiver on a loopback port: keeps each message, answers what it is told to; None closes the line."""

    answering: Answering
    received: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while not reader.at_eof():
            try:
                frame = await reader.readuntil(b"\x1c\r")
            except (asyncio.IncompleteReadError, ConnectionError):
                break
            assert frame.startswith(b"\x0bMSH|")
            self.received.append(frame[1:-2])
            answer = self.answering(decode_message(frame[1:-2].decode())[0].text(10))
            if answer is None:
                break
            writer.write(b"\x0b" + answer.encode() + b"\x1c\r")
        writer.close()


def mfk(code: str, control_id: str, error: str = "") -> str:
    lines = [r"MSH|^~\&|DPI|750000002|CATALOGUE|750000010|20260701083002+0200||MFK^M08^MFK_M01|D1|P|2.5^FRA"]
    return "\r".join([*lines, f"MSA|{code}|{control_id}", *([error] if error else []), ""])


@pytest.fixture
def publisher(engine: Engine) -> Publisher:
    return Publisher(SqlPublishing(engine), LABORATORY.finess, "essai", FixedClock(CLOCK.instant))


def publish_to(publisher: Publisher, subscriber: Subscriber) -> Sender:
    publisher.subscribe(subscriber)
    publisher.save(WORKED_EXAMPLE)
    publisher.publish()
    return Sender(publisher.store, publisher.clock)


def over_mllp(
    sender: Sender,
    publisher: Publisher,
    answering: Answering,
    rounds: int = 1,
    hours: float = 0,
    tls: tuple[ssl.SSLContext, Subscriber] | None = None,
) -> Consumer:
    """Rounds of sending to a consumer, `hours` apart."""
    consumer = Consumer(answering)

    async def run() -> None:
        server = await asyncio.start_server(consumer.serve, "127.0.0.1", 0, limit=1 << 20, ssl=tls[0] if tls else None)
        port = server.sockets[0].getsockname()[1]
        publisher.store.save_subscriber(publisher.finess, replace(tls[1] if tls else MLLP, port=port))
        for _ in range(rounds):
            await sender.send()
            assert isinstance(publisher.clock, FixedClock)
            publisher.clock.instant += timedelta(hours=hours)
        server.close()

    asyncio.run(run())
    return consumer


MLLP = Subscriber("clinique", "DPI", "750000028", Channel.MLLP, host="127.0.0.1", port=1, reply_seconds=5)


def states(publisher: Publisher) -> list[DeliveryState]:
    return [d.state for d in publisher.store.deliveries()]


def test_a_file_is_dropped_whole_beside_its_hash_and_acknowledged_by_the_file_that_comes_back(
    publisher: Publisher, tmp_path: Path
) -> None:
    out, back = tmp_path / "out", tmp_path / "back"
    file = Subscriber("chu", "DPI", "750000002", Channel.FILE, folder=str(out), replies=str(back))
    sender = publish_to(publisher, file)
    assert sender.run() == 0
    assert states(publisher) == [DeliveryState.QUEUED]  # the folder is not there: later
    out.mkdir()
    back.mkdir()
    assert isinstance(publisher.clock, FixedClock)
    publisher.clock.instant += timedelta(seconds=30)
    assert sender.run() == 1
    (sent,) = publisher.store.deliveries()
    assert (sent.state, sent.attempts) == (DeliveryState.SENT, 2)
    assert sorted(p.name for p in out.iterdir()) == [sent.identifier, sent.identifier + ".sha256"]
    assert read_publication(out / sent.identifier).catalogue == replace(WORKED_EXAMPLE, version=1)
    answers = [mfk("AA", f"LBMA-v1-{n}") for n in (1, 2, 4)]
    batch = r"BHS|^~\&|DPI|750000002|CATALOGUE|750000010|20260701||||X|LBMA-v1" + "\r"
    (back / "1.hl7").write_text(batch + "".join(answers[:2]), newline="")
    assert sender.run() == 0
    (back / "2.hl7").write_text(batch + "".join(answers), newline="")
    assert sender.run() == 1
    assert states(publisher) == [DeliveryState.ACKNOWLEDGED]


def test_the_four_messages_go_one_by_one_on_one_line_and_all_stand_the_checks(publisher: Publisher) -> None:
    sender = publish_to(publisher, MLLP)
    consumer = over_mllp(sender, publisher, lambda id_: mfk("AA", id_))
    assert consumer.connections == 1
    assert states(publisher) == [DeliveryState.ACKNOWLEDGED] * 4
    assert [hashlib.sha256(m).hexdigest() for m in consumer.received] == [
        d.sha256 for d in publisher.store.deliveries()
    ]
    scope = Scope()
    layouts = check_messages(scope, [decode_message(m.decode()) for m in consumer.received], {Processing.PRODUCTION})
    assert [f for f in scope.findings if f.severity == "error"] == []
    assert [one.trigger for one in layouts if all(g.is_placeholder for g in one.groups)] == ["M11"]


@pytest.mark.parametrize("code", ["AE", "AR"])
def test_a_refusal_is_kept_and_nothing_goes_again_until_an_operator_acts(publisher: Publisher, code: str) -> None:
    sender = publish_to(publisher, MLLP)
    error = "ERR||OM4^1^3|101^Required field missing^HL70357|E||||Récipient obligatoire"
    consumer = over_mllp(sender, publisher, lambda id_: mfk(code, id_, error), rounds=3, hours=2)
    assert len(consumer.received) == 1
    first, *others = publisher.store.deliveries()
    assert (first.state, first.detail) == (DeliveryState.REFUSED, f"{code} OM4^1^3 Récipient obligatoire")
    assert b"MSA|" in first.reply
    assert {d.state for d in others} == {DeliveryState.QUEUED}
    assert publisher.resend("clinique") == 1
    again = over_mllp(sender, publisher, lambda id_: mfk("AA", id_))
    assert again.received[0] == consumer.received[0]
    assert states(publisher) == [DeliveryState.ACKNOWLEDGED] * 4


@pytest.mark.parametrize("answering", [lambda _: None, lambda _: "nonsense", lambda _: mfk("AA", "LBMA-v9-9")])
def test_without_a_good_answer_the_same_bytes_go_again_for_a_day_then_it_has_failed(
    publisher: Publisher, answering: Answering
) -> None:
    sender = publish_to(publisher, MLLP)
    consumer = over_mllp(sender, publisher, answering, rounds=30, hours=1)
    assert len(set(consumer.received)) == 1
    assert len(consumer.received) == 27
    assert states(publisher) == [DeliveryState.FAILED, *[DeliveryState.QUEUED] * 3]


def test_waits_grow_and_end_after_a_day() -> None:
    assert [back_off(n) for n in (1, 2, 3, 4, 5)] == [timedelta(seconds=s) for s in (30, 120, 600, 3600, 3600)]
    assert back_off(27) is None


def test_over_tls_both_show_a_certificate_and_a_stranger_gets_nothing(publisher: Publisher, tmp_path: Path) -> None:
    ours, stranger = certificate(tmp_path, "ours"), certificate(tmp_path, "stranger")
    sender = publish_to(publisher, MLLP)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*ours)
    context.load_verify_locations(ours[0])
    context.verify_mode = ssl.CERT_REQUIRED
    trusted = replace(MLLP, ca=str(ours[0]), certificate=str(ours[0]), key=str(ours[1]))
    unknown = replace(trusted, certificate=str(stranger[0]), key=str(stranger[1]))
    consumer = over_mllp(sender, publisher, lambda id_: mfk("AA", id_), tls=(context, unknown))
    assert consumer.received == []
    assert isinstance(publisher.clock, FixedClock)
    publisher.clock.instant += timedelta(seconds=30)
    consumer = over_mllp(sender, publisher, lambda id_: mfk("AA", id_), tls=(context, trusted))
    assert len(consumer.received) == 4
    assert states(publisher) == [DeliveryState.ACKNOWLEDGED] * 4


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that signs itself, for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(made.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths

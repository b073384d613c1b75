"""A kill at any point of a publication or of its sending: the old or the new version whole, no other bytes sent."""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hl7v2.codec import decode_message
from hl7v2.mllp_server import MllpServer
from kernel.clock import FixedClock
from lcsd.delivery import Sender
from lcsd.exchange_file import read_publication
from lcsd.publishing import Publisher
from storage.engine import engine_for
from storage.publishing import SqlPublishing
from terminology.publishing.delivery import Channel, DeliveryState, Subscriber
from terminology.publishing.version import VersionState
from tests.lcsd.catalogues import CLOCK, LABORATORY, WORKED_EXAMPLE
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.test_delivery import MLLP, mfk
from tests.storage.victims import Victims, victims

# Where the process stops, then: whether the version is published, and the files already there.
STAGES = [
    ("UPDATE lcsd_version", False, 0),
    ("INSERT INTO lcsd_mapping_change", False, 0),
    ("UPDATE lcsd_delivery SET state=", False, 0),
    ("INSERT INTO lcsd_delivery", False, 0),
    ("published", True, 0),
    ("wrote .sha256", True, 1),
    ("wrote .hl7", True, 2),
    ("sent", True, 2),
]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def publishers() -> Iterator[Victims]:
    with victims("tests.storage.publisher_to_kill") as publishers:
        yield publishers


@pytest.mark.parametrize(("stage", "published", "files"), STAGES, ids=[stage for stage, *_ in STAGES])
def test_a_killed_publication_is_whole_or_not_there_and_its_bytes_stay(
    publishers: Victims, url: str, tmp_path: Path, stage: str, published: bool, files: int
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    engine, clock = engine_for(url), FixedClock(CLOCK.instant)
    store = SqlPublishing(engine)
    publisher = Publisher(store, LABORATORY.finess, "essai", clock)
    publisher.subscribe(Subscriber("chu", "DPI", "750000002", Channel.FILE, folder=str(out)))
    engine.dispose()
    publishers.start(url, stage)
    assert publishers.hear() == "here"
    publishers.kill()
    assert publishers.hear() == "ended -9"
    current = publisher.current()
    assert (current is not None) == published
    assert len(store.deliveries()) == published
    assert len(list(out.iterdir())) == files
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    if not published:
        publisher.publish()
    clock.instant += timedelta(hours=1)
    Sender(store, clock).run()
    (sent,) = store.deliveries()
    assert sent.state is DeliveryState.SENT
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert {name: after[name] for name in before} == before
    assert after[sent.identifier] == sent.data
    assert read_publication(out / sent.identifier).catalogue.exams == WORKED_EXAMPLE.exams
    assert [v.state for v in store.versions(LABORATORY.finess)] == [VersionState.PUBLISHED]
    engine.dispose()


def test_a_sender_killed_between_two_messages_is_followed_by_one_that_sends_the_same_bytes(
    publishers: Victims, url: str
) -> None:
    received: list[bytes] = []
    second, go_on = threading.Event(), threading.Event()

    def answer(message: bytes) -> bytes:
        received.append(message)
        if len(received) == 2:  # in the hands of the receiver when its sender dies
            second.set()
            go_on.wait(60)
        return mfk("AA", decode_message(message.decode())[0].text(10)).encode()

    with listening(answer) as port:
        engine, clock = engine_for(url), FixedClock(CLOCK.instant)
        store = SqlPublishing(engine)
        publisher = Publisher(store, LABORATORY.finess, "essai", clock)
        publisher.subscribe(replace(MLLP, port=port, reply_seconds=60))
        engine.dispose()
        publishers.start(url, "sent")
        assert second.wait(60)
        publishers.kill()
        assert publishers.hear() == "ended -9"
        go_on.set()
        clock.instant += timedelta(hours=1)
        Sender(store, clock).run()
    every = store.deliveries()
    assert {d.state for d in every} == {DeliveryState.ACKNOWLEDGED}
    one, two, three, four = (d.data for d in every)
    assert received == [one, two, two, three, four]
    engine.dispose()


@contextmanager
def listening(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """A receiver on a loopback port, in a thread of its own; its port."""
    ports: queue.Queue[int] = queue.Queue()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with MllpServer(answer) as server:
            ports.put(server.port)
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        yield ports.get(timeout=30)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()

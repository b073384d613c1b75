"""MLLP on real sockets: frames split or run together, one answer a message, and partners that are slow or wrong."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hl7v2.mllp import FrameFault, FrameReader, framed
from hl7v2.mllp_client import MllpClient, NoAnswer
from hl7v2.mllp_server import Limits, MllpServer

T = TypeVar("T")
MESSAGES = st.lists(st.binary(max_size=60).filter(lambda m: b"\x1c" not in m), max_size=5)


def taken(reader: FrameReader, data: bytes) -> bytes | None:
    reader.feed(data)
    return reader.message()


@given(MESSAGES, st.lists(st.integers(1, 7)), st.sampled_from((b"", b"\r\n")))
def test_frames_come_out_whole_however_the_bytes_come(messages: list[bytes], cuts: list[int], between: bytes) -> None:
    wire = between.join(framed(m) for m in messages)
    reader, found = FrameReader(), []
    while wire:
        size = cuts.pop() if cuts else len(wire)
        reader.feed(wire[:size])
        wire = wire[size:]
        while (message := reader.message()) is not None:
            found.append(message)
    assert (found, reader.held) == (messages, 0)


@pytest.mark.parametrize("wrong", [b"MSH|^~\\&|", b"GET / HTTP/1.1\r\n", framed(b"a") + b"x"])
def test_what_begins_no_frame_is_refused(wrong: bytes) -> None:
    with pytest.raises(FrameFault):
        taken(FrameReader(), wrong)


@pytest.mark.parametrize("end", [b"", b"\x1c\r"])
def test_a_message_longer_than_the_limit_is_refused_ended_or_not(end: bytes) -> None:
    reader = FrameReader(10)
    assert taken(reader, framed(b"1234567890")) == b"1234567890"
    with pytest.raises(FrameFault):
        taken(reader, b"\x0b12345678901234" + end)


def echo(message: bytes) -> bytes | None:
    if message == b"crash":
        raise ZeroDivisionError
    return None if message == b"nobody" else b"answer to " + message


QUICK = Limits(message=1000, idle_seconds=0.2, message_seconds=0.3, connections=5, held=3000)


def served(work: Callable[[MllpServer], Awaitable[T]], limits: Limits = QUICK) -> T:
    async def run() -> T:
        async with MllpServer(echo, limits=limits) as server:
            return await work(server)

    return asyncio.run(run())


async def ask(server: MllpServer, *messages: bytes) -> list[bytes]:
    client = MllpClient(server.host, server.port, reply_seconds=5)
    try:
        return [await client.exchange(message) for message in messages]
    finally:
        await client.close()


async def speak(server: MllpServer, said: bytes) -> bytes:
    """All that comes back to these bytes until the server closes."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(said)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_each_message_of_a_connection_is_answered_in_turn() -> None:
    assert served(lambda server: ask(server, b"one", b"two")) == [b"answer to one", b"answer to two"]


def test_messages_run_together_are_answered_one_by_one() -> None:
    said = framed(b"one") + framed(b"two")
    assert served(lambda server: speak(server, said)) == framed(b"answer to one") + framed(b"answer to two")


@pytest.mark.parametrize(
    "said",
    [b"GET / HTTP/1.1\r\n\r\n", b"\x0b" + b"x" * 1100, b"\x0bhalf a message", b"", framed(b"nobody"), framed(b"crash")],
    ids=["garbage", "too long", "half then silence", "silence", "not to be answered", "broken answer"],
)
def test_a_wrong_partner_is_closed_without_a_word_and_the_others_are_served(said: bytes) -> None:
    async def work(server: MllpServer) -> tuple[bytes, list[bytes]]:
        return await speak(server, said), await ask(server, b"still there")

    assert served(work) == (b"", [b"answer to still there"])


def test_connections_opened_and_left_are_bounded_timed_out_and_harm_nobody() -> None:
    async def work(server: MllpServer) -> tuple[int, list[bytes]]:
        left = [await asyncio.open_connection(server.host, server.port) for _ in range(1000)]
        closed = await asyncio.gather(*(reader.read() for reader, _ in left), return_exceptions=True)
        answer = await ask(server, b"still there")
        for _, writer in left:
            writer.close()
        return len(closed), answer

    assert served(work) == (1000, [b"answer to still there"])


def test_the_bytes_held_for_all_are_bounded() -> None:
    async def work(server: MllpServer) -> list[bytes]:
        return await asyncio.gather(*(speak(server, b"\x0b" + b"x" * 900) for _ in range(4)))

    assert served(work, replace(QUICK, idle_seconds=5, message_seconds=1)) == [b""] * 4


def test_stopping_lets_an_answer_that_is_being_made_out() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(message: bytes) -> bytes:
        begun.set()
        go_on.wait(10)
        return message

    async def run() -> bytes:
        async with MllpServer(slow) as server:
            asked = asyncio.create_task(ask(server, b"one"))
            await asyncio.to_thread(begun.wait, 10)
            go_on.set()
        return (await asked)[0]

    assert asyncio.run(run()) == b"one"


@pytest.mark.parametrize("reply", [b"nonsense", b"\x0bhalf", b""])
def test_a_client_without_a_whole_answer_says_so(reply: bytes) -> None:
    async def run() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(10)
            writer.write(reply)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises((NoAnswer, ConnectionError)):
            await MllpClient("127.0.0.1", port, reply_seconds=5).exchange(b"one")
        server.close()

    asyncio.run(run())

"""Sending what is queued: a file dropped or a message over MLLP, tried again, and the answers (`lcsd.md` §6.1, §6.2).

What is sent is what publication queued, byte for byte, under the same MSH-10 at every attempt. A delivery is taken in
the base before it is sent: one killed meanwhile is taken again once its time is over. The messages of a version go one
after the other to a subscriber, each after the acknowledgement of the one before; no subscriber waits for another.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from pathlib import Path

from hl7v2.codec import decode_segment
from hl7v2.mllp_client import MllpClient, NoAnswer
from hl7v2.tls import client_context
from kernel.clock import Clock
from kernel.errors import Invalid
from lcsd.exchange_file import HASH_SUFFIX, write_whole
from lcsd.messages.mfk import Answer, read_answers
from terminology.publishing.delivery import Channel, Delivery, DeliveryState, Subscriber
from terminology.publishing.ports import PublishingStore

_BACK_OFF = (30, 120, 600, 3600)
_AT_MOST = 24 * 3600
_MARGIN = 60
_HELD = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.REFUSED, DeliveryState.FAILED)
_THROUGH = (DeliveryState.SENT, DeliveryState.ACKNOWLEDGED)
_log = logging.getLogger(__name__)


def back_off(attempts: int) -> timedelta | None:
    """How long to wait after this many failed attempts; None once a day has been waited in all."""
    waits = [_BACK_OFF[min(n, len(_BACK_OFF) - 1)] for n in range(attempts)]
    return timedelta(seconds=waits[-1]) if sum(waits) <= _AT_MOST else None


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends what waits in the base, and reads the answers left in folders."""

    store: PublishingStore
    clock: Clock

    def run(self) -> int:
        """One round over every subscriber; how many deliveries came to something. For one thread, or a command."""
        return self.collect() + asyncio.run(self.send())

    async def send(self) -> int:
        """Sends all that is due; how many were sent or answered."""
        rounds = []
        held = self.store.deliveries(states=_HELD)
        for (finess, name), group in groupby(held, key=lambda d: (d.finess, d.subscriber)):
            subscriber = next((s for s in self.store.subscribers(finess) if s.name == name), None)
            due = _in_turn(tuple(group))
            if subscriber and due and due[0].due <= self.clock.now():
                rounds.append(self._serve(subscriber, due))
        return sum(await asyncio.gather(*rounds))

    def collect(self) -> int:
        """Reads the MFK files of the subscribers that leave some; how many answered a delivery."""
        waiting = self.store.deliveries(states=(DeliveryState.SENT,))
        done = 0
        for delivery in waiting:
            subscriber = next(
                (s for s in self.store.subscribers(delivery.finess) if s.name == delivery.subscriber), None
            )
            answers = _left_for(delivery, subscriber) if subscriber and subscriber.replies else ()
            if answers:
                done += self.store.settle(delivery, _answered(delivery, answers, self.clock.now()))
        return done

    async def _serve(self, subscriber: Subscriber, due: Sequence[Delivery]) -> int:
        link = _link(subscriber)
        done = 0
        try:
            for delivery in due:
                after = await self._try(subscriber, link, delivery)
                done += after is not None and not after.state.is_waiting
                if after is None or after.state not in _THROUGH:
                    break
        finally:
            await link.close()
        return done

    async def _try(self, subscriber: Subscriber, link: MllpClient, delivery: Delivery) -> Delivery | None:
        now = self.clock.now()
        lease = timedelta(seconds=subscriber.connect_seconds + subscriber.reply_seconds + _MARGIN)
        taken = self.store.take(delivery, now, now + lease)
        if taken is None:
            return None
        try:
            if subscriber.channel is Channel.FILE:
                drop(Path(subscriber.folder), taken)
                after = replace(taken, state=DeliveryState.SENT)
            else:
                _, answers = read_answers(await link.exchange(taken.data))
                if [a.control_id for a in answers] != [taken.identifier]:
                    raise NoAnswer("La réponse n'est pas un MFK de ce message")
                after = _answered(taken, answers, self.clock.now())
        except (OSError, NoAnswer, Invalid) as failure:
            after = _failed(taken, failure, self.clock.now())
        return after if self.store.settle(taken, after) else None


def drop(folder: Path, delivery: Delivery) -> None:
    """The file under its name once whole, its hash before it; the same again changes nothing."""
    write_whole(folder / (delivery.identifier + HASH_SUFFIX), f"{delivery.sha256}  {delivery.identifier}\n".encode())
    write_whole(folder / delivery.identifier, delivery.data)


def _link(to: Subscriber) -> MllpClient:
    """The connection to a subscriber; with both certificates, unless it is reached in clear text."""
    tls = partial(client_context, to.ca, to.certificate, to.key) if to.ca else None
    return MllpClient(to.host, to.port, tls, to.connect_seconds, to.reply_seconds)


def _in_turn(every: Sequence[Delivery]) -> Sequence[Delivery]:
    """What may go now: of the last version that has something waiting, up to the first that is not through."""
    waiting = [d for d in every if d.state.is_waiting]
    if not waiting:
        return ()
    turn = []
    for delivery in (d for d in every if d.version == waiting[-1].version):
        if delivery.state in (DeliveryState.REFUSED, DeliveryState.FAILED):
            break
        if delivery.state.is_waiting:
            turn.append(delivery)
    return turn


def _answered(delivery: Delivery, answers: Sequence[Answer], now: datetime) -> Delivery:
    refusals = [a for a in answers if not a.accepted]
    state = DeliveryState.REFUSED if refusals else DeliveryState.ACKNOWLEDGED
    detail = " ; ".join(f"{a.code} {a.text}".strip() for a in refusals)
    return replace(delivery, state=state, answered=now, reply=answers[0].data, detail=detail)


def _failed(delivery: Delivery, failure: Exception, now: datetime) -> Delivery:
    why = str(failure) if isinstance(failure, NoAnswer) else type(failure).__name__
    wait = back_off(delivery.attempts)
    if wait is None:
        _log.error("delivery to a subscriber failed for good: version %s, rank %s", delivery.version, delivery.rank)
        return replace(delivery, state=DeliveryState.FAILED, detail=why)
    return replace(delivery, state=DeliveryState.QUEUED, due=now + wait, detail=why)


def _left_for(delivery: Delivery, subscriber: Subscriber) -> tuple[Answer, ...]:
    """The answers in the folder whose batch names this file, once each of its messages has one, or one is refused."""
    sent = [decode_segment(line) for line in delivery.data.decode("utf-8").split("\r") if line]
    wanted = next(segment.text(11) for segment in sent if segment.name == "BHS")
    awaited = {segment.text(10) for segment in sent if segment.name == "MSH"}
    for path in _files(Path(subscriber.replies)):
        try:
            replied, answers = read_answers(path.read_bytes())
        except (OSError, Invalid):
            continue
        ours = tuple(a for a in answers if a.control_id in awaited)
        whole = {a.control_id for a in ours} == awaited or any(not a.accepted for a in ours)
        if replied == wanted and whole:
            return ours
    return ()


def _files(folder: Path) -> Iterable[Path]:
    try:
        return sorted(folder.glob("*.hl7"))
    except OSError:
        return ()

"""What comes together takes its place together: messages gathered into arrivals, and when each one switches.

Over MLLP a publication comes as up to four messages, one after the other. Shown one by one they would make a catalogue
that nobody ever published; so an arrival waits for all four master files, or for a while after the last one, and then
takes the place of what was there in one instant. Which arrivals are in force is read off their instants: no writer has
to be alive at the hour of a switch (lcsd.md §7.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

GATHERED_FOR = timedelta(seconds=90)
"""Longer than the first wait of a sender whose connection broke between two messages."""
MASTER_FILES = 4


@dataclass(frozen=True, slots=True)
class Arrival:
    """Messages of one laboratory that switch together at `due`. `events` are their triggers (`M08`…).

    `whole`: came as one file, which empties the master files it leaves out. Instants are aware.
    """

    number: int
    finess: str
    effective: datetime
    due: datetime
    whole: bool
    events: tuple[str, ...] = ()

    def waits(self, now: datetime) -> bool:
        """Whether it is still to take its place."""
        return self.due > now


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """One message: who sent it and when, its bytes and their hash, the answer (`code` is MSA-1) and its bytes.

    `arrival` is 0 for one that was refused; `detail` tells the first error.
    """

    finess: str
    application: str
    control_id: str
    event: str
    sha256: str
    data: bytes
    received: datetime
    effective: datetime
    code: str
    reply: bytes
    detail: str = ""
    arrival: int = 0


def arrival_of(
    messages: Sequence[ReceivedMessage], waiting: Arrival | None, now: datetime, *, whole: bool = False
) -> Arrival:
    """The arrival that messages accepted together become, or the one `waiting` that they join.

    A message joins an arrival that waits, came by messages too and has the same date of effect; a master file that
    comes again takes the place of itself. The number of a new one is 0.
    """
    first = messages[0]
    joins = waiting is not None and waiting.waits(now) and not (waiting.whole or whole)
    events = tuple(message.event for message in messages)
    if waiting is None or not joins or waiting.effective != first.effective:
        made = Arrival(0, first.finess, first.effective, first.effective, whole, events)
    else:
        made = replace(waiting, events=tuple(dict.fromkeys((*waiting.events, *events))))
    complete = whole or len(made.events) == MASTER_FILES
    return replace(made, due=max(made.effective, now if complete else now + GATHERED_FOR))


def holders(arrivals: Iterable[Arrival]) -> dict[str, int]:
    """The arrival that holds each master file, by trigger; `arrivals` in the order they came.

    What came last wins, whichever was due first: a publication made later replaces one that was still to come.
    """
    held: dict[str, int] = {}
    for arrival in arrivals:
        if arrival.whole:
            held.clear()
        held.update(dict.fromkeys(arrival.events, arrival.number))
    return held


def in_force(arrivals: Iterable[Arrival], now: datetime) -> dict[str, int]:
    """The same among those that have taken their place."""
    return holders(arrival for arrival in arrivals if not arrival.waits(now))

"""Processes that publish a version or send it, and are killed on the way. They take a base, a folder and a stage."""

from pathlib import Path

from sqlalchemy import event

import lcsd.delivery
from kernel.clock import FixedClock
from lcsd.delivery import Sender
from lcsd.publishing import Publisher
from storage.engine import engine_for
from storage.publishing import SqlPublishing
from tests.lcsd.catalogues import CLOCK, LABORATORY, WORKED_EXAMPLE
from tests.storage.victims import fork_on_demand, wait_for_the_end


def publish_and_send(url: str, stage: str) -> None:
    def reached(place: str) -> None:
        if place.startswith(stage):
            wait_for_the_end()

    def write_whole(path: Path, data: bytes) -> None:
        written(path, data)
        reached(f"wrote {path.suffix}")

    written = lcsd.delivery.write_whole
    lcsd.delivery.write_whole = write_whole
    engine, clock = engine_for(url), FixedClock(CLOCK.instant)
    event.listen(engine, "after_cursor_execute", lambda _connection, _cursor, statement, *_: reached(statement))
    store = SqlPublishing(engine)
    publisher = Publisher(store, LABORATORY.finess, "essai", clock)
    publisher.save(WORKED_EXAMPLE)
    publisher.publish()
    reached("published")
    Sender(store, clock).run()
    reached("sent")


if __name__ == "__main__":
    fork_on_demand(publish_and_send)

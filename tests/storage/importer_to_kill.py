"""Processes that take a publication into a base, and are killed on the way. They take a base and a stage."""

from sqlalchemy import event

from kernel.clock import FixedClock
from lcsd.consumer import Consumer
from storage.engine import engine_for
from storage.receiving import SqlReceiving
from tests.contract.test_receiving import SMALLER, file_of
from tests.lcsd.catalogues import CLOCK
from tests.storage.victims import fork_on_demand, wait_for_the_end


def take(url: str, stage: str) -> None:
    def reached(place: str) -> None:
        if place.startswith(stage):
            wait_for_the_end()

    engine = engine_for(url)
    event.listen(engine, "after_cursor_execute", lambda _connection, _cursor, statement, *_: reached(statement))
    reached("beginning")
    Consumer(SqlReceiving(engine), FixedClock(CLOCK.instant)).take_file(file_of(SMALLER), "mfk.hl7")
    reached("taken")


if __name__ == "__main__":
    fork_on_demand(take)

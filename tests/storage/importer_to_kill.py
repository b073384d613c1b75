"""Processes that import a release, activate it, and are killed on the way. They take the URL of a base, and a stage.

The stage is the beginning of a statement, after which the process stops without having committed it, or one of
`begun`, `progressed`, `completed`, `activated`, each after a commit.
"""

from datetime import timedelta

from sqlalchemy import event

from kernel.clock import FixedClock
from storage.engine import engine_for
from storage.releases import SqlReleases
from tests.storage.orders import NOW
from tests.storage.releases import AUTUMN, OPERATOR, REPORT, file_of
from tests.storage.victims import fork_on_demand, wait_for_the_end


def import_and_activate(url: str, stage: str) -> None:
    def reached(place: str) -> None:
        if place.startswith(stage):
            wait_for_the_end()

    engine, clock = engine_for(url), FixedClock(NOW)
    event.listen(engine, "after_cursor_execute", lambda _connection, _cursor, statement, *_: reached(statement))
    store = SqlReleases(engine, clock)
    with store.staging("jdv.xlsx", OPERATOR, NOW) as staging:
        reached("begun")
        clock.instant += timedelta(seconds=2)
        staging.progress(1, 2)
        reached("progressed")
        staging.complete(AUTUMN, file_of(AUTUMN), REPORT, 0, ())
        reached("completed")
    store.activate(AUTUMN.name, OPERATOR, NOW)
    reached("activated")


if __name__ == "__main__":
    fork_on_demand(import_and_activate)

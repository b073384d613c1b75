"""Processes that create orders and are killed while they do. They take the folder of a base, and a stage.

Each says a code before it is used and a commit after it is done. At the stage it says so and waits for its end; with
`endless` it never stops creating.
"""

from pathlib import Path

from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent, KeptAnswer
from storage.engine import sqlite_engine
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import NOW, PRESCRIBER, RPPS, fixed_peppers, new_record
from tests.storage.victims import fork_on_demand, say, wait_for_the_end


def create(units: SqlUnitOfWorkFactory, stage: str) -> None:
    def reached(place: str) -> None:
        if place == stage:
            wait_for_the_end()

    code = EpuCode.generate()
    say(f"begin {code.value}")
    with units() as unit:
        reached("begun")
        unit.records.add(code, new_record(), RPPS, NOW)
        reached("added")
        unit.audit.append(AuditEvent(PRESCRIBER, "epu-create", "created", NOW, code))
        reached("traced")
        unit.answers.keep(PRESCRIBER, "epu-create", code.value, b"", KeptAnswer(200, 'W/"1"', b"{}"), NOW)
        reached("answered")
        unit.commit()
        reached("committed")
    say(f"done {code.value}")


def create_for_ever(folder: str, stage: str) -> None:
    units = SqlUnitOfWorkFactory(sqlite_engine(Path(folder) / "base.db"), fixed_peppers())
    while True:
        create(units, stage)


if __name__ == "__main__":
    fork_on_demand(create_for_ever)

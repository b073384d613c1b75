"""A process that creates orders and is killed while it does: `python -m tests.storage.writer_to_kill FOLDER STAGE`.

It says each code before it is used and each commit after it is done. At STAGE it says so and waits for its end;
with `endless` it never stops creating.
"""

import sys
from pathlib import Path

from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent, KeptAnswer
from storage.engine import sqlite_engine
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import NOW, PRESCRIBER, RPPS, fixed_peppers, new_record


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def create(units: SqlUnitOfWorkFactory, stage: str) -> None:
    def reached(place: str) -> None:
        if place == stage:
            say("here")
            sys.stdin.read()

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


if __name__ == "__main__":
    folder, stage = sys.argv[1:]
    units = SqlUnitOfWorkFactory(sqlite_engine(Path(folder) / "base.db"), fixed_peppers())
    while True:
        create(units, stage)

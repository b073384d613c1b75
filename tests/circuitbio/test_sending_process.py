"""The process that sends documents: started when something waits, one for a folder, ended with who started it."""

import multiprocessing
from contextlib import closing
from pathlib import Path

from circuitbio.database import open_database
from circuitbio.sending_process import SendingProcess
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from tests.journeys.waiting import awaited
from tests.storage.documents import code_of, full_order, handed_over


def test_of_two_that_look_one_starts_a_process_and_the_other_takes_over_when_that_one_ends(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with closing(open_database(settings)) as database:
        first, second = (SendingProcess(settings, database.units, SystemClock()) for _ in range(2))
        first.look()
        assert multiprocessing.active_children() == []  # nothing waits
        orders = [full_order(), full_order()]
        handed_over(database, orders[0])
        first.look()
        second.look()
        assert len(multiprocessing.active_children()) == 1
        awaited(lambda: database.documents.of_code(code_of(orders[0])))
        first.stop()
        assert multiprocessing.active_children() == []
        handed_over(database, orders[1])
        first.look()
        assert multiprocessing.active_children() == []  # it was stopped for good
        second.look()
        awaited(lambda: database.documents.of_code(code_of(orders[1])))
        second.stop()

"""SIGKILL at each step of sending: every document is fed once, and a mail that leaves again is the same one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from prescription.documents.departure import LEASE, DepartureState
from storage.database import Database
from storage.peppers import Peppers
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.documents import NOW, TREATING, Mailbox, Watched, code_of, full_order, handed_over, sender
from tests.storage.victims import Victims, victims

STAGES = ["taken", "written", "arrived", "settled"]


@pytest.fixture(scope="module")
def senders() -> Iterator[Victims]:
    with victims("tests.storage.sender_to_kill") as senders:
        yield senders


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


@pytest.mark.parametrize("passed", [0, 2, 5])
@pytest.mark.parametrize("stage", STAGES)
def test_whatever_the_moment_of_the_kill_each_document_is_fed_once_and_each_mail_is_one(
    senders: Victims, url: str, tmp_path: Path, peppers: Peppers, stage: str, passed: int
) -> None:
    mails = Mailbox(tmp_path / "mails")
    mails.folder.mkdir()
    database = Database.open(url, peppers)
    orders = [full_order(copies=[TREATING]) for _ in range(3)]
    for order in orders:
        handed_over(database, order)
    senders.start(url, str(mails.folder), stage, str(passed))
    assert senders.hear() == "here"
    senders.kill()
    assert senders.hear() == "ended -9"
    gateway = Watched(database.documents)
    sender(database, FixedClock(NOW + LEASE), gateway=gateway, mailer=mails).run()
    codes = [code_of(order) for order in orders]
    with database.units(writing=False) as unit:
        dispatches = [unit.departures.of_code(code) for code in codes]
        held = [unit.documents.of_code(code) for code in codes]
        activity = unit.departures.activity(None, None, None)
    assert all(document is not None for document in held)
    for dispatch in dispatches:
        assert dispatch is not None
        assert {each.state for each in dispatch.departures} == {DepartureState.SENT}
        assert len(dispatch.departures) == 3
        assert dispatch.order is None
    assert [(each.made, each.fed, each.mailed) for each in activity] == [(3, 3, 6)]
    taken = mails.taken()
    named = {message.partition(b"\r\n")[0]: message for message in taken}
    assert len(named) == 6
    assert len(taken) <= 7
    assert set(taken) == set(named.values())  # what was sent twice was the same, byte for byte
    database.close()

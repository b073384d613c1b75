"""What signing and cancelling do with documents, in the transaction of the order."""

from dataclasses import replace
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from kernel.errors import Conflict
from prescription.anonymise import anonymise
from prescription.documents.departure import Channel, DepartureState
from prescription.documents.shared_document import DocumentStatus
from prescription.documents.submit import feed
from prescription.epu_code import EpuCode
from prescription.prescription import Prescription
from prescription.rules.rule import NO_RULES, RuleContext
from prescription.usecases.access import Access
from prescription.usecases.cancel import cancel
from prescription.usecases.create import CreateSettings, create
from storage.database import Database
from storage.peppers import Peppers
from tests.printing.orders import CATALOGUE
from tests.storage.documents import (
    COLLEAGUE,
    NOW,
    PRESCRIBER,
    SETTINGS,
    UNQUALIFIED,
    code_of,
    full_order,
    handed_over,
    sender,
)

RULES = RuleContext(CATALOGUE, NOW.date(), False, NO_RULES)


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path, peppers: Peppers) -> Database:
    (tmp_path / "base.db").write_bytes(sqlite_template.read_bytes())
    return Database.open(tmp_path / "base.db", peppers)


def signed(database: Database, order: Prescription) -> list[str]:
    """Creates an order as `$epu-create` does; the tables it inserted into, in turn."""
    said: list[str] = []
    with database.units() as unit:
        driver = unit.records._connection.connection.driver_connection  # type: ignore[attr-defined]
        driver.set_trace_callback(said.append)
        create(Access(unit, PRESCRIBER, "epu-create", NOW), order, RULES, CreateSettings(sending=SETTINGS))
        driver.set_trace_callback(None)
        unit.commit()
    return [words.split()[2] for words in said if words.startswith("INSERT")]


def test_a_full_order_costs_one_row_more_and_an_anonymous_one_none(database: Database) -> None:
    order = full_order()
    anonymous, _ = anonymise(full_order(), NOW.date())
    assert signed(database, order) == ["epu_record", "document_dispatch", "epu_audit"]
    assert signed(database, anonymous) == ["epu_record", "epu_audit"]
    with database.units(writing=False) as unit:
        assert unit.departures.of_code(code_of(anonymous)) is None
    assert signed(database, order) == ["epu_audit"]  # the same again
    sender(database).run()
    held = database.documents.of_code(code_of(order))
    assert held is not None
    with database.units(writing=False) as unit:
        record = unit.records.find(code_of(order))
    assert record is not None
    assert held.valid_until == record.valid_until
    database.close()


def cancelled(database: Database, code: EpuCode, lines: list[str]) -> None:
    with database.units() as unit:
        record = unit.records.find(code)
        assert record is not None
        cancel(Access(unit, PRESCRIBER, "epu-cancel", NOW), code, record.version, lines)
        unit.commit()


def test_an_order_cancelled_before_it_leaves_never_does_and_nothing_of_it_is_kept(database: Database) -> None:
    order = full_order(UNQUALIFIED)
    signed(database, order)
    cancelled(database, code_of(order), [])
    sender(database).run()
    with database.units(writing=False) as unit:
        dispatch = unit.departures.of_code(code_of(order))
    assert dispatch is not None
    assert dispatch.order is None
    assert [(each.channel, each.state) for each in dispatch.departures] == [(Channel.DMP, DepartureState.CANCELLED)]
    database.close()


def test_the_document_goes_out_of_use_with_its_last_line(database: Database) -> None:
    order = full_order()
    order = replace(order, lines=(*order.lines, replace(order.lines[0], line_id=order.lines[0].line_id[:-1] + "9")))
    signed(database, order)
    sender(database, FixedClock(NOW)).run()
    for line, status in zip(order.lines, (DocumentStatus.CURRENT, DocumentStatus.DEPRECATED), strict=True):
        cancelled(database, code_of(order), [line.line_id])
        held = database.documents.of_code(code_of(order))
        assert held is not None
        assert held.status is status
    database.close()


def test_the_document_of_an_order_of_the_base_is_handed_over_by_its_author_while_it_stands(database: Database) -> None:
    order = full_order()
    anonymous, _ = anonymise(order, NOW.date())
    signed(database, anonymous)
    practitioner = replace(order.author.practitioner, rpps=COLLEAGUE.id)
    stolen = replace(order, author=replace(order.author, practitioner=practitioner))
    with database.units() as unit, pytest.raises(Conflict) as refusal:
        feed(Access(unit, COLLEAGUE, "document-feed", NOW), stolen, SETTINGS)
    assert refusal.value.code == "code-used"
    handed_over(database, order)
    other = full_order()
    signed(database, anonymise(other, NOW.date())[0])
    cancelled(database, code_of(other), [])
    with pytest.raises(Conflict) as refusal:
        handed_over(database, other)
    assert refusal.value.code == "order-cancelled"
    database.close()

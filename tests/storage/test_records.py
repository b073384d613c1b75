"""The table of sealed orders: unknown codes cost an opening too, tampering is a fault, rows go when they must."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select, update

from prescription.epu_code import EpuCode
from prescription.record import EpuRecord, Execution, ReportedResult
from storage.engine import transaction
from storage.peppers import Peppers
from storage.records import SqlEpuRecords, purge_day
from storage.sealer import SealedRow, Sealer
from storage.sealing import SealBroken
from storage.tables import records
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import NOW, RPPS, new_record


class CountingSealer(Sealer):
    """Counts the rows that are really opened, and their sizes."""

    def __init__(self, peppers: Peppers) -> None:
        super().__init__(peppers)
        self.sizes: list[int] = []

    def open(self, code: EpuCode, row: SealedRow) -> EpuRecord:
        self.sizes.append(len(row.sealed.text))
        return super().open(code, row)


def stored(units: SqlUnitOfWorkFactory) -> EpuCode:
    code = EpuCode.generate()
    with units() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.commit()
    return code


def test_an_unknown_code_costs_one_opening_of_the_same_size_like_a_known_one(
    engine: Engine, peppers: Peppers, units: SqlUnitOfWorkFactory
) -> None:
    code, sealer = stored(units), CountingSealer(peppers)
    with transaction(engine, writing=False) as connection:
        orders = SqlEpuRecords(connection, sealer)
        assert orders.find(code) is not None
        assert orders.find(EpuCode.generate()) is None
    known, unknown = sealer.sizes
    assert abs(known - unknown) <= 1024


def test_a_row_changed_in_the_table_is_a_fault_not_an_order(engine: Engine, units: SqlUnitOfWorkFactory) -> None:
    code, other = stored(units), stored(units)
    with transaction(engine, writing=True) as connection:
        connection.execute(update(records).values(version=2))
        connection.commit()
    with units(writing=False) as unit, pytest.raises(SealBroken):
        unit.records.find(code)
    with transaction(engine, writing=True) as connection:
        connection.execute(update(records).values(version=1))
        content = connection.execute(select(records.c.salt, records.c.nonce, records.c.sealed)).mappings().first()
        assert content is not None
        connection.execute(update(records).values(**content))
        connection.commit()
    opened = 0
    for each in (code, other):
        with units(writing=False) as unit:
            try:
                opened += unit.records.find(each) is not None
            except SealBroken:
                continue
    assert opened == 1


def test_an_order_is_kept_three_years_after_its_validity_or_its_last_execution() -> None:
    record = replace(new_record(), valid_until=date(2027, 11, 21))
    assert purge_day(record) == date(2030, 11, 21)
    late = NOW + timedelta(days=800)
    execution = Execution(1, "750000036", ReportedResult.DONE, late, late)
    done = replace(record, lines=(replace(record.lines[0], executions=(execution,)), *record.lines[1:]))
    assert purge_day(done) == date(2032, 1, 29)
    assert purge_day(replace(record, valid_until=date(2028, 2, 29))) == date(2031, 2, 28)
    assert purge_day(replace(record, valid_until=date.max)) >= date(9999, 12, 1)

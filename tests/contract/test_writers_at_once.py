"""Writers of several processes on one base: whoever comes second waits, then sees what the first one did."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine

from prescription.caller import Caller, Role
from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent, KeptAnswer, UnitOfWork, UnitOfWorkFactory
from prescription.usecases.access import Access
from prescription.usecases.follow import status
from prescription.usecases.once import OneCall, once
from storage.audit import seal_audit, verify_audit
from tests.storage.orders import LABORATORY, NOW, PRESCRIBER, RPPS, fixed_peppers, new_record

KEY = "5f0c6a0e-2a86-4c5f-9a70-6a1b1f6e6a11"
CALL = OneCall(PRESCRIBER, "epu-create", KEY, b"", NOW)
WRITERS = 6


@pytest.fixture
def workers(units: UnitOfWorkFactory, other_units: UnitOfWorkFactory) -> list[UnitOfWorkFactory]:
    return [units, other_units] * (WRITERS // 2)


def test_twin_calls_at_once_are_worked_once_and_get_the_same_answer(workers: list[UnitOfWorkFactory]) -> None:
    together = Barrier(WRITERS)

    def call(number: int) -> tuple[KeptAnswer, bool]:
        together.wait(10)

        def add(unit: UnitOfWork) -> KeptAnswer:
            unit.records.add(EpuCode.generate(), new_record(), RPPS, NOW)
            return KeptAnswer(200, None, b"%d" % number)

        return once(workers[number], CALL, add)

    with ThreadPoolExecutor(WRITERS) as threads:
        answers, made = zip(*threads.map(call, range(WRITERS)), strict=True)
    assert (len(set(answers)), sum(made)) == (1, 1)
    with workers[0](writing=False) as unit:
        assert len(unit.records.owned_by(RPPS, None, None, 20, None)[0]) == 1


def test_changes_of_one_order_at_once_are_all_made_one_after_the_other(workers: list[UnitOfWorkFactory]) -> None:
    code, together = EpuCode.generate(), Barrier(WRITERS)
    with workers[0]() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.commit()

    def change(units: UnitOfWorkFactory) -> None:
        together.wait(10)
        with units() as unit:
            record = unit.records.find(code)
            assert record is not None
            unit.records.replace(code, replace(record, version=record.version + 1), NOW)
            unit.commit()

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(change, workers))
    with workers[0](writing=False) as unit:
        record = unit.records.find(code)
    assert record is not None
    assert record.version == 1 + WRITERS


def test_sealers_at_once_make_one_whole_chain_while_rows_still_come(
    base: Engine, workers: list[UnitOfWorkFactory]
) -> None:
    together = Barrier(WRITERS)

    def trace_and_seal(number: int) -> int:
        together.wait(10)
        sealed = 0
        for turn in range(10):
            with workers[number]() as unit:
                at = NOW + timedelta(seconds=turn)
                unit.audit.append(AuditEvent(LABORATORY, "epu-claim", f"{number} {turn}", at))
                unit.commit()
            sealed += seal_audit(base, fixed_peppers())
        return sealed

    with ThreadPoolExecutor(WRITERS) as threads:
        sealed = sum(threads.map(trace_and_seal, range(WRITERS)))
    check = verify_audit(base, fixed_peppers())
    assert (check.chained, check.waiting, check.broken_at) == (sealed, 0, None) == (10 * WRITERS, 0, None)


def test_whoever_follows_several_orders_and_unknown_codes_at_once_waits_for_nobody_in_a_circle(
    workers: list[UnitOfWorkFactory],
) -> None:
    known = [EpuCode.generate() for _ in range(2)]
    for code in known:
        with workers[0]() as unit:
            unit.records.add(code, new_record(), RPPS, NOW)
            unit.commit()
    asked = [code.value for code in known] + [EpuCode.generate().value]
    orders, together = [asked, asked[::-1], [asked[2], *asked[:2]]], Barrier(WRITERS)

    def follow(number: int) -> list[bool]:
        found = []
        for _ in range(15):
            together.wait(10)
            with workers[number]() as unit:
                access = Access(unit, Caller(Role.PRESCRIBER, f"1000000000{number}"), "epu-status", NOW)
                found += [one.record is None for one in status(access, orders[number % 3])]
                unit.commit()
        return found

    with ThreadPoolExecutor(WRITERS) as threads:
        assert all(len(found) == 45 for found in threads.map(follow, range(WRITERS)))

"""The contract of the store (`prescription/ports.py`), asked of every implementation."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from kernel.errors import Conflict, Invalid
from kernel.ins import Ins, InsAuthority
from prescription.caller import Caller, Role
from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent, KeptAnswer, TooManyMisses, UnitOfWork, UnitOfWorkFactory
from prescription.record import EpuRecord, LineState, RecordStatus
from storage.audit import read_audit
from tests.storage.orders import INS, LABORATORY, NOW, PRESCRIBER, RPPS, fixed_peppers, new_record, with_state

KEY = "5f0c6a0e-2a86-4c5f-9a70-6a1b1f6e6a11"
ANSWER = KeptAnswer(200, 'W/"1"', "réponse".encode())


def create(units: UnitOfWorkFactory, record: EpuRecord | None = None) -> tuple[EpuCode, EpuRecord]:
    code = EpuCode.generate()
    record = record or new_record()
    with units() as unit:
        unit.records.add(code, record, RPPS, NOW)
        unit.commit()
    return code, record


def find(units: UnitOfWorkFactory, code: EpuCode) -> EpuRecord | None:
    with units(writing=False) as unit:
        return unit.records.find(code)


def in_one(units: UnitOfWorkFactory, work: Callable[[UnitOfWork], None]) -> None:
    with units() as unit:
        work(unit)
        unit.commit()


def test_an_order_comes_back_whole_and_bearing_its_code(units: UnitOfWorkFactory) -> None:
    code, record = create(units)
    assert find(units, code) == replace(record, prescription=record.prescription.with_code(code))


def test_an_unknown_code_finds_nothing(units: UnitOfWorkFactory) -> None:
    create(units)
    assert find(units, EpuCode.generate()) is None


def test_holding_a_code_is_known_without_opening(units: UnitOfWorkFactory) -> None:
    code, _ = create(units)
    with units(writing=False) as unit:
        assert unit.records.holds(code)
        assert not unit.records.holds(EpuCode.generate())


def test_a_code_is_taken_once_and_the_transaction_goes_on(units: UnitOfWorkFactory) -> None:
    code, record = create(units)
    with units() as unit:
        with pytest.raises(Conflict) as refusal:
            unit.records.add(code, new_record(), RPPS, NOW)
        unit.misses.note(PRESCRIBER, NOW)
        unit.commit()
    found = find(units, code)
    assert refusal.value.code == "code-used"
    assert found is not None
    assert found.handle == record.handle


def test_a_code_just_drawn_is_kept_with_its_audit_and_its_first_answer_or_not_at_all(
    units: UnitOfWorkFactory, base: Engine
) -> None:
    kept, again = EpuCode.generate(), EpuCode.generate()
    for code in (kept, again):
        with units() as unit:
            unit.records.add(code, new_record(), RPPS, NOW, just_drawn=True)
            unit.audit.append(AuditEvent(PRESCRIBER, "epu-create", "created", NOW, code))
            if keep(unit):  # the second time there is an answer already, and all is undone
                unit.commit()
    assert find(units, kept) is not None
    assert find(units, again) is None
    assert [row.outcome for row in read_audit(base, fixed_peppers())] == ["created"]


def test_what_was_written_is_read_in_the_same_transaction(units: UnitOfWorkFactory) -> None:
    code = EpuCode.generate()
    with units() as unit:
        unit.records.add(code, new_record(), RPPS, NOW, just_drawn=True)
        record = unit.records.find(code)
        assert record is not None
        unit.records.replace(code, with_state(record, LineState.CLAIMED), NOW)
        assert unit.records.holds(code)
        changed = unit.records.find_for(LABORATORY, NOW, code)
        assert changed is not None
        assert (changed.version, changed.lines[0].state) == (2, LineState.CLAIMED)
        with pytest.raises(Conflict):
            unit.records.replace(code, with_state(record, LineState.CANCELLED), NOW)


def test_should_a_drawn_code_repeat_the_transaction_fails_whole(units: UnitOfWorkFactory) -> None:
    code, record = create(units)
    with pytest.raises(IntegrityError):
        in_one(units, lambda unit: unit.records.add(code, new_record(), RPPS, NOW, just_drawn=True))
    found = find(units, code)
    assert found is not None
    assert found.handle == record.handle


def test_who_missed_too_often_is_refused_a_known_code_as_an_unknown_one(units: UnitOfWorkFactory) -> None:
    code, _ = create(units)
    with units() as unit:
        for _ in range(60):
            unit.misses.note(LABORATORY, NOW)
        unit.commit()
    for tried in (code, EpuCode.generate()):
        with units() as unit, pytest.raises(TooManyMisses):
            unit.records.find_for(LABORATORY, NOW, tried)
        with units() as unit:
            assert (unit.records.find_for(PRESCRIBER, NOW, tried) is not None) == (tried == code)


def test_a_change_replaces_the_version_before_it_only(units: UnitOfWorkFactory) -> None:
    code, record = create(units)
    claimed = with_state(record, LineState.CLAIMED)
    in_one(units, lambda unit: unit.records.replace(code, claimed, NOW))
    with units() as unit, pytest.raises(Conflict) as refusal:
        unit.records.replace(code, with_state(record, LineState.CANCELLED), NOW)
    found = find(units, code)
    assert refusal.value.code == "version"
    assert found is not None
    assert (found.version, found.lines[0].state) == (2, LineState.CLAIMED)


def test_of_eight_writers_that_read_the_same_version_one_wins(
    units: UnitOfWorkFactory, other_units: UnitOfWorkFactory
) -> None:
    code, _ = create(units)
    all_have_read = Barrier(8)

    def claim(number: int) -> str:
        mine = units if number % 2 else other_units
        record = find(mine, code)
        assert record is not None
        all_have_read.wait(timeout=10)
        try:
            in_one(mine, lambda unit: unit.records.replace(code, with_state(record, LineState.CLAIMED), NOW))
        except Conflict as refusal:
            return refusal.code
        return "won"

    with ThreadPoolExecutor(8) as threads:
        outcomes = sorted(threads.map(claim, range(8)))
    assert outcomes == ["version"] * 7 + ["won"]


def test_what_is_not_committed_is_undone_on_leaving_and_on_an_exception(units: UnitOfWorkFactory) -> None:
    code = EpuCode.generate()
    with units() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
    assert find(units, code) is None

    def fail(unit: UnitOfWork) -> None:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.answers.keep(PRESCRIBER, "epu-create", KEY, b"", ANSWER, NOW)
        raise LookupError

    with pytest.raises(LookupError):
        in_one(units, fail)
    assert find(units, code) is None
    with units() as unit:
        assert unit.answers.find(PRESCRIBER, "epu-create", KEY, b"", NOW) is None


def test_a_commit_in_the_middle_keeps_what_was_before_it_and_no_more(units: UnitOfWorkFactory) -> None:
    kept, undone = EpuCode.generate(), EpuCode.generate()
    with units() as unit:
        unit.records.add(kept, new_record(), RPPS, NOW)
        unit.commit()
        unit.records.add(undone, new_record(), RPPS, NOW)
    assert find(units, kept) is not None
    assert find(units, undone) is None


def test_a_binding_taken_before_the_order_is_added_holds_afterwards(units: UnitOfWorkFactory) -> None:
    code = EpuCode.generate()
    with units() as unit:
        binding = unit.records.binding(code, INS)
        unit.records.add(code, replace(new_record(), binding=binding), RPPS, NOW)
        unit.commit()
    with units(writing=False) as unit:
        assert unit.records.binding(code, INS) == binding
        assert unit.records.binding(code, Ins("279035121518989", InsAuthority.DEMONSTRATION)) != binding
        assert unit.records.binding(EpuCode.generate(), INS) != binding


def test_a_binding_holds_through_the_versions(units: UnitOfWorkFactory) -> None:
    code, record = create(units)
    with units() as unit:
        binding = unit.records.binding(code, INS)
        unit.records.replace(code, with_state(record, LineState.CLAIMED), NOW)
        assert unit.records.binding(code, INS) == binding


def test_own_orders_come_newest_first_in_pages_that_neither_skip_nor_repeat(units: UnitOfWorkFactory) -> None:
    days = [NOW + timedelta(days=day // 3) for day in range(10)]
    handles = {create(units, new_record(created=day))[1].handle for day in days}
    seen, cursor = [], None
    with units(writing=False) as unit:
        while True:
            page, cursor = unit.records.owned_by(RPPS, None, None, 4, cursor)
            seen += page
            if cursor is None:
                break
        assert unit.records.owned_by("10000000000", None, None, 4, None) == ([], None)
    assert {order.handle for order in seen} == handles
    assert len(seen) == 10
    assert [order.created for order in seen] == sorted((day.date() for day in days), reverse=True)


def test_own_orders_keep_to_the_days_asked_both_ends_included(units: UnitOfWorkFactory) -> None:
    for day in range(5):
        create(units, new_record(created=NOW + timedelta(days=day)))
    with units(writing=False) as unit:
        page, cursor = unit.records.owned_by(RPPS, date(2026, 11, 22), date(2026, 11, 24), 3, None)
    assert [order.created.day for order in page] == [24, 23, 22]
    assert cursor is None


def test_own_orders_tell_status_and_counts_as_last_written(units: UnitOfWorkFactory) -> None:
    code, record = create(units)
    in_one(units, lambda unit: unit.records.replace(code, with_state(record, LineState.DONE), NOW))
    with units(writing=False) as unit:
        (order,), _ = unit.records.owned_by(RPPS, None, None, 20, None)
    assert (order.status, order.lines, order.closed) == (RecordStatus.IN_PROGRESS, 3, 1)
    assert order.valid_until == record.valid_until


@pytest.mark.parametrize("cursor", ["", "!!!", "bm90aGluZw==", "é"])
def test_a_cursor_of_someone_s_own_making_is_refused(units: UnitOfWorkFactory, cursor: str) -> None:
    with units(writing=False) as unit, pytest.raises(Invalid) as refusal:
        unit.records.owned_by(RPPS, None, None, 20, cursor)
    assert refusal.value.code == "bad-parameter"


def keep(unit: UnitOfWork) -> bool:
    return unit.answers.keep(PRESCRIBER, "epu-create", KEY, b"demande", ANSWER, NOW)


def test_a_repeated_call_gets_the_first_answer_for_seven_days(units: UnitOfWorkFactory) -> None:
    in_one(units, keep)
    with units() as unit:
        almost = NOW + timedelta(days=7) - timedelta(microseconds=1)
        assert unit.answers.find(PRESCRIBER, "epu-create", KEY, b"demande", almost) == ANSWER
        assert unit.answers.find(PRESCRIBER, "epu-create", KEY, b"demande", NOW + timedelta(days=7)) is None


def test_a_key_whose_answer_has_lapsed_serves_again(units: UnitOfWorkFactory) -> None:
    in_one(units, keep)
    later = NOW + timedelta(days=8)
    second = KeptAnswer(422, None, b"")
    with units() as unit:
        unit.answers.keep(PRESCRIBER, "epu-create", KEY, b"autre", second, later)
        assert unit.answers.find(PRESCRIBER, "epu-create", KEY, b"autre", later) == second


def test_a_key_used_with_another_body_is_refused(units: UnitOfWorkFactory) -> None:
    in_one(units, keep)
    with units() as unit, pytest.raises(Invalid) as refusal:
        unit.answers.find(PRESCRIBER, "epu-create", KEY, b"autre demande", NOW)
    assert refusal.value.code == "idempotency-reuse"


def test_a_key_belongs_to_its_caller_and_operation(units: UnitOfWorkFactory) -> None:
    in_one(units, keep)
    with units() as unit:
        assert unit.answers.find(LABORATORY, "epu-create", KEY, b"demande", NOW) is None
        assert unit.answers.find(PRESCRIBER, "epu-cancel", KEY, b"demande", NOW) is None


def test_the_slower_of_two_twin_calls_is_told_so(units: UnitOfWorkFactory) -> None:
    in_one(units, keep)
    with units() as unit:
        assert not keep(unit)


def test_sixty_misses_are_allowed_and_then_one_more_every_ten_seconds(
    units: UnitOfWorkFactory, other_units: UnitOfWorkFactory
) -> None:
    for _ in range(30):
        in_one(units, lambda unit: unit.misses.note(LABORATORY, NOW))
        in_one(other_units, lambda unit: unit.misses.refuse_if_too_many(LABORATORY, NOW))
        in_one(other_units, lambda unit: unit.misses.note(LABORATORY, NOW))
    with units() as unit:
        with pytest.raises(TooManyMisses) as refusal:
            unit.misses.refuse_if_too_many(LABORATORY, NOW)
        unit.misses.refuse_if_too_many(Caller(Role.LABORATORY, "", "690000018"), NOW)
        unit.misses.refuse_if_too_many(LABORATORY, NOW + timedelta(seconds=10))
        unit.misses.note(LABORATORY, NOW + timedelta(seconds=10))
        with pytest.raises(TooManyMisses):
            unit.misses.refuse_if_too_many(LABORATORY, NOW + timedelta(seconds=11))
    assert (refusal.value.code, refusal.value.retry_after) == ("too-many-misses", 10)


def test_an_old_miss_is_forgiven(units: UnitOfWorkFactory) -> None:
    with units() as unit:
        for _ in range(60):
            unit.misses.note(LABORATORY, NOW)
        for _ in range(59):
            unit.misses.note(LABORATORY, NOW + timedelta(minutes=10))
        unit.misses.refuse_if_too_many(LABORATORY, NOW + timedelta(minutes=10))


def test_a_long_silence_saves_up_no_more_than_a_full_bucket(units: UnitOfWorkFactory) -> None:
    with units() as unit:
        unit.misses.note(LABORATORY, NOW - timedelta(hours=5))
        for _ in range(60):
            unit.misses.note(LABORATORY, NOW)
        with pytest.raises(TooManyMisses):
            unit.misses.refuse_if_too_many(LABORATORY, NOW)


def test_retry_after_is_five_minutes_at_most_however_many_misses_there_were(units: UnitOfWorkFactory) -> None:
    with units() as unit:
        for _ in range(200):
            unit.misses.note(LABORATORY, NOW)
        with pytest.raises(TooManyMisses) as refusal:
            unit.misses.refuse_if_too_many(LABORATORY, NOW)
    assert refusal.value.retry_after == 300

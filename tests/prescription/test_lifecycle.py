"""What may happen to a line, prescription.md §6 and §7."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kernel.errors import Conflict, Invalid
from prescription import lifecycle
from prescription.lifecycle import MOVES, Adapt, Event, Report
from prescription.line import PeriodUnit, Recurrence, RecurrenceKind
from prescription.record import (
    EpuRecord,
    LineOrigin,
    LineRecord,
    LineState,
    PrescriberContact,
    RecordStatus,
    ReportedResult,
)
from prescription.recurrence import after
from tests.prescription.orders import NOW, PROLACTIN, line, line_id, order

LAB, OTHER = "750000010", "750000028"
WEEKLY = Recurrence(RecurrenceKind.ITERATIVE, Decimal(1), PeriodUnit.WEEK, count=3)


def record(*lines: object) -> EpuRecord:
    prescription = order(*(lines or (line(1), line(2, PROLACTIN))))  # type: ignore[arg-type]
    return EpuRecord(
        prescription,
        tuple(LineRecord(x, LineState.PRESCRIBED, LineOrigin.PRESCRIBER, NOW) for x in prescription.lines),
        "urn:uuid:1",
        "essai-1",
        1,
        NOW,
        date(2027, 11, 21),
    )


def states(of: EpuRecord, now: datetime = NOW) -> list[LineState]:
    return [x.state_at(now) for x in of.lines]


def done(number: int, at: datetime = NOW) -> Report:
    return Report(line_id(number), ReportedResult.DONE, at)


def test_an_order_goes_from_active_to_completed_through_claim_and_report() -> None:
    active = record()
    assert active.status_at(NOW) is RecordStatus.ACTIVE
    claimed = lifecycle.claim(active, LAB, (), NOW).record
    assert claimed.status_at(NOW) is RecordStatus.IN_PROGRESS
    finished = lifecycle.report(claimed, LAB, [done(1), done(2)], NOW).record
    assert finished.status_at(NOW) is RecordStatus.COMPLETED
    assert finished.version == 3


def test_two_laboratories_share_an_order_line_by_line_but_not_a_line() -> None:
    first = lifecycle.claim(record(), LAB, [line_id(1)], NOW).record
    with pytest.raises(Conflict) as refused:
        lifecycle.claim(first, OTHER, [line_id(1)], NOW)
    assert refused.value.code == "line-claimed"
    second = lifecycle.claim(first, OTHER, (), NOW)
    assert second.touched == (line_id(2),)


def test_a_patient_who_is_present_may_move_until_a_sample_is_taken() -> None:
    first = lifecycle.claim(record(), LAB, (), NOW).record
    moved = lifecycle.claim(first, OTHER, [line_id(1)], NOW, takeover=True).record
    assert moved.lines[0].claim_at(NOW) is not None
    sampled = lifecycle.report(moved, OTHER, [Report(line_id(1), ReportedResult.SAMPLED, NOW)], NOW).record
    with pytest.raises(Conflict, match="pris"):
        lifecycle.claim(sampled, LAB, [line_id(1)], NOW, takeover=True)


def test_a_lease_ends_by_itself_at_read() -> None:
    claimed = lifecycle.claim(record(), LAB, (), NOW).record
    later = NOW + lifecycle.LEASE
    assert states(claimed, later) == [LineState.PRESCRIBED] * 2
    assert lifecycle.claim(claimed, OTHER, (), later).touched == (line_id(1), line_id(2))


def test_lines_not_performed_here_go_back_for_another_laboratory() -> None:
    claimed = lifecycle.claim(record(), LAB, (), NOW).record
    told = Report(line_id(2), ReportedResult.NOT_DONE, NOW, reason="not-performed-here")
    assert states(lifecycle.report(claimed, LAB, [told], NOW).record)[1] is LineState.PRESCRIBED


def test_a_sampler_at_home_samples_without_a_claim_and_any_laboratory_may_follow() -> None:
    sampled = lifecycle.report(
        record(), "10005688798", [Report(line_id(1), ReportedResult.SAMPLED, NOW)], NOW, sampler=True
    ).record
    assert sampled.lines[0].claim is None
    claimed = lifecycle.claim(sampled, LAB, [line_id(1)], NOW).record
    assert states(claimed)[0] is LineState.SAMPLED
    assert states(lifecycle.report(claimed, LAB, [done(1)], NOW).record)[0] is LineState.DONE


def test_an_adaptation_adds_removes_and_replaces_and_keeps_the_original() -> None:
    claimed = lifecycle.claim(record(), LAB, (), NOW).record
    change = lifecycle.adapt(
        claimed,
        LAB,
        "10005688798",
        [
            Adapt("already-available", replaces=line_id(1)),
            Adapt("specimen", replaces=line_id(2), line=line(4, PROLACTIN)),
            Adapt("clinical-situation", line=line(5)),
        ],
        PrescriberContact.INFORMED,
        NOW,
    )
    assert states(change.record) == [LineState.REMOVED, LineState.REPLACED, LineState.CLAIMED, LineState.CLAIMED]
    assert [x.line.replaces for x in change.record.lines] == [None, None, line_id(2), None]
    assert change.record.prescription == claimed.prescription
    assert {x.origin for x in change.record.lines[2:]} == {LineOrigin.ADAPTATION}


def test_one_impossible_change_undoes_all_of_them() -> None:
    before = lifecycle.report(record(), LAB, [done(1)], NOW).record
    with pytest.raises(Conflict) as refused:
        lifecycle.report(before, LAB, [done(2), done(1)], NOW)
    assert refused.value.code == "line-closed"
    assert states(before) == [LineState.DONE, LineState.PRESCRIBED]


def test_a_cancelled_order_leaves_what_is_sampled_or_done() -> None:
    begun = lifecycle.report(record(), LAB, [done(1)], NOW).record
    cancelled = lifecycle.cancel(begun, (), NOW).record
    assert states(cancelled) == [LineState.DONE, LineState.CANCELLED]
    with pytest.raises(Conflict):
        lifecycle.cancel(cancelled, (), NOW)
    assert lifecycle.cancel(record(), (), NOW).record.status_at(NOW) is RecordStatus.CANCELLED


def test_a_series_is_done_when_its_count_is_reached_and_says_when_the_next_is_due() -> None:
    series = record(line(1, recurrence=WEEKLY))
    first = lifecycle.report(series, LAB, [done(1)], NOW)
    assert first.due == ((line_id(1), date(2026, 11, 28)),)
    early = lifecycle.report(first.record, LAB, [done(1, NOW + timedelta(days=2))], NOW)
    assert [finding.code for finding in early.findings] == ["W-INTERVAL"]
    third = lifecycle.report(early.record, LAB, [done(1, NOW + timedelta(days=14))], NOW)
    assert states(third.record) == [LineState.DONE]
    assert third.due == ()


def test_after_the_end_of_validity_everything_works_and_warns() -> None:
    late = datetime(2028, 1, 1, tzinfo=UTC)
    assert record().status_at(late) is RecordStatus.EXPIRED
    claimed = lifecycle.claim(record(), LAB, (), late)
    assert [finding.code for finding in claimed.findings] == ["W-PRECOND"]


def test_an_unknown_line_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        lifecycle.claim(record(), LAB, [line_id(9)], NOW)
    assert refused.value.code == "unknown-line"


@pytest.mark.parametrize("closed", [LineState.DONE, LineState.NOT_DONE, LineState.REMOVED, LineState.CANCELLED])
def test_nothing_moves_a_closed_line(closed: LineState) -> None:
    assert all(closed not in MOVES[event] for event in Event)


@pytest.mark.parametrize(
    ("interval", "unit", "expected"),
    [(4, "wk", "2026-12-29"), (1, "mo", "2027-01-01"), (1, "a", "2027-12-01"), (3, "mo", "2027-03-01")],
)
def test_months_keep_the_day(interval: int, unit: str, expected: str) -> None:
    recurrence = Recurrence(RecurrenceKind.RENEWABLE, Decimal(interval), PeriodUnit(unit), count=2)
    assert after(date(2026, 12, 1), recurrence) == date.fromisoformat(expected)


def test_after_its_validity_an_order_can_still_be_worked_on_with_a_warning_each_time() -> None:
    late = NOW + timedelta(days=400)
    claimed = lifecycle.claim(record(), LAB, (), late).record
    removed = Adapt("other", replaces=line_id(1))
    for change in (
        lifecycle.release(claimed, LAB, (), late),
        lifecycle.adapt(claimed, LAB, "", [removed], PrescriberContact.INFORMED, late),
        lifecycle.report(claimed, LAB, [done(1, late)], late),
        lifecycle.cancel(claimed, (), late),
    ):
        assert [finding.code for finding in change.findings] == ["W-PRECOND"]


def test_an_order_its_author_has_cancelled_is_not_opened_again_by_an_adaptation() -> None:
    cancelled = lifecycle.cancel(record(), (), NOW).record
    added = Adapt("other", line=line(3))
    with pytest.raises(Conflict) as refused:
        lifecycle.adapt(cancelled, LAB, "", [added], PrescriberContact.INFORMED, NOW)
    assert refused.value.code == "line-closed"


def test_a_reason_goes_with_the_state_it_explains() -> None:
    told = Report(line_id(1), ReportedResult.NOT_DONE, NOW, reason="not-performed-here")
    back = lifecycle.report(record(), LAB, [told], NOW).record
    assert back.lines[0].reason == "not-performed-here"
    assert lifecycle.claim(back, OTHER, [line_id(1)], NOW).record.lines[0].reason is None
    assert lifecycle.report(back, OTHER, [done(1)], NOW).record.lines[0].reason is None


def test_who_comes_second_is_told_when_the_line_was_claimed_not_when_it_last_changed() -> None:
    claimed = lifecycle.claim(record(), LAB, [line_id(1)], NOW).record
    sample = [Report(line_id(1), ReportedResult.SAMPLED, NOW)]
    sampled = lifecycle.report(claimed, LAB, sample, NOW + timedelta(days=1)).record
    with pytest.raises(Conflict, match=f"{NOW:%d/%m/%Y}"):
        lifecycle.claim(sampled, OTHER, [line_id(1)], NOW + timedelta(days=2))


def test_an_order_is_in_progress_only_once_a_line_is_claimed_or_done() -> None:
    told = [Report(line_id(1), ReportedResult.NOT_DONE, NOW, reason="not-performed-here")]
    given_back = lifecycle.report(record(), LAB, told, NOW).record
    assert given_back.status_at(NOW) is RecordStatus.ACTIVE
    assert given_back.status_at(datetime(2028, 1, 1, tzinfo=UTC)) is RecordStatus.EXPIRED
    series = lifecycle.report(record(line(1, recurrence=WEEKLY)), LAB, [done(1)], NOW).record
    assert series.status_at(NOW) is RecordStatus.IN_PROGRESS

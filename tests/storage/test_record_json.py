"""The canonical JSON of an order says everything, exactly, in one way."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from kernel.partial_date import PartialDate
from prescription.context import Answer, AskedUnknown, DateAnswer, NumberAnswer, Quantity, QuantityAnswer
from prescription.line import PeriodUnit, Recurrence, RecurrenceKind
from prescription.people import IdentityAttribute, Patient, Sex
from prescription.record import EpuRecord
from storage.record_json import read_record, write_record
from storage.sealing import SealBroken
from tests.storage.orders import new_record
from tests.storage.values import any_value


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(any_value(EpuRecord))
def test_any_record_comes_back_the_same_and_is_written_in_one_way(record: EpuRecord) -> None:
    written = write_record(record)
    back = read_record(written)
    assert back == record
    assert write_record(back) == written


def order_with(*values: object) -> EpuRecord:
    record = new_record()
    answers = tuple(Answer("q", value) for value in values)  # type: ignore[arg-type]
    line = replace(record.prescription.lines[0], answers=answers)
    return replace(record, prescription=replace(record.prescription, lines=(line,)))


def test_decimals_keep_their_trailing_zeros() -> None:
    record = order_with(NumberAnswer(Decimal("1.10"), True), QuantityAnswer(Quantity(Decimal("70.0"), "kg", "kg")))
    number, quantity = (answer.value for answer in read_record(write_record(record)).prescription.lines[0].answers)
    assert isinstance(number, NumberAnswer)
    assert isinstance(quantity, QuantityAnswer)
    assert (str(number.number), str(quantity.quantity.value)) == ("1.10", "70.0")


def test_an_answer_says_of_which_kind_it_is() -> None:
    record = order_with(DateAnswer(PartialDate(2026, 11)), AskedUnknown())
    values = [answer.value for answer in read_record(write_record(record)).prescription.lines[0].answers]
    assert values == [DateAnswer(PartialDate(2026, 11)), AskedUnknown()]


def test_a_set_is_written_in_one_order() -> None:
    record = new_record()
    patient = Patient("A", ("B",), Sex.MALE, None, attributes=frozenset(IdentityAttribute))
    written = write_record(replace(record, prescription=replace(record.prescription, patient=patient)))
    assert json.loads(written)["prescription"]["patient"]["attributes"] == ["DOUT", "FICT", "HOMA"]


def test_keys_are_sorted_and_nothing_is_between_them() -> None:
    written = write_record(new_record())
    assert (
        json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == written
    )


def test_what_is_empty_by_default_takes_no_room() -> None:
    line = json.loads(write_record(new_record()))["prescription"]["lines"][0]
    assert set(line) == {"line_id", "exam", "authored_on", "urgent", "flags", "clinical_context"}


def test_a_value_of_another_type_than_declared_is_not_written() -> None:
    recurrence = Recurrence(RecurrenceKind.ITERATIVE, 2, PeriodUnit.WEEK, count=3)  # type: ignore[arg-type]
    record = new_record()
    wrong = replace(
        record,
        prescription=replace(
            record.prescription, lines=(replace(record.prescription.lines[0], recurrence=recurrence),)
        ),
    )
    with pytest.raises(TypeError, match="Decimal expected, not int"):
        write_record(wrong)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content | {"a_field_of_the_future": 1},
        lambda content: {key: value for key, value in content.items() if key != "handle"},
        lambda content: content | {"version": "1"},
        lambda content: content | {"version": True},
        lambda content: content | {"created_at": "hier"},
        lambda content: content | {"binding": "*"},
        lambda content: content | {"lines": {}},
        lambda content: [content],
    ],
)
def test_what_this_version_did_not_write_is_a_fault_that_says_nothing(
    change: Callable[[dict[str, object]], object],
) -> None:
    content = json.loads(write_record(new_record()))
    with pytest.raises(SealBroken) as fault:
        read_record(json.dumps(change(content)).encode())
    assert "hier" not in str(fault.value)


FIRST_FORM = b"""{"binding":"AAEC","created_at":"2026-11-21T09:30:00+01:00","handle":"urn:uuid:1","lines":[{"changed":
"2026-11-21T09:30:00+01:00","line":{"exam":{"@type":"FreeTextExam","text":"x"},"flags":{"ald":true,"non_reimbursable":
false,"outside_nomenclature":false,"prevention":false,"work_accident":false},"line_id":"urn:uuid:2","urgent":false},
"origin":"prescriber","state":"prescribed"}],"prescription":{"author":{"practitioner":{"family":"Thomas","given":
["Am\xc3\xa9lie"],"rpps":"10005688798"}},"home_sampling":false,"lines":[],"patient":{"@type":"AnonymousPatient","age":7,
"age_unit":"mo","sex":"female"},"signed":true},"release":"demarrage-1","valid_until":"2027-11-21","version":1}   """


def test_an_order_sealed_by_the_first_version_can_always_be_read() -> None:
    """Orders are kept for years: a field may be added with a default; one renamed or removed needs a reader here."""
    record = read_record(FIRST_FORM)
    assert record.created_at == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert record.binding == b"\x00\x01\x02"
    assert record.valid_until == date(2027, 11, 21)
    assert record.lines[0].line.flags.ald
    assert record.prescription.author.practitioner.full_name == "Amélie Thomas"

"""A laboratory's publication taken from a file or message by message, on each database (lcsd.md §6.2, §6.3, §7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, exc, text

from hl7v2.batch import read_batch
from hl7v2.codec import decode_message, encode_message
from kernel.clock import FixedClock
from lcsd.consumer import Consumer
from lcsd.exchange_file import build_file
from lcsd.master_files import MasterFile
from lcsd.messages.control import Emission, Processing
from lcsd.messages.mfk import read_answers
from lcsd.publication import build_empty, build_messages
from lcsd.received import Received
from lcsd.rules.scope import Scope
from storage.engine import transaction
from storage.receiving import SqlReceiving
from terminology.lab_catalogue import LabCatalogue
from terminology.receiving.arrival import GATHERED_FOR
from terminology.receiving.note import ExamNote
from terminology.receiving.supplier import Supplier
from tests.lcsd.catalogues import BLOOD_COUNT, CLOCK, GLUCOSE, LABORATORY, RECEIVER, WORKED_EXAMPLE

FINESS = LABORATORY.finess
NOW = replace(WORKED_EXAMPLE, effective_from=CLOCK.instant)  # in force as soon as it is received
SMALLER = replace(NOW, version=13, exams=tuple(e for e in NOW.exams if e.local_code not in ("PRL", "DDR")))


@pytest.fixture
def consumer(base: Engine) -> Consumer:
    store, numbers = SqlReceiving(base), count(1)
    store.save_supplier(Supplier(FINESS, LABORATORY.application))
    return Consumer(store, FixedClock(CLOCK.instant), lambda: f"MFK-{next(numbers)}")


def file_of(catalogue: LabCatalogue, processing: Processing = Processing.PRODUCTION) -> bytes:
    return build_file(Emission(catalogue, RECEIVER, CLOCK.instant, processing))[1]


def messages_of(catalogue: LabCatalogue, **emission: object) -> dict[str, bytes]:
    """What a subscriber over MLLP is sent, by trigger, in the order of emission."""
    sent = replace(Emission(catalogue, RECEIVER, CLOCK.instant), **emission)
    built = {message[0].first(9).text(2): message for message in build_messages(Scope(), sent)}
    every = {file.trigger: built.get(file.trigger) or build_empty(sent, file) for file in MasterFile}
    return {trigger: encode_message(message).encode() for trigger, message in every.items()}


def held(consumer: Consumer) -> LabCatalogue | None:
    return Received(consumer.store).catalogue(FINESS, consumer.clock.now())


def later(consumer: Consumer, by: timedelta) -> None:
    assert isinstance(consumer.clock, FixedClock)
    consumer.clock.instant += by


def answered(consumer: Consumer, message: bytes) -> tuple[str, str]:
    reply = consumer.answer(message)
    assert reply is not None
    _, (answer,) = read_answers(reply)
    return answer.code.value, answer.text


def test_a_file_is_taken_whole_in_force_at_its_date_and_answered_by_a_file(consumer: Consumer) -> None:
    report = consumer.take_file(file_of(WORKED_EXAMPLE), "mfk.hl7")
    assert report.arrival is not None
    assert report.arrival.due == WORKED_EXAMPLE.effective_from
    batch, answers = read_answers(report.replies)
    assert (batch, [(a.code, a.control_id) for a in answers]) == (
        "LBMA-v12",
        [("AA", "LBMA-v12-1"), ("AA", "LBMA-v12-2"), ("AA", "LBMA-v12-4")],
    )
    assert read_batch(report.replies)[1] == ()
    assert held(consumer) is None
    later(consumer, timedelta(days=14))
    assert held(consumer) == WORKED_EXAMPLE


def test_the_same_file_again_changes_nothing_and_other_bytes_under_its_name_are_rejected(consumer: Consumer) -> None:
    consumer.take_file(file_of(NOW), "mfk.hl7")
    again = consumer.take_file(file_of(NOW), "mfk.hl7")
    assert (again.again, [a.code for a in read_answers(again.replies)[1]]) == (True, ["AA"] * 3)
    other = consumer.take_file(file_of(replace(NOW, exams=NOW.exams[:1])), "mfk.hl7")
    assert (other.arrival, [f.code for f in other.findings if f.severity == "error"]) == (None, ["E04"])
    assert {a.code for a in read_answers(other.replies)[1]} == {"AR"}
    assert held(consumer) == NOW


def test_a_file_empties_the_master_files_it_leaves_out(consumer: Consumer) -> None:
    consumer.take_file(file_of(NOW), "mfk.hl7")
    only = replace(NOW, version=13, exams=(GLUCOSE,))
    consumer.take_file(file_of(only), "mfk.hl7")
    assert held(consumer) == only


def test_one_error_refuses_the_whole_file_each_message_told_why(consumer: Consumer) -> None:
    wrong = file_of(NOW).replace(b"|Tube fluorure de sodium, bouchon gris|", b"||")
    report = consumer.take_file(wrong, "mfk.hl7")
    _, (first, second, third) = read_answers(report.replies)
    assert report.arrival is None
    assert (first.code, first.text[:8]) == ("AE", "OM4^1^3 ")
    assert {second.code, third.code} == {"AE"}
    assert held(consumer) is None
    refused = consumer.store.messages(FINESS)
    assert {(m.control_id, m.code) for m in refused} == {(f"LBMA-v12-{n}", "AE") for n in (1, 2, 4)}


def test_messages_of_a_version_switch_together_once_all_four_are_there(consumer: Consumer) -> None:
    for message in messages_of(NOW).values():
        assert answered(consumer, message) == ("AA", "")
    assert held(consumer) == NOW
    *first, last = messages_of(SMALLER).values()
    for message in first:
        assert answered(consumer, message)[0] == "AA"
        assert held(consumer) == NOW
    assert answered(consumer, last)[0] == "AA"
    assert held(consumer) == SMALLER


def test_a_version_that_stops_coming_switches_a_while_after_its_last_message(consumer: Consumer) -> None:
    consumer.take_file(file_of(NOW), "mfk.hl7")
    first = messages_of(SMALLER)["M08"]
    assert answered(consumer, first)[0] == "AA"
    later(consumer, GATHERED_FOR - timedelta(seconds=1))
    assert held(consumer) == NOW
    later(consumer, timedelta(seconds=1))
    mixed = held(consumer)
    assert mixed is not None
    assert [e.local_code for e in mixed.exams if e.local_code in ("PRL", "NFS")] == ["NFS"]


def test_a_publication_made_later_replaces_one_that_was_still_to_come(consumer: Consumer) -> None:
    consumer.take_file(file_of(WORKED_EXAMPLE), "mfk.hl7")
    consumer.take_file(file_of(SMALLER), "mfk.hl7")
    assert held(consumer) == SMALLER
    later(consumer, timedelta(days=20))
    assert held(consumer) == SMALLER


def test_the_same_message_again_has_the_same_answer_and_other_bytes_are_rejected(consumer: Consumer) -> None:
    message = messages_of(NOW)["M08"]
    first = consumer.answer(message)
    assert consumer.answer(message) == first
    assert answered(consumer, message.replace(b"Prolactine", b"Prolactina"))[0] == "AR"
    assert len(consumer.store.arrivals(FINESS)) == 1


def test_what_was_refused_is_judged_anew(consumer: Consumer) -> None:
    battery = messages_of(NOW)["M10"]
    code, told = answered(consumer, battery)
    assert (code, told[:8]) == ("AE", "OM5^1^2^")
    assert answered(consumer, messages_of(NOW)["M08"])[0] == "AA"
    assert answered(consumer, battery) == ("AA", "")


def changed(trigger: str, segment: str, field: int, value: str) -> Callable[[], bytes]:
    """A message with one field of one segment changed."""

    def make() -> bytes:
        message = decode_message(messages_of(NOW)[trigger].decode())
        lines = []
        for one in message:
            fields = list(one.fields)
            if one.name == segment:
                fields += [""] * (field - len(fields))
                fields[field - 1] = value
            lines.append(replace(one, fields=tuple(fields)))
        return encode_message(lines).encode()

    return make


@pytest.mark.parametrize(
    ("message", "code", "condition"),
    [
        (changed("M08", "MSH", 3, "AUTRE"), "AR", "204"),
        (changed("M08", "MSH", 4, "750000028"), "AR", "204"),
        (changed("M08", "MSH", 9, "MFN^M13^MFN_M13"), "AR", "201"),
        (changed("M08", "MSH", 11, "T"), "AR", "202"),
        (changed("M08", "MSH", 12, "2.3"), "AR", "203"),
        (changed("M08", "MFI", 3, "UPD"), "AR", "103"),
        (changed("M08", "MFI", 1, "OMB"), "AE", "103"),
        (changed("M08", "OM1", 8, ""), "AE", "101"),
        (changed("M08", "OM1", 23, "soon"), "AE", "102"),
        (lambda: messages_of(NOW)["M08"].replace("é".encode(), b"\xff"), "AR", "102"),
        (lambda: messages_of(NOW)["M08"].replace(b"MFI|", b"XXI|"), "AE", "100"),
    ],
    ids=["application", "sender", "event", "use", "version", "UPD", "file", "empty", "type", "bytes", "no MFI"],
)
def test_a_wrong_message_gets_the_right_acknowledgement_and_nothing_of_it_is_kept(
    consumer: Consumer, message: Callable[[], bytes], code: str, condition: str
) -> None:
    reply = consumer.answer(message())
    assert reply is not None
    named = {segment.name: segment for segment in decode_message(reply.decode())}
    assert (named["MSA"].text(1), named["ERR"].first(3).text(1)) == (code, condition)
    assert named["MSA"].text(2) == "LBMA-v12-1"
    assert consumer.store.arrivals(FINESS) == ()


def test_every_cut_of_a_message_is_refused_or_gets_no_answer(consumer: Consumer) -> None:
    whole = messages_of(NOW)["M10"]
    assert consumer.answer(b"") is None
    assert consumer.answer(b"nonsense") is None
    for end in range(0, len(whole), 7):
        reply = consumer.answer(whole[:end])
        assert reply is None or read_answers(reply)[1][0].code != "AA"
    assert consumer.store.arrivals(FINESS) == ()


@pytest.mark.parametrize("wanted", ["AL", "ER", "SU", "NE"])
def test_entries_are_acknowledged_as_mfi_6_asks(consumer: Consumer, wanted: str) -> None:
    good, bad = changed("M08", "MFI", 6, wanted)(), changed("M08", "MFI", 6, wanted)().replace(b"|GLYJ^", b"|^")
    wrong = bad.replace(b"|NM|Y|", b"|XX|Y|", 1).replace(b"LBMA-v12-1", b"LBMA-v12-11")
    counts = []
    for message in (good, wrong):
        reply = consumer.answer(message)
        assert reply is not None
        counts.append(reply.count(b"\rMFA|"))
    assert counts == {"AL": [4, 4], "ER": [0, 4], "SU": [4, 0], "NE": [0, 0]}[wanted]


def test_a_hidden_exam_is_not_offered_and_stays_hidden_when_the_laboratory_publishes_again(consumer: Consumer) -> None:
    consumer.take_file(file_of(NOW), "mfk.hl7")
    before = consumer.store.edition(FINESS, CLOCK.instant)
    consumer.store.save_note(ExamNote(FINESS, "NFS", "Passer par le laboratoire de garde", hidden=True))
    assert consumer.store.edition(FINESS, CLOCK.instant) == before + 1
    consumer.take_file(file_of(SMALLER), "mfk.hl7")
    found = held(consumer)
    assert found is not None
    assert [e.local_code for e in found.orderable] == ["GLYJ"]
    assert found.exam("NFS") == replace(BLOOD_COUNT, orderable=False)
    assert [note.local_code for note in consumer.store.notes(FINESS)] == ["NFS"]


def test_the_base_itself_refuses_to_change_what_was_accepted(consumer: Consumer, base: Engine) -> None:
    consumer.take_file(file_of(NOW), "mfk.hl7")
    with pytest.raises(exc.DBAPIError), transaction(base, writing=True) as connection:
        connection.execute(text("UPDATE lcsd_message SET sha256 = ''"))


def test_a_file_cut_at_any_segment_is_refused_and_nothing_of_it_is_kept(consumer: Consumer) -> None:
    lines = file_of(NOW).split(b"\r")
    for end in range(len(lines) - 1):
        report = consumer.take_file(b"".join(line + b"\r" for line in lines[:end]), "mfk.hl7")
        assert report.arrival is None
        assert "AA" not in {a.code for a in read_answers(report.replies)[1]}
    assert consumer.store.arrivals(FINESS) == ()

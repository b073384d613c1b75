"""What leaves with an order: where it goes, what holds it back, what becomes of it; on both databases."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from prescription.documents.acknowledge import acknowledge
from prescription.documents.choices import Act, Answer, Manner
from prescription.documents.choose import choose
from prescription.documents.departure import LEASE, Channel, DepartureState
from prescription.documents.dispatch import Dispatch
from prescription.documents.follow import activity, entries, resend, status
from prescription.documents.masking import change_visibility
from prescription.documents.ports import MailRefused
from prescription.documents.qualify import qualify
from prescription.documents.receipt import Outcome, Receipt
from prescription.documents.secure_address import is_secure_address
from prescription.documents.shared_document import DocumentStatus
from prescription.documents.submit import submit_signed
from prescription.documents.visibility import Restriction
from prescription.documents.withdraw import withdraw
from prescription.epu_code import EpuCode
from prescription.prescription import Prescription, UseCase
from prescription.usecases.access import Access
from storage.database import Database
from storage.document_sealing import code_digest
from storage.document_tables import contents, dispatches
from storage.engine import transaction
from storage.peppers import Pepper, Peppers
from tests.printing.orders import PATIENT
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.documents import (
    COLLEAGUE,
    FINESS,
    INS,
    NOW,
    OPERATOR,
    PRESCRIBER,
    SETTINGS,
    TREATING,
    UNQUALIFIED,
    Mailbox,
    Watched,
    code_of,
    full_order,
    handed_over,
    sender,
)
from tests.storage.orders import fixed_peppers

DMP, PATIENT_MAIL, COLLEAGUE_MAIL = Channel.DMP, Channel.PATIENT_MAIL, Channel.PROFESSIONAL_MAIL
READY, SENT, REFUSED = DepartureState.READY, DepartureState.SENT, DepartureState.REFUSED


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path, peppers: Peppers) -> Iterator[Database]:
    with new_base_url(request.param, request, tmp_path) as url:
        database = Database.open(url, peppers)
        yield database
        database.close()


@pytest.fixture
def mails(tmp_path: Path) -> Mailbox:
    folder = tmp_path / "mails"
    folder.mkdir()
    return Mailbox(folder)


def standing(database: Database, code: EpuCode) -> Dispatch:
    with database.units(writing=False) as unit:
        found = unit.departures.of_code(code)
    assert found is not None
    return found


def states(database: Database, code: EpuCode) -> dict[Channel, str]:
    return {each.channel: each.state.value for each in standing(database, code).departures}


def opposed(database: Database, answer: Answer = Answer.OPPOSED) -> None:
    with database.units() as unit:
        choose(Access(unit, PRESCRIBER, "document-choice", NOW), INS, Act.FEED, answer, Manner.ORAL)
        unit.commit()


def sealed_orders(database: Database) -> int:
    """How many bytes of orders and documents are kept to be sent."""
    with transaction(database.engine, writing=False) as connection:
        kept = connection.execute(dispatches.select()).mappings().all()
        kept_bytes = connection.execute(contents.select()).mappings().all()
    return sum(len(row["sealed"]) > 1200 for row in kept) + len(kept_bytes)


def test_a_qualified_identity_goes_to_the_dmp_to_its_mailbox_and_to_the_treating_doctor(
    database: Database, mails: Mailbox
) -> None:
    order = full_order(copies=[TREATING])
    handed_over(database, order)
    assert states(database, code_of(order)) == {DMP: "ready", PATIENT_MAIL: "ready", COLLEAGUE_MAIL: "ready"}
    assert sender(database, mailer=mails).run() == 3
    assert states(database, code_of(order)) == {DMP: "sent", PATIENT_MAIL: "sent", COLLEAGUE_MAIL: "sent"}
    held = database.documents.of_code(code_of(order))
    assert held is not None
    kept = database.documents.retrieve(held.id)
    assert kept is not None
    assert (kept.cda, held.metadata.size) == (mails.taken()[0].partition(b"\r\n\r\n")[2], len(kept.cda))
    recipients = sorted(path.name[5:] for path in mails.folder.iterdir())
    assert recipients == [f"{INS.matricule}@patient.mssante.fr", "paul.martin@medecin.mssante.example"]
    assert standing(database, code_of(order)).order is None  # nothing of the order is kept to be sent
    assert sender(database, mailer=mails).run() == 0


def test_an_unqualified_identity_waits_is_mailed_to_professionals_and_goes_once_it_is_qualified(
    database: Database, mails: Mailbox
) -> None:
    order = full_order(UNQUALIFIED, copies=[TREATING])
    handed_over(database, order)
    code = code_of(order)
    sender(database, mailer=mails).run()
    assert states(database, code) == {DMP: "waiting-identity", COLLEAGUE_MAIL: "sent"}
    with database.units() as unit:
        access = Access(unit, PRESCRIBER, "document-identity", NOW)
        with pytest.raises(Invalid) as refusal:
            qualify(access, code, replace(PATIENT, birth_family_name="AUTRE"), SETTINGS)
        assert refusal.value.code == "identity-mismatch"
        with pytest.raises(Invalid) as refusal:
            qualify(access, code, UNQUALIFIED, SETTINGS)
        assert refusal.value.code == "not-qualified"
        qualify(access, code, PATIENT, SETTINGS)
        unit.commit()
    sender(database, mailer=mails).run()
    assert states(database, code) == {DMP: "sent", COLLEAGUE_MAIL: "sent", PATIENT_MAIL: "sent"}
    held = database.documents.of_code(code)
    assert held is not None
    assert held.metadata.patient.ins == INS
    with database.units() as unit, pytest.raises(Conflict):
        qualify(Access(unit, PRESCRIBER, "document-identity", NOW), code, PATIENT, SETTINGS)


def test_nothing_is_kept_of_the_order_of_a_patient_who_is_opposed(database: Database) -> None:
    opposed(database)
    order = full_order()
    dispatch = handed_over(database, order)
    assert dispatch.order is None
    sender(database).run()
    assert states(database, code_of(order)) == {DMP: "opposed", PATIENT_MAIL: "opposed"}
    assert sealed_orders(database) == 0
    assert database.documents.of_code(code_of(order)) is None


def test_an_opposition_that_comes_before_the_sending_stops_it_and_taken_back_lets_the_next_one_go(
    database: Database, mails: Mailbox
) -> None:
    order = full_order(copies=[TREATING])
    handed_over(database, order)
    opposed(database)
    sender(database, mailer=mails).run()
    assert states(database, code_of(order)) == {DMP: "opposed", PATIENT_MAIL: "opposed", COLLEAGUE_MAIL: "sent"}
    assert sealed_orders(database) == 0
    opposed(database, Answer.UNANSWERED)
    following = full_order()
    handed_over(database, following)
    sender(database, mailer=mails).run()
    assert states(database, code_of(following)) == {DMP: "sent", PATIENT_MAIL: "sent"}


def test_a_delay_holds_the_dmp_and_lets_it_be_called_back_until_then(database: Database) -> None:
    kept, taken_back = full_order(), full_order()
    for order in (kept, taken_back):
        handed_over(database, order, delay_hours=24)
    clock = FixedClock(NOW)
    sender(database, clock).run()
    assert states(database, code_of(kept))[DMP] == "waiting-delay"
    with database.units() as unit:
        withdraw(Access(unit, PRESCRIBER, "document-withdraw", NOW), code_of(taken_back))
        unit.commit()
    clock.instant = NOW + timedelta(hours=24)
    sender(database, clock).run()
    assert states(database, code_of(kept))[DMP] == "sent"
    assert states(database, code_of(taken_back)) == {DMP: "cancelled", PATIENT_MAIL: "cancelled"}
    assert database.documents.of_code(code_of(taken_back)) is None


@pytest.mark.parametrize("hours", [-1, 73])
def test_a_delay_is_of_0_to_72_hours(database: Database, hours: int) -> None:
    with pytest.raises(Invalid) as refusal:
        handed_over(database, full_order(), delay_hours=hours)
    assert refusal.value.code == "delay"


def test_a_far_side_that_is_down_is_asked_again_each_wait_twice_the_one_before(database: Database) -> None:
    order = full_order(UNQUALIFIED)
    order = replace(order, patient=PATIENT)
    handed_over(database, order)
    clock, gateway = FixedClock(NOW), Watched(database.documents, down=True)
    worker = sender(database, clock, gateway=gateway)
    waits = []
    for _ in range(4):
        worker.run()
        (dmp, *_) = standing(database, code_of(order)).departures
        assert (dmp.state, dmp.error) == (READY, "dmp-unreachable")
        waits.append((dmp.due - clock.instant).total_seconds())
        clock.instant = dmp.due - timedelta(seconds=1)
        assert worker.run() == 0
        clock.instant = dmp.due
    assert waits == [30, 60, 120, 240]
    gateway.down = False
    worker.run()
    assert states(database, code_of(order))[DMP] == "sent"
    assert gateway.fed == [code_of(order)]


def test_after_a_week_it_is_refused_and_can_be_sent_again_by_its_feeder_or_an_operator(database: Database) -> None:
    order = full_order()
    handed_over(database, order)
    clock, gateway = FixedClock(NOW), Watched(database.documents, down=True)
    worker = sender(database, clock, gateway=gateway)
    worker.run()
    clock.instant = NOW + timedelta(days=7)
    worker.run()
    (dmp, *_) = standing(database, code_of(order)).departures
    assert (dmp.state, dmp.error) == (REFUSED, "dmp-unreachable")
    gateway.down = False
    with database.units() as unit, pytest.raises(NotFound):
        resend(Access(unit, COLLEAGUE, "document-resend", clock.instant), dmp.id)
    with database.units() as unit:
        resend(Access(unit, OPERATOR, "document-resend", clock.instant), dmp.id)
        unit.commit()
    worker.run()
    assert states(database, code_of(order))[DMP] == "sent"


def test_two_workers_at_once_feed_a_document_once(database: Database) -> None:
    orders = [full_order() for _ in range(4)]
    for order in orders:
        handed_over(database, order)
    gateway = Watched(database.documents)
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        sender(database, gateway=gateway).run()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sender(database, gateway=gateway).run()
    assert sorted(code.value for code in gateway.fed) == sorted(code_of(order).value for order in orders)
    with database.units(writing=False) as unit:
        (counted,) = unit.departures.activity(None, None, None)
    assert (counted.finess, counted.identity.value, counted.made, counted.fed) == (FINESS, "QUAL", 4, 4)


def test_a_document_called_back_while_it_is_fed_does_not_stay_current(database: Database) -> None:
    order = full_order()
    handed_over(database, order)

    def call_back(place: str) -> None:
        if place == "arrived" and states(database, code_of(order))[DMP] == "ready":
            with database.units() as unit:
                withdraw(Access(unit, PRESCRIBER, "document-withdraw", NOW), code_of(order))
                unit.commit()

    sender(database, reached=call_back).run()
    held = database.documents.of_code(code_of(order))
    assert held is not None
    assert held.status is DocumentStatus.DEPRECATED
    assert {each.state for each in standing(database, code_of(order)).departures} == {DepartureState.CANCELLED}


def test_a_worker_that_dies_while_it_feeds_what_is_called_back_is_followed_by_a_withdrawal(database: Database) -> None:
    order = full_order()
    handed_over(database, order)
    code = code_of(order)

    class Died(BaseException):
        pass

    def die(place: str) -> None:
        if place == "taken":
            raise Died

    with pytest.raises(Died):
        sender(database, reached=die).run()
    with database.units() as unit:
        withdraw(Access(unit, PRESCRIBER, "document-withdraw", NOW), code)
        unit.commit()
    clock = FixedClock(NOW)
    assert sender(database, clock).run() == 0  # not before the one that may still be feeding counts as dead
    clock.instant = NOW + LEASE
    assert sender(database, clock).run() == 1
    assert [(each.withdrawal, each.state) for each in standing(database, code).departures][-1] == (True, SENT)


def test_a_correction_takes_the_place_of_what_it_replaces_and_its_mails_refer_to_those_before(
    database: Database, mails: Mailbox
) -> None:
    first = full_order()
    handed_over(database, first)
    sender(database, mailer=mails).run()
    second = full_order(replaces=(code_of(first),))
    handed_over(database, second)
    sender(database, mailer=mails).run()
    old, new = (database.documents.of_code(code_of(order)) for order in (first, second))
    assert old is not None
    assert new is not None
    assert (old.status, new.status) == (DocumentStatus.SUPERSEDED, DocumentStatus.CURRENT)
    before, after = mails.taken()
    named = before.partition(b"\r\n")[0].removeprefix(b"Message-ID: ")
    assert b"References: " + named in after
    assert f"Replaced: {old.metadata.entry_uuid}\r\n".encode() in after


def test_what_has_not_left_of_an_order_that_another_replaces_leaves_no_more(database: Database) -> None:
    first = full_order()
    handed_over(database, first, delay_hours=1)
    handed_over(database, full_order(replaces=(code_of(first),)))
    sender(database, FixedClock(NOW + timedelta(hours=1))).run()
    assert states(database, code_of(first)) == {DMP: "cancelled", PATIENT_MAIL: "cancelled"}
    assert database.documents.of_code(code_of(first)) is None


def test_handed_over_again_once_the_patient_is_no_more_opposed_it_leaves(database: Database, mails: Mailbox) -> None:
    opposed(database)
    order = full_order(copies=[TREATING])
    handed_over(database, order)
    sender(database, mailer=mails).run()
    opposed(database, Answer.AGREED)
    for _ in range(2):
        handed_over(database, order)
        sender(database, mailer=mails).run()
    with database.units(writing=False) as unit:
        dispatch = unit.departures.of_code(code_of(order))
    assert dispatch is not None
    left = [(each.channel, each.state.value) for each in dispatch.departures]
    assert left == [
        (DMP, "opposed"), (PATIENT_MAIL, "opposed"), (COLLEAGUE_MAIL, "sent"), (DMP, "sent"), (PATIENT_MAIL, "sent"),
    ]  # fmt: skip
    assert len(mails.taken()) == 2


def test_a_row_that_was_changed_holds_up_no_other(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    broken, dead, whole = full_order(), full_order(), full_order()
    for order in (broken, dead):
        handed_over(database, order)
    sender(database, gateway=Watched(database.documents, down=True)).run()
    new = full_order()
    handed_over(database, new)
    with transaction(database.engine, writing=True) as connection:
        for order in (dead, new):
            lookup = code_digest(fixed_peppers().current, code_of(order))
            connection.execute(dispatches.update().where(dispatches.c.lookup == lookup).values(nonce=b"x" * 12))
        connection.commit()
    handed_over(database, whole)
    sender(database, FixedClock(NOW + LEASE)).run()
    assert states(database, code_of(whole))[DMP] == states(database, code_of(broken))[DMP] == "sent"
    assert caplog.text.count("cannot be opened") >= 2


def test_looking_whether_something_waits_reads_no_more_than_an_index(database: Database) -> None:
    with transaction(database.engine, writing=False) as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT id FROM document_dispatch WHERE fresh = 1 LIMIT 1"
            ((*_, plan),) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            assert "ix_document_dispatch_fresh" in plan


def test_without_a_mailer_mails_wait_and_say_so_and_refusals_are_final(database: Database, mails: Mailbox) -> None:
    order = full_order()
    handed_over(database, order)
    clock = FixedClock(NOW)
    sender(database, clock).run()
    waiting = standing(database, code_of(order)).departures[-1]
    assert (waiting.channel, waiting.state, waiting.error) == (PATIENT_MAIL, READY, "no-mailer")
    clock.instant = NOW + timedelta(days=30)
    sender(database, clock).run()
    assert states(database, code_of(order))[PATIENT_MAIL] == "ready"

    class Refusing:
        def send(self, message: bytes, recipient: str) -> None:
            raise MailRefused.because("mail-refused", "Boîte inconnue.")

    clock.instant = NOW + timedelta(days=60)
    sender(database, clock, mailer=Refusing()).run()
    assert states(database, code_of(order))[PATIENT_MAIL] == "refused"


def test_what_is_hidden_from_the_patient_is_mailed_to_professionals_only_who_are_told(
    database: Database, mails: Mailbox
) -> None:
    hidden = frozenset({Restriction.INVISIBLE_PATIENT})
    first, second = full_order(copies=[TREATING]), full_order()
    handed_over(database, first, visibility=hidden)
    handed_over(database, second)
    with database.units() as unit:
        change_visibility(Access(unit, PRESCRIBER, "document-visibility", NOW), code_of(second), hidden)
        unit.commit()
    sender(database, mailer=mails).run()
    assert states(database, code_of(first)) == {DMP: "sent", COLLEAGUE_MAIL: "sent"}
    assert states(database, code_of(second)) == {DMP: "sent", PATIENT_MAIL: "cancelled"}
    (mail,) = mails.taken()
    assert b"Hidden: True" in mail


@pytest.mark.parametrize("use_case", [UseCase.B2, UseCase.B3, UseCase.B4])
def test_an_order_of_a_hospital_or_a_subcontract_never_leaves(database: Database, use_case: UseCase) -> None:
    with pytest.raises(Invalid) as refusal:
        handed_over(database, full_order(use_case=use_case))
    assert refusal.value.code == "not-b1"


def test_the_same_code_handed_over_again_changes_nothing_and_anothers_is_refused(database: Database) -> None:
    order = full_order()
    first = handed_over(database, order)
    again = handed_over(database, replace(order, patient=UNQUALIFIED))
    assert [each.id for each in again.departures] == [each.id for each in first.departures]
    other = replace(order.author, practitioner=replace(order.author.practitioner, rpps=COLLEAGUE.id))
    with pytest.raises(Forbidden):
        handed_over(database, replace(order, author=other))


def test_the_feeder_follows_own_documents_and_an_operator_sees_no_trait(database: Database) -> None:
    order = full_order()
    handed_over(database, order)
    sender(database).run()
    with database.units() as unit:
        told = status(Access(unit, PRESCRIBER, "document-status", NOW), [code_of(order).value, "?"])
        foreign = status(Access(unit, COLLEAGUE, "document-status", NOW), [code_of(order).value])
    assert [each.dispatch is not None for each in told] == [True, False]
    assert foreign[0].dispatch is None
    with database.units(writing=False) as unit:
        access = Access(unit, OPERATOR, "document-entries", NOW)
        page, cursor = entries(access, None, 1, None)
        rest, end = entries(access, None, 1, cursor)
        waiting, _ = entries(access, READY, 10, None)
    assert [each.channel for each in (*page, *rest)] == [PATIENT_MAIL, DMP]
    assert end is None
    assert [each.error for each in waiting] == ["no-mailer"]
    assert INS.matricule not in repr((page, rest, told))


def test_a_structure_sees_its_own_numbers_only(database: Database) -> None:
    handed_over(database, full_order())
    handed_over(database, full_order(UNQUALIFIED))
    sender(database).run()
    with database.units(writing=False) as unit:
        mine = activity(Access(unit, PRESCRIBER, "document-activity", NOW), None, NOW.date(), None)
        none = activity(Access(unit, OPERATOR, "document-activity", NOW), "750000010", None, None)
        with pytest.raises(Forbidden):
            activity(Access(unit, COLLEAGUE, "document-activity", NOW), FINESS, None, None)
    numbers = {each.identity.value: (each.made, each.fed, each.mailed) for each in mine}
    assert numbers == {"QUAL": (1, 1, 0), "VALI": (1, 0, 0)}
    assert none == []


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("279035121518989@patient.mssante.fr", True),
        ("paul.martin@medecin.mssante.fr", True),
        ("a@mssante.fr", True),
        ("a@notmssante.fr", False),
        ("a@mssante.fr.evil.example", False),
        ("a b@medecin.mssante.fr", False),
        ("@medecin.mssante.fr", False),
        ("a\n@medecin.mssante.fr", False),
    ],
)
def test_only_addresses_of_the_secure_messaging_are_written_to(address: str, secure: bool) -> None:
    assert is_secure_address(address) is secure


def test_a_signed_order_finds_the_answer_of_its_patient_in_the_statement_that_fills_the_outbox(
    database: Database, peppers: Peppers
) -> None:
    def signed(order: Prescription) -> None:
        with database.units() as unit:
            submit_signed(Access(unit, PRESCRIBER, "epu-create", NOW), order, NOW.date(), SETTINGS)
            unit.commit()

    never, again, against = full_order(), full_order(), full_order()
    signed(never)
    signed(never)
    opposed(database, Answer.AGREED)
    signed(again)
    opposed(database)
    signed(against)
    database.use(Peppers(Pepper.generate(), former=peppers.all))
    late = full_order()
    signed(late)
    told = [states(database, code_of(order))[DMP] for order in (never, again, against, late)]
    assert told == ["ready", "ready", "opposed", "opposed"]
    assert standing(database, code_of(against)).order is None
    assert standing(database, code_of(never)).order == never


def test_a_mail_that_came_back_is_told_as_refused_and_one_that_was_read_as_read(
    database: Database, mails: Mailbox
) -> None:
    order = full_order(copies=(TREATING,))
    handed_over(database, order)
    worker = sender(database, mailer=mails)
    worker.run()
    sent = {each.channel: each for each in standing(database, code_of(order)).departures}

    def receive(channel: Channel, outcome: Outcome) -> str:
        with database.units() as unit:
            access = Access(unit, OPERATOR, "document-receipt", NOW)
            after = acknowledge(access, Receipt(worker.message_id(sent[channel]), outcome, "5.1.1"))
            unit.commit()
        return " ".join(filter(None, (after.state.value, after.error, after.receipt)))

    assert receive(COLLEAGUE_MAIL, Outcome.DELIVERED) == "sent delivered"
    assert receive(COLLEAGUE_MAIL, Outcome.DISPLAYED) == "sent displayed"
    assert receive(COLLEAGUE_MAIL, Outcome.DELIVERED) == "sent displayed"
    with database.units(writing=False) as unit:
        told = {each.channel: each.receipt for each in unit.departures.entries(None, 10, None)[0]}
    assert told[COLLEAGUE_MAIL] is Outcome.DISPLAYED
    assert receive(PATIENT_MAIL, Outcome.FAILED) == "refused mail-returned"
    assert receive(PATIENT_MAIL, Outcome.FAILED) == "refused mail-returned"
    assert states(database, code_of(order))[PATIENT_MAIL] == REFUSED
    with pytest.raises(NotFound):
        receive(DMP, Outcome.FAILED)
    for foreign in ("<a@b.example>", f"<{'0' * 32}@b.example>", ""):
        with database.units() as unit, pytest.raises(NotFound):
            acknowledge(Access(unit, OPERATOR, "document-receipt", NOW), Receipt(foreign, Outcome.FAILED))
    with database.units() as unit, pytest.raises(Forbidden):
        acknowledge(Access(unit, PRESCRIBER, "document-receipt", NOW), Receipt("", Outcome.FAILED))
    for _ in range(2):
        handed_over(database, order)  # what came back leaves again, once
        worker.run()
    assert [path.name[5:] for path in sorted(mails.folder.iterdir())].count(f"{INS.matricule}@patient.mssante.fr") == 2

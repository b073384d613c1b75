"""The store of documents embedded here: who finds what, and what becomes of it over the years; on both databases."""

import base64
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kernel.calendar import after_months
from kernel.clock import FixedClock
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from prescription.caller import Caller, Role
from prescription.documents.care_team import read, search
from prescription.documents.choices import Act, Answer, Manner
from prescription.documents.choose import choose
from prescription.documents.masking import change_visibility, show_to_patient
from prescription.documents.ports import DocumentQuery
from prescription.documents.reprint import reprint
from prescription.documents.shared_document import DocumentStatus, SharedDocument, Situation
from prescription.documents.visibility import Restriction
from prescription.documents.withdraw import withdraw
from prescription.usecases.access import Access
from storage.backup import restore, write_backup
from storage.database import Database
from storage.document_tables import choices, contents, departures, dispatches, shared
from storage.engine import transaction
from storage.pepper_check import check_peppers
from storage.peppers import Pepper, PepperRefused, Peppers
from storage.sealing import SealBroken
from tests.printing.orders import PATIENT
from tests.storage.bases import DATABASES, new_base_url, sqlite_url
from tests.storage.documents import (
    COLLEAGUE,
    INS,
    NOW,
    PATIENT_CALLER,
    PRESCRIBER,
    TREATING,
    Mailbox,
    code_of,
    full_order,
    handed_over,
    sender,
)

TABLES = (dispatches, departures, shared, contents, choices)
LABORATORY = Caller(Role.LABORATORY, "", "750000036")
MINE = DocumentQuery((INS,))


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
def database(url: str, peppers: Peppers) -> Iterator[Database]:
    database = Database.open(url, peppers)
    yield database
    database.close()


def fed(database: Database, clock: FixedClock | None = None, **more: object) -> SharedDocument:
    """A document of a new order, fed by its author."""
    order = full_order()
    handed_over(database, order, **more)  # type: ignore[arg-type]
    sender(database, clock).run()
    held = database.documents.of_code(code_of(order))
    assert held is not None
    return held


def agreed(database: Database, answer: Answer = Answer.AGREED) -> None:
    with database.units() as unit:
        access = Access(unit, PATIENT_CALLER, "document-choice", NOW)
        choose(access, INS, Act.CONSULT, answer, Manner.PORTAL)
        unit.commit()


def access(unit: object, caller: Caller, operation: str, now: object = NOW) -> Access:
    return Access(unit, caller, f"document-{operation}", now)  # type: ignore[arg-type]


def test_the_care_team_reads_only_while_the_patient_agrees(database: Database) -> None:
    document = fed(database)
    for consent, allowed in ((None, False), (Answer.AGREED, True), (Answer.OPPOSED, False), (Answer.AGREED, True)):
        if consent is not None:
            agreed(database, consent)
        with database.units(writing=True) as unit:
            if allowed:
                page = search(access(unit, LABORATORY, "search"), MINE)
                assert [each.id for each in page.documents] == [document.id]
                assert read(access(unit, LABORATORY, "read"), document.id)[1].cda.startswith(b"<cda>")
            else:
                with pytest.raises(Forbidden) as refusal:
                    search(access(unit, LABORATORY, "search"), MINE)
                assert refusal.value.code == "consult-not-allowed"
                with pytest.raises(NotFound):
                    read(access(unit, LABORATORY, "read"), document.id)
    with database.units(writing=False) as unit:
        history = unit.choices.history(INS)
    assert [(each.answer, each.role, each.by) for each in history] == [
        (Answer.AGREED, Role.PATIENT, ""),
        (Answer.OPPOSED, Role.PATIENT, ""),
        (Answer.AGREED, Role.PATIENT, ""),
    ]


def test_a_patient_reads_and_chooses_for_themselves_only(database: Database) -> None:
    document = fed(database)
    other = Caller(Role.PATIENT, "260058815400233")
    with database.units() as unit:
        assert [each.id for each in search(access(unit, PATIENT_CALLER, "search"), DocumentQuery()).documents] == [
            document.id
        ]
        assert search(access(unit, other, "search"), DocumentQuery()).documents == []
        for operation in (
            lambda: search(access(unit, other, "search"), MINE),
            lambda: choose(access(unit, other, "choice"), INS, Act.FEED, Answer.OPPOSED, Manner.PORTAL),
        ):
            with pytest.raises(Forbidden):
                operation()
        for found in (document.id, "0" * 32):
            with pytest.raises(NotFound):
                read(access(unit, other, "read"), found)


def test_what_is_hidden_is_shown_after_the_announcement_or_after_three_months(database: Database) -> None:
    hidden = frozenset({Restriction.INVISIBLE_PATIENT})
    document = fed(database, visibility=hidden)
    agreed(database)
    with database.units() as unit:
        for later, told in ((NOW, 0), (NOW + timedelta(days=35), 1)):
            page = search(access(unit, PATIENT_CALLER, "search", later), DocumentQuery())
            assert (page.documents, page.told) == ([], told)
            with pytest.raises(NotFound):
                read(access(unit, PATIENT_CALLER, "read", later), document.id)
        after = NOW + timedelta(days=95)
        assert search(access(unit, PATIENT_CALLER, "search", after), DocumentQuery()).documents
        assert search(access(unit, LABORATORY, "search"), MINE).documents[0].visibility == hidden
        show_to_patient(access(unit, COLLEAGUE, "visibility"), document.id)
        shown = search(access(unit, PATIENT_CALLER, "search"), DocumentQuery()).documents
        assert [code.code for code in shown[0].metadata.confidentiality] == ["N"]


def test_one_hides_before_sending_or_after_and_what_is_masked_its_author_still_sees(database: Database) -> None:
    masked = frozenset({Restriction.MASKED_PROFESSIONALS})
    order = full_order()
    handed_over(database, order)
    with database.units() as unit:
        change_visibility(access(unit, PRESCRIBER, "visibility"), code_of(order), masked)
        unit.commit()
    sender(database).run()
    agreed(database)
    with database.units() as unit:
        assert search(access(unit, LABORATORY, "search"), MINE).documents == []
        assert len(search(access(unit, PRESCRIBER, "search"), MINE).documents) == 1
        change_visibility(access(unit, PRESCRIBER, "visibility"), code_of(order), frozenset())
        assert len(search(access(unit, LABORATORY, "search"), MINE).documents) == 1
        with pytest.raises(NotFound):
            change_visibility(access(unit, COLLEAGUE, "visibility"), code_of(order), masked)


def test_a_search_goes_page_by_page_and_keeps_to_what_is_asked(database: Database) -> None:
    clock = FixedClock(NOW)
    made = []
    for _ in range(5):
        clock.instant += timedelta(minutes=1)
        made.append(fed(database, clock))
    found: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor:
        page, cursor = database.documents.search(replace(MINE, count=2, cursor=cursor))
        found += [each.id for each in page]
        pages += 1
    assert (found, pages) == ([each.id for each in reversed(made)], 3)
    one, _ = database.documents.search(replace(MINE, code=made[1].metadata.unique_id))
    assert [each.id for each in one] == [made[1].id]
    none, _ = database.documents.search(replace(MINE, statuses=frozenset({DocumentStatus.SUPERSEDED})))
    late, _ = database.documents.search(replace(MINE, start=NOW.date() + timedelta(days=1)))
    assert (none, late) == ([], [])
    for nonsense in ("x", "x.y", "é", "." * 40):
        with pytest.raises(Invalid):
            database.documents.search(replace(MINE, cursor=nonsense))


def test_reprints_are_counted_and_a_cancelled_order_is_printed_for_the_record_only(database: Database) -> None:
    document = fed(database)
    numbers = []
    for caller in (PATIENT_CALLER, PRESCRIBER, PATIENT_CALLER):
        with database.units() as unit:
            numbers.append(reprint(access(unit, caller, "reprint"), document.id).number)
            unit.commit()
    assert numbers == [1, 2, 3]
    with database.units() as unit:
        with pytest.raises(NotFound):
            reprint(access(unit, COLLEAGUE, "reprint"), document.id)
        withdraw(access(unit, PRESCRIBER, "withdraw"), document.metadata.unique_id)
        with pytest.raises(Conflict) as refusal:
            reprint(access(unit, PATIENT_CALLER, "reprint"), document.id)
        assert refusal.value.code == "order-cancelled"
        record = reprint(access(unit, PRESCRIBER, "reprint"), document.id, copy_for_record=True)
        assert (record.number, record.cancelled) == (4, True)
        assert record.document.situation_at(NOW) is Situation.CANCELLED
        with pytest.raises(Conflict):
            withdraw(access(unit, PRESCRIBER, "withdraw"), document.metadata.unique_id)


def test_the_situation_of_an_order_is_told_by_its_document(database: Database) -> None:
    document = fed(database)
    last = document.valid_until
    assert last == after_months(NOW.date(), 12)
    assert document.situation_at(NOW) is Situation.CURRENT
    assert document.situation_at(NOW + timedelta(days=370)) is Situation.EXPIRED


def rotated(peppers: Peppers) -> Peppers:
    return Peppers(Pepper.generate(), former=peppers.all)


def test_documents_outbox_and_choices_are_found_during_a_rotation_and_then_lie_under_the_new_secret_alone(
    database: Database, peppers: Peppers
) -> None:
    document, waiting = fed(database), full_order(copies=[TREATING])
    handed_over(database, waiting)
    agreed(database)
    newer = rotated(peppers)
    database.use(newer)
    assert database.documents.of_code(document.metadata.unique_id) == document
    handed_over(database, waiting)  # known, under the former secret
    assert database.reseal_documents() > 5
    assert database.reseal_documents() == 0
    with transaction(database.engine, writing=False) as connection:
        kids = {kid for table in TABLES for kid in connection.scalars(select(table.c.kid).distinct())}
    assert kids == {newer.current.kid}
    alone = Peppers(newer.current)
    database.documents.use(alone)
    database.units.use(alone)
    assert database.documents.of_code(document.metadata.unique_id) == document
    assert sender(database).run() == 1
    with database.units() as unit:
        assert len(search(access(unit, LABORATORY, "search"), MINE).documents) == 2


def test_a_base_whose_documents_lie_under_a_lost_secret_is_not_opened(
    database: Database, url: str, peppers: Peppers
) -> None:
    fed(database)
    with pytest.raises(PepperRefused):
        check_peppers(database.engine, Peppers(Pepper.generate()))


def test_a_backup_brings_documents_back(database: Database, tmp_path: Path, peppers: Peppers) -> None:
    document, waiting = fed(database), full_order()
    handed_over(database, waiting)
    agreed(database)
    write_backup(database.engine, tmp_path / "copy")
    other = tmp_path / "other"
    other.mkdir()
    restore(sqlite_url(other), tmp_path / "copy", peppers, tmp_path, replace=False)
    again = Database.open(sqlite_url(other), peppers)
    assert again.documents.find(document.id) == document
    assert again.documents.retrieve(document.id) == database.documents.retrieve(document.id)
    assert sender(again).run() == 1
    with again.units() as unit:
        assert len(search(access(unit, LABORATORY, "search"), MINE).documents) == 2
    again.close()


def test_documents_go_with_all_their_bytes_three_years_after_the_validity_of_the_order(
    url: str, peppers: Peppers
) -> None:
    clock = FixedClock(NOW)
    database = Database.open(url, peppers, clock=clock)
    document = fed(database)
    handed_over(database, full_order())
    agreed(database, Answer.AGREED)
    agreed(database, Answer.OPPOSED)
    clock.instant = NOW.replace(year=NOW.year + 4)
    assert database.purge("test").documents == 0
    clock.instant += timedelta(days=1)
    assert database.purge("test").documents == 3
    assert database.documents.find(document.id) is None
    with transaction(database.engine, writing=False) as connection:
        left = [connection.scalar(select(func.count()).select_from(table)) for table in TABLES]
    assert left == [0, 0, 0, 0, 1]  # the choice that stands
    with database.units(writing=False) as unit:
        assert [each.answer for each in unit.choices.history(INS)] == [Answer.OPPOSED]
    database.close()


def test_a_row_put_in_place_of_another_is_not_believed(database: Database) -> None:
    first, second = fed(database), fed(database)
    with transaction(database.engine, writing=True) as connection:
        rows = {row.id: row.lookup for row in connection.execute(select(shared.c.id, shared.c.lookup))}
        for id_, lookup in ((first.id, b"x" * 32), (second.id, rows[first.id])):
            connection.execute(shared.update().where(shared.c.id == id_).values(lookup=lookup))
        connection.commit()
    with pytest.raises(SealBroken):
        database.documents.of_code(first.metadata.unique_id)


def test_no_file_of_the_base_tells_a_trait_a_code_or_a_professional(
    sqlite_template: Path, tmp_path: Path, peppers: Peppers
) -> None:
    database = Database.open(Path(shutil.copy(sqlite_template, tmp_path / "base.db")), peppers)
    mails = Mailbox(tmp_path / "mails")
    mails.folder.mkdir()
    document, waiting = fed(database), full_order(copies=[TREATING])
    handed_over(database, waiting)
    sender(database, mailer=mails).run()
    agreed(database)
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith("base.db"))
    assert document.id.encode() in content  # the search does find what is in clear
    secrets = [
        document.metadata.unique_id.value, code_of(waiting).value, INS.matricule, PRESCRIBER.id, "Thomas", "Tilleuls",
        "paul.martin", "57022-6", "1979-03-28", "bilan de routine", *PATIENT.birth_given_names, "PAT-TROIS", "<cda>",
        peppers.current.seal, peppers.current.lookup,
    ]  # fmt: skip
    for secret in (each.encode() if isinstance(each, str) else each for each in secrets):
        for form in (secret, base64.b64encode(secret).rstrip(b"="), secret.hex().encode()):
            assert form not in content
    database.close()

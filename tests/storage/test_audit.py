"""The audit tells who did what to whom holds the peppers, and a change to it is seen."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update

from prescription.caller import Caller, Role
from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent
from storage.audit import SqlAudit, read_audit, seal_audit, verify_audit
from storage.engine import transaction
from storage.peppers import Pepper, Peppers
from storage.sealing import SealBroken, lookup_of
from storage.tables import audit
from tests.storage.orders import LABORATORY, NOW, PRESCRIBER

CODE = EpuCode("01S2TBPZ2JCNZZYGHZ")


def append(engine: Engine, peppers: Peppers, *events: AuditEvent) -> None:
    with transaction(engine, writing=True) as connection:
        for event in events:
            SqlAudit(connection, peppers).append(event)
        connection.commit()


def events(count: int) -> list[AuditEvent]:
    return [AuditEvent(LABORATORY, "epu-claim", "done", NOW + timedelta(seconds=n), CODE) for n in range(count)]


def run(engine: Engine, *statements: object) -> None:
    with transaction(engine, writing=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]
        connection.commit()


def test_an_event_is_read_back_by_who_holds_the_peppers(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, AuditEvent(PRESCRIBER, "epu-create", "created", NOW, CODE, "Logiciel 3.2"))
    (row,) = read_audit(engine, peppers)
    assert (row.caller, row.operation, row.outcome, row.at) == (PRESCRIBER, "epu-create", "created", NOW)
    assert (row.client, row.lookup_prefix) == ("Logiciel 3.2", lookup_of(peppers.current, CODE).hex()[:8])
    with pytest.raises(SealBroken):
        list(read_audit(engine, Peppers(Pepper.generate())))


def test_the_matricule_of_a_patient_who_calls_is_not_written(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, AuditEvent(Caller(Role.PATIENT, "279035121518989"), "epu-retrieve", "role", NOW))
    (row,) = read_audit(engine, peppers)
    assert row.caller == Caller(Role.PATIENT)
    assert row.lookup_prefix is None


def test_a_row_waits_until_it_is_chained_and_is_chained_once(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, *events(5))
    assert verify_audit(engine, peppers).waiting == 5
    assert [seal_audit(engine, peppers), seal_audit(engine, peppers)] == [5, 0]
    append(engine, peppers, *events(2))
    assert seal_audit(engine, peppers) == 2
    check = verify_audit(engine, peppers)
    assert (check.chained, check.waiting, check.broken_at) == (7, 0, None)
    assert [row.position for row in read_audit(engine, peppers)] == [1, 2, 3, 4, 5, 6, 7]


def test_the_chain_goes_on_under_a_new_pepper(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, *events(2))
    seal_audit(engine, peppers)
    rotated = Peppers(Pepper.generate(), former=peppers.all)
    append(engine, rotated, *events(2))
    seal_audit(engine, rotated)
    assert verify_audit(engine, rotated).broken_at is None
    assert verify_audit(engine, peppers).broken_at == 3


@pytest.mark.parametrize(
    "edit",
    [
        {"outcome": "refused"},
        {"operation": "epu-release"},
        {"at": 0},
        {"lookup_prefix": "00000000"},
        {"lookup_prefix": None},
        {"sealed": b"\x00" * 128},
        {"chain": b"\x00" * 32},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_an_edited_row_breaks_the_chain_where_it_stands(
    engine: Engine, peppers: Peppers, edit: dict[str, object]
) -> None:
    append(engine, peppers, *events(5))
    seal_audit(engine, peppers)
    run(engine, update(audit).where(audit.c.position == 3).values(**edit))
    check = verify_audit(engine, peppers)
    assert (check.chained, check.broken_at) == (2, 3)


def test_a_removed_row_is_missed_even_when_the_others_close_ranks(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, *events(5))
    seal_audit(engine, peppers)
    run(engine, delete(audit).where(audit.c.position == 3))
    assert verify_audit(engine, peppers).broken_at == 3
    run(engine, text("UPDATE epu_audit SET position = position - 1 WHERE position = 4"))
    assert verify_audit(engine, peppers).broken_at == 3


def test_rows_that_change_places_or_are_put_in_are_seen(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, *events(4))
    seal_audit(engine, peppers)
    with transaction(engine, writing=False) as connection:
        last = dict(connection.execute(select(audit).where(audit.c.position == 4)).mappings().one())
    run(engine, insert(audit).values(last | {"id": 99, "position": 5}))
    assert verify_audit(engine, peppers).broken_at == 5
    run(engine, update(audit).where(audit.c.position == 4).values(position=0))
    assert verify_audit(engine, peppers).broken_at == 1
    run(engine, delete(audit).where(audit.c.id == 99), update(audit).where(audit.c.position == 0).values(position=7))
    assert verify_audit(engine, peppers).broken_at == 4
    run(
        engine,
        update(audit).where(audit.c.position == 7).values(position=4),
        update(audit).where(audit.c.position == 2).values(position=-1),
        update(audit).where(audit.c.position == 3).values(position=2),
        update(audit).where(audit.c.position == -1).values(position=3),
    )
    assert verify_audit(engine, peppers).broken_at == 2


def test_a_cut_off_end_shows_against_the_head_noted_before(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, *events(5))
    seal_audit(engine, peppers)
    noted = verify_audit(engine, peppers)
    run(engine, delete(audit).where(audit.c.position == 5))
    after = verify_audit(engine, peppers)
    assert after.broken_at is None
    assert (after.chained, after.head) != (noted.chained, noted.head)


def test_a_chain_made_without_the_pepper_does_not_verify(engine: Engine, peppers: Peppers) -> None:
    append(engine, peppers, *events(3))
    forger = Pepper.named(bytes(range(64, 96)), bytes(range(96, 128)))
    seal_audit(engine, Peppers(Pepper(peppers.current.kid, forger.lookup, forger.seal)))
    assert verify_audit(engine, peppers).broken_at == 1

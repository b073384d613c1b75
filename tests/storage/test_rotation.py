"""A new pepper comes in while the service runs: every order stays within reach, and moves under it with its code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from kernel.clock import FixedClock
from kernel.errors import Conflict
from kernel.ins import Ins, InsAuthority
from prescription.epu_code import EpuCode
from prescription.record import LineState
from storage.database import Database
from storage.engine import transaction
from storage.pepper_file import load_or_create_peppers, load_peppers, rotate_peppers
from storage.peppers import Pepper, PepperRefused, Peppers
from storage.tables import records
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.orders import INS, NOW, RPPS, new_record, with_state

OTHER = Ins(INS.matricule, InsAuthority.DEMONSTRATION)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
def database(url: str, peppers: Peppers) -> Iterator[Database]:
    database = Database.open(url, peppers)
    yield database
    database.close()


def stored(database: Database) -> EpuCode:
    code = EpuCode.generate()
    with database.units() as unit:
        unit.records.add(code, replace(new_record(), binding=unit.records.binding(code, INS)), RPPS, NOW)
        unit.commit()
    return code


def rotated(peppers: Peppers) -> Peppers:
    return Peppers(Pepper.generate(), former=peppers.all)


def test_an_order_of_a_former_pepper_is_read_and_then_lies_under_the_current_one(
    database: Database, peppers: Peppers
) -> None:
    codes = [stored(database), stored(database)]
    with transaction(database.engine, writing=False) as connection:
        before = set(connection.execute(select(records.c.lookup, records.c.salt, records.c.owner)))
    newer = rotated(rotated(peppers))
    database.use(newer)
    with database.units(writing=False) as unit:
        assert all(unit.records.find(code) for code in codes)
        assert len(unit.records.owned_by(RPPS, None, None, 20, None)[0]) == 2
    assert database.orders_by_pepper() == {peppers.current.kid: 2}
    with database.units() as unit:
        assert unit.records.find(codes[0]) is not None
        unit.commit()
    assert database.orders_by_pepper() == {peppers.current.kid: 1, newer.current.kid: 1}
    with transaction(database.engine, writing=False) as connection:
        after = set(connection.execute(select(records.c.lookup, records.c.salt, records.c.owner)))
    (old,), (new,) = before - after, after - before
    assert not set(old) & set(new)
    with database.units(writing=False) as unit:
        assert len(unit.records.owned_by(RPPS, None, None, 20, None)[0]) == 2
        assert unit.records.find(EpuCode.generate()) is None


def test_the_identity_stays_bound_through_two_rotations_and_the_order_can_still_change(
    database: Database, peppers: Peppers
) -> None:
    code = stored(database)
    for _ in range(2):
        peppers = rotated(peppers)
        database.use(peppers)
        with database.units() as unit:
            record = unit.records.find(code)
            assert record is not None
            assert unit.records.binding(code, INS) == record.binding
            assert unit.records.binding(code, OTHER) != record.binding
            unit.records.replace(code, with_state(record, LineState.SAMPLED), NOW)
            unit.commit()
    assert database.orders_by_pepper() == {peppers.current.kid: 1}
    with database.units(writing=False) as unit:
        record = unit.records.find(code)
        assert record is not None
        assert (record.version, record.binding) == (3, unit.records.binding(code, INS))


def test_a_process_that_is_late_leaves_an_order_where_another_one_put_it(
    database: Database, url: str, peppers: Peppers
) -> None:
    late = Database.open(url, peppers)
    new = Pepper.generate()
    late.use(Peppers(peppers.current, coming=(new,)))
    database.use(Peppers(new, former=peppers.all))
    code = stored(database)
    with late.units() as unit:
        record = unit.records.find(code)
        assert record is not None
        unit.records.replace(code, with_state(record, LineState.SAMPLED), NOW)
        unit.commit()
    assert late.orders_by_pepper() == {new.kid: 1}
    late.close()


def test_a_code_stays_taken_whatever_pepper_it_was_first_used_under(database: Database, peppers: Peppers) -> None:
    code = stored(database)
    database.use(rotated(peppers))
    with database.units() as unit, pytest.raises(Conflict, match="déjà utilisé"):
        unit.records.add(code, new_record(), RPPS, NOW)


def test_a_process_that_lacks_a_pepper_in_use_does_not_open_the_base(
    database: Database, url: str, peppers: Peppers
) -> None:
    newer = rotated(peppers)
    with pytest.raises(PepperRefused, match=peppers.current.kid):
        Database.open(url, Peppers(Pepper.generate()))
    database.use(newer)
    with pytest.raises(PepperRefused, match=newer.current.kid) as refusal:
        Database.open(url, peppers)
    assert "\n" not in str(refusal.value)


def test_a_pepper_that_was_added_is_read_at_once_and_seals_from_its_time_on(tmp_path: Path) -> None:
    file, clock = tmp_path / "poivres.json", FixedClock(NOW)
    first = load_or_create_peppers(file, clock)
    new, start = rotate_peppers(file, timedelta(minutes=5), clock)
    assert start == NOW + timedelta(minutes=5)
    assert load_peppers(file, clock) == Peppers(first.current, coming=(new,))
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict) as refusal:
        rotate_peppers(file, timedelta(minutes=5), clock)
    assert refusal.value.code == "rotation-pending"
    clock.instant = start
    assert load_peppers(file, clock) == Peppers(new, (first.current,))
    newest, clock.instant = rotate_peppers(file, timedelta(minutes=5), clock)
    assert load_peppers(file, clock) == Peppers(newest, (new, first.current))
    assert [path.name for path in tmp_path.iterdir()] == ["poivres.json"]

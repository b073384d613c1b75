"""A backup taken under write load is one moment of the base; it comes back whole, on either database, or not at all."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, func, select, update

from kernel.errors import Conflict, Invalid
from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent
from storage import backup as backing_up
from storage.audit import seal_audit, verify_audit
from storage.backup import restore, write_backup
from storage.database import Database
from storage.engine import engine_for, transaction
from storage.peppers import Pepper, PepperRefused, Peppers
from storage.row_copy import is_empty
from storage.tables import audit, records
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.orders import NOW, PRESCRIBER, RPPS, new_record


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path, peppers: Peppers) -> Iterator[Database]:
    (tmp_path / "ici").mkdir()
    with new_base_url(request.param, request, tmp_path / "ici") as url:
        database = Database.open(url, peppers)
        yield database
        database.close()


@pytest.fixture(params=DATABASES)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "ailleurs").mkdir()
    with new_base_url(request.param, request, tmp_path / "ailleurs") as url:
        yield url


def create(database: Database) -> EpuCode:
    code = EpuCode.generate()
    with database.units() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.audit.append(AuditEvent(PRESCRIBER, "epu-create", "created", NOW, code))
        unit.commit()
    return code


def under_writes(database: Database, work: Callable[[], None]) -> set[EpuCode]:
    """Does the work while three writers create orders and the audit is chained; all codes that were acknowledged."""
    over, begun = Event(), Event()

    def write() -> set[EpuCode]:
        written = set()
        while not over.is_set():
            written.add(create(database))
            database.seal_audit()
            begun.set()
        return written

    with ThreadPoolExecutor(3) as threads:
        writers = [threads.submit(write) for _ in range(3)]
        begun.wait(timeout=30)
        try:
            work()
        finally:
            over.set()
    return set().union(*(writer.result() for writer in writers))


def held(database: Database, codes: set[EpuCode]) -> set[EpuCode]:
    with database.units(writing=False) as unit:
        return {code for code in codes if unit.records.find(code) is not None}


def counts(engine: Engine) -> list[int]:
    with transaction(engine, writing=False) as connection:
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (records, audit)]


def test_what_was_there_before_comes_back_and_nothing_by_half(
    database: Database, elsewhere: str, peppers: Peppers, tmp_path: Path
) -> None:
    before, file = {create(database) for _ in range(20)}, tmp_path / "sauvegarde"
    during = under_writes(database, lambda: write_backup(database.engine, file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ailleurs", "ici", "sauvegarde"]
    check = restore(elsewhere, file, peppers, tmp_path, replace=False)
    restored = Database.open(elsewhere, peppers)
    kept = held(restored, before | during)
    assert before <= kept
    assert counts(restored.engine) == [len(kept), len(kept)]
    assert check.chained + check.waiting == len(kept)
    create(restored)
    restored.seal_audit()
    assert restored.verify_audit().chained == len(kept) + 1
    restored.close()


def backed_up(database: Database, folder: Path) -> Path:
    create(database)
    database.seal_audit()
    write_backup(database.engine, folder / "sauvegarde")
    return folder / "sauvegarde"


def test_a_base_that_holds_something_is_replaced_only_when_told(
    database: Database, peppers: Peppers, tmp_path: Path
) -> None:
    file, url = backed_up(database, tmp_path), address(database)
    later = create(database)
    with pytest.raises(Conflict) as refusal:
        restore(url, file, peppers, tmp_path, replace=False)
    assert refusal.value.code == "base-not-empty"
    assert held(database, {later}) == {later}
    restore(url, file, peppers, tmp_path, replace=True)
    assert held(database, {later}) == set()
    assert counts(database.engine) == [1, 1]


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def test_a_restore_that_fails_on_the_way_leaves_the_base_as_it_was(
    database: Database, peppers: Peppers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, later = backed_up(database, tmp_path), create(database)

    def fail(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    put_back = backing_up.replace_rows
    monkeypatch.setattr(backing_up, "replace_rows", lambda source, target: (put_back(source, target), fail()))
    monkeypatch.setattr(backing_up, "_copy_file", fail)
    with pytest.raises(OSError, match="space"):
        restore(address(database), file, peppers, tmp_path, replace=True)
    assert held(database, {later}) == {later}


def test_a_backup_needs_its_own_peppers_and_an_audit_that_holds(
    database: Database, elsewhere: str, peppers: Peppers, tmp_path: Path
) -> None:
    file = backed_up(database, tmp_path)
    with pytest.raises(PepperRefused, match=peppers.current.kid):
        restore(elsewhere, file, Peppers(Pepper.generate()), tmp_path, replace=True)
    forged = engine_for(f"sqlite:///{file}")
    with transaction(forged, writing=True) as connection:
        connection.execute(update(audit).values(outcome="refused"))
        connection.commit()
    forged.dispose()
    with pytest.raises(Invalid, match="rompu au maillon 1"):
        restore(elsewhere, file, peppers, tmp_path, replace=True)
    target = engine_for(elsewhere)
    with transaction(target, writing=False) as connection:
        assert is_empty(connection)
    target.dispose()


@pytest.mark.parametrize("damage", ["empty", "text", "another base", "cut", "newer"])
def test_a_file_that_is_no_sound_backup_is_refused(
    engine: Engine, peppers: Peppers, tmp_path: Path, damage: str
) -> None:
    file = backed_up(Database(engine, peppers), tmp_path)
    whole = file.read_bytes()
    if damage in ("another base", "newer"):
        other = engine_for(f"sqlite:///{file}")
        with transaction(other, writing=True) as connection:
            connection.exec_driver_sql(
                "DROP TABLE alembic_version"
                if damage == "another base"
                else "UPDATE alembic_version SET version_num = '9'"
            )
            connection.commit()
        other.dispose()
    else:
        file.write_bytes({"empty": b"", "text": b"sauvegarde", "cut": whole[: len(whole) // 2]}[damage])
    with pytest.raises(Invalid) as refusal:
        restore(tmp_path / "neuve.db", file, peppers, tmp_path, replace=False)
    assert refusal.value.code == "backup-unusable"
    assert not (tmp_path / "neuve.db").exists()


def test_a_backup_holds_no_pepper_and_the_audit_stays_whole_beside_it(
    engine: Engine, peppers: Peppers, tmp_path: Path
) -> None:
    content = backed_up(Database(engine, peppers), tmp_path).read_bytes()
    for secret in (peppers.current.lookup, peppers.current.seal):
        assert secret not in content
        assert secret.hex().encode() not in content
    assert seal_audit(engine, peppers) == 0
    assert verify_audit(engine, peppers).broken_at is None

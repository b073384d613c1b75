"""The migrations make the tables the code knows, from nothing or from an older base, whoever runs them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, insert, select

from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent, KeptAnswer
from storage.audit import seal_audit, verify_audit
from storage.database import Database
from storage.engine import engine_for, transaction
from storage.migrate import upgrade
from storage.peppers import Peppers
from storage.tables import metadata, misses
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.bases import DATABASES, empty_database_url
from tests.storage.orders import NOW, PRESCRIBER, RPPS, new_record

FIRST_TABLES = {"epu_record", "epu_audit", "epu_miss", "epu_answer"}


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with empty_database_url(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
def empty(url: str) -> Iterator[Engine]:
    engine = engine_for(url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with transaction(engine, writing=False) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def rows(engine: Engine) -> dict[str, list[object]]:
    """All that the first tables hold, by table."""
    held = MetaData()
    with transaction(engine, writing=False) as connection:
        held.reflect(connection, only=FIRST_TABLES)
        return {table.name: sorted(map(tuple, connection.execute(select(table)))) for table in held.sorted_tables}


def test_an_empty_database_gets_the_tables_of_the_code(empty: Engine) -> None:
    assert len(differences(empty)) >= len(metadata.tables)
    upgrade(empty)
    assert differences(empty) == []
    upgrade(empty)
    assert differences(empty) == []


def test_a_base_of_the_first_version_keeps_its_orders_and_gets_the_new_tables(
    empty: Engine, url: str, peppers: Peppers
) -> None:
    upgrade(empty, "0001")
    with transaction(empty, writing=False) as connection:
        held = MetaData()
        held.reflect(connection)
    assert set(held.tables) == FIRST_TABLES | {"alembic_version"}
    code = EpuCode.generate()
    with SqlUnitOfWorkFactory(empty, peppers)() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.audit.append(AuditEvent(PRESCRIBER, "epu-create", "created", NOW, code))
        unit.answers.keep(PRESCRIBER, "epu-create", "k", b"", KeptAnswer(200, None, b"{}"), NOW)
        unit.commit()
    with transaction(empty, writing=True) as connection:
        connection.execute(insert(misses).values(who=b"w" * 32, full_at=1))
        connection.commit()
    seal_audit(empty, peppers)
    before = rows(empty)
    assert all(before.values())
    database = Database.open(url, peppers)
    assert rows(empty) == before
    assert differences(empty) == []
    with database.units(writing=False) as unit:
        assert unit.records.find(code) is not None
    assert verify_audit(empty, peppers).broken_at is None
    assert database.releases.active() is None
    database.close()


def test_two_workers_may_upgrade_at_once(empty: Engine, url: str) -> None:
    engines = [empty, engine_for(url)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(upgrade, engines))
    assert differences(empty) == []
    engines[1].dispose()

"""The migrations make the tables the code knows, whoever runs them and however often."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from storage.engine import sqlite_engine, transaction
from storage.migrate import upgrade
from storage.tables import metadata


def differences(engine: Engine) -> list[object]:
    with transaction(engine, writing=False) as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def test_an_empty_file_gets_the_tables_of_the_code(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "base.db")
    assert len(differences(engine)) >= len(metadata.tables)
    upgrade(engine)
    assert differences(engine) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    assert differences(engine) == []


def test_two_workers_may_upgrade_at_once(tmp_path: Path) -> None:
    engines = [sqlite_engine(tmp_path / "base.db") for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(upgrade, engines))
    assert differences(engines[0]) == []
    for engine in engines:
        engine.dispose()

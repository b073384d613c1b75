"""`circuitbio epu`: what an operator sees of the audit, of the old orders and of the secrets, and what stops them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from circuitbio.cli import run
from circuitbio.database import open_database
from circuitbio.settings import Settings
from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent
from storage.database import Database
from storage.engine import transaction
from storage.pepper_file import load_or_create_peppers, rotate_peppers
from storage.tables import audit, known_peppers
from tests.api.service import Service, put_base
from tests.postgres import PostgresServer
from tests.storage.orders import LABORATORY, NOW, RPPS, new_record


@pytest.fixture(autouse=True)
def _only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path))


@pytest.fixture
def database() -> Iterator[Database]:
    """The base of the settings, with three chained audit rows, an order to keep and one past its time."""
    put_base(Settings().data)
    database = open_database(Settings())
    with database.units() as unit:
        for year in (2000, 2090):
            unit.records.add(EpuCode.generate(), replace(new_record(), valid_until=date(year, 1, 1)), RPPS, NOW)
        for _ in range(3):
            unit.audit.append(AuditEvent(LABORATORY, "epu-claim", "done", NOW))
        unit.commit()
    database.seal_audit()
    yield database
    database.close()


@pytest.mark.usefixtures("database")
def test_a_whole_audit_ends_with_0_and_its_head_to_note(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["epu", "verify-audit", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["chained"], told["waiting"], told["broken_at"]) == (True, 3, 0, None)
    assert run(["epu", "verify-audit"]) == 0
    assert told["head"] in capsys.readouterr().out


def test_an_audit_that_was_touched_ends_with_1_and_the_first_broken_link(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction(database.engine, writing=True) as connection:
        connection.execute(update(audit).where(audit.c.position >= 2).values(outcome="refused"))
        connection.commit()
    assert run(["epu", "verify-audit"]) == 1
    assert "rompue au maillon 2 " in capsys.readouterr().out
    assert run(["epu", "verify-audit", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["broken_at"] == 2


@pytest.mark.usefixtures("database")
def test_what_is_past_its_time_goes_once(capsys: pytest.CaptureFixture[str]) -> None:
    for gone in (1, 0):
        assert run(["epu", "purge", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"orders": gone, "answers": 0, "documents": 0}


@pytest.mark.usefixtures("database")
def test_a_secret_is_added_and_a_second_one_has_to_wait(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    before = load_or_create_peppers(tmp_path / "peppers.json")
    assert run(["epu", "rotate", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    after = load_or_create_peppers(tmp_path / "peppers.json")
    assert after.current == before.current
    assert [pair.kid for pair in after.coming] == [told["kid"]]
    assert told["orders"] == {before.current.kid: 2}
    assert run(["epu", "rotate"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("command", [["epu", "verify-audit"], ["epu", "rotate"], ["serve", "--port", "0"]])
def test_the_secrets_of_another_base_are_refused_in_one_line(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "peppers.json").unlink()
    load_or_create_peppers(tmp_path / "peppers.json")
    assert run(command) == 2
    said = capsys.readouterr().err
    assert "absents d'ici" in said
    assert said.count("\n") == 1


def test_a_lost_file_of_secrets_is_not_made_anew_beside_a_shared_base(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with postgres.new_base() as name:
        monkeypatch.setenv("CIRCUITBIO_DATABASE_URL", postgres.url(name))
        for folder, status in (("un", 0), ("deux", 2)):
            monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path / folder))
            assert run(["epu", "verify-audit"]) == status
    assert capsys.readouterr().err.count("\n") == 1
    assert list((tmp_path / "deux").iterdir()) == []


@pytest.mark.usefixtures("database")
def test_a_running_service_deletes_old_orders_and_takes_a_new_secret_by_itself(
    database: Database, tmp_path: Path
) -> None:
    with Service(tmp_path):
        new, _ = rotate_peppers(tmp_path / "peppers.json", timedelta(0))
    # What it does every second and every hour it does once more when it ends.
    assert sum(database.orders_by_pepper().values()) == 1
    with transaction(database.engine, writing=False) as connection:
        assert new.kid in set(connection.scalars(select(known_peppers.c.kid)))

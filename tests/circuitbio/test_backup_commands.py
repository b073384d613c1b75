"""`circuitbio backup` and `restore`: the base of one machine goes on on another, with its secrets and not without."""

import json
import shutil
from pathlib import Path

import pytest

from circuitbio.cli import run
from circuitbio.settings import Settings
from tests.api.service import Service, value


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, str]:
    """A backup taken of a running service, and the code of an order in it."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)
    (tmp_path / "ici").mkdir()
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path / "ici"))
    with Service(tmp_path / "ici") as service:
        code = value(service.create(), "code")
        assert run(["backup", str(tmp_path / "sauvegarde")]) == 0
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path / "ailleurs"))
    (tmp_path / "ailleurs").mkdir()
    return tmp_path / "sauvegarde", code


def test_an_order_is_read_where_the_backup_and_the_secrets_were_brought_together(
    used: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup, code = used
    shutil.copy(tmp_path / "ici" / "peppers.json", tmp_path / "ailleurs")
    capsys.readouterr()
    assert run(["restore", str(backup), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["chained"] >= 0
    with Service(tmp_path / "ailleurs") as service:
        assert service.retrieve(code).status_code == 200
    assert run(["epu", "verify-audit"]) == 0
    capsys.readouterr()
    assert run(["restore", str(backup)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert run(["restore", str(backup), "--replace"]) == 0


def test_a_backup_is_written_over_nothing(
    used: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path / "ici"))
    for file in (used[0], tmp_path / "ici" / "peppers.json", tmp_path / "ici" / "circuitbio.sqlite3"):
        before = file.read_bytes()
        assert run(["backup", str(file)]) == 2
        assert file.read_bytes() == before
    assert capsys.readouterr().err.count("existe déjà") == 3
    assert run(["backup", str(tmp_path / "nulle-part" / "sauvegarde")]) == 2
    assert "nulle-part n'est pas un dossier" in capsys.readouterr().err


def test_without_the_secrets_nothing_is_restored_and_none_are_made(
    used: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["restore", str(used[0])]) == 2
    said = capsys.readouterr().err
    assert "peppers.json manque" in said
    assert said.count("\n") == 1
    assert list((tmp_path / "ailleurs").iterdir()) == []


def test_there_is_nothing_to_back_up_where_there_is_no_base(
    used: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["backup", str(tmp_path / "autre")]) == 2
    assert run(["restore", str(tmp_path / "absent")]) == 2
    assert capsys.readouterr().err.count("\n") == 2
    assert list((tmp_path / "ailleurs").iterdir()) == []

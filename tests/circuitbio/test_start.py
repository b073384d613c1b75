"""What a start waits for and what it does not, and what it refuses in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from circuitbio.cli import run
from tests.api.service import Service
from tests.elasticsearch.impostor import impostor


def imported_by(script: str) -> set[str]:
    """The libraries that a program of these lines has imported at its end."""
    told = f"import sys; {script}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


def test_the_help_is_shown_without_what_the_commands_need() -> None:
    assert not imported_by("from circuitbio.cli import run; run(['--help'])") & {"sqlalchemy", "fastapi", "pydantic"}


def test_a_service_starts_without_what_it_may_never_need() -> None:
    later = {"alembic", "elasticsearch", "fontTools", "httpx2", "joserfc", "openpyxl", "ucumvert", "pint"}
    assert not imported_by("import circuitbio.bootstrap") & later


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_search_server_of_another_version_is_refused_in_one_line(
    workers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path))
    with impostor(b'{"version": {"number": "8.19.2"}}') as url:
        monkeypatch.setenv("CIRCUITBIO_ELASTICSEARCH_URL", url)
        assert run(["serve", "--port", "0", "--workers", workers]) == 2
    said = capfd.readouterr().err
    assert said.startswith("circuitbio : Le serveur de recherche est en version 8.19.2")
    assert said.count("\n") == 1


def test_a_start_does_not_wait_for_a_search_server_that_is_away(tmp_path: Path) -> None:
    with Service(tmp_path, elasticsearch_url="http://127.0.0.1:9") as service:
        assert service.client.get("/health/ready").json()["status"] == "degraded"
        assert service.client.get("/api/examens", params={"q": "nfs"}).json()["engine"] == "embedded"

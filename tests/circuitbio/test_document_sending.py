"""`circuitbio document send` and `status`: what an operator sees, and what stops them before anything is sent.

What they do with a running service is in tests/journeys/test_four_ways.py.
"""

import json
from pathlib import Path

import pytest

from circuitbio.cli import run
from circuitbio.settings import Settings
from tests.api.documents import INS, fed
from tests.api.service import Service
from tests.circuitbio.test_document_commands import CODE
from tests.circuitbio.test_document_commands import order as order  # the file of a signed order


@pytest.fixture(autouse=True)
def _only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path))


def test_the_operator_sees_the_departures_of_the_base_without_a_code_or_a_trait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Service(tmp_path) as service:
        code = fed(service)
    assert run(["document", "status", "--json"]) == 0
    told = capsys.readouterr().out
    departures = json.loads(told)["departures"]
    assert {each["channel"]: each["state"] for each in departures}["dmp"] == "sent"
    assert run(["document", "status", "--state", "sent"]) == 0
    table = capsys.readouterr().out
    assert "dmp" in table
    assert "patient-mail" not in table
    assert not any(secret in told + table for secret in (code, INS["value"], "PAT-TROIS"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["send", "absent.json"], "absent.json"),
        (["send", "order.json", "--delay", "73"], "delay"),
        (["send", "order.json"], "ne répond pas"),
        (["status", "--code-from", "absent.txt"], "absent.txt"),
        (["status", "--code-from", "codes.txt"], "Qui demande"),
        (["status", "--code-from", "codes.txt", "--rpps", "10005688798"], "ne répond pas"),
        (["status", "--code-from", "wrong.txt", "--rpps", "10005688798"], "wrong.txt:2"),
        (["status", "--code-from", "empty.txt", "--rpps", "10005688798"], "0 code"),
    ],
)
def test_what_cannot_run_says_why_in_one_line_and_never_the_code(
    arguments: list[str],
    said: str,
    order: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CIRCUITBIO_URL", "http://127.0.0.1:1")
    for name, text in {"codes": CODE, "wrong": f"{CODE}\n{CODE[:-1]}\n", "empty": "\n"}.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    assert run(["document", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert CODE[:-1] not in told


def test_an_order_with_errors_is_told_and_not_sent(order: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = json.loads(order.read_text("utf-8"))
    lines = [e["resource"] for e in content["entry"] if e["resource"]["resourceType"] == "ServiceRequest"]
    coded = next(line["code"]["coding"][0] for line in lines if "coding" in line["code"])
    coded["code"] = "57022-7"
    order.write_text(json.dumps(content), "utf-8")
    assert run(["document", "send", str(order)]) == 1
    told = capsys.readouterr().out
    assert "malformed-loinc" in told
    assert "rien n'est confié" in told
    assert CODE not in told

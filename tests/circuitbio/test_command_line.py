"""The command line, interface.md §6: 0 done, 1 errors in the content, 2 could not run, in one line."""

import json
import re
from pathlib import Path

import pytest

from circuitbio.cli import COMMANDS, load, run
from circuitbio.examples import order_files
from circuitbio.settings import Settings
from storage.pepper_file import load_or_create_peppers

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["srve"],
        ["order", "check"],
        ["order", "check", "absent.json"],
        ["order", "print", "absent.json"],
        ["document", "xdm", "absent.json"],
        ["document", "receipt", "absent.eml"],
        ["search", "try", "nfs", "--limit", "many"],
        ["lcsd", "import", "absent.hl7"],
        ["lcsd", "publish", "absent.toml"],
        ["demo"],
        ["terminology", "import", "absent.xlsx"],
        ["terminology", "imprt", "absent.xlsx"],
    ],
)
def test_what_cannot_run_says_why_in_one_line_and_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CIRCUITBIO_URL", "http://127.0.0.1:9")
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.err.startswith("circuitbio : ")
    assert said.err.count("\n") == 1
    assert said.err.count(arguments[-1]) <= 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "abc"), ("PORT", "99999"), ("ENVIRONMENT", "recette"), ("EPU_ACCEPT_FULL", "peut-être")],
)
def test_a_refused_setting_is_named_in_one_line(
    name: str, value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CIRCUITBIO_{name}", value)
    assert run(["serve"]) == 2
    said = capsys.readouterr().err
    assert f"CIRCUITBIO_{name}" in said
    assert said.count("\n") == 1
    assert value not in said


def test_an_unreadable_service_address_is_told_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCUITBIO_URL", "http://[::1")
    assert run(["demo"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_sheet_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert run(["order", "print", str(order_files()[0]), "--out", str(folder)]) == 2
    assert str(folder) + " : écriture impossible" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [folder]


def test_an_order_is_checked_and_its_errors_end_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["order", "check", str(order_files()[1])]) == 0
    assert "W-CLIN" in capsys.readouterr().out
    wrong = tmp_path / "wrong.json"
    wrong.write_text(order_files()[0].read_text("utf-8").replace("57022-6", "57022-7"), "utf-8")
    assert run(["order", "check", str(wrong), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    assert found[0]["code"] == "malformed-loinc"
    assert run(["order", "print", str(wrong)]) == 1
    assert not wrong.with_suffix(".pdf").exists()


def test_an_order_is_printed_beside_its_file(tmp_path: Path) -> None:
    order = tmp_path / "order.json"
    order.write_bytes(order_files()[2].read_bytes())
    assert run(["order", "print", str(order)]) == 0
    assert order.with_suffix(".pdf").read_bytes().startswith(b"%PDF-1.4")
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["order.json", "order.pdf"]


def test_a_query_is_tried_with_the_shape_of_the_api(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "try", "nfs", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["code"] == "57022-6"


def test_the_doctor_finds_nothing_needed_missing_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


def test_every_command_is_documented() -> None:
    told = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    names = [f"{name} {below}".strip() for name in COMMANDS for below in getattr(load(name), "commands", [""])]
    assert [name for name in names if f"`circuitbio {name}" not in told] == []


def test_every_setting_is_documented_and_none_that_is_not_there() -> None:
    told = set(re.findall(r"`CIRCUITBIO_([A-Z0-9_]+)`", (ROOT / "docs" / "settings.md").read_text("utf-8")))
    assert told == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("spoil", ["the database", "the peppers"])
def test_a_damaged_data_folder_is_told_in_one_line_and_left_as_it_is(
    spoil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path))
    (tmp_path / "circuitbio.sqlite3").write_bytes(b"not a database, but long enough to be read as one" * 40)
    if spoil == "the database":
        load_or_create_peppers(tmp_path / "peppers.json")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert run(["serve", "--port", "0"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == before

"""`circuitbio lcsd`: versions kept, sent to a folder, followed, withdrawn (lcsd.md §6)."""

import json
from pathlib import Path
from typing import Any

import pytest

from circuitbio.cli import run
from circuitbio.settings import Settings
from lcsd.exchange_file import read_publication
from tests.api.service import put_base
from tests.terminology.lab_tables.test_tables import edited

FINESS = "750000010"
CHU = ("chu", "--application", "DPI", "--receiver-finess", "750000002")


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)
    put_base(Settings().data)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(["lcsd", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_version_is_published_sent_followed_and_withdrawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    assert run(["lcsd", "subscriber", "set", FINESS, *CHU, "--folder", "drop"]) == 0
    assert told(capsys, "publish", "--version", "--note", "première")["subscribers"] == ["chu"]
    assert told(capsys, "send") == {"sent": 1, "waiting": 0, "refused_or_failed": 0}
    (sent,) = drop.glob("*.hl7")
    assert read_publication(sent).catalogue.version == 1
    assert told(capsys, "publish", "--version")["version"] == 2
    assert told(capsys, "diff", FINESS, "2") == {"added": [], "removed": [], "changed": {}}
    assert told(capsys, "withdraw", FINESS, "--note", "erreur")["version"] == 3
    state = told(capsys, "status", FINESS)
    assert [v["state"] for v in state["versions"]] == ["superseded", "withdrawn", "published"]
    assert [(d["version"], d["state"]) for d in state["deliveries"]] == [(1, "sent"), (2, "skipped"), (3, "queued")]
    assert state["behind"] == ["chu"]
    assert run(["lcsd", "subscriber", "remove", FINESS, "chu"]) == 0
    assert told(capsys, "subscriber", "list", FINESS) == {"subscribers": []}


@pytest.mark.parametrize("name", ["catalogue.xlsx", "catalogue.zip"])
def test_a_catalogue_is_edited_as_tables_and_published_again(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert told(capsys, "publish", "--version")["version"] == 1
    assert run(["lcsd", "table", FINESS, "--out", name]) == 0
    assert told(capsys, "publish", name, "--version")["version"] == 2
    assert told(capsys, "diff", FINESS, "2") == {"added": [], "removed": [], "changed": {}}
    Path(name).write_bytes(b"PK\x03\x04 cut short")
    capsys.readouterr()
    assert run(["lcsd", "publish", name]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_every_fault_of_a_table_is_shown_at_its_cell_and_nothing_is_published(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("faux.zip").write_bytes(edited(("Examens", ";15;", ";bientôt;"), ("Tubes", "NFS;", "NFX;")))
    assert run(["lcsd", "publish", "faux.zip", "--version"]) == 2
    shown = capsys.readouterr()
    assert all(place in shown.out + shown.err for place in ("Examens!V2", "Tubes!A4", "2 erreur(s)"))
    assert run(["lcsd", "table", FINESS, "--out", "rien.xlsx"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["withdraw", FINESS],
        ["table", FINESS, "--out", "catalogue.xlsx"],
        ["table", FINESS, "--out", "catalogue.ods"],
        ["table", "absent.toml", "--out", "catalogue.xlsx"],
        ["diff", FINESS, "9"],
        ["content", FINESS, "9"],
        ["fhir", FINESS],
        ["fhir", FINESS, "--version", "9"],
        ["send", "--reprendre", "chu"],
        ["send", FINESS, "--reprendre", "chu"],
        ["subscriber", "remove", FINESS, "chu"],
        ["subscriber", "set", FINESS, *CHU],
        ["subscriber", "set", FINESS, *CHU, "--mllp", "dpi.example:2575"],
    ],
)
def test_what_cannot_be_done_says_why_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lcsd", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("circuitbio : ")
    assert said.count("\n") == 1

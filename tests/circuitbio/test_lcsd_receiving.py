"""`circuitbio lcsd supplier|import|received|listen`: publications taken from files and over MLLP (lcsd.md §7)."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from circuitbio.cli import run
from circuitbio.settings import Settings
from lcsd.messages.mfk import read_answers
from tests.storage.test_delivery import certificate

FINESS = "750000010"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    capsys.readouterr()
    assert run([*arguments, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_a_folder_of_publications_is_taken_answered_and_searched(capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("in", "out"):
        Path(folder).mkdir()
    assert run(["lcsd", "publish", "--out", "in"]) == 0
    (unknown,) = told(capsys, "lcsd", "import", "in", status=2)["files"]
    assert (unknown["refused"], [f["code"] for f in unknown["findings"] if f["severity"] == "error"]) == (True, ["E03"])
    assert run(["lcsd", "supplier", "set", FINESS, "--name", "Laboratoire d'essai"]) == 0
    (taken,) = told(capsys, "lcsd", "import", "in", "--replies", "out")["files"]
    assert (taken["refused"], taken["events"]) == (False, ["M08", "M09", "M11", "M10"])
    (reply,) = Path("out").iterdir()
    assert {answer.code for answer in read_answers(reply.read_bytes())[1]} == {"AA"}
    assert told(capsys, "lcsd", "import", "in")["files"][0]["again"]
    state = told(capsys, "lcsd", "received", FINESS)
    assert [(a["number"], a["waiting"]) for a in state["arrivals"]] == [(1, False)]
    assert {m["code"] for m in state["messages"]} == {"AA"}
    page = told(capsys, "search", "try", "nfs", "--lab", FINESS)
    assert page["items"][0]["local_code"] == "NFS"


def test_a_version_goes_from_one_base_to_another_over_tls(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ours, stranger = certificate(tmp_path, "ours"), certificate(tmp_path, "stranger")
    hospital = tmp_path / "hospital"
    with listening(hospital, "--ca", str(ours[0]), "--certificate", str(ours[0]), "--key", str(ours[1])) as port:
        subscriber = [
            "lcsd",
            "subscriber",
            "set",
            FINESS,
            "chu",
            "--application",
            "DPI",
            "--receiver-finess",
            "750000002",
        ]
        tls = ["--mllp", f"127.0.0.1:{port}", "--ca", str(ours[0])]
        assert run([*subscriber, *tls, "--certificate", str(stranger[0]), "--key", str(stranger[1])]) == 0
        assert run(["lcsd", "publish", "--version"]) == 0
        assert told(capsys, "lcsd", "send")["sent"] == 0
        assert run([*subscriber, *tls, "--certificate", str(ours[0]), "--key", str(ours[1])]) == 0
        assert run(["lcsd", "publish", "--version"]) == 0
        assert told(capsys, "lcsd", "send") == {"sent": 4, "waiting": 0, "refused_or_failed": 0}
    states = {(d["version"], d["state"]) for d in told(capsys, "lcsd", "status", FINESS)["deliveries"]}
    assert states == {(1, "skipped"), (2, "acknowledged")}


@contextmanager
def listening(folder: Path, *options: str) -> Iterator[int]:
    """`lcsd listen` in a process of its own, over a base where the laboratory is known; its port."""
    environment = os.environ | {"CIRCUITBIO_DATA": str(folder)}
    command = [sys.executable, "-m", "circuitbio", "lcsd"]
    subprocess.run([*command, "supplier", "set", FINESS], env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        [*command, "listen", "--port", "0", *options], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline().split(",")[0].rpartition(":")[2])
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "absent.hl7"],
        ["import", ".", "--replies", "absent"],
        ["received", "75"],
        ["supplier", "set", "75"],
        ["supplier", "remove", FINESS],
        ["listen", "--ca", "ca.pem"],
        ["listen", "--host", "0.0.0.0"],
        ["listen", "--ca", "absent.pem", "--certificate", "absent.pem", "--key", "absent.pem"],
    ],
)
def test_what_cannot_be_done_says_why_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lcsd", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("circuitbio : ")
    assert said.count("\n") == 1

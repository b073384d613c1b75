"""`circuitbio ins read`: what a scanner typed, from a file or standard input, never from the arguments."""

import io
import json
import sys
from pathlib import Path

import pytest

from circuitbio.cli import run
from printing.ins_datamatrix import HEADER, build
from tests.printing.orders import PATIENT

SCAN = build(PATIENT).text
WRONG_KEY = SCAN.replace("279035121518989", "279035121518988")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["ins", "read", *arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_scan_is_told_in_french_or_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "scan.txt"
    file.write_text(SCAN + "\r\n", "ascii")
    status, said, _ = told(capsys, str(file))
    assert (status, "PAT-TROIS" in said, "28/03/1979" in said) == (0, True, True)
    status, said, _ = told(capsys, str(file), "--json")
    scanned = json.loads(said)
    assert (status, scanned["key_valid"], scanned["highest_status"]) == (0, True, "RECUP")
    assert scanned["patient"]["resourceType"] == "Patient"


def test_a_wrong_key_is_a_warning_and_makes_no_patient(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG_KEY.encode())))
    status, said, _ = told(capsys, "--json")
    scanned = json.loads(said)
    assert (status, scanned["key_valid"], scanned["patient"]) == (0, False, None)


@pytest.mark.parametrize("content", ["", "01S2TBPZ2JCNZZYGHZ", HEADER + "S1", SCAN * 5], ids=len)
def test_what_is_no_datamatrix_is_one_line_and_status_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str
) -> None:
    file = tmp_path / "scan.txt"
    file.write_text(content, "ascii")
    status, said, complaint = told(capsys, str(file))
    assert (status, said, complaint.count("\n")) == (2, "", 1)
    assert "279035121518989" not in complaint

"""`circuitbio transcoding`: an operator's commands on the database itself (interface.md §6, terminology.md §7)."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from circuitbio.cli.transcoding import app
from circuitbio.examples import lab_catalogue_file
from circuitbio.settings import Settings
from kernel.errors import Invalid, NotFound
from tests.api.service import put_base

FINESS = "750000010"
FILE = "Code local;Libellé;NABM;Unité;Volume mensuel\nGLYJ;Glycémie à jeun;552;mmol/L;900\nNA;Sodium;1609;mmol/L;700\n"
NAMED = ("--finess", FINESS, "--name", "LBM A", "--mnemonic", "LBMA")


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)
    put_base(Settings().data)
    Path("labo.csv").write_text(FILE, "utf-8")


def run(*arguments: str) -> int:
    status = get_command(app).main(args=list(arguments), standalone_mode=False)
    return status if isinstance(status, int) else 0


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_a_catalogue_is_imported_proposed_exported_watched_and_traced(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "import", "labo.csv", *NAMED)["counts"]["added"] == 2
    proposals = told(capsys, "propose", FINESS, "NA")["proposals"]
    assert (proposals[0]["code"], proposals[0]["parts"]["nabm"]) == ("2951-2", 30)
    figures = told(capsys, "dashboard")
    assert (figures["laboratories"], figures["by_status"]["a-traiter"]) == (1, 2)
    assert told(capsys, "history", FINESS) == {"rows": []}
    written = told(capsys, "export", FINESS, "--format", "csv", "--out", "out.csv")
    assert Path("out.csv").read_bytes().startswith(b"\xef\xbb\xbfCode local;")
    assert written == {"file": "out.csv", "bytes": Path("out.csv").stat().st_size}
    assert told(capsys, "import", "out.csv", "--finess", FINESS)["written"] is False, "its own export changes nothing"


def test_the_tables_and_the_page_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    run("import", "labo.csv", *NAMED)
    assert run("dashboard", FINESS, "--html", "page.html") == 0
    said = capsys.readouterr().out
    assert "attention W23 [labo!C2]" in said
    assert "Sans chapitre" in said
    assert Path("page.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_rejected_row_ends_with_1_and_a_refused_file_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    Path("labo.csv").write_text(FILE + ";Sans code;;;\n", "utf-8")
    assert run("import", "labo.csv", *NAMED, "--dry-run") == 1
    Path("labo.csv").write_text("Machin;Truc\n1;2\n", "utf-8")
    assert run("import", "labo.csv", *NAMED) == 2
    assert "refusé" in capsys.readouterr().err
    with pytest.raises(NotFound):
        run("dashboard", FINESS)


def test_columns_are_designated_by_field_and_header(capsys: pytest.CaptureFixture[str]) -> None:
    Path("labo.csv").write_text("Machin;Truc\n1;Sodium\n", "utf-8")
    columns = ("--column", "local_code=Machin", "--column", "label=Truc")
    assert told(capsys, "import", "labo.csv", *NAMED, *columns)["added"] == ["1"]
    with pytest.raises(Invalid):
        run("import", "labo.csv", *NAMED, "--column", "code:Machin")


def test_the_maintained_catalogue_of_the_example_laboratory_comes_in_and_leaves_as_lcsd(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = told(capsys, "import", str(lab_catalogue_file()))
    assert done["counts"]["added"] > 10
    assert done["counts"]["proposed"] > 10, "its own LOINC codes wait for a biologist"
    told(capsys, "export", FINESS, "--format", "lcsd", "--out", "out.hl7")
    assert Path("out.hl7").read_bytes().startswith(b"FHS|")

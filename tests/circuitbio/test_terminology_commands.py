"""`circuitbio terminology`: import, compare, switch and go back; exit statuses and JSON as interface.md §6 has them."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from circuitbio.cli import run
from terminology.jdv.columns import Column
from terminology.jdv.generator import SampleWorkbook, sample_workbook
from tests.api.service import put_base

Json = dict[str, Any]
Run = Callable[..., tuple[int, str, str]]

SPRING = sample_workbook("2025", 40, 60, label="2025-03", published=date(2025, 3, 15))


@pytest.fixture
def circuitbio(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line on a station of its own: exit status, standard output, standard error."""
    put_base(tmp_path / "data")
    monkeypatch.setenv("CIRCUITBIO_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CIRCUITBIO_DATABASE_URL", raising=False)

    def call(*arguments: object) -> tuple[int, str, str]:
        status = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Two releases, the second with a request less and a new label; and one whose first row has a wrong check digit."""
    autumn = replace(SPRING, label="2025-09", published=date(2025, 9, 15), rows=_changed(SPRING))
    wrong = replace(SPRING, label="2026-03", published=date(2026, 3, 15), rows=_with_an_error(SPRING))
    books = {"spring": SPRING, "autumn": autumn, "wrong": wrong}
    for name, book in books.items():
        (tmp_path / f"{name}.xlsx").write_bytes(book.xlsx())
    return {name: tmp_path / f"{name}.xlsx" for name in books}


def _changed(book: SampleWorkbook) -> tuple[dict[Column, Any], ...]:
    rows = [dict(row) for row in book.rows if row[Column.REQUEST_LOINC] != "2842-3"]
    for row in rows:
        if row[Column.REQUEST_LOINC] == "57022-6":
            row[Column.REQUEST_LABEL] = "Hémogramme"
    return tuple(rows)


def _with_an_error(book: SampleWorkbook) -> tuple[dict[Column, Any], ...]:
    """One row out of more than a hundred that no restricted list holds."""
    rows = [dict(row) for row in sample_workbook("2025", 120, 250).rows]
    place = next(
        n for n, row in enumerate(rows) if row[Column.RESTRICTED] == "N" and not row.get(Column.CORRESPONDENCE)
    )
    rows[place][Column.UCUM] = "G/L"
    return tuple(rows)


def test_two_releases_are_imported_compared_and_switched_there_and_back(
    circuitbio: Run, files: dict[str, Path]
) -> None:
    assert circuitbio("terminology", "import", files["spring"], "--activate")[0] == 0
    assert circuitbio("terminology", "import", files["autumn"])[0] == 0
    status, out, _ = circuitbio("terminology", "diff", "active", "2025-09", "--json")
    diff: Json = json.loads(out)
    assert status == 0
    assert (diff["from"], diff["to"]) == ({"label": "2025-03", "revision": 1}, {"label": "2025-09", "revision": 1})
    assert [concept["code"] for concept in diff["requests"]["retired"]] == ["2842-3"]
    (changed,) = [c for c in diff["requests"]["changed"] if c["code"] == "57022-6"]
    assert {"field": "display", "before": "Numération formule sanguine", "after": "Hémogramme"} in changed["fields"]
    assert "Bilan préopératoire" in {basket["name"] for basket in diff["impact"]["baskets"]}
    for name in ("2025-09", "2025-03", "2025-09"):
        status, out, _ = circuitbio("terminology", "activate", name, "--json")
        assert (status, json.loads(out)["active"]) == (0, name)
    back = json.loads(circuitbio("terminology", "diff", "2025-09", "2025-03", "--json")[1])
    assert [concept["code"] for concept in back["requests"]["reactivated"]] == ["2842-3"]


def test_the_json_of_an_import_is_that_of_the_interface(circuitbio: Run, files: dict[str, Path]) -> None:
    status, out, err = circuitbio("terminology", "import", files["spring"], "--json")
    done: Json = json.loads(out)
    assert (status, err) == (0, "")
    assert set(done) == {
        "file", "layout", "release", "counts", "findings", "extra_columns", "activable", "refusals", "report_hash",
        "activated",
    }  # fmt: skip
    assert done["release"] == {
        "label": "2025-03", "revision": 1, "kind": "jdv-official", "status": "available", "published": "2025-03-15",
    }  # fmt: skip
    assert done["file"]["sha256"] == hashlib.sha256(files["spring"].read_bytes()).hexdigest()
    assert (done["activable"], done["activated"]) == (True, False)


def test_the_same_file_is_the_same_release_and_the_same_label_a_revision(
    circuitbio: Run, files: dict[str, Path]
) -> None:
    assert "importée" in circuitbio("terminology", "import", files["spring"])[1]
    assert "déjà tenue" in circuitbio("terminology", "import", files["spring"])[1]
    other = files["spring"].with_name("other.xlsx")
    other.write_bytes(replace(SPRING, rows=_changed(SPRING)).xlsx())
    assert "2025-03+2" in circuitbio("terminology", "import", other)[1]
    held = json.loads(circuitbio("terminology", "list", "--json")[1])["releases"]
    assert [release["name"] for release in held] == ["demarrage-1", "2025-03+2", "2025-03"]


def test_errors_are_not_activated_until_an_operator_names_the_report(circuitbio: Run, files: dict[str, Path]) -> None:
    status, out, _ = circuitbio("terminology", "import", files["wrong"], "--activate", "--json")
    done: Json = json.loads(out)
    assert (status, done["activated"], done["activable"]) == (1, False, True)
    assert [f["code"] for f in done["findings"] if f["severity"] == "error"] == ["E15"]
    for how in ((), ("--report", "0" * 64)):
        status, _, err = circuitbio("terminology", "activate", "2026-03", *how)
        assert status == 2
        assert "1 erreur(s)" in err
        assert err.count("\n") == 1
    assert circuitbio("terminology", "activate", "2026-03", "--report", done["report_hash"])[0] == 0


def test_the_report_is_written_in_the_form_its_name_asks_for(
    circuitbio: Run, files: dict[str, Path], tmp_path: Path
) -> None:
    for form, beginning in ((".json", b"{"), (".csv", b"\xef\xbb\xbf"), (".html", b"<!DOCTYPE html>")):
        written = tmp_path / f"rapport{form}"
        assert circuitbio("terminology", "import", files["wrong"], "--report", written)[0] == 1
        assert written.read_bytes().startswith(beginning)
        assert b"E15" in written.read_bytes()
    status, out, _ = circuitbio("terminology", "show", "2026-03", "--report", tmp_path / "again.json")
    assert status == 0
    digest = hashlib.sha256((tmp_path / "again.json").read_bytes()).hexdigest()
    assert digest in out
    assert circuitbio("terminology", "import", files["wrong"], "--report", tmp_path / "rapport.doc")[0] == 2


def test_a_refused_file_leaves_nothing_and_says_why_in_one_line(circuitbio: Run, tmp_path: Path) -> None:
    broken = tmp_path / "coupe.xlsx"
    broken.write_bytes(SPRING.xlsx()[:5000])
    status, out, err = circuitbio("terminology", "import", broken, "--json")
    assert status == 2
    assert err.count("\n") == 1
    assert (json.loads(out)["release"], json.loads(out)["findings"][0]["code"]) == (None, "E01")
    held = json.loads(circuitbio("terminology", "list", "--json")[1])["releases"]
    assert [release["name"] for release in held] == ["demarrage-1"]


def test_a_withdrawn_release_stays_readable_and_cannot_be_served(circuitbio: Run, files: dict[str, Path]) -> None:
    circuitbio("terminology", "import", files["spring"], "--activate")
    assert "est active" in circuitbio("terminology", "withdraw", "2025-03")[2]
    circuitbio("terminology", "import", files["autumn"], "--activate")
    assert circuitbio("terminology", "withdraw", "2025-03")[0] == 0
    assert circuitbio("terminology", "activate", "2025-03")[0] == 2
    assert circuitbio("terminology", "show", "2025-03")[0] == 0


def test_commands_without_a_service_use_the_active_release(circuitbio: Run, files: dict[str, Path]) -> None:
    circuitbio("terminology", "import", files["autumn"], "--activate")
    found = json.loads(circuitbio("search", "try", "hemogramme", "--json")[1])
    assert (found["release"], found["items"][0]["display"]) == ("2025-09", "Hémogramme")

"""The report: the object of interface.md §6, its canonical bytes, and its forms for people (terminology.md §1.4.9)."""

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.findings import Severity
from terminology.import_report import ImportFinding, ImportReport, ReadFile, read_report
from terminology.import_report_html import report_html
from terminology.jdv.faults import with_faults
from terminology.jdv.generator import sample_workbook
from tests.terminology.jdv.imports import imported


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    content = with_faults(sample_workbook()).workbook.zip()
    return imported(tmp_path_factory.mktemp("report"), content, "jdv.zip").report


def test_the_json_is_that_of_the_interface(report: ImportReport) -> None:
    written = report.as_json()
    assert set(written) == {
        "file", "layout", "release", "counts", "findings", "extra_columns", "activable", "refusals",
    }  # fmt: skip
    assert written["release"] == {"label": "2025-09", "kind": "jdv-official", "published": "2025-09-15"}
    counts = json.loads(report.canonical_bytes())["counts"]
    assert set(counts) == {
        "rows", "rows_accepted", "rows_rejected", "requests", "requests_by_class", "requests_waiting", "result_codes",
        "results_waiting",
    }  # fmt: skip
    assert counts["rows"] == counts["rows_accepted"] + counts["rows_rejected"]
    assert counts["requests"] == sum(counts["requests_by_class"].values()) + counts["requests_waiting"]


def test_a_finding_is_located_as_a_person_would(report: ImportReport) -> None:
    (found,) = [f for f in json.loads(report.canonical_bytes())["findings"] if f["value"] == "53094-5"]
    assert found == {
        "severity": "error", "code": "E11", "sheet": "1.JDV_CircuitBio", "row": found["row"], "column": "S",
        "header": "LOINC", "value": "53094-5", "message": "La clé de contrôle de « 53094-5 » est fausse.",
        "hint": "53094-9",
    }  # fmt: skip


def test_the_file_is_named_by_what_was_read(report: ImportReport, tmp_path: Path) -> None:
    content = sample_workbook("2018", requests=0, rows=0).zip()
    file = imported(tmp_path, content, "jdv.zip").report.file
    assert file == ReadFile("jdv.zip", "zip", len(content), hashlib.sha256(content).hexdigest())


def test_the_same_file_gives_the_same_bytes_and_they_read_back(report: ImportReport, tmp_path: Path) -> None:
    again = imported(tmp_path, with_faults(sample_workbook()).workbook.zip(), "jdv.zip").report
    assert again.canonical_bytes() == report.canonical_bytes()
    assert read_report(report.canonical_bytes()) == report


def test_a_refused_file_has_no_release_and_reads_back(tmp_path: Path) -> None:
    refused = imported(tmp_path, b"", "jdv.xlsx").report
    assert refused.as_json()["release"] is None
    assert not refused.activable
    assert read_report(refused.canonical_bytes()) == refused


NUMBER = re.compile(r"[+-][0-9]+([.,][0-9]+)?")  # runs nothing, and stays a number
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20)


@given(value=CELL, sign=st.sampled_from("=+-@"))
def test_no_cell_of_the_csv_can_run(value: str, sign: str) -> None:
    told = ImportReport(ReadFile("f", "csv", 1, ""), findings=(_finding(sign + value),))
    rows = list(csv.reader(io.StringIO(told.csv().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][:4] == ["Gravité", "Code", "Onglet", "Ligne"]
    cell = sign + value
    assert rows[1][6] == (cell if NUMBER.fullmatch(cell) else f"'{cell}")


def test_the_csv_has_one_line_a_finding(report: ImportReport) -> None:
    rows = list(csv.DictReader(io.StringIO(report.csv().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 40
    assert {"Gravité": "erreur", "Code": "E11", "Valeur": "53094-5", "Que faire": "53094-9"}.items() <= rows[3].items()


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said = ""
        self.attributes: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_page_stands_alone_and_runs_nothing(report: ImportReport) -> None:
    page = Page(report_html(report))
    assert page.attributes["lang"] == "fr"
    assert page.tags.count("h1") == page.tags.count("main") == 1
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert not {"src", "href", "onclick"} & set(page.attributes)
    assert "http" not in report_html(report).replace("http-equiv", "")
    assert page.tags.count("tr") >= 40


@given(value=CELL)
def test_whatever_a_cell_holds_is_text_on_the_page(value: str) -> None:
    hostile = f"<script>alert(1)</script>{value}"
    told = ImportReport(ReadFile(hostile, "csv", 1, ""), findings=(_finding(hostile),), refusals=(hostile,))
    assert "script" not in Page(report_html(told)).tags


def test_the_page_says_whether_the_release_may_be_served(report: ImportReport) -> None:
    assert "ne peut pas être activée" in report_html(report)
    assert "peut être activée" in report_html(replace(report, refusals=()))


def _finding(value: str) -> ImportFinding:
    return ImportFinding(Severity.ERROR, "E14", "1.JDV_CircuitBio", 4, "A", value, value, value, value)


def test_every_code_of_the_readers_is_documented() -> None:
    root = Path(__file__).parents[3]
    readers = [*(root / "terminology/readers").rglob("*.py"), root / "terminology/workbook.py"]
    told = {code for file in readers for code in re.findall(r'"([EW][0-9]{2})"', file.read_text("utf-8"))}
    documented = set(
        re.findall(r"^\| ([EW][0-9]{2}) \|", (root / "docs/terminology-import.md").read_text("utf-8"), re.M)
    )
    assert told == documented

"""`circuitbio document build` and `read`: whole files or none, what a document holds, one line when it cannot run."""

import json
from pathlib import Path

import pytest

from api.fhir.json import parse, serialise
from api.fhir.order_bundle import read_order, write_order
from circuitbio.cli import run
from circuitbio.examples import order_files
from circuitbio.settings import Settings
from document.read import Level, read_document
from document.xdm.read import read_package
from kernel.canonical import DEFAULT_BASE
from prescription.epu_code import EpuCode

CODE = "01S2TBPZ2JCNZZYGHZ"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)


@pytest.fixture
def order(tmp_path: Path) -> Path:
    """An order of the examples, bearing an EPU code."""
    prescription = read_order(parse(order_files()[2].read_bytes()), DEFAULT_BASE).prescription
    assert prescription is not None
    file = tmp_path / "order.json"
    file.write_bytes(serialise(write_order(prescription.with_code(EpuCode(CODE)), DEFAULT_BASE)))
    return file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_order_becomes_a_document_that_reads_back_as_that_order(
    order: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["document", "build", str(order), "--out", "doc.xml"]) == 0
    assert "niveau 3" in capsys.readouterr().out
    assert run(["document", "read", "doc.xml", "--json", "--pdf", "copy.pdf", "--html", "page.html"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["level"], told["findings"]) == (3, [])
    again = read_order(told["bundle"], DEFAULT_BASE).prescription
    assert again == read_order(parse(order.read_bytes()), DEFAULT_BASE).prescription
    assert run(["order", "print", str(order), "-o", "printed.pdf"]) == 0
    assert (tmp_path / "copy.pdf").read_bytes() == (tmp_path / "printed.pdf").read_bytes()
    assert (tmp_path / "page.html").read_bytes().startswith(b"<!DOCTYPE html")


def test_what_a_document_holds_is_said_line_by_line(order: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["document", "build", str(order)]) == 0
    capsys.readouterr()
    assert run(["document", "read", str(order.with_suffix(".xml"))]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Prescripteur : Dr Amélie Thomas – RPPS 10005688798")
    assert [line.split(" ", 1)[0] for line in said[2:7]] == ["1.", "2.", "3.", "4.", "5."]
    assert said[7].startswith("Copie PDF : ")


def test_an_order_without_a_code_is_told_to_be_of_level_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["document", "build", str(order_files()[0]), "-o", "doc.xml"]) == 0
    assert "niveau 1" in capsys.readouterr().out
    assert read_document((tmp_path / "doc.xml").read_bytes()).level is Level.ONE


def test_the_number_of_the_published_rules_is_left_out_when_it_is_turned_off(
    order: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCUITBIO_CDA_TEMPLATE_51", "false")
    assert run(["document", "build", str(order)]) == 0
    assert b"1.2.250.1.213.1.1.1.51" not in order.with_suffix(".xml").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["document", "build", "absent.json"],
        ["document", "build", "notes.txt"],
        ["document", "build", "order.json", "--out", "absent/doc.xml"],
        ["document", "read", "absent.xml"],
        ["document", "read", "notes.txt"],
        ["document", "read", "order.json"],
        ["document", "red", "doc.xml"],
    ],
)
def test_what_cannot_run_says_why_in_one_line_and_leaves_nothing(
    arguments: list[str], order: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("…", "utf-8")
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("circuitbio : ")
    assert said.count("\n") == 1
    assert CODE not in said
    assert names(tmp_path) == ["notes.txt", "order.json"]


def test_an_unsigned_order_makes_no_document(order: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order.write_text(order.read_text("utf-8").replace('"active"', '"draft"', 1), "utf-8")
    assert run(["document", "build", str(order)]) in (1, 2)
    capsys.readouterr()
    assert names(tmp_path) == ["order.json"]


def test_an_altered_document_ends_with_1_and_writes_no_copy(
    order: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["document", "build", str(order)]) == 0
    document = order.with_suffix(".xml")
    document.write_bytes(document.read_bytes().replace(b"JVBERi0xLj", b"JVBERi0xLk", 1))
    capsys.readouterr()
    assert run(["document", "read", str(document), "--pdf", "copy.pdf", "--html", "page.html"]) == 1
    said = capsys.readouterr().out
    assert "altered-copy" in said
    assert CODE not in said
    assert names(tmp_path) == ["order.json", "order.xml"]


def test_an_order_becomes_a_package_that_reads_back_as_that_order(
    order: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["document", "xdm", str(order), "--out", "IHE_XDM.ZIP"]) == 0
    assert "IHE_XDM.ZIP" in capsys.readouterr().out
    assert run(["document", "read", "IHE_XDM.ZIP", "--json", "--pdf", "copy.pdf"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["level"], told["findings"]) == (3, [])
    assert (
        read_order(told["bundle"], DEFAULT_BASE).prescription
        == read_order(parse(order.read_bytes()), DEFAULT_BASE).prescription
    )
    assert read_package((tmp_path / "IHE_XDM.ZIP").read_bytes()).pdf == (tmp_path / "copy.pdf").read_bytes()


def test_an_order_without_its_code_has_no_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["document", "xdm", str(order_files()[2])]) == 2
    assert "code e-prescription" in capsys.readouterr().err
    assert not (tmp_path / "IHE_XDM.ZIP").exists()


def test_a_package_that_was_changed_is_refused_in_one_line(
    order: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["document", "xdm", str(order), "-o", "x.zip"]) == 0
    (tmp_path / "x.zip").write_bytes((tmp_path / "x.zip").read_bytes()[:-40])
    capsys.readouterr()
    assert run(["document", "read", "x.zip", "--pdf", "copy.pdf"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "archive ZIP" in line
    assert not (tmp_path / "copy.pdf").exists()


def test_a_receipt_says_what_became_of_a_mail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = (
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nlu\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: <a@b.example>\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    )
    (tmp_path / "mdn.eml").write_bytes(report.encode())
    assert run(["document", "receipt", "mdn.eml"]) == 0
    assert capsys.readouterr().out == "<a@b.example> a été lu (displayed)\n"
    assert run(["document", "receipt", "mdn.eml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "displayed"
    assert run(["document", "receipt", "mdn.eml", "--note"]) == 2
    assert "aucun envoi de cette base" in capsys.readouterr().err
    (tmp_path / "letter.eml").write_bytes(b"Subject: Re:\r\n\r\nmerci")
    assert run(["document", "receipt", "letter.eml"]) == 2
    assert "avis de remise" in capsys.readouterr().err

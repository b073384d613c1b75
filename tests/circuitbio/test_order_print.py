"""`circuitbio order print`: one order or a folder, whole files or none, and what went wrong in one line each."""

import json
from pathlib import Path

import pytest
from PIL import Image

from circuitbio.cli import order_print, run
from circuitbio.examples import order_files
from circuitbio.settings import Settings
from tests.printing.certificates import PASSWORD, pkcs12
from tests.printing.page_reading import read_page
from tests.printing.reading import texts


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)


@pytest.fixture
def order(tmp_path: Path) -> Path:
    file = tmp_path / "order.json"
    file.write_bytes(order_files()[0].read_bytes())
    return file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--kind", "patent-sheet"],
        ["--format", "docx"],
        ["--format", "html"],
        ["--format", "html", "--kind", "both"],
        ["--format", "html", "--kind", "patient-sheet", "--png"],
        ["--reprint", "0"],
        ["--reprnt", "1"],
        ["--signature-image", "order.json"],
        ["--stamp", "absent.png"],
    ],
)
def test_a_mistyped_wish_is_told_in_one_line_and_prints_nothing(
    arguments: list[str], order: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["order", "print", str(order), *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("circuitbio : ")
    assert said.count("\n") == 1
    assert names(tmp_path) == ["order.json"]


def test_every_kind_and_form_is_written_under_its_own_name(order: Path, tmp_path: Path) -> None:
    assert run(["order", "print", str(order), "--kind", "patient-sheet"]) == 0
    assert run(["order", "print", str(order), "--kind", "patient-sheet", "--format", "html"]) == 0
    assert run(["order", "print", str(order), "--kind", "both", "-o", "both.pdf"]) == 0
    assert names(tmp_path) == ["both.pdf", "order-fiche.html", "order-fiche.pdf", "order.json"]
    assert len(texts((tmp_path / "both.pdf").read_bytes())) > len(texts((tmp_path / "order-fiche.pdf").read_bytes()))
    assert read_page((tmp_path / "order-fiche.html").read_bytes()).all("h1")


def test_a_preview_is_one_picture_a_page(order: Path, tmp_path: Path) -> None:
    assert run(["order", "print", str(order), "--png", "--draft", "--kind", "both", "-o", "look.png"]) == 0
    assert names(tmp_path)[:2] == ["look-1.png", "look-2.png"]
    with Image.open(tmp_path / "look-1.png") as picture:
        assert picture.height / picture.width == pytest.approx(297 / 210, rel=0.01)


def test_a_cancelled_order_is_printed_for_the_record_only(order: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order.write_text(order.read_text("utf-8").replace('"active"', '"revoked"'), "utf-8")
    assert run(["order", "print", str(order)]) == 2
    assert "annulée" in capsys.readouterr().err
    assert run(["order", "print", str(order), "--copy-for-record"]) == 0
    assert "ANNULÉE" in texts(order.with_suffix(".pdf").read_bytes())[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three orders, one without JSON, one with an error, one unsigned, and a file that is no order."""
    made = tmp_path / "orders"
    made.mkdir()
    for number, file in enumerate(order_files()):
        (made / f"good-{number}.json").write_bytes(file.read_bytes())
    text = order_files()[0].read_text("utf-8")
    (made / "broken.json").write_text("{", "utf-8")
    (made / "malformed.json").write_text(text.replace("57022-6", "57022-7"), "utf-8")
    unsigned = json.loads(text)
    unsigned["entry"][0]["resource"]["status"] = "draft"
    (made / "unsigned.json").write_text(json.dumps(unsigned), "utf-8")
    (made / "notes.txt").write_text("…", "utf-8")
    return made


def test_a_bad_file_never_stops_a_batch_and_is_named_with_its_reason(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["order", "print", str(folder), "-o", str(tmp_path / "printed" / "today")]) == 1
    *refused, count = capsys.readouterr().out.splitlines()
    assert [line.split(" : ")[0] for line in refused] == ["broken.json", "malformed.json", "unsigned.json"]
    assert all(": non imprimée. " in line for line in refused)
    assert "n'est pas signée" in refused[2]
    assert count.startswith("3 ordonnance(s) imprimée(s)")
    assert count.endswith("3 refusée(s)")
    assert names(tmp_path / "printed" / "today") == ["good-0.pdf", "good-1.pdf", "good-2.pdf"]


def test_a_batch_without_a_bad_file_ends_well_beside_its_orders(folder: Path) -> None:
    for name in ("broken", "malformed", "unsigned"):
        (folder / f"{name}.json").unlink()
    assert run(["order", "print", str(folder), "--kind", "patient-sheet", "--format", "html"]) == 0
    assert [name for name in names(folder) if name.endswith(".html")] == [f"good-{n}-fiche.html" for n in range(3)]


def test_a_fault_of_ours_on_one_order_is_told_without_its_text_and_the_next_are_printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[int] = []

    def render(*given: object) -> bytes:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("PAT-TROIS")
        return b"%PDF"

    monkeypatch.setattr(order_print, "render", render)
    assert run(["order", "print", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "good-0.json : non imprimée. Erreur interne (ValueError)." in said
    assert "PAT-TROIS" not in said
    assert {"good-1.pdf", "good-2.pdf"} <= set(names(folder))


def test_a_folder_without_orders_or_an_out_that_is_a_file_is_told_in_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    taken = tmp_path / "taken"
    taken.write_text("", "utf-8")
    for arguments in ([str(empty)], [str(folder), "-o", str(taken)]):
        assert run(["order", "print", *arguments]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_pkcs12_that_cannot_seal_is_one_line_before_anything_is_printed(
    order: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (order.parent / "seal.p12").write_bytes(pkcs12())
    monkeypatch.setenv("CIRCUITBIO_SEAL_PKCS12", str(order.parent / "seal.p12"))
    for password, status in ((PASSWORD, 0), ("un autre", 2)):
        monkeypatch.setenv("CIRCUITBIO_SEAL_PASSWORD", password)
        assert run(["order", "print", str(order), "-o", str(order.parent / "out.pdf")]) == status
    monkeypatch.setenv("CIRCUITBIO_SEAL_PKCS12", str(order.parent / "absent.p12"))
    capsys.readouterr()
    assert run(["order", "print", str(order)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert names(order.parent) == ["order.json", "out.pdf", "seal.p12"]

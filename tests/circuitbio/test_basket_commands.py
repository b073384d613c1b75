"""`circuitbio basket`: what is exported is imported again, all or nothing (interface.md §4)."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from circuitbio.cli.basket import app
from circuitbio.settings import Settings
from kernel.errors import CircuitbioError, Invalid, NotFound

RPPS = ("--rpps", "10005688798")
LINE = {"resourceType": "ServiceRequest", "status": "draft", "intent": "order", "code": {"text": "Dosage maison"}}
BASKET = {"name": "Mon bilan", "owner": {"rpps": "10005688798"}, "lines": [LINE]}


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)


def run(*arguments: str) -> None:
    get_command(app).main(args=list(arguments), standalone_mode=False)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    run(*arguments, "--json")
    return json.loads(capsys.readouterr().out)["baskets"]


def test_a_file_goes_in_and_comes_out_and_in_again(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.json").write_text(json.dumps({"baskets": [BASKET]}), "utf-8")
    (first,) = told(capsys, "import", "mine.json", *RPPS)
    run("export", "out.json", "--id", first["id"], *RPPS)
    assert json.loads(Path("out.json").read_text("utf-8"))["baskets"] == [first]
    assert [b["version"] for b in told(capsys, "import", "out.json", *RPPS)] == [2]
    assert first["id"] in {b["id"] for b in told(capsys, "list", *RPPS)}
    assert first["id"] not in {b["id"] for b in told(capsys, "list")}
    run("list", *RPPS)
    assert "Mon bilan" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ([1], "bad.json"),
        ({"baskets": [BASKET, {**BASKET, "lines": [{**LINE, "code": {}}]}]}, "bad.json baskets[1] lines[0].code"),
        ({"baskets": [BASKET, {**BASKET, "owner": {"rpps": "10000000017"}}]}, "bad.json baskets[1]"),
    ],
)
def test_a_fault_is_named_in_one_line_and_nothing_goes_in(
    capsys: pytest.CaptureFixture[str], content: object, where: str
) -> None:
    Path("bad.json").write_text(json.dumps(content), "utf-8")
    before = told(capsys, "list", *RPPS)
    with pytest.raises(CircuitbioError) as refused:
        run("import", "bad.json", *RPPS)
    assert where in refused.value.findings[0].path or not refused.value.findings[0].path
    assert told(capsys, "list", *RPPS) == before


@pytest.mark.parametrize("who", [("--rpps", "1"), (*RPPS, "--finess", "75")])
def test_a_number_that_is_none_is_told(who: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="mal formé"):
        run("list", *who)


def test_a_basket_that_is_not_there_leaves_no_file() -> None:
    with pytest.raises(NotFound):
        run("export", "out.json", "--id", "absent")
    assert not Path("out.json").exists()

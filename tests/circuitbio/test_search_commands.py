"""`circuitbio search`: judged, explained, and taught by usage (interface.md §6)."""

import json
from pathlib import Path

import pytest

from circuitbio.cli import run
from circuitbio.settings import Settings

FINESS = "750000010"
QUERIES = "query,category,loinc,nabm\nnfs,a,57022-6,1104\nprl,a,1988-5,\nxyz,b,99999-9,\n"


@pytest.fixture(autouse=True)
def _own_station(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CIRCUITBIO_{name.upper()}", raising=False)
    (tmp_path / "queries.csv").write_text(QUERIES)


def test_a_file_of_queries_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "judge", "queries.csv", "--json", "--misses"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["overall"] == {"queries": 2, "success_at_1": 0.5, "success_at_5": 0.5, "mrr": 0.5}
    assert told["left_out"] == 1
    assert [(miss["query"], miss["rank"], miss["found"][0]["code"]) for miss in told["misses"]] == [
        ("prl", None, "2842-3")
    ]


def test_the_misses_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "judge", "queries.csv", "--misses"]) == 0
    said = capsys.readouterr().out
    assert "2 requête(s) jugée(s), 1 laissée(s) de côté" in said
    assert "a | prl | absent de la page | trouvé : 2842-3 Prolactine (90.1)" in said


def test_each_answer_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "try", "numeration form", "--explain", "--limit", "1"]) == 0
    said = capsys.readouterr().out
    assert "1. 57022-6 Numération formule sanguine" in said
    assert "libellé : [Numération form]ule sanguine" in said
    assert "palier 80 (début du libellé)" in said


def test_the_catalogue_of_one_laboratory_is_tried(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tried = ["search", "try", "fer ser", "--lab", FINESS]
    assert run(tried) == 2
    assert not (tmp_path / "var").exists(), "asking makes no database"
    (tmp_path / "labo.csv").write_text("Code local;Libellé\nF1;Fer sérique\nF2;Ferritine\n", "utf-8")
    assert run(["transcoding", "import", "labo.csv", "--finess", FINESS, "--name", "LBM A"]) == 0
    capsys.readouterr()
    assert run([*tried, "--explain"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"1 examen(s), catalogue {FINESS} version 1",
        "1. F1 Fer sérique",
        "   libellé : [Fer sér]ique",
        "   palier 80 (début du libellé), note 80.0",
    ]
    assert run(tried) == 0
    assert "Fer sérique" in capsys.readouterr().out
    assert run([*tried, "--version", "1", "--json"]) == 0
    assert [item["local_code"] for item in json.loads(capsys.readouterr().out)["items"]] == ["F1"]
    assert [run([*tried, "--version", "2"]), run(["search", "try", "fer", "--version", "1"])] == [2, 2]


def test_counts_go_in_and_come_out_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    counts = "code;month;count\r\n2842-3;2026-10;7\r\n57022-6;2026-10;12\r\n"
    (tmp_path / "usage.csv").write_text(counts)
    for _ in range(2):
        assert run(["search", "usage", "import", "usage.csv"]) == 0
    assert "2 compte(s) sur 1 mois" in capsys.readouterr().out
    assert run(["search", "usage", "export", "--out", "out.csv"]) == 0
    assert (tmp_path / "out.csv").read_bytes().decode("utf-8-sig").replace("\r\n", "\n") == counts.replace("\r\n", "\n")


@pytest.mark.parametrize("command", [["judge", "bad.csv"], ["usage", "import", "bad.csv"], ["judge", "absent.csv"]])
def test_a_bad_file_is_refused_in_one_line(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_text("code,month\nA,2026-11\n")
    assert run(["search", *command]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "var").exists()

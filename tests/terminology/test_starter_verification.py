"""The `verified` marks: exactly what the table of 2020 says, by the code behind `scripts/verify-starter` (§3)."""

import csv
from pathlib import Path

import pytest

from kernel.errors import Invalid
from terminology import verify_starter
from terminology.act_table import ActTable, read_act_table, read_extract
from terminology.readers.starter import shipped_texts
from terminology.starter_verification import Verdict, Verification, checked_rows, verify

EXTRACT = Path(__file__).with_name("nabm2loinc_2020_extract.csv").read_text("utf-8")
HEADER = "nabm_concept_name,nabm_concept_code,loinc_concept_name,loinc_concept_code\n"
TABLE = (
    HEADER
    + "GLUCOSE,552,Glucose [Moles/volume] in Serum or Plasma,14749-6\n"
    + "HGPO,412,Glucose [Moles/volume] in Serum or Plasma,14749-6\n"
    + 'PROLACTINE,343,"Prolactin, total",2842-3\n'
)


def rows(exam: dict[str, str], *results: dict[str, str]) -> list[Verdict]:
    blank = {"label": "", "nabm": "", "results": "", "verified": "cle"}
    table = ActTable({"14749-6": "Glucose", "2842-3": "Prolactin"}, {"14749-6": ("0412", "0552"), "2842-3": ("0343",)})
    named = [{"edition_label": "", "verified": "cle"} | row for row in results]
    return [verify(row, table) for row in checked_rows([blank | exam], named)]


@pytest.mark.parametrize(
    ("code", "acts", "found", "missing", "unconfirmed"),
    [
        ("14749-6", "0552|0412", Verification.LOINC_AND_NABM, (), ()),
        ("14749-6", "0552", Verification.LOINC, ("0412",), ()),
        ("2842-3", "0343|0999", Verification.LOINC, (), ("0999",)),
        ("2842-3", "", Verification.LOINC, ("0343",), ()),
        ("57022-6", "1104", Verification.SOURCES, (), ("1104",)),
        ("94500-6", "", Verification.CHECK_DIGIT, (), ()),
    ],
)
def test_an_exam_deserves_the_mark_the_table_gives(
    code: str, acts: str, found: Verification, missing: tuple[str, ...], unconfirmed: tuple[str, ...]
) -> None:
    (verdict,) = rows({"loinc": code, "nabm": acts})
    assert (verdict.found, verdict.missing, verdict.unconfirmed) == (found, missing, unconfirmed)


def test_a_result_is_held_to_one_act_of_the_exams_that_report_it() -> None:
    results = ({"loinc": "14749-6"}, {"loinc": "2842-3"}, {"loinc": "94500-6"})
    exam = {"loinc": "14749-6", "nabm": "0552|0412", "results": "14749-6|2842-3|94500-6"}
    found = [verdict.found for verdict in rows(exam, *results)[1:]]
    assert found == [Verification.LOINC_AND_NABM, Verification.LOINC, Verification.CHECK_DIGIT]


def test_a_row_holds_when_its_mark_is_the_one_found_and_no_act_is_left_out() -> None:
    sound = {"loinc": "14749-6", "nabm": "0552|0412", "verified": "loinc-nabm-2020"}
    assert rows(sound)[0].holds
    assert not rows(sound | {"verified": "loinc-2020"})[0].holds
    assert not rows(sound | {"nabm": "0552", "verified": "loinc-2020"})[0].holds


def test_every_mark_that_ships_is_the_one_found() -> None:
    texts = shipped_texts()
    exams, results = (list(csv.DictReader(texts[name].splitlines())) for name in ("exams.csv", "results.csv"))
    table = read_extract(EXTRACT)
    assert [str(v) for v in (verify(row, table) for row in checked_rows(exams, results)) if not v.holds] == []


def test_the_extract_is_what_the_table_says_of_the_codes_that_ship() -> None:
    table = read_extract(EXTRACT)
    assert table.extract(table.names) == EXTRACT
    texts = shipped_texts()
    codes = {line.partition(",")[0] for name in ("exams.csv", "results.csv") for line in texts[name].splitlines()[1:]}
    assert set(table.names) <= codes


def test_the_table_is_read_with_its_leading_zeros_put_back(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, "utf-8")
    table, is_known = read_act_table(path)
    assert table.acts == {"14749-6": ("0412", "0552"), "2842-3": ("0343",)}
    assert not is_known
    assert read_extract(table.extract(["2842-3", "14749-6", "3016-3"])) == table


@pytest.mark.parametrize("content", [None, b"", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_missing_or_wrong_table_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Invalid) as refusal:
        read_act_table(path)
    assert refusal.value.code == "act-table"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the starter files, where the command may write."""
    for name, text in shipped_texts().items():
        (tmp_path / name).write_text(text, "utf-8", newline="")
    monkeypatch.setattr(verify_starter, "_EXAMS", tmp_path / "exams.csv")
    monkeypatch.setattr(verify_starter, "_RESULTS", tmp_path / "results.csv")
    monkeypatch.setattr(verify_starter, "_EXTRACT", tmp_path / "extract.csv")
    (tmp_path / "table.csv").write_text(table_of(read_extract(EXTRACT)), "utf-8", newline="")
    return tmp_path


def table_of(extract: ActTable) -> str:
    return HEADER + "".join(
        f'ACTE,{act.lstrip("0")},"{name}",{code}\n'
        for code, name in extract.names.items()
        for act in extract.acts[code]
    )


def test_the_command_counts_and_says_that_all_marks_hold(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_starter.main([str(repository / "table.csv")]) == 0
    output = capsys.readouterr()
    assert "loinc-nabm-2020" in output.out
    assert "57022-6 « Numération formule sanguine » : documents-sources" in output.out
    assert "SHA-256 différent" in output.err


def test_a_mark_that_lies_is_told_then_written_right(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exams = repository / "exams.csv"
    sound = exams.read_text("utf-8")
    exams.write_text(sound.replace(",cle\n", ",loinc-nabm-2020\n", 1), "utf-8", newline="")
    table = str(repository / "table.csv")
    assert verify_starter.main([table]) == 1
    assert "! exams.csv:3 58410-2" in capsys.readouterr().out
    assert verify_starter.main([table, "--write"]) == 0
    assert exams.read_text("utf-8") == sound
    assert (repository / "extract.csv").read_text("utf-8") == EXTRACT


def test_without_a_table_the_command_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_starter.main(["absente.csv"]) == 2
    assert capsys.readouterr().err == "verify-starter : absente.csv n'est pas la table NABM-LOINC de 2020\n"

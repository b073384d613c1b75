"""Forty planted faults, and each trap of the field alone: exactly what is wrong is told, exactly there (§1.4)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel import loinc
from kernel.findings import Severity
from terminology.import_report import ImportFinding
from terminology.jdv.columns import Column
from terminology.jdv.faults import FAULTS, FaultyWorkbook, with_faults
from terminology.jdv.generator import SampleWorkbook, sample_workbook
from terminology.jdv.golden import SampleRow
from terminology.jdv.sheets import SheetKind
from terminology.request_code import SynonymKind
from terminology.result_code import Comparability, Correspondence
from terminology.workbook import CellValue, Sheet, write_workbook
from tests.terminology.jdv.imports import ROW, findings_on, golden, imported, places, with_row

ONE_AT_A_TIME = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_told_exactly(folder: Path, faulty: FaultyWorkbook, content: bytes, name: str) -> None:
    read = imported(folder, content, name)
    assert places(read) == {(e.code, e.row, e.letter) for e in faulty.expected}
    assert len(read.report.findings) == len(faulty.expected)
    assert read.release
    kept = [
        row
        for place, row in enumerate(faulty.workbook.rows)
        if faulty.workbook.row_number(place) not in faulty.rejected
    ]
    assert [(link.request, link.result) for link in read.release.links] == [
        (
            row[Column.REQUEST_LOINC] or row[Column.REQUEST_WAITING],
            str(row[Column.RESULT_LOINC] or row[Column.RESULT_WAITING]).replace("–", "-"),
        )
        for row in kept
    ]
    assert read.report.counts.rows_rejected == len(faulty.rejected)


@pytest.mark.parametrize("form", ["xlsx", "zip"])
def test_a_workbook_with_forty_faults_gives_those_forty_findings(tmp_path: Path, form: str) -> None:
    faulty = with_faults(sample_workbook())
    assert len(faulty.expected) == 40
    assert_told_exactly(tmp_path, faulty, getattr(faulty.workbook, form)(), f"jdv.{form}")


@ONE_AT_A_TIME
@given(chosen=st.sets(st.integers(0, FAULTS - 1)), seed=st.integers(0, 1000))
def test_any_of_the_faults_in_any_order_of_columns_are_told_and_no_other(
    tmp_path: Path, chosen: set[int], seed: int
) -> None:
    faulty = with_faults(golden().shuffled(seed), chosen)
    assert_told_exactly(tmp_path, faulty, faulty.workbook.zip(), "jdv.zip")


# --- each trap alone ----------------------------------------------------------------------------------------------


def one(findings: tuple[ImportFinding, ...]) -> tuple[str, str, str]:
    """Code, value and hint of the only finding."""
    (finding,) = findings
    return finding.code, finding.value, finding.hint


@ONE_AT_A_TIME
@given(number=st.integers(1, 9_999_999), digit=st.integers(0, 9))
def test_a_wrong_check_digit_is_told_with_the_right_one(tmp_path: Path, number: int, digit: int) -> None:
    right, written = f"{number}-{loinc.check_digit(str(number))}", f"{number}-{digit}"
    findings = findings_on(tmp_path, {Column.RESULT_LOINC: written, Column.REQUEST_LOINC: "1988-5"})
    expected = () if loinc.valid(written) else (("E11", written, right),)
    assert tuple((f.code, f.value, f.hint) for f in findings if f.code == "E11") == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (date(1988, 5, 1), "1988-5"), ("mai-88", "1988-5"), ("01/05/1988", "1988-5"), ("1988-05", "1988-5"),
        (date(2000, 8, 1), "2000-8"), ("août-00", "2000-8"), ("Aug-00", "2000-8"),
        (date(1920, 8, 1), "1920-8"), ("août-20", "1920-8"),
    ],
)  # fmt: skip
def test_a_code_that_became_a_date_is_told_with_the_probable_code(
    tmp_path: Path, written: CellValue, code: str
) -> None:
    workbook = with_row({Column.RESULT_LOINC: written})
    assert one(imported(tmp_path, workbook.xlsx()).report.findings)[::2] == ("E12", code)


def test_a_chapter_that_became_a_date_is_told_as_a_date(tmp_path: Path) -> None:
    workbook = with_row({Column.CHAPTER: date(1988, 5, 1)})
    assert one(imported(tmp_path, workbook.xlsx()).report.findings)[::2] == ("E12", "1988-5")


def test_a_date_no_code_comes_from_is_told_without_a_guess(tmp_path: Path) -> None:
    code, _, hint = one(findings_on(tmp_path, {Column.RESULT_LOINC: date(2021, 12, 24)}))
    assert (code, hint) == ("E12", "Mettre la colonne au format texte, puis ressaisir le code.")


def test_a_date_shown_as_a_number_is_recognised(tmp_path: Path) -> None:
    serial = (date(1988, 5, 1) - date(1899, 12, 30)).days
    findings = imported(tmp_path, with_row({Column.RESULT_LOINC: serial}).xlsx()).report.findings
    assert one(findings) == ("E12", str(serial), "1988-5")


@pytest.mark.parametrize(
    "written", [" 1988-5", "1988-5\u00a0", "1988\u20115", "1988\u20135", "1988 - 5", "1988\u22125"]
)
def test_spaces_and_dashes_are_set_right_with_a_note(tmp_path: Path, written: str) -> None:
    read = imported(tmp_path, with_row({Column.RESULT_LOINC: written}).zip(), "jdv.zip")
    (finding,) = read.report.findings
    assert (finding.code, finding.severity) == ("W10", Severity.INFORMATION)
    assert read.release
    assert read.release.results[-1].code == "1988-5"


@pytest.mark.parametrize("code", sorted(loinc.IRREGULAR))
def test_the_fourteen_irregular_codes_pass_with_a_warning(tmp_path: Path, code: str) -> None:
    (finding,) = findings_on(tmp_path, {Column.RESULT_LOINC: code})
    assert (finding.code, finding.severity) == ("W11", Severity.WARNING)


@pytest.mark.parametrize(
    ("written", "act"), [(552, "0552"), ("552", "0552"), ("0552", "0552"), (Decimal("552.0"), "0552")]
)
def test_an_act_gets_its_zeros_back(tmp_path: Path, written: CellValue, act: str) -> None:
    read = imported(tmp_path, with_row({Column.NABM: written}).xlsx())
    assert [f.code for f in read.report.findings] == ["W23"] * (written != "0552")
    assert read.release
    assert read.release.requests[-1].nabm == (act,)


@pytest.mark.parametrize("written", ["5", "52", "05-02", "CONTINGENCE_4", "REGLE_12", "A552", "05521"])
def test_what_is_no_act_is_rejected_as_an_act(tmp_path: Path, written: str) -> None:
    assert one(findings_on(tmp_path, {Column.NABM: written}))[:2] == ("E23", written)


def test_acts_of_all_rows_of_a_request_are_gathered(tmp_path: Path) -> None:
    other = {Column.RESULT_LOINC: "2000-8", Column.NABM: "0578; 1804", Column.RIHN: "N452"}
    read = imported(tmp_path, with_row({Column.NABM: "1804"}, other).zip(), "jdv.zip")
    assert read.report.findings == ()
    assert read.release
    assert (read.release.requests[-1].nabm, read.release.requests[-1].rihn) == (("1804", "0578"), ("N452",))


@pytest.mark.parametrize(
    ("written", "read_as"), [("O", True), ("oui", True), ("Oui", True), ("n", False), ("NON", False), ("", None)]
)
def test_yes_and_no_are_read_in_all_their_forms(tmp_path: Path, written: str, read_as: bool | None) -> None:
    read = imported(tmp_path, with_row({Column.SYSTEMATIC: written}).zip(), "jdv.zip")
    assert read.report.findings == ()
    assert read.release
    assert read.release.results[-1].systematic is read_as


@pytest.mark.parametrize("written", [0, "0"])
def test_the_digit_0_is_no_letter_and_leaves_the_value_unknown(tmp_path: Path, written: CellValue) -> None:
    read = imported(tmp_path, with_row({Column.RESTRICTED: written}).xlsx())
    (finding,) = read.report.findings
    assert (finding.code, finding.severity) == ("W14", Severity.WARNING)
    assert read.release
    assert read.release.results[-1].restricted is None


@pytest.mark.parametrize(
    ("written", "level"), [(1, 1), ("2", 2), ("1.0", 1), ("1,0", 1), (Decimal("9.0"), 9), (None, 9)]
)
def test_comparability_is_read_in_all_its_forms(tmp_path: Path, written: CellValue, level: int) -> None:
    read = imported(tmp_path, with_row({Column.COMPARABILITY: written}).xlsx())
    assert read.report.findings == ()
    assert read.release
    assert read.release.results[-1].comparability is Comparability(level)


@pytest.mark.parametrize(
    ("unit", "code", "hint"),
    [
        ("G/L", "E15", "Écrire « 10*9/L »."), ("T/L", "E15", "Écrire « 10*12/L »."),
        ("mUI/L", "E15", "Écrire « m[IU]/L »."), ("UI/L", "E15", "Écrire « [IU]/L »."),
        ("µmol/L", "E15", "Écrire « umol/L »."), ("mmol/L", "E16", "Corriger l'unité, ou le code de l'analyse."),
    ],
)  # fmt: skip
def test_units_that_are_not_meant_are_rejected_with_the_one_that_is(
    tmp_path: Path, unit: str, code: str, hint: str
) -> None:
    assert one(findings_on(tmp_path, {Column.UCUM: unit})) == (code, unit, hint)


@pytest.mark.parametrize("unit", ["mg/L", "[pH]", "{score}", "[IU]/L", ""])
def test_units_that_are_ucum_pass(tmp_path: Path, unit: str) -> None:
    label = {Column.RESULT_REFERENCE: "Protéine C réactive [-] Sérum/Plasma ; Numérique"} if unit != "mg/L" else {}
    assert findings_on(tmp_path, {Column.UCUM: unit, **label}) == ()


@pytest.mark.parametrize("written", ["5,551", "5.551", Decimal("5.551")])
def test_a_factor_is_a_decimal_whatever_its_comma(tmp_path: Path, written: CellValue) -> None:
    twin = {
        Column.RESULT_LOINC: "2000-8",
        Column.RESULT_REFERENCE: "Protéine C réactive [Moles/Volume] Sérum/Plasma ; Numérique",
        Column.UCUM: "nmol/L",
    }
    workbook = with_row(
        {Column.CORRESPONDENCE: "2000-8", Column.FACTOR: written},
        {**twin, Column.CORRESPONDENCE: "1988-5", Column.FACTOR: "0,18"},
    )
    read = imported(tmp_path, workbook.xlsx())
    assert read.report.findings == ()
    assert read.release
    assert read.release.results[-2].correspondence == Correspondence("2000-8", Decimal("5.551"))


def test_synonyms_are_parted_by_what_parts_them_best(tmp_path: Path) -> None:
    def synonyms(written: str) -> list[str]:
        read = imported(tmp_path, with_row({Column.SYNONYMS: written}).zip(), "jdv.zip")
        assert read.release
        return [synonym.text for synonym in read.release.requests[-1].synonyms]

    assert synonyms("CRP;protéine C\nCRP us") == ["CRP", "protéine C", "CRP us"]
    assert synonyms("CRP, protéine C/Protéine de l'inflammation") == ["CRP", "protéine C", "Protéine de l'inflammation"]
    assert synonyms("T3/T4") == ["T3/T4"]
    assert synonyms("1,25-dihydroxy vitamine D; calcitriol") == ["1,25-dihydroxy vitamine D", "calcitriol"]
    assert synonyms("examen d'ESSAI;crp;CRP") == ["crp"]


def test_short_words_in_capitals_are_abbreviations(tmp_path: Path) -> None:
    read = imported(tmp_path, with_row({Column.SYNONYMS: "CRP;HbA1c;Hémogramme"}).zip(), "jdv.zip")
    assert read.release
    kinds = [synonym.kind for synonym in read.release.requests[-1].synonyms]
    assert kinds == [SynonymKind.ABBREVIATION, SynonymKind.ABBREVIATION, SynonymKind.SYNONYM]


@pytest.mark.parametrize("written", ["SER", "SER;PLAS", "SER/PLAS", "SER - Sérum", "Sérum", "sérum\nplasma"])
def test_specimens_are_named_by_code_label_or_both(tmp_path: Path, written: str) -> None:
    read = imported(tmp_path, with_row({Column.SPECIMENS: written}).zip(), "jdv.zip")
    assert read.report.findings == ()
    assert read.release
    assert read.release.requests[-1].specimens[0].code == "SER"


# --- rows against each other ----------------------------------------------------------------------------------------


def test_a_conflicting_request_names_both_rows(tmp_path: Path) -> None:
    (finding,) = findings_on(tmp_path, {}, {Column.RESULT_LOINC: "2000-8", Column.ORDER_CLASS: "Order"})
    first = with_row({}, {}).row_number(len(golden().rows))
    assert (finding.code, finding.row, finding.header) == ("E13", first + 1, "Order/Both/Observation")
    assert f"aux lignes {first} et {first + 1}" in finding.message


def test_an_analysis_that_computes_otherwise_elsewhere_is_rejected_and_one_named_otherwise_is_told(
    tmp_path: Path,
) -> None:
    elsewhere = {Column.REQUEST_LOINC: "2000-8"}
    assert one(findings_on(tmp_path, {}, {**elsewhere, Column.UCUM: "g/L"}))[:2] == ("E13", "g/L")
    assert one(findings_on(tmp_path, {}, {**elsewhere, Column.EDITION_LABEL: "CRP"}))[:2] == ("W13", "CRP")
    assert findings_on(tmp_path, {}, {**elsewhere, Column.RANK: 12}) == ()


def test_an_analysis_whose_twin_is_rejected_stays_without_it(tmp_path: Path) -> None:
    workbook = with_row(
        {Column.CORRESPONDENCE: "2000-8", Column.FACTOR: Decimal("0.18")},
        {
            Column.RESULT_LOINC: "2000-8", Column.UCUM: "G/L", Column.CORRESPONDENCE: "1988-5",
            Column.FACTOR: Decimal("5.551"),
        },
    )  # fmt: skip
    read = imported(tmp_path, workbook.zip(), "jdv.zip")
    assert [f.code for f in read.report.findings] == ["W17", "E15"]
    assert read.release
    assert {r.code: r.correspondence for r in read.release.results if r.code in {"1988-5", "2000-8"}} == {
        "1988-5": None
    }


def test_a_request_keeps_the_results_of_the_rows_that_stand(tmp_path: Path) -> None:
    read = imported(tmp_path, with_row({}, {Column.RESULT_LOINC: "2000-8", Column.RANK: "x"}).zip(), "jdv.zip")
    assert read.release
    assert [link.result for link in read.release.links if link.request == "1988-5"] == ["1988-5"]


def test_a_request_without_any_standing_row_is_not_in_the_release(tmp_path: Path) -> None:
    read = imported(tmp_path, with_row({Column.RANK: "x"}).zip(), "jdv.zip")
    assert read.release
    assert "1988-5" not in {request.code for request in read.release.requests}
    assert "1988-5" not in {result.code for result in read.release.results}


# --- what may be activated ------------------------------------------------------------------------------------------


def test_a_rejected_row_of_the_restricted_list_forbids_activation(tmp_path: Path) -> None:
    workbook = sample_workbook("2025", requests=150, rows=300)
    row = {**ROW, Column.RESTRICTED: "O", Column.RANK: "x"}
    read = imported(tmp_path, _with(workbook, row).zip(), "jdv.zip")
    assert read.report.refusals == ("Des lignes rejetées sont dans la liste restreinte : 304.",)


def test_more_than_one_row_in_a_hundred_rejected_forbids_activation(tmp_path: Path) -> None:
    workbook = sample_workbook("2025", requests=120, rows=300)
    rows = [{**ROW, Column.RANK: "x"} for _ in range(4)]
    assert imported(tmp_path, _with(workbook, *rows[:3]).zip(), "jdv.zip").report.activable
    refused = imported(tmp_path, _with(workbook, *rows).zip(), "jdv.zip").report
    assert refused.refusals == ("Plus de 1 % des lignes sont rejetées : 4 sur 304.",)


def _with(workbook: SampleWorkbook, *rows: SampleRow) -> SampleWorkbook:
    return replace(workbook, rows=(*workbook.rows, *rows), with_indicators=False)


# --- the lists --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [SheetKind.CHAPTERS, SheetKind.INFORMATION, SheetKind.SPECIMENS])
def test_a_missing_list_refuses_a_workbook(tmp_path: Path, kind: SheetKind) -> None:
    sheets = golden().sheets()
    del sheets[kind]
    read = imported(tmp_path, write_workbook([Sheet(k.value, rows) for k, rows in sheets.items()]))
    assert read.release is None
    assert [(f.code, f.sheet) for f in read.report.findings] == [("E02", kind.value)]
    assert read.report.refusals == (f"Le fichier est refusé. L'onglet « {kind} » manque.",)


def test_a_list_that_may_be_missing_is_told_when_rows_refer_to_it(tmp_path: Path) -> None:
    workbook = with_row({Column.TECHNIQUES: "DEG"})
    sheets = workbook.sheets()
    del sheets[SheetKind.TECHNIQUES], sheets[SheetKind.SITES]
    read = imported(tmp_path, write_workbook([Sheet(k.value, rows) for k, rows in sheets.items()]))
    assert [(f.code, f.sheet) for f in read.report.findings] == [("W02", "7 Techniques")]
    assert read.release
    assert [c.code for c in read.release.results[-1].techniques] == ["DEG"]


def test_choices_may_stand_below_their_item(tmp_path: Path) -> None:
    sheets = golden().sheets()
    sheets[SheetKind.INFORMATION] = [
        ("Renseignement clinique", "Liste de choix"),
        ("Date des dernières règles", None),
        ("Tabac", "Oui"),
        (None, "Non"),
    ]
    read = imported(tmp_path, write_workbook([Sheet(k.value, rows) for k, rows in sheets.items()]))
    assert read.report.findings == ()
    assert read.release
    assert [(i.code, i.type.value, [c.display for c in i.choices]) for i in read.release.lists.information] == [
        ("date-des-dernieres-regles", "date", []),
        ("tabac", "choix", ["Oui", "Non"]),
    ]

"""The three layouts, in every form and any order of columns, import whole (terminology.md §1.2, §1.3)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminology.jdv.columns import Block, Column
from terminology.jdv.excel_form import as_excel_stores
from terminology.jdv.generator import SampleWorkbook, sample_workbook
from terminology.jdv.layouts import LAYOUTS
from terminology.jdv.sheets import SheetKind
from terminology.release import Release
from terminology.request_code import CodeStatus, OrderClass, SynonymKind
from terminology.result_code import Comparability, Correspondence, RequestResult, ResultCode
from terminology.workbook import Sheet, write_workbook
from tests.terminology.jdv.imports import golden, imported

FORMS = ("xlsx", "zip")


def pairs(workbook: SampleWorkbook) -> list[tuple[str, str]]:
    return [
        (
            str(row[Column.REQUEST_LOINC] or row[Column.REQUEST_WAITING]),
            str(row[Column.RESULT_LOINC] or row[Column.RESULT_WAITING]),
        )
        for row in workbook.rows
    ]


def linked(release: Release | None) -> list[tuple[str, str]]:
    assert release
    return [(link.request, link.result) for link in release.links]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The golden rows, folates included, as imported."""
    workbook = sample_workbook("2025", requests=0, rows=0)
    read = imported(tmp_path_factory.mktemp("golden"), workbook.xlsx()).release
    assert read
    return read


@pytest.fixture(scope="module")
def results(release: Release) -> dict[str, ResultCode]:
    return {result.code: result for result in release.results}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_row_of_each_layout_is_accepted(tmp_path: Path, layout: str, form: str) -> None:
    workbook = sample_workbook(layout)
    read = imported(tmp_path, getattr(workbook, form)(), f"jdv.{form}")
    assert linked(read.release) == pairs(workbook)
    assert read.report.layout == layout
    assert (read.report.counts.rows, read.report.counts.rows_rejected) == (len(workbook.rows), 0)
    # The sources do not quote the factors of the folates: those of 2025, alone, are warned of.
    assert [f.code for f in read.report.findings] == ["W18", "W18"] * (layout == "2025")
    assert read.report.activable


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_first_sheet_alone_is_usable_and_says_what_was_not_checked(tmp_path: Path, layout: str) -> None:
    workbook = sample_workbook(layout)
    read = imported(tmp_path, workbook.csv(), "JDV_CircuitBio_1.1.10_2018-12-03.csv")
    assert linked(read.release) == pairs(workbook)
    assert {f.code for f in read.report.findings} <= {"W01", "W02", "W18"}
    assert read.release
    assert (read.release.label, read.release.published) == ("1.1.10", date(2018, 12, 3))
    assert ("18719-5", "Biochimie") in {(c.code, c.display) for c in read.release.lists.chapters}
    assert "SER" in {c.code for c in read.release.lists.specimens}


def test_texts_in_one_shared_table_read_the_same(tmp_path: Path) -> None:
    workbook = golden()
    plain, shared = workbook.xlsx(), as_excel_stores(workbook.xlsx())
    assert plain != shared
    assert imported(tmp_path, shared).release == imported(tmp_path, plain).release


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    seed=st.integers(0, 10_000),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    separator=st.sampled_from(";,\t|"),
)
def test_the_order_of_columns_the_encoding_and_the_separator_change_nothing(
    tmp_path: Path, layout: str, seed: int, encoding: str, separator: str
) -> None:
    workbook = sample_workbook(layout, requests=0, rows=0)
    straight = imported(tmp_path, workbook.zip(), "jdv.zip").release
    shuffled = imported(tmp_path, workbook.shuffled(seed).zip(encoding, separator), "jdv.zip").release
    assert straight is not None
    assert shuffled is not None
    assert _without_extra(shuffled) == _without_extra(straight)


def _without_extra(release: Release) -> Release:
    """Unknown columns follow the order of the sheet, and the side of it they stand on."""
    return replace(
        release,
        requests=tuple(replace(r, extra=()) for r in release.requests),
        results=tuple(replace(r, extra=()) for r in release.results),
    )


def test_without_bands_the_order_of_the_blocks_tells_the_two_loinc_columns_apart(tmp_path: Path) -> None:
    workbook = replace(golden(), with_bands=False)
    assert linked(imported(tmp_path, workbook.zip(), "jdv.zip").release) == pairs(workbook)


def test_without_bands_shuffled_columns_are_refused_never_guessed(tmp_path: Path) -> None:
    report = imported(tmp_path, replace(golden(), with_bands=False).shuffled(1).zip(), "jdv.zip").report
    assert [f.code for f in report.findings] == ["E03"]
    assert not report.activable


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        (Column.REQUEST_LABEL, "« Libellé de la demande »."),
        (Column.RESULT_REFERENCE, "« Libellé français de référence » du résultat."),
        (Column.CHAPTER, "« Chapitre LOINC »."),
    ],
)
def test_a_column_that_is_missing_is_named(tmp_path: Path, missing: Column, name: str) -> None:
    workbook = golden()
    columns = tuple(c for c in workbook.columns if c.column is not missing)
    (finding,) = imported(tmp_path, replace(workbook, columns=columns).zip(), "jdv.zip").report.findings
    assert (finding.code, finding.message) == ("E03", f"Colonne absente : {name}")


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    workbook = golden()
    rank = next(c for c in workbook.columns if c.column is Column.RANK)
    read = imported(tmp_path, replace(workbook, columns=(*workbook.columns, rank)).zip(), "jdv.zip")
    assert read.release is None
    assert [f.code for f in read.report.findings] == ["E03"]


def test_unknown_columns_are_kept_verbatim_and_listed(tmp_path: Path) -> None:
    read = imported(tmp_path, golden().xlsx())
    assert ("AD", "Attribut AD") in {(c.column, c.header) for c in read.report.extra_columns}
    assert read.release
    assert ("Attribut AD", "Attribut AD de 14749-6") in read.release.results[0].extra


def test_an_unknown_column_of_the_request_stays_with_the_request(tmp_path: Path) -> None:
    workbook = golden()
    unknown = replace(workbook.columns[0], block=Block.REQUEST, column=None, header="Filière")
    read = imported(tmp_path, replace(workbook, columns=(unknown, *workbook.columns)).zip(), "jdv.zip")
    assert read.release
    assert ("Filière", "Filière de 14749-6") in read.release.requests[0].extra


def test_a_column_without_a_header_is_kept_under_its_letter(tmp_path: Path) -> None:
    text = golden().csv().decode("utf-8-sig").splitlines()
    text[3] += ";hors titre"
    read = imported(tmp_path, "\r\n".join(text).encode(), "jdv.csv")
    assert ("AL", "") in {(c.column, c.header) for c in read.report.extra_columns}
    assert read.release
    assert ("AL", "hors titre") in read.release.results[0].extra


# --- the rows the sources quote -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "twin", "factor", "level", "restricted", "unit", "systematic", "rank"),
    [
        ("14749-6", "2345-7", "0.18", 9, False, "mmol/L", True, 4174),
        ("2345-7", "14749-6", "5.551", 9, False, "g/L", False, 4176),
        ("40193-5", "53049-3", "0.18", 1, True, "mmol/L", True, 4178),
        ("53049-3", "40193-5", "5.551", 1, True, "g/L", False, 4180),
        ("53094-9", "16915-1", "0.18", 9, False, "mmol/L", True, 4202),
        ("16915-1", "53094-9", "5.551", 9, False, "g/L", False, 4204),
        ("14647-2", "2093-3", "0.387", 1, True, "mmol/L", True, None),
        ("2093-3", "14647-2", "2.586", 1, True, "g/L", False, None),
    ],
)
def test_a_quoted_analysis_is_read_as_quoted(
    results: dict[str, ResultCode],
    code: str, twin: str, factor: str, level: int, restricted: bool, unit: str, systematic: bool, rank: int | None,
) -> None:  # fmt: skip
    read = results[code]
    assert read.correspondence == Correspondence(twin, Decimal(factor))
    assert (read.comparability, read.restricted, read.systematic) == (Comparability(level), restricted, systematic)
    assert (read.unit, read.ucum) == (unit, unit)
    assert rank in (None, read.rank)
    assert read.chapter is not None
    assert (read.chapter.code, read.chapter.display) == ("18719-5", "Biochimie")


def test_an_empty_comparability_is_not_evaluated(results: dict[str, ResultCode]) -> None:
    assert results["2951-2"].comparability is Comparability.NOT_EVALUATED
    assert results["2951-2"].restricted is None


def test_one_analysis_stands_under_several_requests(release: Release) -> None:
    under = [link for link in release.links if link.result == "2093-3"]
    assert under == [RequestResult("24331-1", "2093-3", 9012), RequestResult("14647-2", "2093-3", 9012)]


def test_the_quoted_requests_are_read_as_quoted(release: Release) -> None:
    requests = {request.code: request for request in release.requests}
    assert {s.text: s.kind for s in requests["57022-6"].synonyms} == {
        "Hémogramme": SynonymKind.SYNONYM,
        "NFS": SynonymKind.ABBREVIATION,
        "Plaquettes": SynonymKind.SYNONYM,
    }
    assert [item.label for item in requests["2842-3"].required_information] == ["Date des dernières règles"]
    assert requests["24331-1"].order_class is OrderClass.ORDER
    assert requests["14647-2"].restricted is True
    assert (requests["14749-6"].nabm, requests["14749-6"].restricted) == (("0552",), False)


def test_a_twin_whose_factor_is_not_given_is_kept_without_it(results: dict[str, ResultCode]) -> None:
    assert results["2284-8"].correspondence == Correspondence("14732-2", None)


def test_the_summary_names_the_release(release: Release) -> None:
    assert (release.label, release.published, release.loinc_version) == ("2025-09", date(2025, 9, 15), "2.80")
    assert release.notes == ("Onglet | Modification", "1 | Ajout de codes (note générée)")


def test_waiting_codes_stand_for_requests_and_analyses(tmp_path: Path) -> None:
    read = imported(tmp_path, sample_workbook("2022", requests=200, rows=400).zip(), "jdv.zip")
    assert read.release
    waiting = [r for r in read.release.requests if r.status is CodeStatus.WAITING]
    assert {r.system for r in waiting} == {"https://exemple.test/fhir/CodeSystem/codes-attente"}
    assert read.report.counts.requests_waiting == len(waiting)
    assert read.report.counts.results_waiting == sum(r.status is CodeStatus.WAITING for r in read.release.results) > 0


def test_published_counts_that_are_not_reached_are_told(tmp_path: Path) -> None:
    workbook = sample_workbook("2018", requests=0, rows=0)
    read = imported(tmp_path, replace(workbook, with_indicators=False).zip(), "jdv.zip")
    told = [f.message for f in read.report.findings]
    assert "Demandes Order : 75 publié(s), 3 importé(s), écart -72." in told
    assert read.report.activable


def test_a_count_of_sheet_10_that_is_not_reached_is_located(tmp_path: Path) -> None:
    workbook = replace(sample_workbook("2022", requests=0, rows=0))
    sheets = workbook.sheets()
    sheets[SheetKind.INDICATORS] = [("Indicateur", "Valeur"), ("Demandes Order", 4), ("Demandes Both", 8)]
    content = write_workbook([Sheet(kind.value, rows) for kind, rows in sheets.items()])
    (finding,) = imported(tmp_path, content).report.findings
    assert (finding.code, finding.sheet, finding.row, finding.column) == ("W01", "10 Indicateurs semestriels", 2, "B")
    assert (finding.value, finding.message) == ("4", "Demandes Order : 4 publié(s), 3 importé(s), écart -1.")

"""What is taken away comes back without loss, and runs nothing in a spreadsheet (terminology.md §7.5)."""

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.csv_export import write_csv
from storage.transcoding import SqlTranscoding
from terminology.coding import Coding
from terminology.lab_catalogue import LabExam
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, NABM, UCUM
from terminology.transcoding.exports import (
    ADDITION_COLUMNS,
    HISTORY_COLUMNS,
    ITEM_COLUMNS,
    OTHER_COLUMNS,
    addition_rows,
    history_rows,
    item_rows,
    other_rows,
    workbook,
)
from terminology.transcoding.history import HistoryQuery
from terminology.transcoding.importing import Importer
from terminology.transcoding.lab_file import read_lab_file
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem, with_specimen, with_unit
from terminology.transcoding.mapping import MappingStatus
from terminology.transcoding.merge import laid_over
from tests.terminology.transcoding.bench import (
    DAY,
    FINESS,
    LAB,
    NOW,
    PROPOSER,
    RELEASE,
    SERUM,
    TARGETS,
    WAITING_SYSTEM,
    decide,
    loinc,
    validated,
)

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
_CODES = st.text(st.sampled_from("ABCXYZ0123456789-/+=@é"), min_size=1, max_size=12)


@st.composite
def items(draw: st.DrawFn) -> LocalItem:
    """An exam as a file can describe it."""
    exam = LabExam(draw(_CODES), " ".join(draw(st.lists(_WORDS, min_size=1, max_size=3))))
    acts = draw(st.lists(st.from_regex(r"\A[0-9]{4}\Z"), unique=True, max_size=3))
    exam = LabExam(exam.local_code, exam.label, nabm=tuple(Coding(NABM, act) for act in acts))
    unit = draw(st.sampled_from([None, Coding(UCUM, "mmol/L", "mmol/L"), Coding(LOCAL_SYSTEM, "croix", "croix")]))
    exam = with_specimen(with_unit(exam, unit), draw(st.sampled_from([None, SERUM])))
    return LocalItem(exam, NOW, None, draw(st.none() | st.integers(0, 10**6)))


def read_back(content: bytes, name: str, known: LocalCatalogue) -> list[LocalItem]:
    """The file read over what is known, as an import does."""
    read = read_lab_file(content, name, {}, RELEASE.lists)
    return [laid_over(row, known.item(row.local_code), NOW + DAY) for row in read.items]


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(items(), min_size=1, max_size=5, unique_by=lambda i: i.exam.local_code))
def test_a_workbook_and_a_csv_read_back_over_what_is_known_change_nothing(exams: list[LocalItem]) -> None:
    known = LocalCatalogue(LAB, 1, NOW, tuple(exams))
    assert read_back(workbook(known, (), "essai"), "a.xlsx", known) == exams
    assert read_back(write_csv(ITEM_COLUMNS, item_rows(known, ())), "a.csv", known) == exams


def test_an_export_imported_again_changes_nothing_and_on_an_empty_base_brings_proposals(
    store: SqlTranscoding, tmp_path_factory: object
) -> None:
    validated(store, "GLYJ", "40193-5")
    catalogue = store.find_catalogue(FINESS)
    assert catalogue is not None
    content = workbook(catalogue, store.mappings(FINESS), RELEASE.notice)
    again = Importer(store, TARGETS, LAB, PROPOSER).file(content, "a.xlsx", {}, NOW + DAY, dry_run=False)
    assert not again.written
    read = read_lab_file(content, "a.xlsx", {}, RELEASE.lists)
    assert [i.national for i in read.items] == ["40193-5", "", ""]


def test_no_cell_of_a_csv_runs_as_a_formula() -> None:
    bad = LabExam("=1+1", '@SUM(A1) "x"; +cmd')
    text = write_csv(ITEM_COLUMNS, item_rows(LocalCatalogue(LAB, 1, NOW, (LocalItem(bad, NOW),)), ())).decode(
        "utf-8-sig"
    )
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert cells[len(ITEM_COLUMNS) : len(ITEM_COLUMNS) + 2] == ["'=1+1", '\'@SUM(A1) "x"; +cmd']


def test_the_rule_of_the_cda_is_reminded_on_each_row(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5")
    decide(store, "ZOR", MappingStatus.VALIDATED, Coding(WAITING_SYSTEM, "ATT-001"))
    decide(store, "XX", MappingStatus.PROPOSED, loinc("14749-6"))
    catalogue = store.find_catalogue(FINESS)
    assert catalogue is not None
    place = ITEM_COLUMNS.index("Élément CDA")
    rows = {row[0]: row for row in item_rows(catalogue, store.mappings(FINESS))}
    assert {code: row[place] for code, row in rows.items()} == {
        "GLYJ": "code", "ZOR": "code/translation", "XX": "code/translation",
    }  # fmt: skip
    assert rows["GLYJ"][ITEM_COLUMNS.index("OID du système")] == "2.16.840.1.113883.6.1"


def test_the_additions_to_ask_for_are_those_asked_and_no_other(store: SqlTranscoding) -> None:
    decide(store, "XX", MappingStatus.REQUESTED, actor=PROPOSER, comment="aucun code pour ce dosage")
    decide(store, "ZOR", MappingStatus.PROPOSED, loinc("2345-7"))
    catalogue = store.find_catalogue(FINESS)
    assert catalogue is not None
    rows = addition_rows(catalogue, store.mappings(FINESS))
    assert [(row[0], row[ADDITION_COLUMNS.index("Motif de la demande")]) for row in rows] == [
        ("XX", "aucun code pour ce dosage")
    ]


def test_the_history_shows_both_sides_of_each_change(store: SqlTranscoding) -> None:
    decide(store, "GLYJ", MappingStatus.PROPOSED, loinc("14749-6"))
    validated(store, "GLYJ", "40193-5")
    last = dict(zip(HISTORY_COLUMNS, history_rows(store.history(HistoryQuery(FINESS)))[0], strict=True))
    assert (last["Code avant"], last["Code après"], last["Statut avant"], last["Statut après"]) == (
        "14749-6", "40193-5", "propose", "valide",
    )  # fmt: skip


def test_techniques_to_map_are_listed_apart(store: SqlTranscoding) -> None:
    catalogue = store.find_catalogue(FINESS)
    assert catalogue is not None
    rows = [dict(zip(OTHER_COLUMNS, row, strict=True)) for row in other_rows(catalogue, ())]
    assert [(r["Type"], r["Code local"], r["Valeur locale"], r["Statut"]) for r in rows] == [
        ("technique", "GLYJ", "Hexokinase maison", "a-traiter")
    ]

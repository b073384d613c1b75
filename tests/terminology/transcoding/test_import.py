"""A laboratory's file comes in row by row, and coming again loses nothing (terminology.md §7.1, §1.4)."""

import pytest

from kernel.errors import Forbidden, Invalid
from storage.transcoding import SqlTranscoding
from terminology.lab_catalogue import Container, ValueType
from terminology.lab_catalogue_toml import parse_lab_catalogue
from terminology.transcoding.actor import Actor, ActorRole
from terminology.transcoding.columns import Field
from terminology.transcoding.history import HistoryQuery
from terminology.transcoding.importing import Imported, Importer
from terminology.transcoding.lab_file import read_lab_file
from terminology.transcoding.local_catalogue import specimens_of, unit_of
from terminology.transcoding.mapping import MappingKey, MappingStatus
from terminology.workbook import Sheet, write_workbook
from tests.terminology.transcoding.bench import (
    DAY,
    FINESS,
    HEADERS,
    LAB,
    NOW,
    PROPOSER,
    RELEASE,
    ROWS,
    TARGETS,
    decide,
    imported,
    loinc,
    mapping_of,
    validated,
)


def told(done: Imported) -> list[tuple[str, int | None, str | None]]:
    return [(f.code, f.row, f.column) for f in done.findings]


def test_the_exams_of_a_file_are_kept_with_their_details(store: SqlTranscoding) -> None:
    catalogue = store.find_catalogue(FINESS)
    assert catalogue is not None
    item = catalogue.item("GLYJ")
    assert item is not None
    unit = unit_of(item.exam)
    assert (catalogue.version, catalogue.laboratory, item.monthly_volume) == (1, LAB, 900)
    assert unit is not None
    assert (unit.code, [a.code for a in item.exam.nabm]) == ("mmol/L", ["0552"])
    assert [s.code for s in specimens_of(item.exam)] == ["SER"]
    assert [e.value_types for e in catalogue.present] == [(ValueType.NUMERIC,), (ValueType.NUMERIC,), ()]
    assert [s.code for s in specimens_of(catalogue.present[1])] == ["SER"], "by its label"


def test_every_bad_cell_is_told_at_its_place(empty_store: SqlTranscoding) -> None:
    done = imported(
        empty_store,
        "A;Calcium;578;mmol/L;;;12,4",
        "B;Sodium;ABC;mUI/L;Salive;;beaucoup",
        ";Sans code;;;;;",
        "C;;;;;;",
        "A;Doublon;;;;;",
    )
    assert told(done) == [
        ("W23", 2, "C"), ("W23", 3, "C"), ("W15", 3, "D"), ("W22", 3, "E"), ("W14", 3, "G"),
        ("E21", 4, "A"), ("E14", 5, "B"), ("E26", 6, "A"),
    ]  # fmt: skip
    catalogue = empty_store.find_catalogue(FINESS)
    assert catalogue is not None
    assert [e.local_code for e in catalogue.present] == ["A", "B"]
    assert [a.code for a in catalogue.present[0].nabm] == ["0578"], "its zero is back"
    unit = unit_of(catalogue.present[1])
    assert unit is not None
    assert unit.code == "m[IU]/L", "what was meant, told as a warning"


def test_a_text_too_long_is_cut_and_told_and_a_code_too_long_is_refused(empty_store: SqlTranscoding) -> None:
    done = imported(empty_store, f"A;{'a' * 250};;;;;", f"{'B' * 250};Sodium;;;;;")
    assert told(done) == [("W14", 2, "B"), ("W14", 3, "A"), ("E14", 3, "A")]
    catalogue = empty_store.find_catalogue(FINESS)
    assert catalogue is not None
    assert [(e.local_code, len(e.label)) for e in catalogue.present] == [("A", 200)]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_any_csv_a_spreadsheet_writes_is_read(separator: str, encoding: str) -> None:
    text = f"Titre du fichier\nCODE{separator}Libellé analyse\nGLY{separator}Glycémie\n"
    read = read_lab_file(text.encode(encoding), "labo.csv", {}, RELEASE.lists)
    assert [(i.local_code, i.label, i.row) for i in read.items] == [("GLY", "Glycémie", 3)]


def test_a_workbook_is_read_and_a_code_excel_made_a_date_or_a_number_is_told() -> None:
    rows = [
        ("Code", "Libellé", "NABM"),
        ("GLY", "Glycémie", 552),
        (NOW.replace(tzinfo=None), "Date", None),
        (12, "N", None),
    ]
    read = read_lab_file(write_workbook([Sheet("Catalogue", rows)]), "labo.xlsx", {}, RELEASE.lists)
    assert [(i.local_code, [a.code for a in i.nabm]) for i in read.items] == [("GLY", ["0552"]), ("12", [])]
    assert [(f.code, f.row) for f in read.findings] == [("W23", 2), ("E12", 3), ("W10", 4)]


def test_two_columns_for_one_field_are_refused_until_one_is_chosen() -> None:
    content = b"Code;Designation;Intitule\nGLY;Glycemie;Gly\n"
    read = read_lab_file(content, "labo.csv", {}, RELEASE.lists)
    assert (read.items, [f.code for f in read.findings]) == ((), ["E03"])
    chosen = read_lab_file(content, "labo.csv", {Field.LABEL: "Intitule"}, RELEASE.lists)
    assert [i.label for i in chosen.items] == ["Gly"]
    assert [c.header for c in chosen.extra_columns] == ["Designation"]
    lost = read_lab_file(content, "labo.csv", {Field.LABEL: "Ancien nom"}, RELEASE.lists)
    assert (lost.items, [f.code for f in lost.findings]) == ((), ["E03"]), "never a guess in its place"


def test_chosen_columns_are_remembered_for_the_next_file(empty_store: SqlTranscoding) -> None:
    importer = Importer(empty_store, TARGETS, LAB, PROPOSER)
    content = b"Ref;Texte\nGLY;Glycemie\n"
    chosen = {Field.CODE: "Ref", Field.LABEL: "Texte"}
    assert importer.file(content, "a.csv", {}, NOW, dry_run=False).merged is None
    assert importer.file(content, "a.csv", chosen, NOW, dry_run=False).written
    assert importer.file(content, "a.csv", {}, NOW, dry_run=False).merged is not None


def test_the_same_file_again_changes_nothing_and_writes_nothing(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5")
    before = store.find_catalogue(FINESS), store.mappings(FINESS)
    assert not imported(store, *ROWS, at=NOW + DAY).written
    assert (store.find_catalogue(FINESS), store.mappings(FINESS)) == before


@pytest.mark.parametrize(
    "row",
    [
        "GLYJ;Glycémie à jeun veineuse;0552;mmol/L;SER;Hexokinase maison;900",
        "GLYJ;Glycémie à jeun;0552;g/L;SER;Hexokinase maison;900",
        "GLYJ;Glycémie à jeun;0412;mmol/L;SER;Hexokinase maison;900",
        "GLYJ;Glycémie à jeun;0552;mmol/L;UR;Hexokinase maison;900",
    ],
)
def test_a_changed_label_unit_act_or_specimen_puts_the_mapping_to_review(store: SqlTranscoding, row: str) -> None:
    before = validated(store, "GLYJ", "40193-5")
    imported(store, row, *ROWS[1:], at=NOW + DAY)
    after = mapping_of(store, MappingKey("GLYJ"))
    assert after is not None
    assert (after.status, after.target) == (MappingStatus.TO_REVIEW, before.target)
    assert store.history(HistoryQuery(FINESS))[0].change.reason.startswith("Fichier importé, ")


def test_a_changed_volume_leaves_the_mapping_validated(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5")
    imported(store, ROWS[0].replace("900", "950"), *ROWS[1:], at=NOW + DAY)
    mapping = mapping_of(store, MappingKey("GLYJ"))
    assert mapping is not None
    assert mapping.status is MappingStatus.VALIDATED


def test_an_exam_left_out_is_marked_absent_and_comes_back_with_its_mapping(store: SqlTranscoding) -> None:
    mapping = validated(store, "GLYJ", "40193-5")
    done = imported(store, *ROWS[1:], at=NOW + DAY)
    assert done.merged is not None
    assert done.merged.absent == ("GLYJ",)
    catalogue = store.find_catalogue(FINESS)
    assert catalogue is not None
    assert catalogue.item("GLYJ") is not None
    assert "GLYJ" not in {e.local_code for e in catalogue.present}
    imported(store, *ROWS, at=NOW + 2 * DAY)
    back = store.find_catalogue(FINESS)
    assert back is not None
    assert "GLYJ" in {e.local_code for e in back.present}
    assert mapping_of(store, MappingKey("GLYJ")) == mapping


def test_a_rejected_row_does_not_make_its_exam_absent(store: SqlTranscoding) -> None:
    done = imported(store, "GLYJ;;0552;mmol/L;SER;;900", *ROWS[1:], at=NOW + DAY)
    assert done.merged is not None
    assert (done.rejected, done.merged.absent) == (1, ())


def test_a_dry_run_says_what_would_happen_and_writes_nothing(store: SqlTranscoding) -> None:
    done = imported(store, ROWS[0], at=NOW + DAY, dry_run=True)
    assert done.merged is not None
    assert (done.merged.absent, done.written, done.version) == (("ZOR", "XX"), False, 1)
    catalogue = store.find_catalogue(FINESS)
    assert catalogue is not None
    assert len(catalogue.present) == 3


def test_a_loinc_the_file_brings_is_a_proposal_for_what_nobody_decided(store: SqlTranscoding) -> None:
    validated(store, "ZOR", "2345-7")
    rows = (ROWS[0] + ";40193-5", ROWS[1] + ";14749-6", ROWS[2] + ";53094-5")
    done = imported(store, *rows, headers=HEADERS + ";LOINC", at=NOW + DAY)
    statuses = {m.key.local_code: (m.status, m.target and m.target.code) for m in store.mappings(FINESS)}
    assert statuses == {"GLYJ": (MappingStatus.PROPOSED, "40193-5"), "ZOR": (MappingStatus.VALIDATED, "2345-7")}
    assert ("W11", 4, "H") in told(done), "a wrong check digit is told"


def test_a_file_lays_over_a_detailed_catalogue_without_losing_its_tubes(empty_store: SqlTranscoding) -> None:
    source = parse_lab_catalogue(
        """
        version = 1
        effective_from = 2026-07-15T00:00:00+02:00
        [laboratory]
        finess = "750000010"
        name = "LBM A"
        mnemonic = "LBMA"
        [specimens]
        SER = "Sérum"
        [tubes.sec]
        description = "Tube sec, bouchon rouge"
        specimen = "SER"
        [[exams]]
        code = "GLYJ"
        label = "Glycémie"
        loinc = "14749-6"
        tubes = ["sec"]
        """
    )
    Importer(empty_store, TARGETS, source.laboratory, PROPOSER).catalogue(source, NOW, dry_run=False)
    assert [m.target for m in empty_store.mappings(FINESS)] == [
        TARGETS.resolve(MappingKey("GLYJ"), loinc("14749-6"))[0]
    ]
    imported(empty_store, ROWS[0], at=NOW + DAY)
    catalogue = empty_store.find_catalogue(FINESS)
    assert catalogue is not None
    containers: tuple[Container, ...] = catalogue.present[0].containers
    assert [(c.description, c.specimen) for c in containers] == [
        ("Tube sec, bouchon rouge", RELEASE.lists.specimens[0])
    ]


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0 old", b"PK\x03\x04 broken", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused_whole(store: SqlTranscoding, content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        Importer(store, TARGETS, LAB, PROPOSER).file(content, "labo", {}, NOW, dry_run=False)
    assert refusal.value.code == "E01"


def test_a_laboratory_imports_for_its_own_finess_only(empty_store: SqlTranscoding) -> None:
    with pytest.raises(Forbidden):
        Importer(empty_store, TARGETS, LAB, Actor(ActorRole.PROPOSER, "laboratoire 750000028", "750000028"))


def test_what_was_asked_as_an_addition_is_reviewed_when_the_exam_changes(store: SqlTranscoding) -> None:
    decide(store, "XX", MappingStatus.REQUESTED, actor=PROPOSER)
    imported(store, *ROWS[:2], "XX;Exploration maison en g/L;;g/L;;;", at=NOW + DAY)
    mapping = mapping_of(store, MappingKey("XX"))
    assert mapping is not None
    assert mapping.status is MappingStatus.TO_REVIEW

"""A catalogue as a workbook or a zip of CSV: nothing is lost, every fault is told at its cell (lcsd.md §4)."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import Invalid
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_catalogue_systems import LOINC
from terminology.lab_tables.escaped_text import unescaped
from terminology.lab_tables.reading import read_lab_tables
from terminology.lab_tables.writing import MOST_CELL, write_as_workbook, write_as_zip
from terminology.readers.archive import UnsafeArchive
from tests.lcsd.catalogues import GLUCOSE, WORKED_EXAMPLE, catalogues

FORMS = pytest.mark.parametrize("write", [write_as_workbook, write_as_zip], ids=["workbook", "zip"])
SIGNS_XML_LACKS = (
    "_x0041_",
    "_x000D_",
    "_x005F_x0001_",
    "_x005F_",
    "_xabcd_",
    "__x0001_",
    "\x00\x1f",
    "a\rb",
    "\ufffe\uffff",
    "x\x0b_x1_",
)
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@FORMS
@SLOW
@given(catalogue=catalogues())
def test_any_catalogue_comes_back_as_it_was(write: Callable[[LabCatalogue], bytes], catalogue: LabCatalogue) -> None:
    read = read_lab_tables(write(catalogue))
    assert (read.catalogue, read.warnings) == (catalogue, ())


@FORMS
def test_the_same_catalogue_gives_the_same_bytes(write: Callable[[LabCatalogue], bytes]) -> None:
    assert write(WORKED_EXAMPLE) == write(WORKED_EXAMPLE)


@FORMS
@pytest.mark.parametrize("text", ["=1+1", "'=1", "+33", "@x", "''", "-5", "a\\nb | c\\", "_x0041_"])
def test_a_text_that_looks_like_something_else_stays_a_text(write: Callable[[LabCatalogue], bytes], text: str) -> None:
    exam = replace(GLUCOSE, purpose=text, synonyms=(text,), method_text=text)
    catalogue = replace(WORKED_EXAMPLE, exams=(exam,))
    assert read_lab_tables(write(catalogue)).catalogue == catalogue


@FORMS
@pytest.mark.parametrize("system", ["", LOINC, "urn:oid:1.2.3", "a | b"])
@pytest.mark.parametrize("display", ["", "un | deux\\"])
def test_a_coding_of_any_system_comes_back(write: Callable[[LabCatalogue], bytes], system: str, display: str) -> None:
    coding = Coding(system, "c|1", display)
    exam = replace(GLUCOSE, techniques=(coding, coding), chapter=coding)
    catalogue = replace(WORKED_EXAMPLE, exams=(exam,))
    assert read_lab_tables(write(catalogue)).catalogue == catalogue


def test_what_a_spreadsheet_writes_for_a_carriage_return_is_read() -> None:
    assert (unescaped("un_x000D_\ndeux"), unescaped("_x0041_")) == ("un\r\ndeux", "_x0041_")


def test_a_text_too_long_for_a_cell_is_told_and_goes_in_the_zip() -> None:
    catalogue = replace(WORKED_EXAMPLE, exams=(replace(GLUCOSE, purpose="x" * (MOST_CELL + 1)),))
    with pytest.raises(Invalid, match=r"Examens, ligne 2, « Indication »"):
        write_as_workbook(catalogue)
    assert read_lab_tables(write_as_zip(catalogue)).catalogue == catalogue


def edited(*changes: tuple[str, str, str]) -> bytes:
    """The zip of the worked example, one text of one table in place of another."""
    source = zipfile.ZipFile(io.BytesIO(write_as_zip(WORKED_EXAMPLE)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode("utf-8-sig")
            for sheet, old, new in changes:
                if name == f"{sheet}.csv":
                    assert old in text
                    text = text.replace(old, new, 1)
            target.writestr(name, text)
    return buffer.getvalue()


def test_every_fault_is_told_at_its_cell() -> None:
    with pytest.raises(Invalid) as refused:
        read_lab_tables(
            edited(
                ("Examens", ";15;", ";bientôt;"),
                ("Examens", "PRL;Prolactine;", "GLYJ;Prolactine;"),
                ("Tubes", "NFS;", "NFX;"),
                ("Intervalles", "référence", "usuel"),
                ("Laboratoire", "2026-07-15T00:00:00+02:00", "mi-juillet"),
                ("Laboratoire", "mi-juillet", "mi-juillet\r\n750000010;LBM A;LBMA;;;2026-07-15"),
            )
        )
    assert {finding.path for finding in refused.value.findings} == {
        "Examens!V2",
        "Examens!A3",
        "Tubes!A4",
        "Tubes!A3",
        "Intervalles!B2",
        "Laboratoire",
        "Laboratoire!F2",
    }


@pytest.mark.parametrize("number", ["1e1000000", "1_5", "NaN", "9" * 40])
def test_a_number_is_written_in_full_and_of_a_size(number: str) -> None:
    with pytest.raises(Invalid, match="nombre"):
        read_lab_tables(edited(("Laboratoire", ";12;", f";{number};")))


def test_a_table_that_was_lost_is_missed() -> None:
    whole = zipfile.ZipFile(io.BytesIO(write_as_zip(WORKED_EXAMPLE)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in whole.namelist():
            target.writestr(name.replace("Tubes", "Récipients"), whole.read(name))
    with pytest.raises(Invalid) as refused:
        read_lab_tables(buffer.getvalue())
    assert [(f.severity, f.path) for f in refused.value.findings] == [("error", "Tubes"), ("warning", "Récipients")]


def test_columns_may_be_moved_and_an_unknown_one_is_left_aside() -> None:
    moved = (("Laboratoire", "Nom;Mnémonique", "Mnémonique;Nom"), ("Laboratoire", "LBM A;LBMA", "LBMA;LBM A"))
    read = read_lab_tables(edited(*moved, ("Intervalles", "Condition", "Note")))
    assert read.catalogue == WORKED_EXAMPLE
    assert [(w.severity, w.path) for w in read.warnings] == [("warning", "Intervalles!J")]


def test_what_people_type_is_understood() -> None:
    typed = edited(
        ("Laboratoire", "2026-07-15T00:00:00+02:00", "2026-07-15"),
        ("Examens", ";O;", ";oui;"),
        ("Examens", ";5,551", ";5.551"),
        ("Intervalles", "0,63", "0.63"),
    )
    assert read_lab_tables(typed).catalogue == WORKED_EXAMPLE


@SLOW
@given(st.binary(max_size=200), st.integers(0, 3000))
def test_bytes_that_are_no_catalogue_are_refused_and_nothing_else(noise: bytes, place: int) -> None:
    whole = write_as_workbook(WORKED_EXAMPLE)
    for content in (noise, whole[:place], whole[:place] + noise + whole[place + len(noise) :]):
        with suppress(Invalid):
            read_lab_tables(content)


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("xl/vbaProject.bin", b"macro"),
        ("xl/bomb.xml", b"0" * 20_000_000),
        ("xl/doctype.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("../Examens.csv", b""),
    ],
    ids=["macro", "bomb", "entities", "path"],
)
def test_an_archive_made_to_harm_is_refused(member: str, content: bytes) -> None:
    buffer = io.BytesIO(write_as_workbook(WORKED_EXAMPLE))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    with pytest.raises(UnsafeArchive):
        read_lab_tables(buffer.getvalue())

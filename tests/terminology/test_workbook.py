"""Workbooks written and read back: the same cells, the same bytes, and text that stays text."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminology.workbook import CellValue, Sheet, UnreadableWorkbook, column_letter, open_workbook, write_workbook

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)
CELL = st.one_of(
    TEXT.filter(bool),
    st.integers(-(10**9), 10**9),
    st.decimals(-1000, 1000, places=3).map(lambda number: number + Decimal("0.0001")),
    st.booleans(),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(lambda instant: instant.replace(microsecond=0)),
)


def rows_of(content: bytes, name: str) -> list[tuple[CellValue, ...]]:
    with open_workbook(content) as book:
        return list(book.rows(name))


@settings(max_examples=40)
@given(rows=st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=4))
def test_cells_read_back_as_they_were_written(rows: Sequence[Sequence[CellValue]]) -> None:
    read = rows_of(write_workbook([Sheet("Feuille", rows)]), "Feuille")
    assert read == [tuple(row) for row in rows]
    assert all(type(a) is type(b) for row, kept in zip(read, rows, strict=True) for a, b in zip(row, kept, strict=True))


def test_the_same_sheets_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = [Sheet("Un", [["Titre"], [date(2025, 9, 15)]], widths=[20]), Sheet("Deux", [["x"]])]
    content = write_workbook(sheets)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
        assert b"1980-01-01" in archive.read("docProps/core.xml")
    assert write_workbook(sheets) == content


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1", "@x", "=HYPERLINK(1)"])
def test_text_is_never_a_formula(text: str) -> None:
    content = write_workbook([Sheet("Feuille", [["Titre"], [text]])])
    cell = openpyxl.load_workbook(io.BytesIO(content))["Feuille"]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_control_characters_are_dropped() -> None:
    assert rows_of(write_workbook([Sheet("Feuille", [["a\x00b\x0bc"]])]), "Feuille") == [("abc",)]


def test_headers_are_bold_and_stay_in_sight() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([Sheet("Feuille", [["Titre"], ["x"]])])))
    sheet = book["Feuille"]
    assert (sheet["A1"].font.bold, sheet["A2"].font.bold, sheet.freeze_panes) == (True, False, "A2")


def test_bytes_that_are_no_workbook_are_unreadable() -> None:
    with pytest.raises(UnreadableWorkbook) as refused, open_workbook(b"PK\x03\x04 no"):
        pass
    assert refused.value.code == "E01"


def test_columns_have_letters() -> None:
    assert [column_letter(place) for place in (0, 18, 26, 36)] == ["A", "S", "AA", "AK"]

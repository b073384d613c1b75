"""Files made to harm, broken or foreign: one clear refusal in French, and never another exception (§1.4.1)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import Invalid
from terminology.import_report import ImportReport
from terminology.readers import archive
from terminology.readers.value_set import read_value_set
from terminology.readers.value_set import source as source_stage
from tests.terminology.jdv.imports import BASE, golden, imported

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@cache
def sound(form: str) -> bytes:
    content: bytes = getattr(golden(), form)()
    return content


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members:
            target.writestr(name, content)
    return buffer.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes], extra: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """The same archive, its members changed, others added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archived:
        return zipped([*((name, change(name, archived.read(name))) for name in archived.namelist()), *extra])


def assert_refused(folder: Path, content: bytes, name: str, word: str) -> ImportReport:
    """Nothing is imported, and the one finding says why."""
    read = imported(folder, content, name)
    (finding,) = read.report.findings
    assert read.release is None
    assert finding.code == "E01"
    assert word in finding.message
    assert finding.hint
    assert read.report.refusals == (f"Le fichier est refusé. {finding.message}",)
    return read.report


@pytest.mark.parametrize("name", ["jdv.xls", "jdv.xlsx", "jdv.csv"])
def test_an_old_or_encrypted_workbook_is_refused(tmp_path: Path, name: str) -> None:
    assert_refused(tmp_path, OLE, name, "protégé par un mot de passe")


def test_macros_are_refused_by_name_and_by_content(tmp_path: Path) -> None:
    assert_refused(tmp_path, sound("xlsx"), "jdv.xlsm", ".xlsm")
    with_macros = repacked(sound("xlsx"), lambda _, part: part, [("xl/vbaProject.bin", b"\x00")])
    assert_refused(tmp_path, with_macros, "jdv.xlsx", "macros")


@pytest.mark.parametrize(("content", "name"), [(b"%PDF-1.7", "jdv.pdf"), (b"", "jdv.xlsx"), (b"text", "jdv")])
def test_what_is_no_value_set_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    assert_refused(tmp_path, content, name, "ni un classeur")


def test_an_image_named_csv_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00", "jdv.csv", "texte CSV")


@pytest.mark.parametrize("form", ["xlsx", "zip"])
def test_a_truncated_file_is_refused(tmp_path: Path, form: str) -> None:
    assert_refused(tmp_path, sound(form)[:-200], f"jdv.{form}", "tronqué")


def test_a_csv_cut_inside_quotes_is_refused(tmp_path: Path) -> None:
    text = golden().csv().decode("utf-8-sig")
    assert_refused(tmp_path, (text + '"Glycémie;coupée\r\n' + "x;" * 20).encode(), "jdv.csv", "guillemets")


def test_a_file_too_big_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1_000)
    report = assert_refused(tmp_path, sound("xlsx"), "jdv.xlsx", "dépasse")
    assert report.file.bytes == len(sound("xlsx"))
    assert len(report.file.sha256) == 64


def test_an_archive_that_swells_is_refused(tmp_path: Path) -> None:
    bomb = zipped([("1.JDV_CircuitBio.csv", bytes(30_000_000))])
    assert_refused(tmp_path, bomb, "jdv.zip", "décompressé")


def test_an_archive_that_hides_its_size_is_refused(tmp_path: Path) -> None:
    """The directory declares ten bytes where megabytes would come out: no more than ten are ever inflated."""
    name, content = b"1.JDV_CircuitBio.csv", bytes(5_000_000)
    packed = zlib.compress(content, 9)[2:-4]
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, zlib.crc32(content), len(packed), 10, len(name), 0)
    entry = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02",
        20,
        20,
        0,
        8,
        0,
        33,
        zlib.crc32(content),
        len(packed),
        10,
        len(name),
        0,
        0,
        0,
        0,
        0,
        0,
    )
    start = len(local) + len(name) + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) + len(name), start, 0)
    assert_refused(tmp_path, local + name + packed + entry + name + end, "jdv.zip", "abîmée")


@pytest.mark.parametrize("name", ["../1.JDV_CircuitBio.csv", "/etc/1.JDV_CircuitBio.csv", "C:\\1.JDV_CircuitBio.csv"])
def test_a_path_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert_refused(tmp_path, zipped([(name, b"a;b")]), "jdv.zip", "chemin")


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    assert_refused(tmp_path, zipped([("jdv.xlsx", sound("xlsx"))]), "jdv.zip", "contient une autre")


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    content = bytearray(sound("zip"))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    assert_refused(tmp_path, bytes(content), "jdv.zip", "mot de passe")


def test_entities_that_swell_are_refused_before_they_are_read(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]>'

    def poisoned(name: str, part: bytes) -> bytes:
        return bomb + part if name == "xl/worksheets/sheet2.xml" else part

    assert_refused(tmp_path, repacked(sound("xlsx"), poisoned), "jdv.xlsx", "déclaration XML")


@pytest.mark.parametrize("form", ["xlsx", "zip", "csv"])
def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(source_stage, "MAX_ROWS", 15)
    assert_refused(tmp_path, sound(form), f"jdv.{form}", "dépasse 15 lignes")


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sound("xlsx")))
    book["1.JDV_CircuitBio"].cell(5, 300, "loin")
    assert_refused(tmp_path, _saved(book), "jdv.xlsx", "256 colonnes")


def test_a_formula_without_its_value_is_refused_with_its_place(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sound("xlsx")))
    book["1.JDV_CircuitBio"]["V6"] = "=1+1"
    assert_refused(tmp_path, _saved(book), "jdv.xlsx", "La cellule V6")


def _saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_formula_with_its_value_is_read_as_the_value(tmp_path: Path) -> None:
    def computed(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet2.xml":
            return part
        assert b'<c r="R4" t="n"><v>4174</v></c>' in part
        return part.replace(b'<c r="R4" t="n"><v>4174</v></c>', b'<c r="R4"><f>4100+74</f><v>4174</v></c>')

    read = imported(tmp_path, repacked(sound("xlsx"), computed))
    assert read.report.findings == ()
    assert read.release
    assert read.release.results[0].rank == 4174


def test_stored_dimensions_that_lie_hide_no_row(tmp_path: Path) -> None:
    def lying(name: str, part: bytes) -> bytes:
        return part.replace(b"<sheetViews>", b'<dimension ref="A1:B2"/><sheetViews>', 1)

    assert imported(tmp_path, repacked(sound("xlsx"), lying)).release == imported(tmp_path, sound("xlsx")).release


def test_a_file_that_cannot_be_opened_raises(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.xlsx", tmp_path):
        with pytest.raises(Invalid) as refused:
            read_value_set(path, BASE)
        assert refused.value.code == "unreadable"


def test_a_cancelled_import_says_so_and_nothing_else(tmp_path: Path) -> None:
    class Cancelled(Exception):
        pass

    def cancel(done: int, total: int) -> None:
        assert 0 < done <= total
        raise Cancelled

    path = tmp_path / "jdv.xlsx"
    path.write_bytes(sound("xlsx"))
    with pytest.raises(Cancelled):
        read_value_set(path, BASE, cancel)


# --- anything at all ------------------------------------------------------------------------------------------------

ANY_BYTES = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_survived(folder: Path, content: bytes, form: str) -> None:
    """A report that holds together, whatever the bytes."""
    read = imported(folder, content, f"jdv.{form}")
    refused = any(f.code in {"E01", "E02", "E03"} for f in read.report.findings)
    assert (read.release is None) == refused
    assert read.report.counts.rows == read.report.counts.rows_accepted + read.report.counts.rows_rejected
    assert read.report.canonical_bytes()


@ANY_BYTES
@given(content=st.binary(max_size=400), form=st.sampled_from(["xlsx", "zip", "csv"]))
def test_any_bytes_give_a_report(tmp_path: Path, content: bytes, form: str) -> None:
    assert_survived(tmp_path, content, form)


@ANY_BYTES
@given(
    form=st.sampled_from(["xlsx", "zip", "csv"]),
    edits=st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=4)), max_size=4),
    keep=st.floats(0.1, 1),
)
def test_any_damage_to_a_sound_file_gives_a_report(
    tmp_path: Path, form: str, edits: list[tuple[float, bytes]], keep: float
) -> None:
    content = bytearray(sound(form))
    for place, written in edits:
        at = int(place * len(content))
        content[at : at + len(written)] = written
    assert_survived(tmp_path, bytes(content[: int(keep * len(content))]), form)


@ANY_BYTES
@given(
    part=st.sampled_from(["xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]),
    place=st.floats(0, 0.999),
    written=st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
)
def test_any_damage_inside_a_part_of_a_workbook_gives_a_report(
    tmp_path: Path, part: str, place: float, written: str
) -> None:
    def damaged(name: str, content: bytes) -> bytes:
        at = int(place * len(content))
        return content[:at] + written.encode() + content[at + len(written) :] if name == part else content

    assert_survived(tmp_path, repacked(sound("xlsx"), damaged), "xlsx")


@ANY_BYTES
@given(
    cells=st.lists(
        st.lists(
            st.one_of(st.text(max_size=12), st.sampled_from(["LOINC", "Rang", "Libellé de la demande"])), max_size=6
        ),
        max_size=8,
    )
)
def test_any_cells_give_a_report(tmp_path: Path, cells: list[list[str]]) -> None:
    text = golden().csv().decode("utf-8-sig") + "\r\n".join(";".join(row) for row in cells)
    assert_survived(tmp_path, text.encode("utf-8", "replace"), "csv")

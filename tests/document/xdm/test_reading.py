"""A package read back; everything that another one could hold instead is refused, with a reason, and nothing kept."""

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from document.xdm.archive import UnreadablePackage
from document.xdm.read import read_package
from tests.document.documents import EVERYTHING, PDF, document_of
from tests.document.xdm.packages import COPY, METADATA, XML, edited, files_of, package_of, zipped

PACKAGE = package_of()
FILES = files_of(PACKAGE)


def _plus(name: str, content: bytes = b"x", **fields: object) -> bytes:
    return zipped(FILES | {name: content}, **fields)


def _without(name: str) -> bytes:
    return zipped({path: content for path, content in FILES.items() if path != name})


def test_a_package_gives_its_document_and_copy_back() -> None:
    read = read_package(PACKAGE)
    assert (read.document, read.pdf, read.findings) == (document_of(EVERYTHING), PDF, ())


def test_names_in_small_letters_folders_and_files_beside_the_profile_are_taken() -> None:
    small = {name.lower(): content for name, content in FILES.items()}
    read = read_package(zipped({"ihe_xdm/": b"", **small, "STYLE/view.css": b"p{}"}))
    assert read.document == document_of(EVERYTHING)
    assert [(each.code, each.path) for each in read.findings] == [("file-left-out", "STYLE/VIEW.CSS")]


_LINK = (stat.S_IFLNK | 0o777) << 16
_XXE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>'


@pytest.mark.parametrize(
    ("code", "package"),
    [
        ("not-an-archive", b""),
        ("not-an-archive", PACKAGE[:-30]),
        ("not-an-archive", b"PK\x05\x06" + bytes(10)),
        ("unsafe-path", _plus("../evil.txt")),
        ("unsafe-path", _plus("IHE_XDM/../../evil.txt")),
        ("unsafe-path", _plus("/etc/passwd")),
        ("unsafe-path", _plus("C:evil.txt")),
        ("unsafe-path", _plus("IHE_XDM\\evil.txt")),
        ("not-a-file", _plus("IHE_XDM/SUBSET01/LINK", b"/etc/passwd", external_attr=_LINK)),
        ("not-a-file", _plus("PIPE", external_attr=(stat.S_IFIFO | 0o644) << 16)),
        ("duplicate-file", _plus("index.htm")),
        ("too-many-files", zipped(FILES | {f"X{number}": b"" for number in range(60)})),
        ("archive-bomb", _plus("BOMB", bytes(9_000_000))),
        ("file-too-large", _plus("BIG", bytes(range(256)) * 50_000, compress_type=zipfile.ZIP_STORED)),
        ("archive-too-large", bytes(20_000_001)),
        ("unknown-compression", _plus("X", compress_type=zipfile.ZIP_BZIP2)),
        ("no-metadata", _without(METADATA)),
        ("several-submissions", _plus("IHE_XDM/SUBSET02/METADATA.XML")),
        ("doctype", zipped(FILES | {METADATA: _XXE})),
        ("malformed-xml", zipped(FILES | {METADATA: b"<a"})),
        ("wrong-encoding", zipped(FILES | {METADATA: "<?xml version='1.0'?><a/>".encode("utf-16")})),
        ("not-metadata", zipped(FILES | {METADATA: b"<a/>"})),
        ("missing-file", _without(COPY)),
        ("missing-file", _without(XML)),
        ("unknown-file", _plus("IHE_XDM/SUBSET01/DOC00002.EXE")),
        ("unknown-file", _plus("IHE_XDM/other.txt")),
        ("wrong-hash", zipped(FILES | {COPY: PDF.replace(b"1.4", b"1.5")})),
        ("wrong-size", zipped(FILES | {COPY: PDF + b"\n"})),
        ("no-hash", edited(METADATA, b'name="hash"', b'name="other"')),
        ("no-hash", edited(METADATA, b'name="size"', b'name="other"')),
        ("unsafe-path", edited(METADATA, b">DOC00001.PDF<", b">../../DOC00001.PDF<")),
        ("unsafe-path", edited(METADATA, b">DOC00001.PDF<", b">/etc/passwd<")),
        ("duplicate-file", edited(METADATA, b">DOC00001.PDF<", b">DOC00001.XML<")),
        ("not-one-document", edited(METADATA, b'mimeType="text/xml"', b'mimeType="text/plain"')),
        ("not-one-document", edited(METADATA, b'mimeType="application/pdf"', b'mimeType="text/xml"')),
    ],
)
def test_what_is_not_as_it_should_be_is_refused_with_a_reason(code: str, package: bytes) -> None:
    with pytest.raises(UnreadablePackage) as refusal:
        read_package(package)
    (finding,) = refusal.value.findings
    assert finding.code == code
    assert finding.message
    assert finding.hint
    assert "PAT-TROIS" not in finding.message + finding.path


def test_an_encrypted_file_is_refused() -> None:
    flagged = bytearray(PACKAGE)
    at = PACKAGE.rindex(b"PK\x01\x02")
    flagged[at + 8 : at + 10] = struct.pack("<H", 1)
    with pytest.raises(UnreadablePackage) as refusal:
        read_package(bytes(flagged))
    assert refusal.value.code == "encrypted-file"


def test_a_size_that_the_directory_lies_about_does_not_help_a_bomb() -> None:
    bomb = bytearray(_plus("BOMB", bytes(9_000_000)))
    at = bomb.rindex(b"PK\x01\x02")
    bomb[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(UnreadablePackage) as refusal:
        read_package(bytes(bomb))
    assert refusal.value.code in ("archive-bomb", "not-an-archive")


def test_the_name_of_a_hostile_file_is_shown_without_its_control_characters() -> None:
    with pytest.raises(UnreadablePackage) as refusal:
        read_package(_plus("IHE_XDM/\x1b[31m\r\nalert<b>"))
    assert refusal.value.findings[0].path == "IHE_XDM/??31M??ALERT?B?"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PACKAGE) - 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_package_is_refused_or_read_as_it_was(at: int, noise: bytes) -> None:
    damaged = PACKAGE[:at] + noise + PACKAGE[at + len(noise) :]
    try:
        read = read_package(damaged)
    except UnreadablePackage:
        return
    assert (read.document, read.pdf) == (document_of(EVERYTHING), PDF)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_refused(noise: bytes) -> None:
    assert not zipfile.is_zipfile(io.BytesIO(noise))
    with pytest.raises(UnreadablePackage):
        read_package(noise)

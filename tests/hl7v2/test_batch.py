import pytest
from hypothesis import given
from hypothesis import strategies as st

from hl7v2.batch import read_batch, write_batch
from hl7v2.codec import decode_message, encode_message, header
from kernel.findings import errors

MSH = "MSH|^~\\&|A|B|C|D|20260701083000+0200||MFN^M08^MFN_M08|x|P|2.5|||||FRA|UNICODE UTF-8"
MESSAGES = tuple(decode_message(f"{MSH}\rMFI|OM{letter}^Fichier maître\r") for letter in "AB")
WHOLE = write_batch(header("FHS", {3: "A"}), header("BHS", {3: "A", 11: "LBM-v1"}), MESSAGES)
SEGMENTS = WHOLE.split(b"\r")[:-1]


def refused(data: bytes) -> list[str]:
    return [f.path for f in errors(list(read_batch(data)[1]))]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_a_file_reads_back_whatever_its_line_ends(end: bytes) -> None:
    batch, findings = read_batch(WHOLE.replace(b"\r", end))
    assert findings == ()
    assert batch.messages == MESSAGES
    assert batch.batch_header is not None
    assert batch.batch_header.text(11) == "LBM-v1"


def test_segments_end_with_cr_alone_and_counts_are_told() -> None:
    assert b"\n" not in WHOLE
    assert WHOLE.endswith(b"\rBTS|2\rFTS|1\r")


@pytest.mark.parametrize("kept", range(len(SEGMENTS)))
def test_a_file_cut_at_any_segment_is_refused_for_its_missing_trailer(kept: int) -> None:
    found = refused(b"".join(s + b"\r" for s in SEGMENTS[:kept]))
    assert "FTS(1)" in found
    assert ("BTS(1)" in found) == (kept < len(SEGMENTS) - 1)


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_at_any_byte_never_passes(kept: int) -> None:
    assert refused(WHOLE[:kept]) or kept == len(WHOLE) - 1


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (b"BTS|2", b"BTS|3", "BTS(1)-1"),
        (b"BTS|2", b"BTS", "BTS(1)-1"),
        (b"FTS|1", b"FTS|2", "FTS(1)-1"),
        (b"FHS|", b"FHX|", "FHX ligne 1"),
        (b"BTS|2\rFTS|1", b"FTS|1\rBTS|2", "BTS(1)"),
        (b"FTS|1", b"FTS|1\rMSH|^~\\&", "MSH ligne 9"),
    ],
)
def test_a_wrong_envelope_is_refused_where_it_is_wrong(old: bytes, new: bytes, path: str) -> None:
    assert path in refused(WHOLE.replace(old, new))


def test_every_undecodable_byte_is_told_and_the_rest_is_still_checked() -> None:
    found = refused(WHOLE.replace("î".encode(), b"\xee").replace(b"FTS|1\r", b""))
    assert sorted(found) == ["FTS(1)", "message 1 MFI(1)", "message 2 MFI(1)"]


def test_each_message_is_read_in_its_own_character_set() -> None:
    latin = encode_message(MESSAGES[1]).replace("UNICODE UTF-8", "8859/15").encode("iso-8859-15")
    batch, findings = read_batch(WHOLE.replace(encode_message(MESSAGES[1]).encode(), latin))
    assert findings == ()
    assert batch.messages[1][1].first(1).text(2) == "Fichier maître"


def test_a_byte_order_mark_is_only_a_warning() -> None:
    batch, findings = read_batch(b"\xef\xbb\xbf" + WHOLE)
    assert [f.severity for f in findings] == ["warning"]
    assert len(batch.messages) == 2


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_draw_findings_and_no_crash(data: bytes) -> None:
    assert refused(data)

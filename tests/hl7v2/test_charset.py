import pytest

from hl7v2.charset import Charset, declared_charset, decode
from kernel.errors import Invalid

MSH = b"MSH|^~\\&|A|B|C|D|20260701083000+0200||MFN^M08^MFN_M08|x|P|2.5|||||FRA|"


@pytest.mark.parametrize(
    ("declared", "charset", "data", "text"),
    [
        (b"UNICODE UTF-8", Charset.UTF8, "œ µ ≥".encode(), "œ µ ≥"),
        (b"8859/15", Charset.LATIN9, b"\xbd \xb5 \xa4", "œ µ €"),
        (b"8859/1", Charset.LATIN1, b"\xe9 \xb5", "é µ"),
        (b"", Charset.ASCII, b"sans accent", "sans accent"),
    ],
)
def test_the_declared_set_is_the_one_that_reads(declared: bytes, charset: Charset, data: bytes, text: str) -> None:
    assert declared_charset(MSH + declared) is charset
    assert decode(data, charset, "OM1(1)") == text


@pytest.mark.parametrize("declared", [b"UNICODE UTF-16", b"UNICODE UTF-8~8859/1", b"\xff"])
def test_another_set_is_refused(declared: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        declared_charset(MSH + declared)
    assert refusal.value.code == "E02"


def test_the_first_undecodable_byte_is_located() -> None:
    with pytest.raises(Invalid) as refusal:
        decode(b"OM1|1|Glyc\xe9mie", Charset.UTF8, "OM1(1)")
    finding = refusal.value.findings[0]
    assert (finding.code, finding.path) == ("E02", "OM1(1)")
    assert "0xE9" in finding.message
    assert "octet 11" in finding.message

"""JSON is read strictly and written exactly."""

from decimal import Decimal

import pytest

from api.fhir.json import parse, serialise
from kernel.errors import Invalid


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"a": 1, "a": 2}',
        b'{"b": {"a": 1, "a": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xe9"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": "é"}'.encode("utf-16"),
        b'{"a": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"a": "\x07"}',
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b'{"a":' + b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_two_readers_could_take_differently_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        parse(body, "bad-parameter")
    assert refused.value.code == "bad-parameter"


def test_decimals_keep_every_digit() -> None:
    body = b'{"value":1.10,"low":0.180,"big":12345678901234567890.123,"count":7}'
    assert parse(body)["value"] == Decimal("1.10")
    assert serialise(parse(body)) == body

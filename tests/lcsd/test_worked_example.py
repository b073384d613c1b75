"""The worked example of the LCSD specification, byte for byte, in both directions."""

from datetime import datetime
from pathlib import Path

from hl7v2.batch import write_batch
from hl7v2.codec import Message, decode_message, encode_message, header
from lcsd.exchange_file import build_file, read_file
from lcsd.messages.control import Emission
from lcsd.publication import build_messages
from lcsd.rules.scope import Scope
from tests.lcsd.catalogues import CLOCK, PARIS, RECEIVER, WORKED_EXAMPLE

TEXT = (Path(__file__).parent / "data" / "worked_example.hl7").read_text("utf-8")
EXPECTED = ["MSH" + part.replace("\n", "\r") for part in TEXT.split("MSH")[1:]]


def built(second: int) -> list[str]:
    emission = Emission(WORKED_EXAMPLE, RECEIVER, datetime(2026, 7, 1, 8, 30, second, tzinfo=PARIS))
    return [encode_message(m) for m in build_messages(Scope(), emission)]


def test_the_three_messages_are_those_of_the_specification() -> None:
    sent_at = ("20260701083000+0200", "20260701083001+0200", "20260701083003+0200")
    for text, expected, instant in zip(built(0), EXPECTED, sent_at, strict=True):
        assert text == expected.replace(instant, sent_at[0], 1)


def test_the_messages_of_the_specification_read_as_the_catalogue() -> None:
    messages: list[Message] = [decode_message(m) for m in EXPECTED]
    data = write_batch(header("FHS", {3: "CATALOGUE"}), header("BHS", {3: "CATALOGUE", 11: "LBMA-v12"}), messages)
    read = read_file(data)
    assert read.catalogue == WORKED_EXAMPLE
    assert read.entries == {"M08": 4, "M09": 1, "M10": 1}
    assert read.warnings == ()


def test_the_file_carries_its_name_its_identifier_and_its_counts() -> None:
    name, data, _, _ = build_file(Emission(WORKED_EXAMPLE, RECEIVER, CLOCK.now()))
    lines = data.decode().split("\r")
    assert name == "LCSD_750000010_v12_20260701083000.hl7"
    assert lines[0] == f"FHS|^~\\&|CATALOGUE|750000010|DPI|750000002|20260701083000+0200||{name}||LBMA-v12"
    assert lines[1] == "BHS|^~\\&|CATALOGUE|750000010|DPI|750000002|20260701083000+0200||||LBMA-v12"
    assert lines[-3:] == ["BTS|3", "FTS|1", ""]

"""The laboratory of the examples, published, imported, and looked at by another HL7 parser."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from hl7v2.batch import read_batch
from hl7v2.codec import encode_message
from kernel import finess, loinc
from kernel.clock import FixedClock
from lcsd.exchange_file import publish, read_publication
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_catalogue_toml import load_lab_catalogue
from tests.lcsd.catalogues import RECEIVER

SOURCE = Path(__file__).parents[2] / "examples" / "lab-catalogue" / "laboratoire-exemple.toml"
CLOCK = FixedClock(datetime(2026, 7, 1, 6, 30, tzinfo=UTC))


@pytest.fixture(scope="module")
def catalogue() -> LabCatalogue:
    return load_lab_catalogue(SOURCE)


def test_it_says_that_it_is_fictional_and_every_code_is_well_formed(catalogue: LabCatalogue) -> None:
    assert "fictif" in SOURCE.read_text("utf-8").lower()
    assert finess.key_valid(catalogue.laboratory.finess)
    assert all(loinc.valid(e.loinc.code) for e in catalogue.exams if e.loinc)


def test_it_holds_the_exams_of_the_story_and_twenty_more(catalogue: LabCatalogue) -> None:
    assert len(catalogue.orderable) >= 25
    glucose, prolactin, count = (catalogue.exam(c) for c in ("GLYJ", "PRL", "NFS"))
    assert glucose is not None
    assert prolactin is not None
    assert count is not None
    assert glucose.containers[0].cap_colour == "gris"
    assert prolactin.required_information == ("DDR",)
    assert {"HB", "PLQ"} <= set(count.members)


def test_its_publication_reads_back_equal_with_no_error(catalogue: LabCatalogue, tmp_path: Path) -> None:
    done = publish(catalogue, tmp_path, RECEIVER, CLOCK)
    read = read_publication(done.path)
    assert read.catalogue == catalogue
    assert read.entries == done.entries
    assert set(done.entries) == {"M08", "M09", "M10", "M11"}


def test_another_parser_reads_the_same_messages(catalogue: LabCatalogue, tmp_path: Path) -> None:
    data = publish(catalogue, tmp_path, RECEIVER, CLOCK).path.read_bytes()
    for message in read_batch(data)[0].messages:
        text = encode_message(message)
        parsed = parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=True)
        report = tmp_path / "report.txt"
        assert parsed.validate(report_file=str(report))
        assert parsed.to_er7().strip("\r") == text.strip("\r")
        assert [line for line in report.read_text("utf-8").splitlines() if line.startswith("Error")] == []

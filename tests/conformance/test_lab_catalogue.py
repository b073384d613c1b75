"""The outside judge on a laboratory's catalogue in FHIR: the worked example, and the laboratory of the examples."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.fhir.json import serialise
from api.fhir.lab_catalogue.capability_statement import write_lab_capability_statement
from api.routes.lab_catalogue_fhir import READ_TYPES
from api.version import VERSION
from circuitbio.examples import lab_catalogue_file
from kernel.canonical import DEFAULT_BASE
from terminology.lab_catalogue_toml import load_lab_catalogue
from tests.api.fhir.test_lab_catalogue import ADDRESS, bundle_of
from tests.conformance.conftest import JudgeFixture
from tests.lcsd.catalogues import WORKED_EXAMPLE

pytestmark = pytest.mark.judge


def test_both_catalogues_and_the_statement_of_their_base_are_fhir_r4(fhir_judge: JudgeFixture, tmp_path: Path) -> None:
    at = datetime(2026, 7, 1, tzinfo=UTC)
    statement = write_lab_capability_statement("750000010", READ_TYPES, DEFAULT_BASE, ADDRESS, at, VERSION, cors=True)
    (tmp_path / "metadata.json").write_bytes(serialise(statement))
    for name, catalogue in (("worked", WORKED_EXAMPLE), ("example", load_lab_catalogue(lab_catalogue_file()))):
        (tmp_path / f"{name}.json").write_bytes(bundle_of(catalogue))
    verdict = fhir_judge(sorted(tmp_path.glob("*.json")))
    assert not verdict.refused, verdict.report

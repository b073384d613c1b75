"""The outside judge on a laboratory's catalogue in FHIR: the worked example, and the laboratory of the examples."""

from pathlib import Path

import pytest

from circuitbio.examples import lab_catalogue_file
from terminology.lab_catalogue_toml import load_lab_catalogue
from tests.api.fhir.test_lab_catalogue import bundle_of
from tests.conformance.conftest import JudgeFixture
from tests.lcsd.catalogues import WORKED_EXAMPLE

pytestmark = pytest.mark.judge


def test_both_catalogues_are_fhir_r4(fhir_judge: JudgeFixture, tmp_path: Path) -> None:
    for name, catalogue in (("worked", WORKED_EXAMPLE), ("example", load_lab_catalogue(lab_catalogue_file()))):
        (tmp_path / f"{name}.json").write_bytes(bundle_of(catalogue))
    verdict = fhir_judge(sorted(tmp_path.glob("*.json")))
    assert not verdict.refused, verdict.report

"""The judges as fixtures. One that this machine cannot run skips its tests with its reason."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.chromium import browser as browser
from tests.chromium import playwright as playwright
from tests.conformance import java, judge

JudgeFixture = Callable[[Sequence[Path]], judge.Verdict]


def _seated(seat: judge.Judge) -> JudgeFixture:
    try:
        java.class_path(seat.room)
    except java.JavaPartMissing as missing:
        pytest.skip(f"juge {seat.room} : {missing}")
    return seat


@pytest.fixture(scope="session")
def fhir_judge() -> JudgeFixture:
    """HAPI's FHIR R4 instance validator."""
    return _seated(judge.FHIR)


@pytest.fixture(scope="session")
def pdfa_judge() -> JudgeFixture:
    """veraPDF: PDF/A-1b, claimed and kept."""
    return _seated(judge.PDFA_1B)


@pytest.fixture(scope="session")
def cda_judge() -> JudgeFixture:
    """The CDA schema and the schematrons of the CI-SIS, for a prescription of biology."""
    return _seated_cda("order")


@pytest.fixture(scope="session")
def cda_file_judge() -> JudgeFixture:
    """The same for a document whose body is a file."""
    return _seated_cda("file")


def _seated_cda(kind: str) -> JudgeFixture:
    try:
        return _seated(judge.cda(kind))
    except java.JavaPartMissing as missing:
        pytest.skip(f"juge cda : {missing}")


@pytest.fixture(scope="session")
def lab51_judge() -> JudgeFixture:
    """IHE's conformance profiles of LAB-51, by HAPI HL7v2."""
    return _seated(judge.LAB51)


@pytest.fixture(scope="session")
def xds_judge() -> JudgeFixture:
    """The ebRIM 3.0 schema and the rules of XDS metadata (IHE ITI TF-3) for XDM, by IPF."""
    return _seated(judge.XDS)

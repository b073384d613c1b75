"""What a status means and allows: the table of prescription.md §9, row by row."""

from dataclasses import replace

import pytest

from kernel.ins import Ins, InsAuthority
from prescription.identity.status import Permissions, permissions, status_of
from prescription.people import IdentityAttribute, IdentityStatus
from tests.prescription.orders import PATIENT

REAL = replace(PATIENT, ins=Ins("279035121518989", InsAuthority.NIR))
DOUBTFUL, FICTIVE, HOMONYM = IdentityAttribute.DOUBTFUL, IdentityAttribute.FICTIVE, IdentityAttribute.HOMONYM
#                   matricule datamatrix  dmp   mssante patient-mail epu  binding
ALL = Permissions(True, True, True, True, True, True, True)
PROFESSIONALS = Permissions(False, False, False, True, False, True, False)
NOTHING = Permissions(False, False, False, False, False, False, False)


@pytest.mark.parametrize(
    ("insi", "document", "attributes", "status"),
    [
        (True, True, set(), "QUAL"),
        (False, True, set(), "VALI"),
        (True, False, set(), "RECUP"),
        (False, False, set(), "PROV"),
        (True, True, {HOMONYM}, "QUAL"),
        (True, True, {DOUBTFUL}, "PROV"),
        (True, True, {FICTIVE}, "PROV"),
        (True, True, {DOUBTFUL, HOMONYM}, "PROV"),
    ],
)
def test_the_status_says_where_the_identity_comes_from_and_what_it_was_checked_on(
    insi: bool, document: bool, attributes: set[IdentityAttribute], status: str
) -> None:
    assert status_of(from_insi=insi, high_trust_document=document, attributes=attributes) == status


@pytest.mark.parametrize("status", IdentityStatus)
def test_only_a_qualified_identity_carries_its_matricule(status: IdentityStatus) -> None:
    expected = ALL if status is IdentityStatus.QUALIFIED else PROFESSIONALS
    assert permissions(replace(REAL, status=status), production=True) == expected


def test_a_qualified_status_without_a_matricule_carries_none() -> None:
    assert permissions(replace(REAL, ins=None)) == PROFESSIONALS


def test_a_homonym_loses_nothing_and_a_doubtful_one_its_matricule() -> None:
    assert permissions(replace(REAL, attributes=frozenset({HOMONYM})), production=True) == ALL
    assert permissions(replace(REAL, attributes=frozenset({DOUBTFUL})), production=True) == PROFESSIONALS


@pytest.mark.parametrize(
    "patient", [replace(REAL, ins=None, status=IdentityStatus.PROVISIONAL, attributes=frozenset({FICTIVE})), PATIENT]
)
def test_in_production_a_fictive_or_test_identity_leaves_by_no_way(patient: object) -> None:
    assert permissions(patient, production=True) == NOTHING  # type: ignore[arg-type]
    assert permissions(patient).epu  # type: ignore[arg-type]


def test_an_unqualified_patient_is_written_to_by_exemption_only() -> None:
    provisional = replace(REAL, status=IdentityStatus.PROVISIONAL, ins=None)
    assert permissions(provisional, unqualified_patient_mail=True) == replace(PROFESSIONALS, patient_mail=True)

"""The status of an identity, and what each status allows to leave the software (prescription.md §9, seed 003 §3.2)."""

from collections.abc import Set
from dataclasses import dataclass

from prescription.people import IdentityAttribute, IdentityStatus, Patient

FORCED_PROVISIONAL = frozenset({IdentityAttribute.DOUBTFUL, IdentityAttribute.FICTIVE})
LEGAL_ATTRIBUTES: frozenset[frozenset[IdentityAttribute]] = frozenset(
    {
        frozenset(),
        *(frozenset({attribute}) for attribute in IdentityAttribute),
        frozenset({IdentityAttribute.DOUBTFUL, IdentityAttribute.HOMONYM}),
    }
)
"""The sets of attributes an identity may have: doubtful with homonym is the only pair."""
FROM_INSI = frozenset({IdentityStatus.QUALIFIED, IdentityStatus.RETRIEVED})


def status_of(
    *, from_insi: bool, high_trust_document: bool, attributes: Set[IdentityAttribute] = frozenset()
) -> IdentityStatus:
    """The status of an identity taken from INSi or not, checked on a high-trust document or not (RNIV)."""
    if attributes & FORCED_PROVISIONAL:
        return IdentityStatus.PROVISIONAL
    if high_trust_document:
        return IdentityStatus.QUALIFIED if from_insi else IdentityStatus.VALIDATED
    return IdentityStatus.RETRIEVED if from_insi else IdentityStatus.PROVISIONAL


@dataclass(frozen=True, slots=True)
class Permissions:
    """What may be done with an identity. `binding`: the EPU base may bind the order to the INS."""

    matricule: bool
    datamatrix: bool
    dmp: bool
    professional_mail: bool
    patient_mail: bool
    epu: bool
    binding: bool


def permissions(patient: Patient, *, production: bool = False, unqualified_patient_mail: bool = False) -> Permissions:
    """What the status and the attributes allow. In production a fictive or test identity leaves by no way.

    `unqualified_patient_mail`: the exemption of the pre-admission (setting ALLOW_UNQUALIFIED_PATIENT_MAIL).
    """
    test = patient.ins is not None and not patient.ins.authority.is_real
    leaves = not (production and (IdentityAttribute.FICTIVE in patient.attributes or test))
    carried = leaves and patient.shows_ins and not patient.attributes & FORCED_PROVISIONAL
    return Permissions(
        matricule=carried,
        datamatrix=carried,
        dmp=carried,
        professional_mail=leaves,
        patient_mail=leaves and (carried or unqualified_patient_mail),
        epu=leaves,
        binding=carried,
    )

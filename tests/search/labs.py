"""Catalogues of laboratories made by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime

from kernel import loinc as loinc_system
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue, LabExam, Laboratory
from terminology.lab_catalogue_systems import NABM

PARIS, LYON = "750000010", "690000013"
IN_FORCE = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)


def lab_exam(
    code: str,
    label: str,
    *,
    other: Sequence[str] = (),
    mnemonic: str = "",
    loinc: str | None = None,
    nabm: Sequence[str] = (),
    orderable: bool = True,
) -> LabExam:
    return LabExam(
        local_code=code,
        label=label,
        loinc=Coding(loinc_system.SYSTEM, loinc, "") if loinc else None,
        nabm=tuple(Coding(NABM, act, "") for act in nabm),
        synonyms=tuple(other),
        mnemonic=mnemonic,
        orderable=orderable,
    )


def catalogue(*exams: LabExam, finess: str = PARIS, version: int = 1) -> LabCatalogue:
    return LabCatalogue(Laboratory(finess, "Laboratoire d'essai", "ESSAI"), version, IN_FORCE, exams)

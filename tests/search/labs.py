"""Catalogues of laboratories made by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime

from kernel import loinc as loinc_system
from terminology.coding import Coding
from terminology.lab_catalogue import Container, LabCatalogue, LabExam, Laboratory
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
    specimen: Coding | None = None,
    orderable: bool = True,
) -> LabExam:
    return LabExam(
        local_code=code,
        label=label,
        loinc=Coding(loinc_system.SYSTEM, loinc, "") if loinc else None,
        nabm=tuple(Coding(NABM, act, "") for act in nabm),
        synonyms=tuple(other),
        mnemonic=mnemonic,
        containers=(Container("Tube sec", specimen=specimen),) if specimen else (),
        orderable=orderable,
    )


def catalogue(*exams: LabExam, finess: str = PARIS, version: int = 1) -> LabCatalogue:
    return LabCatalogue(Laboratory(finess, "Laboratoire d'essai", "ESSAI"), version, IN_FORCE, exams)


class Catalogues:
    """The catalogues in force, as the base keeps them; `read` are those that were read whole, in turn."""

    def __init__(self, *catalogues: LabCatalogue) -> None:
        self.read: list[str] = []
        self._kept: dict[str, LabCatalogue] = {}
        for one in catalogues:
            self.replace(one)

    def replace(self, catalogue: LabCatalogue) -> None:
        self._kept[catalogue.laboratory.finess] = catalogue

    def catalogue_version(self, finess: str) -> int | None:
        kept = self._kept.get(finess)
        return kept.version if kept else None

    def lab_catalogue(self, finess: str) -> LabCatalogue | None:
        kept = self._kept.get(finess)
        if kept is not None:
            self.read.append(finess)
        return kept

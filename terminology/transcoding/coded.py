"""The laboratory's catalogue with its validated codes in it: what LCSD publishes (terminology.md §7.5)."""

from collections.abc import Iterable
from dataclasses import replace

from kernel import loinc
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue, LabExam
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.transcoding.mapping import Mapping, MappingKey, MappingKind


def coded_catalogue(catalogue: LabCatalogue, mappings: Iterable[Mapping]) -> LabCatalogue:
    """The catalogue, each exam with the codes that were validated for it and no other.

    A LOINC becomes the exam's code. A waiting code stands beside its acts, where LCSD sends it (OM1-7), never as its
    code; a local target adds nothing. Two exams with the same LOINC: the first keeps the preferred key (lcsd.md §4).
    Where the assistant has decided nothing, what the catalogue said stays.
    """
    targets = {m.key: m for m in mappings}
    exams: list[LabExam] = []
    preferred: set[str] = set()
    for exam in catalogue.exams:
        coded = _with_answers(_with_techniques(_with_code(exam, targets), targets), targets)
        code = coded.loinc
        if code is not None and coded.loinc_preferred:
            coded = replace(coded, loinc_preferred=code.code not in preferred)
            preferred.add(code.code)
        exams.append(coded)
    return replace(catalogue, exams=tuple(exams))


def _with_code(exam: LabExam, mappings: dict[MappingKey, Mapping]) -> LabExam:
    mapping = mappings.get(MappingKey(exam.local_code))
    if mapping is None:
        return exam
    target = mapping.in_force
    if target is None or target.system == LOCAL_SYSTEM:
        return replace(exam, loinc=None)
    if target.system == loinc.SYSTEM:
        return replace(exam, loinc=target)
    return replace(exam, loinc=None, nabm=(*exam.nabm, target))


def _with_techniques(exam: LabExam, mappings: dict[MappingKey, Mapping]) -> LabExam:
    return replace(exam, techniques=tuple(_coded(exam, MappingKind.TECHNIQUE, t, mappings) for t in exam.techniques))


def _with_answers(exam: LabExam, mappings: dict[MappingKey, Mapping]) -> LabExam:
    def coded(answers: tuple[Coding, ...]) -> tuple[Coding, ...]:
        return tuple(_coded(exam, MappingKind.QUALITATIVE, answer, mappings) for answer in answers)

    return replace(
        exam,
        normal_answers=coded(exam.normal_answers),
        abnormal_answers=coded(exam.abnormal_answers),
        critical_answers=coded(exam.critical_answers),
    )


def _coded(exam: LabExam, kind: MappingKind, local: Coding, mappings: dict[MappingKey, Mapping]) -> Coding:
    mapping = mappings.get(MappingKey(exam.local_code, kind, local.code))
    return (mapping.in_force if mapping else None) or local

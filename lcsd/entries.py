"""From exams to entries and back: what v2.5 can only say with two entries is split, and gathered on import.

`lcsd.md` §2 and §4.1. A numeric exam with two containers, or a calculated exam that can be ordered, becomes a
battery of one member keyed `<code>.R`; several items of required clinical information become a battery
`RC-<code>`. `gather(split(exams)) == exams`: the two forms of code are reserved (`reserved_codes`).
"""

from collections.abc import Sequence
from dataclasses import replace

from lcsd.master_files import MasterFile, master_file
from terminology.lab_catalogue import LabExam, Nature

RESULT_SUFFIX = ".R"
INFORMATION_PREFIX = "RC-"


def needs_result_entry(exam: LabExam) -> bool:
    """Whether the exam must travel as a battery of one, M08 and M11 having no room for its containers."""
    file = master_file(exam)
    return (file is MasterFile.NUMERIC and len(exam.containers) > 1) or (
        file is MasterFile.CALCULATED and exam.orderable
    )


def split(exams: Sequence[LabExam]) -> tuple[LabExam, ...]:
    """The exams as entries; those added come last, in the order of the exams they serve."""
    results = {e.local_code for e in exams if needs_result_entry(e)}
    entries: list[LabExam] = []
    added: list[LabExam] = []
    for exam in exams:
        entry = exam
        if exam.nature is not Nature.SUPERSET:
            entry = replace(entry, members=tuple(m + RESULT_SUFFIX if m in results else m for m in exam.members))
        if exam.local_code in results:
            added.append(_result_of(exam))
            entry = _ordered_part(exam)
        if len(exam.required_information) > 1:
            added.append(_information_of(exam))
            entry = replace(entry, required_information=(INFORMATION_PREFIX + exam.local_code,))
        entries.append(entry)
    return (*entries, *added)


def gather(entries: Sequence[LabExam]) -> tuple[LabExam, ...]:
    """The exams behind the entries of a publication, ours or another's."""
    by_code = {e.local_code: e for e in entries}
    merged: dict[str, str] = {}
    dropped: set[str] = set()
    exams: list[LabExam] = []
    for entry in entries:
        result = by_code.get(entry.local_code + RESULT_SUFFIX)
        if result is not None and entry.members == (result.local_code,):
            merged[result.local_code] = entry.local_code
            entry = _with_result(entry, result)
        group = by_code.get(INFORMATION_PREFIX + entry.local_code)
        if group is not None and entry.required_information == (group.local_code,) and group.members:
            dropped.add(group.local_code)
            entry = replace(entry, required_information=group.members)
        exams.append(entry)
    return tuple(
        replace(e, members=tuple(merged.get(m, m) for m in e.members)) if e.members else e
        for e in exams
        if e.local_code not in merged and e.local_code not in dropped
    )


def reserved_codes(exams: Sequence[LabExam]) -> tuple[LabExam, ...]:
    """Exams whose local code is the one an entry added by `split` would take."""
    codes = {e.local_code for e in exams}
    return tuple(
        e
        for e in exams
        if (e.local_code.endswith(RESULT_SUFFIX) and e.local_code.removesuffix(RESULT_SUFFIX) in codes)
        or (e.local_code.startswith(INFORMATION_PREFIX) and e.local_code.removeprefix(INFORMATION_PREFIX) in codes)
    )


def _result_of(exam: LabExam) -> LabExam:
    return LabExam(
        local_code=exam.local_code + RESULT_SUFFIX,
        label=exam.label,
        loinc=exam.loinc,
        loinc_preferred=exam.loinc is None,
        value_types=exam.value_types,
        specimen_required=exam.specimen_required,
        orderable=False,
        nature=exam.nature,
        chapter=exam.chapter,
        measure=exam.measure,
        answer_list=exam.answer_list,
        normal_answers=exam.normal_answers,
        abnormal_answers=exam.abnormal_answers,
        critical_answers=exam.critical_answers,
        derivation_rule=exam.derivation_rule,
    )


def _ordered_part(exam: LabExam) -> LabExam:
    return replace(
        exam,
        members=(exam.local_code + RESULT_SUFFIX,),
        value_types=(),
        measure=None,
        answer_list=None,
        normal_answers=(),
        abnormal_answers=(),
        critical_answers=(),
        derivation_rule="",
    )


def _with_result(entry: LabExam, result: LabExam) -> LabExam:
    return replace(
        entry,
        members=(),
        value_types=result.value_types,
        measure=result.measure,
        answer_list=result.answer_list,
        normal_answers=result.normal_answers,
        abnormal_answers=result.abnormal_answers,
        critical_answers=result.critical_answers,
        derivation_rule=result.derivation_rule,
    )


def _information_of(exam: LabExam) -> LabExam:
    return LabExam(
        local_code=INFORMATION_PREFIX + exam.local_code,
        label=f"Renseignements cliniques : {exam.label}"[:150],
        specimen_required=False,
        orderable=False,
        nature=Nature.SUPERSET,
        members=exam.required_information,
    )

"""OM3, categorical observation: answers and their sense (HL7 v2.5 ch. 8, `lcsd.md` §5).

OM3-3 takes one code only, which names the list; the answers themselves are in OM3-4 to OM3-6.
"""

from dataclasses import replace

from hl7v2.codec import Segment, segment
from lcsd.coding_systems import read_ce, write_ce
from lcsd.segments.values import read_codes, write_codes
from terminology.lab_catalogue import LabExam, ValueType


def has_answers(exam: LabExam) -> bool:
    """Whether the exam tells its possible answers."""
    return bool(exam.answer_list or exam.normal_answers or exam.abnormal_answers or exam.critical_answers)


def build_om3(sequence: int, exam: LabExam) -> Segment:
    """OM3 of an entry; it may hold its number and value type only."""
    return segment(
        "OM3",
        {
            1: str(sequence),
            3: write_ce(exam.answer_list),
            4: write_codes(exam.normal_answers),
            5: write_codes(exam.abnormal_answers),
            6: write_codes(exam.critical_answers),
            7: exam.value_types[0].value if len(exam.value_types) == 1 else "",
        },
    )


def with_om3(exam: LabExam, om3: Segment) -> LabExam:
    """The exam with its answers; OM3-7 counts only when OM1-3 is empty."""
    value_type = om3.text(7)
    return replace(
        exam,
        answer_list=read_ce(om3.first(3)),
        normal_answers=read_codes(om3, 4),
        abnormal_answers=read_codes(om3, 5),
        critical_answers=read_codes(om3, 6),
        value_types=exam.value_types or ((ValueType(value_type),) if value_type else ()),
    )

"""Answers the client already knows, put forward for the clinical information that lines lack (prescription.md §2.2)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prescription.clinical_information import missing_information
from prescription.context import Answer
from prescription.line import Line
from prescription.prescription import Prescription
from prescription.rules.rule import RuleContext
from terminology.request_code import Obligation


@dataclass(frozen=True, slots=True)
class Proposed:
    """Answers for one line, to be taken or not by the prescriber."""

    line: Line
    answers: tuple[Answer, ...]

    def __repr__(self) -> str:
        return f"Proposed({len(self.answers)} answers)"


def prefill(prescription: Prescription, known: Iterable[Answer], context: RuleContext) -> Iterator[Proposed]:
    """For each line, what is asked for, not answered, and known."""
    held = {answer.question: answer for answer in known}
    for line in prescription.lines:
        request = context.request(line)
        if request is None:
            continue
        missing = [
            item.code
            for obligation in Obligation
            for item in missing_information(line, request, prescription.patient.sex, obligation)
        ]
        if answers := tuple(held[code] for code in dict.fromkeys(missing) if code in held):
            yield Proposed(line, answers)

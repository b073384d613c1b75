"""The label of a coded line: the release's own, frozen at signing; what the prescriber saw is kept beside it."""

from dataclasses import replace

from kernel.text import compact
from prescription.line import CodedExam, Line
from prescription.prescription import Prescription
from terminology.catalogue import Catalogue
from terminology.request_code import RequestCode


def request_of(line: Line, catalogue: Catalogue) -> RequestCode | None:
    """The exam of a coded line in the release; None for free text, or a code it does not hold."""
    return catalogue.get(line.exam.code) if isinstance(line.exam, CodedExam) else None


def with_release_labels(prescription: Prescription, catalogue: Catalogue) -> Prescription:
    """The order with each display replaced by the label of the release (interface.md §2, `code`)."""
    return replace(prescription, lines=tuple(with_release_label(line, catalogue) for line in prescription.lines))


def with_release_label(line: Line, catalogue: Catalogue) -> Line:
    """One line with the label of the release; a line whose code the release does not hold stays as it is."""
    exam, request = line.exam, request_of(line, catalogue)
    if request is None or not isinstance(exam, CodedExam):
        return line
    as_seen = exam.as_seen or exam.display or None
    if as_seen is not None and compact(as_seen) == compact(request.display):
        as_seen = None
    if (exam.display, exam.as_seen) == (request.display, as_seen):
        return line
    return replace(line, exam=replace(exam, display=request.display, as_seen=as_seen))

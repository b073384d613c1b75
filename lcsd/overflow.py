"""Texts longer than the IHE profile allows (`lcsd.md` §4.2): cut in their field, whole in OM1-32, joined on import.

OM1-9 and OM1-10 are shortened; OM1-6, OM1-37 and OM1-39 are cut at a sentence and marked ` […]`. The full text goes
to OM1-32 under a French heading, so that `rejoin(shorten(exam)) == exam`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hl7v2.escapes import characters, escape
from terminology.lab_catalogue import LabExam

CUT_MARK = " […]"


@dataclass(frozen=True, slots=True)
class LimitedText:
    """A text field of OM1 with a length: its number, its limit on the wire, the heading of its overflow."""

    field: int
    limit: int
    heading: str
    read: Callable[[LabExam], str]
    write: Callable[[LabExam, str], LabExam]
    marked: bool = True


LIMITED = (
    LimitedText(6, 200, "Description", lambda e: e.purpose, lambda e, t: replace(e, purpose=t)),
    LimitedText(
        37, 200, "Préparation", lambda e: e.patient_preparation, lambda e, t: replace(e, patient_preparation=t)
    ),
    LimitedText(39, 200, "Facteurs", lambda e: e.factors, lambda e, t: replace(e, factors=t)),
    LimitedText(
        9, 30, "Libellé d'édition", lambda e: e.printed_label, lambda e, t: replace(e, printed_label=t), marked=False
    ),
    LimitedText(10, 8, "Abrégé", lambda e: e.mnemonic, lambda e, t: replace(e, mnemonic=t), marked=False),
)


def wire_length(text: str) -> int:
    """Characters the text takes once escaped."""
    return characters(escape(text))


def shorten(exam: LabExam) -> tuple[LabExam, tuple[LimitedText, ...]]:
    """The exam with every limited text within its length, and the texts whose overflow went to OM1-32."""
    moved = tuple(t for t in LIMITED if wire_length(t.read(exam)) > t.limit)
    sections = [exam.interpretation] if exam.interpretation else []
    for text in moved:
        full = text.read(exam)
        sections.append(f"{text.heading} : {full}")
        exam = text.write(exam, cut(full, text))
    return (replace(exam, interpretation="\n".join(sections)) if moved else exam), moved


def rejoin(exam: LabExam) -> LabExam:
    """The exam with the texts found whole at the end of OM1-32 put back in their place."""
    for text in reversed(LIMITED):
        found = _section(exam, text)
        if found is not None:
            rest, full = found
            exam = replace(text.write(exam, full), interpretation=rest)
    return exam


def cut(full: str, text: LimitedText) -> str:
    """`full` within the limit: at the end of a sentence or of a word when there is one in the second half."""
    mark = CUT_MARK if text.marked else ""
    room = text.limit - len(mark)
    end = min(len(full), room)
    while wire_length(full[:end]) > room:
        end -= 1
    kept = full[:end]
    if text.marked:
        sentence = max(kept.rfind(sign) for sign in (". ", "; ", "\n")) + 1
        if sentence > end // 2:
            return kept[:sentence].rstrip() + mark
    if end < len(full) and not full[end].isspace():
        word = kept.rfind(" ")
        kept = kept[:word] if word > end // 2 else kept
    return kept.rstrip() + mark


def _section(exam: LabExam, text: LimitedText) -> tuple[str, str] | None:
    """OM1-32 before the last section of this heading, and that section, when its cut is what the field holds."""
    shown = text.read(exam)
    heading = f"{text.heading} : "
    notes = exam.interpretation
    if not shown or (text.marked and not shown.endswith(CUT_MARK)):
        return None
    start = len(notes)
    while (start := notes.rfind(heading, 0, start)) >= 0:
        if start == 0 or notes[start - 1] == "\n":
            full = notes[start + len(heading) :]
            if wire_length(full) > text.limit and cut(full, text) == shown:
                return notes[: max(start - 1, 0)], full
    return None

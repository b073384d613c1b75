"""From a full order to what the anonymous base may know (prescription.md §4).

The patient becomes a sex and an age; helpers and payers are left out; the patient's matricule, telephone
numbers, e-mail addresses and full name are struck out of every free text, and the prescriber is told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kernel.calendar import months_between, years_between
from kernel.findings import Finding
from kernel.text import fold
from prescription.context import Answer, TextAnswer
from prescription.line import CodedExam, FreeTextExam, Instruction, Line, Precondition, ResultReturn
from prescription.people import AnonymousPatient, Helper, Patient
from prescription.prescription import Prescription
from prescription.rules.rule import line_path, warning

STRUCK = "[…]"
_MONTHS_UNDER_YEARS = 3
_NATIONAL_DIGITS = 9
_SEPARATOR = r"[\s.\-/]{0,2}"


def age_at(birth: date, day: date) -> tuple[int, str]:
    """Age and its UCUM unit: years (`a`), or months (`mo`) under three years. Never below zero."""
    years = years_between(birth, day)
    if years >= _MONTHS_UNDER_YEARS:
        return years, "a"
    return max(months_between(birth, day), 0), "mo"


def anonymise(prescription: Prescription, today: date) -> tuple[Prescription, tuple[Finding, ...]]:
    """The anonymous order, and a W-TEXT-TRAIT for each text that had to be changed. Idempotent."""
    patient = prescription.patient
    if isinstance(patient, AnonymousPatient):
        return prescription, ()
    day = prescription.authored_on.date() if prescription.authored_on else today
    age = age_at(patient.birth_date.earliest, day) if patient.birth_date else (None, "a")
    eraser = TraitEraser.of(patient, prescription.helpers)
    found: list[Finding] = []
    anonymous = replace(
        prescription,
        patient=AnonymousPatient(patient.sex, *age),
        helpers=(),
        lines=tuple(_line(line, eraser, found) for line in prescription.lines),
        general_context=eraser.instructions(prescription.general_context, "general_context", found),
        result_returns=eraser.returns(prescription.result_returns, "result_returns", found),
    )
    return anonymous, tuple(found)


def _line(line: Line, eraser: "TraitEraser", found: list[Finding]) -> Line:
    def strike(text: str | None, element: str) -> str | None:
        return None if text is None else eraser.strike(text, line_path(line, element), found)

    exam = line.exam
    if isinstance(exam, FreeTextExam):
        exam = FreeTextExam(strike(exam.text, "exam") or "")
    elif isinstance(exam, CodedExam):
        exam = replace(exam, display=strike(exam.display, "exam") or "", as_seen=strike(exam.as_seen, "exam"))
    return replace(
        line,
        exam=exam,
        coverages=(),
        work_accident_detail=strike(line.work_accident_detail, "work_accident_detail"),
        clinical_context=strike(line.clinical_context, "clinical_context"),
        detail=strike(line.detail, "detail"),
        note=strike(line.note, "note"),
        patient_instruction_text=strike(line.patient_instruction_text, "patient_instruction_text"),
        answers=tuple(_answer(answer, line, eraser, found) for answer in line.answers),
        sampling_instructions=eraser.instructions(
            line.sampling_instructions, line_path(line, "sampling_instructions"), found
        ),
        patient_instructions=eraser.instructions(
            line.patient_instructions, line_path(line, "patient_instructions"), found
        ),
        preconditions=tuple(
            Precondition(strike(p.text, "preconditions") or "", p.not_after) for p in line.preconditions
        ),
        result_returns=eraser.returns(line.result_returns, line_path(line, "result_returns"), found),
    )


def _answer(answer: Answer, line: Line, eraser: "TraitEraser", found: list[Finding]) -> Answer:
    if not isinstance(answer.value, TextAnswer):
        return answer
    return replace(answer, value=TextAnswer(eraser.strike(answer.value.text, line_path(line, "answers"), found)))


@dataclass(frozen=True, slots=True)
class TraitEraser:
    """Finds the traits of one patient in a text, whatever their case, accents or spacing."""

    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, patient: Patient, helpers: tuple[Helper, ...]) -> "TraitEraser":
        """An eraser for the patient's and the helpers' own traits. A lone surname is left: it may be a word."""
        sources = [*_matricule(patient)]
        for telecom in (patient.telecom, *(helper.telecom for helper in helpers)):
            for point in telecom:
                sources += _telephone(point.value) if point.system in ("phone", "sms", "fax") else [_word(point.value)]
        for given, family in _full_names(patient, helpers):
            sources += [_word(f"{given} {family}"), _word(f"{family} {given}")]
        return cls(tuple(re.compile(source) for source in sources if source))

    def strike(self, text: str, path: str, found: list[Finding]) -> str:
        """`text` with every trait replaced by `[…]`; a finding is added when there was one."""
        folded, origin = _fold_with_origin(text)
        spans = sorted(match.span() for pattern in self.patterns for match in pattern.finditer(folded))
        if not spans:
            return text
        found.append(
            warning(
                "W-TEXT-TRAIT",
                "Ce texte contenait un trait d'identité du patient, remplacé par […] dans la base anonyme.",
                "L'ordonnance imprimée garde le texte entier.",
                path,
            )
        )
        kept: list[str] = []
        at = 0
        for start, end in spans:
            if origin[start] >= at:
                kept += [text[at : origin[start]], STRUCK]
            at = max(at, origin[end - 1] + 1)
        return "".join([*kept, text[at:]])

    def instructions(self, parts: tuple[Instruction, ...], path: str, found: list[Finding]) -> tuple[Instruction, ...]:
        """The instructions with their texts struck."""
        return tuple(replace(part, text=self.strike(part.text, path, found)) for part in parts)

    def returns(self, channels: tuple[ResultReturn, ...], path: str, found: list[Finding]) -> tuple[ResultReturn, ...]:
        """The channels with their notes and values struck: the patient's own telephone is a trait too."""
        return tuple(
            replace(
                channel,
                contact=replace(channel.contact, value=self.strike(channel.contact.value, path, found)),
                note=None if channel.note is None else self.strike(channel.note, path, found),
            )
            for channel in channels
        )


def _fold_with_origin(text: str) -> tuple[str, Sequence[int]]:
    if text.isascii():
        return text.lower(), range(len(text))
    folded: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for piece in fold(character):
            folded.append(piece)
            origin.append(place)
    return "".join(folded), origin


def _word(text: str) -> str:
    words = [re.escape(word) for word in re.split(r"[\s\-'’]+", fold(text)) if word]
    return r"(?<!\w)" + r"[\s\-'’]+".join(words) + r"(?!\w)" if words else ""


def _digits(digits: str, tail: str = "") -> str:
    return r"(?<!\d)" + _SEPARATOR.join(re.escape(d) for d in digits) + tail + r"(?!\d)"


def _matricule(patient: Patient) -> Iterator[str]:
    if patient.ins is not None:
        body, key = patient.ins.matricule[:13].lower(), patient.ins.matricule[13:]
        yield _digits(body, f"(?:{_SEPARATOR}{_SEPARATOR.join(key)})?")


def _telephone(value: str) -> list[str]:
    digits = re.sub(r"\D", "", value)
    if len(digits) < _NATIONAL_DIGITS:
        return [_word(value)]
    national = digits[-_NATIONAL_DIGITS:]
    prefix = rf"(?:0|\+?33{_SEPARATOR}(?:\(0\))?|0033){_SEPARATOR}"
    return [r"(?<!\d)(?:" + prefix + ")?" + _SEPARATOR.join(national) + r"(?!\d)"]


def _full_names(patient: Patient, helpers: tuple[Helper, ...]) -> Iterator[tuple[str, str]]:
    given = {*patient.birth_given_names, patient.first_birth_given_name, patient.used_given_name}
    given.add(" ".join(patient.birth_given_names))
    for family in (patient.birth_family_name, patient.used_family_name):
        yield from ((name, family) for name in given if name and family)
    for helper in helpers:
        if helper.family:
            yield from ((name, helper.family) for name in helper.given)

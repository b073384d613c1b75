"""From a full order to what the anonymous base may know (prescription.md §4).

The patient becomes a sex and an age; helpers and payers are left out; the patient's matricule, telephone
numbers, e-mail addresses and full name are struck out of every free text, and the prescriber is told.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from kernel.calendar import months_between, years_between
from kernel.findings import Finding
from kernel.ins import Ins
from kernel.text import fold
from prescription.context import Answer, TextAnswer
from prescription.line import CodedExam, FreeTextExam, Instruction, Line, Precondition, ResultReturn
from prescription.people import AnonymousPatient, Helper, Patient
from prescription.prescription import Prescription
from prescription.rules.rule import line_path, warning

_Value = TypeVar("_Value", Line, CodedExam)
STRUCK = "[…]"
_MONTHS_UNDER_YEARS = 3
_NATIONAL_DIGITS = 9
_SEPARATOR = r"[\s.\-/]{0,2}"
_GAP = re.compile(r"[\s\-'’]+")


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
        seen = {"display": strike(exam.display, "exam") or "", "as_seen": strike(exam.as_seen, "exam")}
        exam = _changed(exam, seen)
    kept = {
        "exam": exam,
        "coverages": (),
        "work_accident_detail": strike(line.work_accident_detail, "work_accident_detail"),
        "clinical_context": strike(line.clinical_context, "clinical_context"),
        "detail": strike(line.detail, "detail"),
        "note": strike(line.note, "note"),
        "patient_instruction_text": strike(line.patient_instruction_text, "patient_instruction_text"),
        "answers": tuple(_answer(answer, line, eraser, found) for answer in line.answers),
        "sampling_instructions": eraser.instructions(
            line.sampling_instructions, line_path(line, "sampling_instructions"), found
        ),
        "patient_instructions": eraser.instructions(
            line.patient_instructions, line_path(line, "patient_instructions"), found
        ),
        "preconditions": tuple(
            Precondition(strike(p.text, "preconditions") or "", p.not_after) for p in line.preconditions
        ),
        "result_returns": eraser.returns(line.result_returns, line_path(line, "result_returns"), found),
    }
    return _changed(line, kept)


def _changed(value: _Value, kept: Mapping[str, object]) -> _Value:
    """The value with these members; itself, as nearly always, when none is another."""
    others: dict[str, Any] = {name: member for name, member in kept.items() if member is not getattr(value, name)}
    return replace(value, **others) if others else value


def _answer(answer: Answer, line: Line, eraser: "TraitEraser", found: list[Finding]) -> Answer:
    if not isinstance(answer.value, TextAnswer):
        return answer
    return replace(answer, value=TextAnswer(eraser.strike(answer.value.text, line_path(line, "answers"), found)))


@dataclass(frozen=True, slots=True)
class _Trait:
    """One trait, in the ways it may be written. It is nowhere in a folded text without `sign`: its patterns, which cost
    more to make than all else here, are made for a text that holds it."""

    sign: str
    ways: tuple[str, ...]
    pattern: Callable[[str], str]

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a text."""
        if self.sign in folded:
            for way in self.ways:
                yield from (match.span() for match in re.finditer(self.pattern(way), folded))


@dataclass(frozen=True, slots=True)
class TraitEraser:
    """Finds the traits of one patient in a text, whatever their case, accents or spacing."""

    traits: tuple[_Trait, ...]

    @classmethod
    def of(cls, patient: Patient, helpers: tuple[Helper, ...]) -> "TraitEraser":
        """An eraser for the patient's and the helpers' own traits. A lone surname is left: it may be a word."""
        traits = [] if patient.ins is None else [_matricule(patient.ins)]
        for telecom in (patient.telecom, *(helper.telecom for helper in helpers)):
            for point in telecom:
                traits.append(
                    _telephone(point.value) if point.system in ("phone", "sms", "fax") else _written(point.value)
                )
        for given, family in _full_names(patient, helpers):
            traits.append(_written(f"{given} {family}", f"{family} {given}"))
        return cls(tuple(trait for trait in traits if trait.sign))

    def strike(self, text: str, path: str, found: list[Finding]) -> str:
        """`text` with every trait replaced by `[…]`; a finding is added when there was one."""
        folded = fold(text)
        spans = sorted(span for trait in self.traits for span in trait.spans(folded))
        if not spans:
            return text
        origin = _origin(text)
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


def _origin(text: str) -> Sequence[int]:
    """For each character of the folded text, the place of the one it comes from."""
    if text.isascii():
        return range(len(text))
    return [place for place, character in enumerate(text) for _ in fold(character)]


def _words(text: str) -> list[str]:
    return [word for word in _GAP.split(fold(text)) if word]


def _written(*ways: str) -> _Trait:
    """Words in a row; all ways have the same."""
    return _Trait(next(reversed(_words(ways[0])), ""), ways, _in_a_row)


def _in_a_row(text: str) -> str:
    return r"(?<!\w)" + _GAP.pattern.join(map(re.escape, _words(text))) + r"(?!\w)"


def _digits(digits: str, tail: str = "") -> str:
    return r"(?<!\d)" + _SEPARATOR.join(re.escape(d) for d in digits) + tail + r"(?!\d)"


def _matricule(ins: Ins) -> _Trait:
    return _Trait(ins.matricule[0].lower(), (ins.matricule.lower(),), _in_groups)


def _in_groups(matricule: str) -> str:
    body, key = matricule[:13], matricule[13:]
    return _digits(body, f"(?:{_SEPARATOR}{_SEPARATOR.join(key)})?")


def _telephone(value: str) -> _Trait:
    digits = re.sub(r"\D", "", value)
    if len(digits) < _NATIONAL_DIGITS:
        return _written(value)
    national = digits[-_NATIONAL_DIGITS:]
    return _Trait(national[0], (national,), _dialled)


def _dialled(national: str) -> str:
    prefix = rf"(?:0|\+?33{_SEPARATOR}(?:\(0\))?|0033){_SEPARATOR}"
    return r"(?<!\d)(?:" + prefix + ")?" + _SEPARATOR.join(national) + r"(?!\d)"


def _full_names(patient: Patient, helpers: tuple[Helper, ...]) -> Iterator[tuple[str, str]]:
    given = {*patient.birth_given_names, patient.first_birth_given_name, patient.used_given_name}
    given.add(" ".join(patient.birth_given_names))
    for family in (patient.birth_family_name, patient.used_family_name):
        yield from ((name, family) for name in given if name and family)
    for helper in helpers:
        if helper.family:
            yield from ((name, helper.family) for name in helper.given)

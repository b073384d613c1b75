"""What the patient sheet says, whether it becomes a PDF or a page of HTML (printing.md §10).

Only what a patient needs in order to come prepared: never the clinical context, an answer, a target, an ALD, a note of
the prescriber, nor the name of a laboratory.
"""

from dataclasses import dataclass
from datetime import date

from prescription.epu_code import EpuCode
from prescription.line import Line
from prescription.people import IdentityAttribute, Patient
from prescription.prescription import Prescription
from printing import patient_wording as wording
from printing.contacts import contact
from printing.french import capitalised, long_date, typeset
from printing.line_block import exam_name
from printing.options import PrintOptions
from printing.page_furniture import reprint_mention
from printing.patient_advice import advice_of
from printing.patient_schedule import ticks_of
from printing.recurrence import rhythm_in_words
from terminology.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class SheetExam:
    """One exam: its name, a loud `warning` or none, what to know of it, a box to tick for each time it is done."""

    name: str
    warning: str
    remarks: tuple[str, ...]
    ticks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatientSheet:
    """The whole sheet in reading order. `notices` come first and loud; `code` is None when no code may be shown, then
    `without_code` says what to do, if anything may be done with this paper."""

    head: tuple[str, ...]
    notices: tuple[str, ...]
    code: EpuCode | None
    without_code: str
    exams: tuple[SheetExam, ...]
    advice: tuple[str, ...]
    bring_title: str
    bring: tuple[str, ...]
    ways: tuple[str, ...]
    prescriber: tuple[str, ...]
    privacy: tuple[str, ...]
    foot: str


def patient_sheet(
    prescription: Prescription, patient: Patient, catalogue: Catalogue, options: PrintOptions
) -> PatientSheet:
    """The sheet of an order that may be printed."""
    usable = not options.draft and not prescription.cancelled
    code = prescription.epu_code if usable else None
    signed = prescription.authored_on
    return PatientSheet(
        head=_head(prescription, patient),
        notices=_notices(prescription, patient, options),
        code=code,
        without_code=wording.NO_CODE if usable and code is None else "",
        exams=tuple(_exam(line, catalogue, signed.date() if signed else None) for line in prescription.lines),
        advice=advice_of(prescription, catalogue),
        bring_title=wording.PREPARE if prescription.home_sampling else wording.BRING,
        bring=wording.TO_BRING,
        ways=wording.FOUR_WAYS if code else wording.PAPER_ONLY if usable else (),
        prescriber=_prescriber(prescription),
        privacy=_privacy(prescription, options),
        foot=" – ".join([wording.NAME, _order(prescription), *reprint_mention(options)]),
    )


def _head(prescription: Prescription, patient: Patient) -> tuple[str, ...]:
    given = patient.used_given_name or next(iter(patient.birth_given_names), "")
    family = (patient.used_family_name or patient.birth_family_name or "").upper()
    texts = [wording.FOR + " ".join(part for part in (given, family) if part)]
    texts.append(f"{_order(prescription)} – {prescription.author.practitioner.full_name}")
    validity = prescription.validity
    if validity and validity.end:
        texts.append(typeset(f"À utiliser de préférence avant le {long_date(validity.end)}"))
    return tuple(texts)


def _order(prescription: Prescription) -> str:
    signed = prescription.authored_on
    return f"Ordonnance du {long_date(signed)}" if signed else "Ordonnance non signée"


def _notices(prescription: Prescription, patient: Patient, options: PrintOptions) -> tuple[str, ...]:
    told = [
        (prescription.cancelled, wording.CANCELLED),
        (IdentityAttribute.FICTIVE in patient.attributes, wording.SPECIMEN),
        (options.draft, wording.DRAFT),
        (prescription.home_sampling, wording.HOME_SAMPLING),
    ]
    return (*reprint_mention(options), *(text for holds, text in told if holds))


def _exam(line: Line, catalogue: Catalogue, ordered: date | None) -> SheetExam:
    told = [
        (line.flags.non_reimbursable, wording.NOT_REIMBURSED),
        (line.flags.outside_nomenclature, wording.FREE_PRICE),
    ]
    remarks = [text for holds, text in told if holds]
    remarks += [capitalised(rhythm_in_words(line.recurrence))] if line.recurrence else []
    warning = wording.URGENT if line.urgent else ""
    return SheetExam(exam_name(line, catalogue)[0], warning, tuple(remarks), ticks_of(line, ordered))


def _prescriber(prescription: Prescription) -> tuple[str, ...]:
    person, place = prescription.author.practitioner, prescription.author.organization
    points = [*person.telecom, *(place.telecom if place else ())]
    numbers = [contact(point) for point in dict.fromkeys(points) if point.system == "phone"]
    return (" – ".join(part for part in (person.full_name, place.name if place else None, *numbers) if part),)


def _privacy(prescription: Prescription, options: PrintOptions) -> tuple[str, ...]:
    place = prescription.author.organization
    controller = (place.name if place else None) or prescription.author.practitioner.full_name
    given = options.privacy_notice
    text = wording.PRIVACY_TEXT.replace("{controller}", controller) if given is None else given
    return tuple(line for line in text.split("\n") if line.strip())

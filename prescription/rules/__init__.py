"""What is wrong with an order, and what the prescriber may want to know: one function a rule (prescription.md §1).

Errors exist only for what would make a false or unreadable order. Everything else is a warning or a piece of
information and never stops anything. All rules run, and all findings come back together, located by domain
paths (`line/<line id>/exam`, `patient.birth_date`); whoever read the order turns them into places of its form.
"""

from collections.abc import Sequence

from kernel.findings import Finding, most_severe_first
from prescription.line import Line
from prescription.people import AnonymousPatient, Practitioner, PractitionerRole, Sex
from prescription.prescription import Prescription
from prescription.rules import assistance, exams, lines, people
from prescription.rules.rule import Rule, RuleContext

RULES: tuple[Rule, ...] = (
    lines.has_a_line,
    people.has_an_author,
    people.names_the_patient,
    people.identity_is_coherent,
    lines.line_ids_differ,
    exams.loinc_is_well_formed,
    exams.label_fits_the_code,
    exams.code_is_in_the_release,
    lines.recurrence_is_possible,
    lines.texts_are_short_enough,
    exams.clinical_information_is_given,
    people.identity_is_sure,
    people.minor_has_a_representative,
    exams.specimen_is_usual,
    lines.urgent_results_can_be_returned,
    lines.target_is_usual,
    lines.flags_agree,
    exams.exam_is_asked_once,
    assistance.exams_are_not_within_others,
    assistance.interval_is_kept,
    assistance.sex_is_likely,
    lines.preconditions_hold,
)


OF_LINES: tuple[Rule, ...] = (
    exams.loinc_is_well_formed,
    exams.label_fits_the_code,
    exams.code_is_in_the_release,
    lines.recurrence_is_possible,
    lines.texts_are_short_enough,
    exams.specimen_is_usual,
    lines.target_is_usual,
    lines.flags_agree,
    exams.exam_is_asked_once,
    lines.preconditions_hold,
)
"""Those that hold of lines by themselves, whoever the patient and the author will be."""


def check(prescription: Prescription, context: RuleContext) -> tuple[Finding, ...]:
    """Every finding of every rule: errors first, then warnings, then information, each in the order of the lines."""
    return most_severe_first(finding for rule in RULES for finding in rule(prescription, context))


def check_lines(kept: Sequence[Line], context: RuleContext) -> tuple[Finding, ...]:
    """Every finding about lines that stand in no order: those of a basket."""
    nobody = Prescription(AnonymousPatient(Sex.UNKNOWN), PractitionerRole(Practitioner(None)), tuple(kept))
    return most_severe_first(finding for rule in OF_LINES for finding in rule(nobody, context))

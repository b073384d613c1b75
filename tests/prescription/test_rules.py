"""What refuses an order and what only warns, prescription.md §1."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kernel.findings import Severity
from kernel.partial_date import PartialDate
from prescription.context import Answer, AskedUnknown, DateAnswer
from prescription.line import (
    CodedExam,
    CodeKind,
    Flags,
    FreeTextExam,
    Line,
    PeriodUnit,
    Precondition,
    Recurrence,
    RecurrenceKind,
    Target,
)
from prescription.people import Helper, HelperRole, IdentityAttribute, IdentityStatus, Sex
from prescription.prescription import Prescription
from prescription.rules import check
from prescription.rules.rule import RuleContext
from tests.prescription.orders import AUTHOR, CATALOGUE, CONTEXT, NOW, PATIENT, PROLACTIN, line, line_id, order


def found(prescription: Prescription, context: RuleContext = CONTEXT) -> list[tuple[str, str]]:
    return [(f.code, f.severity.value) for f in check(prescription, context)]


def errors_of(prescription: Prescription, context: RuleContext = CONTEXT) -> set[str]:
    return {f.code for f in check(prescription, context) if f.severity is Severity.ERROR}


def test_the_order_of_the_source_documents_draws_only_a_warning_on_the_key_of_its_rpps() -> None:
    assert found(order()) == [("W-AUTHOR", "warning")]


def test_a_missing_last_menstruation_date_warns_on_the_line_and_never_blocks() -> None:
    prescription = order(line(1), line(2, PROLACTIN))
    clinical = [f for f in check(prescription, CONTEXT) if f.code == "W-CLIN"]
    assert [(f.path, f.severity) for f in clinical] == [(f"line/{line_id(2)}", Severity.WARNING)]
    assert not errors_of(prescription)


@pytest.mark.parametrize("value", [DateAnswer(PartialDate(2026, 11)), AskedUnknown()])
def test_an_answer_even_unknown_silences_it(value: DateAnswer | AskedUnknown) -> None:
    answered = line(2, PROLACTIN, answers=(Answer("date-dernieres-regles", value),))
    assert "W-CLIN" not in dict(found(order(answered)))


def test_a_man_is_not_asked_for_his_last_menses() -> None:
    assert "W-CLIN" not in dict(found(order(line(2, PROLACTIN), patient=replace(PATIENT, sex=Sex.MALE))))


@pytest.mark.parametrize("code", ["57022-7", "ABC", "57022", "7022-66"])
def test_a_malformed_loinc_is_an_error_on_its_line(code: str) -> None:
    wrong = replace(line(3), exam=CodedExam(CodeKind.LOINC, code))
    finding = next(f for f in check(order(wrong), CONTEXT) if f.code == "malformed-loinc")
    assert finding.path == f"line/{line_id(3)}/exam"


def test_a_label_that_is_only_that_of_another_code_is_an_error() -> None:
    swapped = replace(line(1), exam=CodedExam(CodeKind.LOINC, "57022-6", "prolactine"))
    seen = replace(line(1), exam=CodedExam(CodeKind.LOINC, "2842-3", "Prolactine", as_seen="nfs"))
    assert "label-of-other-code" in errors_of(order(swapped))
    assert "label-of-other-code" in errors_of(order(seen))


def test_a_label_nobody_knows_and_a_code_outside_the_release_only_warn() -> None:
    odd = replace(line(1), exam=CodedExam(CodeKind.LOINC, "57022-6", "Hémogramme du matin"))
    outside = replace(line(2), exam=CodedExam(CodeKind.LOINC, "718-7", "Hémoglobine"))
    codes = dict(found(order(odd, outside)))
    assert codes["W-LABEL"] == codes["W-CODE"] == "warning"
    assert not errors_of(order(odd, outside))


def test_synonyms_with_accents_and_case_are_labels_of_their_code() -> None:
    for label in ("NUMERATION FORMULE SANGUINE", "plaquette", "nfs"):
        named = replace(line(1), exam=CodedExam(CodeKind.LOINC, "57022-6", label))
        assert "W-LABEL" not in dict(found(order(named)))


def test_free_text_is_always_allowed_up_to_five_hundred_characters() -> None:
    assert not errors_of(order(Line(line_id(1), FreeTextExam("x" * 500))))
    assert errors_of(order(Line(line_id(1), FreeTextExam("x" * 501)))) == {"too-long"}


def test_an_order_without_line_author_name_or_birth_date_is_refused_all_at_once() -> None:
    nobody = replace(PATIENT, birth_family_name=None, birth_date=None)
    author = replace(AUTHOR, practitioner=replace(AUTHOR.practitioner, rpps=None))
    empty = Prescription(nobody, author, ())
    assert errors_of(empty) == {"no-line", "no-author", "no-patient-name", "no-birth-date"}


def test_a_line_id_names_one_line() -> None:
    assert "duplicate-line" in errors_of(order(line(1), line(1)))


@pytest.mark.parametrize(
    ("recurrence", "refused"),
    [
        (Recurrence(RecurrenceKind.RENEWABLE, Decimal(4), PeriodUnit.WEEK, count=6), False),
        (Recurrence(RecurrenceKind.RENEWABLE, Decimal(4), PeriodUnit.WEEK, until=date(2027, 7, 11)), False),
        (Recurrence(RecurrenceKind.RENEWABLE, Decimal(4), PeriodUnit.WEEK, count=1), True),
        (Recurrence(RecurrenceKind.RENEWABLE, Decimal(4), PeriodUnit.WEEK, count=100), True),
        (Recurrence(RecurrenceKind.RENEWABLE, Decimal(0), PeriodUnit.WEEK, count=2), True),
        (Recurrence(None, Decimal(4), PeriodUnit.WEEK, count=2), True),
        (Recurrence(RecurrenceKind.ITERATIVE, Decimal(4), PeriodUnit.WEEK), True),
    ],
)
def test_a_repetition_has_a_kind_an_interval_and_an_end(recurrence: Recurrence, refused: bool) -> None:
    assert ("recurrence" in errors_of(order(line(1, recurrence=recurrence)))) is refused


def test_contradictory_flags_an_odd_target_and_a_passed_condition_only_warn() -> None:
    odd = line(
        1,
        flags=Flags(ald=True, non_reimbursable=True, outside_nomenclature=True),
        target=Target(Decimal("2"), Decimal("9"), "INR"),
        preconditions=(Precondition("inutile après le 1er", NOW.date() - timedelta(days=1)),),
        urgent=True,
    )
    codes = dict(found(order(odd)))
    assert {"W-FLAGS", "W-HN", "W-TARGET", "W-PRECOND", "W-CHANNEL"} <= set(codes)
    assert not errors_of(order(odd))


def test_the_same_exam_twice_is_told() -> None:
    assert ("W-REDUND", "warning") in found(order(line(1), line(2)))


def test_a_minor_without_representative_is_told_and_a_partial_birth_date_is_a_date() -> None:
    child = replace(PATIENT, birth_date=PartialDate(2015))
    assert "W-REP" in dict(found(order(patient=child)))
    parent = Helper("PAT-TROIS", ("CLAUDE",), HelperRole.LEGAL_REPRESENTATIVE)
    assert "W-REP" not in dict(found(order(patient=child, helpers=(parent,))))


@pytest.mark.parametrize("status", [IdentityStatus.VALIDATED, IdentityStatus.RETRIEVED, IdentityStatus.PROVISIONAL])
def test_an_identity_that_is_not_qualified_informs(status: IdentityStatus) -> None:
    assert ("W-IDENT", "information") in found(order(patient=replace(PATIENT, status=status)))


def test_the_first_given_name_begins_the_list_hyphens_and_spaces_alike() -> None:
    alike = replace(PATIENT, birth_given_names=("MARIE LOUISE", "JEANNE"), first_birth_given_name="MARIE-LOUISE")
    assert "W-IDENT" not in dict(found(order(patient=alike)))
    assert ("W-IDENT", "warning") in found(order(patient=replace(PATIENT, first_birth_given_name="LOUISE")))


def test_a_doubtful_identity_must_be_provisional_and_without_matricule() -> None:
    doubtful = replace(PATIENT, attributes=frozenset({IdentityAttribute.DOUBTFUL}))
    assert errors_of(order(patient=doubtful)) == {"malformed-ins"}
    bare = replace(doubtful, status=IdentityStatus.PROVISIONAL, ins=None, sex=Sex.FEMALE)
    assert not errors_of(order(patient=bare))


def test_production_takes_no_test_identity() -> None:
    production = RuleContext(CATALOGUE, NOW.date(), production=True)
    assert errors_of(order(), production) == {"fictive-identity"}

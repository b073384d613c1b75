"""Sourced rules, history, prefilling, suggestions (prescription.md §2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kernel.errors import Invalid
from kernel.findings import Severity
from kernel.partial_date import PartialDate
from prescription.assistance.history import HistoryEntry, HistoryStatus
from prescription.assistance.prefill import prefill
from prescription.assistance.rule_file import COLUMNS, RuleKind, read_rules, shipped_rules
from prescription.assistance.suggestions import MOST, suggest
from prescription.context import Answer, DateAnswer, TextAnswer
from prescription.line import Line
from prescription.prescription import Prescription
from prescription.rules import check
from prescription.rules.rule import RuleContext
from prescription.starter_baskets import starter_baskets
from terminology.catalogue import Catalogue
from terminology.readers.starter import load_starter, load_starter_baskets
from terminology.request_code import RequestCode
from tests.prescription.orders import AUTHOR, PATIENT, line

STARTER = Catalogue(load_starter("https://circuit-biologie.invalid/fhir"))
TODAY = date(2026, 11, 26)
RULES = shipped_rules()
EAL, HDL, NFS, HBA1C, PSA = "24331-1", "14646-4", "57022-6", "4548-4", "2857-1"


def exam(code: str) -> RequestCode:
    found = STARTER.get(code)
    assert found is not None
    return found


def order(*codes: str) -> Prescription:
    lines: tuple[Line, ...] = tuple(line(number, exam(code)) for number, code in enumerate(codes))
    return Prescription(PATIENT, AUTHOR, lines)


def told(prescription: Prescription, *history: HistoryEntry, only: str = "") -> list[tuple[str, Severity, str]]:
    context = RuleContext(STARTER, TODAY, assistance=RULES, history=history)
    wanted = {only} if only else {"W-INCL", "W-INTERVAL", "W-REDUND", "W-SEX"}
    return [(f.code, f.severity, f.message) for f in check(prescription, context) if f.code in wanted]


def ago(code: str, days: int, status: HistoryStatus = HistoryStatus.DONE) -> HistoryEntry:
    return HistoryEntry(code, TODAY - timedelta(days=days), status)


def test_every_rule_that_ships_has_a_source_and_speaks_of_exams_of_the_catalogue() -> None:
    for rule in RULES.rules:
        assert rule.source, rule.id
        assert STARTER.get(rule.subject), rule.id
        assert rule.kind is not RuleKind.INCLUDES or STARTER.get(rule.object), rule.id


def test_an_exam_within_another_is_named_with_it_whatever_their_order() -> None:
    expected = (
        "W-INCL",
        Severity.WARNING,
        "« Cholestérol HDL » fait partie de « Exploration d'une anomalie lipidique (EAL) », demandé aussi.",
    )
    assert told(order(EAL, HDL)) == told(order(HDL, EAL)) == [expected]
    assert told(order(HDL, NFS)) == []


def test_the_source_of_a_rule_is_told_and_what_nobody_verified_only_informs() -> None:
    context = RuleContext(STARTER, TODAY, assistance=RULES)
    (included,) = [f for f in check(order(EAL, HDL), context) if f.code == "W-INCL"]
    assert "NABM–LOINC 2020" in included.hint
    (code, severity, _), *_ = told(order(HBA1C), ago(HBA1C, 30))
    assert (code, severity) == ("W-INTERVAL", Severity.INFORMATION)


def test_an_exam_done_within_its_interval_is_told_with_the_day() -> None:
    assert "a été réalisé le 27/10/2026 ; intervalle habituel de 90 jours" in told(order(HBA1C), ago(HBA1C, 30))[0][2]
    assert told(order(HBA1C), ago(HBA1C, 90)) == []
    assert told(order(HBA1C), ago(HBA1C, -1)) == []
    assert len(told(order(HBA1C), ago(HBA1C, 400), ago(HBA1C, 5))) == 1


def test_an_exam_already_prescribed_is_told_even_without_a_rule() -> None:
    ((code, severity, message),) = told(order(NFS), ago(NFS, 3, HistoryStatus.PRESCRIBED))
    assert (code, severity) == ("W-REDUND", Severity.INFORMATION)
    assert "a été prescrit le 23/11/2026" in message
    assert told(order(NFS), ago(NFS, 3)) == []


def test_an_exam_seldom_prescribed_to_a_sex_informs() -> None:
    assert [(code, severity) for code, severity, _ in told(order(PSA))] == [("W-SEX", Severity.INFORMATION)]
    man = replace(order(PSA), patient=replace(PATIENT, sex="male"))
    assert told(man) == []


def test_what_is_known_is_put_forward_where_it_is_asked_and_not_answered() -> None:
    context = RuleContext(STARTER, TODAY)
    known = [Answer("date-dernieres-regles", DateAnswer(PartialDate(2026, 11, 2))), Answer("voyage", TextAnswer("non"))]
    prolactin = order("2842-3", NFS)
    (proposed,) = prefill(prolactin, known, context)
    assert (proposed.line, proposed.answers) == (prolactin.lines[0], (known[0],))
    answered = replace(prolactin.lines[0], answers=(known[0],))
    assert list(prefill(replace(prolactin, lines=(answered,)), known, context)) == []


def test_suggestions_come_from_baskets_five_at_most_and_none_that_is_there_or_dismissed() -> None:
    baskets = starter_baskets(load_starter_baskets(), STARTER)
    found = suggest(order("14682-9"), baskets, STARTER)
    assert 0 < len(found) <= MOST
    assert all(each.baskets and each.source for each in found)
    assert "14682-9" not in {each.exam.code for each in found}
    first = found[0].exam.code
    assert first not in {each.exam.code for each in suggest(order("14682-9"), baskets, STARTER, {first})}
    assert suggest(order("14682-9"), (), STARTER) == ()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("r,includes,57022-6,718-8,,,s,2020,true", "object_loinc"),
        ("r,includes,57022-7,718-7,,,s,2020,true", "subject_loinc"),
        ("r,includes,57022-6,718-7,3,,s,2020,true", "days"),
        ("r,min_interval,57022-6,,,,s,2020,true", "days"),
        ("r,min_interval,57022-6,718-7,3,,s,2020,true", "object_loinc"),
        ("r,unlikely_sex,57022-6,,,f,s,2020,true", "condition"),
        ("r,often,57022-6,,,,s,2020,true", "kind"),
        ("r,min_interval,57022-6,,3,,,2020,true", "source"),
        ("r,min_interval,57022-6,,3,,s,hier,true", "source_date"),
        ("r,min_interval,57022-6,,3,,s,2020,oui", "verified"),
        (",min_interval,57022-6,,3,,s,2020,true", "rule_id"),
        ("r,min_interval,57022-6,,3,,s,2020,true\nr,min_interval,718-7,,3,,s,2020,true", "rule_id"),
    ],
)
def test_a_rule_file_is_read_strictly(row: str, column: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_rules("mine.csv", f"{','.join(COLUMNS)}\n{row}\n")
    assert column in {finding.path.rpartition(":")[2] for finding in refused.value.findings}

"""Rules that come from a sourced file and from the history the client hands over (prescription.md §2.3, §2.4)."""

from collections.abc import Iterator

from kernel.findings import Finding
from prescription.assistance.history import HistoryEntry, HistoryStatus
from prescription.assistance.rule_file import AssistanceRule, RuleKind
from prescription.basket import exam_name
from prescription.line import CodedExam, Line
from prescription.prescription import Prescription
from prescription.rules.rule import RuleContext, information, line_path, warning


def exams_are_not_within_others(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-INCL: an exam that another line contains; both are named."""
    coded = {line.exam.code: line for line in prescription.lines if isinstance(line.exam, CodedExam)}
    for line in coded.values():
        for rule in context.assistance.of(RuleKind.INCLUDES, _code(line)):
            within = coded.get(rule.object)
            if within is not None:
                yield _found(
                    rule,
                    "W-INCL",
                    f"« {_name(within, context)} » fait partie de « {_name(line, context)} », demandé aussi.",
                    "Retirer cette ligne si elle est une redite.",
                    within,
                )


def sex_is_likely(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-SEX: an exam seldom prescribed to this sex."""
    for line in prescription.lines:
        for rule in context.assistance.of(RuleKind.UNLIKELY_SEX, _code(line)):
            if rule.condition == prescription.patient.sex:
                message = f"« {_name(line, context)} » est inhabituel pour le sexe du patient."
                yield _found(rule, "W-SEX", message, "Vérifier l'examen et le sexe enregistré.", line)


def interval_is_kept(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-INTERVAL: done or prescribed within its minimal interval; W-REDUND: prescribed before and not known done."""
    for line in prescription.lines:
        past = [entry for entry in context.history if entry.code == _code(line) and entry.day <= context.today]
        last = max(past, key=lambda entry: entry.day, default=None)
        if last is None:
            continue
        rules = context.assistance.of(RuleKind.MIN_INTERVAL, last.code)
        near = [rule for rule in rules if (context.today - last.day).days < rule.days]
        for rule in near:
            when = f" {rule.condition}" if rule.condition else ""
            yield _found(
                rule,
                "W-INTERVAL",
                f"« {_name(line, context)} » {_told(last)} ; intervalle habituel de {rule.days} jours{when}.",
                "Vérifier que l'examen est utile dès maintenant.",
                line,
            )
        if not near and last.status is HistoryStatus.PRESCRIBED:
            yield information(
                "W-REDUND",
                f"« {_name(line, context)} » {_told(last)}, sans résultat connu.",
                "Vérifier que l'examen n'est pas déjà en cours.",
                line_path(line, "exam"),
            )


def _found(rule: AssistanceRule, code: str, message: str, hint: str, line: Line) -> Finding:
    """A warning when the rule was verified and holds without a condition only a doctor can judge."""
    sure = rule.verified and (rule.kind is not RuleKind.MIN_INTERVAL or not rule.condition)
    say = warning if sure else information
    unread = "" if rule.verified else ", non vérifiée"
    return say(code, message, f"{hint} Source{unread} : {rule.source} ({rule.source_date}).", line_path(line, "exam"))


def _told(entry: HistoryEntry) -> str:
    verb = "a été réalisé" if entry.status is HistoryStatus.DONE else "a été prescrit"
    return f"{verb} le {entry.day:%d/%m/%Y}"


def _code(line: Line) -> str:
    return line.exam.code if isinstance(line.exam, CodedExam) else ""


def _name(line: Line, context: RuleContext) -> str:
    request = context.request(line)
    return request.display if request else exam_name(line.exam)

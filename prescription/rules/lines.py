"""Rules about what a line says besides its exam (prescription.md §1, §7)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from kernel.findings import Finding
from prescription.line import FreeTextExam, ResultReturn, ReturnWhen
from prescription.prescription import Prescription
from prescription.rules.rule import RuleContext, error, information, line_path, warning

_LIMITS = {"exam": 500, "clinical_context": 1000, "note": 500}
_GENERAL_CONTEXT_LIMIT = 4000
_RETURN_NOTE_LIMIT = 200
_COUNT_RANGE = range(2, 100)
_INR_RANGE = (Decimal("1.0"), Decimal("6.0"))


def has_a_line(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """An order asks for something."""
    if not prescription.lines:
        yield error("no-line", "L'ordonnance n'a aucune ligne.", "Ajouter au moins un examen.", "")


def line_ids_differ(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """A line id names one line."""
    for line_id, count in Counter(line.line_id for line in prescription.lines).items():
        if count > 1:
            yield error(
                "duplicate-line",
                "Deux lignes portent le même identifiant.",
                "Donner à chaque ligne son propre UUID.",
                f"line/{line_id}",
            )


def recurrence_is_possible(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """A repetition has a kind, at least two executions or an end, and an interval."""
    for line in prescription.lines:
        recurrence = line.recurrence
        if recurrence is None:
            continue
        wrong = []
        if recurrence.kind is None:
            wrong.append("son caractère itératif ou renouvelable")
        if recurrence.count is None and recurrence.until is None:
            wrong.append("un nombre d'exécutions ou une date de fin")
        if recurrence.count is not None and recurrence.count not in _COUNT_RANGE:
            wrong.append("un nombre d'exécutions de 2 à 99")
        if recurrence.interval is None or recurrence.unit is None or recurrence.interval <= 0:
            wrong.append("un intervalle positif avec son unité")
        if wrong:
            yield error(
                "recurrence",
                "La répétition est incomplète ou impossible.",
                "Indiquer " + ", ".join(wrong) + ".",
                line_path(line, "recurrence"),
            )


def texts_are_short_enough(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """Texts hold within their limits, so that they can be printed and read."""
    general = sum(len(part.text) for part in prescription.general_context)
    if general > _GENERAL_CONTEXT_LIMIT:
        yield _too_long("general_context", general, _GENERAL_CONTEXT_LIMIT)
    for line in prescription.lines:
        texts = {
            "exam": line.exam.text if isinstance(line.exam, FreeTextExam) else "",
            "clinical_context": line.clinical_context or "",
            "note": line.note or "",
        }
        for element, text in texts.items():
            if len(text) > _LIMITS[element]:
                yield _too_long(line_path(line, element), len(text), _LIMITS[element])
    for path, channel in _channels(prescription):
        if len(channel.note or "") > _RETURN_NOTE_LIMIT:
            yield _too_long(path, len(channel.note or ""), _RETURN_NOTE_LIMIT)


def _too_long(path: str, length: int, limit: int) -> Finding:
    return error("too-long", f"Texte de {length} caractères ; {limit} au plus.", "Raccourcir le texte.", path)


def _channels(prescription: Prescription) -> Iterator[tuple[str, ResultReturn]]:
    for channel in prescription.result_returns:
        yield "result_returns", channel
    for line in prescription.lines:
        for channel in line.result_returns:
            yield line_path(line, "result_returns"), channel


def urgent_results_can_be_returned(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """W-CHANNEL: an urgent line, or a rule for pathological results, without any telephone."""
    general_phone = _has_phone(prescription.result_returns)
    for line in prescription.lines:
        if line.urgent and not line.result_returns and not general_phone:
            yield warning(
                "W-CHANNEL",
                "Ligne urgente sans mode de retour du résultat.",
                "Indiquer un numéro de téléphone à rappeler.",
                line_path(line, "result_returns"),
            )
    rules = [channel for _, channel in _channels(prescription) if channel.when is ReturnWhen.PATHOLOGICAL]
    if rules and not _has_phone([channel for _, channel in _channels(prescription)]):
        yield warning(
            "W-CHANNEL",
            "Retour demandé pour un résultat pathologique, sans téléphone.",
            "Indiquer un numéro de téléphone à rappeler.",
            "result_returns",
        )


def _has_phone(channels: Iterable[ResultReturn]) -> bool:
    return any(channel.contact.system in ("phone", "sms") for channel in channels)


def target_is_usual(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """W-TARGET: an INR target outside 1.0 to 6.0, or whose bounds are crossed."""
    low_limit, high_limit = _INR_RANGE
    for line in prescription.lines:
        target = line.target
        if target is None:
            continue
        bounds = [bound for bound in (target.low, target.high) if bound is not None]
        crossed = target.low is not None and target.high is not None and target.low > target.high
        outside = target.unit == "INR" and any(not low_limit <= bound <= high_limit for bound in bounds)
        if crossed or outside:
            yield warning(
                "W-TARGET", "La valeur cible est inhabituelle.", "Vérifier les bornes.", line_path(line, "target")
            )


def flags_agree(prescription: Prescription, _: RuleContext) -> Iterator[Finding]:
    """W-FLAGS: contradictory marks. W-HN: the price of an exam outside the nomenclature is free."""
    for line in prescription.lines:
        flags = line.flags
        if ((flags.ald or flags.work_accident) and flags.non_reimbursable) or (flags.ald and flags.work_accident):
            yield warning(
                "W-FLAGS",
                "Mentions contradictoires sur la ligne (ALD, AT/MP, non remboursable).",
                "Garder celles qui s'appliquent.",
                line_path(line, "flags"),
            )
        if flags.outside_nomenclature:
            yield information(
                "W-HN",
                "Examen hors nomenclature : son prix est libre.",
                "Le dire au patient.",
                line_path(line, "flags"),
            )


def preconditions_hold(prescription: Prescription, context: RuleContext) -> Iterator[Finding]:
    """W-PRECOND: the last useful day of a sampling condition is over."""
    for line in prescription.lines:
        for precondition in line.preconditions:
            if precondition.not_after is not None and precondition.not_after < context.today:
                yield warning(
                    "W-PRECOND",
                    f"Condition de prélèvement dépassée depuis le {precondition.not_after:%d/%m/%Y}.",
                    "Vérifier que l'examen est encore utile.",
                    line_path(line, "preconditions"),
                )

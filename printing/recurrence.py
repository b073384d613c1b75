"""A recurrence in words: « à faire 6 fois, toutes les 4 semaines, jusqu'au 11/07/2026 » (printing.md §4)."""

from prescription.line import PeriodUnit, Recurrence, RecurrenceKind
from printing.french import number, short_date, typeset

_KINDS = {
    RecurrenceKind.ITERATIVE: "Examen itératif",
    RecurrenceKind.RENEWABLE: "Examen renouvelable",
    None: "Examen répété",
}
_EVERY = {
    PeriodUnit.DAY: ("tous les jours", "tous les", "jours"),
    PeriodUnit.WEEK: ("toutes les semaines", "toutes les", "semaines"),
    PeriodUnit.MONTH: ("tous les mois", "tous les", "mois"),
    PeriodUnit.YEAR: ("tous les ans", "tous les", "ans"),
}


def recurrence_in_words(recurrence: Recurrence) -> str:
    """The kind, then the rhythm."""
    return typeset(f"{_KINDS[recurrence.kind]} : ") + rhythm_in_words(recurrence)


def rhythm_in_words(recurrence: Recurrence) -> str:
    """The number of executions in all, the interval, the last day: what is known of them."""
    parts = [f"à faire {recurrence.count} fois"] if recurrence.count else ["à refaire"]
    if recurrence.interval is not None and recurrence.unit is not None:
        once, every, plural = _EVERY[recurrence.unit]
        parts.append(once if recurrence.interval == 1 else f"{every} {number(recurrence.interval)} {plural}")
    if recurrence.until:
        parts.append(f"jusqu'au {short_date(recurrence.until)}")
    return typeset(", ".join(parts))

"""When a line is to be done: `occurrenceDateTime`, or `occurrenceTiming` with the extension `recurrence-kind`.

A repetition that does not begin at once has its first useful day in `boundsPeriod.start`, since R4 admits one
`occurrence[x]`. What is missing from a repetition is left to the rule `recurrence`.
"""

from datetime import date

from api.fhir.datatypes import present, read_period, write_period
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.systems import extension
from prescription.line import PeriodUnit, Recurrence, RecurrenceKind


def read_schedule(element: Element, base: str) -> tuple[Recurrence | None, date | None]:
    """The repetition, and the first useful day."""
    kind: RecurrenceKind | None = None
    holder = element.extension(extension(base, "recurrence-kind"))
    if holder is not None:
        kind = holder.one_of("valueCode", tuple(RecurrenceKind), required=True)
        holder.close()
    first = element.day("occurrenceDateTime")
    timing = element.child("occurrenceTiming")
    if timing is None:
        return (Recurrence(kind, None, None) if holder else None), first
    repeat = timing.child("repeat")
    timing.close()
    if repeat is None:
        return Recurrence(kind, None, None), first
    recurrence, start = _read_repeat(repeat, kind)
    return recurrence, start or first


def _read_repeat(repeat: Element, kind: RecurrenceKind | None) -> tuple[Recurrence, date | None]:
    bounds = repeat.child("boundsPeriod")
    start, end = read_period(bounds) if bounds else (None, None)
    frequency = repeat.integer("frequency")
    if frequency not in (None, 1):
        repeat.wrong("Une exécution par intervalle.", "Écrire frequency 1.", "frequency", "unsupported-element")
    recurrence = Recurrence(
        kind=kind,
        interval=repeat.decimal("period"),
        unit=repeat.one_of("periodUnit", tuple(PeriodUnit)),
        count=repeat.integer("count"),
        until=end,
    )
    repeat.close()
    return recurrence, start


def write_schedule(recurrence: Recurrence, first: date | None) -> JsonObject:
    """`occurrenceTiming` of a repetition."""
    bounds = write_period(first, recurrence.until)
    repeat = present(
        {
            "boundsPeriod": bounds,
            "count": recurrence.count,
            "frequency": 1,
            "period": recurrence.interval,
            "periodUnit": recurrence.unit.value if recurrence.unit else None,
        }
    )
    return {"occurrenceTiming": {"repeat": repeat}}

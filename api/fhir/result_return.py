"""The extension `result-return`: a channel beside secure messaging, for the order or for an urgent line."""

from decimal import Decimal

from api.fhir.datatypes import present, read_contact, read_quantity, write_contact, write_quantity
from api.fhir.element import Element
from api.fhir.json import JsonObject, JsonValue
from api.fhir.systems import extension
from prescription.line import ResultReturn, ReturnWhen

_MINUTES = {"min": 1, "h": 60, "d": 1440}
_LONGEST = 1440 * 366


def read_result_returns(element: Element, base: str) -> tuple[ResultReturn, ...]:
    """Every `result-return` of an element."""
    found = (_read(holder) for holder in element.extensions(extension(base, "result-return")))
    return tuple(result_return for result_return in found if result_return is not None)


def _read(holder: Element) -> ResultReturn | None:
    contact = when = within = note = None
    if part := holder.extension("contact"):
        point = part.child("valueContactPoint", required=True)
        contact = read_contact(point) if point else None
        part.close()
    if part := holder.extension("when"):
        when = part.one_of("valueCode", tuple(ReturnWhen), required=True)
        part.close()
    if part := holder.extension("within"):
        within = _read_minutes(part.child("valueDuration", required=True))
        part.close()
    if part := holder.extension("note"):
        note = part.text("valueString", required=True)
        part.close()
    holder.close()
    if contact is None or when is None:
        if not holder.report.has_near(holder.path):
            holder.wrong("Le retour de résultat est incomplet.", "Donner contact et when.")
        return None
    return ResultReturn(contact, when, within, note)


def _read_minutes(duration: Element | None) -> int | None:
    quantity = read_quantity(duration) if duration else None
    if duration is None or quantity is None:
        return None
    minutes = quantity.value * _MINUTES.get(quantity.ucum or "", 0)
    if minutes <= 0 or minutes > _LONGEST or minutes != minutes.to_integral_value():
        duration.wrong("Délai de retour inattendu.", "Écrire un nombre entier de minutes (min), d'heures (h)…")
        return None
    return int(minutes)


def write_result_returns(returns: tuple[ResultReturn, ...], base: str) -> list[JsonObject]:
    """The extensions `result-return`."""
    return [{"url": extension(base, "result-return"), "extension": _parts(item)} for item in returns]


def _parts(item: ResultReturn) -> list[JsonValue]:
    within = None if item.within_minutes is None else write_quantity(Decimal(item.within_minutes), "min", "min")
    parts: list[JsonObject] = [
        {"url": "contact", "valueContactPoint": write_contact(item.contact)},
        {"url": "when", "valueCode": item.when.value},
        present({"url": "within", "valueDuration": within}),
        present({"url": "note", "valueString": item.note}),
    ]
    return [part for part in parts if len(part) > 1]

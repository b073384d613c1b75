"""FHIR R4 data types that several resources share, each with its reader and its writer side by side."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from api.fhir.element import Element
from api.fhir.json import JsonObject, JsonValue
from api.fhir.systems import UCUM, URI, code_system
from prescription.context import Quantity
from prescription.line import Instruction, Target
from prescription.people import Address, ContactPoint
from terminology.coding import Coding

CONTACT_SYSTEMS = ("phone", "fax", "email", "pager", "url", "sms", "other")
CONTACT_USES = ("home", "work", "temp", "old", "mobile")


def present(values: Mapping[str, JsonValue]) -> JsonObject:
    """The entries that say something: None, empty texts, lists and objects are not written in FHIR."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None and value not in ("", (), [], {})
    }


def read_coding(element: Element) -> Coding | None:
    """A Coding; its version is read past: the release of the order decides."""
    element.read_past("version", "userSelected")
    system = element.text("system") or ""
    code = element.text("code", required=True)
    display = element.text("display") or ""
    element.close()
    return None if code is None else Coding(system, code, display)


def write_coding(coding: Coding) -> JsonObject:
    """A Coding."""
    return present({"system": coding.system, "code": coding.code, "display": coding.display})


def read_instruction(element: Element) -> Instruction | None:
    """A CodeableConcept of one coding at most, a text, or both."""
    coded = element.only("coding")
    coding = read_coding(coded) if coded else None
    text = element.text("text") or ""
    element.close()
    if coding is None and not text:
        if not element.has("coding") and not element.has("text"):
            element.wrong("Ni code ni texte.", "Donner un code ou un texte.")
        return None
    return Instruction(text, coding)


def write_instruction(instruction: Instruction) -> JsonObject:
    """A CodeableConcept."""
    coding = [write_coding(instruction.coding)] if instruction.coding else []
    return present({"coding": coding, "text": instruction.text})


def read_only_text(element: Element | None) -> str | None:
    """The words of a CodeableConcept or Annotation that may hold nothing else."""
    if element is None:
        return None
    text = element.text("text", required=True)
    element.close()
    return text


def read_codings(element: Element) -> tuple[Coding, ...]:
    """The codings of a CodeableConcept that must have one."""
    found = tuple(c for c in map(read_coding, element.children("coding")) if c is not None)
    if not element.has("coding"):
        element.wrong("Un code est attendu ici.", "Donner system et code.", "coding")
    element.read_past("text")
    element.close()
    return found


def read_contact(element: Element) -> ContactPoint | None:
    """A ContactPoint."""
    element.read_past("rank")
    system = element.one_of("system", CONTACT_SYSTEMS, required=True)
    value = element.text("value", required=True)
    use = element.one_of("use", CONTACT_USES)
    element.close()
    return ContactPoint(system, value, use) if system and value else None


def write_contact(contact: ContactPoint) -> JsonObject:
    """A ContactPoint."""
    return present({"system": contact.system, "value": contact.value, "use": contact.use})


def read_telecom(element: Element) -> tuple[ContactPoint, ...]:
    """The `telecom` of a resource."""
    return tuple(c for c in map(read_contact, element.children("telecom")) if c is not None)


def write_telecom(contacts: Iterable[ContactPoint]) -> list[JsonObject]:
    """The `telecom` of a resource."""
    return [write_contact(contact) for contact in contacts]


def read_address(element: Element | None) -> Address | None:
    """An Address; its use, type and text are read past."""
    if element is None:
        return None
    element.read_past("use", "type", "text")
    found = Address(
        lines=element.texts("line"),
        postal_code=element.text("postalCode"),
        city=element.text("city"),
        country=element.text("country"),
    )
    element.close()
    return found


def write_address(address: Address | None) -> JsonObject:
    """An Address."""
    if address is None:
        return {}
    return present(
        {
            "line": address.lines,
            "postalCode": address.postal_code,
            "city": address.city,
            "country": address.country,
        }
    )


def read_quantity(element: Element) -> Quantity | None:
    """A Quantity without comparator, its unit in words, in UCUM, or both."""
    value = element.decimal("value")
    unit, system, code = element.text("unit"), element.text("system"), element.text("code")
    element.close()
    if code is not None and system != UCUM:
        element.wrong("L'unité codée doit être en UCUM.", f"Écrire « {UCUM} » dans system.", "system")
        code = None
    if value is None:
        if not element.has("value"):
            element.wrong("La valeur manque.", "La renseigner.", "value")
        return None
    return Quantity(value, unit or code or "", code)


def write_quantity(value: Decimal | int, unit: str, ucum: str | None) -> JsonObject:
    """A Quantity."""
    return present({"value": value, "unit": unit, "system": UCUM if ucum else None, "code": ucum})


def read_target(element: Element) -> Target | None:
    """A Range; an INR has the unit `INR` and no code."""
    ends = [element.child("low"), element.child("high")]
    element.close()
    low, high = (read_quantity(end) if end else None for end in ends)
    units = {q.ucum or q.unit for q in (low, high) if q}
    if not any(ends):
        element.wrong("La cible n'a ni borne basse ni borne haute.", "Donner low, high ou les deux.")
    if len(units) > 1:
        element.wrong("Les deux bornes n'ont pas la même unité.", "Donner la même unité à low et high.")
    if not units:
        return None
    return Target(low.value if low else None, high.value if high else None, sorted(units)[0])


def write_target(target: Target) -> JsonObject:
    """A Range."""
    ucum = None if target.unit == "INR" else target.unit
    ends = {"low": target.low, "high": target.high}
    return {name: write_quantity(end, target.unit, ucum) for name, end in ends.items() if end is not None}


def read_period(element: Element) -> tuple[date | None, date | None]:
    """First and last day of a Period."""
    ends = element.day("start"), element.day("end")
    element.close()
    return ends


def write_period(start: date | None, end: date | None) -> JsonObject:
    """A Period in whole days."""
    return present({"start": write_day(start), "end": write_day(end)})


def write_day(day: date | None) -> str | None:
    """A FHIR date."""
    return None if day is None else day.isoformat()


def write_instant(instant: datetime | None) -> str | None:
    """A FHIR instant, offset included."""
    return None if instant is None else instant.isoformat()


def line_identifier(line_id: str) -> JsonObject:
    """The Identifier of a line."""
    return {"system": URI, "value": line_id}


def read_identifier_value(element: Element, system: str) -> str | None:
    """The value of an Identifier that must be of `system`."""
    element.read_past("use", "type")
    found = element.text("system", required=True)
    value = element.text("value", required=True)
    element.close()
    if found is not None and found != system:
        element.wrong("Système d'identifiant inattendu.", f"Attendu : « {system} ».", "system")
        return None
    return value


def epu_issue(base: str, code: str) -> JsonObject:
    """The Coding of one of our issue codes."""
    return {"system": code_system(base, "epu-issue"), "code": code}

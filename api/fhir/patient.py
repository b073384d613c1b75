"""Patient: the identified patient (FR Core patient, RNIV), or the anonymous one (sex and age, nothing else)."""

from decimal import Decimal

from api.fhir.datatypes import (
    present,
    read_address,
    read_telecom,
    write_address,
    write_quantity,
    write_telecom,
)
from api.fhir.element import Element
from api.fhir.identity import code_of, read_official_ins, read_reliability, write_ins, write_reliability
from api.fhir.json import JsonObject, JsonValue
from api.fhir.places import Places
from api.fhir.systems import (
    BIRTH_GIVEN_NAMES,
    BIRTH_PLACE,
    COMMUNES,
    DATA_ABSENT_REASON,
    INSEE_CODE,
    UCUM,
    extension,
)
from prescription.people import AnonymousPatient, Patient, Sex

_IDENTIFYING = ("name", "identifier", "birthDate", "telecom", "address")


def read_patient(element: Element, base: str, places: Places) -> Patient | AnonymousPatient:
    """The patient: anonymous when the age stands alone beside the gender."""
    places.mark("patient", element.path)
    age = extension(base, "patient-age")
    extensions = element.value.get("extension")
    aged = isinstance(extensions, list) and any(isinstance(e, dict) and e.get("url") == age for e in extensions)
    if aged and not any(element.has(name) for name in _IDENTIFYING):
        return _read_anonymous(element, age)
    return _read_identified(element, places)


def _read_anonymous(element: Element, age_url: str) -> AnonymousPatient:
    sex = element.one_of("gender", tuple(Sex)) or Sex.UNKNOWN
    holder = element.extension(age_url)
    age = holder.child("valueAge", required=True) if holder else None
    if holder:
        holder.close()
    element.close_resource()
    if age is None:
        return AnonymousPatient(sex)
    absent = age.extension(DATA_ABSENT_REASON)
    if absent:
        absent.text("valueCode")
        absent.close()
    value, unit, system = age.decimal("value"), age.one_of("code", ("a", "mo"), not absent), age.text("system")
    if age.one_of("comparator", ("<",)) and value is not None:
        value -= 1
    age.read_past("unit")
    age.close()
    if unit and system != UCUM:
        age.wrong("L'âge doit être en UCUM.", f"Écrire « {UCUM} » dans system.", "system")
    if value is not None and (value < 0 or value > 1500 or value != value.to_integral_value()):
        age.wrong("L'âge doit être un nombre entier positif.", "Écrire l'âge en années, ou en mois.", "value")
        value = None
    if value is None and not absent and not age.has("value"):
        age.wrong("L'âge manque.", "Écrire l'âge en années, ou en mois avant trois ans.", "value")
    return AnonymousPatient(sex, None if value is None else int(value), unit or "a")


def _read_identified(element: Element, places: Places) -> Patient:
    ins = read_official_ins(element)
    status, attributes = read_reliability(element, ins)
    official, usual = _names(element)
    family = given = None
    names: tuple[str, ...] = ()
    if official is not None:
        places.mark("patient.name", official.path)
        family, given, names = _read_birth_name(official)
    used_family, used_given = _read_used_name(usual)
    place_code, place_name = _read_birth_place(element)
    for name, path in (("birthDate", "patient.birth_date"), ("gender", "patient.sex"), ("identifier", "patient.ins")):
        if element.has(name):
            places.mark(path, element.at(name))
    patient = Patient(
        birth_family_name=family,
        birth_given_names=names,
        first_birth_given_name=given,
        used_family_name=used_family,
        used_given_name=used_given,
        sex=element.one_of("gender", tuple(Sex)) or Sex.UNKNOWN,
        birth_date=element.partial_date("birthDate"),
        status=status,
        attributes=attributes,
        ins=ins,
        birth_place_code=place_code,
        birth_place_name=place_name,
        telecom=read_telecom(element),
        address=read_address(element.only("address")),
    )
    element.close_resource()
    return patient


def _names(element: Element) -> tuple[Element | None, Element | None]:
    """The birth name and the used name."""
    found: dict[str, Element] = {}
    for name in element.children("name"):
        use = name.one_of("use", ("official", "usual")) or "official"
        if use in found:
            name.wrong("Un seul nom de chaque usage est admis.", "Garder un nom official et un nom usual.")
        found.setdefault(use, name)
    return found.get("official"), found.get("usual")


def _read_birth_name(name: Element) -> tuple[str | None, str | None, tuple[str, ...]]:
    family = name.text("family")
    given = name.texts("given")
    listed = name.extension(BIRTH_GIVEN_NAMES)
    names = given
    if listed is not None:
        names = tuple((listed.text("valueString", required=True) or "").split())
        listed.close()
    name.close(("id", "text"))
    return family, given[0] if given else None, names


def _read_used_name(name: Element | None) -> tuple[str | None, str | None]:
    if name is None:
        return None, None
    family, given = name.text("family"), " ".join(name.texts("given")) or None
    name.close(("id", "text"))
    return family, given


def _write_names(patient: Patient) -> list[JsonObject]:
    names = patient.birth_given_names
    as_list = patient.first_birth_given_name is not None and any(" " in n for n in names)
    listed = [{"url": BIRTH_GIVEN_NAMES, "valueString": " ".join(names)}] if names and not as_list else []
    given = names if as_list else [n for n in (patient.first_birth_given_name,) if n]
    birth = present({"family": patient.birth_family_name, "given": given, "extension": listed})
    used_given = [patient.used_given_name] if patient.used_given_name else []
    used = present({"family": patient.used_family_name, "given": used_given})
    return [{"use": use, **name} for use, name in (("official", birth), ("usual", used)) if name]


def _read_birth_place(element: Element) -> tuple[str | None, str | None]:
    holder = element.extension(BIRTH_PLACE)
    place = holder.child("valueAddress", required=True) if holder else None
    if holder:
        holder.close()
    if place is None:
        return None, None
    place.read_past("text")
    insee = place.extension(INSEE_CODE)
    found = code_of(insee) if insee else None, place.text("city")
    place.close()
    return found


def _write_birth_place(patient: Patient) -> list[JsonObject]:
    code: list[JsonValue] = []
    if patient.birth_place_code:
        code = [{"url": INSEE_CODE, "valueCoding": {"system": COMMUNES, "code": patient.birth_place_code}}]
    place = present({"extension": code, "city": patient.birth_place_name})
    return [{"url": BIRTH_PLACE, "valueAddress": place}] if place else []


def write_patient(patient: Patient | AnonymousPatient, base: str) -> JsonObject:
    """A Patient; the anonymous one holds gender and age alone."""
    if isinstance(patient, AnonymousPatient):
        age: JsonObject = {"extension": [{"url": DATA_ABSENT_REASON, "valueCode": "unknown"}]}
        if patient.age is not None:
            words = "ans" if patient.age_unit == "a" else "mois"
            age = write_quantity(Decimal(patient.age or 1), words, patient.age_unit)
            if patient.age == 0:
                # R4 wants a positive age (age-1): a newborn is under one month.
                age["comparator"] = "<"
        return {
            "resourceType": "Patient",
            "extension": [{"url": extension(base, "patient-age"), "valueAge": age}],
            "gender": patient.sex.value,
        }
    identifiers = [write_ins(patient.ins)] if patient.ins else []
    extensions: list[JsonObject] = [write_reliability(patient), *_write_birth_place(patient)]
    address = write_address(patient.address)
    return present(
        {
            "resourceType": "Patient",
            "extension": extensions,
            "identifier": identifiers,
            "name": _write_names(patient),
            "telecom": write_telecom(patient.telecom),
            "gender": patient.sex.value,
            "birthDate": str(patient.birth_date) if patient.birth_date else None,
            "address": [address] if address else [],
        }
    )

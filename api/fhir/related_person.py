"""RelatedPerson: a helper of the patient (*aidant, représentant légal, personne de confiance*)."""

from api.fhir.datatypes import present, read_address, read_coding, read_telecom, write_address, write_telecom
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.systems import code_system
from prescription.people import Helper, HelperRole


def read_related_person(element: Element, base: str) -> Helper:
    """The helper. Our codes give the role; words, and the labels of other codes, stay as the relationship."""
    role, relationship = _read_relationship(element.only("relationship", required=True), base)
    name = element.only("name")
    family: str | None = None
    given: tuple[str, ...] = ()
    if name is not None:
        name.read_past("use", "text")
        family, given = name.text("family"), name.texts("given")
        name.close()
    helper = Helper(
        family=family,
        given=given,
        role=role,
        relationship=relationship,
        telecom=read_telecom(element),
        address=read_address(element.only("address")),
    )
    element.close_resource()
    return helper


def _read_relationship(concept: Element | None, base: str) -> tuple[HelperRole | None, str]:
    if concept is None:
        return None, ""
    role: HelperRole | None = None
    others: list[str] = []
    for element in concept.children("coding"):
        coding = read_coding(element)
        if coding is None:
            continue
        if coding.system != code_system(base, "helper-role"):
            others.append(coding.display or coding.code)
        elif coding.code in set(HelperRole):
            role = HelperRole(coding.code)
        else:
            element.wrong("Rôle d'aidant inconnu.", f"Attendu : {', '.join(HelperRole)}.", "code")
    text = concept.text("text")
    concept.close()
    return role, text or ", ".join(others)


def write_related_person(helper: Helper, patient: JsonObject, base: str) -> JsonObject:
    """A RelatedPerson; `patient` is a Reference."""
    system = code_system(base, "helper-role")
    coding: list[JsonObject] = [{"system": system, "code": helper.role.value}] if helper.role else []
    relationship = present({"coding": coding, "text": helper.relationship})
    name = present({"family": helper.family, "given": helper.given})
    address = write_address(helper.address)
    return present(
        {
            "resourceType": "RelatedPerson",
            "patient": patient,
            "relationship": [relationship] if relationship else [],
            "name": [name] if name else [],
            "telecom": write_telecom(helper.telecom),
            "address": [address] if address else [],
        }
    )

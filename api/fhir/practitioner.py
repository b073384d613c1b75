"""Practitioner: a professional, by RPPS (or by the OID form of it, read as equal) and name."""

from api.fhir.datatypes import present, read_telecom, write_telecom
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.places import Places
from api.fhir.systems import RPPS, RPPS_OID
from prescription.people import Practitioner

_AM = "AM"


def read_practitioner(element: Element, places: Places, path: str) -> Practitioner:
    """The professional; `path` is the place of the domain it fills (`author`…)."""
    places.mark(path, element.path)
    rpps = am_number = None
    for identifier in element.children("identifier"):
        kind, value = _read_identifier(identifier)
        if kind == _AM:
            am_number = value
        elif kind == RPPS:
            rpps = value
            places.mark(f"{path}.rpps", identifier.at("value"))
    name = element.only("name")
    telecom = read_telecom(element)
    element.close_resource()
    if name is None:
        return Practitioner(None, rpps=rpps, am_number=am_number, telecom=telecom)
    places.mark(f"{path}.name", name.path)
    name.read_past("use", "text")
    found = Practitioner(
        family=name.text("family"),
        given=name.texts("given"),
        title=" ".join(name.texts("prefix")) or None,
        rpps=rpps,
        am_number=am_number,
        telecom=telecom,
    )
    name.close()
    return found


def _read_identifier(identifier: Element) -> tuple[str | None, str | None]:
    identifier.read_past("use")
    system = identifier.text("system")
    value = identifier.text("value", required=True)
    kind = identifier.child("type")
    words = kind.text("text") if kind else None
    if kind:
        kind.read_past("coding")
        kind.close()
    identifier.close()
    if system is None and words == _AM:
        return _AM, value
    if system == RPPS_OID and value is not None and value.startswith("8"):
        return RPPS, value[1:]
    if system == RPPS:
        return RPPS, value
    hint = f"Attendu : « {RPPS} », ou type.text « {_AM} » pour le numéro AM."
    identifier.wrong("Identifiant de professionnel non pris en charge.", hint, code="unsupported-element")
    return None, None


def write_practitioner(practitioner: Practitioner) -> JsonObject:
    """A Practitioner."""
    identifiers: list[JsonObject] = []
    if practitioner.rpps:
        identifiers.append({"system": RPPS, "value": practitioner.rpps})
    if practitioner.am_number:
        identifiers.append({"type": {"text": _AM}, "value": practitioner.am_number})
    prefix = [practitioner.title] if practitioner.title else []
    name = present({"family": practitioner.family, "given": practitioner.given, "prefix": prefix})
    return present(
        {
            "resourceType": "Practitioner",
            "identifier": identifiers,
            "name": [name] if name else [],
            "telecom": write_telecom(practitioner.telecom),
        }
    )

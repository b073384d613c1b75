"""Specimens of a line, as contained resources that hold a type, and the body site with its laterality."""

from api.fhir.datatypes import read_codings, write_coding
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.systems import LATERALITIES, SNOMED
from terminology.coding import Coding


def read_specimens(element: Element) -> tuple[Coding, ...]:
    """The types of the contained Specimens the line refers to, in the order of the references."""
    contained = _contained(element)
    found: list[Coding] = []
    for reference in element.children("specimen"):
        reference.read_past("type", "display")
        target = reference.text("reference", required=True)
        reference.close()
        specimen = contained.pop(target, None) if target is not None else None
        if specimen is not None:
            found.extend(_read_type(specimen))
        elif target is not None:
            reference.wrong(
                "La référence ne mène à aucun Specimen contenu.", "Écrire « #id ».", "reference", "bad-reference"
            )
    for specimen in contained.values():
        specimen.wrong("Ressource contenue sans emploi.", "La retirer, ou y faire référence dans specimen.")
    return tuple(found)


def _contained(element: Element) -> dict[str, Element]:
    found = {}
    for specimen in element.children("contained"):
        kind, name = specimen.value.get("resourceType"), specimen.value.get("id")
        if kind != "Specimen" or not isinstance(name, str):
            specimen.wrong("Seul un Specimen avec id peut être contenu.", "Retirer la ressource.")
        else:
            found[f"#{name}"] = specimen
    return found


def _read_type(specimen: Element) -> tuple[Coding, ...]:
    concept = specimen.child("type", required=True)
    specimen.close_resource()
    return read_codings(concept) if concept else ()


def write_specimens(specimens: tuple[Coding, ...]) -> tuple[list[JsonObject], list[JsonObject]]:
    """The contained Specimens, and the references to them."""
    contained: list[JsonObject] = [
        {"resourceType": "Specimen", "id": f"specimen-{i}", "type": {"coding": [write_coding(specimen)]}}
        for i, specimen in enumerate(specimens, start=1)
    ]
    return contained, [{"reference": f"#{resource['id']}"} for resource in contained]


def read_sites(concept: Element | None) -> tuple[Coding | None, Coding | None]:
    """Body site and laterality: a laterality is known by its code, else by its place, the second."""
    if concept is None:
        return None, None
    codings = read_codings(concept)
    if len(codings) > 2:
        concept.wrong("Deux codes au plus : le site, puis la latéralité.", "Retirer les suivants.", "coding")
    lateral = [c for c in codings if c.system == SNOMED and c.code in LATERALITIES]
    sites = [c for c in codings if c not in lateral]
    laterality = lateral[0] if lateral else sites[1] if len(sites) > 1 else None
    return (sites[0] if sites else None), laterality


def write_sites(site: Coding | None, laterality: Coding | None) -> list[JsonObject]:
    """The `bodySite` of a line."""
    coding = [write_coding(c) for c in (site, laterality) if c is not None]
    return [{"coding": coding}] if coding else []

"""ConceptMap of a release: acts and requests, twin analyses with their factor (terminology.md §5.2)."""

from collections.abc import Iterable
from datetime import datetime

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.terminology_head import write_terminology_head
from api.terminology import systems
from api.terminology.maps import MapElement, MapGroup, MapTarget, factor_property
from terminology.release import Release


def write_release_concept_map(
    thing: systems.Canonical, groups: Iterable[MapGroup], release: Release, base: str, modified: datetime
) -> JsonObject:
    """The whole resource; a factor is the product `{base}/facteur`, as the text of a decimal."""
    held = {each.url for each in systems.code_systems(release, base)}
    written = [
        present(
            {
                "source": group.source,
                "sourceVersion": systems.version_of(group.source, release) if group.source in held else None,
                "target": group.target,
                "targetVersion": systems.version_of(group.target, release) if group.target in held else None,
                "element": [_write_element(element, base) for element in group.elements],
            }
        )
        for group in groups
    ]
    return present(
        {
            **write_terminology_head("ConceptMap", thing, modified),
            "sourceCanonical": thing.source,
            "targetCanonical": thing.target,
            "group": written,
        }
    )


def _write_element(element: MapElement, base: str) -> JsonObject:
    targets = [_write_target(target, base) for target in element.targets]
    return present({"code": element.source.code, "display": element.source.display, "target": targets})


def _write_target(target: MapTarget, base: str) -> JsonObject:
    product: list[JsonObject] = []
    if target.factor is not None:
        product = [{"property": factor_property(base), "value": format(target.factor, "f")}]
    return present(
        {
            "code": target.target.code,
            "display": target.target.display,
            "equivalence": target.equivalence,
            "comment": target.comment,
            "product": product,
        }
    )

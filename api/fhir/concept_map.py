"""ConceptMap `catalogue-<FINESS>-loinc`: a laboratory's validated mappings (FHIR R4, terminology.md §5.2)."""

from collections.abc import Iterable

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.systems import code_system
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.release import Release
from terminology.transcoding.local_catalogue import LocalCatalogue
from terminology.transcoding.mapping import Mapping, MappingKind


def write_concept_map(
    catalogue: LocalCatalogue,
    version: int,
    mappings: Iterable[Mapping],
    base: str,
    release: Release,
    *,
    all_comments: bool = False,
) -> JsonObject:
    """One group for each system of targets, LOINC and waiting codes; only what a validator validated.

    A code kept local on purpose has no target and is left out. The notice and the licences of `release` travel with
    the codes. Comments are the laboratory's own, but where FHIR demands one (docs/decisions/0009).
    """
    laboratory, mappings = catalogue.laboratory, sorted(mappings, key=lambda m: m.key)
    changed = max((catalogue.effective_from, *(m.decided_at for m in mappings)))
    name = f"catalogue-{laboratory.finess}"
    groups: dict[str, list[JsonObject]] = {}
    for mapping in mappings:
        item = catalogue.item(mapping.key.local_code)
        target = mapping.in_force
        if mapping.key.kind is not MappingKind.ANALYSIS or target is None or target.system == LOCAL_SYSTEM:
            continue
        label = item.exam.label if item else ""
        comment = mapping.comment if all_comments or mapping.equivalence.needs_comment else ""
        groups.setdefault(target.system, []).append(_element(mapping, target, label, comment))
    return present(
        {
            "resourceType": "ConceptMap",
            "id": f"{name}-loinc",
            "url": f"{base}/ConceptMap/{name}-loinc",
            "version": str(version),
            "name": f"Catalogue{laboratory.finess}Loinc",
            "title": f"Codes locaux de {laboratory.name or laboratory.finess} vers LOINC",
            "status": "active",
            "date": changed.isoformat(timespec="seconds"),
            "publisher": laboratory.name,
            "description": f"Correspondances validées par un biologiste du laboratoire. {release.notice}".strip(),
            "copyright": "\n".join(release.licences),
            "group": [
                {"source": code_system(base, name), "target": system, "element": elements}
                for system, elements in sorted(groups.items())
            ],
        }
    )


def _element(mapping: Mapping, target: Coding, label: str, comment: str) -> JsonObject:
    return present(
        {
            "code": mapping.key.local_code,
            "display": label,
            "target": [
                present(
                    {
                        "code": target.code,
                        "display": target.display,
                        "equivalence": mapping.equivalence.value,
                        "comment": comment,
                    }
                )
            ],
        }
    )

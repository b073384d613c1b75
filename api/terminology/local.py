"""A laboratory's own codes as a code system: of no release, in its last version only (terminology.md §5.1, §5.2)."""

import re
from collections.abc import Iterator

from api.fhir.systems import code_system
from api.terminology.concept import Concept
from api.terminology.systems import Canonical
from terminology.transcoding.local_catalogue import LocalCatalogue

_SYSTEM_ID = re.compile(r"catalogue-([0-9A-Z]{9})", re.ASCII)
_MAP_ID = re.compile(r"catalogue-([0-9A-Z]{9})-loinc", re.ASCII)


def finess_of_system(url: str, base: str) -> str | None:
    """Whose codes those of this system are; None when it is no laboratory's."""
    found = _SYSTEM_ID.fullmatch(url.removeprefix(f"{base}/CodeSystem/"))
    return found[1] if found else None


def finess_of_map(url: str, base: str) -> str | None:
    """Whose codes this concept map starts from, likewise."""
    found = _MAP_ID.fullmatch(url.removeprefix(f"{base}/ConceptMap/"))
    return found[1] if found else None


def local_code_system(catalogue: LocalCatalogue, base: str, *, experimental: bool) -> Canonical:
    """What the code system of a laboratory says of itself."""
    laboratory = catalogue.laboratory
    id_ = f"catalogue-{laboratory.finess}"
    return Canonical(
        id=id_,
        url=code_system(base, id_),
        version=str(catalogue.version),
        name=f"Catalogue{laboratory.finess}",
        title=f"Codes locaux de {laboratory.name or laboratory.finess}",
        description="Les examens du catalogue de ce laboratoire, sous ses propres codes.",
        date=catalogue.effective_from.date(),
        experimental=experimental,
    )


def local_concepts(catalogue: LocalCatalogue, base: str) -> Iterator[Concept]:
    """The exams of the last file, under the laboratory's own codes."""
    system = code_system(base, f"catalogue-{catalogue.laboratory.finess}")
    return (Concept(system, exam.local_code, exam.label) for exam in catalogue.present)

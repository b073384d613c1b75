"""What the resources of one published version share: names, codes, the head of the conformance resources.

Every canonical URL carries the FINESS, and goes with the number of the version; ids are the same in every version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from api.fhir.canonical import write_meta
from api.fhir.datatypes import present, write_coding
from api.fhir.json import JsonObject, JsonValue
from api.fhir.systems import code_system, extension
from api.terminology.names import computer_name, resource_id
from api.terminology.systems import LOINC_NOTICE, NABM_NOTICE
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue, LabExam
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.publishing.version import CatalogueVersion

WHOLE = "catalogue"
"""The id of what is there once a version: its header, and the Bundle of all."""
_PREFIXES = {
    "PlanDefinition": "examen",
    "ActivityDefinition": "realisation",
    "ObservationDefinition": "resultat",
    "ChargeItemDefinition": "acte",
}


@dataclass(frozen=True, slots=True)
class PublishedCatalogue:
    """A version that was published, with its content; `base` begins the canonical URIs."""

    version: CatalogueVersion
    catalogue: LabCatalogue
    base: str

    @property
    def finess(self) -> str:
        """Whose catalogue it is."""
        return self.version.finess

    @property
    def published(self) -> datetime:
        """When it was published, to the second."""
        return (self.version.published or self.version.created).replace(microsecond=0)

    def url(self, kind: str, id_: str) -> str:
        """The canonical URL of a resource, without its version."""
        return f"{self.base}/laboratoires/{self.finess}/{kind}/{id_}"

    def canonical(self, kind: str, code: str) -> str:
        """The canonical reference to the resource of an exam or an act, in this version."""
        return f"{self.url(kind, id_of(kind, code))}|{self.version.number}"

    def coding(self, coding: Coding) -> JsonObject:
        """A Coding; a system known to the laboratory alone gets a URI under its FINESS."""
        return write_coding(Coding(self._uri(coding.system), coding.code, coding.display))

    def concept(self, *codings: Coding, text: str = "") -> JsonObject:
        """A CodeableConcept of these codings and this text; empty without any."""
        return present({"coding": [self.coding(coding) for coding in codings], "text": text})

    def exam_concept(self, exam: LabExam) -> JsonObject:
        """LOINC then the local code; the other way for one that shares a LOINC and is not preferred (lcsd.md §4)."""
        local = self._local(exam)
        codings = [exam.loinc, local] if exam.loinc_preferred else [local, exam.loinc]
        return self.concept(*(coding for coding in codings if coding), text=exam.label)

    def identifier(self, exam: LabExam) -> JsonObject:
        """The local code, as the identifier that it is."""
        return {"system": self._exam_system, "value": exam.local_code}

    def extension(self, name: str, kind: str, value: JsonValue) -> list[JsonObject]:
        """Our extension `lab-<name>` of a value, none when there is nothing to say."""
        said = value is not None and value not in ("", {}, [])
        return [{"url": extension(self.base, f"lab-{name}"), f"value{kind}": value}] if said else []

    def extensions(self, name: str, kind: str, values: Iterable[JsonValue]) -> list[JsonObject]:
        """The same, repeated."""
        return [written for value in values for written in self.extension(name, kind, value)]

    def head(self, kind: str, code: str, *, title: str, changed: datetime | None = None) -> JsonObject:
        """What the resource of an exam or an act begins with, where it has a canonical URL."""
        id_, named = id_of(kind, code), kind != "ChargeItemDefinition"
        return present(
            {
                **self.start(kind, id_),
                "url": self.url(kind, id_),
                "version": str(self.version.number),
                "name": computer_name(_PREFIXES[kind].capitalize(), code) if named else "",
                "title": title,
                "status": "active",
                "date": (changed or self.published).isoformat(),
                "publisher": self.catalogue.laboratory.name,
                "copyright": LOINC_NOTICE if named else NABM_NOTICE,
            }
        )

    def start(self, kind: str, id_: str) -> JsonObject:
        """What any resource begins with."""
        return {"resourceType": kind, "id": id_, "meta": write_meta(self.published), "language": "fr"}

    @property
    def _exam_system(self) -> str:
        # The code system that the façade publishes for this laboratory.
        return code_system(self.base, f"catalogue-{self.finess}")

    def _local(self, exam: LabExam) -> Coding:
        return Coding(self._exam_system, exam.local_code, exam.label)

    def _uri(self, system: str) -> str:
        if system == LOCAL_SYSTEM:
            return code_system(self.base, f"codes-locaux-{self.finess}")
        known = not system or ":" in system
        return system if known else code_system(self.base, f"{quote(system, safe='')}-{self.finess}")


def id_of(kind: str, code: str) -> str:
    """The id of the resource of an exam, by its local code; of an act, by its own."""
    return resource_id(_PREFIXES[kind], code)


def result_reference(code: str) -> JsonObject:
    """A reference to the definition of what an exam gives or asks, by its local code."""
    return {"reference": f"ObservationDefinition/{id_of('ObservationDefinition', code)}"}

"""A code with all there is to say of it, whoever asks: code system, expansion, `$lookup`, `$validate-code`."""

from dataclasses import dataclass
from enum import StrEnum

from api.fhir.systems import SNOMED
from api.terminology.properties import Property
from terminology.coding import Coding
from terminology.request_code import CodeStatus, OrderClass, SynonymKind


class DesignationKind(StrEnum):
    """What another label is for, beside the kinds of synonyms; codes of our `type-designation`."""

    EDITION = "libelle-edition"
    REQUEST = "libelle-demande"


# SNOMED CT « Fully specified name » and « Synonym », the uses FHIR servers agree on.
REFERENCE_USE = Coding(SNOMED, "900000000000003001", "Fully specified name")
SYNONYM_USE = Coding(SNOMED, "900000000000013009", "Synonym")
DESIGNATION_TITLES = {
    SynonymKind.SYNONYM.value: "Synonyme",
    SynonymKind.ABBREVIATION.value: "Abréviation",
    SynonymKind.LOCAL_USE.value: "Usage local",
    DesignationKind.EDITION.value: "Libellé d'édition",
    DesignationKind.REQUEST.value: "Libellé de la demande",
}
ORDER_CLASS_TITLES = {
    OrderClass.ORDER: "Ne peut être que demandé",
    OrderClass.BOTH: "Peut être demandé et rendu",
    OrderClass.OBSERVATION: "Ne peut être que rendu",
}


@dataclass(frozen=True, slots=True)
class Designation:
    """Another label, in French; `use` says what for."""

    value: str
    use: Coding
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Concept:
    """A code with all there is to say of it. `display` is empty when no label is held (acts)."""

    system: str
    code: str
    display: str
    status: CodeStatus = CodeStatus.ACTIVE
    definition: str = ""
    designations: tuple[Designation, ...] = ()
    properties: tuple[Property, ...] = ()

    @property
    def inactive(self) -> bool:
        """Resolvable, never offered."""
        return self.status is CodeStatus.RETIRED

    @property
    def coding(self) -> Coding:
        """The code with its system and label."""
        return Coding(self.system, self.code, self.display)

"""The properties that concepts may have, and their types (terminology.md §5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from terminology.coding import Coding

PropertyValue: TypeAlias = Coding | str | bool | int | Decimal


class PropertyType(StrEnum):
    """FHIR types of the values of properties; `code` refers to a concept of the system itself, or is `status`."""

    CODE = "code"
    CODING = "Coding"
    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """One property that concepts may have; `uri` names it where someone else defined it."""

    code: str
    type: PropertyType
    description: str
    uri: str = ""


_CONCEPT_PROPERTIES = "http://hl7.org/fhir/concept-properties"
PROPERTIES = (
    PropertyDefinition(
        "status",
        PropertyType.CODE,
        "active, waiting (code d'attente) ou retired",
        f"{_CONCEPT_PROPERTIES}#status",
    ),
    PropertyDefinition(
        "inactive",
        PropertyType.BOOLEAN,
        "Vrai pour un code retiré : résolu, jamais proposé",
        f"{_CONCEPT_PROPERTIES}#inactive",
    ),
    PropertyDefinition(
        "ORDER_OBS", PropertyType.STRING, "Order, Both ou Observation", "http://loinc.org/property/ORDER_OBS"
    ),
    PropertyDefinition("chapitre", PropertyType.CODING, "Chapitre du compte rendu"),
    PropertyDefinition("sous-chapitre", PropertyType.CODING, "Sous-chapitre du compte rendu"),
    PropertyDefinition("rang", PropertyType.INTEGER, "Ordre d'impression"),
    PropertyDefinition("nabm", PropertyType.CODING, "Acte de la NABM lié à la demande"),
    PropertyDefinition("prelevement", PropertyType.CODING, "Nature du prélèvement (SPM-4)"),
    PropertyDefinition("localisation", PropertyType.CODING, "Site du prélèvement (SPM-8)"),
    PropertyDefinition("lateralite", PropertyType.CODING, "Latéralité du prélèvement (SPM-9)"),
    PropertyDefinition(
        "renseignement-obligatoire", PropertyType.CODING, "Renseignement clinique attendu ; jamais bloquant"
    ),
    PropertyDefinition("renseignement-utile", PropertyType.CODING, "Renseignement clinique utile"),
    PropertyDefinition("liste-restreinte", PropertyType.BOOLEAN, "De la liste restreinte ; absent : inconnu"),
    PropertyDefinition(
        "comparabilite", PropertyType.INTEGER, "1 comparable sur le code, 2 dépend de la technique, 9 non évalué"
    ),
    PropertyDefinition("unite", PropertyType.STRING, "Unité recommandée, à afficher"),
    PropertyDefinition("ucum", PropertyType.STRING, "Unité UCUM, pour calculer"),
    PropertyDefinition("systematique-cr", PropertyType.BOOLEAN, "Toujours présent au compte rendu"),
    PropertyDefinition("resultat", PropertyType.CODING, "Analyse que rend la demande"),
    PropertyDefinition("demande", PropertyType.CODING, "Demande qui rend l'analyse, ou à laquelle l'acte est lié"),
    PropertyDefinition("correspondance", PropertyType.CODING, "Analyse jumelle (masse et moles)"),
    PropertyDefinition("facteur", PropertyType.DECIMAL, "Valeur de la jumelle = valeur × facteur"),
    PropertyDefinition("release", PropertyType.STRING, "Version du jeu de valeurs qui tient le code"),
)
"""Every property of every code system, in the order they are given."""
PROPERTY_TYPES: Mapping[str, PropertyType] = {definition.code: definition.type for definition in PROPERTIES}


@dataclass(frozen=True, slots=True)
class Property:
    """One value of one property; a property may have several."""

    code: str
    value: PropertyValue

    @property
    def type(self) -> PropertyType:
        """As `PROPERTIES` declares it."""
        return PROPERTY_TYPES[self.code]

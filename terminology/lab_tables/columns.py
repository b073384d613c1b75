"""The columns of the tables: the French header of each, the field it holds, the kind of its cells."""

from collections.abc import Iterator
from dataclasses import dataclass

from terminology.lab_catalogue import Nature, Priority, ReportingPriority, ValueType
from terminology.lab_catalogue_systems import ADDITIVE, FINESS, LOCAL_SYSTEM, LOINC, NABM, SPECIMEN, TECHNIQUE, UCUM
from terminology.lab_tables.cells import (
    FLAG,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    TEXTS,
    Kind,
    choice,
    choices,
    coding,
    codings,
    quantity,
)

LABORATORY_SHEET, EXAM_SHEET, TUBE_SHEET, RANGE_SHEET = "Laboratoire", "Examens", "Tubes", "Intervalles"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, the field, the kind; `required` cells are never empty."""

    header: str
    field: str
    kind: Kind
    required: bool = False


def _columns(*told: tuple[str, str, Kind] | tuple[str, str, Kind, bool]) -> tuple[Column, ...]:
    return tuple(Column(*one) for one in told)


CODE = Column("Code local", "local_code", TEXT, required=True)
LABORATORY = _columns(
    ("FINESS", "finess", TEXT, True),
    ("Nom", "name", TEXT),
    ("Mnémonique", "mnemonic", TEXT, True),
    ("Application", "application", TEXT),
)
VERSION = _columns(("Version", "version", INTEGER), ("En vigueur le", "effective_from", INSTANT, True))
EXAM = (
    CODE,
    *_columns(
        ("Libellé", "label", TEXT, True),
        ("LOINC", "loinc", coding(LOINC)),
        ("LOINC préféré", "loinc_preferred", FLAG),
        ("Types de résultat", "value_types", choices(ValueType)),
        ("Prélèvement nécessaire", "specimen_required", FLAG),
        ("Indication", "purpose", TEXT),
        ("NABM", "nabm", codings(NABM)),
        ("Synonymes", "synonyms", TEXTS),
        ("Libellé d'édition", "printed_label", TEXT),
        ("Abrégé", "mnemonic", TEXT),
        ("Libellé de référence", "reference_label", TEXT),
        ("Prescriptible", "orderable", FLAG),
        ("Techniques", "techniques", codings(TECHNIQUE)),
        ("Secteurs", "sections", codings(LOCAL_SYSTEM)),
        ("Nature", "nature", choice(Nature)),
        ("Chapitre", "chapter", coding(LOINC)),
        ("Rang", "rank", TEXT),
        ("Modifié le", "changed_at", INSTANT),
        ("Résultats comparables depuis", "comparable_from", INSTANT),
        ("Délai de rendu (min)", "turnaround_minutes", NUMBER),
        ("Durée d'analyse (min)", "processing_minutes", NUMBER),
        ("Priorités", "processing_priorities", choices(Priority)),
        ("Mode de rendu", "reporting_priority", choice(ReportingPriority)),
        ("Sous-traitants", "subcontractors", codings(FINESS)),
        ("Renseignements cliniques", "required_information", TEXTS),
        ("Interprétation", "interpretation", TEXT),
        ("Contre-indication", "contraindication", coding(LOCAL_SYSTEM)),
        ("Examens réflexes", "reflex_exams", TEXTS),
        ("Règle réflexe", "reflex_rule", TEXT),
        ("Préparation du patient", "patient_preparation", TEXT),
        ("Facteurs", "factors", TEXT),
        ("Jours", "schedule", TEXTS),
        ("Technique en clair", "method_text", TEXT),
        ("Site anatomique", "anatomic_site", coding(LOCAL_SYSTEM)),
        ("Liste de réponses", "answer_list", coding(LOCAL_SYSTEM)),
        ("Réponses normales", "normal_answers", codings(LOCAL_SYSTEM)),
        ("Réponses anormales", "abnormal_answers", codings(LOCAL_SYSTEM)),
        ("Réponses critiques", "critical_answers", codings(LOCAL_SYSTEM)),
        ("Membres", "members", TEXTS),
        ("Règle de calcul", "derivation_rule", TEXT),
        ("Examen en vigueur le", "effective_from", INSTANT),
    ),
)
MEASURE = _columns(
    ("Unité", "unit", coding(UCUM)),
    ("Précision", "precision", TEXT),
    ("Unité SI", "si_unit", coding(UCUM)),
    ("Facteur SI", "si_factor", NUMBER),
)
CONTAINER = _columns(
    ("Récipient", "description", TEXT),
    ("Dérivé", "derived", FLAG),
    ("Volume", "volume", quantity(UCUM)),
    ("Nature du prélèvement", "specimen", coding(SPECIMEN)),
    ("Additif", "additive", coding(ADDITIVE)),
    ("Traitement", "preparation", TEXT),
    ("Volume usuel", "usual_volume", quantity(UCUM)),
    ("Volume minimal", "minimum_volume", quantity(UCUM)),
    ("Prélèvement", "collection", TEXT),
    ("Au choix", "choice", INTEGER),
    ("Priorités", "priorities", choices(Priority)),
    ("Conservation", "retention", quantity(UCUM)),
)
TRANSPORT = _columns(
    ("Température", "temperature", TEXT),
    ("Délai maximal (h)", "max_delay_hours", NUMBER),
    ("Remarque de transport", "remark", TEXT),
)
RANGE_KIND = Column("Type", "kind", TEXT, required=True)
REFERENCE, CRITICAL = "référence", "critique"
RANGE = _columns(
    ("Sexe", "sex", TEXT),
    ("Condition", "condition", TEXT),
)
BOUNDS = {
    "values": _columns(("Bas", "low", NUMBER), ("Haut", "high", NUMBER)),
    "age": _columns(("Âge minimal", "low", NUMBER), ("Âge maximal", "high", NUMBER)),
    "gestational_age": _columns(("Semaines minimales", "low", NUMBER), ("Semaines maximales", "high", NUMBER)),
}
"""Intervals of a range, each by its two bounds."""


def bound_columns() -> Iterator[Column]:
    """Those of every interval."""
    for columns in BOUNDS.values():
        yield from columns


SHEETS: dict[str, tuple[Column, ...]] = {
    LABORATORY_SHEET: (*LABORATORY, *VERSION),
    EXAM_SHEET: (*EXAM, *MEASURE),
    TUBE_SHEET: (CODE, *CONTAINER, *TRANSPORT),
    RANGE_SHEET: (CODE, RANGE_KIND, *bound_columns(), *RANGE),
}

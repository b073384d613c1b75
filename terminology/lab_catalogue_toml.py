"""The maintained source of a laboratory's catalogue: one TOML file, read strictly (form: examples/lab-catalogue).

Codes are written once with their label in the tables at the top (`units`, `chapters`, `nabm`…), tubes once in
`tubes`; exams name them. An unknown key, a wrong type or a code without a label is refused, and every fault of the
file is reported, located as `exams[3] (GLYJ).unit`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kernel.errors import Invalid, NotFound
from kernel.findings import Finding
from terminology.coding import Coding
from terminology.lab_catalogue import (
    Container,
    Interval,
    LabCatalogue,
    LabExam,
    Laboratory,
    Measure,
    Nature,
    Priority,
    Quantity,
    ReferenceRange,
    ReportingPriority,
    Transport,
    ValueType,
)
from terminology.lab_catalogue_systems import ADDITIVE, FINESS, LOCAL_SYSTEM, LOINC, NABM, SPECIMEN, TECHNIQUE, UCUM
from terminology.toml_table import TomlTable

VOCABULARIES = {
    "units": UCUM,
    "chapters": LOINC,
    "sections": LOCAL_SYSTEM,
    "specimens": SPECIMEN,
    "additives": ADDITIVE,
    "techniques": TECHNIQUE,
    "nabm": NABM,
    "laboratories": FINESS,
    "answers": LOCAL_SYSTEM,
}


def load_lab_catalogue(path: Path) -> LabCatalogue:
    """The catalogue of a TOML file; `NotFound` without the file, `Invalid` with every located finding."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotFound.because(
            "lab-catalogue-not-found", f"Catalogue illisible : {path.name}.", "Un fichier TOML en UTF-8 est attendu."
        ) from None
    return parse_lab_catalogue(text)


def parse_lab_catalogue(text: str) -> LabCatalogue:
    """The catalogue in a TOML text; `Invalid` with every located finding."""
    try:
        raw: Mapping[str, object] = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise Invalid.because("lab-catalogue", f"TOML illisible : {error}.", "Corriger la syntaxe.") from None
    findings: list[Finding] = []
    top = TomlTable(raw, "", findings)
    top.text("notice")
    words = Words({name: top.words(name) for name in VOCABULARIES})
    tubes = {name: _container(table, words) for name, table in top.tables_by_name("tubes").items()}
    catalogue = LabCatalogue(
        laboratory=_laboratory(top.table("laboratory")),
        version=top.integer("version", 1),
        effective_from=top.required_instant("effective_from"),
        exams=tuple(_exam(table, words, tubes) for table in top.tables("exams", "code")),
    )
    top.close()
    if findings:
        raise Invalid(findings)
    return catalogue


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabularies of the file: code to label, by table."""

    labels: Mapping[str, Mapping[str, str]]

    def one(self, table: TomlTable, key: str, vocabulary: str) -> Coding | None:
        """The code named by `key`, None when the key is absent."""
        code = table.text(key)
        return self._coding(table, key, vocabulary, code) if code else None

    def many(self, table: TomlTable, key: str, vocabulary: str) -> tuple[Coding, ...]:
        """The codes named by a list."""
        return tuple(self._coding(table, key, vocabulary, code) for code in table.texts(key))

    def _coding(self, table: TomlTable, key: str, vocabulary: str, code: str) -> Coding:
        label = self.labels[vocabulary].get(code)
        if label is None:
            table.refuse(key, f"Code « {code} » sans libellé", f"L'ajouter dans [{vocabulary}].")
        return Coding(VOCABULARIES[vocabulary], code, label or "")


def _laboratory(table: TomlTable) -> Laboratory:
    laboratory = Laboratory(
        finess=table.required_text("finess"),
        name=table.required_text("name"),
        mnemonic=table.required_text("mnemonic"),
        application=table.text("application", "CATALOGUE"),
    )
    table.close()
    return laboratory


def _container(table: TomlTable, words: Words) -> Container:
    unit = words.one(table, "volume_unit", "units")
    container = Container(
        description=table.required_text("description"),
        derived=table.flag("derived", False),
        volume=_quantity(table.number("volume"), unit),
        specimen=words.one(table, "specimen", "specimens"),
        additive=words.one(table, "additive", "additives"),
        preparation=table.text("preparation"),
        transport=Transport(table.text("temperature"), table.number("max_delay_hours"), table.text("transport_remark")),
        usual_volume=_quantity(table.number("usual_volume"), unit),
        minimum_volume=_quantity(table.number("minimum_volume"), unit),
        collection=table.text("collection"),
        choice=table.integer("choice") or None,
        priorities=table.choices("priorities", Priority),
        retention=_quantity(table.number("retention"), words.one(table, "retention_unit", "units")),
    )
    table.close()
    return container


def _quantity(value: Decimal | None, unit: Coding | None) -> Quantity | None:
    return None if value is None else Quantity(value, unit)


def _exam(table: TomlTable, words: Words, tubes: Mapping[str, Container]) -> LabExam:
    label = table.required_text("label")
    loinc = table.text("loinc")
    exam = LabExam(
        local_code=table.required_text("code"),
        label=label,
        loinc=Coding(LOINC, loinc, table.text("loinc_label", label)) if loinc else None,
        loinc_preferred=table.flag("loinc_preferred", True),
        value_types=table.choices("value_types", ValueType),
        specimen_required=table.flag("specimen_required", True),
        purpose=table.text("purpose"),
        nabm=words.many(table, "nabm", "nabm"),
        synonyms=table.texts("synonyms"),
        printed_label=table.text("printed_label"),
        mnemonic=table.text("mnemonic"),
        reference_label=table.text("reference_label"),
        orderable=table.flag("orderable", True),
        techniques=words.many(table, "techniques", "techniques"),
        sections=words.many(table, "sections", "sections"),
        nature=table.choice("nature", Nature) or Nature.ATOMIC,
        chapter=words.one(table, "chapter", "chapters"),
        rank=table.text("rank"),
        changed_at=table.instant("changed_at"),
        comparable_from=table.instant("comparable_from"),
        turnaround_minutes=table.number("turnaround_minutes"),
        processing_minutes=table.number("processing_minutes"),
        processing_priorities=table.choices("priorities", Priority),
        reporting_priority=table.choice("reporting_priority", ReportingPriority),
        subcontractors=words.many(table, "subcontractors", "laboratories"),
        required_information=table.texts("required_information"),
        interpretation=table.text("interpretation"),
        contraindication=words.one(table, "contraindication", "answers"),
        reflex_exams=table.texts("reflex_exams"),
        reflex_rule=table.text("reflex_rule"),
        patient_preparation=table.text("patient_preparation"),
        factors=table.text("factors"),
        schedule=table.texts("schedule"),
        method_text=table.text("method_text"),
        anatomic_site=words.one(table, "anatomic_site", "answers"),
        measure=_measure(table, words),
        answer_list=words.one(table, "answer_list", "answers"),
        normal_answers=words.many(table, "normal_answers", "answers"),
        abnormal_answers=words.many(table, "abnormal_answers", "answers"),
        critical_answers=words.many(table, "critical_answers", "answers"),
        containers=_containers(table, tubes),
        members=table.texts("members"),
        derivation_rule=table.text("derivation_rule"),
        effective_from=table.instant("effective_from"),
    )
    table.close()
    return exam


def _containers(table: TomlTable, tubes: Mapping[str, Container]) -> tuple[Container, ...]:
    names = table.texts("tubes")
    for name in names:
        if name not in tubes:
            table.refuse("tubes", f"Tube « {name} » inconnu", "Le décrire dans [tubes].")
    return tuple(tubes[name] for name in names if name in tubes)


def _measure(table: TomlTable, words: Words) -> Measure:
    return Measure(
        unit=words.one(table, "unit", "units"),
        precision=table.text("precision"),
        si_unit=words.one(table, "si_unit", "units"),
        si_factor=table.number("si_factor"),
        reference_ranges=tuple(_range(t) for t in table.tables("reference_ranges")),
        critical_ranges=tuple(_range(t) for t in table.tables("critical_ranges")),
    )


def _range(table: TomlTable) -> ReferenceRange:
    found = ReferenceRange(
        values=Interval(table.number("low"), table.number("high")),
        sex=table.text("sex"),
        age=Interval(table.number("age_from"), table.number("age_to")),
        gestational_age=Interval(table.number("weeks_from"), table.number("weeks_to")),
        condition=table.text("condition"),
    )
    table.close()
    return found

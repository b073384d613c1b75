"""ObservationDefinition `resultat-<code>`: a result, a group of results, or an item of clinical information.

Every exam has one, so that members and clinical information are always found by it (FHIR R4, lcsd.md §5, §11).
"""

from decimal import Context, Decimal

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.answer_set import write_answer_set
from api.fhir.lab_catalogue.exam_extensions import write_exam_extensions
from api.fhir.lab_catalogue.published import PublishedCatalogue, id_of
from api.fhir.lab_catalogue.quantities import WEEK, YEAR, write_interval
from terminology.coding import Coding
from terminology.lab_catalogue import LabExam, Measure, Nature, ReferenceRange, ValueType

_LABORATORY = Coding("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory")
_SEX = "http://terminology.hl7.org/CodeSystem/v2-0001"
_GENDERS = {"F": "female", "M": "male", "O": "other", "U": "unknown"}
_TYPES = {
    ValueType.NUMERIC: "Quantity",
    ValueType.STRUCTURED_NUMERIC: "Quantity",
    ValueType.CODED: "CodeableConcept",
    ValueType.DATE: "dateTime",
    ValueType.INSTANT: "dateTime",
    ValueType.TIME: "time",
}
_FACTOR_DIGITS = Context(prec=9)


def write_observation_definition(exam: LabExam, whole: PublishedCatalogue) -> JsonObject:
    """The whole resource: names, type, technique, unit, ranges of each population, answers."""
    answers = {
        "normal": exam.normal_answers,
        "abnormal": exam.abnormal_answers,
        "critical": exam.critical_answers,
    }
    performed = exam.specimen_required or exam.nature is not Nature.ATOMIC or bool(exam.members)
    return present(
        {
            **whole.start("ObservationDefinition", id_of("ObservationDefinition", exam.local_code)),
            "contained": [write_answer_set(name, several, whole) for name, several in answers.items() if several],
            "extension": [*write_exam_extensions(exam, whole), *_extensions(exam, whole)],
            "category": [whole.concept(each) for each in (_LABORATORY if performed else None, exam.chapter) if each],
            "code": whole.exam_concept(exam),
            "identifier": [whole.identifier(exam)],
            "permittedDataType": list(dict.fromkeys(_TYPES.get(each, "string") for each in exam.value_types)),
            "method": whole.concept(*exam.techniques, text=exam.method_text),
            "preferredReportName": exam.printed_label,
            "quantitativeDetails": _quantitative(exam.measure, whole) if exam.measure else None,
            "qualifiedInterval": _intervals(exam.measure, whole) if exam.measure else [],
            "validCodedValueSet": _list(exam.answer_list, whole),
            **{f"{name}CodedValueSet": {"reference": f"#{name}"} for name, several in answers.items() if several},
        }
    )


def _extensions(exam: LabExam, whole: PublishedCatalogue) -> list[JsonObject]:
    comparable = exam.comparable_from
    return [
        *whole.extension("reference-label", "String", exam.reference_label),
        *whole.extensions("value-type", "Code", (each.value for each in exam.value_types)),
        *whole.extension("comparable-from", "DateTime", comparable.isoformat() if comparable else None),
        *whole.extension("derivation-rule", "String", exam.derivation_rule),
    ]


def _quantitative(measure: Measure, whole: PublishedCatalogue) -> JsonObject:
    """R4 goes from the SI unit to the customary one, the catalogue the other way: its own factor stays exact."""
    factor = measure.si_factor
    _, _, decimals = measure.precision.partition(".")
    return present(
        {
            "extension": [
                *whole.extension("precision", "String", measure.precision),
                *whole.extension("si-factor", "Decimal", factor),
            ],
            "customaryUnit": _unit(measure.unit, whole),
            "unit": _unit(measure.si_unit, whole),
            "conversionFactor": _FACTOR_DIGITS.divide(Decimal(1), factor).normalize() if factor else None,
            "decimalPrecision": int(decimals) if decimals.isdecimal() else None,
        }
    )


def _unit(unit: Coding | None, whole: PublishedCatalogue) -> JsonObject:
    return whole.concept(unit, text=unit.display or unit.code) if unit else {}


def _intervals(measure: Measure, whole: PublishedCatalogue) -> list[JsonObject]:
    kinds = (("reference", measure.reference_ranges), ("critical", measure.critical_ranges))
    return [_interval(kind, each, measure.unit, whole) for kind, several in kinds for each in several]


def _interval(category: str, range_: ReferenceRange, unit: Coding | None, whole: PublishedCatalogue) -> JsonObject:
    gender = _GENDERS.get(range_.sex)
    return present(
        {
            "category": category,
            "range": write_interval(range_.values, unit),
            "appliesTo": [whole.concept(Coding(_SEX, range_.sex))] if range_.sex and not gender else [],
            "gender": gender,
            "age": write_interval(range_.age, YEAR),
            "gestationalAge": write_interval(range_.gestational_age, WEEK),
            "condition": range_.condition,
        }
    )


def _list(answers: Coding | None, whole: PublishedCatalogue) -> JsonObject:
    """The list of answers is known by its code: its content is the laboratory's."""
    if answers is None:
        return {}
    coding = whole.coding(answers)
    identifier = present({"system": coding.get("system"), "value": answers.code})
    return present({"type": "ValueSet", "identifier": identifier, "display": answers.display})

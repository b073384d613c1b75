"""The exam of a line: `ServiceRequest.code`, one coding with an optional text, or a text alone."""

from api.fhir.datatypes import present, read_coding
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.systems import LOINC, waiting_codes
from prescription.line import CodedExam, CodeKind, Exam, FreeTextExam


def read_exam(concept: Element | None, base: str) -> Exam | None:
    """The exam; None, and a finding, when there is neither one coding nor a text."""
    if concept is None:
        return None
    coded = concept.children("coding")
    text = concept.text("text")
    concept.close()
    if not concept.has("coding"):
        if text is None and not concept.has("text"):
            concept.wrong("L'examen n'a ni code ni texte.", "Donner un code, ou un texte libre.")
        return FreeTextExam(text) if text else None
    for extra in coded[1:]:
        extra.wrong("Un examen a un seul code.", "Garder le code de l'examen demandé.")
    coding = read_coding(coded[0]) if coded else None
    if coding is None:
        return FreeTextExam(text) if text else None
    kinds = {LOINC: CodeKind.LOINC, waiting_codes(base): CodeKind.WAITING}
    kind = kinds.get(coding.system)
    if kind is None:
        coded[0].wrong("Système de codes inattendu.", f"Attendu : {' ou '.join(kinds)}.", "system")
        return FreeTextExam(text or coding.display or coding.code)
    return CodedExam(kind, coding.code, coding.display, text)


def write_exam(exam: Exam, base: str) -> JsonObject:
    """A CodeableConcept."""
    if isinstance(exam, FreeTextExam):
        return present({"text": exam.text})
    system = LOINC if exam.kind is CodeKind.LOINC else waiting_codes(base)
    coding = present({"system": system, "code": exam.code, "display": exam.display})
    return present({"coding": [coding], "text": exam.as_seen})

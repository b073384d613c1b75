"""The orders whose documents are judged and read: one for each thing an order may hold, with a small PDF and image."""

import base64
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from document.write import write_document
from kernel.partial_date import PartialDate
from prescription.context import (
    Answer,
    AskedUnknown,
    BooleanAnswer,
    ChoiceAnswer,
    DateAnswer,
    InstantAnswer,
    NumberAnswer,
    Quantity,
    QuantityAnswer,
    TextAnswer,
)
from prescription.epu_code import EpuCode
from prescription.line import (
    CodedExam,
    CodeKind,
    Coverage,
    Flags,
    FreeTextExam,
    Instruction,
    PeriodUnit,
    Precondition,
    Recurrence,
    RecurrenceKind,
    ResultReturn,
    ReturnWhen,
    Target,
)
from prescription.people import (
    Address,
    ContactPoint,
    Helper,
    HelperRole,
    IdentityAttribute,
    IdentityStatus,
    Organization,
    Practitioner,
    PractitionerRole,
)
from prescription.prescription import Prescription, UseCase, Validity
from terminology.coding import Coding
from tests.printing.orders import AUTHOR, CATALOGUE, PATIENT, PATIENT_CODES, ROUTINE, exam, line

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
QR = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
_SNOMED = "http://snomed.info/sct"
_SPECIALTY = (Coding("urn:oid:1.2.250.1.213.1.1.4.5", "G15_10/SM26", "Médecin - Qualifié en Médecine Générale (SM)"),)
DOCTOR = replace(
    AUTHOR, specialties=_SPECIALTY, organization=replace(AUTHOR.organization or Organization(None), finess="750000010")
)
ONE_LINE = replace(ROUTINE, author=DOCTOR)
PHONE = ContactPoint("phone", "0139001234", "work")

URGENT = replace(
    ONE_LINE,
    lines=(
        line(
            1,
            exam("24326-1"),
            urgent=True,
            result_returns=(ResultReturn(PHONE, ReturnWhen.URGENT, 60, "demander la garde"),),
        ),
    ),
)
ALD = replace(
    ONE_LINE, lines=(line(1, exam("4548-4"), flags=Flags(ald=True)), line(2, FreeTextExam("Recherche de paludisme")))
)
INR = replace(
    ONE_LINE,
    lines=(
        line(
            1,
            exam("6301-6"),
            target=Target(Decimal("2.0"), Decimal("3.0"), "INR"),
            detail="fluindione",
            recurrence=Recurrence(RecurrenceKind.ITERATIVE, Decimal(1), PeriodUnit.WEEK, 6),
        ),
    ),
)
FORTY_LINES = replace(
    ONE_LINE, lines=tuple(line(number, exam("3016-3"), note=f"n° {number}") for number in range(1, 41))
)
MOTHER = Helper(
    "PAT-TROIS",
    ("Jeanne",),
    HelperRole.LEGAL_REPRESENTATIVE,
    "mère",
    (ContactPoint("phone", "0600000001", "mobile"),),
    Address(("12 rue des Tilleuls",), "78000", "Versailles", None),
)
MINOR = replace(
    ONE_LINE,
    patient=replace(
        PATIENT, birth_date=PartialDate(2015, 6), status=IdentityStatus.VALIDATED, ins=None, birth_place_name="Dompremy"
    ),
    helpers=(MOTHER, Helper("DUPONT", ("Luc",), HelperRole.TRUSTED_PERSON, "oncle")),
)
DOUBTFUL = replace(
    ONE_LINE,
    patient=replace(
        PATIENT, status=IdentityStatus.PROVISIONAL, attributes=frozenset({IdentityAttribute.DOUBTFUL}), ins=None
    ),
)
COLLEAGUE = PractitionerRole(
    Practitioner("MARTIN", ("Luc",), "Pr", "10100000001", None, (ContactPoint("email", "l@x.example", "work"),)),
    Organization("Centre hospitalier", "750000028"),
    _SPECIALTY,
)
EVERYTHING = replace(
    ONE_LINE,
    created_at=datetime(2022, 1, 11, 9, 0, tzinfo=UTC),
    validity=Validity(date(2022, 1, 11), date(2023, 1, 11)),
    use_case=UseCase.B2,
    home_sampling=True,
    general_context=(
        Instruction("fièvre & frissons <38,5>"),
        Instruction("", Coding("https://example.org/contexte", "GROSSESSE", "Grossesse")),
    ),
    result_returns=(ResultReturn(ContactPoint("sms", "06 00 00 00 02"), ReturnWhen.PATHOLOGICAL),),
    result_copies=(COLLEAGUE, Organization("Clinique des Lilas", "750000036", (PHONE,))),
    replaced_practitioner=COLLEAGUE,
    replaces=(EpuCode("01QRSTVWXYZ0123456"),),
    patient=replace(
        PATIENT,
        used_family_name="DURAND",
        used_given_name="DOMINIQUE",
        telecom=(ContactPoint("phone", "0600000003", "mobile"), ContactPoint("email", "d@x.example", "home")),
        address=Address(("1 rue A", "bâtiment B"), "51300", "Vitry-le-François", "France"),
    ),
    lines=(
        line(
            1,
            CodedExam(CodeKind.LOINC, "2842-3", "Prolactine", "PRL"),
            authored_on=datetime(2022, 1, 11, 10, 0, tzinfo=UTC),
            requester=COLLEAGUE,
            flags=Flags(True, True, True, True, True),
            work_accident_detail="dossier 12",
            clinical_context="aménorrhée\ndepuis trois mois",
            answers=(
                Answer("date-dernieres-regles", DateAnswer(PartialDate(2021, 12))),
                Answer("heure-prise", InstantAnswer(datetime(2022, 1, 10, 8, 30, tzinfo=UTC))),
                Answer("poids", QuantityAnswer(Quantity(Decimal("61.5"), "kilogrammes", "kg"))),
                Answer("grossesses", NumberAnswer(Decimal(2), False)),
                Answer("imc", NumberAnswer(Decimal("22.4"), True)),
                Answer("cycle", ChoiceAnswer(Coding("https://example.org/cycle", "REGULIER", "Régulier"))),
                Answer("enceinte", BooleanAnswer(False)),
                Answer("traitement", TextAnswer("aucun")),
                Answer("terme", AskedUnknown()),
            ),
            specimens=(Coding("http://terminology.hl7.org/CodeSystem/v2-0487", "SER", "Sérum"),),
            body_site=Coding(_SNOMED, "40983000", "Bras"),
            laterality=Coding(_SNOMED, "24028007", "droit"),
            sampling_instructions=(Instruction("au repos depuis vingt minutes"),),
            patient_instructions=(Instruction(coding=Coding(PATIENT_CODES, "MED-1160", "A jeûn")),),
            patient_instruction_text="boire de l'eau",
            preconditions=(Precondition("hors fièvre", date(2022, 3, 1)),),
            occurrence_from=date(2022, 1, 20),
            coverages=(Coverage("ALD", "CPAM 78"),),
            note="urgent si possible",
            replaces="urn:uuid:00000000-0000-4000-8000-000000000099",
        ),
        line(2, CodedExam(CodeKind.WAITING, "ATT-12", "Examen en attente d'un code"), note="à voir"),
        line(3, FreeTextExam("Recherche d'agglutinines irrégulières"), urgent=True),
    ),
)
CASES = {
    "one-line": ONE_LINE,
    "urgent": URGENT,
    "ald-and-free-text": ALD,
    "inr-series": INR,
    "forty-lines": FORTY_LINES,
    "minor-with-representative": MINOR,
    "doubtful-identity": DOUBTFUL,
    "everything": EVERYTHING,
}


def document_of(order: Prescription) -> bytes:
    """The document of an order of the tests."""
    return write_document(order, CATALOGUE, PDF, QR if order.epu_code else None)

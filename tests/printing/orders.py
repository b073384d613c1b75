"""The orders the printing tests print: domain values around the official test identity (prescription.md §9)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from kernel.ins import Ins
from kernel.partial_date import PartialDate
from prescription.context import Answer, AskedUnknown
from prescription.epu_code import EpuCode
from prescription.line import (
    CodedExam,
    CodeKind,
    Flags,
    FreeTextExam,
    Instruction,
    Line,
    PeriodUnit,
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
    IdentityStatus,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Sex,
)
from prescription.prescription import Prescription, Validity
from terminology.catalogue import Catalogue
from terminology.coding import Coding
from terminology.release import Release, ReleaseKind
from terminology.request_code import AnswerType, ClinicalInformation, ExpectedInformation, Obligation, RequestCode

LOINC = "http://loinc.org"
PARIS_WINTER = timezone(timedelta(hours=1))
LAST_MENSES = "date-dernieres-regles"
PATIENT_CODES = "urn:oid:1.2.250.1.213.1.1.4.322"

_MENSES = ClinicalInformation(LAST_MENSES, "Date des dernières règles", AnswerType.DATE, sex="female")


def _request(code: str, display: str, *required: ClinicalInformation) -> RequestCode:
    expected = tuple(ExpectedInformation(item, Obligation.REQUIRED) for item in required)
    return RequestCode(code, LOINC, display, clinical_information=expected)


CATALOGUE = Catalogue(
    Release(
        "test",
        1,
        ReleaseKind.STARTER,
        date(2025, 1, 1),
        (
            _request("57022-6", "Numération formule sanguine"),
            _request("2842-3", "Prolactine", _MENSES),
            _request("4548-4", "HbA1c"),
            _request("6301-6", "INR"),
            _request("3016-3", "TSH"),
            _request("24326-1", "Ionogramme"),
        ),
    )
)


def exam(code: str) -> CodedExam:
    """A coded exam under the label of the test catalogue."""
    request = CATALOGUE.get(code)
    return CodedExam(CodeKind.LOINC, code, request.display if request else "")


def line(number: int, what: CodedExam | FreeTextExam, **more: object) -> Line:
    """A line whose id is made of its number."""
    return replace(Line(f"urn:uuid:00000000-0000-4000-8000-{number:012d}", what), **more)


PATIENT = Patient(
    birth_family_name="PAT-TROIS",
    birth_given_names=("DOMINIQUE", "MARIE-LOUISE"),
    first_birth_given_name="DOMINIQUE",
    sex=Sex.FEMALE,
    birth_date=PartialDate(1979, 3, 28),
    status=IdentityStatus.QUALIFIED,
    ins=Ins.parse("279035121518989", "1.2.250.1.213.1.4.10"),
    birth_place_code="51215",
)
UNQUALIFIED = replace(PATIENT, status=IdentityStatus.VALIDATED)

AUTHOR = PractitionerRole(
    Practitioner(
        family="Thomas",
        given=("Amélie",),
        title="Dr",
        rpps="10005688798",
        telecom=(ContactPoint("email", "amelie.thomas@medecin.mssante.example", "work"),),
    ),
    Organization(
        "Maison de santé des Tilleuls",
        telecom=(ContactPoint("phone", "0139001234"),),
        address=Address(("12 rue des Tilleuls",), "78000", "Versailles", None),
    ),
    (Coding("https://example.org/specialite", "SM26", "Médecine générale"),),
)

ROUTINE = Prescription(
    patient=PATIENT,
    author=AUTHOR,
    lines=(line(1, exam("57022-6"), clinical_context="bilan de routine"),),
    signed=True,
    authored_on=datetime(2022, 1, 11, 10, 15, tzinfo=PARIS_WINTER),
    epu_code=EpuCode("01S2TBPZ2JCNZZYGHZ"),
    validity=Validity(date(2022, 1, 11), date(2023, 1, 11)),
)

PROLACTIN = replace(
    ROUTINE,
    lines=(
        line(
            1,
            exam("2842-3"),
            clinical_context="aménorrhée depuis trois mois",
            specimens=(Coding("http://terminology.hl7.org/CodeSystem/v2-0487", "SER", "Sérum"),),
            patient_instructions=(Instruction("Se reposer vingt minutes avant le prélèvement"),),
        ),
    ),
    epu_code=EpuCode("017R3M9KQ2X8WVTAHZ"),
)

TWO_ZONE = replace(
    ROUTINE,
    lines=(
        line(
            1,
            exam("4548-4"),
            flags=Flags(ald=True),
            clinical_context="diabète de type 2, équilibre à contrôler",
            recurrence=Recurrence(RecurrenceKind.RENEWABLE, Decimal(3), PeriodUnit.MONTH, count=4),
        ),
        line(
            2,
            exam("6301-6"),
            flags=Flags(ald=True),
            urgent=True,
            target=Target(Decimal("2.0"), Decimal("3.0"), "INR"),
            detail="warfarine",
            result_returns=(ResultReturn(ContactPoint("phone", "0139001234"), ReturnWhen.URGENT, 60),),
        ),
        line(3, exam("3016-3"), flags=Flags(prevention=True)),
        line(
            4,
            FreeTextExam("Recherche de parasites sur ongle de l’hallux gauche"),
            note="Prélever avant tout traitement local",
        ),
    ),
    general_context=(Instruction("Diabète de type 2 connu depuis 2015, fibrillation atriale sous warfarine."),),
    result_returns=(
        ResultReturn(ContactPoint("fax", "0139001235"), ReturnWhen.PATHOLOGICAL),
        ResultReturn(ContactPoint("phone", "0139001234"), ReturnWhen.URGENT, 60, "secrétariat"),
    ),
    result_copies=(PractitionerRole(Practitioner("Martin", ("Paul",), "Dr")),),
    home_sampling=True,
    helpers=(Helper("Durand", ("Claude",), HelperRole.TRUSTED_PERSON, "sœur", (ContactPoint("phone", "0612345678"),)),),
    epu_code=EpuCode("01XK4B7TQ9MHZN2C6V"),
)

DEMO = {"1-nfs": ROUTINE, "2-prolactine": PROLACTIN, "3-bizone": TWO_ZONE}


def long_order(count: int) -> Prescription:
    """An order of `count` lines, some with much to say."""
    codes = ("57022-6", "2842-3", "4548-4", "3016-3", "24326-1")
    lines = tuple(
        line(
            number,
            exam(codes[number % len(codes)]),
            clinical_context="suivi habituel, sans particularité" if number % 3 else None,
            urgent=number % 10 == 0,
        )
        for number in range(1, count + 1)
    )
    return replace(ROUTINE, lines=lines)


REPRINTED_AT = datetime(2022, 2, 3, 9, 5, tzinfo=UTC)
ASKED_UNKNOWN = Answer(LAST_MENSES, AskedUnknown())

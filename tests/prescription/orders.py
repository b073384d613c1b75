"""Orders the tests of this room start from; the codes are those of the source documents."""

from datetime import UTC, date, datetime

from kernel.ins import Ins, InsAuthority
from kernel.partial_date import PartialDate
from prescription.line import CodedExam, CodeKind, Line
from prescription.people import IdentityStatus, Patient, Practitioner, PractitionerRole, Sex
from prescription.prescription import Prescription
from prescription.rules.rule import RuleContext
from terminology.catalogue import Catalogue
from terminology.release import Release, ReleaseKind
from terminology.request_code import (
    AnswerType,
    ClinicalInformation,
    ExpectedInformation,
    Obligation,
    RequestCode,
    Synonym,
    SynonymKind,
)

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LMP = ClinicalInformation("date-dernieres-regles", "date des dernières règles", AnswerType.DATE, sex="female")
NFS = RequestCode(
    "57022-6",
    "http://loinc.org",
    "Numération formule sanguine",
    synonyms=(Synonym("NFS", SynonymKind.ABBREVIATION), Synonym("Plaquettes", SynonymKind.SYNONYM)),
)
PROLACTIN = RequestCode(
    "2842-3",
    "http://loinc.org",
    "Prolactine",
    synonyms=(Synonym("PRL", SynonymKind.ABBREVIATION),),
    clinical_information=(ExpectedInformation(LMP, Obligation.REQUIRED),),
)
CATALOGUE = Catalogue(Release("essai-1", 1, ReleaseKind.STARTER, date(2026, 1, 1), (NFS, PROLACTIN)))
CONTEXT = RuleContext(CATALOGUE, NOW.date())

PATIENT = Patient(
    "PAT-TROIS",
    ("DOMINIQUE", "MARIE-LOUISE"),
    Sex.FEMALE,
    PartialDate(1979, 3, 28),
    status=IdentityStatus.QUALIFIED,
    ins=Ins("279035121518989", InsAuthority.TEST),
    first_birth_given_name="DOMINIQUE",
    birth_place_code="51215",
)
AUTHOR = PractitionerRole(Practitioner("Thomas", ("Amélie",), "Dr", rpps="10005688798"))


def line_id(number: int) -> str:
    """The nth line id of the tests."""
    return f"urn:uuid:0190a000-0000-7000-8000-{number:012d}"


def line(number: int, exam: RequestCode = NFS, **fields: object) -> Line:
    """A line asking for `exam`, with other fields set by name."""
    return Line(line_id(number), CodedExam(CodeKind.LOINC, exam.code, exam.display), NOW, **fields)  # type: ignore[arg-type]


def order(*lines: Line, **fields: object) -> Prescription:
    """A signed order of these lines (the NFS of the source documents when none is given)."""
    given: dict[str, object] = {"patient": PATIENT, "author": AUTHOR, "signed": True, "authored_on": NOW} | fields
    return Prescription(lines=lines or (line(1),), **given)  # type: ignore[arg-type]

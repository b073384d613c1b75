"""Orders of the base the tests start from: the source documents' own NFS and prolactin, by Dr Amélie Thomas."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from kernel.ins import Ins, InsAuthority
from prescription.caller import Caller, Role
from prescription.epu_code import EpuCode
from prescription.line import CodedExam, CodeKind, FreeTextExam, Line
from prescription.people import AnonymousPatient, Organization, Practitioner, PractitionerRole, Sex
from prescription.prescription import Prescription
from prescription.record import Claim, EpuRecord, LineOrigin, LineRecord, LineState
from storage.peppers import Pepper, Peppers

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
RPPS = "10005688798"
INS = Ins("279035121518989", InsAuthority.TEST)
PRESCRIBER = Caller(Role.PRESCRIBER, RPPS, "750000010")
LABORATORY = Caller(Role.LABORATORY, "", "750000036")
LEASE = timedelta(hours=72)
AUTHOR = PractitionerRole(
    Practitioner("Thomas", ("Amélie",), "Dr", rpps=RPPS), Organization("Cabinet des Tilleuls", finess="750000010")
)
EXAMS = (
    CodedExam(CodeKind.LOINC, "57022-6", "Numération formule sanguine", as_seen="NFS"),
    CodedExam(CodeKind.LOINC, "2842-3", "Prolactine"),
    FreeTextExam("dosage rare à voir avec le biologiste"),
)


def new_record(code: EpuCode | None = None, created: datetime = NOW) -> EpuRecord:
    """A new order of three lines, with handle and line ids of its own."""
    lines = tuple(Line(uuid.uuid4().urn, exam, NOW, clinical_context="bilan de routine") for exam in EXAMS)
    patient = AnonymousPatient(Sex.FEMALE, 47)
    return EpuRecord(
        prescription=Prescription(patient, AUTHOR, lines, signed=True, authored_on=created, epu_code=code),
        lines=tuple(LineRecord(line, LineState.PRESCRIBED, LineOrigin.PRESCRIBER, created) for line in lines),
        handle=uuid.uuid4().urn,
        release="demarrage-1",
        version=1,
        created_at=created,
        valid_until=date(2027, 11, 21),
    )


def with_state(record: EpuRecord, state: LineState, number: int = 0) -> EpuRecord:
    """The next version, one line of which is in another state; a claimed one has a holder."""
    line = record.lines[number]
    claim = Claim(LABORATORY.holder, NOW + LEASE) if state is LineState.CLAIMED else None
    return record.with_lines({line.line.line_id: replace(line, state=state, claim=claim)})


def fixed_peppers() -> Peppers:
    """Peppers that are the same in every process of a test."""
    return Peppers(Pepper.named(bytes(range(32)), bytes(range(32, 64))))

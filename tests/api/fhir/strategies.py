"""Generated orders: every field of the domain that travels in the order Bundle."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from kernel.ins import Ins, InsAuthority, matricule_key
from kernel.partial_date import PartialDate
from prescription import context as c
from prescription import line as ln
from prescription import people as pp
from prescription.epu_code import ALPHABET, EpuCode
from prescription.prescription import Prescription, UseCase, Validity
from terminology.coding import Coding

words = st.text(st.sampled_from("abcéœ ABC'’-«»0149µ\n"), min_size=1, max_size=12).map(str.strip).filter(bool)
names = st.text(st.sampled_from("ABCDÉ-'"), min_size=1, max_size=8)
maybe = st.none()
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
partial_dates = st.one_of(
    days.map(PartialDate.of),
    st.builds(PartialDate, st.integers(1900, 2026)),
    st.builds(PartialDate, st.integers(1900, 2026), st.integers(1, 12)),
)
zones = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-3))])
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=zones)
decimals = st.decimals(Decimal("0.001"), Decimal("9999"), places=3)
codings = st.builds(Coding, st.sampled_from(["urn:oid:1.2.250.1.213", "http://loinc.org"]), names, words | st.just(""))
contacts = st.builds(pp.ContactPoint, st.sampled_from(["phone", "email", "sms"]), words, maybe | st.just("work"))
telecom = st.lists(contacts, max_size=2).map(tuple)
addresses = st.builds(pp.Address, st.lists(words, max_size=2).map(tuple), words, maybe | words, maybe | words)
given_names = st.lists(names, max_size=2).map(tuple)
epu_codes = st.text(st.sampled_from(ALPHABET), min_size=16, max_size=16).map(lambda symbols: EpuCode("01" + symbols))
urns = st.uuids().map(lambda u: u.urn)


def _ins(authority: InsAuthority, number: int) -> Ins:
    body = f"{number:013d}"
    return Ins(f"{body}{matricule_key(body):02d}", authority)


inses = st.builds(_ins, st.sampled_from(list(InsAuthority)), st.integers(10**12, 3 * 10**12))

organizations = st.builds(pp.Organization, words, maybe | st.just("750000010"), telecom, maybe | addresses)
practitioners = st.builds(
    pp.Practitioner, names, given_names, maybe | st.just("Dr"), st.just("10005688798"), maybe | names, telecom
)
roles = st.builds(pp.PractitionerRole, practitioners, maybe | organizations, st.lists(codings, max_size=2).map(tuple))
other_roles = roles.map(lambda role: replace(role, practitioner=replace(role.practitioner, rpps="10100000001")))
helpers = st.builds(
    pp.Helper, names, given_names, st.sampled_from(list(pp.HelperRole)), words | st.just(""), telecom, maybe | addresses
)


@st.composite
def patients(draw: st.DrawFn) -> pp.Patient:
    """Identified patients; the first birth given name comes with the list of birth given names."""
    given = draw(st.lists(names, max_size=3).map(tuple))
    return pp.Patient(
        birth_family_name=draw(names),
        birth_given_names=given,
        first_birth_given_name=given[0] if given else None,
        used_family_name=draw(maybe | names),
        used_given_name=draw(maybe | names),
        sex=draw(st.sampled_from(list(pp.Sex))),
        birth_date=draw(maybe | partial_dates),
        status=draw(st.sampled_from(list(pp.IdentityStatus))),
        attributes=draw(st.frozensets(st.sampled_from(list(pp.IdentityAttribute)))),
        ins=draw(maybe | inses),
        birth_place_code=draw(maybe | st.just("51215")),
        birth_place_name=draw(maybe | words),
        telecom=draw(telecom),
        address=draw(maybe | addresses),
    )


anonymous = st.builds(
    pp.AnonymousPatient, st.sampled_from(list(pp.Sex)), st.integers(0, 120), st.sampled_from(["a", "mo"])
) | st.builds(pp.AnonymousPatient, st.sampled_from(list(pp.Sex)))

answer_values = st.one_of(
    st.builds(c.DateAnswer, partial_dates),
    st.builds(c.InstantAnswer, instants),
    st.builds(c.QuantityAnswer, st.builds(c.Quantity, decimals, words, maybe | st.just("kg"))),
    st.builds(c.NumberAnswer, decimals, st.just(True)),
    st.builds(c.NumberAnswer, st.integers(0, 99).map(Decimal), st.just(False)),
    st.builds(c.ChoiceAnswer, codings),
    st.builds(c.BooleanAnswer, st.booleans()),
    st.builds(c.TextAnswer, words),
    st.just(c.AskedUnknown()),
)
answers = st.builds(c.Answer, st.sampled_from(["date-dernieres-regles", "poids", "traitement"]), answer_values)
instructions = st.builds(ln.Instruction, words, maybe | codings) | st.builds(ln.Instruction, st.just(""), codings)
returns = st.builds(
    ln.ResultReturn,
    contacts,
    st.sampled_from(list(ln.ReturnWhen)),
    maybe | st.integers(1, 600),
    maybe | words,
)
exams = st.one_of(
    st.builds(ln.CodedExam, st.just(ln.CodeKind.LOINC), st.just("57022-6"), words | st.just(""), maybe | words),
    st.builds(ln.CodedExam, st.just(ln.CodeKind.WAITING), st.just("ATT-12"), words, maybe | words),
    st.builds(ln.FreeTextExam, words),
)
recurrences = st.builds(
    ln.Recurrence,
    st.sampled_from(list(ln.RecurrenceKind)),
    decimals,
    st.sampled_from(list(ln.PeriodUnit)),
    maybe | st.integers(2, 99),
    maybe | st.dates(date(2036, 1, 1), date(2040, 1, 1)),
)


def _target(low: Decimal, width: Decimal | None, unit: str) -> ln.Target:
    return ln.Target(low, None if width is None else low + width, unit)


targets = st.builds(_target, decimals, maybe | decimals, st.sampled_from(["INR", "mmol/L"]))
laterality = st.just(Coding("http://snomed.info/sct", "24028007", "droit"))
flags = st.builds(ln.Flags, *(st.booleans() for _ in range(5)))


def lines(coverages: bool) -> st.SearchStrategy[ln.Line]:
    """Lines with any of their fields."""
    paid = st.lists(st.builds(ln.Coverage, words, maybe | words), max_size=2).map(tuple)
    return st.builds(
        ln.Line,
        line_id=urns,
        exam=exams,
        authored_on=maybe | instants,
        requester=maybe | other_roles,
        urgent=st.booleans(),
        flags=flags,
        work_accident_detail=maybe | words,
        clinical_context=maybe | words,
        answers=st.lists(answers, max_size=3).map(tuple),
        specimens=st.lists(codings, max_size=2).map(tuple),
        body_site=maybe | codings,
        laterality=maybe | laterality,
        detail=maybe | words,
        target=maybe | targets,
        sampling_instructions=st.lists(instructions, max_size=2).map(tuple),
        patient_instructions=st.lists(instructions, max_size=2).map(tuple),
        patient_instruction_text=maybe | words,
        preconditions=st.lists(st.builds(ln.Precondition, words, maybe | days), max_size=2).map(tuple),
        result_returns=st.lists(returns, max_size=2).map(tuple),
        occurrence_from=maybe | days,
        recurrence=maybe | recurrences,
        coverages=paid if coverages else st.just(()),
        note=maybe | words,
        replaces=maybe | urns,
    )


def _validity(start: date | None, end: date | None) -> Validity | None:
    if start and end and end < start:
        start, end = end, start
    return Validity(start, end) if start or end else None


@st.composite
def orders(draw: st.DrawFn, full: bool) -> Prescription:
    """Orders, identified or anonymous."""
    patient: pp.Patient | pp.AnonymousPatient = draw(patients()) if full else draw(anonymous)
    return Prescription(
        patient=patient,
        author=draw(roles),
        lines=tuple(draw(st.lists(lines(coverages=full), min_size=1, max_size=2, unique_by=lambda x: x.line_id))),
        signed=draw(st.booleans()),
        authored_on=draw(instants),
        created_at=draw(maybe | instants),
        epu_code=draw(maybe | epu_codes),
        general_context=tuple(draw(st.lists(instructions, max_size=2))),
        validity=_validity(draw(maybe | days), draw(maybe | days)),
        home_sampling=draw(st.booleans()),
        result_returns=tuple(draw(st.lists(returns, max_size=1))),
        result_copies=tuple(draw(st.lists(roles | organizations, max_size=2))),
        use_case=draw(st.sampled_from(UseCase)),
        replaced_practitioner=draw(st.none() | roles),
        helpers=tuple(draw(st.lists(helpers, max_size=1))) if full else (),
        replaces=tuple(draw(st.lists(epu_codes, max_size=1))),
    )

"""Every fault of the error list, in a file otherwise right: refused, located, with the exam it speaks of."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.errors import Invalid
from kernel.findings import Finding, errors
from lcsd.exchange_file import build_file, read_file
from lcsd.messages.control import Emission, Processing
from lcsd.rules.scope import Scope
from lcsd.rules.source import check_value_set
from terminology.catalogue import Catalogue
from terminology.coding import Coding
from terminology.lab_catalogue import Interval, LabCatalogue, LabExam, Measure, Nature, ReferenceRange
from terminology.lab_catalogue_systems import LOINC, NABM, UCUM
from terminology.release import Release, ReleaseKind
from terminology.request_code import (
    AnswerType,
    ClinicalInformation,
    ExpectedInformation,
    Obligation,
    OrderClass,
    RequestCode,
)
from tests.lcsd.catalogues import BLOOD_COUNT, CLOCK, GLUCOSE, LAST_PERIOD, PROLACTIN, RECEIVER, WORKED_EXAMPLE

FILE = build_file(Emission(WORKED_EXAMPLE, RECEIVER, CLOCK.now()))[1].decode()


def refusals(text: str | bytes) -> list[Finding]:
    with pytest.raises(Invalid) as refusal:
        read_file(text if isinstance(text, bytes) else text.encode())
    return list(errors(refusal.value.findings))


def swap(old: str, new: str, count: int = 1) -> Callable[[], str]:
    assert old in FILE, old
    return lambda: FILE.replace(old, new, count)


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        (swap("BTS|3", "BTS|2"), "E01", "BTS(1)-1"),
        (swap("FTS|1\r", ""), "E01", "FTS(1)"),
        (swap("BHS|", "BHT|"), "E01", "BHS(1)"),
        (lambda: re.sub(r"\rMFE[^\r]*", "", FILE, count=1), "E07", "MFN^M08 OM1(1)"),
        (swap("|4|mL^", "|NaN|mL^"), "E09", "MFN^M08 OM4(1)-4"),
        (swap("MFI|OMB", "MFI|OMA"), "E01", "MFN^M09 MFI(1)-1"),
        (swap("UNICODE UTF-8", "8859/7"), "E02", "message 1 MSH(1)-18"),
        (swap("UNICODE UTF-8", "", 1), "E02", "message 1 MSH(1)"),
        (swap("MFN^M08^MFN_M08", "MFN^M13^MFN_M13"), "E03", "MFN^M13 MSH(1)-9"),
        (swap("|2.5^FRA", "|2.3^FRA"), "E03", "MFN^M08 MSH(1)-12"),
        (swap("|P|2.5", "|T|2.5"), "E03", "MFN^M08 MSH(1)-11"),
        (swap("LBMA-v12-2", "LBMA-v12-1"), "E04", "MFN^M09 MSH(1)-10"),
        (swap("MFI|OMC", "MFI|OMD"), "E05", "MFN^M10 MFI(1)-1"),
        (swap("CATALOGUE|REP", "CATALOGUE|UPD"), "E06", "MFN^M08 MFI(1)-3"),
        (swap("OM4|2|P", "OM4|2|P|Second tube\rOM4|2|P"), "E07", "MFN^M08 OM4(3)"),
        (swap("OM5|1|", "NTE|1|"), "E07", "MFN^M10 OM4(1)"),
        (swap("OM2|2|", "OM5|2|"), "E07", "MFN^M08 OM5(1)"),
        (swap("|Tube fluorure de sodium, bouchon gris|", "||"), "E08", "MFN^M08 OM4(1)-3"),
        (swap("v12-000002", ""), "E08", "MFN^M08 MFE(2)-2"),
        (swap("12&16.5", "^F"), "E08", "MFN^M08 OM2(3)-6.1"),
        (swap("g/L^gramme par litre^UCUM|5.2", "|5.2"), "E08", "MFN^M08 OM2(1)-2"),
        (swap("||120|15|", "||deux heures|15|"), "E09", "MFN^M08 OM1(1)-23"),
        (swap("20260620101500", "20261320101500"), "E09", "MFN^M08 OM1(1)-21"),
        (swap("20260715000000+0200|AL", "bientôt|AL"), "E09", "MFN^M08 MFI(1)-5"),
        (swap("||A|18719-5", "||Z|18719-5"), "E10", "MFN^M08 OM1(1)-18"),
        (swap("SST^Gel", "ROUGE^Gel"), "E10", "MFN^M08 OM4(2)-7"),
        (swap("MFE|MAD", "MFE|MDL"), "E10", "MFN^M08 MFE(1)-1"),
        (swap("|GLYJ|Glucose", "|GLYCEMIEAJEUN|Glucose"), "E11", "MFN^M08 OM1(1)-10"),
        (swap("26515-7^", "718-7^", 2), "E12", "MFN^M08 OM1(4)-2"),
        (swap("v12-000002", "v12-000001"), "E12", "MFN^M08 MFE(2)-2"),
        (swap("^GLYJ^", "^GLY^"), "E13", "MFN^M08 MFE(1)-4"),
        (swap("~26515-7^", "~777-3^"), "E14", "MFN^M10 OM5(1)-2[2]"),
        (swap("||||8665-2^", "||||8666-0^"), "E14", "MFN^M08 OM1(2)-31"),
        (swap("|2842-3^", "|2842-4^", 2), "E16", "MFN^M08 OM1(2)-2.1"),
        (swap("0343^", "343^"), "E16", "MFN^M08 OM1(2)-7.1"),
        (swap("750000010|DPI", "75000010|DPI", 9), "E16", "MFN^M08 MSH(1)-4"),
        (swap("ug/L^", "µg/L^"), "E17", "MFN^M08 OM2(2)-2"),
        (swap("OM4|2|", "ZM4|2|"), "E18", "MFN^M08 OM1(2)-4"),
        (swap("12&16.5", "16.5&12"), "E19", "MFN^M08 OM2(3)-6.1"),
        (swap("Délai max : 24 h", "Délai max : 0 h"), "E19", "MFN^M08 OM4(1)-9"),
        (swap("0.5^mL", "-0.5^mL"), "E19", "MFN^M08 OM4(1)-11"),
        (swap("Perfusion", "Per\x07fusion"), "E20", "MFN^M08 OM1(1)-39"),
        (swap("Perfusion", "Per\\Q\\fusion"), "E20", "MFN^M08 OM1(1)-39"),
        (swap("Perfusion", "C:\\Per"), "E20", "MFN^M08 OM1(1)-39"),
    ],
)
def test_a_fault_is_refused_where_it_stands(text: Callable[[], str], code: str, path: str) -> None:
    assert (code, path) in [(f.code, f.path) for f in refusals(text())]


def test_every_fault_is_told_at_once_with_the_exam_it_speaks_of() -> None:
    text = FILE.replace("|Tube fluorure de sodium, bouchon gris|", "||").replace(
        "|Tube sec avec gel, bouchon jaune|", "||"
    )
    found = refusals(text.replace("FTS|1\r", ""))
    assert [f.path for f in found] == ["FTS(1)", "MFN^M08 OM4(1)-3", "MFN^M08 OM4(2)-3"]
    assert "Description du récipient obligatoire (entrée GLYJ)" in found[1].message
    assert "(entrée PRL)" in found[2].message


def test_a_battery_that_contains_itself_is_refused() -> None:
    one = replace(BLOOD_COUNT, local_code="A", loinc=None, nature=Nature.SUPERSET, members=("B",))
    two = replace(one, local_code="B", members=("A",))
    found = publishing(one, two)
    assert ("E14", "MFN^M10 OM5(2)-2") in found


@pytest.mark.parametrize("lines", range(1, FILE.count("\r")))
def test_a_file_cut_at_any_segment_imports_nothing(lines: int) -> None:
    assert refusals("".join(line + "\r" for line in FILE.split("\r")[:lines]))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(FILE.encode()) - 1), st.binary(max_size=3))
def test_damaged_bytes_draw_findings_and_nothing_else(place: int, damage: bytes) -> None:
    data = FILE.encode()
    with suppress(Invalid):
        assert read_file(data[:place] + damage + data[place + len(damage) :]).catalogue.exams


def test_what_is_only_a_warning_does_not_refuse() -> None:
    text = FILE.replace("|P|2.5^FRA||||", "|P|2.5.1||NE|AL|", 1).replace("750000028", "750000029")
    text = text.replace("OM4|2|", "ZZ1|2\rOM4|2|", 1)
    read = read_file(text.encode())
    told = {(f.code, f.path) for f in read.warnings}
    assert {("E07", "MFN^M08 MSH(1)-15"), ("E16", "MFN^M08 OM1(2)-27.1"), ("E07", "MFN^M08 ZZ1(1)")} <= told
    assert read.catalogue.exams[0] == GLUCOSE


def test_a_training_file_is_for_a_training_consumer() -> None:
    data = build_file(Emission(WORKED_EXAMPLE, RECEIVER, CLOCK.now(), Processing.TRAINING))[1]
    assert refusals(data)[0].code == "E03"
    assert read_file(data, (Processing.TRAINING,)).catalogue == WORKED_EXAMPLE


def test_an_emptying_placeholder_is_dropped() -> None:
    almost = replace(LAST_PERIOD, local_code="VIDX", loinc=None)
    with_one = build_file(Emission(replace(WORKED_EXAMPLE, exams=(GLUCOSE, almost)), RECEIVER, CLOCK.now()))[1]
    assert read_file(with_one.replace(b"VIDX", b"VIDE")).catalogue.exams == (GLUCOSE,)


def publishing(*exams: LabExam) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        build_file(Emission(replace(WORKED_EXAMPLE, exams=exams), RECEIVER, CLOCK.now()))
    return [(f.code, f.path) for f in errors(refusal.value.findings)]


@pytest.mark.parametrize(
    ("exam", "code", "path"),
    [
        (replace(GLUCOSE, label=""), "E08", "OM1-2.5"),
        (replace(GLUCOSE, local_code=""), "E08", "OM1-2.1"),
        (replace(GLUCOSE, local_code="X" * 21), "E11", "MFN^M08 OM1(1)-2.4"),
        (replace(GLUCOSE, loinc=Coding(LOINC, "53049-4")), "E16", "MFN^M08 OM1(1)-2.1"),
        (replace(GLUCOSE, nabm=(Coding(NABM, "0552"),) * 3), "E07", "MFN^M08 OM1(1)-7"),
        (replace(GLUCOSE, containers=()), "E18", "MFN^M08 OM1(1)-4"),
        (replace(GLUCOSE, factors="a\rMFE|MAD"), "E20", "MFN^M08 OM1(1)-39"),
        (replace(GLUCOSE, rank="1\n2"), "E20", "MFN^M08 OM1(1)-20"),
        (replace(GLUCOSE, measure=Measure(unit=Coding(UCUM, "G/L"))), "E17", "MFN^M08 OM2(1)-2"),
        (replace(GLUCOSE, changed_at=datetime(2026, 1, 1)), "E09", ""),
        (replace(GLUCOSE, changed_at=datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC)), "E07", "OM1"),
        (replace(LAST_PERIOD, measure=GLUCOSE.measure), "E07", "OM1"),
        (replace(GLUCOSE, reflex_exams=("T4L",)), "E14", "MFN^M08 OM1(1)-34"),
    ],
)
def test_an_exam_that_cannot_be_published_refuses_the_publication(exam: LabExam, code: str, path: str) -> None:
    assert (code, path) in publishing(exam)


def test_reserved_and_duplicate_codes_are_refused() -> None:
    assert ("E12", "OM1-2.1") in publishing(GLUCOSE, replace(PROLACTIN, local_code="GLYJ.R", required_information=()))
    assert ("E12", "MFN^M08 OM1(2)-2") in publishing(GLUCOSE, GLUCOSE)


def test_two_exams_may_share_a_loinc_code_when_one_is_preferred() -> None:
    other = replace(GLUCOSE, local_code="GLYB", loinc_preferred=False)
    assert build_file(Emission(replace(WORKED_EXAMPLE, exams=(GLUCOSE, other)), RECEIVER, CLOCK.now()))
    assert ("E12", "MFN^M08 OM1(2)-2") in publishing(GLUCOSE, replace(other, loinc_preferred=True))


def test_a_battery_that_contains_itself_through_another_is_refused() -> None:
    one = replace(BLOOD_COUNT, nature=Nature.SUPERSET, members=("BIL",))
    other = replace(one, local_code="BIL", loinc=None, members=("NFS",))
    assert ("E14", "MFN^M10 OM5(2)-2") in publishing(one, other)
    assert ("E14", "MFN^M10 OM5(1)-2") in publishing(replace(one, members=("NFS",)))


def test_an_empty_catalogue_is_not_published() -> None:
    assert publishing() == [("E07", "")]


def test_bounds_the_wrong_way_round_are_refused() -> None:
    wrong = ReferenceRange(Interval(Decimal(2), Decimal(1)))
    measure = replace(GLUCOSE.measure or Measure(), critical_ranges=(ReferenceRange(Interval(Decimal(1))), wrong))
    assert ("E19", "MFN^M08 OM2(1)-7.1[2]") in publishing(replace(GLUCOSE, measure=measure))


def test_warnings_tell_what_is_missing_without_refusing() -> None:
    bare = replace(GLUCOSE, loinc=None, nabm=(), synonyms=())
    past = LabCatalogue(WORKED_EXAMPLE.laboratory, 12, datetime(2026, 1, 1, tzinfo=UTC), (bare,))
    warnings = build_file(Emission(past, RECEIVER, CLOCK.now()))[3]
    assert {w.code for w in warnings} == {"W01", "W03", "W04", "W08"}


def release(*requests: RequestCode) -> Catalogue:
    return Catalogue(Release("2025-09", 1, ReleaseKind.STARTER, date(2025, 9, 15), requests))


def test_the_value_set_tells_what_the_laboratory_forgot() -> None:
    item = ExpectedInformation(
        ClinicalInformation("ddr", "Date des dernières règles", AnswerType.DATE), Obligation.REQUIRED
    )
    value_set = release(
        RequestCode("2842-3", LOINC, "Prolactine", clinical_information=(item,)),
        RequestCode("57022-6", LOINC, "NFS", order_class=OrderClass.OBSERVATION),
    )
    forgetful = replace(WORKED_EXAMPLE, exams=(GLUCOSE, replace(PROLACTIN, required_information=()), BLOOD_COUNT))
    scope = Scope()
    check_value_set(scope, forgetful, value_set)
    assert [f.code for f in scope.findings] == ["W02", "W05", "W02"]
    assert "(entrée PRL)" in scope.findings[1].message


def test_a_publication_of_another_maker_is_read() -> None:
    """ISO 8859-15, line feeds, numbers and control ids of its own, keys without a local code."""
    text = FILE.replace("UNICODE UTF-8", "8859/15").replace("v12-0", "N").replace("LBMA-v12", "X9").replace("\r", "\n")
    text = text.replace("^LN^HB^Hémoglobine^L", "^LN")
    read = read_file(text.encode("iso-8859-15"))
    codes = [e.local_code for e in read.catalogue.exams]
    assert codes == ["GLYJ", "PRL", "718-7", "PLQ", "DDR", "NFS"]
    assert read.catalogue.exams[5].members == ("718-7", "PLQ")
    assert (read.catalogue.version, read.catalogue.laboratory.mnemonic) == (0, "CATALOGUE")


def test_a_coded_field_of_delimiters_alone_reads_as_empty() -> None:
    glucose = read_file(FILE.replace("|S~R|C|", "|&&|^^^|", 1).encode()).catalogue.exams[0]
    assert (glucose.processing_priorities, glucose.reporting_priority) == ((), None)

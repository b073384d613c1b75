"""Catalogues for the tests: the fictional laboratory of the worked example, and random ones with every sign."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from hl7v2.escapes import characters, escape
from kernel.clock import FixedClock
from kernel.loinc import check_digit
from lcsd.messages.control import Receiver
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

T = TypeVar("T")
PARIS = timezone(timedelta(hours=2))
CLOCK = FixedClock(datetime(2026, 7, 1, 8, 30, tzinfo=PARIS))
RECEIVER = Receiver("DPI", "750000002")
LABORATORY = Laboratory("750000010", "LBM A", "LBMA")
MILLILITRE = Coding(UCUM, "mL", "millilitre")
BIOCHEMISTRY = Coding(LOINC, "18719-5", "Biochimie")
HAEMATOLOGY = Coding(LOINC, "18723-7", "Hématologie")
DAYS = tuple(f"QJ{n}" for n in range(1, 8))

GLUCOSE = LabExam(
    local_code="GLYJ",
    label="Glycémie à jeun",
    loinc=Coding(LOINC, "53049-3", "Glucose à jeun [Masse/Volume] Sérum/Plasma ; Numérique"),
    value_types=(ValueType.NUMERIC,),
    nabm=(Coding(NABM, "0552", "Glucose"),),
    synonyms=("Glucose à jeun", "Sucre dans le sang"),
    printed_label="Glycémie à jeun",
    mnemonic="GLYJ",
    reference_label="Glucose à jeun [Masse/Volume] Sérum/Plasma ; Numérique",
    techniques=(Coding(TECHNIQUE, "DEG", "Spectrophotométrie enzymatique, glucose oxydase"),),
    sections=(Coding(LOCAL_SYSTEM, "BIOCH", "Biochimie"),),
    chapter=BIOCHEMISTRY,
    rank="4180",
    changed_at=datetime(2026, 6, 20, 10, 15, tzinfo=PARIS),
    turnaround_minutes=Decimal(120),
    processing_minutes=Decimal(15),
    processing_priorities=(Priority.STAT, Priority.ROUTINE),
    reporting_priority=ReportingPriority.CALL_BACK,
    patient_preparation="Jeûne de 8 h à 12 h avant le prélèvement ; eau autorisée.",
    factors="Perfusion glucosée en cours.",
    schedule=DAYS[:6],
    measure=Measure(
        unit=Coding(UCUM, "g/L", "gramme par litre"),
        precision="5.2",
        si_unit=Coding(UCUM, "mmol/L", "millimole par litre"),
        si_factor=Decimal("5.551"),
        reference_ranges=(ReferenceRange(Interval(Decimal("0.63"), Decimal("1.1"))),),
    ),
    containers=(
        Container(
            description="Tube fluorure de sodium, bouchon gris",
            volume=Quantity(Decimal(4), MILLILITRE),
            specimen=Coding(SPECIMEN, "PLAS", "Plasma"),
            additive=Coding(ADDITIVE, "NAF", "Fluorure de sodium"),
            preparation="Retourner le tube 8 fois.",
            transport=Transport("15-25 °C", Decimal(24)),
            usual_volume=Quantity(Decimal(4), MILLILITRE),
            minimum_volume=Quantity(Decimal("0.5"), MILLILITRE),
            collection="Pli du coude, hors perfusion.",
            priorities=(Priority.STAT, Priority.ROUTINE),
            retention=Quantity(Decimal(3), Coding(UCUM, "d", "jour")),
        ),
    ),
)
PROLACTIN = LabExam(
    local_code="PRL",
    label="Prolactine",
    loinc=Coding(LOINC, "2842-3", "Prolactine [Masse/Volume] Sérum/Plasma ; Numérique"),
    value_types=(ValueType.NUMERIC,),
    nabm=(Coding(NABM, "0343", "Prolactine"),),
    synonyms=("PRL", "Hormone lactogène"),
    printed_label="Prolactine",
    mnemonic="PRL",
    reference_label="Prolactine [Masse/Volume] Sérum/Plasma ; Numérique",
    chapter=BIOCHEMISTRY,
    turnaround_minutes=Decimal(1440),
    processing_priorities=(Priority.ROUTINE,),
    subcontractors=(Coding(FINESS, "750000028", "LBM spécialisé"),),
    required_information=("DDR",),
    patient_preparation="Repos de 20 min avant le prélèvement.",
    factors="Neuroleptiques, stress.",
    schedule=("QJ2", "QJ4"),
    measure=Measure(unit=Coding(UCUM, "ug/L", "microgramme par litre"), precision="5.1"),
    containers=(
        Container(
            description="Tube sec avec gel, bouchon jaune",
            volume=Quantity(Decimal(5), MILLILITRE),
            specimen=Coding(SPECIMEN, "SER", "Sérum"),
            additive=Coding(ADDITIVE, "SST", "Gel séparateur"),
            transport=Transport("2-8 °C", Decimal(48)),
            minimum_volume=Quantity(Decimal(1), MILLILITRE),
            priorities=(Priority.ROUTINE,),
        ),
    ),
)
HAEMOGLOBIN = LabExam(
    local_code="HB",
    label="Hémoglobine",
    loinc=Coding(LOINC, "718-7", "Hémoglobine [Masse/Volume] Sang ; Numérique"),
    value_types=(ValueType.NUMERIC,),
    synonyms=("Hb",),
    printed_label="Hémoglobine",
    orderable=False,
    chapter=HAEMATOLOGY,
    measure=Measure(
        unit=Coding(UCUM, "g/dL", "gramme par décilitre"),
        precision="4.1",
        reference_ranges=(ReferenceRange(Interval(Decimal(12), Decimal("16.5"))),),
    ),
)
PLATELETS = LabExam(
    local_code="PLQ",
    label="Plaquettes",
    loinc=Coding(LOINC, "26515-7", "Plaquettes [Nombre/Volume] Sang ; Numérique"),
    value_types=(ValueType.NUMERIC,),
    synonyms=("Thrombocytes",),
    printed_label="Plaquettes",
    orderable=False,
    chapter=HAEMATOLOGY,
    measure=Measure(
        unit=Coding(UCUM, "10*9/L", "milliard par litre"),
        precision="4.0",
        reference_ranges=(ReferenceRange(Interval(Decimal(150), Decimal(400))),),
    ),
)
LAST_PERIOD = LabExam(
    local_code="DDR",
    label="Date des dernières règles",
    loinc=Coding(LOINC, "8665-2", "Date des dernières règles"),
    value_types=(ValueType.DATE,),
    specimen_required=False,
    synonyms=("DDR",),
    printed_label="Date des dernières règles",
    orderable=False,
)
BLOOD_COUNT = LabExam(
    local_code="NFS",
    label="Numération formule sanguine",
    loinc=Coding(LOINC, "57022-6", "Numération formule sanguine"),
    nabm=(Coding(NABM, "1104", "Hémogramme y compris plaquettes"),),
    synonyms=("Hémogramme", "NFS", "Plaquettes"),
    printed_label="NFS",
    mnemonic="NFS",
    reference_label="Numération formule sanguine",
    sections=(Coding(LOCAL_SYSTEM, "HEMATO", "Hématologie"),),
    nature=Nature.BATTERY,
    chapter=HAEMATOLOGY,
    rank="10",
    turnaround_minutes=Decimal(60),
    processing_priorities=(Priority.STAT, Priority.ROUTINE),
    schedule=DAYS,
    containers=(
        Container(
            description="Tube EDTA K2, bouchon violet",
            volume=Quantity(Decimal(4), MILLILITRE),
            specimen=Coding(SPECIMEN, "BLDV", "Sang veineux"),
            additive=Coding(ADDITIVE, "EDTK", "EDTA potassium"),
            transport=Transport("15-25 °C", Decimal(24)),
            minimum_volume=Quantity(Decimal(1), MILLILITRE),
            priorities=(Priority.STAT, Priority.ROUTINE),
        ),
    ),
    members=("HB", "PLQ"),
)
WORKED_EXAMPLE = LabCatalogue(
    laboratory=LABORATORY,
    version=12,
    effective_from=datetime(2026, 7, 15, tzinfo=PARIS),
    exams=(GLUCOSE, PROLACTIN, HAEMOGLOBIN, PLATELETS, LAST_PERIOD, BLOOD_COUNT),
)

SIGNS = st.one_of(
    st.sampled_from("|^~\\&éœµ≥Œ…;:. -"), st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"))
)


# Kept: what is made within a draw is examined again at each draw, which took longer than the tests.
@cache
def words(limit: int, extra: str = "") -> st.SearchStrategy[str]:
    """Texts of every sign, at most `limit` characters on the wire; trailing spaces, which HL7 drops, are left out."""
    alphabet = st.one_of(SIGNS, st.sampled_from(extra)) if extra else SIGNS
    return st.builds(
        lambda text, times: _within("x" + text * times, limit), st.text(alphabet, max_size=20), st.integers(1, 40)
    )


def _within(text: str, limit: int) -> str:
    while characters(escape(text)) > limit:
        text = text[: max(1, len(text) * limit // characters(escape(text)) - 1)]
    return text.rstrip()


@cache
def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), strategy)


@cache
def several(strategy: st.SearchStrategy[T], most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


@cache
def codes(system: str, *values: str) -> st.SearchStrategy[Coding]:
    code = st.sampled_from(values) if values else words(20)
    return st.builds(Coding, st.just(system), code, maybe(words(60)))


NUMBERS = st.decimals(min_value=-1000, max_value=100000, places=3, allow_nan=False, allow_infinity=False)
POSITIVE = st.decimals(min_value=1, max_value=100000, places=2, allow_nan=False, allow_infinity=False)
INSTANTS = st.one_of(
    st.none(),
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.sampled_from((UTC, PARIS))).map(
        lambda d: d.replace(microsecond=0)
    ),
)
UNITS = codes(UCUM, "g/L", "10*9/L", "m[IU]/L", "mL/min/{1.73_m2}", "1", "%", "{score}")
QUANTITIES = st.one_of(st.none(), st.builds(Quantity, POSITIVE, st.one_of(st.none(), codes(UCUM, "mL", "d", "h"))))
INTERVALS = st.builds(
    lambda a, b: Interval(a, b) if a is None or b is None or a <= b else Interval(b, a),
    st.one_of(st.none(), NUMBERS),
    st.one_of(st.none(), NUMBERS),
)
RANGES = several(
    st.builds(
        ReferenceRange,
        INTERVALS.filter(lambda i: i != Interval()),
        st.sampled_from(("F", "M")),
        INTERVALS,
        INTERVALS,
        maybe(words(100)),
    )
)
MEASURES = st.builds(
    Measure,
    unit=UNITS,
    precision=st.sampled_from(("", "5.2", "4.0")),
    si_unit=st.one_of(st.none(), UNITS),
    si_factor=st.one_of(st.none(), POSITIVE),
    reference_ranges=RANGES,
    critical_ranges=RANGES,
)
CONTAINERS = st.builds(
    Container,
    description=st.one_of(st.just("Tube EDTA K2, bouchon violet"), words(60, "\n")),
    derived=st.booleans(),
    volume=QUANTITIES,
    specimen=st.one_of(st.none(), codes(SPECIMEN, "SER", "BLDV")),
    additive=st.one_of(st.none(), codes(ADDITIVE, "EDTK")),
    preparation=maybe(words(300, "\n")),
    transport=st.builds(
        Transport,
        maybe(words(60).map(lambda t: t.replace(";", ","))),
        st.one_of(st.none(), POSITIVE),
        maybe(words(200, "\n")),
    ),
    usual_volume=QUANTITIES,
    minimum_volume=QUANTITIES,
    collection=maybe(words(300, "\n")),
    choice=st.one_of(st.none(), st.integers(1, 9)),
    priorities=several(st.sampled_from((Priority.STAT, Priority.ASAP, Priority.ROUTINE))),
    retention=QUANTITIES,
)
LOINC_CODES = st.integers(1, 99999).map(lambda n: f"{n}-{check_digit(str(n))}")
KINDS = ("numeric", "coded", "calculated", "information", "battery")


@st.composite
def exams(draw: st.DrawFn, number: int, earlier: tuple[LabExam, ...]) -> LabExam:
    """An exam of any kind, naming exams made before it."""
    atoms = tuple(e.local_code for e in earlier if not e.members)
    asked = tuple(e.local_code for e in earlier if not e.specimen_required and not e.members)
    kind = draw(st.sampled_from(KINDS if atoms else KINDS[:-1]))
    orderable = kind != "information" and draw(st.booleans())
    specimen = kind != "information" and (kind != "calculated" or orderable)
    has_tubes = kind in ("numeric", "coded", "battery") or orderable
    loinc = draw(st.one_of(st.none(), LOINC_CODES))
    return LabExam(
        local_code=f"E{number}" + draw(st.sampled_from(("", "|", "~&", "é"))),
        label=draw(words(50)),
        loinc=Coding(LOINC, loinc, draw(words(50))) if loinc else None,
        loinc_preferred=loinc is None or all(e.loinc is None or e.loinc.code != loinc for e in earlier),
        value_types={
            "numeric": draw(st.sampled_from(((ValueType.NUMERIC,), (ValueType.NUMERIC, ValueType.STRUCTURED_NUMERIC)))),
            "coded": draw(st.sampled_from(((), (ValueType.CODED,), (ValueType.TEXT, ValueType.CODED)))),
            "calculated": draw(st.sampled_from(((), (ValueType.STRUCTURED_NUMERIC,)))),
            "information": (draw(st.sampled_from((ValueType.DATE, ValueType.STRING))),),
            "battery": (),
        }[kind],
        specimen_required=specimen,
        purpose=draw(maybe(words(500, "\n"))),
        nabm=draw(st.lists(codes(NABM, "0552", "1104"), max_size=2).map(tuple)),
        synonyms=draw(several(words(80))),
        printed_label=draw(maybe(words(80))),
        mnemonic=draw(maybe(words(15))),
        reference_label=draw(maybe(words(200))),
        orderable=orderable,
        techniques=draw(several(codes(TECHNIQUE))),
        sections=draw(several(codes(LOCAL_SYSTEM))),
        nature={
            "calculated": Nature.CALCULATED,
            "battery": draw(st.sampled_from((Nature.BATTERY, Nature.SUPERSET))),
        }.get(kind, Nature.ATOMIC),
        chapter=draw(st.one_of(st.none(), codes(LOINC, "18719-5"))),
        rank=draw(maybe(words(20))),
        changed_at=draw(INSTANTS),
        comparable_from=draw(INSTANTS),
        turnaround_minutes=draw(st.one_of(st.none(), POSITIVE)),
        processing_minutes=draw(st.one_of(st.none(), POSITIVE)),
        processing_priorities=draw(several(st.sampled_from(Priority))),
        reporting_priority=draw(st.one_of(st.none(), st.sampled_from(ReportingPriority))),
        subcontractors=draw(several(codes(FINESS, "750000028"))),
        required_information=draw(st.lists(st.sampled_from(asked), unique=True, max_size=3).map(tuple))
        if asked
        else (),
        interpretation=draw(maybe(words(300, "\n"))),
        contraindication=draw(st.one_of(st.none(), codes(LOCAL_SYSTEM))),
        reflex_exams=draw(several(st.sampled_from(atoms))) if atoms else (),
        reflex_rule=draw(maybe(words(80, "\n"))),
        patient_preparation=draw(maybe(words(500, "\n"))),
        factors=draw(maybe(words(500, "\n"))),
        schedule=draw(several(st.sampled_from((*DAYS, "Q2J3", "sur rendez-vous")))),
        method_text=draw(maybe(words(300, "\n"))),
        anatomic_site=draw(st.one_of(st.none(), codes("99SITE"))),
        measure=draw(MEASURES) if kind in ("numeric", "calculated") else None,
        answer_list=draw(st.one_of(st.none(), codes(LOCAL_SYSTEM))) if kind == "coded" else None,
        abnormal_answers=draw(several(codes(LOCAL_SYSTEM))) if kind in ("coded", "numeric") else (),
        containers=draw(st.lists(CONTAINERS, min_size=1, max_size=3).map(tuple)) if has_tubes and specimen else (),
        members=draw(st.lists(st.sampled_from(atoms), unique=True, min_size=1, max_size=4).map(tuple))
        if kind == "battery"
        else (),
        derivation_rule=draw(maybe(words(200, "\n"))) if kind == "calculated" else "",
        effective_from=draw(INSTANTS),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> LabCatalogue:
    """A catalogue of one to eight exams, with every kind of entry and every sign."""
    made: tuple[LabExam, ...] = ()
    for number in range(draw(st.integers(1, 8))):
        made += (draw(exams(number, made)),)
    laboratory = Laboratory("750000010", draw(words(60)), draw(st.sampled_from(("LBMA", "A-v1", "é|"))), "CATALOGUE")
    return LabCatalogue(laboratory, draw(st.integers(1, 999)), datetime(2026, 7, 15, tzinfo=PARIS), made)

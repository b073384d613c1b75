"""OM1, general attributes of an observation (HL7 v2.5 ch. 8; fields and lengths of `lcsd.md` §4)."""

from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal

from hl7v2.codec import Segment, segment
from hl7v2.escapes import escape
from hl7v2.timestamps import read_ts, write_ts
from lcsd.coding_systems import read_alternate, read_ce, write_ce
from lcsd.segments.keys import LocalCodeOf, identity_of, read_key, write_key
from lcsd.segments.values import read_codes, read_number, read_texts, write_codes, write_number, write_texts
from terminology.coding import Coding
from terminology.lab_catalogue import LabExam, Laboratory, Nature, Priority, ReportingPriority, ValueType
from terminology.lab_catalogue_systems import FINESS

YES, NO = "Y", "N"


def build_om1(sequence: int, exam: LabExam, laboratory: Laboratory, keys: Mapping[str, str]) -> Segment:
    """OM1 of an entry; `keys` gives the CE of each local code it refers to, an unknown one is sent bare."""
    return segment(
        "OM1",
        {
            1: str(sequence),
            2: write_key(exam),
            3: "~".join(t.value for t in exam.value_types),
            4: YES if exam.specimen_required else NO,
            5: write_ce(Coding(FINESS, laboratory.finess, laboratory.name)),
            6: escape(exam.purpose),
            7: "~".join(write_ce(*exam.nabm[n : n + 2]) for n in range(0, len(exam.nabm), 2)),
            8: write_texts((exam.label, *exam.synonyms)),
            9: escape(exam.printed_label),
            10: escape(exam.mnemonic),
            11: escape(exam.reference_label),
            12: YES if exam.orderable else NO,
            14: write_codes(exam.techniques),
            16: write_codes(exam.sections),
            18: exam.nature.value,
            19: write_ce(exam.chapter),
            20: escape(exam.rank),
            21: write_ts(exam.changed_at) if exam.changed_at else "",
            22: write_ts(exam.comparable_from) if exam.comparable_from else "",
            23: write_number(exam.turnaround_minutes),
            24: write_number(exam.processing_minutes),
            25: "~".join(p.value for p in exam.processing_priorities),
            26: exam.reporting_priority.value if exam.reporting_priority else "",
            27: write_codes(exam.subcontractors),
            31: "~".join(keys.get(c, escape(c)) for c in exam.required_information),
            32: escape(exam.interpretation),
            33: write_ce(exam.contraindication),
            34: "~".join(keys.get(c, escape(c)) for c in exam.reflex_exams),
            35: escape(exam.reflex_rule),
            37: escape(exam.patient_preparation),
            39: escape(exam.factors),
            40: write_texts(exam.schedule),
            41: escape(exam.method_text),
            46: write_ce(exam.anatomic_site),
        },
    )


def read_om1(om1: Segment, local_code_of: LocalCodeOf, zone: tzinfo | None) -> LabExam:
    """The exam as far as OM1 tells it; `zone` is the offset of the message, for instants without one."""
    key = read_key(om1.first(2))
    reporting = read_texts(om1, 26)
    return LabExam(
        local_code=key.local_code,
        label=key.label,
        loinc=key.loinc,
        loinc_preferred=key.loinc_preferred,
        value_types=tuple(ValueType(t) for t in read_texts(om1, 3)),
        specimen_required=om1.text(4) == YES,
        purpose=om1.text(6),
        nabm=tuple(c for r in om1.repetitions(7) for c in (read_ce(r), read_alternate(r)) if c),
        synonyms=read_texts(om1, 8),
        printed_label=om1.text(9),
        mnemonic=om1.text(10),
        reference_label=om1.text(11),
        orderable=om1.text(12) != NO,
        techniques=read_codes(om1, 14),
        sections=read_codes(om1, 16),
        nature=Nature(om1.text(18)),
        chapter=read_ce(om1.first(19)),
        rank=om1.text(20),
        changed_at=read_ts(om1.first(21).text(), zone),
        comparable_from=read_ts(om1.first(22).text(), zone),
        turnaround_minutes=_minutes(om1, 23),
        processing_minutes=_minutes(om1, 24),
        processing_priorities=tuple(Priority(p) for p in read_texts(om1, 25)),
        reporting_priority=ReportingPriority(reporting[0]) if reporting else None,
        subcontractors=read_codes(om1, 27),
        required_information=_references(om1, 31, local_code_of),
        interpretation=om1.text(32),
        contraindication=read_ce(om1.first(33)),
        reflex_exams=_references(om1, 34, local_code_of),
        reflex_rule=om1.text(35),
        patient_preparation=om1.text(37),
        factors=om1.text(39),
        schedule=read_texts(om1, 40),
        method_text=om1.text(41),
        anatomic_site=read_ce(om1.first(46)),
    )


def _minutes(om1: Segment, field: int) -> Decimal | None:
    return read_number(om1.text(field))


def _references(om1: Segment, field: int, local_code_of: LocalCodeOf) -> tuple[str, ...]:
    return tuple(local_code_of(identity_of(c)) for c in read_codes(om1, field))

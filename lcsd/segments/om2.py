"""OM2, numeric observation: unit, precision, SI twin, ranges (HL7 v2.5 ch. 8, `lcsd.md` §5)."""

from hl7v2.codec import Segment, segment
from hl7v2.escapes import escape
from lcsd.coding_systems import read_ce, write_ce
from lcsd.segments.values import read_number, read_ranges, write_number, write_ranges
from terminology.lab_catalogue import Measure


def build_om2(sequence: int, measure: Measure | None) -> Segment:
    """OM2 of an entry; only its number when nothing is measured (M11 wants OM2 beside OM6)."""
    if measure is None:
        return segment("OM2", {1: str(sequence)})
    return segment(
        "OM2",
        {
            1: str(sequence),
            2: write_ce(measure.unit),
            3: escape(measure.precision),
            4: write_ce(measure.si_unit),
            5: write_number(measure.si_factor),
            6: write_ranges(measure.reference_ranges),
            7: write_ranges(measure.critical_ranges),
        },
    )


def read_om2(om2: Segment) -> Measure:
    """The measure of an entry."""
    return Measure(
        unit=read_ce(om2.first(2)),
        precision=om2.text(3),
        si_unit=read_ce(om2.first(4)),
        si_factor=read_number(om2.text(5)),
        reference_ranges=read_ranges(om2, 6),
        critical_ranges=read_ranges(om2, 7),
    )

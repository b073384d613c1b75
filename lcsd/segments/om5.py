"""OM5, battery: its members in display order (HL7 v2.5 ch. 8, `lcsd.md` §5)."""

from collections.abc import Mapping

from hl7v2.codec import Segment, segment
from hl7v2.escapes import escape
from lcsd.segments.keys import LocalCodeOf, identity_of
from lcsd.segments.values import read_codes
from terminology.lab_catalogue import LabExam


def build_om5(sequence: int, exam: LabExam, keys: Mapping[str, str]) -> Segment:
    """OM5 of a battery; a member the catalogue does not hold is sent bare, for the checks to refuse."""
    return segment("OM5", {1: str(sequence), 2: "~".join(keys.get(m, escape(m)) for m in exam.members)})


def read_om5(om5: Segment, local_code_of: LocalCodeOf) -> tuple[str, ...]:
    """Local codes of the members."""
    return tuple(local_code_of(identity_of(c)) for c in read_codes(om5, 2))

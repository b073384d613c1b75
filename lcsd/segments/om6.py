"""OM6, calculated observation: the rule in words (HL7 v2.5 ch. 8, `lcsd.md` §5)."""

from hl7v2.codec import Segment, segment
from hl7v2.escapes import escape


def build_om6(sequence: int, rule: str) -> Segment:
    """OM6 of a calculated exam."""
    return segment("OM6", {1: str(sequence), 2: escape(rule)})


def read_om6(om6: Segment) -> str:
    """The derivation rule."""
    return om6.text(2)

"""How well a national code fits an exam of a laboratory: a score of 100 in parts, and the axes that contradict (§7.2).

NABM link 40 (30 when the acts come from the table of 2020), text 35, unit 15, specimen 10, restricted list +3, capped
at 100. All six axes must agree (seed 001): an axis both sides state differently is a conflict, shown and never hidden
by a score. An axis one side does not state says nothing.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from kernel.errors import Invalid
from kernel.text import fold
from terminology.lab_catalogue import LabExam
from terminology.lab_catalogue_systems import TECHNIQUE, UCUM
from terminology.transcoding.local_catalogue import specimens_of, unit_of
from terminology.transcoding.specimens import contradict, same_specimen
from terminology.transcoding.targets import Target
from terminology.units import agrees_with_property, factor_between, fault_of

_TEXT, _UNIT, _SPECIMEN, _RESTRICTED, _MOST = 35, 15, 10, 3, 100
_SAME_FAMILY = 5
_IN_24_HOURS = re.compile(r"\b24 ?h|/\(24\.h\)|/d\b")
# Units no dimension can judge: arbitrary ones, enzymes, what an annotation says alone.
_OPAQUE = re.compile(r"[\[U]|^$")
_ANNOTATION = re.compile(r"\{[^{}]*\}")
_NUMERIC_SCALE = "numerique"


class Axis(StrEnum):
    """The axes of LOINC on which a contradiction can be told (seed 001). That of the analyte is the text's to judge."""

    PROPERTY = "grandeur"
    TIME = "temps"
    SYSTEM = "milieu"
    SCALE = "echelle"
    METHOD = "technique"


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a score, and the axes in conflict."""

    nabm: int = 0
    text: int = 0
    unit: int = 0
    specimen: int = 0
    restricted: int = 0
    conflicts: tuple[Axis, ...] = field(default=())

    @property
    def total(self) -> int:
        """Out of 100."""
        return min(self.nabm + self.text + self.unit + self.specimen + self.restricted, _MOST)


def score(exam: LabExam, target: Target, likeness: float, link_points: int) -> Score:
    """The score of `target` for `exam`; `likeness` of their names is from 0 to 1."""
    agrees = _unit_agrees(_ucum_of(exam), target)
    return Score(
        nabm=link_points if any(act.code in target.nabm for act in exam.nabm) else 0,
        text=round(_TEXT * likeness),
        unit=_UNIT if agrees else 0,
        specimen=_specimen_points(exam, target),
        restricted=_RESTRICTED if target.restricted else 0,
        conflicts=tuple(_conflicts(exam, target, agrees)),
    )


def _ucum_of(exam: LabExam) -> str:
    unit = unit_of(exam)
    return unit.code if unit and unit.system == UCUM and fault_of(unit.code) is None else ""


def _unit_agrees(unit: str, target: Target) -> bool | None:
    """Whether a result in `unit` can be one of `target`; None when nothing can be said."""
    if not unit:
        return None
    prop = target.axes.property if target.axes else ""
    if target.ucum and _convertible(unit, target.ucum):
        return True
    if prop and not agrees_with_property(unit, prop):
        return False
    if not target.ucum:
        return True if prop else None
    opaque = any(_OPAQUE.search(_ANNOTATION.sub("", code)) for code in (unit, target.ucum))
    return None if opaque else False


def _convertible(unit: str, other: str) -> bool:
    try:
        return factor_between(unit, other) > 0
    except Invalid:
        return False


def _specimen_points(exam: LabExam, target: Target) -> int:
    ours = specimens_of(exam)
    if same_specimen(ours, target.specimens):
        return _SPECIMEN
    return _SAME_FAMILY if ours and target.specimens and not contradict(ours, target.specimens) else 0


def _conflicts(exam: LabExam, target: Target, unit_agrees: bool | None) -> list[Axis]:
    found = {
        Axis.PROPERTY: unit_agrees is False,
        Axis.TIME: _over_24_hours(exam.label, _ucum_of(exam))
        and not _over_24_hours(*target.names, target.reference_label, target.ucum),
        Axis.SYSTEM: contradict(specimens_of(exam), target.specimens),
        Axis.SCALE: _is_number(exam) and _is_no_number(target),
        Axis.METHOD: _another_technique(exam, target),
    }
    return [axis for axis, conflict in found.items() if conflict]


def _over_24_hours(*texts: str) -> bool:
    return any(_IN_24_HOURS.search(fold(text)) for text in texts)


def _is_number(exam: LabExam) -> bool:
    return bool(_ucum_of(exam)) or any(kind.is_number for kind in exam.value_types)


def _is_no_number(target: Target) -> bool:
    """A panel, which has no value of its own, or a scale other than numeric."""
    if target.axes is None:
        return target.is_panel
    return target.is_panel or fold(target.axes.scale) != _NUMERIC_SCALE


def _another_technique(exam: LabExam, target: Target) -> bool:
    ours = {t.code for t in exam.techniques if t.system == TECHNIQUE}
    theirs = {t.code for t in target.techniques}
    return bool(ours) and bool(theirs) and ours.isdisjoint(theirs)

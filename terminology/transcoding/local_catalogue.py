"""A laboratory's catalogue as it is kept: every exam ever imported, and what of it can be mapped (§2, §7.1).

An exam that a later file leaves out is marked absent and kept with its mappings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from terminology.coding import Coding
from terminology.lab_catalogue import Container, LabCatalogue, LabExam, Laboratory, Measure
from terminology.lab_catalogue_systems import TECHNIQUE
from terminology.transcoding.mapping import MappingKey, MappingKind


@dataclass(frozen=True, slots=True)
class LocalItem:
    """One exam of the laboratory; `absent_since` is the import that no longer held it. The monthly volume is not of
    the catalogue LCSD publishes, which has no place for it."""

    exam: LabExam
    first_seen: datetime
    absent_since: datetime | None = None
    monthly_volume: int | None = None

    @property
    def present(self) -> bool:
        """Whether the last file held it."""
        return self.absent_since is None


@dataclass(frozen=True, slots=True)
class LocalCatalogue:
    """Everything known of one laboratory's exams, in the order of the last file; version 0 before the first import."""

    laboratory: Laboratory
    version: int
    effective_from: datetime
    items: tuple[LocalItem, ...] = ()

    def item(self, local_code: str) -> LocalItem | None:
        """The item with this local code."""
        return next((i for i in self.items if i.exam.local_code == local_code), None)

    @property
    def present(self) -> tuple[LabExam, ...]:
        """The exams of the last file."""
        return tuple(i.exam for i in self.items if i.present)

    def as_lab_catalogue(self) -> LabCatalogue:
        """The catalogue LCSD publishes: the exams of the last file."""
        return LabCatalogue(self.laboratory, self.version, self.effective_from, self.present)


def unit_of(exam: LabExam) -> Coding | None:
    """The unit of its result."""
    return exam.measure.unit if exam.measure else None


def specimens_of(exam: LabExam) -> tuple[Coding, ...]:
    """The natures of its specimens, in the order of the containers, each once."""
    return tuple(dict.fromkeys(c.specimen for c in exam.containers if c.specimen))


def with_unit(exam: LabExam, unit: Coding | None) -> LabExam:
    """The exam with another unit, the rest of its measure kept."""
    return replace(exam, measure=replace(exam.measure or Measure(), unit=unit))


def with_specimen(exam: LabExam, specimen: Coding | None) -> LabExam:
    """The exam taken on another specimen; its first container, described or not, says so."""
    if not exam.containers:
        return replace(exam, containers=(Container("", specimen=specimen),)) if specimen else exam
    first, *others = exam.containers
    changed = replace(first, specimen=specimen)
    return replace(exam, containers=tuple(others) if changed == Container("") else (changed, *others))


def to_map(exam: LabExam) -> Iterator[tuple[MappingKey, Coding]]:
    """All that can be mapped of an exam, with its local wording: the exam, its uncoded techniques, its answers."""
    yield MappingKey(exam.local_code), Coding("", exam.local_code, exam.label)
    for technique in exam.techniques:
        if technique.system != TECHNIQUE:
            yield MappingKey(exam.local_code, MappingKind.TECHNIQUE, technique.code), technique
    answers = (*exam.normal_answers, *exam.abnormal_answers, *exam.critical_answers)
    for answer in dict.fromkeys(answers):
        yield MappingKey(exam.local_code, MappingKind.QUALITATIVE, answer.code), answer

"""One version of a laboratory's catalogue: draft, checked, published, superseded or withdrawn (lcsd.md §6)."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue, LabExam


class VersionState(StrEnum):
    """Where a version stands. Only a draft, checked or not, can still change."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether the content may still change."""
        return self in (VersionState.DRAFT, VersionState.CHECKED)

    @property
    def label(self) -> str:
        """What people read of it, in French."""
        return _LABELS[self]


_LABELS = {
    VersionState.DRAFT: "brouillon",
    VersionState.CHECKED: "brouillon vérifié",
    VersionState.PUBLISHED: "publiée",
    VersionState.SUPERSEDED: "remplacée",
    VersionState.WITHDRAWN: "retirée",
}


@dataclass(frozen=True, slots=True)
class CatalogueVersion:
    """A version without its content: number (+1 each), who made it and when, since and until when it is in force.

    `revision` grows with every change of a draft; `sha256` is that of the stored content; instants are aware.
    """

    finess: str
    number: int
    state: VersionState
    author: str
    created: datetime
    effective_from: datetime
    sha256: str
    note: str = ""
    revision: int = 1
    effective_to: datetime | None = None
    published: datetime | None = None


class MappingAction(StrEnum):
    """What happened to a mapping."""

    CREATED = "creation"
    MODIFIED = "modification"
    DELETED = "suppression"


@dataclass(frozen=True, slots=True)
class MappingChange:
    """A LOINC or a technique of an exam that a version changed: old and new value, empty for none."""

    version: int
    local_code: str
    field: str
    action: MappingAction
    before: str
    after: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExamDiff:
    """A changed exam: each field that differs, with its values before and after."""

    local_code: str
    fields: tuple[tuple[str, object, object], ...]


@dataclass(frozen=True, slots=True)
class CatalogueDiff:
    """Local codes added and removed, exams changed field by field, in the order of the catalogues."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ExamDiff, ...]


def diff_catalogues(before: LabCatalogue | None, after: LabCatalogue) -> CatalogueDiff:
    """What `after` changes, by local code."""
    old = {e.local_code: e for e in before.exams} if before else {}
    new = {e.local_code: e for e in after.exams}
    pairs = ((old[code], exam) for code, exam in new.items() if code in old and old[code] != exam)
    return CatalogueDiff(
        tuple(code for code in new if code not in old),
        tuple(code for code in old if code not in new),
        tuple(ExamDiff(exam.local_code, _fields(was, exam)) for was, exam in pairs),
    )


def mapping_changes(
    before: LabCatalogue | None, after: LabCatalogue, author: str, at: datetime
) -> tuple[MappingChange, ...]:
    """The LOINC and techniques that `after` gives, changes or takes away (seed 003 §3.7)."""
    old = {e.local_code: e for e in before.exams} if before else {}
    new = {e.local_code: e for e in after.exams}
    found = []
    for code in dict.fromkeys((*old, *new)):
        for name in ("loinc", "techniques"):
            was, now = _mapped(old.get(code), name), _mapped(new.get(code), name)
            if was != now:
                action = MappingAction.MODIFIED if was and now else _created_or_deleted(now)
                found.append(MappingChange(after.version, code, name, action, was, now, author, at))
    return tuple(found)


def _created_or_deleted(now: str) -> MappingAction:
    return MappingAction.CREATED if now else MappingAction.DELETED


def _mapped(exam: LabExam | None, name: str) -> str:
    if exam is None:
        return ""
    codings: tuple[Coding, ...] = exam.techniques if name == "techniques" else tuple(filter(None, (exam.loinc,)))
    return " ".join(coding.code for coding in codings)


def _fields(before: LabExam, after: LabExam) -> tuple[tuple[str, object, object], ...]:
    pairs = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(LabExam))
    return tuple(pair for pair in pairs if pair[1] != pair[2])

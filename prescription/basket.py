"""A basket (*panier*): lines kept under a name, to be copied into orders (prescription.md §2.1).

Its owner is a practitioner (personal), or an organization or a specialty (shared, kept by maintainers). It holds no
patient: a line of a basket answers no question about one, and nothing in it names a laboratory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kernel.text import compact
from prescription.line import CodedExam, Exam, Line
from prescription.people import Sex
from terminology.basket import BasketOutline


class OwnerKind(StrEnum):
    """Who a basket belongs to: an RPPS, a FINESS, or a code of specialty such as SM26."""

    PRACTITIONER = "rpps"
    ORGANIZATION = "finess"
    SPECIALTY = "specialty"


@dataclass(frozen=True, slots=True)
class BasketOwner:
    """The owner, by its number or code."""

    kind: OwnerKind
    id: str

    @property
    def shared(self) -> bool:
        """Whether several people see the basket."""
        return self.kind is not OwnerKind.PRACTITIONER


@dataclass(frozen=True, slots=True)
class BasketConditions:
    """When the basket fits: `sex`, age in whole years from `age_from` to `age_to`, `pregnancy`, and in words."""

    sex: Sex | None = None
    age_from: int | None = None
    age_to: int | None = None
    pregnancy: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class BasketContent:
    """What a person writes in a basket. `maintainers` are the RPPS of those who may change a shared one."""

    name: str
    owner: BasketOwner
    lines: tuple[Line, ...]
    conditions: BasketConditions = BasketConditions()
    source: str = ""
    maintainers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket as it is kept: `id` a UUID, `version` from 1, and who wrote this version, when.

    `by` is the RPPS, or the role of an operator; the owner and the maintainers see it, nobody else.
    """

    id: str
    content: BasketContent
    version: int
    at: datetime
    by: str

    def outline(self) -> BasketOutline:
        """What the terminology has to know of it."""
        codes = (line.exam.code for line in self.content.lines if isinstance(line.exam, CodedExam))
        content = self.content
        return BasketOutline(self.id, content.name, content.conditions.text, content.source, tuple(codes))


class Change(StrEnum):
    """What a version did to one thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class BasketChange:
    """One difference between two versions: a line, named by its exam, or a field (`name`, `conditions`…)."""

    change: Change
    what: str


def changes(before: BasketContent | None, after: BasketContent) -> tuple[BasketChange, ...]:
    """What `after` has that `before` had not, and the reverse; everything is added in a first version."""
    return tuple(_changes(before, after))


def _changes(before: BasketContent | None, after: BasketContent) -> Iterator[BasketChange]:
    old = {exam_key(line.exam): line for line in before.lines} if before else {}
    new = {exam_key(line.exam): line for line in after.lines}
    for key, line in new.items():
        if key not in old:
            yield BasketChange(Change.ADDED, exam_name(line.exam))
        elif replace(old[key], line_id=line.line_id) != line:
            yield BasketChange(Change.CHANGED, exam_name(line.exam))
    for key in old.keys() - new.keys():
        yield BasketChange(Change.REMOVED, exam_name(old[key].exam))
    if before is None:
        return
    for field in ("name", "conditions", "source", "maintainers"):
        if getattr(before, field) != getattr(after, field):
            yield BasketChange(Change.CHANGED, field)


def exam_key(exam: Exam) -> str:
    """What makes two lines ask for the same exam: the code, or the words of a free text."""
    return exam.code if isinstance(exam, CodedExam) else f"text:{compact(exam.text)}"


def exam_name(exam: Exam) -> str:
    """The exam as one names it."""
    return (exam.display or exam.code) if isinstance(exam, CodedExam) else exam.text

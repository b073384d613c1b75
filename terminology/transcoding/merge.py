"""A file laid over what is known, exam by exam on the local code: nothing decided is ever lost (terminology.md §7.1).

A column the file has replaces what was known, empty cells included; one it has not leaves it. A changed label, unit,
act or specimen puts the mapping of the exam `a-revoir`. An exam the file leaves out is marked absent.
"""

from collections.abc import Iterable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, replace
from datetime import datetime

from terminology.coding import Coding
from terminology.lab_catalogue import LabExam, ValueType
from terminology.lab_catalogue_systems import UCUM
from terminology.transcoding.columns import Field
from terminology.transcoding.decisions import put_in_doubt
from terminology.transcoding.history import Change
from terminology.transcoding.local_catalogue import (
    LocalCatalogue,
    LocalItem,
    specimens_of,
    unit_of,
    with_specimen,
    with_unit,
)
from terminology.transcoding.mapping import Mapping, MappingKey, MappingStatus
from terminology.transcoding.reading import ReadItem
from terminology.transcoding.targets import Targets

_WATCHED = {"label": "libellé", "unit": "unité", "nabm": "NABM", "specimen": "prélèvement"}


@dataclass(frozen=True, slots=True)
class Merged:
    """The catalogue after a file, the changes of its mappings, and the local codes by what became of them."""

    catalogue: LocalCatalogue
    changes: tuple[Change, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def writes(self) -> bool:
        """Whether anything is to be kept."""
        return bool(self.changes or self.added or self.changed or self.absent)


def merge(
    known: LocalCatalogue,
    mappings: Iterable[Mapping],
    items: Iterable[LocalItem],
    carried: Iterable[Change],
    at: datetime,
    author: str,
) -> Merged:
    """`items` are the exams of the file in its order, laid over what was known; `carried` the proposals it brings."""
    before = {i.exam.local_code: i for i in known.items}
    after = {i.exam.local_code: i for i in items}
    gone = [i for code, i in before.items() if code not in after]
    absent = [i.exam.local_code for i in gone if i.present]
    changed = [code for code, item in after.items() if code in before and before[code] != item]
    doubts = _doubts(before, after, mappings, author, at)
    return Merged(
        catalogue=replace(
            known,
            version=known.version + 1,
            effective_from=at.replace(microsecond=0),  # LCSD sends whole seconds
            items=(*after.values(), *(replace(i, absent_since=i.absent_since or at) for i in gone)),
        ),
        changes=(*doubts, *carried),
        added=tuple(code for code in after if code not in before),
        changed=tuple(changed),
        absent=tuple(absent),
    )


def laid_over(read: ReadItem, known: LocalItem | None, at: datetime) -> LocalItem:
    """A row over what was known of its exam; every detail the file has no column for stays."""
    exam = replace(known.exam, label=read.label) if known else LabExam(read.local_code, read.label)
    if Field.NABM in read.fields and _codes(exam.nabm) != _codes(read.nabm):
        exam = replace(exam, nabm=read.nabm)
    if Field.UNIT in read.fields and not _same(unit_of(exam), read.unit):
        exam = with_unit(exam, read.unit)
        if read.unit and read.unit.system == UCUM and not exam.value_types:
            exam = replace(exam, value_types=(ValueType.NUMERIC,))
    if Field.SPECIMEN in read.fields and _codes(specimens_of(exam)[:1]) != _codes([read.specimen]):
        exam = with_specimen(exam, read.specimen)
    if Field.TECHNIQUE in read.fields and _codes(exam.techniques[:1]) != _codes([read.technique]):
        exam = replace(exam, techniques=(read.technique,) if read.technique else ())
    volume = read.monthly_volume if Field.VOLUME in read.fields else known.monthly_volume if known else None
    return LocalItem(exam, known.first_seen if known else at, None, volume)


def carried_proposals(
    codes: ReadOnly[str, str], mappings: Iterable[Mapping], targets: Targets, author: str, at: datetime
) -> tuple[Change, ...]:
    """The national codes a file brings, by local code, as proposals for the exams nobody has decided of.

    A person validates them; a code the release does not hold is left aside.
    """
    decided = {m.key for m in mappings}
    changes = []
    for local_code, national in codes.items():
        key = MappingKey(local_code)
        target = targets.get(national)
        if target is None or key in decided:
            continue
        mapping = Mapping(key, MappingStatus.PROPOSED, author, at, target.coding, release=targets.release.name)
        changes.append(Change(None, mapping, author, at, "Code déjà employé par le laboratoire, lu dans le fichier"))
    return tuple(changes)


def _doubts(
    before: dict[str, LocalItem], after: dict[str, LocalItem], mappings: Iterable[Mapping], author: str, at: datetime
) -> list[Change]:
    changes = []
    for mapping in mappings:
        code = mapping.key.local_code
        if mapping.key != MappingKey(code) or mapping.status is MappingStatus.TO_REVIEW:
            continue
        if code in before and code in after and (reason := _reason(before[code].exam, after[code].exam)):
            changes.append(put_in_doubt(mapping, author, at, reason))
    return changes


def _reason(before: LabExam, after: LabExam) -> str:
    """What changed of what a mapping rests on, in French; empty when nothing did."""
    old, new = _watched(before), _watched(after)
    told = [
        f"{_WATCHED[name]} : « {old[name]} » devient « {new[name]} »" for name in _WATCHED if old[name] != new[name]
    ]
    return "Fichier importé, " + " ; ".join(told) if told else ""


def _watched(exam: LabExam) -> dict[str, str]:
    unit = unit_of(exam)
    return {
        "label": exam.label,
        "unit": unit.code if unit else "",
        "nabm": " ".join(sorted(c.code for c in exam.nabm)),
        "specimen": " ".join(c.code for c in specimens_of(exam)),
    }


def _codes(codings: Iterable[Coding | None]) -> list[tuple[str, str]]:
    """Codes alone: labels of acts and specimens come from elsewhere."""
    return [(c.system, c.code) for c in codings if c]


def _same(ours: Coding | None, theirs: Coding | None) -> bool:
    return _codes([ours]) == _codes([theirs])

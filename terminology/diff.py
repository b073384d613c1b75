"""What changed from one release to another, field by field (terminology.md §1.4.12, interface.md §6).

Each code falls in one class: added, retired, reactivated, changed, or a waiting code that became a LOINC code. Both
releases are compared as opened beside their elders (`terminology.retirement`), so that a code that comes back is told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kernel.text import compact
from terminology.diff_fields import FieldValue, request_fields, result_fields
from terminology.release import Release
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import RequestResult, ResultCode

Concept = TypeVar("Concept", RequestCode, ResultCode)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a concept; an absent value is None."""

    field: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True)
class Changed(Generic[Concept]):
    """A concept that both releases hold, with what differs; `concept` is the newer form."""

    concept: Concept
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A waiting code of the older release, and the LOINC code that took its place."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ConceptDiff(Generic[Concept]):
    """What became of the concepts of one kind, each list sorted by code."""

    added: tuple[Concept, ...]
    retired: tuple[Concept, ...]
    reactivated: tuple[Concept, ...]
    changed: tuple[Changed[Concept], ...]
    waiting_resolved: tuple[Resolved, ...]

    @property
    def touched(self) -> frozenset[str]:
        """Codes of the older release that whoever uses them should look at again."""
        return frozenset(
            [concept.code for concept in self.retired]
            + [change.concept.code for change in self.changed]
            + [resolved.before for resolved in self.waiting_resolved]
        )


@dataclass(frozen=True, slots=True)
class ReleaseDiff:
    """From `older` to `newer` as asked for, whichever was published first."""

    older: Release
    newer: Release
    requests: ConceptDiff[RequestCode]
    results: ConceptDiff[ResultCode]
    links_added: tuple[RequestResult, ...]
    links_removed: tuple[RequestResult, ...]


def diff_releases(older: Release, newer: Release) -> ReleaseDiff:
    """Compares two releases, both opened with their retired codes."""
    before = {(link.request, link.result): link for link in older.links}
    after = {(link.request, link.result): link for link in newer.links}
    return ReleaseDiff(
        older=older,
        newer=newer,
        requests=_diff(older.requests, newer.requests, request_fields),
        results=_diff(older.results, newer.results, result_fields),
        links_added=tuple(after[pair] for pair in sorted(after.keys() - before.keys())),
        links_removed=tuple(before[pair] for pair in sorted(before.keys() - after.keys())),
    )


def _diff(
    older: Sequence[Concept], newer: Sequence[Concept], fields: Callable[[Concept], Mapping[str, FieldValue]]
) -> ConceptDiff[Concept]:
    before, after = _in_force(older), _in_force(newer)
    once_held = {concept.code for concept in older} - before.keys()
    come = sorted(after.keys() - before.keys())
    gone = sorted(before.keys() - after.keys())
    resolved = _resolved([before[code] for code in gone], list(after.values()), set(come))
    replaced = {pair.before for pair in resolved} | {pair.after for pair in resolved}
    both = sorted(before.keys() & after.keys())
    changed = (Changed(after[code], _changes(fields(before[code]), fields(after[code]))) for code in both)
    return ConceptDiff(
        added=tuple(after[code] for code in come if code not in replaced and code not in once_held),
        retired=tuple(before[code] for code in gone if code not in replaced),
        reactivated=tuple(after[code] for code in come if code not in replaced and code in once_held),
        changed=tuple(change for change in changed if change.fields),
        waiting_resolved=tuple(resolved),
    )


def _in_force(concepts: Iterable[Concept]) -> dict[str, Concept]:
    return {concept.code: concept for concept in concepts if concept.status is not CodeStatus.RETIRED}


def _changes(before: Mapping[str, FieldValue], after: Mapping[str, FieldValue]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field, value, after[field]) for field, value in before.items() if not _same(value, after[field])
    )


def _same(before: FieldValue, after: FieldValue) -> bool:
    """Lists are sets here: the order of synonyms or acts in a cell means nothing."""
    if isinstance(before, tuple) and isinstance(after, tuple):
        return sorted(before) == sorted(after)
    return before == after


def _resolved(gone: Iterable[Concept], held: Sequence[Concept], come: set[str]) -> list[Resolved]:
    """The waiting codes that went, with the code that says it had them, else the one new code of the same name."""
    by_waiting = {c.waiting_code: c.code for c in held if c.waiting_code and c.status is CodeStatus.ACTIVE}
    by_name: dict[str, list[str]] = {}
    for concept in held:
        if concept.code in come and concept.status is CodeStatus.ACTIVE:
            by_name.setdefault(_name(concept), []).append(concept.code)
    found = []
    for concept in gone:
        if concept.status is CodeStatus.WAITING:
            namesakes = by_name.get(_name(concept), [])
            after = by_waiting.get(concept.code) or (namesakes[0] if len(namesakes) == 1 else None)
            if after:
                found.append(Resolved(concept.code, after))
    return found


def _name(concept: RequestCode | ResultCode) -> str:
    return compact(concept.reference_label or concept.display)

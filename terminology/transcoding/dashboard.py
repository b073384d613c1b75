"""The dashboard of one laboratory or of all: where its mappings stand, and how they went over time (§7.6).

Counts are of the exams of the last file. Coverage = validated / total, as a percentage with one decimal; None where
there is nothing to divide by. The monthly series is worked out of the history, by the state at the end of each month.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from kernel import loinc
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.transcoding.history import HistoryRow
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem, to_map
from terminology.transcoding.mapping import Mapping as LocalMapping
from terminology.transcoding.mapping import MappingKey, MappingKind, MappingStatus
from terminology.transcoding.targets import Targets

NO_CHAPTER = Coding("", "", "Sans chapitre")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LabState:
    """All that is known of one laboratory; `history` in any order."""

    catalogue: LocalCatalogue
    mappings: Sequence[LocalMapping]
    history: Sequence[HistoryRow]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    validated: int
    total: int

    @property
    def percent(self) -> Decimal | None:
        """`validated` of `total`, one decimal; None of nothing."""
        return _one_decimal(Decimal(100 * self.validated) / self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Month:
    """The state at the end of a month, `2026-03`; the last one is the present."""

    month: str
    coverage: Share


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The figures. `coverage_by_volume` counts acts a month; `restricted` the codes of the restricted list of the
    active release that are some exam's validated target; `median_delay_days` runs from first import to first
    validation."""

    laboratories: int
    by_status: Mapping[MappingStatus, int]
    absent: int
    coverage: Share
    coverage_by_volume: Share
    restricted: Share
    by_chapter: tuple[tuple[Coding, Share], ...]
    by_kind: Mapping[MappingKind, Share]
    by_system: Mapping[str, int]
    without_nabm: int
    to_review: int
    median_delay_days: Decimal | None
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One exam, its mapping, and when it became or ceased to be validated, in order."""

    item: LocalItem
    mapping: LocalMapping | None
    moves: tuple[tuple[datetime, bool], ...]

    @property
    def target(self) -> Coding | None:
        return self.mapping.in_force if self.mapping else None


def dashboard(states: Iterable[LabState], targets: Targets, now: datetime) -> Dashboard:
    """The figures of these laboratories together."""
    states = tuple(states)
    every = [entry for state in states for entry in _entries(state)]
    present = [entry for entry in every if entry.item.present]
    statuses = Counter(e.mapping.status if e.mapping else MappingStatus.TO_DO for e in present)
    return Dashboard(
        laboratories=len(states),
        by_status={status: statuses[status] for status in MappingStatus},
        absent=len(every) - len(present),
        coverage=_share(present),
        coverage_by_volume=Share(
            sum(e.item.monthly_volume or 0 for e in present if e.target),
            sum(e.item.monthly_volume or 0 for e in present),
        ),
        restricted=_restricted(present, targets),
        by_chapter=_by_chapter(present, targets),
        by_kind=_by_kind(states),
        by_system=_by_system(present),
        without_nabm=sum(not e.item.exam.nabm for e in present),
        to_review=statuses[MappingStatus.TO_REVIEW],
        median_delay_days=_median_delay(every),
        months=_months(every, now),
    )


def _entries(state: LabState) -> list[_Entry]:
    mappings = {m.key: m for m in state.mappings}
    moves: dict[MappingKey, list[tuple[datetime, bool]]] = {}
    for row in sorted(state.history, key=lambda row: row.number):
        after = row.change.after
        moves.setdefault(row.change.key, []).append((row.change.at, bool(after and after.in_force)))
    return [
        _Entry(item, mappings.get(key), tuple(moves.get(key, ())))
        for item in state.catalogue.items
        for key in (MappingKey(item.exam.local_code),)
    ]


def _share(entries: Iterable[_Entry]) -> Share:
    found = [entry.target is not None for entry in entries]
    return Share(sum(found), len(found))


def _restricted(entries: Iterable[_Entry], targets: Targets) -> Share:
    listed = {t.coding.code for t in targets if t.restricted}
    used = {e.target.code for e in entries if e.target}
    return Share(len(listed & used), len(listed))


def _by_chapter(entries: Iterable[_Entry], targets: Targets) -> tuple[tuple[Coding, Share], ...]:
    """Chapters by name, that of the exam, else of its target; what has none comes last."""
    grouped: dict[Coding, list[_Entry]] = {}
    names: dict[str, Coding] = {c.code: c for c in targets.release.lists.chapters}
    for entry in entries:
        mapped = entry.mapping.target if entry.mapping else None
        target = targets.get(mapped.code) if mapped else None
        chapter = entry.item.exam.chapter or (target.chapter if target else None)
        grouped.setdefault(names.get(chapter.code, chapter) if chapter else NO_CHAPTER, []).append(entry)
    shares = ((chapter, _share(found)) for chapter, found in grouped.items())
    return tuple(sorted(shares, key=lambda pair: (pair[0] == NO_CHAPTER, pair[0].display, pair[0].code)))


def _by_kind(states: Iterable[LabState]) -> dict[MappingKind, Share]:
    validated: Counter[MappingKind] = Counter()
    total: Counter[MappingKind] = Counter()
    for state in states:
        in_force = {m.key for m in state.mappings if m.in_force}
        for key, _ in (pair for exam in state.catalogue.present for pair in to_map(exam)):
            total[key.kind] += 1
            validated[key.kind] += key in in_force
    return {kind: Share(validated[kind], total[kind]) for kind in MappingKind}


def _by_system(entries: Iterable[_Entry]) -> dict[str, int]:
    """Validated exams coded with a LOINC, a waiting code, or their local code for want of any."""
    counts = {"loinc": 0, "attente": 0, "local": 0}
    for target in (e.target for e in entries):
        if target:
            counts[{loinc.SYSTEM: "loinc", LOCAL_SYSTEM: "local"}.get(target.system, "attente")] += 1
    return counts


def _median_delay(entries: Iterable[_Entry]) -> Decimal | None:
    delays = [
        Decimal((at - entry.item.first_seen) // timedelta(seconds=1)) / Decimal(_DAY // timedelta(seconds=1))
        for entry in entries
        if (at := next((at for at, validated in entry.moves if validated), None))
    ]
    return _one_decimal(median(delays)) if delays else None


def _one_decimal(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _months(entries: Sequence[_Entry], now: datetime) -> tuple[Month, ...]:
    """From the month of the first import to the present one."""
    if not entries:
        return ()
    first = min(entry.item.first_seen for entry in entries)
    months = []
    year, month = first.year, first.month
    while (year, month) <= (now.year, now.month):
        following = (year + month // 12, month % 12 + 1)
        end = datetime(*following, 1, tzinfo=now.tzinfo)
        months.append(Month(f"{year:04d}-{month:02d}", _share_at(entries, min(end, now + timedelta(microseconds=1)))))
        year, month = following
    return tuple(months)


def _share_at(entries: Iterable[_Entry], before: datetime) -> Share:
    """The coverage as it stood just before an instant."""
    held = [e for e in entries if e.item.first_seen < before and not _gone(e.item, before)]
    validated = (next((v for at, v in reversed(e.moves) if at < before), False) for e in held)
    return Share(sum(validated), len(held))


def _gone(item: LocalItem, before: datetime) -> bool:
    return item.absent_since is not None and item.absent_since < before

"""The history of mappings: one row for each creation, change and deletion, never touched again (§7.4, seed 003)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminology.transcoding.mapping import Mapping, MappingKey


class Action(StrEnum):
    """What happened to a mapping."""

    CREATED = "creation"
    CHANGED = "modification"
    DELETED = "suppression"


@dataclass(frozen=True, slots=True)
class Change:
    """One move of one mapping: from `before` to `after` (one of them at least), by whom, when and why."""

    before: Mapping | None
    after: Mapping | None
    author: str
    at: datetime
    reason: str

    @property
    def key(self) -> MappingKey:
        """What is mapped."""
        mapping = self.after or self.before
        if mapping is None:
            raise ValueError("a change has a side at least")
        return mapping.key

    @property
    def action(self) -> Action:
        """Creation, change or deletion."""
        if self.before is None:
            return Action.CREATED
        return Action.DELETED if self.after is None else Action.CHANGED


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A change as it was written; `number` grows by one a row and is the version of the mapping it left."""

    number: int
    finess: str
    change: Change


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which rows: None = any. `local_code` gives the view of an item, `author` that of a person."""

    finess: str | None = None
    local_code: str | None = None
    author: str | None = None

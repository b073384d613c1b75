"""$epu-status and $epu-list: the prescriber follows own orders, without their content (prescription.md §5; EP2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernel.errors import Invalid
from prescription.epu_code import EpuCode
from prescription.ports import OwnedRecord
from prescription.record import EpuRecord
from prescription.usecases.access import Access

MAX_CODES = 100


@dataclass(frozen=True, slots=True)
class Followed:
    """One code asked for; `record` is None when it is unknown, malformed, or another prescriber's."""

    text: str
    record: EpuRecord | None


def status(access: Access, texts: Sequence[str]) -> tuple[Followed, ...]:
    """State of own orders, in the order asked. An unknown code is « unknown » and counts as a miss."""
    access.check_role()
    access.unit.misses.refuse_if_too_many(access.caller, access.now)
    followed = tuple(Followed(text, _own_record(access, text)) for text in texts)
    access.trace("read", None)
    return followed


def _own_record(access: Access, text: str) -> EpuRecord | None:
    try:
        code = EpuCode(text)
    except Invalid:
        return None
    record = access.find(code)
    if record is None:
        access.unit.misses.note(access.caller, access.now)
        return None
    return record if record.prescription.author.practitioner.rpps == access.caller.id else None


def own_orders(
    access: Access, start: date | None, end: date | None, count: int, cursor: str | None
) -> tuple[Sequence[OwnedRecord], str | None]:
    """Own orders, newest first, with the cursor of the next page: no code and no content."""
    access.check_role()
    page = access.unit.records.owned_by(access.caller.id, start, end, count, cursor)
    access.trace("list", None)
    return page

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
    codes = {text: code for text in texts if (code := _code(text))}
    # Orders in one order, then the misses: callers who ask for the same ones never wait for each other in a circle.
    found = {text: access.find(codes[text]) for text in sorted(codes)}
    for text in texts:
        if text in found and found[text] is None:
            access.unit.misses.note(access.caller, access.now)
    access.trace("read", None)
    return tuple(Followed(text, _own(access, found.get(text))) for text in texts)


def _code(text: str) -> EpuCode | None:
    try:
        return EpuCode(text)
    except Invalid:
        return None


def _own(access: Access, record: EpuRecord | None) -> EpuRecord | None:
    mine = record is not None and record.prescription.author.practitioner.rpps == access.caller.id
    return record if mine else None


def own_orders(
    access: Access, start: date | None, end: date | None, count: int, cursor: str | None
) -> tuple[Sequence[OwnedRecord], str | None]:
    """Own orders, newest first, with the cursor of the next page: no code and no content."""
    access.check_role()
    page = access.unit.records.owned_by(access.caller.id, start, end, count, cursor)
    access.trace("list", None)
    return page

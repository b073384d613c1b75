"""All that leaves with the document of one order: who sends it, the order itself while it is needed, the departures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from kernel.calendar import after_months
from prescription.documents.departure import Departure
from prescription.documents.visibility import SHOWN, Visibility
from prescription.epu_code import EpuCode
from prescription.people import IdentityStatus
from prescription.prescription import Prescription

KEPT_YEARS = 3


@dataclass(frozen=True, slots=True)
class Dispatch:
    """There is one for an order, found by its code. `feeder` is the author's RPPS, `finess` the author's structure.

    `order` is the full order, None once nothing that may still leave needs it: what is sent, called back, or opposed
    leaves no content behind.
    """

    id: str
    code: EpuCode
    feeder: str
    finess: str
    identity: IdentityStatus
    made: datetime
    valid_until: date
    order: Prescription | None
    departures: tuple[Departure, ...]
    visibility: Visibility = SHOWN

    def __repr__(self) -> str:
        return f"Dispatch({self.id}, {self.departures!r})"

    @property
    def keep_until(self) -> date:
        """The last day anything of it is kept: as long as the order itself (prescription.md §4)."""
        return after_months(self.valid_until, 12 * KEPT_YEARS)

    def departure(self, id_: str) -> Departure | None:
        """One of its departures."""
        return next((each for each in self.departures if each.id == id_), None)

    def with_departures(self, changed: Sequence[Departure]) -> "Dispatch":
        """The same with these in place of those of the same id, new ones at the end, and no content nobody needs."""
        by_id = {each.id: each for each in (*self.departures, *changed)}
        departures = tuple(by_id.values())
        needed = any(each.state.needs_content and not each.withdrawal for each in departures)
        return replace(self, departures=departures, order=self.order if needed else None)

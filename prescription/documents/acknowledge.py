"""What a receipt makes of the mail it tells of: delivered, read; one that came back is no longer told as sent."""

import re

from kernel.errors import NotFound
from prescription.documents.departure import Departure, DepartureState
from prescription.documents.receipt import Outcome, Receipt
from prescription.usecases.access import Access

RETURNED = "mail-returned"
_OWN = re.compile(r"<([0-9a-f]{32})@[^>]*>", re.ASCII)


def acknowledge(access: Access, receipt: Receipt) -> Departure:
    """The departure of the mail, after its receipt: one that failed after it was handed over is `refused`
    (`mail-returned`); of any other the receipt that tells most is kept. Its feeder and the operator see it.

    What was sent has left no content behind: it is handed over again (`$document-feed`), not sent again. `NotFound`
    (`unknown-departure`) for the mail of another software.
    """
    access.check_role()
    own = _OWN.fullmatch(receipt.message_id)
    dispatch = access.unit.departures.of_departure(own[1]) if own else None
    found = dispatch.departure(own[1]) if own and dispatch else None
    if dispatch is None or found is None or not found.recipient:
        raise NotFound.because(
            "unknown-departure", "Cet accusé ne parle d'aucun envoi de cette base.", "Le lire dans la messagerie."
        )
    if found.state is not DepartureState.SENT:
        return found
    failed = receipt.outcome is Outcome.FAILED
    after = found.refused(RETURNED, access.now) if failed else found.acknowledged(receipt.outcome, access.now)
    if after != found:
        access.unit.departures.save(dispatch.with_departures([after]), [after], access.now)
        access.trace("returned" if failed else "acknowledged", dispatch.code)
    return after

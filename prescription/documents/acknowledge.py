"""What a receipt makes of the mail it tells of: one that came back is no longer told as sent."""

import re

from kernel.errors import NotFound
from prescription.documents.departure import Departure, DepartureState
from prescription.documents.receipt import Outcome, Receipt
from prescription.usecases.access import Access

RETURNED = "mail-returned"
_OWN = re.compile(r"<([0-9a-f]{32})@[^>]*>", re.ASCII)


def acknowledge(access: Access, receipt: Receipt) -> Departure:
    """The departure of the mail, after its receipt: a mail that failed after it was handed over is `refused`
    (`mail-returned`), which its feeder and the operator see; any other outcome leaves it as it is.

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
    if receipt.outcome is not Outcome.FAILED or found.state is not DepartureState.SENT:
        return found
    after = found.refused(RETURNED, access.now)
    access.unit.departures.save(dispatch.with_departures([after]), [after], access.now)
    access.trace("returned", dispatch.code)
    return after

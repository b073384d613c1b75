"""What a laboratory published here, as JSON (lcsd.md §7)."""

from datetime import datetime

from api.fhir.json import JsonObject
from terminology.receiving.ports import ReceivingStore


def write_received(store: ReceivingStore, finess: str, now: datetime) -> JsonObject:
    """The arrivals, when each one switches, and the last messages with the answer each one got."""
    return {
        "finess": finess,
        "arrivals": [
            {
                "number": arrival.number,
                "events": list(arrival.events),
                "effective": arrival.effective.isoformat(),
                "switch": arrival.due.isoformat(),
                "waiting": arrival.waits(now),
            }
            for arrival in store.arrivals(finess)
        ],
        "messages": [
            {
                "control_id": message.control_id,
                "event": message.event,
                "received": message.received.isoformat(),
                "code": message.code,
                "detail": message.detail,
            }
            for message in store.messages(finess)
        ],
    }

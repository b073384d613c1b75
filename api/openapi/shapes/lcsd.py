"""Versions of a catalogue and their deliveries (`api/lcsd_json.py`)."""

from api.openapi.schema import INSTANT, INTEGER, TEXT, Schema, listed, nullable, one_of, record
from terminology.publishing.delivery import DeliveryState
from terminology.publishing.version import VersionState

_VERSION: Schema = record(
    {
        "number": INTEGER,
        "state": one_of(VersionState),
        "author": TEXT,
        "created": INSTANT,
        "effective_from": INSTANT,
        "effective_to": nullable(INSTANT),
        "sha256": TEXT,
        "note": TEXT,
    }
)
_DELIVERY: Schema = record(
    {
        "subscriber": TEXT,
        "version": INTEGER,
        "message": TEXT,
        "state": one_of(DeliveryState),
        "attempts": INTEGER,
        "sent": nullable(INSTANT),
        "answered": nullable(INSTANT),
        "sha256": TEXT,
        "detail": TEXT,
    }
)
STATE: Schema = record(
    {
        "finess": TEXT,
        "current": nullable(INTEGER),
        "behind": listed(TEXT),
        "versions": listed(_VERSION),
        "deliveries": listed(_DELIVERY),
    }
)

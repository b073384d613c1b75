"""Versions of a catalogue and their deliveries (`api/lcsd_json.py`)."""

from api.openapi.schema import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    TEXT,
    Schema,
    closed,
    integer,
    listed,
    nullable,
    one_of,
    record,
)
from kernel.findings import Severity
from lcsd.messages.control import Processing
from terminology.publishing.delivery import Acknowledgements, Channel, DeliveryState
from terminology.publishing.version import MappingAction, VersionState

_VERSION: Schema = record(
    {
        "number": INTEGER,
        "revision": INTEGER,
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

_FINDING: Schema = record(
    {"severity": one_of(Severity), "code": TEXT, "path": TEXT, "message": TEXT, "hint": TEXT},
)
_LABORATORY: Schema = record({"finess": TEXT, "name": TEXT, "mnemonic": TEXT}, {"application": TEXT})
_EXAM: Schema = record({"local_code": TEXT, "label": TEXT})
"""The fields of an exam are those of the model (`docs/lcsd.md`); two of them have no default."""
CATALOGUE_SENT: Schema = record(
    {"laboratory": _LABORATORY, "effective_from": INSTANT}, {"exams": listed(_EXAM), "version": INTEGER}
)
CATALOGUE: Schema = record({"version": _VERSION, "catalogue": CATALOGUE_SENT})
PUBLISHED: Schema = record({"version": _VERSION, "findings": listed(_FINDING)})
DRAFT: Schema = record({"version": _VERSION}, {"catalogue": CATALOGUE_SENT, "findings": listed(_FINDING)})
_SUBSCRIBER = {
    "application": TEXT,
    "finess": TEXT,
    "channel": one_of(Channel),
}
_REACHED = {"host": TEXT, "port": integer(0, 65535), "processing": one_of(Processing),
            "acknowledgements": one_of(Acknowledgements)}  # fmt: skip
SUBSCRIBER_SENT: Schema = closed(
    record(
        _SUBSCRIBER,
        {
            **_REACHED,
            **dict.fromkeys(("folder", "replies", "ca", "certificate", "key"), TEXT),
            "clear_text": BOOLEAN,
            **dict.fromkeys(("connect_seconds", "reply_seconds"), integer(1, 3600)),
        },
    )
)
SUBSCRIBER: Schema = record({"name": TEXT, **_SUBSCRIBER, **_REACHED, "tls": BOOLEAN})
SUBSCRIBERS: Schema = record({"subscribers": listed(SUBSCRIBER)})
RESENT: Schema = record({"queued": INTEGER})
DIFF: Schema = record(
    {
        "added": listed(TEXT),
        "removed": listed(TEXT),
        "changed": listed(
            record(
                {"local_code": TEXT, "fields": listed(record({"field": TEXT, "before": TEXT, "after": TEXT}))},
            )
        ),
    }
)
MAPPING_CHANGES: Schema = record(
    {
        "changes": listed(
            record(
                {
                    "version": INTEGER,
                    "local_code": TEXT,
                    "field": TEXT,
                    "action": one_of(MappingAction),
                    "before": TEXT,
                    "after": TEXT,
                    "author": TEXT,
                    "at": INSTANT,
                }
            )
        )
    }
)
RECEIVED: Schema = record(
    {
        "finess": TEXT,
        "arrivals": listed(
            record(
                {"number": INTEGER, "events": listed(TEXT), "effective": INSTANT, "switch": INSTANT, "waiting": BOOLEAN}
            )
        ),
        "messages": listed(
            record({"control_id": TEXT, "event": TEXT, "received": INSTANT, "code": TEXT, "detail": TEXT})
        ),
    }
)
NOTE_SENT: Schema = closed(record({}, {"text": {**TEXT, "maxLength": 2000}, "hidden": BOOLEAN}))
NOTES: Schema = record(
    {"notes": listed(record({"local_code": TEXT, "text": TEXT, "hidden": BOOLEAN, "present": BOOLEAN}))}
)

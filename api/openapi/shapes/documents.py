"""What `/api/documents` answers (`api/routes/document_views.py`)."""

from api.openapi.schema import BOOLEAN, DATE, INSTANT, INTEGER, TEXT, Schema, listed, nullable, one_of, record
from prescription.documents.departure import Channel, DepartureState
from prescription.documents.receipt import Outcome
from prescription.people import IdentityStatus

_DEPARTURE: Schema = record(
    {
        "id": TEXT,
        "channel": one_of(Channel),
        "state": one_of(DepartureState),
        "withdrawal": BOOLEAN,
        "attempts": INTEGER,
        "next_attempt": nullable(INSTANT),
        "changed": INSTANT,
        "last_error": nullable(TEXT),
        "receipt": nullable(one_of(Outcome)),
    }
)
DEPARTURES: Schema = record({"departures": listed(_DEPARTURE), "next": nullable(TEXT)})
ACTIVITY: Schema = record(
    {
        "rows": listed(
            record(
                {
                    "finess": nullable(TEXT),
                    "day": DATE,
                    "identity": one_of(IdentityStatus),
                    "made": INTEGER,
                    "fed": INTEGER,
                    "mailed": INTEGER,
                }
            )
        )
    }
)

"""Baskets (`api/basket_json.py`)."""

from api.basket_json import AGE_LIMIT, MOST_MAINTAINERS, MOST_READ, NAME_LIMIT, READ_PAST, SEXES, TEXT_LIMIT
from api.openapi.schema import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    TEXT,
    Schema,
    by_key,
    closed,
    integer,
    line,
    listed,
    nullable,
    one_of,
    record,
    ref,
)
from prescription.basket import Change, OwnerKind

_RPPS: Schema = {**TEXT, "pattern": "^[0-9]{11}$"}
_OWNER: Schema = {**by_key(TEXT, OwnerKind), "minProperties": 1, "maxProperties": 1}
_AGE = nullable(integer(0, AGE_LIMIT))
_TEXT: Schema = {**TEXT, "maxLength": TEXT_LIMIT}
_CONDITIONS: Schema = closed(
    record(
        {},
        {
            "sex": nullable(one_of(SEXES)),
            "age_from": _AGE,
            "age_to": _AGE,
            "pregnancy": nullable(BOOLEAN),
            "text": _TEXT,
        },
    )
)
_LINES: Schema = {**listed(ref("ServiceRequest")), "maxItems": MOST_READ}
_WRITTEN: dict[str, Schema] = {"name": line(NAME_LIMIT), "owner": _OWNER, "lines": _LINES}
_MAINTAINERS: Schema = {**listed(_RPPS), "maxItems": MOST_MAINTAINERS}
BASKET: Schema = record(
    {
        "id": TEXT,
        "version": INTEGER,
        **_WRITTEN,
        "maintainers": _MAINTAINERS,
        "conditions": _CONDITIONS,
        "source": TEXT,
        "updated": nullable(record({"at": INSTANT, "by": TEXT})),
        "editable": BOOLEAN,
        "outcome": nullable(ref("OperationOutcome")),
    }
)
BASKET_SENT: Schema = closed(
    record(
        _WRITTEN,
        {
            "maintainers": _MAINTAINERS,
            "conditions": nullable(_CONDITIONS),
            "source": nullable(_TEXT),
            **{name: {} for name in READ_PAST},
        },
    )
)
BASKETS: Schema = record({"baskets": listed(ref("Basket"))})
VERSIONS: Schema = record(
    {
        "versions": listed(
            record(
                {
                    "version": INTEGER,
                    "at": INSTANT,
                    "by": TEXT,
                    "changes": listed(record({"change": one_of(Change), "what": TEXT})),
                }
            )
        )
    }
)
INSERTED: Schema = record(
    {"order": ref("Bundle"), "inserted": listed(TEXT), "outcome": nullable(ref("OperationOutcome"))}
)
COMPONENTS: dict[str, Schema] = {"Basket": BASKET}

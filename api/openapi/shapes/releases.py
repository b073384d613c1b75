"""The releases, what changes between two, the report of an import (`api/release_json.py`, interface.md §6)."""

from api.openapi.schema import (
    BOOLEAN,
    DATE,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    Schema,
    by_key,
    listed,
    nullable,
    one_of,
    record,
)
from api.openapi.shapes.exams import CODED
from kernel.findings import Severity
from terminology.release import ReleaseKind
from terminology.release_record import ReleaseStatus

_FILE: Schema = record({"name": TEXT, "format": TEXT, "bytes": INTEGER, "sha256": TEXT})
_RELEASE: dict[str, Schema] = {
    "label": TEXT,
    "revision": INTEGER,
    "name": TEXT,
    "kind": one_of(ReleaseKind),
    "status": one_of(ReleaseStatus),
    "published": DATE,
    "source": _FILE,
    "imported_at": INSTANT,
    "imported_by": TEXT,
    "report_hash": TEXT,
    "errors": INTEGER,
    "refusals": listed(TEXT),
}
RELEASES: Schema = record({"releases": listed(record(_RELEASE))})
RELEASE: Schema = record(
    {
        **_RELEASE,
        "counts": record({"requests": INTEGER, "results": INTEGER, "links": INTEGER}),
        "changelog": listed(TEXT),
        "notes": listed(TEXT),
        "licences": listed(TEXT),
    }
)

_SIDE: Schema = nullable({"anyOf": [TEXT, NUMBER, BOOLEAN, listed(TEXT)]})
_FIELD: Schema = record({"field": TEXT, "before": _SIDE, "after": _SIDE})
_CODES: Schema = listed(CODED)
_CONCEPTS: Schema = record(
    {
        "added": _CODES,
        "retired": _CODES,
        "reactivated": _CODES,
        "changed": listed(record({"system": TEXT, "code": TEXT, "display": TEXT, "fields": listed(_FIELD)})),
        "waiting_resolved": listed(record({"before": TEXT, "after": TEXT})),
    }
)
_LINKS: Schema = listed(record({"request": TEXT, "result": TEXT}))
_NAME: Schema = record({"label": TEXT, "revision": INTEGER})
_IMPACT: Schema = record(
    {
        "baskets": listed(record({"id": TEXT, "name": TEXT, "codes": listed(TEXT)})),
        "mappings": listed(record({"finess": TEXT, "local_code": TEXT, "code": TEXT})),
    }
)
DIFF: Schema = record(
    {
        "from": _NAME,
        "to": _NAME,
        "changelog": listed(TEXT),
        "requests": _CONCEPTS,
        "results": _CONCEPTS,
        "links": record({"added": _LINKS, "removed": _LINKS}),
        "impact": _IMPACT,
    }
)

FINDING: Schema = record(
    {
        "severity": one_of(Severity),
        "code": TEXT,
        "sheet": TEXT,
        "row": nullable(INTEGER),
        "column": nullable(TEXT),
        "header": TEXT,
        "value": TEXT,
        "message": TEXT,
        "hint": TEXT,
    }
)
"""One remark on a file."""
EXTRA_COLUMN: Schema = record({"sheet": TEXT, "column": TEXT, "header": TEXT})
FILE = _FILE
_COUNTS: Schema = record(
    {
        **dict.fromkeys(("rows", "rows_accepted", "rows_rejected", "requests", "requests_waiting"), INTEGER),
        **dict.fromkeys(("result_codes", "results_waiting"), INTEGER),
        "requests_by_class": by_key(INTEGER),
    }
)
REPORT: Schema = record(
    {
        "file": _FILE,
        "layout": nullable(TEXT),
        "release": nullable(record({"label": TEXT, "kind": one_of(ReleaseKind), "published": DATE})),
        "counts": _COUNTS,
        "findings": listed(FINDING),
        "extra_columns": listed(EXTRA_COLUMN),
        "activable": BOOLEAN,
        "refusals": listed(TEXT),
    }
)

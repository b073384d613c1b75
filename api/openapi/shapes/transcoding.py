"""The transcoding assistant: exams, mappings, proposals, history, imports, figures (`api/transcoding_json.py`)."""

from api.openapi.schema import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    Schema,
    by_key,
    closed,
    line,
    listed,
    nullable,
    one_of,
    record,
    ref,
)
from api.openapi.shapes.releases import EXTRA_COLUMN, FILE, FINDING
from api.transcoding_bodies import DECIDABLE, LONGEST, MOST_SELECTED
from terminology.transcoding.columns import Field
from terminology.transcoding.history import Action
from terminology.transcoding.mapping import Equivalence, MappingKind, MappingStatus
from terminology.transcoding.scoring import Axis

LABORATORIES: Schema = record(
    {"laboratories": listed(record({"finess": TEXT, "name": TEXT, "mnemonic": TEXT}))}
)  # fmt: skip
COLUMNS: Schema = by_key(line(LONGEST), Field)
_MAPPED: dict[str, Schema] = {"local_code": TEXT, "kind": one_of(MappingKind), "value": TEXT}
_MAPPING: Schema = record(
    {
        **_MAPPED,
        "status": one_of(MappingStatus),
        "target": nullable(ref("Code")),
        "equivalence": nullable(one_of(Equivalence)),
        "score": nullable(INTEGER),
        "release": nullable(TEXT),
        "author": TEXT,
        "date": INSTANT,
        "comment": TEXT,
        "version": INTEGER,
    }
)
_ITEM: dict[str, Schema] = {
    "local_code": TEXT,
    "label": TEXT,
    "nabm": listed(TEXT),
    "unit": nullable(TEXT),
    "specimens": listed(ref("Code")),
    "techniques": listed(ref("Code")),
    "monthly_volume": nullable(INTEGER),
    "orderable": BOOLEAN,
    "present": BOOLEAN,
    "first_seen": INSTANT,
    "absent_since": nullable(INSTANT),
    "status": one_of(MappingStatus),
    "mapping": nullable(ref("Mapping")),
}
_TO_MAP: Schema = record(
    {
        "kind": one_of(MappingKind),
        "value": TEXT,
        "local_label": TEXT,
        "status": one_of(MappingStatus),
        "mapping": nullable(ref("Mapping")),
    }
)
EXAM: Schema = record({**_ITEM, "to_map": listed(_TO_MAP)})
EXAMS: Schema = record(
    {
        "finess": TEXT,
        "version": INTEGER,
        "total": INTEGER,
        "offset": INTEGER,
        "limit": INTEGER,
        "items": listed(record(_ITEM)),
    }
)
_PARTS: Schema = record(dict.fromkeys(("nabm", "text", "unit", "specimen", "restricted"), INTEGER))
_PROPOSAL: Schema = record(
    {
        "system": TEXT,
        "code": TEXT,
        "display": TEXT,
        "score": INTEGER,
        "parts": _PARTS,
        "conflicts": listed(one_of(Axis)),
        "reference_label": nullable(TEXT),
        **dict.fromkeys(("waiting", "request", "result", "restricted"), BOOLEAN),
        "unit": nullable(TEXT),
        "specimens": listed(ref("Code")),
        "nabm": listed(TEXT),
    }
)
PROPOSALS: Schema = record(
    {
        **_MAPPED,
        "release": TEXT,
        "sources": listed(record({"source": TEXT, "held": BOOLEAN}, {"note": TEXT})),
        "proposals": listed(_PROPOSAL),
        "addition_advised": BOOLEAN,
    }
)
VALIDATED: Schema = record({"validated": INTEGER})
_ROW: Schema = record(
    {
        **_MAPPED,
        "number": INTEGER,
        "finess": TEXT,
        "action": one_of(Action),
        "author": TEXT,
        "date": INSTANT,
        "reason": TEXT,
        "before": nullable(ref("Mapping")),
        "after": nullable(ref("Mapping")),
    }
)
HISTORY: Schema = record({"offset": INTEGER, "limit": INTEGER, "rows": listed(_ROW)})
_COUNTS: Schema = record(
    {
        "rows_accepted": nullable(INTEGER),
        **dict.fromkeys(("errors", "added", "changed", "absent", "to_review", "proposed"), INTEGER),
    }
)
IMPORT: Schema = record(
    {
        "file": nullable(FILE),
        "dry_run": BOOLEAN,
        "written": BOOLEAN,
        "version": INTEGER,
        "columns": by_key(record({"column": TEXT, "header": TEXT}), Field),
        "extra_columns": listed(EXTRA_COLUMN),
        "counts": _COUNTS,
        **dict.fromkeys(("added", "changed", "absent"), listed(TEXT)),
        "to_review": listed(record({"local_code": TEXT, "reason": TEXT})),
        "findings": listed(FINDING),
    }
)
_SHARE: dict[str, Schema] = {"validated": INTEGER, "total": INTEGER, "percent": nullable(NUMBER)}
DASHBOARD: Schema = record(
    {
        "release": TEXT,
        **dict.fromkeys(("laboratories", "items", "absent", "without_nabm", "to_review"), INTEGER),
        "by_status": by_key(INTEGER, MappingStatus),
        **dict.fromkeys(("coverage", "coverage_by_volume", "restricted_list"), record(_SHARE)),
        "by_chapter": listed(record({"code": nullable(TEXT), "display": TEXT, **_SHARE})),
        "by_kind": by_key(record(_SHARE), MappingKind),
        "by_system": by_key(INTEGER),
        "median_delay_days": nullable(NUMBER),
        "months": listed(record({"month": TEXT, **_SHARE})),
    }
)

_SHORT: Schema = {"type": "string", "maxLength": LONGEST}
_TARGET: Schema = closed(record({"system": line(LONGEST), "code": line(LONGEST)}, {"display": nullable(_SHORT)}))
DECISION: Schema = closed(
    record(
        {"status": one_of(DECIDABLE)},
        {"target": nullable(_TARGET), "equivalence": nullable(one_of(Equivalence)), "comment": nullable(_SHORT)},
    )
)
_CHOSEN: Schema = closed(
    record(
        {"local_code": line(LONGEST), "version": {"type": "integer", "minimum": 1}},
        {"kind": nullable(one_of(MappingKind)), "value": nullable(_SHORT)},
    )
)
SELECTION: Schema = closed(
    record(
        {"selection": {**listed(_CHOSEN), "minItems": 1, "maxItems": MOST_SELECTED}}, {"comment": nullable(_SHORT)}
    )
)  # fmt: skip
COMPONENTS: dict[str, Schema] = {"Mapping": _MAPPING}
"""What several shapes refer to."""

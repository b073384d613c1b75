"""Two results to compare, one to convert, and the answers (`api/result_json.py`, docs/api-results.md)."""

from api.fhir.json import JsonObject
from api.openapi.schema import (
    BOOLEAN,
    DATE_TIME,
    DECIMAL_TEXT,
    TEXT,
    Schema,
    closed,
    line,
    listed,
    nullable,
    one_of,
    record,
    ref,
)
from api.result_json import DECIMAL, LIMITS, MAX_REPORT
from kernel import loinc
from terminology.result_code import FactorOrigin
from terminology.results.comparability import Reason
from terminology.results.conversion import Means
from terminology.results.lookup import Unknown

_SENT_DECIMAL: Schema = {"anyOf": [{"type": "string", "pattern": f"^({DECIMAL.pattern})$"}, {"type": "number"}]}
_TEXTS: dict[str, Schema] = {name: line(longest) for name, longest in LIMITS.items() if name not in ("code", "text")}
_RANGE: Schema = {**closed(record({}, {"low": _SENT_DECIMAL, "high": _SENT_DECIMAL})), "minProperties": 1}
_SENT_RESULT: Schema = {
    **closed(
        record(
            {"code": line(LIMITS["code"])},
            {
                **_TEXTS,
                "value": _SENT_DECIMAL,
                "text": line(LIMITS["text"]),
                "reference_ranges": {**listed(_RANGE), "minItems": 1},
                "date": DATE_TIME,
            },
        )
    ),
    "oneOf": [{"required": ["value"]}, {"required": ["text"]}],
}
_SENT_REPORT: Schema = {**listed(ref("SentResult")), "minItems": 1, "maxItems": MAX_REPORT}
_GLUCOSE: JsonObject = {"system": loinc.SYSTEM, "unit": "mmol/L", "code": "40193-5", "value": "4.9"}

COMPARED: Schema = closed(record({"first": ref("SentResult"), "second": ref("SentResult")}, {"report": _SENT_REPORT}))
COMPARED_EXAMPLE: JsonObject = {"first": _GLUCOSE, "second": {**_GLUCOSE, "value": "5.1"}}
CONVERTED: Schema = {
    **closed(
        record(
            {"result": ref("SentResult")},
            {
                "target_code": {"type": "string", "pattern": f"^{loinc.PATTERN.pattern}$"},
                "target_unit": line(LIMITS["unit"]),
                "report": _SENT_REPORT,
            },
        )
    ),
    "oneOf": [{"required": ["target_code"]}, {"required": ["target_unit"]}],
}
CONVERTED_EXAMPLE: JsonObject = {"result": _GLUCOSE, "target_unit": "umol/L"}

_OF_RELEASE: dict[str, Schema] = {"release": TEXT, "notice": nullable(TEXT)}
_COMPUTED: dict[str, Schema] = {
    "status": one_of(("calculé",)),
    "means": one_of(Means),
    "factor": DECIMAL_TEXT,
    "factor_origin": nullable(one_of(FactorOrigin)),
    "original": ref("Result"),
    "result": ref("Result"),
    "exact": ref("Result"),
}
_GIVEN: dict[str, Schema] = {
    "status": one_of(("fourni",)),
    "original": ref("Result"),
    "results": listed(ref("Result")),
}
VERDICT: Schema = record(
    {
        **_OF_RELEASE,
        "comparable": BOOLEAN,
        "reason": one_of((*Reason, *Unknown)),
        "message": TEXT,
        "alert": nullable(TEXT),
        "second": {"anyOf": [record(_COMPUTED), record(_GIVEN), {"type": "null"}]},
    }
)
CONVERSION: Schema = {"anyOf": [record({**_OF_RELEASE, **_COMPUTED}), record({**_OF_RELEASE, **_GIVEN})]}
_RESULT: Schema = record(
    {"code": TEXT},
    {
        **{name: TEXT for name in (*LIMITS, "value", "date") if name != "code"},
        "reference_ranges": listed(record({}, {"low": DECIMAL_TEXT, "high": DECIMAL_TEXT})),
    },
)
COMPONENTS: dict[str, Schema] = {"SentResult": _SENT_RESULT, "Result": _RESULT}
"""What several shapes refer to."""

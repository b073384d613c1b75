"""A page of the typeahead (`api/exam_json.py`), and one of a laboratory's exams (`api/lab_exam_json.py`)."""

from api.openapi.schema import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Schema, listed, nullable, one_of, record, ref
from search.documents import MatchField
from terminology.request_code import AnswerType, Obligation, OrderClass, SynonymKind
from terminology.transcoding.mapping import Equivalence, MappingStatus

CODED: Schema = record({"system": TEXT, "code": TEXT, "display": TEXT})
_CHAPTER: Schema = record({"code": TEXT, "display": TEXT})
_SYNONYM: Schema = record({"text": TEXT, "kind": one_of(SynonymKind)})
_COUNTED: Schema = listed(record({"code": TEXT, "display": TEXT, "count": INTEGER}))
_MATCH: Schema = record(
    {
        "tier": INTEGER,
        "field": one_of(MatchField),
        "kind": nullable(one_of(SynonymKind)),
        "value": TEXT,
        "spans": listed(listed(INTEGER)),
    }
)
_INFORMATION: Schema = record(
    {
        "code": TEXT,
        "label": TEXT,
        "type": one_of(AnswerType),
        "obligation": one_of(Obligation),
        "sex": nullable(one_of(("female", "male"))),
    }
)
_EXAM: Schema = record(
    {
        "code": TEXT,
        "system": TEXT,
        "display": TEXT,
        "reference_label": nullable(TEXT),
        "order_class": nullable(one_of(OrderClass)),
        "synonyms": listed(_SYNONYM),
        "specimens": listed(ref("Code")),
        "clinical_information": listed(_INFORMATION),
        "nabm": listed(TEXT),
        "chapter": nullable(_CHAPTER),
        "restricted": nullable(BOOLEAN),
        "waiting": BOOLEAN,
        "retired_since": nullable(DATE),
        "match": ref("Match"),
        "score": NUMBER,
    }
)
_LAB_EXAM: Schema = record(
    {
        "local_code": TEXT,
        "label": TEXT,
        "reference_label": nullable(TEXT),
        "synonyms": listed(_SYNONYM),
        "specimens": listed(ref("Code")),
        "nabm": listed(TEXT),
        "national": nullable(ref("Code")),
        "equivalence": nullable(one_of(Equivalence)),
        "status": one_of(MappingStatus),
        "match": ref("Match"),
        "score": NUMBER,
    }
)
_PAGE: dict[str, Schema] = {
    "query": TEXT,
    "engine": TEXT,
    "degraded": BOOLEAN,
    "total": INTEGER,
    "total_capped": BOOLEAN,
    "offset": INTEGER,
    "limit": INTEGER,
    "hint": nullable(TEXT),
}
EXAM_PAGE: Schema = record(
    {
        **_PAGE,
        "release": TEXT,
        "notice": nullable(TEXT),
        "facets": record({"chapitre": _COUNTED, "prelevement": _COUNTED, "restreinte": _COUNTED}),
        "items": listed(_EXAM),
    }
)
LAB_EXAM_PAGE: Schema = record({**_PAGE, "finess": TEXT, "version": INTEGER, "items": listed(_LAB_EXAM)})
COMPONENTS: dict[str, Schema] = {"Code": CODED, "Match": _MATCH}
"""What several shapes refer to."""

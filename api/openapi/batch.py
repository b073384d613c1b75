"""A batch of questions (`api/operations/batch.py`); what is wrong with one of them is said in its answer."""

from api.fhir.json import JsonObject
from api.openapi.described import FHIR, JSON, Body, Described
from api.openapi.schema import READ_PAST, Schema, closed, line, record, ref

_PAST: dict[str, Schema] = {"id": {}, "fullUrl": {}}
_REQUEST: dict[str, Schema] = {"url": line(), "method": {**line(), "description": "GET, ou POST d'une opération"}}
_ASKED = closed(record(_REQUEST, {"ifNoneMatch": line(), "id": {}}))
_POSTED = closed(record({**_REQUEST, "method": {**line(), "not": {"const": "GET"}}}, {"ifNoneMatch": line(), "id": {}}))
_QUESTION: Schema = {
    "anyOf": [
        closed(record({"request": _ASKED}, _PAST)),
        closed(record({"request": _POSTED, "resource": {"type": "object"}}, _PAST)),
    ]
}
_EXAMPLE: JsonObject = {
    "resourceType": "Bundle",
    "type": "batch",
    "entry": [{"request": {"method": "GET", "url": "ValueSet/demandes/$expand?filter=nfs&count=1"}}],
}


def described_batch(most: int) -> Described:
    """The batch, of `most` questions at most."""
    questions: Schema = {"type": "array", "items": _QUESTION, "minItems": 1, "maxItems": most}
    head: dict[str, Schema] = {"resourceType": {"const": "Bundle"}, "type": {"const": "batch"}}
    sent = closed(record(head, {**READ_PAST, "entry": questions}))
    return Described(
        "Poser plusieurs questions à la terminologie, chacune répondue à part",
        {FHIR: ref("Bundle")},
        body=Body((FHIR, JSON), sent, _EXAMPLE, name="batch"),
        refusals=(400, 406, 413, 415),
    )

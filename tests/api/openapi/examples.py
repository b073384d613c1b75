"""Examples for the operations that work on something: an order or an exam of the service that is asked."""

import uuid

from tests.api.service import BIOLOGIST, PRESCRIBER, Json, example, lines, parameters, value
from tests.api.test_assist import resource_parameter
from tests.journeys.running import RunningService

LOINC = "http://loinc.org"
MAPPING = "/api/transcodage/{finess}/examens/{code}/correspondances/{kind}"
DONE_AT = "2026-01-15T09:30:00+01:00"


def give_examples(document: Json, service: RunningService) -> None:
    """Each operation gets an order that nobody has touched; the mapping, an exam nobody has decided of."""
    paths = document["paths"]
    for path in ("/fhir/$epu-create", "/fhir/Bundle/$validate", "/fhir/Bundle/$print"):
        _give(paths[path]["post"], example(1))
    _give(paths["/fhir/Bundle/$assist"]["post"], resource_parameter(example(1)))
    for name in ("retrieve", "claim", "release", "adapt", "report", "cancel", "status"):
        code, line = _new_order(service)
        version = _claim(service, code) if name == "release" else 'W/"1"'
        _give(paths[f"/fhir/$epu-{name}"]["post"], parameters(code, *_asked(name, line)), version)
    decide = paths[MAPPING]["put"]
    # Once: the second time it would be the first decision no more.
    decide["requestBody"]["content"].pop("application/fhir+json")
    _give(decide, {"status": "propose", "target": {"system": LOINC, "code": "40193-5"}})


def _give(operation: Json, body: Json, version: str = "") -> None:
    for content in operation["requestBody"]["content"].values():
        content["example"] = body
    told = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": version, "If-None-Match": "*", "kind": "analyse"}
    for parameter in operation.get("parameters", ()):
        if told.get(parameter["name"]):
            parameter["example"] = told[parameter["name"]]


def _new_order(service: RunningService) -> tuple[str, str]:
    """The code of an order, and its first line."""
    answer = service.http.post("/fhir/$epu-create", json=example(1), headers=_headers(PRESCRIBER))
    return value(answer, "code"), lines(answer)[0]["id"]


def _claim(service: RunningService, code: str) -> str:
    """The version of the order once its lines are claimed."""
    headers = _headers(BIOLOGIST) | {"If-Match": 'W/"1"'}
    return str(service.http.post("/fhir/$epu-claim", json=parameters(code), headers=headers).headers["etag"])


def _headers(caller: str) -> dict[str, str]:
    return {"Authorization": f"Bearer dev:{caller}", "Idempotency-Key": str(uuid.uuid4())}


def _asked(operation: str, line: str) -> list[Json]:
    """What an operation asks for beside the code."""
    if operation == "report":
        done = [{"name": "line", "valueUri": line}, {"name": "result", "valueCode": "done"}]
        return [{"name": "report", "part": [*done, {"name": "performed", "valueDateTime": DONE_AT}]}]
    if operation == "adapt":
        code = {"coding": [{"system": LOINC, "code": "57022-6"}]}
        request = {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "code": code}
        added = [{"name": "action", "valueCode": "add"}, {"name": "reason", "valueCode": "other"}]
        change = {"name": "change", "part": [*added, {"name": "request", "resource": request}]}
        return [{"name": "prescriber-contact", "valueCode": "informed"}, change]
    return []

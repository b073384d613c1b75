"""Examples for the operations that work on something: an order or an exam of the service that is asked."""

import uuid

from prescription.epu_code import EpuCode
from tests.api.documents import INS, PATIENT, SEARCH, TOKEN, handed_over, validated_order
from tests.api.service import BIOLOGIST, PRESCRIBER, Json, example, lines, parameters, value
from tests.api.test_assist import resource_parameter
from tests.api.test_epu_operations import patient_of
from tests.journeys.running import RunningService
from tests.journeys.waiting import awaited

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
    _give_documents(paths, service)
    decide = paths[MAPPING]["put"]
    # Once: the second time it would be the first decision no more.
    decide["requestBody"]["content"].pop("application/fhir+json")
    _give(decide, {"status": "propose", "target": {"system": LOINC, "code": "40193-5"}})


def _give_documents(paths: Json, service: RunningService) -> None:
    """Each operation on a document gets one of its own; the patient has agreed to be read."""
    choice = {"act": "consult", "answer": "agreed", "how": "oral"}
    told = [{"name": "patient", "valueIdentifier": INS}, *({"name": n, "valueCode": w} for n, w in choice.items())]
    agreed = {"resourceType": "Parameters", "parameter": told}
    assert service.http.post("/fhir/$document-choice", json=agreed, headers=_headers(PRESCRIBER)).status_code == 200
    signed, _ = _new_order(service)
    id_ = awaited(lambda: _fed(service, signed))
    waiting = EpuCode.generate().value
    qualified = {"name": "patient", "resource": patient_of(example(1))}
    body = handed_over(waiting, validated_order())
    assert service.http.post("/fhir/$document-feed", json=body, headers=_headers(PRESCRIBER)).status_code == 200
    bodies = {
        "choice": agreed,
        "feed": handed_over(EpuCode.generate().value),
        "identity": parameters(waiting, qualified),
        "reprint": _one("document", id_),
        "resend": _one("departure", _mail(service)),
        "status": parameters(_new_order(service)[0]),
        "visibility": parameters(_new_order(service)[0]),
        "withdraw": parameters(_new_order(service)[0]),
    }
    for name, sent in bodies.items():
        _give(paths[f"/fhir/$document-{name}"]["post"], sent)
    _give(paths[SEARCH]["post"], {"patient.identifier": TOKEN})
    (place,) = paths["/fhir/Binary/{id}"]["get"]["parameters"]
    place["example"] = f"{id_}-cda"


def _fed(service: RunningService, code: str) -> str:
    """The id of the document of an order; empty while it is not in the store."""
    found = service.http.post(SEARCH, data={"identifier": code}, headers=_headers(PATIENT)).json()
    return next((entry["resource"]["id"] for entry in found.get("entry", ())), "")


def _mail(service: RunningService) -> str:
    """A departure that nothing takes here: a mail."""
    headers = _headers("operator::")
    listed = service.http.get("/api/documents/envois", params={"state": "ready"}, headers=headers).json()
    return next(str(each["id"]) for each in listed["departures"] if each["channel"] == "patient-mail")


def _one(name: str, text: str) -> Json:
    return {"resourceType": "Parameters", "parameter": [{"name": name, "valueString": text}]}


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

"""Documents for the tests of this room: an order whose document is in the store, and what is asked of it."""

from contextlib import closing

import httpx2

from circuitbio.database import open_database
from circuitbio.documents import document_sender
from prescription.documents.departure import Channel, DepartureState
from tests.api.service import PRESCRIBER, Json, Service, example, parameters, value
from tests.api.test_epu_operations import patient_of
from tests.journeys.waiting import awaited

INS = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"}
TOKEN = f"{INS['system']}|{INS['value']}"
PATIENT = "patient:279035121518989:"
OTHER_PATIENT = "patient:279035121518888:"
SEARCH = "/fhir/DocumentReference/_search"


def fed(service: Service, order: Json | None = None) -> str:
    """The code of an order whose document is now in the store."""
    made = service.create(order)
    assert made.status_code == 200, made.text
    deliver(service)
    code: str = value(made, "code")
    return code


def deliver(service: Service) -> None:
    """What may go to the DMP goes now; the service's own process, when it was faster, is waited for."""

    def done() -> bool:
        sender.run()
        with database.units(writing=False) as unit:
            waiting, _ = unit.departures.entries(DepartureState.READY, 200, None)
            return not unit.departures.has_new() and all(each.channel is not Channel.DMP for each in waiting)

    with closing(open_database(service.settings)) as database:
        sender = document_sender(service.settings, database)
        awaited(done)


def handed_over(code: str, order: Json | None = None, *more: Json) -> Json:
    """The body of `$document-feed`: the full order, bearing its code."""
    full = example(1) if order is None else order
    full["entry"][0]["resource"]["groupIdentifier"] = {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": code}
    return {"resourceType": "Parameters", "parameter": [{"name": "order", "resource": full}, *more]}


def validated_order() -> Json:
    """An order whose identity is not qualified yet."""
    order = example(1)
    patient = patient_of(order)
    patient.pop("identifier")
    reliability = next(e for e in patient["extension"] if "reliability" in e["url"])
    reliability["extension"][0]["valueCoding"]["code"] = "VALI"
    return order


def anonymous(order: Json) -> Json:
    """The same order with its patient reduced to sex and age, as its software sends it to a shared base."""
    patient = patient_of(order)
    url = "https://circuit-biologie.invalid/fhir/StructureDefinition/patient-age"
    age = {"value": 47, "unit": "ans", "system": "http://unitsofmeasure.org", "code": "a"}
    kept = {"resourceType": "Patient", "gender": patient["gender"], "extension": [{"url": url, "valueAge": age}]}
    patient.clear()
    patient.update(kept)
    return order


def search(service: Service, caller: str, headers: Json | None = None, **fields: str) -> httpx2.Response:
    """A search by form; `patient` and `count` stand for `patient.identifier` and `_count`."""
    names = {"patient": "patient.identifier", "count": "_count"}
    form = {names.get(name, name): text for name, text in fields.items()}
    sent = {"Authorization": f"Bearer dev:{caller}", **(headers or {})}
    return service.client.post(SEARCH, data=form, headers=sent)


def found(answer: httpx2.Response) -> list[Json]:
    """The documents of a page."""
    assert answer.status_code == 200, answer.text
    entries: list[Json] = answer.json().get("entry", [])
    return [entry["resource"] for entry in entries if entry["search"]["mode"] == "match"]


def document_of(service: Service, code: str, caller: str = PATIENT) -> Json:
    """The DocumentReference of an order."""
    (document,) = found(search(service, caller, identifier=code))
    return document


def choose(service: Service, act: str, answer: str, caller: str = PATIENT, how: str = "portal") -> httpx2.Response:
    """$document-choice of the patient of the examples."""
    words = {"act": act, "answer": answer, "how": how}
    told = [{"name": "patient", "valueIdentifier": INS}, *({"name": n, "valueCode": w} for n, w in words.items())]
    return service.post("/fhir/$document-choice", {"resourceType": "Parameters", "parameter": told}, caller)


def binary(service: Service, document: Json, part: str, caller: str, accept: str = "*/*") -> httpx2.Response:
    """The bytes of a document."""
    headers = {"Authorization": f"Bearer dev:{caller}", "Accept": accept}
    return service.client.get(f"/fhir/Binary/{document['id']}-{part}", headers=headers)


def reprint(service: Service, document: Json, caller: str = PATIENT, *more: Json, **headers: str) -> httpx2.Response:
    """$document-reprint, as a PDF unless told otherwise."""
    body = {"resourceType": "Parameters", "parameter": [{"name": "document", "valueString": document["id"]}, *more]}
    return service.post("/fhir/$document-reprint", body, caller, **{"Accept": "application/pdf", **headers})


def status_of(service: Service, code: str) -> dict[str, str]:
    """The state of each channel of a document, for its author."""
    answer = service.post("/fhir/$document-status", parameters(code), PRESCRIBER)
    assert answer.status_code == 200, answer.text
    told = answer.json()["parameter"][0]["part"]
    departures = [{p["name"]: p for p in part["part"]} for part in told if part["name"] == "departure"]
    return {each["channel"]["valueCode"]: each["state"]["valueCode"] for each in departures}

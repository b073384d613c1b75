"""`Bundle/$assist` as a prescriber's software calls it while its user writes (docs/assistance.md)."""

from typing import Any

import httpx2

from tests.api.service import PRESCRIBER, Json, Service, example, issues
from tests.api.test_baskets import OWN, line, made

BASE = "https://circuit-biologie.invalid/fhir"


def assist(service: Service, *more: Json, order: Json | None = None) -> httpx2.Response:
    return service.post("/fhir/Bundle/$assist", resource_parameter(order or example(2), *more), PRESCRIBER)


def resource_parameter(order: Json, *more: Json) -> Json:
    """A Parameters body with the order and more."""
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": order}, *more]}


def past(exam: str, day: str, status: str) -> Json:
    parts = [
        {"name": "exam", "valueCode": exam},
        {"name": "date", "valueDate": day},
        {"name": "status", "valueCode": status},
    ]
    return {"name": "history", "part": parts}


def named(answer: httpx2.Response, name: str) -> list[dict[str, Any]]:
    return [
        {part["name"]: next(v for k, v in part.items() if k != "name") for part in parameter["part"]}
        for parameter in answer.json()["parameter"]
        if parameter["name"] == name
    ]


def findings(answer: httpx2.Response) -> dict[str, str]:
    """Code of each finding, by its key."""
    outcome = next(p["resource"] for p in answer.json()["parameter"] if p["name"] == "outcome")
    return {i["id"]: i["details"]["coding"][0]["code"] for i in outcome["issue"] if "id" in i}


def test_history_is_compared_and_any_finding_goes_away_in_one_gesture(service: Service) -> None:
    told = findings(assist(service, past("2842-3", "2026-11-20", "prescribed")))
    assert {"W-REDUND", "W-CLIN"} <= set(told.values())
    gone = next(key for key, code in told.items() if code == "W-REDUND")
    dismissed = {"name": "dismissed", "valueString": gone}
    left = findings(assist(service, past("2842-3", "2026-11-20", "prescribed"), dismissed))
    assert left == {key: code for key, code in told.items() if key != gone}


def test_what_the_software_knows_comes_back_ready_for_the_bundle(service: Service) -> None:
    item = {"linkId": "date-dernieres-regles", "answer": [{"valueDate": "2026-11-02"}]}
    context = {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [item]}
    order = example(2)
    (proposed,) = named(assist(service, {"name": "context", "resource": context}, order=order), "proposed")
    assert proposed["answers"]["item"] == [item]
    request = next(e for e in order["entry"] if e["fullUrl"] == proposed["line"])
    url = "urn:uuid:0190a000-0000-7000-8000-0000000000aa"
    order["entry"].append({"fullUrl": url, "resource": proposed["answers"]})
    request["resource"]["supportingInfo"] = [{"reference": url}]
    again = assist(service, {"name": "context", "resource": context}, order=order)
    assert (named(again, "proposed"), "W-CLIN" in findings(again).values()) == ([], False)


def test_suggestions_name_the_basket_they_come_from_and_can_be_put_aside_for_good(service: Service) -> None:
    made(service, {**OWN, "name": "Bilan à moi", "lines": [line("2842-3"), line("3016-3")]})
    (first, *_) = offered = named(assist(service), "suggestion")
    mine = next(each for each in offered if each["basket"] == "Bilan à moi" or each["exam"]["code"] == "3016-3")
    assert (mine["key"], first["exam"]["system"]) == ("suggestion:3016-3", "http://loinc.org")
    left = named(assist(service, {"name": "dismissed", "valueString": mine["key"]}), "suggestion")
    assert "3016-3" not in {each["exam"]["code"] for each in left}


def test_what_is_wrong_with_a_call_is_told_with_its_place(service: Service) -> None:
    late = assist(service, past("2842-3", "hier", "done"))
    assert (late.status_code, issues(late)) == (400, [("error", "bad-parameter")])
    context = {"resourceType": "QuestionnaireResponse", "item": [{"answer": [{"valueDate": "x"}]}]}
    wrong = assist(service, {"name": "context", "resource": context})
    assert wrong.status_code == 400
    assert wrong.json()["issue"][0]["expression"][0].startswith("Parameters.parameter[1].resource.item[0]")
    assert service.post("/fhir/Bundle/$assist", {"resourceType": "Parameters"}, PRESCRIBER).status_code == 400

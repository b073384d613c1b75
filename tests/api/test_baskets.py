"""Baskets as a prescriber's software keeps and uses them (prescription.md §2.1, interface.md §4)."""

import json
import uuid
from typing import Any

import httpx2
import pytest
from fhir.resources.R4B.plandefinition import PlanDefinition

from tests.api.service import LABORATORY, PRESCRIBER, Json, Service, example, issues

OTHER = "prescriber:10000000017:"
AT_SITE, COLLEAGUE = "prescriber:10005688798:750000036", "prescriber:10000000017:750000036"
OPERATOR = "operator::"
NFS, PROLACTIN = ("57022-6", "Numération formule sanguine"), ("2842-3", "Prolactine")


def line(code: str, display: str = "", **more: Any) -> Json:
    coding = {"system": "http://loinc.org", "code": code, **({"display": display} if display else {})}
    head = {"resourceType": "ServiceRequest", "status": "draft", "intent": "order"}
    return {**head, "code": {"coding": [coding]}, **more}


FREE = {"resourceType": "ServiceRequest", "status": "draft", "intent": "order", "code": {"text": "Dosage maison"}}
OWN = {"name": "Mon bilan", "owner": {"rpps": "10005688798"}, "lines": [line(*NFS), line(*PROLACTIN), FREE]}
SITE = {"name": "Bilan du service", "owner": {"finess": "750000036"}, "lines": [line(*NFS)]}


def call(
    service: Service, method: str, path: str, body: Json | None = None, caller: str = PRESCRIBER, **headers: str
) -> httpx2.Response:
    sent = {"Authorization": f"Bearer dev:{caller}", "Idempotency-Key": str(uuid.uuid4()), **headers}
    content = None if body is None else json.dumps(body).encode()
    if content:
        sent["Content-Type"] = "application/json"
    return service.client.request(method, f"/api/paniers{path}", content=content, headers=sent)


def made(service: Service, body: Json = OWN, caller: str = PRESCRIBER) -> Json:
    answer = call(service, "POST", "", body, caller)
    assert answer.status_code == 201, answer.text
    basket: Json = answer.json()
    assert answer.headers["etag"] == 'W/"1"'
    return basket


def test_what_is_read_can_be_sent_again_and_keeps_its_versions(service: Service) -> None:
    basket = made(service, {**OWN, "conditions": {"sex": "female", "age_from": 18}, "source": "Notre protocole"})
    read = call(service, "GET", f"/{basket['id']}")
    assert (read.status_code, read.json()) == (200, basket)
    changed = {**basket, "name": "Mon autre bilan", "lines": [*basket["lines"][1:], line("3016-3")]}
    written = call(service, "PUT", f"/{basket['id']}", changed, **{"If-Match": read.headers["etag"]})
    assert (written.status_code, written.json()["version"], written.headers["etag"]) == (200, 2, 'W/"2"')
    told = call(service, "GET", f"/{basket['id']}/versions").json()["versions"]
    assert [(each["version"], each["by"]) for each in told] == [(2, "10005688798"), (1, "10005688798")]
    assert [(c["change"], c["what"]) for c in told[0]["changes"]] == [
        ("added", written.json()["lines"][2]["code"]["coding"][0]["display"]),
        ("removed", "Numération formule sanguine"),
        ("changed", "name"),
    ]


def test_every_field_of_a_line_is_kept(service: Service) -> None:
    full = line(
        *NFS,
        priority="urgent",
        reasonCode=[{"text": "bilan de routine"}],
        note=[{"text": "à jeun"}],
        patientInstruction="Venir à jeun",
        orderDetail=[{"text": "sur tube citraté"}],
    )
    kept = made(service, {**OWN, "lines": [full]})["lines"][0]
    assert {name: kept[name] for name in full if name != "code"} == {n: v for n, v in full.items() if n != "code"}


def test_a_personal_basket_exists_for_its_owner_alone(service: Service) -> None:
    id_ = made(service)["id"]
    for method, body in (("GET", None), ("PUT", OWN), ("DELETE", None)):
        for stranger in (OTHER, OPERATOR):
            refused = call(service, method, f"/{id_}", body, stranger, **{"If-Match": 'W/"1"'})
            assert (refused.status_code, issues(refused)) == (404, [("error", "not-found")]), (method, stranger)
    assert id_ not in {each["id"] for each in call(service, "GET", "", None, OTHER).json()["baskets"]}
    refused = call(service, "POST", "", OWN, OTHER)
    assert (refused.status_code, issues(refused)) == (403, [("error", "not-owner")])


@pytest.mark.parametrize("id_", ["x", "%00", "..", "ABCDEF00-0000-4000-8000-000000000000", "9" * 300])
def test_an_id_that_is_none_of_ours_is_no_basket(service: Service, id_: str) -> None:
    assert call(service, "GET", f"/{id_}/versions").status_code == 404


def test_a_shared_basket_is_seen_at_its_site_and_changed_by_its_maintainers(service: Service) -> None:
    basket = made(service, SITE, AT_SITE)
    assert (basket["maintainers"], basket["editable"]) == (["10005688798"], True)
    path, version = f"/{basket['id']}", {"If-Match": 'W/"1"'}
    assert call(service, "GET", path, None, COLLEAGUE).json()["editable"] is False
    assert call(service, "GET", path, None, OTHER).status_code == 404
    refused = call(service, "PUT", path, basket, COLLEAGUE, **version)
    assert (refused.status_code, issues(refused)) == (403, [("error", "not-owner")])
    opened = {**basket, "maintainers": ["10005688798", "10000000017"]}
    assert call(service, "PUT", path, opened, AT_SITE, **version).status_code == 200
    assert (
        call(service, "PUT", path, opened, COLLEAGUE, **{"If-Match": 'W/"2"'}).json()["updated"]["by"] == "10000000017"
    )


def test_a_specialty_s_basket_is_an_operator_s_to_make_and_everyone_s_to_use(service: Service) -> None:
    body = {"name": "Bilan de spécialité", "owner": {"specialty": "SM26"}, "lines": [line(*NFS)]}
    id_ = made(service, body, OPERATOR)["id"]
    assert call(service, "GET", f"/{id_}", None, OTHER).status_code == 200
    for sent in (body, {**body, "maintainers": ["10005688798"]}):
        refused = call(service, "POST", "", sent)
        assert (refused.status_code, issues(refused)) == (403, [("error", "not-owner")])


def test_a_version_that_is_no_longer_the_last_changes_nothing(service: Service) -> None:
    basket = made(service)
    path = f"/{basket['id']}"
    assert call(service, "PUT", path, basket, **{"If-Match": 'W/"1"'}).status_code == 200
    for method, body in (("PUT", basket), ("DELETE", None)):
        late = call(service, method, path, body, **{"If-Match": 'W/"1"'})
        assert (late.status_code, issues(late), late.headers["etag"]) == (412, [("error", "version")], 'W/"2"')
    assert call(service, "PUT", path, basket).status_code == 428
    assert call(service, "DELETE", path, **{"If-Match": 'W/"2"'}).status_code == 204
    assert call(service, "GET", path).status_code == 404


def test_a_repeated_call_gets_the_first_answer(service: Service) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, again = (call(service, "POST", "", OWN, **key) for _ in range(2))
    assert (first.content, first.status_code) == (again.content, again.status_code)
    other = call(service, "POST", "", {**OWN, "name": "Autre"}, **key)
    assert (other.status_code, issues(other)) == (422, [("error", "idempotency-reuse")])


def test_the_lines_are_copied_once_into_an_order_and_nothing_blocks(service: Service) -> None:
    basket = made(service, {**OWN, "conditions": {"sex": "male", "age_to": 17, "pregnancy": True}})
    order = example(1)
    order["entry"][0]["resource"]["status"] = "draft"
    before = [entry for entry in order["entry"] if entry["resource"]["resourceType"] == "ServiceRequest"]
    answer = call(service, "POST", f"/{basket['id']}/inserer", order)
    told = answer.json()
    after = [e["resource"] for e in told["order"]["entry"] if e["resource"]["resourceType"] == "ServiceRequest"]
    assert answer.status_code == 200
    assert len(after) == len(before) + len(told["inserted"]) == len(before) + 2
    assert after[-1]["code"] == {"text": "Dosage maison"}
    codes = [issue["details"]["coding"][0]["code"] for issue in told["outcome"]["issue"]]
    assert codes == ["W-BASKET", "W-REDUND"]
    assert {issue["severity"] for issue in told["outcome"]["issue"]} == {"information"}
    again = call(service, "POST", f"/{basket['id']}/inserer", told["order"]).json()
    assert (again["inserted"], again["order"]) == ([], told["order"])


def test_a_signed_order_takes_no_line(service: Service) -> None:
    refused = call(service, "POST", "/bilan-renal/inserer", example(1))
    assert (refused.status_code, issues(refused)) == (409, [("error", "line-closed")])


def test_the_starter_baskets_are_there_to_be_copied_and_nobody_changes_them(service: Service) -> None:
    listed = {each["id"]: each for each in call(service, "GET", "").json()["baskets"]}
    renal = listed["bilan-renal"]
    assert (renal["editable"], renal["updated"], renal["owner"]) == (False, None, {"specialty": "*"})
    refused = call(service, "DELETE", "/bilan-renal", None, OPERATOR, **{"If-Match": 'W/"1"'})
    assert refused.status_code == 403


def test_in_fhir_a_basket_is_an_order_set(service: Service) -> None:
    id_ = made(service, {**OWN, "conditions": {"sex": "female", "age_from": 18}})["id"]
    answer = call(service, "GET", f"/{id_}", None, **{"Accept": "application/fhir+json"})
    plan = PlanDefinition.model_validate(answer.json())
    assert [action.title for action in plan.action] == [NFS[1], PROLACTIN[1], "Dosage maison"]
    assert answer.headers["content-type"].startswith("application/fhir+json")


@pytest.mark.parametrize(
    ("change", "status", "code", "where"),
    [
        ({"name": ""}, 400, "bad-parameter", "name"),
        ({"owner": {"rpps": "1", "finess": "2"}}, 400, "bad-parameter", "owner"),
        ({"owner": {"finess": "75"}}, 400, "bad-parameter", "owner.finess"),
        ({"owner": {"specialty": "*"}}, 400, "bad-parameter", "owner.specialty"),
        ({"conditions": {"age_from": 5, "age_to": 4}}, 400, "bad-parameter", "conditions.age_to"),
        ({"price": 3}, 400, "bad-parameter", "price"),
        ({"lines": []}, 422, "no-line", "lines"),
        ({"lines": [line("57022-7")]}, 400, "malformed-loinc", "lines[0].code"),
        ({"lines": [FREE, line("57022-6", "Prolactine")]}, 422, "label-of-other-code", "lines[1].code"),
        ({"lines": [line("57022-6", status="active", intent="plan")]}, 400, "invalid-bundle", "lines[0].intent"),
        ({"lines": [line("57022-6", supportingInfo=[{"reference": "urn:uuid:1"}])]}, 400, "unsupported-element", None),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_kept(
    service: Service, change: Json, status: int, code: str, where: str | None
) -> None:
    count = len(call(service, "GET", "").json()["baskets"])
    refused = call(service, "POST", "", {**OWN, **change})
    first = refused.json()["issue"][0]
    assert (refused.status_code, issues(refused)[0]) == (status, ("error", code)), refused.text
    assert where is None or first["expression"] == [where]
    assert len(call(service, "GET", "").json()["baskets"]) == count


def test_a_code_that_the_release_does_not_hold_is_kept_and_told(service: Service) -> None:
    basket = made(service, {**OWN, "lines": [line("1-8")]})
    assert [i["details"]["coding"][0]["code"] for i in basket["outcome"]["issue"]] == ["W-CODE"]
    assert basket["outcome"]["issue"][0]["expression"] == ["lines[0]"]


def test_baskets_are_the_prescribers_own_affair(service: Service) -> None:
    refused = call(service, "GET", "", None, LABORATORY)
    assert (refused.status_code, issues(refused)) == (403, [("error", "role")])

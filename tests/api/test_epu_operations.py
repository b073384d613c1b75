"""The operations on the base, interface.md §1 and §3, prescription.md §4 to §6."""

import json
import uuid
from pathlib import Path

import pytest
from httpx2 import Response

from tests.api.service import (
    BIOLOGIST,
    LABORATORY,
    OTHER_LABORATORY,
    PRESCRIBER,
    SAMPLER,
    Json,
    Service,
    example,
    issues,
    lines,
    parameters,
    value,
)


def claim(service: Service, code: str, version: int, caller: str = LABORATORY, *more: Json) -> object:
    return service.post("/fhir/$epu-claim", parameters(code, *more), caller, version)


def report(line: str, result: str, **more: str) -> Json:
    part = [
        {"name": "line", "valueUri": line},
        {"name": "result", "valueCode": result},
        {"name": "performed", "valueDateTime": "2026-11-21T08:00:00+01:00"},
        *({"name": name, "valueCode": code} for name, code in more.items()),
    ]
    return {"name": "report", "part": part}


def patient_of(order: Json) -> Json:
    return next(e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "Patient")  # type: ignore[no-any-return]


def test_an_order_comes_back_with_its_code_handle_version_and_every_warning(service: Service) -> None:
    made = service.create(example(2))
    assert made.status_code == 200
    assert made.headers["etag"] == 'W/"1"'
    assert made.headers["cache-control"] == "no-store"
    assert value(made, "code").startswith("01")
    assert value(made, "handle").startswith("urn:uuid:")
    assert issues(made) == [("warning", "W-AUTHOR"), ("warning", "W-CLIN")]


def test_the_missing_information_is_located_on_its_line(service: Service) -> None:
    outcome = service.post("/fhir/Bundle/$validate", example(2)).json()
    clinical = next(i for i in outcome["issue"] if i["details"]["coding"][0]["code"] == "W-CLIN")
    place = clinical["expression"][0]
    index = int(place.removeprefix("Bundle.entry[").removesuffix("].resource"))
    assert example(2)["entry"][index]["resource"]["code"]["coding"][0]["code"] == "2842-3"


def test_what_is_missing_in_an_order_that_is_read_points_at_its_line(service: Service) -> None:
    read = service.retrieve(value(service.create(example(2)), "code"))
    place = _told(read, "W-CLIN")["expression"][0]
    index = int(place.removeprefix("Bundle.entry[").removesuffix("].resource"))
    assert value(read, "order")["entry"][index]["resource"]["code"]["coding"][0]["code"] == "2842-3"


def test_validating_says_the_same_as_creating_and_stores_nothing(tmp_path: Path) -> None:
    with Service(tmp_path) as fresh:
        said = issues(fresh.post("/fhir/Bundle/$validate", example(3)))
        listed = fresh.post("/fhir/$epu-list", {"resourceType": "Parameters"}, PRESCRIBER)
        assert listed.json() == {"resourceType": "Parameters"}
        assert issues(fresh.create(example(3))) == said


def test_every_error_is_told_at_once_and_nothing_is_kept(service: Service) -> None:
    order = example(3)
    requests = [e for e in order["entry"] if e["resource"]["resourceType"] == "ServiceRequest"]
    requests[0]["resource"]["code"]["coding"][0]["code"] = "4548-5"
    requests[1]["resource"]["code"] = {"coding": [{"system": "http://loinc.org", "code": "14682-9", "display": "TSH"}]}
    patient_of(order).pop("birthDate")
    refused = service.create(order)
    assert refused.status_code == 400
    assert {"malformed-loinc", "label-of-other-code", "no-birth-date"} <= {code for _, code in issues(refused)}


@pytest.mark.parametrize("typed", [str.lower, lambda c: c.replace("0", "O"), lambda c: " ".join(c), lambda c: f"{c}."])
def test_a_code_typed_by_hand_finds_its_order(service: Service, typed: object) -> None:
    code = value(service.create(), "code")
    found = service.retrieve(typed(code), LABORATORY, {"name": "mode", "valueCode": "typed"})  # type: ignore[operator]
    assert (found.status_code, value(found, "code"), value(found, "repaired")) == (200, code, False)


def test_one_typing_slip_is_mended_and_said(service: Service) -> None:
    code = value(service.create(), "code")
    slipped = code[:5] + code[6] + code[5] + code[7:]
    if slipped == code:
        slipped = code[:9] + code[10] + code[9] + code[11:]
    found = service.retrieve(slipped, LABORATORY, {"name": "mode", "valueCode": "typed"})
    assert (value(found, "code"), value(found, "repaired")) == (code, slipped != code)
    assert service.retrieve(slipped).status_code == (404 if slipped != code else 200)


def test_what_a_laboratory_reads_names_no_patient(service: Service) -> None:
    read = service.retrieve(value(service.create(), "code"))
    assert read.headers["etag"] == 'W/"1"'
    patient = patient_of(value(read, "order"))
    assert set(patient) == {"resourceType", "gender", "extension"}
    for trait in ("PAT-TROIS", "DOMINIQUE", "279035121518989", "1979"):
        assert trait not in read.text


def test_the_identity_read_at_the_counter_is_compared_and_a_mismatch_must_be_confirmed(service: Service) -> None:
    code = value(service.create(), "code")
    right = {
        "name": "ins",
        "valueIdentifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518989"},
    }
    wrong = {
        "name": "ins",
        "valueIdentifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "279035121518890"},
    }
    wrong["valueIdentifier"]["value"] = _matricule("2790351215188")  # type: ignore[index]
    assert value(service.retrieve(code, LABORATORY, right), "binding") == "match"
    assert value(service.retrieve(code, LABORATORY, wrong), "binding") == "mismatch"
    assert value(service.retrieve(code), "binding") == "unknown"
    refused = service.post("/fhir/$epu-claim", parameters(code, wrong), LABORATORY, 1)
    assert (refused.status_code, issues(refused)) == (422, [("error", "identity-mismatch")])
    confirmed = {"name": "identity-confirmed", "valueBoolean": True}
    assert service.post("/fhir/$epu-claim", parameters(code, wrong, confirmed), LABORATORY, 1).status_code == 200


def _matricule(body: str) -> str:
    return body + f"{97 - int(body) % 97:02d}"


def test_a_repeated_call_gets_the_first_answer_byte_for_byte_and_another_body_is_refused(service: Service) -> None:
    key = str(uuid.uuid4())
    first = service.create(example(1), Idempotency_Key=key)
    again = service.create(example(1), Idempotency_Key=key)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    other = service.create(example(2), Idempotency_Key=key)
    assert (other.status_code, issues(other)) == (422, [("error", "idempotency-reuse")])


def test_a_replay_is_recognised_before_the_version_is_looked_at(service: Service) -> None:
    code = value(service.create(), "code")
    key = str(uuid.uuid4())
    first = service.post("/fhir/$epu-claim", parameters(code), LABORATORY, 1, Idempotency_Key=key)
    again = service.post("/fhir/$epu-claim", parameters(code), LABORATORY, 1, Idempotency_Key=key)
    assert again.content == first.content
    assert again.headers["etag"] == 'W/"2"'


def test_a_code_drawn_by_the_client_is_kept_once(service: Service) -> None:
    order = example(1)
    order["entry"][0]["resource"]["groupIdentifier"] = {
        "system": "urn:oid:1.2.250.1.215.500.1.1",
        "value": "01S2TBPZ2JCNZZYGHZ",
    }
    first = service.create(order)
    assert value(first, "code") == "01S2TBPZ2JCNZZYGHZ"
    assert value(service.create(order), "handle") == value(first, "handle")
    other = example(2)
    other["entry"][0]["resource"]["groupIdentifier"] = order["entry"][0]["resource"]["groupIdentifier"]
    refused = service.create(other)
    assert (refused.status_code, issues(refused)) == (409, [("error", "code-used")])


def test_an_order_is_adapted_reported_and_followed(service: Service) -> None:
    made = service.create(example(3))
    code, first, second = value(made, "code"), *(line["id"] for line in lines(made)[:2])
    service.post("/fhir/$epu-claim", parameters(code), LABORATORY, 1)
    request = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1988-5"}]},
    }
    changes = [
        _change("add", "good-practice-recommendation", request=request),
        _change("remove", "already-available", line=second),
    ]
    contact = {"name": "prescriber-contact", "valueCode": "informed"}
    adapted = service.post("/fhir/$epu-adapt", parameters(code, contact, *changes), BIOLOGIST, 2)
    assert [line["state"] for line in lines(adapted)] == ["removed", "claimed"]
    done = service.post("/fhir/$epu-report", parameters(code, report(first, "done")), LABORATORY, 3)
    assert lines(done) == [{"id": first, "state": "prescribed", "next-due": "2027-02-21"}]
    seen = service.post("/fhir/$epu-status", parameters(code), PRESCRIBER).json()["parameter"][0]["part"]
    assert {p["name"]: p.get("valueCode") or p.get("valueInteger") for p in seen if p["name"] != "line"} == {
        "code": None,
        "status": "in-progress",
        "version": 4,
    }
    original = service.retrieve(code, LABORATORY, {"name": "view", "valueCode": "original"})
    current = service.retrieve(code)
    count = [sum(e["resource"]["resourceType"] == "ServiceRequest" for e in value(r, "order")["entry"]) for r in
             (original, current)]  # fmt: skip
    assert count == [5, 6]


def _change(action: str, reason: str, line: str | None = None, request: Json | None = None) -> Json:
    part: list[Json] = [{"name": "action", "valueCode": action}, {"name": "reason", "valueCode": reason}]
    part += [{"name": "line", "valueUri": line}] if line else []
    part += [{"name": "request", "resource": request}] if request else []
    return {"name": "change", "part": part}


def test_a_wrong_exam_in_an_adaptation_is_located_in_what_was_sent(service: Service) -> None:
    code = value(service.create(), "code")
    request = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": "http://loinc.org", "code": "1988-6"}]},
    }
    contact = {"name": "prescriber-contact", "valueCode": "informed"}
    body = parameters(code, contact, _change("add", "other", request=request))
    refused = service.post("/fhir/$epu-adapt", body, BIOLOGIST, 1)
    assert issues(refused) == [("error", "malformed-loinc")]
    assert refused.json()["issue"][0]["expression"] == ["Parameters.parameter[2].part[2].resource.code"]


def test_two_laboratories_meet_on_one_line_and_the_patient_may_move(service: Service) -> None:
    code = value(service.create(), "code")
    service.post("/fhir/$epu-claim", parameters(code), LABORATORY, 1)
    refused = service.post("/fhir/$epu-claim", parameters(code), OTHER_LABORATORY, 2)
    assert (refused.status_code, issues(refused)) == (409, [("error", "line-claimed")])
    moved = {"name": "takeover", "valueCode": "patient-present"}
    line = {"name": "line", "valueUri": value(service.create(), "line") and _line_of(service, code)}
    assert service.post("/fhir/$epu-claim", parameters(code, line, moved), OTHER_LABORATORY, 2).status_code == 200


def test_a_laboratory_is_told_which_lines_it_holds_and_no_other_is(service: Service) -> None:
    code = value(service.create(), "code")
    line = _line_of(service, code)
    claimed = service.post("/fhir/$epu-claim", parameters(code, {"name": "line", "valueUri": line}), LABORATORY, 1)
    assert lines(service.retrieve(code), "claim") == [{"line": line, "lease-until": value(claimed, "lease-until")}]
    assert lines(service.retrieve(code, OTHER_LABORATORY), "claim") == []
    service.post("/fhir/$epu-report", parameters(code, report(line, "sampled")), LABORATORY, 2)
    assert lines(service.retrieve(code), "claim") == [{"line": line}]  # it no longer lapses


def _line_of(service: Service, code: str) -> str:
    order = value(service.retrieve(code), "order")
    found = next(e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "ServiceRequest")
    return str(found["identifier"][0]["value"])


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"If_Match": ""}, 428, "if-match-missing"),
        ({"If_Match": "1"}, 400, "bad-parameter"),
        ({"If_Match": 'W/"7"'}, 412, "version"),
        ({"Idempotency_Key": ""}, 400, "idempotency-key-missing"),
        ({"Idempotency_Key": "one"}, 400, "bad-parameter"),
        ({"Authorization": ""}, 401, "token"),
        ({"Authorization": "Bearer dev:king::"}, 401, "token"),
        ({"Authorization": "Bearer dev:patient:279035121518989:"}, 403, "role"),
    ],
)
def test_a_mutation_asks_for_its_headers(service: Service, headers: dict[str, str], status: int, code: str) -> None:
    epu = value(service.create(), "code")
    refused = service.post("/fhir/$epu-claim", parameters(epu), LABORATORY, 1, **headers)
    assert (refused.status_code, issues(refused)) == (status, [("error", code)])
    if status == 412:
        assert refused.headers["etag"] == 'W/"1"'


def test_only_its_author_creates_and_cancels_an_order(service: Service) -> None:
    stranger = "prescriber:89900000001:"
    refused = service.post("/fhir/$epu-create", example(1), stranger)
    assert (refused.status_code, issues(refused)) == (403, [("error", "author-not-caller")])
    code = value(service.create(), "code")
    assert issues(service.post("/fhir/$epu-cancel", parameters(code), stranger, 1)) == [("error", "not-owner")]
    cancelled = service.post("/fhir/$epu-cancel", parameters(code), PRESCRIBER, 1)
    assert value(cancelled, "status") == "cancelled"


def test_a_sampler_reports_a_sample_and_nothing_else(service: Service) -> None:
    made = service.create()
    code, line = value(made, "code"), lines(made)[0]["id"]
    refused = service.post("/fhir/$epu-report", parameters(code, report(line, "done")), SAMPLER, 1)
    assert (refused.status_code, issues(refused)) == (403, [("error", "role")])
    sampled = service.post("/fhir/$epu-report", parameters(code, report(line, "sampled")), SAMPLER, 1)
    assert lines(sampled) == [{"id": line, "state": "sampled"}]


def test_unknown_codes_get_one_answer_and_too_many_are_throttled(tmp_path: Path) -> None:
    with Service(tmp_path) as fresh:
        answers = [fresh.retrieve(f"01{symbol * 16}") for symbol in "ABCDEFGHJK"]
        assert {(a.status_code, a.text) for a in answers} == {(404, answers[0].text)}
        assert issues(answers[0]) == [("error", "unknown-code")]
        elsewhere = fresh.retrieve("02" + "A" * 16)
        assert (elsewhere.status_code, issues(elsewhere)) == (404, issues(answers[0]))
        assert "autre émetteur" in elsewhere.text
        statuses = [fresh.retrieve("01" + "Z" * 16).status_code for _ in range(55)]
        assert set(statuses) == {404, 429}
        throttled = fresh.retrieve("01" + "Z" * 16)
        assert 0 < int(throttled.headers["retry-after"]) <= 300
        assert fresh.retrieve("01" + "Z" * 16, OTHER_LABORATORY).status_code == 404


def test_a_shared_base_takes_anonymous_orders_only(tmp_path: Path) -> None:
    with Service(tmp_path, epu_accept_full=False) as shared:
        refused = shared.create()
        assert (refused.status_code, issues(refused)[0]) == (422, ("error", "not-anonymous"))
        order = example(1)
        patient = patient_of(order)
        for element in set(patient) - {"resourceType", "gender"}:
            del patient[element]
        patient["extension"] = [
            {
                "url": "https://circuit-biologie.invalid/fhir/StructureDefinition/patient-age",
                "valueAge": {"value": 47, "system": "http://unitsofmeasure.org", "code": "a"},
            }
        ]
        assert shared.create(order).status_code == 200


def test_nothing_readable_is_in_the_files_of_the_base(tmp_path: Path) -> None:
    with Service(tmp_path) as fresh:
        code = value(fresh.create(example(2)), "code")
        fresh.retrieve(code)
        written = b"".join(p.read_bytes() for p in tmp_path.iterdir() if "sqlite" in p.name)
    for secret in (code, "Prolactine", "2842-3", "10005688798", "Thomas", "PAT-TROIS", "279035121518989"):
        assert secret.encode() not in written


def test_an_own_order_is_listed_without_its_code(tmp_path: Path) -> None:
    with Service(tmp_path) as fresh:
        codes = [value(fresh.create(), "code") for _ in range(3)]
        body = {"resourceType": "Parameters", "parameter": [{"name": "count", "valueInteger": 2}]}
        page = fresh.post("/fhir/$epu-list", body, PRESCRIBER)
        assert [p["name"] for p in page.json()["parameter"]] == ["order", "order", "next"]
        body["parameter"].append({"name": "cursor", "valueString": value(page, "next")})  # type: ignore[attr-defined]
        last = fresh.post("/fhir/$epu-list", body, PRESCRIBER)
        assert [p["name"] for p in last.json()["parameter"]] == ["order"]
        assert not any(code in json.dumps([page.json(), last.json()]) for code in codes)


def _told(answer: Response, code: str) -> Json:
    outcome = answer.json() if answer.status_code != 200 else value(answer, "outcome")
    return next(i for i in outcome["issue"] if i["details"]["coding"][0]["code"] == code)


NO_LINE = "urn:uuid:0190a000-0000-7000-8000-0000000000ff"


@pytest.mark.parametrize(
    ("operation", "more", "status", "place"),
    [
        ("claim", {"name": "line", "valueUri": NO_LINE}, 422, "Parameters.parameter[1].valueUri"),
        ("cancel", {"name": "line", "valueUri": NO_LINE}, 422, "Parameters.parameter[1].valueUri"),
        ("report", report(NO_LINE, "done"), 422, "Parameters.parameter[1].part[0].valueUri"),
    ],
)
def test_a_line_that_is_refused_is_located_in_what_was_sent(
    service: Service, operation: str, more: Json, status: int, place: str
) -> None:
    code = value(service.create(), "code")
    caller = PRESCRIBER if operation == "cancel" else LABORATORY
    refused = service.post(f"/fhir/$epu-{operation}", parameters(code, more), caller, 1)
    assert refused.status_code == status
    assert _told(refused, "unknown-line")["expression"] == [place]


def test_a_malformed_code_and_a_wrong_identity_are_located_in_what_was_sent(service: Service) -> None:
    for refused in (service.retrieve("01S2"), service.post("/fhir/$epu-claim", parameters("01S2"), LABORATORY, 1)):
        assert _told(refused, "malformed-code")["expression"] == ["Parameters.parameter[0].valueString"]
    ins = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": _matricule("2790351215188")}
    body = parameters(value(service.create(), "code"), {"name": "ins", "valueIdentifier": ins})
    refused = service.post("/fhir/$epu-claim", body, LABORATORY, 1)
    assert _told(refused, "identity-mismatch")["expression"] == ["Parameters.parameter[1].valueIdentifier"]


def test_what_is_missing_on_an_added_line_is_told_in_the_same_answer(service: Service) -> None:
    request = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2842-3"}]},
    }
    contact = {"name": "prescriber-contact", "valueCode": "informed"}
    body = parameters(value(service.create(), "code"), contact, _change("add", "other", request=request))
    adapted = service.post("/fhir/$epu-adapt", body, BIOLOGIST, 1)
    assert issues(adapted) == [("warning", "W-CLIN")]
    assert _told(adapted, "W-CLIN")["expression"] == ["Parameters.parameter[2].part[2].resource"]


def test_one_code_never_serves_two_patients_with_the_same_exams(service: Service) -> None:
    order = example(1)
    code = {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": "01S2TBPZ2JCNZZYGZ7"}
    order["entry"][0]["resource"]["groupIdentifier"] = code
    assert service.create(order).status_code == 200
    patient_of(order)["identifier"][0]["value"] = _matricule("2790351215188")
    refused = service.create(order)
    assert (refused.status_code, issues(refused)) == (409, [("error", "code-used")])


def test_an_answer_in_another_form_than_json_is_refused(service: Service) -> None:
    refused = service.post("/fhir/$epu-list", {"resourceType": "Parameters"}, PRESCRIBER, Accept="application/fhir+xml")
    assert (refused.status_code, issues(refused)) == (406, [("error", "not-supported")])


def test_why_an_order_was_cancelled_is_free_text_and_never_told_as_a_code(service: Service) -> None:
    code = value(service.create(), "code")
    why = {"name": "reason", "valueString": "Erreur de saisie,  refaite"}
    assert service.post("/fhir/$epu-cancel", parameters(code, why), PRESCRIBER, 1).status_code == 200
    followed = service.post("/fhir/$epu-status", parameters(code), PRESCRIBER)
    assert value(followed, "order")[1]["valueCode"] == "cancelled"
    assert "Erreur" not in followed.text

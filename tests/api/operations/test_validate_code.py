"""`$validate-code` of code systems and value sets: what is valid, and why what is not is not (terminology.md §5.3)."""

import pytest

from tests.api.operations.asking import BASE, LOINC, NABM, WAITING, get, outcome, post, values
from tests.api.operations.releases import NEWER, OLDER
from tests.api.service import Json, Service

REQUESTS = f"{BASE}/ValueSet/demandes"


def in_system(service: Service, code: str, **more: object) -> Json:
    """What is said of a code in LOINC."""
    return values(get(service, "CodeSystem/$validate-code", {"url": LOINC, "code": code, **more}))


def in_set(service: Service, value_set: str, code: str, **more: object) -> Json:
    """What is said of a code in a value set, by its id."""
    return values(get(service, f"ValueSet/{value_set}/$validate-code", {"system": LOINC, "code": code, **more}))


@pytest.mark.parametrize("label", ["Prolactine", "prolactine", "PROLACTINES", "PRL", "hormone lactogene"])
def test_a_label_is_compared_folded_with_label_and_synonyms(starter: Service, label: str) -> None:
    for told in (in_system(starter, "2842-3", display=label), in_set(starter, "demandes", "2842-3", display=label)):
        assert (told["result"], told["display"]) == (True, "Prolactine")
        assert not told.keys() & {"message", "issues"}


def test_an_edition_label_is_a_label_too(starter: Service) -> None:
    assert in_system(starter, "789-8", display="Hématies")["result"] is True


def test_a_label_of_another_code_is_not_valid_and_the_right_one_is_told(starter: Service) -> None:
    told = in_system(starter, "2842-3", display="Sodium")
    assert (told["result"], told["display"]) == (False, "Prolactine")
    assert "Sodium" in told["message"]


@pytest.mark.parametrize(
    ("code", "said"),
    [("53094-5", "clé de contrôle"), ("53O94-9", "forme d'un code LOINC"), ("10000-8", "n'est pas tenu")],
)
def test_an_unknown_code_is_not_valid_and_the_reason_is_told(starter: Service, code: str, said: str) -> None:
    for told in (in_system(starter, code), in_set(starter, "demandes", code)):
        assert told["result"] is False
        assert said in told["message"]
    assert "53094-9" in in_system(starter, "53094-5")["message"]


def test_a_retired_code_stays_in_its_system_and_leaves_the_requests(official: Service) -> None:
    in_loinc, in_requests = in_system(official, "2842-3"), in_set(official, "demandes", "2842-3")
    assert (in_loinc["result"], in_requests["result"]) == (True, False)
    for told in (in_loinc, in_requests):
        assert "code retiré depuis le 15/03/2026" in told["message"]
        assert told["display"] == "Prolactine"


def test_a_release_of_its_own_is_asked_by_its_version(official: Service) -> None:
    for version in ({"valueSetVersion": OLDER.name}, {"systemVersion": OLDER.loinc_version}):
        assert in_set(official, "demandes", "2842-3", **version)["result"] is True
    by_url = {"url": f"{REQUESTS}|{OLDER.name}", "system": LOINC, "code": "2842-3"}
    assert values(get(official, "ValueSet/$validate-code", by_url))["result"] is True


def test_two_versions_that_differ_are_refused(official: Service) -> None:
    given = {"url": f"{REQUESTS}|{OLDER.name}", "valueSetVersion": NEWER.name, "system": LOINC, "code": "57022-6"}
    assert outcome(get(official, "ValueSet/$validate-code", given)) == (400, "value", ["valueSetVersion"])
    other = {"url": REQUESTS, "valueSetVersion": NEWER.name, "system": LOINC, "code": "57022-6"}
    refused = get(official, "ValueSet/$validate-code", {**other, "systemVersion": OLDER.loinc_version})
    assert outcome(refused) == (404, "not-found", ["systemVersion"])


def test_a_waiting_code_is_a_request(official: Service) -> None:
    assert in_set(official, "demandes", "ATT-001", system=WAITING)["result"] is True


@pytest.mark.parametrize(
    ("value_set", "system", "code"),
    [
        ("resultats", LOINC, "2345-7"),
        ("prelevements", "http://terminology.hl7.org/CodeSystem/v2-0487", "SER"),
        ("lateralites", "http://snomed.info/sct", "7771000"),
        ("renseignements-cliniques", f"{BASE}/CodeSystem/renseignements-cliniques", "date-dernieres-regles"),
        ("nabm", NABM, "0343"),
        ("loinc", LOINC, "18719-5"),
    ],
)
def test_every_value_set_knows_its_members(starter: Service, value_set: str, system: str, code: str) -> None:
    assert in_set(starter, value_set, code, system=system)["result"] is True
    assert in_set(starter, value_set, f"{code}0", system=system)["result"] is False


def test_a_result_is_no_request_and_its_label_is_told(starter: Service) -> None:
    told = in_set(starter, "demandes", "2345-7")
    assert (told["result"], told["display"]) == (False, "Glucose")


def test_one_valid_coding_of_a_concept_is_enough_and_the_others_are_told(starter: Service) -> None:
    concept = {"coding": [{"system": LOINC, "code": "53094-5"}, {"system": LOINC, "code": "2842-3", "display": "PRL"}]}
    for path, url in (("CodeSystem", LOINC), ("ValueSet", REQUESTS)):
        told = values(post(starter, f"{path}/$validate-code", {"url": url, "codeableConcept": concept}))
        assert (told["result"], told["display"]) == (True, "Prolactine")
        assert "clé de contrôle" in told["message"]


def test_a_coding_of_another_system_is_not_valid_in_this_one(starter: Service) -> None:
    told = values(
        post(starter, "CodeSystem/$validate-code", {"url": LOINC, "coding": {"system": NABM, "code": "0343"}})
    )
    assert told["result"] is False
    assert NABM in told["message"]

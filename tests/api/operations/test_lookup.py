"""`CodeSystem/$lookup`: name, designations with their uses, properties with their types (terminology.md §5.3)."""

from fhir.resources.R4B.parameters import Parameters

from tests.api.operations.asking import BASE, LOINC, NABM, WAITING, get, parts, values
from tests.api.operations.releases import NEWER, OLDER
from tests.api.service import Json, Service

SNOMED = "http://snomed.info/sct"


def properties(service: Service, **given: object) -> dict[str, list[Json]]:
    """The values of each property."""
    found: dict[str, list[Json]] = {}
    for part in parts(get(service, "CodeSystem/$lookup", given), "property"):
        found.setdefault(part["code"], []).append(part["value"])
    return found


def test_a_code_is_told_with_its_name_version_and_label(starter: Service) -> None:
    told = values(get(starter, "CodeSystem/$lookup", {"system": LOINC, "code": "2842-3"}))
    assert told["name"] == "LOINC"
    assert told["version"]
    assert told["display"] == "Prolactine"


def test_each_designation_says_what_it_is_for(starter: Service) -> None:
    answer = get(starter, "CodeSystem/$lookup", {"system": LOINC, "code": "14749-6"})
    uses = {(part["use"]["system"], part["use"]["code"]) for part in parts(answer, "designation")}
    own = f"{BASE}/CodeSystem/type-designation"
    assert {(SNOMED, "900000000000003001"), (SNOMED, "900000000000013009"), (own, "libelle-edition")} <= uses
    assert {part["language"] for part in parts(answer, "designation")} == {"fr"}
    Parameters.model_validate(answer.json())


def test_specimen_information_act_and_chapter_are_codings(starter: Service) -> None:
    told = properties(starter, system=LOINC, code="2842-3")
    assert told["prelevement"] == [
        {"system": "http://terminology.hl7.org/CodeSystem/v2-0487", "code": "SER", "display": "Sérum"}
    ]
    information = told["renseignement-obligatoire"][0]
    assert (information["system"], information["code"]) == (
        f"{BASE}/CodeSystem/renseignements-cliniques",
        "date-dernieres-regles",
    )
    assert told["nabm"] == [{"system": NABM, "code": "0343"}]
    assert told["chapitre"][0]["system"] == LOINC
    assert told["inactive"] == [False]


def test_only_the_properties_asked_for_are_told(starter: Service) -> None:
    assert set(properties(starter, system=LOINC, code="2842-3", property=["nabm", "status"])) == {"nabm", "status"}
    everything = properties(starter, system=LOINC, code="2842-3")
    assert properties(starter, system=LOINC, code="2842-3", property=["*"]) == everything


def test_a_factor_is_told_digit_for_digit(starter: Service) -> None:
    answer = get(starter, "CodeSystem/$lookup", {"system": LOINC, "code": "2345-7", "property": "facteur"})
    assert b'"valueDecimal":5.551' in answer.content


def test_a_code_is_found_by_the_id_of_its_system_its_oid_and_its_version(official: Service) -> None:
    for system in ({"system": "urn:oid:2.16.840.1.113883.6.1"}, {"system": f"{LOINC}|{NEWER.loinc_version}"}):
        assert values(get(official, "CodeSystem/$lookup", {**system, "code": "57022-6"}))["display"]
    assert values(get(official, "CodeSystem/loinc/$lookup", {"code": "57022-6"}))["version"] == NEWER.loinc_version
    older = get(official, "CodeSystem/$lookup", {"system": LOINC, "code": "2842-3", "version": OLDER.loinc_version})
    assert values(older)["version"] == OLDER.loinc_version


def test_waiting_and_retired_codes_say_so(official: Service) -> None:
    assert properties(official, system=WAITING, code="ATT-001")["status"] == ["waiting"]
    assert properties(official, system=LOINC, code="2842-3")["inactive"] == [True]

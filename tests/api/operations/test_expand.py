"""`ValueSet/$expand` of every value set: members, filter, pages, versions, what is echoed (terminology.md §5.3)."""

import pytest
from fhir.resources.R4B.valueset import ValueSet

from api.operations import expand
from tests.api.operations.asking import BASE, LOINC, NABM, WAITING, codes, get, outcome
from tests.api.operations.releases import NEWER, OLDER, WITHDRAWN
from tests.api.service import Json, Service

PROPERTY = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property"


def expansion(service: Service, value_set: str, **given: object) -> Json:
    """The expansion of a value set by its id."""
    answer = get(service, f"ValueSet/{value_set}/$expand", {n.replace("_", "-"): v for n, v in given.items()})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["expansion"]
    return found


def echoed(found: Json, name: str) -> list[object]:
    """What `expansion.parameter` says of one parameter."""
    return [next(v for k, v in p.items() if k != "name") for p in found["parameter"] if p["name"] == name]


@pytest.mark.parametrize(
    ("url", "first"),
    [
        (f"{BASE}/ValueSet/demandes", LOINC),
        (f"{BASE}/ValueSet/demandes-liste-restreinte", LOINC),
        (f"{BASE}/ValueSet/demandes-chapitre-18719-5", LOINC),
        (f"{BASE}/ValueSet/resultats", LOINC),
        (f"{BASE}/ValueSet/renseignements-cliniques", f"{BASE}/CodeSystem/renseignements-cliniques"),
        (f"{BASE}/ValueSet/prelevements", "http://terminology.hl7.org/CodeSystem/v2-0487"),
        (f"{BASE}/ValueSet/lateralites", "http://snomed.info/sct"),
        ("http://loinc.org/vs", LOINC),
        (f"{NABM}?vs", NABM),
    ],
)
def test_every_value_set_is_expanded_whole_and_in_pages(starter: Service, url: str, first: str) -> None:
    whole = get(starter, "ValueSet/$expand", {"url": url})
    ValueSet.model_validate(whole.json())
    found = whole.json()["expansion"]
    assert found["contains"][0]["system"] == first
    assert len(codes(whole)) == found["total"] == len(set(codes(whole)))
    paged = get(starter, "ValueSet/$expand", {"url": url, "offset": 1, "count": 2})
    assert codes(paged) == codes(whole)[1:3]
    assert paged.json()["expansion"]["total"] == found["total"]


def test_a_value_set_that_nothing_fills_is_empty(starter: Service) -> None:
    found = expansion(starter, "techniques")
    assert (found["total"], "contains" in found) == (0, False)


def test_count_zero_tells_the_total_only(starter: Service) -> None:
    found = expansion(starter, "resultats", count=0)
    assert found["total"] > 0
    assert "contains" not in found


def test_what_was_used_is_echoed(starter: Service) -> None:
    found = expansion(starter, "resultats", filter="glucose", count=2, property=["ucum"], includeDesignations=False)
    assert echoed(found, "filter") == ["glucose"]
    assert echoed(found, "count") == [2]
    assert echoed(found, "property") == ["ucum"]
    assert echoed(found, "includeDesignations") == [False]
    assert echoed(found, "activeOnly") == [False]
    assert echoed(found, "displayLanguage") == ["fr"]
    version = echoed(found, "version")[0]
    assert str(version).startswith(f"{BASE}/ValueSet/resultats|")
    assert echoed(found, "used-codesystem") == [f"{LOINC}|{str(version).rpartition('|')[2]}"]


@pytest.mark.parametrize(
    ("value_set", "text", "first"),
    [
        ("resultats", "glucose", "14749-6"),
        ("resultats", "2345-7", "2345-7"),
        ("resultats", "gluc plasma masse", "2345-7"),
        ("lateralites", "GAUCHE", "7771000"),
        ("prelevements", "serum", "SER"),
        ("demandes-chapitre-18719-5", "glycemie", "14749-6"),
        ("demandes-chapitre-18719-5", "choelsterol", "14647-2"),
    ],
)
def test_a_text_finds_label_designation_and_code(starter: Service, value_set: str, text: str, first: str) -> None:
    found = expansion(starter, value_set, filter=text, count=10)
    assert first in [concept["code"] for concept in found["contains"][:2]]


@pytest.mark.parametrize("text", ["%%%", "((", "zzzzz"])
def test_a_text_that_finds_nothing_is_an_answer(starter: Service, text: str) -> None:
    for value_set in ("resultats", "demandes-chapitre-18719-5"):
        assert expansion(starter, value_set, filter=text)["total"] == 0


def test_the_requests_of_a_chapter_are_searched_among_themselves(starter: Service) -> None:
    assert "57022-6" in [c["code"] for c in expansion(starter, "demandes", filter="nfs")["contains"]]
    assert expansion(starter, "demandes-chapitre-18719-5", filter="nfs", count=0)["total"] == 0
    whole = expansion(starter, "demandes-chapitre-18723-7")
    assert {c["code"] for c in whole["contains"]} > {"57022-6", "777-3"}


def test_properties_and_designations_are_told_as_asked(starter: Service) -> None:
    concept = expansion(starter, "resultats", filter="2345-7", property=["ucum", "facteur"])["contains"][0]
    told = {e["extension"][0]["valueCode"]: e["extension"][1] for e in concept["extension"] if e["url"] == PROPERTY}
    assert set(told) == {"ucum", "facteur"}
    assert told["ucum"]["valueString"] == "g/L"
    reference = "http://snomed.info/sct|900000000000003001"
    for asked, values in ((reference, {reference}), ("fr", None), ("urn:ietf:bcp:47|de", set())):
        concept = expansion(starter, "resultats", filter="2345-7", designation=[asked])["contains"][0]
        uses = {f"{d['use']['system']}|{d['use']['code']}" for d in concept.get("designation", [])}
        assert uses == values if values is not None else uses


def test_a_system_can_be_left_out(official: Service) -> None:
    given = {"activeOnly": True}
    assert set(codes(get(official, "ValueSet/demandes-chapitre-18719-5/$expand", given))) == {"14647-2"}
    url = {"url": f"{BASE}/ValueSet/demandes"}
    assert "ATT-001" in codes(get(official, "ValueSet/$expand", url))
    assert codes(get(official, "ValueSet/$expand", {**url, "exclude-system": LOINC})) == ["ATT-001"]
    assert codes(get(official, "ValueSet/$expand", {**url, "exclude-system": WAITING, "filter": "examen"})) == []


def test_retired_requests_come_on_demand_only_and_say_so(official: Service) -> None:
    url = {"url": f"{BASE}/ValueSet/demandes"}
    assert "2842-3" not in codes(get(official, "ValueSet/$expand", url))
    every = get(official, "ValueSet/$expand", {**url, "activeOnly": False}).json()["expansion"]["contains"]
    retired = next(concept for concept in every if concept["code"] == "2842-3")
    assert retired["inactive"] is True


@pytest.mark.parametrize(
    "version",
    [
        {"valueSetVersion": OLDER.name},
        {"system-version": f"{LOINC}|{OLDER.loinc_version}"},
        {"force-system-version": f"{LOINC}|{OLDER.loinc_version}"},
    ],
)
def test_an_older_release_is_expanded_by_its_version(official: Service, version: Json) -> None:
    answer = get(official, "ValueSet/$expand", {"url": f"{BASE}/ValueSet/demandes", **version})
    assert answer.json()["version"] == OLDER.name
    assert "2842-3" in codes(answer)
    assert answer.headers["etag"].startswith(f'W/"{OLDER.name}-')


def test_a_release_that_is_not_held_and_one_that_was_withdrawn_are_refused(official: Service) -> None:
    url = f"{BASE}/ValueSet/resultats"
    refused = get(official, "ValueSet/$expand", {"url": f"{url}|1999"})
    assert outcome(refused) == (404, "not-found", ["url"])
    said = refused.json()["issue"][0]["details"]["text"]
    assert OLDER.name in said
    assert NEWER.name in said
    gone = get(official, "ValueSet/$expand", {"url": url, "valueSetVersion": WITHDRAWN.name})
    assert outcome(gone) == (410, "deleted", ["valueSetVersion"])


def test_what_is_too_much_for_one_answer_is_refused_and_not_cut(
    starter: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expand, "MOST", 10)
    assert outcome(get(starter, "ValueSet/resultats/$expand"))[:2] == (422, "too-costly")
    assert outcome(get(starter, "ValueSet/resultats/$expand", {"count": 11})) == (422, "too-costly", ["count"])
    assert len(codes(get(starter, "ValueSet/resultats/$expand", {"count": 10}))) == 10


def test_the_definition_comes_on_demand(starter: Service) -> None:
    path = "ValueSet/lateralites/$expand"
    assert "compose" not in get(starter, path).json()
    defined = get(starter, path, {"includeDefinition": True}).json()
    assert len(defined["compose"]["include"][0]["concept"]) == defined["expansion"]["total"]


def test_an_expansion_that_has_not_changed_is_not_sent_again(starter: Service) -> None:
    path = "/fhir/ValueSet/resultats/$expand?filter=glucose"
    first = starter.client.get(path)
    again = starter.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = starter.client.get(f"{path}&count=1", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200

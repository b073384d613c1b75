"""`ConceptMap/$translate`: acts, twins in other units, a laboratory's own codes (terminology.md §5.2, §5.3)."""

from datetime import UTC, datetime

import pytest

from terminology.coding import Coding
from terminology.lab_catalogue import LabExam, Laboratory
from terminology.transcoding.history import Change
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem
from terminology.transcoding.mapping import Equivalence, Mapping, MappingKey, MappingStatus
from tests.api.operations.asking import BASE, LOINC, NABM, get, outcome, parts, values
from tests.api.operations.releases import NEWER, OLDER
from tests.api.service import Service

TRANSLATE = "ConceptMap/$translate"
LABORATORY = "750000010"
LOCAL = f"{BASE}/CodeSystem/catalogue-{LABORATORY}"
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def targets(service: Service, path: str = TRANSLATE, **given: object) -> list[str]:
    """The codes that are found."""
    return [part["concept"]["code"] for part in parts(get(service, path, given), "match")]


def test_acts_and_requests_are_linked_both_ways(starter: Service) -> None:
    assert targets(starter, system=LOINC, code="2842-3", targetsystem=NABM) == ["0343"]
    assert targets(starter, system=NABM, code="0343", targetsystem=LOINC) == ["2842-3"]
    by_id = "ConceptMap/loinc-nabm/$translate"
    assert targets(starter, by_id, system=NABM, code="0343", reverse=True) == ["2842-3"]
    match = parts(get(starter, by_id, {"system": LOINC, "code": "2842-3"}), "match")[0]
    assert match["equivalence"] == "relatedto"
    assert match["source"].startswith(f"{BASE}/ConceptMap/loinc-nabm|")


def test_a_twin_comes_with_its_factor(starter: Service) -> None:
    match = parts(get(starter, TRANSLATE, {"system": LOINC, "code": "14749-6", "targetsystem": LOINC}), "match")[0]
    assert match["concept"]["code"] == "2345-7"
    element, concept = match["product"]
    assert element["valueUri"] == f"{BASE}/facteur"
    assert concept["valueCoding"]["code"] == "0.18"


def test_no_pairing_is_an_answer(starter: Service) -> None:
    told = values(get(starter, TRANSLATE, {"url": f"{BASE}/ConceptMap/loinc-nabm", "system": LOINC, "code": "10000-8"}))
    assert told["result"] is False
    assert "10000-8" in told["message"]


def test_maps_are_found_by_their_value_sets(starter: Service) -> None:
    given = {"system": LOINC, "code": "2842-3", "source": f"{BASE}/ValueSet/demandes", "target": f"{NABM}?vs"}
    assert targets(starter, **given) == ["0343"]
    refused = get(starter, TRANSLATE, {**given, "target": f"{BASE}/ValueSet/resultats"})
    assert outcome(refused) == (404, "not-found", ["target"])


def test_the_map_of_another_release_is_asked_by_its_version(official: Service) -> None:
    given = {"url": f"{BASE}/ConceptMap/loinc-nabm", "system": LOINC, "code": "2842-3"}
    assert targets(official, **given) == []
    for version in ({"conceptMapVersion": OLDER.name}, {"version": OLDER.loinc_version}):
        assert targets(official, **given, **version) == ["0343"]
    assert targets(official, **{**given, "url": f"{given['url']}|{NEWER.name}", "code": "57022-6"}) == ["1104"]


def _decided(local: str, code: str, status: MappingStatus) -> Change:
    made = Mapping(MappingKey(local), status, "biologiste-1", NOW, Coding(LOINC, code), Equivalence.WIDER)
    return Change(None, made, "biologiste-1", NOW, "")


@pytest.fixture(scope="module")
def mapped(starter: Service) -> Service:
    """The starter, and a laboratory with one validated mapping and one that is only proposed."""
    exams = [LabExam("NFSP", "NFS plaquettes"), LabExam("PRL", "Prolactine")]
    catalogue = LocalCatalogue(
        Laboratory(LABORATORY, "Laboratoire", "LABO"), 1, NOW, tuple(LocalItem(exam, NOW) for exam in exams)
    )
    changes = [
        _decided("NFSP", "57022-6", MappingStatus.VALIDATED),
        _decided("PRL", "2842-3", MappingStatus.PROPOSED),
    ]
    starter.client.app.state.services.transcoding.save(LABORATORY, changes, catalogue)  # type: ignore[attr-defined]
    return starter


def test_a_local_code_is_translated_by_its_validated_mapping_only(mapped: Service) -> None:
    assert targets(mapped, system=LOCAL, code="NFSP", targetsystem=LOINC) == ["57022-6"]
    assert targets(mapped, f"ConceptMap/catalogue-{LABORATORY}-loinc/$translate", system=LOCAL, code="PRL") == []


def test_a_local_code_is_found_from_a_national_one(mapped: Service) -> None:
    given = {"system": LOINC, "code": "57022-6", "targetsystem": LOCAL, "reverse": True}
    match = parts(get(mapped, TRANSLATE, given), "match")[0]
    assert (match["concept"]["code"], match["equivalence"]) == ("NFSP", "narrower")


def test_the_map_of_an_unknown_laboratory_is_not_found(mapped: Service) -> None:
    given = {"url": f"{BASE}/ConceptMap/catalogue-750000028-loinc", "system": LOINC, "code": "57022-6"}
    assert outcome(get(mapped, TRANSLATE, given)) == (404, "not-found", ["url"])
    version = get(
        mapped,
        f"ConceptMap/catalogue-{LABORATORY}-loinc/$translate",
        {"system": LOCAL, "code": "NFSP", "conceptMapVersion": "9"},
    )
    assert outcome(version) == (404, "not-found", ["conceptMapVersion"])
    system = get(mapped, TRANSLATE, {"system": LOCAL, "version": "9", "code": "NFSP", "targetsystem": LOINC})
    assert outcome(system) == (404, "not-found", ["version"])
    held = mapped.client.get(f"/fhir/ConceptMap/catalogue-{LABORATORY}-loinc").json()["version"]
    assert f"version tenue : {held}." in version.json()["issue"][0]["details"]["text"]

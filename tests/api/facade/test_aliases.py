"""Other names of canonicals, by setting: whoever asks by one is answered as for the canonical (terminology.md §5.1)."""

from collections.abc import Iterator

import pytest

from tests.api.operations.asking import BASE, LOINC, NABM, Given, get, post
from tests.api.service import Json, Service

NATIONAL = "https://ans.example/jdv-circuit-biologie"
OF_LOINC = "urn:example:loinc"
ACTS = "urn:example:actes"
NFS = {"code": "57022-6"}


@pytest.fixture(scope="module")
def aliased(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    aliases = {NATIONAL: f"{BASE}/ValueSet/demandes", OF_LOINC: LOINC, ACTS: f"{BASE}/ConceptMap/loinc-nabm"}
    with Service(tmp_path_factory.mktemp("aliases"), canonical_aliases=aliases) as running:
        yield running


def told(service: Service, path: str, given: Given) -> Json:
    """The answer by GET and by POST, without what is drawn or told by the clock."""
    answers = []
    for ask in (get, post):
        answer = ask(service, path, given)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        for name in ("identifier", "timestamp"):
            body.get("expansion", {}).pop(name, None)
        answers.append(body)
    assert answers[0] == answers[1]
    return answers[0]


@pytest.mark.parametrize(
    ("path", "by_alias", "by_name"),
    [
        ("ValueSet/$expand", {"url": NATIONAL, "count": 2}, {"url": f"{BASE}/ValueSet/demandes", "count": 2}),
        (
            "ValueSet/$expand",
            {"url": f"{NATIONAL}|demarrage-1", "exclude-system": OF_LOINC},
            {"url": f"{BASE}/ValueSet/demandes|demarrage-1", "exclude-system": LOINC},
        ),
        ("CodeSystem/$lookup", {"system": OF_LOINC, **NFS}, {"system": LOINC, **NFS}),
        ("CodeSystem/$validate-code", {"url": OF_LOINC, **NFS}, {"url": LOINC, **NFS}),
        (
            "ValueSet/$validate-code",
            {"url": NATIONAL, "system": OF_LOINC, **NFS},
            {"url": f"{BASE}/ValueSet/demandes", "system": LOINC, **NFS},
        ),
        (
            "ConceptMap/$translate",
            {"url": ACTS, "system": OF_LOINC, **NFS},
            {"url": f"{BASE}/ConceptMap/loinc-nabm", "system": LOINC, **NFS},
        ),
        (
            "ConceptMap/$translate",
            {"source": NATIONAL, "targetsystem": NABM, "system": OF_LOINC, **NFS},
            {"source": f"{BASE}/ValueSet/demandes", "targetsystem": NABM, "system": LOINC, **NFS},
        ),
    ],
)
def test_an_operation_answers_as_for_the_canonical(
    aliased: Service, path: str, by_alias: Given, by_name: Given
) -> None:
    assert told(aliased, path, by_alias) == told(aliased, path, by_name)


def test_a_coding_may_name_its_system_by_an_alias(aliased: Service) -> None:
    for system in (OF_LOINC, LOINC):
        for given in (
            {"coding": {"system": system, **NFS}},
            {"codeableConcept": {"coding": [{"system": system, **NFS}]}},
        ):
            answer = post(aliased, "ValueSet/$validate-code", {"url": NATIONAL, **given})
            assert answer.json()["parameter"][0] == {"name": "result", "valueBoolean": True}


@pytest.mark.parametrize(
    ("kind", "by_alias", "found"),
    [
        ("ValueSet", {"url": NATIONAL}, "demandes"),
        ("ValueSet", {"url": f"{NATIONAL}|demarrage-1"}, "demandes"),
        ("ValueSet", {"reference": OF_LOINC, "code": f"{OF_LOINC}|57022-6", "_id": "demandes"}, "demandes"),
        ("CodeSystem", {"system": f"urn:other,{OF_LOINC}"}, "loinc"),
        ("ConceptMap", {"source": NATIONAL}, "loinc-nabm"),
    ],
)
def test_a_search_finds_as_by_the_canonical(aliased: Service, kind: str, by_alias: Given, found: str) -> None:
    assert [entry["resource"]["id"] for entry in get(aliased, kind, by_alias).json()["entry"]] == [found]


def test_a_name_nobody_gave_is_no_alias(starter: Service) -> None:
    assert get(starter, "ValueSet/$expand", {"url": NATIONAL}).status_code == 404

"""Searching (terminology.md §5.3): the table of parameters walked, pages, releases, parts of resources."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from api.facade.held import Held
from api.facade.library import Library
from api.facade.result_parameters import IGNORED
from api.facade.search_parameters import PARAMETERS, Kind, SearchParameter, refused
from tests.api.facade.conftest import serve, services
from tests.api.service import Json, Service, issues

BASE = "https://circuit-biologie.invalid/fhir"
# R4's own list, type by type; those that all canonical resources share are written once.
_SHARED = (
    "context context-quantity context-type context-type-quantity context-type-value date description identifier "
    "jurisdiction name publisher status title url version"
)
STANDARD = {
    "CodeSystem": f"{_SHARED} code content-mode language supplements system",
    "ValueSet": f"{_SHARED} code expansion reference",
    "ConceptMap": f"{_SHARED} dependson other product source source-code source-system source-uri target target-code "
    "target-system target-uri",
    "Questionnaire": f"{_SHARED} code definition effective subject-type",
    "ActivityDefinition": f"{_SHARED} composed-of depends-on derived-from effective predecessor successor topic",
    "PlanDefinition": f"{_SHARED} composed-of definition depends-on derived-from effective predecessor successor topic "
    "type",
    "ObservationDefinition": "",
    "SpecimenDefinition": "container identifier type",
}
OF_ANY_TYPE = (
    "_id _lastUpdated _tag _profile _security _text _content _list _has _type _query _filter _source _include "
    "_revinclude _contained _containedType"
)
USED = [(kind, parameter) for kind, parameters in PARAMETERS.items() for parameter in parameters]
REFUSED = [(kind, name) for kind in PARAMETERS for name in sorted(refused(kind))]


def find(service: Service, kind: str, **asked: str) -> Json:
    answer = service.client.get(f"/fhir/{kind}?{urlencode(asked)}")
    assert answer.status_code == 200, answer.text
    bundle: Json = answer.json()
    return bundle


def ids(bundle: Json) -> list[str]:
    return [e["resource"]["id"] for e in bundle.get("entry", []) if e["search"]["mode"] == "match"]


def link(bundle: Json, relation: str) -> str | None:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), None)


def held(service: Service, kind: str) -> list[Held]:
    parts = services(service)
    return list(Library(parts, parts.catalogue).of(kind).values())


@pytest.mark.parametrize("kind", PARAMETERS)
def test_every_parameter_of_the_standard_is_in_the_table(kind: str) -> None:
    used = {parameter.name for parameter in PARAMETERS[kind]}
    assert not used & refused(kind)
    assert used | refused(kind) == {*STANDARD[kind].split(), *OF_ANY_TYPE.split()}


@pytest.mark.parametrize(("kind", "parameter"), USED, ids=lambda each: getattr(each, "name", each))
def test_a_used_parameter_finds_who_has_the_value_and_nobody_else(
    starter: Service, kind: str, parameter: SearchParameter
) -> None:
    name = parameter.name
    of_kind = held(starter, kind)
    one = next((each for each in of_kind if each.values[name]), None)
    if one is None:
        assert (name, kind in ("CodeSystem", "SpecimenDefinition")) == ("identifier", False)
        return
    system, value = min(one.values[name])
    escaped = value.replace("|", "\\|").replace(",", "\\,")
    found = find(starter, kind, **{name: f"{system}|{escaped}" if system else escaped, "_summary": "count"})
    having = sum((system, value) in each.values[name] for each in of_kind)
    assert found["total"] == having or (found["total"] > having and parameter.kind in (Kind.STRING, Kind.DATE))
    nowhere = "1980-01-01" if parameter.kind is Kind.DATE else "urn:x-nulle-part"
    assert find(starter, kind, **{name: nowhere})["total"] == 0


@pytest.mark.parametrize(("kind", "name"), REFUSED)
def test_a_parameter_that_is_not_handled_is_refused(starter: Service, kind: str, name: str) -> None:
    refusal = starter.client.get(f"/fhir/{kind}?{name}=x")
    assert (refusal.status_code, issues(refusal)) == (400, [("error", "not-supported")])
    assert refusal.json()["issue"][0]["expression"] == [name]


def test_a_date_about_a_day_is_refused_clearly(starter: Service) -> None:
    refusal = starter.client.get("/fhir/ValueSet?date=ap2026-01-01")
    assert (refusal.status_code, refusal.json()["issue"][0]["expression"]) == (400, ["date"])
    assert "eq, ne, gt, lt, ge, le, sa, eb" in refusal.json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("name", IGNORED)
def test_a_parameter_without_effect_is_told(starter: Service, name: str) -> None:
    bundle = find(starter, "ConceptMap", **{name: "true"})
    outcome = bundle["entry"][-1]
    assert outcome["search"]["mode"] == "outcome"
    assert outcome["resource"]["issue"][0]["diagnostics"] == IGNORED[name]
    assert bundle["total"] == len(bundle["entry"]) - 1


def test_an_unknown_parameter_is_told_and_left_out_of_the_links(starter: Service) -> None:
    bundle = find(starter, "ConceptMap", bogus="1", title="Actes")
    assert "bogus" not in (link(bundle, "self") or "")
    assert "title=Actes" in (link(bundle, "self") or "")
    told = bundle["entry"][-1]["resource"]["issue"][0]
    assert (told["severity"], told["code"], told["expression"]) == ("warning", "not-supported", ["bogus"])
    assert "bogus" in told["details"]["text"]


def test_an_unknown_parameter_is_refused_to_who_asks_for_strictness(starter: Service) -> None:
    strict = {"Prefer": "return=minimal; handling=strict"}
    refusal = starter.client.get("/fhir/ConceptMap?bogus=1", headers=strict)
    assert (refusal.status_code, refusal.json()["issue"][0]["expression"]) == (400, ["bogus"])
    assert starter.client.get("/fhir/ConceptMap?status=active", headers=strict).status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("_count=-1", "bad-parameter"),
        ("_count=201", "bad-parameter"),
        ("_count=dix", "bad-parameter"),
        ("_count=5&_count=6", "bad-parameter"),
        ("_offset=10001", "bad-parameter"),
        ("_sort=compose", "bad-parameter"),
        ("_summary=peut-etre", "bad-parameter"),
        ("_total=beaucoup", "bad-parameter"),
        ("_elements=nimporte", "bad-parameter"),
        ("_elements=", "bad-parameter"),
        ("status=", "bad-parameter"),
        ("date=hier", "bad-parameter"),
        ("date=2025-13", "bad-parameter"),
        ("date=ap2025", "bad-parameter"),
        ("title:below=x", "not-supported"),
        ("status:not=active", "not-supported"),
        ("title=" + "x" * 1001, "too-long"),
        ("title=%ff", "bad-parameter"),
    ],
)
def test_a_bad_value_is_refused_in_french_with_its_place(starter: Service, query: str, code: str) -> None:
    refusal = starter.client.get(f"/fhir/ValueSet?{query}")
    assert (refusal.status_code, issues(refusal)) == (400, [("error", code)])
    (issue,) = refusal.json()["issue"]
    assert issue["details"]["text"].endswith(".")
    assert issue.get("expression", [query.partition("=")[0]]) == [query.partition("=")[0].partition(":")[0]] or (
        issue["expression"] == [query.partition("=")[0]]
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"title": "examens de la liste"}, {"demandes-liste-restreinte"}),
        ({"title": "EXAMENS DE LA LISTE"}, {"demandes-liste-restreinte"}),
        ({"title:contains": "specimen"}, set()),
        ({"title:contains": "PRELEVEMENT"}, {"prelevements"}),
        ({"title:exact": "natures de prélèvement (SPM-4)"}, set()),
        ({"title:exact": "Natures de prélèvement (SPM-4)"}, {"prelevements"}),
        ({"_id": "demandes,resultats"}, {"demandes", "resultats"}),
        ({"_id": "demandes", "status": "retired"}, set()),
        (
            {"code": "http://loinc.org|57022-6", "name": "Demandes", "title:contains": "chapitre"},
            {"demandes-chapitre-18723-7"},
        ),
        ({"code": "http://snomed.info/sct|"}, {"lateralites"}),
        ({"code": "|7771000"}, set()),
        ({"reference": "http://snomed.info/sct"}, {"lateralites"}),
        ({"url": "http://loinc.org/vs"}, {"loinc"}),
        ({"url": "https://smt.esante.gouv.fr/terminologie-nabm?vs|demarrage-1"}, {"nabm"}),
        ({"url": "http://loinc.org/vs|2.71"}, set()),
        ({"url": "http://loinc.org/vs|demarrage-1,urn:x-nulle-part"}, {"loinc"}),
        ({"date": "2026", "_id": "demandes"}, {"demandes"}),
        ({"date": "gt2026-11-21", "_id": "demandes"}, set()),
        ({"date": "ge2026-11-21", "_id": "demandes"}, {"demandes"}),
        ({"date": "lt2026-11-22", "_id": "demandes"}, {"demandes"}),
        ({"date": "ne2026-11-21", "_id": "demandes"}, set()),
        ({"date": "sa2026-11-20", "_id": "demandes"}, {"demandes"}),
        ({"date": "eb2026-11-22T00:00:00+01:00", "_id": "demandes"}, set()),
    ],
)
def test_values_match_as_r4_says(starter: Service, asked: dict[str, str], expected: set[str]) -> None:
    assert set(ids(find(starter, "ValueSet", **asked))) == expected


def test_pages_hold_everything_once_and_are_linked_both_ways(starter: Service) -> None:
    bundle = find(starter, "SpecimenDefinition", _count="50")
    seen, pages = ids(bundle), 1
    while following := link(bundle, "next"):
        assert following.startswith("http://127.0.0.1:8000/fhir/SpecimenDefinition?")
        bundle = starter.client.get(_path(following)).json()
        assert link(bundle, "previous")
        seen += ids(bundle)
        pages += 1
    assert len(seen) == len(set(seen)) == bundle["total"]
    assert pages == -(-bundle["total"] // 50)
    assert _path(link(bundle, "last") or "") == _path(link(bundle, "self") or "")
    assert ids(starter.client.get(_path(link(bundle, "first") or "")).json()) == seen[:50]


def test_a_page_never_mixes_two_releases(official: Service) -> None:
    serve(official, "2025-03")
    first = find(official, "ValueSet", _count="1")
    serve(official, "2025-09")
    after = official.client.get(_path(link(first, "next") or "")).json()
    assert [e["resource"]["version"] for e in after["entry"]] == ["2025-03"]
    assert dict(parse_qsl(urlsplit(link(after, "self") or "").query))["release"] == "2025-03"
    again = find(official, "ValueSet", _count="1")
    assert [e["resource"]["version"] for e in again["entry"]] == ["2025-09"]


def test_a_version_names_a_release(official: Service) -> None:
    for asked in ({"version": "2025-03"}, {"release": "2025-03"}, {"url": f"{BASE}/ValueSet/demandes|2025-03"}):
        found = find(official, "ValueSet", **asked, _id="demandes")
        assert [e["resource"]["version"] for e in found["entry"]] == ["2025-03"]
    bare = find(official, "ValueSet", url=f"{BASE}/ValueSet/demandes")
    assert [e["resource"]["version"] for e in bare["entry"]] == ["2025-09"]


def test_sorting_goes_both_ways(starter: Service) -> None:
    up = ids(find(starter, "ValueSet", _sort="title"))
    assert up != ids(find(starter, "ValueSet"))
    assert ids(find(starter, "ValueSet", _sort="-title")) == up[::-1]
    assert len(set(ids(find(starter, "ValueSet", _sort="status,-_id")))) == len(up)


def test_a_search_by_post_is_the_same_search(starter: Service) -> None:
    form = starter.client.post("/fhir/ValueSet/_search?_count=1", data={"title": "examens"})
    assert form.status_code == 200
    assert form.json() == find(starter, "ValueSet", _count="1", title="examens")
    assert starter.client.post("/fhir/ValueSet/_search", json={"title": "x"}).status_code == 415


def test_a_count_gives_no_resource(starter: Service) -> None:
    for asked in ({"_summary": "count"}, {"_count": "0"}):
        bundle = find(starter, "ActivityDefinition", **asked)
        assert bundle["total"] > 300
        assert "entry" not in bundle


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ({"_summary": "true"}, {"url", "status", "content", "count", "property"}, {"concept", "copyright"}),
        ({"_summary": "text"}, {"id", "meta", "status", "content"}, {"concept", "url", "title"}),
        ({"_elements": "title,copyright"}, {"title", "copyright", "status", "content"}, {"concept", "url"}),
        ({"_summary": "data"}, {"concept", "url", "title"}, set()),
        ({"_summary": "false"}, {"concept", "url", "title"}, set()),
    ],
)
def test_a_part_is_what_was_asked_and_says_it_is_a_part(
    starter: Service, asked: dict[str, str], there: set[str], not_there: set[str]
) -> None:
    searched = find(starter, "CodeSystem", _id="nabm", **asked)["entry"][0]["resource"]
    read = starter.client.get(f"/fhir/CodeSystem/nabm?{urlencode(asked)}").json()
    assert read == searched
    assert there <= set(searched)
    assert not not_there & set(searched)
    tags = [tag["code"] for tag in searched["meta"].get("tag", [])]
    assert tags == (["SUBSETTED"] if not_there else [])


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"

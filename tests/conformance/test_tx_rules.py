"""The rules of HL7's terminology tests that hold for a server of fixed content, on our own content.

`docs/conformance.md` goes through the suites of those tests one by one, and says what does not apply here and why.
"""

from collections.abc import Callable, Iterator

import pytest

from api.operations import expand
from tests.api.operations.asking import BASE, LOINC, NABM, WAITING, Given, codes, get, outcome, parts, post, values
from tests.api.operations.releases import NEWER, OLDER, activate
from tests.api.service import Json, Service

REQUESTS = f"{BASE}/ValueSet/demandes"
NOWHERE = "http://nulle-part.example/systeme"
NFS, RETIRED, UNKNOWN = "57022-6", "2842-3", "10000-8"
ONLY_A_RESULT = "2093-3"
Way = Callable[[str, str, str], Given]
ISSUE_TYPES = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A release that retired a code, and the older one that still has it."""
    data = tmp_path_factory.mktemp("tx")
    activate(data, OLDER, NEWER)
    with Service(data) as running:
        yield running


def expansion(service: Service, value_set: str = "loinc", **given: object) -> Json:
    """The expansion of a value set, by its id."""
    answer = get(service, f"ValueSet/{value_set}/$expand", given)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["expansion"]
    return found


def echo(found: Json) -> dict[str, list[object]]:
    """The parameters of an expansion, by name."""
    told: dict[str, list[object]] = {}
    for one in found["parameter"]:
        told.setdefault(one["name"], []).append(next(value for key, value in one.items() if key != "name"))
    return told


def issues(told: Json) -> list[tuple[str, str, str, list[str]]]:
    """Severity, issue type, HL7's type and expression of each issue of a validation; all have a text."""
    found = []
    for issue in told["issues"]["issue"]:
        (coding,) = issue["details"]["coding"]
        assert coding["system"] == ISSUE_TYPES
        assert issue["details"]["text"]
        found.append((issue["severity"], issue["code"], coding["code"], issue["expression"]))
    return found


# One code given in each of the ways there are; each with where its issues start.
def _code(system: str, code: str, display: str) -> Given:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def _coding(system: str, code: str, display: str) -> Given:
    return {"coding": _code(system, code, display)}


def _concept(system: str, code: str, display: str) -> Given:
    return {"codeableConcept": {"coding": [_code(system, code, display)]}}


every_way = pytest.mark.parametrize(
    ("way", "place"),
    [
        pytest.param(_code, "", id="code"),
        pytest.param(_coding, "Coding.", id="coding"),
        pytest.param(_concept, "CodeableConcept.coding[0].", id="codeableConcept"),
    ],
)


# Suite `metadata`.
def test_the_capability_statement_has_what_a_client_starts_from(service: Service) -> None:
    said = get(service, "metadata").json()
    assert said.keys() >= {"url", "version", "name", "title", "date", "software", "implementation"}
    assert (said["status"], said["kind"], said["fhirVersion"]) == ("active", "instance", "4.0.1")
    assert said["software"].keys() >= {"name", "version"}
    assert "application/fhir+json" in said["format"]
    (rest,) = said["rest"]
    types = {one["type"]: one for one in rest["resource"]}
    operations = {kind: {one["name"] for one in types[kind]["operation"]} for kind in ("CodeSystem", "ValueSet")}
    assert operations["CodeSystem"] >= {"lookup", "validate-code"}
    assert operations["ValueSet"] >= {"expand", "validate-code"}
    assert {one["code"] for one in types["ValueSet"]["interaction"]} >= {"read", "search-type"}


def test_the_terminology_capabilities_name_the_parameters_of_expand(service: Service) -> None:
    said = get(service, "metadata", {"mode": "terminology"}).json()
    assert said.keys() >= {"url", "version", "name", "title", "status", "date"}
    # Of those that HL7 asks for, `tx-resource` alone is not there: content is fixed.
    asked = (
        "activeOnly check-system-version count displayLanguage excludeNested force-system-version "
        "includeDefinition includeDesignations offset property system-version"
    )
    assert {one["name"] for one in said["expansion"]["parameter"]} >= set(asked.split())


def test_every_code_system_is_told_with_its_versions_and_can_be_found(service: Service) -> None:
    said = get(service, "metadata", {"mode": "terminology"}).json()["codeSystem"]
    told = {(one["uri"], one["version"][0]["code"]) for one in said}
    entries = get(service, "CodeSystem", {"_summary": "true", "_count": 200}).json()["entry"]
    assert {(one["resource"]["url"], one["resource"]["version"]) for one in entries} == told
    assert (LOINC, NEWER.loinc_version) in told


def test_a_value_set_is_found_by_url_and_version(service: Service) -> None:
    for version in (NEWER.name, OLDER.name):
        (entry,) = get(service, "ValueSet", {"url": REQUESTS, "version": version}).json()["entry"]
        assert entry["resource"]["version"] == version


# Suites `simple-cases` and `search`.
def test_all_of_a_code_system_is_expanded(service: Service) -> None:
    held = get(service, "CodeSystem/loinc").json()
    found = expansion(service)
    assert {one["code"] for one in found["contains"]} == {one["code"] for one in held["concept"]}
    assert found["total"] == len(found["contains"]) == held["count"]
    assert found["identifier"].startswith("urn:uuid:")


def test_a_count_of_nothing_gives_the_total(service: Service) -> None:
    found = expansion(service, count=0)
    assert found["total"] == expansion(service)["total"] > 0
    assert "contains" not in found


def test_a_code_is_looked_up(service: Service) -> None:
    told = get(service, "CodeSystem/$lookup", {"system": LOINC, "code": NFS})
    assert values(told) == {
        "name": "LOINC",
        "version": NEWER.loinc_version,
        "display": "Numération formule sanguine",
    }
    assert {one["code"] for one in parts(told, "property")} >= {"status", "inactive"}


@pytest.mark.parametrize("value_set", ["demandes", "loinc"])
def test_a_text_finds_or_finds_nothing(service: Service, value_set: str) -> None:
    assert NFS in {one["code"] for one in expansion(service, value_set, filter="numération")["contains"]}
    nothing = expansion(service, value_set, filter="zzzz")
    assert nothing["total"] == 0
    assert "contains" not in nothing


# Suites `parameters`, `language`, `inactive` and `fragment`: what an expansion is asked, and says back.
def test_every_parameter_is_told_back_those_that_were_not_given_included(service: Service) -> None:
    told = echo(expansion(service))
    assert told["excludeNested"] == [True]
    assert told["displayLanguage"] == ["fr"]
    assert told.keys() >= {"activeOnly", "includeDesignations", "offset"}
    asked = {"count": 2, "offset": 1, "activeOnly": True, "includeDesignations": False, "property": "status"}
    told = echo(expansion(service, **asked))
    assert {name: told[name] for name in asked} == {name: [value] for name, value in asked.items()}


def test_the_versions_that_were_used_are_told(service: Service) -> None:
    told = echo(expansion(service, "demandes"))
    assert told["version"] == [f"{REQUESTS}|{NEWER.name}"]
    assert set(told["used-codesystem"]) == {f"{LOINC}|{NEWER.loinc_version}", f"{WAITING}|{NEWER.name}"}


def test_a_retired_code_is_inactive_with_its_status_and_can_be_left_out(service: Service) -> None:
    found = {one["code"]: one for one in expansion(service, activeOnly=False, property="status")["contains"]}
    assert found[RETIRED]["inactive"] is True
    (told,) = found[RETIRED]["extension"]
    assert [list(one.values())[1] for one in told["extension"]] == ["status", "retired"]
    assert "inactive" not in found[NFS]
    assert RETIRED not in {one["code"] for one in expansion(service, activeOnly=True)["contains"]}


def test_designations_and_the_definition_come_on_request(service: Service) -> None:
    with_them, without = (expansion(service, includeDesignations=yes)["contains"] for yes in (True, False))
    assert any("designation" in one for one in with_them)
    assert not any("designation" in one for one in without)
    whole = get(service, "ValueSet/demandes/$expand", {"includeDefinition": True}).json()
    assert whole["compose"]["include"]
    assert "compose" not in get(service, "ValueSet/demandes/$expand").json()


def test_designations_are_chosen_by_language(service: Service) -> None:
    french, german = (expansion(service, designation=tag)["contains"] for tag in ("fr", "de"))
    assert any("designation" in one for one in french)
    assert not any("designation" in one for one in german)


def test_a_language_that_is_not_held_is_refused_where_it_matters(service: Service) -> None:
    for path, given in (
        ("ValueSet/demandes/$expand", {}),
        ("ValueSet/demandes/$validate-code", _code(LOINC, NFS, "Blutbild")),
    ):
        assert outcome(get(service, path, {**given, "displayLanguage": "de"})) == (
            400,
            "value",
            ["displayLanguage"],
        )


def test_the_language_of_the_header_falls_back_on_what_is_held(service: Service) -> None:
    answer = service.client.get("/fhir/ValueSet/demandes/$expand", headers={"Accept-Language": "de"})
    assert echo(answer.json()["expansion"])["displayLanguage"] == ["fr"]
    assert "Accept-Language" in answer.headers["vary"]


def test_all_codes_of_a_fragment_are_not_all_there_are(service: Service) -> None:
    unclosed = {"url": "http://hl7.org/fhir/StructureDefinition/valueset-unclosed", "valueBoolean": True}
    for value_set in ("loinc", "nabm"):
        assert expansion(service, value_set, count=1)["extension"] == [unclosed]
    assert "extension" not in expansion(service, "demandes", count=1)


@pytest.mark.parametrize("path", ["ValueSet/$expand", "ValueSet/$validate-code", "CodeSystem/$lookup"])
@pytest.mark.parametrize("name", ["useSupplement", "tx-resource"])
def test_a_supplement_is_refused_and_never_passed_over(service: Service, path: str, name: str) -> None:
    given = {"system": LOINC, "code": NFS, name: f"{NOWHERE}/supplement"}
    given |= {"url": REQUESTS} if path.startswith("ValueSet") else {}
    assert get(service, path, given).status_code == 400


# Suites `version` and `default-valueset-version`: as far as versions are those that are held.
@pytest.mark.parametrize("name", ["system-version", "check-system-version", "force-system-version"])
def test_the_version_of_a_system_chooses_what_is_expanded(service: Service, name: str) -> None:
    older = expansion(service, "demandes", **{name: f"{LOINC}|{OLDER.loinc_version}"})
    assert RETIRED in {one["code"] for one in older["contains"]}
    assert f"{LOINC}|{OLDER.loinc_version}" in echo(older)["used-codesystem"]
    refused = get(service, "ValueSet/demandes/$expand", {name: f"{LOINC}|0.1"})
    assert outcome(refused)[:2] == (404, "not-found")


@pytest.mark.parametrize(
    "given", [{"url": f"{REQUESTS}|{OLDER.name}"}, {"url": REQUESTS, "valueSetVersion": OLDER.name}]
)
def test_the_version_of_a_value_set_chooses_it(service: Service, given: Given) -> None:
    assert RETIRED in codes(get(service, "ValueSet/$expand", given))
    assert values(get(service, "ValueSet/$validate-code", {**given, "system": LOINC, "code": RETIRED}))["result"]


def test_a_version_that_is_not_held_is_refused_with_those_that_are(service: Service) -> None:
    refused = get(service, "ValueSet/$expand", {"url": f"{REQUESTS}|0.1"})
    assert outcome(refused)[:2] == (404, "not-found")
    assert OLDER.name in refused.json()["issue"][0]["details"]["text"]


def test_the_version_that_answered_is_told(service: Service) -> None:
    coding = {"system": LOINC, "code": NFS, "version": OLDER.loinc_version}
    told = values(post(service, "ValueSet/$validate-code", {"url": REQUESTS, "coding": coding}))
    assert (told["result"], told["version"]) == (True, OLDER.loinc_version)


# Suites `validation`, `permutations`, `errors`, `inactive` and `case`, for each way to give a code.
def asked(service: Service, given: Given, value_set: str = REQUESTS) -> Json:
    """What is said of a code in a value set."""
    return values(post(service, "ValueSet/$validate-code", {"url": value_set, **given}))


@every_way
def test_a_good_code_is_told_back_with_its_label_and_version(service: Service, way: Way, place: str) -> None:
    for display in ("", "NFS"):
        assert asked(service, way(LOINC, NFS, display)) == {
            "result": True,
            "display": "Numération formule sanguine",
            "code": NFS,
            "system": LOINC,
            "version": NEWER.loinc_version,
        }


@every_way
def test_an_unknown_code_is_not_valid(service: Service, way: Way, place: str) -> None:
    told = asked(service, way(LOINC, UNKNOWN, ""))
    assert (told["result"], told["code"], told["system"]) == (False, UNKNOWN, LOINC)
    assert issues(told) == [("error", "code-invalid", "invalid-code", [f"{place}code"])]
    assert "dont seule une partie est tenue" in told["message"]


@every_way
def test_a_code_of_its_system_may_be_in_no_value_set(service: Service, way: Way, place: str) -> None:
    told = asked(service, way(LOINC, ONLY_A_RESULT, ""))
    assert told["result"] is False
    assert issues(told) == [("error", "code-invalid", "not-in-vs", [f"{place}code"])]
    assert told["display"].startswith("Cholestérol")


@every_way
def test_a_wrong_label_is_told_from_a_wrong_code(service: Service, way: Way, place: str) -> None:
    told = asked(service, way(LOINC, NFS, "Sodium"))
    assert (told["result"], told["display"]) == (False, "Numération formule sanguine")
    assert issues(told) == [("error", "invalid", "invalid-display", [f"{place}display"])]


@every_way
def test_an_unknown_system_is_named(service: Service, way: Way, place: str) -> None:
    told = asked(service, way(NOWHERE, NFS, ""))
    assert (told["result"], told["x-caused-by-unknown-system"]) == (False, NOWHERE)
    assert issues(told) == [("error", "not-found", "not-found", [f"{place}system"])]


@every_way
def test_an_unknown_value_set_is_an_error_and_not_an_answer(service: Service, way: Way, place: str) -> None:
    refused = post(service, "ValueSet/$validate-code", {"url": f"{REQUESTS}-x", **way(LOINC, NFS, "")})
    assert outcome(refused)[:2] == (404, "not-found")


@every_way
def test_a_retired_code_is_valid_where_it_is_allowed(service: Service, way: Way, place: str) -> None:
    told = asked(service, way(LOINC, RETIRED, ""), f"{LOINC}/vs")
    assert (told["result"], told["inactive"]) == (True, True)
    assert issues(told) == [("warning", "business-rule", "code-comment", [f"{place}code"])]
    told = asked(service, way(LOINC, RETIRED, ""))
    assert (told["result"], told["inactive"]) == (False, True)
    assert issues(told) == [("error", "business-rule", "code-rule", [f"{place}code"])]


@every_way
@pytest.mark.parametrize(("system", "code"), [(LOINC, "a  b"), (LOINC, "a\tb"), (f"{LOINC} x", NFS)])
def test_what_is_no_code_or_uri_of_fhir_is_refused_and_not_told_back(
    service: Service, way: Way, place: str, system: str, code: str
) -> None:
    refused = post(service, "ValueSet/$validate-code", {"url": REQUESTS, **way(system, code, "")})
    assert outcome(refused)[:2] == (400, "value")


@every_way
def test_the_case_of_a_code_counts(service: Service, way: Way, place: str) -> None:
    assert asked(service, way(WAITING, "ATT-001", ""))["result"] is True
    assert asked(service, way(WAITING, "att-001", ""))["result"] is False


# Suites `validation` (`cs-`), `fragment` and `extensions`: a code in its system.
def test_a_code_is_good_or_bad(service: Service) -> None:
    good = values(get(service, "CodeSystem/$validate-code", {"url": LOINC, "code": NFS}))
    assert (good["result"], good["code"], good["system"]) == (True, NFS, LOINC)
    bad = values(get(service, "CodeSystem/$validate-code", {"url": LOINC, "code": UNKNOWN}))
    assert bad["result"] is False
    assert issues(bad) == [("error", "code-invalid", "invalid-code", ["code"])]


def test_the_other_codings_of_a_good_concept_are_remarks(service: Service) -> None:
    concept = {"coding": [{"system": LOINC, "code": UNKNOWN}, {"system": LOINC, "code": NFS}]}
    told = values(post(service, "CodeSystem/$validate-code", {"url": LOINC, "codeableConcept": concept}))
    assert (told["result"], told["code"]) == (True, NFS)
    assert issues(told) == [("information", "code-invalid", "invalid-code", ["CodeableConcept.coding[0].code"])]


# Suite `big`.
def test_too_much_is_refused_unless_it_is_asked_by_pages(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    every = [one["code"] for one in expansion(service)["contains"]]
    monkeypatch.setattr(expand, "MOST", len(every) - 1)
    assert outcome(get(service, "ValueSet/loinc/$expand"))[:2] == (422, "too-costly")
    pages = [expansion(service, count=2, offset=offset) for offset in range(0, len(every), 2)]
    assert [one["code"] for page in pages for one in page["contains"]] == every
    assert {page["total"] for page in pages} == {len(every)}
    assert [page["offset"] for page in pages] == list(range(0, len(every), 2))


# Suite `translate`, with the parameters of R4.
def test_a_code_is_translated_both_ways(service: Service) -> None:
    for url, system, code, reverse, other in (
        ("loinc-nabm", LOINC, NFS, False, "1104"),
        ("loinc-nabm", NABM, "1104", True, NFS),
    ):
        given = {"url": f"{BASE}/ConceptMap/{url}", "system": system, "code": code, "reverse": reverse}
        (match,) = parts(get(service, "ConceptMap/$translate", given), "match")
        assert (match["equivalence"], match["concept"]["code"]) == ("relatedto", other)
        assert match["source"] == f"{BASE}/ConceptMap/{url}|{NEWER.name}"


# Suite `batch`, as a Bundle: R4 has no operation for it.
def test_each_validation_is_answered_on_its_own(service: Service) -> None:
    asked = [f"system={LOINC}&code={NFS}", f"system={LOINC}&code={NFS}&display=xx", f"code={NFS}"]
    urls = [f"ValueSet/demandes/$validate-code?{one}" for one in asked]
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    answer = service.post("/fhir", {"resourceType": "Bundle", "type": "batch", "entry": entries})
    statuses = [one["response"]["status"].split()[0] for one in answer.json()["entry"]]
    results = [one["resource"]["parameter"][0]["valueBoolean"] for one in answer.json()["entry"][:2]]
    assert (statuses, results) == (["200", "200", "400"], [True, False])

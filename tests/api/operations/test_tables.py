"""Every parameter of the standard, in every operation: used, ignored for a reason or refused; never lost in silence."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from api.operations.registry import OPERATIONS
from api.operations.table import Operation, Parameter, Use
from tests.api.operations.asking import BASE, LOINC, NABM, Given, get, outcome, post
from tests.api.operations.releases import OLDER
from tests.api.service import Json, Service

# FHIR R4, the OperationDefinitions of CodeSystem, ValueSet and ConceptMap: parameters of use `in`.
STANDARD = {
    "CodeSystem-lookup": "code system version coding date displayLanguage property",
    "CodeSystem-validate-code": "url codeSystem code version display coding codeableConcept date abstract "
    "displayLanguage",
    "CodeSystem-subsumes": "codeA codeB system version codingA codingB",
    "ValueSet-expand": "url valueSet valueSetVersion context contextDirection filter date offset count "
    "includeDesignations designation includeDefinition activeOnly excludeNested excludeNotForUI "
    "excludePostCoordinated displayLanguage exclude-system system-version check-system-version force-system-version",
    "ValueSet-validate-code": "url context valueSet valueSetVersion code system systemVersion display coding "
    "codeableConcept date abstract displayLanguage",
    "ConceptMap-translate": "url conceptMap conceptMapVersion code system version source coding codeableConcept target "
    "targetsystem dependency reverse",
}
# Of FHIR R5, and of terminology.md §5.3.
MORE = {"ValueSet-expand": {"property"}, "ValueSet-validate-code": {"version"}}
CHOLESTEROL = {"system": LOINC, "code": "14647-2"}
REQUESTS = {"url": f"{BASE}/ValueSet/demandes"}
UNITS = {"url": f"{BASE}/ConceptMap/unites-si-conventionnel", **CHOLESTEROL}
OLD = OLDER.name


@dataclass(frozen=True)
class Example:
    """A call, and what is changed in it to show that a parameter counts."""

    call: Given
    change: Given
    without: tuple[str, ...] = field(default=())

    @property
    def changed(self) -> Json:
        return {name: value for name, value in {**self.call, **self.change}.items() if name not in self.without}


def _changed(call: Given, without: tuple[str, ...] = (), **change: Any) -> Example:
    return Example(call, {name.replace("_", "-"): value for name, value in change.items()}, without)


USED: dict[str, dict[str, Example]] = {
    "CodeSystem-lookup": {
        "code": _changed(CHOLESTEROL, code="57022-6"),
        "system": _changed(CHOLESTEROL, system=f"{BASE}/CodeSystem/codes-attente"),
        "version": _changed(CHOLESTEROL, version=OLD),
        "coding": _changed(CHOLESTEROL, ("system", "code"), coding={"system": LOINC, "code": "57022-6"}),
        "date": _changed(CHOLESTEROL, date="2020-01-01"),
        "displayLanguage": _changed(CHOLESTEROL, displayLanguage="de"),
        "property": _changed(CHOLESTEROL, property=["nabm", "chapitre"]),
    },
    "CodeSystem-validate-code": {
        "url": _changed({"url": LOINC, "code": "14647-2"}, url=NABM),
        "code": _changed({"url": LOINC, "code": "14647-2"}, code="57022-6"),
        "version": _changed({"url": LOINC, "code": "2093-3"}, version=OLD),
        "display": _changed({"url": LOINC, "code": "14647-2"}, display="Sodium"),
        "coding": _changed({"url": LOINC, "code": "14647-2"}, ("code",), coding={"system": NABM, "code": "0580"}),
        "codeableConcept": _changed(
            {"url": LOINC, "code": "57022-6"}, ("code",), codeableConcept={"coding": [CHOLESTEROL]}
        ),
        "date": _changed({"url": LOINC, "code": "14647-2"}, date="2020-01-01"),
        "displayLanguage": _changed({"url": LOINC, "code": "14647-2"}, displayLanguage="de"),
    },
    "CodeSystem-subsumes": {
        "codeA": _changed({"system": LOINC, "codeA": "14647-2", "codeB": "14647-2"}, codeA="57022-6"),
        "codeB": _changed({"system": LOINC, "codeA": "14647-2", "codeB": "14647-2"}, codeB="57022-6"),
        "system": _changed({"system": LOINC, "codeA": "14647-2", "codeB": "14647-2"}, system=NABM),
        "version": _changed({"system": LOINC, "codeA": "14647-2", "codeB": "14647-2"}, version="9.99"),
        "codingA": _changed(
            {"system": LOINC, "codeA": "14647-2", "codeB": "14647-2"},
            ("codeA",),
            codingA={"system": LOINC, "code": "57022-6"},
        ),
        "codingB": _changed(
            {"system": LOINC, "codeA": "14647-2", "codeB": "14647-2"},
            ("codeB",),
            codingB={"system": LOINC, "code": "57022-6"},
        ),
    },
    "ValueSet-expand": {
        "url": _changed(REQUESTS, url=f"{BASE}/ValueSet/resultats"),
        "valueSetVersion": _changed(REQUESTS, valueSetVersion=OLD),
        "filter": _changed(REQUESTS, filter="nfs"),
        "date": _changed(REQUESTS, date="2020-01-01"),
        "offset": _changed(REQUESTS, offset=1),
        "count": _changed(REQUESTS, count=1),
        "includeDesignations": _changed(REQUESTS, includeDesignations=False),
        "designation": _changed(REQUESTS, designation=[f"{BASE}/CodeSystem/type-designation|usage-local"]),
        "includeDefinition": _changed(REQUESTS, includeDefinition=True),
        "activeOnly": _changed(REQUESTS, activeOnly=False),
        "displayLanguage": _changed(REQUESTS, displayLanguage="de"),
        "exclude-system": _changed(REQUESTS, exclude_system=[LOINC]),
        "system-version": _changed(REQUESTS, system_version=[f"{LOINC}|{OLDER.loinc_version}"]),
        "check-system-version": _changed(REQUESTS, check_system_version=[f"{LOINC}|9.99"]),
        "force-system-version": _changed(REQUESTS, force_system_version=[f"{LOINC}|{OLDER.loinc_version}"]),
        "property": _changed(REQUESTS, property=["nabm"]),
    },
    "ValueSet-validate-code": {
        "url": _changed({**REQUESTS, **CHOLESTEROL, "code": "57022-6"}, url=f"{BASE}/ValueSet/resultats"),
        "valueSetVersion": _changed({**REQUESTS, **CHOLESTEROL, "code": "2842-3"}, valueSetVersion=OLD),
        "code": _changed({**REQUESTS, **CHOLESTEROL}, code="2093-3"),
        "system": _changed({**REQUESTS, **CHOLESTEROL}, system=NABM),
        "systemVersion": _changed({**REQUESTS, **CHOLESTEROL}, systemVersion="9.99"),
        "version": _changed({**REQUESTS, **CHOLESTEROL, "code": "2842-3"}, version=OLDER.loinc_version),
        "display": _changed({**REQUESTS, **CHOLESTEROL}, display="Sodium"),
        "coding": _changed({**REQUESTS, **CHOLESTEROL}, ("code", "system"), coding={"system": LOINC, "code": "2093-3"}),
        "codeableConcept": _changed(
            {**REQUESTS, **CHOLESTEROL, "code": "2093-3"}, ("code", "system"), codeableConcept={"coding": [CHOLESTEROL]}
        ),
        "date": _changed({**REQUESTS, **CHOLESTEROL}, date="2020-01-01"),
        "displayLanguage": _changed({**REQUESTS, **CHOLESTEROL}, displayLanguage="de"),
    },
    "ConceptMap-translate": {
        "url": _changed(UNITS, url=f"{BASE}/ConceptMap/loinc-nabm"),
        "conceptMapVersion": _changed(UNITS, conceptMapVersion=OLD),
        "code": _changed(UNITS, code="2093-3"),
        "system": _changed(UNITS, system=NABM),
        "version": _changed(UNITS, version=OLDER.loinc_version),
        "source": _changed(UNITS, source=NABM),
        "coding": _changed(UNITS, ("code", "system"), coding={"system": LOINC, "code": "2093-3"}),
        "codeableConcept": _changed(
            UNITS, ("code", "system"), codeableConcept={"coding": [{**CHOLESTEROL, "code": "2093-3"}]}
        ),
        "target": _changed(UNITS, target=NABM),
        "targetsystem": _changed(UNITS, targetsystem=NABM),
        "reverse": _changed({**UNITS, "url": f"{BASE}/ConceptMap/loinc-nabm"}, reverse=True),
    },
}
NAMES = [f"{operation.resource}-{operation.name}" for operation in OPERATIONS]
WALK = [(operation, parameter) for operation in OPERATIONS for parameter in operation.parameters]


def _of(use: Use) -> list[Any]:
    return [
        pytest.param(operation, parameter, id=f"{operation.resource}-{operation.name}-{parameter.name}")
        for operation, parameter in WALK
        if parameter.use is use
    ]


def _name(operation: Operation) -> str:
    return f"{operation.resource}-{operation.name}"


def _path(operation: Operation) -> str:
    return f"{operation.resource}/${operation.name}"


def _told(service: Service, operation: Operation, given: Given) -> tuple[int, Json]:
    """The answer, without what is drawn or told by the clock."""
    answer = post(service, _path(operation), given)
    body: Json = answer.json()
    body.pop("id", None)
    for name in ("identifier", "timestamp"):
        body.get("expansion", {}).pop(name, None)
    return answer.status_code, body


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_the_table_holds_every_parameter_of_the_standard_and_no_other(operation: Operation) -> None:
    name = _name(operation)
    assert {p.name for p in operation.parameters} == set(STANDARD[name].split()) | MORE.get(name, set())
    assert operation.definition == f"http://hl7.org/fhir/OperationDefinition/{name}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_every_used_parameter_has_an_example_here(operation: Operation) -> None:
    assert set(USED[_name(operation)]) == set(operation.names(Use.USED))


@pytest.mark.parametrize(("operation", "parameter"), _of(Use.USED))
def test_a_used_parameter_changes_the_answer(official: Service, operation: Operation, parameter: Parameter) -> None:
    example = USED[_name(operation)][parameter.name]
    plain = _told(official, operation, example.call)
    assert plain[0] == 200
    assert _told(official, operation, example.changed) != plain


@pytest.mark.parametrize(("operation", "parameter"), _of(Use.IGNORED))
def test_an_ignored_parameter_has_a_reason_and_changes_nothing(
    official: Service, operation: Operation, parameter: Parameter
) -> None:
    assert parameter.reason
    call = next(iter(USED[_name(operation)].values())).call
    plain = _told(official, operation, call)
    assert plain[0] == 200
    for value in (True, False):
        assert _told(official, operation, {**call, parameter.name: value}) == plain
    refused = post(official, _path(operation), {**call, parameter.name: "oui"})
    assert outcome(refused)[:2] == (400, "invalid")


@pytest.mark.parametrize(("operation", "parameter"), _of(Use.REFUSED))
def test_a_refused_parameter_is_refused_by_its_name_with_the_reason(
    official: Service, operation: Operation, parameter: Parameter
) -> None:
    call = next(iter(USED[_name(operation)].values())).call
    by_get = get(official, _path(operation), {**call, parameter.name: "x"})
    assert outcome(by_get) == (400, "not-supported", [parameter.name])
    assert parameter.reason in by_get.json()["issue"][0]["details"]["text"]
    by_post = post(official, _path(operation), {parameter.name: "x", **call})
    assert outcome(by_post) == (400, "not-supported", ["Parameters.parameter[0]"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_an_unknown_parameter_is_refused(official: Service, operation: Operation) -> None:
    call = next(iter(USED[_name(operation)].values())).call
    assert outcome(get(official, _path(operation), {**call, "inconnu": "1"})) == (400, "invalid", ["inconnu"])
    refused = post(official, _path(operation), {"inconnu": "1", **call})
    assert outcome(refused) == (400, "invalid", ["Parameters.parameter[0].name"])


@pytest.mark.parametrize(("operation", "parameter"), _of(Use.USED))
def test_get_and_post_answer_the_same(official: Service, operation: Operation, parameter: Parameter) -> None:
    example = USED[_name(operation)][parameter.name]
    if any(isinstance(value, dict) for value in example.changed.values()):
        assert outcome(get(official, _path(operation), example.changed))[:2] == (400, "invalid")
        return
    asked, sent = (ask(official, _path(operation), example.changed) for ask in (get, post))
    assert (asked.status_code, asked.headers.get("etag")) == (sent.status_code, sent.headers.get("etag"))


# One page tells of both.
PAGES = {"CodeSystem-validate-code": "validate-code", "ValueSet-validate-code": "validate-code"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_every_parameter_stands_in_the_page_of_its_operation(operation: Operation) -> None:
    page = Path(__file__).parents[3] / "docs" / "api" / f"{PAGES.get(_name(operation), operation.name)}.md"
    text = page.read_text("utf-8")
    assert [p.name for p in operation.parameters if f"`{p.name}`" not in text] == []

"""`CodeSystem/$subsumes` (terminology.md §5.3)."""

import pytest

from api.operations.subsumes import relation
from api.terminology.concept import Concept
from api.terminology.properties import Property
from tests.api.operations.asking import LOINC, NABM, get, outcome, post, values
from tests.api.service import Service


@pytest.mark.parametrize(
    ("system", "first", "second", "expected"),
    [
        (LOINC, "2842-3", "2842-3", "equivalent"),
        (LOINC, "2842-3", "57022-6", "not-subsumed"),
        (NABM, "0343", "1104", "not-subsumed"),
    ],
)
def test_codes_are_equal_or_apart(starter: Service, system: str, first: str, second: str, expected: str) -> None:
    given = {"system": system, "codeA": first, "codeB": second}
    assert values(get(starter, "CodeSystem/$subsumes", given)) == {"outcome": expected}
    codings = {"codingA": {"system": system, "code": first}, "codingB": {"system": system, "code": second}}
    assert values(post(starter, "CodeSystem/$subsumes", codings)) == {"outcome": expected}


def test_codings_of_two_systems_are_refused(starter: Service) -> None:
    given = {"codingA": {"system": LOINC, "code": "2842-3"}, "codingB": {"system": NABM, "code": "0343"}}
    refused = outcome(post(starter, "CodeSystem/$subsumes", given))
    assert refused == (400, "value", ["Parameters.parameter[1].valueCoding"])


def test_a_hierarchy_is_followed_up_and_down_and_a_loop_of_it_ends() -> None:
    parents = {"05": "", "05-01": "05", "0343": "05-01", "1104": "06", "a": "b", "b": "a"}
    held = {
        code: Concept(NABM, code, "", properties=(Property("parent", parent),) if parent else ())
        for code, parent in parents.items()
    }

    def between(first: str, second: str) -> str:
        return relation(held[first], held[second], held.get)

    assert between("05", "0343") == "subsumes"
    assert between("0343", "05") == "subsumed-by"
    assert between("1104", "05") == "not-subsumed"
    assert between("a", "05") == "not-subsumed"

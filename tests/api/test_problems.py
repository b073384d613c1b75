"""One table turns the code of a finding into a status and an issue type; every row of interface.md §3 is in it."""

import pytest

from api.problems import PROBLEMS, is_listed, status_of
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, Unsupported
from kernel.findings import Finding, Severity

# FHIR R4 valueset-issue-type, required binding.
ISSUE_TYPES = frozenset(
    "invalid structure required value invariant security login unknown expired forbidden suppressed processing"
    " not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly"
    " business-rule conflict transient lock-error no-store exception timeout incomplete throttled informational".split()
)


@pytest.mark.parametrize(
    ("code", "status", "issue"),
    [
        ("invalid-bundle", 400, "structure"),
        ("bad-parameter", 400, "invalid"),
        ("missing-parameter", 400, "required"),
        ("malformed-loinc", 400, "value"),
        ("token", 401, "login"),
        ("author-not-caller", 403, "forbidden"),
        ("unknown-code", 404, "not-found"),
        ("in-flight", 409, "conflict"),
        ("version", 412, "conflict"),
        ("if-match-missing", 428, "required"),
        ("too-many-misses", 429, "throttled"),
        ("label-of-other-code", 422, "business-rule"),
    ],
)
def test_a_code_has_its_status_and_issue_type(code: str, status: int, issue: str) -> None:
    assert (PROBLEMS[code].status, PROBLEMS[code].issue) == (status, issue)
    assert status_of(Invalid.because(code, "…")) == status
    assert is_listed(code)


def test_every_issue_type_is_one_of_the_standard() -> None:
    assert {problem.issue for problem in PROBLEMS.values()} <= ISSUE_TYPES


def test_a_400_wins_over_a_422_and_warnings_do_not_count() -> None:
    rule = Finding(Severity.ERROR, "no-line", "…")
    structure = Finding(Severity.ERROR, "unsupported-element", "…")
    warning = Finding(Severity.WARNING, "bad-parameter", "…")
    assert status_of(Invalid([rule, structure])) == 400
    assert status_of(Invalid([warning, rule])) == 422


def test_a_code_nobody_listed_takes_the_status_of_its_category() -> None:
    categories = (Invalid, NotFound, Conflict, Forbidden, Unsupported, Unavailable)
    assert [status_of(category.because("new", "…")) for category in categories] == [400, 404, 409, 403, 400, 503]
    assert not is_listed("new")

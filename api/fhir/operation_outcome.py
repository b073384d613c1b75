"""OperationOutcome: findings as the answer of an operation, the same form for errors and warnings (interface.md §1)."""

from collections.abc import Callable, Iterable

from api.fhir.datatypes import epu_issue, present
from api.fhir.json import JsonObject
from api.fhir.places import Places
from api.problems import is_listed, issue_of
from api.request_id import request_id_given
from kernel.errors import CircuitbioError
from kernel.findings import Finding, Severity


def write_outcome(
    findings: Iterable[Finding],
    base: str,
    places: Places | None = None,
    error: CircuitbioError | None = None,
    key: Callable[[Finding], str] | None = None,
) -> JsonObject:
    """One issue a finding; `places` turns domain paths into FHIRPath. No finding at all is said as information.

    The outcome is named as the caller named the call (X-Request-Id), each issue by its `key` where there is one.
    """
    issues = [
        present({"id": key(finding) if key else None, **_write_issue(finding, base, places, error)})
        for finding in findings
    ]
    nothing: JsonObject = {
        "severity": Severity.INFORMATION.value,
        "code": "informational",
        "details": {"text": "Aucune anomalie."},
    }
    return present({"resourceType": "OperationOutcome", "id": request_id_given(), "issue": issues or [nothing]})


def write_error(error: CircuitbioError, base: str, places: Places | None = None) -> JsonObject:
    """The outcome of a refusal, with all its findings."""
    return write_outcome(error.findings, base, places, error)


def _write_issue(finding: Finding, base: str, places: Places | None, error: CircuitbioError | None) -> JsonObject:
    path = places.locate(finding.path) if places else finding.path
    coding = [epu_issue(base, finding.code)] if is_listed(finding.code) else []
    return present(
        {
            "severity": finding.severity.value,
            "code": issue_of(finding, error),
            "details": present({"coding": coding, "text": finding.message}),
            "diagnostics": finding.hint,
            "expression": [path] if path else [],
        }
    )

"""What is wrong with a code that was to be validated, in the words of HL7's terminology servers (`tx-issue-type`).

A validator tells by them a wrong label from a wrong code. Their expressions start at the code, Coding or
CodeableConcept that was given.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from kernel.findings import Severity

_TYPES = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault: its code in `tx-issue-type`, its FHIR issue type, the element at fault."""

    type: str
    issue: str
    element: str


UNKNOWN_SYSTEM = Fault("not-found", "not-found", "system")
UNKNOWN_CODE = Fault("invalid-code", "code-invalid", "code")
NOT_IN_VALUE_SET = Fault("not-in-vs", "code-invalid", "code")
WRONG_VERSION = Fault("vs-invalid", "invalid", "version")
WRONG_LABEL = Fault("invalid-display", "invalid", "display")
RETIRED = Fault("code-rule", "business-rule", "code")
RETIRED_YET_VALID = Fault("code-comment", "business-rule", "code")


@dataclass(frozen=True, slots=True)
class CodeIssue:
    """One fault of one code. `place` is where its Coding stood, empty for a bare code."""

    fault: Fault
    severity: Severity
    text: str
    place: str = ""


def write_code_issues(issues: Iterable[CodeIssue]) -> JsonObject | None:
    """The OperationOutcome; None when there is no issue."""
    written = [_write(issue) for issue in issues]
    return present({"resourceType": "OperationOutcome", "issue": written}) if written else None


def _write(issue: CodeIssue) -> JsonObject:
    element = issue.fault.element
    return {
        "severity": issue.severity.value,
        "code": issue.fault.issue,
        "details": {"coding": [{"system": _TYPES, "code": issue.fault.type}], "text": issue.text},
        "expression": [f"{issue.place}.{element}" if issue.place else element],
    }

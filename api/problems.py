"""One table from the code of a finding to an HTTP status and a FHIR issue code (interface.md §3, terminology.md §5.4).

A code the table does not hold takes the default of its error's category; rooms below know nothing of HTTP.
"""

from dataclasses import dataclass

from kernel.errors import CircuitbioError, Conflict, Forbidden, Invalid, NotFound, Unavailable, Unsupported
from kernel.findings import Finding, Severity, errors


@dataclass(frozen=True, slots=True)
class Problem:
    """HTTP status and FHIR R4 issue type; `listed` = the code is in our CodeSystem `epu-issue`."""

    status: int
    issue: str
    listed: bool = True


# HTTP status, FHIR issue type, codes of the CodeSystem `epu-issue`: the table of interface.md §3, then the documents.
_LISTED = (
    (400, "structure", "invalid-bundle unsupported-element bad-reference"),
    (400, "invalid", "bad-parameter"),
    (400, "required", "missing-parameter idempotency-key-missing"),
    (400, "value", "malformed-code malformed-loinc malformed-ins"),
    (401, "login", "token"),
    (403, "forbidden", "role not-owner author-not-caller"),
    (404, "not-found", "unknown-code"),
    (409, "conflict", "line-claimed line-closed code-used in-flight"),
    (412, "conflict", "version"),
    (428, "required", "if-match-missing"),
    (429, "throttled", "too-many-misses"),
    (422, "business-rule", "no-line no-author no-patient-name no-birth-date duplicate-line unknown-line recurrence"),
    (422, "business-rule", "too-long label-of-other-code not-signed not-anonymous"),
    (422, "business-rule", "identity-mismatch idempotency-reuse fictive-identity not-b1"),
    (403, "forbidden", "consult-not-allowed not-yourself site"),
    (404, "not-found", "unknown-document unknown-departure"),
    (409, "conflict", "order-cancelled order-replaced already-sent already-withdrawn not-to-send not-waiting"),
    (422, "business-rule", "no-code not-qualified delay recipient"),
    # Warnings refuse nothing; 422 is what they would be if someone raised one.
    (422, "required", "W-CLIN"),
    (422, "code-invalid", "W-CODE W-OLDCODE W-LABEL"),
    (422, "duplicate", "W-REDUND W-INCL"),
    (422, "value", "W-TARGET W-AUTHOR"),
    (422, "security", "W-TEXT-TRAIT"),
    (422, "business-rule", "W-INTERVAL W-CHANNEL W-PRECOND W-REP W-IDENT W-SPECIMEN W-SEX W-FLAGS"),
    (422, "informational", "W-HN W-BASKET"),
)
# terminology.md §5.4 and what the service says of itself: these travel without a code of ours.
_UNLISTED = (
    (400, "structure", "malformed-json wrong-resource"),
    (400, "required", "required reprint-incomplete"),
    (400, "value", "bad-value malformed-ins-datamatrix"),
    (400, "not-supported", "not-supported"),
    (400, "too-long", "filter-too-long"),
    (404, "not-found", "not-found unknown-release"),
    (405, "not-supported", "method-not-allowed"),
    (406, "not-supported", "not-acceptable"),
    (410, "deleted", "withdrawn"),
    (412, "conflict", "version-changed"),
    (413, "too-long", "body-too-large"),
    (415, "not-supported", "unsupported-media-type"),
    (422, "business-rule", "anonymous-order header-too-tall"),
    (422, "too-costly", "too-costly"),
    (429, "throttled", "throttled"),
    (500, "exception", "internal"),
    (501, "not-supported", "not-implemented"),
    (503, "transient", "starting unavailable database-busy index-incomplete"),
)
PROBLEMS = {
    code: Problem(status, issue, listed)
    for table, listed in ((_LISTED, True), (_UNLISTED, False))
    for status, issue, codes in table
    for code in codes.split()
}

_CATEGORIES: tuple[tuple[type[CircuitbioError], Problem], ...] = (
    (NotFound, Problem(404, "not-found", listed=False)),
    (Conflict, Problem(409, "conflict", listed=False)),
    (Forbidden, Problem(403, "forbidden", listed=False)),
    (Unsupported, Problem(400, "not-supported", listed=False)),
    (Unavailable, Problem(503, "transient", listed=False)),
    (Invalid, Problem(400, "invalid", listed=False)),
)
_UNKNOWN_BY_SEVERITY = {
    Severity.ERROR: "invalid",
    Severity.WARNING: "business-rule",
    Severity.INFORMATION: "informational",
}


def status_of(error: CircuitbioError) -> int:
    """HTTP status of an error: of many findings, a 400 wins, else the first one speaks."""
    statuses = [_problem(f.code, error).status for f in errors(error.findings) or error.findings]
    return 400 if 400 in statuses else statuses[0]


def issue_of(finding: Finding, error: CircuitbioError | None = None) -> str:
    """FHIR issue type of a finding; `error`, when it was raised, gives the category of a code outside the table."""
    if finding.code in PROBLEMS or error is not None:
        return _problem(finding.code, error).issue
    return _UNKNOWN_BY_SEVERITY[finding.severity]


def is_listed(code: str) -> bool:
    """Whether a code belongs to the CodeSystem `epu-issue`: those of the table, and every warning."""
    problem = PROBLEMS.get(code)
    return problem.listed if problem else code.startswith("W-")


def _problem(code: str, error: CircuitbioError | None) -> Problem:
    if code in PROBLEMS:
        return PROBLEMS[code]
    defaults = (problem for category, problem in _CATEGORIES if isinstance(error, category))
    return next(defaults, Problem(500, "exception", listed=False))

"""A finding: what a check has to say about one place of what was given.

The same form serves the order (`prescription/rules.py`), the catalogue of a laboratory (`lcsd/checks.py`) and
the readers: a severity, a stable code, a French sentence, what to do, and where.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """FHIR R4 issue severities used here; only ERROR refuses."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


_RANK = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `path` locates it in the form it came in (FHIRPath, HL7 v2 location, row); empty = the whole."""

    severity: Severity
    code: str
    message: str
    hint: str = ""
    path: str = ""

    def at(self, path: str) -> "Finding":
        """The same finding, located at `path`."""
        return replace(self, path=path)

    def record(self) -> dict[str, str]:
        """The finding as the JSON object that the command line and the API give."""
        return {
            "severity": self.severity.value,
            "code": self.code,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those findings that refuse."""
    return tuple(f for f in findings if f.severity is Severity.ERROR)


def most_severe_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors, then warnings, then information, each in the order they came."""
    return tuple(sorted(findings, key=lambda finding: _RANK[finding.severity]))

"""How a rule is written: what it is given, and the findings it makes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from kernel.findings import Finding, Severity
from prescription.assistance.history import HistoryEntry
from prescription.assistance.rule_file import AssistanceRules
from prescription.labels import request_of
from prescription.line import Line
from prescription.prescription import Prescription
from terminology.catalogue import Catalogue
from terminology.request_code import RequestCode

NO_RULES = AssistanceRules()


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules need besides the order: the release, the day, whether real patients are served, the sourced rules of
    the assistance, and what the client says was prescribed or done before."""

    catalogue: Catalogue
    today: date
    production: bool = False
    assistance: AssistanceRules = NO_RULES
    history: tuple[HistoryEntry, ...] = ()

    def request(self, line: Line) -> RequestCode | None:
        """The exam of a coded line in the release, None when free text or not held."""
        return request_of(line, self.catalogue)


Rule = Callable[[Prescription, RuleContext], Iterable[Finding]]


def error(code: str, message: str, hint: str, path: str) -> Finding:
    """A finding that refuses the order."""
    return Finding(Severity.ERROR, code, message, hint, path)


def warning(code: str, message: str, hint: str, path: str) -> Finding:
    """A finding the prescriber should see, and may ignore."""
    return Finding(Severity.WARNING, code, message, hint, path)


def information(code: str, message: str, hint: str, path: str) -> Finding:
    """A finding that only informs."""
    return Finding(Severity.INFORMATION, code, message, hint, path)


def line_path(line: Line, element: str = "") -> str:
    """Domain path of a line, or of an element of it."""
    return f"line/{line.line_id}/{element}" if element else f"line/{line.line_id}"

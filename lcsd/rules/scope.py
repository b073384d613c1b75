"""Where findings are gathered, each with its message, its place and the entry it speaks of."""

from dataclasses import dataclass, field, replace

from kernel.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Scope:
    """A place to report from: `title` names the message (`MFN^M08`), `entry` the local code, both may be empty."""

    title: str = ""
    entry: str = ""
    findings: list[Finding] = field(default_factory=list)

    def of_message(self, title: str) -> "Scope":
        """The same list, for one message."""
        return replace(self, title=title, entry="")

    def of_entry(self, entry: str) -> "Scope":
        """The same list, for one entry of the message."""
        return replace(self, entry=entry)

    def error(self, code: str, place: str, message: str, hint: str = "") -> None:
        """Report what refuses the publication."""
        self._add(Severity.ERROR, code, place, message, hint)

    def warning(self, code: str, place: str, message: str, hint: str = "") -> None:
        """Report what does not refuse it."""
        self._add(Severity.WARNING, code, place, message, hint)

    def _add(self, severity: Severity, code: str, place: str, message: str, hint: str) -> None:
        told = f"{message} (entrée {self.entry})." if self.entry else f"{message}."
        self.findings.append(Finding(severity, code, told, hint, f"{self.title} {place}".strip()))

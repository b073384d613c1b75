"""The one tree of errors.

    CircuitbioError
    ├── Invalid       what was sent is wrong: mend it
    ├── NotFound      it does not exist, or not for you
    ├── Conflict      it exists in another state than you believe
    ├── Forbidden     you may not
    ├── Unsupported   a standard allows it, this software does not
    └── Unavailable   not now: try again

Rooms subclass or raise these with a stable `code`. Nothing here knows HTTP, HL7 or a terminal: the edges
(`api/problems.py`, `lcsd`, `circuitbio/cli`) turn a category into a status, an acknowledgement, an exit status.
A message never holds a secret or a trait of a patient.
"""

from collections.abc import Sequence
from typing import Self

from kernel.findings import Finding, Severity


class CircuitbioError(Exception):
    """A refusal a person can act on: `findings` holds one or more located errors, warnings may follow."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        if not findings:
            raise ValueError("an error needs at least one finding")
        super().__init__(findings[0].message)
        self.findings = tuple(findings)

    @classmethod
    def because(cls, code: str, message: str, hint: str = "", path: str = "") -> Self:
        """One error finding: stable `code`, `message` (French, what), `hint` (French, what to do), `path`."""
        return cls([Finding(Severity.ERROR, code, message, hint, path)])

    @property
    def code(self) -> str:
        """Stable code of the first finding."""
        return self.findings[0].code


class Invalid(CircuitbioError):
    """What was sent is wrong."""


class NotFound(CircuitbioError):
    """It does not exist, or not for this caller."""


class Conflict(CircuitbioError):
    """The thing is in another state than the caller believes."""


class Forbidden(CircuitbioError):
    """The caller may not do this."""


class Unsupported(CircuitbioError):
    """Known to the standard, not offered here."""


class Unavailable(CircuitbioError):
    """Not now; the same call may work later."""

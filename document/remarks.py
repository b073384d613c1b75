"""What a reading has to say: findings located in the document, never with a word of what it holds."""

from collections.abc import Callable
from typing import TypeVar

from document.xml import Element, place
from kernel.findings import Finding, Severity

Value = TypeVar("Value")


MOST = 100
"""Remarks of one reading: past them only a first error is still told, so that a hostile document costs no more."""


class Remarks:
    """The findings of one reading, in the order they were made."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._refused = False

    def error(self, code: str, message: str, hint: str, element: Element) -> None:
        """What makes the document unfit for use."""
        self._add(Severity.ERROR, code, message, hint, element)

    def warn(self, code: str, message: str, hint: str, element: Element) -> None:
        """What was left out, or is not as it should be."""
        self._add(Severity.WARNING, code, message, hint, element)

    def tell(self, code: str, message: str, hint: str, element: Element) -> None:
        """What is good to know."""
        self._add(Severity.INFORMATION, code, message, hint, element)

    def _add(self, severity: Severity, code: str, message: str, hint: str, element: Element) -> None:
        first_error = severity is Severity.ERROR and not self._refused
        if len(self.findings) < MOST or first_error:
            self.findings.append(Finding(severity, code, message, hint, place(element)))
            self._refused = self._refused or first_error

    def value(self, reader: Callable[[str], Value], element: Element | None, name: str = "value") -> Value | None:
        """The attribute `name` as `reader` reads it; one that it refuses is told, and left out."""
        given = element.get(name) if element is not None else None
        if element is None or given is None:
            return None
        try:
            return reader(given)
        except ValueError:
            self.warn("unreadable-value", "Valeur illisible, laissée de côté.", "La vérifier à la source.", element)
            return None

"""What a reading has to say: findings located in the document, never with a word of what it holds."""

from collections.abc import Callable
from typing import TypeVar

from document.xml import Element, place
from kernel.findings import Finding, Severity

Value = TypeVar("Value")


class Remarks:
    """The findings of one reading, in the order they were made."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def error(self, code: str, message: str, hint: str, element: Element) -> None:
        """What makes the document unfit for use."""
        self.findings.append(Finding(Severity.ERROR, code, message, hint, place(element)))

    def warn(self, code: str, message: str, hint: str, element: Element) -> None:
        """What was left out, or is not as it should be."""
        self.findings.append(Finding(Severity.WARNING, code, message, hint, place(element)))

    def tell(self, code: str, message: str, hint: str, element: Element) -> None:
        """What is good to know."""
        self.findings.append(Finding(Severity.INFORMATION, code, message, hint, place(element)))

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

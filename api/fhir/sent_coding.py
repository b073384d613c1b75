"""Coding and CodeableConcept as an operation is asked about them (FHIR R4): with their version, and where they stood.

A coding of an order has no version of its own (`datatypes.read_coding`); one that is asked about may have.
"""

from dataclasses import dataclass

from api.fhir.element import Element


@dataclass(frozen=True, slots=True)
class SentCoding:
    """One coding; what it does not say is empty. `path` is its FHIRPath in what was sent."""

    system: str
    code: str
    display: str = ""
    version: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class SentConcept:
    """The codings of a CodeableConcept, one or more."""

    codings: tuple[SentCoding, ...]
    path: str = ""


def read_sent_coding(element: Element) -> SentCoding | None:
    """A Coding that names a code of a system; None, and a finding, otherwise."""
    element.read_past("userSelected")
    system, code = element.text("system", required=True), element.text("code", required=True)
    display, version = element.text("display") or "", element.text("version") or ""
    element.close()
    return SentCoding(system, code, display, version, element.path) if system and code else None


def read_sent_concept(element: Element) -> SentConcept | None:
    """A CodeableConcept of at least one coding; its text says nothing a terminology could check."""
    element.read_past("text")
    codings = tuple(coding for coding in map(read_sent_coding, element.children("coding")) if coding)
    if not element.has("coding"):
        element.wrong("Aucun code dans ce concept.", "Donner system et code.", "coding")
    element.close()
    return SentConcept(codings, element.path) if codings else None

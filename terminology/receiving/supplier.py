"""A laboratory whose publications are taken (lcsd.md §7)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Supplier:
    """A sender that is known: geographic FINESS (MSH-4) and application (MSH-3), and the use agreed on (MSH-11).

    One application publishes the catalogue of a laboratory. `name` is for people.
    """

    finess: str
    application: str
    name: str = ""
    processing: str = "P"

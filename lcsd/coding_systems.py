"""Names of code systems: the short ones HL7 v2 puts in CE-3 against the URIs the product knows (`lcsd.md` §4, §5)."""

from hl7v2.codec import Composite, composite
from terminology.coding import Coding
from terminology.lab_catalogue_systems import ADDITIVE, FINESS, LOCAL_SYSTEM, LOINC, NABM, SPECIMEN, TECHNIQUE, UCUM

_NAMES = {
    LOINC: "LN",
    NABM: "NABM",
    UCUM: "UCUM",
    FINESS: "99FINESS",
    SPECIMEN: "HL70487",
    ADDITIVE: "HL70371",
    TECHNIQUE: "99TECHBIO",
    LOCAL_SYSTEM: "L",
}
_URIS = {name: uri for uri, name in _NAMES.items()}


def short_name(system: str) -> str:
    """The CE-3 name of a system; a system without one travels as it is."""
    return _NAMES.get(system, system)


def system_uri(name: str) -> str:
    """The URI behind a CE-3 name; an unknown name stays as it is."""
    return _URIS.get(name, name)


def write_ce(first: Coding | None, second: Coding | None = None) -> str:
    """A CE: code, text, system, then the alternate three."""
    parts = [p for c in (first, second) if c for p in (c.code, c.display, short_name(c.system))]
    return composite(*parts)


def read_ce(field: Composite) -> Coding | None:
    """The first three components of a CE; None when all are empty."""
    return _coding(field, 1)


def read_alternate(field: Composite) -> Coding | None:
    """Components four to six of a CE; None when all are empty."""
    return _coding(field, 4)


def _coding(field: Composite, start: int) -> Coding | None:
    code, display, system = (field.text(n) for n in range(start, start + 3))
    return Coding(system_uri(system), code, display) if code or display or system else None

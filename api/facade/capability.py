"""What the service can do, read off its own routes, so that its statements cannot lie (house-style.md §1).

`GET /fhir/T/{id}` is a read, `GET /fhir/T` a search, `POST /fhir/T/_search` one by form, `/fhir/…/$name` an operation,
`POST /fhir` a batch.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.routing import BaseRoute

from api.openapi.described import every_route

_ROOT = "/fhir"
# Routed only to say that they are not supported (501).
_UNSUPPORTED = frozenset({"find-matches", "closure"})
# Operations that HL7 defines, as type-name; the others are our own.
_STANDARD = "http://hl7.org/fhir/OperationDefinition"
_OF_HL7 = frozenset(
    "CodeSystem-lookup CodeSystem-validate-code CodeSystem-subsumes ValueSet-expand ValueSet-validate-code "
    "ConceptMap-translate".split()
)
_ON_ANY_TYPE = {"validate": "Resource-validate"}


@dataclass(frozen=True, slots=True)
class Capability:
    """Types that can be read and searched, operations by type (empty = of the whole system), and batch. Those of
    `by_form` are searched by POST alone: what is asked may not stand in an address."""

    read: frozenset[str]
    search: frozenset[str]
    by_form: frozenset[str]
    operations: Mapping[str, tuple[str, ...]]
    batch: bool

    @property
    def types(self) -> tuple[str, ...]:
        """Every type that something can be done with, by name."""
        return tuple(sorted({*self.read, *self.search, *self.by_form, *filter(None, self.operations)}))


def capability_of(routes: Iterable[BaseRoute]) -> Capability:
    """What these routes of an application give."""
    read, search, by_form, batch = set(), set(), set(), False
    operations: dict[str, set[str]] = defaultdict(set)
    for route in every_route(routes):
        path, methods = getattr(route, "path", ""), getattr(route, "methods", None) or ()
        parts = path.removeprefix(_ROOT).strip("/").split("/")
        if not path.startswith(_ROOT):
            continue
        if parts[-1].startswith("$"):
            kind = parts[0] if len(parts) > 1 else ""
            operations[kind] |= {parts[-1].removeprefix("$")} - _UNSUPPORTED
        elif "GET" in methods and len(parts) == 2 and parts[1] == "{id}":
            read.add(parts[0])
        elif "GET" in methods and len(parts) == 1 and parts[0][:1].isupper():
            search.add(parts[0])
        elif "POST" in methods and len(parts) == 2 and parts[1] == "_search":
            by_form.add(parts[0])
        batch = batch or (parts == [""] and "POST" in methods)
    named = {kind: tuple(sorted(names)) for kind, names in operations.items() if names}
    return Capability(frozenset(read), frozenset(search), frozenset(by_form - search), named, batch)


def operation_definition(kind: str, name: str, base: str) -> str:
    """Canonical URI of the definition of an operation: HL7's when it has one, else ours."""
    if name in _ON_ANY_TYPE:
        return f"{_STANDARD}/{_ON_ANY_TYPE[name]}"
    whole = f"{kind}-{name}" if kind else name
    return f"{_STANDARD if whole in _OF_HL7 else f'{base}/OperationDefinition'}/{whole}"

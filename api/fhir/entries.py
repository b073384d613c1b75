"""The entries of a Bundle and the references between them, by `urn:uuid:` fullUrl (FHIR R4 bundle.html)."""

import re
from collections import defaultdict
from collections.abc import Iterator

from api.fhir.element import Element
from api.fhir.json import JsonValue
from api.fhir.places import Places

FULL_URL = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class Entries:
    """What the readers of one Bundle share: its resources, which of them were used, our base and the places."""

    def __init__(self, base: str, places: Places) -> None:
        self.base = base
        self.places = places
        self._resources: dict[str, list[Element]] = defaultdict(list)
        self._order: list[tuple[str, Element]] = []
        self._by_type: dict[JsonValue, list[tuple[str, Element]]] = defaultdict(list)
        self._used: set[str] = set()

    def add(self, full_url: str, resource: Element) -> None:
        """One more resource; the caller has checked its type."""
        self._resources[full_url].append(resource)
        self._order.append((full_url, resource))
        self._by_type[resource.value["resourceType"]].append((full_url, resource))

    def of_type(self, resource_type: str) -> list[tuple[str, Element]]:
        """Entries of a type, in order."""
        return self._by_type.get(resource_type, [])

    def use(self, resource: Element) -> None:
        """Counts a resource as used without a reference to it."""
        self._used.add(resource.path)

    def unused(self) -> Iterator[Element]:
        """Resources no one referred to."""
        return (r for _, r in self._order if r.path not in self._used)

    def follow(self, reference: Element | None, *types: str) -> list[tuple[str, Element]]:
        """The resources a Reference leads to (several when a fullUrl is doubled); none, and a finding, if none."""
        if reference is None:
            return []
        reference.read_past("type", "display")
        target = reference.text("reference", required=True)
        reference.close()
        if target is None:
            return []
        found = self._resources.get(target, [])
        if not found:
            self._bad(reference, "La référence ne mène à aucune entrée du Bundle.")
        elif any(r.value["resourceType"] not in types for r in found):
            self._bad(reference, "La référence ne mène pas à une ressource du type attendu.", types)
            return []
        self._used.update(r.path for r in found)
        return [(target, r) for r in found]

    def _bad(self, reference: Element, message: str, types: tuple[str, ...] = ()) -> None:
        hint = f"Attendu : {' ou '.join(types)}." if types else "Reprendre le fullUrl d'une entrée."
        reference.wrong(message, hint, "reference", "bad-reference")

"""Entries of a Bundle being written: fullUrls that depend on the order alone, equal resources written once."""

import uuid

from api.fhir.json import JsonObject

_NAMESPACE = uuid.UUID("6f0a4c1e-6a3f-5d0e-9a53-0a4b1c7f6d21")


class NewEntries:
    """Collects resources; `seed` (the line ids, never a trait nor the EPU code) makes the fullUrls."""

    def __init__(self, base: str, seed: str) -> None:
        self.base = base
        self._seed = seed
        self._entries: list[tuple[str, JsonObject]] = []

    def reserve(self, name: str) -> str:
        """The fullUrl of a resource written later."""
        return uuid.uuid5(_NAMESPACE, f"{self._seed}|{name}").urn

    def add(self, resource: JsonObject, url: str | None = None) -> JsonObject:
        """Adds a resource under `url`, or shares the equal one already there; returns a Reference to it."""
        if url is None:
            same = next((known for known, r in self._entries if r == resource), None)
            if same is not None:
                return {"reference": same}
            url = self.reserve(f"{resource['resourceType']}/{len(self._entries)}")
        self._entries.append((url, resource))
        return {"reference": url}

    def entries(self) -> list[JsonObject]:
        """The `entry` list, in the order of addition."""
        return [{"fullUrl": url, "resource": resource} for url, resource in self._entries]

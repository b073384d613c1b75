"""The catalogues of laboratories as FHIR, written at their first reading and kept while they are read (lcsd.md §11)."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from api.fhir.json import serialise
from api.fhir.lab_catalogue.collection import Key, write_collection, write_resources
from api.fhir.lab_catalogue.published import WHOLE, PublishedCatalogue
from kernel.errors import NotFound
from terminology.publishing.ports import PublishingStore
from terminology.publishing.version import CatalogueVersion

_KEPT = 8


class LabPublications:
    """Published versions as bytes, the eight last read: a version never changes. Safe to call from several threads."""

    def __init__(self, store: PublishingStore, base: str, public_url: str) -> None:
        self._store = store
        self._base = base
        self._public_url = public_url
        self._held: OrderedDict[tuple[str, int, str], Mapping[Key, bytes]] = OrderedDict()
        self._writing = Lock()

    def of(self, version: CatalogueVersion) -> Mapping[Key, bytes]:
        """The resources of a version by type and id, the Bundle of all among them; `NotFound` (`unknown-version`)."""
        key = (version.finess, version.number, version.sha256)
        with self._writing:
            if key not in self._held:
                self._held[key] = self._write(version)
            self._held.move_to_end(key)
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
            return self._held[key]

    def whole(self, version: CatalogueVersion) -> bytes:
        """The Bundle of a version; `NotFound` as `of`."""
        return self.of(version)["Bundle", WHOLE]

    def _write(self, version: CatalogueVersion) -> Mapping[Key, bytes]:
        catalogue = self._store.catalogue(version.finess, version.number)
        if catalogue is None:
            raise NotFound.because("unknown-version", f"Version inconnue : {version.number}.", "Voir les versions.")
        return write_publication(
            PublishedCatalogue(version, catalogue, self._base), lab_address(self._public_url, version.finess)
        )


def write_publication(whole: PublishedCatalogue, address: str) -> Mapping[Key, bytes]:
    """Every resource of a version as bytes, by type and id, and last the Bundle of all, read below `address`."""
    written = {(str(r["resourceType"]), str(r["id"])): serialise(r) for r in write_resources(whole)}
    return {**written, ("Bundle", WHOLE): write_collection(whole, written.items(), address)}


def lab_address(public_url: str, finess: str) -> str:
    """Where the catalogue of a laboratory is read: a FHIR base of its own, beside that of the value set."""
    return f"{public_url}/fhir/laboratoires/{finess}"

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

_KEPT = 4


class LabPublication:
    """One version, its resources as bytes; `address` is where they are read."""

    def __init__(self, whole: PublishedCatalogue, address: str) -> None:
        self._whole = whole
        self._address = address
        self._written: Mapping[Key, bytes] = {
            (str(resource["resourceType"]), str(resource["id"])): serialise(resource)
            for resource in write_resources(whole)
        }

    def read(self, kind: str, id_: str) -> bytes | None:
        """A resource, or the Bundle of all; None when the version has none of this type and id."""
        return self.bundle() if (kind, id_) == ("Bundle", WHOLE) else self._written.get((kind, id_))

    def bundle(self) -> bytes:
        """The Bundle of all."""
        return write_collection(self._whole, self._written.items(), self._address)


class LabPublications:
    """The published versions read last: a version never changes. Safe to call from several threads."""

    def __init__(self, store: PublishingStore, base: str, public_url: str) -> None:
        self._store = store
        self._base = base
        self._public_url = public_url
        self._held: OrderedDict[tuple[str, int, str], LabPublication] = OrderedDict()
        self._writing = Lock()

    def of(self, version: CatalogueVersion) -> LabPublication:
        """What a version published; `NotFound` (`unknown-version`) when its content is not held."""
        key = (version.finess, version.number, version.sha256)
        with self._writing:
            if key not in self._held:
                self._held[key] = self._write(version)
            self._held.move_to_end(key)
            if len(self._held) > _KEPT:
                self._held.popitem(last=False)
            return self._held[key]

    def _write(self, version: CatalogueVersion) -> LabPublication:
        catalogue = self._store.catalogue(version.finess, version.number)
        if catalogue is None:
            raise NotFound.because("unknown-version", f"Version inconnue : {version.number}.", "Voir les versions.")
        whole = PublishedCatalogue(version, catalogue, self._base)
        return LabPublication(whole, lab_address(self._public_url, version.finess))


def lab_address(public_url: str, finess: str) -> str:
    """Where the catalogue of a laboratory is read: a FHIR base of its own, beside that of the value set."""
    return f"{public_url}/fhir/laboratoires/{finess}"

"""The catalogue of a laboratory that prescribers see: what it publishes here, else what it sends us, else its file.

A laboratory that keeps its catalogue with us is known by the version it published that is in force; one that publishes
to us from elsewhere by what was received; one whose codes are being transcoded, by the last file that was imported.
"""

from dataclasses import dataclass, replace

from kernel.clock import Clock, SystemClock
from kernel.errors import NotFound
from lcsd.received import Received
from storage.database import Database
from terminology.lab_catalogue import LabCatalogue
from terminology.publishing.in_force import find_published
from terminology.publishing.ports import PublishingStore
from terminology.publishing.version import CatalogueVersion
from terminology.receiving.ports import ReceivingStore
from terminology.transcoding.ports import TranscodingStore


@dataclass(frozen=True, slots=True)
class LabCatalogues:
    """See `search.lab_search.CatalogueSource`."""

    transcoding: TranscodingStore
    publishing: PublishingStore
    receiving: ReceivingStore
    clock: Clock

    @classmethod
    def of(cls, database: Database) -> "LabCatalogues":
        """Those of a base, now."""
        return cls(database.transcoding, database.publishing, database.receiving, SystemClock())

    def catalogue_version(self, finess: str) -> int | None:
        """A number of ours that grows with each import, publication, switch or note: never the same for two contents.

        None when nothing is known of the laboratory.
        """
        published = self._published(finess)
        imported = self.transcoding.catalogue_version(finess) or 0
        received = self.receiving.edition(finess, self.clock.now())
        return (imported + received + (published.number if published else 0)) or None

    def lab_catalogue(self, finess: str) -> LabCatalogue | None:
        """The catalogue, its version being the number above."""
        number = self.catalogue_version(finess)
        found = self._found(finess)
        return replace(found, version=number) if found and number else None

    def _found(self, finess: str) -> LabCatalogue | None:
        published = self._published(finess)
        if published is not None:
            return self.publishing.catalogue(finess, published.number)
        received = Received(self.receiving).catalogue(finess, self.clock.now())
        if received is not None:
            return received
        imported = self.transcoding.find_catalogue(finess)
        return imported.as_lab_catalogue() if imported else None

    def _published(self, finess: str) -> CatalogueVersion | None:
        try:
            return find_published(self.publishing, finess, None, self.clock.now())
        except NotFound:
            return None

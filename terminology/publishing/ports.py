"""What publishing asks of the base."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from terminology.lab_catalogue import LabCatalogue
from terminology.publishing.delivery import Delivery, DeliveryState, Subscriber
from terminology.publishing.version import CatalogueVersion, MappingChange


class PublishingStore(Protocol):
    """Versions, subscribers and deliveries. Each method is one transaction; safe to share between threads."""

    def versions(self, finess: str) -> tuple[CatalogueVersion, ...]:
        """All versions of a laboratory, the first one first."""
        ...

    def content(self, finess: str, number: int) -> bytes | None:
        """The exact bytes of a version; None when there is no such version."""
        ...

    def catalogue(self, finess: str, number: int) -> LabCatalogue | None:
        """The catalogue of a version."""
        ...

    def save_draft(self, version: CatalogueVersion, catalogue: LabCatalogue, revision: int) -> CatalogueVersion:
        """Keeps a draft in place of the one at `revision`, 0 for a new one; gives it with its hash and revision.

        `Conflict` (`version-changed`) when another writer was first, or the version is no longer open.
        """
        ...

    def publish(
        self,
        version: CatalogueVersion,
        ended: Sequence[CatalogueVersion],
        changes: Sequence[MappingChange],
        queued: Sequence[Delivery],
    ) -> None:
        """All of a publication or nothing: the version at `version.revision` becomes as given, those it ends too.

        Deliveries of older versions that still wait become `skipped`. `Conflict` (`version-changed`).
        """
        ...

    def mapping_changes(self, finess: str) -> tuple[MappingChange, ...]:
        """The history of mapping changes, the first one first."""
        ...

    def subscribers(self, finess: str) -> tuple[Subscriber, ...]:
        """The subscribers of a laboratory, by name."""
        ...

    def save_subscriber(self, finess: str, subscriber: Subscriber) -> None:
        """Adds a subscriber, or changes the one of that name."""
        ...

    def delete_subscriber(self, finess: str, name: str) -> bool:
        """Ends a subscription, what waits for it becoming `skipped`; whether there was one."""
        ...

    def deliveries(self, finess: str = "", states: Sequence[DeliveryState] = ()) -> tuple[Delivery, ...]:
        """Those of a laboratory, of all when empty, in these states or any, in the order of emission."""
        ...

    def queue(self, queued: Sequence[Delivery]) -> None:
        """Adds those that are not there yet; what was queued before keeps its bytes."""
        ...

    def take(self, delivery: Delivery, now: datetime, until: datetime) -> Delivery | None:
        """Marks one that waits as being sent until then; None when another has taken it."""
        ...

    def settle(self, taken: Delivery, after: Delivery) -> bool:
        """Writes what came of it; False when it is no longer as `taken` (state, attempts)."""
        ...

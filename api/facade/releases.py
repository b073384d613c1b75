"""Which release an answer is made from: `release`, a version, or the active one (terminology.md §1.4.11, §5.2)."""

from api.services import Services
from kernel.errors import NotFound
from terminology.catalogue import Catalogue
from terminology.release_record import ReleaseStatus

ACTIVE = "active"


def release_asked(services: Services, name: str | None) -> Catalogue:
    """The catalogue of a release by its name, None and `active` = the active one.

    `NotFound`: `unknown-release` with the names held (404), `withdrawn` (410).
    """
    if name is None or name == ACTIVE:
        return services.editions.active
    try:
        record = services.editions.store.record(name)
    except NotFound as unknown:
        raise NotFound([finding.at("release") for finding in unknown.findings]) from None
    if record.status is ReleaseStatus.WITHDRAWN:
        raise NotFound.because(
            "withdrawn", f"La version {name} a été retirée du service.", "Demander la version active.", "release"
        )
    return services.editions.named(name)


def is_release(services: Services, version: str) -> bool:
    """Whether a version is the name of a release that can be asked for."""
    records = services.editions.store.records()
    return any(r.name == version and r.status is not ReleaseStatus.WITHDRAWN for r in records)

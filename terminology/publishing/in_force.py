"""Which published version of a laboratory's catalogue is read: the one in force, or one that is named (lcsd.md §6)."""

from datetime import datetime

from kernel.errors import NotFound
from terminology.publishing.ports import PublishingStore
from terminology.publishing.version import CatalogueVersion, VersionState


def find_published(store: PublishingStore, finess: str, number: int | None, now: datetime) -> CatalogueVersion:
    """The version `number` of a laboratory, or the one in force `now` (aware) for None; a draft is never found.

    `NotFound`: `unknown-version`, or `withdrawn` for one that was taken back (the number after it has the content
    before it).
    """
    every = [version for version in store.versions(finess) if version.published is not None]
    if number is None:
        found = next((version for version in reversed(every) if _is_in_force(version, now)), None)
    else:
        found = next((version for version in every if version.number == number), None)
    if found is None:
        told = f"la version {number}" if number else "aucune version en vigueur"
        held = ", ".join(str(version.number) for version in every)
        raise NotFound.because(
            "unknown-version",
            f"Le laboratoire {finess} n'a pas publié {told}." if number else f"Le laboratoire {finess} n'a {told}.",
            f"Versions publiées : {held}." if held else "Ce laboratoire n'a rien publié ici.",
            "version" if number else "",
        )
    if found.state is VersionState.WITHDRAWN:
        raise NotFound.because(
            "withdrawn", f"La version {found.number} a été retirée.", "Lire celle qui est en vigueur.", "version"
        )
    return found


def _is_in_force(version: CatalogueVersion, now: datetime) -> bool:
    return version.effective_from <= now and (version.effective_to is None or now < version.effective_to)

"""Which release answers: the active one, or the one that holds the version asked for (terminology.md §5.2, §5.4).

A version is the name of a release, or the publisher's own for LOINC and the NABM where a release knows it.
"""

from threading import Lock
from weakref import WeakKeyDictionary

from api.editions import Editions
from api.fhir.systems import LOINC, NABM
from api.operations.asking import Asked, Version
from api.operations.terms import Terms
from api.terminology.systems import version_of
from kernel.errors import Invalid, NotFound
from terminology.catalogue import Catalogue
from terminology.release import Release
from terminology.release_record import ReleaseStatus

_held: WeakKeyDictionary[Catalogue, Terms] = WeakKeyDictionary()
_published: WeakKeyDictionary[Editions, dict[str, dict[str, str]]] = WeakKeyDictionary()
_making = Lock()


def active(asked: Asked) -> Terms:
    """The release that is served."""
    return _held_of(asked, asked.services.catalogue)


def holding(asked: Asked, thing: str, version: Version | None) -> Terms:
    """The release that holds this version of a code system, value set or concept map; the active one for none.

    `thing` is the url without version. `NotFound`: not held (`not-found`, with what is), or `withdrawn`.
    """
    now = active(asked)
    if version is None or version.text in (now.release.name, version_of(thing, now.release)):
        return now
    asked.may_wait()
    editions = asked.services.editions
    records = {record.name: record for record in editions.store.records()}
    name = version.text if version.text in records else _publishing(editions, thing, version.text)
    if name is None:
        held = ", ".join(records)
        message = f"La version {version.text[:60]} de {thing[:200]} n'est pas tenue ; versions tenues : {held}."
        raise NotFound.because("not-found", message, "En demander une tenue, ou aucune.", version.place)
    if records[name].status is ReleaseStatus.WITHDRAWN:
        raise NotFound.because(
            "withdrawn", f"La version {name} a été retirée.", "En demander une autre.", version.place
        )
    return _held_of(asked, editions.named(name))


def split(canonical: str) -> tuple[str, str | None]:
    """A canonical's url, and the version after its bar if it has one."""
    url, _, version = canonical.partition("|")
    return url, version or None


def said(text: str | None, place: str) -> Version | None:
    """A version that was told elsewhere than in a parameter of its own, if it was."""
    return Version(text, place) if text else None


def same_version(asked: Asked, *versions: Version | None) -> Version | None:
    """The version these agree on, by the first that tells it; refuses two that differ."""
    given = [version for version in versions if version is not None]
    if len({version.text for version in given}) > 1:
        message = f"Deux versions sont demandées : {' et '.join(version.text[:60] for version in given)}."
        raise Invalid.because("bad-value", message, "N'en demander qu'une.", given[0].place)
    return given[0] if given else None


def _held_of(asked: Asked, catalogue: Catalogue) -> Terms:
    """What a release holds, made ready at its first use and let go with its catalogue."""
    found = _held.get(catalogue)
    if found is None:
        asked.may_wait()
        with _making:
            found = _held.get(catalogue)
            if found is None:
                modified = asked.services.editions.store.record(catalogue.release.name).imported_at
                found = _held[catalogue] = Terms(asked.services.content(catalogue), modified)
    return found


def _publishing(editions: Editions, system: str, version: str) -> str | None:
    """The name of the newest release with this publisher's version of a code system.

    A record does not tell it: each release is read once, and what it says kept.
    """
    known = _published.setdefault(editions, {})
    for record in editions.store.records():
        if record.name not in known:
            known[record.name] = _versions(editions.store.load(record.name))
        if known[record.name].get(system) == version:
            return record.name
    return None


def _versions(release: Release) -> dict[str, str]:
    published = {LOINC: release.loinc_version, NABM: release.nabm_version}
    return {system: version for system, version in published.items() if version}

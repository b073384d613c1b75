"""The editions on offer, lent to the queries that read them: a build is dropped when its last reader is done (§4.5)."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from kernel.errors import NotFound, Unavailable
from search.index import Edition, IndexRef


@dataclass(slots=True)
class Copy:
    """One build on the shelf, how many queries read it, and whether another has taken its place."""

    edition: Edition
    index: IndexRef
    readers: int = 0
    replaced: bool = False


class Shelf:
    """Editions by release name, one of them active. `drop` is called once for each build nobody reads any more."""

    def __init__(self, drop: Callable[[IndexRef], None]) -> None:
        self._drop = drop
        self._copies: dict[str, Copy] = {}
        self._active: str | None = None
        self._lock = Lock()

    def put(self, edition: Edition, index: IndexRef, *, active: bool) -> None:
        """Offer a build, in place of the one of the same release name if there is one."""
        name = edition.release.name
        with self._lock:
            former = self._copies.get(name)
            self._copies[name] = Copy(edition, index)
            if active:
                self._active = name
            if former is not None:
                former.replaced = True
            unread = former is not None and not former.readers
        if former is not None and unread:
            self._drop(former.index)

    def remove(self, name: str) -> None:
        """Offer a release no more; the active one stays. Its build goes when its last reader is done."""
        with self._lock:
            copy = None if name == self._active else self._copies.pop(name, None)
            if copy is None:
                return
            copy.replaced = True
            unread = not copy.readers
        if unread:
            self._drop(copy.index)

    def take(self, name: str | None) -> Copy:
        """The build of a release, None = the active one, that stays until it is given back.

        `NotFound` (`unknown-release`) when it is not held, `Unavailable` (`starting`) before any.
        """
        with self._lock:
            copy = self._held(name)
            copy.readers += 1
        return copy

    def give_back(self, copy: Copy) -> None:
        """One reader less."""
        with self._lock:
            copy.readers -= 1
            last = copy.replaced and not copy.readers
        if last:
            self._drop(copy.index)

    def _held(self, name: str | None) -> Copy:
        if self._active is None and not self._copies:
            raise Unavailable.because("starting", "Le catalogue n'est pas encore chargé.", "Réessayer dans un instant.")
        copy = self._copies.get(name or self._active or "")
        if copy is None:
            raise NotFound.because(
                "unknown-release",
                "Cette version du catalogue n'est pas tenue.",
                "Versions tenues : " + ", ".join(sorted(self._copies)),
                "release",
            )
        return copy

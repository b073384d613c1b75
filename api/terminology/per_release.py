"""What is made once for each release that is served, and goes with it."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from terminology.catalogue import Catalogue
from terminology.release import Release

Made = TypeVar("Made")


class PerRelease(Generic[Made]):
    """Makes one thing for each release at its first use, and forgets it when its catalogue is let go.

    So it holds no more releases than `Editions` does. Safe to call from several threads. What is made must not keep
    the catalogue it is made for.
    """

    def __init__(self, make: Callable[[Release], Made]) -> None:
        self._make = make
        self._held: WeakKeyDictionary[Catalogue, Made] = WeakKeyDictionary()
        self._making = Lock()

    def of(self, catalogue: Catalogue) -> Made:
        """The thing of the release of `catalogue`."""
        with self._making:
            held = self._held.get(catalogue)
            if held is None:
                held = self._held[catalogue] = self._make(catalogue.release)
            return held

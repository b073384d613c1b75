"""What is made for a release is made once, and goes with it."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace

from api.facade.publication import Publication
from api.terminology.per_release import PerRelease
from terminology.catalogue import Catalogue
from terminology.release import Release
from tests.terminology.releases import NFS, release


def test_a_publication_is_written_once_for_many_readers_and_forgotten_with_its_catalogue() -> None:
    made: list[str] = []

    def make(of: Release) -> Publication:
        made.append(of.name)
        store = SimpleNamespace(record=lambda _: SimpleNamespace(imported_at=date.today()))
        return Publication(of, store, "https://base.example/fhir")  # type: ignore[arg-type]

    per_release = PerRelease(make)
    catalogue = Catalogue(release("2025-03", date(2025, 3, 15), NFS))
    with ThreadPoolExecutor(8) as pool:
        held = set(pool.map(lambda each: id(per_release.of(each)), [catalogue] * 50))
    assert (made, len(held)) == (["2025-03"], 1)
    gone = weakref.ref(per_release.of(catalogue))
    del catalogue
    gc.collect()
    assert gone() is None

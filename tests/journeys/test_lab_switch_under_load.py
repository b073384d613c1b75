"""Fifty searchers while a laboratory's publications take one another's place: each page is of one of them, whole."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from circuitbio.lab_catalogues import LabCatalogues
from kernel.clock import FixedClock
from lcsd.consumer import Consumer
from search.embedded_labs import EmbeddedLabSearch
from storage.engine import engine_for
from storage.publishing import SqlPublishing
from storage.receiving import SqlReceiving
from storage.transcoding import SqlTranscoding
from terminology.lab_catalogue import LabCatalogue
from terminology.receiving.supplier import Supplier
from tests.contract.test_receiving import FINESS, NOW, messages_of
from tests.lcsd.catalogues import CLOCK, LABORATORY
from tests.storage.bases import DATABASES, new_base_url

SEARCHERS, VERSIONS = 50, 6
AT_ONCE = 8  # as the route asks


@pytest.fixture(params=DATABASES)
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with new_base_url(request.param, request, tmp_path) as url:
        engine = engine_for(url)
        yield engine
        engine.dispose()


def edition(version: int) -> LabCatalogue:
    """Every exam of a version bears its number, whichever of the four messages it travels in."""
    return replace(NOW, version=version, exams=tuple(replace(e, synonyms=(f"essai {version}",)) for e in NOW.exams))


def test_nobody_sees_two_versions_at_once(base: Engine) -> None:
    clock = FixedClock(CLOCK.instant)
    store = SqlReceiving(base)
    store.save_supplier(Supplier(FINESS, LABORATORY.application))
    consumer = Consumer(store, clock)
    for message in messages_of(edition(1)).values():
        assert consumer.answer(message)
    labs = EmbeddedLabSearch(LabCatalogues(SqlTranscoding(base), SqlPublishing(base), store, clock))
    with searching(labs) as seen:
        for version in range(2, VERSIONS + 1):
            for message in messages_of(edition(version)).values():
                assert consumer.answer(message)
                clock.instant += timedelta(seconds=1)
    assert {names for names in seen if len(names) != 1} == set()
    assert frozenset({f"essai {VERSIONS}"}) in set(seen)


@contextmanager
def searching(labs: EmbeddedLabSearch) -> Iterator[list[frozenset[str]]]:
    """The synonyms shown by each page, while the block runs and once after it."""
    seen: list[frozenset[str]] = []
    ending, asking = threading.Event(), threading.Semaphore(AT_ONCE)

    def search() -> None:
        last = False
        while not last:
            last = ending.is_set()
            with asking:
                page = labs.suggest("essai", FINESS)
            assert page.items
            seen.append(frozenset(s.text for item in page.items for s in item.entry.synonyms if "essai" in s.text))

    with ThreadPoolExecutor(SEARCHERS) as pool:
        tasks = [pool.submit(search) for _ in range(SEARCHERS)]
        try:
            yield seen
        finally:
            ending.set()
        for task in tasks:
            task.result()

"""The search in laboratories' catalogues, by these settings: in memory, or in Elasticsearch with memory behind it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from circuitbio.search_engine import elastic_config
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from search.embedded_labs import EmbeddedLabSearch
from search.lab_search import CatalogueSource, LabSearch


@contextmanager
def lab_search(settings: Settings, source: CatalogueSource) -> Iterator[LabSearch]:
    """The search over the catalogues of `source`, its connections closed at the end."""
    config = elastic_config(settings)
    if config is None:
        yield EmbeddedLabSearch(source)
        return
    from search.elastic_labs import ElasticLabSearch
    from search.lab_failover import FailoverLabSearch

    clock = SystemClock()
    with closing(ElasticLabSearch(config, clock)) as elastic:
        yield FailoverLabSearch(source, elastic, clock)

"""The search engine of these settings: the embedded one, or Elasticsearch with the embedded one behind it.

The client of Elasticsearch is imported where one is asked for: it takes as long as all the rest of the search.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Unavailable
from search.embedded import EmbeddedEngine
from search.failover import FailoverEngine
from search.index import SearchEngine

if TYPE_CHECKING:
    from search.elastic_client import ElasticConfig


@contextmanager
def search_engine(settings: Settings) -> Iterator[SearchEngine]:
    """The engine, its connections closed at the end.

    The first build in it is `Unsupported` (`elasticsearch-version`) for a server of another major version; one that
    does not answer is waited for, the embedded engine answering meanwhile.
    """
    embedded = EmbeddedEngine()
    config = elastic_config(settings)
    if config is None:
        yield embedded
        return
    from search.elastic import ElasticEngine

    with closing(ElasticEngine(config)) as elastic:
        yield FailoverEngine(elastic, embedded, SystemClock())


def check_search_server(settings: Settings) -> None:
    """Says at once what every worker's first build would: `Unsupported` (`elasticsearch-version`)."""
    config = elastic_config(settings)
    if config is None:
        return
    from search.elastic_client import check_version, connect

    with closing(connect(config)) as client, suppress(Unavailable):
        check_version(client)


def elastic_config(settings: Settings) -> "ElasticConfig | None":
    """Where Elasticsearch is, when there is one."""
    if settings.elasticsearch_url is None:
        return None
    from search.elastic_client import ElasticConfig

    key = settings.elasticsearch_api_key
    return ElasticConfig(
        settings.elasticsearch_url.get_secret_value(),
        key.get_secret_value() if key else "",
        settings.elasticsearch_shards,
        settings.elasticsearch_replicas,
    )

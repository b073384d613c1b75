"""The search engine of these settings: the embedded one, or Elasticsearch with the embedded one behind it."""

from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Unavailable
from search.elastic import ElasticEngine
from search.elastic_client import ElasticConfig, check_version, connect
from search.embedded import EmbeddedEngine
from search.failover import FailoverEngine
from search.index import SearchEngine


def search_engine(settings: Settings) -> SearchEngine:
    """`Unsupported` (`elasticsearch-version`) for a server of another major version; one that does not answer now is
    waited for, the embedded engine answering meanwhile."""
    embedded = EmbeddedEngine()
    if settings.elasticsearch_url is None:
        return embedded
    key = settings.elasticsearch_api_key
    config = ElasticConfig(
        settings.elasticsearch_url.get_secret_value(),
        key.get_secret_value() if key else "",
        settings.elasticsearch_shards,
        settings.elasticsearch_replicas,
    )
    client = connect(config)
    try:
        check_version(client)
    except Unavailable:
        pass  # the circuit opens at the first build, and heals by itself
    finally:
        client.close()
    return FailoverEngine(ElasticEngine(config), embedded, SystemClock())

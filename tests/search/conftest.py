"""The starter catalogue, loaded once, on every engine there is, and the genuine Elasticsearch node behind one."""

from collections.abc import Iterator

import pytest

from search.elastic import ElasticEngine
from search.elastic_client import ElasticConfig
from search.embedded import EmbeddedEngine
from search.index import SearchEngine
from search.typeahead import Typeahead
from terminology.readers.starter import load_starter
from terminology.release import Release
from tests.elasticsearch.running import Node

# A busy machine is slow: whether a slow answer is given up is asked where it matters.
PATIENT = 30.0


@pytest.fixture(scope="session")
def starter() -> Release:
    return load_starter()


@pytest.fixture(scope="session")
def config(node: Node) -> ElasticConfig:
    return ElasticConfig(node.url, query_seconds=PATIENT)


@pytest.fixture(scope="session", params=["elasticsearch", "embedded"])
def engine(request: pytest.FixtureRequest) -> Iterator[SearchEngine]:
    """Each engine in turn."""
    if request.param == "embedded":
        yield EmbeddedEngine()
        return
    engine = ElasticEngine(request.getfixturevalue("config"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def typeahead(engine: SearchEngine, starter: Release) -> Typeahead:
    """A typeahead over the starter catalogue, one per engine: the contract suite runs on each."""
    typeahead = Typeahead(engine)
    typeahead.load(starter)
    return typeahead

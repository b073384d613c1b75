"""The search node that the tests of a run share."""

from collections.abc import Iterator

import pytest

from tests.conformance.java import JavaPartMissing
from tests.elasticsearch.running import Node


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """One node for the whole run: who freezes it lets it go on, who kills it starts it again."""
    try:
        node = Node(tmp_path_factory.mktemp("elasticsearch"))
    except JavaPartMissing as missing:
        pytest.skip(f"Elasticsearch : {missing}")
    yield node.start()
    node.stop()

"""The service on a genuine Elasticsearch node: it says who answers, and goes on answering when the node is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.java import JavaPartMissing
from tests.elasticsearch.running import Node
from tests.journeys.running import RunningService


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    try:
        node = Node(tmp_path / "node")
    except JavaPartMissing as missing:
        pytest.skip(f"Elasticsearch : {missing}")
    yield node.start()
    node.stop()


def test_it_answers_from_the_node_then_without_it_and_says_so(node: Node, tmp_path: Path) -> None:
    with RunningService(tmp_path / "data", CIRCUITBIO_ELASTICSEARCH_URL=node.url) as service:
        before = service.http.get("/api/examens", params={"q": "nfs"}).json()
        assert (before["engine"], before["degraded"]) == ("elasticsearch", False)
        assert service.http.get("/health/ready").json()["status"] == "ready"
        node.kill()
        after = service.http.get("/api/examens", params={"q": "nfs"}).json()
        assert (after["engine"], after["degraded"]) == ("embedded", True)
        assert after["items"] == before["items"]
        ready = service.http.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")

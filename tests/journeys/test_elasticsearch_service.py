"""The service on a genuine Elasticsearch node: it says who answers, and goes on answering when the node does not."""

from pathlib import Path

from elasticsearch import Elasticsearch

from tests.elasticsearch.running import Node
from tests.journeys.running import RunningService

FINESS = "750000028"


def test_it_answers_from_the_node_then_without_it_and_says_so(node: Node, tmp_path: Path) -> None:
    with RunningService(tmp_path / "data", CIRCUITBIO_ELASTICSEARCH_URL=node.url) as service:
        before = service.http.get("/api/examens", params={"q": "nfs"}).json()
        assert (before["engine"], before["degraded"]) == ("elasticsearch", False)
        assert service.http.get("/health/ready").json()["status"] == "ready"
        assert import_catalogue(service) == 2
        assert exams_kept(node) == 2
        node.pause()
        try:
            after = service.http.get("/api/examens", params={"q": "nfs"}).json()
            assert (after["engine"], after["degraded"]) == ("embedded", True)
            assert after["items"] == before["items"]
            page = service.http.get(f"/api/laboratoires/{FINESS}/examens", params={"q": "natremie"}).json()
            assert (page["engine"], page["degraded"], page["items"][0]["local_code"]) == ("embedded", True, "NA")
            ready = service.http.get("/health/ready")
            assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        finally:
            node.resume()


def import_catalogue(service: RunningService) -> int:
    """The catalogue of a laboratory comes in; how many exams it has."""
    answer = service.http.post(
        f"/api/transcodage/{FINESS}/import",
        params={"nom": "LBM A"},
        content="Code local;Libellé\nNA;Natrémie\nK;Kaliémie\n".encode(),
        headers={"Authorization": f"Bearer dev:laboratory::{FINESS}"},
    )
    added: int = answer.json()["counts"]["added"]
    return added


def exams_kept(node: Node) -> int:
    """How many exams of that laboratory the node holds."""
    with Elasticsearch(node.url) as client:
        kept: int = client.count(index="lab-exams-*", query={"prefix": {"edition": FINESS}})["count"]
    return kept

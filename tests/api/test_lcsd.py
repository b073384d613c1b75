"""What a laboratory sees of its publications: its own, and no other's (lcsd.md §6)."""

from tests.api.service import LABORATORY, Service, issues
from tests.api.test_transcoding import FINESS, get


def test_a_laboratory_reads_its_own_publications_and_no_others(service: Service) -> None:
    answer = get(service, f"/api/lcsd/{FINESS}", LABORATORY)
    assert answer.json() == {"finess": FINESS, "current": None, "behind": [], "versions": [], "deliveries": []}
    page = get(service, f"/lcsd/{FINESS}", LABORATORY)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert FINESS in page.text
    for path in ("/api/lcsd/750000028", "/lcsd/750000028"):
        refused = get(service, path, LABORATORY)
        assert (refused.status_code, [code for _, code in issues(refused)]) == (403, ["not-owner"])

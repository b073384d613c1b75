"""Nothing about a laboratory can reach what a prescriber is offered in town (seed 002, prescription.md §2.6).

By shape: what ranks, and what is offered, has no place for one. By deed: importing a laboratory's catalogue changes
no page and no basket, and what names a laboratory is refused.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import get_args, get_type_hints

import httpx2
import pytest

from prescription.assistance.rule_file import AssistanceRule
from prescription.assistance.suggestions import Suggestion
from prescription.basket import Basket
from search.documents import Document
from terminology.request_code import RequestCode
from tests.api.service import Json, Service, issues
from tests.api.test_baskets import OWN, call, line
from tests.api.test_transcoding import send_file

OFFERED = (RequestCode, Document, Basket, Suggestion, AssistanceRule)
FORBIDDEN = ("laborator", "finess", "performer", "price", "vendor", "sponsor")


def _reached(kind: object, seen: set[type]) -> Iterator[tuple[type, str]]:
    """Every field of every value that can stand inside a value of this type."""
    for inner in get_args(kind):
        yield from _reached(inner, seen)
    if isinstance(kind, type) and is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        for field in fields(kind):
            yield kind, field.name
            yield from _reached(get_type_hints(kind)[field.name], seen)


@pytest.mark.parametrize("kind", OFFERED)
def test_what_is_offered_has_no_place_for_a_laboratory_a_vendor_or_a_price(kind: type) -> None:
    reached = list(_reached(kind, set()))
    assert len(reached) > len(fields(kind)) // 2
    # The site of a professional on a line is the requester's, and a basket's line has no requester.
    named = {(where.__name__, name) for where, name in reached if any(word in name for word in FORBIDDEN)}
    assert named <= {("Organization", "finess")}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("data")) as running:
        yield running


def test_a_laboratory_s_catalogue_changes_no_page_and_no_basket(service: Service) -> None:
    before = _offered(service)
    assert send_file(service, "Code local;Libellé\nGLY;Glycémie des laboratoires réunis\n").status_code == 200
    assert _offered(service) == before


def _offered(service: Service) -> list[bytes]:
    pages = [service.client.get("/api/examens", params={"q": text}).content for text in ("gly", "nfs", "laboratoire")]
    plans: httpx2.Response = service.client.get("/fhir/PlanDefinition")
    return [*pages, plans.content, call(service, "GET", "").content]


@pytest.mark.parametrize(
    "named",
    [
        {"performer": [{"display": "LBM A"}]},
        {"locationReference": [{"display": "LBM A"}]},
        {"extension": [{"url": "https://lbm.example/offre", "valueString": "LBM A"}]},
    ],
)
def test_a_basket_cannot_name_a_laboratory(service: Service, named: Json) -> None:
    refused = call(service, "POST", "", {**OWN, "lines": [line("57022-6", **named)]})
    assert (refused.status_code, issues(refused)) == (400, [("error", "unsupported-element")])


def test_a_requester_that_is_sent_with_a_line_is_not_kept(service: Service) -> None:
    asked = line("57022-6", requester={"reference": "urn:uuid:x", "display": "LBM A"})
    assert "requester" not in call(service, "POST", "", {**OWN, "lines": [asked]}).json()["lines"][0]

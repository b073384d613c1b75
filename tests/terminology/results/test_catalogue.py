"""A request leads to its analyses in the order of the report, and an analysis back to its requests (seed 004)."""

from tests.terminology.results.golden import CATALOGUE


def test_a_request_leads_to_its_analyses_in_the_order_of_the_report() -> None:
    assert [analysis.code for analysis in CATALOGUE.results_of("24331-1")] == ["14647-2", "2093-3"]
    assert CATALOGUE.results_of("2951-2") == ()


def test_one_analysis_is_found_under_several_requests() -> None:
    assert {request.code for request in CATALOGUE.requests_of("14647-2")} == {"24331-1", "14647-2"}


def test_a_result_code_is_not_a_request_code() -> None:
    assert CATALOGUE.get("2093-3") is None
    assert CATALOGUE.result("24331-1") is None

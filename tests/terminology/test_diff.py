"""A diff tells each code once: added, retired, reactivated, changed by field, or a waiting code become LOINC."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from terminology.basket import BasketOutline
from terminology.changelog import changelog
from terminology.diff import FieldChange, Resolved, diff_releases
from terminology.impact import MappingImpact, impact_of
from terminology.release import Release
from terminology.request_code import RequestCode, Synonym, SynonymKind
from terminology.retirement import with_retired
from tests.terminology.releases import AUTUMN, CHOLESTEROL, NFS, PROLACTIN, SPRING, WAITING_EXAM, release


def codes(concepts: tuple[RequestCode, ...]) -> list[str]:
    return [concept.code for concept in concepts]


def test_each_code_is_in_one_class_and_each_changed_field_shows_before_and_after() -> None:
    diff = diff_releases(SPRING, AUTUMN).requests
    assert codes(diff.added) == []
    assert codes(diff.retired) == ["2842-3"]
    assert diff.waiting_resolved == (Resolved("ATT-001", "53049-3"),)
    (nfs,) = diff.changed
    assert nfs.fields == (
        FieldChange("display", "Numération formule sanguine", "Hémogramme (NFS)"),
        FieldChange("synonyms", ("NFS",), ("NFS", "Hémogramme")),
    )


def test_results_and_links_are_compared_too() -> None:
    diff = diff_releases(SPRING, AUTUMN)
    assert [r.code for r in diff.results.added] == ["2093-3"]
    assert [c.fields for c in diff.results.changed] == [(FieldChange("comparability", 1, 2),)]
    back = diff_releases(AUTUMN, SPRING)
    assert [r.code for r in back.results.retired] == ["2093-3"]


def test_a_code_that_comes_back_is_reactivated_not_added() -> None:
    without = release("2025-03", date(2025, 3, 15), NFS)
    first, again = (
        release("2024-09", date(2024, 9, 1), NFS, PROLACTIN),
        release("2025-09", date(2025, 9, 1), NFS, PROLACTIN),
    )
    diff = diff_releases(with_retired(without, [first, again]), with_retired(again, [first, without])).requests
    assert codes(diff.reactivated) == ["2842-3"]
    assert diff.added == ()


def test_a_waiting_code_is_resolved_by_its_label_when_the_release_no_longer_names_it() -> None:
    coded = replace(AUTUMN.requests[2], waiting_code="")
    newer = replace(AUTUMN, requests=(*AUTUMN.requests[:2], coded))
    assert diff_releases(SPRING, newer).requests.waiting_resolved == (Resolved("ATT-001", "53049-3"),)


def test_two_new_codes_of_that_label_resolve_nothing() -> None:
    twins = tuple(replace(AUTUMN.requests[2], waiting_code="", code=code) for code in ("53049-3", "2842-3"))
    diff = diff_releases(release("a", date(2025, 1, 1), WAITING_EXAM), release("b", date(2025, 2, 1), *twins)).requests
    assert diff.waiting_resolved == ()
    assert codes(diff.retired) == ["ATT-001"]


def test_the_order_of_synonyms_is_no_change() -> None:
    names = (Synonym("a", SynonymKind.SYNONYM), Synonym("b", SynonymKind.SYNONYM))
    one = release("a", date(2025, 1, 1), replace(NFS, synonyms=names))
    other = release("b", date(2025, 2, 1), replace(NFS, synonyms=names[::-1]))
    assert diff_releases(one, other).requests.changed == ()


def test_baskets_and_mappings_that_use_a_touched_code_are_named() -> None:
    basket = BasketOutline("b", "Bilan", "", "", (CHOLESTEROL.code, PROLACTIN.code, NFS.code))
    asked: list[frozenset[str]] = []

    def mappings(touched: frozenset[str]) -> list[MappingImpact]:
        asked.append(touched)
        return [MappingImpact("750000010", "PRL", PROLACTIN.code)]

    impact = impact_of(diff_releases(SPRING, AUTUMN), [basket], mappings)
    assert [hit.codes for hit in impact.baskets] == [(CHOLESTEROL.code, PROLACTIN.code, NFS.code)]
    assert impact.mappings == (MappingImpact("750000010", "PRL", PROLACTIN.code),)
    assert asked == [frozenset({"57022-6", "2842-3", "ATT-001", "14647-2"})]


def test_the_changelog_reads_as_sentences() -> None:
    assert changelog(diff_releases(SPRING, AUTUMN)) == (
        "Demandes : 1 retirée, 1 modifiée, 1 code d'attente devenu LOINC.",
        "Analyses : 1 ajoutée, 1 modifiée.",
        "Demandes : libellé : 1 changement.",
        "Demandes : synonymes : 1 changement.",
        "Analyses : niveau de comparabilité : 1 changement.",
    )


@st.composite
def some_releases(draw: st.DrawFn) -> Release:
    held = draw(st.lists(st.sampled_from([NFS, PROLACTIN, CHOLESTEROL, WAITING_EXAM]), unique_by=lambda r: r.code))
    named = [replace(r, display=draw(st.sampled_from([r.display, f"{r.display} bis"]))) for r in held]
    return release("x", date(2025, 1, 1), *named)


@given(some_releases(), some_releases())
def test_a_diff_applied_to_the_older_gives_the_newer(older: Release, newer: Release) -> None:
    diff = diff_releases(older, newer).requests
    gone = {r.code for r in diff.retired} | {pair.before for pair in diff.waiting_resolved}
    come = {r.code for r in (*diff.added, *diff.reactivated)} | {pair.after for pair in diff.waiting_resolved}
    assert {r.code for r in older.requests} - gone | come == {r.code for r in newer.requests}
    assert {c.concept.code for c in diff.changed} == {
        a.code for a in older.requests for b in newer.requests if a.code == b.code and a.display != b.display
    }


@given(some_releases())
def test_a_release_differs_in_nothing_from_itself(one: Release) -> None:
    assert changelog(diff_releases(one, one)) == ("Demandes : aucun changement.", "Analyses : aucun changement.")

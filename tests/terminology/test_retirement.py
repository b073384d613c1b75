"""A code that a release dropped is still resolved beside it, retired since the release that dropped it."""

from datetime import date

from terminology.catalogue import Catalogue
from terminology.release import ReleaseKind
from terminology.request_code import CodeStatus
from terminology.retirement import with_retired
from tests.terminology.releases import NFS, PROLACTIN, release

FIRST = release("2024-09", date(2024, 9, 1), NFS, PROLACTIN)
SECOND = release("2025-03", date(2025, 3, 15), NFS)
THIRD = release("2025-09", date(2025, 9, 15), NFS)


def test_it_is_retired_since_the_first_release_without_it() -> None:
    opened = Catalogue(with_retired(THIRD, [SECOND, FIRST]))
    gone = opened.get("2842-3")
    assert gone is not None
    assert (gone.status, gone.retired_since) == (CodeStatus.RETIRED, date(2025, 3, 15))


def test_its_names_no_longer_name_an_exam() -> None:
    assert Catalogue(with_retired(THIRD, [SECOND, FIRST])).codes_named("Prolactine") == frozenset()


def test_a_later_release_adds_nothing_to_an_earlier_one() -> None:
    assert with_retired(SECOND, [THIRD]) == SECOND


def test_the_starter_content_is_older_than_any_official_release() -> None:
    starter = release("demarrage-1", date(2026, 11, 21), PROLACTIN, kind=ReleaseKind.STARTER)
    retired = with_retired(FIRST, [starter]).requests
    assert [r.code for r in retired] == ["57022-6", "2842-3"]
    assert Catalogue(with_retired(SECOND, [starter])).get("2842-3") is not None
    assert with_retired(starter, [FIRST, SECOND]) == starter

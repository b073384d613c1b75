"""The figures of a laboratory, and how they went month after month (terminology.md §7.6)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from storage.transcoding import SqlTranscoding
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.transcoding.assistant import lab_state
from terminology.transcoding.dashboard import Dashboard, Share, dashboard
from terminology.transcoding.mapping import MappingKind, MappingStatus
from tests.terminology.transcoding.bench import (
    BIOLOGIST,
    DAY,
    FINESS,
    NOW,
    ROWS,
    TARGETS,
    WAITING_SYSTEM,
    decide,
    imported,
    loinc,
    validated,
)

TODAY = datetime(2026, 5, 20, 8, 0, tzinfo=UTC)


def figures(store: SqlTranscoding, now: datetime = TODAY) -> Dashboard:
    return dashboard([lab_state(store, FINESS, BIOLOGIST)], TARGETS, now)


def test_before_any_decision_everything_is_to_do(store: SqlTranscoding) -> None:
    found = figures(store)
    assert found.by_status[MappingStatus.TO_DO] == 3
    assert (found.coverage, found.coverage.percent) == (Share(0, 3), Decimal(0))
    assert (found.restricted, found.without_nabm, found.median_delay_days) == (Share(0, 3), 2, None)


def test_coverages_count_exams_acts_codes_and_kinds(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5", at=NOW + DAY)
    decide(store, "ZOR", MappingStatus.VALIDATED, Coding(WAITING_SYSTEM, "ATT-001"), at=NOW + 4 * DAY)
    found = figures(store)
    assert (found.coverage.percent, found.coverage_by_volume) == (Decimal("66.7"), Share(1000, 1000))
    assert found.restricted == Share(1, 3)
    assert found.by_kind[MappingKind.TECHNIQUE] == Share(0, 1)
    assert found.by_system == {"loinc": 1, "attente": 1, "local": 0}
    assert found.median_delay_days == Decimal("2.5")
    assert [(c.display, share) for c, share in found.by_chapter] == [
        ("Biochimie", Share(2, 2)),
        ("Sans chapitre", Share(0, 1)),
    ]


def test_a_code_kept_local_counts_as_validated_and_as_local(store: SqlTranscoding) -> None:
    decide(store, "XX", MappingStatus.VALIDATED, Coding(LOCAL_SYSTEM, "XX", "Exploration maison"))
    assert figures(store).by_system == {"loinc": 0, "attente": 0, "local": 1}


def test_an_exam_in_doubt_is_to_review_and_no_longer_covered(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5")
    decide(store, "GLYJ", MappingStatus.TO_REVIEW, comment="automate changé")
    assert (figures(store).to_review, figures(store).coverage.validated) == (1, 0)


def test_each_month_is_told_as_it_ended(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5", at=NOW)
    validated(store, "ZOR", "2345-7", at=NOW + 30 * DAY)
    decide(store, "GLYJ", MappingStatus.TO_REVIEW, comment="doute", at=NOW + 35 * DAY)
    imported(store, *ROWS[:2], at=TODAY - DAY)
    months = [(m.month, m.coverage) for m in figures(store).months]
    assert months == [("2026-03", Share(1, 3)), ("2026-04", Share(1, 3)), ("2026-05", Share(1, 2))]
    assert figures(store).absent == 1


def test_the_last_month_counts_what_was_done_this_very_instant(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5", at=TODAY)
    assert figures(store, TODAY).months[-1].coverage == Share(1, 3)
    assert figures(store, TODAY - timedelta(microseconds=1)).months[-1].coverage == Share(0, 3)


def test_no_laboratory_gives_no_figure_and_no_division_by_zero() -> None:
    found = dashboard([], TARGETS, TODAY)
    assert (found.coverage.percent, found.months, found.laboratories) == (None, (), 0)


def test_a_refused_target_still_tells_the_chapter_but_covers_nothing(store: SqlTranscoding) -> None:
    decide(store, "GLYJ", MappingStatus.PROPOSED, loinc("40193-5"))
    decide(store, "GLYJ", MappingStatus.REFUSED, comment="non")
    assert figures(store).by_status[MappingStatus.REFUSED] == 1
    assert figures(store).by_chapter[0][1] == Share(0, 1)

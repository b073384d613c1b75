"""What a new release puts in doubt is to be reviewed, one row of history each, once (terminology.md §7.4)."""

from dataclasses import replace

from storage.transcoding import SqlTranscoding
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOINC
from terminology.request_code import CodeStatus
from terminology.transcoding.history import HistoryQuery
from terminology.transcoding.mapping import MappingKey, MappingKind, MappingStatus
from terminology.transcoding.review import review_after
from tests.terminology.transcoding.bench import (
    DAY,
    FINESS,
    GLUCOSE_OXIDASE,
    NOW,
    OPERATOR,
    RELEASE,
    WAITING_SYSTEM,
    decide,
    mapping_of,
    validated,
)

ZORGLINE = RELEASE.results[-1]
BECOME_LOINC = replace(ZORGLINE, code="2284-8", system=LOINC, status=CodeStatus.ACTIVE, waiting_code="ATT-001")
STAYED = [r for r in RELEASE.results if r.code not in ("53049-3", "ATT-001")]
NEXT = replace(RELEASE, label="2026-03", results=(*STAYED, BECOME_LOINC))


def reasons(store: SqlTranscoding) -> dict[str, str]:
    done = review_after(NEXT, store, OPERATOR.name, NOW + DAY)
    return {change.key.local_code: change.reason for changes in done.values() for change in changes}


def test_a_retired_target_and_a_waiting_code_that_became_loinc_are_to_be_reviewed(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "53049-3")
    decide(store, "ZOR", MappingStatus.VALIDATED, Coding(WAITING_SYSTEM, "ATT-001"))
    kept = validated(store, "XX", "14749-6")
    found = reasons(store)
    assert set(found) == {"GLYJ", "ZOR"}
    assert "53049-3 retiré" in found["GLYJ"]
    assert "ATT-001 remplacé par le LOINC 2284-8" in found["ZOR"]
    assert mapping_of(store, kept.key) == kept
    row = store.history(HistoryQuery(FINESS, "GLYJ"))[0].change
    assert (row.author, row.at, row.after and row.after.status) == (OPERATOR.name, NOW + DAY, MappingStatus.TO_REVIEW)


def test_reviewing_again_finds_nothing_more(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "53049-3")
    assert len(reasons(store)) == 1
    assert reasons(store) == {}


def test_a_release_that_changes_nothing_puts_nothing_in_doubt(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5")
    assert review_after(RELEASE, store, OPERATOR.name, NOW) == {}


def test_a_retired_code_that_is_still_resolvable_is_in_doubt_too(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "53049-3")
    retired = replace(RELEASE.results[3], status=CodeStatus.RETIRED)
    opened = replace(NEXT, results=(*NEXT.results, retired))
    assert set(review_after(opened, store, OPERATOR.name, NOW)) == {FINESS}


def test_a_code_the_release_never_held_is_no_business_of_its_successors(store: SqlTranscoding) -> None:
    decide(store, "GLYJ", MappingStatus.VALIDATED, Coding(LOINC, "2823-3", "Potassium, LOINC Biologie FR"))
    assert reasons(store) == {}


def test_a_technique_that_left_its_list_is_to_be_reviewed(store: SqlTranscoding) -> None:
    key = MappingKey("GLYJ", MappingKind.TECHNIQUE, "Hexokinase maison")
    decide(store, "GLYJ", MappingStatus.VALIDATED, GLUCOSE_OXIDASE, key=key)
    other = replace(RELEASE.lists, techniques=(replace(GLUCOSE_OXIDASE, code="DOX"),))
    assert set(review_after(replace(RELEASE, lists=other), store, OPERATOR.name, NOW)) == {FINESS}

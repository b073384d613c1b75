"""The store of mappings, on each database: what was read is what is changed, and the history only grows (§2, §7.4)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from circuitbio.examples import lab_catalogue_file
from kernel.errors import Conflict
from storage.engine import transaction
from storage.transcoding import SqlTranscoding
from terminology.coding import Coding
from terminology.impact import MappingImpact
from terminology.lab_catalogue import LabExam, Laboratory
from terminology.lab_catalogue_systems import LOINC
from terminology.lab_catalogue_toml import load_lab_catalogue
from terminology.transcoding.columns import Field
from terminology.transcoding.history import Change, HistoryQuery
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem
from terminology.transcoding.mapping import Mapping, MappingChanged, MappingKey, MappingKind, MappingStatus

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
FINESS, OTHER = "750000010", "750000028"
LAB = Laboratory(FINESS, "LBM A", "LBMA")
SODIUM = Coding(LOINC, "2951-2", "Sodium")


@pytest.fixture
def store(base: Engine) -> SqlTranscoding:
    return SqlTranscoding(base)


def mapping(code: str, status: MappingStatus = MappingStatus.VALIDATED, target: Coding | None = SODIUM) -> Mapping:
    return Mapping(MappingKey(code), status, "RPPS", NOW, target, comment="l'été, œ, €", score=88, release="2025-09")


def created(after: Mapping) -> Change:
    return Change(None, after, "RPPS", NOW, "créée")


def only(store: SqlTranscoding) -> Mapping:
    (found,) = store.mappings(FINESS)
    return found


def test_a_catalogue_is_kept_with_every_detail_and_in_its_order(store: SqlTranscoding) -> None:
    exams = load_lab_catalogue(lab_catalogue_file()).exams
    items = [LocalItem(exam, NOW, None, place) for place, exam in enumerate(reversed(exams))]
    items[0] = replace(items[0], absent_since=NOW + timedelta(days=1), monthly_volume=None)
    catalogue = LocalCatalogue(LAB, 1, NOW, tuple(items))
    store.save(FINESS, (), catalogue)
    assert store.find_catalogue(FINESS) == catalogue
    assert (store.laboratories(), store.find_catalogue(OTHER)) == ((LAB,), None)


def test_the_version_held_and_the_mappings_of_some_exams_are_read_alone(store: SqlTranscoding) -> None:
    assert (store.catalogue_version(FINESS), store.exam_mappings(FINESS, ["A"])) == (None, {})
    store.save(FINESS, (), LocalCatalogue(LAB, 1, NOW))
    technique = replace(mapping("A"), key=MappingKey("A", MappingKind.TECHNIQUE, "T"))
    store.save(FINESS, [created(mapping("A")), created(technique), created(mapping("B"))])
    store.save(OTHER, [created(mapping("C"))])
    found = store.exam_mappings(FINESS, ["A", "C", "D"])
    assert found == {"A": store.find_mapping(FINESS, MappingKey("A"))}
    assert (store.catalogue_version(FINESS), store.catalogue_version(OTHER)) == (1, None)


def test_a_catalogue_only_follows_the_version_it_was_made_from(store: SqlTranscoding) -> None:
    first = LocalCatalogue(LAB, 1, NOW, (LocalItem(LabExam("NA", "Sodium"), NOW),))
    store.save(FINESS, (), first)
    for version in (1, 3):
        with pytest.raises(Conflict) as refused:
            store.save(FINESS, [created(mapping("NA"))], replace(first, version=version, items=()))
        assert refused.value.code == "catalogue-changed"
    assert (store.find_catalogue(FINESS), store.mappings(FINESS), store.history(HistoryQuery())) == (first, (), ())
    store.save(FINESS, (), replace(first, version=2, items=()))
    assert store.find_catalogue(FINESS) == replace(first, version=2, items=())


def test_each_change_is_a_row_of_history_whose_number_is_the_version(store: SqlTranscoding) -> None:
    store.save(FINESS, [created(mapping("NA")), created(mapping("K"))])
    before = store.mappings(FINESS)[1]
    after = replace(before, status=MappingStatus.TO_REVIEW, comment="")
    store.save(FINESS, [Change(before, after, "exploitant", NOW, "version 2026-03")])
    store.save(FINESS, [Change(replace(after, version=3), None, "RPPS", NOW, "erreur")])
    rows = store.history(HistoryQuery(FINESS, "NA"))
    assert [(r.number, r.change.before, r.change.after) for r in rows] == [
        (4, replace(after, version=3), None),
        (3, before, replace(after, version=3)),
        (1, None, before),
    ]
    assert [m.key.local_code for m in store.mappings(FINESS)] == ["K"]


def test_a_change_of_what_has_changed_since_is_refused_whole(store: SqlTranscoding) -> None:
    store.save(FINESS, [created(mapping("NA"))])
    read = only(store)
    store.save(FINESS, [Change(read, replace(read, comment="autre"), "RPPS", NOW, "")])
    now = only(store)
    for stale in (Change(read, None, "RPPS", NOW, ""), Change(read, read, "RPPS", NOW, ""), created(mapping("NA"))):
        with pytest.raises(MappingChanged) as changed:
            store.save(FINESS, [created(mapping("K")), stale])
        assert changed.value.current == now.version
    assert (only(store), len(store.history(HistoryQuery()))) == (now, 2)


def test_two_people_deciding_at_once_never_lose_a_decision(store: SqlTranscoding) -> None:
    store.save(FINESS, [created(mapping("NA", MappingStatus.PROPOSED))])
    read, together = only(store), Barrier(4)

    def decide(number: int) -> bool:
        together.wait()
        try:
            store.save(FINESS, [Change(read, replace(read, comment=str(number)), f"RPPS {number}", NOW, "")])
        except MappingChanged:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(decide, range(4))) == [False, False, False, True]
    (last, _) = store.history(HistoryQuery(FINESS))
    assert only(store) == last.change.after


def test_the_database_itself_refuses_to_touch_the_history(store: SqlTranscoding, base: Engine) -> None:
    store.save(FINESS, [created(mapping("NA"))])
    before = store.history(HistoryQuery())
    attempts = [
        "UPDATE lab_mapping_history SET author = 'personne'",
        "UPDATE lab_mapping_history SET reason = '' WHERE number = 1",
        "DELETE FROM lab_mapping_history",
        "DELETE FROM lab_mapping_history WHERE number = 1",
    ]
    if base.dialect.name == "postgresql":  # SQLite has no such statement
        attempts.append("TRUNCATE lab_mapping_history")
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="append-only"), transaction(base, writing=True) as connection:
            connection.execute(text(attempt))
    assert store.history(HistoryQuery()) == before


def test_the_history_is_seen_by_item_by_author_and_by_page_the_last_first(store: SqlTranscoding) -> None:
    store.save(FINESS, [created(mapping("NA")), created(mapping("K"))])
    store.save(OTHER, [replace(created(mapping("NA")), author="RPPS 2")])
    views = (HistoryQuery(), HistoryQuery(FINESS), HistoryQuery(FINESS, "K"), HistoryQuery(author="RPPS 2"))
    assert [[r.number for r in store.history(view)] for view in views] == [[3, 2, 1], [2, 1], [2], [3]]
    assert [r.number for r in store.history(HistoryQuery(), limit=1, offset=1)] == [2]


def test_who_uses_some_codes_is_told_for_every_laboratory_save_what_was_refused(store: SqlTranscoding) -> None:
    technique = replace(mapping("NA"), key=MappingKey("NA", MappingKind.TECHNIQUE, "T"))
    store.save(FINESS, [created(mapping("NA")), created(technique), created(mapping("K", MappingStatus.REFUSED))])
    store.save(OTHER, [created(mapping("SOD", MappingStatus.PROPOSED)), created(mapping("X", target=None))])
    many = [f"{number}-0" for number in range(1200)]
    assert store.mappings_using([*many, "2951-2"]) == (
        MappingImpact(FINESS, "NA", "2951-2"),
        MappingImpact(OTHER, "SOD", "2951-2"),
    )
    assert store.mappings_using(()) == ()


def test_chosen_columns_are_kept_and_replaced(store: SqlTranscoding) -> None:
    assert store.columns(FINESS) == {}
    store.remember_columns(FINESS, {Field.CODE: "Réf", Field.LABEL: "Nom"})
    store.remember_columns(FINESS, {Field.CODE: "Réf. 2"})
    assert (store.columns(FINESS), store.columns(OTHER)) == ({Field.CODE: "Réf. 2"}, {})

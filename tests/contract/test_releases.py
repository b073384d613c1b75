"""The contract of the store of releases (`terminology/ports.py`), asked of every implementation."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import chain, pairwise, product

import pytest

from kernel.clock import FixedClock
from kernel.errors import CircuitbioError, Conflict, Invalid, NotFound
from storage.engine import engine_for
from storage.releases import ReleaseAction, SqlReleases
from terminology.ports import ReleaseStore
from terminology.release_record import ActiveRelease, ReleaseRecord, ReleaseStatus
from tests.storage.orders import NOW
from tests.storage.releases import AUTUMN, OPERATOR, REPORT, file_of, keep, new_release

LATER = NOW + timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def two_workers(base_url: str, clock: FixedClock) -> Iterator[list[SqlReleases]]:
    """Two stores on one base, with connections and locks of their own, as two processes have."""
    engines = [engine_for(base_url), engine_for(base_url)]
    yield [SqlReleases(engine, clock) for engine in engines]
    for engine in engines:
        engine.dispose()


@pytest.fixture
def store(two_workers: list[SqlReleases]) -> SqlReleases:
    return two_workers[0]


@pytest.fixture
def other(two_workers: list[SqlReleases]) -> SqlReleases:
    return two_workers[1]


def refusal(work: Callable[[], object]) -> CircuitbioError:
    with pytest.raises(CircuitbioError) as error:
        work()
    return error.value


def test_a_release_comes_back_exactly_as_it_was_completed(store: ReleaseStore, other: ReleaseStore) -> None:
    release = new_release()
    record = keep(store, release)
    loaded = other.load("2025-03")
    assert loaded == release
    assert str(loaded.results[0].correspondence.factor) == "5.5510"  # type: ignore[union-attr]
    assert other.report("2025-03") == REPORT
    assert other.record("2025-03") == record
    assert record == ReleaseRecord(
        "2025-03", 1, release.kind, ReleaseStatus.AVAILABLE, date(2025, 3, 15), file_of(release), NOW, OPERATOR,
        hashlib.sha256(REPORT).hexdigest(), 1, ("un refus",),
    )  # fmt: skip


def test_the_same_file_gives_the_release_already_held_and_its_first_report(store: ReleaseStore) -> None:
    first = keep(store)
    changed = new_release(display="lu autrement")
    with store.staging("copie.xlsx", "quelqu'un d'autre", LATER) as staging:
        again = staging.complete(changed, file_of(new_release()), b"{}", 0, ())
    assert again == first
    assert store.records() == (first,)
    assert store.report(first.name) == REPORT


def test_the_same_label_with_another_content_is_the_next_revision(store: ReleaseStore) -> None:
    keep(store)
    second = keep(store, new_release(display="Examen B"))
    third = keep(store, new_release(display="Examen C"))
    assert [second.name, third.name] == ["2025-03+2", "2025-03+3"]
    assert store.load("2025-03+2") == replace(new_release(display="Examen B"), revision=2)
    assert store.load("2025-03+1") == store.load("2025-03") == new_release()


def test_the_same_content_from_another_file_makes_no_copy(store: ReleaseStore) -> None:
    keep(store)
    second = keep(store, new_release(display="Examen B"))
    assert keep(store, replace(new_release(display="Examen B"), revision=7), file_of(AUTUMN)) == second
    assert len(store.records()) == 2


def test_a_label_that_could_be_taken_for_another_name_is_refused(store: ReleaseStore) -> None:
    for label in ("", " ", "active", "2025-03+2", "x" * 65):
        with pytest.raises(Invalid) as error:
            keep(store, new_release(label))
        assert error.value.code == "release-label"
    assert keep(store).name == "2025-03"


def test_releases_are_listed_the_last_published_first(store: ReleaseStore) -> None:
    keep(store, AUTUMN)
    keep(store)
    keep(store, new_release(display="Examen B"))
    assert [record.name for record in store.records()] == ["2025-09", "2025-03+2", "2025-03"]


def test_an_unknown_name_is_told_with_those_that_are_held(store: ReleaseStore) -> None:
    keep(store)
    asked: list[Callable[[str], object]] = [
        store.record,
        store.load,
        store.report,
        lambda name: store.activate(name, OPERATOR, NOW),
        lambda name: store.withdraw(name, OPERATOR, NOW),
    ]
    for name, ask in product(("2024-01", "2025-03+2", "active", "", "2025-03\0", "'"), asked):
        error = refusal(partial(ask, name))
        assert isinstance(error, NotFound)
        assert error.code == "unknown-release"
        assert "2025-03." in error.findings[0].hint


def test_one_release_at_most_is_active_and_an_earlier_one_can_be_again(store: SqlReleases, other: ReleaseStore) -> None:
    keep(store)
    keep(store, AUTUMN)
    assert store.active() is None
    assert store.activate("2025-03", OPERATOR, NOW) == ActiveRelease("2025-03", 1, NOW)
    assert store.activate("2025-09", OPERATOR, LATER) == ActiveRelease("2025-09", 2, LATER)
    assert [record.status for record in other.records()] == [ReleaseStatus.ACTIVE, ReleaseStatus.AVAILABLE]
    assert other.activate("2025-03", "b", LATER) == other.active() == ActiveRelease("2025-03", 3, LATER)
    assert other.load("active") == new_release()
    assert [(event.by, event.action, event.name) for event in store.history()] == [
        (OPERATOR, ReleaseAction.ACTIVATED, "2025-03"),
        (OPERATOR, ReleaseAction.ACTIVATED, "2025-09"),
        ("b", ReleaseAction.ACTIVATED, "2025-03"),
    ]


def test_activating_the_active_one_changes_nothing(store: SqlReleases) -> None:
    keep(store)
    first = store.activate("2025-03", OPERATOR, NOW)
    assert store.activate("active", "quelqu'un d'autre", LATER) == first == store.active()
    assert len(store.history()) == 1


def test_a_withdrawn_release_is_kept_and_read_and_never_activated(store: SqlReleases) -> None:
    keep(store)
    keep(store, AUTUMN)
    store.activate("2025-09", OPERATOR, NOW)
    withdrawn = store.withdraw("2025-03", OPERATOR, LATER)
    assert store.withdraw("2025-03", "quelqu'un d'autre", LATER) == withdrawn == store.record("2025-03")
    assert withdrawn.status is ReleaseStatus.WITHDRAWN
    assert store.load("2025-03") == new_release()
    assert refusal(lambda: store.activate("2025-03", OPERATOR, LATER)).code == "withdrawn"
    assert [event.action for event in store.history()] == [ReleaseAction.ACTIVATED, ReleaseAction.WITHDRAWN]


def test_the_active_release_is_not_withdrawn(store: ReleaseStore) -> None:
    keep(store)
    store.activate("2025-03", OPERATOR, NOW)
    for name in ("2025-03", "active"):
        error = refusal(partial(store.withdraw, name, OPERATOR, LATER))
        assert (type(error), error.code) == (Conflict, "release-active")
    assert store.record("active").name == "2025-03"


def test_an_import_that_is_left_leaves_nothing(store: ReleaseStore, other: ReleaseStore) -> None:
    with store.staging("jdv.xlsx", OPERATOR, NOW) as staging:
        staging.progress(1, 10)

    def fail() -> None:
        with store.staging("jdv.xlsx", OPERATOR, NOW):
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert other.records() == ()
    assert other.clean(LATER) == 0
    assert keep(other).name == "2025-03"


def test_one_import_at_a_time_in_this_process_or_another(
    store: ReleaseStore, other: ReleaseStore, clock: FixedClock
) -> None:
    with store.staging("jdv-2025.xlsx", OPERATOR, NOW) as staging:
        clock.instant = NOW + 2 * SECOND
        staging.progress(1200, 3500)
        for each in (store, other):
            error = refusal(partial(keep, each))
            assert (type(error), error.code) == (Conflict, "import-running")
            assert "jdv-2025.xlsx, par operateur-1 (1200 lignes sur 3500)" in str(error)
            assert "62 s" in error.findings[0].hint
        staging.complete(new_release(), file_of(new_release()), REPORT, 0, ())
        assert keep(other, AUTUMN).name == "2025-09"  # its release is kept: the next may begin


def test_progress_keeps_an_import_alive_however_long_it_lasts(
    store: ReleaseStore, other: ReleaseStore, clock: FixedClock
) -> None:
    with store.staging("jdv.xlsx", OPERATOR, NOW) as staging:
        for row in range(20):
            clock.instant = NOW + row * 40 * SECOND
            staging.progress(row, 20)
        assert other.clean(clock.instant) == 0
        assert refusal(lambda: keep_at(other, clock)).code == "import-running"
        assert staging.complete(new_release(), file_of(new_release()), REPORT, 0, ()).imported_at == NOW


def keep_at(store: ReleaseStore, clock: FixedClock) -> None:
    with store.staging("autre.xlsx", OPERATOR, clock.instant):
        pass


@pytest.mark.parametrize("cleaned", [True, False], ids=["by clean", "by the next import"])
def test_an_import_silent_for_a_minute_is_dead_and_cannot_complete_any_more(
    store: ReleaseStore, other: ReleaseStore, clock: FixedClock, cleaned: bool
) -> None:
    with store.staging("jdv.xlsx", OPERATOR, NOW) as staging:
        clock.instant = NOW + 59 * SECOND
        assert other.clean(clock.instant) == 0
        clock.instant = NOW + 60 * SECOND
        if cleaned:
            assert [other.clean(clock.instant), other.clean(clock.instant)] == [1, 0]
        else:
            keep_at(other, clock)
        late = [
            lambda: staging.progress(1, 10),
            lambda: staging.complete(new_release(), file_of(new_release()), REPORT, 0, ()),
        ]
        assert [refusal(work).code for work in late] == ["import-overtaken"] * 2
    assert other.records() == ()


def test_leaving_an_import_that_was_overtaken_does_not_end_the_one_that_overtook_it(
    store: ReleaseStore, other: ReleaseStore
) -> None:
    first = store.staging("jdv.xlsx", OPERATOR, NOW)
    first.__enter__()
    with other.staging("autre.xlsx", OPERATOR, LATER) as second:
        first.__exit__(None, None, None)
        assert second.complete(AUTUMN, file_of(AUTUMN), REPORT, 0, ()).name == "2025-09"


def test_workers_that_import_activate_and_withdraw_at_once_agree_on_one_active_release(
    two_workers: list[SqlReleases],
) -> None:
    workers = list(chain.from_iterable([two_workers] * 4))

    def work(number: int) -> None:
        store = workers[number]
        for turn in range(4):
            with suppress(Conflict):  # another imports, or has withdrawn or activated it
                keep(store, new_release(display=f"Examen {number} {turn}"))
            for name in [record.name for record in store.records()][number % 3 : number % 3 + 2]:
                with suppress(Conflict):
                    store.activate(name, OPERATOR, NOW)
                with suppress(Conflict):
                    store.withdraw(name, OPERATOR, NOW)

    with ThreadPoolExecutor(len(workers)) as threads:
        list(threads.map(work, range(len(workers))))
    store = two_workers[0]
    records, history = store.records(), store.history()
    assert sorted(record.revision for record in records) == list(range(1, len(records) + 1))
    assert len({record.source.sha256 for record in records}) == len(records)
    (active,) = [record for record in records if record.status is ReleaseStatus.ACTIVE]
    switches = [event.name for event in history if event.action is ReleaseAction.ACTIVATED]
    withdrawals = [event.name for event in history if event.action is ReleaseAction.WITHDRAWN]
    assert store.active() == ActiveRelease(active.name, len(switches), NOW)
    assert switches[-1] == active.name
    assert sorted(withdrawals) == sorted(r.name for r in records if r.status is ReleaseStatus.WITHDRAWN)
    assert all(one != other for one, other in pairwise(switches))
    with store.staging("jdv.xlsx", OPERATOR, NOW):
        pass

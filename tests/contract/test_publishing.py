"""The life of a laboratory's versions on each database: numbers, exact bytes, ends, history, what is queued."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, exc, text

from kernel.clock import FixedClock
from kernel.errors import Conflict, Invalid, NotFound
from lcsd.exchange_file import read_file
from lcsd.publishing import Publisher, check_subscriber
from storage.engine import transaction
from storage.publishing import SqlPublishing
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_catalogue_systems import TECHNIQUE
from terminology.publishing.delivery import Channel, DeliveryState, Subscriber
from terminology.publishing.version import VersionState
from tests.lcsd.catalogues import CLOCK, GLUCOSE, LABORATORY, WORKED_EXAMPLE

FILE = Subscriber("chu", "DPI", "750000002", Channel.FILE, folder="out")
MLLP = Subscriber("clinique", "DPI", "750000028", Channel.MLLP, host="127.0.0.1", port=2575)


@pytest.fixture
def publisher(base: Engine) -> Publisher:
    return Publisher(SqlPublishing(base), LABORATORY.finess, "RPPS 10005688798", FixedClock(CLOCK.instant))


def published(publisher: Publisher, catalogue: LabCatalogue = WORKED_EXAMPLE, note: str = "") -> int:
    publisher.save(catalogue, note)
    return publisher.publish(confirm_removals=True)[0].number


def states(publisher: Publisher) -> list[tuple[int, VersionState]]:
    return [(v.number, v.state) for v in publisher.store.versions(publisher.finess)]


def test_a_draft_is_checked_published_then_superseded_and_its_bytes_never_change(publisher: Publisher) -> None:
    first = publisher.save(WORKED_EXAMPLE, "première")
    assert (first.number, first.state, first.author) == (1, VersionState.DRAFT, "RPPS 10005688798")
    assert all(f.severity != "error" for f in publisher.check())
    assert states(publisher) == [(1, VersionState.CHECKED)]
    publisher.publish()
    kept = publisher.store.content(publisher.finess, 1)
    later = replace(WORKED_EXAMPLE, effective_from=WORKED_EXAMPLE.effective_from + timedelta(days=30))
    assert published(publisher, later) == 2
    assert states(publisher) == [(1, VersionState.SUPERSEDED), (2, VersionState.PUBLISHED)]
    assert publisher.store.content(publisher.finess, 1) == kept
    assert publisher.store.catalogue(publisher.finess, 1) == replace(WORKED_EXAMPLE, version=1)


def test_one_error_and_nothing_is_published_with_every_error_told(publisher: Publisher) -> None:
    wrong = [replace(e, label="") for e in WORKED_EXAMPLE.exams[:2]]
    publisher.save(replace(WORKED_EXAMPLE, exams=(*wrong, *WORKED_EXAMPLE.exams[2:])))
    with pytest.raises(Invalid) as refused:
        publisher.publish()
    assert sum(f.severity == "error" for f in refused.value.findings) == 2
    assert states(publisher) == [(1, VersionState.DRAFT)]


def test_two_writers_of_one_draft_do_not_write_over_each_other(publisher: Publisher) -> None:
    read = publisher.save(WORKED_EXAMPLE)
    publisher.save(WORKED_EXAMPLE, revision=read.revision)
    with pytest.raises(Conflict, match="changé"):
        publisher.save(WORKED_EXAMPLE, revision=read.revision)
    with pytest.raises(Conflict, match="changé"):
        publisher.save(WORKED_EXAMPLE, revision=0)


def test_the_base_itself_refuses_to_change_what_is_published(publisher: Publisher, base: Engine) -> None:
    published(publisher)
    for statement in (
        "UPDATE lcsd_version SET content = '{}'",
        "DELETE FROM lcsd_mapping_change",
    ):
        with pytest.raises(exc.DBAPIError), transaction(base, writing=True) as connection:
            connection.execute(text(statement))


def test_removing_more_than_a_fifth_waits_for_a_confirmation(publisher: Publisher) -> None:
    published(publisher)
    publisher.save(replace(WORKED_EXAMPLE, exams=(GLUCOSE,)))
    with pytest.raises(Conflict) as asked:
        publisher.publish()
    assert asked.value.code == "removals-to-confirm"
    assert publisher.publish(confirm_removals=True)[0].number == 2


def test_a_version_says_what_it_changes_and_its_mappings_keep_their_history(publisher: Publisher) -> None:
    published(publisher)
    other = replace(GLUCOSE, techniques=(Coding(TECHNIQUE, "AUTRE", "Autre"),), label="Glucose du matin")
    exams = tuple(other if e == GLUCOSE else e for e in WORKED_EXAMPLE.exams if e.local_code != "PRL")
    publisher.save(replace(WORKED_EXAMPLE, exams=exams))
    diff = publisher.diff(2)
    assert (diff.added, diff.removed) == ((), ("PRL",))
    assert [(c.local_code, [name for name, *_ in c.fields]) for c in diff.changed] == [
        ("GLYJ", ["label", "techniques"])
    ]
    publisher.publish(confirm_removals=True)
    changes = {
        (c.local_code, c.field): (c.action.value, c.before, c.after)
        for c in publisher.store.mapping_changes(publisher.finess)
        if c.version == 2
    }
    assert changes == {
        ("GLYJ", "techniques"): ("modification", "DEG", "AUTRE"),
        ("PRL", "loinc"): ("suppression", "2842-3", ""),
    }


def test_a_withdrawal_publishes_the_content_before_under_a_new_number(publisher: Publisher) -> None:
    with pytest.raises(NotFound):
        publisher.withdraw()
    published(publisher)
    published(publisher, replace(WORKED_EXAMPLE, exams=(GLUCOSE,)))
    publisher.save(WORKED_EXAMPLE)
    with pytest.raises(Conflict, match="brouillon"):
        publisher.withdraw()
    assert publisher.withdraw(abandon_draft=True).number == 3
    assert [s for _, s in states(publisher)] == [
        VersionState.SUPERSEDED,
        VersionState.WITHDRAWN,
        VersionState.PUBLISHED,
    ]
    back = publisher.store.catalogue(publisher.finess, 3)
    assert back is not None
    assert back.exams == WORKED_EXAMPLE.exams


def test_publishing_queues_whole_bytes_for_each_subscriber_and_skips_what_is_older(publisher: Publisher) -> None:
    publisher.subscribe(FILE)
    published(publisher)
    publisher.subscribe(MLLP)
    first = publisher.store.deliveries()
    assert [(d.subscriber, d.rank) for d in first] == [("chu", 0), *(("clinique", n) for n in (1, 2, 3, 4))]
    assert read_file(first[0].data).catalogue == replace(WORKED_EXAMPLE, version=1)
    assert [d.identifier for d in first[1:]] == [f"LBMA-v1-{n}" for n in (1, 2, 3, 4)]
    publisher.subscribe(MLLP)
    assert publisher.store.deliveries() == first
    published(publisher)
    every = publisher.store.deliveries()
    assert {d.state for d in every if d.version == 1} == {DeliveryState.SKIPPED}
    assert {d.state for d in every if d.version == 2} == {DeliveryState.QUEUED}


def test_one_delivery_is_taken_once(publisher: Publisher) -> None:
    publisher.subscribe(FILE)
    published(publisher)
    (waiting,) = publisher.store.deliveries()
    until = CLOCK.instant + timedelta(minutes=2)
    assert publisher.store.take(waiting, CLOCK.instant, until) is not None
    assert publisher.store.take(waiting, CLOCK.instant, until) is None


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (replace(MLLP, host="10.0.0.1"), "clear_text"),
        (replace(MLLP, ca="ca.pem"), "ca"),
        (replace(MLLP, port=0), "port"),
        (replace(FILE, folder=""), "folder"),
        (replace(FILE, processing="X"), "processing"),
        (replace(FILE, application="A" * 21), "application"),
    ],
)
def test_a_subscriber_that_cannot_be_served_is_refused(wrong: Subscriber, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_subscriber(wrong)
    assert refused.value.findings[0].path == path

"""What is sealed of documents is read back as it was written."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from prescription.documents.departure import Channel, new_departure
from prescription.documents.dispatch import Dispatch
from prescription.documents.metadata import metadata_of
from prescription.documents.shared_document import DocumentStatus, SharedDocument
from prescription.documents.visibility import Restriction, restrictions_of
from prescription.people import IdentityStatus
from prescription.prescription import Validity
from storage.json_codec import NotOurs, read_json, write_json
from tests.document.documents import EVERYTHING
from tests.storage.documents import NOW, TREATING, code_of, full_order


@pytest.mark.parametrize("validity", [None, Validity(date(2026, 11, 25), date(2027, 1, 1))])
def test_a_shared_document_keeps_all_that_is_said_of_it(validity: Validity | None) -> None:
    order, hidden = replace(EVERYTHING, validity=validity), frozenset(Restriction)
    metadata = metadata_of(order, b"<document/>", restrictions_of(hidden))
    shared = SharedDocument("1", metadata, DocumentStatus.CURRENT, "10005688798", NOW, NOW, NOW.date(), hidden, 2)
    again = read_json(SharedDocument, write_json(shared))
    assert again == shared
    assert type(again.metadata.service_start) is type(metadata.service_start)


def test_a_dispatch_keeps_its_order_and_its_departures() -> None:
    order = replace(EVERYTHING, epu_code=code_of(full_order()))
    departures = [new_departure(f"{n}", each, NOW, delay=timedelta(hours=n)) for n, each in enumerate(Channel)]
    dispatch = Dispatch(
        "1", code_of(order), "10005688798", "", IdentityStatus.QUALIFIED, NOW, NOW.date(), order, tuple(departures)
    )
    assert read_json(Dispatch, write_json(dispatch)) == dispatch
    assert read_json(Dispatch, write_json(replace(dispatch, order=full_order(copies=[TREATING])))) != dispatch


def test_what_is_neither_a_day_nor_an_instant_is_not_ours() -> None:
    metadata = metadata_of(EVERYTHING, b"")
    written = write_json(metadata)
    start = f'"service_start":"{metadata.service_start.isoformat()}"'.encode()
    assert start in written
    for nonsense in (b'"service_start":"T"', b'"service_start":1', b'"service_start":""'):
        with pytest.raises(NotOurs):
            read_json(type(metadata), written.replace(start, nonsense))

"""What the base holds of a release: one packed document, that is not served unless it is whole and can be read."""

import hashlib
import json
import zlib

import pytest
from sqlalchemy import Engine, func, select, update

from kernel.clock import FixedClock
from kernel.errors import CircuitbioError
from storage.engine import transaction
from storage.release_json import write_release
from storage.releases import SqlReleases
from storage.tables import documents, releases
from tests.storage.orders import NOW
from tests.storage.releases import keep, new_release

CONTENT = write_release(new_release())
FUTURE = json.dumps(json.loads(CONTENT) | {"a_field_of_the_future": 1}).encode()


@pytest.fixture
def store(engine: Engine) -> SqlReleases:
    return SqlReleases(engine, FixedClock(NOW))


def put(engine: Engine, packed: bytes, digest: str | None = None) -> None:
    with transaction(engine, writing=True) as connection:
        connection.execute(update(documents).values(content=packed))
        if digest is not None:
            connection.execute(update(releases).values(content_sha256=digest))
        connection.commit()


@pytest.mark.parametrize(
    "packed",
    [zlib.compress(CONTENT.replace(b"Examen A", b"Examen Z")), zlib.compress(CONTENT)[:-9], b"", CONTENT],
    ids=["edited", "cut off", "emptied", "unpacked"],
)
def test_a_document_that_is_not_the_one_kept_is_not_served(engine: Engine, store: SqlReleases, packed: bytes) -> None:
    keep(store)
    put(engine, packed)
    with pytest.raises(CircuitbioError) as refusal:
        store.load("2025-03")
    assert (refusal.value.code, str(refusal.value)[:20]) == ("release-damaged", "La version 2025-03 e")


def test_a_document_of_a_later_version_of_the_software_is_told_as_such(engine: Engine, store: SqlReleases) -> None:
    keep(store)
    put(engine, zlib.compress(FUTURE), hashlib.sha256(FUTURE).hexdigest())
    with pytest.raises(CircuitbioError) as refusal:
        store.load("2025-03")
    assert refusal.value.code == "release-unreadable"
    assert store.record("2025-03").name == "2025-03"


def test_a_release_takes_little_room(engine: Engine, store: SqlReleases) -> None:
    keep(store, new_release(display="Examen " * 1000))
    with transaction(engine, writing=False) as connection:
        assert connection.scalar(select(func.length(documents.c.content))) < 1000

"""A store with one laboratory's catalogue in it."""

from pathlib import Path

import pytest

from storage.transcoding import SqlTranscoding
from tests.terminology.transcoding.bench import ROWS, imported, store_in


@pytest.fixture
def empty_store(tmp_path: Path) -> SqlTranscoding:
    return store_in(tmp_path)


@pytest.fixture
def store(empty_store: SqlTranscoding) -> SqlTranscoding:
    imported(empty_store, *ROWS)
    return empty_store

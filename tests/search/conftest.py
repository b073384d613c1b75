"""The starter catalogue, loaded once, on every engine there is."""

from collections.abc import Callable

import pytest

from search.embedded import EmbeddedEngine
from search.index import SearchEngine
from search.typeahead import Typeahead
from terminology.readers.starter import load_starter
from terminology.release import Release

ENGINES: dict[str, Callable[[], SearchEngine]] = {"embedded": EmbeddedEngine}


@pytest.fixture(scope="session")
def starter() -> Release:
    return load_starter()


@pytest.fixture(scope="session", params=sorted(ENGINES))
def typeahead(request: pytest.FixtureRequest, starter: Release) -> Typeahead:
    """A typeahead over the starter catalogue, one per engine: the contract suite runs on each."""
    typeahead = Typeahead(ENGINES[request.param]())
    typeahead.load(starter)
    return typeahead

"""How the tests are shared when several processes run them (`scripts/test`: two, by pytest-xdist).

A file is one piece of work, so that what it starts is started once; so are the journeys, which share a service. What
needs Java, or loads every core, is together one piece: there is one search node a run, and no load beside another. That
piece is begun first, then the journeys, then the other long ones, lest one of them be the last. A run by hand keeps to
the order of the files.
"""

from typing import Any

import pytest

TOGETHER = (
    "tests/conformance/",
    "tests/search/",
    "tests/journeys/test_elasticsearch_service.py",
    "tests/journeys/test_activation_under_load.py",
)
JOURNEYS = "tests/journeys/"
LONG = ("tests/api/openapi/test_schemathesis.py", "tests/web/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        begun = (*TOGETHER, JOURNEYS, *LONG)
        items.sort(key=lambda item: [not item.nodeid.startswith(first) for first in begun])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Pieces are given out in the order of the tests, not by how many tests they hold."""
    from xdist.scheduler import LoadScopeScheduling

    class Pieces(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(TOGETHER):
                return "together"
            return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return Pieces(config, log)

"""What holds for every test: judges only when asked for, no network, no silent skip where every part is required."""

import os
import socket
from collections.abc import Generator, Iterator
from typing import Any

import hypothesis
import pytest

from tests.conformance.cda_material import VARIABLE as CDA_MATERIAL

pytest_plugins = ["tests.elasticsearch.shared", "tests.postgres", "tests.spreading", "tests.storage.bases"]

REQUIRE_ALL = os.environ.get("CIRCUITBIO_REQUIRE_ALL") == "1"

# Two shared cores: an example that takes long says nothing about the code. The same examples each time, for all.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis.settings.load_profile("suite")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--judges", action="store_true", help="also run the outside judges of tests/conformance")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--judges"):
        judged = [item for item in items if item.get_closest_marker("judge")]
        config.hook.pytest_deselected(items=judged)
        items[:] = [item for item in items if item not in judged]
    ungiven = [item for item in items for mark in item.iter_markers("given") if mark.args[0] not in os.environ]
    config.hook.pytest_deselected(items=ungiven)
    items[:] = [item for item in items if item not in ungiven]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What nobody may fetch for the suite is told in a line of its own, required or not: the machine lacks nothing."""
    if config.getoption("--judges") and CDA_MATERIAL not in os.environ:
        terminalreporter.write_line(f"the judges of CDA documents did not sit: {CDA_MATERIAL} is not set")


def _is_required_but_absent(report: pytest.TestReport | pytest.CollectReport) -> bool:
    return REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CIRCUITBIO_REQUIRE_ALL=1 a test that skips has failed: the machine lacks a part it must have."""
    report = yield
    if _is_required_but_absent(report):
        report.outcome, report.longrepr = "failed", f"required here, yet: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if _is_required_but_absent(report):
        report.outcome, report.longrepr = "failed", f"required here, yet: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """The suite passes with no network: a connection to anywhere but this machine is an error, not a slow test."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse_outside(address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise RuntimeError(f"a test may not leave this machine: {address}")

    def guarded(self: socket.socket, address: Any) -> None:
        refuse_outside(address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        refuse_outside(address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield

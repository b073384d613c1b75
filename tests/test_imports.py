"""What the import contracts cannot say: standard library only, but for what is granted; no library without a home."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = PROJECT["tool"]["importlinter"]
ROOMS = CONTRACTS["root_packages"]
HOUSED = {module for contract in CONTRACTS["contracts"] for module in contract.get("forbidden_modules", [])} - set(
    ROOMS
)
# Needed by another library, never imported by us: pylibdmtx wants distutils, which setuptools brings.
# uvicorn takes uvloop and httptools where they are, SQLAlchemy takes psycopg by the URL of the database.
WITHOUT_HOME = {"setuptools", "uvloop", "httptools", "psycopg"}
# The two exceptions of the inner rooms, each in one module (pyproject.toml holds them to it).
GRANTED = {"terminology": {"openpyxl", "ucumvert", "pint"}}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOMS, include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("room", ["kernel", "hl7v2", "terminology", "prescription"])
def test_the_inner_rooms_import_the_standard_library_only(graph: grimp.ImportGraph, room: str) -> None:
    modules = graph.find_descendants(room) | {room}
    imported = {name for module in modules for name in graph.find_modules_directly_imported_by(module)}
    outside = {name.split(".")[0] for name in imported} - sys.stdlib_module_names - set(ROOMS)
    assert outside - GRANTED.get(room, set()) == set()


def test_every_outside_library_has_a_home(graph: grimp.ImportGraph) -> None:
    outside = {module.split(".")[0] for module in graph.modules} - set(ROOMS) - sys.stdlib_module_names
    assert outside - HOUSED == set()


def test_every_dependency_has_a_home_and_is_used(graph: grimp.ImportGraph) -> None:
    """A dependency nobody imports is weight; one without a contract could settle anywhere."""
    names = {re.match(r"[\w.-]+", line)[0].lower() for line in PROJECT["project"]["dependencies"]}  # type: ignore[index]
    modules: dict[str, set[str]] = {name: set() for name in names}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            if distribution.lower() in modules:
                modules[distribution.lower()].add(module)
    imported = {module.split(".")[0] for module in graph.modules}
    homeless = {name for name in names - WITHOUT_HOME if not modules[name] & HOUSED & imported}
    assert homeless == set()

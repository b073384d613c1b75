"""The wheel holds the rooms with their data and nothing else; the locks hold hashes and no address."""

import re
import tomllib
import zipfile
from pathlib import Path

import hatchling.build
import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOMS = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in the wheel, built in this process: no network, nothing written in the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = hatchling.build.build_wheel(str(folder))
    with zipfile.ZipFile(folder / name) as archive:
        return set(archive.namelist())


def test_the_wheel_has_the_rooms_of_the_list_and_no_other(wheel: set[str]) -> None:
    top = {name.split("/")[0] for name in wheel}
    assert {name for name in top if not name.endswith(".dist-info")} == ROOMS


def test_every_room_is_a_typed_package(wheel: set[str]) -> None:
    assert {f"{room}/{name}" for room in ROOMS for name in ("__init__.py", "py.typed")} <= wheel


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_every_file_of_a_room_is_in_the_wheel(wheel: set[str], room: str) -> None:
    """A data file (catalogue, fonts, migrations) that .gitignore swallows would be missed at a customer's only."""
    files = {file.relative_to(ROOT).as_posix() for file in (ROOT / room).rglob("*") if file.is_file()}
    assert {file for file in files if not re.search(r"__pycache__|\.pyc$|/\.", file)} <= wheel


def test_the_wheel_brings_the_catalogue_and_the_fonts(wheel: set[str]) -> None:
    for pattern in (r"terminology/starter/.*\.csv", r"printing/fonts/.*\.[ot]tf"):
        assert any(re.fullmatch(pattern, name) for name in wheel), pattern


@pytest.mark.parametrize("lock", ["run.lock", "dev.lock"])
def test_a_lock_pins_every_package_by_hash_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--index-url|--extra-index|--find-links|--trusted-host|@", text)
    pins = text.replace("\\\n", "").strip().splitlines()
    assert [pin for pin in pins if not re.match(r"[\w.\-\[\],]+==\S+ .*--hash=sha256:[0-9a-f]{64}", pin)] == []


def test_the_run_lock_is_part_of_the_dev_lock() -> None:
    """scripts/run takes an environment made for the tests as it is."""
    run, dev = ((ROOT / lock).read_text() for lock in ("run.lock", "dev.lock"))
    assert set(re.findall(r"^\S+==\S+", run, re.MULTILINE)) <= set(re.findall(r"^\S+==\S+", dev, re.MULTILINE))

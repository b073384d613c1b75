"""What is committed is what the sources make, it is small, and what builds it is pinned without an address."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB, BUILT = ROOT / "web", ROOT / "api" / "static"
NODE = Path(sys.executable).parent / "node"
LARGEST = 80 * 1024


@pytest.fixture(scope="module")
def node() -> str:
    """Node, as the environment of the tests brings it."""
    if not NODE.exists() or not (WEB / "node_modules").is_dir():
        pytest.skip("les outils de web/ ne sont pas installés (scripts/build-web)")
    return str(NODE)


def files(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_is_committed_is_what_the_sources_make(node: str, tmp_path: Path) -> None:
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=WEB, check=True)
    assert files(tmp_path) == files(BUILT)


def test_the_folder_changes_nothing_of_it(node: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another place"
    shutil.copytree(WEB, elsewhere, symlinks=True, ignore=shutil.ignore_patterns("node_modules"))
    (elsewhere / "node_modules").symlink_to(WEB / "node_modules")
    subprocess.run([node, "build.mjs", str(tmp_path / "out")], cwd=elsewhere, check=True)
    assert files(tmp_path / "out") == files(BUILT)


def test_the_types_hold(node: str) -> None:
    checked = subprocess.run(
        [node, "node_modules/typescript/bin/tsc", "--project", "."], cwd=WEB, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


def test_a_page_and_what_it_loads_is_small() -> None:
    for page in (BUILT / "pages").iterdir():
        loaded = [page, *(BUILT / f"{page.stem}.{end}" for end in ("js", "css"))]
        assert sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in loaded) <= LARGEST, page.name


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    for one in packages.values():
        one.pop("funding", None)  # whom to thank: nothing is fetched from there
    assert "://" not in json.dumps(packages)
    assert [name for name, one in packages.items() if name and not one["integrity"].startswith("sha512-")] == []


def test_nothing_in_the_sources_writes_markup_or_leaves_the_service() -> None:
    for file in (*(WEB / "src").rglob("*.ts"), *(WEB / "pages").iterdir(), WEB / "frame.html"):
        text = file.read_text("utf-8")
        for refused in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "eval(",
            "localStorage",
            'src="http',
            'href="http',
        ):
            assert refused not in text, (file.name, refused)

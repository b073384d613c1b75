"""The scripts say in one line what is wrong, and do not install twice."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKED = ("run.lock", "dev.lock", "pyproject.toml")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository of scripts and locks, whose .venv holds a `circuitbio` that says how it was called."""
    root = tmp_path / "a clone"
    shutil.copytree(ROOT / "scripts", root / "scripts")
    for name in LOCKED:
        shutil.copy(ROOT / name, root / name)
    programs = root / ".venv" / "bin"
    programs.mkdir(parents=True)
    _program(
        programs / "circuitbio", 'echo "circuitbio $* data=$CIRCUITBIO_DATA full=$CIRCUITBIO_EPU_ACCEPT_FULL pid=$$"'
    )
    return root


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def _change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def _stamp(clone: Path, kind: str) -> None:
    script = f'source scripts/environment.sh; read -r _ digest <<<"$(survey)"; echo "{kind} $digest" >"$stamp"'
    subprocess.run(["bash", "-euc", script], cwd=clone, check=True)


def _start(clone: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CIRCUITBIO_")}
    return subprocess.run(
        [clone / "scripts" / "run", "--reload"], cwd="/", env=inherited | environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_a_second_start_installs_nothing_whatever_made_the_environment(clone: Path, kind: str) -> None:
    _stamp(clone, kind)
    result = _start(clone)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"circuitbio serve --reload data={clone}/var full=true pid=")


def test_what_the_caller_sets_goes_before_the_defaults(clone: Path) -> None:
    _stamp(clone, "run")
    assert "full=true" in _start(clone).stdout
    chosen = _start(clone, CIRCUITBIO_DATA="elsewhere", CIRCUITBIO_EPU_ACCEPT_FULL="false").stdout
    assert "data=elsewhere full=false" in chosen


def test_a_signal_to_the_script_reaches_the_service(clone: Path) -> None:
    _stamp(clone, "run")
    with subprocess.Popen([clone / "scripts" / "run"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.read().strip().endswith(f"pid={process.pid}")


def test_a_changed_lint_rule_installs_nothing(clone: Path) -> None:
    _stamp(clone, "run")
    _change(clone / "pyproject.toml", "line-length = 120", "line-length = 100")
    assert _start(clone).stderr == ""


@pytest.mark.parametrize(
    ("changed", "before", "after"),
    [
        ("run.lock", "uvicorn==", "uvicorn==1!"),
        ("dev.lock", "pytest==", "pytest==1!"),
        ("pyproject.toml", "circuitbio.cli:main", "circuitbio.cli:other"),
    ],
)
def test_a_changed_lock_makes_the_environment_anew(
    clone: Path, changed: str, before: str, after: str, tmp_path: Path
) -> None:
    _stamp(clone, "dev")
    _change(clone / changed, before, after)
    # A Python that answers the survey with its real self, and whose venv module is not there: as on a minimal Debian.
    real = shutil.which("python3")
    _program(tmp_path / "python3", f'case "$1" in -m) exit 1;; esac; exec {real} "$@"')
    result = _start(clone, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stderr.splitlines()[-1]


def test_a_python_too_old_is_named_in_one_line(clone: Path, tmp_path: Path) -> None:
    for name in ("python3", "python3.13", "python3.12", "python3.11"):
        _program(tmp_path / name, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    _stamp(clone, "run")
    result = _start(clone, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "3.11" in result.stderr
    assert "3.9.2" in result.stderr

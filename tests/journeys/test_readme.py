"""The tour of the README, typed as it stands."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.running import RunningService, environment

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine (apt-get install curl)")
def test_the_tour_with_curl_runs_as_it_stands(service: RunningService, played: tuple[Path, str]) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    tour = next(block for block in blocks if "curl" in block)
    here = played[0].parent  # where « demo » was left
    (here / "examples").symlink_to(ROOT / "examples")
    script = "set -e\n" + tour.replace("http://127.0.0.1:8000", service.url).replace("curl ", "curl -sSf ")
    done = subprocess.run(
        ["bash", "-c", script], cwd=here, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "57022-6" in done.stdout
    assert "W-CLIN" in done.stdout
    assert (here / "ordonnance.pdf").read_bytes().startswith(b"%PDF-1.4")

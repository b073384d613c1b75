"""Every curl of docs/api, typed as it stands against a running service."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.journeys.running import RunningService, environment

PAGES = sorted((Path(__file__).parents[2] / "docs" / "api").glob("*.md"))
BLOCKS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"```sh\n(curl .*?)```", page.read_text("utf-8"), re.DOTALL), 1)
]
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here (apt-get install curl)")


def test_every_page_shows_a_call() -> None:
    shown = {str(block.id).rpartition("-")[0] for block in BLOCKS}
    assert shown == {page.stem for page in PAGES}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_call_of_the_documentation_is_answered_with_a_resource(service: RunningService, block: str) -> None:
    script = block.replace("curl ", "curl -Sf ", 1)
    done = subprocess.run(
        ["bash", "-c", script], env=environment(base=service.url), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    shown = [answer, *(entry["resource"] for entry in answer.get("entry", ()))]
    assert "OperationOutcome" not in {resource["resourceType"] for resource in shown}

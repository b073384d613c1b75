"""The service as its own process, on a port of its own: started, asked, killed."""

import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import httpx2

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_COMMAND = [sys.executable, "-m", "circuitbio"]
# The kernel stops the service of a run that is killed.
_WITH_THE_RUN = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


class RunningService:
    """`circuitbio serve` in one process or several; use it as a context manager. `settings` as in the environment."""

    def __init__(self, data: Path, workers: int = 1, **settings: str) -> None:
        self.data = data
        self.workers = workers
        self.environment = environment(CIRCUITBIO_DATA=str(data), CIRCUITBIO_EPU_ACCEPT_FULL="true", **settings)

    def __enter__(self) -> "RunningService":
        self.process = subprocess.Popen(
            [*_WITH_THE_RUN, *_COMMAND, "serve", "--port", "0", "--workers", str(self.workers)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:  # what is not there, such as a search engine, is told first
            said += line
            if address := _ADDRESS.search(line):
                break
        else:
            raise AssertionError(said)
        self.url = address[0]
        self.http = httpx2.Client(base_url=self.url, timeout=30)
        return self

    def kill(self) -> None:
        """SIGKILL: the process gets no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *error: object) -> None:
        self.http.close()
        self.process.terminate()
        self.process.communicate()


def headers(caller: str) -> dict[str, str]:
    """Those of a change by this caller, with a key of its own."""
    return {"Authorization": f"Bearer dev:{caller}", "Idempotency-Key": str(uuid.uuid4())}


def environment(**settings: str) -> dict[str, str]:
    """This process's environment, with only these settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIRCUITBIO_")}
    return kept | settings


def circuitbio(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    return subprocess.run(
        [*_COMMAND, *arguments],
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

"""HTTP load from `wrk`: keep-alive connections that ask as fast as they are answered, each query once."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")
THREADS = 2
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the load measured: answers a second, and the latencies half and 99 in 100 stay below."""

    throughput: float
    p50_ms: float
    p99_ms: float
    requests: int
    errors: int


def wrk_is_here() -> bool:
    """Whether the load generator is installed."""
    return shutil.which("wrk") is not None


def ask(address: str, prefix: str, queries: Path, seconds: int, connections: int = CONNECTIONS) -> Load:
    """Asks for `prefix` followed by each line of `queries` during `seconds`."""
    command = [
        "wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT),
        address, "--", prefix, str(queries), str(THREADS),
    ]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = json.loads(said.strip().splitlines()[-1])
    return Load(told["requests"] / told["seconds"], told["p50_ms"], told["p99_ms"], told["requests"], told["errors"])

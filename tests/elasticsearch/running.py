"""A genuine Elasticsearch node on this machine, without a container: the published jars of the server in a small JVM.

What the distribution adds in modules that are not published, and our mappings need, is in `node/NodeExtras.java`.
`Node.start` raises `JavaPartMissing` on a machine that has no Maven, no Java runtime, or cannot get the jars.
"""

import os
import signal
import subprocess
import threading
import zipfile
from collections import deque
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from queue import Empty, Queue
from typing import Self

from tests.conformance import java

PROGRAM = "elasticsearch"
SOURCES = Path(__file__).parent / "node"
HOME = java.OUT / PROGRAM / "home"
VERSION = 21
READY = "READY "
START_SECONDS = 120
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For tests: it starts soon, and is never asked for long."""
FLAGS = (
    "--enable-native-access=ALL-UNNAMED",
    "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
    "-Dio.netty.noUnsafe=true",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Djava.awt.headless=true",
)


class Node:
    """One node on a data folder. It can be killed and started again on the same port, its data kept."""

    def __init__(self, data: Path, heap: str = "384m", flags: tuple[str, ...] = QUICK) -> None:
        self.data = data
        self._command = _command(data, heap, flags)
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether it was started, and not ended since."""
        return self._process is not None

    def start(self) -> Self:
        """Start it and wait until it answers, on the port it had before if it had one."""
        self._process = subprocess.Popen(
            [*self._command, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        said: deque[str] = deque(maxlen=50)
        told: Queue[int] = Queue()
        threading.Thread(target=_listen, args=(self._process, said, told), daemon=True).start()
        with suppress(Empty):
            self.port = told.get(timeout=START_SECONDS)
            if self.port:
                return self
        self.kill()
        raise RuntimeError("the node did not start:\n" + "\n".join(said))

    def kill(self) -> None:
        """SIGKILL: as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Freeze it: it holds its connections and answers nothing, until `resume`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    @property
    def resident_megabytes(self) -> int:
        """Memory the process holds."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) // 1024

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.wait(timeout=60)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process = None


def _listen(process: "subprocess.Popen[str]", said: deque[str], told: "Queue[int]") -> None:
    """Read all it prints, so that it never waits for a full pipe; tells its port once it is ready, 0 when it ends."""
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith(READY):
                told.put(int(line.removeprefix(READY)))
    told.put(0)


def _command(data: Path, heap: str, flags: tuple[str, ...]) -> list[str]:
    libraries = java.jars(PROGRAM)
    network = [jar for jar in libraries if jar.name.startswith(("netty-", "transport-netty4-"))]
    server = [jar for jar in libraries if jar not in network]
    main = java.compiled([SOURCES / "NodeMain.java"], server, java.OUT / PROGRAM / "main", VERSION)
    extras = java.compiled([SOURCES / "NodeExtras.java"], server, java.OUT / PROGRAM / "extras", VERSION)
    _module("transport-netty4", "org.elasticsearch.transport.netty4.Netty4Plugin", network, server)
    _module("node-extras", "NodeExtras", [_jar(extras)], server)
    path = ":".join(map(str, [main, *server]))
    memory = [f"-Xms{heap}", f"-Xmx{heap}", f"-Des.path.home={HOME}"]
    program = str(java.java_home() / "bin" / "java")
    return [program, *memory, *FLAGS, *flags, "-cp", path, "NodeMain", str(HOME), str(data)]


def _jar(classes: Path) -> Path:
    """The classes as a jar, left alone when it holds them already: another node may be reading it."""
    jar, held = classes.parent / f"{classes.name}.jar", BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for file in sorted(classes.rglob("*.class")):
            archive.write(file, file.relative_to(classes))
    if not jar.exists() or jar.read_bytes() != held.getvalue():
        jar.unlink(missing_ok=True)
        jar.write_bytes(held.getvalue())
    return jar


def _module(name: str, plugin: str, jars: list[Path], server: list[Path]) -> None:
    """A module of the node's home: its jars and its descriptor."""
    folder = HOME / "modules" / name
    folder.mkdir(parents=True, exist_ok=True)
    version = next(jar.stem for jar in server if jar.stem.startswith("elasticsearch-9")).removeprefix("elasticsearch-")
    for jar in jars:
        held = folder / jar.name
        if not held.exists() or not held.samefile(jar):
            held.unlink(missing_ok=True)
            held.hardlink_to(jar)
    descriptor = {
        "name": name,
        "description": name,
        "version": version,
        "elasticsearch.version": version,
        "java.version": VERSION,
        "classname": plugin,
    }
    lines = [f"{key}={value}\n" for key, value in descriptor.items()]
    (folder / "plugin-descriptor.properties").write_text("".join(lines))

"""Processes that a test kills. Python starts once for all of them: each is a fork of one that does nothing else."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Victims:
    """The side of the test: starts one, hears what it says, kills it."""

    def __init__(self, forker: "subprocess.Popen[str]") -> None:
        self._forker = forker
        self._victim = 0

    def start(self, *arguments: str) -> None:
        assert self._forker.stdin is not None
        self._forker.stdin.write("\t".join(arguments) + "\n")
        self._forker.stdin.flush()
        self._victim = int(self.hear())

    def hear(self) -> str:
        """The next thing it says; after its kill, what it had said before, then `ended -9`."""
        assert self._forker.stdout is not None
        return self._forker.stdout.readline().rstrip("\n")

    def kill(self) -> None:
        os.kill(self._victim, signal.SIGKILL)


@contextmanager
def victims(module: str) -> Iterator[Victims]:
    """Those that a module of the tests makes by `fork_on_demand`."""
    with subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as forker:
        yield Victims(forker)


def fork_on_demand(work: Callable[..., None]) -> None:
    """The side of the victims: for each line of the input, does the work with its arguments in a process of its own."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.alarm(60)  # nobody kills it: the tests are gone
            say(f"{os.getpid()}")
            work(*line.rstrip("\n").split("\t"))
            os._exit(0)
        say(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def wait_for_the_end() -> None:
    say("here")
    signal.pause()

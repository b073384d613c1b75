"""Documents are written and sent in a process of their own: drawing one takes a tenth of a second of a processor, which
the answers of the service would wait for.

The service only looks whether something waits. It then starts the process, which sends until nothing has waited for a
while, and ends; of the processes of one service on one machine, one starts it. One killed at any point is followed by
another; several at once, of several services on one base, share the work (prescription/documents/sending.py).
"""

import logging
import multiprocessing
import os
import signal
import threading
import time
from contextlib import ExitStack, suppress
from multiprocessing.context import SpawnProcess

from circuitbio.database import opened_database
from circuitbio.documents import document_sender
from circuitbio.pepper_source import held_peppers
from circuitbio.settings import Settings
from circuitbio.worker import end_with_the_parent
from kernel.clock import Clock
from kernel.errors import Unavailable
from prescription.ports import UnitOfWorkFactory

try:
    import fcntl
except ImportError:  # not there on Windows: each process of the service then starts its own, which share the work
    fcntl = None  # type: ignore[assignment]

LOCK_FILE = "envois.lock"
IDLE_SECONDS = 20.0
_ROUND_SECONDS = 1.0
_AFTER_A_CRASH = 60.0
_NICENESS = 10  # no further back: it holds the lock of a writer at times
_log = logging.getLogger(__name__)


class SendingProcess:
    """Keeps one process sending while something waits; `look` is called now and then, by one thread."""

    def __init__(self, settings: Settings, units: UnitOfWorkFactory, clock: Clock) -> None:
        self._settings = settings
        self._units = units
        self._clock = clock
        self._process: SpawnProcess | None = None
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._stopped = False
        self._alone = ExitStack()  # holds the file that one process of the service holds at a time
        self._holds = False

    def look(self) -> None:
        """Starts the process when something waits and none is running."""
        with self._lock:
            if not self._stopped and (self._process is None or not self._process.is_alive()):
                self._start()

    def stop(self) -> None:
        """Ends the process where it is, for good: what it was doing is done again by another."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()
                self._process.join()
            self._alone.close()

    def _start(self) -> None:
        if self._process is not None:
            if self._process.exitcode:
                _log.warning("documents are not sent: the process ended with %s", self._process.exitcode)
                self._not_before = time.monotonic() + _AFTER_A_CRASH
            self._process = None
        if time.monotonic() >= self._not_before and self._something_waits() and self._is_alone():
            self._process = multiprocessing.get_context("spawn").Process(
                target=send_until_idle, args=(self._settings,), name="document-sender", daemon=True
            )
            self._process.start()

    def _is_alone(self) -> bool:
        """Whether this is the one process, of those that serve on this machine, that starts the sending."""
        if not self._holds and fcntl is not None:
            with ExitStack() as opening:
                file = opening.enter_context((self._settings.data / LOCK_FILE).open("w"))
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
                self._alone = opening.pop_all()
                self._holds = True
        return True

    def _something_waits(self) -> bool:
        with self._units(writing=False) as unit:
            return unit.departures.has_new() or bool(unit.departures.due(self._clock.now(), 1))


def send_until_idle(settings: Settings) -> None:
    """The work of the process: rounds, until nothing came to anything for a while."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends this one
    end_with_the_parent()
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    with opened_database(settings) as database:
        sender = document_sender(settings, database)
        last = time.monotonic()
        while time.monotonic() - last < IDLE_SECONDS:
            try:
                database.use(held_peppers(settings))
                done = sender.run()
            except Unavailable as error:  # a base that is busy, or away for a moment
                _log.warning("documents are not sent this time: %s", error.code)
                done = 0
            if done:
                last = time.monotonic()
            else:
                time.sleep(_ROUND_SECONDS)

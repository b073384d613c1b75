"""A task done again and again beside the service: chaining the audit, following the active release."""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Repeating:
    """A thread that runs `task` every `seconds`, until stopped; what fails is tried again the next time."""

    def __init__(self, name: str, seconds: float, task: Callable[[], object]) -> None:
        self._name = name
        self._seconds = seconds
        self._task = task
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Runs the task one last time, and ends."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            stopping = self._stopping.wait(self._seconds)
            try:
                self._task()
            except Exception as error:  # the thread must outlive a bad second
                _log.warning("%s failed this time: %s", self._name, type(error).__name__)

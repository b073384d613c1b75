"""A task done again and again beside the service: chaining the audit, following the active release."""

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Repeating:
    """A thread that runs `task` every `seconds`, until stopped; what fails is tried again the next time.

    One that is not `finishing` is left where it is at the end: for what a kill at any point does not harm.
    """

    def __init__(self, name: str, seconds: float, task: Callable[[], object], *, finishing: bool = True) -> None:
        self._finishing = finishing
        self._name = name
        self._seconds = seconds
        self._task = task
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Runs the task one last time, and ends; at once when it is not `finishing`."""
        self._stopping.set()
        if self._finishing:
            self._thread.join()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            stopping = self._stopping.wait(self._seconds)
            if stopping and not self._finishing:
                return
            try:
                self._task()
            except Exception as error:  # the thread must outlive a bad second
                _log.warning("%s failed this time: %s", self._name, type(error).__name__)

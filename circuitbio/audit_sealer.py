"""The single writer that chains the hashes of the audit each second (prescription.md §4)."""

import logging
import threading
from collections.abc import Callable

_EVERY_SECONDS = 1.0
_log = logging.getLogger(__name__)


class AuditSealer:
    """A thread that seals the audit until it is stopped; whatever fails is tried again the next second."""

    def __init__(self, seal: Callable[[], int]) -> None:
        self._seal = seal
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit-sealer", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Seals what is left, and ends."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            stopping = self._stopping.wait(_EVERY_SECONDS)
            try:
                self._seal()
            except Exception as error:  # the thread must outlive a bad second; verify-audit tells a broken chain
                _log.warning("audit not sealed this time: %s", type(error).__name__)

"""A worker process of the service does not outlive the process that started it (Linux; elsewhere nothing is done).

Without this a killed parent leaves workers that go on answering on its port, with no one to stop them.
"""

import ctypes
import multiprocessing
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_the_parent() -> None:
    """In a worker: asks the kernel for SIGTERM when its parent ends; sends it at once when that has happened."""
    parent = multiprocessing.parent_process()
    if parent is None or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent.pid:
        os.kill(os.getpid(), signal.SIGTERM)

"""Waiting for what a service does by itself: asked again and again, never longer than it must."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_SECONDS = 60.0
_PAUSE = 0.05


def awaited(ask: Callable[[], T]) -> T:
    """The first answer that says something; an assertion fails when none does in a minute."""
    pause, end = threading.Event(), time.monotonic() + _SECONDS
    while not (answer := ask()):
        assert time.monotonic() < end, "not in time"
        pause.wait(_PAUSE)
    return answer

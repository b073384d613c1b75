"""How long the INSi teleservice is waited for: each call ten seconds, three more attempts, further and further apart.

prescription.md §9: delays of 1, 4 and 16 seconds with jitter; then the order goes on with the status it has.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from prescription.identity.insi import InsiUnavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds one call may take, and those before each further attempt. `wait` and `jitter` (0 to 1) are handed in."""

    timeout: float = 10.0
    delays: tuple[float, ...] = (1.0, 4.0, 16.0)
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.SystemRandom().random

    async def of(self, call: Callable[[], Awaitable[T]]) -> T:
        """The answer of `call`, asked again after a technical failure; `InsiUnavailable` when all have failed."""
        for delay in (*self.delays, None):
            try:
                async with asyncio.timeout(self.timeout):
                    return await call()
            except (InsiUnavailable, TimeoutError, OSError):
                if delay is None:
                    break
            # Half to one and a half times the delay: those who failed together do not come back together.
            await self.wait(delay * (0.5 + self.jitter()))
        raise InsiUnavailable.now()


PATIENT = Patience()
"""How long is waited unless said otherwise."""

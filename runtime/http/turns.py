"""Turns for dear work, so that what is cheap never waits behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtime.http.problem_responses import Refused


class Turns:
    """So many at one time, and a bounded number that wait for theirs.

    Args:
        at_once: how many may be at work.
        waiting_max: how many may wait where all are taken; the next is told to come back.

    Attributes:
        waiting_count: how many wait now.
    """

    def __init__(self, *, at_once: int, waiting_max: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._waiting_max = waiting_max
        self.waiting_count = 0

    @property
    def is_full(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._turns.locked()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Holds a turn.

        Raises:
            Refused: too many wait already (`busy`).
        """
        if self.is_full and self.waiting_count >= self._waiting_max:
            raise Refused("busy")
        self.waiting_count += 1
        try:
            await self._turns.acquire()
        finally:
            self.waiting_count -= 1
        try:
            yield
        finally:
            self._turns.release()

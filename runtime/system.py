"""The real ports. The only module that reads the clock or the random source."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")

THREADS_MAX = 8


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """See `runtime.ports.Clock`."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See `runtime.ports.Clock`."""
        return time.monotonic()


class SystemEntropy:
    """The kernel's random source."""

    def bytes(self, count: int) -> bytes:
        """See `runtime.ports.Entropy`."""
        return os.urandom(count)


class AsyncioSleeper:
    """The event loop's timer."""

    async def sleep(self, seconds: float) -> None:
        """See `runtime.ports.Sleeper`."""
        await asyncio.sleep(seconds)


class ThreadWorker:
    """A pool of threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="worker")

    async def run(self, work: Callable[[], T]) -> T:
        """See `runtime.ports.Worker`."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """Waits for running work and ends the threads."""
        self._pool.shutdown()

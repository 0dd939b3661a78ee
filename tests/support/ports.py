"""Ports that a test holds in its hands: time that it moves, randomness that repeats, no threads."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


class ManualClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock; no time passes."""
        self._now += timedelta(seconds=seconds)


class SeededEntropy:
    """The same bytes for the same seed, never twice within one."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._drawn = 0

    def bytes(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._seed}/{self._drawn}".encode()).digest(count)


class InlineWorker:
    """Runs work where it is asked for it: one thread, one order."""

    async def run(self, work: Callable[[], T]) -> T:
        return work()

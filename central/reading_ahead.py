"""Reads a hub's next entries while the database writes its last batch, which needs no processor.

At a third of the time of a batch the thread that decides waits for SQLite and for the disk; reading
and checking entries takes an eighth (`make bench`). One batch is read ahead and no more: it is some
25 MB.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from central.batch import Ahead, read_ahead
from central.centre import Centre
from runtime.database import DatabaseError


class ReadingAhead:
    """What is read ahead: one batch of one log, or nothing."""

    def __init__(self, centre: Centre, count_max: int) -> None:
        self._centre = centre
        self._count_max = count_max
        self._reading: asyncio.Task[Ahead] | None = None

    def starter(self) -> Callable[[str, int], None]:
        """Begins to read a log from an index on; any thread may call it."""
        loop = asyncio.get_running_loop()

        def start(origin: str, index: int) -> None:
            loop.call_soon_threadsafe(self._start, origin, index)

        return start

    async def take(self) -> Ahead | None:
        """What was read; what could not be read ahead is read in its turn."""
        reading, self._reading = self._reading, None
        try:
            return None if reading is None else await reading
        except (DatabaseError, OSError, MemoryError):
            return None

    def forget(self) -> None:
        """Ends it."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _start(self, origin: str, start: int) -> None:
        self.forget()
        centre, count = self._centre, self._count_max
        work = partial(read_ahead, centre=centre, origin=origin, start=start, count_max=count)
        self._reading = asyncio.get_running_loop().create_task(centre.db.read(work))

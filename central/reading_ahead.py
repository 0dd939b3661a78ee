"""Reads a hub's next entries while the database writes its last batch (docs/decisions/0044).

At most one batch is read at a time and kept. Whatever goes wrong here is met again, and dealt with,
when the entries are read in their turn.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from central.batch import Ahead, read_ahead
from central.centre import Centre
from runtime.database import DatabaseError

log = logging.getLogger(__name__)


class ReadingAhead:
    """What is read ahead: one batch of one log, or nothing."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._reading: asyncio.Task[Ahead | None] | None = None
        self._is_closed = False

    def starter(self, count_max: int) -> Callable[[str, int], None]:
        """What begins to read so many entries of a log from an index on; any thread may call it."""
        loop = asyncio.get_running_loop()

        def start(origin: str, index: int) -> None:
            with suppress(RuntimeError):  # the loop has ended; the batch is written all the same
                loop.call_soon_threadsafe(self._start, origin, index, count_max)

        return start

    async def take(self) -> Ahead | None:
        """What was read; None where nothing was, or it could not be."""
        reading, self._reading = self._reading, None
        return None if reading is None else await reading

    def forget(self) -> None:
        """Lets go of what was read."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def close(self) -> None:
        """As `forget`, for good."""
        self._is_closed = True
        self.forget()

    def _start(self, origin: str, index: int, count_max: int) -> None:
        """Not while something is being read: a transaction that is done again asks again."""
        is_reading = self._reading is not None and not self._reading.done()
        if not self._is_closed and not is_reading:
            self._reading = asyncio.create_task(self._read(origin, index, count_max))

    async def _read(self, origin: str, index: int, count_max: int) -> Ahead | None:
        work = partial(read_ahead, origin=origin, start=index, count_max=count_max)
        try:
            return await self._centre.db.read(partial(work, centre=self._centre))
        except (DatabaseError, OSError, MemoryError) as error:
            log.warning("not_read_ahead", extra={"origin": origin, "error": str(error)})
        except Exception:  # ours; it must not end the service (docs/decisions/0010)
            log.exception("reading_ahead_broke", extra={"origin": origin})
        return None

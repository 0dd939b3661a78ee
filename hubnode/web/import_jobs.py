"""Work on imports that is under way in this process: one at a time, with progress.

In memory: what a restart interrupted is seen by a phase that says "under way" of a file on which
nobody works. An import stops between two transactions when the service stops.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import web

from hubnode.imports.stages import Progress
from hubnode.imports.undo import UndoReport
from runtime.ports import Clock

PATIENCE_S = 1.5
"""How long an answer waits for work to end: most files are small, and need no page of progress."""

log = logging.getLogger(__name__)

GIVES_WAY_S = 0.02
"""A lock goes to whoever asks first, and that is the thread that has just let go of it."""


class Stopped(Exception):
    """The service stops; what is stored is stored."""


@dataclass(slots=True)
class Job:
    """Work on one file, or on the undoing of one import.

    Attributes:
        clock: for the time left.
        total: rows to do; 0 as long as nobody knows.
        done: of them.
        is_stopping: whether it is to end after its transaction.
    """

    clock: Clock
    total: int = 0
    done: int = 0
    since_s: float = 0.0
    is_stopping: bool = False

    def begin(self, total: int) -> None:
        """The number of rows is known now."""
        self.total, self.done, self.since_s = total, 0, self.clock.monotonic()

    def advance(self, count: int) -> None:
        """So many more rows are done.

        Called between two transactions: here others of this process who wait get their turn.

        Raises:
            Stopped: the service stops.
        """
        self.done += count
        time.sleep(GIVES_WAY_S)
        if self.is_stopping:
            raise Stopped

    @property
    def progress(self) -> Progress:
        """What the work tells."""
        return Progress(begin=self.begin, advance=self.advance)

    @property
    def left_s(self) -> int:
        """Seconds that the rest takes at the pace so far; 0 where nobody can say."""
        elapsed_s = self.clock.monotonic() - self.since_s
        return round(elapsed_s / self.done * (self.total - self.done)) if self.done else 0


@dataclass(slots=True)
class Jobs:
    """All of them. Only one works at a time: two imports of one mapping would make rows twice.

    Attributes:
        results: by the id of a file, the number of the import that it became.
        undone: by the number of an import, what undoing it did.
    """

    results: dict[str, int] = field(default_factory=dict)
    undone: dict[int, UndoReport] = field(default_factory=dict)
    _live: dict[str, Job] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def of(self, name: str) -> Job | None:
        """The work of that name, while it is under way or waits for its turn."""
        return self._live.get(name)

    async def perform(
        self, name: str, clock: Clock, work: Callable[[Job], Awaitable[None]]
    ) -> None:
        """Begins work and waits for it a moment; it goes on when the moment is over.

        Where work of that name is under way, that is waited for and this is dropped.
        """
        if name not in self._live:
            job = self._live[name] = Job(clock)
            task = asyncio.create_task(self._perform(name, job, work))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await asyncio.wait([task], timeout=PATIENCE_S)

    async def stop(self, _app: web.Application) -> None:
        """Ends all of it between two transactions."""
        for job in self._live.values():
            job.is_stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _perform(self, name: str, job: Job, work: Callable[[Job], Awaitable[None]]) -> None:
        try:
            async with self._turn:
                if not job.is_stopping:
                    with suppress(Stopped):
                        await work(job)
        except Exception:
            log.exception("import_work_failed")
        finally:
            del self._live[name]

"""What a running node does beside syncing: it backs itself up, and tells whoever is to know.

A round comes after each run, and by a timer of its own where no run comes: silence is noticed
without one. Behind a run it also gives back the memory that the run took: a node rests for most of
its life, often on an old machine. Nothing that goes wrong in a round reaches a run.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from hubnode.alerts.telling import tell
from hubnode.live_settings import LiveSettings
from hubnode.node import Node
from hubnode.scheduled_backups import back_up_if_due
from runtime.alerts.telling import Unkept
from runtime.database import DatabaseError
from runtime.memory import give_back

ROUND_S = 60
ASLEEP_S = 5 * ROUND_S
"""Where a round comes so late, the machine slept, and the run that was missed is about to begin."""

log = logging.getLogger(__name__)


class Rounds:
    """Goes round until stopped."""

    def __init__(self, node: Node, settings: LiveSettings) -> None:
        self._node = node
        self._settings = settings
        self._unkept: Unkept = {}
        self._wish = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """The first round comes after a while: the first run comes before it."""
        self._task = asyncio.create_task(self._keep_going())

    async def stop(self) -> None:
        """Begins nothing more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def soon(self) -> None:
        """Asks for a round at once, such as when a run has ended."""
        self._wish.set()

    async def once(self) -> None:
        """One round; what fails in it is in the log."""
        node, settings = self._node, self._settings.now
        await _guarded("backup", lambda: back_up_if_due(node, settings))
        await _guarded("alerts", lambda: tell(node, settings, self._unkept))

    async def _keep_going(self) -> None:
        while True:
            began = self._node.clock.now()
            is_wished = await self._rest()
            slept_s = (self._node.clock.now() - began).total_seconds()
            if is_wished or slept_s < ASLEEP_S:
                await self.once()
            if is_wished:
                await _guarded("memory", self._give_back)

    async def _give_back(self) -> None:
        with contextlib.suppress(DatabaseError):  # somebody is at work: after the next run, then
            await self._node.db.let_go()
        await self._node.db.worker.run(give_back)

    async def _rest(self) -> bool:
        """Waits for the timer or for a wish; whether it was a wish."""
        waits = [
            asyncio.ensure_future(self._node.sleeper.sleep(ROUND_S)),
            asyncio.ensure_future(self._wish.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for it in waits:
                it.cancel()
        is_wished = self._wish.is_set()
        self._wish.clear()
        return is_wished


async def _guarded(what: str, work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except Exception:
        log.exception("round_failed", extra={"part": what})

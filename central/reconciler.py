"""The reconciler: every mirrored entry gets its one decision, hubs in turn.

What goes wrong is told apart by whose fault it is. The world's (database, disk, memory) passes: the
hub rests and is tried again. Ours is one entry that the code breaks on: it is found by halving the
batch, and held for a person, because it must not block those behind it (docs/decisions/0010).
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from central import batch, issued
from central.centre import Centre
from central.issued import HistoryLost
from central.reading_ahead import ReadingAhead
from runtime.database import DatabaseError, DatabaseUnavailable

BATCH_ENTRIES = 1024
RETRY_S = 5.0
REST_MAX_S = 60.0
IDLE_S = 30.0

HOLDS_IN_A_ROW_MAX = 3
"""Entries held with no batch between them that went well. Then it is hardly the entries."""

WORLDS_FAULTS = (DatabaseError, OSError, MemoryError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """A hub whose last batch failed.

    Attributes:
        sentence: what went wrong.
        rest_s: for how long the hub is left alone.
        until: when that ends, by the monotonic clock.
    """

    sentence: str
    rest_s: float
    until: float


class Reconciler:
    """Decides what is waiting, and waits to be woken when nothing is.

    Attributes:
        setbacks: of the hubs whose last batch failed; none of them in good times.
        is_stuck: every hub that waits had a setback, so nothing at all is decided.
        mark_failure: why the issued mark could not be written the last time, or "".
    """

    def __init__(self, centre: Centre) -> None:
        self.setbacks: dict[str, Setback] = {}
        self.is_stuck = False
        self.mark_failure = ""
        self._centre = centre
        self._woken = asyncio.Event()
        self._holds_in_a_row = 0
        self._sizes: dict[str, int] = {}
        """Entries of a hub's next batch, where it ever had one; fewer after one that failed."""
        self._ahead = ReadingAhead(centre)

    def wake(self) -> None:
        """Says that something may be waiting."""
        self._woken.set()

    async def run_forever(self) -> None:
        """Reconciles until cancelled; a database that is away is waited for.

        Raises:
            DatabaseUnavailable: the database acknowledges what it does not keep (`broken`).
            HistoryLost: it is no longer the one that this centre published from.
        """
        self._ahead = ReadingAhead(self._centre)  # that of the last run is closed
        try:
            while True:
                self._woken.clear()
                decided = await self._round()
                if self._centre.db.broken:
                    raise DatabaseUnavailable(self._centre.db.broken)
                if decided is None:
                    await self._centre.sleeper.sleep(RETRY_S)
                elif not decided:
                    await self._wait()
        finally:
            self._ahead.close()

    async def run_once(self) -> int:
        """One batch of every hub that has something waiting; returns how many were decided.

        A hub whose batch fails has a setback afterwards; the others had their turns.
        """
        decided = 0
        waiting = await self._centre.db.read(partial(batch.waiting, centre=self._centre))
        for hub in self.setbacks.keys() - set(waiting):
            del self.setbacks[hub]
        ready = [hub for hub in waiting if not self._is_resting(hub)]
        is_alone = len(ready) == 1
        if not is_alone:
            self._ahead.forget()
        for hub in ready:
            decided += await self._turn(hub, is_alone=is_alone)
        self.is_stuck = bool(waiting) and self.setbacks.keys() >= set(waiting)
        return decided

    async def _round(self) -> int | None:
        """As `run_once`, with the issued mark; None where the database is away."""
        try:
            decided = await self.run_once()
            await self._remember()
        except HistoryLost:
            raise
        except DatabaseError as error:
            log.warning("reconciling_later", extra={"error": str(error)})
            return None
        return decided

    async def _remember(self) -> None:
        """Writes the issued mark. A full disk ends no service: it goes on, and says so."""
        try:
            await self._centre.db.read(partial(issued.remember, centre=self._centre))
        except OSError as error:
            self.mark_failure = str(error)
            log.warning("mark_not_written", extra={"error": str(error)})
        else:
            self.mark_failure = ""

    async def _turn(self, hub: str, *, is_alone: bool) -> int:
        """A batch of one hub, or a setback."""
        try:
            decided = await self._decide(hub, is_alone=is_alone)
        except HistoryLost:
            raise
        except WORLDS_FAULTS as error:
            self._shrink(hub)
            self._set_back(hub, error)
            return 0
        if decided:
            self.setbacks.pop(hub, None)
        return decided

    async def _decide(self, hub: str, *, is_alone: bool) -> int:
        """A batch; after one that broke a smaller one, down to the entry at fault.

        Args:
            hub: hub id.
            is_alone: no other hub has its turn, so the next batch of all is its next one.
        """
        while True:
            size = self._sizes.get(hub, BATCH_ENTRIES)
            work = partial(batch.decide, hub_id=hub, count_max=size)
            if is_alone:
                ahead, after = await self._ahead.take(), min(BATCH_ENTRIES, 2 * size)
                work = partial(work, ahead=ahead, on_more=self._ahead.starter(after))
            try:
                decided = await self._run(work)
            except WORLDS_FAULTS:
                raise
            except Exception as error:
                log.exception("batch_broke", extra={"hub": hub, "entries": size})
                if size == 1:
                    return await self._hold_next(hub, error)
                self._shrink(hub)
            else:
                self._sizes[hub] = min(BATCH_ENTRIES, 2 * size)
                self._holds_in_a_row = 0
                return decided

    async def _hold_next(self, hub: str, error: Exception) -> int:
        """Holds the entry that the code broke on, but not at once and not one after another."""
        if hub not in self.setbacks or self._holds_in_a_row >= HOLDS_IN_A_ROW_MAX:
            self._set_back(hub, error)
            return 0
        log.error("entry_held", extra={"hub": hub})
        held = await self._run(partial(batch.hold_next, hub_id=hub))
        self._holds_in_a_row += 1
        return held

    async def _run(self, work: Callable[..., int]) -> int:
        return await self._centre.db.run(partial(work, centre=self._centre))

    def _shrink(self, hub: str) -> None:
        self._sizes[hub] = max(1, self._sizes.get(hub, BATCH_ENTRIES) // 2)

    def _set_back(self, hub: str, error: BaseException) -> None:
        before = self.setbacks.get(hub)
        rest_s = min(REST_MAX_S, 2 * before.rest_s) if before else RETRY_S
        until = self._centre.clock.monotonic() + rest_s
        sentence = str(error) or type(error).__name__
        self.setbacks[hub] = Setback(sentence=sentence, rest_s=rest_s, until=until)
        log.warning("hub_set_back", extra={"hub": hub, "error": sentence, "rest_s": rest_s})

    def _is_resting(self, hub: str) -> bool:
        setback = self.setbacks.get(hub)
        return setback is not None and self._centre.clock.monotonic() < setback.until

    async def _wait(self) -> None:
        """Until somebody wakes it, a hub has rested, or for a while: others may have kept some."""
        now = self._centre.clock.monotonic()
        ends = [setback.until - now for setback in self.setbacks.values()]
        rest_s = max(0.0, min([IDLE_S, *ends]))
        woken = asyncio.create_task(self._woken.wait())
        rested = asyncio.create_task(self._centre.sleeper.sleep(rest_s))
        try:
            await asyncio.wait([woken, rested], return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            rested.cancel()

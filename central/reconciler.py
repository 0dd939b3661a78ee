"""The reconciler: every mirrored entry gets its one decision, hubs in turn.

One batch is one transaction: decisions, catalogue, index, cursor and checkpoint move together, so
that a crash repeats a batch and never half of it.
"""

import asyncio
import logging
from functools import partial

from sqlalchemy import Connection

from central import issued, national
from central.centre import Centre
from central.store import hubs
from central.store.hubs import HubRow
from protocol.catalogue import RecordState, apply
from protocol.entries.decisions import Outcome
from protocol.reconcile import Prepared, hold, prepare, reconcile
from protocol.verdicts import Known
from runtime.database import DatabaseError, DatabaseUnavailable

BATCH_ENTRIES = 1024
RETRY_S = 5.0
IDLE_S = 30.0

log = logging.getLogger(__name__)


class Reconciler:
    """Decides what is waiting, and waits to be woken when nothing is.

    Attributes:
        failing: hub id to the sentence of its last failed batch; none of them in good times.
    """

    def __init__(self, centre: Centre) -> None:
        self.failing: dict[str, str] = {}
        self._centre = centre
        self._woken = asyncio.Event()
        self._batches: dict[str, int] = {}
        """Entries of the next batch of a hub whose last one failed."""

    def wake(self) -> None:
        """Says that something may be waiting."""
        self._woken.set()

    async def run_forever(self) -> None:
        """Reconciles until cancelled; a database that is away is waited for.

        Raises:
            DatabaseUnavailable: the database acknowledges what it does not keep (`broken`).
        """
        while True:
            self._woken.clear()
            try:
                decided = await self.run_once()
            except DatabaseError as error:
                log.warning("reconciling_later", extra={"error": str(error)})
                decided = None
            if self._centre.db.broken:
                raise DatabaseUnavailable(self._centre.db.broken)
            if decided is None or (self.failing and not decided):
                await self._centre.sleeper.sleep(RETRY_S)
            elif not decided:
                await self._centre.db.read(partial(issued.remember, centre=self._centre))
                await self._wait()

    async def run_once(self) -> int:
        """One batch of every hub that has something waiting; returns how many were decided.

        A hub whose batch fails stands in `failing` afterwards; the others had their turns.
        """
        decided = 0
        for hub in await self._centre.db.read(partial(_waiting, centre=self._centre)):
            try:
                decided += await self._turn(hub)
                self.failing.pop(hub.hub, None)
            except DatabaseError as error:
                self.failing[hub.hub] = str(error)
                log.warning("batch_failed", extra={"hub": hub.hub, "error": str(error)})
        return decided

    async def _turn(self, hub: HubRow) -> int:
        """A batch of one hub; after one that failed a smaller one, down to the entry at fault.

        That entry is held: it must not block those behind it. But not for a database that is away.
        """
        count = self._batches.get(hub.hub, BATCH_ENTRIES)
        try:
            decided = await self._decide(hub, count)
        except Exception as error:
            self._batches[hub.hub] = max(1, count // 2)
            if isinstance(error, DatabaseError):
                raise
            log.exception("batch_failed", extra={"hub": hub.hub, "entries": count})
            return await (self._hold_next(hub) if count == 1 else self._turn(hub))
        self._batches[hub.hub] = min(BATCH_ENTRIES, 2 * count)
        return decided

    async def _decide(self, hub: HubRow, count: int) -> int:
        return await self._centre.db.run(
            partial(_reconcile_hub, centre=self._centre, stale=hub, count=count)
        )

    async def _hold_next(self, hub: HubRow) -> int:
        log.error("entry_held", extra={"hub": hub.hub})
        return await self._centre.db.run(partial(_hold_next, centre=self._centre, stale=hub))

    async def _wait(self) -> None:
        """Until somebody wakes it, or for a while: another process may have kept something."""
        woken = asyncio.create_task(self._woken.wait())
        rested = asyncio.create_task(self._centre.sleeper.sleep(IDLE_S))
        try:
            await asyncio.wait([woken, rested], return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            rested.cancel()


def _waiting(conn: Connection, centre: Centre) -> list[HubRow]:
    """Hubs with entries that have no decision yet."""
    return [
        hub
        for hub in hubs.everyone(conn)
        if centre.logs.open(conn, hub.origin).tree.size > hub.reconciled_size
    ]


def _reconcile_hub(conn: Connection, centre: Centre, stale: HubRow, count: int) -> int:
    hub = hubs.get(conn, stale.hub) or stale
    mirror = centre.logs.open(conn, hub.origin)
    start = hub.reconciled_size
    end = min(mirror.tree.size, start + count)
    if start >= end:
        return 0
    prepared = [prepare(entry) for entry in centre.logs.entries(conn, mirror, start, end)]
    outcomes, changed = _decide(conn, centre, hub, prepared, start)
    national.write(conn, centre, outcomes, changed)
    hubs.change(conn, hub.hub, reconciled_size=end)
    return end - start


def _hold_next(conn: Connection, centre: Centre, stale: HubRow) -> int:
    hub = hubs.get(conn, stale.hub) or stale
    index = hub.reconciled_size
    held = hold(_known(centre, hub), index=index, at=centre.timestamp(), salt=centre.salt())
    national.append(conn, centre, [held])
    hubs.change(conn, hub.hub, reconciled_size=index + 1)
    return 1


def _decide(
    conn: Connection, centre: Centre, hub: HubRow, prepared: list[Prepared], start: int
) -> tuple[list[Outcome], dict[str, RecordState]]:
    origin = centre.national_origin
    place = centre.logs.open(conn, origin).tree.size
    wanted = [it.record for it in prepared if it.record is not None]
    states = national.load_states(conn, centre, wanted)
    salts = centre.entropy.bytes(16 * len(prepared)).hex()
    at = centre.timestamp()
    outcomes: list[Outcome] = []
    changed: dict[str, RecordState] = {}
    for number, item in enumerate(prepared):
        record = states.get(item.record) if item.record else None
        known = _known(centre, hub, place=place + number, record=record)
        salt = salts[32 * number : 32 * (number + 1)]
        outcome = reconcile(known, item, index=start + number, at=at, salt=salt)
        after = apply(states, outcome, place=place + number, origin=origin)
        states.update(after)
        changed.update(after)
        outcomes.append(outcome)
    return outcomes, changed


def _known(
    centre: Centre, hub: HubRow, *, place: int = 0, record: RecordState | None = None
) -> Known:
    return Known(
        authority=centre.authority,
        hub=hub.hub,
        origin=hub.origin,
        national_origin=centre.national_origin,
        national_size=place,
        last_good_index=hub.last_good_index,
        record=record,
    )

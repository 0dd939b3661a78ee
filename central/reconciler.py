"""The reconciler: every mirrored entry gets its one decision, hubs in turn.

One batch is one transaction: decisions, catalogue, index, cursor and checkpoint move together, so
that a crash repeats a batch and never half of it.
"""

import asyncio
from functools import partial

import structlog
from sqlalchemy import Connection

from central import national
from central.centre import Centre
from central.store import hubs
from central.store.hubs import HubRow
from protocol.catalogue import RecordState, apply
from protocol.entries.decisions import Outcome
from protocol.reconcile import Known, Prepared, prepare, reconcile
from runtime.database import DatabaseError

BATCH_ENTRIES = 512
RETRY_S = 5.0
IDLE_S = 30.0

log = structlog.get_logger(__name__)


class Reconciler:
    """Decides what is waiting, and waits to be woken when nothing is."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Says that something may be waiting."""
        self._woken.set()

    async def run_forever(self) -> None:
        """Reconciles until cancelled; a database that is away is waited for."""
        while True:
            self._woken.clear()
            try:
                decided = await self.run_once()
            except DatabaseError as error:
                log.warning("reconciling later", error=str(error))
                await self._centre.sleeper.sleep(RETRY_S)
                continue
            if not decided:
                await self._wait()

    async def run_once(self) -> int:
        """One batch of every hub that has something waiting; returns how many were decided."""
        centre = self._centre
        everyone = await centre.db.read(hubs.everyone)
        decided = 0
        for hub in everyone:
            decided += await centre.db.run(partial(_reconcile_hub, centre=centre, stale=hub))
        return decided

    async def _wait(self) -> None:
        """Until somebody wakes it, or for a while: another process may have kept something."""
        woken = asyncio.create_task(self._woken.wait())
        rested = asyncio.create_task(self._centre.sleeper.sleep(IDLE_S))
        try:
            await asyncio.wait([woken, rested], return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
            rested.cancel()


def _reconcile_hub(conn: Connection, centre: Centre, stale: HubRow) -> int:
    hub = hubs.get(conn, stale.hub) or stale
    mirror = centre.logs.open(conn, hub.origin)
    start = hub.reconciled_size
    end = min(mirror.tree.size, start + BATCH_ENTRIES)
    if start >= end:
        return 0
    prepared = [prepare(entry) for entry in centre.logs.entries(conn, mirror, start, end)]
    outcomes, changed = _decide(conn, centre, hub, prepared, start)
    national.write(conn, centre, outcomes, changed)
    hubs.change(conn, hub.hub, reconciled_size=end)
    return end - start


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
        known = Known(
            authority=centre.authority,
            hub=hub.hub,
            origin=hub.origin,
            national_origin=origin,
            national_size=place + number,
            last_good_index=hub.last_good_index,
            record=states.get(item.record) if item.record else None,
        )
        salt = salts[32 * number : 32 * (number + 1)]
        outcome = reconcile(known, item, index=start + number, at=at, salt=salt)
        after = apply(states, outcome, place=place + number, origin=origin)
        states.update(after)
        changed.update(after)
        outcomes.append(outcome)
    return outcomes, changed

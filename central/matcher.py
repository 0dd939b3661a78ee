"""The matcher: follows the national log beside the reconciler, and rescans once a day.

It gives way: it rests twice as long as a step took, and while changes wait for their decision for
seconds, so that neither an upload nor an edit is slowed down. What breaks it is logged and tried
again; it never ends the service.
"""

import logging
from functools import partial

from central import batch, matching
from central.centre import Centre
from runtime.database import DatabaseError

IDLE_S = 5.0
GIVE_WAY_S = 5.0
RESTS_A_STEP = 2.0
BETWEEN_RESCANS_S = 0.05
RETRY_S = 60.0

log = logging.getLogger(__name__)


class Matcher:
    """Compares records as long as there are some to compare, and then looks now and then."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    async def run_forever(self) -> None:
        """Matches until cancelled."""
        while True:
            await self._centre.sleeper.sleep(await self.step_s())

    async def run_once(self) -> float:
        """One step, of what is new first; returns how many seconds to rest after it."""
        db, centre = self._centre.db, self._centre
        if await db.read(partial(matching.left_count, centre=centre)):
            began = centre.clock.monotonic()
            await db.run(partial(matching.follow, centre=centre))
            is_busy = await db.read(partial(batch.waiting, centre=centre))
            took_s = centre.clock.monotonic() - began
            return GIVE_WAY_S if is_busy else RESTS_A_STEP * took_s
        if await db.read(partial(matching.is_rescan_due, centre=centre)):
            await db.run(partial(matching.begin_rescan, centre=centre))
        if await db.read(partial(matching.is_rescanning, centre=centre)):
            await db.run(partial(matching.rescan, centre=centre))
            return BETWEEN_RESCANS_S
        return IDLE_S

    async def step_s(self) -> float:
        """As `run_once`, whatever goes wrong; then the rest is long."""
        try:
            return await self.run_once()
        except DatabaseError as error:
            log.warning("matching_later", extra={"error": str(error)})
        except Exception:
            log.exception("matching_broke")
        return RETRY_S

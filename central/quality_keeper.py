"""The quality keeper: takes in what decisions changed, beside the reconciler.

It gives way as the matcher does: short steps, and a rest after each, a long one while changes wait
for their decision. What breaks it is logged and tried again; it never ends the service.
"""

import logging
from functools import partial

from central import batch, quality
from central.centre import Centre
from runtime.database import DatabaseError

IDLE_S = 5.0
RESTS_A_STEP = 2.0
GIVE_WAY_S = 5.0
RETRY_S = 60.0

log = logging.getLogger(__name__)


class QualityKeeper:
    """Follows the national log as long as there is something new, and then looks now and then."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    async def run_forever(self) -> None:
        """Follows until cancelled."""
        while True:
            await self._centre.sleeper.sleep(await self.step_s())

    async def run_once(self) -> float:
        """One step; returns how many seconds to rest after it."""
        db, centre = self._centre.db, self._centre
        if not await db.read(partial(quality.left_count, centre=centre)):
            return IDLE_S
        began = centre.clock.monotonic()
        await db.run(partial(quality.follow, centre=centre))
        took_s = centre.clock.monotonic() - began
        is_busy = await db.read(partial(batch.waiting, centre=centre))
        return GIVE_WAY_S if is_busy else RESTS_A_STEP * took_s

    async def step_s(self) -> float:
        """As `run_once`, whatever goes wrong; then the rest is long."""
        try:
            return await self.run_once()
        except DatabaseError as error:
            log.warning("quality_later", extra={"error": str(error)})
        except Exception:
            log.exception("quality_broke")
        return RETRY_S

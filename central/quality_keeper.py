"""The quality keeper: takes in what decisions changed, beside the reconciler.

It gives way as the matcher does: short steps, and a rest after each. What breaks it is logged and
tried again; it never ends the service.
"""

import logging
from functools import partial

from central import quality
from central.centre import Centre
from runtime.database import DatabaseError

IDLE_S = 5.0
BETWEEN_STEPS_S = 0.05
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

    async def step_s(self) -> float:
        """One step, whatever goes wrong; returns how many seconds to rest after it."""
        db, centre = self._centre.db, self._centre
        try:
            if not await db.read(partial(quality.left_count, centre=centre)):
                return IDLE_S
            await db.run(partial(quality.follow, centre=centre))
        except DatabaseError as error:
            log.warning("quality_later", extra={"error": str(error)})
            return RETRY_S
        return BETWEEN_STEPS_S

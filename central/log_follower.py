"""What follows the national log beside the reconciler, and gives way to it.

It goes in short steps and rests twice as long after each, and for seconds while changes wait for
their decision, so that neither an upload nor an edit is slowed down. What breaks it is logged and
tried again; it never ends the service.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy import Connection

from central import batch
from central.centre import Centre
from runtime.database import DatabaseError

IDLE_S = 5.0
GIVE_WAY_S = 5.0
RESTS_A_STEP = 2.0
RETRY_S = 60.0

log = logging.getLogger(__name__)


async def _rest(_centre: Centre) -> float:
    return IDLE_S


class LogFollower:
    """Follows the national log as long as there is something new, and then looks now and then."""

    def __init__(
        self,
        centre: Centre,
        *,
        name: str,
        left_count: Callable[[Connection, Centre], int],
        follow: Callable[[Connection, Centre], int],
        idle: Callable[[Centre], Awaitable[float]] = _rest,
        give_way_s: float = GIVE_WAY_S,
    ) -> None:
        """Nothing is read yet.

        Args:
            centre: whose log it is.
            name: what the program's own log calls it.
            left_count: how many decisions there are still to look at.
            follow: looks at the next few; returns how many.
            idle: what it does where nothing is left; returns how many seconds it rests after that.
            give_way_s: its rest while changes wait for their decision.
        """
        self._centre = centre
        self._name = name
        self._left_count = left_count
        self._follow = follow
        self._idle = idle
        self._give_way_s = give_way_s

    async def run_forever(self) -> None:
        """Follows until cancelled."""
        while True:
            await self._centre.sleeper.sleep(await self.step_s())

    async def run_once(self) -> float:
        """One step; returns how many seconds to rest after it."""
        db, centre = self._centre.db, self._centre
        if not await db.read(lambda conn: self._left_count(conn, centre)):
            return await self._idle(centre)
        began = centre.clock.monotonic()
        await db.run(lambda conn: self._follow(conn, centre))
        took_s = centre.clock.monotonic() - began
        is_busy = await db.read(partial(batch.waiting, centre=centre))
        return self._give_way_s if is_busy else RESTS_A_STEP * took_s

    async def step_s(self) -> float:
        """As `run_once`, whatever goes wrong; then the rest is long."""
        try:
            return await self.run_once()
        except DatabaseError as error:
            log.warning("following_later", extra={"follower": self._name, "error": str(error)})
        except Exception:
            log.exception("following_broke", extra={"follower": self._name})
        return RETRY_S

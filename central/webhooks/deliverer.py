"""The deliverer: follows the national log beside the reconciler, and posts what webhooks wait for.

What breaks it is logged and tried again; it never ends the service. Receivers are posted to beside
one another, so that a slow one holds up nobody else.
"""

import asyncio
import logging
from functools import partial

from central.centre import Centre
from central.store.deliveries import Attempt
from central.webhooks import queue
from central.webhooks.queue import Claim
from central.webhooks.sending import attempt
from runtime.database import DatabaseError
from runtime.ports import Transport

IDLE_S = 2.0
RESTS_A_STEP = 1.0
"""It gives way: SQLite has one writer, and deciding comes first."""

RETRY_S = 60.0
FORGET_EVERY_S = 3_600.0

log = logging.getLogger(__name__)


class Deliverer:
    """Delivers as long as there is something to deliver, and then looks now and then.

    Args:
        centre: the centre.
        transport: a client that is guarded (`central.webhooks.sending.open_transport`).
        base_url: the centre's address, for links.
    """

    def __init__(self, centre: Centre, transport: Transport, *, base_url: str) -> None:
        self._centre = centre
        self._transport = transport
        self._base_url = base_url
        self._forgot_at = centre.clock.monotonic()

    async def run_forever(self) -> None:
        """Delivers until cancelled."""
        while True:
            await self._centre.sleeper.sleep(await self._step_s())

    async def run_once(self) -> int:
        """Looks at the next decisions and tries what is due; returns how much of both there was."""
        db, centre = self._centre.db, self._centre
        followed = 0
        if await db.read(partial(queue.left_count, centre=centre)):
            follow = partial(queue.follow, centre=centre, base_url=self._base_url)
            followed = await db.run(follow)
        claims = []
        if await db.read(partial(queue.is_something_due, centre=centre)):
            claims = await db.run(partial(queue.claim, centre=centre))
        await asyncio.gather(*map(self._try, claims))
        await self._forget_now_and_then()
        return followed + len(claims)

    async def _try(self, claimed: Claim) -> None:
        tried = await attempt(self._centre, self._transport, claimed)
        said = {"webhook": claimed.webhook.id, "event": claimed.delivery.event}
        outcome = {"status": tried.attempt.status, "reason": tried.attempt.reason}
        log.info("webhook_posted", extra={**said, **outcome})
        note = partial(queue.note, centre=self._centre, claimed=claimed, attempt=tried.attempt)
        await self._centre.db.run(partial(note, asked_s=tried.asked_s))

    async def _forget_now_and_then(self) -> None:
        now = self._centre.clock.monotonic()
        if now - self._forgot_at >= FORGET_EVERY_S:
            self._forgot_at = now
            await self._centre.db.run(partial(queue.forget_old, centre=self._centre))

    async def _step_s(self) -> float:
        """Seconds to rest after a step, whatever goes wrong in it."""
        began = self._centre.clock.monotonic()
        try:
            if not await self.run_once():
                return IDLE_S
            return RESTS_A_STEP * (self._centre.clock.monotonic() - began)
        except DatabaseError as error:
            log.warning("delivering_later", extra={"error": str(error)})
        except Exception:
            log.exception("delivering_broke")
        return RETRY_S


async def send_test(centre: Centre, transport: Transport, claimed: Claim) -> Attempt:
    """Posts the event of a test, and keeps how it went."""
    tried = await attempt(centre, transport, claimed)
    await centre.db.run(lambda conn: queue.note_test(conn, claimed, tried.attempt))
    return tried.attempt

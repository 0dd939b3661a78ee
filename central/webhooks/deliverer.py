"""The deliverer: follows the national log beside the reconciler, and posts what webhooks wait for.

What breaks it is logged and tried again; it never ends the service. Each webhook that is due has a
task of its own, which tells it one event after another: a receiver that is slow holds up no other.
"""

import asyncio
import logging
from functools import partial

from central.centre import Centre
from central.store import webhooks as store
from central.store.deliveries import Attempt
from central.webhooks import queue, silence, subscribing
from central.webhooks.queue import Claim
from central.webhooks.sending import UNDER_WAY_MAX, attempt
from runtime.database import DatabaseError
from runtime.ports import Transport

IDLE_S = 2.0
RESTS_A_STEP = 1.0
"""It gives way: SQLite has one writer, and deciding comes first."""

RETRY_S = 60.0
ROUND_S = 60.0
"""How often it looks for what no decision says: tokens that expire, hubs that fall silent."""

FORGET_EVERY_S = 3_600.0

log = logging.getLogger(__name__)


class Deliverer:
    """Delivers as long as there is something to deliver, and then looks now and then.

    Args:
        centre: the centre.
        transport: a client that is guarded (`central.webhooks.sending.open_transport`).
        base_url: the centre's address, for links.
        target_hours: the freshness target of hubs that have none of their own.
    """

    def __init__(
        self, centre: Centre, transport: Transport, *, base_url: str, target_hours: int
    ) -> None:
        self._centre = centre
        self._transport = transport
        self._base_url = base_url
        self._target_hours = target_hours
        self._looked_at = -ROUND_S
        self._forgot_at = centre.clock.monotonic()
        self._under_way: set[str] = set()

    async def run_forever(self) -> None:
        """Delivers until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._centre.sleeper.sleep(await self._step_s(group))

    async def run_once(self) -> int:
        """One step and all that it began; returns how many decisions and webhooks it was about."""
        async with asyncio.TaskGroup() as group:
            return sum(await self._step(group))

    async def _step(self, group: asyncio.TaskGroup) -> tuple[int, int]:
        """Looks at the next decisions, and begins to tell whoever is due; returns how many each."""
        db, centre = self._centre.db, self._centre
        followed = 0
        if await db.read(partial(queue.left_count, centre=centre)):
            follow = partial(queue.follow, centre=centre, base_url=self._base_url)
            followed = await db.run(follow)
        followed += await self._look_round()
        due = await db.read(partial(queue.due, centre=centre))
        fresh = [it for it in due if it not in self._under_way]
        fresh = fresh[: UNDER_WAY_MAX - len(self._under_way)]
        for webhook in fresh:
            self._under_way.add(webhook)
            group.create_task(self._tell(webhook))
        await self._forget_now_and_then()
        return followed, len(fresh)

    async def _look_round(self) -> int:
        """What is news of hubs, now and then; returns how many events that made."""
        db, centre, now = self._centre.db, self._centre, self._centre.clock.monotonic()
        if now - self._looked_at < ROUND_S:
            return 0
        self._looked_at = now
        if await db.read(partial(store.outlived, now=centre.clock.now())):
            await db.run(partial(subscribing.disable_outlived, centre=centre))
        hours = self._target_hours
        if not await db.read(partial(silence.is_news, centre=centre, default_hours=hours)):
            return 0
        look = partial(silence.follow, centre=centre, default_hours=hours)
        return await db.run(partial(look, base_url=self._base_url))

    async def _step_s(self, group: asyncio.TaskGroup) -> float:
        """Seconds to rest after a step, whatever goes wrong in it."""
        began = self._centre.clock.monotonic()
        try:
            followed, _ = await self._step(group)
        except DatabaseError as error:
            log.warning("delivering_later", extra={"error": str(error)})
            return RETRY_S
        except Exception:
            log.exception("delivering_broke")
            return RETRY_S
        return RESTS_A_STEP * (self._centre.clock.monotonic() - began) if followed else IDLE_S

    async def _tell(self, webhook: str) -> None:
        """Tells a webhook one event after another, until none is due."""
        claim = partial(queue.claim, centre=self._centre, webhook=webhook)
        try:
            while (claimed := await self._centre.db.run(claim)) is not None:
                await self._try(claimed)
        except DatabaseError as error:
            log.warning("telling_later", extra={"webhook": webhook, "error": str(error)})
        except Exception:
            log.exception("telling_broke", extra={"webhook": webhook})
        finally:
            self._under_way.discard(webhook)

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


async def send_test(centre: Centre, transport: Transport, claimed: Claim) -> Attempt:
    """Posts the event of a test, and keeps how it went."""
    tried = await attempt(centre, transport, claimed)
    await centre.db.run(lambda conn: queue.note_test(conn, claimed, tried.attempt))
    return tried.attempt

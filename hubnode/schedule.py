"""When a node syncs: an interval or a cron line, spread by jitter, one run at a time, backing off.

What a run is, `hubnode.sync` knows, and how long to wait after it, `hubnode.pace`; this room keeps
the appointment. APScheduler 3 holds one job in memory, and it has a date and no repetition: the
end of each run says when the next is due, so that nothing can start one earlier, and a clock that
jumps by years is one run and not a million missed ones.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from hubnode.pace import RunEnd, RunResult, Wait, count_failures, pause_s
from hubnode.settings import NodeSettings
from runtime.ports import Clock, Entropy, Sleeper

NEXT_RUN = "next-run"
HEARTBEAT_S = 30
"""How long it may take to notice that a clock jumped, or that the machine slept."""

log = logging.getLogger(__name__)


class Schedule:
    """Runs `sync` when it is due. At most one run at a time; missed runs collapse into one."""

    def __init__(
        self,
        sync: Callable[[], Awaitable[RunEnd]],
        *,
        settings: NodeSettings,
        clock: Clock,
        entropy: Entropy,
        sleeper: Sleeper,
    ) -> None:
        self._sync = sync
        self._settings = settings
        self._clock = clock
        self._entropy = entropy
        self._sleeper = sleeper
        self._failures_count = 0
        self._last: RunEnd | None = None
        self._wait: Wait | None = None
        self._put_aside: Wait | None = None
        self._heartbeat: asyncio.Task[None] | None = None
        self._live = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Starts the timers; the first run comes at once."""
        self._scheduler.start()
        self._wait_for(0)
        self._heartbeat = asyncio.create_task(self._keep_time())

    async def stop(self) -> None:
        """Starts no further run and waits for the one that is live."""
        self._scheduler.pause()
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        async with self._live:
            self._wait = None
            self._scheduler.shutdown(wait=False)

    @property
    def next_run_at(self) -> str | None:
        """When the next run is due (RFC 3339), or None while one is live and when stopped."""
        if self._wait is None:
            return None
        left = timedelta(seconds=self._wait.left_s(self._clock))
        return (self._clock.now() + left).isoformat()

    def run_now(self) -> None:
        """Makes the next run due at once; while one is live, it is the one that was asked for.

        Where it finds nobody, the wait that it cut short goes on: whoever asks again and again
        would otherwise push the run that comes by itself away.
        """
        if self._wait is not None:
            self._put_aside = self._put_aside or self._wait
            self._wait_for(0)

    def follow(self, settings: NodeSettings) -> None:
        """Goes by these from now on; a wait that has begun begins anew by them."""
        self._settings = settings
        if self._wait is not None and self._last is not None:
            self._rest(self._last)

    async def _run(self) -> None:
        async with self._live:
            self._wait, aside = None, self._put_aside
            self._put_aside = None
            end = RunEnd(result=RunResult.STOPPED)
            try:
                end = await self._sync()
            finally:
                self._rest_after(end, aside)

    def _rest_after(self, end: RunEnd, aside: Wait | None) -> None:
        if aside is not None and self._failures_count and end.result is RunResult.UNREACHABLE:
            self._wait = aside
            self._appoint(aside)
            return
        self._failures_count = count_failures(self._failures_count, end)
        self._last = end
        self._rest(end)

    def _rest(self, end: RunEnd) -> None:
        self._wait_for(
            pause_s(
                end,
                failures_count=self._failures_count,
                regular_s=self._regular_s(),
                jitter_s=self._settings.schedule_jitter_s,
                fraction=int.from_bytes(self._entropy.bytes(4), "big") / 2**32,
            )
        )
        appointment = {"at": self.next_run_at, "failures": self._failures_count}
        log.info("next_run", extra=appointment)

    def _regular_s(self) -> float:
        """Seconds until the interval is over, or until the cron line comes true."""
        if not self._settings.schedule_cron:
            return self._settings.schedule_interval_s
        now = self._clock.now()
        cron = CronTrigger.from_crontab(self._settings.schedule_cron, timezone="UTC")
        return float((cron.get_next_fire_time(None, now) - now).total_seconds())

    def _wait_for(self, seconds: float) -> None:
        self._wait = Wait.begin(self._clock, seconds)
        self._appoint(self._wait)

    def _appoint(self, wait: Wait) -> None:
        """Tells APScheduler, which knows the wall clock only, when the wait is over by it."""
        due = self._clock.now() + timedelta(seconds=wait.left_s(self._clock))
        self._scheduler.add_job(self._run, DateTrigger(due), id=NEXT_RUN, replace_existing=True)

    async def _keep_time(self) -> None:
        """Makes the appointment anew now and then, as both clocks stand by now."""
        while True:
            await self._sleeper.sleep(HEARTBEAT_S)
            if self._wait is not None:
                self._appoint(self._wait)

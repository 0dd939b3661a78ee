"""When a node syncs: an interval or a cron line, spread by jitter, one run at a time, backing off.

What a run is, `hubnode.sync` knows; this room only decides *when* the next one starts. The
scheduler keeps its jobs in memory, made from the settings at every start, so that nothing stale
survives a restart (APScheduler 3, memory job store).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import Enum

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from hubnode.settings import NodeSettings
from runtime.ports import Clock, Entropy

BACKOFF_FIRST_S = 30
BACKOFF_MAX_S = 3600
MISFIRE_GRACE_S = 60
REGULAR, RETRY = "regular", "retry"


class RunResult(Enum):
    """What the schedule needs to know of a finished run."""

    SUCCEEDED = "succeeded"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"
    """Refused by the centre or frozen: only a person can help, so no retry is made early."""


def backoff_s(failures_count: int, fraction: float) -> float:
    """How long to wait after the nth failure in a row, in seconds: full jitter, 30 s to 1 h.

    Args:
        failures_count: failures in a row, at least 1.
        fraction: a uniform draw from [0, 1).
    """
    ceiling = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2.0 ** min(failures_count - 1, 20))
    return max(1.0, fraction * ceiling)


class Schedule:
    """Runs `sync` when it is due. At most one run at a time; missed runs collapse into one."""

    def __init__(
        self,
        sync: Callable[[], Awaitable[RunResult]],
        *,
        settings: NodeSettings,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._sync = sync
        self._settings = settings
        self._clock = clock
        self._entropy = entropy
        self._failures_count = 0
        self._live = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": MISFIRE_GRACE_S,
            },
        )

    def start(self) -> None:
        """Starts the timers; the first run comes at once."""
        self._scheduler.add_job(self._run, self._regular_trigger(), id=REGULAR)
        self._scheduler.add_job(self._run, DateTrigger(self._clock.now()), id=RETRY)
        self._scheduler.start()

    async def stop(self) -> None:
        """Starts no further run and waits for the one that is live."""
        self._scheduler.pause()
        async with self._live:
            self._scheduler.shutdown(wait=False)

    @property
    def next_run_at(self) -> str | None:
        """When the next run is due (RFC 3339), or None when stopped."""
        times = [job.next_run_time for job in self._scheduler.get_jobs() if job.next_run_time]
        return min(times).isoformat() if times else None

    async def _run(self) -> None:
        async with self._live:
            result = await self._sync()
        if result is RunResult.UNREACHABLE:
            self._failures_count += 1
            self._retry_in(backoff_s(self._failures_count, self._fraction()))
        else:
            self._failures_count = 0

    def _retry_in(self, seconds: float) -> None:
        due = self._clock.now() + timedelta(seconds=seconds)
        self._scheduler.add_job(self._run, DateTrigger(due), id=RETRY, replace_existing=True)

    def _fraction(self) -> float:
        return int.from_bytes(self._entropy.bytes(4), "big") / 2**32

    def _regular_trigger(self) -> IntervalTrigger | CronTrigger:
        if self._settings.schedule_cron:
            return CronTrigger.from_crontab(self._settings.schedule_cron, timezone="UTC")
        return IntervalTrigger(
            seconds=self._settings.schedule_interval_s, jitter=self._settings.schedule_jitter_s
        )

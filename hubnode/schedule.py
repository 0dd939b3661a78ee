"""When a node syncs: an interval or a cron line, spread by jitter, one run at a time, backing off.

What a run is, `hubnode.sync` knows; this room only decides *when* the next one starts. The
scheduler keeps its jobs in memory, made from the settings at every start, so that nothing stale
survives a restart (APScheduler 3, memory job store).

Between two runs the node may have to rest: the centre said when to call again, or nobody answered.
A rest is over as soon as the wall clock or the monotonic clock says so, whichever is further; a
wall clock that somebody sets back is noticed within a heartbeat, and the timers are made anew. So a
laptop that slept and a clock that was wrong never leave a hub silent.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from hubnode.settings import NodeSettings
from runtime.ports import Clock, Entropy, Sleeper

BACKOFF_FIRST_S = 30
BACKOFF_MAX_S = 3_600
RETRY_AFTER_S_MAX = 3_600
"""What a centre in trouble may ask for at most, before the back-off is added."""

CALL_AGAIN_S_MAX = 86_400
"""The longest rest that a centre may wish for: a day."""

HEARTBEAT_S = 30.0
SET_BACK_S = 60.0
"""By how much the wall clock must have gone back to count as set."""

REGULAR, AFTER_REST = "regular", "after_rest"


class RunResult(Enum):
    """What the schedule needs to know of a finished run."""

    SUCCEEDED = "succeeded"
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"
    """Refused by the centre or frozen: only a person can help, so no retry is made early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a run ended, as far as the next one is concerned.

    Attributes:
        result: in one word.
        retry_after_s: seconds that a centre in trouble asked for (RFC 9110, 10.2.3).
        call_again_s: seconds after which a centre that is well wants the next run; 0 is no wish.
    """

    result: RunResult
    retry_after_s: float = 0.0
    call_again_s: int = 0


def backoff_s(failures_count: int, fraction: float) -> float:
    """How long to wait after the nth failure in a row, in seconds: full jitter, 30 s to 1 h.

    Args:
        failures_count: failures in a row, at least 1.
        fraction: a uniform draw from [0, 1).
    """
    ceiling = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2.0 ** min(failures_count - 1, 20))
    return max(1.0, fraction * ceiling)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment by both clocks."""

    wall: datetime
    monotonic: float

    @classmethod
    def of(cls, clock: Clock) -> "_Moment":
        return cls(clock.now(), clock.monotonic())

    def after(self, seconds: float) -> "_Moment":
        return _Moment(self.wall + timedelta(seconds=seconds), self.monotonic + seconds)

    def seconds_since(self, earlier: "_Moment") -> float:
        """By the clock that went further."""
        by_wall = (self.wall - earlier.wall).total_seconds()
        return max(by_wall, self.monotonic - earlier.monotonic)

    def is_set_back_since(self, earlier: "_Moment") -> bool:
        by_wall = (self.wall - earlier.wall).total_seconds()
        return by_wall < self.monotonic - earlier.monotonic - SET_BACK_S


class Schedule:
    """Runs `sync` when it is due. At most one run at a time; missed runs collapse into one."""

    def __init__(
        self,
        sync: Callable[[], Awaitable[Finished]],
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
        self._rest_end = self._seen = _Moment.of(clock)
        self._live = asyncio.Lock()
        self._heart: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Starts the timers; the first run comes at once."""
        self._scheduler.add_job(self._tick, self._regular_trigger(), id=REGULAR)
        self._run_after_rest()
        self._scheduler.start()
        self._heart = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Starts no further run and waits for the one that is live."""
        self._scheduler.pause()
        if self._heart is not None:
            self._heart.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._heart
        async with self._live:
            self._scheduler.shutdown(wait=False)

    @property
    def next_run_at(self) -> datetime | None:
        """When the next run is due, or None when stopped."""
        times = [job.next_run_time for job in self._scheduler.get_jobs() if job.next_run_time]
        earliest = self._clock.now() + timedelta(seconds=self._rest_s())
        return max(min(times), earliest) if times else None

    async def _tick(self) -> None:
        """A timer says that it is time: so it is, unless a run is live or the node rests."""
        if self._live.locked():
            return
        if self._rest_s() > 0:
            self._run_after_rest()
            return
        async with self._live:
            finished = await self._sync()
        self._rest_after(finished)

    def _rest_after(self, finished: Finished) -> None:
        if finished.result is RunResult.UNREACHABLE:
            self._failures_count += 1
            asked_s = min(finished.retry_after_s, RETRY_AFTER_S_MAX)
            self._rest(asked_s + backoff_s(self._failures_count, self._fraction()))
            self._run_after_rest()
        elif finished.result is RunResult.SUCCEEDED:
            self._failures_count = 0
            self._rest(min(finished.call_again_s, CALL_AGAIN_S_MAX))

    def _rest(self, seconds: float) -> None:
        self._rest_end = _Moment.of(self._clock).after(seconds)

    def _rest_s(self) -> float:
        """Seconds of rest that are left, by the clock that went further."""
        return max(0.0, -_Moment.of(self._clock).seconds_since(self._rest_end))

    def _run_after_rest(self) -> None:
        due = self._clock.now() + timedelta(seconds=self._rest_s())
        self._scheduler.add_job(self._tick, DateTrigger(due), id=AFTER_REST, replace_existing=True)

    async def _beat(self) -> None:
        while True:
            await self._sleeper.sleep(HEARTBEAT_S)
            self._look_at_the_clocks()

    def _look_at_the_clocks(self) -> None:
        """Makes the timers anew where the wall clock was set back, and lets overdue ones go off."""
        now = _Moment.of(self._clock)
        if now.is_set_back_since(self._seen):
            self._scheduler.reschedule_job(REGULAR, trigger=self._regular_trigger())
            if self._scheduler.get_job(AFTER_REST):
                self._run_after_rest()
        self._seen = now
        self._scheduler.wakeup()

    def _fraction(self) -> float:
        return int.from_bytes(self._entropy.bytes(4), "big") / 2**32

    def _regular_trigger(self) -> IntervalTrigger | CronTrigger:
        settings = self._settings
        if not settings.schedule_cron:
            return IntervalTrigger(
                seconds=settings.schedule_interval_s, jitter=settings.schedule_jitter_s
            )
        trigger = CronTrigger.from_crontab(settings.schedule_cron, timezone="UTC")
        trigger.jitter = settings.schedule_jitter_s  # `from_crontab` has no argument for it
        return trigger

"""When a node synchronises: on time, once at a time, and never silent for a clock's sake."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, tzinfo

import pytest

from hubnode.pace import BACKOFF_FIRST_S, RunEnd, RunResult
from hubnode.schedule import Schedule
from hubnode.settings import NodeSettings
from runtime.system import SystemClock
from tests.support.ports import SeededEntropy

SETTLE_S_MAX = 10
DAY_S = 86_400
SUCCEEDED = RunEnd(result=RunResult.SUCCEEDED)


class SettableClock(SystemClock):
    """The machine's clocks, of which somebody sets the wall clock."""

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        return super().now() + self._shift

    def jump(self, seconds: float) -> None:
        self._shift += timedelta(seconds=seconds)


class QuickSleeper:
    """Lets a heart beat every hundredth of a second."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


class Runs:
    """A sync that takes no time, counts itself, and ends as it is told."""

    def __init__(self, *ends: RunEnd) -> None:
        self._ends = ends or (SUCCEEDED,)
        self.count = 0

    async def __call__(self) -> RunEnd:
        self.count += 1
        return self._ends[min(self.count, len(self._ends)) - 1]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SettableClock:
    """What the schedule reads, and APScheduler too."""
    clock = SettableClock()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.now().astimezone(tz)

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
    return clock


@asynccontextmanager
async def running(
    sync: Callable[[], Awaitable[RunEnd]], clock: SettableClock, **settings: object
) -> AsyncIterator[Schedule]:
    schedule = Schedule(
        sync,
        settings=NodeSettings(**{"schedule_jitter_s": 0, **settings}),  # type: ignore[arg-type]
        clock=clock,
        entropy=SeededEntropy(),
        sleeper=QuickSleeper(),
    )
    schedule.start()
    try:
        yield schedule
    finally:
        await schedule.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(SETTLE_S_MAX):
        while not condition():  # noqa: ASYNC110  # APScheduler tells nobody
            await asyncio.sleep(0.01)


async def rested(schedule: Schedule, runs: Runs, *, count: int = 1) -> float:
    """Seconds to the next run, once so many are over."""
    await until(lambda: runs.count == count and schedule.next_run_at)
    return seconds_to_next(schedule)


def due_at(schedule: Schedule) -> datetime:
    assert schedule.next_run_at
    return datetime.fromisoformat(schedule.next_run_at)


def seconds_to_next(schedule: Schedule) -> float:
    return (due_at(schedule) - schedule._clock.now()).total_seconds()


async def test_the_first_run_comes_at_once_and_the_next_after_the_interval(
    clock: SettableClock,
) -> None:
    runs = Runs()
    async with running(runs, clock, schedule_interval_s=1):
        await until(lambda: runs.count == 3)


async def test_two_runs_never_overlap_though_one_takes_longer_than_the_interval(
    clock: SettableClock,
) -> None:
    live = most = count = 0

    async def sync() -> RunEnd:
        nonlocal live, most, count
        live += 1
        most, count = max(most, live), count + 1
        await asyncio.sleep(1.2)
        live -= 1
        return SUCCEEDED

    async with running(sync, clock, schedule_interval_s=1):
        await until(lambda: count >= 2)
    assert (most, live) == (1, 0)


async def test_a_run_that_fails_by_a_mistake_of_ours_does_not_end_the_schedule(
    clock: SettableClock,
) -> None:
    count = 0

    async def sync() -> RunEnd:
        nonlocal count
        count += 1
        raise LookupError

    async with running(sync, clock, schedule_interval_s=1):
        await until(lambda: count >= 2)


async def test_where_nobody_answers_a_run_is_tried_again_before_the_interval_is_over(
    clock: SettableClock,
) -> None:
    runs = Runs(RunEnd(result=RunResult.UNREACHABLE))
    async with running(runs, clock, schedule_interval_s=604_800) as schedule:
        assert 0 < await rested(schedule, runs) <= 30


async def test_no_regular_run_comes_while_the_centre_asked_to_be_left_alone(
    clock: SettableClock,
) -> None:
    runs = Runs(RunEnd(result=RunResult.UNREACHABLE, retry_after_s=600))
    async with running(runs, clock, schedule_interval_s=1) as schedule:
        assert await rested(schedule, runs) > 590
        await asyncio.sleep(1.2)
        assert runs.count == 1


async def test_failures_count_on_until_a_run_succeeds(clock: SettableClock) -> None:
    unreachable = RunEnd(result=RunResult.UNREACHABLE)
    runs = Runs(unreachable, unreachable, SUCCEEDED, unreachable)
    seen = []
    async with running(runs, clock, schedule_interval_s=604_800) as schedule:
        for count in range(1, 5):
            await rested(schedule, runs, count=count)
            seen.append(schedule._failures_count)
            clock.jump(604_800)
    assert seen == [1, 2, 0, 1]


async def test_a_run_asked_for_by_hand_that_finds_nobody_puts_no_other_run_off(
    clock: SettableClock,
) -> None:
    runs = Runs(RunEnd(result=RunResult.UNREACHABLE))
    async with running(runs, clock, schedule_interval_s=DAY_S) as schedule:
        await rested(schedule, runs)
        due = due_at(schedule)
        for count in (2, 3, 4):
            schedule.run_now()
            await rested(schedule, runs, count=count)
        assert abs(due_at(schedule) - due) < timedelta(seconds=1)


async def test_the_first_failure_of_a_run_asked_for_by_hand_is_tried_again_soon(
    clock: SettableClock,
) -> None:
    runs = Runs(SUCCEEDED, RunEnd(result=RunResult.UNREACHABLE))
    async with running(runs, clock, schedule_interval_s=DAY_S) as schedule:
        await rested(schedule, runs)
        schedule.run_now()
        assert await rested(schedule, runs, count=2) <= BACKOFF_FIRST_S


async def test_the_next_run_waits_as_long_as_the_centre_wishes(clock: SettableClock) -> None:
    runs = Runs(RunEnd(result=RunResult.SUCCEEDED, call_again_s=3600))
    async with running(runs, clock, schedule_interval_s=1) as schedule:
        assert await rested(schedule, runs) > 3590


async def test_stopping_waits_for_the_run_that_is_live(clock: SettableClock) -> None:
    steps: list[str] = []

    async def sync() -> RunEnd:
        steps.append("began")
        await asyncio.sleep(0.2)
        steps.append("ended")
        return SUCCEEDED

    async with running(sync, clock) as schedule:
        await until(lambda: steps)
    assert steps == ["began", "ended"]
    assert schedule.next_run_at is None


async def test_a_clock_that_is_set_back_by_a_day_delays_no_run(clock: SettableClock) -> None:
    runs = Runs()
    async with running(runs, clock, schedule_interval_s=1) as schedule:
        await rested(schedule, runs)
        clock.jump(-DAY_S)
        assert seconds_to_next(schedule) <= 1
        await until(lambda: runs.count == 2)


@pytest.mark.parametrize("days", [3, 20_000])
async def test_runs_that_were_missed_become_one_however_many(
    clock: SettableClock, days: int
) -> None:
    runs = Runs()
    async with running(runs, clock, schedule_interval_s=60) as schedule:
        await rested(schedule, runs)
        clock.jump(days * DAY_S)
        assert 50 < await rested(schedule, runs, count=2) <= 60


async def test_a_clock_that_swings_makes_no_run_twice(clock: SettableClock) -> None:
    runs = Runs()
    async with running(runs, clock, schedule_interval_s=60) as schedule:
        await rested(schedule, runs)
        for _ in range(20):
            clock.jump(DAY_S)
            await rested(schedule, runs, count=2)
            clock.jump(-DAY_S)
            await asyncio.sleep(0.02)
    assert runs.count == 2


async def test_a_cron_line_goes_before_the_interval(clock: SettableClock) -> None:
    runs = Runs()
    async with running(runs, clock, schedule_cron="0 1,7 * * *", schedule_interval_s=1) as schedule:
        await rested(schedule, runs)
        due = due_at(schedule) + timedelta(seconds=1)
        assert (due.hour in {1, 7}, due.minute) == (True, 0)


async def test_a_run_by_a_cron_line_is_late_by_the_jitter_and_never_early(
    clock: SettableClock,
) -> None:
    runs = Runs()
    async with running(runs, clock, schedule_cron="0 0 1 1 *", schedule_jitter_s=3_600) as schedule:
        await rested(schedule, runs)
        due = due_at(schedule)
        assert due.replace(minute=0, second=0, microsecond=0) == datetime(
            due.year, 1, 1, tzinfo=due.tzinfo
        )
        assert (due.minute, due.second) != (0, 0)


async def test_another_schedule_holds_at_once(clock: SettableClock) -> None:
    runs = Runs()
    async with running(runs, clock, schedule_interval_s=604_800) as schedule:
        await rested(schedule, runs)
        schedule.follow(NodeSettings(schedule_interval_s=120, schedule_jitter_s=0))
        assert 100 < seconds_to_next(schedule) <= 120


async def test_another_schedule_brings_no_run_earlier_than_the_centre_asked_for(
    clock: SettableClock,
) -> None:
    runs = Runs(RunEnd(result=RunResult.UNREACHABLE, retry_after_s=600))
    async with running(runs, clock, schedule_interval_s=604_800) as schedule:
        await rested(schedule, runs)
        schedule.follow(NodeSettings(schedule_interval_s=1, schedule_jitter_s=0))
        assert seconds_to_next(schedule) > 590

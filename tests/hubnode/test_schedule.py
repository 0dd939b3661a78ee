"""When a node synchronises: on time, once at a time, later and later while nobody answers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from hypothesis import given
from hypothesis import strategies as st

from hubnode.schedule import (
    AFTER_REST,
    BACKOFF_FIRST_S,
    BACKOFF_MAX_S,
    REGULAR,
    RETRY_AFTER_S_MAX,
    Finished,
    RunResult,
    Schedule,
    backoff_s,
)
from hubnode.settings import NodeSettings
from runtime.ports import Clock
from runtime.system import AsyncioSleeper, SystemClock
from tests.support.ports import ManualClock, SeededEntropy

SETTLE_S_MAX = 10
SUCCEEDED = Finished(result=RunResult.SUCCEEDED)
UNREACHABLE = Finished(result=RunResult.UNREACHABLE)
STOPPED = Finished(result=RunResult.STOPPED)


@asynccontextmanager
async def running(
    sync: Callable[[], Awaitable[Finished]], clock: Clock | None = None, **settings: object
) -> AsyncIterator[Schedule]:
    schedule = Schedule(
        sync,
        settings=NodeSettings(**settings),  # type: ignore[arg-type]
        clock=clock or SystemClock(),
        entropy=SeededEntropy(),
        sleeper=AsyncioSleeper(),
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


async def test_the_first_run_comes_at_once_and_the_next_after_the_interval() -> None:
    runs: list[Finished] = []

    async def sync() -> Finished:
        runs.append(SUCCEEDED)
        return runs[-1]

    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0):
        await until(lambda: len(runs) >= 3)


async def test_two_runs_never_overlap_though_one_takes_longer_than_the_interval() -> None:
    live = most = count = 0

    async def sync() -> Finished:
        nonlocal live, most, count
        live += 1
        most, count = max(most, live), count + 1
        await asyncio.sleep(1.2)
        live -= 1
        return SUCCEEDED

    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0):
        await until(lambda: count >= 2)
    assert (most, live) == (1, 0)


async def test_a_run_that_fails_by_a_mistake_of_ours_does_not_end_the_schedule() -> None:
    count = 0

    async def sync() -> Finished:
        nonlocal count
        count += 1
        raise LookupError

    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0):
        await until(lambda: count >= 2)


async def test_where_nobody_answers_a_run_is_tried_again_before_the_next_regular_one() -> None:
    runs = 0

    async def sync() -> Finished:
        nonlocal runs
        runs += 1
        return UNREACHABLE

    async with running(sync, schedule_interval_s=604_800) as schedule:
        await until(lambda: runs and schedule._scheduler.get_job(AFTER_REST))
        assert schedule.next_run_at


@pytest.mark.parametrize("result", [SUCCEEDED, STOPPED])
async def test_what_only_a_person_can_mend_is_not_tried_again_early(result: Finished) -> None:
    runs = 0

    async def sync() -> Finished:
        nonlocal runs
        runs += 1
        return result

    async with running(sync, schedule_interval_s=604_800) as schedule:
        await until(lambda: runs)
        assert schedule._scheduler.get_job(AFTER_REST) is None


async def test_stopping_waits_for_the_run_that_is_live() -> None:
    steps: list[str] = []

    async def sync() -> Finished:
        steps.append("began")
        await asyncio.sleep(0.2)
        steps.append("ended")
        return SUCCEEDED

    async with running(sync):
        await until(lambda: steps)
    assert steps == ["began", "ended"]


async def test_runs_that_were_missed_become_one_and_hubs_are_spread() -> None:
    async def sync() -> Finished:
        return SUCCEEDED

    async with running(sync, schedule_interval_s=600, schedule_jitter_s=20) as schedule:
        job = schedule._scheduler.get_job(REGULAR)
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
        assert isinstance(job.trigger, IntervalTrigger)
        assert (job.trigger.interval_length, job.trigger.jitter) == (600, 20)


async def test_a_cron_line_goes_before_the_interval() -> None:
    async def sync() -> Finished:
        return SUCCEEDED

    async with running(sync, schedule_cron="0 1,7 * * *") as schedule:
        job = schedule._scheduler.get_job(REGULAR)
        assert isinstance(job.trigger, CronTrigger)
        assert "hour='1,7'" in str(job.trigger)
        assert job.trigger.jitter == NodeSettings().schedule_jitter_s


def ending(finished: Finished, runs: list[Finished]) -> Callable[[], Awaitable[Finished]]:
    """A run that ends so; counted in `runs`."""

    async def sync() -> Finished:
        runs.append(finished)
        return finished

    return sync


def seconds_to_next(schedule: Schedule) -> float:
    assert schedule.next_run_at is not None
    return (schedule.next_run_at - SystemClock().now()).total_seconds()


async def test_a_centre_in_trouble_is_left_alone_for_as_long_as_it_asks() -> None:
    runs: list[Finished] = []
    sync = ending(replace(UNREACHABLE, retry_after_s=600), runs)
    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0) as schedule:
        await until(lambda: runs and schedule._scheduler.get_job(AFTER_REST))
        await asyncio.sleep(2.2)  # two ticks of the regular timer
        assert len(runs) == 1
        assert 590 < seconds_to_next(schedule) <= 630


async def test_a_centre_in_trouble_cannot_silence_a_hub_for_long() -> None:
    runs: list[Finished] = []
    sync = ending(replace(UNREACHABLE, retry_after_s=1e9), runs)
    async with running(sync) as schedule:
        await until(lambda: runs and schedule._scheduler.get_job(AFTER_REST))
        assert seconds_to_next(schedule) <= RETRY_AFTER_S_MAX + BACKOFF_FIRST_S


async def test_a_centre_that_is_well_says_when_to_call_again() -> None:
    runs: list[Finished] = []
    sync = ending(replace(SUCCEEDED, call_again_s=600), runs)
    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0) as schedule:
        await asyncio.sleep(2.2)
        assert len(runs) == 1
        assert 590 < seconds_to_next(schedule) <= 600


async def test_a_wish_below_the_own_interval_changes_nothing() -> None:
    runs: list[Finished] = []
    sync = ending(replace(SUCCEEDED, call_again_s=60), runs)
    async with running(sync, schedule_interval_s=900, schedule_jitter_s=0) as schedule:
        await until(lambda: runs)
        assert 880 < seconds_to_next(schedule) <= 900


async def test_only_a_success_makes_the_pauses_short_again() -> None:
    async with running(ending(SUCCEEDED, []), schedule_interval_s=604_800) as schedule:
        counts = []
        for finished in (UNREACHABLE, STOPPED, UNREACHABLE, SUCCEEDED):
            schedule._rest_after(finished)
            counts.append(schedule._failures_count)
        assert counts == [1, 1, 2, 0]


@pytest.mark.parametrize("days", [-1, 0, 1])
async def test_a_rest_ends_by_the_clock_that_went_further(days: int) -> None:
    clock = ManualClock()
    async with running(ending(SUCCEEDED, []), clock, schedule_interval_s=604_800) as schedule:
        schedule._rest(600)
        clock.advance(200)
        clock.jump(86_400 * days)
        assert schedule._rest_s() == (0 if days > 0 else 400)
        clock.advance(400)
        assert schedule._rest_s() == 0


async def test_a_wall_clock_that_was_set_back_makes_the_timers_anew() -> None:
    clock = ManualClock()
    async with running(ending(SUCCEEDED, []), clock, schedule_interval_s=604_800) as schedule:
        before = schedule._scheduler.get_job(REGULAR).trigger
        clock.advance(40)
        schedule._look_at_the_clocks()
        assert schedule._scheduler.get_job(REGULAR).trigger is before
        clock.jump(-86_400)
        schedule._look_at_the_clocks()
        assert schedule._scheduler.get_job(REGULAR).trigger is not before


@given(failures=st.integers(1, 10_000), fraction=st.floats(0, 1, exclude_max=True))
def test_the_pause_grows_to_an_hour_and_is_drawn_from_the_whole_of_it(
    failures: int, fraction: float
) -> None:
    pause = backoff_s(failures, fraction)
    assert 1 <= pause <= min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** min(failures - 1, 30))
    assert backoff_s(failures, 0) == 1

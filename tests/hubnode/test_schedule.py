"""When a node synchronises: on time, once at a time, later and later while nobody answers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from hypothesis import given
from hypothesis import strategies as st

from hubnode.schedule import (
    BACKOFF_FIRST_S,
    BACKOFF_MAX_S,
    REGULAR,
    RETRY,
    RunResult,
    Schedule,
    backoff_s,
)
from hubnode.settings import NodeSettings
from runtime.system import SystemClock
from tests.support.ports import SeededEntropy

SETTLE_S_MAX = 10


@asynccontextmanager
async def running(
    sync: Callable[[], Awaitable[RunResult]], **settings: object
) -> AsyncIterator[Schedule]:
    schedule = Schedule(
        sync,
        settings=NodeSettings(**settings),  # type: ignore[arg-type]
        clock=SystemClock(),
        entropy=SeededEntropy(),
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
    runs: list[RunResult] = []

    async def sync() -> RunResult:
        runs.append(RunResult.SUCCEEDED)
        return runs[-1]

    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0):
        await until(lambda: len(runs) >= 3)


async def test_two_runs_never_overlap_though_one_takes_longer_than_the_interval() -> None:
    live = most = count = 0

    async def sync() -> RunResult:
        nonlocal live, most, count
        live += 1
        most, count = max(most, live), count + 1
        await asyncio.sleep(1.2)
        live -= 1
        return RunResult.SUCCEEDED

    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0):
        await until(lambda: count >= 2)
    assert (most, live) == (1, 0)


async def test_a_run_that_fails_by_a_mistake_of_ours_does_not_end_the_schedule() -> None:
    count = 0

    async def sync() -> RunResult:
        nonlocal count
        count += 1
        raise LookupError

    async with running(sync, schedule_interval_s=1, schedule_jitter_s=0):
        await until(lambda: count >= 2)


async def test_where_nobody_answers_a_run_is_tried_again_before_the_next_regular_one() -> None:
    runs = 0

    async def sync() -> RunResult:
        nonlocal runs
        runs += 1
        return RunResult.UNREACHABLE

    async with running(sync, schedule_interval_s=604_800) as schedule:
        await until(lambda: runs and schedule._scheduler.get_job(RETRY))
        assert schedule.next_run_at


@pytest.mark.parametrize("result", [RunResult.SUCCEEDED, RunResult.STOPPED])
async def test_what_only_a_person_can_mend_is_not_tried_again_early(result: RunResult) -> None:
    runs = 0

    async def sync() -> RunResult:
        nonlocal runs
        runs += 1
        return result

    async with running(sync, schedule_interval_s=604_800) as schedule:
        await until(lambda: runs)
        assert schedule._scheduler.get_job(RETRY) is None


async def test_stopping_waits_for_the_run_that_is_live() -> None:
    steps: list[str] = []

    async def sync() -> RunResult:
        steps.append("began")
        await asyncio.sleep(0.2)
        steps.append("ended")
        return RunResult.SUCCEEDED

    async with running(sync):
        await until(lambda: steps)
    assert steps == ["began", "ended"]


async def test_runs_that_were_missed_become_one_and_hubs_are_spread() -> None:
    async def sync() -> RunResult:
        return RunResult.SUCCEEDED

    async with running(sync, schedule_interval_s=600, schedule_jitter_s=20) as schedule:
        job = schedule._scheduler.get_job(REGULAR)
        assert (job.coalesce, job.max_instances) == (True, 1)
        assert isinstance(job.trigger, IntervalTrigger)
        assert (job.trigger.interval_length, job.trigger.jitter) == (600, 20)


async def test_a_cron_line_goes_before_the_interval() -> None:
    async def sync() -> RunResult:
        return RunResult.SUCCEEDED

    async with running(sync, schedule_cron="0 1,7 * * *") as schedule:
        job = schedule._scheduler.get_job(REGULAR)
        assert isinstance(job.trigger, CronTrigger)
        assert "hour='1,7'" in str(job.trigger)


@given(failures=st.integers(1, 10_000), fraction=st.floats(0, 1, exclude_max=True))
def test_the_pause_grows_to_an_hour_and_is_drawn_from_the_whole_of_it(
    failures: int, fraction: float
) -> None:
    pause = backoff_s(failures, fraction)
    assert 1 <= pause <= min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** min(failures - 1, 30))
    assert backoff_s(failures, 0) == 1

"""How long a node waits: as it was told, as it was asked, and by whichever clock is further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubnode.pace import (
    BACKOFF_FIRST_S,
    BACKOFF_MAX_S,
    RETRY_AFTER_S_MAX,
    RunEnd,
    RunResult,
    Wait,
    backoff_s,
    count_failures,
    pause_s,
)
from protocol.limits import CALL_AGAIN_S_MAX, INTEGER_MAX
from tests.support.ports import ManualClock

DAY_S = 86_400
SUCCEEDED = RunEnd(result=RunResult.SUCCEEDED)
UNREACHABLE = RunEnd(result=RunResult.UNREACHABLE)
STOPPED = RunEnd(result=RunResult.STOPPED)

fractions = st.floats(0, 1, exclude_max=True)


def pause(
    end: RunEnd,
    *,
    failures: int = 1,
    regular_s: float = 900,
    jitter_s: float = 0,
    fraction: float = 0.5,
) -> float:
    return pause_s(
        end,
        failures_count=failures,
        regular_s=regular_s,
        jitter_s=jitter_s,
        fraction=fraction,
    )


@given(failures=st.integers(1, 10_000), fraction=fractions)
def test_the_back_off_grows_to_an_hour_and_is_drawn_from_the_whole_of_it(
    failures: int, fraction: float
) -> None:
    drawn = backoff_s(failures, fraction)
    assert 1 <= drawn <= min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** min(failures - 1, 30))
    assert backoff_s(failures, 0) == 1


def test_after_a_success_the_schedule_says_when() -> None:
    assert pause(SUCCEEDED) == 900


@given(fraction=fractions)
def test_a_run_is_late_by_the_jitter_and_never_early(fraction: float) -> None:
    for end in (SUCCEEDED, STOPPED):
        assert 900 <= pause(end, jitter_s=30, fraction=fraction) <= 930


@pytest.mark.parametrize(("wish", "waited"), [(0, 900), (600, 900), (3600, 3600)])
def test_the_centre_may_ask_for_a_longer_interval_and_not_for_a_shorter(
    wish: int, waited: int
) -> None:
    assert pause(RunEnd(result=RunResult.SUCCEEDED, call_again_s=wish)) == waited


def test_hubs_that_are_asked_for_the_same_interval_are_spread_all_the_same() -> None:
    end = RunEnd(result=RunResult.SUCCEEDED, call_again_s=3600)
    assert pause(end, jitter_s=30, fraction=0.5) == 3615


def test_a_centre_cannot_send_a_hub_away_for_more_than_a_day() -> None:
    end = RunEnd(result=RunResult.SUCCEEDED, call_again_s=INTEGER_MAX)
    assert pause(end) == CALL_AGAIN_S_MAX == DAY_S


def test_where_nobody_answers_the_back_off_alone_says_when() -> None:
    assert pause(UNREACHABLE, regular_s=604_800) == 15
    assert pause(UNREACHABLE, failures=9, regular_s=1) == 1800


@given(asked=st.integers(1, RETRY_AFTER_S_MAX), fraction=fractions)
def test_a_hub_comes_back_after_what_it_was_asked_and_not_with_all_the_others(
    asked: int, fraction: float
) -> None:
    end = RunEnd(result=RunResult.UNREACHABLE, retry_after_s=asked)
    assert pause(end, fraction=fraction) == asked + backoff_s(1, fraction)


def test_no_refusal_keeps_a_hub_away_for_more_than_an_hour_and_its_back_off() -> None:
    end = RunEnd(result=RunResult.UNREACHABLE, retry_after_s=INTEGER_MAX)
    assert pause(end) == RETRY_AFTER_S_MAX + 15


def test_what_only_a_person_can_mend_is_not_tried_again_early() -> None:
    assert pause(STOPPED) == 900


@pytest.mark.parametrize(("asked", "waited"), [(60, 900), (1800, 1815)])
def test_a_refusal_that_names_a_time_is_tried_again_neither_before_it_nor_early(
    asked: int, waited: int
) -> None:
    assert pause(RunEnd(result=RunResult.STOPPED, retry_after_s=asked)) == waited


def test_only_a_success_ends_a_row_of_failures() -> None:
    asked = RunEnd(result=RunResult.STOPPED, retry_after_s=60)
    ends = [UNREACHABLE, asked, STOPPED, UNREACHABLE, SUCCEEDED]
    counts = [0]
    for end in ends:
        counts.append(count_failures(counts[-1], end))
    assert counts == [0, 1, 2, 2, 3, 0]


def test_a_wait_is_over_when_its_time_has_passed() -> None:
    clock = ManualClock()
    wait = Wait.begin(clock, 900)
    clock.advance(600)
    assert wait.left_s(clock) == 300
    clock.advance(600)
    assert wait.left_s(clock) == 0


def test_a_clock_that_is_set_back_by_a_day_lengthens_no_wait() -> None:
    clock = ManualClock()
    wait = Wait.begin(clock, 900)
    clock.jump(-DAY_S)
    clock.advance(600)
    assert wait.left_s(clock) == 300


def test_a_machine_that_slept_for_days_has_waited_long_enough() -> None:
    clock = ManualClock()
    wait = Wait.begin(clock, 900)
    clock.jump(3 * DAY_S)
    assert wait.left_s(clock) == 0

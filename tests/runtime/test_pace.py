"""Whoever guesses is slowed, and nobody for ever."""

import pytest

from runtime.pages.pace import DELAY_S_MAX, FREE_MISSES, LoginPace
from tests.support.ports import ManualClock

NAME, BROWSER = "rina", "b" * 64


async def wrong() -> bool:
    return False


async def right() -> bool:
    return True


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def pace(clock: ManualClock) -> LoginPace:
    return LoginPace(clock)


async def miss(pace: LoginPace, count: int, browser: str = "") -> None:
    for _ in range(count):
        await pace.check(NAME, wrong, browser=browser)


async def test_every_miss_after_some_doubles_the_delay_up_to_a_bound(
    pace: LoginPace, clock: ManualClock
) -> None:
    delays = []
    for _ in range(FREE_MISSES + 12):
        await miss(pace, 1)
        delays.append(pace.wait_s(NAME))
        clock.advance(DELAY_S_MAX)
    assert delays[FREE_MISSES - 1 :][:4] == [1, 2, 4, 8]
    assert delays[-1] == DELAY_S_MAX


async def test_however_often_somebody_misses_the_delay_stays_a_number(pace: LoginPace) -> None:
    await miss(pace, 1_100)
    assert pace.wait_s(NAME) == DELAY_S_MAX


async def test_guesses_from_elsewhere_slow_nobody_in_a_browser_that_has_signed_in_before(
    pace: LoginPace,
) -> None:
    pace.know(NAME, BROWSER)
    await miss(pace, 10)
    assert pace.wait_s(NAME) > 0
    assert pace.wait_s(NAME, "another") > 0
    assert pace.wait_s(NAME, BROWSER) == 0


async def test_in_such_a_browser_too_guesses_are_slowed(pace: LoginPace) -> None:
    pace.know(NAME, BROWSER)
    await miss(pace, 10, BROWSER)
    assert pace.wait_s(NAME, BROWSER) > 0
    assert pace.wait_s(NAME) == 0


async def test_the_right_one_forgives_all(pace: LoginPace) -> None:
    await miss(pace, FREE_MISSES)
    await pace.check(NAME, right)
    assert pace.wait_s(NAME) == 0

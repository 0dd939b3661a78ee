"""Hours in which nobody is woken."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.quiet_hours import is_quiet, parse_quiet_hours

WIB_HOURS_AHEAD = 7


def at(hour_wib: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, (hour_wib - WIB_HOURS_AHEAD) % 24, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "quiet", "loud"),
    [("22-6", (22, 23, 0, 5), (6, 12, 21)), ("1-5", (1, 4), (0, 5, 12)), ("0-1", (0,), (1, 23))],
)
def test_the_first_hour_belongs_to_them_and_the_last_does_not(
    text: str, quiet: tuple[int, ...], loud: tuple[int, ...]
) -> None:
    hours = parse_quiet_hours(text)
    assert all(is_quiet(hours, at(it, 59)) for it in quiet)
    assert not any(is_quiet(hours, at(it)) for it in loud)


def test_without_them_no_hour_is_quiet() -> None:
    assert parse_quiet_hours("") is None
    assert not is_quiet(None, at(3))


@pytest.mark.parametrize("text", ["22", "22-", "6-6", "24-6", "22-24", "-1-6", "22-6 ", "a-b"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two hours of the day"):
        parse_quiet_hours(text)


@given(st.integers(0, 23), st.integers(0, 23))
def test_two_spans_that_meet_make_a_whole_day(first: int, end: int) -> None:
    if first == end:
        return
    one, other = parse_quiet_hours(f"{first}-{end}"), parse_quiet_hours(f"{end}-{first}")
    assert all(is_quiet(one, at(it)) != is_quiet(other, at(it)) for it in range(24))

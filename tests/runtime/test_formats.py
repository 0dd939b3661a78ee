"""Days and times as people here write them."""

import pytest

from runtime.pages.formats import format_day_of


@pytest.mark.parametrize(
    ("zone", "day"), [("WIB", "29 November 2026"), ("WITA", "30 November 2026")]
)
def test_a_moment_is_on_the_day_of_the_readers_zone(zone: str, day: str) -> None:
    assert format_day_of("2026-11-29T16:30:00Z", zone=zone, language="id") == day

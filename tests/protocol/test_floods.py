"""When so much is rewritten at once that a person has to look."""

import pytest

from protocol.floods import is_flood


@pytest.mark.parametrize(
    ("rewritten", "owned", "flood"),
    [(20, 20, False), (21, 209, True), (21, 210, False), (300, 3_000, False), (301, 3_000, True)],
)
def test_a_flood_is_more_than_twenty_and_more_than_a_tenth(
    rewritten: int, owned: int, *, flood: bool
) -> None:
    assert is_flood(rewritten, lambda: owned) is flood


def test_how_many_a_hub_has_is_not_asked_about_twenty() -> None:
    def never() -> int:
        raise AssertionError("asked")

    assert not is_flood(20, never)

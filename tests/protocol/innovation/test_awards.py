"""Awards are checked against the table of their years."""

import pytest

from protocol.innovation.awards import is_award, schemes


@pytest.mark.parametrize(
    ("scheme", "year", "listed"),
    [
        ("Top 99", 2014, True),
        ("Top 99", 2019, True),
        ("Top 99", 2020, False),
        ("Top 99", 2013, False),
        ("IGA", 2016, False),
        ("IGA", 2030, True),
        ("top 99", 2019, False),
        ("Top 100", 2019, False),
    ],
)
def test_a_scheme_was_awarded_in_its_years_alone(scheme: str, year: int, listed: bool) -> None:  # noqa: FBT001
    assert is_award(scheme, year) is listed


def test_the_schemes_are_named_for_whoever_mistyped_one() -> None:
    assert schemes(2014) == ("Top 99", "Top 9", "UNPSA")

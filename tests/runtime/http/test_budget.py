"""What all requests together may hold before any of it is verified."""

import pytest

from runtime.http.budget import ByteBudget
from runtime.http.problem_responses import Refused


def test_within_the_bound_everyone_holds_what_they_want() -> None:
    budget = ByteBudget(100)
    budget.hold("one", 90)
    budget.hold("two", 10)


def test_beyond_the_bound_whoever_holds_more_than_an_equal_share_is_refused() -> None:
    budget = ByteBudget(100)
    budget.hold("one", 90)
    with pytest.raises(Refused) as refused:
        budget.hold("two", 51)
    assert refused.value.code == "busy"


def test_a_small_one_is_let_in_beside_large_ones() -> None:
    budget = ByteBudget(100)
    budget.hold("one", 50)
    budget.hold("two", 50)
    budget.hold("three", 33)
    with pytest.raises(Refused):
        budget.hold("one", 51)


def test_what_was_released_is_free_again() -> None:
    budget = ByteBudget(100)
    budget.hold("one", 100)
    budget.release("one")
    budget.hold("two", 100)
    budget.release("nobody")

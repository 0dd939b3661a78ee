"""What all requests together may hold before any of it is verified."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.budget import ByteBudget
from runtime.http.problem_responses import Refused


class Room:
    """A budget of 100 bytes, and who was told to give up."""

    def __init__(self, *guests: str) -> None:
        self.budget = ByteBudget(100)
        self.sent_away: list[str] = []
        for guest in guests:
            self.enter(guest)

    def enter(self, guest: str) -> None:
        self.budget.enter(guest, give_up=lambda: self.sent_away.append(guest))

    def is_refused(self, guest: str, count: int) -> bool:
        try:
            self.budget.hold(guest, count)
        except Refused as refused:
            return refused.code == "busy"
        return False


def test_within_the_bound_everyone_holds_what_they_want() -> None:
    room = Room("one", "two")
    room.budget.hold("one", 90)
    room.budget.hold("two", 10)
    assert room.sent_away == []


def test_beyond_the_bound_whoever_holds_most_gives_up_even_if_he_is_silent() -> None:
    room = Room("one", "two")
    room.budget.hold("one", 90)
    room.budget.hold("two", 11)
    assert room.sent_away == ["one"]
    room.budget.hold("two", 100)


def test_whoever_holds_most_himself_is_refused() -> None:
    room = Room("one", "two")
    room.budget.hold("one", 50)
    assert room.is_refused("two", 51)
    assert room.sent_away == []
    room.budget.hold("one", 100)


def test_of_two_that_hold_the_same_the_newcomer_is_refused() -> None:
    room = Room("one", "two")
    room.budget.hold("one", 60)
    assert room.is_refused("two", 60)
    assert room.sent_away == []


def test_whoever_was_told_to_give_up_holds_nothing_more() -> None:
    room = Room("one", "two")
    room.budget.hold("one", 90)
    room.budget.hold("two", 11)
    assert room.is_refused("one", 1)


def test_as_many_give_up_as_are_needed() -> None:
    room = Room("one", "two", "three")
    for guest in ("one", "two"):
        room.budget.hold(guest, 45)
    assert room.is_refused("three", 200)
    assert room.sent_away == []
    room.enter("three")
    room.budget.hold("three", 40)
    assert room.sent_away == ["one"]


def test_what_was_released_is_free_again() -> None:
    room = Room("one", "two")
    room.budget.hold("one", 100)
    room.budget.release("one")
    room.budget.hold("two", 100)
    room.budget.release("nobody")


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 60)), max_size=60))
def test_together_they_never_hold_more_than_the_bound(steps: list[tuple[str, int]]) -> None:
    room = Room()
    held: dict[str, int] = {}
    for guest, count in steps:
        if guest not in held:
            room.enter(guest)
        before = len(room.sent_away)
        held[guest] = count
        if room.is_refused(guest, count):
            del held[guest]
        for gone in room.sent_away[before:]:
            held.pop(gone, None)
        assert sum(held.values()) <= 100


def test_whoever_never_entered_is_refused() -> None:
    with pytest.raises(Refused):
        ByteBudget(100).hold("stranger", 1)

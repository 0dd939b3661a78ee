"""`Retry-After` in both its forms, and in none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.http.retry_after import retry_after_s

SENT = "Mon, 23 Nov 2026 07:00:00 GMT"


@pytest.mark.parametrize(("value", "seconds"), [("0", 0), ("120", 120), ("007", 7)])
def test_seconds_are_seconds_whatever_the_date(value: str, seconds: int) -> None:
    assert retry_after_s(value, sent=SENT) == retry_after_s(value, sent="") == seconds


@pytest.mark.parametrize(
    "value",
    ["Mon, 23 Nov 2026 07:02:00 GMT", "Monday, 23-Nov-26 07:02:00 GMT", "Mon Nov 23 07:02:00 2026"],
)
def test_a_date_in_any_form_counts_from_the_date_of_the_answer(value: str) -> None:
    assert retry_after_s(value, sent=SENT) == 120


def test_a_date_that_has_passed_asks_for_nothing() -> None:
    assert retry_after_s("Mon, 23 Nov 2026 06:59:00 GMT", sent=SENT) == 0


def test_a_date_in_an_answer_without_one_says_nothing() -> None:
    assert retry_after_s(SENT, sent="") == 0


@pytest.mark.parametrize(
    "value", ["", "-5", "1.5", "soon", "5 s", "٣", "9" * 5_000, "Mon, 1 Jan 99999999999 0:0:0 GMT"]
)
def test_what_is_neither_says_nothing(value: str) -> None:
    assert retry_after_s(value, sent=SENT) == 0


@given(value=st.text(), sent=st.text() | st.just(SENT))
def test_no_answer_can_break_it(value: str, sent: str) -> None:
    assert retry_after_s(value, sent=sent) >= 0

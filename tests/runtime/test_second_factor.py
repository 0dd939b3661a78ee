"""Codes of a second factor, with the test values of RFC 4226, appendix D, and RFC 6238, B."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.second_factor import (
    accepted_step,
    address,
    code_at,
    in_letters,
    recovery_code,
    step_of,
)

SECRET = b"12345678901234567890"


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("step", "code"), list(enumerate(["755224", "287082", "359152", "969429", "338314"]))
)
def test_codes_are_those_of_the_rfc(step: int, code: str) -> None:
    assert code_at(SECRET, step) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (20000000000, "353130")],
)
def test_the_code_of_a_moment_is_the_last_six_digits_of_the_rfc_s_eight(
    seconds: int, code: str
) -> None:
    assert code_at(SECRET, step_of(at(seconds))) == code


@given(st.integers(min_value=60, max_value=2**34), st.integers(-1, 1))
def test_a_phone_whose_clock_is_a_step_off_is_understood(seconds: int, drift: int) -> None:
    step = step_of(at(seconds)) + drift
    assert accepted_step(SECRET, code_at(SECRET, step), now=at(seconds), used=None) is not None


def test_two_steps_off_is_too_much() -> None:
    code = code_at(SECRET, step_of(at(1000)) + 2)
    assert accepted_step(SECRET, code, now=at(1000), used=None) is None


def test_a_code_that_was_used_counts_no_more() -> None:
    step = step_of(at(1000))
    assert accepted_step(SECRET, code_at(SECRET, step), now=at(1000), used=step) is None


@pytest.mark.parametrize("typed", ["287 082", " 287082 "])
def test_blanks_in_a_code_count_for_nothing(typed: str) -> None:
    assert accepted_step(SECRET, typed, now=at(31), used=None) == 1


@given(st.text(max_size=12))
def test_whatever_is_typed_is_no_error(typed: str) -> None:
    accepted_step(SECRET, typed, now=at(1000), used=None)


def test_the_address_that_a_phone_reads_names_account_and_issuer() -> None:
    said = address(SECRET, account="rina", issuer="JIPPNas contoh")
    assert said == (
        "otpauth://totp/JIPPNas%20contoh:rina?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=JIPPNas+contoh"
    )


def test_a_secret_is_typed_in_groups_of_four() -> None:
    assert in_letters(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_a_recovery_code_is_short_enough_to_type() -> None:
    assert recovery_code(bytes(10)) == "aaaa-aaaa-aaaa-aaaa"

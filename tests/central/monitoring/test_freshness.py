"""The rules of freshness, at their edges."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.monitoring.freshness import OVERDUE, Freshness, Signs, counted, is_overdue, judge
from tests.support.ports import START

TARGET = timedelta(hours=6)
hours = st.one_of(st.none(), st.floats(min_value=-48, max_value=480))


def signs(
    *,
    good_h: float | None = None,
    seen_h: float | None = 0,
    state: str = "active",
    is_broken: bool = False,
    enrolled_h: float = 1_000,
) -> Signs:
    """A hub by how many hours ago things were."""

    def ago(value: float) -> timedelta:
        return timedelta(hours=value)

    return Signs(
        state=state,
        enrolled_at=START - ago(enrolled_h),
        seen_at=None if seen_h is None else START - ago(seen_h),
        good_at=None if good_h is None else START - ago(good_h),
        is_broken=is_broken,
    )


@pytest.mark.parametrize(
    ("good_h", "seen_h", "expected"),
    [
        (0, 0, Freshness.OK),
        (6, 6, Freshness.OK),
        (6.01, 6.01, Freshness.DUE),
        (12, 12, Freshness.DUE),
        (12.01, 12.01, Freshness.SILENT),
        (12.01, 12, Freshness.LATE),
        (500, 0, Freshness.LATE),
        (500, None, Freshness.SILENT),
        (None, 0, Freshness.NEVER),
        (-1, -1, Freshness.OK),
    ],
)
def test_a_hub_is_judged_by_its_last_good_run_and_its_target(
    good_h: float | None, seen_h: float | None, expected: Freshness
) -> None:
    assert judge(signs(good_h=good_h, seen_h=seen_h), TARGET, START) is expected


def test_a_hub_that_says_it_sends_nothing_is_not_fresh_however_new_its_word() -> None:
    assert judge(signs(good_h=0, is_broken=True), TARGET, START) is Freshness.REFUSED


@pytest.mark.parametrize("state", ["suspended", "retired", "revoked"])
@given(good_h=hours, is_broken=st.booleans())
def test_a_hub_of_which_nothing_is_taken_is_never_late(
    state: str, good_h: float | None, *, is_broken: bool
) -> None:
    asked = signs(good_h=good_h, state=state, is_broken=is_broken)
    found = judge(asked, TARGET, START)
    assert found is Freshness.STOPPED
    assert not is_overdue(found, asked, TARGET, START)


@given(good_h=hours, seen_h=hours, later_h=st.floats(min_value=0, max_value=480))
def test_without_news_a_hub_never_gets_fresher(
    good_h: float | None, seen_h: float | None, later_h: float
) -> None:
    asked = signs(good_h=good_h, seen_h=seen_h)
    order = [Freshness.OK, Freshness.DUE, Freshness.LATE, Freshness.SILENT]
    now = judge(asked, TARGET, START)
    later = judge(asked, TARGET, START + timedelta(hours=later_h))
    if now is Freshness.NEVER:
        assert later is Freshness.NEVER
    else:
        assert order.index(later) >= order.index(now)


@pytest.mark.parametrize(("enrolled_h", "expected"), [(12, False), (12.01, True)])
def test_a_hub_that_has_just_enrolled_is_not_asked_for_its_first_run(
    enrolled_h: float, *, expected: bool
) -> None:
    asked = signs(enrolled_h=enrolled_h)
    assert is_overdue(Freshness.NEVER, asked, TARGET, START) is expected


@pytest.mark.parametrize("freshness", list(Freshness))
def test_whoever_needs_somebody_is_overdue_and_nobody_else(freshness: Freshness) -> None:
    assert is_overdue(freshness, signs(), TARGET, START) is (freshness in OVERDUE)


@given(st.dictionaries(st.text(max_size=3), st.sampled_from(Freshness)))
def test_the_numbers_add_up_to_all_hubs(found: dict[str, Freshness]) -> None:
    numbers = counted(found)
    assert sum(numbers.values()) == len(found)
    assert set(numbers) == set(Freshness)

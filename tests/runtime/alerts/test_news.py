"""What is told, and when: once, grouped, again after a day, and that it is over."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from runtime.alerts.news import AGAIN, RETRY, Cause, Told, decide, may_send

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
BLOCKED = Cause(kind="sync", code="hub_suspended")
FAILED = Cause(kind="sync", code="no_progress")
SILENT = Cause(kind="silence", code="sync_silent")
EXPLAINED = Cause(kind="silence", code="sync_silent", is_explained=True)
DAMAGED = Cause(kind="damage", code="damage_found")


def told(cause: Cause, *, ago: timedelta = timedelta(hours=1)) -> Told:
    return Told(kind=cause.kind, code=cause.code, at=NOW - ago)


def test_where_nothing_is_wrong_and_nothing_was_there_is_no_news() -> None:
    assert not decide([], [], NOW)


def test_what_begins_is_told_and_remembered() -> None:
    news = decide([BLOCKED], [], NOW)
    assert (news.wrong, news.over) == ((BLOCKED,), ())
    assert news.told == (Told(kind="sync", code="hub_suspended", at=NOW),)


def test_what_was_told_is_not_told_again_within_a_day() -> None:
    assert not decide([BLOCKED], [told(BLOCKED, ago=AGAIN - timedelta(minutes=1))], NOW)


def test_what_lasts_is_told_again_after_a_day() -> None:
    assert decide([BLOCKED], [told(BLOCKED, ago=AGAIN)], NOW).wrong == (BLOCKED,)


def test_another_cause_is_told_in_one_message_with_what_lasts() -> None:
    assert decide([BLOCKED, DAMAGED], [told(BLOCKED)], NOW).wrong == (BLOCKED, DAMAGED)


def test_when_it_is_over_that_is_told_once() -> None:
    news = decide([], [told(BLOCKED)], NOW)
    assert news.over == ("sync",)
    assert not decide([], news.told, NOW)


def test_what_comes_back_within_a_day_is_not_told_again_nor_that_it_is_over_again() -> None:
    over = decide([], [told(BLOCKED)], NOW).told
    assert not decide([BLOCKED], over, NOW + timedelta(hours=1))
    assert not decide([], over, NOW + timedelta(hours=2))


def test_what_came_back_and_stands_a_day_after_it_was_told_is_told_again_and_then_its_end() -> None:
    over = decide([], [told(BLOCKED, ago=timedelta(0))], NOW).told
    assert not decide([BLOCKED], over, NOW + AGAIN - timedelta(minutes=1))
    again = decide([BLOCKED], over, NOW + AGAIN)
    assert again.fresh == {BLOCKED.key}
    assert decide([], again.told, NOW + AGAIN + timedelta(hours=1)).over == ("sync",)


def test_what_is_back_is_named_where_something_else_is_told_and_then_its_end_is_news() -> None:
    over = decide([], [told(BLOCKED)], NOW).told
    news = decide([BLOCKED, DAMAGED], over, NOW)
    assert (news.wrong, set(news.fresh)) == ((BLOCKED, DAMAGED), {DAMAGED.key})
    assert decide([DAMAGED], news.told, NOW).over == ("sync",)


def test_what_is_over_is_forgotten_after_a_day() -> None:
    over = decide([], [told(BLOCKED)], NOW).told
    assert [it.key for it in decide([DAMAGED], over, NOW + AGAIN).told] == [DAMAGED.key]


def test_what_comes_and_goes_every_hour_is_two_messages_a_day() -> None:
    remembered: tuple[Told, ...] = ()
    messages = []
    for hour in range(48):
        news = decide([SILENT] if hour % 2 == 0 else [], remembered, NOW + timedelta(hours=hour))
        if news:
            remembered = news.told
            messages.append((hour, bool(news.wrong)))
    assert messages == [(0, True), (1, False), (24, True), (25, False)]


def test_another_code_of_the_same_kind_is_not_the_end_of_it() -> None:
    news = decide([FAILED], [told(BLOCKED)], NOW)
    assert (news.wrong, news.over) == ((FAILED,), ())


def test_causes_that_take_turns_are_told_once_each() -> None:
    before = decide([FAILED], [told(BLOCKED)], NOW).told
    assert not decide([BLOCKED], before, NOW + timedelta(minutes=15))


def test_what_another_cause_explains_is_no_news() -> None:
    assert not decide([BLOCKED, EXPLAINED], [told(BLOCKED)], NOW)


def test_what_another_cause_explains_is_not_over_either() -> None:
    news = decide([BLOCKED, EXPLAINED], [told(BLOCKED), told(SILENT)], NOW)
    assert not news


def test_what_of_it_is_fresh_is_named() -> None:
    news = decide([BLOCKED, DAMAGED], [told(BLOCKED)], NOW)
    assert news.fresh == {DAMAGED.key}


def test_a_silence_alone_is_told() -> None:
    assert decide([SILENT], [], NOW).wrong == (SILENT,)


def test_a_clock_that_was_set_back_tells_nothing_twice() -> None:
    assert not decide([BLOCKED], [told(BLOCKED, ago=-timedelta(hours=5))], NOW)


def test_a_channel_that_failed_is_left_alone_for_a_while() -> None:
    assert may_send(None, NOW)
    assert not may_send(NOW - RETRY + timedelta(seconds=1), NOW)
    assert may_send(NOW - RETRY, NOW)


CAUSES = st.lists(st.sampled_from([BLOCKED, FAILED, SILENT, EXPLAINED, DAMAGED]), unique=True)


@given(st.lists(CAUSES, max_size=40))
def test_whatever_happens_nothing_is_news_twice_in_a_day(looks: list[list[Cause]]) -> None:
    """Neither that it is wrong nor that it is over; a kind that ended was told of before."""
    remembered: tuple[Told, ...] = ()
    open_kinds: set[str] = set()
    told_at: dict[str, int] = {}
    for hour, standing in enumerate(looks):
        news = decide(standing, remembered, NOW + timedelta(hours=hour))
        assert set(news.over) <= open_kinds
        assert all(hour - told_at.get(key, hour - 24) >= 24 for key in news.fresh)
        told_at |= dict.fromkeys(news.fresh, hour)
        open_kinds = (open_kinds | {it.kind for it in news.wrong}) - set(news.over)
        remembered = news.told if news else remembered
        assert not decide(standing, remembered, NOW + timedelta(hours=hour))

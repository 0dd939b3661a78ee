"""How hubs stand, on both databases."""

from datetime import timedelta

import pytest

from central import presence, registry
from central.casework import hub_states
from central.casework.person import Person
from central.monitoring import hub_health
from central.monitoring.freshness import Freshness
from central.monitoring.hub_health import HubHealth, Lag, TargetRefused
from central.registry import UnknownHub
from central.store import audit, hub_runs
from central.store.hub_runs import RUNS_KEPT, HubRun
from protocol.canonical import Json
from tests.support.author import Author
from tests.support.rooms import Room

HOUR_S = 3_600


def say(room: Room, hub: str = "51", **message: Json) -> None:
    """The hub reports a run."""
    room.write(
        lambda conn, it: presence.note_report(conn, it, registry.get_hub(conn, hub), message)
    )


def good(room: Room, seconds_ago: int = 0) -> None:
    """The hub says with a question that a run went well."""
    room.write(
        lambda conn, it: presence.note_good(
            conn, it, registry.get_hub(conn, "51"), good_s=seconds_ago
        )
    )


def health(room: Room, hub: str = "51") -> HubHealth:
    return room.read(lambda conn, it: hub_health.of_hub(conn, it, hub, default_hours=6))


def everyone(room: Room) -> list[str]:
    found = room.read(lambda conn, it: hub_health.of_everyone(conn, it, default_hours=6))
    return [it.hub.hub for it in found]


def lag(room: Room) -> Lag:
    return room.read(hub_health.lags)["51"]


def strip(room: Room) -> list[HubRun]:
    return room.read(lambda conn, _: hub_runs.latest(conn, "51", count_max=RUNS_KEPT + 5))


def test_a_hub_that_was_never_heard_of_has_never_synced(room: Room, hub: Author) -> None:
    found = health(room, hub.hub)
    assert (found.freshness, found.age, found.is_overdue) == (Freshness.NEVER, None, False)


@pytest.mark.usefixtures("hub")
def test_a_hub_ages_from_its_last_good_run(room: Room) -> None:
    say(room, state="ok", pushed=2)
    assert health(room).freshness is Freshness.OK
    room.clock.advance(7 * HOUR_S)
    assert health(room).freshness is Freshness.DUE
    room.clock.advance(6 * HOUR_S)
    found = health(room)
    assert (found.freshness, found.is_overdue) == (Freshness.SILENT, True)
    assert found.age == timedelta(hours=13)


@pytest.mark.usefixtures("hub")
def test_quiet_runs_keep_a_hub_fresh(room: Room) -> None:
    say(room, state="ok")
    room.clock.advance(7 * HOUR_S)
    good(room, seconds_ago=900)
    found = health(room)
    assert (found.freshness, found.age) == (Freshness.OK, timedelta(seconds=900))


@pytest.mark.usefixtures("hub")
def test_a_quiet_run_ends_the_trouble_before_it(room: Room) -> None:
    say(room, state="blocked", code="own_log_diverged")
    assert health(room).freshness is Freshness.REFUSED
    room.clock.advance(HOUR_S)
    good(room, seconds_ago=60)
    found = health(room)
    assert (found.freshness, found.code) == (Freshness.OK, "")
    assert found.report is not None
    assert found.report.trouble == "own_log_diverged"


@pytest.mark.usefixtures("hub")
def test_a_good_run_before_the_trouble_does_not_end_it(room: Room) -> None:
    say(room, state="blocked", code="own_log_diverged")
    room.clock.advance(60)
    good(room, seconds_ago=900)
    assert health(room).freshness is Freshness.REFUSED


@pytest.mark.usefixtures("hub")
def test_what_a_hub_said_of_its_catalogue_stays_until_it_says_something_else(room: Room) -> None:
    say(room, state="ok", national_size=7, catalogue_hash="ab" * 32)
    say(room, state="failed", code="hub_not_active")
    report = health(room).report
    assert report is not None
    assert (report.national_size, report.catalogue_hash) == (7, "ab" * 32)


@pytest.mark.usefixtures("hub")
def test_quiet_runs_in_a_row_are_one_mark_of_the_strip(room: Room) -> None:
    say(room, state="ok", pushed=2)
    for _ in range(3):
        room.clock.advance(900)
        good(room)
    room.clock.advance(900)
    say(room, state="failed", code="timeout")
    assert [(it.state, it.quiet_count) for it in strip(room)] == [
        ("ok", 0),
        ("ok", 3),
        ("failed", 0),
    ]


@pytest.mark.usefixtures("hub")
def test_a_good_run_that_is_told_twice_is_one(room: Room) -> None:
    for seconds in (10, 70):
        good(room, seconds_ago=seconds)
        room.clock.advance(60)
    assert [it.quiet_count for it in strip(room)] == [1]


@pytest.mark.usefixtures("hub")
def test_the_strip_of_a_hub_is_bounded_and_keeps_the_newest(room: Room) -> None:
    for number in range(RUNS_KEPT + 3):
        say(room, state="ok", pushed=number)
    kept = [it.pushed for it in strip(room)]
    assert kept == list(range(3, RUNS_KEPT + 3))


@pytest.mark.usefixtures("hub")
def test_a_number_of_seconds_beyond_all_time_is_a_very_old_run(room: Room) -> None:
    good(room, seconds_ago=2**53)
    assert health(room).freshness in {Freshness.LATE, Freshness.SILENT}


def test_who_most_needs_somebody_comes_first(room: Room) -> None:
    for number, hub in enumerate(("11", "12", "13", "14")):
        room.enrol(Author(hub=hub, seed=number + 1))
    say(room, "11", state="ok")
    room.clock.advance(13 * HOUR_S)
    say(room, "12", state="ok")
    say(room, "13", state="blocked", code="own_log_diverged")
    assert everyone(room) == ["13", "11", "14", "12"]


def test_a_suspended_hub_is_not_judged(room: Room, hub: Author) -> None:
    say(room, state="blocked", code="own_log_diverged")
    person = Person(by="rina", agency="panrb", reason="server disita")
    room.write(lambda conn, it: hub_states.suspend(conn, it, hub.hub, person))
    found = health(room)
    assert (found.freshness, found.is_overdue) == (Freshness.STOPPED, False)


@pytest.mark.usefixtures("hub")
def test_a_target_of_its_own_goes_before_the_setting(room: Room) -> None:
    say(room, state="ok")
    room.clock.advance(13 * HOUR_S)
    room.write(lambda conn, it: hub_health.set_target(conn, it, "51", 24, by="rina"))
    found = health(room)
    assert (found.freshness, found.target_hours, found.is_own_target) == (Freshness.OK, 24, True)
    room.write(lambda conn, it: hub_health.set_target(conn, it, "51", None, by="rina"))
    assert health(room).target_hours == 6


@pytest.mark.usefixtures("hub")
def test_setting_a_target_is_in_the_audit_once(room: Room) -> None:
    for _ in range(2):
        room.write(lambda conn, it: hub_health.set_target(conn, it, "51", 24, by="rina"))
    assert room.read(lambda conn, _: audit.count(conn, what="hub.target", hub="51")) == 1


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("hours", [0, -1, 24 * 90 + 1])
def test_a_target_has_bounds(room: Room, hours: int) -> None:
    with pytest.raises(TargetRefused):
        room.write(lambda conn, it: hub_health.set_target(conn, it, "51", hours, by="rina"))


def test_only_a_hub_that_there_is_has_a_target(room: Room) -> None:
    with pytest.raises(UnknownHub):
        room.write(lambda conn, it: hub_health.set_target(conn, it, "99", 6, by="rina"))


def test_the_lag_counts_what_was_signed_and_is_not_here(room: Room, hub: Author) -> None:
    hub.grow(4)
    room.add_checkpoint(hub)
    assert (lag(room).offered, lag(room).missing) == (len(hub.entries), len(hub.entries))
    room.upload(hub)
    found = lag(room)
    assert (found.missing, found.undecided) == (0, len(hub.entries))
    room.decide_now()
    assert lag(room).undecided == 0

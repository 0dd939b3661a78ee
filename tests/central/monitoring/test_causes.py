"""What is a cause for an alert at the centre, and what is none."""

from collections.abc import Mapping, Sequence

import pytest

from central import intake, presence, registry
from central.casework import hub_states
from central.casework.person import Person
from central.monitoring import causes, hub_health
from central.monitoring.causes import Matter, kind_of, matter_of
from central.monitoring.service_state import FREE_BYTES_MIN, ServiceState, state_of
from central.reconciler import REST_MAX_S, RETRY_S, Reconciler, Setback
from protocol.canonical import Json
from protocol.mirror import decode_add_checkpoint
from runtime.alerts.news import Cause
from tests.support.author import Author
from tests.support.rooms import Room

HOUR_S = 3_600
WELL = ServiceState(free_bytes=FREE_BYTES_MIN)


def found(room: Room, service: ServiceState = WELL) -> list[tuple[str, str]]:
    return [(it.kind, it.code) for it in standing(room, service)]


def standing(room: Room, service: ServiceState) -> Sequence[Cause]:
    return room.read(
        lambda conn, it: causes.standing(
            conn, it, service, hub_health.of_everyone(conn, it, default_hours=6)
        )
    )


def say(room: Room, message: Mapping[str, Json]) -> None:
    room.write(
        lambda conn, it: presence.note_report(conn, it, registry.get_hub(conn, "51"), dict(message))
    )


@pytest.mark.usefixtures("hub")
def test_where_all_is_well_there_is_none(room: Room) -> None:
    say(room, {"state": "ok"})
    assert found(room) == []


@pytest.mark.usefixtures("hub")
def test_a_silent_hub_is_one_after_twice_its_target(room: Room) -> None:
    say(room, {"state": "ok"})
    room.clock.advance(12 * HOUR_S)
    assert found(room) == []
    room.clock.advance(1)
    assert found(room) == [("silent/51", "hub_silent")]


@pytest.mark.usefixtures("hub")
def test_a_hub_that_calls_and_never_succeeds_is_late(room: Room) -> None:
    say(room, {"state": "ok"})
    room.clock.advance(13 * HOUR_S)
    say(room, {"state": "failed", "code": "answer_malformed"})
    assert found(room) == [("silent/51", "hub_late")]


@pytest.mark.usefixtures("hub")
def test_a_hub_that_never_synced_is_one_once_it_had_time(room: Room) -> None:
    assert found(room) == []
    room.clock.advance(13 * HOUR_S)
    assert found(room) == [("silent/51", "hub_never_synced")]


@pytest.mark.usefixtures("hub")
def test_a_hub_that_sends_nothing_any_more_is_one_by_its_own_code(room: Room) -> None:
    say(room, {"state": "blocked", "code": "own_log_diverged"})
    assert found(room) == [("trouble/51", "own_log_diverged")]


@pytest.mark.usefixtures("hub")
def test_a_run_that_failed_once_is_none(room: Room) -> None:
    say(room, {"state": "ok"})
    say(room, {"state": "failed", "code": "answer_malformed"})
    assert found(room) == []


@pytest.mark.parametrize("act", [hub_states.suspend, hub_states.retire])
@pytest.mark.usefixtures("hub")
def test_a_hub_of_which_nothing_is_taken_is_none(room: Room, act: object) -> None:
    room.clock.advance(100 * HOUR_S)
    person = Person(by="rina", agency="panrb", reason="server disita")
    assert callable(act)
    room.write(lambda conn, it: act(conn, it, "51", person))
    assert found(room) == []


def test_an_invitation_that_nobody_uses_is_none(room: Room) -> None:
    room.invite("51")
    room.clock.advance(1_000 * HOUR_S)
    assert found(room) == []


def test_two_histories_that_a_hub_signed_are_one(room: Room, hub: Author) -> None:
    hub.grow(2)
    room.submit(hub)
    twin = Author(hub="51")
    twin.put(9, {"title": "Yang lain"})
    twin.grow(1)
    message = decode_add_checkpoint(twin.add_checkpoint())
    assert room.write(lambda conn, it: intake.keep_equivocation(conn, it, message))
    assert ("contradiction/51", "two_histories") in found(room)


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        (ServiceState(free_bytes=0), ("disk/", "disk_short")),
        (ServiceState(free_bytes=FREE_BYTES_MIN, is_stuck=True), ("stuck/", "nothing_decided")),
        (
            ServiceState(free_bytes=FREE_BYTES_MIN, mark_failure="read-only"),
            ("mark/", "mark_not_written"),
        ),
        (
            ServiceState(free_bytes=FREE_BYTES_MIN, setbacks={"51": "damaged"}),
            ("setback/51", "batch_failed"),
        ),
    ],
)
def test_what_is_wrong_with_the_service_is_one(
    room: Room, service: ServiceState, expected: tuple[str, str]
) -> None:
    assert found(room, service) == [expected]


def test_that_nothing_is_decided_explains_what_fails_for_each_hub(room: Room) -> None:
    service = ServiceState(free_bytes=FREE_BYTES_MIN, is_stuck=True, setbacks={"51": "x"})
    assert [it.is_explained for it in standing(room, service)] == [False, True]


@pytest.mark.parametrize(("rest_s", "expected"), [(RETRY_S, {}), (REST_MAX_S, {"51": "x"})])
async def test_a_setback_that_is_tried_again_in_seconds_is_none_yet(
    room: Room, rest_s: float, expected: dict[str, str]
) -> None:
    reconciler = Reconciler(room.centre)
    reconciler.setbacks["51"] = Setback(sentence="x", rest_s=rest_s, until=0.0)
    reconciler.is_stuck = True
    found_ = state_of(room.centre, reconciler)
    assert (found_.setbacks, found_.is_stuck) == (expected, bool(expected))


@pytest.mark.parametrize("matter", list(Matter))
@pytest.mark.parametrize("whose", ["", "51", "jippnas.test/witness/lan"])
def test_a_kind_says_what_it_is_about_and_whose(matter: Matter, whose: str) -> None:
    assert matter_of(kind_of(matter, whose)) == (matter, whose)

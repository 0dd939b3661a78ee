"""Hubs of which the centre takes nothing, for now or any more."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import pytest
from sqlalchemy import Connection

from central import intake
from central.casework import hub_states, ownership
from central.casework.conflicts import CaseRefused
from central.casework.person import Person
from central.centre import Centre
from central.intake import HubRefused
from central.public_text import TextRefused
from central.registry import get_hub, revoke
from protocol.entries.hub_decisions import HubResumed, HubRetired, HubSuspended
from protocol.errors import EnrolmentRefused
from protocol.mirror import EntriesDecoder, EntriesHeader, Package
from tests.support.author import Author
from tests.support.casework import PRIVATE, RINA, with_records
from tests.support.rooms import VALID, Room


def suspend(room: Room, hub: str = "51", person: Person = RINA) -> bool:
    return room.write(lambda conn, it: hub_states.suspend(conn, it, hub, person))


def resume(room: Room, hub: str = "51") -> bool:
    return room.write(lambda conn, it: hub_states.resume(conn, it, hub, RINA))


def retire(room: Room, hub: str = "51") -> bool:
    return room.write(lambda conn, it: hub_states.retire(conn, it, hub, RINA))


def state(room: Room, hub: str = "51") -> str:
    return room.read(lambda conn, _: get_hub(conn, hub)).state


def test_a_suspended_hub_sends_nothing(room: Room, hub: Author) -> None:
    room.add_checkpoint(hub)
    assert suspend(room)
    hub.grow(1)
    with pytest.raises(HubRefused) as refused:
        room.add_checkpoint(hub, old=1)
    assert refused.value.code == "hub_suspended"
    with pytest.raises(HubRefused):
        room.upload(hub, 0, 1)


def test_what_a_suspended_hub_had_sent_is_decided_all_the_same(room: Room, hub: Author) -> None:
    hub.put(1, VALID)
    room.submit(hub)
    suspend(room)
    room.decide_now()
    assert room.state(hub.record(1)).owner == "51"


def test_a_resumed_hub_goes_on_where_it_stopped(room: Room, hub: Author) -> None:
    room.submit(hub)
    suspend(room)
    hub.grow(1)
    assert resume(room)
    room.submit(hub, start=1)
    assert room.decide_now() == 2


def test_each_step_is_a_decision_with_its_reason(room: Room, hub: Author) -> None:
    suspend(room)
    resume(room)
    room.submit(hub)
    room.decide_now()
    retire(room)
    steps = [it for it in room.decisions() if isinstance(it, HubSuspended)]
    assert [type(it) for it in steps] == [HubSuspended, HubResumed, HubRetired]
    assert {(it.hub, it.by, it.agency, it.reason) for it in steps} == {
        ("51", "rina", "panrb", "UU 15/2022")
    }


@pytest.mark.usefixtures("hub")
def test_a_hub_that_is_so_already_is_no_decision(room: Room) -> None:
    before = room.national
    assert not resume(room)
    assert room.national == before
    suspend(room)
    after = room.national
    assert not suspend(room)
    assert room.national == after


def test_a_hub_that_owns_records_does_not_retire(room: Room, hub: Author) -> None:
    [record] = with_records(room, hub, {})
    room.enrol(Author(hub="52", seed=2))
    with pytest.raises(CaseRefused) as refused:
        retire(room)
    assert (refused.value.code, state(room)) == ("hub_owns_records", "active")
    room.write(lambda conn, it: ownership.transfer(conn, it, record, to="52", person=RINA))
    assert retire(room)
    assert state(room) == "retired"


def test_a_hub_with_undecided_changes_does_not_retire(room: Room, hub: Author) -> None:
    hub.grow(1)
    room.submit(hub)
    with pytest.raises(CaseRefused) as refused:
        retire(room)
    assert refused.value.code == "hub_undecided"


@pytest.mark.usefixtures("hub")
def test_a_retired_hub_sends_nothing_and_is_neither_invited_nor_enrolled_again(room: Room) -> None:
    invitation = room.invite("lan")
    lan = Author(hub="lan", seed=3)
    room.enrol(lan, invitation)
    assert retire(room, "lan")
    with pytest.raises(HubRefused) as refused:
        room.add_checkpoint(lan)
    assert refused.value.code == "hub_retired"
    for again in (lambda: room.invite("lan"), lambda: room.enrol(lan, invitation)):
        with pytest.raises(EnrolmentRefused) as turned_away:
            again()
        assert turned_away.value.code == "hub_retired"


def test_a_retired_hub_is_given_nothing_and_not_suspended(room: Room, hub: Author) -> None:
    [record] = with_records(room, hub, {})
    room.enrol(Author(hub="52", seed=2))
    retire(room, "52")
    with pytest.raises(CaseRefused) as refused:
        room.write(lambda conn, it: ownership.transfer(conn, it, record, to="52", person=RINA))
    assert refused.value.code == "hub_retired"
    with pytest.raises(CaseRefused):
        suspend(room, "52")


Work = Callable[[Connection, Centre], object]


def offered(room: Room, hub: Author, *, start: int) -> Work:
    """The last step of an upload of the hub, which began well: to keep its package."""
    room.add_checkpoint(hub, old=start)
    header, package = EntriesDecoder().feed(hub.add_entries(start, None))
    assert isinstance(header, EntriesHeader)
    assert isinstance(package, Package)
    upload = room.write(lambda conn, it: intake.begin_entries(conn, it, header))
    return lambda conn, it: intake.keep_packages(conn, it, upload, [package])


def during(room: Room, work: Work, beside: Callable[[], object]) -> None:
    """Does `beside` once `work` has read and not yet written; SQLite lets it wait until then."""
    is_waiting = room.centre.db.dialect == "sqlite"
    begun: list[Thread] = []

    def quietly() -> None:
        with suppress(CaseRefused, HubRefused):
            beside()

    def then(conn: Connection, it: Centre) -> None:
        get_hub(conn, "51")
        if not begun:  # a transaction that is refused by the server is done again
            begun.append(Thread(target=quietly))
            begun[0].start()
            begun[0].join(timeout=0.2 if is_waiting else None)
        work(conn, it)

    with suppress(CaseRefused, HubRefused):
        room.write(then)
    begun[0].join()


@pytest.mark.parametrize("is_retiring_first", [True, False])
def test_a_hub_does_not_retire_beside_an_upload_of_it(
    room: Room, hub: Author, *, is_retiring_first: bool
) -> None:
    room.submit(hub)
    room.decide_now()
    hub.put(1, VALID)
    keep = offered(room, hub, start=1)

    def close(conn: Connection, it: Centre) -> None:
        hub_states.retire(conn, it, "51", RINA)

    if is_retiring_first:
        during(room, close, lambda: room.write(keep))
    else:
        during(room, keep, lambda: room.write(close))
    kept = room.read(lambda conn, it: it.logs.open(conn, hub.origin).tree.size) == 2
    assert kept == (state(room) == "active")


def test_a_hub_that_never_sent_anything_does_not_retire_beside_its_first_upload(
    room: Room, hub: Author
) -> None:
    keep = offered(room, hub, start=0)
    during(room, lambda conn, it: hub_states.retire(conn, it, "51", RINA), lambda: room.write(keep))
    kept = room.read(lambda conn, it: it.logs.open(conn, hub.origin).tree.size) == 1
    assert kept == (state(room) == "active")


def test_a_hub_that_was_retired_by_mistake_is_resumed(room: Room, hub: Author) -> None:
    retire(room)
    assert resume(room)
    room.add_checkpoint(hub)


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("step", [suspend, resume, retire])
def test_a_revoked_hub_stays_revoked(room: Room, step: object) -> None:
    room.write(lambda conn, it: revoke(conn, it, "51", "hilang", by="rina"))
    with pytest.raises(CaseRefused) as refused:
        step(room)  # type: ignore[operator]
    assert refused.value.code == "key_revoked"


@pytest.mark.usefixtures("hub")
def test_the_hub_itself_learns_its_state(room: Room) -> None:
    suspend(room)
    view = room.read(lambda conn, it: intake.hub_view(conn, it, "51"))
    assert view["state"] == "suspended"


@pytest.mark.usefixtures("hub")
def test_a_reason_holds_no_personal_data(room: Room) -> None:
    with pytest.raises(TextRefused):
        suspend(room, person=PRIVATE)
    assert state(room) == "active"

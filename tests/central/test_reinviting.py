"""A hub that lost its keys: two admins, a closed log, a new one that continues it, one owner."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from central import intake, logs_of_hubs, registry
from central.casework import hub_states
from central.casework.conflicts import CaseRefused
from central.intake import HubRefused
from central.reinviting import SecondAdminNeeded, Wish, reinvite
from central.store.audit import AUDIT
from central.verifying import verify_logs
from protocol.catalogue import shown_record
from protocol.enrolment import parse_invitation
from protocol.entries.decisions import ChangeApplied, ChangeHeld, ChangeVoid
from protocol.entries.hub_decisions import HubEnrolled, HubReinvited, HubRevoked
from protocol.errors import EnrolmentRefused
from tests.support.author import Author
from tests.support.rooms import VALID, Room

WISH = Wish(reason="Kebakaran", by="rina", agency="panrb")
BOTH = replace(WISH, second_by="budi")


@pytest.fixture
def author(room: Room) -> Author:
    """Hub 51 with one record, decided."""
    author = Author(hub="51")
    room.enrol(author)
    author.put(1, VALID)
    room.submit(author)
    room.decide_now()
    return author


def ask(room: Room, wish: Wish) -> str | None:
    return room.write(
        lambda conn, it: reinvite(conn, it, "51", wish, hours=24, url="https://pusat.test")
    )


def again(room: Room, wish: Wish = BOTH, *, seed: int = 9) -> Author:
    """The hub's next log, enrolled."""
    invitation = ask(room, wish)
    assert invitation is not None
    author = Author(hub="51", seed=seed, generation=2)
    room.enrol(author, invitation)
    return author


def refused(room: Room, author: Author, invitation: str) -> str:
    with pytest.raises(EnrolmentRefused) as caught:
        room.enrol(author, invitation)
    return caught.value.code


@pytest.mark.usefixtures("author")
def test_one_admin_is_not_enough(room: Room) -> None:
    assert ask(room, WISH) is None
    with pytest.raises(SecondAdminNeeded):
        ask(room, WISH)
    assert room.read(lambda conn, _: registry.get_hub(conn, "51")).state == "active"


@pytest.mark.usefixtures("author")
@pytest.mark.parametrize("second", ["rina", "Rina", " rina "])
def test_two_names_for_one_account_are_one(room: Room, second: str) -> None:
    with pytest.raises(SecondAdminNeeded):
        ask(room, replace(WISH, second_by=second))


@pytest.mark.usefixtures("author")
def test_a_second_admin_has_to_ask_for_the_same(room: Room) -> None:
    ask(room, WISH)
    assert ask(room, replace(WISH, by="budi", last_good_index=0)) is None
    assert ask(room, replace(WISH, by="rina", last_good_index=0)) is not None


@pytest.mark.usefixtures("author")
def test_the_second_admin_closes_the_log_and_both_are_recorded(room: Room) -> None:
    ask(room, WISH)
    text = ask(room, replace(WISH, by="budi"))
    assert text is not None
    invitation = parse_invitation(text)
    assert (invitation.hub, invitation.generation) == ("51", 2)
    revoked, reinvited = room.decisions()[-2:]
    assert isinstance(revoked, HubRevoked)
    assert revoked.last_good_index == 1
    assert isinstance(reinvited, HubReinvited)
    assert (reinvited.by, reinvited.second_by) == ("rina", "budi")
    assert (reinvited.origin, reinvited.generation) == (revoked.origin, 2)


def test_the_audit_names_whoever_asked_and_both_who_did_it(room: Room, author: Author) -> None:
    ask(room, WISH)
    ask(room, replace(WISH, by="budi"))
    assert author.hub == "51"
    rows = room.read(lambda conn, _: conn.execute(select(AUDIT.c.what, AUDIT.c.detail)).all())
    assert [tuple(row) for row in rows[-3:]] == [
        ("hub.reinvitation_asked", "rina (panrb): Kebakaran"),
        ("hub.revoked", "rina, budi (panrb): Kebakaran"),
        ("hub.invited", "rina, budi (panrb): Hub 51"),
    ]


@pytest.mark.usefixtures("author")
def test_the_next_log_is_enrolled_under_new_keys(room: Room) -> None:
    fresh = again(room)
    row = room.read(lambda conn, _: registry.get_hub(conn, "51"))
    assert (row.state, row.generation, row.origin) == ("active", 2, fresh.origin)
    assert (row.reconciled_size, row.last_good_index) == (0, None)
    enrolled = room.decisions()[-1]
    assert isinstance(enrolled, HubEnrolled)
    assert (enrolled.generation, enrolled.log_key) == (2, fresh.log_key.verifier_key.text)


def test_old_keys_do_not_open_the_next_log(room: Room, author: Author) -> None:
    invitation = ask(room, BOTH)
    assert invitation is not None
    assert refused(room, Author(hub="51", seed=1, generation=2), invitation) == "key_in_use"
    assert refused(room, author, invitation) == "enrolment_refused"


@pytest.mark.usefixtures("author")
def test_the_invitation_is_good_once_and_for_its_generation(room: Room) -> None:
    invitation = ask(room, BOTH)
    assert invitation is not None
    third = Author(hub="51", seed=9, generation=3)
    assert refused(room, third, invitation) == "enrolment_refused"
    room.enrol(Author(hub="51", seed=9, generation=2), invitation)
    other = Author(hub="51", seed=10, generation=2)
    assert refused(room, other, invitation) == "invitation_used"


def test_the_old_log_is_closed(room: Room, author: Author) -> None:
    again(room)
    author.put(2, VALID)
    with pytest.raises(HubRefused):
        room.add_checkpoint(author, old=2)


def test_the_hub_goes_on_with_its_own_records(room: Room, author: Author) -> None:
    fresh = again(room)
    national = room.national.size
    fresh.put(1, {**VALID, "title": "Judul baru"}, national=national, record=author.record(1))
    room.submit(fresh)
    assert room.decide_now() == 2
    opened, edited = room.decisions()[-2:]
    assert isinstance(opened, ChangeApplied)
    assert isinstance(edited, ChangeApplied)
    assert (opened.outcome, edited.outcome) == ("noop", "applied")
    state = room.state(author.record(1))
    assert (state.owner, shown_record(state)["title"]) == ("51", "Judul baru")


def test_a_log_that_does_not_continue_the_closed_one_is_void_at_its_start(room: Room) -> None:
    room.enrol(Author(hub="51"))
    fresh = again(room)
    fresh.entries[0] = Author(hub="51").entries[0]
    room.submit(fresh)
    room.decide_now()
    void = room.decisions()[-1]
    assert isinstance(void, ChangeVoid)
    assert void.code == "foreign_log"


def test_what_stands_in_the_closed_log_still_gets_its_outcomes(room: Room) -> None:
    author = Author(hub="51")
    room.enrol(author)
    for number in (1, 2, 3):
        author.put(number, VALID)
    room.submit(author)
    fresh = again(room, replace(BOTH, last_good_index=2))
    fresh.put(4, VALID)
    room.submit(fresh)
    assert room.decide_now() == 6
    mine = [it for it in room.decisions() if isinstance(it, ChangeApplied | ChangeHeld)]
    assert [it.source.origin for it in mine] == [author.origin] * 4 + [fresh.origin] * 2
    assert [type(it).__name__ for it in mine[:4]] == ["ChangeApplied"] * 3 + ["ChangeHeld"]
    view = room.read(lambda conn, it: intake.hub_view(conn, it, "51"))
    assert view["outcomes"] == {"noop": 1, "applied": 1}
    assert view["earlier"] == [
        {
            "origin": author.origin,
            "reconciled": 4,
            "outcomes": {"noop": 1, "applied": 2, "held": 1},
        }
    ]


def test_both_logs_stay_checkable(room: Room, author: Author) -> None:
    fresh = again(room)
    room.submit(fresh)
    checks = room.read(lambda conn, it: list(verify_logs(conn, it)))
    assert {it.origin for it in checks} >= {author.origin, fresh.origin}
    assert all(it.is_ok for it in checks)


def test_keys_may_be_lost_twice(room: Room, author: Author) -> None:
    again(room)
    invitation = ask(room, BOTH)
    assert invitation is not None
    room.enrol(Author(hub="51", seed=11, generation=3), invitation)
    logs = room.read(lambda conn, _: logs_of_hubs.of_hub(conn, "51"))
    assert [log.generation for log in logs] == [1, 2, 3]
    assert logs[0].origin == author.origin


@pytest.mark.usefixtures("author")
def test_an_invitation_that_expired_is_asked_for_again(room: Room) -> None:
    first = ask(room, BOTH)
    room.clock.advance(3 * 86_400)
    assert first is not None
    late = refused(room, Author(hub="51", seed=9, generation=2), first)
    assert late == "invitation_expired"
    assert again(room).origin.endswith("/2")


@pytest.mark.usefixtures("author")
def test_a_hub_that_was_revoked_before_is_reinvited_with_its_line_as_it_was(room: Room) -> None:
    room.write(
        lambda conn, it: registry.revoke(conn, it, "51", "dicuri", by="rina", last_good_index=0)
    )
    again(room)
    logs = room.read(lambda conn, _: logs_of_hubs.of_hub(conn, "51"))
    assert logs[0].last_good_index == 0


def test_a_hub_is_not_retired_while_its_closed_log_has_undecided_entries(room: Room) -> None:
    author = Author(hub="51")
    room.enrol(author)
    room.submit(author)
    again(room)
    with pytest.raises(CaseRefused) as caught:
        room.write(lambda conn, it: hub_states.check_retirable(conn, it, "51"))
    assert caught.value.code == "hub_undecided"

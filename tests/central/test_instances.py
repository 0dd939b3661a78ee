"""One hub, one machine: others are stopped, clones when they take turns; the operator says who."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from central import instances, registry
from central.instances import Call, IdentityInUse
from central.store import instances as store
from central.store.audit import AUDIT
from central.store.instances import InstanceRow
from tests.support.author import Author
from tests.support.rooms import Room

OWN = "instance-1"


@pytest.fixture
def author(room: Room) -> Author:
    """Hub 51, whose log at the centre has three entries."""
    author = Author(hub="51")
    room.enrol(author)
    author.grow(2)
    room.submit(author)
    return author


def ask(room: Room, instance: str = OWN, *, head: int) -> str:
    """A machine asks; why it is stopped, or \"\"."""

    call = Call(instance=instance, head=head)
    judged = room.read(
        lambda conn, it: instances.judge(conn, it, registry.get_hub(conn, "51"), call)
    )
    room.write(lambda conn, it: instances.keep(conn, it, judged))
    return judged.sentence


def adopt(room: Room, instance: str, former: str) -> None:
    room.write(
        lambda conn, it: instances.take(
            conn, it, registry.get_hub(conn, "51"), instance, former=former
        )
    )


def more(room: Room, author: Author) -> int:
    """Some machine sends another entry; the size of the log then."""
    start = len(author.entries)
    author.grow(1)
    room.submit(author, start=start)
    return start + 1


def machines(room: Room) -> dict[str, InstanceRow]:
    rows = room.read(lambda conn, _: store.of_hub(conn, "51"))
    return {row.instance: row for row in rows}


def audited(room: Room, what: str) -> int:
    found = select(AUDIT.c.id).where(AUDIT.c.what == what)
    return room.read(lambda conn, _: len(conn.execute(found).all()))


@pytest.mark.usefixtures("author")
def test_the_machine_that_enrolled_is_the_hubs(room: Room) -> None:
    assert ask(room, head=3) == ""


@pytest.mark.usefixtures("author")
def test_another_machine_is_stopped_and_both_are_named_with_times(room: Room) -> None:
    ask(room, head=3)
    room.clock.advance(3_600)
    said = ask(room, "instance-2", head=3)
    assert "instance-2" in said
    assert f"the hub's is {OWN}, last seen 2026-" in said
    known = machines(room)
    assert known[OWN].refused_at is None
    assert known["instance-2"].refused_at == room.clock.now()
    assert audited(room, "hub.identity_in_use") == 1
    assert ask(room, head=3) == "", "the first one goes on"


@pytest.mark.usefixtures("author")
def test_a_machine_that_is_stopped_again_and_again_is_one_alert(room: Room) -> None:
    for _ in range(3):
        ask(room, "instance-2", head=3)
        room.clock.advance(120)
    assert audited(room, "hub.identity_in_use") == 1
    seen = machines(room)["instance-2"]
    assert seen.last_seen_at - seen.first_seen_at == timedelta(seconds=240)


@pytest.mark.usefixtures("author")
def test_whoever_asks_often_is_not_written_down_each_time(room: Room) -> None:
    before = machines(room)[OWN].last_seen_at
    room.clock.advance(30)
    ask(room, head=3)
    assert machines(room)[OWN].last_seen_at == before
    room.clock.advance(31)
    ask(room, head=3)
    assert machines(room)[OWN].last_seen_at == room.clock.now()


@pytest.mark.usefixtures("author")
def test_a_machine_that_adopts_is_the_hubs_and_the_other_is_stopped(room: Room) -> None:
    ask(room, "instance-2", head=0)
    adopt(room, "instance-2", OWN)
    assert ask(room, "instance-2", head=0) == "", "its log comes back from the centre"
    assert OWN in ask(room, head=3)
    adopt(room, OWN, "instance-2")
    assert ask(room, head=3) == ""
    assert "instance-2" in ask(room, "instance-2", head=3)


@pytest.mark.usefixtures("author")
def test_an_adoption_that_comes_late_changes_nothing(room: Room) -> None:
    adopt(room, "instance-2", OWN)
    adopt(room, "instance-3", "instance-2")
    with pytest.raises(IdentityInUse):
        adopt(room, "instance-2", OWN)
    adopt(room, "instance-3", "instance-2")
    assert ask(room, "instance-3", head=3) == ""


def test_an_enrolment_that_is_said_again_moves_the_hub_to_no_machine(room: Room) -> None:
    author, invitation = Author(hub="51"), room.invite("51")
    answer = room.enrol(author, invitation)
    adopt(room, "instance-2", OWN)
    before = machines(room)
    room.clock.advance(400 * 86_400)
    assert room.enrol(author, invitation) == answer
    assert room.read(lambda conn, _: registry.get_hub(conn, "51")).instance == "instance-2"
    assert machines(room) == before, "nor does it make a clone a restored backup"


def test_a_restored_backup_is_let_through(room: Room, author: Author) -> None:
    assert ask(room, head=1) == ""
    assert ask(room, head=2) == "", "killed while its log came back"
    size = more(room, author)
    assert ask(room, head=size) == ""


def test_the_same_backup_may_be_restored_again(room: Room, author: Author) -> None:
    ask(room, head=2)
    more(room, author)
    assert ask(room, head=2) == ""


def test_clones_that_take_turns_are_found(room: Room, author: Author) -> None:
    first = more(room, author)
    assert ask(room, head=3) == "", "the clone: perhaps a backup"
    second = more(room, author)
    said = ask(room, head=first)
    assert OWN in said
    assert f"this one knows {first}" in said
    assert ask(room, head=second) == ""
    assert audited(room, "hub.identity_in_use") == 1


def test_a_clone_that_adopts_is_told_apart_from_then_on(room: Room, author: Author) -> None:
    first = more(room, author)
    ask(room, head=3)
    second = more(room, author)
    ask(room, head=first)
    adopt(room, "instance-2", OWN)
    assert ask(room, "instance-2", head=first) == ""
    assert ask(room, head=second) != ""


def test_a_restore_long_ago_stops_nobody(room: Room, author: Author) -> None:
    ask(room, head=2)
    more(room, author)
    room.clock.advance(31 * 86_400)
    assert ask(room, head=3) == ""


def test_a_head_beyond_what_the_centre_has_is_no_clone(room: Room, author: Author) -> None:
    assert ask(room, head=9) == ""
    assert author.entries

"""The past decided once more under a changed rule: what would differ, and nothing is written."""

import pytest

from central.casework import holds, rehearsal
from central.casework.conflicts import curate
from central.casework.rehearsal import Otherwise, Policy, Rehearsal
from tests.support.author import Author
from tests.support.rooms import VALID, Room

PRIVATE = "Hubungi 0812-3456-7890"


@pytest.fixture
def author(room: Room) -> Author:
    """A conflict on a title, and a change that is held for a telephone number."""
    author = Author(hub="51")
    room.enrol(author)
    author.put(1, VALID)
    room.submit(author)
    room.decide_now()
    size = room.national.size
    room.write(
        lambda conn, it: curate(
            conn,
            it,
            record=author.record(1),
            set_={"title": "Judul kurator"},
            by="rina",
            agency="panrb",
        )
    )
    author.put(1, {"title": "Judul pemilik"}, national=size)
    author.put(1, {"summary": PRIVATE}, national=size)
    room.submit(author, start=2)
    room.decide_now()
    return author


def rehearse(room: Room, policy: Policy) -> Rehearsal:
    return room.read(lambda conn, it: rehearsal.rehearse(conn, it, policy))


@pytest.mark.usefixtures("author")
def test_the_rules_of_today_change_nothing(room: Room) -> None:
    found = rehearse(room, Policy())
    assert (found.changes, found.otherwise, found.fields) == (4, (), ())
    assert (found.conflicts, found.conflicts_would) == (1, 1)


def test_without_a_verdict_what_it_held_would_count(room: Room, author: Author) -> None:
    found = rehearse(room, Policy(without=frozenset({"privacy_finding"})))
    assert found.otherwise == (
        Otherwise(
            place=room.national.size - 1,
            hub="51",
            record=author.record(1),
            was="held (privacy_finding)",
            would="applied",
        ),
    )
    assert [(it.field, it.shown, it.would) for it in found.fields] == [("summary", None, PRIVATE)]


@pytest.mark.usefixtures("author")
def test_where_the_owner_wins_no_conflict_would_be_left(room: Room) -> None:
    found = rehearse(room, Policy(owner_wins=frozenset({"title"})))
    assert (found.conflicts, found.conflicts_would) == (1, 0)
    assert found.fields == ()


@pytest.mark.usefixtures("author")
def test_a_ruling_on_what_would_not_have_waited_is_left_out(room: Room) -> None:
    place = room.national.size - 1
    room.write(
        lambda conn, it: holds.release_change(conn, it, place=place, by="rina", agency="panrb")
    )
    found = rehearse(room, Policy(without=frozenset({"privacy_finding"})))
    assert [it.would for it in found.otherwise] == ["applied"]
    assert found.fields == ()


@pytest.mark.usefixtures("author")
def test_a_rehearsal_writes_nothing(room: Room) -> None:
    before = room.entries()
    rehearse(room, Policy(without=frozenset({"privacy_finding"})))
    assert room.entries() == before

"""A hub's records as they were before a moment, whatever it has written since."""

from central import past, rebuild
from central.casework import revert
from central.casework.conflicts import curate
from central.casework.person import Person
from protocol.canonical import Json
from protocol.catalogue import public_record, shown_record, standing_of
from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.members import Seen
from tests.support.author import AT, Author
from tests.support.rooms import VALID, Room

RINA = Person(by="rina", agency="panrb", reason="Kunci dicuri")
COUNT = 12


def fill(room: Room) -> Author:
    author = Author(hub="51")
    room.enrol(author)
    for number in range(1, COUNT + 1):
        author.put(number, {**VALID, "title": f"Inovasi nomor {number}", "sdgs": [3]})
    room.submit(author)
    room.decide_now()
    return author


def damage(room: Room, author: Author) -> None:
    """A thief rewrites one half, withdraws the other, and makes a record."""
    start, size = len(author.entries), room.national.size
    for number in range(1, COUNT + 1):
        index = len(author.entries)
        if number % 2:
            changed: dict[str, Json] = {
                **VALID,
                "title": "DIRUSAK",
                "sdgs": [1],
                "credit": {"team": "x"},
            }
            author.put(number, changed, national=size)
        else:
            change = RecordWithdraw(
                salt=f"{index:032x}",
                at=AT,
                by="pencuri",
                seen=Seen(national=size, own=index),
                record=author.record(number),
                reason="Dihapus",
            )
            author.entries.append(encode_change(change))
    author.put(COUNT + 1, {**VALID, "title": "Inovasi palsu"}, national=size)
    room.submit(author, start=start)
    room.decide_now()


def undo(room: Room, place: int, hub: str = "51") -> int:
    return room.write(
        lambda conn, it: revert.revert(
            conn, it, hub, place, revert.written_since(conn, hub, place), person=RINA
        )
    )


def seen_by_readers(room: Room, author: Author, count: int = COUNT) -> list[object]:
    states = [room.state(author.record(number)) for number in range(1, count + 1)]
    return [(standing_of(it), shown_record(it)) for it in states]


def test_what_a_thief_rewrote_withdrew_and_made_is_taken_back(room: Room) -> None:
    author = fill(room)
    before, place = seen_by_readers(room, author), room.national.size
    damage(room, author)
    assert undo(room, place) == COUNT + 1
    assert seen_by_readers(room, author) == before
    assert standing_of(room.state(author.record(COUNT + 1))) == "withdrawn"


def test_a_reversal_leaves_no_conflict(room: Room) -> None:
    author = fill(room)
    place = room.national.size
    damage(room, author)
    undo(room, place)
    states = [room.state(author.record(number)) for number in range(1, COUNT + 1)]
    assert {str(public_record(state)["conflicts"]) for state in states} == {"[]"}


def test_what_others_wrote_since_stays(room: Room) -> None:
    author = fill(room)
    place, record = room.national.size, author.record(1)
    damage(room, author)
    room.write(
        lambda conn, it: curate(
            conn, it, record=record, set_={"title": "Judul kurator"}, by="rina", agency="panrb"
        )
    )
    undo(room, place)
    assert shown_record(room.state(record))["title"] == "Judul kurator"
    assert shown_record(room.state(record))["sdgs"] == [3]


def test_reverting_again_changes_nothing(room: Room) -> None:
    author = fill(room)
    place = room.national.size
    damage(room, author)
    undo(room, place)
    size = room.national.size
    assert undo(room, place) == 0
    assert room.national.size == size


def test_the_owner_can_write_again_afterwards(room: Room) -> None:
    author = fill(room)
    place = room.national.size
    damage(room, author)
    undo(room, place)
    start = len(author.entries)
    author.put(1, {**VALID, "title": "Judul benar"}, national=room.national.size)
    room.submit(author, start=start)
    room.decide_now()
    state = room.state(author.record(1))
    assert (shown_record(state)["title"], public_record(state)["conflicts"]) == ("Judul benar", [])


def test_a_moment_is_the_first_place_decided_then_or_later(room: Room) -> None:
    author = fill(room)
    size = room.national.size
    room.clock.advance(3600)
    damage(room, author)
    late = room.decisions()[size].at
    assert room.read(lambda conn, it: past.place_at(conn, it, late)) == size
    assert room.read(lambda conn, it: past.place_at(conn, it, "2000-01-01T00:00:00Z")) == 0
    end = room.national.size
    assert room.read(lambda conn, it: past.place_at(conn, it, "2100-01-01T00:00:00Z")) == end


def test_a_rebuild_finds_the_same_after_it(room: Room) -> None:
    author = fill(room)
    place = room.national.size
    damage(room, author)
    undo(room, place)
    assert rebuild.rebuild(room.centre).identical

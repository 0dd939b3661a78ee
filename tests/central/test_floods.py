"""A hub that rewrites or withdraws much of what it has at once waits for a person."""

import pytest

from central.casework import holds
from central.casework.holds import Released
from protocol.catalogue import conflicts, shown_record, standing_of
from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.decisions import ChangeHeld
from protocol.entries.members import Seen
from tests.support.author import AT, Author
from tests.support.rooms import VALID, Room

HOUR_S = 3600


def fill(room: Room, author: Author, count: int) -> None:
    """A hub with that many records."""
    room.enrol(author)
    for number in range(1, count + 1):
        author.put(number, {**VALID, "title": f"Inovasi nomor {number}"})
    room.submit(author)
    room.decide_now()


def withdraw(author: Author, number: int, *, national: int) -> None:
    index = len(author.entries)
    change = RecordWithdraw(
        salt=f"{index:032x}",
        at=AT,
        by="operator",
        seen=Seen(national=national, own=index),
        record=author.record(number),
        reason="Salah tekan",
    )
    author.entries.append(encode_change(change))


def rewrite(room: Room, author: Author, numbers: range, *, hides: bool = False) -> list[str]:
    """Lets a hub rewrite records in one sync; the codes with which changes were held."""
    start, before = len(author.entries), len(room.decisions())
    for number in numbers:
        if hides:
            withdraw(author, number, national=before)
        else:
            title = f"Judul baru {start} {number}"
            author.put(number, {**VALID, "title": title}, national=before)
    room.submit(author, start=start)
    room.decide_now()
    decisions = room.decisions()[before:]
    return [it.code for it in decisions if isinstance(it, ChangeHeld)]


@pytest.mark.parametrize("hides", [False, True])
def test_more_than_a_tenth_and_more_than_twenty_are_held(room: Room, *, hides: bool) -> None:
    author = Author(hub="51")
    fill(room, author, 100)
    assert rewrite(room, author, range(1, 22), hides=hides) == ["flood"] * 21


def test_twenty_are_no_flood_however_small_the_hub(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 20)
    assert rewrite(room, author, range(1, 21)) == []


def test_a_tenth_is_no_flood_however_many_they_are(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 300)
    assert rewrite(room, author, range(1, 31)) == []


def test_new_records_are_no_flood(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 30)
    assert rewrite(room, author, range(31, 90)) == []


def test_a_flood_in_slices_is_a_flood(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 100)
    assert rewrite(room, author, range(1, 16)) == []
    assert rewrite(room, author, range(16, 31)) == ["flood"] * 15


def test_new_records_do_not_dilute_a_flood(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 100)
    room.clock.advance(HOUR_S + 1)
    assert rewrite(room, author, range(101, 1001)) == []
    assert rewrite(room, author, range(1, 100)) == ["flood"] * 99


def test_what_is_new_within_the_hour_may_be_corrected_up_to_a_tenth(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 100)
    room.clock.advance(HOUR_S + 1)
    assert rewrite(room, author, range(101, 301)) == []
    assert rewrite(room, author, range(101, 131)) == []


def test_one_record_that_is_edited_often_is_no_flood(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 30)
    for _ in range(25):
        assert rewrite(room, author, range(1, 2)) == []


def test_what_was_rewritten_an_hour_ago_no_longer_counts(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 100)
    rewrite(room, author, range(1, 16))
    room.clock.advance(HOUR_S + 1)
    assert rewrite(room, author, range(16, 31)) == []


def test_a_flood_of_one_hub_holds_nothing_of_another(room: Room) -> None:
    author, other = Author(hub="51"), Author(hub="52", seed=50)
    fill(room, author, 50)
    fill(room, other, 50)
    rewrite(room, author, range(1, 31))
    assert rewrite(room, other, range(1, 11)) == []


def test_after_a_flood_single_edits_go_on(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 50)
    rewrite(room, author, range(1, 31))
    assert rewrite(room, author, range(40, 42)) == []


def release_flood(room: Room) -> Released:
    return room.write(
        lambda conn, it: holds.release_many(
            conn, it, holds.places_of(conn, "51", "flood"), by="rina", agency="panrb"
        )
    )


def signed(room: Room) -> int:
    """How many checkpoints of the national log there are."""
    return len(
        room.read(
            lambda conn, it: it.logs.checkpoints(
                conn, it.logs.open(conn, it.national_origin), 0, room.national.size
            )
        )
    )


def test_many_are_released_under_one_checkpoint(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 50)
    rewrite(room, author, range(1, 31))
    checkpoints, size = signed(room), room.national.size
    release_flood(room)
    assert (signed(room), room.national.size) == (checkpoints + 1, size + 30)


def test_of_two_changes_of_one_record_the_second_is_ruled_on_as_the_first_has_left_it(
    room: Room,
) -> None:
    author = Author(hub="51")
    fill(room, author, 50)
    start, size = len(author.entries), room.national.size
    for title in ("Judul lain", "Judul terakhir"):
        for number in range(1, 31):
            author.put(number, {"title": title}, national=size)
    room.submit(author, start=start)
    room.decide_now()
    assert release_flood(room).released == 60
    state = room.state(author.record(1))
    assert shown_record(state)["title"] == "Judul terakhir"
    assert conflicts(state) == {}


def test_what_was_ruled_on_meanwhile_is_left_as_it_is(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 50)
    rewrite(room, author, range(1, 31))
    places = room.read(lambda conn, _: holds.places_of(conn, "51", "flood"))
    release_flood(room)
    size = room.national.size
    again = room.write(
        lambda conn, it: holds.release_many(conn, it, places, by="rina", agency="panrb")
    )
    assert (again.released, again.left, room.national.size) == (0, {}, size)


def test_a_flood_that_was_meant_is_released_as_a_whole(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 50)
    rewrite(room, author, range(1, 31), hides=True)
    released = release_flood(room)
    assert (released.released, released.left) == (30, {})
    assert {standing_of(room.state(author.record(it))) for it in range(1, 31)} == {"withdrawn"}


def test_what_cannot_be_released_with_the_others_is_counted_and_waits_on(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 50)
    start, size = len(author.entries), room.national.size
    for number in range(1, 23):
        author.put(number, {"title": "x" if number == 1 else "Judul lain"}, national=size)
    room.submit(author, start=start)
    room.decide_now()
    released = release_flood(room)
    assert (released.released, released.left) == (21, {"schema_invalid": 1})


def test_a_flood_that_was_not_meant_is_refused_as_a_whole(room: Room) -> None:
    author = Author(hub="51")
    fill(room, author, 50)
    rewrite(room, author, range(1, 31), hides=True)
    checkpoints = signed(room)
    refused = room.write(
        lambda conn, it: holds.refuse_many(
            conn,
            it,
            holds.places_of(conn, "51", "flood"),
            by="rina",
            agency="panrb",
            reason="Kunci dicuri",
        )
    )
    assert (refused, signed(room)) == (30, checkpoints + 1)
    assert room.read(lambda conn, _: holds.list_waiting(conn)) == []

"""A hub's records as they were before a moment, whatever it has written since."""

import pytest

from central import past, rebuild
from central.casework import campaigns, holds, ownership, revert
from central.casework.campaigns import CampaignOrder
from central.casework.conflicts import curate
from central.casework.person import Person
from central.past import MomentUnclear
from protocol.canonical import Json
from protocol.catalogue import public_record, shown_record, standing_of
from protocol.entries.changes import RecordWithdraw, encode_change
from protocol.entries.members import Seen
from tests.support.author import AT, Author
from tests.support.redacting import redact
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


def with_neighbour(room: Room) -> tuple[Author, Author]:
    """Hub 51, and a ministry's hub whose record it will propose to change."""
    author, other = Author(hub="51"), Author(hub="kemenkes", seed=3)
    for it in (author, other):
        room.enrol(it)
        room.submit(it)
    room.decide_now()
    return author, other


def say(room: Room, author: Author, fields: dict[str, Json], *, record: str = "") -> None:
    """One put of a hub that has all on screen, decided; a proposal is let count at once."""
    start = len(author.entries)
    author.put(start, fields, national=room.national.size, record=record)
    room.submit(author, start=start)
    room.decide_now()
    for it in room.read(lambda conn, _: holds.list_waiting(conn)):
        place = it.place
        room.write(
            lambda conn, centre, place=place: holds.release_change(  # type: ignore[misc]
                conn, centre, place=place, by="rina", agency="panrb"
            )
        )


def left(room: Room, place: int, hub: str = "51") -> list[tuple[str, str]]:
    planned = room.read(
        lambda conn, it: revert.plan(conn, it, hub, place, revert.written_since(conn, hub, place))
    )
    return [(it.record, it.why) for it in planned.left]


def test_a_record_of_another_hub_gets_its_own_words_back_and_stays(room: Room) -> None:
    author, other = with_neighbour(room)
    place, record = room.national.size, other.record(1)
    say(room, other, {**VALID, "title": "Jemput bola"})
    say(room, author, {"title": "Judul dari hub lain"}, record=record)
    assert undo(room, place) == 1
    state = room.state(record)
    assert (standing_of(state), shown_record(state)["title"]) == ("active", "Jemput bola")
    assert left(room, place) == []


def test_what_the_owner_wrote_between_is_what_comes_back(room: Room) -> None:
    author, other = with_neighbour(room)
    record = other.record(1)
    say(room, other, {**VALID, "title": "Judul pertama"})
    place = room.national.size
    say(room, author, {"title": "Dari hub lain"}, record=record)
    say(room, other, {"title": "Judul kedua"}, record=record)
    say(room, author, {"title": "Dari hub lain lagi"}, record=record)
    undo(room, place)
    assert shown_record(room.state(record))["title"] == "Judul kedua"


def test_a_record_that_others_have_a_hand_in_is_left_for_a_person(room: Room) -> None:
    author, other = with_neighbour(room)
    place, record = room.national.size, author.record(1)
    say(room, author, VALID)
    room.write(lambda conn, it: ownership.transfer(conn, it, record, to="kemenkes", person=RINA))
    say(room, other, {"title": "Ditulis ulang oleh pemilik baru"}, record=record)
    assert undo(room, place) == 0
    assert standing_of(room.state(record)) == "active"
    assert left(room, place) == [(record, "shared")]


def test_a_record_whose_past_was_redacted_is_left_for_a_person(room: Room) -> None:
    author, _ = with_neighbour(room)
    say(room, author, {**VALID, "summary": "Nama pasien"})
    record, made = author.record(1), room.national.size - 1
    place = made + 1
    say(room, author, {"title": "DIRUSAK"}, record=record)
    redact(room, author, place=made)
    assert undo(room, place) == 0
    assert left(room, place) == [(record, "redacted")]


def test_only_the_refresh_of_the_reverted_hub_is_taken_back(room: Room) -> None:
    author, other = with_neighbour(room)
    record = other.record(1)
    say(room, other, VALID)
    asked = CampaignOrder(
        campaign="2026",
        title="Pemutakhiran",
        due="2026-12-31",
        target={},
        by="rina",
        agency="panrb",
    )
    room.write(lambda conn, it: campaigns.open_campaign(conn, it, asked))
    place = room.national.size
    say(room, other, {"summary": "Diperbarui pemilik"}, record=record)
    say(room, author, {"objective": "Dari hub lain"}, record=record)
    assert undo(room, place) == 1
    assert progress(room, record) == ["refreshed"]
    assert undo(room, place, hub="kemenkes") == 1
    assert progress(room, record) == ["left"]
    assert rebuild.rebuild(room.centre).identical


def progress(room: Room, record: str) -> list[str]:
    rows = room.read(lambda conn, it: it.campaigns.standing(conn, record))
    return [row.progress for row, _ in rows]


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


def test_a_wrong_clock_leaves_every_other_moment_clear(room: Room) -> None:
    author = Author(hub="51")
    room.enrol(author)
    room.submit(author)
    room.decide_now()
    day = 86_400
    times: list[tuple[int, str]] = []
    for jump in (0, 0, 30 * day, -30 * day, 0):
        room.clock.jump(jump)
        room.clock.advance(60)
        say(room, author, {**VALID, "title": f"Inovasi ke-{len(times)}"})
        times.append((room.national.size - 1, room.centre.timestamp()))
    for place, at in times[:2]:
        assert room.read(lambda conn, it: past.place_at(conn, it, at)) == place  # noqa: B023  # at once
    late = times[-1][1]
    with pytest.raises(MomentUnclear, match=f"between places {times[2][0]} and {times[3][0]}"):
        room.read(lambda conn, it: past.place_at(conn, it, late))


def test_a_rebuild_finds_the_same_after_it(room: Room) -> None:
    author = fill(room)
    place = room.national.size
    damage(room, author)
    undo(room, place)
    assert rebuild.rebuild(room.centre).identical

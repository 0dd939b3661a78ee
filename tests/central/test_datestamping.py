"""From when on readers find what a record says: nobody who harvests misses any."""

import pytest

from central import datestamping, log_follower
from central.datestamping import datestamper
from central.rebuild import rebuild
from central.store import datestamps
from central.store.datestamps import Datestamp, Span
from tests.support.author import Author
from tests.support.rooms import VALID, Room

EVERYTHING = Span(until="9999-12-31T23:59:59Z")


def follow(room: Room) -> int:
    return room.write(datestamping.follow)


def stamp(room: Room, record: str) -> Datestamp:
    return room.read(lambda conn, _: datestamps.get_many(conn, [record]))[record]


def listed(room: Room, span: Span = EVERYTHING) -> list[str]:
    found = room.read(lambda conn, _: datestamps.within(conn, span, limit=100))
    return [it.record for it in found]


def next_after(room: Room, after: tuple[str, str]) -> list[Datestamp]:
    return room.read(lambda conn, _: datestamps.within(conn, EVERYTHING, after=after, limit=2))


@pytest.fixture
def waiting(room: Room, hub: Author) -> Author:
    """A hub whose first record waits for its decision."""
    hub.put(1, VALID)
    room.submit(hub)
    return hub


@pytest.fixture
def bali(room: Room, hub: Author) -> Author:
    """A hub with one published record."""
    hub.put(1, VALID)
    room.submit(hub)
    room.decide_now()
    return hub


def say(room: Room, author: Author, start: int) -> None:
    room.submit(author, start=start)
    room.decide_now()
    while follow(room):
        pass


def test_a_new_record_is_found_from_a_moment_on_that_has_not_come(room: Room, bali: Author) -> None:
    follow(room)
    found = stamp(room, bali.record(1))
    now = datestamping.stamp_of(room.clock.now())
    assert (
        found.at == found.first_at == datestamping.stamp_of(room.clock.now() + datestamping.SETTLES)
    )
    assert listed(room, Span(until=now)) == []
    room.clock.advance(datestamping.SETTLES.total_seconds())
    assert listed(room, Span(until=datestamping.stamp_of(room.clock.now()))) == [bali.record(1)]


def test_what_changes_between_two_harvests_is_in_the_second(room: Room, bali: Author) -> None:
    """However late the first one was answered: its answer's time is where the second begins."""
    follow(room)
    room.clock.advance(60)
    first = datestamping.stamp_of(room.clock.now())
    say_at = len(bali.entries)
    bali.put(1, {"title": "Antrean daring kota"}, national=room.national.size)
    say(room, bali, say_at)
    room.clock.advance(60)
    second = Span(since=first, until=datestamping.stamp_of(room.clock.now()))
    assert listed(room, second) == [bali.record(1)]


def test_a_change_moves_the_datestamp_and_not_the_first_one(room: Room, bali: Author) -> None:
    follow(room)
    before = stamp(room, bali.record(1))
    room.clock.advance(3_600)
    start = len(bali.entries)
    bali.put(1, {"title": "Antrean daring kota"}, national=room.national.size)
    say(room, bali, start)
    after = stamp(room, bali.record(1))
    assert after.first_at == before.first_at
    assert after.at > before.at


def test_a_decision_that_changes_nothing_moves_no_datestamp(room: Room, bali: Author) -> None:
    follow(room)
    before = stamp(room, bali.record(1))
    room.clock.advance(3_600)
    start = len(bali.entries)
    bali.put(1, VALID, national=room.national.size)
    say(room, bali, start)
    assert stamp(room, bali.record(1)) == before


def test_it_follows_to_the_end_and_rests(room: Room, bali: Author) -> None:
    assert follow(room) == room.national.size
    assert follow(room) == 0
    assert listed(room) == [bali.record(1)]


def test_where_a_record_is_and_whose_it_is_stands_beside_it(room: Room, bali: Author) -> None:
    follow(room)
    found = stamp(room, bali.record(1))
    assert (found.hub, found.province, found.is_active) == ("51", "51", True)


@pytest.mark.parametrize(
    ("span", "count"),
    [
        (Span(until=EVERYTHING.until, hub="51"), 1),
        (Span(until=EVERYTHING.until, hub="35"), 0),
        (Span(until=EVERYTHING.until, province="51"), 1),
        (Span(until=EVERYTHING.until, province="35"), 0),
        (Span(until=EVERYTHING.until, province=""), 1),
        (Span(since="9999-01-01T00:00:00Z", until=EVERYTHING.until), 0),
    ],
)
def test_a_span_may_be_of_one_hub_or_province(
    room: Room, bali: Author, span: Span, count: int
) -> None:
    follow(room)
    assert bali.hub == "51"
    assert len(listed(room, span)) == room.read(lambda c, _: datestamps.count(c, span)) == count


def test_after_one_comes_the_next_also_of_the_same_second(room: Room, hub: Author) -> None:
    for number in range(1, 6):
        hub.put(number, VALID | {"title": f"Antrean daring {number}"})
    room.submit(hub)
    room.decide_now()
    follow(room)
    seen: list[str] = []
    after = ("", "")
    while found := next_after(room, after):
        seen += [it.record for it in found]
        after = (found[-1].at, found[-1].record)
    assert seen == sorted(hub.record(number) for number in range(1, 6))


def test_a_rebuilt_catalogue_keeps_its_datestamps(room: Room, bali: Author) -> None:

    follow(room)
    before = stamp(room, bali.record(1))
    room.clock.advance(3_600)
    rebuild(room.centre)
    assert follow(room) == 0
    assert stamp(room, bali.record(1)) == before


async def test_it_goes_on_until_nothing_is_left_and_looks_again_later(
    room: Room, waiting: Author
) -> None:
    await room.decide()
    stamper = datestamper(room.centre)
    rests = [await stamper.step_s() for _ in range(2)]
    assert rests == [0.0, log_follower.IDLE_S]  # of a clock that stands still
    assert listed(room) == [waiting.record(1)]


async def test_it_gives_way_while_changes_wait_for_their_decision(
    room: Room, waiting: Author
) -> None:
    assert waiting.hub == "51"
    assert await datestamper(room.centre).step_s() == datestamping.GIVE_WAY_S

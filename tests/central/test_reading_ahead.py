"""Reading ahead changes when entries are read, and nothing of what is decided."""

from functools import partial

import pytest
from sqlalchemy import Connection

from central import batch, reading_ahead, reconciler
from central.batch import Ahead
from central.centre import Centre
from protocol.entries.decisions import source_of
from runtime.database import DatabaseBusy
from tests.support.author import Author
from tests.support.decided import outcomes, reconciled
from tests.support.rooms import VALID, Room

ENTRIES = 8
"""Of the hub's log: the opening one, and seven puts."""


@pytest.fixture
def waiting(room: Room, hub: Author) -> Author:
    """A hub whose whole log waits."""
    for number in range(1, ENTRIES):
        hub.put(number, VALID)
    room.submit(hub)
    return hub


def read(room: Room, hub: Author, start: int, count: int) -> Ahead:
    return room.read(
        lambda conn, centre: batch.read_ahead(
            conn, centre, origin=hub.origin, start=start, count_max=count
        )
    )


def decide(room: Room, hub: Author, count: int, ahead: Ahead | None) -> list[tuple[str, int]]:
    """Decides a batch; returns what it said of entries that it leaves."""
    left: list[tuple[str, int]] = []

    def work(conn: Connection, centre: Centre) -> int:
        return batch.decide(
            conn, centre, hub.hub, count, ahead=ahead, on_more=lambda *more: left.append(more)
        )

    room.write(work)
    return left


def decided_indexes(room: Room) -> list[int]:
    found = (source_of(decision) for decision in room.decisions())
    return [source.index for source in found if source]


def test_what_was_read_ahead_is_decided(room: Room, waiting: Author) -> None:
    decide(room, waiting, 4, read(room, waiting, 0, 4))
    assert outcomes(room) == ["noop", "applied", "applied", "applied"]


def test_entries_behind_what_was_read_ahead_are_read_in_their_turn(
    room: Room, waiting: Author
) -> None:
    decide(room, waiting, 5, read(room, waiting, 0, 2))
    assert decided_indexes(room) == [0, 1, 2, 3, 4]


def test_a_smaller_batch_takes_a_part_of_it(room: Room, waiting: Author) -> None:
    decide(room, waiting, 2, read(room, waiting, 0, 4))
    assert decided_indexes(room) == [0, 1]


def test_what_was_read_of_another_place_is_not_decided(room: Room, waiting: Author) -> None:
    decide(room, waiting, 3, read(room, waiting, 4, 3))
    assert decided_indexes(room) == [0, 1, 2]


def test_a_log_that_is_shorter_is_read_to_its_end(room: Room, waiting: Author) -> None:
    assert len(read(room, waiting, 6, 100).prepared) == 2
    assert not read(room, waiting, 100, 3).prepared


def test_a_batch_says_from_where_on_it_leaves_entries(room: Room, waiting: Author) -> None:
    assert decide(room, waiting, 3, None) == [(waiting.origin, 3)]
    assert decide(room, waiting, 100, None) == []


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("is_busy", [False, True])
async def test_the_reconciler_decides_all_whether_it_could_read_ahead_or_not(
    room: Room, monkeypatch: pytest.MonkeyPatch, *, is_busy: bool
) -> None:
    read_from: list[int] = []

    def reads(
        conn: Connection, centre: Centre, *, origin: str, start: int, count_max: int
    ) -> Ahead:
        read_from.append(start)
        if is_busy:
            raise DatabaseBusy("somebody else writes")
        return batch.read_ahead(conn, centre, origin=origin, start=start, count_max=count_max)

    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", 3)
    monkeypatch.setattr(reading_ahead, "read_ahead", reads)
    assert await room.decide() == ENTRIES
    assert (read_from, decided_indexes(room)) == ([3, 6], list(range(ENTRIES)))


async def test_with_several_hubs_in_turn_nothing_is_read_ahead(
    room: Room, waiting: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Author(hub="lan", seed=3)
    room.enrol(other)
    for number in range(1, ENTRIES):
        other.put(number, VALID)
    room.submit(other)
    monkeypatch.setattr(reconciler, "BATCH_ENTRIES", ENTRIES - 1)
    monkeypatch.setattr(reading_ahead, "read_ahead", partial(pytest.fail, "read"))
    assert await room.decide() == 2 * ENTRIES
    assert reconciled(room, waiting.hub) == ENTRIES
